/* core/db.h -- the database, whichever it is.
 * SQL stands in .sql files beside the modules; the build checks each statement against the
 * schema and makes one header a file ("surveys/campaign.sql.h") that names it SQL_<NAME>.
 * Parameters are $1, $2 ...; values are always bound.  A connection belongs to one thread.
 * Texts and blobs read from a row live until the next db_next() or db_done() on it.
 * Errors: ERR_BUSY for what may succeed when tried again (locked, disk full), ERR_CONFLICT for
 * a broken uniqueness or reference, ERR_INTERNAL for the rest. */
#ifndef CORE_DB_H
#define CORE_DB_H

#include "core/err.h"

#include <stdbool.h>
#include <stdint.h>

enum db_access { DB_READ, DB_WRITE };

struct db_stmt {
	const char *name, *text;
	enum db_access access;
	int params, slot; /* slot: index in db_statements[] */
};
extern const struct db_stmt *const db_statements[]; /* made by the build */
extern const size_t db_statement_count;

struct db_migration {
	int version;
	const char *name, *text; /* with the type tokens of core/schema */
	const char *checksum;	 /* hexadecimal BLAKE2b of text */
};
extern const struct db_migration db_migrations[]; /* made by the build, ascending */
extern const size_t db_migration_count;

enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };
struct db_value {
	enum db_type type;
	size_t len; /* bytes of a text or blob */
	union {
		int64_t i;
		double r;
		const void *p;
	} u;
};
static inline struct db_value db_null(void)
{
	return (struct db_value){ .type = DB_NULL };
}
static inline struct db_value db_int(int64_t i)
{
	return (struct db_value){ .type = DB_INT, .u.i = i };
}
static inline struct db_value db_real(double r)
{
	return (struct db_value){ .type = DB_REAL, .u.r = r };
}
struct db_value db_text(const char *s); /* NULL: SQL NULL */
static inline struct db_value db_blob(const void *p, size_t len)
{
	return (struct db_value){ .type = DB_BLOB, .len = len, .u.p = p };
}
/* The arguments of a call: db_run(db, SQL_X, DB_ARGS(db_text(id), db_int(5)), e) */
#define DB_ARGS(...)                                                                                                   \
	(const struct db_value[]){ __VA_ARGS__ },                                                                      \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)
#define DB_NO_ARGS NULL, 0

struct db;
struct db_rows { /* a cursor; on the caller's stack, opaque */
	struct db *db;
	const struct db_stmt *stmt;
	void *state;
};

#define DB_MAX_PARAMS 24

enum db_mode { DB_OPEN_READ, DB_OPEN_WRITE, DB_OPEN_CREATE };
int db_open(const char *url, enum db_mode mode, struct db **out, struct err *e); /* "sqlite:FILE" */
void db_close(struct db *db);							 /* NULL is allowed */

/* Rows of a statement.  After a result of 0 or -1 from db_next() the cursor is already closed. */
int db_query(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct db_rows *rows,
    struct err *e);
int db_next(struct db_rows *rows, struct err *e); /* 1 a row, 0 the end, -1 an error */
void db_done(struct db_rows *rows);		  /* may be called twice */
bool db_is_null(const struct db_rows *rows, int col);
int64_t db_col_int(const struct db_rows *rows, int col);
double db_col_real(const struct db_rows *rows, int col);
const char *db_col_text(const struct db_rows *rows, int col); /* "" for NULL */
const void *db_col_blob(const struct db_rows *rows, int col, size_t *len);

/* One row or none: 1 with the first row's columns readable until db_done(rows), 0 none, -1. */
int db_first(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct db_rows *rows,
    struct err *e);
/* Without rows: how many were changed, or -1. */
int64_t db_run(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, struct err *e);

/* Runs fn inside one transaction; on ERR_BUSY from the database it is tried again a few times,
 * so fn must have no effects outside the database.  Nothing remains of a failed one. */
typedef int db_work_fn(struct db *db, void *arg, struct err *e);
int db_transact(struct db *db, enum db_access access, db_work_fn *fn, void *arg, struct err *e);

/* For the writer: steps of a transaction.  A savepoint isolates one job of a group. */
int db_begin(struct db *db, enum db_access access, struct err *e);
int db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);
/* False also when the database itself gave up a transaction: a full disk ends all of it. */
bool db_in_transaction(struct db *db);
int db_savepoint(struct db *db, struct err *e);
int db_release_savepoint(struct db *db, struct err *e);
/* -1: the job is still in the transaction, of which nothing may then be committed. */
int db_rollback_savepoint(struct db *db, struct err *e);

/* Removes what the write-ahead log still holds of deleted rows; ERR_BUSY while someone reads. */
int db_forget_log(struct db *db, struct err *e);
/* Brings the log into the database as far as that disturbs nobody, on any connection: what
 * db_forget_log() then has left to do on the writer's is short. */
int db_fold_log(struct db *db, struct err *e);
int db_script(struct db *db, const char *sql, struct err *e); /* migrations and tests only */
int db_check(struct db *db, struct err *e);		      /* integrity, and every statement prepares */

#endif
