/* analysis/stats/numeric/noncentral.h -- noncentral t and F, and intervals of their noncentrality by
 * inverting the tails (Steiger & Fouladi 1997).
 * AN_EDATA: level not inside 0..1, df < 1 (t) or not positive (F), or a statistic that is not
 * finite or beyond AN_NONCENTRAL_MOST in size.  AN_ENOCONVERGE: a bound was not found. */
#ifndef ANALYSIS_STATS_NUMERIC_NONCENTRAL_H
#define ANALYSIS_STATS_NUMERIC_NONCENTRAL_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#define AN_NONCENTRAL_MOST 1000.0 /* |t|; F: 1e6 */

double an_noncentral_t_lower(double t, double df, double shift);
double an_noncentral_f_lower(double f, double df1, double df2, double lambda);
enum an_status an_noncentral_t_interval(double t, double df, double level, struct an_interval *out);
/* A bound is 0 where even a central F reaches f too seldom or too often. */
enum an_status an_noncentral_f_interval(double f, double df1, double df2, double level, struct an_interval *out);

#endif
