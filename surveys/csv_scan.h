/* surveys/csv_scan.h -- a comma-separated file with a header, cell by cell, in constant memory.
 * Fields may be quoted and then hold commas, quotes ("") and line breaks; a byte order mark,
 * CRLF and a missing last line break are accepted; blank lines are skipped; the delimiter is
 * the comma, or the semicolon or tab where the header has that and no comma.  Unquoted fields
 * lose the spaces around them.  Text is UTF-8, checked.
 * Column names must not be empty or repeated.  Every line must have as many fields as the
 * header.  All bad lines are collected in *bad (line numbers as an editor counts them); only
 * broken quoting ends the reading, since what follows cannot be told apart.  With any bad line
 * the scan fails at its end, whatever the sink was given by then. */
#ifndef SURVEYS_CSV_SCAN_H
#define SURVEYS_CSV_SCAN_H

#include "core/err.h"

#include <stddef.h>

struct csv_limits {
	size_t bytes, rows, cols; /* 0: the default, below */
};
#define CSV_BYTES_MOST ((size_t)1 << 30)
#define CSV_ROWS_MOST  ((size_t)5000000)
#define CSV_COLS_MOST  ((size_t)2000)

/* Who takes the cells.  Texts end with NUL and live until the call returns.  -1 with *e filled
 * ends the scan. */
struct csv_sink {
	int (*header)(void *arg, char *const *name, size_t cols, struct err *e);
	int (*cell)(void *arg, size_t row, size_t col, const char *text, size_t len, struct err *e);
	int (*row)(void *arg, size_t row, unsigned long line, struct err *e); /* complete; began on line */
	void *arg;
	char *delimiter; /* NULL, or set before header() is called */
};

int csv_scan(const char *data, size_t len, const struct csv_limits *limits, const struct csv_sink *sink,
    struct err_list *bad, struct err *e);
int csv_scan_file(const char *path, const struct csv_limits *limits, const struct csv_sink *sink, struct err_list *bad,
    struct err *e);

#endif
