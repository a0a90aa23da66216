#include "analysis/methods/method.h"
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_(msgid) msgid /* a message that bad_cell() shows */

static int no_column(const struct csv_table *t, const char *name, const char *option, struct err *e)
{
	char list[96] = "";
	size_t n = 0;

	for (size_t j = 0; j < t->cols; j++) {
		int w = snprintf(list + n, sizeof list - n, "%s%s", j > 0 ? ", " : "", t->name[j]);

		if (w < 0 || (size_t)w >= sizeof list - n)
			break;
		n += (size_t)w;
	}
	return err_set(e, ERR_INPUT, option, "The file has no column {1} (--{2}). It has: {3}.", name, option, list,
	    (char *)NULL);
}

/* "a" or "a:c"; a column whose own name holds the colon comes first. */
static int add_columns(const struct csv_table *t, char *part, const char *option, size_t *column, size_t *n,
    struct err *e)
{
	long from = csv_table_column(t, part), to = from;
	char *colon = strchr(part, ':');

	if (from < 0 && colon != NULL) {
		*colon = '\0';
		from = csv_table_column(t, part);
		to = csv_table_column(t, colon + 1);
		if (from >= 0 && to < 0)
			return no_column(t, colon + 1, option, e);
	}
	if (from < 0)
		return no_column(t, part, option, e);
	if (to < from)
		return err_set(e, ERR_INPUT, option, "In --{1}, column {2} stands after {3} in the file.", option, part,
		    colon + 1, (char *)NULL);
	for (; from <= to; from++) {
		for (size_t i = 0; i < *n; i++)
			if (column[i] == (size_t)from)
				return err_set(e, ERR_INPUT, option, "--{1} names column {2} twice.", option,
				    t->name[from], (char *)NULL);
		column[(*n)++] = (size_t)from;
	}
	return 0;
}

int analyse_columns(const struct csv_table *t, const char *list, const char *option, size_t **column, size_t *n,
    struct err *e)
{
	char *copy = strdup(list), *rest = copy, *part;
	int rc = 0;

	*n = 0;
	*column = calloc(t->cols + 1, sizeof **column);
	if (copy == NULL || *column == NULL)
		rc = err_nomem(e);
	while (rc == 0 && (part = strsep(&rest, ",")) != NULL)
		rc = add_columns(t, part, option, *column, n, e);
	free(copy);
	if (rc != 0) {
		free(*column);
		*column = NULL;
	}
	return rc;
}

static bool stands_for_missing(const char *cell, const char *na)
{
	size_t len = strlen(cell);

	if (len == 0)
		return true;
	for (const char *p = na; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (n == len && strncmp(p, cell, n) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

static int bad_cell(const struct analyse *a, size_t row, size_t column, const char *message, struct err *e)
{
	const char *name = a->table->name[column];
	char line[24];

	snprintf(line, sizeof line, "%lu", a->table->line[row]);
	return err_set(e, ERR_INPUT, name, message, line, name, csv_table_cell(a->table, row, column), (char *)NULL);
}

static int load_cell(const struct analyse *a, size_t row, size_t item, bool reverse, struct err *e)
{
	size_t at = row * a->items.view.cols + item;
	const char *cell = csv_table_cell(a->table, row, a->items.column[item]);
	double x;

	if (stands_for_missing(cell, a->na)) {
		a->items.why[at] = AN_SKIPPED;
		return 0;
	}
	if (!text_number(cell, &x))
		return bad_cell(a, row, a->items.column[item],
		    N_("Line {1}, column {2}: \"{3}\" is not a number. If it stands for a missing value, "
		       "say so with --na."),
		    e);
	if ((a->has_min && x < a->min) || (a->has_max && x > a->max))
		return bad_cell(a, row, a->items.column[item],
		    N_("Line {1}, column {2}: {3} lies outside --min to --max."), e);
	a->items.data[at] = reverse ? a->min + a->max - x : x;
	return 0;
}

size_t analyse_rows(const struct analyse *a)
{
	return a->table->rows;
}

const char *analyse_column_name(const struct analyse *a, size_t column)
{
	return a->table->name[column];
}

bool analyse_column_is_number(const struct analyse *a, size_t column)
{
	double x;

	for (size_t i = 0; i < a->table->rows; i++) {
		const char *cell = csv_table_cell(a->table, i, column);

		if (!stands_for_missing(cell, a->na) && !text_number(cell, &x))
			return false;
	}
	return true;
}

int analyse_variable_load(const struct analyse *a, size_t column, struct analyse_variable *out, struct err *e)
{
	size_t rows = a->table->rows;

	out->name = a->table->name[column];
	out->data = AN_WORK_ARRAY(a->work, double, rows);
	out->why = AN_WORK_ARRAY(a->work, unsigned char, rows);
	if (out->data == NULL || out->why == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++) {
		const char *cell = csv_table_cell(a->table, i, column);

		if (stands_for_missing(cell, a->na))
			out->why[i] = AN_SKIPPED;
		else if (!text_number(cell, out->data + i))
			return bad_cell(a, i, column,
			    N_("Line {1}, column {2}: \"{3}\" is not a number. If it stands for a missing value, "
			       "say so with --na."),
			    e);
	}
	return 0;
}

static int reversed(const struct analyse *a, bool *reverse, struct err *e)
{
	size_t *column = NULL, n = 0;

	if (!analyse_given(a, "reverse"))
		return 0;
	if (!a->has_min || !a->has_max)
		return err_set(e, ERR_INPUT, "reverse", "--{1} needs --min and --max of the scale.", "reverse",
		    (char *)NULL);
	if (analyse_columns(a->table, analyse_text(a, "reverse"), "reverse", &column, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t j = 0; j < a->items.view.cols; j++)
			if (a->items.column[j] == column[i])
				found = reverse[j] = true;
		if (!found) {
			err_set(e, ERR_INPUT, "reverse", "Column {1} of --{2} is not among the items.",
			    a->table->name[column[i]], "reverse", (char *)NULL);
			free(column);
			return -1;
		}
	}
	free(column);
	return 0;
}

/* All columns but the ones that other options name, or those of --items. */
static int choose(struct analyse *a, size_t *k, struct err *e)
{
	const char *by = analyse_text(a, "by"), *label = analyse_text(a, "label");

	if (analyse_given(a, "items"))
		return analyse_columns(a->table, analyse_text(a, "items"), "items", &a->items.column, k, e);
	a->items.column = calloc(a->table->cols + 1, sizeof *a->items.column);
	if (a->items.column == NULL)
		return err_nomem(e);
	*k = 0;
	for (size_t j = 0; j < a->table->cols; j++)
		if (strcmp(a->table->name[j], by) != 0 && strcmp(a->table->name[j], label) != 0)
			a->items.column[(*k)++] = j;
	return 0;
}

int analyse_items_load(struct analyse *a, struct err *e)
{
	struct analyse_items *it = &a->items;
	size_t rows = a->table->rows, k = 0;
	bool *reverse = NULL;
	int rc = -1;

	if (choose(a, &k, e) != 0)
		return -1;
	it->data = calloc(rows * k + 1, sizeof *it->data);
	it->why = calloc(rows * k + 1, 1);
	it->name = calloc(k + 1, sizeof *it->name);
	reverse = calloc(k + 1, sizeof *reverse);
	if (it->data == NULL || it->why == NULL || it->name == NULL || reverse == NULL) {
		err_nomem(e);
		goto done;
	}
	it->view = (struct an_view){ it->data, it->why, rows, k, k };
	for (size_t j = 0; j < k; j++)
		it->name[j] = a->table->name[it->column[j]];
	if (reversed(a, reverse, e) != 0)
		goto done;
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < k; j++)
			if (load_cell(a, i, j, reverse[j], e) != 0)
				goto done;
	rc = analyse_status(an_view_check(it->view, &it->missing), "items", e);
done:
	free(reverse);
	return rc;
}

void analyse_items_free(struct analyse_items *items)
{
	free(items->data);
	free(items->why);
	free(items->column);
	free(items->name);
	memset(items, 0, sizeof *items);
}

int analyse_one_item(const struct analyse *a, struct err *e)
{
	if (a->items.view.cols == 1)
		return 0;
	return err_set(e, ERR_INPUT, "items", "Here --{1} must name exactly one column.", "items", (char *)NULL);
}

struct label {
	const char *text;
	double number;
	size_t row;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->text, ((const struct label *)b)->text);
}

static int by_number(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	int order = (x->number > y->number) - (x->number < y->number);

	/* "1" and "1.0" are the same number and still two labels */
	return order != 0 ? order : strcmp(x->text, y->text);
}

static size_t collect(const struct analyse *a, size_t col, struct analyse_groups *out, struct label *all)
{
	bool numbers = true;
	size_t n = 0;

	for (size_t i = 0; i < a->table->rows; i++) {
		const char *text = csv_table_cell(a->table, i, col);

		if (stands_for_missing(text, a->na)) {
			out->missing++;
			continue;
		}
		all[n] = (struct label){ text, 0, i };
		numbers = text_number(text, &all[n].number) && numbers;
		n++;
	}
	qsort(all, n, sizeof *all, numbers ? by_number : by_text);
	return n;
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
	size_t len = 0, done = 0, rows = a->table->rows;
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

int analyse_column_of(const struct analyse *a, const char *option, bool required, size_t *column, struct err *e)
{
	size_t *list = NULL, n = 0;
	int rc;

	*column = SIZE_MAX;
	if (!analyse_given(a, option))
		return required ? err_set(e, ERR_INPUT, option, "--{1} must name a column.", option, (char *)NULL) : 0;
	rc = analyse_columns(a->table, analyse_text(a, option), option, &list, &n, e);
	if (rc == 0 && n != 1)
		rc = err_set(e, ERR_INPUT, option, "Here --{1} must name exactly one column.", option, (char *)NULL);
	if (rc == 0)
		*column = list[0];
	free(list);
	return rc;
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
	size_t n, rows = a->table->rows;
	struct label *all = NULL;
	int rc = -1;

	memset(out, 0, sizeof *out);
	out->of = calloc(rows + 1, sizeof *out->of);
	out->label = calloc(rows + 1, sizeof *out->label);
	out->order = calloc(rows + 1, sizeof *out->order);
	out->start = calloc(rows + 2, sizeof *out->start);
	all = calloc(rows + 1, sizeof *all);
	if (out->of == NULL || out->label == NULL || out->order == NULL || out->start == NULL || all == NULL) {
		err_nomem(e);
		goto done;
	}
	n = collect(a, column, out, all);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(all[i].text, all[i - 1].text) != 0)
			out->label[out->count++] = all[i].text;
	for (size_t i = 0; i < rows; i++)
		out->of[i] = out->count;
	for (size_t i = 0, g = 0; i < n; i++) {
		if (i > 0 && strcmp(all[i].text, all[i - 1].text) != 0)
			out->start[++g] = i;
		out->of[all[i].row] = g;
		out->order[i] = all[i].row;
	}
	out->start[out->count] = n;
	rc = order_levels(a, a->table->name[column], out, e);
done:
	free(all);
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

int analyse_labels(const struct analyse *a, json_t *out, struct err *e)
{
	long col = -1;

	if (analyse_given(a, "label")) {
		col = csv_table_column(a->table, analyse_text(a, "label"));
		if (col < 0)
			return no_column(a->table, analyse_text(a, "label"), "label", e);
	}
	for (size_t i = 0; i < a->table->rows; i++) {
		char number[24];

		snprintf(number, sizeof number, "%zu", i + 1);
		json_array_append_new(out, json_string(col < 0 ? number : csv_table_cell(a->table, i, (size_t)col)));
	}
	return 0;
}
