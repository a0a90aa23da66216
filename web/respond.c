/* Responses: headers that every one has, bodies, pages, redirections. */
#include "web/site.h"

#include "core/session.h"

#include <stdio.h>
#include <string.h>

#define JSON_MOST ((size_t)64 << 20)
#define PAGE_MOST ((size_t)16 << 20)

/* as design/interface asks: nothing inline, nothing from elsewhere, no framing */
static const char content_policy[] = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
				     "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const struct web_words *web_words(const struct web_request *rq)
{
	return &rq->web->words[rq->lang != NULL && strcmp(rq->lang, "en") == 0 ? WEB_EN : WEB_VI];
}

const char *web_tr(const struct web_request *rq, const char *msgid)
{
	return locale_text(web_words(rq)->catalogue, msgid);
}

const char *web_named(const struct web_request *rq, const json_t *texts)
{
	const char *s = json_string_value(json_object_get(texts, rq->lang));
	const char *key;
	json_t *v;

	if (s != NULL && s[0] != '\0')
		return s;
	json_object_foreach((json_t *)texts, key, v) {
		if (json_is_string(v))
			return json_string_value(v);
	}
	return "";
}

const char *web_err_text(const struct web_request *rq, const struct err *e)
{
	char text[768];
	const char *s;

	err_text(e, locale_translate, web_words(rq)->catalogue, text, sizeof text);
	s = arena_strdup(rq->arena, text);
	return s != NULL ? s : "";
}

const struct secret *web_secret(const struct web *w)
{
	return &w->secret;
}

const struct web_options *web_options(const struct web *w)
{
	return &w->options;
}

void web_header_add(struct web_request *rq, struct web_response *rs, const char *name, const char *value)
{
	struct web_header *h = ARENA_NEW(rq->arena, struct web_header);

	if (h == NULL || value == NULL)
		return;
	h->name = name;
	h->value = value;
	h->next = rs->headers;
	rs->headers = h;
}

static bool has_header(const struct web_response *rs, const char *name)
{
	for (const struct web_header *h = rs->headers; h != NULL; h = h->next)
		if (strcmp(h->name, name) == 0)
			return true;
	return false;
}

void web_common_headers(struct web_request *rq, struct web_response *rs)
{
	web_header_add(rq, rs, "X-Content-Type-Options", "nosniff");
	web_header_add(rq, rs, "Referrer-Policy", "no-referrer");
	web_header_add(rq, rs, "Content-Security-Policy", content_policy);
	if (!has_header(rs, "Cache-Control"))
		web_header_add(rq, rs, "Cache-Control", rq->face == WEB_PAGE ? "no-store" : "private, no-cache");
	if (rq->lang_set && rq->face == WEB_PAGE)
		web_header_add(rq, rs, "Set-Cookie",
		    arena_fmt(rq->arena, "elod_lang=%s; Path=/; Max-Age=31536000; SameSite=Lax%s", rq->lang,
			rq->web->options.secure_cookies ? "; Secure" : ""));
}

int web_send(struct web_request *rq, struct web_response *rs, int status, const char *type, const void *p, size_t len)
{
	struct web_part *part = ARENA_NEW(rq->arena, struct web_part);

	rs->status = status;
	rs->type = type;
	rs->parts = part;
	rs->part_count = part != NULL && len > 0;
	if (part != NULL)
		*part = (struct web_part){ p, len };
	return part != NULL ? 0 : -1;
}

int web_send_buf(struct web_request *rq, struct web_response *rs, int status, const char *type, struct buf *b)
{
	char *copy = b->failed ? NULL : arena_strndup(rq->arena, b->p != NULL ? b->p : "", b->len);
	size_t len = b->len;

	buf_free(b);
	return copy != NULL ? web_send(rq, rs, status, type, copy, len) : -1;
}

static int add_bytes(const char *p, size_t n, void *buf)
{
	struct buf *b = buf;

	buf_add(b, p, n);
	return b->failed ? -1 : 0;
}

/* "etag" as in RFC 9110: a hash of the bytes; the client has them already when it names it */
static bool unchanged(struct web_request *rq, struct web_response *rs, const struct buf *b)
{
	const char *seen = rq->header(rq, "If-None-Match");
	unsigned char hash[HASH_LEN];
	char hex[33], *tag;

	hash_keyed(&rq->web->secret, "etag", b->p, b->len, hash);
	hash_hex(hash, 12, hex);
	tag = arena_fmt(rq->arena, "\"%s\"", hex);
	if (tag == NULL)
		return false;
	web_header_add(rq, rs, "ETag", tag);
	return seen != NULL && (strcmp(seen, "*") == 0 || strstr(seen, tag) != NULL);
}

int web_send_json(struct web_request *rq, struct web_response *rs, int status, const json_t *value)
{
	struct buf b;

	buf_init(&b, JSON_MOST);
	if (json_dump_callback(value, add_bytes, &b, JSON_COMPACT | JSON_REAL_PRECISION(17)) != 0) {
		buf_free(&b);
		return -1;
	}
	buf_putc(&b, '\n');
	if (status == 200 && strcmp(rq->method, "POST") != 0 && !b.failed && unchanged(rq, rs, &b)) {
		buf_free(&b);
		return web_send(rq, rs, 304, NULL, "", 0);
	}
	return web_send_buf(rq, rs, status, "application/json", &b);
}

static int render(struct web_request *rq, const char *template, const json_t *model, struct buf *b, struct err *e)
{
	json_t *shell = web_shell(rq);
	int rc;

	if (shell == NULL)
		return err_nomem(e);
	buf_init(b, PAGE_MOST);
	rc = template_render(web_words(rq)->templates, template, shell, model, b, e);
	json_decref(shell);
	if (rc < 0)
		buf_free(b);
	return rc;
}

int web_render(struct web_request *rq, const char *template, const json_t *model, char **out, size_t *len,
    struct err *e)
{
	struct buf b;

	if (render(rq, template, model, &b, e) < 0)
		return -1;
	*out = arena_strndup(rq->arena, b.p != NULL ? b.p : "", b.len);
	*len = b.len;
	buf_free(&b);
	return *out != NULL ? 0 : err_nomem(e);
}

int web_send_page(struct web_request *rq, struct web_response *rs, int status, const char *template, json_t *model,
    struct err *e)
{
	struct buf b;

	if (render(rq, template, model, &b, e) < 0)
		return -1;
	if (web_send_buf(rq, rs, status, "text/html; charset=utf-8", &b) < 0)
		return err_nomem(e);
	return 0;
}

int web_redirect(struct web_request *rq, struct web_response *rs, const char *to)
{
	web_header_add(rq, rs, "Location", to);
	return web_send(rq, rs, 303, NULL, "", 0);
}
