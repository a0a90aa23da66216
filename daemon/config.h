/* daemon/config.h -- the settings that the daemon and every command share.
 * config_options[] is the one list: it feeds the parser, --help, the configuration file, the
 * environment and docs/elod.conf.5. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "daemon/options.h"
#include "daemon/server.h"

extern const struct option_row config_options[];

struct config {
	const char *db, *log;
	struct server_options server;
	struct web_options web;
	int release_seconds, write_queue;
};
/* Reads the configuration file that the options name, or the usual one. */
int config_file(struct options *o, struct err *e);
/* Checks and converts; texts are borrowed from o. */
int config_read(const struct options *o, struct config *out, struct err *e);

#endif
