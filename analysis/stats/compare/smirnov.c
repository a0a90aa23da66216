#include "analysis/stats/compare/smirnov.h"
#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <string.h>

#define EXACT_BELOW 10000
#define EXACT_MOST  1e8 /* pairs, for AN_EXACT_YES */

/* Distance in the direction that the alternative asks for. */
static double distance(double gap, enum an_alternative alternative)
{
	return alternative == AN_TWO_SIDED ? fabs(gap) : alternative == AN_GREATER ? gap : -gap;
}

/* P(D >= d): walks through the pooled order, i values of x and j of y seen; what has gone d far
 * at the end of a run of equal values is counted once and taken out.  now: room for n + 1. */
static double exact_upper(const double *pooled, size_t n, size_t m, double d, enum an_alternative alternative,
    double *now)
{
	double limit = (0.5 + floor(d * (double)n * (double)m - 1e-7)) / ((double)n * (double)m), out = 0;
	size_t all = n + m;

	memset(now, 0, (n + 1) * sizeof *now);
	now[0] = 1;
	for (size_t k = 1; k <= all; k++) {
		bool run_ends = k == all || pooled[k] != pooled[k - 1];
		size_t least = k > m ? k - m : 0, most = k < n ? k : n;

		for (size_t i = most + 1; i-- > least;) {
			/* from i - 1 by a value of x, or from i by one of y */
			double left = (double)(all - k + 1), from = 0, gap;

			if (i > 0)
				from += now[i - 1] * (double)(n - i + 1) / left;
			if (k - i > 0)
				from += now[i] * (double)(m - (k - i) + 1) / left;
			gap = (double)i / (double)n - (double)(k - i) / (double)m;
			if (run_ends && distance(gap, alternative) > limit) {
				out += from;
				from = 0;
			}
			now[i] = from;
		}
		if (least > 0)
			now[least - 1] = 0;
	}
	return fmin(1, out);
}

static double limit_upper(double d, double n, double m, enum an_alternative alternative)
{
	double x = d * sqrt(n * m / (n + m)), sum = 0, last = 1;

	if (alternative != AN_TWO_SIDED)
		return exp(-2 * x * x);
	if (x <= 0)
		return 1;
	if (x < 1)
		return 1 - exp(-M_PI * M_PI / (8 * x * x) - log(x)) * sqrt(2 * M_PI);
	for (int k = 1; fabs(last) > 1e-6; k++) {
		last = 2 * (k % 2 == 1 ? 1 : -1) * exp(-2.0 * k * k * x * x);
		sum += last;
	}
	return fmin(1, sum);
}

static void statistic(const double *x, size_t n, const double *y, size_t m, enum an_alternative alternative,
    struct an_smirnov *out)
{
	size_t i = 0, j = 0;

	while (i < n || j < m) {
		double value = fmin(i < n ? x[i] : INFINITY, j < m ? y[j] : INFINITY), gap;
		size_t before = i + j;

		while (i < n && x[i] == value)
			i++;
		while (j < m && y[j] == value)
			j++;
		out->ties = out->ties || i + j > before + 1;
		gap = distance((double)i / (double)n - (double)j / (double)m, alternative);
		if (gap > out->d) {
			out->d = gap;
			out->at = value;
		}
	}
}

enum an_status an_smirnov(const double *x, size_t n, const double *y, size_t m, enum an_alternative alternative,
    enum an_exact exact, struct an_work *work, struct an_smirnov *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *a = AN_WORK_ARRAY(work, double, n), *b = AN_WORK_ARRAY(work, double, m);
	double *pooled = AN_WORK_ARRAY(work, double, n + m), *now = AN_WORK_ARRAY(work, double, n + 1);
	double pairs = (double)n * (double)m;
	enum an_status status = AN_OK;

	memset(out, 0, sizeof *out);
	if (a == NULL || b == NULL || pooled == NULL || now == NULL)
		status = AN_ENOMEM;
	else if (n == 0 || m == 0)
		status = AN_ETOOFEW;
	for (size_t i = 0; status == AN_OK && i < n + m; i++) {
		pooled[i] = i < n ? x[i] : y[i - n];
		if (!isfinite(pooled[i]))
			status = AN_EDATA;
	}
	if (status == AN_OK) {
		memcpy(a, x, n * sizeof *a);
		memcpy(b, y, m * sizeof *b);
		an_sort(a, n);
		an_sort(b, m);
		an_sort(pooled, n + m);
		statistic(a, n, b, m, alternative, out);
		out->exact =
		    exact == AN_EXACT_YES ? pairs <= EXACT_MOST : exact == AN_EXACT_AUTO && pairs < EXACT_BELOW;
		out->p = out->exact ? exact_upper(pooled, n, m, out->d, alternative, now)
				    : limit_upper(out->d, (double)n, (double)m, alternative);
	}
	an_work_release(work, mark);
	return status;
}
