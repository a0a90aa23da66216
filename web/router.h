/* web/router.h -- from a method and a path to a row of the route table.
 * A pattern is literal segments and {name} segments ("/campaigns/{campaign}/targets"); a {name}
 * takes one segment, percent escapes decoded, of well-formed text.  Where a literal and a name
 * both fit, the literal wins.  HEAD is answered by GET.
 * Owner: the router keeps pointers into the table. */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "web/web.h"

#define ROUTER_SEGMENTS 8

struct web_router;

/* ERR_INTERNAL: a pattern is malformed, or two rows answer the same. */
int router_new(const struct web_route *table, struct web_router **out, struct err *e);
void router_free(struct web_router *r);

struct web_match {
	const struct web_route *route; /* NULL: none */
	enum web_face face;
	size_t count;
	struct { /* parameters: the name in the pattern, the value in the path, escapes not decoded */
		const char *name, *value;
		size_t name_len, value_len;
	} params[WEB_MAX_PARAMS];
	bool path_known; /* the path exists, with other methods */
};
void router_match(const struct web_router *r, const char *method, const char *path, struct web_match *out);
/* "GET, HEAD, POST" for a path; "" for none. */
void router_allow(const struct web_router *r, const char *path, char *out, size_t size);
/* "%C3%A9" to é; NULL when malformed, not well-formed text, or a control character. */
const char *router_decode(struct arena *a, const char *s, size_t len);

#endif
