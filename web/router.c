#include "web/router.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS	   128
#define API_PREFIX "/api/v1"

struct segment {
	const char *p;
	size_t len;
	bool name; /* {name}: p and len are of the name */
};
struct pattern {
	struct pattern *next; /* in its bucket, the more literal first */
	const struct web_route *route;
	enum web_face face;
	size_t count;
	struct segment at[ROUTER_SEGMENTS];
};
struct web_router {
	struct pattern *buckets[BUCKETS];
};

/* Segments of a path; -1 when there are too many, or it does not begin with a slash. */
static int split(const char *path, struct segment out[ROUTER_SEGMENTS])
{
	int n = 0;

	if (path[0] != '/')
		return -1;
	if (path[1] == '\0')
		return 0;
	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if (n == ROUTER_SEGMENTS)
			return -1;
		out[n++] = (struct segment){ path, len, false };
		path += len;
	}
	return n;
}

static bool same(const struct segment *a, const char *s, size_t len)
{
	return a->len == len && memcmp(a->p, s, len) == 0;
}

/* Patterns share a bucket by their first word, behind /api/v1 where that stands. */
static unsigned bucket_of(const struct segment *at, int n)
{
	int first = n >= 2 && same(&at[0], "api", 3) && same(&at[1], "v1", 2) ? 2 : 0;
	unsigned h = (unsigned)first;

	if (first >= n || at[first].name)
		return h % BUCKETS;
	for (size_t i = 0; i < at[first].len; i++)
		h = h * 31 + (unsigned char)at[first].p[i];
	return h % BUCKETS;
}

/* < 0: a comes before b, since it is literal where b first is not */
static int order(const struct pattern *a, const struct pattern *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (a->at[i].name != b->at[i].name)
			return a->at[i].name ? 1 : -1;
	return 0;
}

static bool equal(const struct pattern *a, const struct pattern *b)
{
	if (a->count != b->count || strcmp(a->route->method, b->route->method) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (a->at[i].name != b->at[i].name)
			return false;
		if (!a->at[i].name && !same(&a->at[i], b->at[i].p, b->at[i].len))
			return false;
	}
	return true;
}

static int pattern_read(struct pattern *p, const char *text, struct err *e)
{
	int n = split(text, p->at), names = 0;

	if (n < 0)
		return err_internal(e, "route %s: not a path of at most %d segments", text, ROUTER_SEGMENTS);
	p->count = (size_t)n;
	for (int i = 0; i < n; i++) {
		struct segment *s = &p->at[i];

		if (s->len < 3 || s->p[0] != '{')
			continue;
		if (s->p[s->len - 1] != '}' || ++names > WEB_MAX_PARAMS || i == 0)
			return err_internal(e, "route %s: segment %d is malformed", text, i + 1);
		*s = (struct segment){ s->p + 1, s->len - 2, true };
	}
	return 0;
}

static int add(struct web_router *r, const struct web_route *route, enum web_face face, const char *text, struct err *e)
{
	struct pattern *p = calloc(1, sizeof *p), **at;

	if (p == NULL)
		return err_nomem(e);
	p->route = route;
	p->face = face;
	if (pattern_read(p, text, e) < 0) {
		free(p);
		return -1;
	}
	at = &r->buckets[bucket_of(p->at, (int)p->count)];
	for (; *at != NULL; at = &(*at)->next) {
		if (equal(*at, p)) {
			free(p);
			return err_internal(e, "route %s %s: stands twice in the table", route->method, text);
		}
		if (order(p, *at) < 0)
			break;
	}
	p->next = *at;
	*at = p;
	return 0;
}

int router_new(const struct web_route *table, struct web_router **out, struct err *e)
{
	struct web_router *r = calloc(1, sizeof *r);

	*out = NULL;
	if (r == NULL)
		return err_nomem(e);
	for (const struct web_route *row = table; row->method != NULL; row++) {
		if (row->perm == 0 || (row->view == NULL) == (row->handle == NULL)) {
			err_internal(e, "route %s %s: needs a permission, and either a view or a handler", row->method,
			    row->page != NULL ? row->page : row->api);
			goto fail;
		}
		if (row->page != NULL && row->flags & WEB_RAW_BODY && row->perm != WEB_PUBLIC) {
			err_internal(e, "route %s %s: a form read by its handler has no proof of its sender",
			    row->method, row->page);
			goto fail;
		}
		if (row->page != NULL && add(r, row, WEB_PAGE, row->page, e) < 0)
			goto fail;
		if (row->api != NULL && add(r, row, WEB_API, row->api, e) < 0)
			goto fail;
	}
	*out = r;
	return 0;
fail:
	router_free(r);
	return -1;
}

void router_free(struct web_router *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct pattern *p = r->buckets[i], *next; p != NULL; p = next) {
			next = p->next;
			free(p);
		}
	}
	free(r);
}

static bool fits(const struct pattern *p, const struct segment *at, size_t n)
{
	if (p->count != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p->at[i].name ? at[i].len == 0 : !same(&p->at[i], at[i].p, at[i].len))
			return false;
	}
	return true;
}

static bool method_fits(const struct web_route *route, const char *method)
{
	return strcmp(route->method, strcmp(method, "HEAD") == 0 ? "GET" : method) == 0;
}

static void params_fill(const struct pattern *p, const struct segment *at, struct web_match *out)
{
	for (size_t i = 0; i < p->count; i++) {
		if (!p->at[i].name)
			continue;
		out->params[out->count].name = p->at[i].p;
		out->params[out->count].name_len = p->at[i].len;
		out->params[out->count].value = at[i].p;
		out->params[out->count++].value_len = at[i].len;
	}
}

void router_match(const struct web_router *r, const char *method, const char *path, struct web_match *out)
{
	struct segment at[ROUTER_SEGMENTS];
	int n = split(path, at);

	memset(out, 0, sizeof *out);
	out->face = strncmp(path, "/api/", 5) == 0 ? WEB_API : WEB_PAGE;
	if (n < 0)
		return;
	for (const struct pattern *p = r->buckets[bucket_of(at, n)]; p != NULL; p = p->next) {
		if (!fits(p, at, (size_t)n))
			continue;
		out->path_known = true;
		out->face = p->face;
		if (!method_fits(p->route, method))
			continue;
		out->route = p->route;
		params_fill(p, at, out);
		return;
	}
}

void router_allow(const struct web_router *r, const char *path, char *out, size_t size)
{
	struct segment at[ROUTER_SEGMENTS];
	int n = split(path, at);
	size_t len = 0;

	out[0] = '\0';
	if (n < 0)
		return;
	for (const struct pattern *p = r->buckets[bucket_of(at, n)]; p != NULL && len < size; p = p->next) {
		const char *m = p->route->method;

		if (!fits(p, at, (size_t)n) || strstr(out, m) != NULL)
			continue;
		len += (size_t)snprintf(out + len, size - len, "%s%s%s", len > 0 ? ", " : "", m,
		    strcmp(m, "GET") == 0 ? ", HEAD" : "");
	}
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *router_decode(struct arena *a, const char *s, size_t len)
{
	char *out = arena_get(a, len + 1, 1);
	size_t n = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%') {
			if (i + 2 >= len || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return NULL;
			out[n++] = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		} else {
			out[n++] = s[i];
		}
	}
	out[n] = '\0';
	return text_valid(out, n, false) ? out : NULL;
}
