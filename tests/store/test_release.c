/* Releases: nothing or at least k for each target, the rest at the close. */
#include "tests/store/store.h"

#include "surveys/matrix.h"
#include "surveys/release.h"

/* answers that tell the responses apart: hours = n */
static size_t packed(int n, unsigned char out[32])
{
	double hours = n;
	size_t at = 0;

	out[at++] = 1;
	out[at++] = (unsigned char)(n % 5);
	out[at++] = 241;
	out[at++] = 243;
	out[at++] = 0;
	memcpy(out + at, &hours, 8); /* tests run on little-endian machines */
	at += 8;
	out[at++] = 241;
	return at;
}

static void submit(struct store *s, const struct campaign *c, int64_t target, int from, int n, bool simulated)
{
	for (int i = from; i < from + n; i++) {
		unsigned char bytes[32];
		char id[UUID_LEN + 1];
		struct err e = { 0 };
		struct response_submit r = { .campaign = c->id,
			.target = target,
			.client_id = id,
			.answers = bytes,
			.answers_len = packed(i, bytes),
			.simulated = simulated };

		uuid_new(id);
		STORE_OK(e, store_submit(s, &r, &e));
	}
}

static struct release_job release(struct store *s, const struct campaign *c, size_t chunk)
{
	struct release_job job = { .secret = &s->secret, .chunk = chunk };
	struct err e = { 0 };

	memcpy(job.campaign, c->id, sizeof job.campaign);
	STORE_OK(e, db_transact(s->db, DB_WRITE, release_run, &job, &e));
	STORE_OK(e, release_forget(s->db, &job, &e));
	assert_false(release_owes_log());
	return job;
}

static size_t due(struct store *s)
{
	char(*ids)[ID_LEN + 1];
	struct err e = { 0 };
	size_t n;

	STORE_OK(e, release_due(s->db, s->a, &ids, &n, &e));
	return n;
}

static void steps_of_k(void **state)
{
	static const struct store_campaign_want want = { "steps", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 2 };
	struct store s;
	struct campaign c;
	struct campaign_release first, last;
	struct target t;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	submit(&s, &c, 1, 0, 4, false);
	submit(&s, &c, 2, 10, 4, false);
	assert_int_equal(due(&s), 0); /* 8 in all, but no target has 5 */
	assert_int_equal(release(&s, &c, 0).released, 0);
	submit(&s, &c, 1, 4, 2, false);
	assert_int_equal(due(&s), 1);
	assert_int_equal(release(&s, &c, 0).released, 6); /* target 1 alone */
	assert_int_equal(store_int(&s, "SELECT count(*) FROM response WHERE target = 1"), 6);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 4);
	STORE_OK(e, campaign_last_release(s.db, c.id, &first, &e));
	assert_int_equal(first.number, 1);
	assert_int_equal(first.responses, 6);
	submit(&s, &c, 1, 6, 1, false); /* from 6 to 7 would show one answer */
	assert_int_equal(due(&s), 0);
	assert_int_equal(release(&s, &c, 0).released, 0);
	STORE_OK(e, target_at(s.db, c.id, 1, s.a, &t, &e));
	assert_int_equal(t.accepted, 7);
	assert_int_equal(t.released, 6);
	/* the rest, however few, when the campaign has closed */
	clock_fix(STORE_CLOSES);
	assert_int_equal(due(&s), 1);
	{
		struct release_job job = release(&s, &c, 0);

		assert_int_equal(job.released, 5);
		assert_true(job.closed);
	}
	assert_int_equal(due(&s), 0);
	STORE_OK(e, campaign_last_release(s.db, c.id, &last, &e));
	assert_int_equal(last.number, 2);
	assert_memory_not_equal(first.digest, last.digest, HASH_LEN);
	STORE_OK(e, campaign_get(s.db, c.id, s.a, &c, &e));
	assert_int_equal(c.accepted, 11);
	assert_int_equal(c.released, 11);
	assert_int_equal(c.closed_at, STORE_CLOSES);
	store_close(&s);
}

/* Four simulated answers do not hide one real one. */
static void simulated_apart(void **state)
{
	static const struct store_campaign_want want = { "sim", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 1 };
	struct store s;
	struct campaign c;
	struct release_job job;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	submit(&s, &c, 1, 0, 1, false);
	submit(&s, &c, 1, 1, 4, true);
	assert_int_equal(release(&s, &c, 0).released, 0);
	submit(&s, &c, 1, 5, 3, true);
	job = release(&s, &c, 0);
	assert_int_equal(job.released, 7);
	assert_int_equal(job.simulated, 7);
	submit(&s, &c, 1, 8, 4, false);
	job = release(&s, &c, 0);
	assert_int_equal(job.released, 5);
	assert_int_equal(job.simulated, 0);
	assert_int_equal(store_int(&s, "SELECT sum(simulated) FROM campaign_day"), 7);
	store_close(&s);
}

/* Small chunks: each still takes none or at least k of a target, and leaves none or at least k. */
static void chunks(void **state)
{
	static const struct store_campaign_want want = { "chunks", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 3 };
	struct store s;
	struct campaign c;
	struct release_job job;
	size_t all = 0, steps = 0;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	submit(&s, &c, 1, 0, 33, false);
	submit(&s, &c, 2, 100, 4, false);
	submit(&s, &c, 3, 200, 12, false);
	do {
		job = release(&s, &c, 10);
		all += job.released;
		steps++;
		for (int t = 1; t <= 3; t++) {
			char sql[96];
			int64_t left;

			snprintf(sql, sizeof sql, "SELECT count(*) FROM holding WHERE target = %d", t);
			left = store_int(&s, sql);
			assert_true(left == 0 || left >= 5 || t == 2);
		}
		assert_true(job.released >= 5);
	} while (job.more);
	assert_int_equal(all, 45);
	assert_true(steps >= 4);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM response WHERE target = 2"), 0);
	store_close(&s);
}

/* A k larger than a chunk: each step still gets on, so that `more` comes to an end. */
static void chunk_below_k(void **state)
{
	static const struct store_campaign_want want = { "few", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 2 };
	struct store s;
	struct campaign c;
	struct release_job job;
	size_t all = 0;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	submit(&s, &c, 1, 0, 17, false);
	submit(&s, &c, 2, 100, 10, false);
	do {
		job = release(&s, &c, 3);
		all += job.released;
		assert_true(job.released >= 5);
	} while (job.more);
	assert_int_equal(all, 27);
	store_close(&s);
}

struct watch {
	size_t rows, calls;
	bool fail;
};

static int watch(struct db *db, const struct campaign *c, const struct instrument *q, const struct released_row *rows,
    size_t n, void *arg, struct err *e)
{
	struct watch *w = arg;

	(void)db;
	assert_string_equal(c->code, "watched");
	assert_int_equal(q->item_count, 5);
	for (size_t i = 1; i < n; i++)
		assert_true(memcmp(rows[i - 1].key, rows[i].key, sizeof rows[i].key) < 0);
	w->rows += n;
	w->calls++;
	return w->fail ? err_internal(e, "told to fail") : 0;
}

/* The figures and the responses change together or not at all. */
static void observed(void **state)
{
	static const struct store_campaign_want want = { "watched", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 1 };
	struct store s;
	struct campaign c;
	struct watch w = { .fail = true };
	struct release_job job = { 0 };
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	release_observe(watch, &w);
	submit(&s, &c, 1, 0, 9, false);
	job.secret = &s.secret;
	memcpy(job.campaign, c.id, sizeof job.campaign);
	assert_int_equal(db_transact(s.db, DB_WRITE, release_run, &job, &e), -1);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM response"), 0);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 9);
	w.fail = false;
	assert_int_equal(release(&s, &c, 0).released, 9);
	assert_int_equal(w.calls, 2);
	release_observe(NULL, NULL);
	store_close(&s);
}

/* What went in comes out, once each. */
static void matrix(void **state)
{
	static const struct store_campaign_want want = { "matrix", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 2 };
	struct store s;
	struct campaign c;
	struct survey_matrix m;
	const struct instrument *q;
	struct err e = { 0 };
	bool seen[40] = { 0 };

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	submit(&s, &c, 1, 0, 20, false);
	submit(&s, &c, 2, 20, 20, true);
	release(&s, &c, 0);
	STORE_OK(e, instrument_shared(s.db, c.instrument, &q, &e));
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, MATRIX_ALL_TARGETS, true, &m, &e));
	assert_int_equal(m.rows, 40);
	for (size_t i = 0; i < m.rows; i++) {
		int n = (int)m.values[i * m.items + 3];

		assert_false(seen[n]);
		seen[n] = true;
		assert_int_equal(m.target[i], n < 20 ? 1 : 2);
		assert_int_equal(m.simulated[i], n >= 20);
		assert_true(m.values[i * m.items] == n % 5 + 1);
		assert_int_equal(m.why[i * m.items + 1], ANSWER_SKIPPED);
		assert_int_equal(m.why[i * m.items + 2], ANSWER_NOT_APPLICABLE);
	}
	survey_matrix_free(&m);
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, 2, false, &m, &e));
	assert_int_equal(m.rows, 20);
	survey_matrix_free(&m);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_of_k),
		cmocka_unit_test(simulated_apart),
		cmocka_unit_test(chunks),
		cmocka_unit_test(chunk_below_k),
		cmocka_unit_test(observed),
		cmocka_unit_test(matrix),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	instrument_shared_free();
	return rc;
}
