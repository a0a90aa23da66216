#include "analysis/stats/trend/trend.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static enum an_status points_check(const double *t, const double *y, size_t n)
{
	bool same_t = true, same_y = true;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(t[i]) || !isfinite(y[i]) || (i > 0 && t[i] < t[i - 1]))
			return AN_EDATA;
		same_t = same_t && t[i] == t[0];
		same_y = same_y && y[i] == y[0];
	}
	if (n < 3)
		return AN_ETOOFEW;
	return same_t || same_y ? AN_ENOVARIANCE : AN_OK;
}

static int sign(double x)
{
	return (x > 0) - (x < 0);
}

/* Sums over the ties of sorted values: t (t - 1), t (t - 1) (t - 2), t (t - 1) (2 t + 5). */
struct ties {
	double pairs, triples, spread;
};

static struct ties ties_of(const double *x, size_t n, double *scratch)
{
	struct ties out = { 0, 0, 0 };

	memcpy(scratch, x, n * sizeof *scratch);
	an_sort(scratch, n);
	for (size_t from = 0, to; from < n; from = to) {
		double k;

		for (to = from; to < n && scratch[to] == scratch[from];)
			to++;
		k = (double)(to - from);
		out.pairs += k * (k - 1);
		out.triples += k * (k - 1) * (k - 2);
		out.spread += k * (k - 1) * (2 * k + 5);
	}
	return out;
}

/* S of n points, its variance, and the numbers of pairs not tied in time and in value. */
static void count(const double *t, const double *y, size_t n, double *scratch, struct an_mann_kendall *out,
    double *in_t, double *in_y)
{
	struct ties a = ties_of(t, n, scratch), b = ties_of(y, n, scratch);
	double m = (double)n, s = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			s += sign(t[j] - t[i]) * sign(y[j] - y[i]);
	out->s += s;
	out->var += (m * (m - 1) * (2 * m + 5) - a.spread - b.spread) / 18;
	if (n > 2)
		out->var += a.triples * b.triples / (9 * m * (m - 1) * (m - 2));
	if (n > 1)
		out->var += a.pairs * b.pairs / (2 * m * (m - 1));
	*in_t += (m * (m - 1) - a.pairs) / 2;
	*in_y += (m * (m - 1) - b.pairs) / 2;
}

static enum an_status finish(struct an_mann_kendall *out, double in_t, double in_y)
{
	if (!(out->var > 0) || !(in_t > 0) || !(in_y > 0))
		return AN_ENOVARIANCE;
	out->z = (out->s - sign(out->s)) / sqrt(out->var);
	out->p = 2 * gsl_cdf_ugaussian_Q(fabs(out->z));
	out->tau = out->s / sqrt(in_t) / sqrt(in_y);
	return AN_OK;
}

enum an_status an_mann_kendall(const double *t, const double *y, size_t n, struct an_work *work,
    struct an_mann_kendall *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status s = points_check(t, y, n);
	double *scratch, in_t = 0, in_y = 0;

	memset(out, 0, sizeof *out);
	if (s != AN_OK)
		return s;
	scratch = AN_WORK_ARRAY(work, double, n);
	if (scratch == NULL)
		return AN_ENOMEM;
	out->n = n;
	count(t, y, n, scratch, out, &in_t, &in_y);
	an_work_release(work, mark);
	return finish(out, in_t, in_y);
}

enum an_status an_mann_kendall_seasonal(const double *t, const double *y, const size_t *season, size_t n,
    size_t seasons, struct an_work *work, struct an_mann_kendall *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status s = points_check(t, y, n);
	double *part = AN_WORK_ARRAY(work, double, 3 * n), in_t = 0, in_y = 0;

	memset(out, 0, sizeof *out);
	if (s == AN_OK && part == NULL)
		s = AN_ENOMEM;
	for (size_t g = 0; s == AN_OK && g < seasons; g++) {
		size_t m = 0;

		for (size_t i = 0; i < n; i++)
			if (season[i] == g) {
				part[m] = t[i];
				part[n + m++] = y[i];
			}
		out->n += m;
		if (m > 1)
			count(part, part + n, m, part + 2 * n, out, &in_t, &in_y);
	}
	an_work_release(work, mark);
	return s == AN_OK ? finish(out, in_t, in_y) : s;
}

/* Value at a rank counted from 1, between neighbours by a straight line. */
static bool at_rank(const double *sorted, size_t n, double rank, double *out)
{
	size_t below;

	if (!(rank >= 1 && rank <= (double)n))
		return false;
	below = (size_t)floor(rank);
	*out = sorted[below - 1];
	if (below < n)
		*out += (rank - (double)below) * (sorted[below] - sorted[below - 1]);
	return true;
}

static double median_of(const double *x, size_t n, double *scratch)
{
	memcpy(scratch, x, n * sizeof *scratch);
	an_sort(scratch, n);
	return an_median(scratch, n);
}

enum an_status an_sen(const double *t, const double *y, const size_t *season, size_t n, double var, double level,
    struct an_work *work, struct an_sen *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status s = points_check(t, y, n);
	double *slope = NULL, *scratch = NULL, c;

	memset(out, 0, sizeof *out);
	if (s != AN_OK && s != AN_ENOVARIANCE) /* a constant y has the slope 0 */
		return s;
	if (!(level > 0 && level < 1) || !(var >= 0) || n > AN_SLOPES_MOST / (n - 1) * 2)
		return AN_EDATA;
	slope = AN_WORK_ARRAY(work, double, n *(n - 1) / 2);
	scratch = AN_WORK_ARRAY(work, double, n);
	if (slope == NULL || scratch == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (t[j] != t[i] && (season == NULL || season[i] == season[j]))
				slope[out->pairs++] = (y[j] - y[i]) / (t[j] - t[i]);
	if (out->pairs == 0) {
		an_work_release(work, mark);
		return AN_ENOVARIANCE;
	}
	an_sort(slope, out->pairs);
	out->slope = an_median(slope, out->pairs);
	c = an_normal_quantile(1 - (1 - level) / 2) * sqrt(var);
	out->lo_rank = ((double)out->pairs - c) / 2;
	out->hi_rank = ((double)out->pairs + c) / 2 + 1;
	out->has_lo = at_rank(slope, out->pairs, out->lo_rank, &out->lo);
	out->has_hi = at_rank(slope, out->pairs, out->hi_rank, &out->hi);
	out->intercept = median_of(y, n, scratch) - out->slope * median_of(t, n, scratch);
	an_work_release(work, mark);
	return isfinite(out->slope) && isfinite(out->intercept) ? AN_OK : AN_EDATA;
}

static void coefficient(struct an_coefficient *c, double value, double se, double df)
{
	c->value = value;
	c->se = se;
	c->has_t = se > 0;
	c->t = c->has_t ? value / se : 0;
	c->p = c->has_t ? 2 * an_t_upper(fabs(c->t), df) : 0;
}

enum an_status an_line(const double *t, const double *y, size_t n, double level, struct an_line *out)
{
	struct an_sum xx = { 0, 0 }, xy = { 0, 0 }, yy = { 0, 0 }, ee = { 0, 0 };
	enum an_status s = points_check(t, y, n);
	double mt, my, slope, df, width;

	memset(out, 0, sizeof *out);
	if (s != AN_OK && !(s == AN_ENOVARIANCE && t[0] != t[n - 1]))
		return s;
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	mt = an_mean(t, n);
	my = an_mean(y, n);
	for (size_t i = 0; i < n; i++) {
		an_sum_add(&xx, (t[i] - mt) * (t[i] - mt));
		an_sum_add(&xy, (t[i] - mt) * (y[i] - my));
		an_sum_add(&yy, (y[i] - my) * (y[i] - my));
	}
	slope = an_sum_of(&xy) / an_sum_of(&xx);
	for (size_t i = 0; i < n; i++) {
		double e = y[i] - my - slope * (t[i] - mt);

		an_sum_add(&ee, e * e);
	}
	df = (double)n - 2;
	out->n = n;
	out->sigma = sqrt(an_sum_of(&ee) / df);
	out->r2 = an_sum_of(&yy) > 0 ? 1 - an_sum_of(&ee) / an_sum_of(&yy) : 0;
	coefficient(&out->slope, slope, out->sigma / sqrt(an_sum_of(&xx)), df);
	coefficient(&out->intercept, my - slope * mt, out->sigma * sqrt(1 / (double)n + mt * mt / an_sum_of(&xx)), df);
	width = sqrt(an_f_quantile(level, 1, df)) * out->slope.se;
	out->interval = (struct an_interval){ slope - width, slope + width };
	return isfinite(slope) && isfinite(out->sigma) && isfinite(out->r2) && isfinite(width) ? AN_OK : AN_EDATA;
}

enum an_status an_autocorrelation(const double *y, size_t n, size_t lags, double *r)
{
	struct an_central c;

	if (n < 2 || lags == 0 || lags >= n)
		return AN_ETOOFEW;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(y[i]))
			return AN_EDATA;
	an_central_of(y, n, &c);
	if (!isfinite(c.m2))
		return AN_EDATA;
	if (!(c.m2 > 0))
		return AN_ENOVARIANCE;
	for (size_t k = 1; k <= lags; k++) {
		struct an_sum s = { 0, 0 };

		for (size_t i = 0; i + k < n; i++)
			an_sum_add(&s, (y[i] - c.mean) * (y[i + k] - c.mean));
		r[k - 1] = an_sum_of(&s) / c.m2;
	}
	return AN_OK;
}

enum an_status an_ljung_box(const double *r, size_t n, size_t lags, double *statistic, double *p)
{
	double q = 0, m = (double)n;

	if (lags == 0 || lags >= n)
		return AN_ETOOFEW;
	for (size_t k = 1; k <= lags; k++) {
		if (!(fabs(r[k - 1]) <= 1))
			return AN_EDATA;
		q += r[k - 1] * r[k - 1] / (m - (double)k);
	}
	*statistic = m * (m + 2) * q;
	*p = gsl_cdf_chisq_Q(*statistic, (double)lags);
	return AN_OK;
}

enum an_status an_smoothing(const double *y, size_t n, double alpha, double *level, double *sse)
{
	*sse = 0;
	if (n == 0)
		return AN_ETOOFEW;
	if (!(alpha > 0 && alpha <= 1))
		return AN_EDATA;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(y[i]))
			return AN_EDATA;
		level[i] = i == 0 ? y[0] : alpha * y[i] + (1 - alpha) * level[i - 1];
		if (i > 0)
			*sse += (y[i] - level[i - 1]) * (y[i] - level[i - 1]);
	}
	return AN_OK;
}
