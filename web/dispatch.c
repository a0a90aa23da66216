#include "web/site.h"

#include "core/session.h"

#include <string.h>

static void fail(struct web_request *rq, struct web_response *rs, int status, const struct err *e)
{
	web_fail(rq, rs, status, e, NULL);
}

static void no_route(struct web_request *rq, struct web_response *rs, const struct web_match *m)
{
	struct err e = { 0 };
	char allow[128];

	if (!m->path_known) {
		err_set(&e, ERR_ABSENT, NULL, "There is no page or interface at this address.", NULL);
		fail(rq, rs, 404, &e);
		return;
	}
	router_allow(rq->web->router, rq->path, allow, sizeof allow);
	web_header_add(rq, rs, "Allow", arena_strdup(rq->arena, allow));
	err_set(&e, ERR_INPUT, NULL, "This address takes {1} only.", allow, NULL);
	fail(rq, rs, 405, &e);
}

static int params_take(struct web_request *rq, const struct web_match *m, struct err *e)
{
	for (size_t i = 0; i < m->count; i++) {
		struct web_param *p = &rq->params[i];

		p->name = arena_strndup(rq->arena, m->params[i].name, m->params[i].name_len);
		p->value = router_decode(rq->arena, m->params[i].value, m->params[i].value_len);
		if (p->name == NULL || p->value == NULL)
			return err_set(e, ERR_ABSENT, NULL, "There is no page or interface at this address.", NULL);
	}
	rq->param_count = m->count;
	return 0;
}

/* Everything that must hold before the row's own function runs.  1: an answer was made. */
static int admit(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct err_list bad = { 0 };
	int rc = 0;

	if (web_negotiate(rq, e) < 0) {
		fail(rq, rs, strcmp(e->field, "Accept") == 0 ? 406 : 0, e);
		return 1;
	}
	if (rq->face == WEB_PAGE && strcmp(rq->route->method, "GET") != 0 && web_same_origin(rq, e) < 0)
		return -1;
	if (web_identify(rq, e) < 0 || web_permit(rq, e) < 0)
		return -1;
	if (web_decode(rq, &bad, e) < 0) {
		rc = -1;
		if (strcmp(e->field, "Content-Type") == 0) {
			fail(rq, rs, 415, e);
			rc = 1;
		}
	} else if (bad.total > 0) {
		web_send_errors(rq, rs, &bad);
		rc = 1;
	}
	err_list_free(&bad);
	return rc;
}

static int show(struct web_request *rq, struct web_response *rs, struct err *e)
{
	json_t *model = json_object();
	int rc = -1;

	if (model == NULL)
		return err_nomem(e);
	if (rq->route->view(rq, model, e) < 0)
		goto out;
	if (rq->format == WEB_HTML)
		rc = web_send_page(rq, rs, 200, rq->route->template, model, e);
	else if (rq->format == WEB_CSV)
		rc = web_send_table(rq, rs, model, e);
	else if ((rc = web_send_json(rq, rs, 200, model)) < 0)
		err_internal(e, "the answer is no JSON or larger than the limit");
out:
	json_decref(model);
	return rc;
}

static int extend_session(struct db *db, void *arg, struct err *e)
{
	const struct web_request *rq = arg;

	return session_extend(db, &rq->web->secret, rq->session, e);
}

static enum web_turn complete(struct web_request *rq, struct web_response *rs, int rc, struct err *e)
{
	if (rc < 0) {
		if (e->kind == ERR_NONE)
			err_internal(e, "a handler failed without saying why");
		fail(rq, rs, 0, e);
	} else if (rs->job != NULL) {
		return WEB_WAIT;
	} else if (rs->work != NULL) {
		return WEB_WORKER;
	}
	web_common_headers(rq, rs);
	return WEB_DONE;
}

static enum web_turn run(struct web_request *rq, struct web_response *rs)
{
	struct err e = { 0 }, ignored = { 0 };
	int rc = admit(rq, rs, &e);

	if (rc == 0)
		rc = rq->route->handle != NULL ? rq->route->handle(rq, rs, &e) : show(rq, rs, &e);
	/* a session that could not be moved on only ends earlier */
	if (rq->session_due && !(rq->route->flags & WEB_FAST))
		writer_do(rq->writer, extend_session, rq, &ignored);
	return complete(rq, rs, rc < 0 ? -1 : 0, &e);
}

enum web_turn web_handle(struct web_request *rq, struct web_response *rs)
{
	struct web_match m;
	struct err e = { 0 };

	router_match(rq->web->router, rq->method, rq->path, &m);
	rq->route = m.route;
	rq->face = m.face;
	web_language(rq);
	if (m.route == NULL) {
		no_route(rq, rs, &m);
		web_common_headers(rq, rs);
		return WEB_DONE;
	}
	if (params_take(rq, &m, &e) < 0)
		return complete(rq, rs, -1, &e);
	return m.route->flags & WEB_FAST ? run(rq, rs) : WEB_WORKER;
}

enum web_turn web_work(struct web_request *rq, struct web_response *rs)
{
	int (*work)(struct web_request *, struct web_response *, struct err *) = rs->work;
	struct err e = { 0 };

	if (work == NULL)
		return run(rq, rs);
	rs->work = NULL;
	return complete(rq, rs, work(rq, rs, &e), &e);
}

void web_finish(struct web_request *rq, struct web_response *rs)
{
	struct write_job *job = rs->job;
	struct err e = { 0 };
	int rc = 0;

	if (rs->finish != NULL) {
		rc = rs->finish(rq, rs, &e);
	} else if (job->err.kind != ERR_NONE) {
		e = job->err;
		rc = -1;
	}
	rs->job = NULL;
	rs->work = NULL;
	complete(rq, rs, rc, &e);
}

size_t web_body_limit(const struct web *w, const char *method, const char *path)
{
	struct web_match m;

	router_match(w->router, method, path, &m);
	return m.route != NULL && m.route->body_limit > 0 ? m.route->body_limit : WEB_BODY_LIMIT;
}

void web_refuse(struct web_request *rq, struct web_response *rs, enum err_kind kind)
{
	struct web_match m;
	struct err e = { 0 };

	router_match(rq->web->router, rq->method, rq->path, &m);
	rq->route = m.route;
	rq->face = m.face;
	web_language(rq);
	if (kind == ERR_TOO_LARGE)
		err_set(&e, kind, NULL, "More was sent than is accepted here.", NULL);
	else if (kind == ERR_BUSY)
		err_set(&e, kind, NULL, "The server is busy. Nothing was stored; please try again shortly.", NULL);
	else
		err_internal(&e, "the server refused the request");
	fail(rq, rs, 0, &e);
	web_common_headers(rq, rs);
}
