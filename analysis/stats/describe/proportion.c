#include "analysis/stats/describe/proportion.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define BINOMIAL_MOST 1e7

const char *an_proportion_name(enum an_proportion_method m)
{
	static const char *const names[AN_PROPORTION_METHODS] = {
		[AN_WILSON] = "wilson",
		[AN_WILSON_CONTINUITY] = "wilson_continuity",
		[AN_WALD] = "wald",
		[AN_AGRESTI_COULL] = "agresti_coull",
		[AN_CLOPPER_PEARSON] = "clopper_pearson",
		[AN_JEFFREYS] = "jeffreys",
	};

	return (unsigned)m < AN_PROPORTION_METHODS ? names[m] : "unknown";
}

static void wilson(double x, double n, double z, double correction, struct an_interval *out)
{
	double p = x / n, c = correction / n, base = z * z / (2 * n), width = 1 + z * z / n;
	double lo = p - c, hi = p + c;

	if (lo < 0)
		lo = 0;
	lo = (lo + base - z * sqrt(lo * (1 - lo) / n + z * z / (4 * n * n))) / width;
	hi = (hi + base + z * sqrt(hi * (1 - hi) / n + z * z / (4 * n * n))) / width;
	/* at the ends the square root is exact but its rounding is not */
	out->lo = x <= correction || !(lo > 0) ? 0 : lo;
	out->hi = x >= n || !(hi < 1) ? 1 : hi;
}

static void normal(double x, double n, double z, struct an_interval *out)
{
	double p = x / n, half = z * sqrt(p * (1 - p) / n);

	out->lo = p - half;
	out->hi = p + half;
}

static void beta(double x, double n, double prior, double level, struct an_interval *out)
{
	double tail = (1 - level) / 2;
	double other = prior > 0 ? prior : 1; /* exact: beta(x, n-x+1) and beta(x+1, n-x) */

	out->lo = x <= 0 ? 0 : an_beta_quantile(tail, x + prior, n - x + other);
	out->hi = x >= n ? 1 : an_beta_quantile(1 - tail, x + other, n - x + prior);
}

enum an_status an_proportion(double hits, double n, enum an_proportion_method method, double level,
    struct an_interval *out)
{
	double z;

	out->lo = out->hi = 0;
	if (!(level > 0 && level < 1) || !(hits >= 0) || !isfinite(n) || !(hits <= n))
		return AN_EDATA;
	if (!(n > 0))
		return AN_ETOOFEW;
	z = an_normal_critical(level);
	switch (method) {
	case AN_WILSON:
		wilson(hits, n, z, 0, out);
		return AN_OK;
	case AN_WILSON_CONTINUITY:
		wilson(hits, n, z, fmin(0.5, fabs(hits - n / 2)), out);
		return AN_OK;
	case AN_WALD:
		normal(hits, n, z, out);
		return AN_OK;
	case AN_AGRESTI_COULL:
		normal(hits + z * z / 2, n + z * z, z, out);
		return AN_OK;
	case AN_CLOPPER_PEARSON:
		beta(hits, n, 0, level, out);
		return AN_OK;
	case AN_JEFFREYS:
		beta(hits, n, 0.5, level, out);
		return AN_OK;
	}
	return AN_EDATA;
}

enum an_status an_proportion_finite(double hits, double n, double population, enum an_proportion_method method,
    double level, struct an_interval *out)
{
	double size;

	out->lo = out->hi = 0;
	if (!(population >= n) || !isfinite(population))
		return AN_EDATA;
	if (!(n > 0))
		return AN_ETOOFEW;
	if (population > n) {
		size = n * (population - 1) / (population - n);
		return an_proportion(fmin(hits / n * size, size), size, method, level, out);
	}
	out->lo = out->hi = hits / n;
	return hits >= 0 && hits <= n ? AN_OK : AN_EDATA;
}

enum an_status an_binomial_test(double hits, double n, double p, double *p_value)
{
	double limit, sum = 0;

	*p_value = 0;
	if (!(p >= 0 && p <= 1) || !(hits >= 0) || !(hits <= n) || floor(hits) != hits || floor(n) != n ||
	    n > BINOMIAL_MOST)
		return AN_EDATA;
	if (n < 1)
		return AN_ETOOFEW;
	/* outcomes within rounding of equally likely count as equally likely */
	limit = gsl_ran_binomial_pdf((unsigned)hits, p, (unsigned)n) * (1 + 1e-7);
	for (unsigned k = 0; k <= (unsigned)n; k++) {
		double d = gsl_ran_binomial_pdf(k, p, (unsigned)n);

		if (d <= limit)
			sum += d;
	}
	*p_value = sum < 1 ? sum : 1;
	return AN_OK;
}

/* Smallest x with P(X <= x) >= p, X binomial(n, share), 0 < share < 1. */
static unsigned binomial_quantile(double p, double share, unsigned n)
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
		out->interval.lo = binomial_quantile(tail, share, n) / (double)n;
		out->interval.hi = binomial_quantile(1 - tail, share, n) / (double)n;
	}
	return AN_OK;
}
