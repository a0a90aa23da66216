#include "analysis/stats/describe/describe.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

#define MAD_NORMAL 1.4826 /* makes the mad of a normal variable its sd */
#define TRIM	   0.1

static enum an_status mad(const double *sorted, size_t n, double median, struct an_work *work, double *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *d = AN_WORK_ARRAY(work, double, n);

	if (d == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		d[i] = fabs(sorted[i] - median);
	an_sort(d, n);
	*out = MAD_NORMAL * an_median(d, n);
	an_work_release(work, mark);
	return AN_OK;
}

static void shape(const struct an_central *c, struct an_describe *out)
{
	double n = (double)c->n;

	out->has_sd = c->n > 1;
	if (!out->has_sd)
		return;
	out->sd = sqrt(c->m2 / (n - 1));
	out->se = out->sd / sqrt(n);
	out->has_shape = out->sd > 0;
	if (!out->has_shape)
		return;
	out->skew = c->m3 / n / (out->sd * out->sd * out->sd);
	out->kurtosis = c->m4 / n / (out->sd * out->sd * out->sd * out->sd) - 3;
	/* deviations so small that their powers vanish have no shape to speak of */
	out->has_shape = isfinite(out->skew) && isfinite(out->kurtosis);
	if (!out->has_shape)
		out->skew = out->kurtosis = 0;
}

enum an_status an_describe_values(double *x, size_t n, struct an_work *work, struct an_describe *out)
{
	struct an_central c;
	size_t cut = (size_t)floor((double)n * TRIM);
	enum an_status status;

	memset(out, 0, sizeof *out);
	if (n == 0)
		return AN_ETOOFEW;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return AN_EDATA;
	an_central_of(x, n, &c);
	an_sort(x, n);
	out->used = out->missing.by[AN_PRESENT] = n;
	out->mean = c.mean;
	out->min = x[0];
	out->max = x[n - 1];
	out->range = out->max - out->min;
	out->median = an_median(x, n);
	out->trimmed = an_mean(x + cut, n - 2 * cut);
	shape(&c, out);
	status = mad(x, n, out->median, work, &out->mad);
	if (status == AN_OK &&
	    !(isfinite(out->mean) && isfinite(out->sd) && isfinite(out->range) && isfinite(out->mad) &&
		isfinite(out->trimmed) && isfinite(out->median)))
		status = AN_EDATA;
	return status;
}

enum an_status an_describe(struct an_view x, size_t col, struct an_work *work, struct an_describe *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_missing missing;
	enum an_status status = an_view_check(an_view_item(x, col), &missing);
	double *values;

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	values = AN_WORK_ARRAY(work, double, x.rows);
	if (values == NULL)
		return AN_ENOMEM;
	status = an_describe_values(values, an_view_column(x, col, values), work, out);
	out->missing = missing;
	an_work_release(work, mark);
	return status;
}

enum an_status an_lag1(const double *x, size_t n, double *out)
{
	struct an_sum num = { 0, 0 };
	struct an_central c;
	double before;

	if (n < 2)
		return AN_ETOOFEW;
	an_central_of(x, n, &c);
	if (!isfinite(c.mean) || !isfinite(c.m2))
		return AN_EDATA;
	if (c.m2 <= 0)
		return AN_ENOVARIANCE;
	before = x[0] - c.mean + an_decimal_rest(x[0]) - c.rest;
	for (size_t i = 1; i < n; i++) {
		double now = x[i] - c.mean + an_decimal_rest(x[i]) - c.rest;

		an_sum_add(&num, before * now);
		before = now;
	}
	*out = an_sum_of(&num) / c.m2;
	return AN_OK;
}
