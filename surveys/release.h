/* surveys/release.h -- figures of an anonymous campaign advance in steps, never by one response.
 *
 * A release takes from holding, for every target, either nothing or at least k responses (the
 * rest, however few, once the campaign has closed), gives them new random keys, writes them in
 * key order into `response`, deletes them from holding (secure_delete is on), adds a row to
 * `release` whose digest is a keyed hash over these answers and the digest before, and calls
 * the observer, all in one transaction.  Afterwards the write-ahead log is emptied, since it
 * still pairs each submission with its answers.
 * Simulated responses are no people and hide nobody: they are counted, and taken, apart.
 *
 * Memory stays bounded: one transaction moves RELEASE_CHUNK responses or little more; `more`
 * says that another is due, and no chunk breaks the rule of k. */
#ifndef SURVEYS_RELEASE_H
#define SURVEYS_RELEASE_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "surveys/campaign.h"
#include "surveys/instrument.h"

#define RELEASE_CHUNK 1000

struct released_row {
	int64_t target;
	bool simulated;
	const char *person; /* NULL: anonymous */
	const unsigned char *answers;
	size_t len;
	unsigned char key[12]; /* set by the release */
};

/* Called inside the transaction that makes the rows part of the figures; -1 undoes it all. */
typedef int release_observer_fn(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct released_row *rows, size_t n, void *arg, struct err *e);
void release_observe(release_observer_fn *fn, void *arg); /* once, before threads start; NULL: nobody */

struct release_job {
	const struct secret *secret;
	char campaign[ID_LEN + 1];
	size_t chunk;		    /* 0: RELEASE_CHUNK */
	size_t released, simulated; /* out: taken now; simulated: of these */
	bool more, closed;	    /* out: another is due; this was the last one after the close */
};
/* Through writer_do() or db_transact(), again while `more`; then release_forget(). */
int release_run(struct db *db, void *job, struct err *e);
/* Empties the write-ahead log.  While readers are in the way it stays owed: release_owes_log()
 * says so, and the next call tries again.  Also to be called once when a database is opened, in
 * case the process died between the two steps.  job may be NULL. */
int release_forget(struct db *db, void *job, struct err *e);
bool release_owes_log(void);
/* Ids of campaigns with something to release now: in the arena. */
int release_due(struct db *db, struct arena *a, char (**ids)[ID_LEN + 1], size_t *n, struct err *e);

/* Makes rows part of the figures: for imports and for campaigns that are not anonymous.  Sets
 * keys and sorts rows by them.  In a transaction. */
int release_rows(struct db *db, const struct secret *secret, const struct campaign *c, struct released_row *rows,
    size_t n, struct err *e);

#endif
