#include "analysis/stats/scale/adequacy.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

enum an_status an_kmo(const double *cor, size_t k, struct an_work *work, double *msa, double *each)
{
	struct an_work_mark mark = an_work_mark(work);
	double *inverse = AN_WORK_ARRAY(work, double, k *k), all = 0, all_partial = 0;
	enum an_status status = k < 2 ? AN_ETOOFEW : inverse == NULL ? AN_ENOMEM : an_inverse(cor, k, work, inverse);

	for (size_t i = 0; status == AN_OK && i < k; i++) {
		double sum = 0, partial = 0;

		for (size_t j = 0; j < k; j++) {
			double q = inverse[i * k + j];

			if (i == j)
				continue;
			sum += cor[i * k + j] * cor[i * k + j];
			partial += q * q / (inverse[i * k + i] * inverse[j * k + j]);
		}
		/* an indefinite matrix of pairwise correlations can have an inverse with such a diagonal */
		if (!(sum + partial > 0) || !isfinite(partial))
			status = AN_ENOVARIANCE;
		each[i] = sum / (sum + partial);
		all += sum;
		all_partial += partial;
	}
	if (status == AN_OK)
		*msa = all / (all + all_partial);
	an_work_release(work, mark);
	return status;
}

enum an_status an_bartlett_sphericity(const double *cor, size_t k, size_t n, struct an_work *work,
    struct an_bartlett *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *lower = AN_WORK_ARRAY(work, double, k *k), log_det = 0;
	double scale = (double)n - 1 - (2 * (double)k + 5) / 6;
	gsl_matrix_view m;
	enum an_status status = k < 2 || !(scale > 0) ? AN_ETOOFEW : lower == NULL ? AN_ENOMEM : AN_OK;

	if (status != AN_OK)
		goto done;
	memcpy(lower, cor, k * k * sizeof *lower);
	m = gsl_matrix_view_array(lower, k, k);
	if (gsl_linalg_cholesky_decomp1(&m.matrix) != 0)
		status = AN_ENOVARIANCE;
	for (size_t i = 0; status == AN_OK && i < k; i++)
		log_det += 2 * log(lower[i * k + i]);
	if (status == AN_OK && !isfinite(log_det))
		status = AN_ENOVARIANCE;
	if (status != AN_OK)
		goto done;
	out->determinant = exp(log_det);
	out->chisq = -log_det * scale;
	out->df = (double)k * ((double)k - 1) / 2;
	out->p = gsl_cdf_chisq_Q(out->chisq, out->df);
done:
	an_work_release(work, mark);
	return status;
}
