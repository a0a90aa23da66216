/* analysis/methods/qmatrix.h -- a Q-matrix in a file of its own, named by --qmatrix: its first column
 * names the items, each other column is an outcome or skill, a cell is the weight (0 or empty: not
 * served).  For this folder alone. */
#ifndef ANALYSIS_METHODS_QMATRIX_H
#define ANALYSIS_METHODS_QMATRIX_H

#include "analysis/methods/method.h"
#include "surveys/csv.h"

struct qmatrix {
	struct csv_table file;
	size_t outcomes;
	double *weight;	   /* items x outcomes; on scratch memory */
	const char **name; /* of the outcomes; lives in file */
};

/* For the items of --items; the caller frees q->file whether it worked or not. */
int qmatrix_load(struct analyse *a, struct qmatrix *q, struct err *e);
/* 1 where an item needs a skill, on scratch memory.  An item that needs none is an error. */
int qmatrix_skills(struct analyse *a, const struct qmatrix *q, unsigned char **out, struct err *e);

#endif
