/* Errors as people and programs read them: a page, or a problem document (RFC 9457). */
#include "web/site.h"
#include "web/urlencoded.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>

static const struct kind {
	short status;
	const char *title; /* msgid */
} kinds[] = {
	[ERR_NONE] = { 500, N_("Something went wrong") },
	[ERR_INPUT] = { 422, N_("Something in what was sent is not right") },
	[ERR_LOGIN] = { 401, N_("Please sign in") },
	[ERR_FORBIDDEN] = { 403, N_("You have no right to this") },
	[ERR_ABSENT] = { 404, N_("There is nothing here") },
	[ERR_CONFLICT] = { 409, N_("This does not go together with what is stored") },
	[ERR_BUSY] = { 503, N_("The server is busy") },
	[ERR_TOO_LARGE] = { 413, N_("This is larger than is accepted") },
	[ERR_INTERNAL] = { 500, N_("Something went wrong") },
};

static void add_error(struct web_request *rq, json_t *list, const struct err_at *at)
{
	json_t *o = json_pack("{s:s, s:s}", "field", at->err.field, "detail", web_err_text(rq, &at->err));

	if (at->line > 0)
		json_object_set_new(o, "line", json_integer((json_int_t)at->line));
	json_array_append_new(list, o);
}

static json_t *errors_of(struct web_request *rq, const struct err *e, const struct err_list *more)
{
	json_t *list = json_array();

	for (size_t i = 0; more != NULL && i < more->shown; i++)
		add_error(rq, list, &more->at[i]);
	if (more == NULL && e->field[0] != '\0') {
		struct err_at at = { 0, *e };

		add_error(rq, list, &at);
	}
	return list;
}

static json_t *document(struct web_request *rq, int status, const struct err *e, const struct err_list *more)
{
	json_t *errors = errors_of(rq, e, more);
	json_t *doc = json_pack("{s:o, s:s, s:i, s:s, s:s}", "type",
	    json_sprintf("/problems/%s", err_kind_name(e->kind)), "title", web_tr(rq, kinds[e->kind].title), "status",
	    status, "detail", web_err_text(rq, e), "instance", rq->id);

	if (json_array_size(errors) > 0) {
		json_object_set(doc, "errors", errors);
		if (more != NULL)
			json_object_set_new(doc, "error_count", json_integer((json_int_t)more->total));
	}
	json_decref(errors);
	return doc;
}

static void send_plain(struct web_request *rq, struct web_response *rs, int status)
{
	char *text = arena_fmt(rq->arena, "%d %s\n%s\n", status, web_tr(rq, kinds[ERR_INTERNAL].title), rq->id);

	web_send(rq, rs, status, "text/plain; charset=utf-8", text != NULL ? text : "",
	    text != NULL ? strlen(text) : 0);
}

static void send_problem(struct web_request *rq, struct web_response *rs, int status, const json_t *doc)
{
	size_t len = json_dumpb(doc, NULL, 0, JSON_COMPACT);
	char *text = arena_get(rq->arena, len + 1, 1);

	if (text == NULL || len == 0) {
		send_plain(rq, rs, status);
		return;
	}
	json_dumpb(doc, text, len, JSON_COMPACT);
	text[len] = '\n';
	web_send(rq, rs, status, "application/problem+json", text, len + 1);
}

/* What the page says besides: whether anything was lost, and what to do. */
static void add_advice(struct web_request *rq, json_t *model, int status)
{
	bool changed = strcmp(rq->method, "POST") == 0;
	const char *todo;

	if (changed)
		json_object_set_new(model, "lost", json_string(web_tr(rq, "Nothing was stored or changed.")));
	switch (status) {
	case 400:
	case 422:
		todo = N_("Go back, put right what is named here, and send it again.");
		break;
	case 403:
		todo = N_("If you should have this right, ask for it and name the page.");
		break;
	case 404:
		todo = N_("Check the address, or begin from the overview.");
		break;
	case 409:
		todo = N_("Go back and look at what is stored now.");
		break;
	case 413:
		todo = N_("Send less at once.");
		break;
	case 503:
		todo = N_("Go back and try again in a few seconds. Sending twice counts once.");
		break;
	case 500:
		todo = N_("Try again. If it happens once more, tell the administrator the code below.");
		break;
	default:
		todo = N_("Begin from the overview.");
	}
	json_object_set_new(model, "todo", json_string(web_tr(rq, todo)));
}

static void send_page(struct web_request *rq, struct web_response *rs, int status, json_t *doc)
{
	struct err e = { 0 };

	add_advice(rq, doc, status);
	if (web_send_page(rq, rs, status, "error", doc, &e) < 0) {
		log_err("error-page", &e);
		send_plain(rq, rs, status);
	}
}

static void to_sign_in(struct web_request *rq, struct web_response *rs)
{
	const char *here = arena_fmt(rq->arena, "%s%s%s", rq->path, rq->query[0] != '\0' ? "?" : "", rq->query);
	/* the sign-in form takes so much and no more; who comes from further goes home */
	const char *next = here != NULL && strlen(here) <= 900 ? urlencoded_value(rq->arena, here) : NULL;
	const char *to = next != NULL ? arena_fmt(rq->arena, "/signin?next=%s", next) : NULL;

	web_redirect(rq, rs, to != NULL ? to : "/signin");
}

void web_fail(struct web_request *rq, struct web_response *rs, int status, const struct err *e,
    const struct err_list *more)
{
	json_t *doc;

	if (e->kind == ERR_INTERNAL || e->kind == ERR_NONE || (e->kind == ERR_BUSY && e->log[0] != '\0'))
		log_event(LOG_ERROR, "request-failed", "id", rq->id, "kind", err_kind_name(e->kind), "detail", e->log,
		    NULL);
	if (status == 0)
		status = kinds[e->kind].status;
	rs->job = NULL;
	if (status == 503)
		web_header_add(rq, rs, "Retry-After", "5");
	if (status == 401 && rq->face == WEB_API)
		web_header_add(rq, rs, "WWW-Authenticate", "Bearer");
	if (status == 401 && rq->face == WEB_PAGE && strcmp(rq->method, "POST") != 0) {
		to_sign_in(rq, rs);
		return;
	}
	doc = document(rq, status, e, more);
	if (doc == NULL)
		send_plain(rq, rs, status);
	else if (rq->face == WEB_API)
		send_problem(rq, rs, status, doc);
	else
		send_page(rq, rs, status, doc);
	json_decref(doc);
}

void web_send_errors(struct web_request *rq, struct web_response *rs, const struct err_list *bad)
{
	struct err e = { 0 };

	if (bad->shown == 1)
		e = bad->at[0].err;
	else
		err_set(&e, ERR_INPUT, NULL, "Several things in what was sent are not right; each is named.", NULL);
	web_fail(rq, rs, 0, &e, bad);
}
