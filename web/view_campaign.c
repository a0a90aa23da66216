#include "web/view_campaign.h"

#include "analysis/access.h"
#include "analysis/campaign_list.h"
#include "analysis/campaign_stats.h"
#include "core/clock.h"
#include "surveys/label.h"
#include "web/campaign_page.h"
#include "web/chart.h"
#include "web/locale.h"
#include "web/view.h"
#include "web/view_campaigns.h"

#include <math.h>
#include <string.h>

#define PAGE_TARGETS 25 /* of the comparison on the page of the figures; all are on their own page */
#define API_TARGETS  100
#define RATE_TARGETS 10

static const char *const parts[] = { "all", "careful", NULL };

#define SELECTION_FIELDS                                                                                               \
	{ .name = "part", .type = WEB_WORD, .words = parts, .doc = "careful: without straight-lining responses" },     \
	{                                                                                                              \
		.name = "unit", .type = WEB_TEXT, .max = 64, .doc = "Only this unit, by its code"                      \
	}

const struct web_field campaign_fields[] = {
	SELECTION_FIELDS,
	{ .name = "target", .type = WEB_TEXT, .max = 64, .doc = "Only this target, by its id or code" },
	{ 0 },
};
const struct web_field campaign_targets_fields[] = { VIEW_LIST_FIELDS, SELECTION_FIELDS, { 0 } };
const struct web_field campaign_comments_fields[] = {
	{ .name = "item", .type = WEB_CODE, .max = 40, .doc = "The open question, by its code; else the first one" },
	{ .name = "after", .type = WEB_TEXT, .max = 64, .doc = "Cursor: `next` of the page before" },
	{ .name = "limit", .type = WEB_INT, .max = 200, .doc = "Comments a page: 50 unless asked" },
	{ .name = "unit", .type = WEB_TEXT, .max = 64, .doc = "Only this unit, by its code" },
	{ .name = "target", .type = WEB_TEXT, .max = 64, .doc = "Only this target, by its id or code" },
	{ 0 },
};
const struct web_column campaign_items_columns[] = {
	{ "number", "number" },
	{ "code", "code" },
	{ "label", "label" },
	{ "type", "type" },
	{ "reverse", "reverse" },
	{ "n", "n" },
	{ "missing", "missing.total" },
	{ "mean", "mean" },
	{ "sd", "sd" },
	{ "interpolated_median", "interpolated_median" },
	{ "agreement", "agreement.share" },
	{ "agreement_low", "agreement.interval.0" },
	{ "agreement_high", "agreement.interval.1" },
	{ "top_two", "top_two.share" },
	{ "withheld", "withheld" },
	{ 0 },
};
const struct web_column campaign_targets_columns[] = {
	{ "id", "id" },
	{ "code", "code" },
	{ "label", "label" },
	{ "unit", "unit" },
	{ "unit_label", "unit_label" },
	{ "responses", "responses" },
	{ "enrolled", "enrolled" },
	{ "rate", "rate.share" },
	{ "n", "n" },
	{ "simulated", "simulated" },
	{ "estimate", "estimate" },
	{ "low", "interval.0" },
	{ "high", "interval.1" },
	{ "raw", "raw" },
	{ "source_mean", "mean" },
	{ "rank_low", "rank.0" },
	{ "rank_high", "rank.1" },
	{ "difference", "difference" },
	{ "direction", "direction" },
	{ "withheld", "withheld" },
	{ 0 },
};
const struct web_column campaign_comments_columns[] = { { "text", "text" }, { "simulated", "simulated" }, { 0 } };

struct seen {
	struct campaign c;
	const struct instrument *q;
	struct campaign_options o;
};

static int look(struct web_request *rq, struct seen *s, struct err *e)
{
	const char *part = web_input(rq, "part");
	const struct account *reader = rq->who != NULL ? campaign_reader(rq) : NULL;

	memset(s, 0, sizeof *s);
	if (campaign_get(rq->db, web_param(rq, "campaign"), rq->arena, &s->c, e) < 0 ||
	    instrument_shared(rq->db, s->c.instrument, &s->q, e) < 0)
		return -1;
	s->o =
	    (struct campaign_options){ .part = part != NULL && strcmp(part, "careful") == 0 ? TALLY_CAREFUL : TALLY_ALL,
		    .unit = web_input(rq, "unit"),
		    .target = web_input(rq, "target"),
		    .account = reader != NULL ? reader->id : NULL,
		    .groups_most = view_is_page(rq) ? PAGE_TARGETS : API_TARGETS };
	return 0;
}

static int set_campaign(struct web_request *rq, const struct seen *s, json_t *model, struct err *e)
{
	json_t *c;

	if (campaign_json(rq->db, &s->c, &c, e) < 0)
		return -1;
	return json_object_set_new(model, "campaign", c) == 0 ? 0 : err_nomem(e);
}

/* Takes list's members over into model; drops the reference. */
static int take_over(json_t *model, json_t *list, struct err *e)
{
	int rc = json_object_update(model, list);

	json_decref(list);
	return rc == 0 ? 0 : err_nomem(e);
}

int campaign_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct seen s;
	json_t *c;

	if (look(rq, &s, e) < 0 || campaign_json(rq->db, &s.c, &c, e) < 0)
		return -1;
	return take_over(model, c, e);
}

/* Where fewest have answered: of aggregates, and while answers still come in. */
static int set_rate_targets(struct web_request *rq, const struct seen *s, json_t *model, struct err *e)
{
	struct list_query query = { .sort = "rate", .limit = RATE_TARGETS };
	json_t *list = NULL;

	if (s->c.origin == CAMPAIGN_AGGREGATE ||
	    (s->c.targets > 0 && campaign_status(&s->c, clock_now()) == CAMPAIGN_OPEN)) {
		if (campaign_targets_json(rq->db, &s->c, s->q, &s->o, &query, rq->arena, &list, e) < 0)
			return -1;
	}
	if (list != NULL)
		json_object_del(list, "campaign"); /* the page's own says more */
	if (json_object_set_new(model, "rate_targets", list != NULL ? list : json_null()) != 0)
		return err_nomem(e);
	return 0;
}

int campaign_statistics_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct seen s;
	json_t *figures;

	if (look(rq, &s, e) < 0 || campaign_statistics_json(rq->db, &s.c, s.q, &s.o, rq->arena, &figures, e) < 0 ||
	    take_over(model, figures, e) < 0 || set_campaign(rq, &s, model, e) < 0)
		return -1;
	if (!view_is_page(rq))
		return 0;
	if (set_rate_targets(rq, &s, model, e) < 0)
		return -1;
	return campaign_page_parts(rq, model, &s.c, s.q, e);
}

/* ---- targets ---- */

static const char *campaign_title(const struct web_request *rq, const json_t *model)
{
	return web_named(rq, json_object_get(json_object_get(model, "campaign"), "title"));
}

static const char *campaign_path(struct web_request *rq, const struct seen *s, const char *rest)
{
	const char *path = arena_fmt(rq->arena, "/campaigns/%s%s", s->c.code, rest);

	return path != NULL ? path : "/campaigns";
}

/* Names and the unit run from A, everything else from the largest. */
static bool falls_by_itself(const struct web_request *rq)
{
	const char *sort = web_input(rq, "sort");

	return sort == NULL || (strcmp(sort, "label") != 0 && strcmp(sort, "unit") != 0);
}

static json_t *sort_choices(struct web_request *rq, const json_t *model, bool aggregate)
{
	static const char *const names[][2] = { { "estimate", N_("Highest estimate first") },
		{ "difference", N_("Farthest above the overall level first") }, { "n", N_("Most responses first") },
		{ "rate", N_("Highest rate first") }, { "label", N_("Name A to Z") }, { "unit", N_("By unit") } };
	const char *current = json_string_value(json_object_get(json_object_get(model, "filter"), "sort"));
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (aggregate ? i == 1 : i == 3)
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:b}", "value", names[i][0], "label", web_tr(rq, names[i][1]), "selected",
			current != NULL && strcmp(names[i][0], current) == 0));
	}
	return list;
}

static int targets_page(struct web_request *rq, const struct seen *s, json_t *model, struct err *e)
{
	static const char *const scored[] = { "estimate", "label", "unit", "n", "rate", "difference", NULL };
	static const char *const counted[] = { "rate", "label", "unit", "n", "estimate", NULL };
	bool aggregate = s->c.origin == CAMPAIGN_AGGREGATE;
	json_t *items = json_object_get(model, "items"), *comparison = json_object_get(model, "comparison"), *scale;
	const json_t *overall = json_object_get(json_object_get(comparison, "model"), "mean");
	const char *unit = json_string_value(json_object_get(comparison, "unit")), *word = campaign_title(rq, model);

	scale = chart_group_fit(items, json_is_number(overall) ? json_number_value(overall) : NAN,
	    unit != NULL && strcmp(unit, "share") == 0);
	if (view_heading(rq, model, word, web_tr(rq, "All targets"), "/campaigns", web_tr(rq, "Campaigns"),
		campaign_path(rq, s, ""), word, NULL) < 0 ||
	    view_list_page(rq, model, json_array_size(items),
		(size_t)json_integer_value(json_object_get(model, "total")),
		json_string_value(json_object_get(model, "next")), aggregate ? counted : scored,
		falls_by_itself(rq)) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/campaigns/%s/targets", s->c.code), true) < 0 ||
	    view_is(rq, items, "direction") < 0 || json_object_set_new(model, "group_scale", scale) != 0)
		return err_nomem(e);
	json_object_set_new(model, "aggregate", json_boolean(aggregate));
	campaign_compare_marks(comparison);
	json_object_set(model, "is_share", json_object_get(comparison, "is_share"));
	json_object_set_new(json_object_get(model, "filter"), "sorts", sort_choices(rq, model, aggregate));
	if (s->o.unit != NULL && s->o.unit[0] != '\0')
		json_object_set_new(json_object_get(model, "filter"), "active", json_true());
	return campaign_page_marks(rq, model) == 0 ? 0 : err_nomem(e);
}

int campaign_targets_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct list_query query;
	struct seen s;
	json_t *list;

	if (look(rq, &s, e) < 0)
		return -1;
	view_list_query(rq, falls_by_itself(rq), &query);
	if (campaign_targets_json(rq->db, &s.c, s.q, &s.o, &query, rq->arena, &list, e) < 0 ||
	    take_over(model, list, e) < 0 || set_campaign(rq, &s, model, e) < 0)
		return -1;
	return view_is_page(rq) ? targets_page(rq, &s, model, e) : 0;
}

/* Whether the reader may see the campaign's figures. */
static int may_see(struct web_request *rq, const struct campaign *c, struct err *e)
{
	if (rq->who == NULL)
		return 0;
	if (rq->who->roles & ROLE_QUALITY_OFFICE)
		return 1;
	return access_campaign(rq->db, rq->who, c->id, e);
}

static int open_or_refused(struct web_request *rq, const struct campaign *c, struct err *e)
{
	if (campaign_status(c, clock_now()) == CAMPAIGN_OPEN)
		return 0;
	if (rq->who == NULL)
		return err_set(e, ERR_LOGIN, NULL, "This campaign is not open. Sign in to see it.", NULL);
	return err_set(e, ERR_FORBIDDEN, NULL, "You may not see this campaign.", NULL);
}

int campaign_targets_open_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct list_query query;
	struct seen s;
	json_t *list;
	int may;

	if (look(rq, &s, e) < 0 || (may = may_see(rq, &s.c, e)) < 0)
		return -1;
	if (may)
		return campaign_targets_view(rq, model, e);
	if (open_or_refused(rq, &s.c, e) < 0)
		return -1;
	view_list_query(rq, false, &query);
	if (campaign_public_targets_json(rq->db, &s.c, &query, s.o.unit, rq->arena, &list, e) < 0)
		return -1;
	return take_over(model, list, e);
}

int campaign_instrument_view(struct web_request *rq, json_t *model, struct err *e)
{
	struct seen s;
	int may;

	if (look(rq, &s, e) < 0 || (may = may_see(rq, &s.c, e)) < 0)
		return -1;
	if (!may && open_or_refused(rq, &s.c, e) < 0)
		return -1;
	if (json_object_update(model, s.q->doc) != 0 ||
	    json_object_update_new(model, json_pack("{s:s, s:i}", "id", s.q->id, "version", s.q->version)) != 0)
		return err_nomem(e);
	return 0;
}

/* ---- comments ---- */

/* The open questions of the instrument; the first one's code when none is asked for. */
static const char *open_questions(struct web_request *rq, const struct seen *s, json_t *list)
{
	const char *asked = web_input(rq, "item");

	for (size_t i = 0; i < s->q->item_count; i++) {
		const struct instrument_item *it = &s->q->items[i];

		if (it->type != ITEM_TEXT)
			continue;
		if (asked == NULL || asked[0] == '\0')
			asked = it->code;
		json_array_append_new(list,
		    json_pack("{s:s, s:O, s:b}", "code", it->code, "label", it->label, "current",
			strcmp(it->code, asked) == 0));
	}
	return asked;
}

int campaign_comments_view(struct web_request *rq, json_t *model, struct err *e)
{
	json_t *questions = json_array(), *list, *last;
	const char *item, *title;
	struct seen s;

	if (questions == NULL || json_object_set_new(model, "questions", questions) != 0)
		return err_nomem(e);
	if (look(rq, &s, e) < 0)
		return -1;
	item = open_questions(rq, &s, questions);
	if (campaign_comments_json(rq->db, &s.c, s.q, &s.o, item != NULL ? item : "", web_input(rq, "after"),
		(size_t)web_input_int(rq, "limit", 50), rq->arena, &list, e) < 0 ||
	    take_over(model, list, e) < 0 || set_campaign(rq, &s, model, e) < 0)
		return -1;
	last = json_is_true(json_object_get(model, "more")) ? json_incref(json_object_get(model, "last")) : json_null();
	json_object_del(model, "last");
	json_object_set_new(model, "next", last);
	if (!view_is_page(rq))
		return 0;
	title = campaign_title(rq, model);
	if (view_heading(rq, model, title, web_tr(rq, "Comments"), "/campaigns", web_tr(rq, "Campaigns"),
		campaign_path(rq, &s, ""), title, NULL) < 0 ||
	    view_exports(rq, model, arena_fmt(rq->arena, "/api/v1/campaigns/%s/comments", s.c.code), true) < 0)
		return err_nomem(e);
	if (json_is_true(json_object_get(model, "more")))
		json_object_set_new(model, "next_href",
		    json_string(view_address(rq, "after", json_string_value(json_object_get(model, "next")))));
	return campaign_page_marks(rq, model) == 0 ? 0 : err_nomem(e);
}
