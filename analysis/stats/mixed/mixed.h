/* analysis/stats/mixed/mixed.h -- one-way random-intercept model
 *   y = mean + group effect + residual,   effect ~ N(0, sd_group^2), residual ~ N(0, sd_within^2)
 * by restricted or full maximum likelihood, from n, mean and sum of squares within of each
 * group alone (Searle, Casella & McCulloch 1992, ch. 3; same criterion as lme4, Bates et al.
 * 2015, eq. 34 and 39, whose figures it reproduces).  The one parameter that is not known in
 * closed form, lambda = sd_group^2 / sd_within^2 >= 0, is searched on a grid and then found as
 * the root of the slope, or lies at its bound 0 (singular: groups differ no more than chance).
 *
 * For each group: shrunken = mean + effect, effect the conditional mode (BLUP) and posterior_sd
 * its conditional sd, both as lme4's ranef; the interval adds the uncertainty of the mean
 * but takes the two sds as known.
 *
 * AN_ETOOFEW: under two groups with people, or no group with two.  AN_ENOVARIANCE: no variance
 * within groups.  AN_EDATA: impossible figures, level outside 0..1.  AN_ENOCONVERGE. */
#ifndef ANALYSIS_STATS_MIXED_MIXED_H
#define ANALYSIS_STATS_MIXED_MIXED_H

#include "analysis/stats/fit.h"
#include "analysis/stats/groups.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

enum an_likelihood { AN_REML, AN_ML };

struct an_mixed {
	size_t groups; /* with people */
	double n;
	double mean, mean_se;
	double sd_group, sd_within, icc; /* icc: share of the variance that lies between groups */
	double deviance;		 /* -2 log (restricted) likelihood */
	bool singular;
	struct an_fit fit;
};

/* Of a group without people only present = false is set. */
struct an_shrunken {
	bool present;
	double effect, posterior_sd, weight; /* weight: how far the group's own mean counts, 0..1 */
	double shrunken;
	struct an_interval interval; /* of shrunken */
};

/* each: room for groups, or NULL. */
enum an_status an_mixed(const struct an_group *g, size_t groups, enum an_likelihood by, double level,
    struct an_mixed *out, struct an_shrunken *each);

/* Range of ranks that holds a group's own rank with the given probability, when each effect is
 * normal about its shrunken value: rank 1 is the highest.  Deterministic: the group's own value
 * runs over 40 equally likely points, at each of which the number of groups above it has mean
 * sum p and variance sum p (1 - p); that is taken as normal with continuity correction, or
 * counted exactly for up to AN_RANK_EXACT groups.  No pairs are tested, so no correction for
 * many comparisons arises; a wide range says that the order is not known.
 * expected: mean of the rank.  A group without people gets 0, 0.  AN_ETOOFEW: under two groups
 * present.  AN_EDATA: level outside 0..1. */
#define AN_RANK_EXACT 64
struct an_rank {
	double expected;
	size_t lo, hi; /* 1..groups present */
};
enum an_status an_rank_ranges(const struct an_shrunken *each, size_t groups, double level, struct an_work *work,
    struct an_rank *out);

#endif
