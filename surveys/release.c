#include "surveys/release.h"

#include "core/buf.h"
#include "core/clock.h"
#include "surveys/release.sql.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RELEASE_BYTES_MOST ((size_t)1 << 30)

static struct {
	release_observer_fn *fn;
	void *arg;
} observer;

static atomic_bool owes_log;

void release_observe(release_observer_fn *fn, void *arg)
{
	observer.fn = fn;
	observer.arg = arg;
}

/* ---- rows become part of the figures ---- */

static int by_key(const void *a, const void *b)
{
	const struct released_row *x = a, *y = b;

	return memcmp(x->key, y->key, sizeof x->key);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int put_rows(struct db *db, const char *campaign, const struct released_row *rows, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct released_row *r = &rows[i];

		if (db_run(db, SQL_RELEASE_RESPONSE,
			DB_ARGS(db_text(campaign), db_blob(r->key, sizeof r->key), db_int(r->target),
			    db_int(r->simulated), db_text(r->person), db_blob(r->answers, r->len)),
			e) < 0)
			return -1;
	}
	return 0;
}

static int count_targets(struct db *db, const char *campaign, const struct released_row *rows, size_t n, struct err *e)
{
	int64_t *target = calloc(n + 1, sizeof *target);
	int rc = 0;

	if (target == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++)
		target[i] = rows[i].target;
	qsort(target, n, sizeof *target, by_number);
	for (size_t i = 0, end; rc == 0 && i < n; i = end) {
		for (end = i + 1; end < n && target[end] == target[i]; end++)
			;
		if (target[i] != 0 &&
		    db_run(db, SQL_RELEASE_COUNT_TARGET,
			DB_ARGS(db_text(campaign), db_int(target[i]), db_int((int64_t)(end - i))), e) < 0)
			rc = -1;
	}
	free(target);
	return rc;
}

/* One link a row: the digest before, then target, flag and answers. */
static int chain(const struct secret *secret, const struct released_row *rows, size_t n, unsigned char digest[HASH_LEN],
    struct err *e)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; i < n && !b.failed; i++) {
		buf_clear(&b);
		buf_add(&b, digest, HASH_LEN);
		buf_addf(&b, "%lld/%d/", (long long)rows[i].target, rows[i].simulated);
		buf_add(&b, rows[i].answers, rows[i].len);
		if (!b.failed)
			hash_keyed(secret, "release", b.p, b.len, digest);
	}
	if (b.failed)
		err_nomem(e);
	buf_free(&b);
	return e->kind == ERR_NONE ? 0 : -1;
}

static int put_release(struct db *db, const struct secret *secret, const struct campaign *c,
    const struct released_row *rows, size_t n, struct err *e)
{
	struct campaign_release last;
	int64_t simulated = 0;

	if (campaign_last_release(db, c->id, &last, e) < 0 || chain(secret, rows, n, last.digest, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		simulated += rows[i].simulated;
	if (c->mode == CAMPAIGN_ANONYMOUS)
		last.number++;
	else
		last.number = 1;
	return db_run(db, SQL_RELEASE_PUT,
		   DB_ARGS(db_text(c->id), db_int(last.number), db_int((int64_t)n), db_int(simulated),
		       db_blob(last.digest, HASH_LEN)),
		   e) < 0
	    ? -1
	    : 0;
}

int release_rows(struct db *db, const struct secret *secret, const struct campaign *c, struct released_row *rows,
    size_t n, struct err *e)
{
	const struct instrument *q;

	for (size_t i = 0; i < n; i++)
		random_bytes(rows[i].key, sizeof rows[i].key);
	qsort(rows, n, sizeof *rows, by_key);
	if (put_rows(db, c->id, rows, n, e) < 0 || count_targets(db, c->id, rows, n, e) < 0 ||
	    put_release(db, secret, c, rows, n, e) < 0)
		return -1;
	if (observer.fn == NULL)
		return 0;
	if (instrument_shared(db, c->instrument, &q, e) < 0)
		return -1;
	return observer.fn(db, c, q, rows, n, observer.arg, e);
}

/* ---- out of holding ---- */

struct group {
	int64_t target, simulated;
	size_t held, take;
};

/* How many of a group: none, or at least k, leaving none or at least k. */
static size_t share_of(size_t held, size_t k, bool closing, size_t room)
{
	if (held < k)
		return closing ? held : 0;
	if (held <= room || held < 2 * k)
		return held;
	if (room < k)
		return 0;
	return held - room >= k ? room : held - k;
}

static int plan(struct db *db, const struct campaign *c, bool closing, struct release_job *job, struct arena *a,
    struct group **out, size_t *n, size_t *total, struct err *e)
{
	size_t want = job->chunk != 0 ? job->chunk : RELEASE_CHUNK, cap = 0, k = (size_t)c->k;
	size_t chunk = want > k ? want : k; /* else a k larger than a chunk would never be reached */
	struct group *g = NULL;
	struct db_rows rows;
	int rc;

	*n = *total = 0;
	if (db_query(db, SQL_RELEASE_GROUPS, DB_ARGS(db_text(c->id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		size_t held = (size_t)db_col_int(&rows, 2);
		size_t take = *total < chunk ? share_of(held, k, closing, chunk - *total) : 0;

		job->more |= take < held && (closing || held >= k);
		if (take == 0)
			continue;
		if (*n == cap) {
			struct group *more = ARENA_ARRAY(a, struct group, cap = cap == 0 ? 64 : cap * 2);

			if (more == NULL) {
				db_done(&rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(more, g, *n * sizeof *g);
			g = more;
		}
		g[(*n)++] = (struct group){ db_col_int(&rows, 0), db_col_int(&rows, 1), held, take };
		*total += take;
	}
	*out = g;
	return rc;
}

/* Reads a group's responses and removes them from holding. */
static int take_group(struct db *db, const char *campaign, const struct group *g, struct arena *a,
    struct released_row *out, struct err *e)
{
	struct db_rows rows;
	unsigned char last[64];
	size_t n = 0, key_len = 0;
	int rc;

	if (db_query(db, SQL_RELEASE_HELD,
		DB_ARGS(db_text(campaign), db_int(g->target), db_int(g->simulated), db_int((int64_t)g->take)), &rows,
		e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		const void *key = db_col_blob(&rows, 0, &key_len), *answers = db_col_blob(&rows, 1, &out[n].len);

		out[n].answers = (unsigned char *)arena_strndup(a, answers, out[n].len);
		if (out[n].answers == NULL || key_len > sizeof last) {
			db_done(&rows);
			return err_nomem(e);
		}
		memcpy(last, key, key_len);
		out[n].target = g->target;
		out[n++].simulated = g->simulated != 0;
	}
	if (rc < 0)
		return -1;
	if (n != g->take ||
	    db_run(db, SQL_RELEASE_DROP,
		DB_ARGS(db_text(campaign), db_int(g->target), db_int(g->simulated), db_blob(last, key_len)),
		e) != (int64_t)n)
		return err_internal(e, "holding changed under a release of campaign %s", campaign);
	return 0;
}

static int take_all(struct db *db, const struct campaign *c, bool closing, struct release_job *job, struct arena *a,
    struct err *e)
{
	struct group *groups = NULL;
	struct released_row *rows;
	size_t n, total, at = 0;

	if (plan(db, c, closing, job, a, &groups, &n, &total, e) < 0)
		return -1;
	if (total == 0)
		return 0;
	rows = ARENA_ARRAY(a, struct released_row, total);
	if (rows == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		if (take_group(db, c->id, &groups[i], a, rows + at, e) < 0)
			return -1;
		at += groups[i].take;
		job->simulated += groups[i].simulated ? groups[i].take : 0;
	}
	job->released = total;
	return release_rows(db, job->secret, c, rows, total, e);
}

int release_run(struct db *db, void *arg, struct err *e)
{
	struct release_job *job = arg;
	struct arena *a = arena_new(1 << 16, RELEASE_BYTES_MOST);
	int64_t now = clock_now();
	struct campaign c;
	bool closing;
	int rc = -1;

	job->released = job->simulated = 0;
	job->more = job->closed = false;
	if (a == NULL)
		return err_nomem(e);
	if (campaign_get(db, job->campaign, a, &c, e) < 0)
		goto out;
	closing = campaign_status(&c, now) == CAMPAIGN_CLOSED;
	if (take_all(db, &c, closing, job, a, e) < 0)
		goto out;
	if (closing && !job->more) {
		int64_t n = db_run(db, SQL_RELEASE_CLOSE, DB_ARGS(db_text(c.id), db_int(now)), e);

		if (n < 0)
			goto out;
		job->closed = n == 1;
	}
	rc = 0;
out:
	arena_free(a);
	return rc;
}

int release_forget(struct db *db, void *job, struct err *e)
{
	int rc;

	(void)job;
	rc = db_forget_log(db, e);
	atomic_store(&owes_log, rc < 0);
	return rc;
}

bool release_owes_log(void)
{
	return atomic_load(&owes_log);
}

int release_due(struct db *db, struct arena *a, char (**ids)[ID_LEN + 1], size_t *n, struct err *e)
{
	struct db_rows rows;
	size_t cap = 0;
	int rc;

	*n = 0;
	*ids = NULL;
	if (db_query(db, SQL_RELEASE_DUE, DB_ARGS(db_int(clock_now())), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		if (*n == cap) {
			char(*more)[ID_LEN + 1] = arena_get(a, cap = cap == 0 ? 16 : cap * 2, ID_LEN + 1);

			if (more == NULL) {
				db_done(&rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(more, *ids, *n * sizeof **ids);
			*ids = more;
		}
		snprintf((*ids)[(*n)++], ID_LEN + 1, "%s", db_col_text(&rows, 0));
	}
	return rc;
}
