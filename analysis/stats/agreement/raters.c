#include "analysis/stats/agreement/raters.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/midrank.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

const char *an_icc_name(enum an_icc_type t)
{
	static const char *const names[AN_ICC_TYPES] = { "ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k" };

	return (unsigned)t < AN_ICC_TYPES ? names[t] : "unknown";
}

/* Complete rows, one after another; *row (when wanted) says which each was. */
static enum an_status complete(struct an_view x, size_t least, struct an_work *work, double **out, size_t *n,
    size_t **row)
{
	struct an_missing missing;
	enum an_status status = an_view_check(x, &missing);
	size_t *at;

	*n = 0;
	if (status != AN_OK)
		return status;
	if (x.cols < 2)
		return AN_ETOOFEW;
	*out = AN_WORK_ARRAY(work, double, x.rows *x.cols);
	at = AN_WORK_ARRAY(work, size_t, x.rows);
	if (*out == NULL || at == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < x.rows; i++) {
		if (an_view_present(x, i) < x.cols)
			continue;
		for (size_t j = 0; j < x.cols; j++)
			(*out)[*n * x.cols + j] = an_view_at(x, i, j);
		at[(*n)++] = i;
	}
	if (row != NULL)
		*row = at;
	return *n < least ? AN_ETOOFEW : AN_OK;
}

/* Two-way analysis of variance, one figure a cell. */
static enum an_status two_way(const double *x, size_t n, size_t k, struct an_work *work, struct an_raters *out)
{
	double *row = AN_WORK_ARRAY(work, double, n), *col = AN_WORK_ARRAY(work, double, k), mean = 0;
	struct an_sum rows = { 0, 0 }, raters = { 0, 0 }, error = { 0, 0 };

	if (row == NULL || col == NULL)
		return AN_ENOMEM;
	mean = an_mean(x, n * k);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++) {
			row[i] += (x[i * k + j] - mean) / (double)k;
			col[j] += (x[i * k + j] - mean) / (double)n;
		}
	for (size_t i = 0; i < n; i++)
		an_sum_add(&rows, row[i] * row[i]);
	for (size_t j = 0; j < k; j++)
		an_sum_add(&raters, col[j] * col[j]);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++) {
			double e = x[i * k + j] - mean - row[i] - col[j];

			an_sum_add(&error, e * e);
		}
	out->df_rows = (double)n - 1;
	out->df_raters = (double)k - 1;
	out->df_error = out->df_rows * out->df_raters;
	out->ss_rows = (double)k * an_sum_of(&rows);
	out->ss_raters = (double)n * an_sum_of(&raters);
	out->ss_error = an_sum_of(&error);
	if (!isfinite(out->ss_rows) || !isfinite(out->ss_raters) || !isfinite(out->ss_error))
		return AN_EDATA;
	/* what rounding leaves of a perfect fit */
	if (out->ss_error <= 1e-24 * (out->ss_rows + out->ss_raters))
		out->ss_error = 0;
	if (out->ss_rows <= 1e-24 * (out->ss_error + out->ss_raters))
		out->ss_rows = 0;
	if (out->ss_raters <= 1e-24 * (out->ss_rows + out->ss_error))
		out->ss_raters = 0;
	out->ms_rows = out->ss_rows / out->df_rows;
	out->ms_raters = out->ss_raters / out->df_raters;
	out->ms_error = out->ss_error / out->df_error;
	out->ms_within = (out->ss_raters + out->ss_error) / (out->df_raters + out->df_error);
	return out->ss_rows + out->ss_raters + out->ss_error > 0 ? AN_OK : AN_ENOVARIANCE;
}

static void set(struct an_icc *x, double up, double down, double f_up, double f_down, double df1, double df2)
{
	x->has = down != 0 && isfinite(up / down);
	x->icc = x->has ? up / down : 0;
	x->df1 = df1;
	x->df2 = df2;
	x->has_f = f_down > 0 && isfinite(f_up / f_down);
	x->f = x->has_f ? f_up / f_down : 0;
	x->p = x->has_f ? gsl_cdf_fdist_Q(x->f, df1, df2) : 0;
}

/* Of one and of k raters, from the interval of F. */
static void by_f(struct an_icc *one, struct an_icc *mean, double k, double tail)
{
	double lo, hi;

	if (!one->has_f || !(one->f > 0))
		return;
	lo = one->f / an_f_quantile(1 - tail, one->df1, one->df2);
	hi = one->f * an_f_quantile(1 - tail, one->df2, one->df1);
	one->interval = (struct an_interval){ (lo - 1) / (lo + k - 1), (hi - 1) / (hi + k - 1) };
	mean->interval = (struct an_interval){ 1 - 1 / lo, 1 - 1 / hi };
	one->has_interval = mean->has_interval = true;
}

/* ICC(2): the degrees of freedom of raters and error together by Satterthwaite. */
static void random_raters(struct an_raters *r, double n, double k, double tail)
{
	struct an_icc *one = r->icc + AN_ICC2, *mean = r->icc + AN_ICC2K;
	double f, a, v, b = r->ms_rows, j = r->ms_raters, e = r->ms_error, up, down;

	if (!one->has || !(e > 0) || !(b > 0))
		return;
	f = j / e;
	a = n * (1 + (k - 1) * one->icc) - k * one->icc;
	v = (k - 1) * (n - 1) * (k * one->icc * f + a) * (k * one->icc * f + a) /
	    ((n - 1) * k * k * one->icc * one->icc * f * f + a * a);
	if (!(v > 0) || !isfinite(v))
		return;
	up = an_f_quantile(1 - tail, n - 1, v);
	down = an_f_quantile(1 - tail, v, n - 1);
	one->interval.lo = n * (b - up * e) / (up * (k * j + (k * n - k - n) * e) + n * b);
	one->interval.hi = n * (down * b - e) / (k * j + (k * n - k - n) * e + n * down * b);
	mean->interval.lo = one->interval.lo * k / (1 + one->interval.lo * (k - 1));
	mean->interval.hi = one->interval.hi * k / (1 + one->interval.hi * (k - 1));
	one->has_interval = isfinite(one->interval.lo) && isfinite(one->interval.hi);
	mean->has_interval = isfinite(mean->interval.lo) && isfinite(mean->interval.hi);
}

enum an_status an_raters(struct an_view x, double level, struct an_work *work, struct an_raters *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *y, n, k = (double)x.cols, tail = (1 - level) / 2, b, j, e, w, df1, df2;
	struct an_icc *icc;
	enum an_status status;

	memset(out, 0, sizeof *out);
	icc = out->icc;
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	status = complete(x, 2, work, &y, &out->used, NULL);
	if (status == AN_OK)
		status = two_way(y, out->used, x.cols, work, out);
	an_work_release(work, mark);
	if (status != AN_OK)
		return status;
	out->raters = x.cols;
	n = (double)out->used;
	b = out->ms_rows;
	j = out->ms_raters;
	e = out->ms_error;
	w = out->ms_within;
	df1 = out->df_rows;
	df2 = out->df_error;
	set(icc + AN_ICC1, b - w, b + (k - 1) * w, b, w, df1, n * (k - 1));
	set(icc + AN_ICC2, b - e, b + (k - 1) * e + k * (j - e) / n, b, e, df1, df2);
	set(icc + AN_ICC3, b - e, b + (k - 1) * e, b, e, df1, df2);
	set(icc + AN_ICC1K, b - w, b, b, w, df1, n * (k - 1));
	set(icc + AN_ICC2K, b - e, b + (j - e) / n, b, e, df1, df2);
	set(icc + AN_ICC3K, b - e, b, b, e, df1, df2);
	by_f(icc + AN_ICC1, icc + AN_ICC1K, k, tail);
	by_f(icc + AN_ICC3, icc + AN_ICC3K, k, tail);
	random_raters(out, n, k, tail);
	return AN_OK;
}

/* Adds the mid-ranks of one rater to sum; *ties: sum of t^3 - t over its ties.  column: room for
 * 2 n numbers. */
static enum an_status add_ranks(const double *y, size_t n, size_t k, size_t rater, struct an_work *work, double *column,
    double *sum, double *ties)
{
	double *rank = column + n;
	enum an_status status;

	for (size_t i = 0; i < n; i++)
		column[i] = y[i * k + rater];
	status = an_midranks(column, n, work, rank, ties);
	for (size_t i = 0; status == AN_OK && i < n; i++)
		sum[i] += rank[i];
	return status;
}

enum an_status an_kendall_w(struct an_view x, struct an_work *work, double *rank_sum, struct an_concordance *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *y, *sum, *column, n, m = (double)x.cols, ties = 0, s = 0, down;
	size_t *row;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->raters = x.cols;
	status = complete(x, 2, work, &y, &out->used, &row);
	if (status != AN_OK)
		goto done;
	n = (double)out->used;
	sum = AN_WORK_ARRAY(work, double, out->used);
	column = AN_WORK_ARRAY(work, double, 2 * out->used);
	status = sum == NULL || column == NULL ? AN_ENOMEM : AN_OK;
	for (size_t j = 0; status == AN_OK && j < x.cols; j++) {
		double of_rater;

		status = add_ranks(y, out->used, x.cols, j, work, column, sum, &of_rater);
		ties += of_rater;
	}
	if (status != AN_OK)
		goto done;
	for (size_t i = 0; rank_sum != NULL && i < x.rows; i++)
		rank_sum[i] = 0;
	for (size_t i = 0; i < out->used; i++) {
		s += (sum[i] - m * (n + 1) / 2) * (sum[i] - m * (n + 1) / 2);
		if (rank_sum != NULL)
			rank_sum[row[i]] = sum[i];
	}
	down = m * m * (n * n * n - n) - m * ties;
	if (!(down > 0)) {
		status = AN_ENOVARIANCE;
		goto done;
	}
	out->w = 12 * s / down;
	out->chi2 = m * (n - 1) * out->w;
	out->df = n - 1;
	out->p = gsl_cdf_chisq_Q(out->chi2, out->df);
	out->mean_r = (m * out->w - 1) / (m - 1);
done:
	an_work_release(work, mark);
	return status;
}

/* Slope of the differences along the means of each pair. */
static void slope(const double *y, size_t n, struct an_bland_altman *out)
{
	double mean = 0, sxx = 0, sxy = 0, rest = 0;

	for (size_t i = 0; i < n; i++)
		mean += (y[2 * i] + y[2 * i + 1]) / 2 / (double)n;
	for (size_t i = 0; i < n; i++) {
		double a = (y[2 * i] + y[2 * i + 1]) / 2 - mean;

		sxx += a * a;
		sxy += a * (y[2 * i] - y[2 * i + 1] - out->bias);
	}
	out->has_slope = sxx > 0 && isfinite(sxy / sxx);
	if (!out->has_slope)
		return;
	out->slope = sxy / sxx;
	for (size_t i = 0; i < n; i++) {
		double a = (y[2 * i] + y[2 * i + 1]) / 2 - mean;
		double e = y[2 * i] - y[2 * i + 1] - out->bias - out->slope * a;

		rest += e * e;
	}
	out->slope_p =
	    rest > 0 ? an_t_two_sided(out->slope / sqrt(rest / ((double)n - 2) / sxx), (double)n - 2) : out->slope == 0;
}

enum an_status an_bland_altman(struct an_view x, double level, struct an_work *work, struct an_bland_altman *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *y, *d, n, z, t, se;
	struct an_central c;
	enum an_status status;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || x.cols != 2)
		return AN_EDATA;
	status = complete(x, 3, work, &y, &out->used, NULL);
	d = status == AN_OK ? AN_WORK_ARRAY(work, double, out->used) : NULL;
	if (status == AN_OK && d == NULL)
		status = AN_ENOMEM;
	if (status != AN_OK)
		goto done;
	for (size_t i = 0; i < out->used; i++)
		d[i] = y[2 * i] - y[2 * i + 1];
	n = (double)out->used;
	an_central_of(d, out->used, &c);
	out->bias = c.mean;
	out->sd = sqrt(c.m2 / (n - 1));
	if (!isfinite(out->sd) || !isfinite(out->bias)) {
		status = AN_EDATA;
		goto done;
	}
	z = an_normal_critical(level);
	t = an_t_critical(level, n - 1);
	out->limits = (struct an_interval){ out->bias - z * out->sd, out->bias + z * out->sd };
	out->bias_interval =
	    (struct an_interval){ out->bias - t * out->sd / sqrt(n), out->bias + t * out->sd / sqrt(n) };
	se = out->sd * sqrt(1 / n + z * z / (2 * (n - 1)));
	out->lower_interval = (struct an_interval){ out->limits.lo - t * se, out->limits.lo + t * se };
	out->upper_interval = (struct an_interval){ out->limits.hi - t * se, out->limits.hi + t * se };
	out->has_t = out->sd > 0;
	if (out->has_t) {
		out->t = out->bias / (out->sd / sqrt(n));
		out->p = an_t_two_sided(out->t, n - 1);
	}
	for (size_t i = 0; i < out->used; i++)
		out->outside += d[i] < out->limits.lo || d[i] > out->limits.hi;
	slope(y, out->used, out);
done:
	an_work_release(work, mark);
	return status;
}
