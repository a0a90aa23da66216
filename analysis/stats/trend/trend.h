/* analysis/stats/trend/trend.h -- whether a series goes up or down.
 * t[i], y[i]: time and value of n points in order of time, both finite (t may repeat).
 *   an_mann_kendall  S = sum of sign((t_j - t_i)(y_j - y_i)); variance corrected for ties in y and in t
 *                    (Kendall 1975); z with continuity correction; tau: Kendall's tau-b
 *   by season        S and variances summed over seasons, pairs within a season alone (Hirsch, Slack &
 *                    Smith 1982, seasons taken as independent)
 *   an_sen           median of the slopes of all pairs with different times (Sen 1968); interval at the
 *                    ranks (N - C) / 2 and (N + C) / 2 + 1 with C = z sd(S), interpolated (Gilbert 1987)
 *   an_trend_line          least squares of y on t, with its usual errors
 *   an_autocorrelation, an_ljung_box (1978), an_smoothing: of y in order, evenly spaced
 * AN_ETOOFEW: fewer points than needed (3; for Mann-Kendall 3 of different times).
 * AN_ENOVARIANCE: y or t constant.  AN_EDATA: not finite, t that goes down, level outside 0..1. */
#ifndef ANALYSIS_STATS_TREND_TREND_H
#define ANALYSIS_STATS_TREND_TREND_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_SEN_PAIRS_MOST 20000000 /* pairs of an_sen; about 6300 points */

struct an_mann_kendall {
	size_t n;
	double s, var, z, p, tau;
};
enum an_status an_mann_kendall(const double *t, const double *y, size_t n, struct an_work *work,
    struct an_mann_kendall *out);
/* season: 0 .. seasons - 1 for each point. */
enum an_status an_mann_kendall_seasonal(const double *t, const double *y, const size_t *season, size_t n,
    size_t seasons, struct an_work *work, struct an_mann_kendall *out);

struct an_sen {
	size_t pairs;
	double slope, intercept; /* through the medians: median(y) - slope median(t) */
	double lo_rank, hi_rank;
	bool has_lo, has_hi; /* a rank inside 1..pairs */
	double lo, hi;
};
/* var: of S, from an_mann_kendall.  season: pairs of one season alone, or NULL. */
enum an_status an_sen(const double *t, const double *y, const size_t *season, size_t n, double var, double level,
    struct an_work *work, struct an_sen *out);

struct an_trend_coefficient {
	double value, se;
	bool has_t; /* points not all on the line */
	double t, p;
};
struct an_trend_line {
	size_t n;
	struct an_trend_coefficient intercept, slope;
	struct an_interval interval; /* of the slope */
	double r2, sigma;
};
enum an_status an_trend_line(const double *t, const double *y, size_t n, double level, struct an_trend_line *out);

/* r[0 .. lags - 1]: lags 1 to lags, sums over n - lag pairs divided by the sum of all squares.
 * AN_ETOOFEW: lags not under n. */
enum an_status an_autocorrelation(const double *y, size_t n, size_t lags, double *r);
/* n (n + 2) sum r_k^2 / (n - k), chi squared on lags degrees of freedom. */
enum an_status an_ljung_box(const double *r, size_t n, size_t lags, double *statistic, double *p);
/* Simple exponential smoothing from y[0]: level[i] = alpha y[i] + (1 - alpha) level[i - 1].
 * sse: squared one-step errors, of n - 1 forecasts.  alpha above 0, at most 1. */
enum an_status an_smoothing(const double *y, size_t n, double alpha, double *level, double *sse);

#endif
