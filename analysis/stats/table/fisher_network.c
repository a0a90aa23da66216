/* The network of Mehta & Patel 1983.  Columns are filled one after another; a place of stage k is
 * what the rows still have to give after k columns, in descending order, for their order does not
 * matter.  A path's length is the sum of ln(count!), so that a table's probability falls as its path
 * grows.  Of each place the shortest and the longest way to the end are known, and the probability
 * of all ways together: so a beginning whose every end counts, or none does, is settled at once. */
#include "analysis/stats/table/fisher.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLACK	     1e-7
#define GRAIN	     1e9 /* lengths nearer than one part of this are the same */
#define PEOPLE_MOST  100000
#define PLACES_MOST  ((size_t)1 << 17)
#define PASTS_MOST   ((size_t)1 << 20)
#define EDGES_MOST   ((size_t)1 << 18) /* from one place */
#define PLACES_ASKED 16		       /* places between two looks at whether anybody waits */
#define VISITS_MOST  300000000.0

/* Open addressing on a key of 128 bits; item[i] follows the order of arrival. */
struct map {
	struct an_work *work;
	size_t count, room, slots, most;
	size_t *slot; /* 1 + item, 0 for none */
	struct item {
		uint64_t a, b;
		double x, y, z;
	} * item;
};

struct edge {
	size_t to;
	double length;
};

struct network {
	const struct an_fisher_margins *m;
	struct an_work *work;
	const double *factorial; /* ln(i!) */
	size_t *col;		 /* descending */
	/* cols; of place (key, 0): x shortest, y longest way to the end, z ln of the sum of exp(-length)
	 * over all ways */
	struct map *stage;
	double whole, limit; /* z of the beginning; least length that counts */
	unsigned bits;
	double visits;
	struct edge *edge;
	size_t edges;
	/* while one place is opened */
	size_t *rest, *take, *sorted;
};

static uint64_t mixed(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;

	return (h ^ h >> 31) * 0x94d049bb133111ebu ^ h >> 29;
}

static size_t *find(const struct map *m, uint64_t a, uint64_t b)
{
	size_t at = mixed(a, b) & (m->slots - 1);

	while (m->slot[at] != 0 && (m->item[m->slot[at] - 1].a != a || m->item[m->slot[at] - 1].b != b))
		at = (at + 1) & (m->slots - 1);
	return m->slot + at;
}

/* Doubling: what was there before stays on scratch memory until the end. */
static bool grow(struct map *m)
{
	size_t room = m->room > 0 ? 2 * m->room : 256;
	struct item *item = AN_WORK_ARRAY(m->work, struct item, room);
	size_t *slot = AN_WORK_ARRAY(m->work, size_t, 2 * room);

	if (item == NULL || slot == NULL)
		return false;
	if (m->count > 0)
		memcpy(item, m->item, m->count * sizeof *item);
	m->item = item;
	m->slot = slot;
	m->room = room;
	m->slots = 2 * room;
	for (size_t i = 0; i < m->count; i++)
		*find(m, item[i].a, item[i].b) = i + 1;
	return true;
}

/* The item of a key, made with zeroes where there is none.  NULL: over the bound (*status). */
static struct item *item_of(struct map *m, uint64_t a, uint64_t b, enum an_status *status)
{
	size_t *slot;

	if (m->count == m->room && (m->count >= m->most || !grow(m))) {
		*status = m->count >= m->most ? AN_ENOCONVERGE : AN_ENOMEM;
		return NULL;
	}
	slot = find(m, a, b);
	if (*slot == 0) {
		m->item[m->count] = (struct item){ a, b, 0, 0, 0 };
		*slot = ++m->count;
	}
	return m->item + *slot - 1;
}

static int descending(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x < y) - (x > y);
}

static void sort_down(size_t *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && x[j - 1] < x[j]; j--) {
			size_t swap = x[j];

			x[j] = x[j - 1];
			x[j - 1] = swap;
		}
}

/* All rows but the last, which follows from the sum. */
static uint64_t pack(const struct network *net, const size_t *row)
{
	uint64_t key = 0;

	for (size_t i = 0; i + 1 < net->m->rows; i++)
		key = key << net->bits | row[i];
	return key;
}

static size_t left_at(const struct network *net, size_t stage)
{
	size_t sum = 0;

	for (size_t j = stage; j < net->m->cols; j++)
		sum += net->col[j];
	return sum;
}

static void unpack(const struct network *net, size_t stage, uint64_t key, size_t *row)
{
	size_t last = left_at(net, stage), rows = net->m->rows;

	for (size_t i = rows - 1; i-- > 0; key >>= net->bits) {
		row[i] = key & ((UINT64_C(1) << net->bits) - 1);
		last -= row[i];
	}
	row[rows - 1] = last;
}

static enum an_status add_edge(struct network *net, size_t stage)
{
	enum an_status status = AN_OK;
	double length = 0;
	struct item *to;

	if (net->edges == EDGES_MOST)
		return AN_ENOCONVERGE;
	for (size_t i = 0; i < net->m->rows; i++) {
		net->sorted[i] = net->rest[i] - net->take[i];
		length += net->factorial[net->take[i]];
	}
	sort_down(net->sorted, net->m->rows);
	to = item_of(net->stage + stage + 1, pack(net, net->sorted), 0, &status);
	if (to == NULL)
		return status;
	net->edge[net->edges++] = (struct edge){ (size_t)(to - net->stage[stage + 1].item), length };
	return AN_OK;
}

/* All ways to share out column stage over the rows, each an edge to a place of the next stage. */
static enum an_status open_place(struct network *net, size_t stage, size_t place)
{
	size_t rows = net->m->rows, left = net->col[stage], i = 0;
	enum an_status status;

	net->edges = 0;
	if (place % PLACES_ASKED == 0 && !an_work_still(net->work))
		return AN_ESTOPPED;
	unpack(net, stage, net->stage[stage].item[place].a, net->rest);
	for (;;) {
		/* downwards from row i: as much as there is */
		for (; i < rows; i++) {
			net->take[i] = left < net->rest[i] ? left : net->rest[i];
			left -= net->take[i];
		}
		if (left == 0 && (status = add_edge(net, stage)) != AN_OK)
			return status;
		if ((net->visits += (double)rows) > VISITS_MOST)
			return AN_ENOCONVERGE;
		/* one less in the last row that can pass something on */
		left += net->take[rows - 1];
		for (i = rows - 1; i > 0 && net->take[i - 1] == 0; i--)
			;
		if (i == 0)
			return AN_OK;
		net->take[i - 1]--;
		left++;
	}
}

/* Ln of the sum of exp(-length) over all ways from a place to the end. */
static double log_all(struct network *net, size_t stage, uint64_t key)
{
	double sum = net->factorial[left_at(net, stage)];

	unpack(net, stage, key, net->rest);
	for (size_t i = 0; i < net->m->rows; i++)
		sum -= net->factorial[net->rest[i]];
	for (size_t j = stage; j < net->m->cols; j++)
		sum -= net->factorial[net->col[j]];
	return sum;
}

/* Places of all stages, from the first on; then their ways to the end, from the last back. */
static enum an_status survey(struct network *net)
{
	size_t last = net->m->cols - 1;
	enum an_status status = AN_OK;

	for (size_t k = 0; k < last; k++)
		for (size_t p = 0; p < net->stage[k].count; p++)
			if ((status = open_place(net, k, p)) != AN_OK)
				return status;
	for (size_t p = 0; p < net->stage[last].count; p++) {
		struct item *it = net->stage[last].item + p;

		unpack(net, last, it->a, net->rest);
		for (size_t i = 0; i < net->m->rows; i++)
			it->x += net->factorial[net->rest[i]];
		it->y = it->x;
		it->z = log_all(net, last, it->a);
	}
	for (size_t k = last; k-- > 0;)
		for (size_t p = 0; p < net->stage[k].count; p++) {
			struct item *it = net->stage[k].item + p;

			if ((status = open_place(net, k, p)) != AN_OK)
				return status;
			it->x = INFINITY;
			it->z = log_all(net, k, it->a);
			for (size_t e = 0; e < net->edges; e++) {
				const struct item *to = net->stage[k + 1].item + net->edge[e].to;

				it->x = fmin(it->x, net->edge[e].length + to->x);
				it->y = fmax(it->y, net->edge[e].length + to->y);
			}
		}
	return AN_OK;
}

/* What comes of a beginning at a place: its share of p when all of its ends count, nothing when none
 * does; else it is kept among next, under (place, length in grains), x its length, y how many. */
static enum an_status settle(const struct network *net, const struct map *places, size_t at, double length, double many,
    struct map *next, double *p)
{
	const struct item *place = places->item + at;
	enum an_status status = AN_OK;
	struct item *to;

	if (length + place->y < net->limit)
		return AN_OK;
	if (length + place->x >= net->limit) {
		*p += many * exp(place->z - length - net->whole);
		return AN_OK;
	}
	to = item_of(next, at, (uint64_t)llround(length * GRAIN), &status);
	if (to == NULL)
		return status;
	to->x = to->y > 0 ? to->x : length;
	to->y += many;
	return AN_OK;
}

/* The beginnings of one stage, each one column further. */
static enum an_status walk(struct network *net, size_t stage, const struct map *now, struct map *next, double *p)
{
	size_t opened = SIZE_MAX;
	enum an_status status = AN_OK;

	for (size_t i = 0; status == AN_OK && i < now->count; i++) {
		const struct item *past = now->item + i;

		if (opened != past->a && (status = open_place(net, stage, past->a)) != AN_OK)
			return status;
		opened = past->a;
		if ((net->visits += (double)net->edges) > VISITS_MOST)
			return AN_ENOCONVERGE;
		for (size_t e = 0; status == AN_OK && e < net->edges; e++)
			status = settle(net, net->stage + stage + 1, net->edge[e].to, past->x + net->edge[e].length,
			    past->y, next, p);
	}
	return status;
}

static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

static enum an_status all_stages(struct network *net, double *p)
{
	/* two that take turns, so that memory does not grow with the stages */
	struct map pasts[2] = { { .work = net->work, .most = PASTS_MOST }, { .work = net->work, .most = PASTS_MOST } };
	enum an_status status = AN_OK;

	net->whole = net->stage[0].item[0].z;
	net->limit = net->m->observed - SLACK;
	status = settle(net, net->stage, 0, 0, 1, pasts, p);
	/* at the last stage the shortest way is the longest, so that nothing is left to walk */
	for (size_t k = 0; status == AN_OK && k + 1 < net->m->cols && pasts[k % 2].count > 0; k++) {
		struct map *next = pasts + (k + 1) % 2;

		if (!an_work_go_on(net->work, (double)k / (double)net->m->cols))
			return AN_ESTOPPED;
		next->count = 0;
		if (next->slots > 0)
			memset(next->slot, 0, next->slots * sizeof *next->slot);
		status = walk(net, k, pasts + k % 2, next, p);
		if (status != AN_OK)
			return status;
		/* beginnings of one place side by side: it is opened once */
		if (next->count > 0)
			qsort(next->item, next->count, sizeof *next->item, by_place);
	}
	*p = fmin(1, *p);
	return status;
}

static enum an_status prepare(struct network *net)
{
	const struct an_fisher_margins *m = net->m;
	double *factorial = AN_WORK_ARRAY(net->work, double, m->n + 1);
	enum an_status status = AN_OK;

	net->col = AN_WORK_ARRAY(net->work, size_t, m->cols);
	net->stage = AN_WORK_ARRAY(net->work, struct map, m->cols);
	net->edge = AN_WORK_ARRAY(net->work, struct edge, EDGES_MOST);
	net->rest = AN_WORK_ARRAY(net->work, size_t, m->rows);
	net->take = AN_WORK_ARRAY(net->work, size_t, m->rows);
	net->sorted = AN_WORK_ARRAY(net->work, size_t, m->rows);
	if (factorial == NULL || net->col == NULL || net->stage == NULL || net->edge == NULL || net->rest == NULL ||
	    net->take == NULL || net->sorted == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i <= m->n; i++)
		factorial[i] = gsl_sf_lngamma((double)i + 1);
	net->factorial = factorial;
	memcpy(net->col, m->col, m->cols * sizeof *net->col);
	qsort(net->col, m->cols, sizeof *net->col, descending);
	for (size_t k = 0; k < m->cols; k++)
		net->stage[k] = (struct map){ .work = net->work, .most = PLACES_MOST };
	memcpy(net->sorted, m->row, m->rows * sizeof *net->sorted);
	sort_down(net->sorted, m->rows);
	return item_of(net->stage, pack(net, net->sorted), 0, &status) != NULL ? AN_OK : status;
}

enum an_status an_fisher_network(const struct an_fisher_margins *m, struct an_work *work, double *p)
{
	struct an_work_mark mark = an_work_mark(work);
	struct network net = { .m = m, .work = work };
	enum an_status status;

	*p = 0;
	while (m->n >> net.bits != 0)
		net.bits++;
	if (m->n > PEOPLE_MOST || (m->rows - 1) * net.bits > 64)
		return AN_ENOCONVERGE;
	status = prepare(&net);
	if (status == AN_OK)
		status = survey(&net);
	if (status == AN_OK)
		status = all_stages(&net, p);
	an_work_release(work, mark);
	return status;
}
