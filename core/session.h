/* core/session.h -- proofs of who is there: the cookie of a browser, the bearer token of a program.
 * Only keyed hashes are stored; whoever reads the database cannot sign in with what it holds.
 * A session lasts SESSION_MS after its last use and ends at sign-out.  It is moved on at most
 * every SESSION_STEP_MS, so that reading pages does not write.
 * A token belongs to an account and has its roles; it may have an end. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "core/account.h"

#define SESSION_MS	(12 * 3600 * 1000LL)
#define SESSION_STEP_MS (10 * 60 * 1000LL)
#define CSRF_LEN	32

int session_new(struct db *db, const struct secret *key, const char *account, char cookie[TOKEN_LEN + 1],
    struct err *e);
/* 1 with the account, 0 none (unknown, expired, account disabled), -1.  *due: session_extend() is. */
int session_find(struct db *db, const struct secret *key, struct arena *a, const char *cookie, struct account *out,
    bool *due, struct err *e);
int session_extend(struct db *db, const struct secret *key, const char *cookie, struct err *e);
int session_end(struct db *db, const struct secret *key, const char *cookie, struct err *e);
int session_end_all(struct db *db, const char *account, struct err *e);
/* What a form must send back; cannot be made without the cookie and the secret. */
void session_csrf(const struct secret *key, const char *cookie, char out[CSRF_LEN + 1]);
bool session_csrf_right(const struct secret *key, const char *cookie, const char *given);

struct token {
	const char *ref; /* first 12 hexadecimal digits of its hash: names it, opens nothing */
	const char *account, *login, *name;
	int64_t created_at, expires_at; /* 0: does not expire */
};
/* expires_at: ms UTC, 0 never.  The token itself is given once, here. */
int token_add(struct db *db, const struct secret *key, const char *by, const char *account, const char *name,
    int64_t expires_at, char token[TOKEN_LEN + 1], struct err *e);
int token_find(struct db *db, const struct secret *key, struct arena *a, const char *token, struct account *out,
    struct err *e); /* 1, 0, -1 */
int token_list(struct db *db, struct arena *a, struct token **out, size_t *n, struct err *e);
/* By ref; ERR_ABSENT when there is none. */
int token_revoke(struct db *db, const char *by, const char *ref, struct err *e);

#endif
