/* surveys/csv.h -- a whole comma-separated file (surveys/csv_scan.h says which files) in memory.
 * On success *out is the caller's, released by csv_table_free(); on -1 it holds nothing and *e sums
 * up.  A file with a header alone has rows = 0. */
#ifndef SURVEYS_CSV_H
#define SURVEYS_CSV_H

#include "surveys/csv_scan.h"

struct csv_table {
	size_t rows, cols;
	char **name;	     /* cols */
	char **cell;	     /* rows x cols, row by row; "" where empty */
	unsigned long *line; /* rows: where the row begins */
	char *text;	     /* what the cells point into */
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
