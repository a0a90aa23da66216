/* tests/web/client.h -- requests to web/ without a socket: client_ask() carries one through
 * event thread, worker and writer as the daemon does, and gives status, headers and body.
 * Headers of the next requests stand in client.headers (pairs, ended by NULL). */
#ifndef TESTS_WEB_CLIENT_H
#define TESTS_WEB_CLIENT_H

#include "tests/store/store.h"

#include "core/account.h"
#include "core/jobs.h"
#include "core/session.h"
#include "core/signin.h"
#include "core/writer.h"
#include "surveys/campaign_cache.h"
#include "web/web.h"

#include <pthread.h>

#define CLIENT_PASSWORD "a long test passphrase"

struct client {
	struct store s;
	struct web *web;
	struct writer *writer;
	struct jobs *jobs;
	struct campaign_cache *cache;
	const char *headers[24];
	bool busy; /* the writer is replaced by one that is too busy */
};
struct reply {
	struct web_request rq;
	struct web_response rs;
	struct arena *arena;
	struct client *client;
	int status, workers; /* workers: how often a worker thread was needed */
	char *body;	     /* NUL-terminated */
	size_t len;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool awake;
};

static inline void client_open(struct client *c)
{
	static const struct web_options options = { .institution_vi = "Trường thử",
		.institution_en = "Test university",
		.utc_offset_minutes = 420 };
	struct err e = { 0 };

	memset(c, 0, sizeof *c);
	store_open(&c->s);
	STORE_OK(e, web_new(&options, &c->s.secret, &c->web, &e));
	STORE_OK(e, writer_start(c->s.url, 64, &c->writer, &e));
	STORE_OK(e, jobs_start(c->s.url, 2, &c->jobs, &e));
	c->cache = campaign_cache_new();
}

static inline void client_close(struct client *c)
{
	jobs_stop(c->jobs);
	writer_stop(c->writer);
	campaign_cache_free(c->cache);
	web_free(c->web);
	instrument_shared_free();
	store_close(&c->s);
}

static inline const char *client_header_(struct web_request *rq, const char *name)
{
	struct reply *r = rq->server;

	for (size_t i = 0; r->client->headers[i] != NULL; i += 2)
		if (strcasecmp(r->client->headers[i], name) == 0)
			return r->client->headers[i + 1];
	return NULL;
}

static inline void client_wake_(struct web_request *rq)
{
	struct reply *r = rq->server;

	pthread_mutex_lock(&r->lock);
	r->awake = true;
	pthread_cond_signal(&r->woken);
	pthread_mutex_unlock(&r->lock);
}

static inline void client_wait_(struct reply *r)
{
	struct err e = { 0 };

	if (r->client->busy) {
		err_busy(&r->rs.job->err, "the test's writer is busy");
		r->rs.job->done(r->rs.job, &r->rs.job->err);
	} else {
		STORE_OK(e, writer_put(r->client->writer, r->rs.job, &e));
	}
	pthread_mutex_lock(&r->lock);
	while (!r->awake)
		pthread_cond_wait(&r->woken, &r->lock);
	pthread_mutex_unlock(&r->lock);
	web_finish(&r->rq, &r->rs);
}

static inline void reply_free(struct reply *r)
{
	arena_free(r->arena);
	free(r->body);
	free(r);
}

static inline struct reply *client_ask_bytes(struct client *c, const char *method, const char *target, const char *body,
    size_t len)
{
	struct reply *r = calloc(1, sizeof *r);
	const char *mark = strchr(target, '?');
	enum web_turn turn;
	struct buf b;

	r->client = c;
	r->arena = arena_new(4096, 64 << 20);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->woken, NULL);
	r->rq = (struct web_request){ .web = c->web,
		.arena = r->arena,
		.db = c->s.db,
		.campaigns = c->cache,
		.writer = c->writer,
		.jobs = c->jobs,
		.method = method,
		.header = client_header_,
		.server = r,
		.wake = client_wake_,
		.body = body,
		.body_len = len,
		.id = "testrequest" };
	r->rq.path = arena_strndup(r->arena, target, mark != NULL ? (size_t)(mark - target) : strlen(target));
	r->rq.query = mark != NULL ? mark + 1 : "";
	for (turn = web_handle(&r->rq, &r->rs); turn == WEB_WORKER; r->workers++)
		turn = web_work(&r->rq, &r->rs);
	if (turn == WEB_WAIT)
		client_wait_(r);
	buf_init(&b, 64 << 20);
	buf_puts(&b, "");
	for (size_t i = 0; i < r->rs.part_count; i++)
		buf_add(&b, r->rs.parts[i].p, r->rs.parts[i].len);
	r->status = r->rs.status;
	r->body = buf_take(&b, &r->len);
	return r;
}

static inline struct reply *client_ask(struct client *c, const char *method, const char *target, const char *body)
{
	return client_ask_bytes(c, method, target, body != NULL ? body : "", body != NULL ? strlen(body) : 0);
}

static inline const char *reply_header(const struct reply *r, const char *name)
{
	for (const struct web_header *h = r->rs.headers; h != NULL; h = h->next)
		if (strcasecmp(h->name, name) == 0)
			return h->value;
	return NULL;
}

/* The body as JSON, the caller's; fails the test when it is none. */
static inline json_t *reply_json(const struct reply *r)
{
	json_error_t fault;
	json_t *v = json_loadb(r->body, r->len, JSON_REJECT_DUPLICATES, &fault);

	if (v == NULL)
		print_error("not JSON (%s): %s\n", fault.text, r->body);
	assert_non_null(v);
	return v;
}

/* Status alone. */
static inline int client_status(struct client *c, const char *method, const char *target, const char *body)
{
	struct reply *r = client_ask(c, method, target, body);
	int status = r->status;

	reply_free(r);
	return status;
}

/* Replaces the headers; arguments are pairs ended by NULL. */
__attribute__((sentinel)) static inline void client_headers(struct client *c, ...)
{
	va_list ap;
	size_t n = 0;

	memset(c->headers, 0, sizeof c->headers);
	va_start(ap, c);
	for (const char *s; n < 23 && (s = va_arg(ap, const char *)) != NULL;)
		c->headers[n++] = s;
	va_end(ap);
}

/* An account of one role, without the cost of a password hash: it cannot sign in, it has a
 * session's cookie and a token. */
struct client_account {
	char id[ID_LEN + 1], cookie[TOKEN_LEN + 32], bearer[TOKEN_LEN + 16], csrf[CSRF_LEN + 1];
};
static inline void client_account(struct client *c, const char *login, unsigned role, const char *programme,
    struct client_account *out)
{
	char session[TOKEN_LEN + 1], token[TOKEN_LEN + 1];
	struct err e = { 0 };

	STORE_OK(e, account_create(c->s.db, NULL, login, "Somebody", "*", out->id, &e));
	if (role != 0)
		STORE_OK(e, account_role_add(c->s.db, NULL, out->id, (enum role)role, programme, &e));
	STORE_OK(e, session_new(c->s.db, &c->s.secret, out->id, session, &e));
	STORE_OK(e, token_add(c->s.db, &c->s.secret, NULL, out->id, "test", 0, token, &e));
	snprintf(out->cookie, sizeof out->cookie, "elod_session=%s", session);
	snprintf(out->bearer, sizeof out->bearer, "Bearer %s", token);
	session_csrf(&c->s.secret, session, out->csrf);
}

#endif
