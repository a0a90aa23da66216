/* analysis/stats/factor/factor.h -- one common factor of k variables, and omega total from it.
 * Minres: least squares of the off-diagonal correlations (Harman & Jones 1966).
 * ML: maximum likelihood under normality (Joreskog 1967), as an_efa().
 * Both keep every uniqueness at AN_UNIQUE_LEAST or more while they fit, as psych and factanal do,
 * and count the ones that lie there (Heywood cases).  Minres then gives psych's solution (efa.h),
 * in which a loading can pass 1 and unique, 1 - loading^2, so fall below 0.  Signs: the loadings sum to 0 or more.
 * omega = (sum l)^2 / ((sum l)^2 + sum uniqueness)  (McDonald 1999), of standardised items.
 * cor: k x k correlations.  loading, unique: room for k.
 * AN_ETOOFEW: k < 3, where one factor is not determined.  AN_ENOVARIANCE (ML): cor is not
 * positive definite.  AN_ENOCONVERGE: *out has the report of the fit and nothing to show.
 * AN_EDATA: a cell that is no correlation. */
#ifndef ANALYSIS_STATS_FACTOR_FACTOR_H
#define ANALYSIS_STATS_FACTOR_FACTOR_H

#include "analysis/stats/fit.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_UNIQUE_LEAST 0.005

struct an_factor {
	struct an_fit fit;
	double objective;	 /* minres: sum of squared off-diagonal residuals; ML: discrepancy */
	double omega, explained; /* explained: share of the variance of all items */
	size_t heywood;
};

enum an_status an_factor_minres(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out);
enum an_status an_factor_ml(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out);

#endif
