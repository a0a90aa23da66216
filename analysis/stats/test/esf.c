#include "analysis/stats/test/esf.h"

#include <math.h>

static double log_add(double a, double b)
{
	return a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
}

void an_esf_log(const double *difficulty, size_t k, double *log_gamma)
{
	log_gamma[0] = 0;
	for (size_t i = 0; i < k; i++) {
		double d = difficulty[i];

		log_gamma[i + 1] = log_gamma[i] - d;
		for (size_t r = i; r > 0; r--)
			log_gamma[r] = log_add(log_gamma[r], log_gamma[r - 1] - d);
	}
}

/* One item of k with easiness e: ratio[r] = gamma_(r-1) / gamma_r of all k, r = 1..k. */
static void given_score(const double *ratio, size_t k, double e, double *right, double *wrong)
{
	size_t from = 1;

	right[0] = 0;
	wrong[0] = 1;
	for (; from < k; from++) {
		right[from] = e * ratio[from] * wrong[from - 1];
		wrong[from] = 1 - right[from];
		if (right[from] > 0.5)
			break;
	}
	right[k] = 1;
	wrong[k] = 0;
	for (size_t r = k; r > from; r--) {
		wrong[r - 1] = fmin(1, right[r] / (e * ratio[r]));
		right[r - 1] = 1 - wrong[r - 1];
	}
}

static void ratios(const double *log_gamma, size_t k, double *ratio)
{
	for (size_t r = 1; r <= k; r++)
		ratio[r] = exp(log_gamma[r - 1] - log_gamma[r]);
}

enum an_status an_esf_right(const double *difficulty, size_t k, const double *log_gamma, struct an_work *work,
    double *right, double *wrong)
{
	struct an_work_mark mark = an_work_mark(work);
	double *ratio = AN_WORK_ARRAY(work, double, k + 1);

	if (ratio == NULL)
		return AN_ENOMEM;
	ratios(log_gamma, k, ratio);
	for (size_t i = 0; i < k; i++)
		given_score(ratio, k, exp(-difficulty[i]), right + i * (k + 1), wrong + i * (k + 1));
	an_work_release(work, mark);
	return AN_OK;
}

/* sum over r of people[r] * (P(i and j right | r) - P(i right | r) P(j right | r)), where
 * P(i and j | r) = P(i | r) P(j | r - 1 right of the others than i). */
static double covariance(const double *people, size_t k, const double *right_i, const double *right_j,
    const double *right_j_without_i)
{
	double s = 0;

	for (size_t r = 1; r < k; r++)
		if (people[r] > 0)
			s += people[r] * right_i[r] * (right_j_without_i[r - 1] - right_j[r]);
	return s;
}

enum an_status an_esf_information(const double *difficulty, size_t k, const double *log_gamma, const double *right,
    const double *wrong, const double *people, struct an_work *work, double *info)
{
	struct an_work_mark mark = an_work_mark(work);
	double *ratio = AN_WORK_ARRAY(work, double, k + 1), *without = AN_WORK_ARRAY(work, double, k + 1);
	double *r2 = AN_WORK_ARRAY(work, double, k + 1), *w2 = AN_WORK_ARRAY(work, double, k + 1);
	enum an_status status = ratio && without && r2 && w2 ? AN_OK : AN_ENOMEM;

	if (status == AN_OK)
		ratios(log_gamma, k, ratio);
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		const double *ri = right + i * (k + 1), *wi = wrong + i * (k + 1);

		for (size_t r = 1; r < k; r++) {
			without[r] = ratio[r] * wi[r - 1] / wi[r];
			info[i * k + i] += people[r] * ri[r] * wi[r];
		}
		for (size_t j = i + 1; j < k; j++) {
			double c;

			given_score(without, k - 1, exp(-difficulty[j]), r2, w2);
			c = covariance(people, k, ri, right + j * (k + 1), r2);
			info[i * k + j] += c;
			info[j * k + i] += c;
		}
		if (!an_work_go_on(work, (double)i / (double)k))
			status = AN_ESTOPPED;
	}
	an_work_release(work, mark);
	return status;
}
