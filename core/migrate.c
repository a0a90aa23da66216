#include "core/migrate.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/db_driver.h"
#include "core/migrate.sql.h"

#include <stdio.h>
#include <string.h>

/* The one table that must exist before the first migration; repeated calls change nothing. */
static const char *const ledger = "CREATE TABLE IF NOT EXISTS migration("
				  "version @INT@ PRIMARY KEY, name @ID@ NOT NULL, checksum @ID@ NOT NULL,"
				  "applied_at @INT@ NOT NULL) @TABLE@";

static int with_tokens(struct db *db, const char *text, struct buf *out)
{
	buf_clear(out);
	while (*text != '\0') {
		const char *const *t = db->driver->tokens;

		for (; *t != NULL; t += 2)
			if (strncmp(text, t[0], strlen(t[0])) == 0)
				break;
		if (*t != NULL) {
			buf_puts(out, t[1]);
			text += strlen(t[0]);
		} else {
			buf_putc(out, *text++);
		}
	}
	return out->failed ? -1 : 0;
}

static int seen_check(struct db *db, int *newest, struct err *e)
{
	struct db_rows rows;
	char number[16];
	int rc;

	*newest = 0;
	if (db_query(db, SQL_MIGRATION_LIST, DB_NO_ARGS, &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		int version = (int)db_col_int(&rows, 0);
		const struct db_migration *known = NULL;

		for (size_t i = 0; i < db_migration_count; i++)
			if (db_migrations[i].version == version)
				known = &db_migrations[i];
		snprintf(number, sizeof number, "%d", version);
		if (known == NULL)
			rc = err_set(e, ERR_CONFLICT, "db",
			    "The database was made by a newer elod (schema version {1}). Install that version or newer.",
			    number, NULL);
		else if (strcmp(known->checksum, db_col_text(&rows, 1)) != 0)
			rc = err_set(e, ERR_CONFLICT, "db",
			    "Schema version {1} of the database is not the one of this program: its checksum differs.",
			    number, NULL);
		if (rc < 0) {
			db_done(&rows);
			return -1;
		}
		*newest = version;
	}
	return rc;
}

struct step {
	const struct db_migration *m;
	const char *sql;
	int applied;
};

static int apply(struct db *db, void *arg, struct err *e)
{
	struct step *s = arg;
	struct db_rows rows;
	int seen;

	/* another program that started at the same moment may have been first */
	s->applied = 0;
	seen = db_first(db, SQL_MIGRATION_SEEN, DB_ARGS(db_int(s->m->version)), &rows, e);
	db_done(&rows);
	if (seen != 0)
		return seen < 0 ? -1 : 0;
	s->applied = 1;
	if (db_script(db, s->sql, e) < 0)
		return -1;
	return db_run(db, SQL_MIGRATION_PUT,
		   DB_ARGS(db_int(s->m->version), db_text(s->m->name), db_text(s->m->checksum), db_int(clock_now())),
		   e) < 0
	    ? -1
	    : 0;
}

int migrate(struct db *db, int *applied, struct err *e)
{
	struct buf sql;
	int newest, n = 0, rc = -1;

	buf_init(&sql, 1 << 20);
	if (with_tokens(db, ledger, &sql) < 0) {
		err_nomem(e);
		goto out;
	}
	if (db_script(db, sql.p, e) < 0 || seen_check(db, &newest, e) < 0)
		goto out;
	for (size_t i = 0; i < db_migration_count; i++) {
		struct step s = { .m = &db_migrations[i] };

		if (s.m->version <= newest)
			continue;
		if (with_tokens(db, s.m->text, &sql) < 0) {
			err_nomem(e);
			goto out;
		}
		s.sql = sql.p;
		if (db_transact(db, DB_WRITE, apply, &s, e) < 0)
			goto out;
		n += s.applied;
	}
	rc = 0;
out:
	buf_free(&sql);
	if (applied != NULL)
		*applied = n;
	return rc;
}
