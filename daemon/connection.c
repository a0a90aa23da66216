#include "daemon/connection.h"

#include "core/clock.h"
#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ARENA_FIRST  ((size_t)32 * 1024)
#define ARENA_MOST   ((size_t)192 << 20)
#define BODY_KEPT    ((size_t)64 * 1024) /* of a body's memory, for the connection's next request */
#define JOIN_MOST    ((size_t)64 * 1024) /* up to here, pieces of a body are sent as one */
#define SEND_SECONDS 120
/* of a body that is too large: read and thrown away, since who sends first and listens afterwards would
 * otherwise meet a closed connection and not the answer */
#define THROWN_MOST ((size_t)8 << 20)

/* ---- life ---- */

void connection_notify(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct loop *l = cls;
	struct connection *c = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = calloc(1, sizeof *c);
		*context = c;
		if (c == NULL)
			return;
		c->loop = l;
		c->mhd = mhd;
		c->fd = info != NULL ? info->connect_fd : -1;
		c->since = clock_mono_ns();
		c->next = l->all;
		c->at = &l->all;
		if (l->all != NULL)
			l->all->at = &c->next;
		l->all = c;
	} else if (c != NULL) {
		*c->at = c->next;
		if (c->next != NULL)
			c->next->at = c->at;
		buf_free(&c->body);
		free(c);
		*context = NULL;
	}
}

static struct connection *of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static struct arena *arena_take(struct loop *l)
{
	return l->spare_count > 0 ? l->spare[--l->spare_count] : arena_new(ARENA_FIRST, ARENA_MOST);
}

static void arena_give(struct loop *l, struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	if (l->spare_count < SPARE_ARENAS)
		l->spare[l->spare_count++] = a;
	else
		arena_free(a);
}

static const char *header_of(struct web_request *rq, const char *name)
{
	struct connection *c = (struct connection *)rq;

	return MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, name);
}

/* From the writer's or a worker's thread: nothing of c is touched after the unlock. */
static void come_back(struct connection *c)
{
	struct loop *l = c->loop;
	bool first;
	uint64_t one = 1;

	pthread_mutex_lock(&l->lock);
	first = l->back == NULL;
	c->back_next = NULL;
	*l->back_last = c;
	l->back_last = &c->back_next;
	pthread_mutex_unlock(&l->lock);
	if (first && write(l->wake_fd, &one, sizeof one) < 0)
		log_event(LOG_ERROR, "wake-failed", NULL);
}

static void wake(struct web_request *rq)
{
	come_back((struct connection *)rq);
}

/* An id that says nothing about the reader: random for the thread, then counted. */
static void id_next(struct loop *l, char out[ID_LEN + 1])
{
	uint64_t n = ++l->id_count;
	char *at = out + ID_LEN;

	memcpy(out, l->id_prefix, sizeof l->id_prefix - 1);
	for (*at-- = '\0'; at >= out + sizeof l->id_prefix - 1; n >>= 4)
		*at-- = "0123456789abcdef"[n & 15];
}

void *connection_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct loop *l = cls;
	struct connection *c = of(mhd);
	struct web_request *rq;
	const char *mark;

	if (c == NULL)
		return NULL;
	rq = &c->rq;
	memset(rq, 0, sizeof *rq);
	memset(&c->rs, 0, sizeof c->rs);
	c->finish = c->too_large = c->refused = false;
	c->body_seen = c->sent = 0;
	c->status = 0;
	c->began = clock_mono_ns();
	if (c->kept) /* what passed since the last answer was the reader's time, not this request's */
		c->since = c->began;
	c->phase = PHASE_HEADERS;
	rq->arena = arena_take(l);
	if (rq->arena == NULL)
		return NULL;
	l->active++;
	mark = strchr(uri, '?');
	rq->path = arena_strndup(rq->arena, uri, mark != NULL ? (size_t)(mark - uri) : strlen(uri));
	rq->query = arena_strdup(rq->arena, mark != NULL ? mark + 1 : "");
	rq->web = l->server->web;
	rq->writer = l->server->writer;
	rq->jobs = l->server->jobs;
	rq->db = l->seat.db;
	rq->campaigns = l->seat.campaigns;
	rq->header = header_of;
	rq->wake = wake;
	rq->server = c;
	id_next(l, rq->id);
	return c;
}

static void access_log(const struct connection *c, bool whole)
{
	const struct web_route *r = c->rq.route;
	char status[12], ms[24], bytes[24];

	snprintf(status, sizeof status, "%d", c->status);
	snprintf(ms, sizeof ms, "%.1f", (double)(clock_mono_ns() - c->began) / 1e6);
	snprintf(bytes, sizeof bytes, "%zu", c->sent);
	/* the pattern of the path, never the path or query: they may hold a token */
	log_event(LOG_INFO, "request", "id", c->rq.id, "method", c->rq.method != NULL ? c->rq.method : "-", "route",
	    r == NULL			 ? "none"
		: c->rq.face == WEB_PAGE ? r->page
					 : r->api,
	    "status", status, "ms", ms, "bytes", bytes, whole ? NULL : "cut", "1", NULL);
}

void connection_completed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code)
{
	struct loop *l = cls;
	struct connection *c = *context;

	(void)mhd;
	if (c == NULL)
		return;
	if (c->status != 0) {
		web_count(&c->rq, c->status, clock_mono_ns() - c->began);
		if (l->server->o.access_log)
			access_log(c, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	}
	arena_give(l, c->rq.arena);
	c->rq.arena = NULL;
	if (c->body.cap > BODY_KEPT)
		buf_free(&c->body);
	l->active--;
	c->kept = true;
	c->phase = PHASE_IDLE;
	c->since = clock_mono_ns();
	*context = NULL;
}

/* Addresses are decoded by web/, segment by segment. */
size_t connection_keep_escapes(void *nothing, struct MHD_Connection *mhd, char *s)
{
	(void)nothing;
	(void)mhd;
	return strlen(s);
}

/* ---- answering ---- */

static struct MHD_Response *response_of(struct connection *c)
{
	struct web_response *rs = &c->rs;
	size_t total = 0, n = 0;
	char *joined;

	for (size_t i = 0; i < rs->part_count; i++)
		total += rs->parts[i].len;
	c->sent = total;
	if (rs->part_count == 0)
		return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	if (rs->part_count == 1)
		return MHD_create_response_from_buffer(total, (void *)rs->parts[0].p, MHD_RESPMEM_PERSISTENT);
	/* head and body then leave in one system call, which costs more than the copy */
	joined = total <= JOIN_MOST ? arena_get(c->rq.arena, total, 1) : NULL;
	if (joined == NULL) {
		struct MHD_IoVec *iov = ARENA_ARRAY(c->rq.arena, struct MHD_IoVec, rs->part_count);

		for (size_t i = 0; iov != NULL && i < rs->part_count; i++)
			iov[i] = (struct MHD_IoVec){ rs->parts[i].p, rs->parts[i].len };
		return iov != NULL ? MHD_create_response_from_iovec(iov, (unsigned)rs->part_count, NULL, NULL) : NULL;
	}
	for (size_t i = 0; i < rs->part_count; i++) {
		memcpy(joined + n, rs->parts[i].p, rs->parts[i].len);
		n += rs->parts[i].len;
	}
	return MHD_create_response_from_buffer(total, joined, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(struct connection *c)
{
	struct MHD_Response *r = response_of(c);
	enum MHD_Result rc;

	c->phase = PHASE_ANSWER;
	c->since = clock_mono_ns();
	c->status = c->rs.status != 0 ? c->rs.status : 500;
	if (r == NULL)
		return MHD_NO;
	if (c->rs.type != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, c->rs.type);
	for (const struct web_header *h = c->rs.headers; h != NULL; h = h->next)
		MHD_add_response_header(r, h->name, h->value);
	if (c->loop->draining)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	rc = MHD_queue_response(c->mhd, (unsigned)c->status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result refuse(struct connection *c, enum err_kind kind)
{
	c->refused = true;
	web_refuse(&c->rq, &c->rs, kind);
	return answer(c);
}

/* The job goes to the writer; when that is full the row's own finish() says what then. */
static bool write_begins(struct connection *c)
{
	struct err e = { 0 };

	if (writer_put(c->rq.writer, c->rs.job, &e) == 0)
		return true;
	c->rs.job->err = e;
	return false;
}

static void suspend(struct connection *c)
{
	c->phase = PHASE_AWAY;
	MHD_suspend_connection(c->mhd);
}

static enum MHD_Result stay(struct connection *c)
{
	MHD_resume_connection(c->mhd);
	c->phase = PHASE_BACK;
	return MHD_YES;
}

static enum MHD_Result turn(struct connection *c, enum web_turn t)
{
	if (t == WEB_DONE)
		return answer(c);
	/* first away, then over: the other thread may be done before this one goes on */
	suspend(c);
	if (t == WEB_WAIT) {
		c->finish = true;
		if (write_begins(c))
			return MHD_YES;
		c->finish = false;
		web_finish(&c->rq, &c->rs);
		return stay(c);
	}
	if (workers_put(c->loop->server->workers, c))
		return MHD_YES;
	web_refuse(&c->rq, &c->rs, ERR_BUSY);
	return stay(c);
}

void connection_work(void *item, struct seat *seat)
{
	struct connection *c = item;
	enum web_turn t;

	c->rq.db = seat->db;
	c->rq.campaigns = seat->campaigns;
	do {
		t = web_work(&c->rq, &c->rs);
	} while (t == WEB_WORKER);
	if (t == WEB_WAIT) {
		c->finish = true;
		if (write_begins(c))
			return;
	}
	come_back(c);
}

void connections_resume(struct loop *l)
{
	struct connection *c, *next;

	pthread_mutex_lock(&l->lock);
	c = l->back;
	l->back = NULL;
	l->back_last = &l->back;
	pthread_mutex_unlock(&l->lock);
	for (; c != NULL; c = next) {
		next = c->back_next;
		c->rq.db = l->seat.db;
		c->rq.campaigns = l->seat.campaigns;
		if (c->finish) {
			c->finish = false;
			web_finish(&c->rq, &c->rs);
		}
		c->phase = PHASE_BACK;
		MHD_resume_connection(c->mhd);
	}
}

/* ---- a request arrives ---- */

static enum MHD_Result begin(struct connection *c, const char *method)
{
	const char *length = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	bool asks = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT) != NULL;
	unsigned long long told = length != NULL ? strtoull(length, NULL, 10) : 0;

	c->phase = PHASE_BODY;
	c->rq.method = arena_strdup(c->rq.arena, method);
	if (c->rq.method == NULL || c->rq.path == NULL || c->rq.query == NULL)
		return MHD_NO;
	c->body_most = web_body_limit(c->rq.web, c->rq.method, c->rq.path);
	c->too_large = told > c->body_most;
	if (c->too_large && (asks || told > THROWN_MOST))
		return refuse(c, ERR_TOO_LARGE);
	c->body.limit = c->body_most;
	buf_clear(&c->body);
	return MHD_YES;
}

static enum MHD_Result more_body(struct connection *c, const char *data, size_t *size)
{
	c->body_seen += *size;
	if (c->body_seen > c->body_most)
		c->too_large = true;
	if (c->body_seen > c->body_most + THROWN_MOST)
		return MHD_NO;
	if (!c->too_large)
		buf_add(&c->body, data, *size);
	*size = 0;
	return c->body.failed && !c->too_large ? MHD_NO : MHD_YES;
}

enum MHD_Result connection_access(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **context)
{
	struct connection *c = *context;

	(void)cls;
	(void)mhd;
	(void)url;
	(void)version;
	if (c == NULL)
		return MHD_NO;
	if (c->phase == PHASE_HEADERS)
		return begin(c, method);
	if (c->phase == PHASE_BACK)
		return answer(c);
	if (c->phase == PHASE_AWAY || c->phase == PHASE_ANSWER)
		return MHD_YES;
	if (*size > 0)
		return more_body(c, data, size);
	if (c->too_large)
		return refuse(c, ERR_TOO_LARGE);
	c->rq.body = c->body.p != NULL ? c->body.p : "";
	c->rq.body_len = c->body.len;
	return turn(c, web_handle(&c->rq, &c->rs));
}

/* ---- deadlines ---- */

static void cut(struct connection *c, bool say)
{
	static const char late[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

	/* nothing has been answered on this request, so these bytes stand alone */
	if (say && send(c->fd, late, sizeof late - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		say = false;
	shutdown(c->fd, SHUT_RDWR);
}

void connections_expire(struct loop *l)
{
	const struct server_options *o = &l->server->o;
	int64_t now = clock_mono_ns();

	for (struct connection *c = l->all; c != NULL; c = c->next) {
		double seconds = (double)(now - c->since) / 1e9;

		if (c->fd < 0)
			continue;
		if (c->phase == PHASE_ANSWER && seconds > SEND_SECONDS)
			cut(c, false);
		else if (c->phase <= PHASE_BODY &&
		    seconds > o->request_seconds + (c->phase == PHASE_IDLE && c->kept ? o->idle_seconds : 0))
			cut(c, c->phase != PHASE_IDLE);
	}
}
