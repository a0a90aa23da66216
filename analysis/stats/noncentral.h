/* analysis/stats/noncentral.h -- the noncentral chi-square distribution, for intervals of effect
 * sizes that a chi-square statistic estimates.
 * Sums of central probabilities under Poisson weights, from the heaviest term outwards (Benton &
 * Krishnamoorthy 2003); absolute error below 1e-13, and below 1e-6 where the noncentrality is above
 * 100,000 and Sankaran's normal approximation (1959) stands in. */
#ifndef ANALYSIS_STATS_NONCENTRAL_H
#define ANALYSIS_STATS_NONCENTRAL_H

/* P(X <= x) for df > 0 and noncentrality >= 0. */
double an_chisq_noncentral(double x, double df, double noncentrality);
/* The noncentrality at which P(X <= x) = p, 0 < p < 1; 0 where even the central distribution lies
 * below p. */
double an_chisq_noncentrality(double x, double df, double p);

#endif
