#include "surveys/response.h"

#include "core/arena.h"
#include "core/clock.h"
#include "surveys/answers.h"
#include "surveys/campaign.h"
#include "surveys/invitation.h"
#include "surveys/release.h"
#include "surveys/response.sql.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define HOLDING_KEY	16
#define SUBMISSION_HASH 16 /* bytes kept of a hash: 128 bits cannot meet by chance */

/* The identifier within its campaign, so that one campaign's submissions say nothing of another's. */
static void hash_id(const struct secret *secret, const char *campaign, const char *client_id,
    unsigned char hash[HASH_LEN])
{
	char text[ID_LEN + 1 + UUID_LEN + 1];
	int n = snprintf(text, sizeof text, "%.*s/%.*s", ID_LEN, campaign, UUID_LEN, client_id);

	for (char *c = text; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	hash_keyed(secret, "submission", text, (size_t)n, hash);
}

/* Identifier and body together: equal bodies of two people do not look alike. */
static int hash_body(struct response_submit *s, struct err *e)
{
	struct buf b;
	int64_t target = s->target;

	buf_init(&b, ANSWERS_MOST + 64);
	buf_add(&b, s->id_hash, sizeof s->id_hash);
	buf_addf(&b, "%lld/%d/", (long long)target, s->simulated);
	buf_add(&b, s->answers, s->answers_len);
	if (!b.failed)
		hash_keyed(s->secret, "body", b.p, b.len, s->body_hash);
	else
		err_nomem(e);
	buf_free(&b);
	return e->kind == ERR_NONE ? 0 : -1;
}

int response_submit_prepare(struct response_submit *s, struct err *e)
{
	unsigned char receipt[HASH_LEN];

	s->job.run = response_submit_run;
	s->job.after = NULL;
	s->repeated = false;
	if (s->client_id == NULL || !uuid_valid(s->client_id))
		return err_set(e, ERR_INPUT, "id",
		    "“id” must be a UUID made by the sender, as 123e4567-e89b-42d3-a456-426614174000.", NULL);
	if (s->answers_len > ANSWERS_MOST)
		return err_set(e, ERR_TOO_LARGE, "answers", "The answers are too long.", NULL);
	hash_id(s->secret, s->campaign, s->client_id, s->id_hash);
	hash_keyed(s->secret, "receipt", s->id_hash, sizeof s->id_hash, receipt);
	hash_receipt(receipt, s->receipt);
	if (s->invitation != NULL)
		invitation_hash(s->secret, s->invitation, s->invitation_hash);
	return hash_body(s, e);
}

/* 1: stored now; 0: was there with the same body; -1 */
static int claim(struct db *db, struct response_submit *s, struct err *e)
{
	struct db_rows rows;
	const void *body;
	size_t len;
	int64_t n = db_run(db, SQL_SUBMISSION_PUT,
	    DB_ARGS(db_blob(s->id_hash, SUBMISSION_HASH), db_blob(s->body_hash, SUBMISSION_HASH)), e);
	int rc;

	if (n != 0)
		return n < 0 ? -1 : 1;
	rc = db_first(db, SQL_SUBMISSION_BODY, DB_ARGS(db_blob(s->id_hash, SUBMISSION_HASH)), &rows, e);
	if (rc <= 0)
		return rc < 0 ? -1 : err_internal(e, "a submission vanished");
	body = db_col_blob(&rows, 0, &len);
	rc = len == SUBMISSION_HASH && memcmp(body, s->body_hash, SUBMISSION_HASH) == 0 ? 0 : -1;
	db_done(&rows);
	if (rc < 0)
		return err_set(e, ERR_CONFLICT, "id", "Other answers were already sent under this identifier.", NULL);
	s->repeated = true;
	return 0;
}

struct rules {
	bool anonymous, confidential, invited;
};

static int check_window(struct db *db, const struct response_submit *s, int64_t now, struct rules *out, struct err *e)
{
	struct db_rows rows;
	const char *mode;
	int rc = db_first(db, SQL_RESPONSE_CAMPAIGN, DB_ARGS(db_text(s->campaign)), &rows, e);

	if (rc == 0)
		return err_set(e, ERR_ABSENT, "campaign", "There is no such campaign.", NULL);
	if (rc < 0)
		return -1;
	mode = db_col_text(&rows, 0);
	out->anonymous = strcmp(mode, "anonymous") == 0;
	out->confidential = strcmp(mode, "confidential") == 0;
	out->invited = strcmp(db_col_text(&rows, 1), "invited") == 0;
	if (now < db_col_int(&rows, 2))
		err_set(e, ERR_FORBIDDEN, "campaign", "This survey has not opened yet.", NULL);
	else if (now >= db_col_int(&rows, 3) || !db_is_null(&rows, 4) ||
	    strcmp(db_col_text(&rows, 5), "collected") != 0)
		err_set(e, ERR_FORBIDDEN, "campaign", "This survey has closed; it takes no more answers.", NULL);
	db_done(&rows);
	return e->kind == ERR_NONE ? 0 : -1;
}

/* Uses the invitation up; person is who was invited, "" none. */
static int check_invitation(struct db *db, const struct response_submit *s, const struct rules *rules, char person[256],
    struct err *e)
{
	struct invitation inv;
	struct err why = { 0 };

	person[0] = '\0';
	if (s->invitation == NULL)
		return rules->invited ? err_set(e, ERR_FORBIDDEN, "invitation",
					    "Only people with an invitation link can answer this survey.", NULL)
				      : 0;
	if (invitation_get(db, s->invitation_hash, &inv, &why) < 0 && why.kind != ERR_ABSENT) {
		*e = why;
		return -1;
	}
	if (why.kind == ERR_ABSENT || strcmp(inv.campaign, s->campaign) != 0)
		return err_set(e, ERR_FORBIDDEN, "invitation", "This invitation link is not valid for this survey.",
		    NULL);
	if (inv.target != 0 && inv.target != s->target)
		return err_set(e, ERR_FORBIDDEN, "target", "This invitation link is for another target.", NULL);
	snprintf(person, 256, "%s", inv.person);
	return invitation_use(db, s->invitation_hash, e);
}

static int count(struct db *db, const struct response_submit *s, int64_t now, struct err *e)
{
	if (s->target != 0) {
		int64_t n = db_run(db, SQL_RESPONSE_COUNT_TARGET, DB_ARGS(db_text(s->campaign), db_int(s->target)), e);

		if (n < 0)
			return -1;
		if (n == 0)
			return err_set(e, ERR_INPUT, "target", "The campaign has no such target.", NULL);
	}
	return db_run(db, SQL_RESPONSE_COUNT_DAY,
		   DB_ARGS(db_text(s->campaign), db_int(clock_day(now)), db_int(s->simulated)), e) < 0
	    ? -1
	    : 0;
}

static unsigned char holding_start[HOLDING_KEY - 8]; /* of this process */

static void draw_start(void)
{
	random_bytes(holding_start, sizeof holding_start);
}

/* Unique, and next to each other, so that a group of responses touches few pages; nothing is
 * claimed of a response before its release, and the release gives it another key. */
static void holding_key(unsigned char key[HOLDING_KEY])
{
	static atomic_uint_fast64_t count;
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	uint64_t n = atomic_fetch_add(&count, 1);

	pthread_once(&once, draw_start);
	memcpy(key, holding_start, sizeof holding_start);
	for (int i = 0; i < 8; i++)
		key[sizeof holding_start + i] = (unsigned char)(n >> (56 - 8 * i));
}

static int hold(struct db *db, const struct response_submit *s, struct err *e)
{
	unsigned char key[HOLDING_KEY];

	holding_key(key);
	return db_run(db, SQL_RESPONSE_HOLD,
		   DB_ARGS(db_text(s->campaign), db_int(s->target), db_int(s->simulated), db_blob(key, sizeof key),
		       db_blob(s->answers, s->answers_len)),
		   e) < 0
	    ? -1
	    : 0;
}

/* Campaigns that are not anonymous: a release of one. */
static int release_one(struct db *db, const struct response_submit *s, const struct rules *rules, const char *person,
    struct err *e)
{
	struct released_row row = { .target = s->target,
		.simulated = s->simulated,
		.answers = s->answers,
		.len = s->answers_len };
	struct arena *a = arena_new(4096, 1 << 20);
	unsigned char hash[HASH_LEN];
	char sealed[33];
	struct campaign c;
	int rc = -1;

	if (a == NULL)
		return err_nomem(e);
	if (person[0] != '\0' && rules->confidential) {
		char *who = arena_fmt(a, "%s/%s", s->campaign, person);

		if (who == NULL) {
			err_nomem(e);
			goto out;
		}
		hash_keyed(s->secret, "person", who, strlen(who), hash);
		hash_hex(hash, 16, sealed);
		row.person = sealed;
	} else if (person[0] != '\0') {
		row.person = person;
	}
	if (campaign_get(db, s->campaign, a, &c, e) == 0)
		rc = release_rows(db, s->secret, &c, &row, 1, e);
out:
	arena_free(a);
	return rc;
}

int response_submit_run(struct db *db, struct write_job *job, struct err *e)
{
	struct response_submit *s = (struct response_submit *)job;
	int64_t now = clock_now();
	struct rules rules = { 0 };
	char person[256];
	int rc;

	s->repeated = false; /* a transaction may be run again */
	rc = claim(db, s, e);
	if (rc <= 0)
		return rc;
	if (check_window(db, s, now, &rules, e) < 0 || check_invitation(db, s, &rules, person, e) < 0 ||
	    count(db, s, now, e) < 0)
		return -1;
	return rules.anonymous ? hold(db, s, e) : release_one(db, s, &rules, person, e);
}

int response_receipt_known(struct db *db, const struct secret *secret, const char *campaign, const char *client_id,
    struct err *e)
{
	unsigned char hash[HASH_LEN];
	struct db_rows rows;
	int rc;

	if (!uuid_valid(client_id))
		return 0;
	hash_id(secret, campaign, client_id, hash);
	rc = db_first(db, SQL_SUBMISSION_BODY, DB_ARGS(db_blob(hash, SUBMISSION_HASH)), &rows, e);
	if (rc == 1)
		db_done(&rows);
	return rc;
}
