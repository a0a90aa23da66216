/* daemon/options.h -- options of a command: a table says which exist, what they take, what holds
 * without them and what they are for; parsing, --help and the manual page follow from it.
 * A value comes from the first of: the command line (--name VALUE, --name=VALUE), the
 * environment (ELOD_NAME), the configuration file (name = value), the table.  The last three
 * apply to rows marked `shared` alone, those of config.h.
 * Switches (arg NULL) are "yes" when given; elsewhere yes, no, true, false, 1, 0.
 * Errors: ERR_INPUT; options_names() says which exist. */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include "core/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define OPTIONS_MOST	  64
#define OPTIONS_ARGS_MOST 64
#define OPTIONS_MANY_MOST 64

struct option_row {
	const char *name, *arg, *fallback, *help;
	bool shared; /* also from environment and configuration file */
	bool many;   /* may be given more than once: option_count(), option_nth() */
};
struct options {
	const struct option_row *rows[OPTIONS_MOST];
	const char *given[OPTIONS_MOST]; /* command line */
	char *stored[OPTIONS_MOST];	 /* configuration file; malloc'd */
	size_t count;
	struct {
		int row;
		const char *value;
	} many[OPTIONS_MANY_MOST]; /* each value of rows that may be given more than once */
	size_t many_count;
	const char *args[OPTIONS_ARGS_MOST]; /* what is no option */
	size_t arg_count;
	int argc; /* of commands that take any --name value themselves */
	char **argv;
	bool help;
};

/* tables: one or more, each ended by a row with name NULL; the list ended by NULL. */
int options_parse(struct options *o, const struct option_row *const *tables, int argc, char **argv, struct err *e);
/* A line of the configuration file. */
int option_store(struct options *o, const char *name, const char *value, struct err *e);
void options_free(struct options *o);
const char *option(const struct options *o, const char *name); /* NULL: not given, and no fallback */
bool option_on(const struct options *o, const char *name);
/* Yes or no, or ERR_INPUT naming the option: a misspelt yes must not switch something off. */
int option_yes(const struct options *o, const char *name, bool *out, struct err *e);
size_t option_count(const struct options *o, const char *name);
const char *option_nth(const struct options *o, const char *name, size_t nth);
/* A whole number within bounds, or ERR_INPUT naming the option. */
int option_int(const struct options *o, const char *name, int64_t least, int64_t most, int64_t *out, struct err *e);
void options_names(const struct options *o, FILE *to); /* on one line */
void options_help(const struct option_row *const *tables);

#endif
