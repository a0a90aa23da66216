#include "core/setting.h"

#include "core/setting.sql.h"

#include <string.h>

/* 1 found, 0 none, -1 */
static int read_secret(struct db *db, struct secret *out, struct err *e)
{
	struct db_rows rows;
	const void *p;
	size_t len;
	int rc = db_first(db, SQL_SETTING_GET, DB_ARGS(db_text("secret")), &rows, e);

	if (rc != 1)
		return rc;
	p = db_col_blob(&rows, 0, &len);
	if (len == sizeof out->key)
		memcpy(out->key, p, len);
	else
		rc = err_internal(e, "the stored secret has %zu bytes", len);
	db_done(&rows);
	return rc;
}

static int put_secret(struct db *db, void *arg, struct err *e)
{
	struct secret *s = arg;

	return db_run(db, SQL_SETTING_PUT_NEW, DB_ARGS(db_text("secret"), db_blob(s->key, sizeof s->key)), e) < 0 ? -1
														  : 0;
}

int secret_load(struct db *db, struct secret *out, struct err *e)
{
	struct secret fresh;
	int rc = read_secret(db, out, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	random_bytes(fresh.key, sizeof fresh.key);
	/* two processes may start at once: the first one's stays, both read that */
	if (db_transact(db, DB_WRITE, put_secret, &fresh, e) < 0)
		return -1;
	rc = read_secret(db, out, e);
	return rc == 1 ? 0 : rc < 0 ? -1 : err_internal(e, "the secret was not stored");
}
