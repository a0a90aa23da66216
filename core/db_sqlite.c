/* SQLite: write-ahead log, an fsync for every commit, one file. */
#include "core/db_driver.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* how long a connection waits for another process (an import beside the daemon) */
#define BUSY_MS 5000
/* how long emptying the log waits for readers: the writer stands still meanwhile, and it is tried again */
#define FORGET_MS 25

static const char *const tokens[] = {
	"@ID@",
	"TEXT",
	"@INT@",
	"INTEGER",
	"@REAL@",
	"REAL",
	"@BLOB@",
	"BLOB",
	"@TABLE@",
	"STRICT",
	"@KEYED@",
	"STRICT, WITHOUT ROWID",
	NULL,
};

static int fail(struct db *db, const char *what, struct err *e)
{
	sqlite3 *h = db->handle;
	int code = sqlite3_errcode(h);

	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return err_busy(e, "%s: %s (%d)", what, sqlite3_errmsg(h), sqlite3_extended_errcode(h));
	case SQLITE_NOTADB:
		return err_set(e, ERR_INPUT, "db", "The file is no database of elod.", NULL);
	case SQLITE_CONSTRAINT:
		err_set(e, ERR_CONFLICT, NULL, "This contradicts what is already stored.", NULL);
		snprintf(e->log, sizeof e->log, "%s: %s", what, sqlite3_errmsg(h));
		return -1;
	default:
		return err_internal(e, "%s: %s (%d)", what, sqlite3_errmsg(h), sqlite3_extended_errcode(h));
	}
}

static int script(struct db *db, const char *sql, struct err *e)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(db, sql, e);
}

static int open_file(struct db *db, const char *file, enum db_mode mode, struct err *e)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | (mode == DB_OPEN_CREATE ? SQLITE_OPEN_CREATE : 0);
	sqlite3 *h = NULL;
	int rc = sqlite3_open_v2(file, &h, flags, NULL);

	db->handle = h;
	if (rc != SQLITE_OK)
		return err_set(e, rc == SQLITE_CANTOPEN ? ERR_INPUT : ERR_INTERNAL, "db",
		    "The database file {1} cannot be opened: {2}. `elod serve` makes a new one.", file,
		    h != NULL ? sqlite3_errmsg(h) : "out of memory", NULL);
	sqlite3_busy_timeout(h, BUSY_MS);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* secure_delete: what a release removes must not stay readable in a free page */
	if (script(db,
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		"PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
		"PRAGMA mmap_size=268435456;"
		/* fewer, larger checkpoints: a page that many commits touch is copied back once */
		"PRAGMA wal_autocheckpoint=8000",
		e) < 0)
		return -1;
	return mode == DB_OPEN_READ ? script(db, "PRAGMA query_only=ON", e) : 0;
}

struct prepared {
	sqlite3_stmt *stmt;
	bool in_use;
	/* SQLite numbers $1, $2 by first appearance, so $1 need not be parameter 1 */
	unsigned char at[DB_MAX_PARAMS];
};

static void close_file(struct db *db)
{
	for (size_t i = 0; db->prepared != NULL && i < db_statement_count; i++) {
		struct prepared *p = db->prepared[i];

		if (p != NULL)
			sqlite3_finalize(p->stmt);
		free(p);
	}
	sqlite3_close(db->handle);
}

static struct prepared *prepare_new(struct db *db, const struct db_stmt *s, struct err *e)
{
	struct prepared *p = calloc(1, sizeof *p);

	if (p == NULL) {
		err_nomem(e);
		return NULL;
	}
	if (sqlite3_prepare_v3(db->handle, s->text, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL) != SQLITE_OK) {
		fail(db, s->name, e);
		free(p);
		return NULL;
	}
	for (int i = 0; i < s->params; i++) {
		char name[16];

		snprintf(name, sizeof name, "$%d", i + 1);
		p->at[i] = (unsigned char)sqlite3_bind_parameter_index(p->stmt, name);
	}
	return p;
}

/* The cached one, or a second copy when that is in use: a query inside its own loop. */
static struct prepared *prepare(struct db *db, const struct db_stmt *s, struct err *e)
{
	struct prepared *p = db->prepared[s->slot];

	if (p != NULL && !p->in_use)
		return p;
	p = prepare_new(db, s, e);
	if (p != NULL && db->prepared[s->slot] == NULL)
		db->prepared[s->slot] = p;
	return p;
}

static int bind(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	switch (v->type) {
	case DB_INT:
		return sqlite3_bind_int64(stmt, at, v->u.i);
	case DB_REAL:
		return sqlite3_bind_double(stmt, at, v->u.r);
	case DB_TEXT:
		return sqlite3_bind_text64(stmt, at, v->u.p, v->len, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(stmt, at, v->u.p != NULL ? v->u.p : "", v->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(stmt, at);
	}
}

static void done(struct db_rows *rows)
{
	struct prepared *p = rows->state;

	if (rows->db->prepared[rows->stmt->slot] == p) {
		sqlite3_reset(p->stmt);
		sqlite3_clear_bindings(p->stmt);
		p->in_use = false;
		return;
	}
	sqlite3_finalize(p->stmt);
	free(p);
}

static int query(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct db_rows *rows,
    struct err *e)
{
	struct prepared *p = prepare(db, s, e);

	if (p == NULL)
		return -1;
	rows->state = p;
	p->in_use = true;
	for (size_t i = 0; i < n; i++) {
		if (bind(p->stmt, p->at[i], &args[i]) != SQLITE_OK) {
			fail(db, s->name, e);
			done(rows);
			rows->state = NULL;
			return -1;
		}
	}
	return 0;
}

static sqlite3_stmt *stmt_of(const struct db_rows *rows)
{
	return ((struct prepared *)rows->state)->stmt;
}

static int next(struct db_rows *rows, struct err *e)
{
	switch (sqlite3_step(stmt_of(rows))) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return fail(rows->db, rows->stmt->name, e);
	}
}

static enum db_type type(const struct db_rows *rows, int col)
{
	switch (sqlite3_column_type(stmt_of(rows), col)) {
	case SQLITE_INTEGER:
		return DB_INT;
	case SQLITE_FLOAT:
		return DB_REAL;
	case SQLITE_TEXT:
		return DB_TEXT;
	case SQLITE_BLOB:
		return DB_BLOB;
	default:
		return DB_NULL;
	}
}

static int64_t col_int(const struct db_rows *rows, int col)
{
	return sqlite3_column_int64(stmt_of(rows), col);
}

static double col_real(const struct db_rows *rows, int col)
{
	return sqlite3_column_double(stmt_of(rows), col);
}

static const void *col_bytes(const struct db_rows *rows, int col, enum db_type want, size_t *len)
{
	const void *p = want == DB_TEXT ? (const void *)sqlite3_column_text(stmt_of(rows), col)
					: sqlite3_column_blob(stmt_of(rows), col);

	if (len != NULL)
		*len = (size_t)sqlite3_column_bytes(stmt_of(rows), col);
	return p;
}

static int64_t changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

static int begin(struct db *db, enum db_access access, struct err *e)
{
	/* taking the write lock at once: a read lock cannot be upgraded safely */
	return script(db, access == DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", e);
}

static bool in_transaction(struct db *db)
{
	return sqlite3_get_autocommit(db->handle) == 0;
}

static int forget_log(struct db *db, struct err *e)
{
	int rc;

	sqlite3_busy_timeout(db->handle, FORGET_MS);
	rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	return rc == SQLITE_OK ? 0 : fail(db, "checkpoint", e);
}

static int fold_log(struct db *db, struct err *e)
{
	int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	return rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? 0 : fail(db, "checkpoint", e);
}

static int integrity(struct db *db, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check(1)", -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		fail(db, "integrity_check", e);
	else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0)
		err_set(e, ERR_INTERNAL, "db", "The database is damaged: {1}.",
		    (const char *)sqlite3_column_text(stmt, 0), NULL);
	else
		rc = 0;
	sqlite3_finalize(stmt);
	return rc;
}

static int check(struct db *db, struct err *e)
{
	if (integrity(db, e) < 0)
		return -1;
	for (size_t i = 0; i < db_statement_count; i++)
		if (prepare(db, db_statements[i], e) == NULL)
			return -1;
	return 0;
}

const struct db_driver db_sqlite = {
	.name = "sqlite",
	.tokens = tokens,
	.open = open_file,
	.close = close_file,
	.query = query,
	.next = next,
	.done = done,
	.type = type,
	.col_int = col_int,
	.col_real = col_real,
	.col_bytes = col_bytes,
	.changes = changes,
	.script = script,
	.begin = begin,
	.in_transaction = in_transaction,
	.forget_log = forget_log,
	.fold_log = fold_log,
	.check = check,
};
