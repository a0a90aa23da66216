#include "analysis/stats/compare/terms.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/lsq.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

void an_terms_sum_code(size_t level, size_t levels, double *out)
{
	for (size_t j = 0; j + 1 < levels; j++)
		out[j] = level + 1 == levels ? -1 : level == j;
}

enum an_status an_terms_fit(const struct an_terms *d, struct an_work *work, struct an_terms_fit *out)
{
	const struct an_lsq_data data = { .x = d->x, .y = d->y, .n = d->rows, .k = d->cols };
	struct an_lsq lsq = { .inverse = AN_WORK_ARRAY(work, double, d->cols * d->cols),
		.kept = AN_WORK_ARRAY(work, bool, d->cols) };
	enum an_status status;
	double size = 0;

	memset(out, 0, sizeof *out);
	out->cols = d->cols;
	out->b = lsq.b = AN_WORK_ARRAY(work, double, d->cols);
	out->covariance = AN_WORK_ARRAY(work, double, d->cols * d->cols);
	out->residual = AN_WORK_ARRAY(work, double, d->rows);
	if (lsq.inverse == NULL || lsq.kept == NULL || out->b == NULL || out->covariance == NULL ||
	    out->residual == NULL)
		return AN_ENOMEM;
	if (d->terms > AN_TERMS_MOST)
		return AN_EDATA;
	status = an_lsq(&data, work, &lsq);
	if (status != AN_OK)
		return status;
	an_lsq_covariance(lsq.inverse, d->cols, 1, out->covariance);
	for (size_t i = 0; i < d->rows; i++) {
		out->residual[i] = d->y[i] - an_lsq_fitted(d->x + i * d->cols, out->b, d->cols);
		size = fmax(size, fabs(d->y[i]));
	}
	out->rank = lsq.rank;
	out->df = (double)d->rows - (double)out->rank;
	if (out->df < 1)
		return AN_ETOOFEW;
	out->ss = lsq.rss;
	out->ms = out->ss / out->df;
	return sqrt(out->ms) > 10 * DBL_EPSILON * size ? AN_OK : AN_ENOVARIANCE;
}

/* Does u come before t when t's sum of squares is taken? */
static bool before(const struct an_terms *d, size_t u, size_t t, int type)
{
	if (u == t)
		return false;
	if (type == 1)
		return u < t;
	return type == 3 || (d->within[t] >> u & 1) == 0;
}

/* Sum of squares and degrees of freedom of term t, put last behind what comes before it. */
static enum an_status one_term(const struct an_terms *d, size_t t, int type, struct an_work *work,
    struct an_anova_term *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *x = AN_WORK_ARRAY(work, double, d->rows * d->cols);
	size_t *from = AN_WORK_ARRAY(work, size_t, d->cols), cols = 1, own;
	struct an_lsq lsq = { .b = AN_WORK_ARRAY(work, double, d->cols),
		.effect = AN_WORK_ARRAY(work, double, d->cols),
		.kept = AN_WORK_ARRAY(work, bool, d->cols) };
	enum an_status status = AN_ENOMEM;

	if (x == NULL || from == NULL || lsq.b == NULL || lsq.effect == NULL || lsq.kept == NULL)
		goto done;
	for (size_t u = 0; u < d->terms; u++)
		for (size_t j = d->start[u]; j < d->start[u + 1] && before(d, u, t, type); j++)
			from[cols++] = j;
	own = cols;
	for (size_t j = d->start[t]; j < d->start[t + 1]; j++)
		from[cols++] = j;
	for (size_t i = 0; i < d->rows; i++)
		for (size_t j = 0; j < cols; j++)
			x[i * cols + j] = d->x[i * d->cols + from[j]];
	status = an_lsq(&(struct an_lsq_data){ .x = x, .y = d->y, .n = d->rows, .k = cols }, work, &lsq);
	for (size_t j = own; status == AN_OK && j < cols; j++) {
		out->df += lsq.kept[j];
		out->ss += lsq.effect[j] * lsq.effect[j];
	}
done:
	an_work_release(work, mark);
	return status;
}

enum an_status an_terms_anova(const struct an_terms *d, const struct an_terms_fit *fit, int type, struct an_work *work,
    struct an_anova_term *out)
{
	for (size_t t = 0; t < d->terms; t++) {
		enum an_status status;

		out[t] = (struct an_anova_term){ 0 };
		status = one_term(d, t, type, work, out + t);
		if (status != AN_OK)
			return status;
		out[t].has_f = out[t].df > 0;
		if (!out[t].has_f)
			continue;
		out[t].ms = out[t].ss / out[t].df;
		out[t].f = out[t].ms / fit->ms;
		out[t].p = gsl_cdf_fdist_Q(out[t].f, out[t].df, fit->df);
	}
	return AN_OK;
}

enum an_status an_terms_mean(const struct an_terms_fit *fit, const double *row, double level,
    struct an_adjusted_mean *out)
{
	double variance = 0, half;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || fit->rank < fit->cols)
		return AN_EDATA;
	out->mean = an_lsq_fitted(row, fit->b, fit->cols);
	for (size_t i = 0; i < fit->cols; i++)
		for (size_t j = 0; j < fit->cols; j++)
			variance += row[i] * row[j] * fit->covariance[i * fit->cols + j];
	out->se = sqrt(fmax(0, variance) * fit->ms);
	half = an_t_critical(level, fit->df) * out->se;
	out->interval = (struct an_interval){ out->mean - half, out->mean + half };
	return AN_OK;
}
