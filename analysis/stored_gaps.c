/* Who left out an item.  Figures over all who answered one item, less those over the ones who answered
 * another too, are figures over who left that out.  So the rows are parted into blocks, once and for
 * whatever items are asked for: of people in the same groups who left out much the same, at least k,
 * and of every item's answers none or at least k.  Where one of a block left an item out, the answers
 * of all of the block to it are set aside.  Then the rows behind any figure are whole blocks, and so is
 * what two figures differ by. */
#include "analysis/stored_parts.h"

#include <stdlib.h>
#include <string.h>

struct gap_row {
	const struct stored_build *b;
	size_t row, alike; /* alike: people of the same groups who answered the same items */
};

struct blocks {
	struct stored_build *b;
	struct gap_row *at;
	size_t *start, blocks;	  /* of each block: its first place */
	size_t *count;		  /* by item: people of the open block who answered it */
	bool *counted;		  /* by item: enough of these groups' people answered it to be shown at all */
	size_t rows, people, few; /* of the open block; few: items that some, but too few answered */
};

static int compare_groups(const struct gap_row *x, const struct gap_row *y)
{
	for (size_t i = 0; i < x->b->axes; i++) {
		uint32_t p = x->b->row[x->row].level[i], q = x->b->row[y->row].level[i];

		if (!x->b->axis[i].table && p != q)
			return p < q ? -1 : 1;
	}
	return 0;
}

static int compare_gaps(const struct gap_row *x, const struct gap_row *y)
{
	const struct stored_build *b = x->b;

	return memcmp(b->has + x->row * b->words, b->has + y->row * b->words, b->words * sizeof *b->has);
}

static int by_gaps(const void *a, const void *b)
{
	const struct gap_row *x = a, *y = b;
	int order = compare_groups(x, y);

	/* what few left out comes first, so that what is left over at the end is alike */
	if (order == 0)
		order = (x->alike > y->alike) - (x->alike < y->alike);
	if (order == 0)
		order = compare_gaps(x, y);
	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static void clear(struct blocks *k)
{
	memset(k->count, 0, k->b->s->q->item_count * sizeof *k->count);
	k->rows = k->people = k->few = 0;
}

static void add(struct blocks *k, size_t place)
{
	size_t row = k->at[place].row, least = (size_t)k->b->s->c.k;

	k->rows++;
	if ((k->b->row[row].counts & 1) == 0)
		return;
	k->people++;
	for (size_t i = 0; i < k->b->s->q->item_count; i++) {
		if (!k->counted[i] || !stored_has(k->b, row, i))
			continue;
		k->count[i]++;
		k->few += k->count[i] == 1;
		k->few -= k->count[i] == least;
	}
}

static bool safe(const struct blocks *k)
{
	size_t least = (size_t)k->b->s->c.k;

	return k->few == 0 && k->rows >= least && (k->people == 0 || k->people >= least);
}

/* Blocks of the rows of the same groups. */
static void part(struct blocks *k, size_t from, size_t to)
{
	size_t start = from, first = k->blocks;

	for (size_t i = 0; i < k->b->s->q->item_count; i++)
		k->counted[i] = true;
	clear(k);
	for (size_t i = from; i < to; i++)
		add(k, i);
	for (size_t i = 0; i < k->b->s->q->item_count; i++)
		k->counted[i] = k->count[i] >= (size_t)k->b->s->c.k;
	clear(k);
	for (size_t i = from; i < to; i++) {
		add(k, i);
		if (!safe(k))
			continue;
		k->start[k->blocks++] = start;
		start = i + 1;
		clear(k);
	}
	if (start == to)
		return;
	while (!safe(k) && k->blocks > first) {
		size_t before = k->start[--k->blocks];

		for (size_t i = before; i < start; i++)
			add(k, i);
		start = before;
	}
	k->start[k->blocks++] = start;
}

static int close_block(struct blocks *k, size_t from, size_t to, size_t column, struct err *e)
{
	size_t item = k->b->s->column[column].item, n = 0;

	if (item >= k->b->s->q->item_count || k->b->s->column[column].use == COLUMNS_GROUP)
		return 0;
	for (size_t i = from; i < to; i++)
		n += stored_has(k->b, k->at[i].row, item);
	for (size_t i = from; n > 0 && n < to - from && i < to; i++)
		if (stored_set_aside(k->b, k->at[i].row, column, e) < 0)
			return -1;
	return 0;
}

static int close_all(struct blocks *k, struct err *e)
{
	size_t n = k->b->rows;

	qsort(k->at, n, sizeof *k->at, by_gaps);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && compare_groups(k->at + i, k->at + end) == 0 &&
		     compare_gaps(k->at + i, k->at + end) == 0;)
			end++;
		for (size_t j = i; j < end; j++)
			k->at[j].alike = end - i;
	}
	qsort(k->at, n, sizeof *k->at, by_gaps);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && compare_groups(k->at + i, k->at + end) == 0;)
			end++;
		part(k, i, end);
	}
	for (size_t i = 0; i < k->blocks; i++)
		for (size_t j = 0; j < k->b->s->columns; j++)
			if (close_block(k, k->start[i], i + 1 < k->blocks ? k->start[i + 1] : n, j, e) < 0)
				return -1;
	return 0;
}

int stored_close_gaps(struct stored_build *b, struct err *e)
{
	struct blocks k = { .b = b };
	size_t several = 0, items = b->s->q->item_count;
	int rc;

	for (size_t j = 0; j < b->s->columns; j++)
		several += b->s->column[j].use != COLUMNS_GROUP && b->s->column[j].item < items;
	if (several < 2)
		return 0;
	k.at = calloc(b->rows + 1, sizeof *k.at);
	k.start = calloc(b->rows + 1, sizeof *k.start);
	k.count = calloc(items + 1, sizeof *k.count);
	k.counted = calloc(items + 1, sizeof *k.counted);
	for (size_t i = 0; k.at != NULL && i < b->rows; i++)
		k.at[i] = (struct gap_row){ b, i, 0 };
	rc = k.at == NULL || k.start == NULL || k.count == NULL || k.counted == NULL ? err_nomem(e) : close_all(&k, e);
	free(k.at);
	free(k.start);
	free(k.count);
	free(k.counted);
	return rc;
}
