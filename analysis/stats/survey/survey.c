#include "analysis/stats/survey/survey.h"
#include "analysis/stats/survey/calibrate.h"
#include "analysis/stats/numeric/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct place {
	size_t stratum, cluster, row;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->stratum != y->stratum)
		return x->stratum < y->stratum ? -1 : 1;
	if (x->cluster != y->cluster)
		return x->cluster < y->cluster ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

enum an_status an_design_units(size_t rows, const size_t *stratum, size_t strata, const size_t *cluster,
    struct an_work *work, size_t *unit, size_t *stratum_of, size_t *sampled, size_t *units)
{
	struct an_work_mark mark = an_work_mark(work);
	struct place *p = AN_WORK_ARRAY(work, struct place, rows);

	*units = 0;
	if (rows == 0 || strata == 0)
		return AN_ETOOFEW;
	if (p == NULL)
		return AN_ENOMEM;
	memset(sampled, 0, strata * sizeof *sampled);
	for (size_t i = 0; i < rows; i++) {
		p[i] = (struct place){ stratum != NULL ? stratum[i] : 0, cluster != NULL ? cluster[i] : i, i };
		if (p[i].stratum >= strata) {
			an_work_release(work, mark);
			return AN_EDATA;
		}
	}
	qsort(p, rows, sizeof *p, by_place);
	for (size_t i = 0; i < rows; i++) {
		if (i == 0 || p[i].stratum != p[i - 1].stratum || p[i].cluster != p[i - 1].cluster) {
			stratum_of[(*units)++] = p[i].stratum;
			sampled[p[i].stratum]++;
		}
		unit[p[i].row] = *units - 1;
	}
	an_work_release(work, mark);
	return AN_OK;
}

static bool counts(const struct an_design *d, const bool *in, size_t i)
{
	return (in == NULL || in[i]) && d->weight[i] > 0;
}

size_t an_design_df(const struct an_design *d, const bool *in, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	bool *seen = AN_WORK_ARRAY(work, bool, d->units + d->strata);
	size_t units = 0, strata = 0;

	for (size_t i = 0; seen != NULL && i < d->rows; i++) {
		size_t u = d->unit[i], s = d->units + d->stratum_of[u];

		if (!counts(d, in, i))
			continue;
		units += !seen[u];
		strata += !seen[s];
		seen[u] = seen[s] = true;
	}
	an_work_release(work, mark);
	return units - strata;
}

/* n / (n - 1) times the share of units that were not drawn. */
static double scale_of(const struct an_design *d, size_t s)
{
	double n = (double)d->sampled[s], f = 1;

	if (d->population != NULL && isfinite(d->population[s]))
		f = (d->population[s] - n) / d->population[s];
	if (f < 1e-7)
		return 0;
	return n > 1 ? f * n / (n - 1) : f;
}

/* Adds what the units of stratum s give; total and mean are unit totals and their mean in s. */
static void add_units(const struct an_design *d, const double *total, const double *mean, size_t k, double *cov)
{
	for (size_t u = 0; u < d->units; u++) {
		size_t s = d->stratum_of[u];
		const double *t = total + u * k, *m = mean + s * k;
		bool alone = d->sampled[s] == 1;
		double f = scale_of(d, s);

		if (f == 0 || (alone && d->lonely != AN_LONELY_ADJUST))
			continue;
		for (size_t a = 0; a < k; a++)
			for (size_t b = 0; b <= a; b++)
				cov[a * k + b] += f * (t[a] - (alone ? 0 : m[a])) * (t[b] - (alone ? 0 : m[b]));
	}
}

static enum an_status lonely_scale(const struct an_design *d, double *factor)
{
	size_t alone = 0;

	for (size_t s = 0; s < d->strata; s++)
		alone += d->sampled[s] == 1 && scale_of(d, s) > 0;
	*factor = 1;
	if (alone > 0 && d->lonely == AN_LONELY_FAIL)
		return AN_ETOOFEW;
	if (alone > 0 && d->lonely == AN_LONELY_AVERAGE) {
		if (alone == d->strata)
			return AN_ETOOFEW;
		*factor = (double)d->strata / (double)(d->strata - alone);
	}
	return AN_OK;
}

enum an_status an_design_variance(const struct an_design *d, const double *influence, size_t k, struct an_work *work,
    double *cov)
{
	struct an_work_mark mark = an_work_mark(work);
	double *z = AN_WORK_ARRAY(work, double, d->rows *k), *total = AN_WORK_ARRAY(work, double, d->units *k);
	double *mean = AN_WORK_ARRAY(work, double, d->strata *k), factor = 1;
	enum an_status s = z == NULL || total == NULL || mean == NULL ? AN_ENOMEM : lonely_scale(d, &factor);

	if (s == AN_OK) {
		memcpy(z, influence, d->rows * k * sizeof *z);
		if (d->calibration != NULL)
			s = an_calibration_residuals(d->calibration, z, k, work);
	}
	memset(cov, 0, k * k * sizeof *cov);
	for (size_t i = 0; s == AN_OK && i < d->rows; i++)
		for (size_t a = 0; a < k; a++)
			total[d->unit[i] * k + a] += z[i * k + a];
	for (size_t u = 0; s == AN_OK && u < d->units; u++)
		for (size_t a = 0; a < k; a++)
			mean[d->stratum_of[u] * k + a] += total[u * k + a] / (double)d->sampled[d->stratum_of[u]];
	if (s == AN_OK)
		add_units(d, total, mean, k, cov);
	for (size_t a = 0; s == AN_OK && a < k; a++)
		for (size_t b = 0; b <= a; b++) {
			cov[a * k + b] *= factor;
			cov[b * k + a] = cov[a * k + b];
			if (!isfinite(cov[a * k + b]))
				s = AN_EDATA;
		}
	an_work_release(work, mark);
	return s;
}

/* Rows that count, and their weight. */
static enum an_status begin(const struct an_design *d, const double *x, const bool *in, size_t *n, double *sum)
{
	long double w = 0;

	*n = 0;
	for (size_t i = 0; i < d->rows; i++) {
		if (!isfinite(d->weight[i]) || d->weight[i] < 0)
			return AN_EDATA;
		if (!counts(d, in, i))
			continue;
		if (!isfinite(x[i]))
			return AN_EDATA;
		w += d->weight[i];
		(*n)++;
	}
	*sum = (double)w;
	return *n == 0 ? AN_ETOOFEW : AN_OK;
}

static double weighted_sum(const struct an_design *d, const double *x, const bool *in)
{
	long double s = 0;

	for (size_t i = 0; i < d->rows; i++)
		if (counts(d, in, i))
			s += (long double)d->weight[i] * x[i];
	return (double)s;
}

/* The variance of x in the population, as a weighted mean of squares times n / (n - 1). */
static double population_variance(const struct an_design *d, const double *x, const bool *in, size_t n, double sum)
{
	long double mean = (long double)weighted_sum(d, x, in) / sum, s = 0;

	for (size_t i = 0; i < d->rows; i++)
		if (counts(d, in, i))
			s += d->weight[i] * (x[i] - mean) * (x[i] - mean);
	return (double)(s / sum) * (double)n / (double)(n - 1);
}

/* value, variance of contributions, and deff with the variance srs that one row's worth would have. */
static enum an_status finish(const struct an_design *d, const double *z, double value, double srs, double sum,
    struct an_work *work, struct an_estimate *out)
{
	double v = 0, n = (double)out->used;
	enum an_status s = an_design_variance(d, z, 1, work, &v);

	if (s != AN_OK)
		return s;
	out->value = value;
	out->se = sqrt(v > 0 ? v : 0);
	srs *= sum > n ? (sum - n) / (sum * n) : 0;
	out->has_deff = srs > 0 && isfinite(srs);
	out->deff = out->has_deff ? v / srs : 0;
	return isfinite(out->value) && isfinite(out->se) ? AN_OK : AN_EDATA;
}

enum an_status an_survey_mean(const struct an_design *d, const double *x, const bool *in, struct an_work *work,
    struct an_estimate *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double sum, mean, *z = AN_WORK_ARRAY(work, double, d->rows);
	enum an_status s;

	memset(out, 0, sizeof *out);
	s = z == NULL ? AN_ENOMEM : begin(d, x, in, &out->used, &sum);
	if (s == AN_OK) {
		mean = weighted_sum(d, x, in) / sum;
		for (size_t i = 0; i < d->rows; i++)
			z[i] = counts(d, in, i) ? d->weight[i] * (x[i] - mean) / sum : 0;
		s = finish(d, z, mean, out->used > 1 ? population_variance(d, x, in, out->used, sum) : 0, sum, work,
		    out);
	}
	an_work_release(work, mark);
	return s;
}

enum an_status an_survey_total(const struct an_design *d, const double *x, const bool *in, struct an_work *work,
    struct an_estimate *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double sum, *z = AN_WORK_ARRAY(work, double, d->rows);
	enum an_status s;

	memset(out, 0, sizeof *out);
	s = z == NULL ? AN_ENOMEM : begin(d, x, in, &out->used, &sum);
	if (s == AN_OK) {
		for (size_t i = 0; i < d->rows; i++)
			z[i] = counts(d, in, i) ? d->weight[i] * x[i] : 0;
		s = finish(d, z, weighted_sum(d, x, in),
		    out->used > 1 ? population_variance(d, x, in, out->used, sum) * sum * sum : 0, sum, work, out);
	}
	an_work_release(work, mark);
	return s;
}

enum an_status an_survey_ratio(const struct an_design *d, const double *x, const double *y, const bool *in,
    struct an_work *work, struct an_estimate *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double sum, below, *z = AN_WORK_ARRAY(work, double, d->rows);
	enum an_status s;

	memset(out, 0, sizeof *out);
	s = z == NULL ? AN_ENOMEM : begin(d, x, in, &out->used, &sum);
	s = s == AN_OK ? begin(d, y, in, &out->used, &sum) : s;
	below = s == AN_OK ? weighted_sum(d, y, in) : 0;
	if (s == AN_OK && below == 0)
		s = AN_ENOVARIANCE;
	if (s == AN_OK) {
		double ratio = weighted_sum(d, x, in) / below;

		for (size_t i = 0; i < d->rows; i++)
			z[i] = counts(d, in, i) ? d->weight[i] * (x[i] - ratio * y[i]) / below : 0;
		s = finish(d, z, ratio, 0, sum, work, out);
	}
	an_work_release(work, mark);
	return s;
}

enum an_status an_survey_interval(double value, double se, size_t df, double level, struct an_interval *out)
{
	double t;

	if (df == 0)
		return AN_ETOOFEW;
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	t = sqrt(an_f_quantile(level, 1, (double)df));
	*out = (struct an_interval){ value - t * se, value + t * se };
	return isfinite(out->lo) && isfinite(out->hi) ? AN_OK : AN_EDATA;
}

enum an_status an_survey_test(double value, double se, size_t df, double *t, double *p)
{
	if (df == 0)
		return AN_ETOOFEW;
	if (!(se > 0))
		return AN_ENOVARIANCE;
	*t = value / se;
	*p = 2 * an_t_upper(fabs(*t), (double)df);
	return isfinite(*t) && isfinite(*p) ? AN_OK : AN_EDATA;
}

enum an_status an_survey_logit(double share, double se, size_t df, double level, struct an_interval *out)
{
	enum an_status s;

	if (!(share > 0 && share < 1))
		return AN_ENOVARIANCE;
	s = an_survey_interval(log(share / (1 - share)), se / (share * (1 - share)), df, level, out);
	if (s != AN_OK)
		return s;
	out->lo = 1 / (1 + exp(-out->lo));
	out->hi = 1 / (1 + exp(-out->hi));
	return AN_OK;
}

struct weighed {
	double x, w;
};

static int by_value(const void *a, const void *b)
{
	const struct weighed *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

static double quantile_at(const struct weighed *v, size_t n, double sum, double p)
{
	long double reached = 0;

	for (size_t i = 0; i < n; i++) {
		reached += v[i].w;
		if ((double)reached >= p * sum)
			return v[i].x;
	}
	return v[n - 1].x;
}

enum an_status an_survey_quantile(const struct an_design *d, const double *x, const bool *in, double p, double level,
    size_t df, struct an_work *work, struct an_survey_quantile *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct weighed *v = AN_WORK_ARRAY(work, struct weighed, d->rows);
	double sum, *below = AN_WORK_ARRAY(work, double, d->rows);
	struct an_interval limits;
	struct an_estimate share;
	enum an_status s;
	size_t n = 0;

	memset(out, 0, sizeof *out);
	s = v == NULL || below == NULL ? AN_ENOMEM : begin(d, x, in, &out->used, &sum);
	if (s == AN_OK && !(p > 0 && p < 1))
		s = AN_EDATA;
	if (s != AN_OK)
		goto done;
	for (size_t i = 0; i < d->rows; i++)
		if (counts(d, in, i))
			v[n++] = (struct weighed){ x[i], d->weight[i] };
	qsort(v, n, sizeof *v, by_value);
	out->value = quantile_at(v, n, sum, p);
	for (size_t i = 0; i < d->rows; i++)
		below[i] = counts(d, in, i) && x[i] <= out->value;
	s = an_survey_mean(d, below, in, work, &share);
	if (s != AN_OK || an_survey_interval(share.value, share.se, df, level, &limits) != AN_OK)
		goto done;
	out->has_lo = limits.lo >= 0;
	out->has_hi = limits.hi <= 1;
	out->lo = out->has_lo ? quantile_at(v, n, sum, limits.lo) : 0;
	out->hi = out->has_hi ? quantile_at(v, n, sum, limits.hi) : 0;
	out->has_se = out->has_lo && out->has_hi;
	out->se = out->has_se ? (out->hi - out->lo) / (2 * sqrt(an_f_quantile(level, 1, (double)df))) : 0;
done:
	an_work_release(work, mark);
	return s;
}

enum an_status an_kish(const double *weight, size_t rows, struct an_kish *out)
{
	long double sum = 0, squares = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < rows; i++) {
		if (!isfinite(weight[i]) || weight[i] < 0)
			return AN_EDATA;
		if (weight[i] == 0)
			continue;
		out->least = out->n == 0 ? weight[i] : fmin(out->least, weight[i]);
		out->most = fmax(out->most, weight[i]);
		out->n++;
		sum += weight[i];
		squares += (long double)weight[i] * weight[i];
	}
	if (out->n == 0)
		return AN_ETOOFEW;
	out->sum = (double)sum;
	out->effective = (double)(sum * sum / squares);
	out->deff = (double)out->n / out->effective;
	return isfinite(out->deff) ? AN_OK : AN_EDATA;
}
