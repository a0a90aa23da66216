/* surveys/response.h -- the way of one response into the database.
 *
 * A struct response_submit is a job for the writer (core/writer.h).  The caller fills the
 * inputs, calls response_submit_prepare() (which does all hashing, on the caller's thread), and
 * puts &s->job into the writer; inputs are borrowed until job.done() is called.
 * In the writer, in this order:
 *   1. the client's identifier is looked up: same body, same receipt, nothing added (repeated);
 *      another body, ERR_CONFLICT;
 *   2. window: ERR_FORBIDDEN before it opens and after it has closed;
 *   3. the invitation: unknown ERR_FORBIDDEN, used ERR_CONFLICT ("already answered");
 *   4. anonymous: into holding, until a release (surveys/release.h); else straight into the
 *      responses, as a release of one, observer included.
 * The body is campaign, target, packed answers and the simulated flag; the language in which
 * the form was read is not kept.  Only keyed hashes of identifiers are stored. */
#ifndef SURVEYS_RESPONSE_H
#define SURVEYS_RESPONSE_H

#include "core/ids.h"
#include "core/writer.h"

struct response_submit {
	struct write_job job; /* first: the writer hands this back; job.done is the caller's to set */
	void *user;	      /* the caller's */

	const struct secret *secret;
	const char *campaign;  /* id */
	int64_t target;	       /* number; 0 none */
	const char *client_id; /* UUID, either case */
	const void *answers;   /* packed (surveys/answers.h) */
	size_t answers_len;
	bool simulated;
	const char *invitation; /* token, or NULL */

	char receipt[15]; /* set by prepare: valid once done() says ERR_NONE */
	bool repeated;
	/* between prepare and run */
	unsigned char id_hash[HASH_LEN], body_hash[HASH_LEN], invitation_hash[HASH_LEN];
};

/* ERR_INPUT: the identifier is no UUID, or the answers are too long. */
int response_submit_prepare(struct response_submit *s, struct err *e);
/* What the job runs; for callers that have a transaction already. */
int response_submit_run(struct db *db, struct write_job *job, struct err *e);
/* Whether a receipt belongs to a submission of this campaign: 1, 0, or -1. */
int response_receipt_known(struct db *db, const struct secret *secret, const char *campaign, const char *client_id,
    struct err *e);

#endif
