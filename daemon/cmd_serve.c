#include "daemon/command.h"
#include "daemon/releases.h"

#include "analysis/tally.h"
#include "core/jobs.h"
#include "core/log.h"
#include "surveys/release.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define JOB_THREADS 2 /* calculations that outlast a request; each uses all cores itself */

static const struct option_row rows[] = {
	{ .name = "port-file", .arg = "FILE", .help = "write the port to this file once requests are taken" },
	{ 0 },
};

struct daemon {
	struct secret secret;
	struct web *web;
	struct writer *writer;
	struct jobs *jobs;
	struct releases *releases;
	struct server *server;
};

/* Written beside and moved into place, so that whoever waits for it never reads half a number. */
static int write_port(const char *file, int port, struct err *e)
{
	char beside[1024];
	FILE *f;

	if (file == NULL)
		return 0;
	snprintf(beside, sizeof beside, "%s.new", file);
	f = fopen(beside, "w");
	if (f == NULL || fprintf(f, "%d\n", port) < 0 || fclose(f) != 0 || rename(beside, file) != 0)
		return err_set(e, ERR_INPUT, "port-file", "{1} cannot be written: {2}.", file, strerror(errno), NULL);
	return 0;
}

static void say_ready(const struct config *c, const struct daemon *d)
{
	char address[96];
	const char *colon = strrchr(c->server.listen, ':');
	int n = colon != NULL ? (int)(colon - c->server.listen) : 0;

	snprintf(address, sizeof address, "http://%.*s:%d", n > 0 ? n : 9, n > 0 ? c->server.listen : "127.0.0.1",
	    server_port(d->server));
	log_event(LOG_INFO, "ready", "address", address, "version", ELOD_VERSION, NULL);
	printf("elod: serving %s (Ctrl-C ends it)\n", address);
	fflush(stdout);
}

/* Signals are blocked in every thread and taken here, so nothing runs in a handler. */
static void wait_for_end(const sigset_t *signals)
{
	for (;;) {
		struct err e = { 0 };
		int signal;

		if (sigwait(signals, &signal) != 0)
			continue;
		if (signal != SIGHUP)
			return;
		if (log_reopen(&e) < 0)
			log_err("log-reopen", &e);
		else
			log_event(LOG_INFO, "log-reopened", NULL);
	}
}

static int start(const struct config *c, struct daemon *d, struct err *e)
{
	struct db *db;

	if (open_for_change(c, true, &db, &d->secret, e) < 0)
		return -1;
	db_close(db);
	release_observe(tally_observe, NULL);
	if (web_new(&c->web, &d->secret, &d->web, e) < 0 ||
	    writer_start(c->db, (size_t)c->write_queue, &d->writer, e) < 0 ||
	    jobs_start(c->db, JOB_THREADS, &d->jobs, e) < 0 ||
	    server_start(&c->server, d->web, d->writer, d->jobs, &d->server, e) < 0 ||
	    releases_start(c->db, &d->secret, d->writer, c->release_seconds, &d->releases, e) < 0)
		return -1;
	return 0;
}

/* First no new requests and an answer to each one begun, then the writer, which has them all. */
static void stop(struct daemon *d)
{
	server_stop(d->server);
	jobs_stop(d->jobs);
	releases_stop(d->releases);
	writer_stop(d->writer);
	web_free(d->web);
}

static int serve(struct options *o, struct err *e)
{
	struct daemon d = { 0 };
	struct config c;
	sigset_t signals;
	int rc = EXIT_FAILED;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (config_read(o, &c, e) < 0 || log_open(c.log, e) < 0 || start(&c, &d, e) < 0 ||
	    write_port(option(o, "port-file"), server_port(d.server), e) < 0)
		goto out;
	say_ready(&c, &d);
	wait_for_end(&signals);
	log_event(LOG_INFO, "draining", NULL);
	rc = EXIT_FINE;
out:
	stop(&d);
	if (rc == EXIT_FINE)
		log_event(LOG_INFO, "stopped", NULL);
	return rc;
}

const struct command cmd_serve = {
	.name = "serve",
	.usage = "[options]",
	.summary = "Serve pages and the API until SIGTERM or Ctrl-C",
	.more = "SIGTERM and SIGINT finish what was begun, then end; SIGHUP opens the log file anew.",
	.options = rows,
	.run = serve,
};
