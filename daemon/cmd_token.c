#include "daemon/command.h"

#include "core/clock.h"
#include "core/session.h"

#include <stdio.h>
#include <string.h>

static const struct option_row rows[] = {
	{ .name = "user", .arg = "LOGIN", .help = "add: the account whose roles the token has" },
	{ .name = "name", .arg = "TEXT", .fallback = "api", .help = "add: what the token is for" },
	{ .name = "days", .arg = "N", .fallback = "0", .help = "add: days until it expires; 0: never" },
	{ 0 },
};

struct work {
	const struct options *o;
	struct arena *arena;
	struct secret secret;
	char token[TOKEN_LEN + 1];
	int64_t expires_at;
};

static int add(struct db *db, void *arg, struct err *e)
{
	struct work *w = arg;
	const char *login = option(w->o, "user");
	struct account a;
	int rc;

	rc = account_by_login(db, w->arena, login != NULL ? login : "", &a, e);
	if (rc == 0)
		return err_set(e, ERR_ABSENT, "user", "There is no account {1}; `elod user list` shows them.",
		    login != NULL ? login : "(--user LOGIN)", NULL);
	if (rc < 0)
		return -1;
	return token_add(db, &w->secret, NULL, a.id, option(w->o, "name"), w->expires_at, w->token, e);
}

static int revoke(struct db *db, void *arg, struct err *e)
{
	const struct work *w = arg;

	return token_revoke(db, NULL, w->o->args[1], e);
}

static int list(struct db *db, struct arena *a, struct err *e)
{
	struct token *all;
	size_t n;

	if (token_list(db, a, &all, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		char made[32], ends[32] = "never";

		clock_iso(all[i].created_at, made, sizeof made);
		if (all[i].expires_at > 0)
			clock_iso(all[i].expires_at, ends, sizeof ends);
		printf("%s  %-34s %-24s made %s, expires %s\n", all[i].ref, all[i].login, all[i].name, made, ends);
	}
	return 0;
}

static int run(struct work *w, const char *action, struct err *e)
{
	struct db *db = NULL;
	struct config c;
	int64_t days;
	int rc = -1;

	if (option_int(w->o, "days", 0, 36500, &days, e) < 0)
		return -1;
	w->expires_at = days > 0 ? clock_now() + days * 86400000 : 0;
	if (config_read(w->o, &c, e) < 0 || open_for_change(&c, false, &db, &w->secret, e) < 0)
		return -1;
	if (strcmp(action, "list") == 0)
		rc = list(db, w->arena, e);
	else
		rc = db_transact(db, DB_WRITE, strcmp(action, "add") == 0 ? add : revoke, w, e);
	if (rc == 0 && w->token[0] != '\0')
		puts(w->token);
	db_close(db);
	return rc;
}

static int token(struct options *o, struct err *e)
{
	const char *action = o->arg_count > 0 ? o->args[0] : "";
	struct work w = { .o = o };
	int rc;

	if (strcmp(action, "add") != 0 && strcmp(action, "list") != 0 &&
	    !(strcmp(action, "revoke") == 0 && o->arg_count == 2)) {
		err_set(e, ERR_INPUT, NULL,
		    "Write: elod token add --user LOGIN, elod token list, or elod token revoke REF.", NULL);
		return EXIT_USAGE;
	}
	w.arena = arena_new(16384, 64 << 20);
	if (w.arena == NULL) {
		err_nomem(e);
		return EXIT_FAILED;
	}
	rc = run(&w, action, e);
	arena_free(w.arena);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_token = {
	.name = "token",
	.usage = "add --user LOGIN [options], or: list, or: revoke REF",
	.summary = "Bearer tokens of the API: add (printed once), list, revoke",
	.options = rows,
	.takes_args = true,
	.run = token,
};
