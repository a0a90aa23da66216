/* analysis/stats/compare/simultaneous.h -- distributions of the largest of several differences.
 *   studentized range (Tukey): range of k normal means over an independent standard deviation
 *   Dunnett: largest |t| of comparisons with one control (Dunnett 1955)
 * and an average over s = sqrt(chi-squared / df), which they and the noncentral t share.
 *
 * All are sums over equal steps, which for smooth functions that die away at both ends converge
 * faster than any power of the step (Goodwin 1949); steps are such that rounding is what is left:
 * 1e-13 or better of the tail, which is worked out itself and not as one minus the rest. */
#ifndef ANALYSIS_STATS_COMPARE_SIMULTANEOUS_H
#define ANALYSIS_STATS_COMPARE_SIMULTANEOUS_H

#include "analysis/stats/status.h"

#include <stddef.h>

/* Mean of f(s).  pace: where f is not flat it changes smoothly while s changes by a share 1 / pace. */
double an_over_chi(double df, double pace, double (*f)(const void *arg, double s), const void *arg);

/* P(Q > q) for k >= 2 means and df >= 1 degrees of freedom (k, df finite); q > 0. */
double an_range_upper(double q, double k, double df);
/* The q with P(Q <= q) = p.  AN_EDATA: p not inside 0..1, k < 2 or df < 1. */
enum an_status an_range_quantile(double p, double k, double df, double *out);

/* share[i]: n_i / (n_0 + n_i) of comparison i with the control, so that two comparisons correlate
 * by sqrt(share_i share_j).  P(max |T| > d). */
double an_dunnett_upper(double d, const double *share, size_t comparisons, double df);
enum an_status an_dunnett_quantile(double p, const double *share, size_t comparisons, double df, double *out);

#endif
