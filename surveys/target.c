#include "surveys/target.h"

#include "core/text.h"
#include "surveys/label.h"
#include "surveys/target.sql.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct db_value text_or_null(const char *s)
{
	return s != NULL && s[0] != '\0' ? db_text(s) : db_null();
}

static const char *or_empty(const char *s, const char *otherwise)
{
	return s != NULL && s[0] != '\0' ? s : otherwise;
}

/* label, code and group, so that any of them finds it */
static char *search_of(struct arena *a, const struct target *t)
{
	json_t *label = label_parse(t->label), *unit = label_parse(t->unit_label);
	char *l = label_search(a, label), *u = label_search(a, unit), *c = text_search_key(a, t->code);
	char *out = l != NULL && u != NULL && c != NULL ? arena_fmt(a, "%s | %s | %s", l, c, u) : NULL;

	json_decref(label);
	json_decref(unit);
	return out;
}

int target_put(struct db *db, const char *campaign, struct target *t, struct err *e)
{
	struct arena *a = arena_new(2048, 1 << 20);
	char *search = a != NULL ? search_of(a, t) : NULL;
	struct err why = { 0 };
	int64_t rc = -1;

	id_new(t->id);
	if (search == NULL) {
		err_nomem(e);
		goto out;
	}
	rc = db_run(db, SQL_TARGET_PUT,
	    DB_ARGS(db_text(campaign), db_int(t->number), db_text(t->id), db_text(t->code), db_text(t->label),
		db_text(search), db_text(or_empty(t->unit, "")), db_text(or_empty(t->unit_label, "{}")),
		text_or_null(t->section), text_or_null(t->account), t->enrolled < 0 ? db_null() : db_int(t->enrolled),
		db_int(t->accepted), db_int(t->released), isnan(t->mean) ? db_null() : db_real(t->mean)),
	    &why);
	if (rc < 0 && why.kind == ERR_CONFLICT)
		err_set(e, ERR_CONFLICT, "targets", "The target “{1}” stands twice in the campaign.", t->code, NULL);
	else if (rc < 0)
		*e = why;
out:
	arena_free(a);
	return rc < 0 ? -1 : 0;
}

static void read_row(const struct db_rows *rows, struct arena *a, struct target *out)
{
	*out = (struct target){ .number = db_col_int(rows, 1),
		.code = arena_strdup(a, db_col_text(rows, 2)),
		.label = arena_strdup(a, db_col_text(rows, 3)),
		.unit = arena_strdup(a, db_col_text(rows, 4)),
		.unit_label = arena_strdup(a, db_col_text(rows, 5)),
		.section = arena_strdup(a, db_col_text(rows, 6)),
		.account = arena_strdup(a, db_col_text(rows, 7)),
		.enrolled = db_is_null(rows, 8) ? -1 : db_col_int(rows, 8),
		.accepted = db_col_int(rows, 9),
		.released = db_col_int(rows, 10),
		.mean = db_is_null(rows, 11) ? (double)NAN : db_col_real(rows, 11) };
	snprintf(out->id, sizeof out->id, "%s", db_col_text(rows, 0));
}

static int read_one(struct db_rows *rows, int rc, struct arena *a, struct target *out, struct err *e)
{
	if (rc == 0)
		return err_set(e, ERR_ABSENT, "target", "The campaign has no such target.", NULL);
	if (rc < 0)
		return -1;
	read_row(rows, a, out);
	db_done(rows);
	return arena_failed(a) ? err_nomem(e) : 0;
}

int target_get(struct db *db, const char *campaign, const char *id_or_code, struct arena *a, struct target *out,
    struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_TARGET_GET, DB_ARGS(db_text(campaign), db_text(id_or_code)), &rows, e);

	return read_one(&rows, rc, a, out, e);
}

int target_at(struct db *db, const char *campaign, int64_t number, struct arena *a, struct target *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_TARGET_AT, DB_ARGS(db_text(campaign), db_int(number)), &rows, e);

	return read_one(&rows, rc, a, out, e);
}

int target_link(struct db *db, const char *campaign, int64_t number, const char *section, const char *account,
    struct err *e)
{
	int64_t n = db_run(db, SQL_TARGET_LINK,
	    DB_ARGS(db_text(campaign), db_int(number), text_or_null(section), text_or_null(account)), e);

	return n < 0 ? -1 : n == 1 ? 0 : err_set(e, ERR_ABSENT, "target", "The campaign has no such target.", NULL);
}

/* Rows up to limit, growing in the arena; *more when there was another. */
static int read_rows(struct db_rows *rows, struct arena *a, size_t limit, struct target **out, size_t *n, bool *more,
    struct err *e)
{
	size_t room = 0;
	int rc;

	*n = 0;
	*out = NULL;
	*more = false;
	while ((rc = db_next(rows, e)) == 1) {
		if (*n == limit) {
			*more = true;
			db_done(rows);
			return 0;
		}
		if (*n == room) {
			struct target *next = ARENA_ARRAY(a, struct target, room = room == 0 ? 64 : room * 2);

			if (next == NULL) {
				db_done(rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(next, *out, *n * sizeof *next);
			*out = next;
		}
		read_row(rows, a, &(*out)[(*n)++]);
	}
	return rc == 0 && arena_failed(a) ? err_nomem(e) : rc;
}

int target_list(struct db *db, const char *campaign, const struct list_query *query, const char *unit, struct arena *a,
    struct target **out, struct list_page *page, struct err *e)
{
	const char *search = list_search(query, a, e), *sort = or_empty(query->sort, "number");
	size_t limit = list_limit(query);
	struct db_rows rows;

	*page = (struct list_page){ 0 };
	unit = or_empty(unit, "");
	if (search == NULL)
		return -1;
	if (db_first(db, SQL_TARGET_COUNT, DB_ARGS(db_text(campaign), db_text(search), db_text(unit)), &rows, e) != 1)
		return -1;
	page->total = (size_t)db_col_int(&rows, 0);
	db_done(&rows);
	if (db_query(db, query->descending ? SQL_TARGET_PAGE_DOWN : SQL_TARGET_PAGE,
		DB_ARGS(db_text(campaign), db_text(search), db_text(unit), db_text(sort),
		    db_text(or_empty(query->after, "")), db_int((int64_t)limit + 1)),
		&rows, e) < 0)
		return -1;
	return read_rows(&rows, a, limit, out, &page->shown, &page->more, e);
}

int target_all(struct db *db, const char *campaign, struct arena *a, struct target **out, size_t *n, struct err *e)
{
	struct db_rows rows;
	bool more;

	if (db_query(db, SQL_TARGET_ALL, DB_ARGS(db_text(campaign)), &rows, e) < 0)
		return -1;
	return read_rows(&rows, a, TARGETS_MOST, out, n, &more, e);
}
