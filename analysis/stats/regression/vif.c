#include "analysis/stats/numeric/cholesky.h"
#include "analysis/stats/regression/ols.h"

#include <math.h>
#include <string.h>

/* Log determinant of the correlations among some coefficients; false when not positive. */
static bool log_determinant(const double *cov, size_t k, const size_t *column, size_t n, double *scratch, double *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double a = cov[column[i] * k + column[i]], b = cov[column[j] * k + column[j]];

			if (!(a > 0 && b > 0))
				return false;
			scratch[i * n + j] = i == j ? 1 : cov[column[i] * k + column[j]] / sqrt(a) / sqrt(b);
		}
	if (!an_cholesky(scratch, n))
		return false;
	for (size_t i = 0; i < n; i++)
		*out += 2 * log(scratch[i * n + i]);
	return true;
}

enum an_status an_vif(const struct an_model *m, const double *covariance, struct an_work *work, struct an_term *terms)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = m->data.k, all = 0;
	double *scratch = AN_WORK_ARRAY(work, double, k *k), whole, in, out;
	size_t *list = AN_WORK_ARRAY(work, size_t, 2 * k), *others = list != NULL ? list + k : NULL;
	bool ok;

	memset(terms, 0, m->terms * sizeof *terms);
	if (scratch == NULL || list == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	for (size_t j = m->intercept; j < k; j++)
		list[all++] = j;
	ok = m->terms > 1 && log_determinant(covariance, k, list, all, scratch, &whole);
	for (size_t t = 0; t < m->terms && ok; t++) {
		size_t n = 0, left = 0;

		for (size_t j = m->intercept; j < k; j++)
			if (m->term[j] == t)
				list[n++] = j;
			else
				others[left++] = j;
		terms[t].has_vif = n > 0 && left > 0 && log_determinant(covariance, k, list, n, scratch, &in) &&
		    log_determinant(covariance, k, others, left, scratch, &out);
		if (terms[t].has_vif)
			terms[t].vif = exp(in + out - whole);
	}
	an_work_release(work, mark);
	return AN_OK;
}

enum an_status an_wald(const double *b, const double *covariance, size_t k, const size_t *column, size_t columns,
    struct an_work *work, double *chi2)
{
	struct an_work_mark mark = an_work_mark(work);
	double *v = AN_WORK_ARRAY(work, double, columns *columns), *z = AN_WORK_ARRAY(work, double, columns);
	enum an_status status = v != NULL && z != NULL ? AN_OK : AN_ENOMEM;

	*chi2 = 0;
	for (size_t i = 0; i < columns && status == AN_OK; i++)
		for (size_t j = 0; j < columns; j++)
			v[i * columns + j] = covariance[column[i] * k + column[j]];
	if (status == AN_OK && !an_cholesky(v, columns))
		status = AN_ENOVARIANCE;
	for (size_t i = 0; i < columns && status == AN_OK; i++)
		z[i] = b[column[i]];
	if (status == AN_OK)
		an_cholesky_forward(v, columns, z, 1);
	for (size_t i = 0; i < columns && status == AN_OK; i++)
		*chi2 += z[i] * z[i];
	an_work_release(work, mark);
	return status;
}
