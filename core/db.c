#include "core/db.h"

#include "core/db_driver.h"
#include "core/db.sql.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct db_driver *const drivers[] = { &db_sqlite };

struct db_value db_text(const char *s)
{
	if (s == NULL)
		return db_null();
	return (struct db_value){ .type = DB_TEXT, .len = strlen(s), .u.p = s };
}

int db_open(const char *url, enum db_mode mode, struct db **out, struct err *e)
{
	const char *colon = strchr(url, ':');
	size_t n = colon != NULL ? (size_t)(colon - url) : 0;

	*out = NULL;
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		struct db *db;

		if (strlen(drivers[i]->name) != n || memcmp(url, drivers[i]->name, n) != 0)
			continue;
		db = calloc(1, sizeof *db);
		if (db == NULL)
			return err_nomem(e);
		db->driver = drivers[i];
		db->prepared = calloc(db_statement_count + 1, sizeof *db->prepared);
		if (db->prepared == NULL || db->driver->open(db, colon + 1, mode, e) < 0) {
			db_close(db);
			return e->kind != ERR_NONE ? -1 : err_nomem(e);
		}
		*out = db;
		return 0;
	}
	return err_set(e, ERR_INPUT, "db", "“{1}” is no database address; write sqlite:FILE.", url, NULL);
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	db->driver->close(db);
	free(db->prepared);
	free(db);
}

int db_query(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct db_rows *rows,
    struct err *e)
{
	memset(rows, 0, sizeof *rows);
	if ((size_t)s->params != n)
		return err_internal(e, "%s takes %d values, %zu given", s->name, s->params, n);
	rows->db = db;
	rows->stmt = s;
	return db->driver->query(db, s, args, n, rows, e);
}

int db_next(struct db_rows *rows, struct err *e)
{
	int rc = rows->state != NULL ? rows->db->driver->next(rows, e) : 0;

	if (rc != 1)
		db_done(rows);
	return rc;
}

void db_done(struct db_rows *rows)
{
	if (rows->state != NULL)
		rows->db->driver->done(rows);
	rows->state = NULL;
}

bool db_is_null(const struct db_rows *rows, int col)
{
	return rows->db->driver->type(rows, col) == DB_NULL;
}

int64_t db_col_int(const struct db_rows *rows, int col)
{
	return rows->db->driver->col_int(rows, col);
}

double db_col_real(const struct db_rows *rows, int col)
{
	return rows->db->driver->col_real(rows, col);
}

const char *db_col_text(const struct db_rows *rows, int col)
{
	const char *s = rows->db->driver->col_bytes(rows, col, DB_TEXT, NULL);

	return s != NULL ? s : "";
}

const void *db_col_blob(const struct db_rows *rows, int col, size_t *len)
{
	return rows->db->driver->col_bytes(rows, col, DB_BLOB, len);
}

int db_first(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct db_rows *rows,
    struct err *e)
{
	if (db_query(db, s, args, n, rows, e) < 0)
		return -1;
	return db_next(rows, e);
}

int64_t db_run(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct err *e)
{
	struct db_rows rows;
	int rc;

	if (db_query(db, s, args, n, &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1)
		;
	return rc < 0 ? -1 : db->driver->changes(db);
}

int db_begin(struct db *db, enum db_access access, struct err *e)
{
	return db->driver->begin(db, access, e);
}

int db_commit(struct db *db, struct err *e)
{
	return db->driver->script(db, "COMMIT", e);
}

void db_rollback(struct db *db)
{
	struct err ignored = { 0 }; /* there is nothing left to undo when this fails */

	db->driver->script(db, "ROLLBACK", &ignored);
}

bool db_in_transaction(struct db *db)
{
	return db->driver->in_transaction(db);
}

int db_savepoint(struct db *db, struct err *e)
{
	return db_run(db, SQL_JOB_SAVEPOINT, DB_NO_ARGS, e) < 0 ? -1 : 0;
}

int db_release_savepoint(struct db *db, struct err *e)
{
	return db_run(db, SQL_JOB_RELEASE, DB_NO_ARGS, e) < 0 ? -1 : 0;
}

int db_rollback_savepoint(struct db *db, struct err *e)
{
	return db_run(db, SQL_JOB_UNDO, DB_NO_ARGS, e) < 0 ? -1 : db_release_savepoint(db, e);
}

static int transact_once(struct db *db, enum db_access access, db_work_fn *fn, void *arg, struct err *e)
{
	if (db_begin(db, access, e) < 0)
		return -1;
	if (fn(db, arg, e) < 0) {
		db_rollback(db);
		if (e->kind == ERR_NONE)
			err_internal(e, "a transaction failed without saying why");
		return -1;
	}
	if (db_commit(db, e) < 0) {
		db_rollback(db);
		return -1;
	}
	return 0;
}

int db_transact(struct db *db, enum db_access access, db_work_fn *fn, void *arg, struct err *e)
{
	for (int attempt = 0;; attempt++) {
		struct timespec pause = { 0, 10000000L << attempt };

		if (transact_once(db, access, fn, arg, e) == 0)
			return 0;
		if (e->kind != ERR_BUSY || attempt == 3)
			return -1;
		err_clear(e);
		nanosleep(&pause, NULL);
	}
}

int db_forget_log(struct db *db, struct err *e)
{
	return db->driver->forget_log(db, e);
}

int db_fold_log(struct db *db, struct err *e)
{
	return db->driver->fold_log(db, e);
}

int db_script(struct db *db, const char *sql, struct err *e)
{
	return db->driver->script(db, sql, e);
}

int db_check(struct db *db, struct err *e)
{
	return db->driver->check(db, e);
}
