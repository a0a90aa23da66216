/* Item analysis of byte codes: one pass for the totals and the sums of each item and with the
 * total, and one for the best and the worst, who are known when all totals are. */
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/items.h"
#include "analysis/stats/parallel.h"

#include <math.h>
#include <string.h>

#define BLOCK_ROWS ((size_t)2048)
#define TASK_CELLS ((size_t)1 << 20)
#define INCOMPLETE UINT32_MAX

enum side { MIDDLE, WORST, BEST };

struct item_sums {
	struct an_column_sums own;
	uint64_t with_total, side[3]; /* of complete rows: score * total; score, by enum side */
	unsigned most;
};

/* What one task works with and finds. */
struct lane {
	struct an_codes x;
	const struct an_kernel *kernel;
	size_t from, to;	   /* rows */
	const unsigned char **col; /* of the block in hand */
	unsigned char *copy, *any;
	uint32_t *low, *high;	   /* what the scores of the block are multiplied with */
	uint32_t *total;	   /* of all rows, each task fills its own: INCOMPLETE or the total */
	const unsigned char *side; /* of all rows */
	struct item_sums *item;
	uint64_t used, sum, square; /* of complete rows and their totals */
	struct an_missing missing;
};

static size_t padded(size_t n)
{
	return (n + AN_KERNEL_ROWS - 1) / AN_KERNEL_ROWS * AN_KERNEL_ROWS;
}

static bool lane_new(struct lane *l, struct an_work *work)
{
	l->kernel = an_kernel();
	l->col = AN_WORK_ARRAY(work, const unsigned char *, l->x.cols);
	l->copy = AN_WORK_ARRAY(work, unsigned char, l->x.cols *BLOCK_ROWS);
	l->any = AN_WORK_ARRAY(work, unsigned char, BLOCK_ROWS);
	l->low = AN_WORK_ARRAY(work, uint32_t, BLOCK_ROWS);
	l->high = AN_WORK_ARRAY(work, uint32_t, BLOCK_ROWS);
	l->item = AN_WORK_ARRAY(work, struct item_sums, l->x.cols);
	return l->col && l->copy && l->any && l->low && l->high && l->item;
}

/* The columns of rows at..at + n - 1, as copies with zeros behind where n needs them. */
static void take(struct lane *l, size_t at, size_t n)
{
	for (size_t j = 0; j < l->x.cols; j++) {
		l->col[j] = l->x.col[j] + at;
		if (n == padded(n))
			continue;
		l->col[j] = memcpy(l->copy + j * BLOCK_ROWS, l->col[j], n);
		memset(l->copy + j * BLOCK_ROWS + n, 0, padded(n) - n);
	}
}

static void count_reasons(const unsigned char *x, size_t n, struct an_missing *out)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] >= AN_CODE_MISSING)
			out->by[an_why_of_code(x[i])]++;
}

/* Totals of a block's complete rows into low and high: 16 bits each, so that products with
 * scores, in eight lanes of BLOCK_ROWS / 8, stay below 2^32. */
static void totals(struct lane *l, size_t at, size_t n)
{
	memset(l->any, 0, BLOCK_ROWS);
	memset(l->low, 0, BLOCK_ROWS * sizeof *l->low);
	for (size_t j = 0; j < l->x.cols; j++) {
		bool missing;
		unsigned most = l->kernel->scan(l->col[j], padded(n), l->any, &missing);

		l->item[j].most = most > l->item[j].most ? most : l->item[j].most;
		l->kernel->add(l->col[j], padded(n), l->low);
		if (missing)
			count_reasons(l->col[j], n, &l->missing);
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t t = l->any[i] != 0 ? 0 : l->low[i];

		l->total[at + i] = l->any[i] != 0 ? INCOMPLETE : l->low[i];
		l->used += l->any[i] == 0;
		l->sum += t;
		l->square += t * t;
		l->low[i] = t & 65535;
		l->high[i] = (uint32_t)(t >> 16);
	}
}

static void add_sums(void *arg, size_t task)
{
	struct lane *l = (struct lane *)arg + task;

	for (size_t at = l->from, n; at < l->to; at += n) {
		n = l->to - at < BLOCK_ROWS ? l->to - at : BLOCK_ROWS;
		take(l, at, n);
		totals(l, at, n);
		for (size_t j = 0; j < l->x.cols; j++) {
			struct item_sums *s = l->item + j;

			l->kernel->column(l->col[j], l->any, padded(n), &s->own);
			s->own.n -= padded(n) - n;
			s->with_total += l->kernel->dot(l->col[j], l->low, padded(n));
			if (l->x.cols * AN_CODE_MISSING > 65535)
				s->with_total += l->kernel->dot(l->col[j], l->high, padded(n)) << 16;
		}
	}
}

static void add_sides(void *arg, size_t task)
{
	struct lane *l = (struct lane *)arg + task;

	for (size_t at = l->from, n; at < l->to; at += n) {
		n = l->to - at < BLOCK_ROWS ? l->to - at : BLOCK_ROWS;
		take(l, at, n);
		memset(l->low, 0, BLOCK_ROWS * sizeof *l->low);
		memset(l->high, 0, BLOCK_ROWS * sizeof *l->high);
		for (size_t i = 0; i < n; i++) {
			l->low[i] = l->side[at + i] == WORST;
			l->high[i] = l->side[at + i] == BEST;
		}
		for (size_t j = 0; j < l->x.cols; j++) {
			l->item[j].side[WORST] += l->kernel->dot(l->col[j], l->low, padded(n));
			l->item[j].side[BEST] += l->kernel->dot(l->col[j], l->high, padded(n));
		}
	}
}

/* The group worst and the group best rows, equal totals in the order of rows. */
static enum an_status choose(const uint32_t *total, size_t rows, size_t group, struct an_work *work,
    unsigned char *side)
{
	uint32_t most = 0, low = 0, high;
	size_t *count, worst = group, best = group, pass;

	for (size_t i = 0; i < rows; i++)
		most = total[i] != INCOMPLETE && total[i] > most ? total[i] : most;
	count = AN_WORK_ARRAY(work, size_t, (size_t)most + 1);
	if (count == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < rows; i++)
		if (total[i] != INCOMPLETE)
			count[total[i]]++;
	for (; low < most && worst > count[low]; low++)
		worst -= count[low];
	for (high = most; high > 0 && best > count[high]; high--)
		best -= count[high];
	/* of those at the edge: the first so many, and the last so many */
	pass = count[high] - best;
	for (size_t i = 0; i < rows && group > 0; i++) {
		uint32_t t = total[i];

		if (t == INCOMPLETE)
			continue;
		if (t < low || (t == low && worst > 0)) {
			side[i] = WORST;
			worst -= t == low;
		}
		if (t > high || (t == high && pass == 0))
			side[i] = BEST;
		pass -= t == high && pass > 0;
	}
	return AN_OK;
}

/* Lanes for all rows, their sums in the first; side: NULL where nobody asks for the best and worst. */
static enum an_status sums_of(struct an_codes x, bool sides, struct an_work *work, struct lane **out)
{
	size_t tasks = x.rows * x.cols / TASK_CELLS, most = 4 * an_threads();
	uint32_t *total = AN_WORK_ARRAY(work, uint32_t, x.rows);
	unsigned char *side = AN_WORK_ARRAY(work, unsigned char, x.rows);
	struct lane *l;

	tasks = an_threads() == 1 || tasks < 1 ? 1 : tasks < most ? tasks : most;
	*out = l = AN_WORK_ARRAY(work, struct lane, tasks);
	if (total == NULL || side == NULL || l == NULL)
		return AN_ENOMEM;
	for (size_t t = 0; t < tasks; t++) {
		size_t from = x.rows / tasks / AN_KERNEL_ROWS * AN_KERNEL_ROWS * t;

		l[t] = (struct lane){ .x = x, .from = from, .to = x.rows, .total = total, .side = side };
		if (t > 0)
			l[t - 1].to = from;
		if (!lane_new(l + t, work))
			return AN_ENOMEM;
	}
	an_parallel(tasks, add_sums, l);
	for (size_t t = 1; t < tasks; t++) {
		l->used += l[t].used;
		l->sum += l[t].sum;
		l->square += l[t].square;
		for (int w = 0; w < AN_WHY_COUNT; w++)
			l->missing.by[w] += l[t].missing.by[w];
	}
	l->missing.by[AN_PRESENT] = x.rows * x.cols - an_missing_total(&l->missing);
	if (sides) {
		size_t group = (size_t)nearbyint(AN_EXTREME_SHARE * (double)l->used);
		enum an_status status = choose(total, x.rows, group, work, side);

		if (status != AN_OK)
			return status;
		an_parallel(tasks, add_sides, l);
	}
	for (size_t t = 1; t < tasks; t++)
		for (size_t j = 0; j < x.cols; j++) {
			struct item_sums *to = l->item + j;
			const struct item_sums *s = l[t].item + j;

			to->own.n += s->own.n;
			to->own.x += s->own.x;
			to->own.xx += s->own.xx;
			to->own.full_x += s->own.full_x;
			to->own.full_xx += s->own.full_xx;
			to->with_total += s->with_total;
			to->side[WORST] += s->side[WORST];
			to->side[BEST] += s->side[BEST];
			to->most = s->most > to->most ? s->most : to->most;
		}
	return AN_OK;
}

/* n times the sum of products of deviations, exact. */
static long double about(uint64_t n, uint64_t x, uint64_t y, uint64_t xy)
{
	return (long double)((__int128)n * xy - (__int128)x * y);
}

static bool correlate(long double xx, long double yy, long double xy, double *out)
{
	if (!(xx > 0) || !(yy > 0))
		return false;
	*out = fmin(1, fmax(-1, (double)(xy / sqrtl(xx) / sqrtl(yy))));
	return true;
}

static void item_of(const struct lane *l, const struct item_sums *s, size_t group, double most, struct an_item *out)
{
	uint64_t n = l->used;
	long double xx = about(n, s->own.full_x, s->own.full_x, s->own.full_xx);
	long double tt = about(n, l->sum, l->sum, l->square), xt = about(n, s->own.full_x, l->sum, s->with_total);

	memset(out, 0, sizeof *out);
	out->n = s->own.n;
	if (out->n > 0) {
		out->mean = (double)s->own.x / (double)out->n;
		out->difficulty = out->mean / most;
	}
	out->has_sd = out->n > 1;
	if (out->has_sd)
		out->sd = (double)sqrtl(
		    about(s->own.n, s->own.x, s->own.x, s->own.xx) / (long double)out->n / (long double)(out->n - 1));
	out->has_r_total = correlate(xx, tt, xt, &out->r_total);
	out->has_r_rest = correlate(xx, tt - 2 * xt + xx, xt - xx, &out->r_rest);
	out->upper_lower = group > 0 ? ((double)s->side[BEST] - (double)s->side[WORST]) / (double)group / most : 0;
}

/* Mean and standard deviation of the totals of two people or more. */
static void total_of(const struct lane *l, double *mean, double *sd)
{
	long double n = (long double)l->used;

	*mean = (double)((long double)l->sum / n);
	*sd = (double)sqrtl(about(l->used, l->sum, l->sum, l->square) / n / (n - 1));
}

enum an_status an_codes_items(struct an_codes x, const double *most, struct an_work *work, struct an_items *out,
    struct an_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	struct lane *l;
	enum an_status status = AN_OK;

	memset(out, 0, sizeof *out);
	for (size_t j = 0; most != NULL && j < x.cols; j++)
		if (!(most[j] > 0) || !isfinite(most[j]))
			status = AN_EDATA;
	if (status == AN_OK)
		status = sums_of(x, true, work, &l);
	if (status != AN_OK)
		goto done;
	out->missing = l->missing;
	out->used = l->used;
	if (l->used < 2 || x.cols == 0) {
		status = AN_ETOOFEW;
		goto done;
	}
	total_of(l, &out->total_mean, &out->total_sd);
	out->group = (size_t)nearbyint(AN_EXTREME_SHARE * (double)out->used);
	for (size_t j = 0; j < x.cols; j++)
		item_of(l, l->item + j, out->group, most != NULL ? most[j] : 1, items + j);
done:
	an_work_release(work, mark);
	return status;
}

static enum an_status kr_of(const struct lane *l, size_t cols, struct an_kr *out)
{
	double k = (double)cols, n = (double)l->used, pq = 0, variance;

	out->missing = l->missing;
	out->used = l->used;
	if (l->used < 2 || cols < 2)
		return AN_ETOOFEW;
	for (size_t j = 0; j < cols; j++) {
		double p = (double)l->item[j].own.full_x / n;

		if (l->item[j].most > 1)
			return AN_EDATA;
		pq += p * (1 - p);
	}
	total_of(l, &out->total_mean, &out->total_sd);
	variance = (double)(about(l->used, l->sum, l->sum, l->square) / n / n);
	if (!(variance > 0))
		return AN_ENOVARIANCE;
	out->kr20 = k / (k - 1) * (1 - pq / variance);
	out->kr20_mixed = k / (k - 1) * (1 - pq / (out->total_sd * out->total_sd));
	out->kr21 = k / (k - 1) * (1 - out->total_mean * (k - out->total_mean) / (k * variance));
	out->has_sem = out->kr20 >= 0;
	if (out->has_sem)
		out->sem = out->total_sd * sqrt(1 - out->kr20);
	return AN_OK;
}

enum an_status an_codes_kr(struct an_codes x, struct an_work *work, struct an_kr *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct lane *l;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = sums_of(x, false, work, &l);
	if (status == AN_OK)
		status = kr_of(l, x.cols, out);
	an_work_release(work, mark);
	return status;
}
