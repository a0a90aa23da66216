#include "analysis/methods/method.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_(msgid) msgid /* a message that analyse_bad_cell() shows */

static int no_column(const struct frame *f, const char *name, const char *option, struct err *e)
{
	static const char more[] = ", …";
	char list[sizeof e->arg[0]] = "";
	size_t n = 0;

	/* whole names alone, with room left to say that there are more */
	for (size_t j = 0; j < f->cols; j++) {
		const char *before = j > 0 ? ", " : "", *next = f->column[j].name;
		size_t rest = j + 1 < f->cols ? sizeof more - 1 : 0;

		if (n + strlen(before) + strlen(next) + rest >= sizeof list) {
			snprintf(list + n, sizeof list - n, "%s", j > 0 ? more : "…");
			break;
		}
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", before, next);
	}
	return err_set(e, ERR_INPUT, option, "The file has no column {1} (--{2}). It has: {3}.", name, option, list,
	    (char *)NULL);
}

/* "a" or "a:c"; a column whose own name holds the colon comes first. */
static int add_columns(const struct frame *f, char *part, const char *option, size_t *column, size_t *n, struct err *e)
{
	size_t from = frame_find(f, part), to = from;
	char *colon = strchr(part, ':');

	if (from == SIZE_MAX && colon != NULL) {
		*colon = '\0';
		from = frame_find(f, part);
		to = frame_find(f, colon + 1);
		if (from != SIZE_MAX && to == SIZE_MAX)
			return no_column(f, colon + 1, option, e);
	}
	if (from == SIZE_MAX)
		return no_column(f, part, option, e);
	if (to < from)
		return err_set(e, ERR_INPUT, option, "In --{1}, column {2} stands after {3} in the file.", option, part,
		    colon + 1, (char *)NULL);
	for (; from <= to; from++) {
		for (size_t i = 0; i < *n; i++)
			if (column[i] == from)
				return err_set(e, ERR_INPUT, option, "--{1} names column {2} twice.", option,
				    f->column[from].name, (char *)NULL);
		column[(*n)++] = from;
	}
	return 0;
}

int analyse_columns(const struct frame *f, const char *list, const char *option, size_t **column, size_t *n,
    struct err *e)
{
	char *copy = strdup(list), *rest = copy, *part;
	int rc = 0;

	*n = 0;
	*column = calloc(f->cols + 1, sizeof **column);
	if (copy == NULL || *column == NULL)
		rc = err_nomem(e);
	while (rc == 0 && (part = strsep(&rest, ",")) != NULL)
		rc = add_columns(f, part, option, *column, n, e);
	free(copy);
	if (rc != 0) {
		free(*column);
		*column = NULL;
	}
	return rc;
}

int analyse_bad_cell(const struct analyse *a, size_t row, size_t column, const char *message, struct err *e)
{
	const char *name = a->frame->column[column].name, *text;
	char line[24], room[FRAME_TEXT_ROOM];

	if (a->frame->least > 0)
		return err_set(e, ERR_INPUT, name, "Column {1} holds something that this method cannot take.", name,
		    (char *)NULL);
	snprintf(line, sizeof line, "%lu", frame_line(a->frame, row));
	text = frame_text(a->frame, row, column, room);
	return err_set(e, ERR_INPUT, name, message, line, name, text != NULL ? text : "", (char *)NULL);
}

/* A cell as a number and a reason; an error where a text stands that is none. */
static int number(const struct analyse *a, size_t row, size_t column, double *x, unsigned char *why, struct err *e)
{
	enum an_why w = frame_number(a->frame, row, column, x);

	*why = (unsigned char)w;
	if (w == AN_UNREADABLE && frame_why(a->frame, row, column) == AN_PRESENT)
		return analyse_bad_cell(a, row, column,
		    N_("Line {1}, column {2}: \"{3}\" is not a number. If it stands for a missing value, "
		       "say so with --na."),
		    e);
	return 0;
}

static int load_cell(const struct analyse *a, size_t row, size_t item, bool reverse, struct err *e)
{
	size_t at = row * a->items.view.cols + item, column = a->items.column[item];
	double x = 0;

	if (number(a, row, column, &x, a->items.why + at, e) != 0)
		return -1;
	if (a->items.why[at] != AN_PRESENT)
		return 0;
	if ((a->has_min && x < a->min) || (a->has_max && x > a->max))
		return analyse_bad_cell(a, row, column, N_("Line {1}, column {2}: {3} lies outside --min to --max."),
		    e);
	a->items.data[at] = reverse ? a->min + a->max - x : x;
	return 0;
}

size_t analyse_rows(const struct analyse *a)
{
	return a->frame->rows;
}

const char *analyse_column_name(const struct analyse *a, size_t column)
{
	return a->frame->column[column].name;
}

bool analyse_column_is_number(const struct analyse *a, size_t column)
{
	return frame_is_number(a->frame, column);
}

int analyse_variable_load(const struct analyse *a, size_t column, struct analyse_variable *out, struct err *e)
{
	size_t rows = a->frame->rows;

	out->name = a->frame->column[column].name;
	out->data = AN_WORK_ARRAY(a->work, double, rows);
	out->why = AN_WORK_ARRAY(a->work, unsigned char, rows);
	if (out->data == NULL || out->why == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		if (number(a, i, column, out->data + i, out->why + i, e) != 0)
			return -1;
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
	if (analyse_columns(a->frame, analyse_text(a, "reverse"), "reverse", &column, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t j = 0; j < a->items.view.cols; j++)
			if (a->items.column[j] == column[i])
				found = reverse[j] = true;
		if (!found) {
			err_set(e, ERR_INPUT, "reverse", "Column {1} of --{2} is not among the items.",
			    a->frame->column[column[i]].name, "reverse", (char *)NULL);
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
		return analyse_columns(a->frame, analyse_text(a, "items"), "items", &a->items.column, k, e);
	a->items.column = calloc(a->frame->cols + 1, sizeof *a->items.column);
	if (a->items.column == NULL)
		return err_nomem(e);
	*k = 0;
	for (size_t j = 0; j < a->frame->cols; j++)
		if (strcmp(a->frame->column[j].name, by) != 0 && strcmp(a->frame->column[j].name, label) != 0)
			a->items.column[(*k)++] = j;
	return 0;
}

/* Whether the items can be read as bytes: all small whole numbers, and turned ones stay so. */
static bool all_codes(const struct analyse *a, size_t k, const bool *reverse)
{
	double sum = a->min + a->max;

	if (!a->method->codes || strcmp(analyse_text(a, "input"), "correlation") == 0)
		return false;
	for (size_t j = 0; j < k; j++)
		if (a->frame->column[a->items.column[j]].kind != FRAME_CODES ||
		    (reverse[j] && (sum != floor(sum) || a->min < 0 || sum >= AN_CODE_MISSING)))
			return false;
	return true;
}

/* Refuses an answer outside --min to --max by the row where it stands. */
static int check_codes(const struct analyse *a, size_t column, const double *count, struct err *e)
{
	const unsigned char *code = a->frame->column[column].code;

	for (unsigned v = 0; v < AN_CODE_MISSING; v++) {
		size_t row = 0;

		if (count[v] == 0 || !((a->has_min && v < a->min) || (a->has_max && v > a->max)))
			continue;
		while (code[row] != v)
			row++;
		return analyse_bad_cell(a, row, column, N_("Line {1}, column {2}: {3} lies outside --min to --max."),
		    e);
	}
	return 0;
}

static int load_codes(struct analyse *a, const bool *reverse, struct err *e)
{
	struct analyse_items *it = &a->items;
	size_t k = it->view.cols, rows = it->view.rows, sum = 0, turned = 0;

	for (size_t j = 0; j < k; j++)
		turned += reverse[j];
	if (turned > 0) /* all_codes() has seen that it is a small whole number; else it may be anything */
		sum = (size_t)(a->min + a->max);
	it->col = calloc(k + 1, sizeof *it->col);
	it->turned = malloc(turned * rows + 1);
	if (it->col == NULL || it->turned == NULL)
		return err_nomem(e);
	it->codes = (struct an_codes){ it->col, rows, k };
	it->by_code = true;
	turned = 0;
	for (size_t j = 0; j < k; j++) {
		const unsigned char *code = a->frame->column[it->column[j]].code;
		unsigned char *to = it->turned + turned * rows;
		struct an_missing missing;
		double count[AN_CODES];

		it->col[j] = code;
		an_codes_counts(it->codes, j, count);
		an_codes_missing(it->codes, j, &missing);
		for (int w = 0; w < AN_WHY_COUNT; w++)
			it->missing.by[w] += missing.by[w];
		if (check_codes(a, it->column[j], count, e) != 0)
			return -1;
		if (!reverse[j])
			continue;
		for (size_t i = 0; i < rows; i++)
			to[i] = code[i] < AN_CODE_MISSING ? (unsigned char)(sum - code[i]) : code[i];
		it->col[j] = to;
		turned++;
	}
	return 0;
}

static int load_numbers(struct analyse *a, const bool *reverse, struct err *e)
{
	struct analyse_items *it = &a->items;
	size_t rows = it->view.rows, k = it->view.cols;

	it->data = calloc(rows * k + 1, sizeof *it->data);
	it->why = calloc(rows * k + 1, 1);
	if (it->data == NULL || it->why == NULL)
		return err_nomem(e);
	it->view.data = it->data;
	it->view.why = it->why;
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < k; j++)
			if (load_cell(a, i, j, reverse[j], e) != 0)
				return -1;
	return analyse_status(an_view_check(it->view, &it->missing), "items", e);
}

int analyse_items_load(struct analyse *a, struct err *e)
{
	struct analyse_items *it = &a->items;
	bool *reverse = NULL;
	size_t k = 0;
	int rc = -1;

	if (choose(a, &k, e) != 0)
		return -1;
	it->name = calloc(k + 1, sizeof *it->name);
	reverse = calloc(k + 1, sizeof *reverse);
	if (it->name == NULL || reverse == NULL) {
		err_nomem(e);
		goto done;
	}
	it->view = (struct an_view){ NULL, NULL, a->frame->rows, k, k };
	for (size_t j = 0; j < k; j++)
		it->name[j] = a->frame->column[it->column[j]].name;
	if (reversed(a, reverse, e) == 0)
		rc = all_codes(a, k, reverse) ? load_codes(a, reverse, e) : load_numbers(a, reverse, e);
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
	free(items->col);
	free(items->turned);
	memset(items, 0, sizeof *items);
}

int analyse_one_item(const struct analyse *a, struct err *e)
{
	if (a->items.view.cols == 1)
		return 0;
	return err_set(e, ERR_INPUT, "items", "Here --{1} must name exactly one column.", "items", (char *)NULL);
}

int analyse_column_of(const struct analyse *a, const char *option, bool required, size_t *column, struct err *e)
{
	size_t *list = NULL, n = 0;
	int rc;

	*column = SIZE_MAX;
	if (!analyse_given(a, option))
		return required ? err_set(e, ERR_INPUT, option, "--{1} must name a column.", option, (char *)NULL) : 0;
	rc = analyse_columns(a->frame, analyse_text(a, option), option, &list, &n, e);
	if (rc == 0 && n != 1)
		rc = err_set(e, ERR_INPUT, option, "Here --{1} must name exactly one column.", option, (char *)NULL);
	if (rc == 0)
		*column = list[0];
	free(list);
	return rc;
}

int analyse_labels(const struct analyse *a, json_t *out, struct err *e)
{
	size_t column;

	if (analyse_column_of(a, "label", false, &column, e) != 0)
		return -1;
	for (size_t i = 0; i < a->frame->rows; i++) {
		char room[FRAME_TEXT_ROOM];
		const char *text;

		snprintf(room, sizeof room, "%zu", i + 1);
		text = column == SIZE_MAX ? room : frame_text(a->frame, i, column, room);
		json_array_append_new(out, json_string(text != NULL ? text : ""));
	}
	return 0;
}
