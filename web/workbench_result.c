/* A finished calculation as the workbench shows it: sentences, checks, a drawing, tables. */
#include "web/workbench_parts.h"

#include "web/view_workbench.h"

#include "web/locale.h"
#include "web/site.h"

#include "core/buf.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_MOST 128
#define WORDS_MOST 30 /* words of a list among the key figures */
#define IN_SIGHT   3  /* tables that stand open */

/* A text out of a buffer, which is freed. */
static json_t *taken(struct buf *b)
{
	json_t *s = json_stringn(b->p != NULL ? b->p : "", b->len);

	buf_free(b);
	return s != NULL ? s : json_string("");
}

/* ---- sentences ---- */

/* A group by its label, the columns of the campaign in words; items keep their codes, which the tables explain. */
static const char *named(const struct showing *s, const json_t *labels, const char *text)
{
	const json_t *group = json_object_get(labels != NULL ? labels : s->groups, text);

	if (group != NULL && web_named(s->rq, group)[0] != '\0')
		return web_named(s->rq, group);
	if (strcmp(text, "unit") == 0 || strcmp(text, "target") == 0)
		return workbench_key(s, text);
	return text;
}

static void place(const struct showing *s, const json_t *arg, const json_t *labels, struct buf *out)
{
	const json_t *v;

	if ((v = json_object_get(arg, "number")) != NULL)
		format_number(s->style, json_number_value(v), (int)json_integer_value(json_object_get(arg, "decimals")),
		    out);
	else if ((v = json_object_get(arg, "share")) != NULL)
		format_share(s->style, json_number_value(v), 0, out);
	else if ((v = json_object_get(arg, "p")) != NULL)
		workbench_p_value(s->style, json_number_value(v), out);
	else if ((v = json_object_get(arg, "count")) != NULL)
		format_number(s->style, json_number_value(v), 0, out);
	else
		buf_puts(out, named(s, labels, text_of(arg, "text")));
}

/* Where a table crosses two columns, the first name said is of a row and the second of a column. */
static const json_t *labels_for(const struct showing *s, const json_t *args, size_t at)
{
	const char *text = text_of(json_array_get(args, at), "text");
	const json_t *labels = s->down;

	for (size_t i = 0; i < at; i++)
		if (json_object_get(json_array_get(args, i), "text") != NULL)
			labels = s->across;
	return json_object_get(labels, text) != NULL ? labels : NULL;
}

static json_t *sentence(const struct showing *s, const json_t *one)
{
	const json_t *args = json_object_get(one, "args");
	const char *text;
	struct buf b;

	buf_init(&b, 8192);
	for (const char *p = web_tr(s->rq, text_of(one, "message")); *p != '\0'; p++) {
		size_t at = (size_t)(p[0] == '{' ? p[1] - '1' : 9);

		if (at < 9 && p[2] == '}') {
			place(s, json_array_get(args, at), labels_for(s, args, at), &b);
			p += 2;
		} else {
			buf_putc(&b, *p);
		}
	}
	text = workbench_plain(s->rq, s->method, b.failed || b.p == NULL ? "" : b.p);
	buf_free(&b);
	return json_string(text);
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

/* ---- key figures and tables ---- */

struct spreading {
	const struct showing *s;
	const char *absent;		 /* key figures that do not exist for these data, by name */
	const char *matrix;		 /* path of the table that is drawn as a matrix, or "" */
	json_t *facts, *groups, *tables; /* groups: figures of inner objects, [{label, facts, absent, quiet}] */
	json_t *items;			 /* {key: {item: figure}}: one table of all */
};

static json_t *list_text(const struct showing *s, const json_t *list)
{
	const json_t *one;
	struct buf b;
	size_t i;

	buf_init(&b, 8192);
	json_array_foreach(list, i, one) {
		if (i == WORDS_MOST) {
			buf_puts(&b, " …");
			break;
		}
		if (i > 0)
			buf_puts(&b, ", ");
		workbench_figure(s, "", one, false, -1, &b);
	}
	return taken(&b);
}

static json_t *interval_text(const struct showing *s, const json_t *lo, const json_t *hi, bool share, int decimals)
{
	struct buf b;

	if (!json_is_number(lo) || !json_is_number(hi))
		return json_string("");
	buf_init(&b, 256);
	workbench_figure(s, "", lo, share, decimals, &b);
	buf_addf(&b, " %s ", web_tr(s->rq, "to"));
	workbench_figure(s, "", hi, share, decimals, &b);
	return taken(&b);
}

static json_t *fact(const struct showing *s, const char *path, const char *key, const json_t *v, json_t *interval)
{
	bool share = workbench_is_share(s, path, key);
	const char *behind, *name = workbench_row_name(s, key, &behind);
	json_t *text;
	struct buf b;

	if (json_is_array(v)) {
		text = list_text(s, v);
	} else {
		buf_init(&b, 4096);
		workbench_figure(s, key, v, share, -1, &b);
		text = taken(&b);
	}
	/* a name that no table of labels knows is a key */
	return json_pack("{s:s, s:o, s:o, s:b}", "label", name == key ? workbench_key(s, key) : name, "value", text,
	    "interval", interval, "long", json_is_array(v));
}

static json_t *bare_interval(const struct showing *s, const char *lo_name, json_t *interval)
{
	size_t stem = strlen(lo_name) - 2;
	const char *label = web_tr(s->rq, "Interval");

	if (stem > 1)
		label = arena_fmt(s->rq->arena, "%s, %s", label,
		    workbench_key(s, arena_strndup(s->rq->arena, lo_name, stem - 1)));
	return json_pack("{s:s, s:o, s:s, s:b}", "label", label, "value", interval, "interval", "", "long", 0);
}

static bool ends_in_bound(const char *key)
{
	size_t n = strlen(key);

	return n >= 2 && (strcmp(key + n - 2, "lo") == 0 || strcmp(key + n - 2, "hi") == 0);
}

/* *absent: what does not exist for these data, by name.
 * The figures of one object, an interval's bounds with what they are the bounds of; a new reference. */
static json_t *facts_of(const struct showing *s, const json_t *o, const char *path, const char **absent)
{
	const char *name[FACTS_MOST], *key;
	size_t n = 0, belongs[FACTS_MOST], upper[FACTS_MOST];
	json_t *facts = json_array();
	const json_t *v;

	*absent = "";
	json_object_foreach((json_t *)(uintptr_t)o, key, v)
		if (json_is_null(v) && *absent != NULL && !ends_in_bound(key))
			*absent = arena_fmt(s->rq->arena, "%s%s%s", *absent, (*absent)[0] != '\0' ? ", " : "",
			    workbench_key(s, key));
		else if (!json_is_object(v) && !json_is_null(v) && !(json_is_array(v) && json_array_size(v) == 0) &&
		    n < FACTS_MOST)
			name[n++] = key;
	workbench_intervals(name, n, belongs, upper);
	for (size_t j = 0; j < n; j++) {
		bool share = workbench_is_share(s, path, name[j]);
		json_t *interval = NULL;

		if ((j > 0 && upper[j - 1] == j) || (upper[j] != SIZE_MAX && belongs[j] != SIZE_MAX))
			continue;
		for (size_t i = 0; i < n; i++)
			if (upper[i] != SIZE_MAX && (belongs[i] == j || (i == j && belongs[i] == SIZE_MAX)))
				interval = interval_text(s, json_object_get(o, name[i]),
				    json_object_get(o, name[upper[i]]), share, -1);
		if (interval != NULL && upper[j] != SIZE_MAX)
			json_array_append_new(facts, bare_interval(s, name[j], interval));
		else
			json_array_append_new(facts,
			    fact(s, path, name[j], json_object_get(o, name[j]),
				interval != NULL ? interval : json_string("")));
	}
	return facts;
}

/* Figures by item: a row each in the table of items. */
static bool is_by_item(const struct showing *s, const json_t *o)
{
	const char *key;
	const json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
		if (json_object_get(s->items, key) == NULL || json_is_object(v) || json_is_array(v))
			return false;
	return json_object_size(o) > 1;
}

static json_t *items_table(const struct showing *s, const json_t *columns)
{
	json_t *rows = json_array(), *cols = json_array(), *values = json_array(), *table, *o;
	const char *key, *item;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)columns, key, o) {
		json_array_append_new(cols, json_string(key));
		if (json_array_size(rows) == 0)
			json_object_foreach(o, item, v)
				json_array_append_new(rows, json_string(item));
	}
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *line = json_array();

		json_object_foreach((json_t *)(uintptr_t)columns, key, o) {
			v = json_object_get(o, json_string_value(json_array_get(rows, i)));
			json_array_append_new(line, v != NULL ? json_incref(v) : json_null());
		}
		json_array_append_new(values, line);
	}
	table = json_pack("{s:o, s:o, s:o}", "rows", rows, "cols", cols, "values", values);
	v = workbench_table(s, "", web_tr(s->rq, "By item"), table, false);
	json_decref(table);
	return v;
}

static bool quiet(const char *path)
{
	static const char *const paths[] = { "convergence", "rotation", "cov", "covariance", "n", "residuals",
		"outside", "kish" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return strncmp(path, "missing_by", strlen("missing_by")) == 0;
}

static void spread(struct spreading *p, const json_t *v, const char *path, const char *label)
{
	const struct showing *s = p->s;
	const char *key, *behind, *absent;
	json_t *one, *facts = facts_of(s, v, path, &absent);

	if (path[0] == '\0') {
		json_array_extend(p->facts, facts);
		p->absent = absent != NULL ? absent : "";
	} else if (json_array_size(facts) > 0) {
		json_array_append_new(p->groups,
		    json_pack("{s:s, s:O, s:s, s:b}", "label", label, "facts", facts, "absent",
			absent != NULL ? absent : "", "quiet", quiet(path)));
	}
	json_decref(facts);
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		const char *inner = path[0] == '\0' ? key : arena_fmt(s->rq->arena, "%s.%s", path, key);
		const char *name = workbench_row_name(s, key, &behind);

		if (!json_is_object(one) || inner == NULL)
			continue;
		name = name == key ? workbench_key(s, key) : name;
		if (label[0] != '\0')
			name = arena_fmt(s->rq->arena, "%s: %s", label, name);
		if (workbench_is_table(one)) {
			json_t *table = workbench_table(s, inner, name, one, strcmp(inner, p->matrix) == 0);

			json_object_set_new(table, "quiet", json_boolean(quiet(inner)));
			json_array_append_new(p->tables, table);
		} else if (path[0] == '\0' && !quiet(inner) && is_by_item(s, one)) {
			json_object_set(p->items, key, one);
		} else {
			spread(p, one, inner, name);
		}
	}
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

/* "by each of its columns" and how many: [{column, groups, responses}] with the column's own label. */
static json_t *left_out(const struct showing *s, const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one) {
		const char *column = text_of(one, "column"), *behind;

		json_array_append_new(out,
		    json_pack("{s:s, s:O, s:O}", "column", workbench_row_name(s, column, &behind), "groups",
			json_object_get(one, "groups"), "responses", json_object_get(one, "responses")));
	}
	return out;
}

static json_t *missing(const struct showing *s, const json_t *by_reason)
{
	static const char *const words[][2] = { { "skipped", N_("not answered") },
		{ "not_shown", N_("not asked by the form") }, { "not_applicable", N_("not applicable") },
		{ "unreadable", N_("not readable") }, { "not_submitted", N_("not handed in") },
		{ "excused", N_("excused") }, { "set_aside", N_("set aside so that nobody can be recognised") } };
	json_t *out = json_array(), *n;
	const char *reason;

	json_object_foreach((json_t *)(uintptr_t)by_reason, reason, n) {
		const char *said = workbench_key(s, reason);

		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strcmp(words[i][0], reason) == 0)
				said = web_tr(s->rq, words[i][1]);
		json_array_append_new(out, json_pack("{s:s, s:O}", "reason", said, "n", n));
	}
	return out;
}

static void move(json_t *from, size_t i, json_t *to)
{
	json_array_append(to, json_array_get(from, i));
	json_array_remove(from, i);
}

/* What is not looked at first goes behind a summary: all but the first tables, counts of missing answers. */
static json_t *set_aside(json_t *groups, json_t *tables)
{
	json_t *aside = json_pack("{s:[], s:[]}", "groups", "tables"), *to = json_object_get(aside, "tables");

	for (size_t i = IN_SIGHT; i < json_array_size(tables);)
		move(tables, i, to);
	for (size_t i = 0; i < json_array_size(tables);)
		if (json_is_true(json_object_get(json_array_get(tables, i), "quiet")))
			move(tables, i, to);
		else
			i++;
	to = json_object_get(aside, "groups");
	for (size_t i = 0; i < json_array_size(groups);)
		if (json_is_true(json_object_get(json_array_get(groups, i), "quiet")))
			move(groups, i, to);
		else
			i++;
	if (json_array_size(to) + json_array_size(json_object_get(aside, "tables")) > 0)
		return aside;
	json_decref(aside);
	return json_null();
}

static json_t *model_of(const struct showing *s, const json_t *out, const struct spreading *p)
{
	struct web_request *rq = s->rq;
	const char *rule = workbench_plain(rq, s->method, web_tr(rq, text_of(out, "missing_rule")));
	const char *api = arena_fmt(rq->arena, "/api/v1/analyses/%s", s->id);
	json_t *drawing = workbench_drawing(s, out), *aside = set_aside(p->groups, p->tables), *model;

	model = json_pack("{s:n, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "withheld", "title",
	    web_tr(rq, text_of(out, "title")), "sentences", sentences(s, json_object_get(out, "interpretation")),
	    "warnings", sentences(s, json_object_get(out, "warnings")), "checks",
	    checks(s, json_object_get(out, "assumptions")), "not_shown",
	    workbench_plain(rq, s->method, web_tr(rq, text_of(out, "not_shown"))), "facts", p->facts, "groups",
	    p->groups, "tables", p->tables, "aside", aside, "drawing", drawing);
	if (model == NULL)
		return NULL;
	json_object_set(model, "n_used", json_object_get(out, "n_used"));
	json_object_set(model, "n_rows", json_object_get(out, "n_rows"));
	json_object_set_new(model, "absent", json_string(p->absent));
	json_object_set_new(model, "missing", missing(s, json_object_get(out, "n_missing")));
	json_object_set_new(model, "left_out", left_out(s, json_object_get(out, "left_out")));
	json_object_set_new(model, "reference", json_string(workbench_plain(rq, s->method, text_of(out, "reference"))));
	json_object_set_new(model, "missing_rule", json_string(rule));
	json_object_set(model, "fingerprint", json_object_get(out, "fingerprint"));
	json_object_set(model, "r_code", json_object_get(out, "r_code"));
	json_object_set_new(model, "api", json_string(api != NULL ? api : ""));
	json_object_set_new(model, "chart",
	    json_is_object(drawing) && api != NULL ? json_sprintf("%s/chart", api) : json_null());
	return model;
}

json_t *workbench_result(struct web_request *rq, const json_t *job, const json_t *items, const struct instrument *q,
    struct err *e)
{
	const json_t *out = json_object_get(job, "result"), *withheld = json_object_get(out, "withheld");
	const json_t *chart = json_object_get(out, "chart");
	struct showing s = workbench_showing(rq, job, items, q);
	struct spreading p = { &s, "", "", NULL, NULL, NULL, NULL };
	json_t *model;

	if (json_is_object(withheld)) {
		model = json_pack("{s:s, s:b, s:O}", "withheld", withheld_text(&s, withheld), "few",
		    strcmp(text_of(withheld, "reason"), "below_k") == 0, "k", json_object_get(withheld, "k"));
	} else {
		p.facts = json_array();
		p.groups = json_array();
		p.tables = json_array();
		p.items = json_object();
		if (strcmp(text_of(chart, "kind"), "matrix") == 0)
			p.matrix = text_of(chart, "table") + strlen("/result/");
		spread(&p, json_object_get(out, "result"), "", "");
		if (json_object_size(p.items) > 0)
			json_array_insert_new(p.tables, 0, items_table(&s, p.items));
		json_decref(p.items);
		model = model_of(&s, out, &p);
	}
	if (model == NULL)
		err_nomem(e);
	return model;
}
