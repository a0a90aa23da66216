#include "analysis/stats/compare/shapiro.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static double polynomial(const double *c, int terms, double x)
{
	double sum = 0;

	for (int i = terms; i-- > 0;)
		sum = sum * x + c[i];
	return sum;
}

/* Weights of the larger half: expected normal order statistics, the outer one or two improved. */
static void weights(size_t n, double *a)
{
	static const double outer[] = { 0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056 };
	static const double next[] = { 0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633 };
	size_t half = n / 2, improved = n > 5 ? 2 : 1;
	double squares = 0, root, u = 1 / sqrt((double)n), first, second = 0, rest;

	if (n == 3) {
		a[0] = M_SQRT1_2;
		return;
	}
	for (size_t i = 0; i < half; i++) {
		a[i] = -an_normal_quantile(((double)i + 1 - 0.375) / ((double)n + 0.25));
		squares += 2 * a[i] * a[i];
	}
	root = sqrt(squares);
	first = polynomial(outer, 6, u) + a[0] / root;
	rest = squares - 2 * a[0] * a[0];
	if (improved == 2) {
		second = polynomial(next, 6, u) + a[1] / root;
		rest -= 2 * a[1] * a[1];
	}
	root = sqrt(rest / (1 - 2 * first * first - 2 * second * second));
	a[0] = first;
	if (improved == 2)
		a[1] = second;
	for (size_t i = improved; i < half; i++)
		a[i] /= root;
}

/* 1 - W, without the cancellation that W near 1 would bring. */
static double lack(const double *sorted, size_t n, const double *a)
{
	double range = sorted[n - 1] - sorted[0], mean = an_mean(sorted, n), saa = 0, sxx = 0, sax = 0, root;

	for (size_t i = 0; i < n; i++) {
		double x = (sorted[i] - mean) / range;
		double w = i < n / 2 ? -a[i] : n - 1 - i < n / 2 ? a[n - 1 - i] : 0;

		saa += w * w;
		sxx += x * x;
		sax += w * x;
	}
	root = sqrt(saa * sxx);
	return (root - sax) * (root + sax) / (saa * sxx);
}

static double p_value(double off, size_t n)
{
	static const double g[] = { -2.273, 0.459 }, small_mean[] = { 0.544, -0.39978, 0.025054, -6.714e-4 };
	static const double small_sd[] = { 1.3822, -0.77857, 0.062767, -0.0020322 };
	static const double mean[] = { -1.5861, -0.31082, -0.083751, 0.0038915 };
	static const double sd[] = { -0.4803, -0.082676, 0.0030302 };
	double size = (double)n, y = log(off);

	if (n == 3) /* exact */
		return fmin(1, fmax(0, 6 / M_PI * (asin(sqrt(1 - off)) - asin(sqrt(0.75)))));
	if (!(off > 0))
		return 1;
	if (n > 11)
		return gsl_cdf_ugaussian_Q((y - polynomial(mean, 4, log(size))) / exp(polynomial(sd, 3, log(size))));
	if (y >= polynomial(g, 2, size))
		return 0;
	y = -log(polynomial(g, 2, size) - y);
	return gsl_cdf_ugaussian_Q((y - polynomial(small_mean, 4, size)) / exp(polynomial(small_sd, 4, size)));
}

enum an_status an_shapiro(const double *x, size_t n, struct an_work *work, struct an_shapiro *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *sorted = AN_WORK_ARRAY(work, double, n), *a = AN_WORK_ARRAY(work, double, n / 2), off;
	enum an_status status = sorted == NULL || a == NULL ? AN_ENOMEM : AN_OK;

	memset(out, 0, sizeof *out);
	if (status == AN_OK && n < 3)
		status = AN_ETOOFEW;
	if (status == AN_OK && n > AN_SHAPIRO_MOST)
		status = AN_EDATA;
	for (size_t i = 0; status == AN_OK && i < n; i++)
		status = isfinite(sorted[i] = x[i]) ? AN_OK : AN_EDATA;
	if (status == AN_OK) {
		an_sort(sorted, n);
		if (!isfinite(sorted[n - 1] - sorted[0]))
			status = AN_EDATA;
		else if (!(sorted[n - 1] > sorted[0]))
			status = AN_ENOVARIANCE;
	}
	if (status == AN_OK) {
		weights(n, a);
		off = lack(sorted, n, a);
		out->w = 1 - off;
		out->p = p_value(off, n);
	}
	an_work_release(work, mark);
	return status;
}
