#include "web/view_session.h"

#include "core/session.h"
#include "core/signin.h"

#include <string.h>

const struct web_field signin_get_fields[] = {
	{ .name = "next", .type = WEB_TEXT, .max = 1000, .doc = "Where to go afterwards: a path of this site" },
	{ 0 },
};
const struct web_field signin_fields[] = {
	{ .name = "login", .type = WEB_TEXT, .max = LOGIN_MAX, .required = 1, .doc = "E-mail address" },
	{ .name = "password", .type = WEB_TEXT, .max = PASSWORD_MAX, .required = 1, .doc = "Password" },
	{ .name = "next", .type = WEB_TEXT, .max = 1000, .doc = "Where to go afterwards: a path of this site" },
	{ 0 },
};

/* A path of this site, so that nobody is sent elsewhere by a link to our own sign-in. */
static const char *next_of(const struct web_request *rq)
{
	const char *next = web_input(rq, "next");

	if (next == NULL || next[0] != '/' || next[1] == '/' || next[1] == '\\')
		return "/";
	return next;
}

int signin_view(struct web_request *rq, json_t *model, struct err *e)
{
	json_object_set_new(model, "title", json_string(web_tr(rq, "Sign in")));
	json_object_set_new(model, "next", json_string(next_of(rq)));
	json_object_set_new(model, "login", json_string(""));
	return json_object_set_new(model, "error", json_null()) < 0 ? err_nomem(e) : 0;
}

static int again(struct web_request *rq, struct web_response *rs, const struct err *why, struct err *e)
{
	json_t *model = json_pack("{s:o, s:s, s:s, s:s}", "title",
	    json_sprintf("%s %s", web_tr(rq, "Error:"), web_tr(rq, "Sign in")), "next", next_of(rq), "login",
	    web_input(rq, "login"), "error", web_err_text(rq, why));
	int rc;

	if (model == NULL)
		return err_nomem(e);
	rc = web_send_page(rq, rs, 401, "signin", model, e);
	json_decref(model);
	return rc;
}

static void set_cookie(struct web_request *rq, struct web_response *rs, const char *cookie, const char *end)
{
	web_header_add(rq, rs, "Set-Cookie",
	    arena_fmt(rq->arena, "elod_session=%s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie, end,
		web_options(rq->web)->secure_cookies ? "; Secure" : ""));
}

int signin_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	char cookie[TOKEN_LEN + 1];
	struct err why = { 0 };

	if (sign_in(rq->db, rq->writer, web_secret(rq->web), web_input(rq, "login"), web_input(rq, "password"), cookie,
		&why) < 0) {
		if (why.kind == ERR_LOGIN)
			return again(rq, rs, &why, e);
		*e = why;
		return -1;
	}
	/* no Max-Age: the cookie ends with the browser, the session by itself */
	set_cookie(rq, rs, cookie, "");
	return web_redirect(rq, rs, next_of(rq));
}

static int end_session(struct db *db, void *arg, struct err *e)
{
	const struct web_request *rq = arg;

	return session_end(db, web_secret(rq->web), rq->session, e);
}

int signout_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	if (writer_do(rq->writer, end_session, rq, e) < 0)
		return -1;
	set_cookie(rq, rs, "", "; Max-Age=0");
	rq->session_due = false;
	return web_redirect(rq, rs, "/signin");
}
