/* analysis/stats/compare/shapiro.h -- Shapiro-Wilk test of normality, W and its p by Royston 1995
 * (Applied Statistics algorithm AS R94), as R's shapiro.test.
 * AN_ETOOFEW: under 3 values.  AN_EDATA: more than 5000, for which the approximation was not made,
 * or one not finite.  AN_ENOVARIANCE: all the same.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_SHAPIRO_H
#define ANALYSIS_STATS_COMPARE_SHAPIRO_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

#define AN_SHAPIRO_MOST 5000

struct an_shapiro {
	double w, p;
};

enum an_status an_shapiro(const double *x, size_t n, struct an_work *work, struct an_shapiro *out);

#endif
