/* core/signin.h -- passwords and signing in.
 * Hash: argon2id (RFC 9106) through libsodium, its INTERACTIVE limits (64 MiB, 0.2 s): call
 * these off the event threads.
 *
 * What a stranger may learn: nothing.  A wrong name and a wrong password give the same words
 * after the same work, and both are locked alike: after SIGNIN_TRIES wrong tries a name is
 * refused for 30 s, doubled with each further one up to an hour.  The count of names that
 * have no account is kept in memory only. */
#ifndef CORE_SIGNIN_H
#define CORE_SIGNIN_H

#include "core/account.h"
#include "core/writer.h"

#define SIGNIN_TRIES	  5
#define PASSWORD_HASH_MAX 128
#define PASSWORD_MIN	  10  /* characters */
#define PASSWORD_MAX	  200 /* bytes: more only costs time */

/* ERR_INPUT field "password" when too short or too long. */
int password_hash(const char *password, char out[PASSWORD_HASH_MAX], struct err *e);

/* Checks, counts, opens a session.  cookie: for the browser.
 * ERR_LOGIN: wrong, or locked (the message says for how long); ERR_BUSY: could not be stored. */
int sign_in(struct db *db, struct writer *writer, const struct secret *key, const char *login, const char *password,
    char cookie[TOKEN_LEN + 1], struct err *e);

#endif
