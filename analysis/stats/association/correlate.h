/* analysis/stats/association/correlate.h -- what goes with a Pearson correlation r from n people:
 * t on n - 2 degrees of freedom, its two-sided p, and Fisher's z interval (1921).
 * AN_ETOOFEW: n < 3 (the interval needs 4: has_interval).  AN_EDATA: r outside -1..1, level
 * outside 0..1.  With |r| = 1, p is 0 and there is neither t nor interval. */
#ifndef ANALYSIS_STATS_ASSOCIATION_CORRELATE_H
#define ANALYSIS_STATS_ASSOCIATION_CORRELATE_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#include <stdbool.h>
#include <stddef.h>

struct an_correlation {
	double p;
	bool has_t, has_interval;
	double t;
	struct an_interval interval;
};

enum an_status an_correlation_test(double r, size_t n, double level, struct an_correlation *out);

/* Pearson's r of n pairs; false where one of them is constant. */
bool an_pearson(const double *x, const double *y, size_t n, double *out);

#endif
