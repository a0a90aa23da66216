/* daemon/command.h -- the commands of `elod`.
 * run() gets its options parsed; it returns the exit code: 0, or 1 after filling e (main prints
 * it), or 1 with e empty when it has already said what was wrong. */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "daemon/config.h"

#include <jansson.h>

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
	const char *name, *usage, *summary; /* usage: what follows the name; summary: one sentence */
	const char *more;		    /* further lines of --help, or NULL */
	const struct option_row *options;   /* its own; NULL: none */
	int (*run)(struct options *o, struct err *e);
	bool free_options; /* takes any --name value itself: elod analyse */
	bool takes_args;   /* and checks how many; the others take options alone */
};

extern const struct command cmd_serve, cmd_demo, cmd_import, cmd_export, cmd_analyse, cmd_simulate, cmd_token, cmd_user,
    cmd_check, cmd_version;

/* ---- shared by the commands ---- */

/* The database for a change from the command line: opened, made when missing and `make` says so,
 * migrated. */
int open_for_change(const struct config *c, bool make, struct db **out, struct secret *secret, struct err *e);
/* A whole file, NUL-terminated, malloc'd; "-" is standard input.  ERR_INPUT over `most` bytes. */
int read_file_whole(const char *path, size_t most, char **text, size_t *len, struct err *e);
/* "programme_leader:CODE" and the like: the role and its programme, or 0 with ERR_INPUT. */
unsigned role_word(const char *word, const char **programme, struct err *e);
int role_word_add(struct db *db, const char *account, const char *word, struct err *e);
void print_json(const json_t *value);
/* Whether what was printed arrived, for example not on a full disk: -1 with an error when it did not. */
int output_end(struct err *e);
/* Error and list of errors to standard error. */
void print_err(const struct err *e);
void print_err_list(const struct err_list *bad);

#endif
