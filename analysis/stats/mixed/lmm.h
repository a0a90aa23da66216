/* analysis/stats/mixed/lmm.h -- linear mixed model with one grouping factor,
 *   y = x b + z u_g + residual,   u_g ~ N(0, covariance), residual ~ N(0, sigma^2)
 * where z is a constant and the columns whose effect varies between groups (random slopes), their
 * covariance free.  Restricted or full maximum likelihood of the profiled deviance (Bates, Maechler,
 * Bolker & Walker 2015, eq. 34 to 41), whose figures lme4's lmer gives: fixed effects and their
 * standard errors, -2 log likelihood, conditional modes and conditional variances of u_g.
 *
 * Groups enter by their cross products alone, of columns in standard units, so one evaluation costs
 * O(groups) whatever the rows.  The Cholesky factor of the relative covariance is found by Newton's
 * method with exact slopes.  singular: the best covariance has no full rank (a variance of 0 or a
 * correlation of 1 or -1).
 *
 * AN_ETOOFEW: under two groups, no more rows than group effects, or than columns.  AN_ENOVARIANCE: a
 * column of x follows from those before it (dependent), a column of z is constant, or nothing is left
 * over within groups.  AN_EDATA: x without a constant as column 0, more than AN_SLOPES_MOST slopes,
 * level, and as an_lsq().  AN_ENOCONVERGE. */
#ifndef ANALYSIS_STATS_MIXED_LMM_H
#define ANALYSIS_STATS_MIXED_LMM_H

#include "analysis/stats/mixed/mixed.h"
#include "analysis/stats/regression/ols.h"

#define AN_SLOPES_MOST 5

/* fixed: x with its constant, y, without weights; slope: n rows of slopes; group: 0..groups-1. */
struct an_lmm_data {
	struct an_lsq_data fixed;
	const double *slope;
	size_t slopes;
	const size_t *group;
	size_t groups;
};

struct an_lmm {
	size_t groups; /* with rows */
	double deviance, log_lik, aic, bic, sigma;
	bool singular;
	struct an_fit fit;
	size_t dependent;
	double r2_fixed, r2_whole; /* Nakagawa & Schielzeth 2013, Johnson 2014: by x alone; by groups as well */
};

struct an_lmm_coefficient {
	double estimate, se, t;
	struct an_interval interval; /* estimate -/+ z se */
};

/* One group effect: conditional mode, conditional sd, and the interval that they give. */
struct an_lmm_effect {
	bool present;
	double mode, sd;
	struct an_interval interval;
};

/* each: k; covariance: (slopes + 1)^2, of the group effects; effects: groups x (slopes + 1).  Each
 * may be NULL. */
enum an_status an_lmm(const struct an_lmm_data *d, enum an_likelihood by, double level, struct an_work *work,
    struct an_lmm *out, struct an_lmm_coefficient *each, double *covariance, struct an_lmm_effect *effects);

#endif
