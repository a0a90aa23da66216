#include "analysis/stats/numeric/linear.h"

#include <math.h>
#include <string.h>

#define ALIASED 1e-7

/* q: columns of X and at last y, each of n numbers; below the diagonal Householder's vectors. */
struct factored {
	double *q, *r;
	size_t *at; /* column of the i-th kept one */
	size_t n, p, rank;
};

static double length(const double *v, size_t n)
{
	double scale = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		scale = fmax(scale, fabs(v[i]));
	for (size_t i = 0; scale > 0 && i < n; i++)
		sum += v[i] / scale * (v[i] / scale);
	return scale * sqrt(sum);
}

static void reflect(const double *v, double beta, double *column, size_t n)
{
	double dot = 0;

	for (size_t i = 0; i < n; i++)
		dot += v[i] * column[i];
	for (size_t i = 0; i < n; i++)
		column[i] -= beta * dot * v[i];
}

/* Turns column j onto the next axis and all after it along; false where it is set aside. */
static bool take(struct factored *f, size_t j, double before)
{
	double *v = f->q + j * f->n + f->rank, norm, alpha;
	size_t left = f->n - f->rank;

	norm = left > 0 ? length(v, left) : 0;
	if (!(norm > ALIASED * before))
		return false;
	alpha = v[0] > 0 ? -norm : norm;
	v[0] -= alpha;
	for (size_t k = j + 1; k <= f->p; k++)
		reflect(v, 1 / (norm * (norm + fabs(v[0] + alpha))), f->q + k * f->n + f->rank, left);
	/* what stands above the axis is this column of R */
	for (size_t i = 0; i < f->rank; i++)
		f->r[i * f->p + f->rank] = f->q[j * f->n + i];
	f->r[f->rank * f->p + f->rank] = alpha;
	f->at[f->rank++] = j;
	return true;
}

static void solve(const struct factored *f, struct an_linear *out)
{
	const double *y = f->q + f->p * f->n;

	for (size_t i = f->rank; i-- > 0;) {
		double sum = y[i];

		for (size_t k = i + 1; k < f->rank; k++)
			sum -= f->r[i * f->p + k] * out->coef[f->at[k]];
		out->coef[f->at[i]] = sum / f->r[i * f->p + i];
		out->effect[f->at[i]] = y[i];
		out->kept[f->at[i]] = true;
	}
	out->rank = f->rank;
	out->rss = length(y + f->rank, f->n - f->rank);
	out->rss *= out->rss;
}

/* R^-1 in place, then R^-1 R^-T. */
static void covariance(const struct factored *f, double *cov)
{
	size_t p = f->p, k = f->rank;
	double *r = f->r;

	for (size_t j = 0; j < k; j++) {
		r[j * p + j] = 1 / r[j * p + j];
		for (size_t i = 0; i < j; i++) {
			double sum = 0;

			for (size_t m = i; m < j; m++)
				sum += r[i * p + m] * r[m * p + j];
			r[i * p + j] = -sum * r[j * p + j];
		}
	}
	memset(cov, 0, p * p * sizeof *cov);
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++) {
			double sum = 0;

			for (size_t m = j; m < k; m++)
				sum += r[i * p + m] * r[j * p + m];
			cov[f->at[i] * p + f->at[j]] = cov[f->at[j] * p + f->at[i]] = sum;
		}
}

static enum an_status load(struct factored *f, const double *x, const double *y, const double *w, struct an_linear *out)
{
	for (size_t i = 0; i < f->n; i++) {
		double root = w != NULL ? sqrt(w[i]) : 1;

		if (!isfinite(root) || !isfinite(y[i]))
			return AN_EDATA;
		out->rows += root > 0;
		for (size_t j = 0; j < f->p; j++) {
			if (!isfinite(x[i * f->p + j]))
				return AN_EDATA;
			f->q[j * f->n + i] = root * x[i * f->p + j];
		}
		f->q[f->p * f->n + i] = root * y[i];
	}
	return AN_OK;
}

enum an_status an_linear_fit(const double *x, const double *y, const double *w, size_t n, size_t p,
    struct an_work *work, struct an_linear *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct factored f = { AN_WORK_ARRAY(work, double, n *(p + 1)), AN_WORK_ARRAY(work, double, p *p),
		AN_WORK_ARRAY(work, size_t, p), n, p, 0 };
	enum an_status status = n == 0 || p == 0 ? AN_ETOOFEW : AN_OK;

	out->cols = p;
	out->rows = 0;
	if (status == AN_OK)
		status = f.q == NULL || f.r == NULL || f.at == NULL ? AN_ENOMEM : load(&f, x, y, w, out);
	if (status == AN_OK) {
		memset(out->coef, 0, p * sizeof *out->coef);
		memset(out->effect, 0, p * sizeof *out->effect);
		memset(out->kept, 0, p * sizeof *out->kept);
		for (size_t j = 0; j < p; j++)
			take(&f, j, length(f.q + j * n, n));
		solve(&f, out);
		for (size_t i = 0; out->residual != NULL && i < n; i++) {
			out->residual[i] = y[i];
			for (size_t j = 0; j < p; j++)
				out->residual[i] -= x[i * p + j] * out->coef[j];
		}
		if (out->cov != NULL)
			covariance(&f, out->cov);
		if (!isfinite(out->rss))
			status = AN_EDATA;
	}
	an_work_release(work, mark);
	return status;
}
