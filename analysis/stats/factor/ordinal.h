/* analysis/stats/factor/ordinal.h -- ordered answers as categories, and all polychoric correlations of them.
 *
 * an_ordinal_code(): the values of a view as category numbers from 0, ascending, the same for all
 * items; where all values are whole, each whole number between the least and the greatest is a
 * category, chosen or not, unless they would be too many.  code: room for rows x items; AN_ORDINAL_MISSING where
 * missing, listwise in every item of such a row.  AN_EDATA: more than AN_POLYCHORIC_MOST categories, or a non-finite
 * value. AN_ETOOFEW: no value at all. an_ordinal_by_item(): categories of each item by themselves (the ones in use),
 * for tetrachorics. */
#ifndef ANALYSIS_STATS_FACTOR_ORDINAL_H
#define ANALYSIS_STATS_FACTOR_ORDINAL_H

#include "analysis/stats/factor/polychoric.h"

#define AN_ORDINAL_MISSING 255

struct an_ordinal {
	unsigned char *code; /* rows x items, the caller's */
	size_t rows, items, categories;
	double value[AN_POLYCHORIC_MOST];
};

enum an_status an_ordinal_code(struct an_view v, enum an_policy policy, unsigned char *code, struct an_ordinal *out);
/* Renumbers the codes of each item over the categories that it uses; categories: the most of any. */
void an_ordinal_by_item(struct an_ordinal *o);
/* Takes out the items that all who answered them answered alike, unless fewer than two would be left.  at: room for
 * items, the places of those kept among the former. */
void an_ordinal_keep_varying(struct an_ordinal *o, size_t *at);
/* People by category of an item, out: room for categories; returns how many categories are in use. */
size_t an_ordinal_count(const struct an_ordinal *o, size_t item, double *out);
/* Table of items i (rows) and j, over the rows that have both; out: categories x categories. */
void an_ordinal_table(const struct an_ordinal *o, size_t i, size_t j, double *out);

/* AN_THRESHOLDS_AUTO: by item where the greatest category in use is the same in all items, else by
 * pair: the rule of psych::polychoric. */
enum an_thresholds_by { AN_THRESHOLDS_AUTO, AN_THRESHOLDS_ITEM, AN_THRESHOLDS_PAIR };

struct an_polychoric_way {
	enum an_thresholds_by by;
	bool ml;	   /* full maximum likelihood; thresholds by pair then */
	double correct;	   /* put into empty cells ... */
	bool correct_item; /* ... also under thresholds by item, as psych::tetrachoric does */
	double level;
};

struct an_polychoric_pair {
	size_t i, j; /* i < j */
	enum an_status status;
	struct an_polychoric x; /* with AN_OK */
};

/* pair: room for items (items - 1) / 2, in the order (0,1) (0,2) ... (1,2) ...  rho: items x items, 0 where a
 * pair has no correlation (*complete false then).  tau: items x (categories - 1), of the item by itself, +-Inf
 * at ends that nobody chose, or NULL.  *by: what was done.
 * AN_ETOOFEW: fewer than two items.  AN_ENOVARIANCE: no pair has a correlation. */
enum an_status an_polychoric_all(const struct an_ordinal *o, const struct an_polychoric_way *way, struct an_work *work,
    struct an_polychoric_pair *pair, double *rho, double *tau, bool *complete, enum an_thresholds_by *by);

#endif
