/* A finished calculation as the workbench shows it: sentences, checks, a drawing, tables. */
#include "web/view_workbench.h"

#include "web/chart.h"
#include "web/locale.h"
#include "web/site.h"

#include "core/buf.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST  200 /* of a table on the page; all are in its CSV */
#define DRAWN_MOST 60  /* rows of a drawing */
#define CELL_MOST  200

struct showing {
	struct web_request *rq;
	const struct format_style *style;
	const json_t *items, *groups; /* labels by code */
	const char *id;		      /* of the calculation */
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* A text out of a buffer, which is freed. */
static json_t *taken(struct buf *b)
{
	json_t *s = json_stringn(b->p != NULL ? b->p : "", b->len);

	buf_free(b);
	return s != NULL ? s : json_string("");
}

/* ---- sentences ---- */

static void p_value(const struct format_style *style, double p, struct buf *out)
{
	if (p < 0.001) {
		buf_puts(out, "< ");
		p = 0.001;
	}
	format_number(style, p, 3, out);
}

static void place(const struct showing *s, const json_t *arg, struct buf *out)
{
	const json_t *v;

	if ((v = json_object_get(arg, "number")) != NULL)
		format_number(s->style, json_number_value(v), (int)json_integer_value(json_object_get(arg, "decimals")),
		    out);
	else if ((v = json_object_get(arg, "share")) != NULL)
		format_share(s->style, json_number_value(v), 0, out);
	else if ((v = json_object_get(arg, "p")) != NULL)
		p_value(s->style, json_number_value(v), out);
	else if ((v = json_object_get(arg, "count")) != NULL)
		format_number(s->style, json_number_value(v), 0, out);
	else
		buf_puts(out, text_of(arg, "text"));
}

static json_t *sentence(const struct showing *s, const json_t *one)
{
	const json_t *args = json_object_get(one, "args");
	struct buf b;

	buf_init(&b, 8192);
	for (const char *p = web_tr(s->rq, text_of(one, "message")); *p != '\0'; p++) {
		if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
			place(s, json_array_get(args, (size_t)(p[1] - '1')), &b);
			p += 2;
		} else {
			buf_putc(&b, *p);
		}
	}
	return taken(&b);
}

static json_t *sentences(const struct showing *s, const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		json_array_append_new(out, sentence(s, one));
	return out;
}

static json_t *checks(const struct showing *s, const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one) {
		const json_t *holds = json_object_get(one, "holds");

		json_array_append_new(out,
		    json_pack("{s:o, s:b, s:b}", "text", sentence(s, one), "holds", json_is_true(holds), "fails",
			json_is_false(holds)));
	}
	return out;
}

/* ---- words for keys ---- */

static const char *const words[][2] = {
	{ "n", N_("n") },
	{ "mean", N_("Mean") },
	{ "sd", N_("Standard deviation") },
	{ "se", N_("Standard error") },
	{ "median", N_("Median") },
	{ "min", N_("Lowest") },
	{ "max", N_("Highest") },
	{ "range", N_("Range") },
	{ "lo", N_("Interval from") },
	{ "hi", N_("Interval to") },
	{ "p", N_("p-value") },
	{ "p_adjusted", N_("p-value, corrected for many comparisons") },
	{ "p_holm", N_("p-value, Holm") },
	{ "df", N_("Degrees of freedom") },
	{ "t", N_("t") },
	{ "f", N_("F") },
	{ "r", N_("Correlation") },
	{ "statistic", N_("Test statistic") },
	{ "estimate", N_("Estimate") },
	{ "difference", N_("Difference") },
	{ "share", N_("Share") },
	{ "hits", N_("How many") },
	{ "count", N_("Count") },
	{ "counts", N_("Counts") },
	{ "shares", N_("Shares") },
	{ "rank", N_("Rank") },
	{ "items", N_("Items") },
	{ "groups", N_("Groups") },
	{ "total", N_("In all") },
	{ "alpha", N_("Alpha") },
	{ "if_dropped", N_("Without this item") },
	{ "loadings", N_("Loadings") },
	{ "communality", N_("Communality") },
	{ "variance", N_("Variance") },
	{ "coefficients", N_("Coefficients") },
	{ "convergence", N_("Fit") },
	{ "eigenvalues", N_("Eigenvalues") },
	{ "pairs", N_("Pairs") },
	{ "effect", N_("Effect") },
	{ "shrunken", N_("Estimate, shrunken toward the whole") },
	{ "difficulty", N_("Difficulty") },
	{ "discrimination", N_("Discrimination") },
};

/* The word for a key in the reader's language, else the key with blanks for its underscores. */
static const char *word(const struct showing *s, const char *key)
{
	char *plain;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], key) == 0)
			return web_tr(s->rq, words[i][1]);
	plain = arena_strdup(s->rq->arena, key);
	for (char *p = plain; p != NULL && *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	return plain != NULL ? plain : key;
}

/* A row's name: the group's or the item's label, with its code where it is an item. */
static const char *row_name(const struct showing *s, const char *code, const char **behind)
{
	const json_t *group = json_object_get(s->groups, code);
	const char *item = json_string_value(json_object_get(s->items, code)), *label;

	*behind = "";
	label = group != NULL ? web_named(s->rq, group) : item;
	if (label == NULL || label[0] == '\0')
		return code;
	*behind = group == NULL ? code : "";
	return label;
}

/* ---- figures ---- */

static bool is_p(const char *col)
{
	return strcmp(col, "p") == 0 || strncmp(col, "p_", 2) == 0;
}

static json_t *cell(const struct showing *s, const char *col, const json_t *v)
{
	double x = json_number_value(v);
	struct buf b;

	buf_init(&b, CELL_MOST);
	if (json_is_string(v))
		buf_puts(&b, json_string_value(v));
	else if (json_is_boolean(v))
		buf_puts(&b, web_tr(s->rq, json_is_true(v) ? N_("yes") : N_("no")));
	else if (!json_is_number(v))
		buf_puts(&b, "–");
	else if (is_p(col))
		p_value(s->style, x, &b);
	else if (json_is_integer(v) || (x == floor(x) && fabs(x) < 1e9))
		format_number(s->style, x, 0, &b);
	else if (x != 0 && fabs(x) < 0.0005)
		buf_addf(&b, "%.2e", x);
	else
		format_number(s->style, x, fabs(x) < 10 ? 3 : fabs(x) < 1000 ? 2 : 1, &b);
	return taken(&b);
}

static bool is_table(const json_t *v)
{
	return json_is_array(json_object_get(v, "rows")) && json_is_array(json_object_get(v, "cols")) &&
	    json_is_array(json_object_get(v, "values"));
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

/* Whether every name is that of a group: "1" may be a unit's code in the rows and an answer in the columns. */
static bool all_groups(const struct showing *s, const json_t *names)
{
	const json_t *one;
	size_t i;

	json_array_foreach(names, i, one)
		if (json_object_get(s->groups, json_string_value(one)) == NULL)
			return false;
	return json_array_size(names) > 0;
}

static const char *column_name(const struct showing *s, const json_t *table, const char *col)
{
	const char *behind;

	if (json_object_get(s->items, col) != NULL)
		return col;
	if (!all_groups(s, json_object_get(table, "rows")) && all_groups(s, json_object_get(table, "cols")))
		return row_name(s, col, &behind);
	return word(s, col);
}

static json_t *row_json(const struct showing *s, const json_t *table, size_t i, bool shaded)
{
	const json_t *cols = json_object_get(table, "cols"), *v;
	const char *behind, *code = json_string_value(json_array_get(json_object_get(table, "rows"), i));
	const char *name = row_name(s, code != NULL ? code : "", &behind);
	json_t *cells = json_array();
	size_t j;

	json_array_foreach(json_array_get(json_object_get(table, "values"), i), j, v) {
		const char *col = json_string_value(json_array_get(cols, j));

		json_array_append_new(cells,
		    json_pack("{s:o, s:s, s:s}", "text", cell(s, col, v), "label", column_name(s, table, col), "shade",
			shaded ? shade(s, v) : ""));
	}
	return json_pack("{s:s, s:s, s:o}", "name", name, "code", behind, "cells", cells);
}

/* Stays a grid on narrow screens too, since a row of it alone says little. */
static bool is_matrix(const json_t *table)
{
	const json_t *rows = json_object_get(table, "rows"), *cols = json_object_get(table, "cols");

	return json_array_size(cols) > 13 || json_equal((json_t *)(uintptr_t)rows, (json_t *)(uintptr_t)cols);
}

static void add_table(const struct showing *s, json_t *tables, const char *path, const char *label, const json_t *table,
    bool shaded)
{
	json_t *cols = json_array(), *rows = json_array(), *one;
	size_t n = json_array_size(json_object_get(table, "values")), j;

	json_array_foreach(json_object_get(table, "cols"), j, one)
		json_array_append_new(cols, json_string(column_name(s, table, json_string_value(one))));
	for (size_t i = 0; i < n && i < ROWS_MOST; i++)
		json_array_append_new(rows, row_json(s, table, i, shaded));
	json_array_append_new(tables,
	    json_pack("{s:s, s:o, s:o, s:s, s:I, s:b, s:b}", "label", label, "cols", cols, "rows", rows, "href",
		arena_fmt(s->rq->arena, "/api/v1/analyses/%s/tables/%s", s->id, path), "more",
		(json_int_t)(n > ROWS_MOST ? n - ROWS_MOST : 0), "cut", n > ROWS_MOST, "matrix", is_matrix(table)));
}

/* Single figures to facts, tables to tables; objects of figures are tables of one column. */
static void spread(const struct showing *s, const json_t *v, const char *path, const char *label, const char *matrix,
    json_t *facts, json_t *tables)
{
	const char *key;
	json_t *one;

	if (is_table(v)) {
		add_table(s, tables, path, label, v, strcmp(path, matrix) == 0);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		const char *inner = path[0] == '\0' ? key : arena_fmt(s->rq->arena, "%s.%s", path, key), *behind;
		const char *name = word(s, row_name(s, key, &behind));

		if (json_is_object(one))
			spread(s, one, inner, name, matrix, facts, tables);
		else if (!json_is_array(one))
			json_array_append_new(facts,
			    json_pack("{s:s, s:s, s:o}", "label", name, "of", label, "value", cell(s, key, one)));
	}
}

/* ---- the drawing ---- */

static size_t column_of(const json_t *table, const char *name)
{
	const json_t *cols = json_object_get(table, "cols"), *one;
	size_t j;

	json_array_foreach(cols, j, one)
		if (name != NULL && strcmp(json_string_value(one), name) == 0)
			return j;
	return SIZE_MAX;
}

static json_t *number_at(const json_t *line, size_t col)
{
	json_t *v = col != SIZE_MAX ? json_array_get(line, col) : NULL;

	return json_is_number(v) ? json_incref(v) : json_null();
}

/* "/result/a/b" below the result. */
static const json_t *at(const json_t *result, const char *pointer)
{
	char part[64];

	pointer += strncmp(pointer, "/result", 7) == 0 ? 7 : 0;
	while (result != NULL && *pointer == '/') {
		size_t n = strcspn(++pointer, "/");

		if (n >= sizeof part)
			return NULL;
		memcpy(part, pointer, n);
		part[n] = '\0';
		result = json_object_get(result, part);
		pointer += n;
	}
	return is_table(result) ? result : NULL;
}

static json_t *estimate_rows(const struct showing *s, const json_t *table, const json_t *chart)
{
	size_t value = column_of(table, text_of(chart, "value")), lo = column_of(table, text_of(chart, "lo"));
	size_t hi = column_of(table, text_of(chart, "hi")), i;
	json_t *rows = json_array(), *line;

	json_array_foreach(json_object_get(table, "values"), i, line) {
		const char *behind, *code = json_string_value(json_array_get(json_object_get(table, "rows"), i));
		json_t *interval = json_null();

		if (i == DRAWN_MOST)
			break;
		if (lo != SIZE_MAX && hi != SIZE_MAX)
			interval = json_pack("[o, o]", number_at(line, lo), number_at(line, hi));
		json_array_append_new(rows,
		    json_pack("{s:s, s:o, s:o, s:n, s:n}", "label", row_name(s, code != NULL ? code : "", &behind),
			"estimate", number_at(line, value), "interval", interval, "raw", "n"));
	}
	return rows;
}

static json_t *stack_rows(const struct showing *s, const json_t *table)
{
	json_t *rows = json_array(), *line;
	size_t i;

	json_array_foreach(json_object_get(table, "values"), i, line) {
		const char *behind, *code = json_string_value(json_array_get(json_object_get(table, "rows"), i));

		if (i == DRAWN_MOST)
			break;
		json_array_append_new(rows,
		    json_pack("{s:s, s:O}", "label", row_name(s, code != NULL ? code : "", &behind), "distribution",
			line));
	}
	return rows;
}

static json_t *line_points(const json_t *table, const json_t *chart)
{
	size_t value = column_of(table, text_of(chart, "value")), lo = column_of(table, text_of(chart, "lo"));
	size_t hi = column_of(table, text_of(chart, "hi")), centre = column_of(table, text_of(chart, "centre")), i;
	json_t *points = json_array(), *line;

	json_array_foreach(json_object_get(table, "values"), i, line)
		if (i < 400)
			json_array_append_new(points,
			    json_pack("{s:O, s:o, s:o, s:o, s:o}", "label",
				json_array_get(json_object_get(table, "rows"), i), "value", number_at(line, value),
				"lo", number_at(line, lo), "hi", number_at(line, hi), "centre",
				number_at(line, centre)));
	return points;
}

static json_t *drawing(const struct showing *s, const json_t *out, const json_t *chart)
{
	const json_t *table = at(json_object_get(out, "result"), text_of(chart, "table"));
	const char *kind = text_of(chart, "kind");
	json_t *rows;
	size_t points;

	if (table == NULL)
		return json_null();
	if (strcmp(kind, "estimates") == 0 || strcmp(kind, "bars") == 0) {
		rows = estimate_rows(s, table, chart);
		return json_pack("{s:{s:o, s:o}, s:s}", "estimates", "group_scale", chart_group_fit(rows, NAN, false),
		    "rows", rows, "what", word(s, text_of(chart, "value")));
	}
	if (strcmp(kind, "lines") == 0)
		return json_pack("{s:{s:o}, s:s}", "lines", "points", line_points(table, chart), "what",
		    word(s, text_of(chart, "value")));
	points = json_array_size(json_object_get(table, "cols"));
	if (strcmp(kind, "stack") == 0 && points >= 2 && points <= CHART_POINTS) {
		rows = stack_rows(s, table);
		return json_pack("{s:{s:o, s:o}, s:s}", "stack", "likert_scale", chart_likert_fit(rows, points, NULL),
		    "rows", rows, "what", "");
	}
	return json_null(); /* a matrix is its shaded table */
}

/* ---- the whole ---- */

static const char *withheld_text(const struct showing *s, const json_t *w)
{
	const char *reason = text_of(w, "reason");

	if (strcmp(reason, "aggregate") == 0)
		return web_tr(s->rq, "The source gives counts and means only; there are no responses to compute with.");
	if (strcmp(reason, "no_responses") == 0)
		return web_tr(s->rq, "There are no released responses yet.");
	if (strcmp(reason, "complement") == 0)
		return web_tr(s->rq,
		    "Not shown: from these figures and others that are shown, those of a few people could be "
		    "computed.");
	return web_tr(s->rq, "Not shown: fewer people answered than may be reported.");
}

static json_t *left_out(const struct showing *s, const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		json_array_append_new(out,
		    json_pack("{s:O, s:O}", "groups", json_object_get(one, "groups"), "responses",
			json_object_get(one, "responses")));
	(void)s;
	return out;
}

static json_t *missing(const struct showing *s, const json_t *by_reason)
{
	json_t *out = json_array(), *n;
	const char *reason;

	json_object_foreach((json_t *)(uintptr_t)by_reason, reason, n)
		json_array_append_new(out, json_pack("{s:s, s:O}", "reason", word(s, reason), "n", n));
	return out;
}

json_t *workbench_result(struct web_request *rq, const json_t *job, const json_t *items, struct err *e)
{
	const json_t *out = json_object_get(job, "result"), *withheld = json_object_get(out, "withheld");
	const json_t *chart = json_object_get(out, "chart");
	struct showing s = { rq, &web_words(rq)->style, items, json_object_get(out, "labels"), text_of(job, "id") };
	json_t *facts = json_array(), *tables = json_array(), *model;
	const char *matrix = "";

	if (strcmp(text_of(chart, "kind"), "matrix") == 0)
		matrix = text_of(chart, "table") + strlen("/result/");
	if (json_is_object(withheld)) {
		json_decref(facts);
		json_decref(tables);
		model = json_pack("{s:s}", "withheld", withheld_text(&s, withheld));
		return model != NULL ? model : (err_nomem(e), NULL);
	}
	spread(&s, json_object_get(out, "result"), "", "", matrix, facts, tables);
	model = json_pack("{s:n, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:O, s:O, s:o, s:o, s:O, s:s, s:O, s:O, s:s}",
	    "withheld", "title", web_tr(rq, text_of(out, "title")), "sentences",
	    sentences(&s, json_object_get(out, "interpretation")), "warnings",
	    sentences(&s, json_object_get(out, "warnings")), "checks", checks(&s, json_object_get(out, "assumptions")),
	    "not_shown", web_tr(rq, text_of(out, "not_shown")), "facts", facts, "tables", tables, "drawing",
	    drawing(&s, out, chart), "n_used", json_object_get(out, "n_used"), "n_rows", json_object_get(out, "n_rows"),
	    "missing", missing(&s, json_object_get(out, "n_missing")), "left_out",
	    left_out(&s, json_object_get(out, "left_out")), "reference", json_object_get(out, "reference"),
	    "missing_rule", web_tr(rq, text_of(out, "missing_rule")), "fingerprint",
	    json_object_get(out, "fingerprint"), "r_code", json_object_get(out, "r_code"), "api",
	    arena_fmt(rq->arena, "/api/v1/analyses/%s", text_of(job, "id")));
	if (model == NULL)
		err_nomem(e);
	return model;
}
