/* analysis/stats/numeric/quadrature.h -- points and weights for the standard normal distribution.
 * Equally spaced from -AN_QUADRATURE_SPAN to AN_QUADRATURE_SPAN, weights in proportion to the
 * density and summing to 1.  For smooth integrands this trapezoid converges geometrically (Trefethen
 * & Weideman 2014); 61 points integrate item response likelihoods to about double precision as
 * long as slopes stay below 10.  n >= 2. */
#ifndef ANALYSIS_STATS_NUMERIC_QUADRATURE_H
#define ANALYSIS_STATS_NUMERIC_QUADRATURE_H

#include <stddef.h>

#define AN_QUADRATURE_SPAN 6.0

void an_quadrature_normal(size_t n, double *point, double *weight);

#endif
