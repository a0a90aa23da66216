#include "analysis/stats/numeric/dist.h"

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

double an_normal_critical(double level)
{
	return an_normal_quantile(1 - (1 - level) / 2);
}

double an_t_quantile(double p, double df)
{
	double share = 2 * fmin(p, 1 - p), x = share < 1 ? an_beta_quantile(1 - share, 0.5, df / 2) : 0, t;

	/* x = t^2 / (df + t^2); near 1 its complement keeps the digits */
	if (x < 0.5) {
		t = sqrt(df * x / (1 - x));
	} else {
		x = an_beta_quantile(share, df / 2, 0.5);
		t = sqrt(df * (1 - x) / x);
	}
	return p < 0.5 ? -t : t;
}

double an_t_upper(double t, double df)
{
	double square = t * t, half;

	if (square < df)
		half = 0.5 * gsl_cdf_beta_Q(square / (df + square), 0.5, df / 2);
	else
		half = 0.5 * gsl_cdf_beta_P(df / (df + square), df / 2, 0.5);
	return t >= 0 ? half : 1 - half;
}

double an_t_critical(double level, double df)
{
	return an_t_quantile(1 - (1 - level) / 2, df);
}

double an_t_two_sided(double t, double df)
{
	return 2 * an_t_upper(fabs(t), df);
}
