/* analysis/stats/numeric/sum.h -- compensated sums (Neumaier 1974, a refinement of Kahan's), and the
 * corrected two-pass mean and central moments (Chan, Golub & LeVeque 1983, eq. 1.7).
 * x: n finite values. */
#ifndef ANALYSIS_STATS_NUMERIC_SUM_H
#define ANALYSIS_STATS_NUMERIC_SUM_H

#include <stddef.h>

struct an_sum {
	double s, c;
};

void an_sum_add(struct an_sum *a, double x);
static inline double an_sum_of(const struct an_sum *a)
{
	return a->s + a->c;
}

/* Numbers are read from decimals, and far from 0 the double next to a decimal is off by what may matter
 * beside the spread of the data: 1000000000000.4 by 2e-5.  What the decimal of at most 15 digits next to x
 * has over x; 0 where x is not the double next to it, or the difference cannot matter. */
double an_decimal_rest(double x);

/* Sums of powers of deviations from the mean: m2 = sum d^2, m3 = sum d^3, m4 = sum d^4.  The mean of the
 * decimals is mean + rest. */
struct an_central {
	size_t n;
	double mean, rest, m2, m3, m4;
};

double an_mean(const double *x, size_t n);			       /* n >= 1 */
void an_central_of(const double *x, size_t n, struct an_central *out); /* n >= 1 */

#endif
