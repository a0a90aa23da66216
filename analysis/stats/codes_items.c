/* Item analysis of byte codes: one pass for the totals and the sums of each item and with the
 * total, and one for the best and the worst, who are known when all totals are. */
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/numeric/parallel.h"

#include <math.h>
#include <string.h>

#define BLOCK_CELLS ((size_t)1 << 15) /* what the nearest cache holds */
#define BLOCK_MOST  ((size_t)2048)
#define TASK_CELLS  ((size_t)1 << 20)
#define DIGITS	    4 /* of totals, 7 bits each, which is what they are multiplied by */
#define COLS_MOST   ((size_t)1 << 20)
#define INCOMPLETE  UINT32_MAX
#define TURNS	    4

struct item_sums {
	struct an_column_sums own;
	uint64_t with_total, worst, best; /* of complete rows: score * total; scores of these */
};

/* What one task works with and finds. */
struct lane {
	struct an_codes x;
	const struct an_kernel *kernel;
	size_t from, to, block;	   /* rows */
	const unsigned char **col; /* of the block in hand, and the last once more */
	unsigned char *copy, *any;
	unsigned char *by; /* DIGITS columns */
	uint32_t *totals;
	uint32_t *total;	     /* of all rows, each task fills its own: INCOMPLETE or the total */
	unsigned char *worst, *best; /* of all rows: 1 where they are; room to read on to a full block */
	struct item_sums *item;
	uint64_t used, sum, square; /* of complete rows and their totals */
	uint32_t most;		    /* total */
	struct an_missing missing;
};

static size_t padded(size_t n)
{
	return (n + AN_KERNEL_ROWS - 1) / AN_KERNEL_ROWS * AN_KERNEL_ROWS;
}

static bool lane_new(struct lane *l, struct an_work *work)
{
	size_t cols = l->x.cols, block = padded(BLOCK_CELLS / (cols + 1) + 1);

	l->block = block < BLOCK_MOST ? block : BLOCK_MOST;
	l->kernel = an_kernel();
	l->col = AN_WORK_ARRAY(work, const unsigned char *, cols + 1);
	l->copy = AN_WORK_ARRAY(work, unsigned char, cols * l->block);
	l->any = AN_WORK_ARRAY(work, unsigned char, l->block);
	l->by = AN_WORK_ARRAY(work, unsigned char, DIGITS * l->block);
	l->totals = AN_WORK_ARRAY(work, uint32_t, l->block);
	l->item = AN_WORK_ARRAY(work, struct item_sums, cols + 1);
	return l->col && l->copy && l->any && l->by && l->totals && l->item;
}

/* The columns of rows at..at + n - 1, as copies with zeros behind where n needs them. */
static void take(struct lane *l, size_t at, size_t n)
{
	for (size_t j = 0; j < l->x.cols; j++) {
		l->col[j] = l->x.col[j] + at;
		if (n != padded(n)) {
			l->col[j] = memcpy(l->copy + j * l->block, l->col[j], n);
			memset(l->copy + j * l->block + n, 0, padded(n) - n);
		}
		l->col[j + 1] = l->col[j];
	}
}

/* Totals of n rows, and their digits where complete; false when none is missing a cell. */
static bool totals(struct lane *l, size_t at, size_t n)
{
	bool missing = false;

	l->kernel->totals(l->col, l->x.cols, padded(n), l->any, l->totals);
	for (size_t i = 0; i < padded(n); i++) {
		bool part = l->any[i] != 0;
		uint64_t t = part ? 0 : l->totals[i];

		missing = missing || part;
		l->used += i < n && !part;
		l->sum += t;
		l->square += t * t;
		l->most = t > l->most ? (uint32_t)t : l->most;
		if (i < n)
			l->total[at + i] = part ? INCOMPLETE : (uint32_t)t;
		for (size_t digit = 0; digit < DIGITS; digit++)
			l->by[digit * l->block + i] = t >> 7 * digit & 127;
	}
	return missing;
}

static void count_reasons(const unsigned char *x, size_t n, struct an_missing *out)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] >= AN_CODE_MISSING)
			out->by[an_why_of_code(x[i])]++;
}

static void add_sums(void *arg, size_t task)
{
	struct lane *l = (struct lane *)arg + task;
	const unsigned char *const by[DIGITS] = { l->by, l->by + l->block, l->by + 2 * l->block, l->by + 3 * l->block };

	for (size_t at = l->from, n; at < l->to; at += n) {
		bool missing;

		n = l->to - at < l->block ? l->to - at : l->block;
		take(l, at, n);
		missing = totals(l, at, n);
		for (size_t j = 0; j < l->x.cols; j++) {
			l->kernel->column(l->col[j], missing ? l->any : NULL, padded(n), &l->item[j].own);
			l->item[j].own.n -= padded(n) - n;
			if (missing)
				count_reasons(l->col[j], n, &l->missing);
		}
		for (size_t j = 0; j < l->x.cols; j += 2) {
			struct item_sums *s = l->item + j;
			unsigned most = s[1].own.most > s[0].own.most ? s[1].own.most : s[0].own.most;
			uint64_t with[2][DIGITS] = { { 0 } };

			l->kernel->dot(l->col + j, most, by, padded(n), with);
			for (size_t digit = 0; digit < DIGITS; digit++) {
				s[0].with_total += with[0][digit] << 7 * digit;
				s[1].with_total += with[1][digit] << 7 * digit;
			}
		}
	}
}

/* Scores of those who are among the worst and the best. */
static void add_extremes(void *arg, size_t task)
{
	struct lane *l = (struct lane *)arg + task;

	for (size_t at = l->from, n; at < l->to; at += n) {
		const unsigned char *by[4] = { l->worst + at, l->best + at, l->worst + at, l->best + at };

		n = l->to - at < l->block ? l->to - at : l->block;
		take(l, at, n);
		for (size_t j = 0; j < l->x.cols; j += 2) {
			struct item_sums *s = l->item + j;
			unsigned most = s[1].own.most > s[0].own.most ? s[1].own.most : s[0].own.most;
			uint64_t sum[2][4] = { { 0 } };

			l->kernel->dot(l->col + j, most, by, padded(n), sum);
			for (size_t c = 0; c < 2; c++) {
				s[c].worst += sum[c][0];
				s[c].best += sum[c][1];
			}
		}
	}
}

/* Marks the group worst and the group best rows, equal totals in the order of rows.  most: the
 * highest total. */
static enum an_status choose(const struct lane *l, uint32_t most, size_t group, struct an_work *work)
{
	size_t *count = AN_WORK_ARRAY(work, size_t, ((size_t)most + 2) * TURNS), worst = group, best = group, pass;
	uint32_t low = 0, high = most;

	if (count == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < l->x.rows; i++)
		count[(l->total[i] <= most ? l->total[i] : most + 1) * TURNS + i % TURNS]++;
	for (uint32_t t = 0; t <= most; t++)
		for (size_t turn = 1; turn < TURNS; turn++)
			count[t * TURNS] += count[t * TURNS + turn];
	for (; low < most && worst > count[low * TURNS]; low++)
		worst -= count[low * TURNS];
	for (; high > 0 && best > count[high * TURNS]; high--)
		best -= count[high * TURNS];
	/* of those at the edges the first so many, and the last so many */
	pass = count[high * TURNS] - best;
	for (size_t i = 0; i < l->x.rows; i++) {
		uint32_t t = l->total[i];

		l->worst[i] = t < low;
		l->best[i] = t > high && t <= most;
		if (t == low && worst > 0) {
			l->worst[i] = 1;
			worst--;
		}
		if (t == high) {
			l->best[i] = pass == 0;
			pass -= pass > 0;
		}
	}
	return AN_OK;
}

static void gather(struct lane *l, size_t tasks)
{
	for (size_t t = 1; t < tasks; t++)
		for (size_t j = 0; j < l->x.cols; j++) {
			struct item_sums *to = l->item + j;
			const struct item_sums *s = l[t].item + j;

			to->own.n += s->own.n;
			to->own.x += s->own.x;
			to->own.xx += s->own.xx;
			to->own.full_x += s->own.full_x;
			to->own.full_xx += s->own.full_xx;
			to->own.most = s->own.most > to->own.most ? s->own.most : to->own.most;
			to->with_total += s->with_total;
			to->worst += s->worst;
			to->best += s->best;
		}
}

/* The sums of all rows in the first lane; extremes: those of the best and worst too. */
static enum an_status sums_of(struct an_codes x, bool extremes, struct an_work *work, struct lane **out)
{
	size_t tasks = x.rows * x.cols / TASK_CELLS, most = 4 * an_threads();
	uint32_t *total = AN_WORK_ARRAY(work, uint32_t, x.rows);
	unsigned char *room = AN_WORK_ARRAY(work, unsigned char, extremes ? 2 * padded(x.rows) : 1);
	enum an_status status = AN_OK;
	struct lane *l;

	tasks = an_threads() == 1 || tasks < 1 ? 1 : tasks < most ? tasks : most;
	*out = l = AN_WORK_ARRAY(work, struct lane, tasks);
	if (x.cols > COLS_MOST)
		return AN_EDATA;
	if (total == NULL || room == NULL || l == NULL)
		return AN_ENOMEM;
	for (size_t t = 0; t < tasks; t++) {
		size_t from = x.rows / tasks / AN_KERNEL_ROWS * AN_KERNEL_ROWS * t;

		l[t] = (struct lane){ .x = x,
			.from = from,
			.to = x.rows,
			.total = total,
			.worst = room,
			.best = room + (extremes ? padded(x.rows) : 0) };
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
		l->most = l[t].most > l->most ? l[t].most : l->most;
		for (int w = 0; w < AN_WHY_COUNT; w++)
			l->missing.by[w] += l[t].missing.by[w];
	}
	l->missing.by[AN_PRESENT] = x.rows * x.cols - an_missing_total(&l->missing);
	if (extremes && l->used > 1) {
		status = choose(l, l->most, (size_t)nearbyint(AN_EXTREME_SHARE * (double)l->used), work);
		if (status == AN_OK)
			an_parallel(tasks, add_extremes, l);
	}
	gather(l, tasks);
	return status;
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
	out->upper_lower = group > 0 ? ((double)s->best - (double)s->worst) / (double)group / most : 0;
}

/* Mean and standard deviation of the totals of two people or more. */
static void total_of(const struct lane *l, double *mean, double *sd)
{
	long double n = (long double)l->used;

	*mean = (double)((long double)l->sum / n);
	*sd = (double)sqrtl(about(l->used, l->sum, l->sum, l->square) / n / (n - 1));
}

static enum an_status kr_of(const struct lane *l, size_t cols, struct an_kr *out)
{
	double k = (double)cols, n = (double)l->used, pq = 0, variance;

	memset(out, 0, sizeof *out);
	out->missing = l->missing;
	out->used = l->used;
	if (l->used < 2 || cols < 2)
		return AN_ETOOFEW;
	for (size_t j = 0; j < cols; j++) {
		double p = (double)l->item[j].own.full_x / n;

		if (l->item[j].own.most > 1)
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
	out->sem = out->total_sd * sqrt(1 - out->kr20);
	return AN_OK;
}

enum an_status an_codes_items(struct an_codes x, const double *most, struct an_work *work, struct an_items *out,
    struct an_item *items, struct an_kr *kr, bool *has_kr)
{
	struct an_work_mark mark = an_work_mark(work);
	struct lane *l = NULL;
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
	if (kr != NULL)
		*has_kr = kr_of(l, x.cols, kr) == AN_OK;
done:
	an_work_release(work, mark);
	return status;
}

enum an_status an_codes_kr(struct an_codes x, struct an_work *work, struct an_kr *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct lane *l = NULL;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = sums_of(x, false, work, &l);
	if (status == AN_OK)
		status = kr_of(l, x.cols, out);
	an_work_release(work, mark);
	return status;
}
