/* Findings and actions as people record them. */
#include "analysis/improvement.h"

#include "analysis/curriculum.h"
#include "analysis/improvement.sql.h"
#include "analysis/improvement_parts.h"
#include "core/clock.h"
#include "core/text.h"
#include "surveys/label.h"

#include <stdio.h>
#include <string.h>

static int text_check(const char *field, const char *text, size_t most, bool required, struct err *e)
{
	char limit[24];
	size_t len = text != NULL ? strlen(text) : 0;

	if (len == 0)
		return required ? err_set(e, ERR_INPUT, field, "Write something here.", NULL) : 0;
	snprintf(limit, sizeof limit, "%zu", most);
	if (!text_valid(text, len, true))
		return err_set(e, ERR_INPUT, field, "The text holds characters that cannot be shown.", NULL);
	if (text_chars(text, len) > most)
		return err_set(e, ERR_INPUT, field, "The text may have at most {1} characters.", limit, NULL);
	return 0;
}

static int date_check(const char *field, const char *date, struct err *e)
{
	int64_t ms = date != NULL && strlen(date) == 10 ? clock_parse(date) : -1;
	char again[16];

	if (ms >= 0) {
		int day = clock_day(ms);

		snprintf(again, sizeof again, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
		if (strcmp(again, date) == 0)
			return 0;
	}
	return err_set(e, ERR_INPUT, field, "“{1}” is no date; write it as 2026-11-22.", date != NULL ? date : "",
	    NULL);
}

static int id_of(struct db *db, const struct db_stmt *s, const char *first, const char *second, const char *field,
    const char *absent, char id[ID_LEN + 1], struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, s, DB_ARGS(db_text(first), db_text(second)), &rows, e);

	if (rc == 1) {
		snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
		db_done(&rows);
		return 0;
	}
	return rc < 0 ? -1 : err_set(e, ERR_ABSENT, field, absent, NULL);
}

static int programme_id(struct db *db, const char *programme, char id[ID_LEN + 1], struct err *e)
{
	struct arena *a = arena_new(4096, 1 << 20);
	struct programme p;
	int rc = a != NULL ? programme_get(db, programme, a, &p, e) : err_nomem(e);

	if (rc == 0)
		snprintf(id, ID_LEN + 1, "%s", p.id);
	arena_free(a);
	return rc;
}

int finding_add(struct db *db, const struct finding_new *f, char id[ID_LEN + 1], struct err *e)
{
	char programme[ID_LEN + 1], outcome[ID_LEN + 1];
	bool of_outcome = f->outcome != NULL && *f->outcome != '\0';

	if (text_check("text", f->text, 4000, true, e) < 0 || programme_id(db, f->programme, programme, e) < 0)
		return -1;
	if (of_outcome &&
	    id_of(db, SQL_FINDING_OUTCOME, programme, f->outcome, "outcome",
		N_("The programme has no outcome of this code."), outcome, e) < 0)
		return -1;
	id_new(id);
	return db_run(db, SQL_FINDING_PUT,
		   DB_ARGS(db_text(id), db_text(programme), of_outcome ? db_text(outcome) : db_null(), db_text(f->text),
		       db_int(clock_now()), db_text(f->account)),
		   e) < 0
	    ? -1
	    : 0;
}

static int action_check(const struct action_new *n, struct err *e)
{
	if (n->kind == NULL || (strcmp(n->kind, "fix") != 0 && strcmp(n->kind, "build") != 0))
		return err_set(e, ERR_INPUT, "kind", "“{1}” is not one of: {2}.", n->kind != NULL ? n->kind : "",
		    "fix, build", NULL);
	if (text_check("what", n->what, 2000, true, e) < 0 || text_check("who", n->who, 300, true, e) < 0 ||
	    text_check("measure", n->measure, 1000, true, e) < 0 ||
	    text_check("resources", n->resources, 1000, false, e) < 0 || date_check("starts_on", n->starts_on, e) < 0 ||
	    date_check("ends_on", n->ends_on, e) < 0)
		return -1;
	if (strcmp(n->ends_on, n->starts_on) < 0)
		return err_set(e, ERR_INPUT, "ends_on", "The end must not lie before the start, {1}.", n->starts_on,
		    NULL);
	return 0;
}

int action_add(struct db *db, const struct action_new *n, char id[ID_LEN + 1], struct err *e)
{
	char programme[ID_LEN + 1], finding[ID_LEN + 1];
	bool of_finding = n->finding != NULL && *n->finding != '\0';

	if (action_check(n, e) < 0 || programme_id(db, n->programme, programme, e) < 0)
		return -1;
	if (of_finding &&
	    id_of(db, SQL_FINDING_GET, n->finding, programme, "finding", N_("The programme has no such finding."),
		finding, e) < 0)
		return -1;
	id_new(id);
	return db_run(db, SQL_ACTION_PUT,
		   DB_ARGS(db_text(id), db_text(programme), of_finding ? db_text(finding) : db_null(), db_text(n->kind),
		       db_text(n->what), db_text(n->who), db_text(n->starts_on), db_text(n->ends_on),
		       db_text(n->measure), db_text(n->resources != NULL ? n->resources : ""), db_int(clock_now()),
		       db_text(n->account)),
		   e) < 0
	    ? -1
	    : 0;
}

static json_t *finding_json(const struct db_rows *r)
{
	char at[25];

	clock_iso(db_col_int(r, 5), at, sizeof at);
	return json_pack("{s:s, s:o, s:s, s:s, s:s}", "id", db_col_text(r, 0), "outcome",
	    *db_col_text(r, 1) == '\0' ? json_null()
				       : json_pack("{s:s, s:s, s:o}", "id", db_col_text(r, 1), "code",
					     db_col_text(r, 2), "name", label_parse(db_col_text(r, 3))),
	    "text", db_col_text(r, 4), "created_at", at, "by", db_col_text(r, 6));
}

static json_t *action_json(const struct db_rows *r)
{
	char at[25];

	clock_iso(db_col_int(r, 9), at, sizeof at);
	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", db_col_text(r, 0), "finding",
	    *db_col_text(r, 1) == '\0' ? json_null() : json_string(db_col_text(r, 1)), "kind", db_col_text(r, 2),
	    "what", db_col_text(r, 3), "who", db_col_text(r, 4), "starts_on", db_col_text(r, 5), "ends_on",
	    db_col_text(r, 6), "measure", db_col_text(r, 7), "resources", db_col_text(r, 8), "created_at", at, "by",
	    db_col_text(r, 10));
}

int improvement_rows(struct db *db, const struct db_stmt *s, const char *programme,
    json_t *(*row)(const struct db_rows *), json_t *out, struct err *e)
{
	struct db_rows rows;
	int rc;

	if (out == NULL)
		return err_nomem(e);
	if (db_query(db, s, DB_ARGS(db_text(programme)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1)
		if (json_array_append_new(out, row(&rows)) < 0) {
			db_done(&rows);
			return err_nomem(e);
		}
	return rc;
}

int improvement_recorded(struct db *db, const char *programme, json_t *out, struct err *e)
{
	return improvement_rows(db, SQL_FINDING_LIST, programme, finding_json, out, e);
}

int improvement_actions(struct db *db, const char *programme, json_t *out, struct err *e)
{
	return improvement_rows(db, SQL_ACTION_LIST, programme, action_json, out, e);
}
