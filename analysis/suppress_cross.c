/* Which cells of crossed groups may be shown. */
#include "analysis/suppress.h"

#include <stdlib.h>

#define KEYS_MOST ((uint64_t)1 << 62)

struct cell {
	uint64_t key, line;
	struct suppress_cell sum;
};
struct placed { /* a row in its cell */
	uint64_t key;
	size_t row;
};

static int by_key(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->row > y->row) - (x->row < y->row);
}

static int by_line(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->key > y->key) - (x->key < y->key);
}

static int by_cell(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* The level of each column is a digit of the key. */
static int place_rows(const struct suppress_cross *c, struct placed *at, struct err *e)
{
	uint64_t keys = 1;

	for (size_t j = 0; j < c->columns; j++) {
		if (c->levels[j] + 1 > KEYS_MOST / keys)
			return err_set(e, ERR_INPUT, "options", "These columns make too many groups.", (char *)NULL);
		keys *= c->levels[j] + 1;
	}
	for (size_t i = 0; i < c->rows; i++) {
		at[i] = (struct placed){ 0, i };
		for (size_t j = 0; j < c->columns; j++)
			at[i].key = at[i].key * (c->levels[j] + 1) + c->level[i * c->columns + j];
	}
	qsort(at, c->rows, sizeof *at, by_key);
	return 0;
}

static bool has_all_levels(const struct suppress_cross *c, size_t row)
{
	for (size_t j = 0; j < c->columns; j++)
		if (c->level[row * c->columns + j] == c->levels[j])
			return false;
	return true;
}

/* Cells in the order of their keys; how many. */
static size_t make_cells(const struct suppress_cross *c, const struct placed *at, const bool *hidden, struct cell *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < c->rows; i++) {
		unsigned char counts = c->counts[at[i].row];

		if (i == 0 || at[i].key != at[i - 1].key)
			cell[n++] =
			    (struct cell){ .key = at[i].key, .sum = { .hidden = !has_all_levels(c, at[i].row) } };
		cell[n - 1].sum.all += (counts & SUPPRESS_ALL) != 0;
		for (size_t m = 0; m < c->measures; m++)
			cell[n - 1].sum.people[m] += counts >> m & 1;
		cell[n - 1].sum.hidden = cell[n - 1].sum.hidden || hidden[at[i].row];
	}
	for (size_t i = 0; i < n; i++)
		cell[i].sum.hidden = cell[i].sum.hidden || !suppress_safe(&cell[i].sum, c->k, c->measures);
	return n;
}

/* Hides more of one line until its hidden cells hold enough; whether any was. */
static bool complete_line(const struct suppress_cross *c, struct cell *cell, size_t n)
{
	bool changed = false;

	for (size_t m = 0; m < c->measures; m++)
		for (;;) {
			struct cell *next = NULL;
			uint64_t sum = 0;

			for (size_t i = 0; i < n; i++) {
				if (cell[i].sum.hidden)
					sum += cell[i].sum.people[m];
				else if (cell[i].sum.people[m] > 0 &&
				    (next == NULL || cell[i].sum.people[m] < next->sum.people[m]))
					next = cell + i;
			}
			if (sum == 0 || sum >= c->k || next == NULL)
				break;
			next->sum.hidden = changed = true;
		}
	return changed;
}

/* The lines along one column, whose digit weighs so much in the key. */
static bool complete_column(const struct suppress_cross *c, struct cell *cell, size_t n, uint64_t weight, size_t levels)
{
	bool changed = false;

	for (size_t i = 0; i < n; i++)
		cell[i].line = cell[i].key - cell[i].key / weight % (levels + 1) * weight;
	qsort(cell, n, sizeof *cell, by_line);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && cell[end].line == cell[i].line;)
			end++;
		changed = complete_line(c, cell + i, end - i) || changed;
	}
	return changed;
}

static void complete(const struct suppress_cross *c, struct cell *cell, size_t n)
{
	for (bool changed = true; changed;) {
		uint64_t weight = 1;

		changed = false;
		for (size_t j = c->columns; j-- > 0; weight *= c->levels[j] + 1)
			changed = complete_column(c, cell, n, weight, c->levels[j]) || changed;
	}
	qsort(cell, n, sizeof *cell, by_cell);
}

int suppress_cross(const struct suppress_cross *c, bool *hidden, struct err *e)
{
	struct placed *at = calloc(c->rows + 1, sizeof *at);
	struct cell *cell = calloc(c->rows + 1, sizeof *cell);
	int rc = at != NULL && cell != NULL ? place_rows(c, at, e) : err_nomem(e);
	size_t n = rc == 0 ? make_cells(c, at, hidden, cell) : 0;

	if (rc == 0)
		complete(c, cell, n);
	for (size_t i = 0, j = 0; rc == 0 && i < c->rows; i++) {
		while (cell[j].key != at[i].key)
			j++;
		hidden[at[i].row] = cell[j].sum.hidden;
	}
	free(at);
	free(cell);
	return rc;
}
