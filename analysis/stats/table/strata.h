/* analysis/stats/table/strata.h -- tables of the same shape, one a stratum, taken together.
 * count: strata x rows x cols, stratum by stratum.  A stratum of fewer than two people tells
 * nothing and is left out (counted in left_out); so are none others.
 *
 * 2 x 2 tables (conventions of R's mantelhaen.test):
 *   odds_ratio   Mantel & Haenszel 1959; interval by Robins, Breslow & Greenland 1986
 *   risk_ratio   Greenland & Robins 1985, of the first column; difference: the same
 *   chi2         Mantel-Haenszel; corrected: by 1/2 where the distance is 1/2 or more
 *   breslow_day  homogeneity of the odds ratios (Breslow & Day 1980), tarone: with Tarone's 1985
 *                correction; over the strata that have an odds ratio to compare
 *   woolf        homogeneity by Woolf 1955; 1/2 added to every cell where any is 0 (vcd::woolf_test)
 * AN_ENOVARIANCE: no stratum with people in both rows and both columns.
 *
 * Any shape: the generalised test of Cochran, Mantel & Haenszel for two nominal variables (Landis,
 * Heyman & Koch 1978). */
#ifndef ANALYSIS_STATS_TABLE_STRATA_H
#define ANALYSIS_STATS_TABLE_STRATA_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

struct an_homogeneity {
	bool has;
	double chi2, df, p;
};

struct an_mantel_haenszel {
	size_t used, left_out; /* strata */
	double n, chi2, p, corrected, corrected_p;
	bool has_odds_ratio, has_interval; /* absent where 0/0 or infinite; interval where it is 0 besides */
	double odds_ratio, log_se;
	struct an_interval interval;
	bool has_risk_ratio, has_risk_interval;
	double risk_ratio;
	struct an_interval risk_interval;
	double difference;
	struct an_interval difference_interval;
	struct an_homogeneity breslow_day, tarone, woolf;
};
enum an_status an_mantel_haenszel(const double *count, size_t strata, double level, struct an_mantel_haenszel *out);

struct an_cmh {
	size_t used, left_out;
	double n, chi2, df, p;
};
/* AN_ENOVARIANCE: the covariances cannot be inverted (a row or column without people). */
enum an_status an_cmh(const double *count, size_t strata, size_t rows, size_t cols, struct an_work *work,
    struct an_cmh *out);

#endif
