#include "core/audit.h"

#include "core/audit.sql.h"
#include "core/clock.h"
#include "core/ids.h"

int audit_put(struct db *db, const char *account, const char *action, const char *object, const char *detail,
    struct err *e)
{
	char id[ID_LEN + 1];

	id_new(id);
	return db_run(db, SQL_AUDIT_PUT,
		   DB_ARGS(db_text(id), db_int(clock_now()), db_text(account), db_text(action), db_text(object),
		       db_text(detail != NULL ? detail : "")),
		   e) < 0
	    ? -1
	    : 0;
}

int audit_list(struct db *db, struct arena *a, int64_t before, size_t limit, struct audit **out, size_t *n,
    struct err *e)
{
	struct audit *list = ARENA_ARRAY(a, struct audit, limit + 1);
	struct db_rows rows;
	int rc;

	*n = 0;
	if (list == NULL)
		return err_nomem(e);
	if (db_query(db, SQL_AUDIT_PAGE, DB_ARGS(db_int(before), db_int((int64_t)limit)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1 && *n < limit) {
		struct audit *row = &list[(*n)++];

		row->id = arena_strdup(a, db_col_text(&rows, 0));
		row->at = db_col_int(&rows, 1);
		row->account = arena_strdup(a, db_col_text(&rows, 2));
		row->login = arena_strdup(a, db_col_text(&rows, 3));
		row->action = arena_strdup(a, db_col_text(&rows, 4));
		row->object = arena_strdup(a, db_col_text(&rows, 5));
		row->detail = arena_strdup(a, db_col_text(&rows, 6));
	}
	db_done(&rows);
	*out = list;
	if (rc >= 0 && arena_failed(a))
		return err_nomem(e);
	return rc < 0 ? -1 : 0;
}
