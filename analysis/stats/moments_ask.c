/* Asking struct an_pairs: the sums are finished in long double, whose 64-bit mantissa keeps
 * n * sum_xy - sum_x * sum_y of integer data exact where double would round. */
#include "analysis/stats/moments.h"

#include <math.h>
#include <string.h>

struct pair {
	long double n, x, y, xx, yy, xy;
};

size_t an_pairs_rows(const struct an_pairs *p)
{
	return (size_t)p->head[AN_HEAD_ROWS];
}

size_t an_pairs_answered(const struct an_pairs *p)
{
	return (size_t)(p->head[AN_HEAD_ROWS] - p->head[AN_HEAD_EMPTY]);
}

size_t an_pairs_complete(const struct an_pairs *p)
{
	return (size_t)p->head[AN_HEAD_FULL];
}

size_t an_pairs_used(const struct an_pairs *p, enum an_policy policy)
{
	return policy == AN_LISTWISE ? an_pairs_complete(p) : an_pairs_answered(p);
}

void an_pairs_missing(const struct an_pairs *p, size_t item, struct an_missing *out)
{
	for (int w = 0; w < AN_WHY_COUNT; w++)
		out->by[w] = (size_t)p->why[item * AN_WHY_COUNT + (size_t)w];
}

static void pair_of(const struct an_pairs *p, enum an_policy policy, size_t i, size_t j, struct pair *out)
{
	size_t k = p->k, up = i <= j ? i * k + j : j * k + i;

	out->n = p->head[AN_HEAD_FULL];
	out->x = p->full_sum[i];
	out->y = p->full_sum[j];
	out->xx = p->full_prod[i * k + i];
	out->yy = p->full_prod[j * k + j];
	out->xy = p->full_prod[up];
	if (policy == AN_LISTWISE)
		return;
	out->n += p->part_n[up];
	out->x += p->part_sum[i * k + j];
	out->y += p->part_sum[j * k + i];
	out->xx += p->part_sq[i * k + j];
	out->yy += p->part_sq[j * k + i];
	out->xy += p->part_prod[up];
}

/* Sum of squares or products of deviations. */
static long double about(long double n, long double x, long double y, long double xy)
{
	return xy - x * y / n;
}

/* Pearson's r from sums; false where a variance is not above zero. */
static bool correlate(const struct pair *s, double *out)
{
	long double vx = about(s->n, s->x, s->x, s->xx), vy = about(s->n, s->y, s->y, s->yy);

	if (!(vx > 0) || !(vy > 0))
		return false;
	*out = (double)(about(s->n, s->x, s->y, s->xy) / sqrtl(vx * vy));
	*out = fmin(1, fmax(-1, *out));
	return true;
}

size_t an_pairs_n(const struct an_pairs *p, enum an_policy policy, size_t i, size_t j)
{
	struct pair s;

	pair_of(p, policy, i, j, &s);
	return (size_t)s.n;
}

enum an_status an_pairs_mean(const struct an_pairs *p, enum an_policy policy, size_t i, double *out)
{
	struct pair s;

	pair_of(p, policy, i, i, &s);
	if (s.n < 1)
		return AN_ETOOFEW;
	*out = (double)(p->origin[i] + s.x / s.n);
	return AN_OK;
}

enum an_status an_pairs_cov(const struct an_pairs *p, enum an_policy policy, double *out)
{
	enum an_status status = AN_OK;

	for (size_t i = 0; i < p->k; i++)
		for (size_t j = i; j < p->k; j++) {
			struct pair s;

			pair_of(p, policy, i, j, &s);
			if (s.n < 2)
				status = AN_ETOOFEW;
			out[i * p->k + j] = s.n < 2 ? NAN : (double)(about(s.n, s.x, s.y, s.xy) / (s.n - 1));
			if (i == j && out[i * p->k + j] < 0)
				out[i * p->k + j] = 0;
			out[j * p->k + i] = out[i * p->k + j];
		}
	return status;
}

enum an_status an_pairs_cor(const struct an_pairs *p, enum an_policy policy, double *out)
{
	enum an_status status = AN_OK;

	for (size_t i = 0; i < p->k; i++)
		for (size_t j = i; j < p->k; j++) {
			double r = NAN;
			struct pair s;

			pair_of(p, policy, i, j, &s);
			if (s.n < 2)
				status = AN_ETOOFEW;
			else if (!correlate(&s, &r))
				status = status == AN_OK ? AN_ENOVARIANCE : status;
			else if (i == j)
				r = 1;
			out[i * p->k + j] = out[j * p->k + i] = r;
		}
	return status;
}

/* Adds complete rows to the sums of item i (from the base) and the mean score (from the base). */
static void full_scores(const struct an_pairs *p, size_t i, struct pair *out)
{
	size_t k = p->k;
	long double n = p->head[AN_HEAD_FULL], c = (long double)k, total = 0, all = 0, with = 0, shift = 0;
	long double d = (long double)p->origin[i] - p->head[AN_HEAD_BASE];

	for (size_t a = 0; a < k; a++) {
		total += p->full_sum[a];
		shift += (long double)p->origin[a] - p->head[AN_HEAD_BASE];
		with += p->full_prod[a <= i ? a * k + i : i * k + a];
		for (size_t b = a; b < k; b++)
			all += (a == b ? 1 : 2) * (long double)p->full_prod[a * k + b];
	}
	out->n += n;
	out->x += p->full_sum[i] + n * d;
	out->xx += p->full_prod[i * k + i] + 2 * d * p->full_sum[i] + n * d * d;
	out->y += (total + n * shift) / c;
	out->yy += (all + 2 * shift * total + n * shift * shift) / (c * c);
	out->xy += (with + shift * p->full_sum[i] + d * total + n * d * shift) / c;
}

static enum an_status score_of(const struct an_pairs *p, const struct pair *s, struct an_score *out)
{
	memset(out, 0, sizeof *out);
	out->used = (size_t)s->n;
	if (s->n < 2)
		return AN_ETOOFEW;
	out->mean = (double)(p->head[AN_HEAD_BASE] + s->y / s->n);
	out->sd = (double)sqrtl(fmaxl(0, about(s->n, s->y, s->y, s->yy) / (s->n - 1)));
	return AN_OK;
}

enum an_status an_pairs_score_need(const struct an_pairs *p, size_t need, struct an_score *out)
{
	struct pair s = { 0, 0, 0, 0, 0, 0 };

	full_scores(p, 0, &s);
	for (size_t c = need > 0 ? need : 1; c < p->k; c++) {
		s.n += p->by_n[c];
		s.y += (long double)p->by_s[c] / (long double)c;
		s.yy += (long double)p->by_ss[c] / ((long double)c * (long double)c);
	}
	return score_of(p, &s, out);
}

enum an_status an_pairs_score(const struct an_pairs *p, enum an_policy policy, struct an_score *out)
{
	return an_pairs_score_need(p, policy == AN_LISTWISE ? p->k : 1, out);
}

enum an_status an_pairs_item_score_r(const struct an_pairs *p, enum an_policy policy, size_t item, double *out)
{
	struct pair s = { 0, 0, 0, 0, 0, 0 };

	full_scores(p, item, &s);
	for (size_t c = 1; policy == AN_PAIRWISE && c < p->k; c++) {
		size_t at = c * p->k + item;
		long double by = (long double)c;

		s.n += p->item_n[at];
		s.x += p->item_x[at];
		s.xx += p->item_xx[at];
		s.y += p->item_s[at] / by;
		s.yy += p->item_ss[at] / (by * by);
		s.xy += p->item_xs[at] / by;
	}
	if (s.n < 2)
		return AN_ETOOFEW;
	return correlate(&s, out) ? AN_OK : AN_ENOVARIANCE;
}
