/* analysis/stats/factor/factor_stats.h -- how well loadings reproduce correlations, as psych::fa prints it
 * (factor.stats of psych 2.2.9).
 *   objective  log|M| - log|R| + tr(M^-1 R) - k, M the model with R's diagonal
 *   chisq      objective * (n - 1 - (2k + 5)/6 - 2m/3), Bartlett 1951; also factanal's test
 *   rmsea      sqrt(max(chisq / (dof n) - 1 / (n - 1), 0)), interval by the noncentral chi-square
 *   tli        Tucker & Lewis 1973, against the model without factors
 *   bic, sabic chisq - dof log n, and with (n + 2) / 24
 *   rms, crms  of the off-diagonal residuals, and over the degrees of freedom
 *   fit, fit_off  1 - squared residuals / squared correlations, whole and off the diagonal
 *   chi        empirical chi-square: squared residuals times the people behind each
 * With pairs (k x k people behind each correlation) chi, rms, crms and fit_off weigh by these, as
 * psych does for raw data.  n: people, 0 when not known: then nothing that needs it.
 * Eigenvalues of R or M not above 1e-12 are lifted first (psych::cor.smooth) and counted in smoothed. */
#ifndef ANALYSIS_STATS_FACTOR_FACTOR_STATS_H
#define ANALYSIS_STATS_FACTOR_FACTOR_STATS_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

struct an_factor_fit_in {
	const double *cor, *loading, *phi; /* phi: m x m or NULL */
	size_t k, m, n;
	const double *pairs; /* or NULL */
	double level;	     /* of the interval of rmsea */
};

struct an_factor_fit {
	long dof;
	size_t smoothed;
	double objective, null_objective, rms, fit, fit_off;
	bool has_crms, has_chisq, has_test, has_tli, has_rmsea, has_lo, has_hi;
	double crms, chisq, p, null_chisq, null_dof;
	double chi, chi_p, bic, sabic, ebic, tli, rmsea, lo, hi;
};

/* AN_ENOVARIANCE: no discrepancy even of the lifted matrices.  AN_EDATA: level outside 0..1. */
enum an_status an_factor_fit(const struct an_factor_fit_in *in, struct an_work *work, struct an_factor_fit *out);

#endif
