/* analysis/methods/model.h -- outcome and predictors of a regression, from the columns of a file.
 * Predictors of numbers are taken as they are; those of texts, and those that --factors names, become
 * one column for each level but the first, named as R names them ("gendermale"). */
#ifndef ANALYSIS_METHODS_MODEL_H
#define ANALYSIS_METHODS_MODEL_H

#include "analysis/methods/method.h"
#include "analysis/stats/regression/ols.h"

enum model_outcome {
	OUTCOME_NUMBER,
	OUTCOME_EVENT, /* 0 or 1: the level that --event names, else the last one */
	OUTCOME_ORDER  /* 0, 1, 2 ...: the place of its level */
};

/* All but the row numbers lies on scratch memory.  Only complete rows are in it. */
struct model {
	struct an_model m;
	double *x, *y, *w;
	size_t *term_of, *cluster; /* as m shows them */
	const char **name;	   /* of the columns */
	const char **term;	   /* of the terms */
	const char *outcome;
	size_t *row;   /* of the file, per row of the model */
	size_t levels; /* of the outcome, where it has any */
	const char **level;
	size_t groups; /* of --by, with rows */
	size_t *group; /* per row; NULL without --by */
	const char **group_name;
	size_t *column; /* of the file, per term; SIZE_MAX for an interaction */
};

/* constant: whether the first column is 1.  Sets a->used and a->missing. */
int model_load(struct analyse *a, enum model_outcome kind, bool constant, struct model *out, struct err *e);
/* 0, or -1 with a sentence that names the column that the ones before it give. */
int model_status(enum an_status s, const struct model *m, size_t dependent, const char *what, struct err *e);
json_t *model_names(const struct model *m, size_t from); /* of the columns from that one on */

#define OPT_OUTCOME                                                                                                    \
	{                                                                                                              \
		"outcome", OPT_COLUMN, "", NULL, N_("column to explain")                                               \
	}
#define OPT_MODEL                                                                                                      \
	{ "predictors", OPT_COLUMNS, "", NULL,                                                                         \
		N_("columns that explain it, in this order; all others when not given") },                             \
	    { "factors", OPT_COLUMNS, "", NULL, N_("predictors whose numbers are only names of categories"),           \
		    USE_GROUP },                                                                                       \
	    { "interactions", OPT_TEXTS, "", NULL, N_("products of two predictors to add: a:b,c:d"), .names = true },  \
	    { "weights", OPT_COLUMN, "", NULL, N_("column that says how much, or how often, a row counts"),            \
		    USE_FILE },                                                                                        \
	    OPT_LEVELS, OPT_NA
#define MODEL_MISSING N_("rows with a missing cell in any column of the model are left out")
/* R: texts to factors, their levels as given, and the formula. */
#define MODEL_R                                                                                                        \
	"for (v in {factors}) d[[v]] <- factor(d[[v]])\n"                                                              \
	"for (l in unlist(strsplit(as.character({levels}), \";\"))) {\n"                                               \
	"  s <- strsplit(l, \"=\")[[1]]\n"                                                                             \
	"  d[[s[1]]] <- factor(d[[s[1]]], strsplit(s[2], \",\")[[1]])\n"                                               \
	"}\n"                                                                                                          \
	"p <- {predictors}\n"                                                                                          \
	"d$.w <- if (is.null({weights})) 1 else d[[{weights}]]\n"

#endif
