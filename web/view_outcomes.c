#include "web/view_outcomes.h"

#include "analysis/access.h"
#include "analysis/attainment.h"
#include "analysis/curriculum.h"
#include "analysis/campaign_indirect.h"
#include "analysis/figures.h"
#include "surveys/label.h"
#include "web/chart.h"
#include "web/locale.h"
#include "web/view.h"

#include <math.h>
#include <string.h>

const struct web_field outcomes_list_fields[] = { VIEW_LIST_FIELDS, { 0 } };
const struct web_field outcomes_courses_fields[] = {
	VIEW_LIST_FIELDS,
	{ .name = "programme", .type = WEB_TEXT, .max = 64, .doc = "Only courses of this programme: its id or code" },
	{ 0 },
};
const struct web_field outcomes_term_fields[] = {
	{ .name = "term", .type = WEB_TEXT, .max = 64, .doc = "Results of this term only: its id or code" },
	{ 0 },
};
const struct web_column programmes_columns[] = {
	{ "code", "code" },
	{ "name", "name" },
	{ "threshold", "threshold" },
	{ "goal", "goal" },
	{ "outcomes", "outcomes" },
	{ "courses", "courses" },
	{ 0 },
};
const struct web_column programme_columns[] = {
	{ "code", "code" },
	{ "name", "name" },
	{ "state", "state" },
	{ "status", "status" },
	{ "goal", "goal" },
	{ "threshold", "threshold" },
	{ "n", "direct.n_used" },
	{ "share", "direct.share" },
	{ "low", "direct.interval.0" },
	{ "high", "direct.interval.1" },
	{ "mean", "direct.mean" },
	{ "indirect_share", "indirect.share" },
	{ "combined_share", "combined.share" },
	{ "fingerprint", "fingerprint" },
	{ 0 },
};
const struct web_column courses_columns[] = {
	{ "code", "code" },
	{ "name", "name" },
	{ "credits", "credits" },
	{ "outcomes", "outcomes" },
	{ "threshold", "threshold" },
	{ "goal", "goal" },
	{ 0 },
};
const struct web_column assessment_columns[] = {
	{ "code", "code" },
	{ "name", "name" },
	{ "max", "max" },
	{ "n", "n_used" },
	{ "difficulty", "difficulty" },
	{ "discrimination", "discrimination" },
	{ "upper_lower", "upper_lower" },
	{ "alpha_if_dropped", "alpha_if_dropped" },
	{ "full_marks", "states.full_marks" },
	{ "less", "states.less" },
	{ "no_mark", "no_mark" },
	{ 0 },
};
const struct web_column course_columns[] = {
	{ "code", "code" },
	{ "name", "name" },
	{ "state", "state" },
	{ "status", "status" },
	{ "goal", "goal" },
	{ "threshold", "threshold" },
	{ "items", "item_count" },
	{ "n", "n_used" },
	{ "share", "share" },
	{ "low", "interval.0" },
	{ "high", "interval.1" },
	{ "mean", "mean" },
	{ "sd", "sd" },
	{ "fingerprint", "fingerprint" },
	{ 0 },
};

static const char *named(const struct web_request *rq, const json_t *thing)
{
	return web_named(rq, json_object_get(thing, "name"));
}

/* An account whose view is limited to its own; NULL for the quality office. */
static const char *viewer(const struct web_request *rq)
{
	return rq->who->roles & ROLE_QUALITY_OFFICE ? NULL : rq->who->id;
}

/* Numbers of students under this are hidden from this reader. */
static size_t few(const struct web_request *rq)
{
	return viewer(rq) == NULL ? 0 : FIGURE_FEWEST;
}

void view_attainment_options(const struct web_request *rq, struct attainment_options *o)
{
	*o = (struct attainment_options){ .marks_right = viewer(rq) == NULL,
		.term = web_input(rq, "term"),
		.indirect = campaign_indirect };
}

/* The same for one course, whose lecturers may see more of their own sections and nothing of others'. */
static int course_options(const struct web_request *rq, bool assessment, const char *id, struct attainment_options *o,
    struct err *e)
{
	struct access_marks marks = { 0 };

	view_attainment_options(rq, o);
	if (viewer(rq) == NULL)
		return 0;
	if ((assessment ? access_marks_assessment : access_marks_course)(rq->db, rq->who, id, &marks, e) < 0)
		return -1;
	o->marks_right = marks.right;
	o->lecturer = marks.own_sections ? rq->who->id : NULL;
	return 0;
}

static int list_finish(struct web_request *rq, json_t *model, const char *title, const char *api,
    const char *const *columns, struct err *e)
{
	const json_t *items = json_object_get(model, "items");

	if (view_heading(rq, model, title, NULL, "/", web_tr(rq, "Overview"), NULL) < 0 ||
	    view_list_page(rq, model, json_array_size(items),
		(size_t)json_integer_value(json_object_get(model, "total")),
		json_string_value(json_object_get(model, "next")), columns, false) < 0 ||
	    view_exports(rq, model, api, true) < 0)
		return err_nomem(e);
	return 0;
}

int programmes_view(struct web_request *rq, json_t *model, struct err *e)
{
	static const char *const columns[] = { "code", "name", NULL };
	struct list_query q;

	view_list_query(rq, false, &q);
	if (programmes_json(rq->db, &q, viewer(rq), rq->arena, model, e) < 0)
		return -1;
	return list_finish(rq, model, web_tr(rq, "Programmes"), "/api/v1/programmes", columns, e);
}

int courses_view(struct web_request *rq, json_t *model, struct err *e)
{
	static const char *const columns[] = { "code", "name", "credits", NULL };
	struct list_query q;

	view_list_query(rq, false, &q);
	if (courses_json(rq->db, &q, web_input(rq, "programme"), viewer(rq), few(rq), rq->arena, model, e) < 0)
		return -1;
	return list_finish(rq, model, web_tr(rq, "Courses"), "/api/v1/courses", columns, e);
}

/* For drawings: the estimate of an outcome with its own status and goal beside it. */
static int estimate_put(json_t *outcome, const json_t *figures)
{
	json_t *est;

	if (!json_is_number(json_object_get(figures, "share")))
		return json_object_set_new(outcome, "estimate", json_pack("{s:s}", "status", "few"));
	est = json_pack("{s:O, s:O, s:O, s:O, s:O}", "share", json_object_get(figures, "share"), "n",
	    json_object_get(figures, "n_used"), "interval", json_object_get(figures, "interval"), "status",
	    json_object_get(outcome, "status"), "goal", json_object_get(outcome, "goal"));
	return json_object_set_new(outcome, "estimate", est);
}

/* One scale for the whole panel; the goal is on the axis when it is the same for all. */
static json_t *outcome_scale(const json_t *outcomes)
{
	double goal = NAN;
	const json_t *o;
	size_t i;

	json_array_foreach(outcomes, i, o) {
		double g = json_number_value(json_object_get(o, "goal"));

		goal = i == 0 || g == goal ? g : NAN;
		if (isnan(goal))
			break;
	}
	return chart_interval_fit(outcomes, goal);
}

int view_outcome_estimates(struct web_request *rq, json_t *outcomes, const char *part)
{
	json_t *o;
	size_t i;
	int bad = 0;

	json_array_foreach(outcomes, i, o)
		bad |= estimate_put(o, part != NULL ? json_object_get(o, part) : o) | view_is(rq, o, "state");
	return bad;
}

static int outcomes_for_page(struct web_request *rq, json_t *model, const char *part)
{
	json_t *outcomes = json_object_get(model, "outcomes"), *o;
	size_t i;
	int bad;

	if (!view_is_page(rq))
		return 0;
	bad = view_outcome_estimates(rq, outcomes, part);
	json_array_foreach(outcomes, i, o) {
		json_t *sections = json_object_get(o, "sections");

		bad |= view_is(rq, json_object_get(o, "items"), "state") | view_is(rq, sections, "state");
		bad |= json_object_set_new(o, "by_section", json_boolean(json_array_size(sections) > 1));
	}
	json_array_foreach(json_object_get(model, "courses"), i, o)
		bad |= view_is(rq, json_object_get(o, "cells"), "state") | view_is(rq, o, "state");
	bad |= view_is(rq, model, "state");
	bad |= view_is(rq, json_object_get(model, "all_outcomes"), "state");
	bad |= view_is(rq, json_object_get(model, "coverage"), "kind");
	bad |= json_object_set_new(model, "interval_scale", outcome_scale(outcomes));
	bad |= json_object_set_new(model, "outcome_count", json_integer((json_int_t)json_array_size(outcomes)));
	return bad ? -1 : 0;
}

int programme_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "programme"), *name;
	struct attainment_options o;

	view_attainment_options(rq, &o);
	if (attainment_programme_json(rq->db, id, &o, rq->arena, model, e) < 0)
		return -1;
	name = named(rq, json_object_get(model, "programme"));
	if (view_heading(rq, model, name, NULL, "/programmes", web_tr(rq, "Programmes"), NULL) < 0 ||
	    outcomes_for_page(rq, model, "direct") < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/programmes/%s/attainment", id), true) < 0)
		return err_nomem(e);
	return 0;
}

int programme_map_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "programme");

	if (programme_json(rq->db, id, few(rq), rq->arena, model, e) < 0)
		return -1;
	if (view_heading(rq, model, web_tr(rq, "Curriculum map"), NULL, "/programmes", web_tr(rq, "Programmes"),
		arena_fmt(rq->arena, "/programmes/%s", id), named(rq, json_object_get(model, "programme")), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/programmes/%s", id), false) < 0)
		return err_nomem(e);
	return 0;
}

int programme_outcome_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "programme"), *wanted = web_param(rq, "outcome"), *code = NULL, *name = NULL;
	json_t *all = json_object(), *outcomes, *o, *found = NULL;
	struct attainment_options options;
	size_t i;
	int rc = -1;

	view_attainment_options(rq, &options);
	if (all == NULL || attainment_programme_json(rq->db, id, &options, rq->arena, all, e) < 0)
		goto out;
	outcomes = json_object_get(all, "outcomes");
	json_array_foreach(outcomes, i, o) {
		code = json_string_value(json_object_get(o, "code"));
		if (strcmp(code, wanted) == 0 || strcmp(json_string_value(json_object_get(o, "id")), wanted) == 0) {
			found = o;
			break;
		}
	}
	if (found == NULL) {
		err_set(e, ERR_ABSENT, "outcome", "The programme has no outcome “{1}”.", wanted, NULL);
		goto out;
	}
	name = named(rq, found);
	if (json_object_update(model, found) < 0 ||
	    json_object_set(model, "programme", json_object_get(all, "programme")) < 0 ||
	    json_object_set(model, "k", json_object_get(all, "k")) < 0 ||
	    view_is(rq, json_object_get(found, "contributions"), "state") < 0 || view_is(rq, model, "state") < 0 ||
	    view_is(rq, json_object_get(found, "indirect"), "state") < 0 ||
	    (view_is_page(rq) && estimate_put(model, json_object_get(found, "direct")) < 0) ||
	    view_heading(rq, model, arena_fmt(rq->arena, "%s. %s", code, name), code, "/programmes",
		web_tr(rq, "Programmes"), arena_fmt(rq->arena, "/programmes/%s", id),
		named(rq, json_object_get(all, "programme")), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/programmes/%s/outcomes/%s", id, wanted), false) < 0)
		err_nomem(e);
	else
		rc = 0;
out:
	json_decref(all);
	return rc;
}

int course_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "course");
	struct attainment_options o;

	if (course_options(rq, false, id, &o, e) < 0 || attainment_course_json(rq->db, id, &o, rq->arena, model, e) < 0)
		return -1;
	if (view_heading(rq, model, named(rq, json_object_get(model, "course")), NULL, "/courses",
		web_tr(rq, "Courses"), NULL) < 0 ||
	    outcomes_for_page(rq, model, NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/courses/%s/attainment", id), true) < 0)
		return err_nomem(e);
	return 0;
}

int course_plan_view(struct web_request *rq, json_t *model, struct err *e)
{
	return course_json(rq->db, web_param(rq, "course"), few(rq), rq->arena, model, e);
}

int assessment_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *id = web_param(rq, "assessment");
	struct attainment_options o;
	const json_t *course;
	const char *policy;

	if (course_options(rq, true, id, &o, e) < 0 || assessment_items_json(rq->db, id, &o, rq->arena, model, e) < 0)
		return -1;
	course = json_object_get(model, "course");
	policy = json_string_value(json_object_get(json_object_get(model, "assessment"), "missing_policy"));
	if (view_is_page(rq) && policy != NULL &&
	    json_object_set_new(model, "policy_missing", json_boolean(strcmp(policy, "missing") == 0)) < 0)
		return err_nomem(e);
	if (view_is(rq, json_object_get(model, "items"), "state") < 0 || view_is(rq, model, "state") < 0 ||
	    view_is(rq, json_object_get(model, "sections"), "state") < 0 ||
	    view_heading(rq, model, named(rq, json_object_get(model, "assessment")), NULL, "/courses",
		web_tr(rq, "Courses"),
		arena_fmt(rq->arena, "/courses/%s", json_string_value(json_object_get(course, "id"))),
		named(rq, course), NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/assessments/%s/items", id), true) < 0)
		return err_nomem(e);
	return 0;
}
