/* analysis/stats/test/items.h -- item analysis of a test (classical test theory).
 * Difficulty, sd and n of an item use everyone who has a mark there; everything that needs the
 * total uses complete rows only, because a total over different items is no common total.
 * What a missing mark means (left out, or 0) is decided by the caller before the view is made.
 *   difficulty  mean / most, in 0..1 when marks are; most is what the item can give at best
 *   r_total     correlation with the total (point-biserial for 0/1 items)
 *   r_rest      correlation with the total of the other items
 *   upper_lower mean of the best 27 % minus mean of the worst 27 % over most (Kelley 1939),
 *               group size round(0.27 n), equal totals kept in row order
 *   kr20        Kuder & Richardson 1937, population variances: equals alpha
 *   kr20_mixed  pq with n but total variance with n - 1, as many programs print it
 *   kr21        as if all items were equally difficult
 *   sem         sd of the total * sqrt(1 - kr20)
 * AN_ETOOFEW: no item, or under 2 complete rows.  AN_EDATA: non-finite cell, most not above 0.
 * For an_kr: AN_EDATA when a mark is neither 0 nor 1, AN_ENOVARIANCE when totals are constant,
 * AN_ETOOFEW under 2 items. */
#ifndef ANALYSIS_STATS_TEST_ITEMS_H
#define ANALYSIS_STATS_TEST_ITEMS_H

#include "analysis/stats/codes.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define AN_EXTREME_SHARE 0.27

struct an_item {
	size_t n; /* marks present */
	double mean, difficulty;
	bool has_sd, has_r_total, has_r_rest;
	double sd, r_total, r_rest, upper_lower;
};

struct an_items {
	size_t used; /* complete rows */
	struct an_missing missing;
	size_t group; /* people in each extreme group */
	double total_mean, total_sd;
};

/* most: highest mark of each item, or NULL for 1 each.  items: room for x.cols. */
enum an_status an_items(struct an_view x, const double *most, struct an_work *work, struct an_items *out,
    struct an_item *items);
/* Totals of complete rows, in row order, into total (room for x.rows); *n of them. */
enum an_status an_totals(struct an_view x, double *total, size_t *n);

struct an_kr {
	size_t used;
	struct an_missing missing;
	double kr20, kr20_mixed, kr21, total_mean, total_sd;
	double sem;
};
enum an_status an_kr(struct an_view x, struct an_work *work, struct an_kr *out);

/* Both from byte codes: the same figures, from exact sums; at most 2^20 items (AN_EDATA).  kr: also
 * Kuder-Richardson, in the same pass, and whether it exists (has_kr); both NULL where not wanted. */
enum an_status an_codes_items(struct an_codes x, const double *most, struct an_work *work, struct an_items *out,
    struct an_item *items, struct an_kr *kr, bool *has_kr);
enum an_status an_codes_kr(struct an_codes x, struct an_work *work, struct an_kr *out);

/* Share of people below a score plus half of those at it, in percent: 0..100.
 * sorted: totals ascending, n >= 1. */
double an_percentile_rank(const double *sorted, size_t n, double score);

#endif
