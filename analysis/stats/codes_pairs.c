/* Filling struct an_pairs by columns.  Rows go by in blocks that stay in the cache.  A block's
 * complete rows are gathered into columns whose products are summed; so are its other rows, with
 * 0 for what is missing.  The rest about the latter is had from their rows, in the order of how
 * many items they answered: sums by that number, and what each missing cell takes away from sums
 * over all of them (where most is missing: what each present cell adds). */
#include "analysis/stats/codes.h"
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/numeric/parallel.h"

#include <string.h>

#define BLOCK_CELLS ((size_t)1 << 17)
#define BLOCK_MOST  ((size_t)2048) /* rows; the bounds of struct an_kernel hold for these */
#define BLOCK_LEAST ((size_t)256)
#define CROSS_ROWS  ((size_t)1 << 16) /* 2^16 * 239^2 < 2^32 */
#define LIST_MOST   ((size_t)2048)
#define TASK_CELLS  ((size_t)1 << 20) /* fewer are not worth a thread */

enum { ROW_HAS, ROW_X, ROW_XX, ROW_SUMS };

/* What one task works with. */
struct lane {
	struct an_pairs *p;
	struct an_codes x;
	const struct an_kernel *kernel;
	size_t from, to;	   /* rows */
	size_t k, wide;		   /* columns, and up to a multiple of 8 */
	size_t block, stride;	   /* rows of a block, and from column to column */
	const unsigned char **col; /* wide: the columns of what is in hand */
	unsigned char *most;	   /* per column of the block */
	unsigned char *any;	   /* rows with a missing cell: 255 */
	unsigned char *full, *part, *row, *none;
	struct an_split_plan *plan;
	uint16_t *gone, *order; /* items missing from a row; rows by that */
	uint16_t *list;		/* of cells by row, LIST_MOST and one row more */
	uint64_t *missing;	/* words a row: a bit an item */
	size_t words;
	size_t *start;
	uint32_t *total; /* of a row */
	uint32_t *sums;	 /* 4 x wide, of rows that miss as many */
	uint32_t *base;	 /* ROW_SUMS x wide: over rows that few items are missing from */
	uint32_t *cross; /* k x ROW_SUMS x wide: to be added to base */
	size_t crossed;	 /* rows in there */
	uint32_t *why;	 /* missing cells, k x AN_WHY_COUNT */
	struct lack {
		uint64_t s, ss;
		size_t n;
	} * lack; /* of rows that miss as many: those without an item, and the sums of their totals */
};

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static bool lane_new(struct lane *l, struct an_codes x, struct an_work *work)
{
	size_t k = x.cols, block = BLOCK_CELLS / k / AN_KERNEL_ROWS * AN_KERNEL_ROWS;

	block = block > BLOCK_MOST ? BLOCK_MOST : block < BLOCK_LEAST ? BLOCK_LEAST : block;
	block = round_up(x.rows + 1, AN_KERNEL_ROWS) < block ? round_up(x.rows + 1, AN_KERNEL_ROWS) : block;
	/* not a power of 2, which would put all columns into the same places of the cache */
	*l = (struct lane){ .x = x,
		.kernel = an_kernel(),
		.k = k,
		.wide = round_up(k, AN_KERNEL_GROUP),
		.words = (k + 63) / 64,
		.block = block,
		.stride = block + AN_KERNEL_ROWS };
	l->col = AN_WORK_ARRAY(work, const unsigned char *, l->wide);
	l->most = AN_WORK_ARRAY(work, unsigned char, k);
	l->any = an_kernel_room(work, block, 1);
	l->full = an_kernel_room(work, k * l->stride, 1);
	l->part = an_kernel_room(work, k * l->stride, 1);
	l->row = an_kernel_room(work, l->wide * l->stride, 1);
	l->none = an_kernel_room(work, l->stride, 1);
	l->plan = AN_WORK_ARRAY(work, struct an_split_plan, 1);
	l->gone = AN_WORK_ARRAY(work, uint16_t, block);
	l->order = AN_WORK_ARRAY(work, uint16_t, block);
	l->list = AN_WORK_ARRAY(work, uint16_t, LIST_MOST + k);
	l->missing = AN_WORK_ARRAY(work, uint64_t, block * l->words);
	l->start = AN_WORK_ARRAY(work, size_t, k + 2);
	l->total = AN_WORK_ARRAY(work, uint32_t, block);
	l->sums = AN_WORK_ARRAY(work, uint32_t, 4 * l->wide);
	l->base = an_kernel_room(work, ROW_SUMS * l->wide, sizeof *l->base);
	l->cross = an_kernel_room(work, k * ROW_SUMS * l->wide, sizeof *l->cross);
	l->why = AN_WORK_ARRAY(work, uint32_t, k * AN_WHY_COUNT);
	l->lack = AN_WORK_ARRAY(work, struct lack, k);
	if (!l->why || !l->lack || !l->col || !l->most || !l->any || !l->full || !l->part || !l->row || !l->none ||
	    !l->plan || !l->gone || !l->order || !l->list || !l->missing || !l->start || !l->total || !l->sums ||
	    !l->base || !l->cross)
		return false;
	for (int s = 0; s < 2; s++) {
		l->plan->mask[s] = AN_WORK_ARRAY(work, unsigned char, block / AN_KERNEL_GROUP);
		l->plan->to[s] = AN_WORK_ARRAY(work, uint16_t, block / AN_KERNEL_GROUP);
		if (l->plan->mask[s] == NULL || l->plan->to[s] == NULL)
			return false;
	}
	for (unsigned m = 0; m < 256; m++) {
		unsigned n = 0;

		memset(l->plan->place[m], 128, sizeof l->plan->place[m]);
		for (unsigned bit = 0; bit < 8; bit++)
			if (m >> bit & 1)
				l->plan->place[m][n++] = (unsigned char)bit;
	}
	return true;
}

/* The columns of rows from..from + n - 1, as padded copies of zeros where n is no multiple. */
static void take(struct lane *l, size_t from, size_t n)
{
	for (size_t j = 0; j < l->k; j++) {
		l->col[j] = l->x.col[j] + from;
		if (n % AN_KERNEL_ROWS != 0) {
			unsigned char *copy = l->row + j * l->stride; /* free until rows are made */

			memcpy(copy, l->col[j], n);
			memset(copy + n, 0, round_up(n, AN_KERNEL_ROWS) - n);
			l->col[j] = copy;
		}
	}
}

/* Eight bytes, the first in the lowest bits whatever the order of bytes of the machine. */
static uint64_t eight(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(w) : w;
}

/* The sum of eight bytes, which is below 256. */
static unsigned bytes_sum(uint64_t w)
{
	return (unsigned)(w * 0x0101010101010101 >> 56);
}

/* Where complete rows (0) and others (1) go; returns how many of the latter. */
static size_t plan(struct lane *l, size_t n)
{
	size_t part = 0;

	for (size_t g = 0, at = 0; at < round_up(n, AN_KERNEL_ROWS); g++, at += AN_KERNEL_GROUP) {
		uint64_t any = eight(l->any + at);
		unsigned mask = bytes_sum(any & 0x8040201008040201); /* the bits of it, each once */
		unsigned rows = at >= n ? 0 : n - at < AN_KERNEL_GROUP ? (1u << (n - at)) - 1 : 255;

		l->plan->mask[0][g] = (unsigned char)(~mask & rows);
		l->plan->mask[1][g] = (unsigned char)mask;
		l->plan->to[0][g] = (uint16_t)((at < n ? at : n) - part);
		l->plan->to[1][g] = (uint16_t)part;
		part += bytes_sum(any & 0x0101010101010101);
	}
	return part;
}

static void products(struct lane *l, size_t n, double *prod, double *sum)
{
	for (size_t j = 0; sum != NULL && j < l->k; j++)
		sum[j] += (double)l->kernel->sum(l->col[j], n);
	l->kernel->gram(l->col, l->most, l->k, n, prod);
}

/* n rows in the order of how many items are missing: those of m are order[start[m]] on. */
static void sort_rows(struct lane *l, size_t n)
{
	size_t at = 0;

	l->kernel->read(l->row, l->wide, n, l->words, l->missing, l->gone, l->total);
	memset(l->start, 0, (l->k + 2) * sizeof *l->start);
	for (size_t t = 0; t < n; t++)
		l->start[l->gone[t] + 1]++;
	for (size_t m = 0; m <= l->k; m++)
		l->start[m] = at += l->start[m];
	for (size_t t = 0; t < n; t++)
		l->order[l->start[l->gone[t]]++] = (uint16_t)t;
	/* start[m] has become the end of m, which is where m + 1 begins */
	memmove(l->start + 1, l->start, (l->k + 1) * sizeof *l->start);
	l->start[0] = 0;
}

/* The m missing cells of row t, listed, counted by reason, and what the row takes away with them. */
static void list_missing(struct lane *l, size_t t, size_t m, uint16_t *list)
{
	const uint64_t *word = l->missing + t * l->words;
	const unsigned char *row = l->row + t * l->wide;
	struct lack *lack = l->lack;
	uint32_t *why = l->why;
	uint64_t s = l->total[t], left = *word;

	/* as many in each row of m, which spares the processor to guess where the last is */
	for (size_t n = 0, at = 0; n < m; n++, left &= left - 1) {
		size_t j;

		for (; left == 0; at += 64)
			left = *++word;
		j = at + (size_t)__builtin_ctzll(left);
		why[j * AN_WHY_COUNT + an_why_of_code(row[j])]++;
		lack[j].n++;
		lack[j].s += s;
		lack[j].ss += s * s;
		list[n] = (uint16_t)j;
	}
}

/* Instead of the missing ones, of which there are more, those that are present. */
static void turn_round(uint16_t *list, size_t missing, size_t k)
{
	uint16_t present[AN_PAIRS_MOST] = { 0 };
	size_t n = 0;

	for (size_t j = 0, m = 0; j < k; j++)
		if (m < missing && list[m] == j)
			m++;
		else
			present[n++] = (uint16_t)j;
	memcpy(list, present, n * sizeof *list);
}

/* Pairs of items in n rows that miss m. */
static void add_cross(struct lane *l, size_t m, const uint16_t *order, size_t n, bool few)
{
	size_t each = few ? l->k - m : m, rows = 0;

	for (size_t t = 0; t < n; t++) {
		uint16_t *list = l->list + rows * each;

		list_missing(l, order[t], m, list);
		if (few)
			turn_round(list, m, l->k);
		rows++;
		if (rows * each > LIST_MOST - each || t + 1 == n) {
			l->kernel->cross(l->row, l->wide, order + t + 1 - rows, rows, l->list, each, !few, l->cross);
			rows = 0;
		}
	}
}

/* n rows that miss m items: those that answered none count as empty alone, their sums being 0. */
static void add_missing(struct lane *l, size_t m, const uint16_t *order, size_t n)
{
	struct an_pairs *p = l->p;
	size_t c = l->k - m;
	bool few = c < m; /* answers: then these are listed */
	uint64_t s = 0, ss = 0;

	memset(l->lack, 0, l->k * sizeof *l->lack);
	memset(l->sums, 0, 4 * l->wide * sizeof *l->sums);
	for (size_t t = 0; t < n; t++) {
		uint64_t total = l->total[order[t]];

		s += total;
		ss += total * total;
	}
	add_cross(l, m, order, n, few);
	l->kernel->bucket(l->row, l->wide, order, n, l->total, l->sums);
	if (c > 0)
		p->by_n[c] += (double)n;
	else
		p->head[AN_HEAD_EMPTY] += (double)n;
	p->by_s[c] += (double)s;
	p->by_ss[c] += (double)ss;
	for (size_t i = 0; i < l->k; i++) {
		size_t cell = c * l->k + i;
		const uint32_t *of = l->sums + i;

		p->item_n[cell] += (double)(n - l->lack[i].n);
		p->item_s[cell] += (double)(s - l->lack[i].s);
		p->item_ss[cell] += (double)(ss - l->lack[i].ss);
		p->item_x[cell] += of[0];
		p->item_xx[cell] += of[l->wide];
		p->item_xs[cell] += (double)of[2 * l->wide] + 4096 * (double)of[3 * l->wide];
		if (few)
			continue;
		l->base[i] += (uint32_t)(n - l->lack[i].n);
		l->base[ROW_X * l->wide + i] += of[0];
		l->base[ROW_XX * l->wide + i] += of[l->wide];
	}
}

/* From 32 bits, where sums may be below 0 on the way, to the sums that are kept. */
static void flush(struct lane *l)
{
	struct an_pairs *p = l->p;
	size_t k = l->k, wide = l->wide;

	for (size_t j = 0; j < k && l->crossed > 0; j++)
		for (size_t i = 0; i < k; i++) {
			const uint32_t *base = l->base + i, *cross = l->cross + j * ROW_SUMS * wide + i;

			if (i <= j)
				p->part_n[i * k + j] += base[ROW_HAS] + cross[ROW_HAS];
			p->part_sum[i * k + j] += base[ROW_X * wide] + cross[ROW_X * wide];
			p->part_sq[i * k + j] += base[ROW_XX * wide] + cross[ROW_XX * wide];
		}
	memset(l->base, 0, ROW_SUMS * wide * sizeof *l->base);
	memset(l->cross, 0, k * ROW_SUMS * wide * sizeof *l->cross);
	l->crossed = 0;
}

/* n rows with a missing cell stand in l->part. */
static void add_part(struct lane *l, size_t n)
{
	unsigned char eight_by_16[128];

	for (size_t j = 0; j < l->wide; j++)
		l->col[j] = j < l->k ? l->part + j * l->stride : l->none;
	for (size_t t = 0; t < n; t += 16)
		for (size_t j = 0; j < l->wide; j += AN_KERNEL_GROUP) {
			unsigned char *to = l->row + t * l->wide + j;

			an_kernel_rows(l->col + j, t, eight_by_16);
			for (size_t r = 0; r < 16; r++, to += l->wide)
				memcpy(to, eight_by_16 + r * AN_KERNEL_GROUP, AN_KERNEL_GROUP);
		}
	sort_rows(l, n);
	for (size_t m = 1; m <= l->k; m++)
		if (l->start[m + 1] > l->start[m])
			add_missing(l, m, l->order + l->start[m], l->start[m + 1] - l->start[m]);
	for (size_t j = 0; j < l->k; j++)
		l->kernel->fill(l->part + j * l->stride, round_up(n, AN_KERNEL_ROWS));
	products(l, round_up(n, AN_KERNEL_ROWS), l->p->part_prod, NULL);
	l->crossed += n;
	if (l->crossed > CROSS_ROWS - l->block)
		flush(l);
}

static void zero_up(unsigned char *x, size_t n)
{
	memset(x + n, 0, round_up(n, AN_KERNEL_ROWS) - n);
}

static void add_block(struct lane *l, size_t from, size_t n)
{
	struct an_pairs *p = l->p;
	size_t padded = round_up(n, AN_KERNEL_ROWS), part = 0;
	bool missing = false;

	take(l, from, n);
	memset(l->any, 0, padded);
	for (size_t j = 0; j < l->k; j++) {
		bool here;

		l->most[j] = (unsigned char)l->kernel->scan(l->col[j], padded, l->any, &here);
		missing = missing || here;
	}
	if (missing) {
		part = plan(l, n);
		for (size_t j = 0; j < l->k; j++) {
			unsigned char *to_full = l->full + j * l->stride, *to_part = l->part + j * l->stride;

			l->kernel->split(l->col[j], padded, l->plan, to_full, to_part);
			zero_up(to_full, n - part);
			zero_up(to_part, part);
			l->col[j] = to_full;
		}
	}
	p->head[AN_HEAD_ROWS] += (double)n;
	p->head[AN_HEAD_FULL] += (double)(n - part);
	products(l, round_up(n - part, AN_KERNEL_ROWS), p->full_prod, p->full_sum);
	if (part > 0)
		add_part(l, part);
}

static void add_rows(void *arg, size_t task)
{
	struct lane *l = (struct lane *)arg + task;

	for (size_t at = l->from; at < l->to; at += l->block)
		add_block(l, at, l->to - at < l->block ? l->to - at : l->block);
	flush(l);
	for (size_t j = 0; j < l->k; j++) {
		double present = (double)(l->to - l->from);

		for (size_t w = AN_PRESENT + 1; w < AN_WHY_COUNT; w++) {
			l->p->why[j * AN_WHY_COUNT + w] += l->why[j * AN_WHY_COUNT + w];
			present -= l->why[j * AN_WHY_COUNT + w];
		}
		l->p->why[j * AN_WHY_COUNT + AN_PRESENT] += present;
	}
}

/* As many tasks as keep all processors busy to the end, without more memory than the data has. */
static size_t tasks_of(struct an_codes x)
{
	size_t cells = x.rows * x.cols, most = 4 * an_threads();
	size_t each = an_pairs_cells(x.cols) * sizeof(double) + 4 * BLOCK_CELLS;
	size_t n = cells / (each > TASK_CELLS ? each : TASK_CELLS);

	return an_threads() == 1 || n < 1 ? 1 : n < most ? n : most;
}

enum an_status an_pairs_add_columns(struct an_pairs *p, struct an_codes x, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t tasks = tasks_of(x), made = 0;
	struct lane *lane = AN_WORK_ARRAY(work, struct lane, tasks);
	enum an_status status = lane == NULL ? AN_ENOMEM : AN_OK;

	if (x.cols != p->k || p->head[AN_HEAD_BASE] != 0)
		status = AN_EDATA;
	for (size_t j = 0; status == AN_OK && j < p->k; j++)
		if (p->origin[j] != 0)
			status = AN_EDATA;
	for (; status == AN_OK && made < tasks; made++) {
		bool room = lane_new(lane + made, x, work);

		lane[made].p = made == 0 ? p : an_pairs_new(p->k);
		lane[made].from = x.rows / tasks / AN_KERNEL_ROWS * AN_KERNEL_ROWS * made;
		if (made > 0)
			lane[made - 1].to = lane[made].from;
		lane[made].to = x.rows;
		if (!room || lane[made].p == NULL)
			status = AN_ENOMEM;
	}
	if (status == AN_OK)
		an_parallel(tasks, add_rows, lane);
	for (size_t t = 1; t < made; t++) {
		if (status == AN_OK)
			status = an_pairs_merge(p, lane[t].p);
		an_pairs_free(lane[t].p);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_pairs_of_codes(struct an_codes x, struct an_work *work, struct an_pairs **out)
{
	enum an_status status;

	*out = NULL;
	if (an_pairs_cells(x.cols) == 0)
		return AN_EDATA;
	*out = an_pairs_new(x.cols);
	status = *out != NULL ? an_pairs_add_columns(*out, x, work) : AN_ENOMEM;
	if (status != AN_OK) {
		an_pairs_free(*out);
		*out = NULL;
	}
	return status;
}
