/* analysis/import_rows.h -- rows of a CSV as students x items, every bad cell named.
 * For import_results.c alone.  Owner: the arena. */
#ifndef ANALYSIS_IMPORT_ROWS_H
#define ANALYSIS_IMPORT_ROWS_H

#include "analysis/import_mapping.h"

struct imported {
	size_t students;
	const char **code; /* students */
	size_t *row;	   /* students: where each is first met in the file */
	double *score;	   /* students x items */
	unsigned char *state;
	size_t cells[RESULT_STATES], ignored_rows;
};

/* Faults go to bad; -1 only without memory. */
int import_rows(const struct mapping *m, const struct mapped_files *f, struct arena *a, struct imported *out,
    struct err_list *bad, struct err *e);
/* A whole number from 1, the attempt; 1 when the mapping has none. */
int import_attempt(const struct mapping *m, const struct mapped_files *f, size_t row);
/* The declared variables of a row as JSON text; NULL out of memory. */
const char *import_variables(const struct mapping *m, const struct mapped_files *f, size_t row, struct arena *a);
/* Weights by item and outcome from the Q-matrix file become the items' outcomes; the JSON value
 * returned holds them and must live as long as the mapping. */
json_t *import_qmatrix(struct mapping *m, const struct csv_table *q, struct err_list *bad);

#endif
