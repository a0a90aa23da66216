#include "analysis/stats/regression/ols.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LOG_2PI 1.8378770664093454836

/* One fit and all that is made from it. */
struct fit {
	const struct an_model *m;
	struct an_lsq lsq;
	struct an_work *work;
	size_t k, constants; /* constants: 1 with a constant column */
	double *cov;	     /* (X'WX)^-1 */
	double *residual, *leverage;
};

static double weight(const struct fit *f, size_t i)
{
	return f->m->data.w != NULL ? f->m->data.w[i] : 1;
}

static double weighted_mean(const double *x, size_t stride, const double *w, size_t n)
{
	double mean = 0, sum = 0;

	for (size_t i = 0; i < n; i++) {
		double one = w != NULL ? w[i] : 1;

		sum += one;
		if (one > 0)
			mean += one * (x[i * stride] - mean) / sum;
	}
	return mean;
}

static double weighted_squares(const double *x, size_t stride, const double *w, size_t n, double about)
{
	long double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (w != NULL ? w[i] : 1) * ((long double)x[i * stride] - about) *
		    ((long double)x[i * stride] - about);
	return (double)sum;
}

static void set_cases(struct fit *f)
{
	const struct an_lsq_data *d = &f->m->data;

	for (size_t i = 0; i < d->n; i++) {
		const double *row = d->x + i * f->k;
		double h = weight(f, i) * an_lsq_leverage(f->lsq.inverse, f->k, row);

		f->residual[i] = d->y[i] - an_lsq_fitted(row, f->lsq.b, f->k);
		f->leverage[i] = h > 1 - 1e-10 ? 1 : h;
	}
}

static void likelihood(const struct fit *f, struct an_ols *out)
{
	double n = (double)out->n, logs = 0;

	for (size_t i = 0; i < f->m->data.n; i++)
		if (weight(f, i) > 0)
			logs += log(weight(f, i));
	out->log_lik = 0.5 * (logs - n * (LOG_2PI + 1 - log(n) + log(out->rss)));
	out->aic = -2 * out->log_lik + 2 * (double)(f->k + 1);
	out->bic = -2 * out->log_lik + log(n) * (double)(f->k + 1);
}

static void goodness(const struct fit *f, double total, struct an_ols *out)
{
	double explained = 0, df = (double)out->df, columns = (double)(f->k - f->constants);

	for (size_t j = f->constants; j < f->k; j++)
		explained += f->lsq.effect[j] * f->lsq.effect[j];
	out->sigma = out->df > 0 ? sqrt(out->rss / df) : 0;
	out->r2 = explained / (explained + out->rss);
	/* what rounding alone would leave is an exact fit: nothing to test with */
	out->has_test = out->df > 0 && out->rss > 1e-26 * total;
	out->has_adjusted = out->df > 0;
	if (out->has_adjusted)
		out->adjusted_r2 = 1 - (1 - out->r2) * (df + columns) / df;
	out->has_f = out->has_test && columns > 0;
	if (!out->has_f)
		return;
	out->f_df = columns;
	out->f = explained / columns / (out->rss / df);
	out->f_p = gsl_cdf_fdist_Q(out->f, columns, df);
}

static void set_coefficients(const struct fit *f, double level, const struct an_ols *s, struct an_coefficient *each)
{
	const struct an_lsq_data *d = &f->m->data;
	double df = (double)s->df, critical = s->has_test ? sqrt(an_f_quantile(level, 1, df)) : 0, spread_y;

	spread_y = weighted_squares(d->y, 1, d->w, d->n, weighted_mean(d->y, 1, d->w, d->n));
	for (size_t j = 0; j < f->k; j++) {
		struct an_coefficient *c = each + j;
		double spread;

		memset(c, 0, sizeof *c);
		c->estimate = f->lsq.b[j];
		c->se = s->df > 0 ? s->sigma * sqrt(f->cov[j * f->k + j]) : 0;
		c->has_test = s->has_test && c->se > 0;
		if (c->has_test) {
			c->t = c->estimate / c->se;
			c->p = 2 * an_t_upper(fabs(c->t), df);
			c->interval.lo = c->estimate - critical * c->se;
			c->interval.hi = c->estimate + critical * c->se;
		}
		spread = weighted_squares(d->x + j, f->k, d->w, d->n, weighted_mean(d->x + j, f->k, d->w, d->n));
		c->has_beta = f->m->intercept && j > 0 && spread > 0 && spread_y > 0;
		if (c->has_beta)
			c->beta = c->estimate * sqrt(spread / spread_y);
	}
}

/* Diagonal of cov M cov, M the sum over rows of outer products of scale_i x_i. */
static enum an_status sandwich(const struct fit *f, const double *scale, double *variance)
{
	struct an_work_mark mark = an_work_mark(f->work);
	size_t k = f->k;
	double *u = AN_WORK_ARRAY(f->work, double, k);

	if (u == NULL)
		return AN_ENOMEM;
	memset(variance, 0, k * sizeof *variance);
	for (size_t i = 0; i < f->m->data.n; i++) {
		const double *row = f->m->data.x + i * k;

		memset(u, 0, k * sizeof *u);
		for (size_t j = 0; j < k; j++)
			for (size_t c = 0; c < k; c++)
				u[j] += f->cov[j * k + c] * row[c];
		for (size_t j = 0; j < k; j++)
			variance[j] += scale[i] * scale[i] * u[j] * u[j];
	}
	an_work_release(f->work, mark);
	return AN_OK;
}

static enum an_status robust(const struct fit *f, const struct an_ols *s, struct an_coefficient *each)
{
	struct an_work_mark mark = an_work_mark(f->work);
	size_t rows = f->m->data.n;
	double *scale = AN_WORK_ARRAY(f->work, double, rows), *variance = AN_WORK_ARRAY(f->work, double, f->k);
	enum an_status status = scale != NULL && variance != NULL ? AN_OK : AN_ENOMEM;
	bool alone = false;

	for (size_t i = 0; i < rows && status == AN_OK; i++)
		alone = alone || (weight(f, i) > 0 && f->leverage[i] >= 1);
	for (int type = AN_HC0; type < AN_HC_COUNT && status == AN_OK && s->df > 0; type++) {
		double factor = type == AN_HC1 ? (double)s->n / (double)s->df : 1;

		for (size_t i = 0; i < rows; i++) {
			double left = f->leverage[i] < 1 ? 1 - f->leverage[i] : 1, e = weight(f, i) * f->residual[i];

			scale[i] = type == AN_HC2 ? e / sqrt(left) : type == AN_HC3 ? e / left : e;
		}
		status = sandwich(f, scale, variance);
		for (size_t j = 0; j < f->k && status == AN_OK; j++) {
			each[j].has_hc[type] = type < AN_HC2 || !alone;
			each[j].hc[type] = sqrt(factor * variance[j]);
		}
	}
	an_work_release(f->work, mark);
	return status;
}

static enum an_status clustered(const struct fit *f, struct an_ols *s, struct an_coefficient *each)
{
	struct an_work_mark mark = an_work_mark(f->work);
	size_t k = f->k, groups = f->m->clusters, seen = 0;
	double *sum = AN_WORK_ARRAY(f->work, double, groups *k), n = (double)s->n;
	unsigned char *has = AN_WORK_ARRAY(f->work, unsigned char, groups + 1);

	if (sum == NULL || has == NULL) {
		an_work_release(f->work, mark);
		return AN_ENOMEM;
	}
	for (size_t i = 0; i < f->m->data.n; i++) {
		double e = weight(f, i) * f->residual[i];

		if (!(weight(f, i) > 0))
			continue;
		seen += !has[f->m->cluster[i]];
		has[f->m->cluster[i]] = 1;
		for (size_t j = 0; j < k; j++)
			sum[f->m->cluster[i] * k + j] += e * f->m->data.x[i * k + j];
	}
	s->clusters = seen;
	for (size_t j = 0; j < k && seen > 1 && s->df > 0; j++) {
		double variance = 0, g = (double)seen;

		for (size_t c = 0; c < groups; c++) {
			double u = 0;

			for (size_t i = 0; i < k; i++)
				u += f->cov[j * k + i] * sum[c * k + i];
			variance += u * u;
		}
		each[j].has_cr = true;
		each[j].cr[0] = sqrt(variance);
		each[j].cr[1] = sqrt(variance * g / (g - 1) * (n - 1) / (double)s->df);
	}
	an_work_release(f->work, mark);
	return AN_OK;
}

static void durbin_watson(const struct fit *f, struct an_ols *out)
{
	double steps = 0, sum = 0;

	for (size_t i = 0; i < f->m->data.n; i++) {
		double step = i > 0 ? f->residual[i] - f->residual[i - 1] : 0;

		steps += step * step;
		sum += f->residual[i] * f->residual[i];
	}
	out->has_durbin_watson = out->has_test && sum > 0;
	if (out->has_durbin_watson)
		out->durbin_watson = steps / sum;
}

/* Squared residuals regressed on the same columns. */
static enum an_status breusch_pagan(const struct fit *f, struct an_ols *out)
{
	struct an_work_mark mark = an_work_mark(f->work);
	struct an_lsq_data d = f->m->data;
	double n = (double)out->n, *square = AN_WORK_ARRAY(f->work, double, d.n), *b, explained = 0, sum = 0;
	struct an_lsq aux = { .b = NULL };
	enum an_status status;

	b = AN_WORK_ARRAY(f->work, double, f->k);
	if (square == NULL || b == NULL) {
		an_work_release(f->work, mark);
		return AN_ENOMEM;
	}
	for (size_t i = 0; i < d.n; i++) {
		square[i] = f->residual[i] * f->residual[i] - out->rss / n;
		sum += weight(f, i) > 0 ? square[i] * square[i] : 0;
	}
	d.y = square;
	aux.b = b;
	status = sum > 0 ? an_lsq(&d, f->work, &aux) : AN_ENOVARIANCE;
	for (size_t i = 0; i < d.n && status == AN_OK; i++) {
		double fitted = an_lsq_fitted(d.x + i * f->k, b, f->k);

		explained += weight(f, i) * fitted * fitted;
	}
	an_work_release(f->work, mark);
	if (status == AN_ENOMEM)
		return status;
	out->has_bp = status == AN_OK && isfinite(explained / sum);
	if (out->has_bp) {
		out->bp = n * explained / sum;
		out->bp_df = (double)(f->k - 1);
		out->bp_p = gsl_cdf_chisq_Q(out->bp, out->bp_df);
	}
	return AN_OK;
}

static void influence(const struct fit *f, const struct an_ols *s, struct an_case *cases)
{
	double df = (double)s->df, k = (double)f->k;

	for (size_t i = 0; i < f->m->data.n; i++) {
		double h = f->leverage[i], e = sqrt(weight(f, i)) * f->residual[i], left;
		struct an_case *c = cases + i;

		memset(c, 0, sizeof *c);
		c->residual = f->residual[i];
		c->fitted = f->m->data.y[i] - c->residual;
		c->leverage = h;
		c->has_cook = s->has_test && h < 1 && weight(f, i) > 0;
		if (!c->has_cook)
			continue;
		c->cook = e * e / (1 - h) / (1 - h) * h / (k * s->sigma * s->sigma);
		left = s->rss - e * e / (1 - h);
		c->has_student = s->df > 1 && left > 1e-14 * s->rss;
		if (c->has_student)
			c->student = e / sqrt((1 - h) * left / (df - 1));
	}
}

static enum an_status set_terms(const struct fit *f, const struct an_ols *s, struct an_term *terms)
{
	struct an_work_mark mark = an_work_mark(f->work);
	size_t *column = AN_WORK_ARRAY(f->work, size_t, f->k);
	enum an_status status = column != NULL ? an_vif(f->m, f->cov, f->work, terms) : AN_ENOMEM;

	for (size_t t = 0; t < f->m->terms && status == AN_OK; t++) {
		double wald;

		terms[t].columns = 0;
		terms[t].ss = 0;
		for (size_t j = f->constants; j < f->k; j++)
			if (f->m->term[j] == t) {
				column[terms[t].columns++] = j;
				terms[t].ss += f->lsq.effect[j] * f->lsq.effect[j];
			}
		status = an_wald(f->lsq.b, f->cov, f->k, column, terms[t].columns, f->work, &wald);
		terms[t].has_f = status == AN_OK && s->has_test;
		if (terms[t].has_f) {
			double columns = (double)terms[t].columns;

			terms[t].f = wald / columns / (s->sigma * s->sigma);
			terms[t].p = gsl_cdf_fdist_Q(terms[t].f, columns, (double)s->df);
		}
		status = status == AN_ENOVARIANCE ? AN_OK : status;
	}
	an_work_release(f->work, mark);
	return status;
}

static enum an_status check(const struct an_model *m, double level, struct an_ols *out)
{
	const struct an_lsq_data *d = &m->data;

	if (!(level > 0 && level < 1))
		return AN_EDATA;
	for (size_t j = m->intercept; j < d->k; j++)
		if (m->term[j] >= m->terms)
			return AN_EDATA;
	for (size_t i = 0; i < d->n; i++) {
		if (m->cluster != NULL && m->cluster[i] >= m->clusters)
			return AN_EDATA;
		out->n += d->w == NULL || d->w[i] > 0;
	}
	if (out->n <= d->k)
		return AN_ETOOFEW;
	out->df = out->n - d->k;
	return AN_OK;
}

static enum an_status start(struct fit *f, struct an_ols *out)
{
	size_t k = f->k, n = f->m->data.n;
	enum an_status status;

	f->lsq = (struct an_lsq){ .b = AN_WORK_ARRAY(f->work, double, k),
		.effect = AN_WORK_ARRAY(f->work, double, k),
		.inverse = AN_WORK_ARRAY(f->work, double, k *k),
		.dependent = SIZE_MAX };
	f->cov = AN_WORK_ARRAY(f->work, double, k *k);
	f->residual = AN_WORK_ARRAY(f->work, double, n);
	f->leverage = AN_WORK_ARRAY(f->work, double, n);
	if (f->lsq.b == NULL || f->lsq.effect == NULL || f->lsq.inverse == NULL || f->cov == NULL ||
	    f->residual == NULL || f->leverage == NULL)
		return AN_ENOMEM;
	status = an_lsq(&f->m->data, f->work, &f->lsq);
	out->dependent = f->lsq.dependent;
	if (status == AN_OK) {
		an_lsq_covariance(f->lsq.inverse, k, 1, f->cov);
		set_cases(f);
	}
	return status;
}

static enum an_status rest(struct fit *f, struct an_ols *out, struct an_coefficient *each, struct an_term *terms)
{
	enum an_status status = AN_OK;

	if (each != NULL)
		status = robust(f, out, each);
	if (status == AN_OK && each != NULL && f->m->cluster != NULL)
		status = clustered(f, out, each);
	durbin_watson(f, out);
	if (status == AN_OK && out->has_test && f->m->intercept && f->k > 1)
		status = breusch_pagan(f, out);
	if (status == AN_OK && terms != NULL)
		status = set_terms(f, out, terms);
	return status;
}

enum an_status an_ols(const struct an_model *m, double level, struct an_work *work, struct an_ols *out,
    struct an_coefficient *each, double *covariance, struct an_term *terms, struct an_case *cases)
{
	struct an_work_mark mark = an_work_mark(work);
	struct fit f = { .m = m, .work = work, .k = m->data.k, .constants = m->intercept };
	enum an_status status;
	double total;

	memset(out, 0, sizeof *out);
	out->dependent = SIZE_MAX;
	status = check(m, level, out);
	if (status == AN_OK)
		status = start(&f, out);
	if (status != AN_OK)
		goto done;
	total = weighted_squares(m->data.y, 1, m->data.w, m->data.n, 0);
	if (!(weighted_squares(m->data.y, 1, m->data.w, m->data.n,
		  m->intercept ? weighted_mean(m->data.y, 1, m->data.w, m->data.n) : 0) > 1e-28 * total)) {
		status = AN_ENOVARIANCE;
		goto done;
	}
	out->rss = f.lsq.rss;
	goodness(&f, total, out);
	if (out->rss > 0)
		likelihood(&f, out);
	if (each != NULL)
		set_coefficients(&f, level, out, each);
	status = rest(&f, out, each, terms);
	for (size_t i = 0; covariance != NULL && i < f.k * f.k; i++)
		covariance[i] = f.cov[i] * out->sigma * out->sigma;
	if (cases != NULL)
		influence(&f, out, cases);
done:
	an_work_release(work, mark);
	return status;
}
