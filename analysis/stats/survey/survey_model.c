#include "analysis/stats/survey/survey_model.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define RANK_LEAST  1e-10 /* of a column's own length */
#define ROUNDS_MOST 60
#define STEP_LEAST  1e-11
#define LINEAR_MOST 500 /* log odds, beyond which a fit runs away */

/* The contrast (i, j) against the last row and column, weighted by 1 / share: w[cells]. */
static void contrast(const double *share, size_t rows, size_t cols, size_t i, size_t j, double *w)
{
	size_t at[4] = { i * cols + j, i * cols + cols - 1, (rows - 1) * cols + j, rows * cols - 1 };

	memset(w, 0, rows * cols * sizeof *w);
	for (int c = 0; c < 4; c++)
		if (share[at[c]] > 0)
			w[at[c]] = (c == 0 || c == 3 ? 1 : -1) / share[at[c]];
}

/* Traces of D^-1 N and of its square, D and N being k x k. */
static enum an_status traces(double *denom, double *numer, size_t k, double *first, double *second)
{
	gsl_matrix_view d = gsl_matrix_view_array(denom, k, k), n = gsl_matrix_view_array(numer, k, k);

	if (gsl_linalg_cholesky_decomp1(&d.matrix) != 0)
		return AN_ENOVARIANCE;
	for (size_t a = 0; a < k; a++) {
		gsl_vector_view column = gsl_matrix_column(&n.matrix, a);

		if (!(denom[a * k + a] > 0) || gsl_linalg_cholesky_svx(&d.matrix, &column.vector) != 0)
			return AN_ENOVARIANCE;
	}
	*first = *second = 0;
	for (size_t a = 0; a < k; a++) {
		*first += numer[a * k + a];
		for (size_t b = 0; b < k; b++)
			*second += numer[a * k + b] * numer[b * k + a];
	}
	return *first > 0 && *second > 0 && isfinite(*second) ? AN_OK : AN_ENOVARIANCE;
}

/* Denominator and numerator of Rao and Scott's Delta. */
static void forms(const double *share, const double *cov, size_t rows, size_t cols, double n, double *w, double *denom,
    double *numer)
{
	size_t cells = rows * cols, k = (rows - 1) * (cols - 1);
	double *u = w, *v = w + cells;

	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b < k; b++) {
			double plain = 0, real = 0;

			contrast(share, rows, cols, a / (cols - 1), a % (cols - 1), u);
			contrast(share, rows, cols, b / (cols - 1), b % (cols - 1), v);
			for (size_t c = 0; c < cells; c++) {
				plain += u[c] * v[c] * share[c] / n;
				for (size_t e = 0; u[c] != 0 && e < cells; e++)
					real += u[c] * cov[c * cells + e] * v[e];
			}
			denom[a * k + b] = plain;
			numer[a * k + b] = real;
		}
}

static double pearson(const double *share, size_t rows, size_t cols, double n)
{
	double chi2 = 0;

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++) {
			double r = 0, c = 0, expected;

			for (size_t a = 0; a < cols; a++)
				r += share[i * cols + a];
			for (size_t a = 0; a < rows; a++)
				c += share[a * cols + j];
			expected = r * c;
			if (expected > 0)
				chi2 +=
				    n * (share[i * cols + j] - expected) * (share[i * cols + j] - expected) / expected;
		}
	return chi2;
}

/* Weighted shares of the cells, and each row's contributions to them. */
static enum an_status cell_shares(const struct an_design *d, const size_t *row, const size_t *col, size_t rows,
    size_t cols, const bool *in, double *share, double *z, size_t *used)
{
	size_t cells = rows * cols;
	double sum = 0;

	memset(share, 0, cells * sizeof *share);
	*used = 0;
	for (size_t i = 0; i < d->rows; i++) {
		if (!isfinite(d->weight[i]) || d->weight[i] < 0)
			return AN_EDATA;
		if (!an_design_counts(d, in, i))
			continue;
		if (row[i] >= rows || col[i] >= cols)
			return AN_EDATA;
		share[row[i] * cols + col[i]] += d->weight[i];
		sum += d->weight[i];
		(*used)++;
	}
	for (size_t c = 0; sum > 0 && c < cells; c++)
		share[c] /= sum;
	for (size_t i = 0; sum > 0 && i < d->rows; i++)
		for (size_t c = 0; an_design_counts(d, in, i) && c < cells; c++)
			z[i * cells + c] = d->weight[i] * ((c == row[i] * cols + col[i] ? 1 : 0) - share[c]) / sum;
	return sum > 0 ? AN_OK : AN_ETOOFEW;
}

enum an_status an_survey_table(const struct an_design *d, const size_t *row, size_t rows, const size_t *col,
    size_t cols, const bool *in, struct an_work *work, double *share, double *se, struct an_survey_table *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t cells = rows * cols, k, df = an_design_df(d, NULL, work);
	double *z, *cov, *w, *denom, *numer, first, second;
	enum an_status s;

	memset(out, 0, sizeof *out);
	if (rows < 2 || cols < 2 || df == 0)
		return AN_ETOOFEW;
	k = (rows - 1) * (cols - 1);
	z = AN_WORK_ARRAY(work, double, d->rows *cells);
	cov = AN_WORK_ARRAY(work, double, cells *cells);
	w = AN_WORK_ARRAY(work, double, 2 * cells);
	denom = AN_WORK_ARRAY(work, double, k *k);
	numer = AN_WORK_ARRAY(work, double, k *k);
	s = z == NULL || cov == NULL || w == NULL || denom == NULL || numer == NULL
	    ? AN_ENOMEM
	    : cell_shares(d, row, col, rows, cols, in, share, z, &out->used);
	if (s == AN_OK)
		s = an_design_variance(d, z, cells, work, cov);
	if (s == AN_OK) {
		for (size_t c = 0; c < cells; c++)
			se[c] = sqrt(cov[c * cells + c] > 0 ? cov[c * cells + c] : 0);
		forms(share, cov, rows, cols, (double)out->used, w, denom, numer);
		s = traces(denom, numer, k, &first, &second);
	}
	if (s == AN_OK) {
		out->chi2 = pearson(share, rows, cols, (double)out->used);
		out->deff = first / (double)k;
		out->f = out->chi2 / first;
		out->df1 = first * first / second;
		out->df2 = out->df1 * (double)df;
		out->p = gsl_cdf_fdist_Q(out->f, out->df1, out->df2);
		s = isfinite(out->f) && isfinite(out->p) ? AN_OK : AN_EDATA;
	}
	an_work_release(work, mark);
	return s;
}

struct fit {
	const struct an_design *d;
	const double *x, *y;
	const bool *in;
	size_t k, used;
	size_t *row;		 /* used: which rows of the data */
	double *q, *tau, *b, *r; /* used x k; k; used; used */
};

/* Weighted least squares of b on the rows of x, both times sqrt(w): R stays in q, coefficients in step. */
static enum an_status least_squares(struct fit *f, const double *w, double *step)
{
	gsl_matrix_view q = gsl_matrix_view_array(f->q, f->used, f->k);
	gsl_vector_view tau = gsl_vector_view_array(f->tau, f->k), b = gsl_vector_view_array(f->b, f->used);
	gsl_vector_view s = gsl_vector_view_array(step, f->k), r = gsl_vector_view_array(f->r, f->used);

	for (size_t i = 0; i < f->used; i++) {
		double root = sqrt(w[i]);

		f->b[i] *= root;
		for (size_t a = 0; a < f->k; a++)
			f->q[i * f->k + a] = root * f->x[f->row[i] * f->k + a];
	}
	for (size_t a = 0; a < f->k; a++) {
		f->tau[a] = 0;
		for (size_t i = 0; i < f->used; i++)
			f->tau[a] += f->q[i * f->k + a] * f->q[i * f->k + a];
		step[a] = sqrt(f->tau[a]); /* length of the column, to judge its pivot by */
	}
	if (gsl_linalg_QR_decomp(&q.matrix, &tau.vector) != 0)
		return AN_ENOVARIANCE;
	for (size_t a = 0; a < f->k; a++)
		if (!(fabs(f->q[a * f->k + a]) > RANK_LEAST * step[a]))
			return AN_ENOVARIANCE;
	return gsl_linalg_QR_lssolve(&q.matrix, &tau.vector, &b.vector, &s.vector, &r.vector) == 0 ? AN_OK
												   : AN_ENOVARIANCE;
}

static double linear(const struct fit *f, const double *coef, size_t i)
{
	double eta = 0;

	for (size_t a = 0; a < f->k; a++)
		eta += coef[a] * f->x[f->row[i] * f->k + a];
	return eta;
}

static double mean_of(enum an_family family, double eta)
{
	return family == AN_GAUSSIAN ? eta : 1 / (1 + exp(-eta));
}

/* Newton's steps; the gaussian family is there after one, and has a second to take rounding away. */
static enum an_status iterate(struct fit *f, enum an_family family, double *w, double *step, double *coef,
    struct an_fit *report)
{
	while (report->iterations < ROUNDS_MOST && !report->converged) {
		enum an_status s;
		double largest = 0;

		for (size_t i = 0; i < f->used; i++) {
			double eta = linear(f, coef, i), mu = mean_of(family, eta);
			double slope = family == AN_GAUSSIAN ? 1 : mu * (1 - mu);

			if (!(fabs(eta) < LINEAR_MOST) && family == AN_BINOMIAL)
				return AN_ENOCONVERGE;
			w[i] = f->d->weight[f->row[i]] * slope;
			f->b[i] = slope > 0 ? (f->y[f->row[i]] - mu) / slope : 0;
		}
		s = least_squares(f, w, step);
		if (s != AN_OK) /* after a first step: weights that have gone to 0 */
			return report->iterations > 0 ? AN_ENOCONVERGE : s;
		for (size_t a = 0; a < f->k; a++) {
			coef[a] += step[a];
			largest = fmax(largest, fabs(step[a]) / (fabs(coef[a]) + 1e-8));
		}
		report->iterations++;
		report->gradient = largest;
		report->converged = family == AN_GAUSSIAN ? report->iterations >= 2 : largest < STEP_LEAST;
	}
	return report->converged ? AN_OK : AN_ENOCONVERGE;
}

/* Rows of the data times (X'WX)^-1, by two triangular solves with R. */
static void scores(const struct fit *f, enum an_family family, const double *coef, double *z)
{
	size_t k = f->k;

	for (size_t i = 0; i < f->used; i++) {
		double *v = z + f->row[i] * k;
		double e = f->d->weight[f->row[i]] * (f->y[f->row[i]] - mean_of(family, linear(f, coef, i)));

		for (size_t a = 0; a < k; a++) {
			v[a] = e * f->x[f->row[i] * k + a];
			for (size_t b = 0; b < a; b++)
				v[a] -= f->q[b * k + a] * v[b];
			v[a] /= f->q[a * k + a];
		}
		for (size_t a = k; a-- > 0;) {
			for (size_t b = a + 1; b < k; b++)
				v[a] -= f->q[a * k + b] * v[b];
			v[a] /= f->q[a * k + a];
		}
	}
}

static enum an_status choose_rows(struct fit *f, enum an_family family)
{
	for (size_t i = 0; i < f->d->rows; i++) {
		if (!isfinite(f->d->weight[i]) || f->d->weight[i] < 0)
			return AN_EDATA;
		if (!an_design_counts(f->d, f->in, i))
			continue;
		if (!isfinite(f->y[i]) || (family == AN_BINOMIAL && !(f->y[i] >= 0 && f->y[i] <= 1)))
			return AN_EDATA;
		for (size_t a = 0; a < f->k; a++)
			if (!isfinite(f->x[i * f->k + a]))
				return AN_EDATA;
		f->row[f->used++] = i;
	}
	return f->used > f->k ? AN_OK : AN_ETOOFEW;
}

enum an_status an_survey_regression(const struct an_design *d, const double *x, size_t k, const double *y,
    const bool *in, enum an_family family, struct an_work *work, double *coef, double *cov, struct an_survey_model *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct fit f = { .d = d, .x = x, .y = y, .in = in, .k = k };
	size_t df = an_design_df(d, in, work);
	double *w = AN_WORK_ARRAY(work, double, d->rows), *step = AN_WORK_ARRAY(work, double, k), *z;
	enum an_status s;

	memset(out, 0, sizeof *out);
	if (k == 0 || df + 1 <= k)
		return AN_ETOOFEW;
	f.row = AN_WORK_ARRAY(work, size_t, d->rows);
	f.q = AN_WORK_ARRAY(work, double, d->rows *k);
	f.tau = AN_WORK_ARRAY(work, double, k);
	f.b = AN_WORK_ARRAY(work, double, d->rows);
	f.r = AN_WORK_ARRAY(work, double, d->rows);
	z = AN_WORK_ARRAY(work, double, d->rows *k);
	memset(coef, 0, k * sizeof *coef);
	if (w == NULL || step == NULL || f.row == NULL || f.q == NULL || f.tau == NULL || f.b == NULL || f.r == NULL ||
	    z == NULL)
		s = AN_ENOMEM;
	else
		s = choose_rows(&f, family);
	if (s == AN_OK)
		s = iterate(&f, family, w, step, coef, &out->fit);
	if (s == AN_OK) {
		scores(&f, family, coef, z);
		s = an_design_variance(d, z, k, work, cov);
	}
	out->used = f.used;
	out->df = df + 1 - k;
	an_work_release(work, mark);
	return s;
}
