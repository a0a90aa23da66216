/* analysis/import_mapping.h -- the mapping of import_results.h, read and tied to its files.
 * For the files behind import_results.h alone.  Texts are borrowed from the JSON document, which
 * must outlive the mapping; arrays live in the arena. */
#ifndef ANALYSIS_IMPORT_MAPPING_H
#define ANALYSIS_IMPORT_MAPPING_H

#include "analysis/results.h"
#include "surveys/csv.h"

#include <jansson.h>

struct mapped_item {
	const char *code, *name; /* name: stored label */
	const char *from;	 /* column, or the text of the item column */
	size_t column;
	double max;
	const json_t *outcomes, *values; /* or NULL */
	enum result_state empty;
};
struct mapped_variable {
	const char *name, *from;
	size_t column;
};

struct mapping {
	const char *code, *name, *course, *term, *note; /* of the assessment */
	double weight;
	enum missing_policy policy;
	bool long_form, others_ignored;
	const char *student, *section; /* patterns; section NULL: none */
	const json_t *section_name;
	const char *attempt, *item, *score; /* columns or NULL */
	size_t attempt_column, item_column, score_column;
	struct mapped_variable *variables;
	size_t variable_count;
	struct mapped_item *items;
	size_t item_count;
	enum result_state no_row;
	const json_t *na, *ignored;
	const char *join_file, *join_as, *qmatrix_file, *qmatrix_item;
};

/* One fault at most: e, with the JSON pointer as field. */
int mapping_read(const json_t *doc, struct arena *a, struct mapping *out, struct err *e);

struct mapped_files {
	struct csv_table main, join, qmatrix;
	bool has_join, has_qmatrix;
	const char *join_as;
};
size_t mapped_columns(const struct mapped_files *f);
const char *mapped_name(const struct mapped_files *f, size_t column, struct arena *a); /* with its prefix */
static inline const char *mapped_cell(const struct mapped_files *f, size_t row, size_t column)
{
	return column < f->main.cols ? csv_table_cell(&f->main, row, column)
				     : csv_table_cell(&f->join, row, column - f->main.cols);
}

/* Finds every column; faults (unknown columns, columns neither used nor ignored) go to bad. */
void mapping_bind(struct mapping *m, const struct mapped_files *f, struct arena *a, struct err_list *bad);
/* A pattern with a row's fields; NULL out of memory. */
const char *mapping_expand(const struct mapped_files *f, const char *pattern, size_t row, struct arena *a);

#endif
