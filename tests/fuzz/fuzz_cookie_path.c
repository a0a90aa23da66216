/* Fuzz: method, path and the Cookie header, one a line.  Parameters are decoded well-formed text,
 * what a route takes it also says in Allow, and a cookie's value never leaves its header. */
#include "core/text.h"
#include "web/router.h"
#include "web/site.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

static int view(struct web_request *rq, json_t *model, struct err *e)
{
	(void)rq;
	(void)model;
	(void)e;
	return 0;
}

static int handle(struct web_request *rq, struct web_response *rs, struct err *e)
{
	(void)rq;
	(void)rs;
	(void)e;
	return 0;
}

static const struct web_route table[] = {
	{ .method = "GET", .page = "/", .perm = WEB_STAFF, .view = view },
	{ .method = "GET", .page = "/s/{campaign}", .perm = WEB_PUBLIC, .view = view },
	{ .method = "POST", .page = "/s/{campaign}", .perm = WEB_PUBLIC, .handle = handle },
	{ .method = "GET",
	    .page = "/campaigns/{campaign}",
	    .api = "/api/v1/campaigns/{campaign}",
	    .perm = WEB_CAMPAIGN,
	    .view = view },
	{ .method = "GET",
	    .page = "/campaigns/{campaign}/targets",
	    .api = "/api/v1/campaigns/{campaign}/targets",
	    .perm = WEB_CAMPAIGN,
	    .view = view },
	{ .method = "GET", .page = "/campaigns/new", .perm = WEB_QUALITY, .view = view },
	{ 0 },
};
static const char *cookie;

static const char *header(struct web_request *rq, const char *name)
{
	(void)rq;
	return strcmp(name, "Cookie") == 0 ? cookie : NULL;
}

static void match(const struct web_router *r, struct arena *a, const char *method, const char *path)
{
	struct web_match m;
	char allow[64] = "";

	router_match(r, method, path, &m);
	router_allow(r, path, allow, sizeof allow);
	if (m.route == NULL) {
		FUZZ_HOLDS(m.path_known == (allow[0] != '\0'));
		return;
	}
	FUZZ_HOLDS(strstr(allow, method) != NULL && m.count <= WEB_MAX_PARAMS);
	for (size_t i = 0; i < m.count; i++) {
		const char *value = router_decode(a, m.params[i].value, m.params[i].value_len);

		FUZZ_HOLDS(
		    m.params[i].value >= path && m.params[i].value + m.params[i].value_len <= path + strlen(path));
		FUZZ_HOLDS(value == NULL || text_valid(value, strlen(value), false));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct web_router *r;
	struct arena *a = arena_new(4096, 1 << 20);
	char *method = arena_strndup(a, (const char *)data, len), *path, *rest, *save = NULL;
	struct web_request rq = { .arena = a, .header = header };
	struct err e = { 0 };

	FUZZ_HOLDS(r != NULL || router_new(table, &r, &e) == 0);
	method = strtok_r(method, "\n", &save);
	path = method != NULL ? strtok_r(NULL, "\n", &save) : NULL;
	rest = path != NULL ? strtok_r(NULL, "\n", &save) : NULL;
	if (path != NULL)
		match(r, a, method, path);
	cookie = rest;
	if (rest != NULL) {
		const char *value = web_cookie(&rq, "elod_session");

		FUZZ_HOLDS(value == NULL || strstr(rest, value) != NULL);
	}
	arena_free(a);
	return 0;
}
