#include "analysis/stats/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_INTEGER 1e6 /* larger magnitudes are moved to an origin of their own */

size_t an_pairs_cells(size_t k)
{
	if (k < 1 || k > AN_PAIRS_MOST)
		return 0;
	return AN_HEAD_SIZE + k * (2 + AN_WHY_COUNT) + 5 * k * k + (k + 1) * (3 + 6 * k);
}

static double *carve(double **at, size_t n)
{
	double *p = *at;

	*at += n;
	return p;
}

struct an_pairs *an_pairs_new(size_t k)
{
	size_t cells = an_pairs_cells(k);
	struct an_pairs *p = cells > 0 ? calloc(1, sizeof *p) : NULL;
	double *at;

	if (p == NULL)
		return NULL;
	p->cell = at = calloc(cells, sizeof *at);
	if (at == NULL) {
		free(p);
		return NULL;
	}
	p->k = k;
	p->cells = cells;
	p->head = carve(&at, AN_HEAD_SIZE);
	p->origin = carve(&at, k);
	p->why = carve(&at, k * AN_WHY_COUNT);
	p->full_sum = carve(&at, k);
	p->full_prod = carve(&at, k * k);
	p->part_n = carve(&at, k * k);
	p->part_sum = carve(&at, k * k);
	p->part_sq = carve(&at, k * k);
	p->part_prod = carve(&at, k * k);
	p->by_n = carve(&at, k + 1);
	p->by_s = carve(&at, k + 1);
	p->by_ss = carve(&at, k + 1);
	p->item_n = carve(&at, (k + 1) * k);
	p->item_x = carve(&at, (k + 1) * k);
	p->item_xx = carve(&at, (k + 1) * k);
	p->item_s = carve(&at, (k + 1) * k);
	p->item_ss = carve(&at, (k + 1) * k);
	p->item_xs = carve(&at, (k + 1) * k);
	return p;
}

void an_pairs_free(struct an_pairs *p)
{
	if (p == NULL)
		return;
	free(p->cell);
	free(p);
}

/* The origin that suits a column: 0 for small integers, its value when constant, else its mean. */
static double origin_of(struct an_view v, size_t j)
{
	double mean = 0, n = 0, first = 0;
	bool integers = true, constant = true;

	for (size_t i = 0; i < v.rows; i++) {
		double x;

		if (!an_view_has(v, i, j))
			continue;
		x = an_view_at(v, i, j);
		if (n == 0)
			first = x;
		n++;
		mean += (x - mean) / n;
		constant = constant && x == first;
		integers = integers && x == floor(x) && fabs(x) <= SMALL_INTEGER;
	}
	return integers ? 0 : constant ? first : mean;
}

enum an_status an_pairs_centre(struct an_pairs *p, struct an_view v)
{
	struct an_missing missing;
	double base = 0;

	if (v.cols != p->k || p->head[AN_HEAD_ROWS] > 0 || an_view_check(v, &missing) != AN_OK)
		return AN_EDATA;
	for (size_t j = 0; j < p->k; j++) {
		p->origin[j] = origin_of(v, j);
		base += p->origin[j] / (double)p->k;
	}
	p->head[AN_HEAD_BASE] = base;
	return AN_OK;
}

static void add_full(struct an_pairs *p, const double *y)
{
	size_t k = p->k;

	p->head[AN_HEAD_FULL]++;
	for (size_t i = 0; i < k; i++) {
		double yi = y[i], *prod = p->full_prod + i * k;

		p->full_sum[i] += yi;
		for (size_t j = i; j < k; j++)
			prod[j] += yi * y[j];
	}
}

/* at[0..c-1]: the items present; y from the item's origin, z from the common base. */
static void add_part(struct an_pairs *p, const double *y, const double *z, const unsigned short *at, size_t c)
{
	size_t k = p->k;
	double s = 0;

	for (size_t a = 0; a < c; a++) {
		size_t i = at[a];

		s += z[i];
		for (size_t b = 0; b < c; b++) {
			p->part_sum[i * k + at[b]] += y[i];
			p->part_sq[i * k + at[b]] += y[i] * y[i];
		}
		for (size_t b = a; b < c; b++) {
			p->part_n[i * k + at[b]]++;
			p->part_prod[i * k + at[b]] += y[i] * y[at[b]];
		}
	}
	p->by_n[c]++;
	p->by_s[c] += s;
	p->by_ss[c] += s * s;
	for (size_t a = 0; a < c; a++) {
		size_t cell = c * k + at[a];
		double x = z[at[a]];

		p->item_n[cell]++;
		p->item_x[cell] += x;
		p->item_xx[cell] += x * x;
		p->item_s[cell] += s;
		p->item_ss[cell] += s * s;
		p->item_xs[cell] += x * s;
	}
}

static void add_row(struct an_pairs *p, const double *row, const unsigned char *why)
{
	double y[AN_PAIRS_MOST], z[AN_PAIRS_MOST];
	unsigned short at[AN_PAIRS_MOST];
	size_t c = 0;

	p->head[AN_HEAD_ROWS]++;
	for (size_t j = 0; j < p->k; j++) {
		unsigned w = why != NULL ? why[j] : AN_PRESENT;

		if (w >= AN_WHY_COUNT)
			w = AN_UNREADABLE;
		p->why[j * AN_WHY_COUNT + w]++;
		if (w != AN_PRESENT)
			continue;
		y[j] = row[j] - p->origin[j];
		z[j] = row[j] - p->head[AN_HEAD_BASE];
		at[c++] = (unsigned short)j;
	}
	if (c == p->k)
		add_full(p, y);
	else if (c > 0)
		add_part(p, y, z, at, c);
	else
		p->head[AN_HEAD_EMPTY]++;
}

enum an_status an_pairs_add(struct an_pairs *p, const double *row, const unsigned char *why)
{
	for (size_t j = 0; j < p->k; j++)
		if ((why == NULL || why[j] == AN_PRESENT) && !isfinite(row[j]))
			return AN_EDATA;
	add_row(p, row, why);
	return AN_OK;
}

enum an_status an_pairs_add_view(struct an_pairs *p, struct an_view v)
{
	struct an_missing missing;

	if (v.cols != p->k || an_view_check(v, &missing) != AN_OK)
		return AN_EDATA;
	for (size_t i = 0; i < v.rows; i++)
		add_row(p, v.data + i * v.stride, v.why != NULL ? v.why + i * v.stride : NULL);
	return AN_OK;
}

void an_pairs_add_codes(struct an_pairs *p, const unsigned char *codes, size_t rows, size_t stride)
{
	double row[AN_PAIRS_MOST];
	unsigned char why[AN_PAIRS_MOST];

	for (size_t i = 0; i < rows; i++, codes += stride) {
		for (size_t j = 0; j < p->k; j++) {
			why[j] = codes[j] < AN_CODE_MISSING ? AN_PRESENT : codes[j] - AN_CODE_MISSING;
			/* the code of "present" itself says nothing readable */
			if (codes[j] == AN_CODE_MISSING)
				why[j] = AN_UNREADABLE;
			row[j] = codes[j];
		}
		add_row(p, row, why);
	}
}

enum an_status an_pairs_merge(struct an_pairs *to, const struct an_pairs *from)
{
	double base = to->head[AN_HEAD_BASE];

	if (to->k != from->k || base != from->head[AN_HEAD_BASE] ||
	    memcmp(to->origin, from->origin, to->k * sizeof *to->origin) != 0)
		return AN_EDATA;
	for (size_t i = 0; i < to->cells; i++) {
		const double *c = to->cell + i;

		if (c != to->head + AN_HEAD_BASE && !(c >= to->origin && c < to->origin + to->k))
			to->cell[i] += from->cell[i];
	}
	return AN_OK;
}
