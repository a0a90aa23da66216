#include "analysis/stats/association/partial.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Inverse of a positive definite matrix, in place. */
static enum an_status invert(double *m, size_t k)
{
	gsl_matrix_view v = gsl_matrix_view_array(m, k, k);

	for (size_t i = 0; i < k * k; i++)
		if (!isfinite(m[i]))
			return AN_EDATA;
	if (gsl_linalg_cholesky_decomp1(&v.matrix) != 0)
		return AN_ENOVARIANCE;
	/* what is left of a variable beside the ones before it */
	for (size_t i = 0; i < k; i++)
		if (!(m[i * k + i] > 1e-7))
			return AN_ENOVARIANCE;
	return gsl_linalg_cholesky_invert(&v.matrix) == 0 ? AN_OK : AN_ENOVARIANCE;
}

/* Rows and columns in list, as a matrix of their own. */
static void take(const double *m, size_t k, const size_t *list, size_t n, double *out)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			out[i * n + j] = m[list[i] * k + list[j]];
}

/* Each pair given the other variables of inverse p, which belongs to list. */
static void pairs(const double *p, size_t n, double *partial, double *semi)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double ii = p[i * n + i], jj = p[j * n + j], ij = p[i * n + j];
			double r = i == j ? 1 : fmax(-1, fmin(1, -ij / sqrt(ii) / sqrt(jj)));

			if (partial != NULL)
				partial[i * n + j] = r;
			/* the variance of i given all but j, with its whole variance 1 */
			if (semi != NULL)
				semi[i * n + j] = i == j ? 1 : r * sqrt(jj / (ii * jj - ij * ij));
		}
}

/* Controls held constant for all: conditional covariances of the rest, as the inverse of their part
 * of the inverse. */
static enum an_status given(double *p, size_t k, const size_t *rest, size_t n, double *scratch, double *partial,
    double *semi)
{
	enum an_status status;

	take(p, k, rest, n, scratch);
	status = invert(scratch, n);
	for (size_t i = 0; i < n && status == AN_OK; i++)
		for (size_t j = 0; j < n; j++) {
			double ii = scratch[i * n + i], jj = scratch[j * n + j], ij = scratch[i * n + j];

			if (partial != NULL)
				partial[i * n + j] = i == j ? 1 : fmax(-1, fmin(1, ij / sqrt(ii) / sqrt(jj)));
			if (semi != NULL)
				semi[i * n + j] = i == j ? 1 : ij / sqrt(jj);
		}
	return status;
}

enum an_status an_partial(const double *cor, size_t k, const size_t *control, size_t controls, struct an_work *work,
    double *partial, double *semi)
{
	struct an_work_mark mark = an_work_mark(work);
	double *p = AN_WORK_ARRAY(work, double, k *k), *scratch = AN_WORK_ARRAY(work, double, k *k);
	size_t *rest = AN_WORK_ARRAY(work, size_t, k), n = 0;
	bool *held = AN_WORK_ARRAY(work, bool, k);
	enum an_status status = AN_OK;

	if (p == NULL || scratch == NULL || rest == NULL || held == NULL)
		status = AN_ENOMEM;
	for (size_t c = 0; c < controls && status == AN_OK; c++) {
		if (control[c] >= k || held[control[c]])
			status = AN_EDATA;
		else
			held[control[c]] = true;
	}
	for (size_t i = 0; i < k && status == AN_OK; i++)
		if (!held[i])
			rest[n++] = i;
	if (status == AN_OK && n < 2)
		status = AN_ETOOFEW;
	if (status == AN_OK) {
		memcpy(p, cor, k * k * sizeof *p);
		status = invert(p, k);
	}
	if (status == AN_OK && controls == 0)
		pairs(p, n, partial, semi);
	else if (status == AN_OK)
		status = given(p, k, rest, n, scratch, partial, semi);
	an_work_release(work, mark);
	return status;
}
