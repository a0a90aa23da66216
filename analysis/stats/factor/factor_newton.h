/* analysis/stats/factor/factor_newton.h -- uniquenesses of m common factors by Newton steps on their logarithms,
 * none below AN_UNIQUE_LEAST; the fit behind an_factor_ml() and an_efa(), same terms. */
#ifndef ANALYSIS_STATS_FACTOR_FACTOR_NEWTON_H
#define ANALYSIS_STATS_FACTOR_FACTOR_NEWTON_H

#include "analysis/stats/factor/factor.h"

struct an_newton {
	size_t k, m;
	const double *cor; /* k x k */
	bool ml;	   /* likelihood, or least squares of all cells with the uniquenesses in the diagonal */
};

/* unique: k, the beginning and the end.  *objective: discrepancy, or half the sum of squared
 * residuals.  AN_ENOVARIANCE (ML): cor is not positive definite.  AN_ENOCONVERGE: *fit tells. */
enum an_status an_newton_unique(const struct an_newton *f, double *unique, struct an_work *work, struct an_fit *fit,
    double *objective);
/* Loadings, k x m, that fit best for given uniquenesses; no sign is chosen. */
enum an_status an_newton_loadings(const struct an_newton *f, const double *unique, struct an_work *work,
    double *loading);

#endif
