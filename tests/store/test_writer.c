/* The writer: groups, isolation of a bad job, commits that fail, a full disk, the end. */
#include "core/writer.h"

#include "core/db_driver.h"
#include "core/log.h"
#include "tests/store/temp.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

static struct temp temp;
static struct writer *w;
static struct db *reader;

static struct db_stmt put = { "put", "INSERT INTO thing(a, b) VALUES ($1, $2)", DB_WRITE, 2, 0 };
static struct db_stmt seen = { "seen", "SELECT count(*) FROM thing WHERE a = $1", DB_READ, 1, 0 };
static struct db_stmt all = { "all", "SELECT count(*) FROM thing", DB_READ, 0, 0 };
static struct db_stmt orphan = { "orphan", "INSERT INTO child(thing) VALUES ($1)", DB_WRITE, 1, 0 };

/* A latch that the test opens: the first job of a group waits there while others queue up. */
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_moved = PTHREAD_COND_INITIALIZER;
static bool gate_open, gate_reached;

static void gate_wait(void)
{
	pthread_mutex_lock(&gate_lock);
	gate_reached = true;
	pthread_cond_broadcast(&gate_moved);
	while (!gate_open)
		pthread_cond_wait(&gate_moved, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
}

static void gate_until_reached(void)
{
	pthread_mutex_lock(&gate_lock);
	while (!gate_reached)
		pthread_cond_wait(&gate_moved, &gate_lock);
	pthread_mutex_unlock(&gate_lock);
}

static void gate_set(bool open)
{
	pthread_mutex_lock(&gate_lock);
	gate_open = open;
	if (!open)
		gate_reached = false;
	pthread_cond_broadcast(&gate_moved);
	pthread_mutex_unlock(&gate_lock);
}

enum what { PUT, PUT_AND_FAIL, PUT_AND_FAIL_SILENTLY, PUT_AND_CANNOT_UNDO, ORPHAN, GATE, LARGE };

struct job {
	struct write_job job; /* first */
	int64_t a;
	enum what what;
	atomic_int done, after;
	enum err_kind kind;
};

static int64_t rows(struct db *in, const struct db_stmt *s, const struct db_value *args, size_t n)
{
	struct db_rows r;
	struct err e = { 0 };
	int64_t value;

	assert_int_equal(db_first(in, s, args, n, &r, &e), 1);
	value = db_col_int(&r, 0);
	db_done(&r);
	return value;
}

static bool stored(int64_t a)
{
	return rows(reader, &seen, DB_ARGS(db_int(a))) == 1;
}

static int run(struct db *db, struct write_job *job, struct err *e)
{
	struct job *j = (struct job *)job;
	static char large[400000];

	switch (j->what) {
	case GATE:
		gate_wait();
		return 0;
	case ORPHAN:
		if (db_script(db, "PRAGMA defer_foreign_keys = ON", e) < 0)
			return -1;
		return db_run(db, &orphan, DB_ARGS(db_int(-1)), e) == 1 ? 0 : -1;
	case LARGE:
		memset(large, 'x', sizeof large - 1);
		return db_run(db, &put, DB_ARGS(db_int(j->a), db_text(large)), e) == 1 ? 0 : -1;
	default:
		if (db_run(db, &put, DB_ARGS(db_int(j->a), db_text("b")), e) != 1)
			return -1;
		if (j->what == PUT_AND_FAIL)
			return err_set(e, ERR_INPUT, "a", "No.", NULL);
		/* its savepoint is gone, so what it wrote cannot be taken back alone */
		if (j->what == PUT_AND_CANNOT_UNDO)
			return db_release_savepoint(db, e) < 0 ? -1 : err_set(e, ERR_INPUT, "a", "No.", NULL);
		return j->what == PUT_AND_FAIL_SILENTLY ? -1 : 0;
	}
}

/* on the writer's thread: everything it tells must already be durable and visible */
static void done(struct write_job *job, const struct err *e)
{
	struct job *j = (struct job *)job;

	j->kind = e->kind;
	atomic_fetch_add(&j->done, 1);
}

static int after(struct db *db, struct write_job *job, struct err *e)
{
	struct job *j = (struct job *)job;

	atomic_fetch_add(&j->after, 1);
	/* outside any transaction: a checkpoint would be refused inside one */
	if (db_forget_log(db, e) < 0)
		return -1;
	return err_set(e, ERR_INTERNAL, NULL, "A step after the commit may fail.", NULL);
}

static void put_job(struct job *j, int64_t a, enum what what)
{
	struct err e = { 0 };

	memset(j, 0, sizeof *j);
	j->job.run = run;
	j->job.done = done;
	j->a = a;
	j->what = what;
	assert_int_equal(writer_put(w, &j->job, &e), 0);
}

/* Waits until the writer has nothing to do: a job that runs now is behind all others. */
static int nothing(struct db *db, void *arg, struct err *e)
{
	(void)db;
	(void)arg;
	(void)e;
	return 0;
}

static void settle(void)
{
	struct err e = { 0 };

	/* a full queue refuses it; a group that fails takes it along */
	while (writer_do(w, nothing, NULL, &e) < 0) {
		err_clear(&e);
		usleep(1000);
	}
}

/* The test's own statements borrow the last slots of the program's, which nothing here uses. */
static void borrow_slots(void)
{
	struct db_stmt *own[] = { &put, &seen, &all, &orphan };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		own[i]->slot = (int)(db_statement_count - 1 - i);
}

static int open_all(void **state)
{
	struct err e = { 0 };
	struct db *db;

	(void)state;
	borrow_slots();
	gate_set(false);
	log_open("/dev/null", &e);
	if (temp_make(&temp) < 0 || db_open(temp.url, DB_OPEN_CREATE, &db, &e) < 0)
		return -1;
	if (db_script(db,
		"CREATE TABLE thing(a INTEGER PRIMARY KEY, b TEXT NOT NULL) STRICT;"
		"CREATE TABLE child(thing INTEGER NOT NULL REFERENCES thing(a)) STRICT",
		&e) < 0)
		return -1;
	db_close(db);
	if (db_open(temp.url, DB_OPEN_READ, &reader, &e) < 0)
		return -1;
	return writer_start(temp.url, 2000, &w, &e);
}

static int close_all(void **state)
{
	(void)state;
	writer_stop(w);
	w = NULL;
	db_close(reader);
	temp_remove(&temp);
	return 0;
}

static void waiting_jobs_share_a_commit(void **state)
{
	static struct job gate, j[600];
	struct writer_counts before, now;

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	writer_counts(w, &before);
	for (int i = 0; i < 600; i++)
		put_job(&j[i], i + 1, PUT);
	writer_counts(w, &now);
	assert_int_equal(now.waiting, 600);
	for (int i = 0; i < 600; i++)
		assert_int_equal(j[i].done, 0);
	gate_set(true);
	settle();
	writer_counts(w, &now);
	/* 256 + 256 + 88, the last group or one of its own with the job that waits */
	assert_in_range(now.groups - before.groups, 3, 4);
	assert_int_equal(now.jobs - before.jobs, 601);
	assert_int_equal(now.failed, 0);
	assert_int_equal(now.waiting, 0);
	for (int i = 0; i < 600; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_equal(j[i].kind, ERR_NONE);
	}
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 600);
}

static void one_bad_job_spoils_no_other(void **state)
{
	static struct job gate, j[6];

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	put_job(&j[0], 1, PUT);
	put_job(&j[1], 2, PUT_AND_FAIL);
	put_job(&j[2], 3, PUT);
	put_job(&j[3], 1, PUT); /* there already */
	put_job(&j[4], 5, PUT_AND_FAIL_SILENTLY);
	put_job(&j[5], 6, PUT);
	gate_set(true);
	settle();
	assert_int_equal(j[0].kind, ERR_NONE);
	assert_int_equal(j[1].kind, ERR_INPUT);
	assert_int_equal(j[2].kind, ERR_NONE);
	assert_int_equal(j[3].kind, ERR_CONFLICT);
	/* a failure without a reason must not look like success */
	assert_int_equal(j[4].kind, ERR_INTERNAL);
	assert_int_equal(j[5].kind, ERR_NONE);
	assert_true(stored(1) && !stored(2) && stored(3) && !stored(5) && stored(6));
	for (int i = 0; i < 6; i++)
		assert_int_equal(j[i].done, 1);
}

/* What a refused job wrote must not be committed with its neighbours: then nothing is. */
static void a_job_that_cannot_be_undone_undoes_all(void **state)
{
	static struct job gate, j[3];

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	put_job(&j[0], 1, PUT);
	put_job(&j[1], 2, PUT_AND_CANNOT_UNDO);
	put_job(&j[2], 3, PUT);
	gate_set(true);
	settle();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_not_equal(j[i].kind, ERR_NONE);
	}
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 0);
}

static void alone_or_in_a_group_the_same(void **state)
{
	static struct job j[3];

	(void)state;
	put_job(&j[0], 1, PUT_AND_FAIL);
	settle();
	put_job(&j[1], 2, PUT_AND_FAIL_SILENTLY);
	settle();
	put_job(&j[2], 3, PUT);
	settle();
	assert_int_equal(j[0].kind, ERR_INPUT);
	assert_int_equal(j[1].kind, ERR_INTERNAL);
	assert_int_equal(j[2].kind, ERR_NONE);
	assert_true(!stored(1) && !stored(2) && stored(3));
}

static void a_commit_that_fails_is_told_to_all(void **state)
{
	static struct job gate, j[3], later;

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	put_job(&j[0], 1, PUT);
	put_job(&j[1], 2, ORPHAN);
	put_job(&j[2], 3, PUT);
	gate_set(true);
	settle();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_not_equal(j[i].kind, ERR_NONE);
	}
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 0);
	put_job(&later, 9, PUT);
	settle();
	assert_int_equal(later.kind, ERR_NONE);
	assert_true(stored(9));
}

static int few_pages(struct db *db, void *arg, struct err *e)
{
	return db_script(db, arg, e);
}

/* What was told and what is stored must agree, whichever way a full disk ends a group. */
static void told_as_stored(struct job *j, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_equal(stored(j[i].a), j[i].kind == ERR_NONE);
	}
}

static void a_full_database_says_busy_and_lies_to_nobody(void **state)
{
	static struct job gate, j[5], later;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(writer_do(w, few_pages, "PRAGMA max_page_count = 20", &e), 0);
	put_job(&gate, 0, GATE);
	gate_until_reached();
	put_job(&j[0], 1, PUT);
	put_job(&j[1], 2, PUT);
	put_job(&j[2], 3, LARGE);
	put_job(&j[3], 4, PUT);
	put_job(&j[4], 5, PUT);
	gate_set(true);
	settle();
	assert_int_equal(j[2].kind, ERR_BUSY);
	told_as_stored(j, 5);
	assert_int_equal(writer_do(w, few_pages, "PRAGMA max_page_count = 100000", &e), 0);
	put_job(&later, 6, LARGE);
	settle();
	assert_int_equal(later.kind, ERR_NONE);
	told_as_stored(&later, 1);
}

static void a_full_disk_says_busy_and_recovers(void **state)
{
	static struct job gate, j[40], later;
	struct rlimit whole, small;
	int busy = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
	small = whole;
	small.rlim_cur = 300000;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	for (int i = 0; i < 40; i++)
		put_job(&j[i], i + 1, i == 20 ? LARGE : PUT);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	gate_set(true);
	settle();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
	for (int i = 0; i < 40; i++)
		busy += j[i].kind == ERR_BUSY;
	assert_true(busy > 0);
	told_as_stored(j, 40);
	put_job(&later, 100, PUT);
	settle();
	assert_int_equal(later.kind, ERR_NONE);
	assert_true(stored(100));
}

static void a_step_after_the_commit_runs_alone_and_may_fail(void **state)
{
	static struct job gate, before, j, behind;
	struct writer_counts at, now;
	struct err e = { 0 };

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	writer_counts(w, &at);
	put_job(&before, 1, PUT);
	memset(&j, 0, sizeof j);
	j = (struct job){ .job = { .run = run, .after = after, .done = done }, .a = 2, .what = PUT };
	assert_int_equal(writer_put(w, &j.job, &e), 0);
	put_job(&behind, 3, PUT);
	gate_set(true);
	settle();
	writer_counts(w, &now);
	assert_in_range(now.groups - at.groups, 3, 4);
	assert_int_equal(j.after, 1);
	assert_int_equal(j.kind, ERR_NONE);
	assert_true(stored(1) && stored(2) && stored(3));
	/* after a failed job there is nothing to follow */
	j = (struct job){ .job = { .run = run, .after = after, .done = done }, .a = 4, .what = PUT_AND_FAIL };
	assert_int_equal(writer_put(w, &j.job, &e), 0);
	settle();
	assert_int_equal(j.after, 0);
	assert_int_equal(j.kind, ERR_INPUT);
}

static void the_queue_has_an_end(void **state)
{
	static struct job gate, j[2001];
	struct err e = { 0 };

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	for (int i = 0; i < 2000; i++)
		put_job(&j[i], i + 1, PUT);
	j[2000].job = (struct write_job){ .run = run, .done = done };
	assert_int_equal(writer_put(w, &j[2000].job, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	gate_set(true);
	settle();
	assert_int_equal(j[2000].done, 0);
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 2000);
}

static void stopping_finishes_what_waits(void **state)
{
	static struct job gate, j[1500];

	(void)state;
	put_job(&gate, 0, GATE);
	gate_until_reached();
	for (int i = 0; i < 1500; i++)
		put_job(&j[i], i + 1, PUT);
	gate_set(true);
	writer_stop(w);
	w = NULL;
	for (int i = 0; i < 1500; i++) {
		assert_int_equal(j[i].done, 1);
		assert_int_equal(j[i].kind, ERR_NONE);
	}
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 1500);
	writer_stop(NULL);
}

static int put_seven(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return db_run(db, &put, DB_ARGS(db_int(7), db_text("b")), e) == 1 ? 0 : -1;
}

static int look(struct db *db, void *arg, struct err *e)
{
	(void)db;
	(void)e;
	*(bool *)arg = stored(7);
	return 0;
}

static void waiting_for_a_job(void **state)
{
	struct err e = { 0 };
	bool visible = false;

	(void)state;
	assert_int_equal(writer_do_after(w, put_seven, look, &visible, &e), 0);
	assert_true(visible);
	assert_int_equal(writer_do(w, put_seven, NULL, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
}

static void *many(void *arg)
{
	int64_t from = *(int64_t *)arg;
	struct job *j = calloc(200, sizeof *j);

	for (int i = 0; i < 200; i++)
		put_job(&j[i], from + i, i % 10 == 9 ? PUT_AND_FAIL : PUT);
	for (int i = 0; i < 200; i++)
		while (atomic_load(&j[i].done) == 0)
			usleep(200);
	free(j);
	return NULL;
}

static void many_threads_at_once(void **state)
{
	pthread_t t[4];
	int64_t from[4] = { 1000, 2000, 3000, 4000 };
	struct writer_counts counts;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, many, &from[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	settle();
	writer_counts(w, &counts);
	assert_int_equal(counts.failed, 80);
	assert_int_equal(rows(reader, &all, DB_NO_ARGS), 720);
}

static void a_database_that_is_not_there(void **state)
{
	struct err e = { 0 };
	struct writer *none;

	(void)state;
	assert_int_equal(writer_start("sqlite:/nonexistent-folder/x.db", 10, &none, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_null(none);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(waiting_jobs_share_a_commit),
		CASE(one_bad_job_spoils_no_other),
		CASE(a_job_that_cannot_be_undone_undoes_all),
		CASE(alone_or_in_a_group_the_same),
		CASE(a_commit_that_fails_is_told_to_all),
		CASE(a_full_database_says_busy_and_lies_to_nobody),
		CASE(a_full_disk_says_busy_and_recovers),
		CASE(a_step_after_the_commit_runs_alone_and_may_fail),
		CASE(the_queue_has_an_end),
		CASE(stopping_finishes_what_waits),
		CASE(waiting_for_a_job),
		CASE(many_threads_at_once),
		CASE(a_database_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
