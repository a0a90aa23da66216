#include "daemon/command.h"

#include "core/account.h"
#include "core/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row rows[] = {
	{ .name = "name", .arg = "NAME", .help = "add: the person's name (without it, the login)" },
	{ .name = "role",
	    .arg = "ROLE",
	    .many = true,
	    .help = "add, role: administrator, quality_office, programme_leader:CODE, lecturer; may be repeated" },
	{ .name = "password-file",
	    .arg = "FILE",
	    .help =
		"add, password: take the password from a file (- is standard input); else one is made and printed" },
	{ .name = "enable", .help = "disable: let the account in again" },
	{ 0 },
};

struct work {
	const struct options *o;
	const char *action, *login, *hash;
	struct arena *arena;
	char id[ID_LEN + 1];
};

static int find(struct db *db, struct work *w, struct err *e)
{
	struct account a;
	int rc = account_by_login(db, w->arena, w->login, &a, e);

	if (rc == 0)
		return err_set(e, ERR_ABSENT, "login", "There is no account {1}; `elod user list` shows them.",
		    w->login, NULL);
	if (rc == 1)
		snprintf(w->id, sizeof w->id, "%s", a.id);
	return rc < 0 ? -1 : 0;
}

/* What can be seen to be wrong before a database is made. */
static int check_arguments(const struct options *o, const char *login, struct err *e)
{
	char clean[LOGIN_MAX + 1];
	const char *programme;

	for (size_t i = 0; i < option_count(o, "role"); i++)
		if (role_word(option_nth(o, "role", i), &programme, e) == 0)
			return -1;
	return login_clean(login, clean, e);
}

static int change(struct db *db, void *arg, struct err *e)
{
	struct work *w = arg;
	const char *name = option(w->o, "name");
	size_t roles = option_count(w->o, "role");

	if (strcmp(w->action, "add") == 0) {
		if (account_create(db, NULL, w->login, name != NULL ? name : w->login, w->hash, w->id, e) < 0)
			return -1;
	} else if (find(db, w, e) < 0) {
		return -1;
	}
	if (strcmp(w->action, "password") == 0)
		return account_password_set(db, NULL, w->id, w->hash, e);
	if (strcmp(w->action, "disable") == 0)
		return account_disable(db, NULL, w->id, !option_on(w->o, "enable"), e);
	for (size_t i = 0; i < roles; i++)
		if (role_word_add(db, w->id, option_nth(w->o, "role", i), e) < 0)
			return -1;
	return 0;
}

static int list(struct db *db, struct arena *a, struct err *e)
{
	struct account *all;
	size_t n;

	if (account_list(db, a, &all, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		printf("%-34s %-28s", all[i].login, all[i].name);
		for (size_t r = 0; role_names[r] != NULL; r++)
			if (all[i].roles & 1u << r)
				printf(" %s", role_names[r]);
		for (size_t p = 0; p < all[i].programme_count; p++)
			printf(" (%s)", all[i].programmes[p]);
		puts(all[i].disabled ? " disabled" : "");
	}
	return 0;
}

/* From the file, or a new one, which is shown once. */
static int password_get(const struct options *o, char hash[PASSWORD_HASH_MAX], char made[TOKEN_LEN + 1], struct err *e)
{
	const char *file = option(o, "password-file");
	char *text = NULL;
	size_t len;
	int rc;

	made[0] = '\0';
	if (file == NULL) {
		token_new(made);
		made[16] = '\0';
		return password_hash(made, hash, e);
	}
	if (read_file_whole(file, 4096, &text, &len, e) < 0)
		return -1;
	text[strcspn(text, "\r\n")] = '\0';
	rc = password_hash(text, hash, e);
	free(text);
	return rc;
}

static bool known(const char *action)
{
	static const char *const actions[] = { "add", "list", "password", "disable", "role", NULL };

	for (const char *const *a = actions; *a != NULL; a++)
		if (strcmp(*a, action) == 0)
			return true;
	return false;
}

static int user(struct options *o, struct err *e)
{
	struct work w = { .o = o,
		.action = o->arg_count > 0 ? o->args[0] : "",
		.login = o->arg_count > 1 ? o->args[1] : "" };
	bool listing = strcmp(w.action, "list") == 0, secret;
	char hash[PASSWORD_HASH_MAX], made[TOKEN_LEN + 1] = "";
	struct db *db = NULL;
	struct config c;
	int rc = -1;

	if (!known(w.action) || (!listing && o->arg_count != 2)) {
		err_set(e, ERR_INPUT, NULL, "Write: elod user add|password|disable|role LOGIN, or elod user list.",
		    NULL);
		return EXIT_USAGE;
	}
	secret = strcmp(w.action, "add") == 0 || strcmp(w.action, "password") == 0;
	w.arena = arena_new(16384, 64 << 20);
	w.hash = hash;
	if (w.arena == NULL)
		err_nomem(e);
	else if (config_read(o, &c, e) == 0 && (listing || check_arguments(o, w.login, e) == 0) &&
	    open_for_change(&c, strcmp(w.action, "add") == 0, &db, NULL, e) == 0 &&
	    (!secret || password_get(o, hash, made, e) == 0))
		rc = listing ? list(db, w.arena, e) : db_transact(db, DB_WRITE, change, &w, e);
	if (rc == 0 && made[0] != '\0')
		printf("%s  password: %s\n", w.login, made);
	db_close(db);
	arena_free(w.arena);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_user = {
	.name = "user",
	.usage = "add|password|disable|role LOGIN [options], or: list",
	.summary = "Accounts: add, list, set a password, disable, give a role",
	.options = rows,
	.takes_args = true,
	.run = user,
};
