/* analysis/stats/codes_kernel.h -- the inner loops over byte codes, for codes*.c alone.
 * One struct of functions for each set of instructions, all with the same results.  Rows come in
 * multiples of AN_KERNEL_ROWS where a function says "padded". */
#ifndef ANALYSIS_STATS_CODES_KERNEL_H
#define ANALYSIS_STATS_CODES_KERNEL_H

#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AN_KERNEL_ROWS	64
#define AN_KERNEL_GROUP 8 /* columns, and rows of a split plan, that are taken together */

/* Which rows of a block go to which of two places: for each 8 rows, padded, the bits of those that
 * do and where the first of them lands.  place[m]: the places of the bits of m, then 128 up to eight. */
struct an_split_plan {
	unsigned char place[256][8];
	unsigned char *mask[2];
	uint16_t *to[2];
};

/* Sums over one column: rows present, of x, of x^2, and the latter two over complete rows; the
 * highest score. */
struct an_column_sums {
	uint64_t n, x, xx, full_x, full_xx;
	unsigned most;
};

struct an_kernel {
	const char *name;
	/* Sets any[i] to 255 where in[i] is a missing code.  Returns the highest score; *missing: is
	 * there such a row.  padded */
	unsigned (*scan)(const unsigned char *in, size_t rows, unsigned char *any, bool *missing);
	/* Copies the rows that the plan sends to each place one behind the other; up to 64 bytes after
	 * the last may be overwritten.  padded */
	void (*split)(const unsigned char *in, size_t rows, const struct an_split_plan *plan, unsigned char *out0,
	    unsigned char *out1);
	/* Missing codes become 0.  padded */
	void (*fill)(unsigned char *x, size_t rows);
	uint64_t (*sum)(const unsigned char *x, size_t rows); /* padded */
	/* Adds sums of products of columns, i <= j, to out (k x k); no code is missing and most[j] is
	 * the highest of column j.  padded, rows <= 2^14 */
	void (*gram)(const unsigned char *const *x, const unsigned char *most, size_t k, size_t rows, double *out);
	/* n rows of wide codes (a multiple of 8): which are missing, a bit each in words a row; how many;
	 * and the sum of the scores.  Reads up to 32 bytes after the last row. */
	void (*read)(const unsigned char *row, size_t wide, size_t n, size_t words, uint64_t *missing, uint16_t *gone,
	    uint32_t *total);
	/* Such rows at order[0..n-1], each with the sum of its scores: adds
	 * to out, 4 x wide: x, x^2, x * (sum & 4095), x * (sum >> 12).  n <= 2048, sum < 2^17 */
	void (*bucket)(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint32_t *sum,
	    uint32_t *out);
	/* For each of n rows, and each j of the row's list (each entries, one list behind the other):
	 * adds (or subtracts) the row's presence, x and x^2 to the three rows of wide cells at
	 * acc + 3 * wide * j. */
	void (*cross)(const unsigned char *row, size_t wide, const uint16_t *order, size_t n, const uint16_t *list,
	    size_t each, bool minus, uint32_t *acc);
	/* Adds presence, x and x^2 of 8 columns to the 3 x 8 cells of each row's group; rows of a group
	 * from groups on go to the cells of index groups.  rows <= 65536 */
	void (*group)(const unsigned char *const col[AN_KERNEL_GROUP], size_t at, size_t rows, const uint32_t *group,
	    uint32_t groups, uint32_t *acc);
	/* Of cols columns: total[i] is the sum of row i's scores, any[i] 255 where one is missing.  padded */
	void (*totals)(const unsigned char *const *x, size_t cols, size_t rows, unsigned char *any, uint32_t *total);
	/* Adds to out; incomplete[i] is 255 where the row has a missing cell, NULL where none has.  padded,
	 * rows <= 2^14 */
	void (
	    *column)(const unsigned char *x, const unsigned char *incomplete, size_t rows, struct an_column_sums *out);
	/* Adds sums of products of two columns, whose highest score is most, with four others to out.
	 * These are below 128, and 0 where the columns miss a score.  padded, rows <= 2^14 */
	void (*dot)(const unsigned char *const x[2], unsigned most, const unsigned char *const by[4], size_t rows,
	    uint64_t out[2][4]);
};

/* The fastest set that this processor has. */
const struct an_kernel *an_kernel(void);
/* For tests: the set of that name ("portable", "avx2", "avx512") or, NULL, the fastest; false when
 * the processor lacks it.  Before any calculation. */
bool an_kernel_use(const char *name);

/* Zeroed bytes from where a cache line begins, so that no vector lies across two; NULL as from
 * an_work_get(). */
static inline void *an_kernel_room(struct an_work *work, size_t count, size_t each)
{
	unsigned char *p = each != 0 && count > SIZE_MAX / 2 / each
	    ? NULL
	    : (unsigned char *)an_work_get(work, count * each + AN_KERNEL_ROWS, 1);

	return p != NULL ? p + (-(uintptr_t)p & (AN_KERNEL_ROWS - 1)) : NULL;
}

/* 16 rows of 8 columns from row at on, each as 8 bytes in the order of the columns. */
void an_kernel_rows(const unsigned char *const col[AN_KERNEL_GROUP], size_t at, unsigned char out[128]);

#endif
