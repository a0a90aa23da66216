/* The drawing of a finished calculation: on the page, and as a file by itself. */
#include "web/workbench_parts.h"

#include "core/buf.h"
#include "core/text.h"
#include "web/chart.h"
#include "web/locale.h"
#include "web/view_analyses.h"
#include "web/view_workbench.h"

#include <math.h>
#include <string.h>

#define DRAWN_MOST  60 /* rows of a drawing */
#define POINTS_MOST 400
#define LABEL_MOST  44 /* characters of a label in a file */

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
	return workbench_is_table(result) ? result : NULL;
}

/* A row's label, also where the rows are the answers to another column. */
static const char *row_label(const struct showing *s, const json_t *table, size_t i)
{
	const char *behind, *code = json_string_value(json_array_get(json_object_get(table, "rows"), i));
	const char *label = code != NULL ? web_named(s->rq, json_object_get(s->down, code)) : "";

	return label[0] != '\0' ? label : workbench_row_name(s, code != NULL ? code : "", &behind);
}

static json_t *figure_at(const struct showing *s, const char *col, const json_t *v, bool share, int decimals)
{
	json_t *text;
	struct buf b;

	buf_init(&b, 256);
	if (json_is_number(v))
		workbench_figure(s, col, v, share, decimals, &b);
	text = json_stringn(b.p != NULL ? b.p : "", b.len);
	buf_free(&b);
	return text;
}

/* Rows of dots with whiskers; the figure stands beside each. */
static json_t *estimate_rows(const struct showing *s, const json_t *table, const json_t *chart, bool share)
{
	const char *name = text_of(chart, "value");
	size_t value = column_of(table, name), lo = column_of(table, text_of(chart, "lo"));
	size_t hi = column_of(table, text_of(chart, "hi")), i;
	int decimals = workbench_decimals(json_object_get(table, "values"), value);
	json_t *rows = json_array(), *line;

	json_array_foreach(json_object_get(table, "values"), i, line) {
		json_t *interval = json_null();

		if (i == DRAWN_MOST)
			break;
		if (lo != SIZE_MAX && hi != SIZE_MAX)
			interval = json_pack("[o, o]", number_at(line, lo), number_at(line, hi));
		json_array_append_new(rows,
		    json_pack("{s:s, s:o, s:o, s:n, s:n, s:o}", "label", row_label(s, table, i), "estimate",
			number_at(line, value), "interval", interval, "raw", "n", "figure",
			figure_at(s, name, value != SIZE_MAX ? json_array_get(line, value) : NULL, share, decimals)));
	}
	return rows;
}

/* The item whose answers are the columns of a table of counts; NULL: its columns have no order. */
static const struct instrument_item *item_across(const struct showing *s, const json_t *asked, const json_t *table)
{
	const char *code = text_of(json_object_get(asked, "options"), "column");
	const json_t *cols = json_object_get(table, "cols"), *one;
	const struct instrument_item *it;
	size_t at, i, j;
	double value;

	if (s->q == NULL)
		return NULL;
	if (code[0] == '\0')
		code = json_string_value(json_array_get(json_object_get(asked, "items"), 0));
	if (code == NULL)
		code = json_string_value(json_array_get(json_object_get(table, "rows"), 0));
	at = code != NULL ? instrument_item_index(s->q, code) : SIZE_MAX;
	it = at != SIZE_MAX ? s->q->items + at : NULL;
	if (it == NULL || !instrument_item_scaled(it) || it->point_count < 2 || it->point_count > CHART_POINTS)
		return NULL;
	json_array_foreach(cols, i, one) {
		for (j = 0; j < it->point_count; j++)
			if (text_number(json_string_value(one), &value) && it->points[j].value == value)
				break;
		if (j == it->point_count)
			return NULL;
	}
	return it;
}

/* Counts of all answers in their order, also of those that nobody gave. */
static json_t *counts_of(const struct instrument_item *it, const json_t *cols, const json_t *line)
{
	json_t *out = json_array();
	const json_t *col;
	double value;
	size_t j;

	for (size_t i = 0; i < it->point_count; i++) {
		json_t *n = NULL;

		json_array_foreach(cols, j, col)
			if (text_number(json_string_value(col), &value) && value == it->points[i].value)
				n = json_array_get(line, j);
		if (json_is_number(n))
			json_array_append(out, n);
		else
			json_array_append_new(out, json_integer(0));
	}
	return out;
}

static json_t *stack(const struct showing *s, const json_t *table, const struct instrument_item *it)
{
	json_t *rows = json_array(), *words = json_array(), *line, *scale;
	size_t i, n = it->point_count;

	json_array_foreach(json_object_get(table, "values"), i, line) {
		if (i == DRAWN_MOST)
			break;
		json_array_append_new(rows,
		    json_pack("{s:s, s:o}", "label", row_label(s, table, i), "distribution",
			counts_of(it, json_object_get(table, "cols"), line)));
	}
	for (i = 0; i < n; i++) {
		const char *label = web_named(s->rq, it->points[i].label);

		json_array_append_new(words,
		    label[0] != '\0' ? json_string(label) : json_sprintf("%.15g", it->points[i].value));
	}
	scale = chart_likert_fit(rows, n, words);
	json_object_set(scale, "low", json_array_get(words, 0));
	json_object_set(scale, "high", json_array_get(words, n - 1));
	if (n % 2 == 1)
		json_object_set(scale, "mid", json_array_get(words, n / 2));
	json_decref(words);
	return json_pack("{s:{s:o, s:o}}", "stack", "likert_scale", scale, "rows", rows);
}

static json_t *line_points(const json_t *table, const json_t *chart)
{
	size_t value = column_of(table, text_of(chart, "value")), lo = column_of(table, text_of(chart, "lo"));
	size_t hi = column_of(table, text_of(chart, "hi")), centre = column_of(table, text_of(chart, "centre")), i;
	json_t *points = json_array(), *line;

	json_array_foreach(json_object_get(table, "values"), i, line)
		if (i < POINTS_MOST)
			json_array_append_new(points,
			    json_pack("{s:O, s:o, s:o, s:o, s:o}", "label",
				json_array_get(json_object_get(table, "rows"), i), "value", number_at(line, value),
				"lo", number_at(line, lo), "hi", number_at(line, hi), "centre",
				number_at(line, centre)));
	return points;
}

/* How many rows are drawn where the table has more. */
static json_t *cut_at(const json_t *table, size_t most)
{
	return json_array_size(json_object_get(table, "values")) > most ? json_integer((json_int_t)most) : json_null();
}

json_t *workbench_drawing(const struct showing *s, const json_t *out)
{
	const json_t *chart = json_object_get(out, "chart");
	const json_t *table = at(json_object_get(out, "result"), text_of(chart, "table"));
	const char *kind = text_of(chart, "kind"), *value = text_of(chart, "value");
	const char *path = strrchr(text_of(chart, "table"), '/');
	const struct instrument_item *across;
	json_t *rows;

	if (table == NULL || json_array_size(json_object_get(table, "values")) == 0)
		return json_null();
	if (strcmp(kind, "estimates") == 0 || strcmp(kind, "bars") == 0) {
		bool share = workbench_is_share(s, path + 1, value);

		rows = estimate_rows(s, table, chart, share);
		return json_pack("{s:{s:o, s:o, s:b, s:s, s:o}}", "estimates", "group_scale",
		    chart_group_fit(rows, NAN, share), "rows", rows, "whiskers", text_of(chart, "lo")[0] != '\0',
		    "what", workbench_key(s, value), "cut", cut_at(table, DRAWN_MOST));
	}
	if (strcmp(kind, "lines") == 0)
		return json_pack("{s:{s:o, s:s, s:o}}", "lines", "points", line_points(table, chart), "what",
		    workbench_key(s, value), "cut", cut_at(table, POINTS_MOST));
	if (strcmp(kind, "stack") == 0 && (across = item_across(s, json_object_get(out, "asked"), table)) != NULL)
		return stack(s, table, across);
	return json_null(); /* a matrix is its shaded table */
}

/* ---- the drawing as a file ---- */

enum { TOP = 48, AXIS = 22, ROW = 28, LIKERT_AXIS = 54, LIKERT_ROW = 32, LINES = 220, END = 24 };

/* As many characters as the file has room for beside its rows. */
static const char *cut_label(struct web_request *rq, const char *label)
{
	size_t n = 0, chars = 0;

	while (label[n] != '\0' && chars < LABEL_MOST) {
		n++;
		while (((unsigned char)label[n] & 0xc0) == 0x80)
			n++;
		chars++;
	}
	return label[n] == '\0' ? label : arena_fmt(rq->arena, "%.*s…", (int)n, label);
}

/* Where each row stands; the height of the whole. */
static int place_rows(struct web_request *rq, json_t *rows, int top, int each)
{
	json_t *row;
	size_t i;
	int y = top;

	json_array_foreach(rows, i, row) {
		json_object_set_new(row, "y", json_integer(y));
		json_object_set_new(row, "text_y", json_integer(y + each / 2 + 4));
		json_object_set_new(row, "short", json_string(cut_label(rq, text_of(row, "label"))));
		y += each;
	}
	return y + END;
}

int workbench_chart_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	json_t *job = NULL, *model, *labels, *drawing, *part;
	const struct instrument *q = NULL;
	struct showing s;
	struct campaign c;
	size_t len;
	char *svg;
	int height = TOP + LINES + END, rc = -1;

	if (analysis_look(rq, web_param(rq, "analysis"), &job, e) < 0)
		return -1;
	if (campaign_get(rq->db, text_of(json_object_get(job, "asked"), "campaign"), rq->arena, &c, e) < 0 ||
	    instrument_shared(rq->db, c.instrument, &q, e) < 0) {
		json_decref(job);
		return -1;
	}
	labels = workbench_labels(rq, q);
	s = workbench_showing(rq, job, labels, q);
	drawing = workbench_drawing(&s, json_object_get(job, "result"));
	if ((part = json_object_get(drawing, "estimates")) != NULL)
		height = place_rows(rq, json_object_get(part, "rows"), TOP + AXIS, ROW);
	else if ((part = json_object_get(drawing, "stack")) != NULL)
		height = place_rows(rq, json_object_get(part, "rows"), TOP + LIKERT_AXIS, LIKERT_ROW);
	model = json_pack("{s:s, s:i, s:i, s:O}", "title", web_tr(rq, text_of(json_object_get(job, "result"), "title")),
	    "height", height, "top", TOP, "drawing", drawing);
	if (!json_is_object(drawing))
		err_set(e, ERR_ABSENT, NULL, "This calculation has no drawing.", NULL);
	else if (model == NULL)
		err_nomem(e);
	else if (web_render(rq, "workbench_chart", model, &svg, &len, e) == 0) {
		web_header_add(rq, rs, "Content-Disposition", "attachment; filename=\"elod.svg\"");
		rc = web_send(rq, rs, 200, "image/svg+xml", svg, len);
	}
	json_decref(model);
	json_decref(drawing);
	json_decref(labels);
	json_decref(job);
	return rc;
}
