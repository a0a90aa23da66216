/* daemon/connection.h -- one connection and the request on it; between server.c and connection.c.
 *
 * A connection belongs to one event thread.  Its phase says who may touch it:
 *   IDLE     nothing has arrived since the last answer
 *   HEADERS  the request line has
 *   BODY     the head is complete, the body is on its way
 *   AWAY     suspended; a worker or the writer has it, nobody else may touch it
 *   BACK     on the way home: its thread resumes it and then answers
 *   ANSWER   the response is being sent
 * since: when the phase's clock began, for deadlines.  A request's runs from its first line; that of the
 * first one on a connection from its opening. */
#ifndef DAEMON_CONNECTION_H
#define DAEMON_CONNECTION_H

#include "daemon/server.h"
#include "daemon/workers.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define SPARE_ARENAS 64

enum phase { PHASE_IDLE, PHASE_HEADERS, PHASE_BODY, PHASE_AWAY, PHASE_BACK, PHASE_ANSWER };

struct connection;
struct loop {
	struct server *server;
	struct MHD_Daemon *mhd;
	pthread_t thread;
	bool started;
	struct seat seat;
	int wake_fd;
	pthread_mutex_t lock; /* of the list of those that come back */
	struct connection *back, **back_last;
	struct connection *all; /* this thread's connections */
	struct arena *spare[SPARE_ARENAS];
	size_t spare_count;
	char id_prefix[9]; /* of request ids, with a count behind it */
	uint64_t id_count;
	size_t active; /* requests begun and not yet answered */
	bool draining;
	int64_t drain_at, busy_at; /* while draining: since when; when a request was last under way */
};
struct server {
	struct server_options o;
	const struct web *web;
	struct writer *writer;
	struct jobs *jobs;
	struct workers *workers;
	int listen_fd, port;
	_Atomic bool stopping;
	size_t loop_count;
	struct loop loops[];
};

struct connection {
	struct web_request rq; /* first: wake() gets the request */
	struct web_response rs;
	struct loop *loop;
	struct MHD_Connection *mhd;
	struct connection *next, **at; /* in loop->all */
	struct connection *back_next;
	int fd;
	enum phase phase;
	bool kept;   /* it has had a request before */
	bool finish; /* the writer had it: web_finish() is next */
	bool too_large, refused;
	int64_t since, began;
	struct buf body;
	size_t body_most, body_seen, sent;
	int status;
};

/* Callbacks of libmicrohttpd. */
void connection_notify(void *loop, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code);
void *connection_uri(void *loop, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result connection_access(void *loop, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **context);
void connection_completed(void *loop, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code);
size_t connection_keep_escapes(void *nothing, struct MHD_Connection *mhd, char *s);

/* On the event thread: those that came back. */
void connections_resume(struct loop *l);
/* On the event thread, about once a second: closes what took too long. */
void connections_expire(struct loop *l);
/* On a worker thread. */
void connection_work(void *item, struct seat *seat);

#endif
