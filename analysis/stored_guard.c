/* What of a stored analysis must not be shown: groups, answers within groups, levels of tables, items. */
#include "analysis/stored_parts.h"
#include "analysis/suppress.h"

#include <stdlib.h>

/* Rows of these axes crossed, by `counts`; hidden is filled further. */
static int cross(const struct stored_build *b, const bool *use, const unsigned char *counts, bool *hidden,
    struct err *e)
{
	size_t levels[STORED_AXES_MOST], n = 0, at = 0;
	struct suppress_cross c = { .k = (uint64_t)b->s->c.k,
		.measures = b->measures,
		.rows = b->rows,
		.levels = levels,
		.counts = counts };
	uint32_t *level;
	int rc;

	for (size_t x = 0; x < b->axes; x++)
		if (use[x])
			levels[n++] = b->axis[x].levels;
	level = calloc(b->rows * n + 1, sizeof *level);
	if (level == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b->rows; i++)
		for (size_t x = 0; x < b->axes; x++)
			if (use[x])
				level[at++] = b->row[i].level[x];
	c.columns = n;
	c.level = level;
	rc = suppress_cross(&c, hidden, e);
	free(level);
	return rc;
}

/* ---- rows ---- */

/* Rows of the frame whose hidden is set are dropped, and all that have none. */
static int drop(struct stored_build *b, const bool *hidden, struct err *e)
{
	unsigned char *keep = calloc(b->rows + 1, 1);
	size_t rows = 0, at = 0;
	int rc;

	if (keep == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b->rows; i++) {
		if (!b->row[i].chosen)
			continue;
		keep[at++] = !hidden[i];
		if (hidden[i])
			continue;
		b->row[rows] = b->row[i];
		for (size_t w = 0; w < b->words; w++)
			b->has[rows * b->words + w] = b->has[i * b->words + w];
		rows++;
	}
	rc = frame_keep(b->f, keep, e);
	b->rows = rows;
	free(keep);
	return rc;
}

struct cell_key {
	uint32_t level[STORED_AXES_MOST];
};

static int by_levels(const void *a, const void *b)
{
	const struct cell_key *x = a, *y = b;

	for (size_t i = 0; i < STORED_AXES_MOST; i++)
		if (x->level[i] != y->level[i])
			return x->level[i] < y->level[i] ? -1 : 1;
	return 0;
}

/* {"column", "groups", "responses"}: what is dropped of the selection. */
static int say_left_out(const struct stored_build *b, const bool *use, const bool *hidden, json_t *left_out,
    struct err *e)
{
	struct cell_key *key = calloc(b->rows + 1, sizeof *key);
	size_t rows = 0, groups = 0;
	const char *name = NULL;

	if (key == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b->rows; i++) {
		bool has = b->row[i].chosen && hidden[i];

		for (size_t x = 0; has && x < b->axes; x++) {
			has = !use[x] || b->row[i].level[x] < b->axis[x].levels;
			key[rows].level[x] = use[x] ? b->row[i].level[x] : 0;
		}
		rows += has;
	}
	qsort(key, rows, sizeof *key, by_levels);
	for (size_t i = 0; i < rows; i++)
		groups += i == 0 || by_levels(key + i, key + i - 1) != 0;
	free(key);
	for (size_t x = 0; x < b->axes; x++)
		if (use[x] && b->axis[x].column != SIZE_MAX) {
			const char *one = b->s->column[b->axis[x].column].name;

			name = name == NULL ? one : arena_fmt(b->s->a, "%s, %s", name, one);
		}
	if (groups == 0)
		return 0;
	return json_array_append_new(left_out,
		   json_pack("{s:s?, s:I, s:I}", "column", name, "groups", (json_int_t)groups, "responses",
		       (json_int_t)rows)) == 0
	    ? 0
	    : err_nomem(e);
}

/* Groups that the rules of the campaign's own pages hide stay hidden here too. */
static void hide_as_elsewhere(const struct stored_build *b, bool *hidden)
{
	const struct campaign_part *p = &b->part;

	for (size_t x = 0; x < b->axes; x++) {
		const struct part_group *g = b->axis[x].item == STORED_TARGET ? p->target
		    : b->axis[x].item == STORED_UNIT			      ? p->unit
									      : NULL;

		for (size_t i = 0; g != NULL && !b->axis[x].table && i < b->rows; i++)
			if (b->row[i].level[x] < b->axis[x].levels && g[b->row[i].level[x]].hidden[p->part])
				hidden[i] = true;
	}
}

/* Answers to one column within groups where too few gave one. */
static int guard_answers(struct stored_build *b, const bool *use, const bool *hidden, size_t column,
    unsigned char *counts, bool *without, struct err *e)
{
	size_t item = b->s->column[column].item, frame_row = 0;
	bool all = true;

	if (item >= b->s->q->item_count || b->s->column[column].use == COLUMNS_GROUP)
		return 0;
	for (size_t i = 0; i < b->rows; i++) {
		bool has = stored_has(b, i, item);

		counts[i] = has ? b->row[i].counts : 0;
		without[i] = hidden[i];
		all = all && has;
	}
	if (all)
		return 0;
	if (cross(b, use, counts, without, e) < 0)
		return -1;
	for (size_t i = 0; i < b->rows; i++) {
		/* a cell in which nobody answered is hidden without harm */
		if (b->row[i].chosen && without[i] && !hidden[i] && stored_has(b, i, item) &&
		    frame_put_missing(b->f, frame_row, column, AN_SET_ASIDE, e) < 0)
			return -1;
		if (without[i] && !hidden[i])
			b->has[i * b->words + item / 64] &= ~((uint64_t)1 << (item % 64));
		frame_row += b->row[i].chosen;
	}
	return 0;
}

int stored_guard_cells(struct stored_build *b, json_t *left_out, struct err *e)
{
	bool use[STORED_AXES_MOST] = { false }, any = false;
	unsigned char *counts = calloc(b->rows + 1, 1);
	bool *hidden = calloc(b->rows + 1, sizeof *hidden), *without = calloc(b->rows + 1, sizeof *without);
	int rc = counts == NULL || hidden == NULL || without == NULL ? err_nomem(e) : 0;

	for (size_t x = 0; x < b->axes; x++)
		any = (use[x] = !b->axis[x].table) || any;
	for (size_t i = 0; rc == 0 && i < b->rows; i++)
		counts[i] = b->row[i].counts;
	if (rc == 0 && any) {
		hide_as_elsewhere(b, hidden);
		rc = cross(b, use, counts, hidden, e);
		for (size_t j = 0; rc == 0 && j < b->s->columns; j++)
			rc = guard_answers(b, use, hidden, j, counts, without, e);
		if (rc == 0)
			rc = say_left_out(b, use, hidden, left_out, e);
	}
	if (rc == 0)
		rc = drop(b, hidden, e);
	free(counts);
	free(hidden);
	free(without);
	return rc;
}

/* ---- tables ---- */

/* Levels of one column of a table, among the rows that have every column of it. */
static int guard_table(struct stored_build *b, size_t axis, unsigned char *counts, bool *hidden, bool *changed,
    json_t *left_out, struct err *e)
{
	bool use[STORED_AXES_MOST];
	int rc;

	for (size_t x = 0; x < b->axes; x++)
		use[x] = x == axis || !b->axis[x].table;
	for (size_t i = 0; i < b->rows; i++) {
		counts[i] = b->row[i].counts;
		hidden[i] = false;
		for (size_t x = 0; x < b->axes; x++)
			if (b->axis[x].table && b->row[i].level[x] == b->axis[x].levels)
				counts[i] = 0;
	}
	if (cross(b, use, counts, hidden, e) < 0)
		return -1;
	*changed = false;
	for (size_t i = 0; i < b->rows; i++) {
		hidden[i] = hidden[i] && counts[i] != 0;
		*changed = *changed || hidden[i];
	}
	rc = *changed ? say_left_out(b, use, hidden, left_out, e) : 0;
	for (size_t i = 0; rc == 0 && i < b->rows; i++)
		if (hidden[i])
			rc = stored_set_aside(b, i, b->axis[axis].column, e);
	return rc;
}

int stored_guard_tables(struct stored_build *b, json_t *left_out, struct err *e)
{
	unsigned char *counts = calloc(b->rows + 1, 1);
	bool *hidden = calloc(b->rows + 1, sizeof *hidden), again = true, changed;
	int rc = counts == NULL || hidden == NULL ? err_nomem(e) : 0;

	/* each round takes rows away, which may leave a level of another column with too few */
	while (rc == 0 && again) {
		again = false;
		for (size_t x = 0; rc == 0 && x < b->axes; x++) {
			if (!b->axis[x].table)
				continue;
			rc = guard_table(b, x, counts, hidden, &changed, left_out, e);
			again = again || changed;
		}
	}
	free(counts);
	free(hidden);
	return rc;
}

/* ---- items ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* People who gave another answer than most: alone against other columns, they are shown. */
static size_t others(const struct stored_build *b, size_t column, double *x)
{
	size_t n = 0, most = 0;

	for (size_t i = 0; i < b->rows; i++)
		n += (b->row[i].counts & 1) != 0 && frame_number(b->f, i, column, x + n) == AN_PRESENT;
	qsort(x, n, sizeof *x, by_value);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && x[end] == x[i];)
			end++;
		most = end - i > most ? end - i : most;
	}
	return n - most;
}

static int guard_item(const struct stored_build *b, size_t column, bool several, double *x, struct err *e)
{
	const struct stored_column *c = b->s->column + column;
	size_t n;

	if (c->item >= b->s->q->item_count)
		return 0;
	if (b->part.item_hidden[b->part.part][c->item])
		return err_set(e, ERR_INPUT, "items", "{1} was answered by fewer people than may be shown.", c->name,
		    NULL);
	if (c->use != COLUMNS_NUMBER || !several)
		return 0;
	n = others(b, column, x);
	if (n == 0 || n >= (size_t)b->s->c.k)
		return 0;
	return err_set(e, ERR_INPUT, "items",
	    "Nearly everybody gave the same answer to {1}: set against other answers it would show what few people "
	    "said.",
	    c->name, NULL);
}

int stored_guard_items(const struct stored_build *b, struct err *e)
{
	double *x = calloc(b->rows + 1, sizeof *x);
	size_t several = 0;
	int rc = x == NULL ? err_nomem(e) : 0;

	for (size_t j = 0; j < b->s->columns; j++)
		several += b->s->column[j].use != COLUMNS_GROUP && b->s->column[j].item < b->s->q->item_count;
	for (size_t j = 0; rc == 0 && j < b->s->columns; j++)
		rc = guard_item(b, j, several > 1, x, e);
	free(x);
	return rc;
}
