#include "analysis/stats/reliability.h"
#include "analysis/stats/dist.h"
#include "analysis/stats/matrix.h"
#include "analysis/stats/quantile.h"

#include <math.h>
#include <string.h>

/* Variance of the maximum-likelihood estimate of alpha over n (Duhachek & Iacobucci 2004). */
static double error_of_alpha(const double *cov, size_t k, double n)
{
	double sum = an_matrix_sum(cov, k), trace = an_matrix_trace(cov, k), squares = 0, across = 0;
	double dk = (double)k, q;

	for (size_t i = 0; i < k; i++) {
		double row = 0;

		for (size_t j = 0; j < k; j++) {
			squares += cov[i * k + j] * cov[i * k + j];
			row += cov[i * k + j];
		}
		across += row * row; /* the sum of all cells of cov squared as a matrix */
	}
	q = 2 * dk * dk / ((dk - 1) * (dk - 1) * sum * sum * sum) *
	    (sum * (squares + trace * trace) - 2 * trace * across);
	return sqrt(fmax(0, q) / n);
}

static void spread_of_r(const double *cor, size_t k, double *scratch, struct an_alpha_stats *out)
{
	size_t n = 0;
	double ss = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++)
			scratch[n++] = cor[i * k + j];
	for (size_t i = 0; i < n; i++)
		ss += (scratch[i] - out->average_r) * (scratch[i] - out->average_r);
	an_sort(scratch, n);
	out->median_r = an_median(scratch, n);
	out->has_var_r = n > 1;
	if (out->has_var_r)
		out->var_r = ss / (double)(n - 1);
}

/* cor NULL: an item is constant.  k >= 2. */
static enum an_status stats_of(const double *cov, const double *cor, size_t k, double n, struct an_work *work,
    struct an_alpha_stats *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double sum = an_matrix_sum(cov, k), dk = (double)k, sum_r, *scratch;
	enum an_status status = AN_OK;

	memset(out, 0, sizeof *out);
	if (!(sum > 0))
		return AN_ENOVARIANCE;
	out->raw = dk / (dk - 1) * (1 - an_matrix_trace(cov, k) / sum);
	out->ase = error_of_alpha(cov, k, n);
	if (cor == NULL)
		return AN_OK;
	sum_r = an_matrix_sum(cor, k);
	out->average_r = (sum_r - dk) / (dk * (dk - 1));
	out->has_std = sum_r > 0 && out->average_r < 1;
	if (!out->has_std)
		return AN_OK;
	out->std = (1 - dk / sum_r) * dk / (dk - 1);
	out->sn = dk * out->average_r / (1 - out->average_r);
	scratch = AN_WORK_ARRAY(work, double, k *k);
	if (scratch == NULL)
		return AN_ENOMEM;
	spread_of_r(cor, k, scratch, out);
	status = an_smc(cor, k, work, scratch);
	out->has_g6 = status == AN_OK;
	if (status == AN_OK) {
		double unexplained = dk;

		for (size_t i = 0; i < k; i++)
			unexplained -= scratch[i];
		out->g6 = 1 - unexplained / sum_r;
	}
	an_work_release(work, mark);
	return status == AN_ENOMEM ? status : AN_OK;
}

enum an_status an_alpha_interval(double alpha, size_t n, size_t k, double level, struct an_interval *out)
{
	double tail = (1 - level) / 2, df1, df2;

	out->lo = out->hi = 0;
	if (!(level > 0 && level < 1) || !(alpha <= 1))
		return AN_EDATA;
	if (n < 2 || k < 2)
		return AN_ETOOFEW;
	df1 = (double)(n - 1);
	df2 = df1 * (double)(k - 1);
	out->lo = 1 - (1 - alpha) * an_f_quantile(1 - tail, df1, df2);
	out->hi = 1 - (1 - alpha) * an_f_quantile(tail, df1, df2);
	return AN_OK;
}

/* Correlations of item i with the scale; smc NULL when it could not be had. */
static void item_scale(const double *cov, const double *cor, const double *smc, size_t k, size_t i,
    struct an_alpha_item *out)
{
	double with = 0, rest = an_matrix_sum(cov, k), row = 0, sum_r, sum_c;

	for (size_t j = 0; j < k; j++)
		with += cov[i * k + j];
	rest += cov[i * k + i] - 2 * with;
	with -= cov[i * k + i];
	out->has_r_drop = rest > 0 && cov[i * k + i] > 0;
	if (out->has_r_drop)
		out->r_drop = with / sqrt(cov[i * k + i] * rest);
	if (cor == NULL)
		return;
	sum_r = sum_c = an_matrix_sum(cor, k);
	for (size_t j = 0; j < k; j++)
		row += cor[i * k + j];
	out->has_std_r = sum_r > 0;
	if (out->has_std_r)
		out->std_r = row / sqrt(sum_r);
	for (size_t j = 0; smc != NULL && j < k; j++)
		sum_c += smc[j] - 1;
	out->has_r_cor = smc != NULL && sum_c > 0;
	if (out->has_r_cor)
		out->r_cor = (row - 1 + smc[i]) / sqrt(sum_c);
}

static enum an_status dropped(const double *cov, size_t k, size_t i, double n, struct an_work *work,
    struct an_alpha_item *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *c = AN_WORK_ARRAY(work, double, k *k), *r = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status;

	if (c == NULL || r == NULL)
		return AN_ENOMEM;
	an_matrix_without(cov, k, i, c);
	if (an_cov_to_cor(c, k - 1, r) != AN_OK)
		r = NULL;
	status = stats_of(c, r, k - 1, n, work, &out->drop);
	out->has_drop = status == AN_OK;
	an_work_release(work, mark);
	return status == AN_ENOMEM ? status : AN_OK;
}

static enum an_status items_of(const struct an_pairs *p, enum an_policy policy, const double *cov, const double *cor,
    double n, struct an_work *work, struct an_alpha_item *items)
{
	double *smc = AN_WORK_ARRAY(work, double, p->k);
	enum an_status status = AN_OK;

	if (smc == NULL)
		return AN_ENOMEM;
	if (cor == NULL || an_smc(cor, p->k, work, smc) != AN_OK)
		smc = NULL;
	for (size_t i = 0; i < p->k && status == AN_OK; i++) {
		struct an_alpha_item *item = items + i;

		memset(item, 0, sizeof *item);
		item->n = an_pairs_n(p, policy, i, i);
		an_pairs_mean(p, policy, i, &item->mean);
		item->sd = sqrt(cov[i * p->k + i]);
		item->has_raw_r = an_pairs_item_score_r(p, policy, i, &item->raw_r) == AN_OK;
		item_scale(cov, cor, smc, p->k, i, item);
		if (p->k > 2)
			status = dropped(cov, p->k, i, n, work, item);
	}
	return status;
}

static size_t fewest(const struct an_pairs *p, enum an_policy policy)
{
	size_t least = an_pairs_n(p, policy, 0, 0);

	for (size_t i = 0; i < p->k; i++)
		for (size_t j = i; j < p->k; j++) {
			size_t n = an_pairs_n(p, policy, i, j);

			least = n < least ? n : least;
		}
	return least;
}

enum an_status an_alpha(const struct an_pairs *p, enum an_policy policy, double level, struct an_work *work,
    struct an_alpha *out, struct an_alpha_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	double *cov = AN_WORK_ARRAY(work, double, p->k * p->k), *cor = AN_WORK_ARRAY(work, double, p->k * p->k);
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->items = p->k;
	out->used = an_pairs_used(p, policy);
	out->complete = an_pairs_complete(p);
	out->pair_least = fewest(p, policy);
	status = cov == NULL || cor == NULL ? AN_ENOMEM : p->k < 2 ? AN_ETOOFEW : an_pairs_cov(p, policy, cov);
	if (status != AN_OK)
		goto done;
	if (an_cov_to_cor(cov, p->k, cor) != AN_OK)
		cor = NULL;
	status = stats_of(cov, cor, p->k, (double)out->used, work, &out->total);
	if (status == AN_OK)
		status = an_alpha_interval(out->total.raw, out->used, p->k, level, &out->interval);
	if (status == AN_OK)
		status = an_pairs_score(p, policy, &out->score);
	if (status != AN_OK)
		goto done;
	out->has_sem = out->total.raw >= 0;
	if (out->has_sem)
		out->sem = out->score.sd * sqrt(1 - out->total.raw);
	if (items != NULL)
		status = items_of(p, policy, cov, cor, (double)out->used, work, items);
done:
	an_work_release(work, mark);
	return status;
}
