/* analysis/stats/scale/adequacy.h -- whether correlations are fit for factor analysis.
 * Kaiser's measure of sampling adequacy (Kaiser 1970; Kaiser & Rice 1974): squared correlations
 * as a share of these and the squared partial ones, over all pairs and for each variable.
 * Bartlett's test of sphericity (1951): -log|R| (n - 1 - (2k + 5)/6) on k (k - 1)/2 degrees of freedom.
 * AN_ETOOFEW: k < 2.  AN_ENOVARIANCE: R is not positive definite (Bartlett) or has no inverse
 * (Kaiser), or no two variables correlate. */
#ifndef ANALYSIS_STATS_SCALE_ADEQUACY_H
#define ANALYSIS_STATS_SCALE_ADEQUACY_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

/* each: k measures of single variables; *msa: the overall one. */
enum an_status an_kmo(const double *cor, size_t k, struct an_work *work, double *msa, double *each);

struct an_bartlett {
	double determinant, chisq, df, p;
};
/* AN_ETOOFEW also: n too small for the factor above to be positive. */
enum an_status an_bartlett_sphericity(const double *cor, size_t k, size_t n, struct an_work *work,
    struct an_bartlett *out);

#endif
