#include "analysis/stats/factor/factor_stats.h"
#include "analysis/stats/numeric/noncentral.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* Lifts eigenvalues that are not above zero and scales the diagonal back to 1. */
static enum an_status lift(double *r, size_t k, struct an_work *work, size_t *smoothed)
{
	struct an_work_mark mark = an_work_mark(work);
	double *value = AN_WORK_ARRAY(work, double, k), *vector = AN_WORK_ARRAY(work, double, k *k), sum = 0;
	enum an_status status = AN_ENOMEM;
	size_t low = 0;

	if (value == NULL || vector == NULL)
		goto done;
	status = an_eigen(r, k, value, vector);
	for (size_t q = 0; status == AN_OK && q < k; q++) {
		low += value[q] < 1e-12;
		value[q] = value[q] < 1e-12 ? 1e-10 : value[q];
		sum += value[q];
	}
	if (status != AN_OK || low == 0)
		goto done;
	*smoothed += low;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			r[i * k + j] = 0;
			for (size_t q = 0; q < k; q++)
				r[i * k + j] += vector[i * k + q] * vector[j * k + q] * value[q] * (double)k / sum;
		}
	for (size_t i = 0; i < k; i++)
		value[i] = r[i * k + i];
	status = an_cov_to_cor(r, k, vector);
	if (status == AN_OK)
		memcpy(r, vector, k * k * sizeof *r);
done:
	an_work_release(work, mark);
	return status;
}

/* Cholesky factor in place; *log_det of what it was.  False: not positive definite. */
static bool factorise(double *a, size_t k, double *log_det)
{
	gsl_matrix_view m = gsl_matrix_view_array(a, k, k);

	if (gsl_linalg_cholesky_decomp1(&m.matrix) != 0)
		return false;
	*log_det = 0;
	for (size_t i = 0; i < k; i++)
		*log_det += 2 * log(a[i * k + i]);
	return isfinite(*log_det);
}

/* Discrepancy of model and r, and of no factors at all and r. */
static enum an_status discrepancies(double *model, double *r, size_t k, struct an_work *work, struct an_factor_fit *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *lower = AN_WORK_ARRAY(work, double, k *k), *column = AN_WORK_ARRAY(work, double, k);
	double log_model, log_r, trace = 0;
	enum an_status status = lower == NULL || column == NULL ? AN_ENOMEM : AN_OK;
	gsl_vector_view v;
	gsl_matrix_view m;

	if (status == AN_OK)
		status = lift(model, k, work, &out->smoothed);
	if (status == AN_OK)
		status = lift(r, k, work, &out->smoothed);
	if (status != AN_OK)
		goto done;
	memcpy(lower, r, k * k * sizeof *r);
	status = AN_ENOVARIANCE;
	if (!factorise(lower, k, &log_r) || !factorise(model, k, &log_model))
		goto done;
	m = gsl_matrix_view_array(model, k, k);
	v = gsl_vector_view_array(column, k);
	for (size_t j = 0; j < k; j++) {
		for (size_t i = 0; i < k; i++)
			column[i] = r[i * k + j];
		if (gsl_linalg_cholesky_svx(&m.matrix, &v.vector) != 0)
			goto done;
		trace += column[j];
	}
	out->objective = fmax(0, log_model - log_r + trace - (double)k);
	out->null_objective = fmax(0, -log_r);
	status = isfinite(out->objective) ? AN_OK : AN_ENOVARIANCE;
done:
	an_work_release(work, mark);
	return status;
}

static void residuals(const struct an_factor_fit_in *in, const double *model, struct an_factor_fit *out)
{
	size_t k = in->k;
	double whole = 0, whole_r = 0, off = 0, off_r = 0, inverse = 0, cells = (double)k * (double)(k - 1), people;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double r = in->cor[i * k + j], e = r - model[i * k + j];
			double w = in->pairs != NULL ? in->pairs[i * k + j] : in->n > 0 ? (double)in->n : 1;

			whole += e * e;
			whole_r += r * r;
			off += i == j ? 0 : w * e * e;
			off_r += i == j ? 0 : w * r * r;
			inverse += 1 / w / (double)(k * k);
		}
	people = 1 / inverse; /* the harmonic mean, as psych takes it, over all cells */
	out->rms = sqrt(off / (people * cells));
	out->fit = 1 - whole / whole_r;
	out->fit_off = off_r > 0 ? 1 - off / off_r : 1;
	out->has_crms = out->dof > 0;
	out->crms = out->has_crms ? sqrt(off / (2 * people * (double)out->dof)) : 0;
	out->chi = off;
	if (out->has_crms) {
		out->chi_p = gsl_cdf_chisq_Q(off, (double)out->dof);
		out->ebic = off - (double)out->dof * log(people);
	}
}

static void tests(const struct an_factor_fit_in *in, struct an_factor_fit *out)
{
	double k = (double)in->k, n = (double)in->n, df = (double)out->dof, tail = (1 - in->level) / 2;
	double scale = n - 1 - (2 * k + 5) / 6 - 2 * (double)in->m / 3;

	if (in->n < 2)
		return;
	out->has_chisq = true;
	out->chisq = fmax(0, out->objective * scale);
	out->null_dof = k * (k - 1) / 2;
	out->null_chisq = fmax(0, out->null_objective * (n - 1 - (2 * k + 5) / 6));
	out->has_test = out->dof > 0;
	if (!out->has_test)
		return;
	out->p = gsl_cdf_chisq_Q(out->chisq, df);
	out->bic = out->chisq - df * log(n);
	out->sabic = out->chisq - df * log((n + 2) / 24);
	if (scale > 0) {
		double none = out->null_objective / out->null_dof, model = out->objective / df;

		out->has_tli = fabs(none - 1 / scale) > DBL_EPSILON;
		out->tli = out->has_tli ? (none - model) / (none - 1 / scale) : 0;
	}
	out->has_rmsea = true;
	out->rmsea = sqrt(fmax(out->chisq / (df * n) - 1 / (n - 1), 0));
	out->lo = sqrt(an_noncentral_chisq_ncp(1 - tail, out->chisq, df) / (n - 1) / df);
	out->hi = sqrt(an_noncentral_chisq_ncp(tail, out->chisq, df) / (n - 1) / df);
	out->has_lo = out->lo <= out->rmsea;
	out->has_hi = out->hi >= out->rmsea;
}

enum an_status an_factor_fit(const struct an_factor_fit_in *in, struct an_work *work, struct an_factor_fit *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = in->k, m = in->m;
	double *model = AN_WORK_ARRAY(work, double, k *k), *r = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status = AN_ENOMEM;

	memset(out, 0, sizeof *out);
	if (!(in->level > 0 && in->level < 1))
		status = AN_EDATA;
	if (model == NULL || r == NULL || status == AN_EDATA)
		goto done;
	out->dof = (((long)k - (long)m) * ((long)k - (long)m) - (long)k - (long)m) / 2;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			for (size_t p = 0; p < m; p++)
				for (size_t q = 0; q < m; q++) {
					double f = in->phi != NULL ? in->phi[p * m + q] : p == q;

					model[i * k + j] += f * in->loading[i * m + p] * in->loading[j * m + q];
				}
	residuals(in, model, out);
	for (size_t i = 0; i < k; i++)
		model[i * k + i] = in->cor[i * k + i];
	memcpy(r, in->cor, k * k * sizeof *r);
	status = discrepancies(model, r, k, work, out);
	if (status == AN_OK)
		tests(in, out);
done:
	an_work_release(work, mark);
	return status;
}
