/* Every address of the program.  One row a line of thought: ROUTE(method, permission, the rest).
 * Rows stand in groups; each group's functions are declared in the header of its view. */
#include "web/form.h"
#include "web/openapi.h"
#include "web/view_service.h"
#include "web/view_session.h"
#include "web/web.h"

/* permission is an argument, so that it cannot be left out */
#define ROUTE(METHOD, PERMISSION, ...) { .method = METHOD, .perm = PERMISSION, __VA_ARGS__ }

const struct web_route web_routes[] = {
	/* ---- the process itself ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/static/{file}", .flags = WEB_FAST, .fields = static_fields,
	    .handle = static_send, .doc = "A file of the pages: style sheet, script, icon"),
	ROUTE("GET", WEB_PUBLIC, .api = "/healthz", .flags = WEB_FAST, .handle = health_send, .model = "Health",
	    .doc = "Whether the daemon can read its database"),
	ROUTE("GET", WEB_PUBLIC, .api = "/metrics", .flags = WEB_FAST, .handle = metrics_send,
	    .doc = "Counters in the Prometheus text format; no personal data"),
	ROUTE("GET", WEB_PUBLIC, .api = "/api/v1/openapi.json", .flags = WEB_FAST, .handle = openapi_send,
	    .doc = "This description"),
	ROUTE("GET", WEB_PUBLIC, .page = "/api", .view = openapi_view, .template = "api",
	    .doc = "The API's description as a page"),
	ROUTE("GET", WEB_PUBLIC, .page = "/problems/{kind}", .flags = WEB_FAST, .handle = problem_show,
	    .doc = "What a type of problem means"),

	/* ---- answering a survey ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/s/{campaign}", .flags = WEB_FAST, .fields = form_fields, .handle = form_show,
	    .doc = "The form of a survey"),
	ROUTE("POST", WEB_PUBLIC, .page = "/s/{campaign}", .flags = WEB_FAST | WEB_RAW_BODY, .handle = form_post,
	    .doc = "A page of the form: the next one, or the receipt"),
	ROUTE("POST", WEB_PUBLIC, .api = "/api/v1/campaigns/{campaign}/responses",
	    .flags = WEB_FAST | WEB_RAW_BODY | WEB_CREATES, .handle = form_answer, .model = "Receipt", .body = "Response",
	    .doc = "Send one response; the same id and answers again give the same receipt and add nothing"),

	/* ---- signing in ---- */
	ROUTE("GET", WEB_PUBLIC, .page = "/signin", .fields = signin_get_fields, .view = signin_view, .template = "signin",
	    .doc = "The sign-in form"),
	ROUTE("POST", WEB_PUBLIC, .page = "/signin", .fields = signin_fields, .handle = signin_post,
	    .doc = "Sign in by login and password"),
	ROUTE("POST", WEB_STAFF, .page = "/signout", .handle = signout_post, .doc = "Sign out"),

	{ 0 },
};
const size_t web_route_count = sizeof web_routes / sizeof *web_routes - 1;
