/* analysis/stats/numeric/noncentral.h -- noncentral chi-square, t and F: distribution functions, and the
 * noncentrality that gives a statistic a chance, by which intervals of effects are found (Steiger &
 * Fouladi 1997).
 *   chi-square  the Poisson mixture of central ones (Patnaik 1949), df > 0
 *   t           averaged over the chi distribution of its denominator, shift: its noncentrality
 *   F           the Poisson mixture of beta distributions, lambda: its noncentrality
 * Mixtures are summed from their last term down, where all that is added is positive. */
#ifndef ANALYSIS_STATS_NUMERIC_NONCENTRAL_H
#define ANALYSIS_STATS_NUMERIC_NONCENTRAL_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#define AN_NONCENTRAL_MOST 1000.0 /* |t|; F: 1e6 */

/* P(X <= x) at noncentrality ncp >= 0. */
double an_noncentral_chisq_lower(double x, double df, double ncp);
double an_noncentral_t_lower(double t, double df, double shift);
double an_noncentral_f_lower(double f, double df1, double df2, double lambda);

/* The ncp at which P(X <= x) = p, which falls as ncp grows; 0 where it is below p already at 0. */
double an_noncentral_chisq_ncp(double p, double x, double df);
/* AN_EDATA: level not inside 0..1, df < 1 (t) or not positive (F), or a statistic that is not
 * finite or beyond AN_NONCENTRAL_MOST in size.  AN_ENOCONVERGE: a bound was not found. */
enum an_status an_noncentral_t_interval(double t, double df, double level, struct an_interval *out);
/* A bound is 0 where even a central F reaches f too seldom or too often. */
enum an_status an_noncentral_f_interval(double f, double df1, double df2, double level, struct an_interval *out);

#endif
