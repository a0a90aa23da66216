/* Jobs: waiting, progress, stopping, who may look, what is asked twice, and what is forgotten. */
#include "core/jobs.h"
#include "tests/store/store.h"

#include <stdatomic.h>

static const char *const me = "me", *const other = "other";
static atomic_int freed, begun;

static void forget(void *arg)
{
	(void)arg;
	atomic_fetch_add(&freed, 1);
}

/* arg: how many turns of a millisecond; negative: an error */
static char *turn(void *arg, struct db *db, struct job *job, struct err *e)
{
	long turns = (long)(intptr_t)arg;

	assert_non_null(db);
	atomic_fetch_add(&begun, 1);
	if (turns < 0) {
		err_set(e, ERR_INPUT, "items", "Nothing to compute.", NULL);
		return NULL;
	}
	for (long i = 0; i < turns; i++) {
		usleep(1000);
		if (!job_go_on(job, (double)i / (double)turns)) {
			err_set(e, ERR_CONFLICT, NULL, "Stopped.", NULL);
			return NULL;
		}
	}
	return strdup("{\"done\":true}");
}

static void put(struct jobs *j, const char *owner, const char *key, long turns, char id[ID_LEN + 1])
{
	struct job_spec spec = { owner, key, "title", turn, (void *)(intptr_t)turns, forget, "{}" };
	struct err e = { 0 };

	STORE_OK(e, jobs_put(j, &spec, id, &e));
}

static struct job_view look(struct store *s, struct jobs *j, const char *id, int wait)
{
	struct job_view v;
	struct err e = { 0 };

	STORE_OK(e, jobs_look(j, me, id, wait, s->a, &v, &e));
	return v;
}

static void life(void **state)
{
	char id[ID_LEN + 1], again[ID_LEN + 1];
	struct err e = { 0 };
	struct job_view v, *list;
	struct jobs *j;
	struct store s;
	size_t n;

	(void)state;
	store_open(&s);
	STORE_OK(e, jobs_start(s.url, 2, &j, &e));
	put(j, me, "a", 5, id);
	v = look(&s, j, id, 5000);
	assert_int_equal(v.stage, JOB_DONE);
	assert_string_equal(v.result, "{\"done\":true}");
	assert_true(v.done == 1 && v.ended_at >= v.begun_at && v.begun_at > 0);

	/* the same question is the same job; another's is not */
	put(j, me, "a", 5, again);
	assert_string_equal(id, again);
	put(j, other, "a", 1, again);
	assert_string_not_equal(id, again);
	assert_int_equal(jobs_look(j, me, again, 0, s.a, &v, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	err_clear(&e);
	assert_int_equal(jobs_cancel(j, me, again, &e), -1);
	err_clear(&e);

	/* one that failed says why, and may be asked again */
	put(j, me, "bad", -1, id);
	v = look(&s, j, id, 5000);
	assert_int_equal(v.stage, JOB_FAILED);
	assert_string_equal(v.err.field, "items");
	assert_null(v.result);
	put(j, me, "bad", -1, again);
	assert_string_not_equal(id, again);

	STORE_OK(e, jobs_list(j, me, s.a, &list, &n, &e));
	assert_int_equal(n, 3);
	assert_string_equal(list[0].id, again);
	assert_string_equal(list[0].about, "{}");
	jobs_stop(j);
	store_close(&s);
}

static void stopping(void **state)
{
	char id[8][ID_LEN + 1], over[ID_LEN + 1];
	struct job_spec spec = { me, "over", "title", turn, (void *)1, forget, NULL };
	struct err e = { 0 };
	struct job_view v;
	struct jobs *j;
	struct store s;

	(void)state;
	store_open(&s);
	STORE_OK(e, jobs_start(s.url, 1, &j, &e));
	freed = 0;
	for (int i = 0; i < JOBS_EACH; i++) {
		char key[16];

		snprintf(key, sizeof key, "k%d", i);
		put(j, me, key, 60000, id[i]);
	}
	assert_int_equal(jobs_put(j, &spec, over, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(freed, 1); /* the refused one's */
	err_clear(&e);

	/* one that waits stops at once, one that runs soon */
	STORE_OK(e, jobs_cancel(j, me, id[2], &e));
	v = look(&s, j, id[2], 0);
	assert_int_equal(v.stage, JOB_STOPPED);
	v = look(&s, j, id[0], 50);
	assert_int_equal(v.stage, JOB_RUNNING);
	assert_true(v.done < 0.5);
	STORE_OK(e, jobs_cancel(j, me, id[0], &e));
	v = look(&s, j, id[0], 5000);
	assert_int_equal(v.stage, JOB_STOPPED);

	/* the end of the program does not wait for the rest */
	jobs_stop(j);
	assert_int_equal(freed, 1 + JOBS_EACH);
	store_close(&s);
}

static void forgetting(void **state)
{
	char first[ID_LEN + 1], id[ID_LEN + 1];
	struct err e = { 0 };
	struct job_view v;
	struct jobs *j;
	struct store s;

	(void)state;
	store_open(&s);
	clock_fix(STORE_INSIDE);
	STORE_OK(e, jobs_start(s.url, 2, &j, &e));
	put(j, me, "first", 0, first);
	look(&s, j, first, 5000);
	clock_fix(STORE_INSIDE + 1000);
	for (int i = 0; i < JOBS_KEPT; i++) {
		char key[16];

		snprintf(key, sizeof key, "k%d", i);
		put(j, me, key, 0, id);
		look(&s, j, id, 5000);
	}
	assert_int_equal(jobs_look(j, me, first, 0, s.a, &v, &e), -1); /* made room */
	err_clear(&e);
	look(&s, j, id, 0);
	clock_fix(STORE_INSIDE + 1001 + JOBS_KEPT_MS);
	put(j, me, "late", 0, first);
	assert_int_equal(jobs_look(j, me, id, 0, s.a, &v, &e), -1); /* an hour is over */
	jobs_stop(j);
	store_close(&s);
}

/* Where one owner runs on every thread, another's goes first when a thread is free. */
static void shared_fairly(void **state)
{
	char mine[3][ID_LEN + 1], theirs[ID_LEN + 1];
	struct err e = { 0 };
	struct job_view v;
	struct jobs *j;
	struct store s;

	(void)state;
	store_open(&s);
	STORE_OK(e, jobs_start(s.url, 2, &j, &e));
	put(j, me, "a", 60000, mine[0]);
	put(j, me, "b", 60000, mine[1]);
	put(j, me, "c", 60000, mine[2]);
	while (look(&s, j, mine[0], 10).stage != JOB_RUNNING || look(&s, j, mine[1], 10).stage != JOB_RUNNING)
		;
	put(j, other, "d", 1, theirs);
	STORE_OK(e, jobs_cancel(j, me, mine[0], &e));
	STORE_OK(e, jobs_look(j, other, theirs, 5000, s.a, &v, &e));
	assert_int_equal(v.stage, JOB_DONE);
	for (int i = 1; i < 3; i++)
		STORE_OK(e, jobs_cancel(j, me, mine[i], &e));
	jobs_stop(j);
	store_close(&s);
}

/* The clock goes on: what runs too long ends with an error, what ended long ago is gone. */
static void limits(void **state)
{
	char id[ID_LEN + 1];
	struct err e = { 0 };
	struct job_view v, *list;
	struct jobs *j;
	struct store s;
	size_t n;

	(void)state;
	store_open(&s);
	clock_fix(1000000);
	STORE_OK(e, jobs_start(s.url, 1, &j, &e));
	put(j, me, "long", 600000, id);
	v = look(&s, j, id, 50);
	assert_int_equal(v.stage, JOB_RUNNING);
	clock_fix(1000000 + JOBS_RUN_MS + 1000);
	v = look(&s, j, id, 5000);
	assert_int_equal(v.stage, JOB_FAILED);
	assert_int_equal(v.err.kind, ERR_TOO_LARGE);
	clock_fix(1000000 + JOBS_RUN_MS + JOBS_KEPT_MS + 2000);
	assert_int_equal(jobs_look(j, me, id, 0, s.a, &v, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	err_clear(&e);
	STORE_OK(e, jobs_list(j, me, s.a, &list, &n, &e));
	assert_int_equal(n, 0);
	jobs_stop(j);
	clock_fix(STORE_INSIDE);
	store_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(life), cmocka_unit_test(stopping),
		cmocka_unit_test(forgetting), cmocka_unit_test(shared_fairly), cmocka_unit_test(limits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
