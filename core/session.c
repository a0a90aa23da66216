#include "core/session.h"

#include "core/audit.h"
#include "core/clock.h"
#include "core/session.sql.h"
#include "core/text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define REF_BYTES 6

/* A cookie or token of another length is nobody's; it is not worth a hash. */
static bool digest(const struct secret *key, const char *purpose, const char *given, unsigned char out[HASH_LEN])
{
	if (strlen(given) != TOKEN_LEN)
		return false;
	hash_keyed(key, purpose, given, TOKEN_LEN, out);
	return true;
}

int session_new(struct db *db, const struct secret *key, const char *account, char cookie[TOKEN_LEN + 1], struct err *e)
{
	unsigned char hash[HASH_LEN];
	int64_t now = clock_now();

	token_new(cookie);
	digest(key, "session", cookie, hash);
	if (db_run(db, SQL_SESSION_PURGE, DB_ARGS(db_int(now)), e) < 0)
		return -1;
	return db_run(db, SQL_SESSION_PUT, DB_ARGS(db_blob(hash, HASH_LEN), db_text(account), db_int(now + SESSION_MS)),
		   e) < 0
	    ? -1
	    : 0;
}

int session_find(struct db *db, const struct secret *key, struct arena *a, const char *cookie, struct account *out,
    bool *due, struct err *e)
{
	unsigned char hash[HASH_LEN];
	int64_t now = clock_now();
	char id[ID_LEN + 1];
	struct db_rows rows;
	int rc;

	*due = false;
	if (!digest(key, "session", cookie, hash))
		return 0;
	rc = db_first(db, SQL_SESSION_OF_HASH, DB_ARGS(db_blob(hash, HASH_LEN), db_int(now)), &rows, e);
	if (rc != 1)
		return rc;
	snprintf(id, sizeof id, "%s", db_col_text(&rows, 0));
	*due = db_col_int(&rows, 1) < now + SESSION_MS - SESSION_STEP_MS;
	db_done(&rows);
	return account_get(db, a, id, out, e);
}

int session_extend(struct db *db, const struct secret *key, const char *cookie, struct err *e)
{
	unsigned char hash[HASH_LEN];

	if (!digest(key, "session", cookie, hash))
		return 0;
	return db_run(db, SQL_SESSION_MOVE, DB_ARGS(db_blob(hash, HASH_LEN), db_int(clock_now() + SESSION_MS)), e) < 0
	    ? -1
	    : 0;
}

int session_end(struct db *db, const struct secret *key, const char *cookie, struct err *e)
{
	unsigned char hash[HASH_LEN];

	if (!digest(key, "session", cookie, hash))
		return 0;
	return db_run(db, SQL_SESSION_DROP, DB_ARGS(db_blob(hash, HASH_LEN)), e) < 0 ? -1 : 0;
}

int session_end_all(struct db *db, const char *account, struct err *e)
{
	return db_run(db, SQL_SESSION_DROP_ACCOUNT, DB_ARGS(db_text(account)), e) < 0 ? -1 : 0;
}

void session_csrf(const struct secret *key, const char *cookie, char out[CSRF_LEN + 1])
{
	unsigned char hash[HASH_LEN];

	hash_keyed(key, "csrf", cookie, strlen(cookie), hash);
	hash_hex(hash, CSRF_LEN / 2, out);
}

bool session_csrf_right(const struct secret *key, const char *cookie, const char *given)
{
	char want[CSRF_LEN + 1];

	session_csrf(key, cookie, want);
	return strlen(given) == CSRF_LEN && sodium_memcmp(given, want, CSRF_LEN) == 0;
}

int token_add(struct db *db, const struct secret *key, const char *by, const char *account, const char *name,
    int64_t expires_at, char token[TOKEN_LEN + 1], struct err *e)
{
	unsigned char hash[HASH_LEN];
	char ref[REF_BYTES * 2 + 1];

	if (name[0] == '\0' || strlen(name) > 200 || !text_valid(name, strlen(name), false))
		return err_set(e, ERR_INPUT, "name", "A token's name says what it is for, in 1 to 200 bytes.", NULL);
	token_new(token);
	digest(key, "token", token, hash);
	hash_hex(hash, REF_BYTES, ref);
	if (db_run(db, SQL_TOKEN_PUT,
		DB_ARGS(db_blob(hash, HASH_LEN), db_text(account), db_text(name), db_int(clock_now()),
		    expires_at > 0 ? db_int(expires_at) : db_null()),
		e) < 0)
		return -1;
	return audit_put(db, by, "token-add", ref, name, e);
}

int token_find(struct db *db, const struct secret *key, struct arena *a, const char *token, struct account *out,
    struct err *e)
{
	unsigned char hash[HASH_LEN];
	char id[ID_LEN + 1];
	struct db_rows rows;
	int rc;

	if (!digest(key, "token", token, hash))
		return 0;
	rc = db_first(db, SQL_TOKEN_OF_HASH, DB_ARGS(db_blob(hash, HASH_LEN), db_int(clock_now())), &rows, e);
	if (rc != 1)
		return rc;
	snprintf(id, sizeof id, "%s", db_col_text(&rows, 0));
	db_done(&rows);
	return account_get(db, a, id, out, e);
}

static void token_row(struct db_rows *rows, struct arena *a, struct token *out)
{
	char ref[REF_BYTES * 2 + 1] = "";
	const void *hash;
	size_t len;

	hash = db_col_blob(rows, 0, &len);
	if (len >= REF_BYTES)
		hash_hex(hash, REF_BYTES, ref);
	out->ref = arena_strdup(a, ref);
	out->account = arena_strdup(a, db_col_text(rows, 1));
	out->login = arena_strdup(a, db_col_text(rows, 2));
	out->name = arena_strdup(a, db_col_text(rows, 3));
	out->created_at = db_col_int(rows, 4);
	out->expires_at = db_col_int(rows, 5);
}

int token_list(struct db *db, struct arena *a, struct token **out, size_t *n, struct err *e)
{
	struct db_rows rows;
	size_t room = 0;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_TOKEN_ALL, DB_NO_ARGS, &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		if (*n == room) {
			struct token *more = ARENA_ARRAY(a, struct token, room = room * 2 + 16);

			if (more == NULL) {
				db_done(&rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(more, *out, *n * sizeof **out);
			*out = more;
		}
		token_row(&rows, a, &(*out)[(*n)++]);
	}
	if (rc >= 0 && arena_failed(a))
		return err_nomem(e);
	return rc < 0 ? -1 : 0;
}

int token_revoke(struct db *db, const char *by, const char *ref, struct err *e)
{
	struct db_rows rows;
	unsigned char found[HASH_LEN];
	int rc, hits = 0;

	if (db_query(db, SQL_TOKEN_ALL, DB_NO_ARGS, &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		char one[REF_BYTES * 2 + 1];
		size_t len;
		const void *hash = db_col_blob(&rows, 0, &len);

		if (len != HASH_LEN)
			continue;
		hash_hex(hash, REF_BYTES, one);
		if (strcmp(one, ref) != 0)
			continue;
		memcpy(found, hash, HASH_LEN);
		hits++;
	}
	if (rc < 0)
		return -1;
	if (hits != 1)
		return err_set(e, ERR_ABSENT, "token", "There is no token {1}; `elod token list` shows them.", ref,
		    NULL);
	if (db_run(db, SQL_TOKEN_DROP, DB_ARGS(db_blob(found, HASH_LEN)), e) < 0)
		return -1;
	return audit_put(db, by, "token-revoke", ref, NULL, e);
}
