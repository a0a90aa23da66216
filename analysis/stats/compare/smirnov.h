/* analysis/stats/compare/smirnov.h -- Kolmogorov-Smirnov test of two samples: largest distance between
 * their distribution functions (Smirnov 1939), as R's ks.test.
 *   exact   chance under all orders of the pooled values, ties kept as they are (Schroer &
 *           Trenkler 1995); AN_EXACT_AUTO: where n * m is under 10,000
 *   else    Kolmogorov's limit, its series broken off where R breaks it off (within 4e-5)
 * greater: the distribution function of x lies above that of y (x is smaller); less is greater with
 * x and y changed, also where R's exact p with ties is not.
 * AN_ETOOFEW: an empty sample.  AN_EDATA: a value that is not finite.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_SMIRNOV_H
#define ANALYSIS_STATS_COMPARE_SMIRNOV_H

#include "analysis/stats/compare/wilcoxon.h"

struct an_smirnov {
	double d, p, at; /* at: the value where the distance is reached */
	bool exact, ties;
};

enum an_status an_smirnov(const double *x, size_t n, const double *y, size_t m, enum an_alternative alternative,
    enum an_exact exact, struct an_work *work, struct an_smirnov *out);

#endif
