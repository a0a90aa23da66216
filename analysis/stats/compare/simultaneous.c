#include "analysis/stats/compare/simultaneous.h"
#include "analysis/stats/numeric/root.h"

#include <math.h>

#define LOG_LEAST (-60.0) /* log of the smallest weight that counts */
#define REACH	  9.0	  /* standard deviations of a normal that count */
#define STEP	  0.125

static double normal_upper(double x)
{
	return 0.5 * erfc(x * M_SQRT1_2);
}

static double normal_density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* In u = log s the density is exp(df (u - e^{2u} / 2)) but for a constant, which the sum of the
 * weights stands for. */
double an_over_chi(double df, double pace, double (*f)(const void *arg, double s), const void *arg)
{
	double sd = 1 / sqrt(2 * df), step = fmin(fmin(sd / 2, 0.06), 0.5 / pace);
	double sum = 0, weights = 0;

	for (int side = -1; side <= 1; side += 2)
		for (double i = side < 0 ? 0 : 1;; i++) {
			double u = side * i * step, log_weight = df * (u - expm1(2 * u) / 2), weight = exp(log_weight);

			if (log_weight < LOG_LEAST)
				break;
			weights += weight;
			sum += weight * f(arg, exp(u));
		}
	return sum / weights;
}

struct range {
	double q, k, df, p;
};

/* P(range of k standard normals > w) = k * integral of phi(z) [Phi(z)^(k-1) - (Phi(z) - Phi(z - w))^(k-1)]. */
static double normal_range_upper(double w, double k)
{
	double sum = 0, hi = fmax(REACH, w / 2 + REACH);

	for (double z = -REACH; z <= hi; z += STEP) {
		double below = normal_upper(-z), part = normal_upper(w - z) / below;

		if (part < 1)
			sum += normal_density(z) * pow(below, k - 1) * -expm1((k - 1) * log1p(-part));
		else
			sum += normal_density(z) * pow(below, k - 1);
	}
	return fmin(1, k * sum * STEP);
}

static double range_at(const void *arg, double s)
{
	const struct range *r = arg;

	return normal_range_upper(r->q * s, r->k);
}

double an_range_upper(double q, double k, double df)
{
	struct range r = { q, k, df, 0 };

	return q > 0 ? fmin(1, an_over_chi(df, 1, range_at, &r)) : 1;
}

/* In log q, where both tails are long. */
static double range_off(void *arg, double log_q)
{
	const struct range *r = arg;

	return an_range_upper(exp(log_q), r->k, r->df) - (1 - r->p);
}

/* From a guess at the root of a falling curve, which lies between e^-40 and e^40. */
static enum an_status search(an_curve_fn *f, void *arg, double guess, double *out)
{
	double lo = guess - 0.1, hi = guess + 0.1;
	enum an_status status;

	while (f(arg, lo) < 0 && lo > -40)
		lo -= 2 * (guess - lo);
	while (f(arg, hi) > 0 && hi < 40)
		hi += 2 * (hi - guess);
	status = an_root(f, arg, lo, hi, 1e-12, out);
	*out = exp(*out);
	return status == AN_EDATA ? AN_ENOCONVERGE : status;
}

enum an_status an_range_quantile(double p, double k, double df, double *out)
{
	struct range r = { 0, k, df, p };

	*out = 0;
	if (!(p > 0 && p < 1) || !(k >= 2) || !(df >= 1) || !isfinite(k) || !isfinite(df))
		return AN_EDATA;
	return search(range_off, &r, log(3.5), out);
}

struct dunnett {
	double d, df, p;
	const double *share;
	size_t comparisons;
};

/* Given the control's own mean z and the standard deviation s, comparisons are independent. */
static double dunnett_at(const void *arg, double s)
{
	const struct dunnett *d = arg;
	double sum = 0;

	for (double z = -REACH; z <= REACH; z += STEP) {
		double log_inside = 0;

		for (size_t i = 0; i < d->comparisons; i++) {
			double own = sqrt(1 - d->share[i]), common = sqrt(d->share[i]) * z;
			double outside =
			    normal_upper((d->d * s - common) / own) + normal_upper((d->d * s + common) / own);

			log_inside += outside < 1 ? log1p(-outside) : -INFINITY;
		}
		sum += normal_density(z) * -expm1(log_inside);
	}
	return sum * STEP;
}

double an_dunnett_upper(double d, const double *share, size_t comparisons, double df)
{
	struct dunnett x = { d, df, 0, share, comparisons };

	return d > 0 ? fmin(1, an_over_chi(df, 1, dunnett_at, &x)) : 1;
}

static double dunnett_off(void *arg, double log_d)
{
	const struct dunnett *x = arg;

	return an_dunnett_upper(exp(log_d), x->share, x->comparisons, x->df) - (1 - x->p);
}

enum an_status an_dunnett_quantile(double p, const double *share, size_t comparisons, double df, double *out)
{
	struct dunnett x = { 0, df, p, share, comparisons };

	*out = 0;
	if (!(p > 0 && p < 1) || comparisons < 1 || !(df >= 1) || !isfinite(df))
		return AN_EDATA;
	for (size_t i = 0; i < comparisons; i++)
		if (!(share[i] > 0 && share[i] < 1))
			return AN_EDATA;
	return search(dunnett_off, &x, log(2.5), out);
}
