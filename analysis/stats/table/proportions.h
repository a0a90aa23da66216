/* analysis/stats/table/proportions.h -- shares of several groups, x[i] of n[i], compared.
 *   chi2       equality of all (R's prop.test); corrected: two groups, by min(1/2, |d| / (1/n1 + 1/n2))
 *   difference two groups, first less second: interval of prop.test without and with correction,
 *              cut at -1 and 1, and Newcombe 1998, method 10
 *   trend      chi-square for a trend along scores (Cochran 1954, Armitage 1955; R's prop.trend.test)
 * AN_EDATA: x over n, a negative count, or level outside 0..1.  AN_ETOOFEW: under two groups, or one
 * without people.  AN_ENOVARIANCE: everybody or nobody in all groups, or scores all the same. */
#ifndef ANALYSIS_STATS_TABLE_PROPORTIONS_H
#define ANALYSIS_STATS_TABLE_PROPORTIONS_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#include <stdbool.h>
#include <stddef.h>

struct an_proportions {
	double pooled, chi2, df, p, least; /* least: lowest expected count */
	bool two;
	double corrected, corrected_p, difference;
	struct an_interval wald, wald_corrected, newcombe;
};
enum an_status an_proportions(const double *x, const double *n, size_t groups, double level,
    struct an_proportions *out);

struct an_proportion_trend {
	double chi2, p, slope; /* slope: change of the share for each unit of the score */
	struct an_interval slope_interval;
	double departure, departure_df, departure_p; /* what a straight line leaves over */
};
enum an_status an_proportion_trend(const double *x, const double *n, const double *score, size_t groups, double level,
    struct an_proportion_trend *out);

/* People to ask so that the normal interval of a share is +-margin wide, at most; of population when
 * it is not 0 (Cochran 1977, eq. 4.1 and 4.2).  Rounded up.  AN_EDATA: a share or margin outside
 * 0..1. */
enum an_status an_proportion_sample(double share, double margin, double level, double population, double *n);
/* People in each of two groups to find shares p1 and p2 different with this power (normal
 * approximation, as R's power.prop.test).  AN_EDATA: a share, power or level outside 0..1.
 * AN_ENOVARIANCE: p1 = p2. */
enum an_status an_proportions_sample(double p1, double p2, double power, double level, double *n);

#endif
