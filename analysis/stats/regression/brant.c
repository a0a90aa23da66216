#include "analysis/stats/regression/ordered.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* Regressions of outcome > c for every threshold c, with a constant first. */
struct cuts {
	const struct an_model *m;
	struct an_model each;	     /* the columns with a constant, one outcome after the other */
	size_t k, n, cuts;	     /* k: with the constant */
	double *x, *y, *b, *p, *cov; /* b: cuts x k; p: cuts x n; cov: cuts x k x k */
	double *joint;		     /* covariance of all slopes: (cuts (k - 1))^2 */
};

static enum an_status fit(struct cuts *f, size_t cut, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_glm_coefficient *c = AN_WORK_ARRAY(work, struct an_glm_coefficient, f->k);
	struct an_glm s;
	enum an_status status = AN_ENOMEM;

	for (size_t i = 0; i < f->n; i++)
		f->y[i] = f->m->data.y[i] > (double)cut;
	if (c != NULL)
		status = an_glm(&f->each, AN_LOGIT, 0.95, work, &s, c, f->cov + cut * f->k * f->k, f->p + cut * f->n);
	for (size_t j = 0; j < f->k && status == AN_OK; j++)
		f->b[cut * f->k + j] = c[j].estimate;
	an_work_release(work, mark);
	return status;
}

/* Covariance of the coefficients of two thresholds (Brant 1990, eq. 9): inverse informations around
 * X'WX with weights P(> high) (1 - P(> low)). */
static enum an_status covariance(struct cuts *f, size_t low, size_t high, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = f->k, s = k - 1, size = f->cuts * s;
	double *middle = AN_WORK_ARRAY(work, double, k *k), *half = AN_WORK_ARRAY(work, double, k *k);
	const double *left = f->cov + low * k * k, *right = f->cov + high * k * k;

	if (middle == NULL || half == NULL || !an_work_still(work)) {
		an_work_release(work, mark);
		return middle == NULL || half == NULL ? AN_ENOMEM : AN_ESTOPPED;
	}
	for (size_t i = 0; i < f->n; i++) {
		const double *x = f->x + i * k;
		double w = an_lsq_weight(&f->m->data, i) * f->p[high * f->n + i] * (1 - f->p[low * f->n + i]);

		for (size_t a = 0; a < k; a++)
			for (size_t b = 0; b < k; b++)
				middle[a * k + b] += w * x[a] * x[b];
	}
	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b < k; b++)
			for (size_t c = 0; c < k; c++)
				half[a * k + b] += left[a * k + c] * middle[c * k + b];
	for (size_t a = 1; a < k; a++)
		for (size_t b = 1; b < k; b++) {
			size_t row = low * s + a - 1, col = high * s + b - 1;
			double sum = 0;

			for (size_t c = 0; c < k; c++)
				sum += half[a * k + c] * right[c * k + b];
			f->joint[row * size + col] = f->joint[col * size + row] = sum;
		}
	an_work_release(work, mark);
	return AN_OK;
}

/* Chi-square of the differences of columns from..to between the first threshold and the others. */
static enum an_status test(const struct cuts *f, size_t from, size_t to, struct an_work *work, struct an_brant *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t s = f->k - 1, size = f->cuts * s, each = to - from, n = (f->cuts - 1) * each;
	double *d = AN_WORK_ARRAY(work, double, n), *v = AN_WORK_ARRAY(work, double, n *n);
	size_t *list = AN_WORK_ARRAY(work, size_t, n);
	enum an_status status = an_work_still(work) ? AN_ENOMEM : AN_ESTOPPED;

	if (d != NULL && v != NULL && list != NULL && status != AN_ESTOPPED) {
		for (size_t i = 0; i < n; i++) {
			size_t first = from + i % each, here = (1 + i / each) * s + first;

			list[i] = i;
			d[i] = f->b[first + 1] - f->b[(1 + i / each) * f->k + first + 1];
			for (size_t j = 0; j < n; j++) {
				size_t other = from + j % each, there = (1 + j / each) * s + other;

				v[i * n + j] = f->joint[first * size + other] - f->joint[first * size + there] -
				    f->joint[here * size + other] + f->joint[here * size + there];
			}
		}
		status = an_wald(d, v, n, list, n, work, &out->chi2);
		out->df = (double)n;
		out->p = status == AN_OK ? gsl_cdf_chisq_Q(out->chi2, out->df) : 1;
	}
	an_work_release(work, mark);
	return status;
}

static enum an_status prepare(struct cuts *f, struct an_work *work)
{
	size_t size = f->cuts * (f->k - 1);

	f->x = AN_WORK_ARRAY(work, double, f->n * f->k);
	f->y = AN_WORK_ARRAY(work, double, f->n);
	f->b = AN_WORK_ARRAY(work, double, f->cuts * f->k);
	f->p = AN_WORK_ARRAY(work, double, f->cuts * f->n);
	f->cov = AN_WORK_ARRAY(work, double, f->cuts * f->k * f->k);
	f->joint = AN_WORK_ARRAY(work, double, size *size);
	if (f->x == NULL || f->y == NULL || f->b == NULL || f->p == NULL || f->cov == NULL || f->joint == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < f->n; i++) {
		f->x[i * f->k] = 1;
		memcpy(f->x + i * f->k + 1, f->m->data.x + i * (f->k - 1), (f->k - 1) * sizeof *f->x);
	}
	f->each = (struct an_model){ .data = { f->x, f->y, f->m->data.w, f->n, f->k }, .intercept = true };
	return AN_OK;
}

enum an_status an_brant(const struct an_model *m, size_t levels, struct an_work *work, struct an_brant *all,
    struct an_brant *each)
{
	struct an_work_mark mark = an_work_mark(work);
	struct cuts f = { .m = m, .k = m->data.k + 1, .n = m->data.n, .cuts = levels - 1 };
	size_t k = f.k, s = k - 1, size;
	enum an_status status;

	if (levels < 3 || m->data.k == 0 || m->intercept)
		return AN_ETOOFEW;
	size = f.cuts * s;
	status = prepare(&f, work);
	for (size_t c = 0; c < f.cuts && status == AN_OK; c++) {
		status = fit(&f, c, work);
		for (size_t a = 0; a < s && status == AN_OK; a++)
			for (size_t b = 0; b < s; b++)
				f.joint[(c * s + a) * size + c * s + b] = f.cov[c * k * k + (a + 1) * k + b + 1];
	}
	for (size_t low = 0; low < f.cuts && status == AN_OK; low++)
		for (size_t high = low + 1; high < f.cuts && status == AN_OK; high++)
			status = covariance(&f, low, high, work);
	if (status == AN_OK)
		status = test(&f, 0, s, work, all);
	for (size_t j = 0; j < s && status == AN_OK && each != NULL; j++)
		status = test(&f, j, j + 1, work, each + j);
	an_work_release(work, mark);
	return status;
}
