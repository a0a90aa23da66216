/* surveys/invitation.h -- who may answer once.
 * The token is in the link that a person gets; only its keyed hash is stored.  That it was used
 * is stored, never when: the time would point at a response. */
#ifndef SURVEYS_INVITATION_H
#define SURVEYS_INVITATION_H

#include "core/db.h"
#include "core/ids.h"

/* A new invitation (target 0: any; person: identified and confidential campaigns only, else
 * NULL); the token is returned this once.  In a transaction. */
int invitation_put(struct db *db, const struct secret *secret, const char *campaign, int64_t target, const char *person,
    char token[TOKEN_LEN + 1], struct err *e);

struct invitation {
	char campaign[ID_LEN + 1], person[256]; /* person: "" none */
	int64_t target;
	bool used;
};
void invitation_hash(const struct secret *secret, const char *token, unsigned char hash[HASH_LEN]);
/* ERR_ABSENT for a token that nobody was given. */
int invitation_get(struct db *db, const unsigned char hash[HASH_LEN], struct invitation *out, struct err *e);
/* ERR_CONFLICT when it is used already.  In a transaction. */
int invitation_use(struct db *db, const unsigned char hash[HASH_LEN], struct err *e);
int invitation_counts(struct db *db, const char *campaign, int64_t *sent, int64_t *used, struct err *e);

#endif
