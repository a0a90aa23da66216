#include "web/view_workbench.h"

#include "analysis/access.h"
#include "analysis/analyse.h"
#include "analysis/campaign_list.h"
#include "core/jobs.h"
#include "surveys/instrument.h"
#include "surveys/label.h"
#include "surveys/target.h"
#include "web/locale.h"
#include "web/view.h"
#include "web/view_analyses.h"
#include "web/view_campaigns.h"

#include <stdlib.h>
#include <string.h>

#define CAMPAIGNS_MOST 200
#define UNITS_MOST     500
#define OPTION	       "o."

static const char *const runs[] = { "", "1", NULL };
static const char *const parts[] = { "all", "careful", NULL };

static const struct web_field own_fields[] = {
	{ .name = "campaign", .type = WEB_TEXT, .max = 64, .doc = "The campaign, by its code" },
	{ .name = "method", .type = WEB_CODE, .max = 40, .doc = "The method, by its name" },
	{ .name = "scale", .type = WEB_CODE, .max = 40, .doc = "All items of this scale" },
	{ .name = "items", .type = WEB_MANY, .max = 40, .doc = "Items, by their codes" },
	{ .name = "group", .type = WEB_TEXT, .max = 40, .doc = "target, unit, or the code of an item" },
	{ .name = "unit", .type = WEB_TEXT, .max = 64, .doc = "Only responses about this unit" },
	{ .name = "target", .type = WEB_TEXT, .max = 64, .doc = "Only responses about this target" },
	{ .name = "part", .type = WEB_WORD, .words = parts, .doc = "careful: without straight-lining responses" },
	{ .name = "run", .type = WEB_WORD, .words = runs, .doc = "1: compute" },
};
#define OWN_FIELDS (sizeof own_fields / sizeof *own_fields)

struct web_field workbench_fields[WORKBENCH_FIELDS_MOST];
const struct web_field workbench_stop_fields[] = {
	{ .name = "analysis", .type = WEB_TEXT, .max = ID_LEN, .required = 1, .doc = "The calculation to stop" },
	{ .name = "back", .type = WEB_TEXT, .max = 4000, .doc = "The workbench's own query, to return to" },
	{ 0 },
};

/* What the questionnaire and the page itself say, and what is for files alone. */
static bool offered(const json_t *option)
{
	static const char *const not_here[] = { "items", "by", "na", "reverse", "min", "max" };
	const char *name = json_string_value(json_object_get(option, "name"));

	for (size_t i = 0; i < sizeof not_here / sizeof *not_here; i++)
		if (strcmp(not_here[i], name) == 0)
			return false;
	return !json_is_true(json_object_get(option, "file_alone")) && !json_is_true(json_object_get(option, "common"));
}

static int add_option(const json_t *option, size_t *n, struct err *e)
{
	const char *name = json_string_value(json_object_get(option, "name"));
	char *field;

	for (size_t i = 0; i < *n; i++)
		if (strcmp(workbench_fields[i].name + (i < OWN_FIELDS ? 0 : strlen(OPTION)), name) == 0 &&
		    i >= OWN_FIELDS)
			return 0;
	if (*n + 1 == WORKBENCH_FIELDS_MOST)
		return err_internal(e, "more options of methods than the workbench has room for");
	field = malloc(strlen(OPTION) + strlen(name) + 1);
	if (field == NULL)
		return err_nomem(e);
	memcpy(field, OPTION, strlen(OPTION));
	memcpy(field + strlen(OPTION), name, strlen(name) + 1);
	workbench_fields[(*n)++] =
	    (struct web_field){ .name = field, .type = WEB_TEXT, .max = 2000, .doc = "An option of the method" };
	return 0;
}

int workbench_start(struct err *e)
{
	json_t *methods, *method, *option;
	size_t n = OWN_FIELDS, i, j;
	int rc = 0;

	if (workbench_fields[0].name != NULL)
		return 0;
	memcpy(workbench_fields, own_fields, sizeof own_fields);
	methods = analyse_list();
	json_array_foreach(methods, i, method)
		json_array_foreach(json_object_get(method, "options"), j, option)
			if (rc == 0 && offered(option))
				rc = add_option(option, &n, e);
	json_decref(methods);
	return rc;
}

/* ---- what can be chosen ---- */

struct bench {
	struct campaign c;
	const struct instrument *q;
	json_t *methods, *method; /* method: borrowed from methods; NULL: none chosen */
	bool has_campaign;
};

static json_t *choice(const char *value, const char *label, const char *chosen)
{
	return json_pack("{s:s, s:s, s:b}", "value", value, "label", label, "selected",
	    chosen != NULL && strcmp(value, chosen) == 0);
}

static int set_campaigns(struct web_request *rq, const struct bench *b, json_t *model, struct err *e)
{
	struct list_query query = { .sort = "opens", .descending = true, .limit = CAMPAIGNS_MOST };
	json_t *list, *one, *out = json_array();
	size_t i;

	if (campaigns_json(rq->db, campaign_reader(rq), &query, NULL, rq->arena, &list, e) < 0) {
		json_decref(out);
		return -1;
	}
	json_array_foreach(json_object_get(list, "items"), i, one)
		if (json_integer_value(json_object_get(one, "released")) > 0)
			json_array_append_new(out,
			    choice(json_string_value(json_object_get(one, "code")),
				web_named(rq, json_object_get(one, "title")), b->has_campaign ? b->c.code : NULL));
	json_decref(list);
	return json_object_set_new(model, "campaigns", out) == 0 ? 0 : err_nomem(e);
}

static const char *family_label(const char *family)
{
	static const char *const names[][2] = { { "describe", N_("Describe") }, { "scale", N_("Scales") },
		{ "factor", N_("Factors") }, { "test", N_("Tests and items") }, { "compare", N_("Compare groups") },
		{ "table", N_("Tables") }, { "association", N_("Association") }, { "regression", N_("Regression") },
		{ "agreement", N_("Agreement of raters") }, { "trend", N_("Trend and control") },
		{ "weight", N_("Survey weights") }, { "resample", N_("Resampling") } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], family) == 0)
			return names[i][1];
	return family;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static int set_methods(struct web_request *rq, struct bench *b, json_t *model)
{
	const char *chosen = web_input(rq, "method");
	json_t *families = json_array(), *m, *f;
	size_t i, j;

	json_array_foreach(b->methods, i, m) {
		const char *family = web_tr(rq, family_label(text_of(m, "family")));
		json_t *list = NULL;

		if (json_is_true(json_object_get(m, "file_alone")))
			continue;
		if (chosen != NULL && strcmp(text_of(m, "name"), chosen) == 0)
			b->method = m;
		json_array_foreach(families, j, f)
			if (strcmp(text_of(f, "label"), family) == 0)
				list = json_object_get(f, "methods");
		if (list == NULL) {
			list = json_array();
			json_array_append_new(families, json_pack("{s:s, s:o}", "label", family, "methods", list));
		}
		json_array_append_new(list, choice(text_of(m, "name"), web_tr(rq, text_of(m, "title")), chosen));
	}
	return json_object_set_new(model, "families", families);
}

static bool among(const json_t *list, const char *code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(one), code) == 0)
			return true;
	return false;
}

/* Items that can be computed with, and the labels of all by code. */
static int set_items(struct web_request *rq, const struct bench *b, json_t *model)
{
	const json_t *chosen = json_object_get(rq->input, "items");
	json_t *items = json_array(), *labels = json_object(), *groups = json_array();
	const char *group = web_input(rq, "group");

	if (b->c.targets > 1)
		json_array_append_new(groups, choice("target", web_tr(rq, "What the answers are about"), group));
	if (b->c.targets > 1 && b->c.unit_word[0] != '\0')
		json_array_append_new(groups, choice("unit", web_tr(rq, "Units"), group));
	for (size_t i = 0; i < b->q->item_count; i++) {
		const struct instrument_item *it = b->q->items + i;
		const char *label = web_named(rq, it->label);

		json_object_set_new(labels, it->code, json_string(label));
		if (it->type == ITEM_TEXT)
			continue;
		if (it->type == ITEM_SINGLE)
			json_array_append_new(groups, choice(it->code, label, group));
		json_array_append_new(items,
		    json_pack("{s:s, s:s, s:b}", "value", it->code, "label", label, "selected",
			among(chosen, it->code)));
	}
	return json_object_set_new(model, "items", items) | json_object_set_new(model, "labels", labels) |
	    json_object_set_new(model, "groups", groups);
}

static int set_scales(struct web_request *rq, const struct bench *b, json_t *model)
{
	const char *chosen = web_input(rq, "scale");
	json_t *scales = json_array();

	for (size_t i = 0; i < b->q->scale_count; i++)
		json_array_append_new(scales,
		    choice(b->q->scales[i].code, web_named(rq, b->q->scales[i].title), chosen));
	return json_object_set_new(model, "scales", scales);
}

static int set_units(struct web_request *rq, const struct bench *b, json_t *model, struct err *e)
{
	const char *chosen = web_input(rq, "unit");
	json_t *units = json_array(), *seen = json_object();
	struct target *t;
	size_t n;

	if (target_all(rq->db, b->c.id, rq->arena, &t, &n, e) < 0) {
		json_decref(units);
		json_decref(seen);
		return -1;
	}
	for (size_t i = 0; i < n && json_array_size(units) < UNITS_MOST; i++) {
		json_t *label;

		if (t[i].unit[0] == '\0' || json_object_get(seen, t[i].unit) != NULL)
			continue;
		json_object_set_new(seen, t[i].unit, json_true());
		label = label_parse(t[i].unit_label);
		json_array_append_new(units, choice(t[i].unit, web_named(rq, label), chosen));
		json_decref(label);
	}
	json_decref(seen);
	return json_object_set_new(model, "units", units) == 0 ? 0 : err_nomem(e);
}

/* Options of the chosen method, as typed or by default. */
static int set_options(struct web_request *rq, const struct bench *b, json_t *model)
{
	json_t *out = json_array(), *option;
	size_t i;

	json_array_foreach(json_object_get(b->method, "options"), i, option) {
		const char *name = text_of(option, "name"), *value, *field = arena_fmt(rq->arena, OPTION "%s", name);
		json_t *choices = json_array();

		if (!offered(option) || field == NULL) {
			json_decref(choices);
			continue;
		}
		value = web_input(rq, field);
		if (value == NULL)
			value = text_of(option, "default");
		for (const char *p = text_of(option, "choices"); *p != '\0';) {
			size_t n = strcspn(p, "|");
			const char *word = arena_strndup(rq->arena, p, n);

			json_array_append_new(choices,
			    choice(word != NULL ? word : "", word != NULL ? word : "", value));
			p += n + (p[n] == '|');
		}
		json_array_append_new(out,
		    json_pack("{s:s, s:s, s:s, s:s, s:o}", "field", field, "name", name, "help",
			web_tr(rq, text_of(option, "help")), "value", value, "choices", choices));
	}
	return json_object_set_new(model, "options", out);
}

static bool takes(const json_t *method, const char *name)
{
	const json_t *option;
	size_t i;

	json_array_foreach(json_object_get(method, "options"), i, option)
		if (strcmp(text_of(option, "name"), name) == 0)
			return true;
	return false;
}

/* ---- what is asked ---- */

static void set_text(const struct web_request *rq, json_t *o, const char *key, const char *field)
{
	const char *value = web_input(rq, field);

	if (value != NULL && value[0] != '\0')
		json_object_set_new(o, key, json_string(value));
}

/* The document of analysis/stored.h. */
static json_t *asked(struct web_request *rq, const struct bench *b)
{
	json_t *doc = json_pack("{s:s, s:s}", "campaign", b->c.code, "method", text_of(b->method, "name"));
	json_t *filter = json_object(), *options = json_object(), *option;
	const char *part = web_input(rq, "part");
	size_t i;

	set_text(rq, filter, "unit", "unit");
	set_text(rq, filter, "target", "target");
	if (part != NULL && strcmp(part, "careful") == 0)
		json_object_set_new(filter, "part", json_string(part));
	if (takes(b->method, "items")) {
		set_text(rq, doc, "scale", "scale");
		if (json_object_get(doc, "scale") == NULL && json_object_get(rq->input, "items") != NULL)
			json_object_set(doc, "items", json_object_get(rq->input, "items"));
	}
	if (takes(b->method, "by"))
		set_text(rq, doc, "group", "group");
	json_array_foreach(json_object_get(b->method, "options"), i, option) {
		const char *field = arena_fmt(rq->arena, OPTION "%s", text_of(option, "name"));
		const char *value = field != NULL ? web_input(rq, field) : NULL;

		/* what stands there by itself need not be said */
		if (offered(option) && value != NULL && strcmp(value, text_of(option, "default")) != 0)
			json_object_set_new(options, text_of(option, "name"), json_string(value));
	}
	if (json_object_size(filter) > 0)
		json_object_set(doc, "filter", filter);
	if (json_object_size(options) > 0)
		json_object_set(doc, "options", options);
	json_decref(filter);
	json_decref(options);
	return doc;
}

static void set_error(struct web_request *rq, json_t *model, const struct err *e)
{
	json_object_set_new(model, "error", json_string(web_err_text(rq, e)));
}

static int compute(struct web_request *rq, const struct bench *b, json_t *model, struct err *e)
{
	json_t *doc = asked(rq, b), *job = NULL, *result;
	const char *state;
	struct err fault = { 0 };

	json_object_set_new(model, "asked", json_string(""));
	if (analysis_ask(rq, doc, ANALYSIS_WAIT_MS, &job, &fault) < 0) {
		json_decref(doc);
		if (fault.kind == ERR_INTERNAL) {
			*e = fault;
			return -1;
		}
		set_error(rq, model, &fault);
		return 0;
	}
	json_decref(doc);
	state = text_of(job, "state");
	if (strcmp(state, "failed") == 0) {
		json_object_set(model, "error", json_object_get(json_object_get(job, "error"), "detail"));
	} else if (strcmp(state, "done") == 0) {
		result = workbench_result(rq, job, json_object_get(model, "labels"), e);
		if (result == NULL) {
			json_decref(job);
			return -1;
		}
		json_object_set_new(model, "result", result);
	} else {
		json_object_set_new(model, "running",
		    json_pack("{s:O, s:O, s:s}", "id", json_object_get(job, "id"), "progress",
			json_object_get(job, "progress"), "back", rq->query));
		json_object_set_new(model, "refresh", json_integer(2));
	}
	json_decref(job);
	return 0;
}

/* A code that is none, or not for this reader, is said on the page. */
static int choose_campaign(struct web_request *rq, struct bench *b, json_t *model, struct err *e)
{
	const char *code = web_input(rq, "campaign");
	struct err fault = { 0 };
	int may;

	if (code == NULL)
		return 0;
	if (campaign_get(rq->db, code, rq->arena, &b->c, &fault) < 0 ||
	    instrument_shared(rq->db, b->c.instrument, &b->q, &fault) < 0) {
		if (fault.kind != ERR_ABSENT) {
			*e = fault;
			return -1;
		}
		set_error(rq, model, &fault);
		return 0;
	}
	may = rq->who->roles & ROLE_QUALITY_OFFICE ? 1 : access_campaign(rq->db, rq->who, b->c.id, e);
	if (may < 0)
		return -1;
	if (may == 0) {
		err_set(&fault, ERR_FORBIDDEN, NULL, "You may not see this campaign.", NULL);
		set_error(rq, model, &fault);
	}
	b->has_campaign = may == 1;
	return 0;
}

static int fill(struct web_request *rq, struct bench *b, json_t *model, struct err *e)
{
	const char *run = web_input(rq, "run"), *part = web_input(rq, "part");

	json_object_set_new(model, "error", json_null());
	json_object_set_new(model, "result", json_null());
	json_object_set_new(model, "running", json_null());
	if (choose_campaign(rq, b, model, e) < 0 || set_campaigns(rq, b, model, e) < 0)
		return -1;
	if (set_methods(rq, b, model) != 0)
		return err_nomem(e);
	json_object_set_new(model, "ready", json_boolean(b->has_campaign && b->method != NULL));
	if (!b->has_campaign || b->method == NULL)
		return 0;
	if (set_items(rq, b, model) != 0 || set_scales(rq, b, model) != 0 || set_options(rq, b, model) != 0)
		return err_nomem(e);
	if (set_units(rq, b, model, e) < 0)
		return -1;
	json_object_set_new(model, "takes_items", json_boolean(takes(b->method, "items")));
	json_object_set_new(model, "takes_groups", json_boolean(takes(b->method, "by")));
	json_object_set_new(model, "careful", json_boolean(part != NULL && strcmp(part, "careful") == 0));
	json_object_set_new(model, "has_careful", json_boolean(b->q->straight_count > 0));
	json_object_set_new(model, "about",
	    json_pack("{s:s, s:s, s:s, s:s}", "title", web_tr(rq, text_of(b->method, "title")), "summary",
		web_tr(rq, text_of(b->method, "summary")), "not_shown", web_tr(rq, text_of(b->method, "not_shown")),
		"reference", text_of(b->method, "reference")));
	return run != NULL && strcmp(run, "1") == 0 ? compute(rq, b, model, e) : 0;
}

int workbench_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct bench b = { .methods = analyse_list() };
	int rc = fill(rq, &b, model, e);

	if (rc == 0 && view_heading(rq, model, web_tr(rq, "Workbench"), NULL, "/", web_tr(rq, "Overview"), NULL) < 0)
		rc = err_nomem(e);
	json_decref(b.methods);
	return rc;
}

int workbench_stop(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct err fault = { 0 };

	/* one that has ended meanwhile, or was forgotten, needs no stopping */
	if (jobs_cancel(rq->jobs, rq->who->id, web_input(rq, "analysis"), &fault) < 0 && fault.kind != ERR_ABSENT) {
		*e = fault;
		return -1;
	}
	return web_redirect(rq, rs, "/workbench");
}
