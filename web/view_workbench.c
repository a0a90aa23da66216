#include "web/view_workbench.h"

#include "analysis/access.h"
#include "analysis/analyse.h"
#include "core/buf.h"
#include "core/jobs.h"
#include "core/text.h"
#include "web/locale.h"
#include "web/urlencoded.h"
#include "web/view.h"
#include "web/view_analyses.h"
#include "web/workbench_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_MOST 16000
#define LOOK_SECONDS 2 /* how soon a page without scripts looks again at what runs */
#define LISTED_MOST  20

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
	{ .name = "only", .type = WEB_TEXT, .max = 80, .doc = "Only responses with this answer: CODE=VALUE" },
	{ .name = "part", .type = WEB_WORD, .words = parts, .doc = "careful: without straight-lining responses" },
	{ .name = "made",
	    .type = WEB_TEXT,
	    .max = 110,
	    .doc = "Campaign and method that the fields were made for; those of another are not taken" },
	{ .name = "run", .type = WEB_WORD, .words = runs, .doc = "1: compute" },
	{ .name = "job", .type = WEB_TEXT, .max = ID_LEN, .doc = "Show this calculation, which was begun before" },
};
#define OWN_FIELDS (sizeof own_fields / sizeof *own_fields)

struct web_field workbench_fields[WORKBENCH_FIELDS_MOST];
const struct web_field workbench_stop_fields[] = {
	{ .name = "analysis", .type = WEB_TEXT, .max = ID_LEN, .required = 1, .doc = "The calculation to stop" },
	{ .name = "back", .type = WEB_TEXT, .max = ADDRESS_MOST, .doc = "The workbench's own query, to return to" },
	{ 0 },
};

static int add_option(const json_t *option, size_t *n, struct err *e)
{
	const char *name = text_of(option, "name");
	char *field;

	for (size_t i = OWN_FIELDS; i < *n; i++)
		if (strcmp(workbench_fields[i].name + strlen(OPTION), name) == 0)
			return 0;
	if (*n + 1 == WORKBENCH_FIELDS_MOST)
		return err_internal(e, "more options of methods than the workbench has room for");
	field = malloc(strlen(OPTION) + strlen(name) + 1);
	if (field == NULL)
		return err_nomem(e);
	memcpy(field, OPTION, strlen(OPTION));
	memcpy(field + strlen(OPTION), name, strlen(name) + 1);
	/* many: some are ticks */
	workbench_fields[(*n)++] =
	    (struct web_field){ .name = field, .type = WEB_MANY, .max = 4000, .doc = "An option of the method" };
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
			if (rc == 0 && workbench_offers(method, option))
				rc = add_option(option, &n, e);
	json_decref(methods);
	return rc;
}

/* ---- what is asked ---- */

static void set_text(const struct web_request *rq, json_t *o, const char *key, const char *field)
{
	const char *value = web_input(rq, field);

	if (value != NULL && value[0] != '\0')
		json_object_set_new(o, key, json_string(value));
}

static json_t *filter_asked(struct web_request *rq)
{
	const char *part = web_input(rq, "part"), *only = web_input(rq, "only"), *equals;
	json_t *filter = json_object();
	double value;

	set_text(rq, filter, "unit", "unit");
	set_text(rq, filter, "target", "target");
	if (part != NULL && strcmp(part, "careful") == 0)
		json_object_set_new(filter, "part", json_string(part));
	equals = only != NULL ? strchr(only, '=') : NULL;
	if (equals != NULL && text_number(equals + 1, &value)) {
		json_object_set_new(filter, "item", json_stringn(only, (size_t)(equals - only)));
		json_object_set_new(filter, "value", json_real(value));
	}
	return filter;
}

/* The document of analysis/stored.h. */
static json_t *asked(const struct bench *b)
{
	struct web_request *rq = b->rq;
	json_t *doc = json_pack("{s:s, s:s}", "campaign", b->c.code, "method", text_of(b->method, "name"));
	json_t *filter = filter_asked(rq), *options = json_object(), *option;
	size_t i;

	if (workbench_method_takes(b->method, "items")) {
		set_text(rq, doc, "scale", "scale");
		if (json_object_get(doc, "scale") == NULL && json_object_get(rq->input, "items") != NULL)
			json_object_set(doc, "items", json_object_get(rq->input, "items"));
	}
	if (workbench_method_takes(b->method, "by"))
		set_text(rq, doc, "group", "group");
	json_array_foreach(json_object_get(b->method, "options"), i, option) {
		const char *value = workbench_given(b, option);

		/* what stands there by itself need not be said */
		if (workbench_offers(b->method, option) && value != NULL &&
		    strcmp(value, text_of(option, "default")) != 0)
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

/* ---- calculations of the last hour ---- */

static void add_pair(struct web_request *rq, struct buf *b, const char *name, const char *name_end, const char *value)
{
	buf_addf(b, "&%s%s=%s", name, name_end, urlencoded_value(rq->arena, value));
}

static void add_values(struct web_request *rq, struct buf *b, const char *name, const char *name_end, const json_t *v)
{
	const json_t *one;
	char number[40];
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach(v, i, one)
			add_pair(rq, b, name, name_end, json_string_value(one));
	} else if (json_is_string(v)) {
		add_pair(rq, b, name, name_end, json_string_value(v));
	} else if (json_is_number(v)) {
		snprintf(number, sizeof number, "%.15g", json_number_value(v));
		add_pair(rq, b, name, name_end, number);
	}
}

/* The page's address for what was asked, in the arena. */
static const char *address_of(struct web_request *rq, const json_t *doc)
{
	static const char *const members[] = { "campaign", "method", "scale", "items", "group" };
	static const char *const filters[] = { "unit", "target", "part" };
	const json_t *filter = json_object_get(doc, "filter"), *item = json_object_get(filter, "item");
	const char *name, *out;
	json_t *v;
	struct buf b;

	buf_init(&b, ADDRESS_MOST);
	buf_puts(&b, "/workbench?run=1");
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		add_values(rq, &b, members[i], "", json_object_get(doc, members[i]));
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		add_values(rq, &b, filters[i], "", json_object_get(filter, filters[i]));
	if (json_is_string(item))
		add_pair(rq, &b, "only", "",
		    arena_fmt(rq->arena, "%s=%.15g", json_string_value(item),
			json_number_value(json_object_get(filter, "value"))));
	json_object_foreach(json_object_get(doc, "options"), name, v)
		add_values(rq, &b, OPTION, name, v);
	out = b.failed ? NULL : arena_strdup(rq->arena, b.p);
	buf_free(&b);
	return out != NULL ? out : "/workbench";
}

static const char *title_of(const struct bench *b, const char *method)
{
	const json_t *m;
	size_t i;

	json_array_foreach(b->methods, i, m)
		if (strcmp(text_of(m, "name"), method) == 0)
			return web_tr(b->rq, text_of(m, "title"));
	return method;
}

static json_t *listed(const struct bench *b, const struct job_view *v, const json_t *campaigns)
{
	struct web_request *rq = b->rq;
	json_t *doc = json_loads(v->about, 0, NULL), *one, *c;
	const char *code = text_of(doc, "campaign"), *where = code;
	bool open = v->stage == JOB_WAITING || v->stage == JOB_RUNNING;
	size_t i;

	json_array_foreach(campaigns, i, c)
		if (strcmp(text_of(c, "value"), code) == 0)
			where = text_of(c, "label");
	one = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:f, s:s}", "id", v->id, "href",
	    address_of(rq, doc), "title", title_of(b, v->title), "campaign", where, "waiting", v->stage == JOB_WAITING,
	    "running", v->stage == JOB_RUNNING, "done", v->stage == JOB_DONE, "failed", v->stage == JOB_FAILED,
	    "stopped", v->stage == JOB_STOPPED, "progress", v->done, "error",
	    v->stage == JOB_FAILED ? workbench_plain(rq, v->title, web_err_text(rq, &v->err)) : "");
	json_object_set_new(one, "open", json_boolean(open));
	json_object_set_new(one, "back", json_string(rq->query));
	json_decref(doc);
	return one;
}

static int set_listed(const struct bench *b, json_t *model, struct err *e)
{
	json_t *list = json_array();
	struct job_view *v;
	size_t n = 0;
	int rc = jobs_list(b->rq->jobs, b->rq->who->id, b->rq->arena, &v, &n, e);

	for (size_t i = 0; rc == 0 && i < n && i < LISTED_MOST; i++)
		json_array_append_new(list, listed(b, v + i, json_object_get(model, "campaigns")));
	json_object_set_new(model, "calculations", list);
	return rc;
}

/* ---- the page ---- */

static void set_error(const struct bench *b, json_t *model, const char *text)
{
	json_object_set_new(model, "error",
	    json_string(workbench_plain(b->rq, b->method != NULL ? text_of(b->method, "name") : NULL, text)));
}

/* The query without what begins a calculation. */
static void add_query(struct buf *to, const char *query)
{
	for (const char *p = query != NULL ? query : ""; *p != '\0';) {
		size_t n = strcspn(p, "&");

		if (strncmp(p, "run=", 4) != 0 && strncmp(p, "job=", 4) != 0) {
			buf_add(to, p, n);
			buf_putc(to, '&');
		}
		p += n + (p[n] == '&');
	}
}

/* Looking at what runs never begins it anew. */
static const char *look_again(const struct bench *b, const char *id)
{
	const char *out;
	struct buf to;

	buf_init(&to, ADDRESS_MOST + 64);
	buf_addf(&to, "%d; url=/workbench?", LOOK_SECONDS);
	add_query(&to, b->rq->query);
	buf_addf(&to, "job=%s", id);
	out = to.failed ? NULL : arena_strdup(b->rq->arena, to.p);
	buf_free(&to);
	return out != NULL ? out : "";
}

static int show(const struct bench *b, const json_t *job, json_t *model, struct err *e)
{
	const char *state = text_of(job, "state");
	json_t *result;

	if (strcmp(state, "failed") == 0) {
		set_error(b, model, text_of(json_object_get(job, "error"), "detail"));
	} else if (strcmp(state, "done") == 0) {
		result = workbench_result(b->rq, job, json_object_get(model, "labels"), b->q, e);
		if (result == NULL)
			return -1;
		json_object_set_new(model, "result", result);
	} else if (strcmp(state, "stopped") == 0) {
		json_object_set_new(model, "stopped", json_true());
	} else {
		json_object_set_new(model, "running",
		    json_pack("{s:O, s:O, s:s}", "id", json_object_get(job, "id"), "progress",
			json_object_get(job, "progress"), "back", b->rq->query));
		json_object_set_new(model, "refresh", json_string(look_again(b, text_of(job, "id"))));
	}
	return 0;
}

/* Begins what is asked, or looks at the one that was begun. */
static int compute(const struct bench *b, json_t *model, struct err *e)
{
	const char *id = web_input(b->rq, "job");
	json_t *doc = asked(b), *job = NULL;
	struct err fault = { 0 };
	int rc = id != NULL ? analysis_look(b->rq, id, &job, &fault)
			    : analysis_ask(b->rq, doc, ANALYSIS_WAIT_MS, &job, &fault);

	json_decref(doc);
	if (rc < 0 && fault.kind == ERR_INTERNAL) {
		*e = fault;
		return -1;
	}
	if (rc < 0)
		set_error(b, model, web_err_text(b->rq, &fault));
	else
		rc = show(b, job, model, e);
	json_decref(job);
	return fault.kind == ERR_NONE ? rc : 0;
}

/* A code that is none, or not for this reader, is said on the page. */
static int choose_campaign(struct bench *b, json_t *model, struct err *e)
{
	struct web_request *rq = b->rq;
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
		set_error(b, model, web_err_text(rq, &fault));
		return 0;
	}
	may = rq->who->roles & ROLE_QUALITY_OFFICE ? 1 : access_campaign(rq->db, rq->who, b->c.id, e);
	if (may < 0)
		return -1;
	if (may == 0) {
		err_set(&fault, ERR_FORBIDDEN, NULL, "You may not see this campaign.", NULL);
		set_error(b, model, web_err_text(rq, &fault));
	}
	b->has_campaign = may == 1;
	return 0;
}

/* Fields made for another campaign or method are not what is meant here. */
static void forget_others(struct bench *b)
{
	static const char *const of_campaign[] = { "scale", "items", "group", "unit", "target", "only", NULL };
	const char *made = web_input(b->rq, "made"), *method = web_input(b->rq, "method");
	size_t n;

	b->kept = true;
	if (made == NULL || !b->has_campaign || method == NULL)
		return;
	n = strlen(b->c.code);
	if (strncmp(made, b->c.code, n) == 0 && made[n] == ' ' && strcmp(made + n + 1, method) == 0)
		return;
	b->kept = false;
	if (strncmp(made, b->c.code, n) != 0 || made[n] != ' ')
		for (size_t i = 0; of_campaign[i] != NULL; i++)
			json_object_del(b->rq->input, of_campaign[i]);
}

static void set_about(const struct bench *b, json_t *model)
{
	const char *method = text_of(b->method, "name"), *why = workbench_elsewhere(b, b->method);

	json_object_set_new(model, "about",
	    json_pack("{s:s, s:s, s:s, s:s, s:s}", "title", web_tr(b->rq, text_of(b->method, "title")), "summary",
		workbench_plain(b->rq, method, web_tr(b->rq, text_of(b->method, "summary"))), "not_shown",
		workbench_plain(b->rq, method, web_tr(b->rq, text_of(b->method, "not_shown"))), "reference",
		workbench_plain(b->rq, method, text_of(b->method, "reference")), "why",
		why != NULL ? web_tr(b->rq, why) : ""));
	json_object_set_new(model, "made", json_sprintf("%s %s", b->c.code, method));
}

static int fill(struct bench *b, json_t *model, struct err *e)
{
	static const char *const none[] = { "error", "result", "running", "stopped", "about", "calculations" };
	const char *run = web_input(b->rq, "run");

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		json_object_set_new(model, none[i], json_null());
	if (choose_campaign(b, model, e) < 0 || workbench_set_campaigns(b, model, e) < 0)
		return -1;
	if (workbench_set_methods(b, model) != 0)
		return err_nomem(e);
	forget_others(b);
	b->asked = b->kept && (web_input(b->rq, "job") != NULL || (run != NULL && strcmp(run, "1") == 0));
	json_object_set_new(model, "ready", json_boolean(b->has_campaign && b->method != NULL));
	if (b->has_campaign && b->method != NULL) {
		if (workbench_set_choices(b, model, e) < 0)
			return -1;
		set_about(b, model);
		if (b->asked && compute(b, model, e) < 0)
			return -1;
	}
	return set_listed(b, model, e);
}

int workbench_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct bench b = { .rq = rq, .methods = analyse_list() };
	int rc = fill(&b, model, e);
	const char *place = web_tr(rq, "Workbench"), *title = place;

	if (b.method != NULL)
		title = arena_fmt(rq->arena, "%s: %s", place, web_tr(rq, text_of(b.method, "title")));
	if (rc == 0 && view_heading(rq, model, title, place, "/", web_tr(rq, "Overview"), NULL) < 0)
		rc = err_nomem(e);
	json_decref(b.columns);
	json_decref(b.methods);
	return rc;
}

/* The page that the form was on, without computing again. */
static const char *back_to(struct web_request *rq)
{
	const char *query = web_input(rq, "back"), *out = NULL;
	struct buf b;

	buf_init(&b, ADDRESS_MOST + 64);
	buf_puts(&b, "/workbench?");
	add_query(&b, query);
	/* it is a query as browsers write one, or it is not ours */
	if (!b.failed &&
	    b.p[strspn(b.p,
		"/?&=%+.-_~*0123456789abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ:,;@!$'()")] == '\0')
		out = arena_fmt(rq->arena, "%.*s#calculations", (int)b.len - 1, b.p);
	buf_free(&b);
	return out != NULL ? out : "/workbench";
}

int workbench_stop(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct err fault = { 0 };

	/* one that has ended meanwhile, or was forgotten, needs no stopping */
	if (jobs_cancel(rq->jobs, rq->who->id, web_input(rq, "analysis"), &fault) < 0 && fault.kind != ERR_ABSENT) {
		*e = fault;
		return -1;
	}
	return web_redirect(rq, rs, back_to(rq));
}
