#include "daemon/connection.h"
#include "daemon/listen.h"

#include "core/clock.h"
#include "core/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SCAN_NS	 1000000000LL
#define QUIET_NS 100000000LL

static void mhd_log(void *cls, const char *fmt, va_list ap)
{
	char text[300];
	size_t n;

	(void)cls;
	vsnprintf(text, sizeof text, fmt, ap);
	n = strlen(text);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	log_event(LOG_DEBUG, "http", "message", text, NULL);
}

/* Milliseconds until there is something to do: at most the next look at deadlines. */
static int wait_ms(struct loop *l)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(l->mhd, &ms) != MHD_YES || ms > 500)
		return l->draining ? 20 : 500;
	return (int)ms;
}

static void drain_begin(struct loop *l, int64_t now)
{
	l->draining = true;
	l->drain_at = l->busy_at = now;
	/* gives the listening socket back: it is shared, and closed once, by server_stop() */
	MHD_quiesce_daemon(l->mhd);
}

static bool someone_is_away(const struct loop *l)
{
	for (const struct connection *c = l->all; c != NULL; c = c->next)
		if (c->phase == PHASE_AWAY || c->phase == PHASE_BACK)
			return true;
	return false;
}

/* Whether the loop may end.  What is under way is finished; a client that keeps its connection may
 * be sending the next request at this moment, so a little silence is waited for: its answer
 * then says that the connection closes.  Who has not sent a whole request after the grace is
 * not waited for. */
static bool drained(struct loop *l, int64_t now)
{
	if (l->active > 0)
		l->busy_at = now;
	if (l->active == 0 && now - l->busy_at > QUIET_NS)
		return true;
	return (now - l->drain_at) / 1000000000LL >= l->server->o.grace_seconds && !someone_is_away(l);
}

static void run(struct loop *l, int epoll_fd)
{
	int64_t scanned = clock_mono_ns();

	for (;;) {
		struct pollfd fds[2] = { { epoll_fd, POLLIN, 0 }, { l->wake_fd, POLLIN, 0 } };
		uint64_t count;
		int64_t now;

		poll(fds, 2, wait_ms(l));
		if (fds[1].revents & POLLIN && read(l->wake_fd, &count, sizeof count) < 0)
			log_event(LOG_ERROR, "wake-read-failed", NULL);
		connections_resume(l);
		MHD_run(l->mhd);
		now = clock_mono_ns();
		if (now - scanned > SCAN_NS) {
			connections_expire(l);
			scanned = now;
		}
		if (l->server->stopping && !l->draining)
			drain_begin(l, now);
		if (l->draining && drained(l, now))
			break;
	}
}

static void *loop_main(void *arg)
{
	struct loop *l = arg;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(l->mhd, MHD_DAEMON_INFO_EPOLL_FD);

	run(l, info->epoll_fd);
	MHD_stop_daemon(l->mhd);
	l->mhd = NULL;
	return NULL;
}

static int mhd_start(struct loop *l, struct err *e)
{
	const struct server_options *o = &l->server->o;
	unsigned share = (unsigned)(o->connections / (int)l->server->loop_count) + 1;

	l->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    connection_access, l, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET,
	    l->server->listen_fd, MHD_OPTION_NOTIFY_CONNECTION, connection_notify, l, MHD_OPTION_URI_LOG_CALLBACK,
	    connection_uri, l, MHD_OPTION_NOTIFY_COMPLETED, connection_completed, l, MHD_OPTION_UNESCAPE_CALLBACK,
	    connection_keep_escapes, NULL, MHD_OPTION_CONNECTION_LIMIT, share, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    (unsigned)o->connections_per_address, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)o->idle_seconds,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->head_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	return l->mhd != NULL ? 0 : err_internal(e, "libmicrohttpd did not start");
}

static int loop_start(struct server *s, struct loop *l, struct err *e)
{
	unsigned char random[4];

	l->server = s;
	l->back_last = &l->back;
	l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&l->lock, NULL);
	random_bytes(random, sizeof random);
	hash_hex(random, sizeof random, l->id_prefix);
	if (l->wake_fd < 0)
		return err_internal(e, "no eventfd");
	if (seat_open(&l->seat, s->o.db, e) < 0 || mhd_start(l, e) < 0)
		return -1;
	if (pthread_create(&l->thread, NULL, loop_main, l) != 0) {
		MHD_quiesce_daemon(l->mhd);
		MHD_stop_daemon(l->mhd);
		return err_internal(e, "an event thread could not be started");
	}
	l->started = true;
	return 0;
}

int server_start(const struct server_options *o, const struct web *web, struct writer *writer, struct jobs *jobs,
    struct server **out, struct err *e)
{
	size_t threads = (size_t)o->threads;
	struct server *s = calloc(1, sizeof *s + threads * sizeof *s->loops);

	*out = NULL;
	if (s == NULL)
		return err_nomem(e);
	s->o = *o;
	s->web = web;
	s->writer = writer;
	s->jobs = jobs;
	s->loop_count = threads;
	s->listen_fd = listen_open(o->listen, &s->port, e);
	for (size_t i = 0; i < threads; i++)
		s->loops[i].wake_fd = -1;
	if (s->listen_fd < 0 ||
	    workers_start(o->db, (size_t)o->workers, (size_t)o->worker_queue, connection_work, &s->workers, e) < 0)
		goto fail;
	for (size_t i = 0; i < threads; i++)
		if (loop_start(s, &s->loops[i], e) < 0)
			goto fail;
	*out = s;
	return 0;
fail:
	server_stop(s);
	return -1;
}

int server_port(const struct server *s)
{
	return s->port;
}

static void loop_end(struct loop *l)
{
	if (l->started)
		pthread_join(l->thread, NULL);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	seat_close(&l->seat);
	while (l->spare_count > 0)
		arena_free(l->spare[--l->spare_count]);
}

void server_stop(struct server *s)
{
	uint64_t one = 1;

	if (s == NULL)
		return;
	s->stopping = true;
	for (size_t i = 0; i < s->loop_count; i++)
		if (s->loops[i].started && write(s->loops[i].wake_fd, &one, sizeof one) < 0)
			log_event(LOG_ERROR, "wake-failed", NULL);
	for (size_t i = 0; i < s->loop_count; i++)
		loop_end(&s->loops[i]);
	workers_stop(s->workers);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	free(s);
}
