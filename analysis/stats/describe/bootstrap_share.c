#include "analysis/stats/describe/bootstrap_share.h"

#include <gsl/gsl_cdf.h>

/* Smallest x with P(X <= x) >= p, X binomial(n, share), 0 < share < 1. */
static unsigned quantile(double p, double share, unsigned n)
{
	unsigned lo = 0, hi = n;

	while (lo < hi) {
		unsigned mid = lo + (hi - lo) / 2;

		if (gsl_cdf_binomial_P(mid, share, n) >= p)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

enum an_status an_bootstrap_share(unsigned hits, unsigned n, double level, struct an_bootstrap_share *out)
{
	double share, tail = (1 - level) / 2;

	if (n == 0)
		return AN_ETOOFEW;
	if (hits > n || !(level > 0 && level < 1))
		return AN_EDATA;
	share = (double)hits / n;
	out->has_width = hits > 0 && hits < n;
	out->interval = (struct an_interval){ share, share };
	if (out->has_width) {
		out->interval.lo = quantile(tail, share, n) / (double)n;
		out->interval.hi = quantile(1 - tail, share, n) / (double)n;
	}
	return AN_OK;
}
