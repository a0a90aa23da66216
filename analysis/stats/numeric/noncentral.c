#include "analysis/stats/numeric/noncentral.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/root.h"
#include "analysis/stats/compare/simultaneous.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

struct tail {
	double x, df1, df2, shift, p;
};

double an_noncentral_chisq_lower(double x, double df, double ncp)
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

static double normal_at(const void *arg, double s)
{
	const struct tail *t = arg;

	return 0.5 * erfc((t->shift - t->x * s) * M_SQRT1_2);
}

/* P(Z + shift <= t s), averaged over s. */
double an_noncentral_t_lower(double t, double df, double shift)
{
	struct tail x = { t, 0, df, shift, 0 };

	return an_over_chi(df, fmax(1, fabs(shift)), normal_at, &x);
}

/* A mixture of beta distributions with Poisson weights, from the far end down, where
 * I(a, b) = I(a + 1, b) + x^a (1 - x)^b / (a B(a, b)) only adds. */
double an_noncentral_f_lower(double f, double df1, double df2, double lambda)
{
	double x = df1 * f / (df1 * f + df2), rest = df2 / (df1 * f + df2), b = df2 / 2, half = lambda / 2;
	double reach = 10 * sqrt(half) + 40, last = floor(half + reach), first = fmax(0, floor(half - reach));
	double beta, sum = 0;

	if (!(f > 0))
		return 0;
	beta = gsl_cdf_beta_P(x, df1 / 2 + last, b);
	for (double j = last; j >= first; j--) {
		double weight = half > 0 ? exp(j * log(half) - half - lgamma(j + 1)) : j == 0;
		double a = df1 / 2 + j - 1; /* of the next step down */

		sum += weight * beta;
		if (j > first)
			beta += exp(a * log(x) + b * log(rest) - log(a) - gsl_sf_lnbeta(a, b));
	}
	return fmin(1, sum);
}

static double chisq_off(void *arg, double ncp)
{
	const struct tail *t = arg;

	return an_noncentral_chisq_lower(t->x, t->df1, ncp) - t->p;
}

static double t_off(void *arg, double shift)
{
	const struct tail *t = arg;

	return an_noncentral_t_lower(t->x, t->df2, shift) - t->p;
}

static double f_off(void *arg, double lambda)
{
	const struct tail *t = arg;

	return an_noncentral_f_lower(t->x, t->df1, t->df2, lambda) - t->p;
}

static enum an_status t_bound(struct tail *t, double p, double *out)
{
	double spread = sqrt(1 + t->x * t->x / (2 * t->df2)), at, far = 0.5 * spread;
	double lo, hi;

	t->p = p;
	at = t->x - an_normal_quantile(p) * spread;
	lo = at - far;
	hi = at + far;
	for (int i = 0; i < 20 && t_off(t, lo) < 0; i++, far *= 2)
		lo -= far;
	for (int i = 0; i < 20 && t_off(t, hi) > 0; i++, far *= 2)
		hi += far;
	return an_root(t_off, t, lo, hi, 1e-13, out);
}

enum an_status an_noncentral_t_interval(double t, double df, double level, struct an_interval *out)
{
	struct tail x = { t, 0, df, 0, 0 };
	double tail = (1 - level) / 2;

	*out = (struct an_interval){ 0, 0 };
	if (!(level > 0 && level < 1) || !(df >= 1) || !isfinite(df) || !(fabs(t) <= AN_NONCENTRAL_MOST))
		return AN_EDATA;
	if (t_bound(&x, 1 - tail, &out->lo) != AN_OK || t_bound(&x, tail, &out->hi) != AN_OK)
		return AN_ENOCONVERGE;
	return AN_OK;
}

/* Where off, which falls, crosses zero from 0 on; 0 where it is below already. */
static enum an_status from_zero(an_curve_fn *off, struct tail *t, double p, double hi, double *out)
{
	*out = 0;
	t->p = p;
	if (off(t, 0) <= 0)
		return AN_OK;
	for (int i = 0; i < 60 && off(t, hi) > 0; i++)
		hi *= 2;
	return an_root(off, t, 0, hi, 1e-12, out) == AN_OK ? AN_OK : AN_ENOCONVERGE;
}

double an_noncentral_chisq_ncp(double p, double x, double df)
{
	struct tail t = { x, df, 0, 0, 0 };
	double ncp;

	from_zero(chisq_off, &t, p, fmax(1, x), &ncp);
	return ncp;
}

enum an_status an_noncentral_f_interval(double f, double df1, double df2, double level, struct an_interval *out)
{
	struct tail x = { f, df1, df2, 0, 0 };
	double tail = (1 - level) / 2;

	*out = (struct an_interval){ 0, 0 };
	if (!(level > 0 && level < 1) || !(df1 > 0) || !(df2 > 0) || !(f >= 0) ||
	    !(f <= AN_NONCENTRAL_MOST * AN_NONCENTRAL_MOST))
		return AN_EDATA;
	if (f == 0)
		return AN_OK;
	if (from_zero(f_off, &x, 1 - tail, f * df1 + 10, &out->lo) != AN_OK ||
	    from_zero(f_off, &x, tail, f * df1 + 10, &out->hi) != AN_OK)
		return AN_ENOCONVERGE;
	return AN_OK;
}
