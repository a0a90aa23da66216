/* analysis/stats/trend/funnel.h -- shares of many units around what all have together (Spiegelhalter 2005).
 * z = (share - centre) / sqrt(centre (1 - centre) / n); overdispersion phi = mean z^2, or with the z
 * winsorised: those beyond the quantiles (type 7) at winsor and 1 - winsor set to them.
 * Limits:  none            centre -+ z_level se
 *          multiplicative  se times sqrt(phi), where phi is above 1
 *          additive        sqrt(se^2 + tau2), tau2 by moments (DerSimonian & Laird 1986) from phi
 * shrunk: posterior means of a beta-binomial by moments (Kleinman 1973), rho its intraclass correlation.
 * AN_ETOOFEW: under 2 units.  AN_EDATA: n of 0 or less, hits outside 0..n, winsor outside 0..0.5, level.
 * AN_ENOVARIANCE: all hits, or none. */
#ifndef ANALYSIS_STATS_TREND_FUNNEL_H
#define ANALYSIS_STATS_TREND_FUNNEL_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

enum an_overdispersion { AN_DISPERSION_NONE, AN_DISPERSION_MULTIPLICATIVE, AN_DISPERSION_ADDITIVE };

struct an_funnel {
	size_t units;
	double centre, phi, phi_winsor, tau2, rho;
};
struct an_funnel_unit {
	double share, z, adjusted_z; /* adjusted for overdispersion */
	double p;		     /* two-sided, of adjusted_z */
	double shrunk;
};

enum an_status an_funnel(const double *hits, const double *n, size_t units, double winsor, enum an_overdispersion over,
    struct an_work *work, struct an_funnel *out, struct an_funnel_unit *unit);
/* Limits for a unit of n at a confidence level, kept in 0..1. */
enum an_status an_funnel_limits(const struct an_funnel *f, enum an_overdispersion over, double n, double level,
    double *lo, double *hi);

#endif
