/* Rows by the level that they have in one column. */
#include "analysis/methods/method.h"
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One value of the column: its number or its text, and where it stood before sorting. */
struct level {
	const char *text;
	double number;
	uint32_t at;
};

static int by_text(const void *a, const void *b)
{
	return text_order(((const struct level *)a)->text, ((const struct level *)b)->text);
}

static int by_number(const void *a, const void *b)
{
	const struct level *x = a, *y = b;
	int order = (x->number > y->number) - (x->number < y->number);

	/* in a column of texts "1" and "1.0" are the same number and still two levels */
	return order != 0 || x->text == NULL || y->text == NULL ? order : strcmp(x->text, y->text);
}

/* Distinct values of a column, ascending: as numbers where all of them are.  *out is malloc'd. */
static int levels_texts(const struct frame_column *c, struct level **out, size_t *n, struct err *e)
{
	bool numbers = true;

	*n = c->level_count;
	*out = calloc(*n + 1, sizeof **out);
	if (*out == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct level){ c->levels[i], 0, (uint32_t)i };
		numbers = text_number(c->levels[i], &(*out)[i].number) && numbers;
	}
	qsort(*out, *n, sizeof **out, numbers ? by_number : by_text);
	return 0;
}

static int levels_numbers(const struct frame *f, size_t column, struct level **out, size_t *n, struct err *e)
{
	struct level *all = calloc(f->rows + 1, sizeof *all);
	size_t present = 0, k = 0;

	if (all == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < f->rows; i++)
		if (frame_number(f, i, column, &all[present].number) == AN_PRESENT)
			present++;
	qsort(all, present, sizeof *all, by_number);
	for (size_t i = 0; i < present; i++)
		if (i == 0 || all[i].number != all[k - 1].number)
			all[k++] = all[i];
	*out = all;
	*n = k;
	return 0;
}

static int levels_codes(const struct frame_column *c, size_t rows, struct level **out, size_t *n, struct err *e)
{
	bool seen[256] = { false };

	*n = 0;
	*out = calloc(AN_CODE_MISSING + 1, sizeof **out);
	if (*out == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		seen[c->code[i]] = true;
	for (unsigned v = 0; v < AN_CODE_MISSING; v++)
		if (seen[v])
			(*out)[(*n)++] = (struct level){ NULL, v, v };
	return 0;
}

static int label_all(struct frame *f, struct analyse_groups *g, const struct level *level, size_t n, struct err *e)
{
	g->label = calloc(n + 1, sizeof *g->label);
	if (g->label == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		char *text = level[i].text == NULL ? frame_hold(f, FRAME_TEXT_ROOM) : NULL;

		if (text == NULL && level[i].text == NULL)
			return err_nomem(e);
		if (text != NULL)
			snprintf(text, FRAME_TEXT_ROOM, "%.15g", level[i].number);
		g->label[i] = text != NULL ? text : level[i].text;
	}
	return 0;
}

/* The group of each row, before empty ones are taken out. */
static int assign(const struct frame *f, size_t column, const struct level *level, size_t n, struct analyse_groups *g,
    struct err *e)
{
	const struct frame_column *c = f->column + column;
	size_t *place = calloc((c->kind == FRAME_TEXTS ? c->level_count : AN_CODE_MISSING) + 1, sizeof *place);

	if (place == NULL)
		return err_nomem(e);
	for (size_t i = 0; c->kind != FRAME_REALS && i < n; i++)
		place[level[i].at] = i;
	for (size_t i = 0; i < f->rows; i++) {
		struct level key = { 0 };
		const struct level *found;

		g->of[i] = n;
		if (frame_why(f, i, column) != AN_PRESENT) {
			g->missing++;
		} else if (c->kind == FRAME_TEXTS) {
			g->of[i] = place[c->level[i]];
		} else if (c->kind == FRAME_CODES) {
			g->of[i] = place[c->code[i]];
		} else {
			key.number = c->real[i];
			found = bsearch(&key, level, n, sizeof *level, by_number);
			g->of[i] = (size_t)(found - level);
		}
	}
	free(place);
	return 0;
}

/* Levels that no row has any more, as after --where, are left out; then rows by group. */
static void order_rows(struct analyse_groups *g, size_t n, size_t rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows; i++)
		g->start[g->of[i]]++;
	for (size_t i = 0; i < n; i++)
		if (g->start[i] > 0) {
			g->label[kept] = g->label[i];
			g->start[i] = kept++; /* where the group goes */
		}
	for (size_t i = 0; i < rows; i++)
		g->of[i] = g->of[i] < n ? g->start[g->of[i]] : kept;
	g->count = kept;
	memset(g->start, 0, (n + 2) * sizeof *g->start);
	for (size_t i = 0; i < rows; i++)
		g->start[g->of[i] + 1]++;
	for (size_t i = 0; i < kept; i++)
		g->start[i + 1] += g->start[i];
	for (size_t i = 0; i < rows; i++)
		if (g->of[i] < kept)
			g->order[g->start[g->of[i]]++] = i;
	for (size_t i = kept; i > 0; i--)
		g->start[i] = g->start[i - 1];
	g->start[0] = 0;
}

/* The part of --levels for a column: "a,b,c", or NULL. */
static const char *levels_of(const struct analyse *a, const char *name, size_t *len)
{
	size_t n = strlen(name);

	for (const char *p = analyse_text(a, "levels"); *p != '\0';) {
		size_t part = strcspn(p, ";");

		if (part > n && strncmp(p, name, n) == 0 && p[n] == '=') {
			*len = part - n - 1;
			return p + n + 1;
		}
		p += part + (p[part] == ';');
	}
	return NULL;
}

static int no_level(const char *name, const char *level, struct err *e)
{
	return err_set(e, ERR_INPUT, "levels", "--{1} must name every level of column {2} once; {3} does not fit.",
	    "levels", name, level, (char *)NULL);
}

/* Groups in the order of --levels, where it names this column; else as they are. */
static int order_levels(const struct analyse *a, const char *name, struct analyse_groups *g, struct err *e)
{
	size_t len = 0, done = 0, rows = a->frame->rows;
	const char *list = levels_of(a, name, &len), **label;
	size_t *order, *start, *place;
	struct an_work_mark mark = an_work_mark(a->work);

	if (list == NULL)
		return 0;
	label = AN_WORK_ARRAY(a->work, const char *, g->count);
	order = AN_WORK_ARRAY(a->work, size_t, rows);
	start = AN_WORK_ARRAY(a->work, size_t, g->count + 1);
	place = AN_WORK_ARRAY(a->work, size_t, g->count + 1);
	if (label == NULL || order == NULL || start == NULL || place == NULL)
		return err_nomem(e);
	memset(place, 0xff, (g->count + 1) * sizeof *place); /* SIZE_MAX: not named */
	for (const char *end = list + len; list <= end && done < g->count;) {
		size_t n = strcspn(list, ",;"), old = 0;

		while (old < g->count && (strlen(g->label[old]) != n || strncmp(g->label[old], list, n) != 0))
			old++;
		list += n + 1;
		if (old == g->count || place[old] != SIZE_MAX)
			continue; /* a level that nobody has, such as an answer that was not given */
		place[old] = done;
		label[done] = g->label[old];
		for (size_t i = g->start[old]; i < g->start[old + 1]; i++)
			order[start[done] + i - g->start[old]] = g->order[i];
		start[done + 1] = start[done] + g->start[old + 1] - g->start[old];
		done++;
	}
	for (size_t old = 0; old < g->count; old++)
		if (place[old] == SIZE_MAX)
			return no_level(name, g->label[old], e);
	place[g->count] = g->count;
	for (size_t i = 0; i < rows; i++)
		g->of[i] = place[g->of[i]];
	memcpy(g->label, label, g->count * sizeof *label);
	memcpy(g->order, order, start[g->count] * sizeof *order);
	memcpy(g->start, start, (g->count + 1) * sizeof *start);
	an_work_release(a->work, mark);
	return 0;
}

int analyse_groups_load(const struct analyse *a, struct analyse_groups *out, struct err *e)
{
	size_t column;

	memset(out, 0, sizeof *out);
	if (!analyse_given(a, "by"))
		return err_set(e, ERR_INPUT, "by", "--{1} must say which column holds the groups.", "by", (char *)NULL);
	if (analyse_column_of(a, "by", true, &column, e) != 0)
		return -1;
	return analyse_factor_load(a, column, out, e);
}

int analyse_factor_load(const struct analyse *a, size_t column, struct analyse_groups *out, struct err *e)
{
	const struct frame *f = a->frame;
	const struct frame_column *c = f->column + column;
	struct level *level = NULL;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof *out);
	if (c->kind == FRAME_TEXTS)
		rc = levels_texts(c, &level, &n, e);
	else
		rc = c->kind == FRAME_CODES ? levels_codes(c, f->rows, &level, &n, e)
					    : levels_numbers(f, column, &level, &n, e);
	out->of = calloc(f->rows + 1, sizeof *out->of);
	out->order = calloc(f->rows + 1, sizeof *out->order);
	out->start = calloc(n + 2, sizeof *out->start);
	if (rc == 0 && (out->of == NULL || out->order == NULL || out->start == NULL))
		rc = err_nomem(e);
	if (rc == 0)
		rc = label_all(a->frame, out, level, n, e);
	if (rc == 0)
		rc = assign(f, column, level, n, out, e);
	free(level);
	if (rc == 0) {
		order_rows(out, n, f->rows);
		rc = order_levels(a, c->name, out, e);
	}
	if (rc != 0)
		analyse_groups_free(out);
	return rc;
}

void analyse_groups_free(struct analyse_groups *g)
{
	free(g->of);
	free(g->label);
	free(g->order);
	free(g->start);
	memset(g, 0, sizeof *g);
}

int analyse_group_view(const struct analyse *a, const struct analyse_groups *groups, size_t g, size_t col,
    struct an_view *out, struct err *e)
{
	size_t from = groups->start[g], n = groups->start[g + 1] - from;
	double *data = AN_WORK_ARRAY(a->work, double, n);
	unsigned char *why = AN_WORK_ARRAY(a->work, unsigned char, n);

	if (data == NULL || why == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		size_t at = groups->order[from + i] * a->items.view.stride + col;

		data[i] = a->items.data[at];
		why[i] = a->items.why[at];
	}
	*out = (struct an_view){ data, why, n, 1, 1 };
	return 0;
}
