/* analysis/stats/factor/rotate.h -- loadings, k x m by rows, turned toward simple structure, in place.
 * Varimax: Kaiser 1958, each row at unit length meanwhile; steps and end of stats::varimax, which
 * stops when a turn gains less than 1e-5 of the criterion, so loadings carry about three digits;
 * where those steps end on a slope, as on very regular loadings, Kaiser's planar turns go on.
 * Oblimin: direct oblimin with gamma 0, that is quartimin (Jennrich & Sampson 1966), rows as they
 * are; gradient projection (Jennrich 2002; Bernaards & Jennrich 2005) from the loadings given, as
 * GPArotation::oblimin, to a sharper end.  phi: m x m correlations of the factors; the loadings
 * are then the pattern.
 * AN_ENOCONVERGE: loadings are unchanged.  AN_ENOVARIANCE: factors that coincide. */
#ifndef ANALYSIS_STATS_FACTOR_ROTATE_H
#define ANALYSIS_STATS_FACTOR_ROTATE_H

#include "analysis/stats/fit.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

enum an_status an_varimax(double *loading, size_t k, size_t m, struct an_work *work, struct an_fit *fit);
enum an_status an_oblimin(double *loading, size_t k, size_t m, struct an_work *work, double *phi, struct an_fit *fit);
/* Variance of each factor: the diagonal of phi L'L; phi NULL when they are not correlated. */
void an_factor_variance(const double *loading, const double *phi, size_t k, size_t m, double *variance);
/* Factors by descending variance, each with loadings that sum to 0 or more; phi (or NULL) goes along. */
enum an_status an_rotation_order(double *loading, size_t k, size_t m, struct an_work *work, double *phi);

#endif
