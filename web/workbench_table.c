/* Figures of a result as they are read: decimals by the column, an interval beside its estimate. */
#include "web/workbench_parts.h"

#include "core/buf.h"
#include "web/locale.h"
#include "web/site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 200 /* of a table on the page; all are in its CSV */
#define COLS_MOST 200
#define GRID_COLS 9 /* more columns than these stay a grid on narrow screens */
#define CELL_MOST 400

struct showing workbench_showing(struct web_request *rq, const json_t *job, const json_t *items,
    const struct instrument *q)
{
	const json_t *out = json_object_get(job, "result"), *levels = json_object_get(out, "levels");
	const json_t *asked = json_object_get(out, "asked"), *options = json_object_get(asked, "options");
	const char *column = text_of(options, "column"), *item;

	/* one item's answers by group, or several items that have the same */
	item = json_string_value(json_array_get(json_object_get(asked, "items"), 0));
	if (column[0] == '\0' && strcmp(text_of(out, "method"), "distribution") == 0)
		column = item != NULL ? item : "";
	return (struct showing){ .rq = rq,
		.style = &web_words(rq)->style,
		.items = items,
		.groups = json_object_get(out, "labels"),
		.down = json_object_get(levels, text_of(options, "row")),
		.across = json_object_get(levels, column),
		.q = q,
		.id = text_of(job, "id"),
		.method = text_of(out, "method") };
}

json_t *workbench_labels(struct web_request *rq, const struct instrument *q)
{
	json_t *labels = json_object();

	for (size_t i = 0; i < q->item_count; i++)
		json_object_set_new(labels, q->items[i].code, json_string(web_named(rq, q->items[i].label)));
	return labels;
}

const char *workbench_key(const struct showing *s, const char *key)
{
	const char *known = workbench_word(key);
	char *plain;

	if (known != NULL)
		return web_tr(s->rq, known);
	plain = arena_strdup(s->rq->arena, key);
	for (char *p = plain; p != NULL && *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return plain != NULL ? plain : key;
}

/* "2-1" of two groups, or NULL. */
static const char *pair_name(const struct showing *s, const char *code)
{
	for (const char *cut = strchr(code, '-'); cut != NULL; cut = strchr(cut + 1, '-')) {
		const char *first = arena_strndup(s->rq->arena, code, (size_t)(cut - code));
		const json_t *one = first != NULL ? json_object_get(s->groups, first) : NULL;
		const json_t *other = json_object_get(s->groups, cut + 1);

		if (one != NULL && other != NULL)
			return arena_fmt(s->rq->arena, "%s – %s", web_named(s->rq, one), web_named(s->rq, other));
	}
	return NULL;
}

const char *workbench_row_name(const struct showing *s, const char *code, const char **behind)
{
	const json_t *group = json_object_get(s->groups, code);
	const char *item = json_string_value(json_object_get(s->items, code)), *label;

	*behind = "";
	label = group != NULL ? web_named(s->rq, group) : item;
	if (label == NULL || label[0] == '\0')
		label = pair_name(s, code);
	else
		*behind = group == NULL ? code : "";
	if (label != NULL)
		return label;
	/* "t" may be a level as well as a statistic */
	label = strlen(code) > 2 ? workbench_word(code) : NULL;
	return label != NULL ? web_tr(s->rq, label) : code;
}

bool workbench_is_table(const json_t *v)
{
	return json_is_array(json_object_get(v, "rows")) && json_is_array(json_object_get(v, "cols")) &&
	    json_is_array(json_object_get(v, "values"));
}

/* ---- what kind of figure a column holds ---- */

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static bool is_p(const struct showing *s, const char *col)
{
	/* quantiles have the share below in their column p */
	if (strcmp(col, "p") == 0)
		return strstr(s->method, "quantile") == NULL;
	return (strncmp(col, "p_", 2) == 0 && strcmp(col, "p_se") != 0) || ends_with(col, "_p");
}

bool workbench_is_share(const struct showing *s, const char *path, const char *col)
{
	static const char *const names[] = { "share", "missing_share", "promoters", "passives", "detractors",
		"accuracy", "pvaf" };

	if (ends_with(path, "shares"))
		return strcmp(col, "n") != 0 && strcmp(col, "hits") != 0 && strcmp(col, "needed") != 0 &&
		    strcmp(col, "deff") != 0 && strcmp(col, "se") != 0 && strcmp(col, "total") != 0 &&
		    strcmp(col, "total_se") != 0 && !is_p(s, col);
	if (strncmp(path, "intervals.", 10) == 0 &&
	    (strcmp(s->method, "top_share") == 0 || strcmp(s->method, "proportion") == 0))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], col) == 0)
			return true;
	return ends_with(col, "_share") || strncmp(col, "share_", 6) == 0;
}

void workbench_p_value(const struct format_style *style, double p, struct buf *out)
{
	if (p < 0.001) {
		buf_puts(out, "< ");
		p = 0.001;
	}
	format_number(style, p, 3, out);
}

static bool whole(const json_t *v)
{
	double x = json_number_value(v);

	return json_is_integer(v) || (json_is_number(v) && x == floor(x) && fabs(x) < 1e15);
}

/* Decimals for a column whose greatest figure is this. */
static int decimals_for(double most)
{
	if (most >= 1000)
		return most >= 10000 ? 0 : 1;
	if (most >= 2)
		return 2;
	if (most >= 0.01 || most == 0)
		return 3;
	return (int)fmin(ceil(-log10(most)) + 2, 5);
}

/* 1.2e-9 as 1.2 · 10⁻⁹ */
static void tiny(const struct format_style *style, double x, struct buf *out)
{
	static const char *const raised[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
	int power = (int)floor(log10(fabs(x)));

	format_number(style, x / pow(10, power), 1, out);
	buf_puts(out, " · 10⁻");
	for (int unit = -power >= 100 ? 100 : -power >= 10 ? 10 : 1; unit > 0; unit /= 10)
		buf_puts(out, raised[-power / unit % 10]);
}

void workbench_figure(const struct showing *s, const char *col, const json_t *v, bool share, int decimals,
    struct buf *out)
{
	double x = json_number_value(v);

	if (json_is_string(v)) {
		const char *behind, *name = workbench_row_name(s, json_string_value(v), &behind);

		/* codes of items are known by the table's own rows */
		buf_puts(out, behind[0] != '\0' ? json_string_value(v) : name);
	} else if (json_is_boolean(v)) {
		buf_puts(out, web_tr(s->rq, json_is_true(v) ? "yes" : "no"));
	} else if (!json_is_number(v)) {
		buf_puts(out, "–");
	} else if (is_p(s, col)) {
		workbench_p_value(s->style, x, out);
	} else if (share) {
		format_share(s->style, x, 1, out);
	} else if (decimals < 0 && whole(v)) {
		format_number(s->style, x, 0, out);
	} else {
		if (decimals < 0)
			decimals = decimals_for(fabs(x));
		if (x != 0 && fabs(x) < 0.5 * pow(10, -decimals) && fabs(x) < 1e-4)
			tiny(s->style, x, out);
		else if (x != 0 && fabs(x) < 0.5 * pow(10, -decimals))
			format_number(s->style, x, (int)ceil(-log10(fabs(x))) + 1, out);
		else
			format_number(s->style, x, decimals, out);
	}
}

/* ---- intervals ---- */

static bool beside_estimates(const char *col)
{
	static const char *const names[] = { "se", "sd", "n", "n1", "n2", "z", "t", "f", "df", "df1", "df2", "p",
		"hits", "statistic", "at", "first", "second", "op", "lhs", "rhs", "of", "type", "g2", "sigma" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], col) == 0)
			return true;
	return strncmp(col, "p_", 2) == 0 || ends_with(col, "_p") || ends_with(col, "_se");
}

/* The column that an interval of columns belongs to: "odds" of "odds_lo" is "odds_ratio". */
static size_t owner_of(const char *const *names, size_t lo)
{
	size_t stem = strcmp(names[lo], "lo") == 0 ? 0 : strlen(names[lo]) - 3;

	for (size_t j = lo; stem > 0 && j-- > 0;)
		if (strncmp(names[j], names[lo], stem) == 0 && (names[j][stem] == '\0' || names[j][stem] == '_') &&
		    !ends_with(names[j], "_se") && !ends_with(names[j], "_p") && !ends_with(names[j], "_hi"))
			return j;
	if (stem > 0)
		return SIZE_MAX;
	for (size_t j = lo; j-- > 0;)
		if (!beside_estimates(names[j]))
			return j;
	return SIZE_MAX;
}

void workbench_intervals(const char *const *names, size_t n, size_t *of, size_t *upper)
{
	for (size_t j = 0; j < n; j++)
		of[j] = upper[j] = SIZE_MAX;
	for (size_t j = 0; j + 1 < n; j++) {
		size_t len = strlen(names[j]);

		if (!(strcmp(names[j], "lo") == 0 || ends_with(names[j], "_lo")) || len != strlen(names[j + 1]) ||
		    strncmp(names[j], names[j + 1], len - 2) != 0 || !ends_with(names[j + 1], "hi"))
			continue;
		upper[j] = j + 1;
		of[j] = owner_of(names, j);
		/* one interval each: a second one stands by itself */
		for (size_t i = 0; i < j; i++)
			if (upper[i] != SIZE_MAX && of[i] == of[j])
				of[j] = SIZE_MAX;
	}
}

/* ---- a table ---- */

struct sheet {
	const struct showing *s;
	const json_t *table;
	const char *path, *name[COLS_MOST];
	size_t cols, of[COLS_MOST], upper[COLS_MOST], lower[COLS_MOST]; /* lower: where the interval of j begins */
	int decimals[COLS_MOST];
	bool share[COLS_MOST], text[COLS_MOST], hidden[COLS_MOST], shaded, lacks;
};

static const json_t *values_of(const struct sheet *t)
{
	return json_object_get(t->table, "values");
}

/* Whether every name is known to these labels. */
static bool all_known(const json_t *labels, const json_t *names)
{
	const json_t *one;
	size_t i;

	json_array_foreach(names, i, one)
		if (json_object_get(labels, json_string_value(one)) == NULL)
			return false;
	return json_array_size(names) > 0;
}

/* "5 Very good": an answer with its number; a target or unit by its label alone. */
static const char *level_name(const struct showing *s, const json_t *labels, const char *code)
{
	const char *label = web_named(s->rq, json_object_get(labels, code)), *out = label;
	bool number = code[strspn(code, "-.0123456789")] == '\0';

	if (label[0] == '\0')
		return code;
	if (number && strcmp(label, code) != 0 && strstr(label, code) == NULL)
		out = arena_fmt(s->rq->arena, "%s %s", code, label);
	return out != NULL ? out : label;
}

/* "1" may be a unit's code in the rows and an answer in the columns. */
static bool all_groups(const struct showing *s, const json_t *names)
{
	return all_known(s->groups, names);
}

int workbench_decimals(const json_t *values, size_t column)
{
	bool all_whole = true, any = false;
	const json_t *line, *v;
	double most = 0;
	size_t i;

	json_array_foreach(values, i, line) {
		v = json_array_get(line, column);
		if (!json_is_number(v))
			continue;
		any = true;
		all_whole = all_whole && whole(v);
		most = fmax(most, fabs(json_number_value(v)));
	}
	return any && all_whole ? 0 : decimals_for(most);
}

static void measure(struct sheet *t, size_t j)
{
	const json_t *line, *v;
	size_t i;

	json_array_foreach(values_of(t), i, line) {
		v = json_array_get(line, j);
		t->text[j] = t->text[j] || json_is_string(v) || json_is_boolean(v);
		t->lacks = t->lacks || json_is_null(v);
	}
	t->decimals[j] = workbench_decimals(values_of(t), j);
	t->share[j] = workbench_is_share(t->s, t->path, t->name[j]);
}

static void lay_out(struct sheet *t)
{
	for (size_t j = 0; j < t->cols; j++) {
		t->name[j] = json_string_value(json_array_get(json_object_get(t->table, "cols"), j));
		measure(t, j);
		t->lower[j] = SIZE_MAX;
	}
	workbench_intervals(t->name, t->cols, t->of, t->upper);
	for (size_t j = 0; j < t->cols; j++) {
		size_t of = t->of[j];

		if (t->upper[j] == SIZE_MAX)
			continue;
		t->hidden[t->upper[j]] = true;
		if (of == SIZE_MAX) {
			t->lower[j] = j;
			t->decimals[j] =
			    t->decimals[j] > t->decimals[t->upper[j]] ? t->decimals[j] : t->decimals[t->upper[j]];
			continue;
		}
		t->hidden[j] = true;
		t->lower[of] = j;
		t->share[j] = t->share[of];
		/* bounds are as exact as what they are the bounds of; ranks stay whole */
		if (t->decimals[j] == 0 && t->decimals[t->upper[j]] == 0)
			continue;
		if (t->decimals[of] == 0 && !t->share[of])
			t->decimals[of] = t->decimals[j];
		t->decimals[j] = t->decimals[of];
	}
}

static const char *column_name(const struct sheet *t, size_t j)
{
	const json_t *rows = json_object_get(t->table, "rows"), *cols = json_object_get(t->table, "cols");
	const char *col = t->name[j], *behind;

	if (t->upper[j] != SIZE_MAX && t->of[j] == SIZE_MAX) {
		size_t stem = strlen(col) - 2;

		/* an interval by itself: "wald_lo" is the interval "wald" */
		return stem == 0 ? web_tr(t->s->rq, "Interval")
				 : arena_fmt(t->s->rq->arena, "%s, %s", web_tr(t->s->rq, "Interval"),
				       workbench_key(t->s, arena_strndup(t->s->rq->arena, col, stem - 1)));
	}
	if (json_object_get(t->s->items, col) != NULL)
		return col;
	if (all_known(t->s->across, cols))
		return level_name(t->s, t->s->across, col);
	if (!all_groups(t->s, rows) && all_groups(t->s, cols))
		return workbench_row_name(t->s, col, &behind);
	return workbench_key(t->s, col);
}

/* The shade of a correlation: c1 to c5 by size, with "neg" where it is below 0. */
static const char *shade(const struct showing *s, const json_t *v)
{
	double x = json_number_value(v), size = fabs(x);
	int step = size < 0.1 ? 1 : size < 0.3 ? 2 : size < 0.5 ? 3 : size < 0.7 ? 4 : 5;

	if (!json_is_number(v) || size > 1 + 1e-9)
		return "";
	return arena_fmt(s->rq->arena, "c%d%s", step, x < 0 ? " neg" : "");
}

static json_t *text_json(struct buf *b)
{
	json_t *text = json_stringn(b->p != NULL ? b->p : "", b->len);

	buf_free(b);
	return text != NULL ? text : json_string("");
}

static json_t *bounds(const struct sheet *t, const json_t *line, size_t lower)
{
	const json_t *lo = json_array_get(line, lower), *hi = json_array_get(line, t->upper[lower]);
	struct buf b;

	if (!json_is_number(lo) && !json_is_number(hi))
		return json_string("");
	buf_init(&b, CELL_MOST);
	workbench_figure(t->s, "", lo, t->share[lower], t->decimals[lower], &b);
	buf_puts(&b, " ");
	buf_puts(&b, web_tr(t->s->rq, "to"));
	buf_puts(&b, " ");
	workbench_figure(t->s, "", hi, t->share[lower], t->decimals[lower], &b);
	return text_json(&b);
}

static json_t *cell_json(const struct sheet *t, const json_t *line, size_t j)
{
	const json_t *v = json_array_get(line, j);
	bool alone = t->lower[j] == j;
	struct buf b;

	buf_init(&b, CELL_MOST);
	if (!alone)
		workbench_figure(t->s, t->name[j], v, t->share[j], t->decimals[j], &b);
	return json_pack("{s:o, s:s, s:s, s:o, s:b, s:b}", "text", alone ? bounds(t, line, j) : text_json(&b), "label",
	    column_name(t, j), "shade", t->shaded ? shade(t->s, v) : "", "interval",
	    !alone && t->lower[j] != SIZE_MAX ? bounds(t, line, t->lower[j]) : json_string(""), "words", t->text[j],
	    "figure", !t->text[j]);
}

static json_t *row_json(const struct sheet *t, size_t i)
{
	const char *behind, *code = json_string_value(json_array_get(json_object_get(t->table, "rows"), i));
	const char *name = workbench_row_name(t->s, code != NULL ? code : "", &behind);
	bool crossed = all_known(t->s->down, json_object_get(t->table, "rows"));
	const json_t *line = json_array_get(values_of(t), i);
	json_t *cells = json_array();

	if (crossed)
		name = level_name(t->s, t->s->down, code);
	for (size_t j = 0; j < t->cols; j++)
		if (!t->hidden[j])
			json_array_append_new(cells, cell_json(t, line, j));
	return json_pack("{s:s, s:s, s:o}", "name", name, "code", crossed ? "" : behind, "cells", cells);
}

/* Stays a grid on narrow screens too, since a row of it alone says little. */
static bool is_matrix(const struct sheet *t, size_t shown)
{
	const json_t *rows = json_object_get(t->table, "rows"), *cols = json_object_get(t->table, "cols");

	return t->shaded || shown > GRID_COLS || json_equal((json_t *)(uintptr_t)rows, (json_t *)(uintptr_t)cols);
}

json_t *workbench_table(const struct showing *s, const char *path, const char *label, const json_t *table, bool shaded)
{
	struct sheet t = { .s = s, .table = table, .path = path, .shaded = shaded };
	json_t *cols = json_array(), *rows = json_array();
	size_t n = json_array_size(json_object_get(table, "values")), all;

	all = json_array_size(json_object_get(table, "cols"));
	t.cols = all < COLS_MOST ? all : COLS_MOST;
	lay_out(&t);
	for (size_t j = 0; j < t.cols; j++)
		if (!t.hidden[j])
			json_array_append_new(cols,
			    json_pack("{s:s, s:b}", "name", column_name(&t, j), "figure", !t.text[j]));
	for (size_t i = 0; i < n && i < ROWS_MOST; i++)
		json_array_append_new(rows, row_json(&t, i));
	return json_pack("{s:s, s:o, s:o, s:s, s:I, s:b, s:b, s:b, s:b}", "label", label, "cols", cols, "rows", rows,
	    "href", path[0] == '\0' ? "" : arena_fmt(s->rq->arena, "/api/v1/analyses/%s/tables/%s", s->id, path),
	    "more", (json_int_t)(n > ROWS_MOST ? n - ROWS_MOST : 0), "cut", n > ROWS_MOST, "matrix",
	    is_matrix(&t, json_array_size(cols)), "empty", n == 0, "lacks", t.lacks && n > 0);
}
