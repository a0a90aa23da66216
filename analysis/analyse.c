#include "analysis/analyse.h"
#include "analysis/methods/method.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORK_MOST ((size_t)2 << 30)

static const struct analyse_method *const methods[] = {
#define METHOD(name) &analyse_##name,
#include "analysis/methods/list.h"
#undef METHOD
};
#define METHODS (sizeof methods / sizeof *methods)

static const struct analyse_method *find(const char *name)
{
	for (size_t i = 0; i < METHODS; i++)
		if (strcmp(methods[i]->name, name) == 0)
			return methods[i];
	return NULL;
}

bool analyse_known(const char *method)
{
	return find(method) != NULL;
}

static const struct analyse_option *option_of(const char *method, const char *name)
{
	const struct analyse_method *m = find(method);

	for (int i = 0; m != NULL && i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++)
		if (strcmp(m->options[i].name, name) == 0)
			return m->options + i;
	return NULL;
}

bool analyse_has_option(const char *method, const char *option)
{
	return option_of(method, option) != NULL;
}

enum analyse_columns_use analyse_option_columns(const char *method, const char *option)
{
	const struct analyse_option *o = option_of(method, option);

	if (o == NULL || (o->type != OPT_COLUMN && o->type != OPT_COLUMNS))
		return COLUMNS_NONE;
	return o->use == USE_GROUP ? COLUMNS_GROUP : o->use == USE_TABLE ? COLUMNS_TABLE : COLUMNS_NUMBER;
}

bool analyse_counts_values(const char *method)
{
	const struct analyse_method *m = find(method);

	return m != NULL && m->counts_values;
}

static bool file_alone(const struct analyse_option *o)
{
	return o->use == USE_FILE || o->use == USE_PEOPLE || o->type == OPT_FILE;
}

bool analyse_option_mentions_columns(const char *method, const char *option)
{
	const struct analyse_option *o = option_of(method, option);

	return o != NULL && o->names;
}

static json_t *list_option(const struct analyse_option *o)
{
	json_t *one =
	    json_pack("{s:s, s:s, s:s}", "name", o->name, "type", analyse_type_name(o->type), "help", o->help);

	json_object_set_new(one, "default", o->standard[0] != '\0' ? json_string(o->standard) : json_null());
	if (o->choices != NULL)
		json_object_set_new(one, "choices", json_string(o->choices));
	if (o->use == USE_PEOPLE)
		json_object_set_new(one, "people", json_true());
	if (file_alone(o))
		json_object_set_new(one, "file_alone", json_true());
	if (o->use == USE_GROUP || o->use == USE_TABLE)
		json_object_set_new(one, "use", json_string(o->use == USE_GROUP ? "group" : "table"));
	return one;
}

static json_t *list_options(const struct analyse_method *m)
{
	json_t *out = json_array();

	for (int i = 0; i < ANALYSE_OPTIONS_MOST && m->options[i].name != NULL; i++)
		json_array_append_new(out, list_option(m->options + i));
	for (int i = 0; i < ANALYSE_COMMON; i++) {
		json_t *one = list_option(analyse_common + i);

		json_object_set_new(one, "common", json_true());
		json_array_append_new(out, one);
	}
	return out;
}

static json_t *list_chart(const struct analyse_chart *c)
{
	static const char *const kinds[] = {
		[CHART_NONE] = "none",
		[CHART_ESTIMATES] = "estimates",
		[CHART_BARS] = "bars",
		[CHART_STACK] = "stack",
		[CHART_MATRIX] = "matrix",
		[CHART_LINES] = "lines",
	};

	if (c->kind == CHART_NONE)
		return json_null();
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "kind", kinds[c->kind], "table", c->table, "value",
	    c->value, "lo", c->lo, "hi", c->hi, "centre", c->centre);
}

static const char *family_name(enum analyse_family f)
{
	static const char *const names[] = {
		[FAMILY_DESCRIBE] = "describe",
		[FAMILY_SCALE] = "scale",
		[FAMILY_FACTOR] = "factor",
		[FAMILY_TEST] = "test",
		[FAMILY_COMPARE] = "compare",
		[FAMILY_TABLE] = "table",
		[FAMILY_ASSOCIATION] = "association",
		[FAMILY_REGRESSION] = "regression",
		[FAMILY_AGREEMENT] = "agreement",
		[FAMILY_TREND] = "trend",
		[FAMILY_WEIGHT] = "weight",
		[FAMILY_RESAMPLE] = "resample",
	};

	return names[f];
}

json_t *analyse_list(void)
{
	json_t *out = json_array();

	for (size_t i = 0; i < METHODS; i++) {
		const struct analyse_method *m = methods[i];
		json_t *keys = json_array();

		for (size_t k = 0; m->output[k] != NULL; k++)
			json_array_append_new(keys, json_string(m->output[k]));
		json_array_append_new(out,
		    json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s, s:s?, s:b, s:o, s:o, s:o}", "name", m->name, "title",
			m->title, "family", family_name(m->family), "summary", m->summary, "reference", m->reference,
			"missing_rule", m->missing_rule, "not_shown", m->not_shown, "file_alone", m->file_alone,
			"chart", list_chart(&m->chart), "options", list_options(m), "output", keys));
	}
	return out;
}

/* Edits between two short words (Levenshtein 1966). */
static size_t edits(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= 63)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = corner + (a[i] != b[j]), least = row[j] < row[j + 1] ? row[j] : row[j + 1];

			corner = row[j + 1];
			row[j + 1] = least + 1 < change ? least + 1 : change;
		}
	}
	return row[n];
}

static int no_method(const char *name, struct err *e)
{
	const struct analyse_method *near = methods[0];

	for (size_t i = 1; i < METHODS; i++)
		if (edits(name, methods[i]->name) < edits(name, near->name))
			near = methods[i];
	return err_set(e, ERR_INPUT, name, "There is no method {1}; did you mean {2}? elod analyse --list has all.",
	    name, near->name, (char *)NULL);
}

static json_t *envelope(const struct analyse *a, json_t *result)
{
	const struct analyse_method *m = a->method;

	return json_pack("{s:s, s:s?, s:s, s:o, s:s, s:o, s:o, s:o, s:O, s:O, s:O, s:O, s:s?, s:o, s:o}", "method",
	    m->name, "title", m->title, "reference", m->reference, "options", analyse_options_json(a), "missing_rule",
	    m->missing_rule, "n_rows", analyse_count(analyse_rows(a)), "n_used", analyse_count(a->used), "n_missing",
	    analyse_missing(&a->missing), "result", result, "warnings", a->warnings, "interpretation", a->says,
	    "assumptions", a->checks, "not_shown", m->not_shown, "chart", list_chart(&m->chart), "r_code",
	    analyse_r_code(a));
}

/* The method, and the options checked. */
static int prepare_call(const struct analyse_call *call, struct analyse *a, struct err *e)
{
	a->method = find(call->method);
	if (a->method == NULL)
		return no_method(call->method, e);
	return analyse_options_read(a, call->args, call->n, e);
}

json_t *analyse_run(const struct analyse_call *call, struct frame *f, struct err *e)
{
	struct analyse a = { .frame = f };
	json_t *result = NULL, *out = NULL;

	if (prepare_call(call, &a, e) != 0)
		return NULL;
	a.work = an_work_new(WORK_MOST);
	result = json_object();
	a.says = json_array();
	a.checks = json_array();
	a.warnings = json_array();
	if (a.work == NULL || result == NULL || a.says == NULL || a.checks == NULL || a.warnings == NULL) {
		err_nomem(e);
		goto done;
	}
	an_work_watch(a.work, call->watch, call->watch_arg);
	if (analyse_prepare(&a, e) != 0)
		goto done;
	if (f->rows == 0) {
		err_set(e, ERR_INPUT, "", "There is a header and no rows.", (char *)NULL);
		goto done;
	}
	if (analyse_has_option(call->method, "items") && analyse_items_load(&a, e) != 0)
		goto done;
	a.missing = a.items.missing;
	if (a.method->run(&a, result, e) != 0)
		goto done;
	/* a part that was left out because nobody waits any more must not look like one that does not exist */
	if (an_work_stopped(a.work)) {
		analyse_status(AN_ESTOPPED, "", e);
		goto done;
	}
	out = envelope(&a, result);
	if (out == NULL)
		err_nomem(e);
done:
	json_decref(result);
	json_decref(a.says);
	json_decref(a.checks);
	json_decref(a.warnings);
	analyse_items_free(&a.items);
	an_work_free(a.work);
	return out;
}

json_t *analyse_file(const struct analyse_call *call, const char *path, struct err_list *bad, struct err *e)
{
	struct analyse a = { 0 };
	struct frame f = { 0 };
	json_t *out;

	/* options first: a large file is not read for a misspelt word */
	if (prepare_call(call, &a, e) != 0 || frame_read_csv_file(path, a.na, &f, bad, e) != 0)
		return NULL;
	out = analyse_run(call, &f, e);
	frame_free(&f);
	return out;
}

int analyse_check_stored(const struct analyse_call *call, struct err *e)
{
	struct analyse a = { 0 };

	if (prepare_call(call, &a, e) != 0)
		return -1;
	if (a.method->file_alone)
		return err_set(e, ERR_INPUT, "/method",
		    "{1} works over a file of one's own alone: stored responses are persons, not points or counts.",
		    a.method->name, (char *)NULL);
	for (int i = 0; i < ANALYSE_COMMON; i++)
		if (a.common[i] != NULL)
			return err_set(e, ERR_INPUT, analyse_common[i].name,
			    "--{1} chooses rows or makes columns, which is done over a file of one's own alone.",
			    analyse_common[i].name, (char *)NULL);
	for (int i = 0; i < ANALYSE_OPTIONS_MOST && a.method->options[i].name != NULL; i++) {
		const struct analyse_option *o = a.method->options + i;

		if (strcmp(a.value[i], o->standard) == 0)
			continue;
		if (o->use == USE_PEOPLE)
			return err_set(e, ERR_INPUT, o->name,
			    "--{1} lists single persons, which is not done over stored responses.", o->name,
			    (char *)NULL);
		if (o->use == USE_FILE)
			return err_set(e, ERR_INPUT, o->name,
			    "--{1} is for a file of one's own: no answer weighs, names or counts other answers.",
			    o->name, (char *)NULL);
		if (o->type == OPT_FILE)
			return err_set(e, ERR_INPUT, o->name, "--{1} names a file; there is none here.", o->name,
			    (char *)NULL);
	}
	return 0;
}
