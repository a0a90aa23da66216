#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <float.h>
#include <math.h>
#include <string.h>

double an_matrix_sum(const double *m, size_t k)
{
	double s = 0;

	for (size_t i = 0; i < k * k; i++)
		s += m[i];
	return s;
}

double an_matrix_trace(const double *m, size_t k)
{
	double s = 0;

	for (size_t i = 0; i < k; i++)
		s += m[i * k + i];
	return s;
}

enum an_status an_cov_to_cor(const double *cov, size_t k, double *cor)
{
	for (size_t i = 0; i < k; i++)
		if (!(cov[i * k + i] > 0))
			return AN_ENOVARIANCE;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			cor[i * k + j] = i == j ? 1 : cov[i * k + j] / sqrt(cov[i * k + i] * cov[j * k + j]);
	return AN_OK;
}

void an_matrix_without(const double *m, size_t k, size_t drop, double *out)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			if (i != drop && j != drop)
				*out++ = m[i * k + j];
}

enum an_status an_inverse(const double *m, size_t k, struct an_work *work, double *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *lu = AN_WORK_ARRAY(work, double, k *k), *scale = AN_WORK_ARRAY(work, double, k);
	size_t *order = AN_WORK_ARRAY(work, size_t, k);
	enum an_status status = AN_ENOVARIANCE;
	gsl_matrix_view a, b;
	gsl_permutation perm;
	int sign;

	if (lu == NULL || scale == NULL || order == NULL) {
		status = AN_ENOMEM;
		goto done;
	}
	for (size_t i = 0; i < k; i++) {
		if (!(m[i * k + i] > 0))
			goto done;
		scale[i] = sqrt(m[i * k + i]);
	}
	for (size_t i = 0; i < k * k; i++)
		lu[i] = i / k == i % k ? 1 : m[i] / (scale[i / k] * scale[i % k]);
	a = gsl_matrix_view_array(lu, k, k);
	b = gsl_matrix_view_array(out, k, k);
	perm = (gsl_permutation){ k, order };
	gsl_permutation_init(&perm);
	if (gsl_linalg_LU_decomp(&a.matrix, &perm, &sign) != 0)
		goto done;
	/* pivots of a correlation matrix are of order one unless it is singular */
	for (size_t i = 0; i < k; i++)
		if (!(fabs(lu[i * k + i]) > 1e-12))
			goto done;
	if (gsl_linalg_LU_invert(&a.matrix, &perm, &b.matrix) != 0)
		goto done;
	status = AN_OK;
	for (size_t i = 0; i < k * k; i++) {
		out[i] /= scale[i / k] * scale[i % k];
		if (!isfinite(out[i]))
			status = AN_ENOVARIANCE;
	}
done:
	an_work_release(work, mark);
	return status;
}

double an_smc_of(double inv_diagonal)
{
	return fmin(1, fmax(0, 1 - 1 / inv_diagonal));
}

enum an_status an_smc(const double *cor, size_t k, struct an_work *work, double *smc)
{
	struct an_work_mark mark = an_work_mark(work);
	double *inv = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status = inv == NULL ? AN_ENOMEM : an_inverse(cor, k, work, inv);

	for (size_t i = 0; status == AN_OK && i < k; i++)
		smc[i] = an_smc_of(inv[i * k + i]);
	an_work_release(work, mark);
	return status;
}

enum an_status an_eigen(const double *m, size_t k, double *values, double *vectors)
{
	enum an_status status = AN_ENOMEM;
	gsl_matrix *a = gsl_matrix_alloc(k, k), *v = gsl_matrix_alloc(k, k);
	gsl_eigen_symmv_workspace *w = gsl_eigen_symmv_alloc(k);
	gsl_vector *e = gsl_vector_alloc(k);

	if (a == NULL || v == NULL || w == NULL || e == NULL)
		goto done;
	for (size_t i = 0; i < k * k; i++)
		gsl_matrix_set(a, i / k, i % k, m[i]);
	status = AN_ENOCONVERGE;
	if (gsl_eigen_symmv(a, e, v, w) != 0)
		goto done;
	gsl_eigen_symmv_sort(e, v, GSL_EIGEN_SORT_VAL_DESC);
	for (size_t i = 0; i < k; i++) {
		values[i] = gsl_vector_get(e, i);
		for (size_t j = 0; vectors != NULL && j < k; j++)
			vectors[i * k + j] = gsl_matrix_get(v, i, j);
	}
	status = AN_OK;
done:
	gsl_vector_free(e);
	gsl_eigen_symmv_free(w);
	gsl_matrix_free(v);
	gsl_matrix_free(a);
	return status;
}

enum an_status an_cor_smooth(double *cor, size_t k, struct an_work *work, double *least, bool *changed)
{
	struct an_work_mark mark = an_work_mark(work);
	double *value = AN_WORK_ARRAY(work, double, k), *vector = AN_WORK_ARRAY(work, double, k *k), sum = 0;
	enum an_status status = value != NULL && vector != NULL ? an_eigen(cor, k, value, vector) : AN_ENOMEM;

	*changed = false;
	if (status != AN_OK)
		goto done;
	*least = value[k - 1];
	*changed = *least < DBL_EPSILON;
	if (!*changed)
		goto done;
	for (size_t q = 0; q < k; q++) {
		value[q] = value[q] < 1e-12 ? 1e-10 : value[q];
		sum += value[q];
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			cor[i * k + j] = 0;
			for (size_t q = 0; q < k; q++)
				cor[i * k + j] += vector[i * k + q] * vector[j * k + q] * value[q] * (double)k / sum;
		}
	memcpy(vector, cor, k * k * sizeof *cor);
	status = an_cov_to_cor(vector, k, cor);
done:
	an_work_release(work, mark);
	return status;
}
