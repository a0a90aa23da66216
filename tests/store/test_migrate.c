/* Migrations: once each, in order; a newer or an altered schema is refused and left alone. */
#include "core/migrate.h"

#include "core/db_driver.h"
#include "tests/store/temp.h"

#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct temp temp;
static struct db *db;

static int open_all(void **state)
{
	struct err e = { 0 };

	(void)state;
	return temp_make(&temp) < 0 || db_open(temp.url, DB_OPEN_CREATE, &db, &e) < 0 ? -1 : 0;
}

static int close_all(void **state)
{
	(void)state;
	db_close(db);
	temp_remove(&temp);
	return 0;
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void applied_once(void **state)
{
	struct err e = { 0 };
	int applied = -1;

	(void)state;
	assert_true(db_migration_count >= 3);
	assert_int_equal(migrate(db, &applied, &e), 0);
	assert_int_equal(applied, db_migration_count);
	assert_int_equal(number("SELECT count(*) FROM migration"), db_migration_count);
	assert_int_equal(migrate(db, &applied, &e), 0);
	assert_int_equal(applied, 0);
	assert_int_equal(migrate(db, NULL, &e), 0);
	assert_int_equal(db_check(db, &e), 0);
}

static void every_table_is_strict(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(migrate(db, NULL, &e), 0);
	assert_int_equal(number("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
				" AND name NOT LIKE 'sqlite_%' AND strict = 0"),
	    0);
	/* an ordered table keeps a hidden number that tells the order of arrival */
	assert_int_equal(number("SELECT count(*) FROM pragma_table_list WHERE name IN"
				" ('holding', 'response', 'submission', 'invitation') AND wr = 1"),
	    4);
}

static void versions_ascend_without_gap(void **state)
{
	(void)state;
	for (size_t i = 0; i < db_migration_count; i++) {
		assert_int_equal(db_migrations[i].version, i + 1);
		assert_int_equal(strlen(db_migrations[i].checksum), 64);
	}
}

static void refused(const char *change, const char *message_part)
{
	struct err e = { 0 };
	int64_t before, schema;
	int applied = -1;

	assert_int_equal(migrate(db, NULL, &e), 0);
	assert_int_equal(db_script(db, change, &e), 0);
	before = number("SELECT count(*) FROM migration");
	schema = number("PRAGMA schema_version");
	assert_int_equal(migrate(db, &applied, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_non_null(strstr(e.message, message_part));
	assert_int_equal(applied, 0);
	assert_int_equal(number("SELECT count(*) FROM migration"), before);
	assert_int_equal(number("PRAGMA schema_version"), schema);
}

static void a_newer_database_is_refused(void **state)
{
	(void)state;
	refused("INSERT INTO migration VALUES (999, 'from_the_future', 'ab', 0)", "newer");
}

static void an_altered_migration_is_refused(void **state)
{
	(void)state;
	refused("UPDATE migration SET checksum = 'ab' WHERE version = 1", "checksum");
}

static void a_newer_database_gets_nothing_of_ours(void **state)
{
	struct err e = { 0 };

	(void)state;
	/* version 1 of ours is missing too; still nothing may be applied */
	assert_int_equal(migrate(db, NULL, &e), 0);
	assert_int_equal(db_script(db,
			     "DELETE FROM migration WHERE version = 3; DROP TABLE IF EXISTS result;"
			     "INSERT INTO migration VALUES (999, 'x', 'ab', 0)",
			     &e),
	    0);
	assert_int_equal(migrate(db, NULL, &e), -1);
	assert_int_equal(number("SELECT count(*) FROM migration WHERE version = 3"), 0);
}

static void *start(void *arg)
{
	struct err e = { 0 };
	struct db *own;
	int *rc = arg;

	*rc = db_open(temp.url, DB_OPEN_CREATE, &own, &e) < 0 ? -1 : migrate(own, NULL, &e);
	if (*rc < 0)
		print_message("  %s %s\n", e.message, e.log);
	if (own != NULL)
		db_close(own);
	return NULL;
}

static void two_programs_may_start_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < 5; round++) {
		pthread_t t[3];
		int rc[3] = { -1, -1, -1 };

		close_all(NULL);
		assert_int_equal(open_all(NULL), 0);
		for (int i = 0; i < 3; i++)
			assert_int_equal(pthread_create(&t[i], NULL, start, &rc[i]), 0);
		for (int i = 0; i < 3; i++)
			pthread_join(t[i], NULL);
		for (int i = 0; i < 3; i++)
			assert_int_equal(rc[i], 0);
		assert_int_equal(number("SELECT count(*) FROM migration"), db_migration_count);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(applied_once),
		CASE(every_table_is_strict),
		CASE(versions_ascend_without_gap),
		CASE(a_newer_database_is_refused),
		CASE(an_altered_migration_is_refused),
		CASE(a_newer_database_gets_nothing_of_ours),
		CASE(two_programs_may_start_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
