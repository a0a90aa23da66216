#include "analysis/stats/numeric/chisq_noncentral.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double an_chisq_noncentral_p(double x, double df, double ncp)
{
	double half = ncp / 2, spread = 10 * sqrt(half) + 60, sum = 0, p, log_step, log_weight;
	double last = floor(half + spread), first = fmax(0, floor(half - spread));

	if (!(x > 0))
		return 0;
	if (!(ncp > 0))
		return gsl_cdf_chisq_P(x, df);
	p = gsl_cdf_chisq_P(x, df + 2 * last);
	/* P(x; df) - P(x; df + 2) */
	log_step = (df / 2 + last) * log(x / 2) - x / 2 - lgamma(df / 2 + last + 1);
	log_weight = last * log(half) - half - lgamma(last + 1);
	for (double j = last; j >= first; j--) {
		sum += exp(log_weight) * p;
		log_step += log(df / 2 + j) - log(x / 2);
		p = fmin(1, p + exp(log_step));
		if (j > 0)
			log_weight += log(j) - log(half);
	}
	return fmin(1, sum);
}

double an_chisq_noncentral_ncp(double p, double x, double df)
{
	double lo = 0, hi = fmax(1, x);

	if (an_chisq_noncentral_p(x, df, 0) <= p)
		return 0;
	for (int i = 0; i < 60 && an_chisq_noncentral_p(x, df, hi) > p; i++)
		hi *= 2;
	for (int i = 0; i < 200 && hi - lo > 1e-12 * hi; i++) {
		double middle = lo + (hi - lo) / 2;

		if (an_chisq_noncentral_p(x, df, middle) > p)
			lo = middle;
		else
			hi = middle;
	}
	return lo + (hi - lo) / 2;
}
