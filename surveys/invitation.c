#include "surveys/invitation.h"

#include "surveys/invitation.sql.h"

#include <stdio.h>
#include <string.h>

void invitation_hash(const struct secret *secret, const char *token, unsigned char hash[HASH_LEN])
{
	hash_keyed(secret, "invitation", token, strlen(token), hash);
}

int invitation_put(struct db *db, const struct secret *secret, const char *campaign, int64_t target, const char *person,
    char token[TOKEN_LEN + 1], struct err *e)
{
	unsigned char hash[HASH_LEN];

	token_new(token);
	invitation_hash(secret, token, hash);
	return db_run(db, SQL_INVITATION_PUT,
		   DB_ARGS(db_blob(hash, sizeof hash), db_text(campaign), db_int(target), db_text(person)), e) < 0
	    ? -1
	    : 0;
}

int invitation_get(struct db *db, const unsigned char hash[HASH_LEN], struct invitation *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_INVITATION_GET, DB_ARGS(db_blob(hash, HASH_LEN)), &rows, e);

	if (rc == 0)
		return err_set(e, ERR_ABSENT, "invitation", "This invitation link is not valid.", NULL);
	if (rc < 0)
		return -1;
	snprintf(out->campaign, sizeof out->campaign, "%s", db_col_text(&rows, 0));
	out->target = db_col_int(&rows, 1);
	snprintf(out->person, sizeof out->person, "%s", db_col_text(&rows, 2));
	out->used = db_col_int(&rows, 3) != 0;
	db_done(&rows);
	return 0;
}

int invitation_use(struct db *db, const unsigned char hash[HASH_LEN], struct err *e)
{
	int64_t n = db_run(db, SQL_INVITATION_USE, DB_ARGS(db_blob(hash, HASH_LEN)), e);

	if (n < 0)
		return -1;
	return n == 1 ? 0 : err_set(e, ERR_CONFLICT, "invitation", "You have already answered this survey.", NULL);
}

int invitation_counts(struct db *db, const char *campaign, int64_t *sent, int64_t *used, struct err *e)
{
	struct db_rows rows;

	if (db_first(db, SQL_INVITATION_COUNTS, DB_ARGS(db_text(campaign)), &rows, e) != 1)
		return -1;
	*sent = db_col_int(&rows, 0);
	*used = db_col_int(&rows, 1);
	db_done(&rows);
	return 0;
}
