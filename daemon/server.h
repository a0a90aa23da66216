/* daemon/server.h -- HTTP: libmicrohttpd between sockets and web/.
 *
 * A few event threads share one listening socket.  Each drives a daemon of libmicrohttpd by
 * hand (epoll, MHD_run), because the library's own threads stall when exactly 128 or 256
 * sockets are ready at once, and because a connection that another thread has finished with
 * must wake its loop: it is put on the loop's list and an eventfd is written.  Connections are
 * suspended and resumed by their own event thread only.
 *
 * Limits: bytes of a body by route, bytes of a request head, connections in all and from one
 * address (each of one event thread), idle seconds, and a deadline for a whole request, since
 * the library's timeout counts inactivity alone.
 *
 * server_stop(): nothing new is accepted, what was begun is finished (at most grace seconds for
 * what has not arrived yet), then the threads end. */
#ifndef DAEMON_SERVER_H
#define DAEMON_SERVER_H

#include "core/writer.h"
#include "web/web.h"

struct server_options {
	const char *listen; /* ADDR:PORT; port 0: any free one */
	const char *db;
	int threads, workers, worker_queue;
	int connections, connections_per_address;
	int idle_seconds, request_seconds, grace_seconds;
	size_t head_bytes;
	bool access_log;
};

struct server;

int server_start(const struct server_options *o, const struct web *web, struct writer *writer, struct jobs *jobs,
    struct server **out, struct err *e);
int server_port(const struct server *s);
void server_stop(struct server *s); /* NULL is allowed */

#endif
