#include "analysis/curriculum.h"

#include "analysis/curriculum.sql.h"
#include "analysis/rows.h"
#include "core/clock.h"
#include "surveys/label.h"

static const char *col(struct arena *a, const struct db_rows *r, int i)
{
	return arena_strdup(a, db_col_text(r, i));
}

static struct programme programme_row(struct arena *a, const struct db_rows *r)
{
	return (struct programme){
		.id = col(a, r, 0),
		.code = col(a, r, 1),
		.name = col(a, r, 2),
		.note = col(a, r, 3),
		.unit = { col(a, r, 4), col(a, r, 5) },
		.threshold = db_col_real(r, 6),
		.goal = db_col_real(r, 7),
		.weight_direct = db_col_real(r, 8),
		.weight_indirect = db_col_real(r, 9),
		.points = { db_col_real(r, 10), db_col_real(r, 11), db_col_real(r, 12) },
	};
}

static struct course course_row(struct arena *a, const struct db_rows *r)
{
	return (struct course){
		.id = col(a, r, 0),
		.code = col(a, r, 1),
		.name = col(a, r, 2),
		.note = col(a, r, 3),
		.unit = { col(a, r, 4), col(a, r, 5) },
		.credits = db_col_real(r, 6),
		.threshold = db_col_real(r, 7),
		.goal = db_col_real(r, 8),
	};
}

int programme_get(struct db *db, const char *id_or_code, struct arena *a, struct programme *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_PROGRAMME_GET, DB_ARGS(db_text(id_or_code)), &rows, e);

	if (rc == 1) {
		*out = programme_row(a, &rows);
		db_done(&rows);
	} else if (rc == 0) {
		rc = err_set(e, ERR_ABSENT, "programme", "There is no programme “{1}”.", id_or_code, NULL);
	}
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int course_get(struct db *db, const char *id_or_code, struct arena *a, struct course *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_COURSE_GET, DB_ARGS(db_text(id_or_code)), &rows, e);

	if (rc == 1) {
		*out = course_row(a, &rows);
		db_done(&rows);
	} else if (rc == 0) {
		rc = err_set(e, ERR_ABSENT, "course", "There is no course “{1}”.", id_or_code, NULL);
	}
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int term_get(struct db *db, const char *id_or_code, struct arena *a, struct term *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_TERM_GET, DB_ARGS(db_text(id_or_code)), &rows, e);

	if (rc == 1) {
		*out = (struct term){ col(a, &rows, 0), col(a, &rows, 1), col(a, &rows, 2), db_col_int(&rows, 3) };
		db_done(&rows);
	} else if (rc == 0) {
		rc = err_set(e, ERR_ABSENT, "term", "There is no term “{1}”.", id_or_code, NULL);
	}
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

static int outcomes_read(struct db *db, const struct db_stmt *s, const char *owner, double threshold, double goal,
    struct arena *a, struct outcome **out, size_t *n, struct err *e)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, s, DB_ARGS(db_text(owner), db_real(threshold), db_real(goal)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		*out = rows_grow(a, *out, *n, sizeof **out);
		if (*out == NULL)
			break;
		(*out)[(*n)++] = (struct outcome){ col(a, &rows, 0), col(a, &rows, 1), col(a, &rows, 2),
			db_col_real(&rows, 3), db_col_real(&rows, 4) };
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int programme_outcomes(struct db *db, const struct programme *p, struct arena *a, struct outcome **out, size_t *n,
    struct err *e)
{
	return outcomes_read(db, SQL_PROGRAMME_OUTCOME_LIST, p->id, p->threshold, p->goal, a, out, n, e);
}

int course_outcomes(struct db *db, const struct course *c, struct arena *a, struct outcome **out, size_t *n,
    struct err *e)
{
	return outcomes_read(db, SQL_COURSE_OUTCOME_LIST, c->id, c->threshold, c->goal, a, out, n, e);
}

int programme_courses(struct db *db, const char *programme, struct arena *a, struct course **out, size_t *n,
    struct err *e)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_PROGRAMME_COURSE_LIST, DB_ARGS(db_text(programme)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		*out = rows_grow(a, *out, *n, sizeof **out);
		if (*out == NULL)
			break;
		(*out)[(*n)++] = course_row(a, &rows);
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int programme_map(struct db *db, const char *programme, struct arena *a, struct curriculum_link **out, size_t *n,
    struct err *e)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_PROGRAMME_MAP_LIST, DB_ARGS(db_text(programme)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		*out = rows_grow(a, *out, *n, sizeof **out);
		if (*out == NULL)
			break;
		(*out)[(*n)++] = (struct curriculum_link){ col(a, &rows, 0), col(a, &rows, 1), col(a, &rows, 2),
			db_col_text(&rows, 3)[0], db_col_real(&rows, 4), col(a, &rows, 5) };
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

double programme_points(const struct programme *p, char level)
{
	return p->points[level == 'I' ? 0 : level == 'R' ? 1 : 2];
}

static json_t *unit_json(const struct curriculum_unit *u)
{
	if (*u->code == '\0')
		return json_null();
	return json_pack("{s:s, s:o}", "code", u->code, "name", label_parse(u->name));
}

json_t *programme_head_json(const struct programme *p)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:f, s:f, s:f, s:f, s:{s:f, s:f, s:f}, s:o}", "id", p->id, "code",
	    p->code, "name", label_parse(p->name), "unit", unit_json(&p->unit), "threshold", p->threshold, "goal",
	    p->goal, "weight_direct", p->weight_direct, "weight_indirect", p->weight_indirect, "levels", "I",
	    p->points[0], "R", p->points[1], "M", p->points[2], "note", label_parse(p->note));
}

json_t *course_head_json(const struct course *c)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:f, s:f, s:f, s:o}", "id", c->id, "code", c->code, "name",
	    label_parse(c->name), "unit", unit_json(&c->unit), "credits", c->credits, "threshold", c->threshold, "goal",
	    c->goal, "note", label_parse(c->note));
}

json_t *outcome_head_json(const struct outcome *o)
{
	return json_pack("{s:s, s:s, s:o, s:f, s:f}", "id", o->id, "code", o->code, "name", label_parse(o->name),
	    "threshold", o->threshold, "goal", o->goal);
}

json_t *term_head_json(const struct term *t)
{
	char starts[25];

	clock_iso(t->starts_at, starts, sizeof starts);
	return json_pack("{s:s, s:s, s:o, s:s}", "id", t->id, "code", t->code, "name", label_parse(t->name), "starts",
	    starts);
}
