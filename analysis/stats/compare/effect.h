/* analysis/stats/compare/effect.h -- sizes of effects, as package effectsize 0.8.3 for R.
 * Standardised differences (Cohen 1988; Hedges 1981; Glass 1976), first minus second, with the
 * interval that inverts the noncentral t:
 *   d, g        over the pooled standard deviation; g without d's bias (exact factor)
 *   glass       over the standard deviation of the second group
 *   d_z, g_z    of paired differences, over their standard deviation
 * Rank-based:
 *   delta       Cliff's delta = rank-biserial correlation: share of pairs in which the first is
 *               larger less the share in which it is smaller (Cliff 1993; Kerby 2014); interval by
 *               Fisher's z with the null standard error, none where |delta| is 1
 * Of an analysis of variance, from F and its degrees of freedom, intervals by the noncentral F:
 *   eta2, omega2, epsilon2 (partial; in a one-way layout the whole); the last two at least 0
 * AN_ETOOFEW: a variance that needs two values.  AN_ENOVARIANCE: the standard deviation is 0.
 * AN_EDATA: level not inside 0..1, figures that are not finite. */
#ifndef ANALYSIS_STATS_COMPARE_EFFECT_H
#define ANALYSIS_STATS_COMPARE_EFFECT_H

#include "analysis/stats/groups.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

struct an_effect {
	double value;
	bool has_interval;
	struct an_interval interval;
};

enum an_status an_effect_pooled(const struct an_group *first, const struct an_group *second, double level,
    struct an_effect *d, struct an_effect *g);
enum an_status an_effect_glass(const struct an_group *first, const struct an_group *second, double level,
    struct an_effect *out);
enum an_status an_effect_paired(const struct an_group *differences, double level, struct an_effect *d,
    struct an_effect *g);
/* From the statistics of wilcoxon.h: larger of n * m pairs; positive ranks of n differences that
 * are not zero. */
enum an_status an_effect_delta(double statistic, double n, double m, double level, struct an_effect *out);
enum an_status an_effect_delta_paired(double statistic, double n, double level, struct an_effect *out);
/* Each value and bound turned by a rising function. */
struct an_effect an_effect_turned(const struct an_effect *e, double (*turn)(double));
double an_superiority_of_d(double d);	      /* Phi(d / sqrt 2): chance that one of the first is larger */
double an_superiority_of_delta(double delta); /* (delta + 1) / 2, ties half */

struct an_effect_anova {
	struct an_effect eta2, omega2, epsilon2;
};
enum an_status an_effect_of_f(double f, double df1, double df2, double level, struct an_effect_anova *out);

#endif
