#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Variance of the maximum-likelihood estimate of alpha over n (Duhachek & Iacobucci 2004).
 * squares: sum of the squared cells of the covariances; across: of all cells of their square. */
static double error_of_alpha(size_t k, double sum, double trace, double squares, double across, double n)
{
	double dk = (double)k;
	double q = 2 * dk * dk / ((dk - 1) * (dk - 1) * sum * sum * sum) *
	    (sum * (squares + trace * trace) - 2 * trace * across);

	return sqrt(fmax(0, q) / n);
}

static double error_of_cov(const double *cov, size_t k, double n)
{
	double squares = 0, across = 0;

	for (size_t i = 0; i < k; i++) {
		double row = 0;

		for (size_t j = 0; j < k; j++) {
			squares += cov[i * k + j] * cov[i * k + j];
			row += cov[i * k + j];
		}
		across += row * row;
	}
	return error_of_alpha(k, an_matrix_sum(cov, k), an_matrix_trace(cov, k), squares, across, n);
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

static double raw_alpha(size_t k, double sum, double trace)
{
	return (double)k / ((double)k - 1) * (1 - trace / sum);
}

/* What follows from the sum of the correlations alone. */
static void standardise(size_t k, double sum_r, struct an_alpha_stats *out)
{
	double dk = (double)k;

	out->average_r = (sum_r - dk) / (dk * (dk - 1));
	out->has_std = sum_r > 0 && out->average_r < 1;
	if (!out->has_std)
		return;
	out->std = (1 - dk / sum_r) * dk / (dk - 1);
	out->sn = dk * out->average_r / (1 - out->average_r);
}

/* k >= 2. */
static enum an_status stats_of(const double *cov, const double *cor, size_t k, double n, struct an_work *work,
    struct an_alpha_stats *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double sum = an_matrix_sum(cov, k), sum_r, *scratch;
	enum an_status status = AN_OK;

	memset(out, 0, sizeof *out);
	if (!(sum > 0))
		return AN_ENOVARIANCE;
	out->raw = raw_alpha(k, sum, an_matrix_trace(cov, k));
	out->ase = error_of_cov(cov, k, n);
	sum_r = an_matrix_sum(cor, k);
	standardise(k, sum_r, out);
	if (!out->has_std)
		return AN_OK;
	scratch = AN_WORK_ARRAY(work, double, k *k);
	if (scratch == NULL)
		return AN_ENOMEM;
	spread_of_r(cor, k, scratch, out);
	status = an_smc(cor, k, work, scratch);
	out->has_g6 = status == AN_OK;
	if (status == AN_OK) {
		double unexplained = (double)k;

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

/* The scale without item i, counted anew: where what is known of the whole scale does not help. */
static enum an_status dropped_anew(const double *cov, size_t k, size_t i, double n, struct an_work *work,
    struct an_alpha_stats *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *c = AN_WORK_ARRAY(work, double, k *k), *r = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status;

	if (c == NULL || r == NULL)
		return AN_ENOMEM;
	an_matrix_without(cov, k, i, c);
	status = an_cov_to_cor(c, k - 1, r);
	if (status == AN_OK)
		status = stats_of(c, r, k - 1, n, work, out);
	an_work_release(work, mark);
	return status;
}

/* The whole scale, so that each item can be taken out of it in k^2 steps. */
struct whole {
	const double *cov, *cor;
	double *inverse; /* NULL: none */
	size_t k, pairs;
	double n, sum, trace, squares, *row, *row_r; /* of cov; its rows, and those of cor */
	double centre, *by, *by_square;		     /* deviations of r from centre, by item */
	struct pair_r {
		double r;
		unsigned short i, j;
	} * pair; /* ascending by r */
};

static int by_r(const void *a, const void *b)
{
	const struct pair_r *x = a, *y = b;

	return (x->r > y->r) - (x->r < y->r);
}

static enum an_status whole_of(const double *cov, const double *cor, size_t k, double n, struct an_work *work,
    struct whole *w)
{
	double *room = AN_WORK_ARRAY(work, double, 4 * k);
	enum an_status status;

	*w = (struct whole){ .cov = cov, .cor = cor, .k = k, .n = n, .sum = an_matrix_sum(cov, k) };
	w->trace = an_matrix_trace(cov, k);
	w->centre = (an_matrix_sum(cor, k) - (double)k) / (double)(k * (k - 1));
	w->inverse = AN_WORK_ARRAY(work, double, k *k);
	w->pair = AN_WORK_ARRAY(work, struct pair_r, k * k / 2);
	if (room == NULL || w->inverse == NULL || w->pair == NULL)
		return AN_ENOMEM;
	w->row = room;
	w->row_r = room + k;
	w->by = room + 2 * k;
	w->by_square = room + 3 * k;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double c = cov[i * k + j], r = cor[i * k + j], d = r - w->centre;

			w->squares += c * c;
			w->row[i] += c;
			w->row_r[i] += r;
			if (i == j)
				continue;
			w->by[i] += d;
			w->by_square[i] += d * d;
			if (i < j)
				w->pair[w->pairs++] = (struct pair_r){ r, (unsigned short)i, (unsigned short)j };
		}
	qsort(w->pair, w->pairs, sizeof *w->pair, by_r);
	status = an_inverse(cor, k, work, w->inverse);
	if (status == AN_ENOMEM)
		return status;
	if (status != AN_OK)
		w->inverse = NULL;
	return AN_OK;
}

/* Median and variance of the correlations that item i has no part in. */
static void spread_without(const struct whole *w, size_t i, struct an_alpha_stats *out)
{
	size_t n = w->pairs - (w->k - 1), at = 0;
	double below = 0, sum = 0, squares = 0;

	for (size_t q = 0; q < w->pairs; q++) {
		if (w->pair[q].i == i || w->pair[q].j == i)
			continue;
		if (at == (n - 1) / 2)
			below = w->pair[q].r;
		if (at++ == n / 2) {
			out->median_r = below + (w->pair[q].r - below) / 2;
			break;
		}
	}
	for (size_t j = 0; j < w->k; j++) {
		sum += w->by[j];
		squares += w->by_square[j];
	}
	sum = sum / 2 - w->by[i];
	squares = squares / 2 - w->by_square[i];
	out->has_var_r = n > 1;
	if (out->has_var_r)
		out->var_r = fmax(0, squares - sum * sum / (double)n) / (double)(n - 1);
}

/* Lambda 6 without item i, whose row and column the inverse is relieved of; false where too few
 * digits would be left. */
static bool g6_without(const struct whole *w, size_t i, double sum_r, double *g6)
{
	const double *inv = w->inverse;
	double unexplained = 0;

	for (size_t j = 0; inv != NULL && j < w->k; j++) {
		double all = inv[j * w->k + j], left = all - inv[i * w->k + j] * inv[j * w->k + i] / inv[i * w->k + i];

		if (j == i)
			continue;
		if (!(left > 1e-6 * all))
			return false;
		unexplained += 1 - an_smc_of(left);
	}
	*g6 = 1 - unexplained / sum_r;
	return inv != NULL;
}

static enum an_status dropped(const struct whole *w, size_t i, struct an_work *work, struct an_alpha_stats *out)
{
	size_t k = w->k;
	double own = w->cov[i * k + i], sum = w->sum - 2 * w->row[i] + own, trace = w->trace - own;
	double squares = w->squares + own * own, across = 0, sum_r = -2 * w->row_r[i] + 1;

	memset(out, 0, sizeof *out);
	if (!(sum > 1e-6 * w->sum)) /* what is left may be rounding */
		return dropped_anew(w->cov, k, i, w->n, work, out);
	for (size_t j = 0; j < k; j++) {
		double c = w->cov[i * k + j], rest = w->row[j] - c;

		squares -= 2 * c * c;
		across += j != i ? rest * rest : 0;
		sum_r += w->row_r[j];
	}
	out->raw = raw_alpha(k - 1, sum, trace);
	out->ase = error_of_alpha(k - 1, sum, trace, squares, across, w->n);
	standardise(k - 1, sum_r, out);
	if (!out->has_std)
		return AN_OK;
	spread_without(w, i, out);
	out->has_g6 = g6_without(w, i, sum_r, &out->g6);
	return out->has_g6 ? AN_OK : dropped_anew(w->cov, k, i, w->n, work, out);
}

static enum an_status drop_items(const double *cov, const double *cor, size_t k, const size_t *at, double n,
    struct an_work *work, struct an_alpha_item *items)
{
	struct whole w;
	enum an_status status = whole_of(cov, cor, k, n, work, &w);

	for (size_t i = 0; i < k && status != AN_ENOMEM; i++) {
		status = dropped(&w, i, work, &items[at[i]].drop);
		items[at[i]].has_drop = status == AN_OK;
	}
	return status == AN_ENOMEM ? status : AN_OK;
}

/* cov, cor: of the items that vary, which are at[0] ... of all. */
static enum an_status items_of(const struct an_pairs *p, enum an_policy policy, const double *cov, const double *cor,
    const size_t *at, const struct an_alpha *scale, struct an_work *work, struct an_alpha_item *items)
{
	size_t k = scale->items;
	double *smc = AN_WORK_ARRAY(work, double, k);

	if (smc == NULL)
		return AN_ENOMEM;
	if (an_smc(cor, k, work, smc) != AN_OK)
		smc = NULL;
	for (size_t i = 0; i < p->k; i++) {
		struct an_alpha_item *item = items + i;

		*item = (struct an_alpha_item){ .n = an_pairs_n(p, policy, i, i), .has_drop = p->k > 2 };
		item->drop = scale->total; /* stays where the item does not vary */
		an_pairs_mean(p, policy, i, &item->mean);
		item->has_raw_r = an_pairs_item_score_r(p, policy, i, &item->raw_r) == AN_OK;
	}
	for (size_t i = 0; i < k; i++) {
		items[at[i]].has_drop = false;
		items[at[i]].sd = sqrt(cov[i * k + i]);
		item_scale(cov, cor, smc, k, i, items + at[i]);
	}
	return k > 2 ? drop_items(cov, cor, k, at, (double)scale->used, work, items) : AN_OK;
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

/* Leaves in cov the items that vary, and says in at which those are. */
static size_t keep_varying(double *cov, size_t k, size_t *at)
{
	size_t left = 0;

	for (size_t i = 0; i < k; i++)
		if (cov[i * k + i] > 0)
			at[left++] = i;
	for (size_t i = 0; i < left * left; i++)
		cov[i] = cov[at[i / left] * k + at[i % left]];
	return left;
}

enum an_status an_alpha(const struct an_pairs *p, enum an_policy policy, double level, struct an_work *work,
    struct an_alpha *out, struct an_alpha_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	double *cov = AN_WORK_ARRAY(work, double, p->k * p->k), *cor = AN_WORK_ARRAY(work, double, p->k * p->k);
	size_t *at = AN_WORK_ARRAY(work, size_t, p->k), k;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->used = an_pairs_used(p, policy);
	out->complete = an_pairs_complete(p);
	out->pair_least = fewest(p, policy);
	status = cov == NULL || cor == NULL || at == NULL ? AN_ENOMEM
	    : p->k < 2					  ? AN_ETOOFEW
							  : an_pairs_cov(p, policy, cov);
	if (status != AN_OK)
		goto done;
	out->items = k = keep_varying(cov, p->k, at);
	status = k < 2 ? AN_ENOVARIANCE : an_cov_to_cor(cov, k, cor);
	if (status == AN_OK)
		status = stats_of(cov, cor, k, (double)out->used, work, &out->total);
	if (status == AN_OK)
		status = an_alpha_interval(out->total.raw, out->used, k, level, &out->interval);
	if (status == AN_OK)
		status = an_pairs_score(p, policy, &out->score);
	if (status != AN_OK)
		goto done;
	out->sem = out->score.sd * sqrt(1 - out->total.raw);
	if (items != NULL)
		status = items_of(p, policy, cov, cor, at, out, work, items);
done:
	an_work_release(work, mark);
	return status;
}
