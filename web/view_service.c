#include "web/view_service.h"

#include "web/assets.h"
#include "web/site.h"

#include <stdio.h>
#include <string.h>

const struct web_field static_fields[] = {
	{ .name = "v", .type = WEB_TEXT, .max = 32, .doc = "The content's hash: such an address never changes" },
	{ 0 },
};

int static_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const char *v = web_input(rq, "v"), *packed = rq->header(rq, "Accept-Encoding");
	const char *seen = rq->header(rq, "If-None-Match");
	char name[80], *tag;
	const struct asset *a;

	snprintf(name, sizeof name, "static/%s", web_param(rq, "file"));
	a = asset_find(name);
	if (a == NULL)
		return err_set(e, ERR_ABSENT, NULL, "There is no page or interface at this address.", NULL);
	tag = arena_fmt(rq->arena, "\"%s\"", a->hash);
	web_header_add(rq, rs, "ETag", tag);
	web_header_add(rq, rs, "Cache-Control",
	    v != NULL && strcmp(v, a->hash) == 0 ? "public, max-age=31536000, immutable" : "public, no-cache");
	if (tag != NULL && seen != NULL && strstr(seen, tag) != NULL)
		return web_send(rq, rs, 304, NULL, "", 0);
	if (a->gz != NULL) {
		web_header_add(rq, rs, "Vary", "Accept-Encoding");
		if (packed != NULL && strstr(packed, "gzip") != NULL) {
			web_header_add(rq, rs, "Content-Encoding", "gzip");
			return web_send(rq, rs, 200, a->type, a->gz, a->gz_len);
		}
	}
	return web_send(rq, rs, 200, a->type, a->data, a->len);
}

int health_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct account nobody;
	json_t *o;
	int rc;

	/* one read, so that a lost database is not healthy */
	if (account_get(rq->db, rq->arena, "-", &nobody, e) < 0)
		return -1;
	o = json_pack("{s:s, s:s}", "status", "ok", "version", ELOD_VERSION);
	rc = web_send_json(rq, rs, 200, o);
	json_decref(o);
	return rc < 0 ? err_nomem(e) : 0;
}

int metrics_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	metrics_write(rq->web->metrics, rq->writer, &b);
	return web_send_buf(rq, rs, 200, "text/plain; version=0.0.4; charset=utf-8", &b) < 0 ? err_nomem(e) : 0;
}

int problem_show(struct web_request *rq, struct web_response *rs, struct err *e)
{
	(void)e;
	return web_redirect(rq, rs, "/api#problems");
}
