/* analysis/stats/numeric/pattern.h -- rows that are alike, counted once.
 * key: rows x width bytes; rows with equal bytes have one pattern.  Patterns are numbered in the
 * order of their bytes, so the numbering does not depend on the order of rows. */
#ifndef ANALYSIS_STATS_NUMERIC_PATTERN_H
#define ANALYSIS_STATS_NUMERIC_PATTERN_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

struct an_patterns {
	size_t n;
	size_t *of;    /* per row: its pattern */
	size_t *first; /* per pattern: its first row */
	size_t *row;   /* rows by pattern, each in row order: row[start[p]] to row[start[p + 1] - 1] */
	size_t *start;
};

/* The arrays of *out lie in work.  AN_ENOMEM. */
enum an_status an_patterns(const unsigned char *key, size_t rows, size_t width, struct an_work *work,
    struct an_patterns *out);

/* Patterns with a code other than missing, and how many rows have each. */
struct an_counted {
	size_t n, rows;	     /* rows: of all of them */
	unsigned char *code; /* n x width */
	double *count;
};
/* The arrays of *out lie in work.  AN_ENOMEM. */
enum an_status an_patterns_count(const unsigned char *code, size_t rows, size_t width, unsigned char missing,
    struct an_work *work, struct an_counted *out);

#endif
