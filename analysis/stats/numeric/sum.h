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

/* Sums of powers of deviations from the mean: m2 = sum d^2, m3 = sum d^3, m4 = sum d^4. */
struct an_central {
	size_t n;
	double mean, m2, m3, m4;
};

double an_mean(const double *x, size_t n);			       /* n >= 1 */
void an_central_of(const double *x, size_t n, struct an_central *out); /* n >= 1 */

#endif
