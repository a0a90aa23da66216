/* analysis/frame.h -- a data frame: named columns of equal length, over which methods run.
 * Each column is held in the smallest form that keeps all of it:
 *   FRAME_CODES  whole numbers 0..239, a byte each (analysis/stats/moments.h: codes)
 *   FRAME_REALS  any finite numbers
 *   FRAME_TEXTS  a level per row, as R's factor
 * A cell without a value has a reason (enum an_why).  As in R, "01" and "1" are the same number in
 * a column of numbers; a column becomes one of texts when a cell is no number.  "01" and "1" are two
 * texts then: a file is read a second time for a column that learns this too late (misspelt).
 * Owner: whoever called frame_init() or frame_read_*(), by frame_free(). */
#ifndef ANALYSIS_FRAME_H
#define ANALYSIS_FRAME_H

#include "analysis/stats/moments.h"
#include "core/err.h"
#include "surveys/csv_scan.h"

#include <stdint.h>

enum frame_kind { FRAME_CODES, FRAME_REALS, FRAME_TEXTS };

struct frame_column {
	char *name;
	enum frame_kind kind;
	unsigned char *code; /* CODES: the score, or AN_CODE_MISSING + enum an_why */
	double *real;	     /* REALS */
	unsigned char *why;  /* REALS: enum an_why */
	uint32_t *level;     /* TEXTS: index into levels, or FRAME_MISSING + enum an_why */
	char **levels;	     /* TEXTS: in order of first appearance */
	size_t level_count;
	void *index;   /* of levels, while the column grows */
	bool respelt;  /* numbers: one was given otherwise than it would be written here, as 07 or 1e3 */
	bool misspelt; /* TEXTS: once such numbers, so that levels are not all as they were given */
};
#define FRAME_MISSING (UINT32_MAX - AN_WHY_COUNT)

struct frame {
	size_t rows, cols, room; /* room: rows that fit before columns must grow */
	char delimiter;		 /* of the file; 0 where there was none */
	/* 0, or rows are persons: no message names a row or quotes a cell, and no figure rests on fewer */
	size_t least;
	struct frame_column *column;
	struct frame_line { /* where rows and lines of a file part: the line of this row */
		size_t row;
		unsigned long line;
	} * lines;
	size_t line_count;
	struct frame_held { /* memory that lives as long as the frame */
		struct frame_held *next;
		char text[];
	} * held;
};

void frame_init(struct frame *f);
void frame_free(struct frame *f);

/* na: texts parted by commas that stand for a missing value, besides the empty cell. */
int frame_read_csv(const char *data, size_t len, const char *na, struct frame *out, struct err_list *bad,
    struct err *e);
int frame_read_csv_file(const char *path, const char *na, struct frame *out, struct err_list *bad, struct err *e);

/* Building by program: columns first, then whole rows.  ERR_INPUT: the name is taken. */
int frame_add_column(struct frame *f, const char *name, size_t *column, struct err *e);
/* Texts whatever they look like: codes of things, which are no numbers even where they are digits. */
int frame_make_texts(struct frame *f, size_t column, struct err *e);
int frame_put_text(struct frame *f, size_t row, size_t column, const char *text, struct err *e);
int frame_put_number(struct frame *f, size_t row, size_t column, double x, struct err *e);
int frame_put_missing(struct frame *f, size_t row, size_t column, enum an_why why, struct err *e);
int frame_end_row(struct frame *f, struct err *e); /* cells not put are AN_SKIPPED */

size_t frame_find(const struct frame *f, const char *name);  /* SIZE_MAX: no such column */
unsigned long frame_line(const struct frame *f, size_t row); /* of the file; row + 2 where there was none */
/* Why a cell is missing, or AN_PRESENT. */
enum an_why frame_why(const struct frame *f, size_t row, size_t column);
/* AN_PRESENT and *x; the reason; or AN_UNREADABLE where a text stands that is no number. */
enum an_why frame_number(const struct frame *f, size_t row, size_t column, double *x);
/* The text of a present cell, in room or in the frame; NULL where it is missing. */
#define FRAME_TEXT_ROOM 32
const char *frame_text(const struct frame *f, size_t row, size_t column, char room[FRAME_TEXT_ROOM]);
/* Every present cell is a number. */
bool frame_is_number(const struct frame *f, size_t column);

/* Room for size characters that live as long as the frame; NULL: out of memory. */
char *frame_hold(struct frame *f, size_t size);

/* Rows i with keep[i] != 0 alone, in their order. */
int frame_keep(struct frame *f, const unsigned char *keep, struct err *e);

#endif
