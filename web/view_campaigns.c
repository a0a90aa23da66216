#include "web/view_campaigns.h"

#include "analysis/campaign_list.h"
#include "analysis/curriculum.h"
#include "web/campaign_page.h"
#include "web/locale.h"
#include "web/view.h"

#include <string.h>

#define HOME_MOST 6

static const char *const statuses[] = { "", "open", "planned", "closed", NULL };

const struct web_field campaigns_fields[] = {
	VIEW_LIST_FIELDS,
	{ .name = "status",
	    .type = WEB_WORD,
	    .words = statuses,
	    .doc = "Only campaigns that are open, planned or closed" },
	{ 0 },
};
const struct web_column campaigns_columns[] = {
	{ "id", "id" },
	{ "code", "code" },
	{ "title", "title" },
	{ "status", "status" },
	{ "mode", "mode" },
	{ "opens_at", "opens_at" },
	{ "closes_at", "closes_at" },
	{ "k", "k" },
	{ "responses", "responses" },
	{ "released", "released" },
	{ "simulated", "simulated" },
	{ "invited", "rate.invited" },
	{ "rate", "rate.share" },
	{ "rate_low", "rate.interval.0" },
	{ "rate_high", "rate.interval.1" },
	{ "goal", "rate.goal" },
	{ 0 },
};

const struct account *campaign_reader(const struct web_request *rq)
{
	return rq->who->roles & ROLE_QUALITY_OFFICE ? NULL : rq->who;
}

/* The statuses to choose from, for a page. */
static json_t *status_choices(struct web_request *rq, const char *current)
{
	static const char *const labels[] = { N_("All"), N_("Open"), N_("Planned"), N_("Closed") };
	json_t *list = json_array();

	for (size_t i = 0; statuses[i] != NULL; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:b}", "value", statuses[i], "label", web_tr(rq, labels[i]), "selected",
			strcmp(statuses[i], current) == 0));
	return list;
}

static json_t *sort_choices(struct web_request *rq, const char *current)
{
	static const char *const names[][2] = { { "opens", N_("Newest first") }, { "title", N_("Title A to Z") },
		{ "responses", N_("Most responses first") } };
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:b}", "value", names[i][0], "label", web_tr(rq, names[i][1]), "selected",
			strcmp(names[i][0], current) == 0));
	return list;
}

/* Titles run from A, everything else from the largest. */
static bool falls_by_itself(const struct web_request *rq)
{
	const char *sort = web_input(rq, "sort");

	return sort == NULL || (strcmp(sort, "title") != 0 && strcmp(sort, "code") != 0);
}

/* How many there are of each status among all that the reader may see. */
static int set_counts(struct web_request *rq, json_t *model, struct err *e)
{
	struct list_query one = { .limit = 1 };
	json_t *counts = json_object();

	for (size_t i = 1; statuses[i] != NULL; i++) {
		json_t *list;

		if (campaigns_json(rq->db, campaign_reader(rq), &one, statuses[i], rq->arena, &list, e) < 0) {
			json_decref(counts);
			return -1;
		}
		json_object_set(counts, statuses[i], json_object_get(list, "total"));
		json_decref(list);
	}
	return json_object_set_new(model, "counts", counts) == 0 ? 0 : err_nomem(e);
}

static const char *const columns[] = { "opens", "title", "code", "responses", NULL }; /* to sort by */

static int page_parts(struct web_request *rq, json_t *model, const char *status, struct err *e)
{
	json_t *items = json_object_get(model, "items"), *filter;
	bool down = falls_by_itself(rq);

	if (set_counts(rq, model, e) < 0)
		return -1;
	if (view_heading(rq, model, web_tr(rq, "Campaigns"), NULL, "/", web_tr(rq, "Overview"), NULL) < 0 ||
	    view_list_page(rq, model, json_array_size(items),
		(size_t)json_integer_value(json_object_get(model, "total")),
		json_string_value(json_object_get(model, "next")), columns, down) < 0 ||
	    view_exports(rq, model, "/api/v1/campaigns", true) < 0 || campaign_page_marks(rq, model) < 0)
		return err_nomem(e);
	filter = json_object_get(model, "filter");
	json_object_set_new(filter, "statuses", status_choices(rq, status));
	json_object_set_new(filter, "sorts", sort_choices(rq, json_string_value(json_object_get(filter, "sort"))));
	if (status[0] != '\0')
		json_object_set_new(filter, "active", json_true());
	return 0;
}

int campaigns_view(struct web_request *rq, json_t *model, struct err *e)
{
	const char *status = web_input(rq, "status");
	struct list_query query;
	json_t *list;
	int rc;

	if (view_sort_check(rq, columns, e) < 0)
		return -1;
	view_list_query(rq, falls_by_itself(rq), &query);
	status = status != NULL ? status : "";
	if (campaigns_json(rq->db, campaign_reader(rq), &query, status[0] != '\0' ? status : NULL, rq->arena, &list,
		e) < 0)
		return -1;
	rc = json_object_update(model, list);
	json_decref(list);
	if (rc != 0)
		return err_nomem(e);
	return view_is_page(rq) ? page_parts(rq, model, status, e) : 0;
}

/* ---- the first page ---- */

static int home_campaigns(struct web_request *rq, json_t *model, const char *key, const char *status, struct err *e)
{
	struct list_query query = { .descending = true, .limit = HOME_MOST };
	json_t *list;
	int bad;

	if (campaigns_json(rq->db, campaign_reader(rq), &query, status, rq->arena, &list, e) < 0)
		return -1;
	bad = campaign_page_marks(rq, list);
	bad |= json_object_set_new(model, key, list);
	return bad == 0 ? 0 : err_nomem(e);
}

static int home_programmes(struct web_request *rq, json_t *model, struct err *e)
{
	struct list_query query = { .limit = HOME_MOST };
	json_t *list = json_object();
	int rc = programmes_json(rq->db, &query, rq->who->roles & ROLE_QUALITY_OFFICE ? NULL : rq->who->id, rq->arena,
	    list, e);

	if (rc < 0)
		json_decref(list);
	else if (json_object_set_new(model, "programmes", list) != 0)
		rc = err_nomem(e);
	return rc;
}

int home_view(struct web_request *rq, json_t *model, struct err *e)
{
	unsigned roles = rq->who->roles;
	bool surveys = roles & (ROLE_QUALITY_OFFICE | ROLE_LECTURER | ROLE_PROGRAMME_LEADER);

	if (surveys &&
	    (home_campaigns(rq, model, "open", "open", e) < 0 || home_campaigns(rq, model, "closed", "closed", e) < 0))
		return -1;
	if (roles & (ROLE_QUALITY_OFFICE | ROLE_PROGRAMME_LEADER) && home_programmes(rq, model, e) < 0)
		return -1;
	json_object_set_new(model, "role",
	    json_pack("{s:b, s:b, s:b, s:b}", "administrator", (roles & ROLE_ADMINISTRATOR) != 0, "quality_office",
		(roles & ROLE_QUALITY_OFFICE) != 0, "programme_leader", (roles & ROLE_PROGRAMME_LEADER) != 0,
		"lecturer", (roles & ROLE_LECTURER) != 0));
	return view_heading(rq, model, web_tr(rq, "Overview"), NULL, NULL) < 0 ? err_nomem(e) : 0;
}
