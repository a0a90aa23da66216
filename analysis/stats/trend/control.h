/* analysis/stats/trend/control.h -- control charts (Shewhart 1931; Wheeler & Chambers 1992; Montgomery 2013).
 * Points stand in order of time or of their listing; each chart gives a centre and limits for every
 * point.  z: how many of the chart's own standard errors a point lies from its centre (runs rules).
 *   xmr      individuals: mean -+ 2.66 mean moving range; the moving range's own limit 3.267 times it
 *   p        shares, hits of n:  p -+ 3 sqrt(p (1 - p) / n), limits kept in 0..1
 *   u        events per unit, hits over size:  u -+ 3 sqrt(u / n), lower limit kept at 0
 *   Laney (2002): the same with 3 sigma_z, the spread of z by its mean moving range over 1.128
 *   ewma     Roberts 1959: limits L sigma sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^(2 i)))
 *   cusum    Page 1954, tabular: sums of deviations over k sigma, out beyond h sigma
 * For xmr, ewma and cusum sigma is the mean moving range over 1.128 unless given.
 * AN_ETOOFEW: under 2 points (3 for a moving range to have a mean worth it is the caller's matter).
 * AN_ENOVARIANCE: no spread to make limits of.  AN_EDATA: not finite, n of 0 or less, hits outside 0..n. */
#ifndef ANALYSIS_STATS_TREND_CONTROL_H
#define ANALYSIS_STATS_TREND_CONTROL_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_XMR_LIMIT   2.66
#define AN_RANGE_LIMIT 3.267
#define AN_D2	       1.128 /* mean range of two, in standard deviations */

struct an_control_point {
	double value, centre, lo, hi, z;
	bool out; /* beyond its limits */
};
struct an_control {
	double centre, sigma;	/* sigma: of single values (xmr, ewma, cusum) */
	double range, range_hi; /* mean moving range of the values (xmr) or of z (Laney), and its limit */
	double sigma_z;		/* Laney; 1 for plain p and u */
};

enum an_status an_control_xmr(const double *x, size_t n, struct an_control *out, struct an_control_point *point);
enum an_status an_control_p(const double *hits, const double *size, size_t n, bool laney, struct an_control *out,
    struct an_control_point *point);
enum an_status an_control_u(const double *events, const double *size, size_t n, bool laney, struct an_control *out,
    struct an_control_point *point);

/* centre NULL: the mean; sigma NULL: from the moving range. */
enum an_status an_control_ewma(const double *x, size_t n, double lambda, double width, const double *centre,
    const double *sigma, struct an_control *out, struct an_control_point *point);
/* up, down: the two sums of each point, in units of x, both 0 or more; value and limits of the point are
 * those of the larger, with sign. */
enum an_status an_control_cusum(const double *x, size_t n, double k, double h, const double *centre,
    const double *sigma, struct an_control *out, struct an_control_point *point, double *up, double *down);

/* Nelson (1984), tests 1 to 8; 5 and 6 with 1 and a longer 2 are the Western Electric rules.
 *   1 beyond 3   2 nine on one side   3 six going one way   4 fourteen up and down in turn
 *   5 two of three beyond 2 on a side   6 four of five beyond 1 on a side   7 fifteen within 1
 *   8 eight in a row beyond 1, either side
 * rules[i]: bit r - 1 is set where point i completes a pattern of rule r among those asked for. */
#define AN_RULES_MOST 8
void an_control_rules(const struct an_control_point *point, size_t n, unsigned asked, unsigned *rules);

#endif
