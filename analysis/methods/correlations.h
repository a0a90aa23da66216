/* analysis/methods/correlations.h -- correlations of the items, from answers or from a file that holds
 * them already (--input correlation), for the methods on scales and factors. */
#ifndef ANALYSIS_METHODS_CORRELATIONS_H
#define ANALYSIS_METHODS_CORRELATIONS_H

#include "analysis/methods/method.h"
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/moments.h"

struct analyse_cor {
	size_t k, n;   /* n: people (rows, or complete rows when listwise); 0 when not known */
	double *cor;   /* k x k, on scratch memory like what follows */
	double *pairs; /* people behind each, or NULL for a matrix from a file */
};

/* Sums over the items, the caller's; NULL with *e filled on failure.  Sets a->used. */
struct an_pairs *analyse_pairs(struct analyse *a, struct err *e);
/* Sets a->used. */
int analyse_cor_load(struct analyse *a, struct analyse_cor *out, struct err *e);
/* "negative_on_component": items that run against the first component of cor, each with a
 * warning unless already says that it has one; nothing is turned round. */
int analyse_against(struct analyse *a, const double *cor, const bool *already, json_t *result, struct err *e);

json_t *analyse_by_item(const struct analyse *a, const double *x); /* {item: number} */
/* rows x m numbers with columns named letter1, letter2 ...; takes rows */
json_t *analyse_factor_table(json_t *rows, const double *x, size_t n, size_t m, const char *letter);
json_t *analyse_factor_names(size_t m, const char *letter);
json_t *analyse_numbers_json(const double *x, size_t n);

#define OPT_INPUT                                                                                                            \
	{ "input", OPT_CHOICE, "data", "data|correlation",                                                                   \
		N_("what the file holds: a row for each person, or a matrix of correlations or covariances"),                \
		USE_FILE },                                                                                                  \
	    { "n", OPT_WHOLE, "", NULL,                                                                                      \
		    N_("people behind a matrix of correlations; not given: figures that need it are left out") },            \
	{                                                                                                                    \
		"label", OPT_COLUMN, "", NULL,                                                                               \
		    N_("column of a matrix of correlations that names its rows; not given: rows in the order of the items"), \
		    USE_FILE                                                                                                 \
	}

#endif
