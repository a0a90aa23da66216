/* analysis/stats/numeric/chisq_noncentral.h -- noncentral chi-square: sum of the squares of df normal variables
 * whose means are not all 0 (squares of means sum to ncp).  x >= 0, df > 0, ncp >= 0; for finite
 * arguments the result is finite.
 * The distribution function is the Poisson mixture of central ones (Patnaik 1949), its terms from the
 * last one down, so that all that is added is positive. */
#ifndef ANALYSIS_STATS_NUMERIC_CHISQ_NONCENTRAL_H
#define ANALYSIS_STATS_NUMERIC_CHISQ_NONCENTRAL_H

double an_chisq_noncentral_p(double x, double df, double ncp); /* P(X <= x) */
/* The ncp at which P(X <= x) = p, which falls as ncp grows; 0 where it is below p already at 0. */
double an_chisq_noncentral_ncp(double p, double x, double df);

#endif
