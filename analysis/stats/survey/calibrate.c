#include "analysis/stats/survey/calibrate.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ROUNDS_MOST  2000
#define MISS_LEAST   1e-11 /* relative */
#define MISS_BOUNDED 1e-8
#define NEWTON_MOST  100
#define RANK_LEAST   1e-11

static bool weights_good(const double *weight, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (!isfinite(weight[i]) || weight[i] < 0)
			return false;
	return true;
}

/* Weight in each level of a margin. */
static void level_sums(const double *weight, size_t rows, const struct an_margin *m, double *sum)
{
	memset(sum, 0, m->levels * sizeof *sum);
	for (size_t i = 0; i < rows; i++)
		sum[m->cell[i]] += weight[i];
}

static enum an_status margin_check(const double *weight, size_t rows, const struct an_margin *m, double *sum)
{
	for (size_t i = 0; i < rows; i++)
		if (m->cell[i] >= m->levels)
			return AN_EDATA;
	level_sums(weight, rows, m, sum);
	for (size_t l = 0; l < m->levels; l++)
		if (!isfinite(m->target[l]) || m->target[l] < 0 || (m->target[l] > 0) != (sum[l] > 0))
			return AN_EDATA;
	return AN_OK;
}

static void fit_margin(double *weight, size_t rows, const struct an_margin *m, double *sum)
{
	level_sums(weight, rows, m, sum);
	for (size_t i = 0; i < rows; i++)
		if (weight[i] > 0)
			weight[i] *= m->target[m->cell[i]] / sum[m->cell[i]];
}

static double largest_miss(const double *weight, size_t rows, const struct an_margin *margin, size_t margins,
    double *sum)
{
	double worst = 0;

	for (size_t m = 0; m < margins; m++) {
		level_sums(weight, rows, margin + m, sum);
		for (size_t l = 0; l < margin[m].levels; l++)
			if (margin[m].target[l] > 0)
				worst = fmax(worst, fabs(sum[l] / margin[m].target[l] - 1));
	}
	return worst;
}

/* Bounds in units of weight: least and most times the mean that the first margin implies. */
static void clip(double *weight, size_t rows, double least, double most)
{
	for (size_t i = 0; i < rows; i++)
		if (weight[i] > 0)
			weight[i] = fmin(fmax(weight[i], least), most);
}

enum an_status an_rake(const double *weight, size_t rows, const struct an_margin *margin, size_t margins, double least,
    double most, struct an_work *work, double *out, double *step, struct an_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	bool bounded = least > 0 || isfinite(most);
	double *sum, mean = 0, wanted = bounded ? MISS_BOUNDED : MISS_LEAST;
	size_t levels = 0, n = 0;

	memset(fit, 0, sizeof *fit);
	if (rows == 0 || margins == 0)
		return AN_ETOOFEW;
	if (!weights_good(weight, rows) || !(least < most))
		return AN_EDATA;
	for (size_t m = 0; m < margins; m++)
		levels = margin[m].levels > levels ? margin[m].levels : levels;
	sum = AN_WORK_ARRAY(work, double, levels);
	if (sum == NULL)
		return AN_ENOMEM;
	memcpy(out, weight, rows * sizeof *out);
	for (size_t m = 0; m < margins; m++)
		if (margin_check(weight, rows, margin + m, sum) != AN_OK) {
			an_work_release(work, mark);
			return AN_EDATA;
		}
	for (size_t l = 0; l < margin[0].levels; l++)
		mean += margin[0].target[l];
	for (size_t i = 0; i < rows; i++)
		n += weight[i] > 0;
	mean /= n > 0 ? (double)n : 1;
	while (n > 0 && !fit->converged && fit->iterations < ROUNDS_MOST) {
		for (size_t m = 0; m < margins; m++) {
			fit_margin(out, rows, margin + m, sum);
			if (bounded)
				clip(out, rows, least * mean, most * mean);
			if (step != NULL)
				memcpy(step + m * rows, out, rows * sizeof *out);
		}
		fit->iterations++;
		fit->gradient = largest_miss(out, rows, margin, margins, sum);
		fit->converged = fit->gradient <= wanted;
	}
	an_work_release(work, mark);
	return n == 0 ? AN_ETOOFEW : fit->converged ? AN_OK : AN_ENOCONVERGE;
}

/* Ratio of new to old weight at u, and its slope (Deville & Sarndal 1992, table 1). */
static double ratio_of(enum an_calibration_distance distance, double u, double least, double most, double *slope)
{
	double a, e, below;

	switch (distance) {
	case AN_DISTANCE_LINEAR:
		*slope = 1 + u < least || 1 + u > most ? 0 : 1;
		return fmin(fmax(1 + u, least), most);
	case AN_DISTANCE_RAKING:
		e = exp(u);
		*slope = e < least || e > most ? 0 : e;
		return fmin(fmax(e, least), most);
	case AN_DISTANCE_LOGIT:
		break;
	}
	a = (most - least) / ((1 - least) * (most - 1));
	if (u > 0) { /* turned round, so that nothing overflows */
		e = exp(-a * u);
		below = (most - 1) * e + (1 - least);
		*slope = (most - least) * (most - least) * e / (below * below);
		return (least * (most - 1) * e + most * (1 - least)) / below;
	}
	e = exp(a * u);
	below = (most - 1) + (1 - least) * e;
	*slope = (most - least) * (most - least) * e / (below * below);
	return (least * (most - 1) + most * (1 - least) * e) / below;
}

struct newton {
	const double *weight, *x, *total, *scale;
	size_t rows, k;
	enum an_calibration_distance distance;
	double least, most;
};

/* miss = total - sum of x at eta; slopes = its negative Jacobian where not NULL, in scaled columns. */
static double missing(const struct newton *t, const double *eta, double *out, double *miss, double *slopes)
{
	double worst = 0;

	for (size_t a = 0; a < t->k; a++)
		miss[a] = t->total[a] / t->scale[a];
	if (slopes != NULL)
		memset(slopes, 0, t->k * t->k * sizeof *slopes);
	for (size_t i = 0; i < t->rows; i++) {
		const double *x = t->x + i * t->k;
		double u = 0, slope;

		for (size_t a = 0; a < t->k; a++)
			u += eta[a] * x[a] / t->scale[a];
		out[i] = t->weight[i] * ratio_of(t->distance, u, t->least, t->most, &slope);
		for (size_t a = 0; a < t->k; a++) {
			miss[a] -= out[i] * x[a] / t->scale[a];
			for (size_t b = 0; slopes != NULL && b <= a; b++)
				slopes[a * t->k + b] += t->weight[i] * slope * x[a] / t->scale[a] * x[b] / t->scale[b];
		}
	}
	for (size_t a = 0; a < t->k; a++)
		worst = fmax(worst, fabs(miss[a]) * t->scale[a] / (fabs(t->total[a]) + t->scale[a]));
	return worst;
}

/* step = slopes^-1 miss; AN_ENOVARIANCE where slopes is not positive definite. */
static enum an_status newton_step(double *slopes, const double *miss, size_t k, double *step)
{
	gsl_matrix_view m = gsl_matrix_view_array(slopes, k, k);
	gsl_vector_view s = gsl_vector_view_array(step, k);
	gsl_vector_const_view b = gsl_vector_const_view_array(miss, k);
	double largest = 0;

	for (size_t a = 0; a < k; a++)
		largest = fmax(largest, slopes[a * k + a]);
	if (!(largest > 0) || gsl_linalg_cholesky_decomp1(&m.matrix) != 0)
		return AN_ENOVARIANCE;
	for (size_t a = 0; a < k; a++)
		if (!(slopes[a * k + a] > RANK_LEAST * sqrt(largest)))
			return AN_ENOVARIANCE;
	return gsl_linalg_cholesky_solve(&m.matrix, &b.vector, &s.vector) == 0 ? AN_OK : AN_ENOVARIANCE;
}

static enum an_status newton(const struct newton *t, double *eta, double *v, double *out, struct an_fit *fit)
{
	double *miss = v, *step = v + t->k, *next = v + 2 * t->k, *slopes = v + 3 * t->k;

	fit->gradient = missing(t, eta, out, miss, slopes);
	while (fit->iterations < NEWTON_MOST && fit->gradient > MISS_LEAST) {
		enum an_status s = newton_step(slopes, miss, t->k, step);
		double worst = INFINITY, part = 1;

		if (s != AN_OK)
			return fit->iterations == 0 ? s : AN_ENOCONVERGE;
		for (int half = 0; half < 40 && !(worst < fit->gradient); half++, part /= 2) {
			for (size_t a = 0; a < t->k; a++)
				next[a] = eta[a] + part * step[a];
			worst = missing(t, next, out, miss, slopes);
		}
		fit->iterations++;
		if (!(worst < fit->gradient)) /* as near as doubles go, or no solution */
			break;
		memcpy(eta, next, t->k * sizeof *eta);
		fit->gradient = worst;
	}
	fit->gradient = missing(t, eta, out, miss, NULL);
	fit->converged = fit->gradient <= 1e-9;
	return fit->converged ? AN_OK : AN_ENOCONVERGE;
}

enum an_status an_calibrate(const double *weight, const double *x, size_t rows, size_t k, const double *total,
    enum an_calibration_distance distance, double least, double most, struct an_work *work, double *out,
    struct an_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	double *scale = AN_WORK_ARRAY(work, double, k), *eta = AN_WORK_ARRAY(work, double, k);
	double *v = AN_WORK_ARRAY(work, double, (3 + k) * k);
	enum an_status s = AN_OK;

	memset(fit, 0, sizeof *fit);
	if (rows == 0 || k == 0)
		s = AN_ETOOFEW;
	else if (scale == NULL || eta == NULL || v == NULL)
		s = AN_ENOMEM;
	else if (!weights_good(weight, rows) || !(least < 1 && most > 1) ||
	    (distance == AN_DISTANCE_LOGIT && (!isfinite(least) || !isfinite(most))))
		s = AN_EDATA;
	for (size_t a = 0; s == AN_OK && a < k; a++) {
		for (size_t i = 0; i < rows; i++) {
			if (!isfinite(x[i * k + a]) || !isfinite(total[a]))
				s = AN_EDATA;
			scale[a] += weight[i] * x[i * k + a] * x[i * k + a];
		}
		scale[a] = sqrt(scale[a]);
		if (s == AN_OK && !(scale[a] > 0))
			s = AN_ENOVARIANCE;
	}
	if (s == AN_OK)
		s = newton(&(struct newton){ weight, x, total, scale, rows, k, distance, least, most }, eta, v, out,
		    fit);
	an_work_release(work, mark);
	return s;
}

/* Column z less its mean in each cell, as weights: z is a contribution, so value times after. */
static void centre(const struct an_margin *m, const double *after, const double *by, size_t rows, double *z, size_t k,
    size_t column, double *sum, double *total)
{
	memset(sum, 0, m->levels * sizeof *sum);
	memset(total, 0, m->levels * sizeof *total);
	for (size_t i = 0; i < rows; i++) {
		double w = by != NULL ? by[i] : 1;

		if (after[i] <= 0)
			continue;
		sum[m->cell[i]] += w * z[i * k + column] / after[i];
		total[m->cell[i]] += w;
	}
	for (size_t i = 0; i < rows; i++)
		if (after[i] > 0)
			z[i * k + column] -= after[i] * sum[m->cell[i]] / total[m->cell[i]];
}

static enum an_status by_cells(const struct an_calibration *c, double *z, size_t k, struct an_work *work)
{
	size_t levels = 0;
	double *sum, *total;

	for (size_t m = 0; m < c->margins; m++)
		levels = c->margin[m].levels > levels ? c->margin[m].levels : levels;
	sum = AN_WORK_ARRAY(work, double, levels);
	total = AN_WORK_ARRAY(work, double, levels);
	if (sum == NULL || total == NULL)
		return AN_ENOMEM;
	for (size_t a = 0; a < k; a++) {
		if (c->step == NULL) {
			centre(c->margin, c->after, c->before, c->rows, z, k, a, sum, total);
			continue;
		}
		for (int turn = 0; turn < 10; turn++)
			for (size_t m = 0; m < c->margins; m++)
				centre(c->margin + m, c->step + m * c->rows, NULL, c->rows, z, k, a, sum, total);
	}
	return AN_OK;
}

/* Residuals of z / after on x, with weights before, times after. */
static enum an_status by_regression(const struct an_calibration *c, double *z, size_t k, struct an_work *work)
{
	double *q = AN_WORK_ARRAY(work, double, c->rows * c->k), *tau = AN_WORK_ARRAY(work, double, c->k);
	double *b = AN_WORK_ARRAY(work, double, c->rows), *x = AN_WORK_ARRAY(work, double, c->k);
	double *r = AN_WORK_ARRAY(work, double, c->rows);
	gsl_matrix_view m;
	gsl_vector_view t, v, s, e;

	if (q == NULL || tau == NULL || b == NULL || x == NULL || r == NULL)
		return AN_ENOMEM;
	if (c->rows < c->k)
		return AN_ETOOFEW;
	for (size_t i = 0; i < c->rows; i++)
		for (size_t a = 0; a < c->k; a++)
			q[i * c->k + a] = sqrt(c->before[i]) * c->x[i * c->k + a];
	m = gsl_matrix_view_array(q, c->rows, c->k);
	t = gsl_vector_view_array(tau, c->k);
	v = gsl_vector_view_array(b, c->rows);
	s = gsl_vector_view_array(x, c->k);
	e = gsl_vector_view_array(r, c->rows);
	if (gsl_linalg_QR_decomp(&m.matrix, &t.vector) != 0)
		return AN_ENOVARIANCE;
	for (size_t a = 0; a < k; a++) {
		for (size_t i = 0; i < c->rows; i++)
			b[i] = c->after[i] > 0 ? z[i * k + a] / c->after[i] * sqrt(c->before[i]) : 0;
		if (gsl_linalg_QR_lssolve(&m.matrix, &t.vector, &v.vector, &s.vector, &e.vector) != 0)
			return AN_ENOVARIANCE;
		for (size_t i = 0; i < c->rows; i++)
			z[i * k + a] = c->before[i] > 0 ? r[i] / sqrt(c->before[i]) * c->after[i] : 0;
	}
	return AN_OK;
}

enum an_status an_calibration_residuals(const struct an_calibration *c, double *influence, size_t k,
    struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status s = c->margins > 0 ? by_cells(c, influence, k, work) : by_regression(c, influence, k, work);

	an_work_release(work, mark);
	return s;
}
