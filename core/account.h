/* core/account.h -- who may work here, and as what.
 * A login is an e-mail address in lower case.  An account holds any number of roles; a
 * programme leader holds the role once for each programme code.
 * Passwords enter as argon2id hashes made by password_hash() (core/signin.h), outside any
 * transaction, since one takes a fifth of a second.
 * Functions that change something run inside a transaction and write their audit row there;
 * `by` is the id of the account that acts, NULL for the command line.
 * Owner: texts of a struct account live in the arena that was passed in.
 * Errors: ERR_INPUT (field login, name, role, programme), ERR_CONFLICT (login taken),
 * ERR_ABSENT. */
#ifndef CORE_ACCOUNT_H
#define CORE_ACCOUNT_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
	ROLE_ADMINISTRATOR = 1,
	ROLE_QUALITY_OFFICE = 2,
	ROLE_PROGRAMME_LEADER = 4,
	ROLE_LECTURER = 8,
};

struct account {
	const char *id, *login, *name;
	unsigned roles;		 /* of enum role */
	const char **programmes; /* codes, of a programme leader */
	size_t programme_count;
	bool disabled;
	int64_t created_at; /* ms UTC */
};

/* "quality_office" and so on; 0 for an unknown word. */
unsigned role_from_name(const char *name);
const char *role_name(enum role role);
/* Every role's name, ended by NULL; for messages that say which exist. */
extern const char *const role_names[];

/* An address in lower case in out, or ERR_INPUT. */
#define LOGIN_MAX 190
int login_clean(const char *given, char out[LOGIN_MAX + 1], struct err *e);

int account_create(struct db *db, const char *by, const char *login, const char *name, const char *password_hash,
    char id[ID_LEN + 1], struct err *e);
int account_password_set(struct db *db, const char *by, const char *id, const char *password_hash, struct err *e);
/* Disabling ends all sessions; tokens stop to work while it lasts. */
int account_disable(struct db *db, const char *by, const char *id, bool disabled, struct err *e);
/* programme: for ROLE_PROGRAMME_LEADER, else NULL. Adding a role twice changes nothing. */
int account_role_add(struct db *db, const char *by, const char *id, enum role role, const char *programme,
    struct err *e);
int account_role_remove(struct db *db, const char *by, const char *id, enum role role, const char *programme,
    struct err *e);

/* 1 found, 0 none, -1. */
int account_get(struct db *db, struct arena *a, const char *id, struct account *out, struct err *e);
int account_by_login(struct db *db, struct arena *a, const char *login, struct account *out, struct err *e);
/* All of them by login; *out is an array in the arena. */
int account_list(struct db *db, struct arena *a, struct account **out, size_t *n, struct err *e);
bool account_leads(const struct account *a, const char *programme);

#endif
