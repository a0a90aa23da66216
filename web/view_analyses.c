#include "web/view_analyses.h"

#include "analysis/access.h"
#include "analysis/analyse.h"
#include "analysis/stored.h"
#include "core/clock.h"
#include "core/jobs.h"
#include "surveys/campaign.h"
#include "web/view.h"

#include <stdlib.h>
#include <string.h>

#define RESULT_MOST ((size_t)8 << 20) /* bytes of one that is kept for an hour */

static const char members[] = "campaign, method, items, scale, group, filter, options";

const struct web_field analyses_fields[] = { { 0 } };
const struct web_column methods_columns[] = {
	{ "name", "name" },
	{ "title", "title" },
	{ "family", "family" },
	{ "summary", "summary" },
	{ "reference", "reference" },
	{ "missing_rule", "missing_rule" },
	{ 0 },
};
const struct web_column analyses_columns[] = {
	{ "id", "id" },
	{ "method", "method" },
	{ "state", "state" },
	{ "progress", "progress" },
	{ "begun_at", "begun_at" },
	{ "ended_at", "ended_at" },
	{ "campaign", "asked.campaign" },
	{ 0 },
};

int methods_view(struct web_request *rq, json_t *model, struct err *e)
{
	(void)rq;
	return json_object_set_new(model, "items", analyse_list()) == 0 ? 0 : err_nomem(e);
}

/* ---- a calculation as a job ---- */

static char *run(void *arg, struct db *db, struct job *job, struct err *e)
{
	json_t *out = stored_run(arg, db, job_go_on, job, e);
	char *text = out != NULL ? json_dumps(out, JSON_COMPACT) : NULL;

	if (out != NULL && text == NULL)
		err_nomem(e);
	json_decref(out);
	if (text != NULL && strlen(text) > RESULT_MOST) {
		free(text);
		text = NULL;
		err_set(e, ERR_TOO_LARGE, "", "The result is too large to be kept; choose fewer items or groups.",
		    NULL);
	}
	return text;
}

static void forget(void *arg)
{
	stored_free(arg);
}

static json_t *time_json(int64_t ms)
{
	char text[32];

	if (ms == 0)
		return json_null();
	clock_iso(ms, text, sizeof text);
	return json_string(text);
}

static json_t *job_json(const struct web_request *rq, const struct job_view *v)
{
	json_t *error = json_null(), *result = json_null(), *asked = json_loads(v->about, 0, NULL);

	if (v->stage == JOB_FAILED)
		error = json_pack("{s:s, s:s}", "field", v->err.field, "detail", web_err_text(rq, &v->err));
	if (v->result != NULL)
		result = json_loads(v->result, 0, NULL);
	return json_pack("{s:s, s:s, s:f, s:o, s:o, s:s, s:o, s:o, s:o}", "id", v->id, "state",
	    job_stage_name(v->stage), "progress", v->done, "begun_at", time_json(v->begun_at), "ended_at",
	    time_json(v->ended_at), "method", v->title, "asked", asked != NULL ? asked : json_null(), "result", result,
	    "error", error);
}

/* Who may read the campaign may compute over it; others are told nothing of its questions. */
static int permitted(struct web_request *rq, const json_t *doc, struct err *e)
{
	const char *code = json_string_value(json_object_get(doc, "campaign"));
	struct campaign c;
	int may;

	if (code == NULL)
		return 0; /* stored_read() says what is wrong */
	if (campaign_get(rq->db, code, rq->arena, &c, e) < 0)
		return -1;
	may = rq->who->roles & ROLE_QUALITY_OFFICE ? 1 : access_campaign(rq->db, rq->who, c.id, e);
	if (may == 0)
		return err_set(e, ERR_FORBIDDEN, NULL, "You may not see this campaign.", NULL);
	return may < 0 ? -1 : 0;
}

/* One's own, of a campaign that one still may see. */
static int look(struct web_request *rq, const char *id, int wait_ms, json_t **model, struct err *e)
{
	struct job_view v;

	if (jobs_look(rq->jobs, rq->who->id, id, wait_ms, rq->arena, &v, e) < 0)
		return -1;
	*model = job_json(rq, &v);
	if (*model == NULL)
		return err_nomem(e);
	if (permitted(rq, json_object_get(*model, "asked"), e) == 0)
		return 0;
	json_decref(*model);
	*model = NULL;
	return -1;
}

int analysis_look(struct web_request *rq, const char *id, json_t **model, struct err *e)
{
	return look(rq, id, 0, model, e);
}

int analysis_ask(struct web_request *rq, const json_t *doc, int wait_ms, json_t **model, struct err *e)
{
	const char *account = rq->who->roles & ROLE_QUALITY_OFFICE ? NULL : rq->who->id;
	struct job_spec spec = { .owner = rq->who->id, .run = run, .free_arg = forget };
	char key[STORED_KEY], id[ID_LEN + 1], *about;
	struct stored *s;
	int rc;

	*model = NULL;
	if (permitted(rq, doc, e) < 0 || stored_read(rq->db, doc, account, &s, e) < 0)
		return -1;
	if (stored_key(s, rq->db, key, e) < 0) {
		stored_free(s);
		return -1;
	}
	spec.key = key;
	spec.title = arena_strdup(rq->arena, stored_method(s));
	spec.about = about = json_dumps(doc, JSON_COMPACT);
	spec.arg = s;
	if (spec.title == NULL || about == NULL) {
		free(about);
		stored_free(s);
		return err_nomem(e);
	}
	rc = jobs_put(rq->jobs, &spec, id, e);
	free(about);
	return rc < 0 ? -1 : look(rq, id, wait_ms, model, e);
}

/* ---- routes ---- */

static bool ended(const json_t *model)
{
	const char *state = json_string_value(json_object_get(model, "state"));

	return strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0;
}

int analyses_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	json_t *doc = web_body_json(rq, members, e), *model = NULL;
	const char *href;
	int rc;

	if (doc == NULL)
		return -1;
	rc = analysis_ask(rq, doc, ANALYSIS_WAIT_MS, &model, e);
	json_decref(doc);
	if (rc < 0)
		return -1;
	href = arena_fmt(rq->arena, "/api/v1/analyses/%s", json_string_value(json_object_get(model, "id")));
	if (href == NULL)
		rc = err_nomem(e);
	else
		web_header_add(rq, rs, "Location", href);
	if (rc == 0)
		rc = web_send_json(rq, rs, ended(model) ? 200 : 202, model);
	json_decref(model);
	return rc;
}

int analysis_view(struct web_request *rq, json_t *model, struct err *e)
{
	json_t *one;
	int rc;

	if (look(rq, web_param(rq, "analysis"), 0, &one, e) < 0)
		return -1;
	rc = json_object_update(model, one);
	json_decref(one);
	return rc == 0 ? 0 : err_nomem(e);
}

int analyses_view(struct web_request *rq, json_t *model, struct err *e)
{
	json_t *list = json_array();
	struct job_view *v;
	size_t n;

	if (jobs_list(rq->jobs, rq->who->id, rq->arena, &v, &n, e) < 0) {
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		json_t *one = job_json(rq, v + i);

		json_object_del(one, "result");
		json_array_append_new(list, one);
	}
	return json_object_set_new(model, "items", list) == 0 ? 0 : err_nomem(e);
}

int analysis_delete(struct web_request *rq, struct web_response *rs, struct err *e)
{
	json_t *model;
	int rc;

	if (jobs_cancel(rq->jobs, rq->who->id, web_param(rq, "analysis"), e) < 0 ||
	    look(rq, web_param(rq, "analysis"), 0, &model, e) < 0)
		return -1;
	rc = web_send_json(rq, rs, 200, model);
	json_decref(model);
	return rc;
}

/* ---- a table of a result as CSV ---- */

/* "items" or "groups.Q1" below result: a {"rows", "cols", "values"}. */
static const json_t *table_at(const json_t *result, const char *path)
{
	char part[64];

	while (result != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (n == 0 || n >= sizeof part)
			return NULL;
		memcpy(part, path, n);
		part[n] = '\0';
		result = json_object_get(result, part);
		path += n + (path[n] == '.');
	}
	return json_is_array(json_object_get(result, "values")) ? result : NULL;
}

int analysis_table_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const json_t *table;
	json_t *model;
	int rc;

	if (look(rq, web_param(rq, "analysis"), 0, &model, e) < 0)
		return -1;
	table = table_at(json_object_get(json_object_get(model, "result"), "result"), web_param(rq, "table"));
	if (table == NULL)
		rc = err_set(e, ERR_ABSENT, NULL, "This calculation has no such table.", NULL);
	else
		rc = web_send_sheet(rq, rs, table, e);
	json_decref(model);
	return rc;
}
