#include "daemon/config.h"

#include "core/log.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_FILE "/etc/elod.conf"

#define SHARED(NAME, ARG, FALLBACK, HELP)                                                                              \
	{                                                                                                              \
		.name = NAME, .arg = ARG, .fallback = FALLBACK, .help = HELP, .shared = true                           \
	}

const struct option_row config_options[] = {
	{ .name = "config", .arg = "FILE", .help = "configuration file; without it /etc/elod.conf, where that exists" },
	SHARED("db", "URL", "sqlite:elod.db", "database; made and brought up to date when it is missing or older"),
	SHARED("listen", "ADDR:PORT", "127.0.0.1:8080", "address to serve; port 0 takes a free one"),
	SHARED("log", "FILE", NULL, "log file, opened anew on SIGHUP; without it standard error"),
	SHARED("log-level", "LEVEL", "info", "error, warn, info or debug"),
	SHARED("access-log", "yes|no", "yes", "one line a request: route, status, time; never an address or a query"),
	SHARED("institution-vi", "NAME", "Trường đại học", "name over forms and pages in Vietnamese"),
	SHARED("institution-en", "NAME", "University", "the same in English"),
	SHARED("utc-offset", "MINUTES", "420", "time zone of pages, minutes east of UTC"),
	SHARED("secure-cookies", "yes|no", "no", "cookies over HTTPS only; set it where a proxy speaks TLS"),
	SHARED("demonstration", NULL, "no", "say on each page that the data are a demonstration"),
	SHARED("threads", "N", "0", "event threads; 0: one for each processor, at most 8"),
	SHARED("workers", "N", "0", "threads for statistics and password hashes; 0: one for each processor"),
	SHARED("worker-queue", "N", "256", "requests that may wait for a worker; further ones get 503"),
	SHARED("write-queue", "N", "8192", "writes that may wait for the disk; further ones get 503"),
	SHARED("connections", "N", "4096", "open connections, in all"),
	SHARED("connections-per-address", "N", "0", "open connections from one address, of each event thread; 0: any"),
	SHARED("idle-timeout", "SECONDS", "30", "a connection without traffic is closed after this"),
	SHARED("request-timeout", "SECONDS", "30", "a whole request must have arrived within this"),
	SHARED("grace", "SECONDS", "10", "on SIGTERM, how long to wait for requests that are still arriving"),
	SHARED("head-bytes", "N", "16384", "memory for the head of a request; longer ones get 431"),
	SHARED("release-interval", "SECONDS", "5",
	    "how often answers of anonymous campaigns are looked at for release"),
	{ 0 },
};

static int processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 8 ? 8 : (int)n;
}

static int number(const struct options *o, const char *name, int64_t least, int64_t most, int *out, struct err *e)
{
	int64_t v;

	if (option_int(o, name, least, most, &v, e) < 0)
		return -1;
	*out = (int)v;
	return 0;
}

static int level(const char *word, struct err *e)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };

	for (int i = 0; i < 4; i++) {
		if (strcmp(words[i], word) == 0) {
			log_level_set((enum log_level)i);
			return 0;
		}
	}
	return err_set(e, ERR_INPUT, "log-level", "{1} is error, warn, info or debug.", "log-level", NULL);
}

/* ---- the file ---- */

struct reading {
	struct options *o;
	struct err *e;
};

static int take_line(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;

	(void)section; /* sections only group */
	return option_store(r->o, name, value, r->e) == 0;
}

int config_file(struct options *o, struct err *e)
{
	const char *file = option(o, "config");
	struct reading r = { o, e };
	char line[24];
	int rc;

	if (file == NULL)
		file = getenv("ELOD_CONFIG");
	if (file == NULL && access(DEFAULT_FILE, R_OK) != 0)
		return 0;
	file = file != NULL ? file : DEFAULT_FILE;
	rc = ini_parse(file, take_line, &r);
	if (e->kind != ERR_NONE)
		return -1;
	if (rc < 0)
		return err_set(e, ERR_INPUT, "config", "The configuration file {1} cannot be read.", file, NULL);
	snprintf(line, sizeof line, "%d", rc);
	if (rc > 0)
		return err_set(e, ERR_INPUT, "config", "{1}, line {2}: write `name = value`.", file, line, NULL);
	return 0;
}

/* ---- the values ---- */

int config_read(const struct options *o, struct config *c, struct err *e)
{
	struct server_options *s = &c->server;
	int head = 0;

	memset(c, 0, sizeof *c);
	c->db = s->db = option(o, "db");
	c->log = option(o, "log");
	s->listen = option(o, "listen");
	c->web.institution_vi = option(o, "institution-vi");
	c->web.institution_en = option(o, "institution-en");
	if (option_yes(o, "access-log", &s->access_log, e) < 0 ||
	    option_yes(o, "secure-cookies", &c->web.secure_cookies, e) < 0 ||
	    option_yes(o, "demonstration", &c->web.demonstration, e) < 0 ||
	    number(o, "utc-offset", -1440, 1440, &c->web.utc_offset_minutes, e) < 0 ||
	    number(o, "threads", 0, 64, &s->threads, e) < 0 || number(o, "workers", 0, 256, &s->workers, e) < 0 ||
	    number(o, "worker-queue", 1, 100000, &s->worker_queue, e) < 0 ||
	    number(o, "write-queue", 1, 1000000, &c->write_queue, e) < 0 ||
	    number(o, "connections", 1, 1000000, &s->connections, e) < 0 ||
	    number(o, "connections-per-address", 0, 1000000, &s->connections_per_address, e) < 0 ||
	    number(o, "idle-timeout", 1, 3600, &s->idle_seconds, e) < 0 ||
	    number(o, "request-timeout", 1, 3600, &s->request_seconds, e) < 0 ||
	    number(o, "grace", 0, 600, &s->grace_seconds, e) < 0 ||
	    number(o, "head-bytes", 4096, 1 << 20, &head, e) < 0 ||
	    number(o, "release-interval", 1, 86400, &c->release_seconds, e) < 0)
		return -1;
	s->head_bytes = (size_t)head;
	if (s->threads == 0)
		s->threads = processors();
	if (s->workers == 0)
		s->workers = processors() < 2 ? 2 : processors();
	return level(option(o, "log-level"), e);
}
