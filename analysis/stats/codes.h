/* analysis/stats/codes.h -- borrowed view of answers that are small whole numbers, by column.
 * Shape:   rows = people, cols = items; element (i,j) is col[j][i], one byte.
 * Code:    below AN_CODE_MISSING (240) the score itself; from there on AN_CODE_MISSING +
 *          enum an_why says why there is none (a reason unknown to enum an_why, and the code of
 *          AN_PRESENT itself, count as AN_UNREADABLE).
 * Owner:   the caller; nothing here keeps the pointers.
 *
 * A byte an answer is all that is read, so the counts below run at the speed of memory.  Every
 * sum is a whole number: the number of threads, the order of rows and the instructions that the
 * processor has change no bit of a result.  Scratch memory comes from work; AN_ENOMEM where it
 * does not suffice, and then nothing was added anywhere. */
#ifndef ANALYSIS_STATS_CODES_H
#define ANALYSIS_STATS_CODES_H

#include "analysis/stats/moments.h"
#include "analysis/stats/work.h"

struct an_codes {
	const unsigned char *const *col;
	size_t rows, cols;
};

static inline bool an_codes_has(struct an_codes x, size_t i, size_t j)
{
	return x.col[j][i] < AN_CODE_MISSING;
}

/* A byte code of a reason. */
static inline unsigned char an_code_of_why(enum an_why why)
{
	return (unsigned char)(AN_CODE_MISSING + (int)why);
}
static inline enum an_why an_why_of_code(unsigned char code)
{
	unsigned why = code - (unsigned)AN_CODE_MISSING;

	return code < AN_CODE_MISSING		       ? AN_PRESENT
	    : why == AN_PRESENT || why >= AN_WHY_COUNT ? AN_UNREADABLE
						       : (enum an_why)why;
}

/* One item as codes of one column; col points to the caller's pointer. */
static inline struct an_codes an_codes_item(struct an_codes x, size_t j)
{
	return (struct an_codes){ x.col + j, x.rows, 1 };
}

/* Rows with each code in column j: all 256 of them. */
#define AN_CODES 256
void an_codes_counts(struct an_codes x, size_t j, double count[AN_CODES]);
/* Cells by reason, of one column. */
void an_codes_missing(struct an_codes x, size_t j, struct an_missing *out);
/* The highest score of all columns, 0 where nothing is present. */
unsigned an_codes_most(struct an_codes x);

/* Rows by the scores of two columns: count[a * values + b] is how many have a in column i and b in
 * column j, over rows where both are below values.  1 <= values <= AN_CODE_MISSING. */
enum an_status an_codes_table(struct an_codes x, size_t i, size_t j, size_t values, struct an_work *work,
    double *count);
/* Such a table of each pair of columns, in one pass: of i < j, pairs (0,1), (0,2) .. (1,2) ..;
 * room for cols (cols - 1) / 2 tables. */
enum an_status an_codes_tables(struct an_codes x, size_t values, struct an_work *work, double *count);

/* Between codes and numbers; both lie on work until the caller releases it.
 * From a view: AN_EDATA where a present value is not a whole number in 0..AN_CODE_MISSING - 1. */
enum an_status an_codes_from_view(struct an_view v, struct an_work *work, struct an_codes *out);
enum an_status an_codes_to_view(struct an_codes x, struct an_work *work, struct an_view *out);

/* Adds all rows, with the same result to the last bit as an_pairs_add_view() of the same data.
 * AN_EDATA: p is of another number of columns, or has origins other than 0. */
enum an_status an_pairs_add_columns(struct an_pairs *p, struct an_codes x, struct an_work *work);
/* New sums of all rows, from which alpha, correlations and omega follow; *out is
 * an_pairs_free()d by the caller.  AN_EDATA: no column or more than AN_PAIRS_MOST. */
enum an_status an_pairs_of_codes(struct an_codes x, struct an_work *work, struct an_pairs **out);

#endif
