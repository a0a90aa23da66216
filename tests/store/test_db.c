/* The database layer on a real file: binding, cursors, transactions, what is busy, what is gone. */
#include "core/clock.h"
#include "core/db.h"
#include "core/db_driver.h"
#include "tests/store/temp.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct temp temp;
static struct db *db;

static struct db_stmt put = { "put", "INSERT INTO thing(a, b, c) VALUES ($3, $1, $2)", DB_WRITE, 3, 0 };
static struct db_stmt list = { "list", "SELECT a, b, c FROM thing ORDER BY a", DB_READ, 0, 0 };
static struct db_stmt twice = { "twice", "SELECT $2 || $1 || $2", DB_READ, 2, 0 };
static struct db_stmt above = { "above", "SELECT a FROM thing WHERE a > $1 ORDER BY a", DB_READ, 1, 0 };
static struct db_stmt wipe = { "wipe", "DELETE FROM thing WHERE a >= $1", DB_WRITE, 1, 0 };
static struct db_stmt value = { "value", "SELECT $1", DB_READ, 1, 0 };
static struct db_stmt put_child = { "put_child", "INSERT INTO child(thing) VALUES ($1)", DB_WRITE, 1, 0 };
static struct db_stmt wrong = { "wrong", "SELECT nothing FROM nowhere", DB_READ, 0, 0 };

/* The test's own statements borrow the last slots of the program's, which nothing here uses. */
static void borrow_slots(void)
{
	struct db_stmt *own[] = { &put, &list, &twice, &above, &wipe, &value, &put_child, &wrong };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		own[i]->slot = (int)(db_statement_count - 1 - i);
}

static int open_all(void **state)
{
	struct err e = { 0 };

	(void)state;
	borrow_slots();
	if (temp_make(&temp) < 0 || db_open(temp.url, DB_OPEN_CREATE, &db, &e) < 0)
		return -1;
	sqlite3_busy_timeout(db->handle, 20);
	return db_script(db,
	    "CREATE TABLE thing(a INTEGER PRIMARY KEY, b TEXT NOT NULL, c BLOB) STRICT;"
	    "CREATE TABLE child(thing INTEGER NOT NULL REFERENCES thing(a)) STRICT",
	    &e);
}

static int close_all(void **state)
{
	(void)state;
	db_close(db);
	temp_remove(&temp);
	return 0;
}

static struct db *second(enum db_mode mode)
{
	struct err e = { 0 };
	struct db *other;

	assert_int_equal(db_open(temp.url, mode, &other, &e), 0);
	sqlite3_busy_timeout(other->handle, 20);
	return other;
}

static int put_one(struct db *to, int64_t a, const char *b, struct err *e)
{
	return db_run(to, &put, DB_ARGS(db_text(b), db_null(), db_int(a)), e) == 1 ? 0 : -1;
}

static int64_t count(struct db *from)
{
	struct db_rows rows;
	struct err e = { 0 };
	int64_t n = 0;
	int rc;

	assert_int_equal(db_query(from, &list, DB_NO_ARGS, &rows, &e), 0);
	while ((rc = db_next(&rows, &e)) == 1)
		n++;
	assert_int_equal(rc, 0);
	return n;
}

static void parameters_out_of_order(void **state)
{
	struct db_rows rows;
	struct err e = { 0 };
	size_t len;

	(void)state;
	assert_int_equal(db_run(db, &put, DB_ARGS(db_text("bê"), db_blob("c\0d", 3), db_int(7)), &e), 1);
	assert_int_equal(db_first(db, &list, DB_NO_ARGS, &rows, &e), 1);
	assert_int_equal(db_col_int(&rows, 0), 7);
	assert_string_equal(db_col_text(&rows, 1), "bê");
	assert_memory_equal(db_col_blob(&rows, 2, &len), "c\0d", 3);
	assert_int_equal(len, 3);
	db_done(&rows);
	db_done(&rows);
	assert_int_equal(db_first(db, &twice, DB_ARGS(db_text("-"), db_text("x")), &rows, &e), 1);
	assert_string_equal(db_col_text(&rows, 0), "x-x");
	db_done(&rows);
}

static void values_come_back_as_they_went(void **state)
{
	static const int64_t ints[] = { 0, -1, INT64_MAX, INT64_MIN };
	static const double reals[] = { 0.5, -1e308, 5e-324, 0.1 };
	struct db_rows rows;
	struct err e = { 0 };
	size_t len = 9;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(db_first(db, &value, DB_ARGS(db_int(ints[i])), &rows, &e), 1);
		assert_true(db_col_int(&rows, 0) == ints[i]);
		db_done(&rows);
		assert_int_equal(db_first(db, &value, DB_ARGS(db_real(reals[i])), &rows, &e), 1);
		assert_true(db_col_real(&rows, 0) == reals[i]);
		db_done(&rows);
	}
	assert_int_equal(db_first(db, &value, DB_ARGS(db_text(NULL)), &rows, &e), 1);
	assert_true(db_is_null(&rows, 0));
	assert_string_equal(db_col_text(&rows, 0), "");
	db_done(&rows);
	/* an empty text and an empty blob are values, not NULL */
	assert_int_equal(db_first(db, &value, DB_ARGS(db_text("")), &rows, &e), 1);
	assert_false(db_is_null(&rows, 0));
	db_done(&rows);
	assert_int_equal(db_first(db, &value, DB_ARGS(db_blob(NULL, 0)), &rows, &e), 1);
	assert_false(db_is_null(&rows, 0));
	db_col_blob(&rows, 0, &len);
	assert_int_equal(len, 0);
	db_done(&rows);
	/* quotes and the marks of other statements are text */
	assert_int_equal(db_first(db, &value, DB_ARGS(db_text("'); DROP TABLE thing; --")), &rows, &e), 1);
	assert_string_equal(db_col_text(&rows, 0), "'); DROP TABLE thing; --");
	db_done(&rows);
}

static void the_same_statement_inside_its_own_loop(void **state)
{
	struct db_rows outer, inner;
	struct err e = { 0 };
	char seen[64] = "";
	size_t n = 0;

	(void)state;
	for (int64_t a = 1; a <= 3; a++)
		assert_int_equal(put_one(db, a, "x", &e), 0);
	assert_int_equal(db_query(db, &above, DB_ARGS(db_int(0)), &outer, &e), 0);
	while (db_next(&outer, &e) == 1) {
		assert_int_equal(db_query(db, &above, DB_ARGS(db_int(db_col_int(&outer, 0))), &inner, &e), 0);
		while (db_next(&inner, &e) == 1)
			n += (size_t)snprintf(seen + n, sizeof seen - n, "%d%d ", (int)db_col_int(&outer, 0),
			    (int)db_col_int(&inner, 0));
	}
	assert_string_equal(seen, "12 13 23 ");
	assert_int_equal(e.kind, ERR_NONE);
	/* ended cursors say the end again */
	assert_int_equal(db_next(&outer, &e), 0);
	assert_int_equal(db_next(&inner, &e), 0);
}

static void faults_are_told_by_kind(void **state)
{
	struct db_rows rows;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_query(db, &put, DB_ARGS(db_int(1)), &rows, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	err_clear(&e);
	assert_int_equal(put_one(db, 1, "x", &e), 0);
	assert_int_equal(put_one(db, 1, "y", &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	/* nothing of the database's own words is shown */
	assert_null(strstr(e.message, "thing"));
	err_clear(&e);
	assert_int_equal(db_run(db, &put, DB_ARGS(db_int(5), db_null(), db_int(2)), &e), 1); /* 5 becomes '5' */
	assert_int_equal(db_run(db, &put, DB_ARGS(db_null(), db_null(), db_int(3)), &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	err_clear(&e);
	assert_int_equal(db_run(db, &put_child, DB_ARGS(db_int(99)), &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	err_clear(&e);
	assert_int_equal(db_query(db, &wrong, DB_NO_ARGS, &rows, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	/* the connection is as good as before */
	assert_int_equal(count(db), 2);
}

static void changes_are_counted(void **state)
{
	struct err e = { 0 };

	(void)state;
	for (int64_t a = 1; a <= 5; a++)
		assert_int_equal(put_one(db, a, "x", &e), 0);
	assert_int_equal(db_run(db, &wipe, DB_ARGS(db_int(3)), &e), 3);
	assert_int_equal(db_run(db, &wipe, DB_ARGS(db_int(3)), &e), 0);
}

struct script {
	int calls, fail_first;
	enum err_kind kind;
};

static int scripted(struct db *in, void *arg, struct err *e)
{
	struct script *s = arg;

	s->calls++;
	if (put_one(in, s->calls, "x", e) < 0)
		return -1;
	if (s->calls > s->fail_first)
		return 0;
	if (s->kind == ERR_BUSY)
		return err_busy(e, "test");
	return s->kind == ERR_NONE ? -1 : err_set(e, s->kind, NULL, "No.", NULL);
}

static void a_failed_transaction_leaves_nothing(void **state)
{
	struct script s = { .fail_first = 100, .kind = ERR_INPUT };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_transact(db, DB_WRITE, scripted, &s, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(s.calls, 1);
	assert_int_equal(count(db), 0);
	err_clear(&e);
	s = (struct script){ .fail_first = 100, .kind = ERR_NONE };
	assert_int_equal(db_transact(db, DB_WRITE, scripted, &s, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_int_equal(count(db), 0);
}

static void what_is_busy_is_tried_again(void **state)
{
	struct script s = { .fail_first = 2, .kind = ERR_BUSY };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_transact(db, DB_WRITE, scripted, &s, &e), 0);
	assert_int_equal(s.calls, 3);
	assert_int_equal(count(db), 1); /* the first two tries left nothing */
	s = (struct script){ .calls = 10, .fail_first = 100, .kind = ERR_BUSY };
	assert_int_equal(db_transact(db, DB_WRITE, scripted, &s, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	assert_int_equal(s.calls, 14);
}

static void one_writer_at_a_time(void **state)
{
	struct db *other = second(DB_OPEN_WRITE);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_begin(db, DB_WRITE, &e), 0);
	assert_int_equal(db_begin(other, DB_WRITE, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	err_clear(&e);
	/* readers are not kept waiting, and see what was committed before */
	assert_int_equal(put_one(db, 1, "x", &e), 0);
	assert_int_equal(count(other), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(count(other), 1);
	db_close(other);
}

static void a_read_transaction_sees_one_moment(void **state)
{
	struct db *reader = second(DB_OPEN_READ);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_begin(reader, DB_READ, &e), 0);
	assert_int_equal(count(reader), 0);
	assert_int_equal(put_one(db, 1, "x", &e), 0);
	assert_int_equal(count(reader), 0);
	assert_int_equal(db_commit(reader, &e), 0);
	assert_int_equal(count(reader), 1);
	/* and a reading connection cannot write */
	assert_int_equal(put_one(reader, 2, "x", &e), -1);
	assert_int_equal(count(db), 1);
	db_close(reader);
}

static void a_savepoint_undoes_its_own_part(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_begin(db, DB_WRITE, &e), 0);
	assert_int_equal(db_savepoint(db, &e), 0);
	assert_int_equal(put_one(db, 1, "x", &e), 0);
	assert_int_equal(db_release_savepoint(db, &e), 0);
	assert_int_equal(db_savepoint(db, &e), 0);
	assert_int_equal(put_one(db, 2, "x", &e), 0);
	assert_int_equal(db_rollback_savepoint(db, &e), 0);
	assert_int_equal(db_savepoint(db, &e), 0);
	assert_int_equal(put_one(db, 3, "x", &e), 0);
	assert_int_equal(db_release_savepoint(db, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(count(db), 2);
	assert_int_equal(db_rollback_savepoint(db, &e), -1);
	assert_int_not_equal(e.kind, ERR_NONE);
	err_clear(&e);
	/* outside a transaction there is nothing to commit */
	assert_int_equal(db_commit(db, &e), -1);
}

/* how often a text stands in a file */
static size_t found(const char *path, const char *text)
{
	size_t len, n = 0, want = strlen(text);
	unsigned char *p = temp_slurp(path, &len);

	for (size_t i = 0; p != NULL && i + want <= len; i++)
		n += memcmp(p + i, text, want) == 0;
	free(p);
	return n;
}

static void what_is_deleted_is_gone_from_the_files(void **state)
{
	struct err e = { 0 };
	struct db *reader;
	char wal[300];

	(void)state;
	snprintf(wal, sizeof wal, "%s-wal", temp.file);
	assert_int_equal(put_one(db, 1, "MARKED-FOR-REMOVAL", &e), 0);
	assert_int_equal(put_one(db, 2, "stays", &e), 0);
	assert_int_equal(db_forget_log(db, &e), 0);
	assert_true(found(temp.file, "MARKED-FOR-REMOVAL") > 0);
	assert_int_equal(db_run(db, &wipe, DB_ARGS(db_int(2)), &e), 1);
	assert_int_equal(put_one(db, 3, "MARKED-FOR-REMOVAL", &e), 0);
	assert_int_equal(db_script(db, "DELETE FROM thing", &e), 0);
	/* someone who still reads the old moment keeps the log alive; that is said */
	reader = second(DB_OPEN_READ);
	assert_int_equal(put_one(db, 4, "later", &e), 0);
	assert_int_equal(db_begin(reader, DB_READ, &e), 0);
	assert_int_equal(count(reader), 1);
	assert_int_equal(put_one(db, 5, "later still", &e), 0);
	assert_int_equal(db_forget_log(db, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	err_clear(&e);
	db_close(reader);
	assert_int_equal(db_forget_log(db, &e), 0);
	assert_int_equal(found(temp.file, "MARKED-FOR-REMOVAL"), 0);
	assert_int_equal(found(wal, "MARKED-FOR-REMOVAL"), 0);
	assert_true(found(temp.file, "later still") > 0);
}

/* A reader that takes its time must not hold up everybody who writes. */
static void emptying_the_log_does_not_wait_long(void **state)
{
	struct db *reader, *writer;
	struct err e = { 0 };
	int64_t began;

	(void)state;
	assert_int_equal(put_one(db, 1, "x", &e), 0);
	reader = second(DB_OPEN_READ);
	assert_int_equal(db_begin(reader, DB_READ, &e), 0);
	assert_int_equal(count(reader), 1);
	assert_int_equal(db_open(temp.url, DB_OPEN_WRITE, &writer, &e), 0);
	assert_int_equal(put_one(writer, 2, "x", &e), 0);
	began = clock_mono_ns();
	assert_int_equal(db_forget_log(writer, &e), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	assert_true(clock_mono_ns() - began < INT64_C(2000000000));
	err_clear(&e);
	db_close(reader);
	assert_int_equal(db_forget_log(writer, &e), 0);
	db_close(writer);
}

static void addresses_that_are_none(void **state)
{
	static const char *const bad[] = { "", "elod.db", "postgres:x", "sqlite", ":x", "sqlit:x", "sqlitee:x" };
	struct err e = { 0 };
	struct db *other;
	char url[300];
	FILE *f;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&e);
		assert_int_equal(db_open(bad[i], DB_OPEN_CREATE, &other, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_string_equal(e.field, "db");
		assert_null(other);
	}
	snprintf(url, sizeof url, "sqlite:%s/absent.db", temp.dir);
	for (int mode = DB_OPEN_READ; mode <= DB_OPEN_WRITE; mode++) {
		err_clear(&e);
		assert_int_equal(db_open(url, (enum db_mode)mode, &other, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
	}
	assert_int_equal(access(url + 7, F_OK), -1);
	/* a file of another kind is refused and left as it is */
	f = fopen(url + 7, "w");
	assert_non_null(f);
	for (int i = 0; i < 200; i++)
		fputs("this is no database\n", f);
	fclose(f);
	err_clear(&e);
	assert_int_equal(db_open(url, DB_OPEN_WRITE, &other, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.field, "db");
	assert_int_equal(found(url + 7, "this is no database"), 200);
	db_close(NULL);
}

static void damage_is_found(void **state)
{
	struct err e = { 0 };
	FILE *f;

	(void)state;
	for (int64_t a = 1; a <= 2000; a++)
		assert_int_equal(put_one(db, a, "some text that takes a little room in the page", &e), 0);
	assert_int_equal(db_forget_log(db, &e), 0);
	db_close(db);
	/* the third page of the file: part of the table's tree */
	f = fopen(temp.file, "r+");
	assert_non_null(f);
	fseek(f, 4096L * 3 + 8, SEEK_SET);
	for (int i = 0; i < 64; i++)
		fputc(0xEE, f);
	fclose(f);
	assert_int_equal(db_open(temp.url, DB_OPEN_WRITE, &db, &e), 0);
	assert_int_equal(db_check(db, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(parameters_out_of_order),
		CASE(values_come_back_as_they_went),
		CASE(the_same_statement_inside_its_own_loop),
		CASE(faults_are_told_by_kind),
		CASE(changes_are_counted),
		CASE(a_failed_transaction_leaves_nothing),
		CASE(what_is_busy_is_tried_again),
		CASE(one_writer_at_a_time),
		CASE(a_read_transaction_sees_one_moment),
		CASE(a_savepoint_undoes_its_own_part),
		CASE(what_is_deleted_is_gone_from_the_files),
		CASE(emptying_the_log_does_not_wait_long),
		CASE(addresses_that_are_none),
		CASE(damage_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
