#include "analysis/stats/noncentral.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#define SMALL 1e-17
#define STEPS 200
#define FAR   1e5

/* Log of the Poisson weight of j at mean m. */
static double weight(double j, double m)
{
	return m > 0 ? j * log(m) - m - gsl_sf_lngamma(j + 1) : j > 0 ? -INFINITY : 0;
}

/* Sankaran 1959: near the normal distribution to the second order. */
static double far_out(double x, double df, double l)
{
	double h = 1 - 2 * (df + l) * (df + 3 * l) / (3 * (df + 2 * l) * (df + 2 * l));
	double p = (df + 2 * l) / ((df + l) * (df + l)), m = (h - 1) * (1 - 3 * h);
	double centre = 1 + h * p * (h - 1 - 0.5 * (2 - h) * m * p), sd = h * sqrt(2 * p) * (1 + 0.5 * m * p);

	return gsl_cdf_ugaussian_P((pow(x / (df + l), h) - centre) / sd);
}

double an_chisq_noncentral(double x, double df, double noncentrality)
{
	double mean = noncentrality / 2, middle = floor(mean), sum = 0;

	if (!(x > 0))
		return 0;
	if (noncentrality > FAR)
		return far_out(x, df, noncentrality);
	for (double j = middle, w = exp(weight(middle, mean)); w > SMALL; j++, w *= mean / j)
		sum += w * gsl_cdf_chisq_P(x, df + 2 * j);
	for (double j = middle - 1, w = exp(weight(middle, mean)) * middle / mean; j >= 0 && w > SMALL; j--) {
		sum += w * gsl_cdf_chisq_P(x, df + 2 * j);
		w *= j / mean;
	}
	return fmin(1, sum);
}

/* The Illinois form of false position, kept inside the bracket. */
double an_chisq_noncentrality(double x, double df, double p)
{
	double lo = 0, hi = fmax(x, 1), at_lo = an_chisq_noncentral(x, df, 0) - p, at_hi;

	/* the probability falls as the noncentrality grows */
	if (!(at_lo > 0))
		return 0;
	while ((at_hi = an_chisq_noncentral(x, df, hi) - p) > 0) {
		lo = hi;
		at_lo = at_hi;
		hi *= 2;
	}
	for (int i = 0; i < STEPS && hi - lo > 1e-13 * hi; i++) {
		double next = i % 4 == 3 ? lo + (hi - lo) / 2 : (lo * at_hi - hi * at_lo) / (at_hi - at_lo), at;

		if (!(next > lo && next < hi))
			next = lo + (hi - lo) / 2;
		at = an_chisq_noncentral(x, df, next) - p;
		if (at == 0)
			return next;
		if (at > 0) {
			lo = next;
			at_lo = at;
			at_hi /= 2;
		} else {
			hi = next;
			at_hi = at;
			at_lo /= 2;
		}
	}
	return lo + (hi - lo) / 2;
}
