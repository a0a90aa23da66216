/* The demonstration: the steps of DIR/plan.json through the same functions as the commands. */
#include "daemon/command.h"
#include "daemon/imports.h"

#include "analysis/tally.h"
#include "core/session.h"
#include "core/signin.h"
#include "surveys/release.h"
#include "surveys/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_row rows[] = {
	{ .name = "from", .arg = "DIR", .fallback = "daemon/demo", .help = "where plan.json and its files are" },
	{ .name = "out", .arg = "DIR", .fallback = "build/demo", .help = "where accounts.txt and token are written" },
	{ 0 },
};

struct demo {
	const char *from;
	struct db *db;
	struct secret secret;
	struct arena *arena;
	FILE *accounts;
	const char *out;
};

static const char *text(const json_t *step, const char *name)
{
	const char *s = json_string_value(json_object_get(step, name));

	return s != NULL ? s : "";
}

static char *path_in(struct demo *d, const json_t *step, const char *name)
{
	const char *file = json_string_value(json_object_get(step, name));

	return file != NULL ? arena_fmt(d->arena, "%s/%s", d->from, file) : NULL;
}

/* What the demonstration tells is written beside and moved into place when all steps have succeeded,
 * so that a second, failing run does not destroy the accounts of the first. */
static const char *const told[] = { "accounts.txt", "token" };

static FILE *open_beside(struct demo *d, const char *name, struct err *e)
{
	char *path = arena_fmt(d->arena, "%s/%s.new", d->out, name);
	FILE *f = path != NULL ? fopen(path, "w") : NULL;

	if (f == NULL)
		err_set(e, ERR_INPUT, "out", "{1} cannot be written: {2}.", path != NULL ? path : "", strerror(errno),
		    NULL);
	return f;
}

static int move_in_place(struct demo *d, bool fine, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		char *path = arena_fmt(d->arena, "%s/%s", d->out, told[i]),
		     *beside = arena_fmt(d->arena, "%s.new", path);

		if (path == NULL || beside == NULL)
			return err_nomem(e);
		if (!fine)
			unlink(beside);
		else if (rename(beside, path) != 0 && errno != ENOENT) /* a plan may make no token */
			rc = err_set(e, ERR_INPUT, "out", "{1} cannot be written: {2}.", path, strerror(errno), NULL);
	}
	return rc;
}

/* ---- {"import": kind, "file", "map"} ---- */

static int do_import(struct demo *d, const json_t *step, struct err *e)
{
	struct import i = { .kind = text(step, "import"),
		.file = path_in(d, step, "file"),
		.map = path_in(d, step, "map"),
		.secret = &d->secret };
	int rc;

	printf("  import %s %s\n", i.kind, text(step, "file"));
	fflush(stdout);
	rc = i.file == NULL ? err_set(e, ERR_INPUT, "file", "A step of the plan names no file.", NULL)
			    : import_do(d->db, &i, e);
	print_err_list(&i.bad);
	err_list_free(&i.bad);
	json_decref(i.report);
	return rc;
}

/* ---- {"account": login, "name", "roles": [...]} ---- */

struct new_account {
	const json_t *step;
	const char *hash;
};

static int make_account(struct db *db, void *arg, struct err *e)
{
	const struct new_account *n = arg;
	const json_t *role;
	char id[ID_LEN + 1];
	size_t i;

	if (account_create(db, NULL, text(n->step, "account"), text(n->step, "name"), n->hash, id, e) < 0)
		return -1;
	json_array_foreach(json_object_get(n->step, "roles"), i, role) {
		const char *word = json_string_value(role);

		if (role_word_add(db, id, word != NULL ? word : "", e) < 0)
			return -1;
	}
	return 0;
}

static int do_account(struct demo *d, const json_t *step, struct err *e)
{
	char hash[PASSWORD_HASH_MAX], password[TOKEN_LEN + 1];
	struct new_account n = { step, hash };
	const json_t *role;
	size_t i;

	token_new(password);
	password[12] = '\0';
	if (password_hash(password, hash, e) < 0 || db_transact(d->db, DB_WRITE, make_account, &n, e) < 0)
		return -1;
	fprintf(d->accounts, "  %-24s %-14s", text(step, "account"), password);
	json_array_foreach(json_object_get(step, "roles"), i, role) {
		fprintf(d->accounts, " %s", json_string_value(role));
	}
	fputc('\n', d->accounts);
	return 0;
}

/* ---- {"link": campaign, "target": code, "account": login}: the lecturer a target is about ---- */

static int make_link(struct db *db, void *arg, struct err *e)
{
	struct demo *d = ((void **)arg)[0];
	const json_t *step = ((void **)arg)[1];
	struct account who;
	struct campaign c;
	struct target t;
	int rc = account_by_login(db, d->arena, text(step, "account"), &who, e);

	if (rc == 0)
		return err_set(e, ERR_ABSENT, "account", "There is no account {1}; `elod user list` shows them.",
		    text(step, "account"), NULL);
	if (rc < 0 || campaign_get(db, text(step, "link"), d->arena, &c, e) < 0 ||
	    target_get(db, c.id, text(step, "target"), d->arena, &t, e) < 0)
		return -1;
	return target_link(db, c.id, t.number, NULL, who.id, e);
}

static int do_link(struct demo *d, const json_t *step, struct err *e)
{
	void *both[2] = { d, (void *)step };

	return db_transact(d->db, DB_WRITE, make_link, both, e);
}

/* ---- {"token": login, "name"} ---- */

static int make_token(struct db *db, void *arg, struct err *e)
{
	struct demo *d = ((void **)arg)[0];
	const json_t *step = ((void **)arg)[1];
	char token[TOKEN_LEN + 1];
	struct account who;
	FILE *f;

	if (account_by_login(db, d->arena, text(step, "token"), &who, e) != 1)
		return err_set(e, ERR_ABSENT, "token", "There is no account {1}; `elod user list` shows them.",
		    text(step, "token"), NULL);
	if (token_add(db, &d->secret, NULL, who.id, text(step, "name"), 0, token, e) < 0)
		return -1;
	f = open_beside(d, "token", e);
	if (f == NULL)
		return -1;
	if (fprintf(f, "%s\n", token) < 0 || fclose(f) != 0)
		return err_set(e, ERR_INPUT, "out", "{1} cannot be written: {2}.", "token", strerror(errno), NULL);
	fprintf(d->accounts, "\nAPI token of %s: %s\n", text(step, "token"), token);
	return 0;
}

static int do_token(struct demo *d, const json_t *step, struct err *e)
{
	void *both[2] = { d, (void *)step };

	return db_transact(d->db, DB_WRITE, make_token, both, e);
}

/* ---- the plan ---- */

static int do_step(struct demo *d, const json_t *step, struct err *e)
{
	static const struct {
		const char *name;
		int (*run)(struct demo *, const json_t *, struct err *);
	} steps[] = { { "import", do_import }, { "link", do_link }, { "token", do_token }, { "account", do_account } };

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (json_object_get(step, steps[i].name) != NULL)
			return steps[i].run(d, step, e);
	return err_set(e, ERR_INPUT, "plan", "A step of the plan is none of: import, account, link, token.", NULL);
}

static int follow(struct demo *d, struct err *e)
{
	char *path = arena_fmt(d->arena, "%s/plan.json", d->from);
	json_error_t fault;
	json_t *plan = path != NULL ? json_load_file(path, JSON_REJECT_DUPLICATES, &fault) : NULL, *step;
	size_t i;
	int rc = 0;

	if (plan == NULL)
		return err_set(e, ERR_INPUT, "from", "The plan {1} cannot be read: {2}.", path != NULL ? path : "",
		    path != NULL ? fault.text : "", NULL);
	umask(077);
	mkdir(d->out, 0755); /* most often there already; fopen() says what is wrong */
	d->accounts = open_beside(d, "accounts.txt", e);
	if (d->accounts == NULL) {
		json_decref(plan);
		return -1;
	}
	fputs("Demonstration accounts (login, password, roles):\n", d->accounts);
	json_array_foreach(json_object_get(plan, "steps"), i, step) {
		rc = do_step(d, step, e);
		if (rc < 0)
			break;
	}
	if (fclose(d->accounts) != 0 && rc == 0)
		rc = err_set(e, ERR_INPUT, "out", "{1} cannot be written: {2}.", "accounts.txt", strerror(errno), NULL);
	json_decref(plan);
	return move_in_place(d, rc == 0, e) < 0 ? -1 : rc;
}

static int demo(struct options *o, struct err *e)
{
	struct demo d = { .from = option(o, "from"), .out = option(o, "out") };
	struct config c;
	int rc = -1;

	d.arena = arena_new(65536, 64 << 20);
	release_observe(tally_observe, NULL);
	if (d.arena == NULL)
		err_nomem(e);
	else if (config_read(o, &c, e) == 0 && open_for_change(&c, true, &d.db, &d.secret, e) == 0)
		rc = follow(&d, e);
	db_close(d.db);
	instrument_shared_free();
	arena_free(d.arena);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_demo = {
	.name = "demo",
	.usage = "--db sqlite:FILE [--from DIR] [--out DIR]",
	.summary = "Make a demonstration database from published data, by the same importers",
	.more = "Writes the accounts it makes to OUT/accounts.txt and an API token to OUT/token.",
	.options = rows,
	.run = demo,
};
