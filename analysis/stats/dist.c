#include "analysis/stats/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Newton steps on P(x) - p, each kept inside the bracket by bisection. */
double an_beta_quantile(double p, double a, double b)
{
	double lo = 0, hi = 1, x = a / (a + b);

	for (int i = 0; i < 300 && lo < hi; i++) {
		/* the smaller tail keeps its digits */
		double off = p <= 0.5 ? gsl_cdf_beta_P(x, a, b) - p : (1 - p) - gsl_cdf_beta_Q(x, a, b);
		double slope = gsl_ran_beta_pdf(x, a, b), next;

		if (off == 0)
			break;
		if (off > 0)
			hi = x;
		else
			lo = x;
		next = slope > 0 && isfinite(slope) ? x - off / slope : lo;
		if (!(next > lo && next < hi))
			next = lo + (hi - lo) / 2;
		if (fabs(next - x) <= 1e-16 * x || next == lo || next == hi)
			break;
		x = next;
	}
	return x;
}

double an_f_quantile(double p, double df1, double df2)
{
	double b = an_beta_quantile(p, df1 / 2, df2 / 2), upper;

	if (b < 0.5)
		return df2 * b / (df1 * (1 - b));
	/* 1 - b from the mirrored distribution, without cancellation */
	upper = an_beta_quantile(1 - p, df2 / 2, df1 / 2);
	return df2 * (1 - upper) / (df1 * upper);
}

double an_normal_quantile(double p)
{
	return p < 0.5 ? gsl_cdf_ugaussian_Pinv(p) : gsl_cdf_ugaussian_Qinv(1 - p);
}

/* Normal approximation of Sankaran 1963; to six digits and better where it is used. */
static double noncentral_far(double x, double df, double ncp)
{
	double a = df + ncp, b = df + 2 * ncp, h = 1 - 2 * a * (df + 3 * ncp) / (3 * b * b), p = b / (a * a);
	double m = (h - 1) * (1 - 3 * h);

	return gsl_cdf_ugaussian_P(
	    (pow(x / a, h) - 1 - h * p * (h - 1 - 0.5 * (2 - h) * m * p)) / (h * sqrt(2 * p) * (1 + 0.5 * m * p)));
}

double an_chisq_noncentral_P(double x, double df, double ncp)
{
	double mean = ncp / 2, middle = floor(mean), sum = 0, weight;

	if (!(x > 0) || !(ncp > 0))
		return x > 0 ? gsl_cdf_chisq_P(x, df) : 0;
	if (ncp > 20000)
		return noncentral_far(x, df, ncp);
	/* outward from the heaviest term, until what is left cannot be seen */
	weight = gsl_ran_poisson_pdf((unsigned)middle, mean);
	for (double j = middle, w = weight; w > 1e-18; w *= mean / ++j)
		sum += w * gsl_cdf_chisq_P(x, df + 2 * j);
	for (double j = middle - 1, w = weight * middle / fmax(mean, 1e-300); j >= 0 && w > 1e-18; w *= j-- / mean)
		sum += w * gsl_cdf_chisq_P(x, df + 2 * j);
	return fmin(1, sum);
}

double an_chisq_ncp(double p, double x, double df)
{
	double lo = 0, hi = 1;

	if (!(an_chisq_noncentral_P(x, df, 0) > p))
		return 0;
	while (hi < 1e300 && an_chisq_noncentral_P(x, df, hi) > p)
		hi *= 2;
	for (int i = 0; i < 200 && hi - lo > 1e-12 * hi; i++) {
		double middle = lo + (hi - lo) / 2;

		if (an_chisq_noncentral_P(x, df, middle) > p)
			lo = middle;
		else
			hi = middle;
	}
	return lo;
}
