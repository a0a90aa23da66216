/* analysis/stats/scale/reliability.h -- internal consistency of a scale of k items.
 * From struct an_pairs, so that running statistics and raw data give the same bits.
 * Conventions are those of psych::alpha (Revelle 2.2.9): raw alpha from covariances, the
 * standardised one and everything with "std" from the correlations that these imply.
 *   alpha    Cronbach 1951, eq. 2; at most 1, may be negative
 *   g6       Guttman 1945, lambda 6, by squared multiple correlations
 *   ase      standard error of alpha, Duhachek & Iacobucci 2004
 *   lo, hi   interval of alpha by F, Feldt, Woodruff & Salih 1987, with n = used
 *   sem      standard error of measurement of the mean score: sd * sqrt(1 - alpha)
 *   r_cor    item-scale correlation corrected for overlap by smc; r_drop with the other items
 * An item with the same answer from everyone is no part of the scale's consistency and left out of all this but the
 * score (psych::alpha, delete = TRUE).  Items must be keyed the same way by the caller; nothing is flipped here.
 * AN_ETOOFEW: under 2 items, or a covariance over under 2 rows.  AN_ENOVARIANCE: under 2 items
 * vary, or the covariances do not sum to above zero.  AN_EDATA: level outside 0..1.  O(k^3) time. */
#ifndef ANALYSIS_STATS_SCALE_RELIABILITY_H
#define ANALYSIS_STATS_SCALE_RELIABILITY_H

#include "analysis/stats/moments.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

struct an_alpha_stats {
	double raw, ase;
	bool has_std;				    /* the correlations sum to above zero, short of all 1 */
	double std, average_r, median_r, var_r, sn; /* sn: signal to noise, k r / (1 - r) */
	bool has_var_r;				    /* three items or more */
	bool has_g6;				    /* no item follows from the others */
	double g6;
};

struct an_alpha_item {
	size_t n;
	double mean, sd;
	bool has_raw_r, has_std_r, has_r_cor, has_r_drop, has_drop;
	double raw_r, std_r, r_cor, r_drop;
	struct an_alpha_stats drop; /* the scale without this item; k >= 3 */
};

struct an_alpha {
	size_t items;	       /* that vary */
	size_t used, complete; /* used: rows with an item present, or complete ones */
	size_t pair_least;     /* fewest rows behind one covariance */
	struct an_alpha_stats total;
	struct an_interval interval;
	struct an_score score;
	double sem;
};

/* items: room for k, or NULL. */
enum an_status an_alpha(const struct an_pairs *p, enum an_policy policy, double level, struct an_work *work,
    struct an_alpha *out, struct an_alpha_item *items);
/* The Feldt interval by itself: n people, k items. */
enum an_status an_alpha_interval(double alpha, size_t n, size_t k, double level, struct an_interval *out);

/* Two halves of the items, those in first and the others.
 * r: correlation of the half sums; spearman_brown: stepped up to full length, 2r / (1 + r);
 * flanagan: Guttman 1945 lambda 4 of this split.  Complete rows when policy says listwise, else
 * from pairwise covariances.  AN_ENOVARIANCE: a half constant or empty, or r = -1. */
struct an_split {
	size_t used;
	double r, spearman_brown, flanagan;
};
enum an_status an_split(const struct an_pairs *p, enum an_policy policy, const bool *first, struct an_work *work,
    struct an_split *out);
/* Halves by position: first, third, fifth ... item against second, fourth ... */
enum an_status an_split_half(const struct an_pairs *p, enum an_policy policy, struct an_work *work,
    struct an_split *out);

#endif
