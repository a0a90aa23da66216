/* analysis/stats/dist.h -- quantiles of beta and F to full double accuracy.
 * GSL's own inverses stop early or call the error handler for large parameters, so these
 * bracket the root of GSL's distribution functions.  p strictly inside 0..1, parameters > 0. */
#ifndef ANALYSIS_STATS_DIST_H
#define ANALYSIS_STATS_DIST_H

double an_beta_quantile(double p, double a, double b);
double an_f_quantile(double p, double df1, double df2);
double an_normal_quantile(double p);

/* P(X <= x) of a chi-square with df degrees of freedom and noncentrality ncp >= 0, as the Poisson
 * mixture of central ones; and the ncp at which that falls to p, 0 when it is below p without any. */
double an_chisq_noncentral_P(double x, double df, double ncp);
double an_chisq_ncp(double p, double x, double df);

#endif
