/* analysis/stats/numeric/dist.h -- quantiles of beta, F and t to full double accuracy.
 * GSL's own inverses stop early or call the error handler for large parameters, so these
 * bracket the root of GSL's distribution functions.  p strictly inside 0..1, parameters > 0.
 * GSL's t distribution is an expansion good to some six digits from 31 degrees of freedom on, so
 * the tail of t comes from the beta distribution. */
#ifndef ANALYSIS_STATS_NUMERIC_DIST_H
#define ANALYSIS_STATS_NUMERIC_DIST_H

double an_beta_quantile(double p, double a, double b);
double an_f_quantile(double p, double df1, double df2);
double an_normal_quantile(double p);
double an_normal_critical(double level); /* a standard normal number lies within -+ this with chance level */
double an_t_quantile(double p, double df);
double an_t_critical(double level, double df);
double an_t_upper(double t, double df);	    /* P(T > t) */
double an_t_two_sided(double t, double df); /* P(|T| > |t|) */

#endif
