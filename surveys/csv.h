/* surveys/csv.h -- a comma-separated file with a header, read whole.
 * Fields may be quoted and then hold commas, quotes ("") and line breaks; a byte order mark,
 * CRLF and a missing last line break are accepted; blank lines are skipped; the delimiter is
 * the comma, or the semicolon or tab where the header has that and no comma.  Unquoted fields
 * lose the spaces around them.  Text is UTF-8, checked.
 * Column names must not be empty or repeated.  Every line must have as many fields as the
 * header.  All bad lines are collected in *bad (line numbers as an editor counts them); only
 * broken quoting ends the reading, since what follows cannot be told apart.
 * On success *out is the caller's, released by csv_table_free(); on -1 it holds nothing and *e sums
 * up.  A file with a header alone has rows = 0. */
#ifndef SURVEYS_CSV_H
#define SURVEYS_CSV_H

#include "core/err.h"

#include <stddef.h>

struct csv_limits {
	size_t bytes, rows, cols; /* 0: the default, below */
};
#define CSV_BYTES_MOST ((size_t)256 << 20)
#define CSV_ROWS_MOST  ((size_t)5000000)
#define CSV_COLS_MOST  ((size_t)2000)

struct csv_table {
	size_t rows, cols;
	char **name;	     /* cols */
	char **cell;	     /* rows x cols, row by row; "" where empty */
	unsigned long *line; /* rows: where the row begins */
	char *text;	     /* what all of these point into */
};

int csv_table_read(const char *data, size_t len, const struct csv_limits *limits, struct csv_table *out,
    struct err_list *bad, struct err *e);
int csv_table_read_file(const char *path, const struct csv_limits *limits, struct csv_table *out, struct err_list *bad,
    struct err *e);
void csv_table_free(struct csv_table *c);
long csv_table_column(const struct csv_table *c, const char *name); /* -1: no such column */

static inline const char *csv_table_cell(const struct csv_table *c, size_t row, size_t col)
{
	return c->cell[row * c->cols + col];
}

#endif
