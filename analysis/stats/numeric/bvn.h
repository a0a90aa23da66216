/* analysis/stats/numeric/bvn.h -- the bivariate standard normal distribution with correlation r, |r| <= 1.
 * an_bvn(): P(X <= h, Y <= k), infinite h or k allowed, to 1e-15 absolutely: Drezner & Wesolowsky
 * 1990 with the changes of Genz 2004, section 2.4, on 20 Gauss-Legendre points.
 * an_bvn_density(): density at (h, k), 0 where one of them is infinite; |r| < 1.
 * Derivatives of an_bvn(): by r the density; by h (by k with both exchanged)
 * phi(h) Phi((k - r h) / sqrt(1 - r^2)), which is an_bvn_slope(). */
#ifndef ANALYSIS_STATS_NUMERIC_BVN_H
#define ANALYSIS_STATS_NUMERIC_BVN_H

double an_bvn(double h, double k, double r);
double an_bvn_density(double h, double k, double r);
double an_bvn_slope(double h, double k, double r);
/* Second derivative by r: that of the density, in closed form. */
double an_bvn_density_slope(double h, double k, double r);

#endif
