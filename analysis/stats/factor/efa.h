/* analysis/stats/factor/efa.h -- m common factors, or components, of k variables.
 *   AN_EFA_MINRES          least squares of the off-diagonal correlations (Harman & Jones 1966)
 *   AN_EFA_ML              maximum likelihood (Joreskog 1967)
 *   AN_EFA_PRINCIPAL_AXIS  eigenvectors with communalities in the diagonal, again and again from smc
 *                      until their sum changes by at most AN_AXIS_ENOUGH, psych's rule
 * Minres and ML go the way of psych::fa and of factanal, R's L-BFGS-B from 1 - smc (ML: a little
 * less), so that of several minima they find the same one; from its end Newton steps lead to the
 * minimum itself.  AN_EFA_MINRES_PATH stops where psych does, for what is sensitive to that.
 * They keep every uniqueness at AN_UNIQUE_LEAST or more and count those that lie there (heywood).  As in psych a
 * communality, the sum of squared loadings, can then still pass 1. Factors come by descending eigenvalue, each with the
 * sign that makes its loadings sum to 0 or more.  cor: k x k correlations, which for minres and axes need not be
 * positive definite. loading: k x m by rows.  unique: k, for minres and axes 1 - communality. dof: ((k - m)^2 - k - m)
 * / 2.  Below 0 the data do not determine the factors: minres then gives the solution nearest its beginning, as psych
 * does, and ML refuses (AN_ETOOFEW). AN_ETOOFEW: k < 3 or m outside 1 .. k - 1.  AN_ENOVARIANCE (ML): cor is not
 * positive definite. AN_ENOCONVERGE: out->fit tells, there is nothing to show.  AN_EDATA: a cell that is no
 * correlation. */
#ifndef ANALYSIS_STATS_FACTOR_EFA_H
#define ANALYSIS_STATS_FACTOR_EFA_H

#include "analysis/stats/factor/factor.h"

#define AN_AXIS_ENOUGH 0.001

enum an_extraction { AN_EFA_MINRES, AN_EFA_ML, AN_EFA_PRINCIPAL_AXIS, AN_EFA_MINRES_PATH };

struct an_efa {
	struct an_fit fit;
	long dof;
	double discrepancy; /* ML */
	size_t heywood;	    /* uniquenesses at their least, or communalities of 1 or more */
};

enum an_status an_efa(const double *cor, size_t k, size_t m, enum an_extraction extraction, struct an_work *work,
    double *loading, double *unique, struct an_efa *out);
/* Loadings of the first m principal components, k x m, signs as above; value: all k eigenvalues,
 * descending.  m from 1 to k. */
enum an_status an_components(const double *cor, size_t k, size_t m, struct an_work *work, double *loading,
    double *value);
/* Squared multiple correlations as psych::smc gives them: by a generalised inverse, so that they
 * exist where one variable follows from others too; kept in 0..1. */
enum an_status an_smc_general(const double *cor, size_t k, struct an_work *work, double *smc);
/* Which variables run against the first principal component, when most run with it: those that
 * psych::alpha(check.keys = TRUE) would turn round.  *count: how many. */
enum an_status an_against(const double *cor, size_t k, struct an_work *work, bool *against, size_t *count);

#endif
