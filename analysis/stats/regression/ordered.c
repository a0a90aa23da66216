#include "analysis/stats/regression/ordered.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define STEPS_MOST 100
#define FAR	   15

/* The model with columns centred and scaled: parameters are k coefficients, then cuts thresholds. */
struct cumulative {
	const struct an_model *m;
	enum an_link link;
	size_t k, cuts, size; /* size: k + cuts */
	double *x, *mean, *sd;
	double *par, *next, *slope, *information, *move;
	double log_lik;
};

/* The distribution at one threshold: lower and upper tail, density, its slope. */
struct at {
	double lower, upper, density, slope;
};

static struct at tails(enum an_link link, double z)
{
	struct at t;

	if (link == AN_PROBIT) {
		t.lower = gsl_cdf_ugaussian_P(z);
		t.upper = gsl_cdf_ugaussian_Q(z);
		t.density = gsl_ran_ugaussian_pdf(z);
		t.slope = -z * t.density;
	} else {
		double e = exp(-fabs(z));

		t.lower = z > 0 ? 1 / (1 + e) : e / (1 + e);
		t.upper = z > 0 ? e / (1 + e) : 1 / (1 + e);
		t.density = e / ((1 + e) * (1 + e));
		t.slope = t.density * (t.upper - t.lower);
	}
	return t;
}

/* Between which thresholds a row lies, and how likely that is; difference taken on the side where
 * the tails are small. */
static double likelihood_of(const struct cumulative *f, const double *par, size_t i, struct at *below, struct at *above)
{
	size_t y = (size_t)f->m->data.y[i];
	double eta = an_lsq_fitted(f->x + i * f->k, par, f->k);

	*below = y > 0 ? tails(f->link, par[f->k + y - 1] - eta) : (struct at){ 0, 1, 0, 0 };
	*above = y < f->cuts ? tails(f->link, par[f->k + y] - eta) : (struct at){ 1, 0, 0, 0 };
	return below->lower > 0.5 ? below->upper - above->upper : above->lower - below->lower;
}

/* -INFINITY where the thresholds are out of order or a row is impossible. */
static double log_likelihood(const struct cumulative *f, const double *par)
{
	long double sum = 0;

	for (size_t c = 1; c < f->cuts; c++)
		if (!(par[f->k + c] > par[f->k + c - 1]))
			return -INFINITY;
	for (size_t i = 0; i < f->m->data.n; i++) {
		struct at a, b;
		double p = an_lsq_weight(&f->m->data, i) > 0 ? likelihood_of(f, par, i, &a, &b) : 1;

		if (!(p > 0))
			return -INFINITY;
		sum += an_lsq_weight(&f->m->data, i) * log(p);
	}
	return (double)sum;
}

/* One row's part of slope and information (minus the second derivatives, upper triangle). */
static void add_row(struct cumulative *f, size_t i)
{
	struct at a, b;
	size_t k = f->k, size = f->size, y = (size_t)f->m->data.y[i], cut[2] = { k + y - 1, k + y };
	double w = an_lsq_weight(&f->m->data, i), p = likelihood_of(f, f->par, i, &a, &b);
	double first[2] = { -a.density / p, b.density / p };
	double second[2] = { -a.slope / p - first[0] * first[0], b.slope / p - first[1] * first[1] };
	double cross = -first[0] * first[1], eta = -(first[0] + first[1]);
	double eta2 = second[0] + second[1] + 2 * cross;
	const double *x = f->x + i * k;

	for (size_t j = 0; j < k; j++) {
		f->slope[j] += w * eta * x[j];
		for (size_t c = j; c < k; c++)
			f->information[j * size + c] -= w * eta2 * x[j] * x[c];
	}
	for (int side = 0; side < 2; side++) {
		if (side == 0 ? y == 0 : y == f->cuts)
			continue;
		f->slope[cut[side]] += w * first[side];
		f->information[cut[side] * size + cut[side]] -= w * second[side];
		for (size_t j = 0; j < k; j++)
			f->information[j * size + cut[side]] += w * (second[side] + cross) * x[j];
	}
	if (y > 0 && y < f->cuts)
		f->information[cut[0] * size + cut[1]] -= w * cross;
}

static void derivatives(struct cumulative *f)
{
	memset(f->slope, 0, f->size * sizeof *f->slope);
	memset(f->information, 0, f->size * f->size * sizeof *f->information);
	for (size_t i = 0; i < f->m->data.n; i++)
		if (an_lsq_weight(&f->m->data, i) > 0)
			add_row(f, i);
	for (size_t i = 0; i < f->size; i++)
		for (size_t j = 0; j < i; j++)
			f->information[i * f->size + j] = f->information[j * f->size + i];
}

/* Newton's step; false when the information cannot be inverted. */
static bool newton(struct cumulative *f)
{
	gsl_matrix_view h = gsl_matrix_view_array(f->information, f->size, f->size);
	gsl_vector_view g = gsl_vector_view_array(f->slope, f->size), s = gsl_vector_view_array(f->move, f->size);

	derivatives(f);
	for (size_t i = 0; i < f->size * f->size; i++)
		if (!isfinite(f->information[i]))
			return false;
	return gsl_linalg_cholesky_decomp1(&h.matrix) == 0 &&
	    gsl_linalg_cholesky_solve(&h.matrix, &g.vector, &s.vector) == 0;
}

/* Coefficient that moves most (columns are in standard units). */
static size_t fastest(const struct cumulative *f)
{
	size_t best = 0;

	for (size_t j = 1; j < f->k; j++)
		if (fabs(f->move[j]) > fabs(f->move[best]))
			best = j;
	return best;
}

static double largest(const double *v, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(v[i]));
	return most;
}

static enum an_status climb(struct cumulative *f, struct an_work *work, struct an_glm *out)
{
	double reach = INFINITY;

	f->log_lik = log_likelihood(f, f->par);
	while (out->fit.iterations < STEPS_MOST && !(reach < 1e-9)) {
		double step = 1, there = -INFINITY;

		if (!an_work_go_on(work, out->fit.iterations / (double)STEPS_MOST))
			return AN_ESTOPPED;
		if (!newton(f))
			break;
		for (int half = 0; half < 40; half++, step /= 2) {
			for (size_t i = 0; i < f->size; i++)
				f->next[i] = f->par[i] + step * f->move[i];
			there = log_likelihood(f, f->next);
			if (there >= f->log_lik - 1e-10 * (1 + fabs(f->log_lik)))
				break;
		}
		if (!isfinite(there))
			break;
		memcpy(f->par, f->next, f->size * sizeof *f->par);
		f->log_lik = there;
		out->fit.iterations++;
		reach = largest(f->move, f->size);
		if (reach > 0.3 && largest(f->par, f->size) > FAR && out->fit.iterations > 25)
			break;
	}
	out->fit.gradient = reach;
	out->fit.converged = reach < 1e-9;
	if (out->fit.converged)
		return newton(f) ? AN_OK : AN_ENOCONVERGE;
	if (f->k > 0 && largest(f->par, f->size) > 5)
		out->separated = fastest(f);
	return AN_ENOCONVERGE;
}

/* Columns in standard units, thresholds from the shares of the levels. */
static enum an_status begin(struct cumulative *f, struct an_glm *out)
{
	const struct an_lsq_data *d = &f->m->data;
	double null = 0, sum = 0, n = (double)d->n;

	for (size_t j = 0; j < f->k; j++) {
		for (size_t i = 0; i < d->n; i++)
			f->mean[j] += d->x[i * f->k + j] / n;
		for (size_t i = 0; i < d->n; i++)
			f->sd[j] += pow(d->x[i * f->k + j] - f->mean[j], 2) / n;
		f->sd[j] = sqrt(f->sd[j]);
		for (size_t i = 0; i < d->n; i++)
			f->x[i * f->k + j] = (d->x[i * f->k + j] - f->mean[j]) / f->sd[j];
	}
	for (size_t i = 0; i < d->n; i++)
		f->next[(size_t)d->y[i]] += an_lsq_weight(&f->m->data, i);
	for (size_t c = 0; c <= f->cuts; c++) {
		double here = f->next[c];

		if (!(here > 0))
			return AN_ETOOFEW;
		null += here * log(here / out->people);
		sum += here / out->people;
		if (c < f->cuts)
			f->par[f->k + c] = f->link == AN_PROBIT ? an_normal_quantile(sum) : log(sum) - log1p(-sum);
	}
	out->null_deviance = -2 * null;
	return AN_OK;
}

/* Whether the columns beside a constant are independent; finds the first that is not. */
static enum an_status independent(const struct an_model *m, struct an_work *work, struct an_glm *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = m->data.k, n = m->data.n;
	struct an_lsq_data d = { .y = m->data.y, .w = m->data.w, .n = n, .k = k + 1 };
	double *x = AN_WORK_ARRAY(work, double, n *(k + 1)), *b = AN_WORK_ARRAY(work, double, k + 1);
	struct an_lsq lsq = { .b = b };
	enum an_status status = x != NULL && b != NULL ? AN_OK : AN_ENOMEM;

	for (size_t i = 0; i < n && status == AN_OK; i++) {
		x[i * (k + 1)] = 1;
		memcpy(x + i * (k + 1) + 1, m->data.x + i * k, k * sizeof *x);
	}
	d.x = x;
	if (status == AN_OK)
		status = an_lsq(&d, work, &lsq);
	if (status == AN_ENOVARIANCE && lsq.dependent > 0)
		out->dependent = lsq.dependent - 1;
	an_work_release(work, mark);
	return status;
}

static enum an_status check(const struct an_model *m, size_t levels, double level, struct an_glm *out)
{
	const struct an_lsq_data *d = &m->data;

	if (!(level > 0 && level < 1) || m->intercept)
		return AN_EDATA;
	for (size_t i = 0; i < d->n; i++) {
		double w = d->w != NULL ? d->w[i] : 1;

		if (!isfinite(w) || w < 0 || !(d->y[i] >= 0 && d->y[i] < (double)levels) || d->y[i] != floor(d->y[i]))
			return AN_EDATA;
		out->n += w > 0;
		out->people += w;
	}
	return levels >= 3 && out->people > (double)(d->k + levels - 1) ? AN_OK : AN_ETOOFEW;
}

/* Back to the columns' own units: b / sd, thresholds + sum b mean / sd, and the covariance along. */
static enum an_status report(struct cumulative *f, double level, struct an_work *work, struct an_glm_coefficient *each,
    double *covariance)
{
	size_t k = f->k, size = f->size;
	double *turn = AN_WORK_ARRAY(work, double, size *size), *half = AN_WORK_ARRAY(work, double, size *size);
	gsl_matrix_view h = gsl_matrix_view_array(f->information, size, size);
	double critical = an_normal_critical(level);

	if (turn == NULL || half == NULL)
		return AN_ENOMEM;
	if (gsl_linalg_cholesky_invert(&h.matrix) != 0)
		return AN_ENOCONVERGE;
	for (size_t i = 0; i < size; i++) {
		turn[i * size + i] = i < k ? 1 / f->sd[i] : 1;
		for (size_t j = 0; j < k && i >= k; j++)
			turn[i * size + j] = f->mean[j] / f->sd[j];
	}
	for (size_t i = 0; i < size; i++)
		for (size_t j = 0; j < size; j++)
			for (size_t c = 0; c < size; c++)
				half[i * size + j] += turn[i * size + c] * f->information[c * size + j];
	for (size_t i = 0; i < size; i++) {
		struct an_glm_coefficient *e;
		double variance = 0, value = 0;

		for (size_t j = 0; j < size && covariance != NULL; j++) {
			covariance[i * size + j] = 0;
			for (size_t c = 0; c < size; c++)
				covariance[i * size + j] += half[i * size + c] * turn[j * size + c];
		}
		for (size_t c = 0; c < size; c++) {
			variance += half[i * size + c] * turn[i * size + c];
			value += turn[i * size + c] * f->par[c];
		}
		if (each == NULL)
			continue;
		e = each + i;
		e->estimate = value;
		e->se = sqrt(variance);
		e->z = value / e->se;
		e->p = 2 * gsl_cdf_ugaussian_Q(fabs(e->z));
		e->interval = (struct an_interval){ value - critical * e->se, value + critical * e->se };
	}
	return AN_OK;
}

enum an_status an_ordered(const struct an_model *m, size_t levels, enum an_link link, double level,
    struct an_work *work, struct an_glm *out, struct an_glm_coefficient *each, double *covariance)
{
	struct an_work_mark mark = an_work_mark(work);
	struct cumulative f = { .m = m, .link = link, .k = m->data.k };
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->dependent = out->separated = SIZE_MAX;
	status = check(m, levels, level, out);
	if (status == AN_OK)
		status = independent(m, work, out);
	if (status == AN_OK) {
		f.cuts = levels - 1;
		f.size = f.k + f.cuts;
		f.x = AN_WORK_ARRAY(work, double, m->data.n *f.k);
		f.mean = AN_WORK_ARRAY(work, double, f.k);
		f.sd = AN_WORK_ARRAY(work, double, f.k);
		f.par = AN_WORK_ARRAY(work, double, f.size);
		f.next = AN_WORK_ARRAY(work, double, f.size + 1);
		f.slope = AN_WORK_ARRAY(work, double, f.size);
		f.move = AN_WORK_ARRAY(work, double, f.size);
		f.information = AN_WORK_ARRAY(work, double, f.size *f.size);
		if (f.x == NULL || f.mean == NULL || f.sd == NULL || f.par == NULL || f.next == NULL ||
		    f.slope == NULL || f.move == NULL || f.information == NULL)
			status = AN_ENOMEM;
	}
	if (status == AN_OK)
		status = begin(&f, out);
	if (status == AN_OK)
		status = climb(&f, work, out);
	if (status == AN_OK) {
		double size = (double)f.size;

		out->log_lik = f.log_lik;
		out->deviance = -2 * f.log_lik;
		out->aic = out->deviance + 2 * size;
		out->bic = out->deviance + log(out->people) * size;
		status = report(&f, level, work, each, covariance);
	}
	an_work_release(work, mark);
	return status;
}
