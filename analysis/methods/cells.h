/* analysis/methods/cells.h -- columns of categories as counts: for methods on tables and on agreement. */
#ifndef ANALYSIS_METHODS_CELLS_H
#define ANALYSIS_METHODS_CELLS_H

#include "analysis/methods/method.h"
#include "analysis/stats/interval.h"

/* Counts by --row and --column, and by --strata where it is given; people, or --count of them. */
struct analyse_cells {
	size_t rows, cols, strata;	    /* levels that somebody has */
	const char **row, **col, **stratum; /* borrowed labels, on scratch memory */
	double *count;			    /* strata x rows x cols, on scratch memory */
	double n;
	size_t empty; /* levels that nobody has who has the others too: left out */
};
/* Sets a->used (people) and a->missing.  At least 1 stratum, whose label is "" without --strata. */
int analyse_cells_load(struct analyse *a, struct analyse_cells *out, struct err *e);

/* Columns that hold the same categories: --raters (all columns when not given), or the two columns of
 * --row and --column.  Categories ascending, as numbers where all are, or as --categories gives them. */
struct analyse_ratings {
	size_t raters, units, categories;
	const char **rater, **label;
	size_t *code;  /* units x raters; categories where missing */
	bool numbers;  /* every category is one */
	double *value; /* as numbers, or places from 1 */
};
int analyse_ratings_load(struct analyse *a, struct analyse_ratings *out, struct err *e);
/* Counts of two raters' categories, weighted by --count where the method has it: categories squared,
 * on scratch memory; sets a->used.  The sum of all goes into *n. */
int analyse_ratings_square(struct analyse *a, const struct analyse_ratings *r, size_t first, size_t second,
    double **count, double *n, struct err *e);

#define OPT_ROW                                                                                                        \
	{                                                                                                              \
		"row", OPT_COLUMN, "", NULL, N_("column of the file whose levels are the rows of the table"),          \
		    USE_TABLE                                                                                          \
	}
#define OPT_COLUMN_OF_TABLE                                                                                            \
	{                                                                                                              \
		"column", OPT_COLUMN, "", NULL, N_("column of the file whose levels are the columns of the table"),    \
		    USE_TABLE                                                                                          \
	}
#define OPT_CATEGORIES                                                                                                 \
	{                                                                                                              \
		"categories", OPT_TEXTS, "", NULL,                                                                     \
		    N_("all categories in their order, also those that nobody used; ascending when not given")         \
	}
#define OPT_RATERS                                                                                                     \
	{                                                                                                              \
		"raters", OPT_COLUMNS, "", NULL,                                                                       \
		    N_("columns of the raters, by name (a,b,c) or from one to another (a:c); all when not given"),     \
		    USE_TABLE                                                                                          \
	}

#endif
