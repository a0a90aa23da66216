#include "web/view_report.h"

#include "analysis/attainment.h"
#include "analysis/curriculum.h"
#include "analysis/improvement.h"
#include "web/chart.h"
#include "web/locale.h"
#include "web/view.h"
#include "web/view_outcomes.h"

#include <math.h>
#include <string.h>

/* What is too long or missing is judged where the thing is stored, so that the form comes back
 * with everything that was typed; the limits here only keep a request small. */
const struct web_field finding_fields[] = {
	{ .name = "outcome",
	    .type = WEB_TEXT,
	    .max = 64,
	    .doc = "Code of the outcome it is about; empty: the programme" },
	{ .name = "text", .type = WEB_LINES, .max = 8000, .doc = "What was found" },
	{ 0 },
};
const struct web_field action_fields[] = {
	{ .name = "finding", .type = WEB_TEXT, .max = 64, .doc = "Id of the finding that it answers" },
	{ .name = "kind", .type = WEB_TEXT, .max = 16, .doc = "fix: mend a weakness; build: build on a strength" },
	{ .name = "what", .type = WEB_LINES, .max = 8000, .doc = "What is done" },
	{ .name = "who", .type = WEB_TEXT, .max = 1000, .doc = "Who does it" },
	{ .name = "starts_on", .type = WEB_TEXT, .max = 40, .doc = "First day, yyyy-mm-dd" },
	{ .name = "ends_on", .type = WEB_TEXT, .max = 40, .doc = "Last day, yyyy-mm-dd" },
	{ .name = "measure", .type = WEB_LINES, .max = 8000, .doc = "How one will see that it worked" },
	{ .name = "resources", .type = WEB_LINES, .max = 8000, .doc = "What it takes" },
	{ 0 },
};

static const char *name_of(const struct web_request *rq, const json_t *model)
{
	return web_named(rq, json_object_get(json_object_get(model, "programme"), "name"));
}

int reports_view(struct web_request *rq, json_t *model, struct err *e)
{
	if (programmes_view(rq, model, e) < 0)
		return -1;
	if (view_heading(rq, model, web_tr(rq, "Reports"), NULL, "/", web_tr(rq, "Overview"), NULL) < 0)
		return err_nomem(e);
	return 0;
}

/* The drawings of the sheet take an estimate; what is no comparison has none. */
static int sides_for_page(struct web_request *rq, json_t *list)
{
	json_t *one;
	size_t i;
	int bad = view_is(rq, list, "kind");

	json_array_foreach(list, i, one)
		if (json_is_number(json_object_get(one, "share")))
			bad |= json_object_set_new(one, "estimate",
			    json_pack("{s:O, s:O, s:O}", "share", json_object_get(one, "share"), "n",
				json_object_get(one, "n_used"), "interval", json_object_get(one, "interval")));
	return bad;
}

static int figures_for_page(struct web_request *rq, json_t *model)
{
	json_t *outcomes = json_object_get(json_object_get(model, "description"), "outcomes");
	int bad = view_outcome_estimates(rq, outcomes, "direct");

	bad |= json_object_set_new(model, "interval_scale", chart_interval_fit(outcomes, NAN));
	bad |= json_object_set_new(model, "outcome_count", json_integer((json_int_t)json_array_size(outcomes)));
	bad |= view_is(rq, json_object_get(json_object_get(model, "description"), "all_outcomes"), "state");
	return bad;
}

int report_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "programme");
	struct attainment_options o;

	view_attainment_options(rq, &o);
	if (improvement_report_json(rq->db, id, &o, rq->arena, model, e) < 0)
		return -1;
	if (!view_is_page(rq))
		return 0;
	if (sides_for_page(rq, json_object_get(model, "strengths")) < 0 ||
	    sides_for_page(rq, json_object_get(model, "weaknesses")) < 0 || figures_for_page(rq, model) < 0 ||
	    view_is(rq, json_object_get(model, "evidence"), "kind") < 0 ||
	    view_is(rq, json_object_get(model, "plan"), "kind") < 0 ||
	    view_heading(rq, model,
		arena_fmt(rq->arena, "%s: %s", web_tr(rq, "Improvement report"), name_of(rq, model)),
		web_tr(rq, "Improvement report"), "/programmes", web_tr(rq, "Programmes"),
		arena_fmt(rq->arena, "/programmes/%s", id), name_of(rq, model), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/programmes/%s/report", id), false) < 0)
		return err_nomem(e);
	return 0;
}

static int improvement_model(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "programme");
	struct attainment_options o;
	json_t *whole;

	view_attainment_options(rq, &o);
	if (improvement_json(rq->db, id, &o, rq->arena, model, e) < 0)
		return -1;
	if (!view_is_page(rq))
		return 0;
	whole = json_object();
	if (whole == NULL || programme_json(rq->db, id, 0, rq->arena, whole, e) < 0 ||
	    json_object_set(model, "outcomes", json_object_get(whole, "outcomes")) < 0) {
		json_decref(whole);
		return err_nomem(e);
	}
	json_decref(whole);
	if (sides_for_page(rq, json_object_get(model, "findings")) < 0 ||
	    view_is(rq, json_object_get(model, "actions"), "kind") < 0 ||
	    view_heading(rq, model, web_tr(rq, "Findings and actions"), NULL, "/programmes", web_tr(rq, "Programmes"),
		arena_fmt(rq->arena, "/programmes/%s", id), name_of(rq, model), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/programmes/%s/improvement", id), false) < 0)
		return err_nomem(e);
	return 0;
}

/* The form as it is shown: empty, or with what was typed and the one thing that is wrong. */
static int form_put(struct web_request *rq, json_t *model, const char *form, const struct web_field *fields,
    const struct err *wrong)
{
	json_t *values = json_object();
	int bad = json_object_set_new(model, form, values);

	for (const struct web_field *f = fields; f->name != NULL; f++) {
		const char *typed = wrong != NULL ? web_input(rq, f->name) : NULL;
		const char *fault =
		    wrong != NULL && strcmp(wrong->field, f->name) == 0 ? web_err_text(rq, wrong) : NULL;

		bad |= json_object_set_new(values, f->name,
		    json_pack("{s:s, s:s?, s:s}", "value", typed != NULL ? typed : "", "error", fault, "id", f->name));
	}
	bad |=
	    json_object_set_new(values, "failed", wrong != NULL ? json_string(web_err_text(rq, wrong)) : json_null());
	bad |= json_object_set_new(values, "failed_field", json_string(wrong != NULL ? wrong->field : ""));
	return bad;
}

/* The choices that came back with a form that was wrong stay chosen. */
static int choices_keep(struct web_request *rq, json_t *list, const char *key, const char *field)
{
	const char *typed = web_input(rq, field);
	json_t *one;
	size_t i;
	int bad = 0;

	json_array_foreach(list, i, one)
		if (typed != NULL && strcmp(json_string_value(json_object_get(one, key)), typed) == 0)
			bad |= json_object_set_new(one, "chosen", json_true());
	return bad;
}

int improvement_view(struct web_request *rq, json_t *model, struct err *e)
{
	if (improvement_model(rq, model, e) < 0)
		return -1;
	if (view_is_page(rq) &&
	    (form_put(rq, model, "finding_form", finding_fields, NULL) < 0 ||
		form_put(rq, model, "action_form", action_fields, NULL) < 0))
		return err_nomem(e);
	return 0;
}

static int again(struct web_request *rq, struct web_response *rs, bool action, const struct err *wrong, struct err *e)
{
	json_t *model = json_object();
	int rc = -1;

	if (model == NULL)
		return err_nomem(e);
	rq->format = WEB_HTML;
	if (improvement_model(rq, model, e) == 0) {
		const char *kind = action ? web_input(rq, "kind") : NULL;

		if (choices_keep(rq, json_object_get(model, "outcomes"), "code", "outcome") < 0 ||
		    choices_keep(rq, json_object_get(model, "recorded"), "id", "finding") < 0 ||
		    form_put(rq, model, "finding_form", finding_fields, action ? NULL : wrong) < 0 ||
		    form_put(rq, model, "action_form", action_fields, action ? wrong : NULL) < 0 ||
		    json_object_set_new(json_object_get(model, "action_form"), "builds",
			json_boolean(kind != NULL && strcmp(kind, "build") == 0)) < 0 ||
		    json_object_set_new(model, "title",
			json_sprintf("%s %s", web_tr(rq, "Error:"), web_tr(rq, "Findings and actions"))) < 0)
			err_nomem(e);
		else
			rc = web_send_page(rq, rs, 422, "improvement", model, e);
	}
	json_decref(model);
	return rc;
}

static int finding_write(struct db *db, void *arg, struct err *e)
{
	char id[ID_LEN + 1];

	return finding_add(db, arg, id, e);
}

static int action_write(struct db *db, void *arg, struct err *e)
{
	char id[ID_LEN + 1];

	return action_add(db, arg, id, e);
}

static int write_one(struct web_request *rq, struct web_response *rs, bool action, void *what, struct err *e)
{
	struct err wrong = { 0 };

	if (writer_do(rq->writer, action ? action_write : finding_write, what, &wrong) == 0)
		return web_redirect(rq, rs,
		    arena_fmt(rq->arena, "/programmes/%s/improvement#%s", web_param(rq, "programme"),
			action ? "actions" : "findings"));
	if (wrong.kind == ERR_INPUT && wrong.field[0] != '\0')
		return again(rq, rs, action, &wrong, e);
	*e = wrong;
	return -1;
}

static const char *typed(const struct web_request *rq, const char *name)
{
	const char *s = web_input(rq, name);

	return s != NULL ? s : "";
}

int finding_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct finding_new f = { .programme = web_param(rq, "programme"),
		.outcome = typed(rq, "outcome"),
		.text = typed(rq, "text"),
		.account = rq->who->id };

	return write_one(rq, rs, false, &f, e);
}

int action_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct action_new n = { .programme = web_param(rq, "programme"),
		.finding = typed(rq, "finding"),
		.kind = typed(rq, "kind"),
		.what = typed(rq, "what"),
		.who = typed(rq, "who"),
		.starts_on = typed(rq, "starts_on"),
		.ends_on = typed(rq, "ends_on"),
		.measure = typed(rq, "measure"),
		.resources = typed(rq, "resources"),
		.account = rq->who->id };

	return write_one(rq, rs, true, &n, e);
}
