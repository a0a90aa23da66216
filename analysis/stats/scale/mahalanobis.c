#include "analysis/stats/scale/mahalanobis.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static void one_person(struct an_view x, size_t row, const double *inverse, const double *mean, double *off,
    struct an_mahalanobis *out)
{
	size_t k = x.cols;
	double d2 = 0;

	*out = (struct an_mahalanobis){ 0 };
	for (size_t j = 0; j < k; j++) {
		bool has = an_view_has(x, row, j);

		off[j] = has ? an_view_at(x, row, j) - mean[j] : 0;
		out->answered += has;
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; off[i] != 0 && j < k; j++)
			d2 += off[i] * off[j] * inverse[i * k + j];
	out->has = out->answered > 0;
	out->d2 = d2;
	out->has_p = out->has && d2 >= 0;
	out->p = out->has_p ? gsl_cdf_chisq_Q(d2, (double)out->answered) : 1;
}

enum an_status an_mahalanobis(struct an_view x, const struct an_pairs *pairs, struct an_work *work,
    struct an_mahalanobis *each)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = x.cols;
	double *cov = AN_WORK_ARRAY(work, double, k *k), *inverse = AN_WORK_ARRAY(work, double, k *k);
	double *mean = AN_WORK_ARRAY(work, double, k), *off = AN_WORK_ARRAY(work, double, k);
	enum an_status status = AN_ENOMEM;

	if (cov == NULL || inverse == NULL || mean == NULL || off == NULL)
		goto done;
	status = an_pairs_cov(pairs, AN_PAIRWISE, cov);
	for (size_t j = 0; status == AN_OK && j < k; j++)
		status = an_pairs_mean(pairs, AN_PAIRWISE, j, mean + j);
	if (status == AN_OK)
		status = an_inverse(cov, k, work, inverse);
	for (size_t i = 0; status == AN_OK && i < x.rows; i++) {
		one_person(x, i, inverse, mean, off, each + i);
		if (!isfinite(each[i].d2))
			status = AN_EDATA;
	}
done:
	an_work_release(work, mark);
	return status;
}
