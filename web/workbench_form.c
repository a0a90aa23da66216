/* What can be chosen on the workbench: campaign, method, items, groups, and whose answers. */
#include "web/workbench_parts.h"

#include "analysis/analyse.h"
#include "analysis/campaign_list.h"
#include "surveys/label.h"
#include "surveys/target.h"
#include "web/locale.h"
#include "web/view.h"
#include "web/view_campaigns.h"

#include <stdio.h>
#include <string.h>

#define CAMPAIGNS_MOST 200
#define UNITS_MOST     500
#define TARGETS_LISTED 200 /* of more, only those of a link are known by name */
#define ONLY_POINTS    12  /* answers of a question that may filter */
#define SHORT_LABEL    70  /* characters in a list that opens */

json_t *workbench_choice(const char *value, const char *label, bool selected)
{
	return json_pack("{s:s, s:s, s:b}", "value", value, "label", label, "selected", selected);
}

static bool chosen(const struct bench *b, const char *field, const char *value)
{
	const char *given = web_input(b->rq, field);

	return given != NULL && strcmp(given, value) == 0;
}

int workbench_set_campaigns(struct bench *b, json_t *model, struct err *e)
{
	struct list_query query = { .sort = "opens", .descending = true, .limit = CAMPAIGNS_MOST };
	json_t *list, *one, *out = json_array();
	size_t i;

	if (campaigns_json(b->rq->db, campaign_reader(b->rq), &query, NULL, b->rq->arena, &list, e) < 0) {
		json_decref(out);
		return -1;
	}
	json_array_foreach(json_object_get(list, "items"), i, one) {
		const char *code = text_of(one, "code");

		if (json_integer_value(json_object_get(one, "released")) > 0)
			json_array_append_new(out,
			    workbench_choice(code, web_named(b->rq, json_object_get(one, "title")),
				b->has_campaign && strcmp(code, b->c.code) == 0));
	}
	json_decref(list);
	return json_object_set_new(model, "campaigns", out) == 0 ? 0 : err_nomem(e);
}

static const char *family_label(const char *family)
{
	static const char *const names[][2] = { { "describe", N_("Describe") }, { "scale", N_("Scales") },
		{ "factor", N_("Factors") }, { "test", N_("Tests and items") }, { "compare", N_("Compare groups") },
		{ "table", N_("Tables") }, { "association", N_("Association") }, { "regression", N_("Regression") },
		{ "agreement", N_("Agreement") }, { "trend", N_("Trend and control") },
		{ "weight", N_("Survey weights") }, { "resample", N_("Resampling") } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], family) == 0)
			return names[i][1];
	return family;
}

static json_t *methods_of(json_t *families, const char *family)
{
	json_t *one, *list;
	size_t i;

	json_array_foreach(families, i, one)
		if (strcmp(text_of(one, "label"), family) == 0)
			return json_object_get(one, "methods");
	list = json_array();
	json_array_append_new(families, json_pack("{s:s, s:o}", "label", family, "methods", list));
	return list;
}

int workbench_set_methods(struct bench *b, json_t *model)
{
	json_t *families = json_array(), *others = json_array(), *m;
	size_t i;

	json_array_foreach(b->methods, i, m) {
		const char *title = web_tr(b->rq, text_of(m, "title")), *why = workbench_elsewhere(b, m);
		json_t *one = workbench_choice(text_of(m, "name"), title, chosen(b, "method", text_of(m, "name")));

		if (chosen(b, "method", text_of(m, "name")))
			b->method = m;
		json_object_set_new(one, "summary", json_string(web_tr(b->rq, text_of(m, "summary"))));
		if (why == NULL || b->method == m)
			json_array_append(methods_of(families, web_tr(b->rq, family_label(text_of(m, "family")))), one);
		if (why != NULL)
			json_array_append_new(others,
			    json_pack("{s:s, s:s}", "title", title, "why", web_tr(b->rq, why)));
		json_decref(one);
	}
	return json_object_set_new(model, "families", families) | json_object_set_new(model, "others", others);
}

/* ---- columns ---- */

/* "Q1 What is asked ...", cut where a character ends. */
static const char *short_label(const struct bench *b, const char *code, const char *label)
{
	size_t n = 0, chars = 0;

	while (label[n] != '\0' && chars < SHORT_LABEL) {
		n++;
		while (((unsigned char)label[n] & 0xc0) == 0x80)
			n++;
		chars++;
	}
	if (label[n] == '\0')
		return arena_fmt(b->rq->arena, "%s  %s", code, label);
	return arena_fmt(b->rq->arena, "%s  %.*s…", code, (int)n, label);
}

static const char *kind_of(const struct instrument_item *it)
{
	return it->type == ITEM_NUMBER ? "number" : it->nominal ? "nominal" : "scaled";
}

/* All that can be computed with, and the labels of all items by code. */
static int set_columns(struct bench *b, json_t *model)
{
	const char *about = web_tr(b->rq, "What the answers are about"), *units = web_tr(b->rq, "Units");

	b->columns = json_array();
	for (size_t i = 0; i < b->q->item_count; i++) {
		const struct instrument_item *it = b->q->items + i;
		const char *label = web_named(b->rq, it->label);

		if (it->type != ITEM_TEXT)
			json_array_append_new(b->columns,
			    json_pack("{s:s, s:s, s:s, s:s, s:b}", "value", it->code, "label", label, "short",
				short_label(b, it->code, label), "kind", kind_of(it), "parts",
				it->type == ITEM_SINGLE));
	}
	if (b->c.targets > 1 && b->c.unit_word[0] != '\0')
		json_array_append_new(b->columns,
		    json_pack("{s:s, s:s, s:s, s:s, s:b}", "value", "unit", "label", units, "short", units, "kind",
			"unit", "parts", true));
	if (b->c.targets > 1)
		json_array_append_new(b->columns,
		    json_pack("{s:s, s:s, s:s, s:s, s:b}", "value", "target", "label", about, "short", about, "kind",
			"target", "parts", true));
	return json_object_set_new(model, "labels", workbench_labels(b->rq, b->q));
}

/* A column whose levels part responses. */
static const char *nth(const struct bench *b, bool (*is)(const char *kind), bool last)
{
	const char *found = "";
	const json_t *c;
	size_t i;

	json_array_foreach(b->columns, i, c)
		if (json_is_true(json_object_get(c, "parts")) && is(text_of(c, "kind")) && (found[0] == '\0' || last))
			found = text_of(c, "value");
	return found;
}

static bool is_kind_of_groups(const char *kind)
{
	return strcmp(kind, "nominal") == 0 || strcmp(kind, "unit") == 0 || strcmp(kind, "target") == 0;
}

static bool is_scaled(const char *kind)
{
	return strcmp(kind, "scaled") == 0;
}

/* ---- what is computed when nothing is chosen ---- */

enum { ONE = 1, PAIR = 2, GROUPED = 4, TWO_GROUPS = 8, EITHER = 16 };

/* How many items a method takes, and whether it needs groups. */
static int needs(const char *method)
{
	static const struct {
		const char *method;
		int needs;
	} table[] = { { "ancova", ONE | GROUPED }, { "anova", EITHER }, { "anova2", ONE }, { "bland_altman", PAIR },
		{ "bootstrap", ONE }, { "dif", GROUPED }, { "dunn", EITHER }, { "dunnett", EITHER },
		{ "effect_size", TWO_GROUPS }, { "gain", PAIR }, { "games_howell", EITHER },
		{ "group_describe", GROUPED }, { "homogeneity", EITHER }, { "icc", ONE | GROUPED },
		{ "jackknife", ONE }, { "kruskal", EITHER }, { "ks_test", TWO_GROUPS }, { "mann_whitney", TWO_GROUPS },
		{ "mixed", GROUPED }, { "pairwise", EITHER }, { "permutation", EITHER },
		{ "random_intercept", ONE | GROUPED }, { "rwg", GROUPED }, { "sign_test", PAIR },
		{ "t_test", TWO_GROUPS }, { "tukey", EITHER }, { "variance_test", TWO_GROUPS }, { "wilcoxon", PAIR } };

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].method, method) == 0)
			return table[i].needs;
	return 0;
}

const char *workbench_standard_group(const struct bench *b)
{
	int n = needs(text_of(b->method, "name"));
	const char *group = nth(b, is_kind_of_groups, false);

	if (n & GROUPED)
		return group[0] != '\0' ? group : nth(b, is_scaled, true);
	return n & EITHER ? group : "";
}

const char *workbench_standard_items(const struct bench *b)
{
	int n = needs(text_of(b->method, "name"));
	bool grouped = (n & EITHER) && workbench_standard_group(b)[0] != '\0';
	size_t most = n & ONE || grouped ? 1 : n & (PAIR | TWO_GROUPS) ? 2 : 200, taken = 0;
	const struct instrument_item *first = NULL;
	const char *list = "";

	for (size_t i = 0; i < b->q->item_count && taken < most && list != NULL; i++) {
		const struct instrument_item *it = b->q->items + i;

		if (!instrument_item_scaled(it) && !(it->type == ITEM_NUMBER && first == NULL))
			continue;
		/* answers that can be set beside each other, of one question where there are many */
		if (first != NULL &&
		    (it->min != first->min || it->max != first->max || it->question != first->question))
			continue;
		first = first != NULL ? first : it;
		list = arena_fmt(b->rq->arena, "%s%s%s", list, taken > 0 ? "," : "", it->code);
		taken++;
	}
	return list != NULL ? list : "";
}

/* ---- lists ---- */

static bool in_list(const char *list, const char *code)
{
	size_t len = strlen(code);

	for (const char *p = list; (p = strstr(p, code)) != NULL; p += len)
		if ((p == list || p[-1] == ',') && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

/* Items as ticked, else the standard ones; one item is a list that opens. */
static int set_items(struct bench *b, json_t *model)
{
	const json_t *given = json_object_get(b->rq->input, "items"), *c;
	bool one = (needs(text_of(b->method, "name")) & ONE) && strcmp(text_of(b->method, "name"), "bootstrap") != 0 &&
	    strcmp(text_of(b->method, "name"), "jackknife") != 0;
	bool names = strcmp(text_of(b->method, "name"), "distribution") == 0;
	bool scale = !one && web_input(b->rq, "scale") != NULL;
	json_t *items = json_array(), *code;
	const char *list = "";
	size_t i;

	json_array_foreach(given, i, code)
		list = arena_fmt(b->rq->arena, "%s%s%s", list, i > 0 ? "," : "", json_string_value(code));
	if (given == NULL && !scale && !b->asked)
		list = workbench_standard_items(b);
	json_array_foreach(b->columns, i, c) {
		const char *kind = text_of(c, "kind"), *value = text_of(c, "value");

		if (strcmp(kind, "scaled") == 0 || strcmp(kind, names ? "nominal" : "number") == 0)
			json_array_append_new(items,
			    workbench_choice(value, text_of(c, one ? "short" : "label"), in_list(list, value)));
	}
	return json_object_set_new(model, "items",
	    json_pack("{s:o, s:b, s:b}", "choices", items, "one", one, "many", !one));
}

static int set_groups(struct bench *b, json_t *model)
{
	const char *method = text_of(b->method, "name"), *given = web_input(b->rq, "group"), *value;
	json_t *whole = json_array(), *answers = json_array(), *c;
	bool must = needs(method) & GROUPED;
	size_t i;

	value = given != NULL ? given : b->asked ? "" : workbench_standard_group(b);
	if (!must)
		json_array_append_new(whole, workbench_choice("", web_tr(b->rq, "none"), value[0] == '\0'));
	json_array_foreach(b->columns, i, c) {
		const char *kind = text_of(c, "kind"), *code = text_of(c, "value");
		bool about = strcmp(kind, "unit") == 0 || strcmp(kind, "target") == 0;

		if (json_is_true(json_object_get(c, "parts")))
			json_array_append_new(about ? whole : answers,
			    workbench_choice(code, text_of(c, "short"), strcmp(code, value) == 0));
	}
	return json_object_set_new(model, "groups", json_pack("{s:o, s:o}", "whole", whole, "answers", answers));
}

static int set_scales(struct bench *b, json_t *model)
{
	json_t *scales = json_array();

	for (size_t i = 0; i < b->q->scale_count; i++)
		json_array_append_new(scales,
		    workbench_choice(b->q->scales[i].code, web_named(b->rq, b->q->scales[i].title),
			chosen(b, "scale", b->q->scales[i].code)));
	return json_object_set_new(model, "scales", scales);
}

static json_t *stored_choice(const struct bench *b, const char *field, const char *code, const char *label)
{
	json_t *text = label_parse(label),
	       *one = workbench_choice(code, web_named(b->rq, text), chosen(b, field, code));

	json_decref(text);
	return one;
}

/* Units and targets; a lecturer's own alone. */
static int set_about(struct bench *b, json_t *model, struct err *e)
{
	const char *own = b->rq->who->roles & ROLE_QUALITY_OFFICE ? NULL : b->rq->who->id;
	json_t *units = json_array(), *targets = json_array(), *seen = json_object();
	struct target *t;
	size_t n, shown = 0;
	int rc = target_all(b->rq->db, b->c.id, b->rq->arena, &t, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (own != NULL && strcmp(t[i].account, own) != 0)
			continue;
		if (shown++ <= TARGETS_LISTED || chosen(b, "target", t[i].code))
			json_array_append_new(targets, stored_choice(b, "target", t[i].code, t[i].label));
		if (t[i].unit[0] == '\0' || json_object_get(seen, t[i].unit) != NULL ||
		    json_array_size(units) >= UNITS_MOST)
			continue;
		json_object_set_new(seen, t[i].unit, json_true());
		json_array_append_new(units, stored_choice(b, "unit", t[i].unit, t[i].unit_label));
	}
	/* a part of a long list would pass for the whole */
	if (shown > TARGETS_LISTED && web_input(b->rq, "target") == NULL)
		json_array_clear(targets);
	json_decref(seen);
	json_object_set_new(model, "targets", targets);
	json_object_set_new(model, "units", units);
	return rc;
}

/* Answers that may filter: a group of choices for each question, "code=value". */
static int set_only(struct bench *b, json_t *model)
{
	json_t *only = json_array();

	for (size_t i = 0; i < b->q->item_count; i++) {
		const struct instrument_item *it = b->q->items + i;
		json_t *choices = json_array();

		for (size_t j = 0; it->type == ITEM_SINGLE && it->point_count <= ONLY_POINTS && j < it->point_count;
		     j++) {
			const char *value = arena_fmt(b->rq->arena, "%s=%.15g", it->code, it->points[j].value);
			const char *label = web_named(b->rq, it->points[j].label);

			if (value != NULL)
				json_array_append_new(choices,
				    workbench_choice(value, label[0] != '\0' ? label : strchr(value, '=') + 1,
					chosen(b, "only", value)));
		}
		if (json_array_size(choices) > 0)
			json_array_append_new(only,
			    json_pack("{s:s, s:O}", "label", short_label(b, it->code, web_named(b->rq, it->label)),
				"choices", choices));
		json_decref(choices);
	}
	return json_object_set_new(model, "only", only);
}

int workbench_set_choices(struct bench *b, json_t *model, struct err *e)
{
	const char *part = web_input(b->rq, "part");

	if (set_columns(b, model) != 0 || set_items(b, model) != 0 || set_groups(b, model) != 0 ||
	    set_scales(b, model) != 0 || set_only(b, model) != 0 || workbench_set_options(b, model) != 0)
		return err_nomem(e);
	json_object_set_new(model, "takes_items", json_boolean(workbench_method_takes(b->method, "items")));
	json_object_set_new(model, "takes_groups", json_boolean(workbench_method_takes(b->method, "by")));
	json_object_set_new(model, "careful", json_boolean(part != NULL && strcmp(part, "careful") == 0));
	json_object_set_new(model, "has_careful", json_boolean(b->q->straight_count > 0));
	json_object_set_new(model, "filtered",
	    json_boolean(web_input(b->rq, "unit") != NULL || web_input(b->rq, "target") != NULL ||
		web_input(b->rq, "only") != NULL || (part != NULL && strcmp(part, "careful") == 0)));
	return set_about(b, model, e);
}
