#include "analysis/stats/compare/terms.h"
#include "analysis/stats/numeric/dist.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

void an_terms_sum_code(size_t level, size_t levels, double *out)
{
	for (size_t j = 0; j + 1 < levels; j++)
		out[j] = level + 1 == levels ? -1 : level == j;
}

static bool arrays(struct an_linear *fit, size_t cols, struct an_work *work)
{
	fit->coef = AN_WORK_ARRAY(work, double, cols);
	fit->effect = AN_WORK_ARRAY(work, double, cols);
	fit->kept = AN_WORK_ARRAY(work, bool, cols);
	return fit->coef != NULL && fit->effect != NULL && fit->kept != NULL;
}

enum an_status an_terms_fit(const struct an_terms *d, struct an_work *work, struct an_terms_fit *out)
{
	enum an_status status;
	double size = 0;

	memset(out, 0, sizeof *out);
	out->fit.cov = AN_WORK_ARRAY(work, double, d->cols * d->cols);
	out->fit.residual = AN_WORK_ARRAY(work, double, d->rows);
	if (out->fit.cov == NULL || out->fit.residual == NULL || !arrays(&out->fit, d->cols, work))
		return AN_ENOMEM;
	if (d->terms > AN_TERMS_MOST)
		return AN_EDATA;
	status = an_linear_fit(d->x, d->y, NULL, d->rows, d->cols, work, &out->fit);
	if (status != AN_OK)
		return status;
	out->df = (double)d->rows - (double)out->fit.rank;
	if (out->df < 1)
		return AN_ETOOFEW;
	out->ss = out->fit.rss;
	out->ms = out->ss / out->df;
	for (size_t i = 0; i < d->rows; i++)
		size = fmax(size, fabs(d->y[i]));
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
	struct an_linear fit = { 0 };
	enum an_status status = AN_ENOMEM;

	if (x == NULL || from == NULL || !arrays(&fit, d->cols, work))
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
	status = an_linear_fit(x, d->y, NULL, d->rows, cols, work, &fit);
	for (size_t j = own; status == AN_OK && j < cols; j++) {
		out->df += fit.kept[j];
		out->ss += fit.effect[j] * fit.effect[j];
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
	const struct an_linear *f = &fit->fit;
	double variance = 0, half;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || f->rank < f->cols)
		return AN_EDATA;
	for (size_t i = 0; i < f->cols; i++) {
		out->mean += row[i] * f->coef[i];
		for (size_t j = 0; j < f->cols; j++)
			variance += row[i] * row[j] * f->cov[i * f->cols + j];
	}
	out->se = sqrt(fmax(0, variance) * fit->ms);
	half = an_t_critical(level, fit->df) * out->se;
	out->interval = (struct an_interval){ out->mean - half, out->mean + half };
	return AN_OK;
}
