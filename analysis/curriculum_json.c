#include "analysis/curriculum.h"

#include "analysis/curriculum.sql.h"
#include "core/clock.h"
#include "core/text.h"
#include "surveys/label.h"

#include <string.h>

/* What a list asks for, ready to be bound. */
struct page {
	const char *search, *viewer, *after, *sort;
	int64_t limit;
};

static int page_begin(const struct list_query *q, const char *viewer, const char *const *sorts, struct arena *a,
    struct page *p, struct err *e)
{
	size_t i = 0;

	p->search = q->search != NULL ? text_search_key(a, q->search) : "";
	p->viewer = viewer != NULL ? viewer : "";
	p->after = q->after != NULL ? q->after : "";
	p->sort = q->sort != NULL && *q->sort != '\0' ? q->sort : sorts[0];
	p->limit = (int64_t)list_limit(q);
	if (p->search == NULL)
		return err_set(e, ERR_INPUT, "search", "The text holds characters that cannot be searched for.", NULL);
	while (sorts[i] != NULL && strcmp(sorts[i], p->sort) != 0)
		i++;
	if (sorts[i] == NULL)
		return err_set(e, ERR_INPUT, "sort", "This list is not sorted by “{1}”.", p->sort, NULL);
	return 0;
}

static int count(struct db *db, const struct db_stmt *s, const struct db_value *args, size_t n, json_t *out,
    struct err *e)
{
	struct db_rows rows;

	if (db_first(db, s, args, n, &rows, e) != 1)
		return -1;
	json_object_set_new(out, "total", json_integer(db_col_int(&rows, 0)));
	db_done(&rows);
	return 0;
}

/* items holds one row more than the page when there are more */
static int page_end(json_t *items, int64_t limit, json_t *out, struct err *e)
{
	bool more = (int64_t)json_array_size(items) > limit;
	const char *last = NULL;
	int bad = 0;

	if (more)
		json_array_remove(items, (size_t)limit);
	if (more)
		last = json_string_value(json_object_get(json_array_get(items, (size_t)limit - 1), "id"));
	bad |= json_object_set_new(out, "more", json_boolean(more));
	bad |= json_object_set_new(out, "next", last != NULL ? json_string(last) : json_null());
	bad |= json_object_set_new(out, "items", items);
	return bad ? err_nomem(e) : 0;
}

static json_t *unit_json(const struct db_rows *r, int code)
{
	if (*db_col_text(r, code) == '\0')
		return json_null();
	return json_pack("{s:s, s:o}", "code", db_col_text(r, code), "name", label_parse(db_col_text(r, code + 1)));
}

static json_t *programme_row_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:f, s:f, s:I, s:I}", "id", db_col_text(r, 0), "code",
	    db_col_text(r, 1), "name", label_parse(db_col_text(r, 2)), "note", label_parse(db_col_text(r, 3)), "unit",
	    unit_json(r, 4), "threshold", db_col_real(r, 6), "goal", db_col_real(r, 7), "outcomes",
	    (json_int_t)db_col_int(r, 13), "courses", (json_int_t)db_col_int(r, 14));
}

int programmes_json(struct db *db, const struct list_query *query, const char *viewer, struct arena *a, json_t *out,
    struct err *e)
{
	static const char *const sorts[] = { "code", "name", NULL };
	json_t *items = json_array();
	struct db_rows rows;
	struct page p;
	int rc;

	if (items == NULL || page_begin(query, viewer, sorts, a, &p, e) < 0 ||
	    count(db, SQL_PROGRAMME_COUNT, DB_ARGS(db_text(p.search), db_text(p.viewer)), out, e) < 0 ||
	    db_query(db, query->descending ? SQL_PROGRAMME_PAGE_DOWN : SQL_PROGRAMME_PAGE,
		DB_ARGS(db_text(p.search), db_text(p.viewer), db_text(p.after), db_text(p.sort), db_int(p.limit + 1)),
		&rows, e) < 0) {
		json_decref(items);
		return -1;
	}
	while ((rc = db_next(&rows, e)) == 1)
		if (json_array_append_new(items, programme_row_json(&rows)) < 0) {
			db_done(&rows);
			rc = err_nomem(e);
			break;
		}
	if (rc < 0) {
		json_decref(items);
		return -1;
	}
	return page_end(items, p.limit, out, e);
}

static json_t *course_row_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:f, s:f, s:f, s:I}", "id", db_col_text(r, 0), "code",
	    db_col_text(r, 1), "name", label_parse(db_col_text(r, 2)), "note", label_parse(db_col_text(r, 3)), "unit",
	    unit_json(r, 4), "credits", db_col_real(r, 6), "threshold", db_col_real(r, 7), "goal", db_col_real(r, 8),
	    "outcomes", (json_int_t)db_col_int(r, 9));
}

/* One JSON object a row of a statement with one parameter, by a function. */
static int rows_json(struct db *db, const struct db_stmt *s, const char *arg, json_t *(*row)(const struct db_rows *),
    json_t *out, struct err *e)
{
	struct db_rows rows;
	int rc;

	if (out == NULL)
		return err_nomem(e);
	if (db_query(db, s, DB_ARGS(db_text(arg)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1)
		if (json_array_append_new(out, row(&rows)) < 0) {
			db_done(&rows);
			return err_nomem(e);
		}
	return rc;
}

static json_t *term_json(const struct db_rows *r, int c)
{
	struct term t = { db_col_text(r, c), db_col_text(r, c + 1), db_col_text(r, c + 2), db_col_int(r, c + 3) };

	return term_head_json(&t);
}

static json_t *assessment_row_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:o, s:f, s:o, s:I, s:I}", "id", db_col_text(r, 0), "code", db_col_text(r, 1),
	    "name", label_parse(db_col_text(r, 2)), "weight", db_col_real(r, 3), "term", term_json(r, 4), "items",
	    (json_int_t)db_col_int(r, 8), "students", (json_int_t)db_col_int(r, 9));
}

static json_t *programme_brief_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:o}", "id", db_col_text(r, 0), "code", db_col_text(r, 1), "name",
	    label_parse(db_col_text(r, 2)));
}

/* What a course of a list has beside its own row. */
static int course_more(struct db *db, json_t *course, size_t few, struct err *e)
{
	const char *id = json_string_value(json_object_get(course, "id"));
	json_t *assessments = json_array(), *programmes = json_array(), *one;
	size_t i;
	int bad = json_object_set_new(course, "assessments", assessments);

	bad |= json_object_set_new(course, "programmes", programmes);
	if (bad)
		return err_nomem(e);
	if (rows_json(db, SQL_COURSE_ASSESSMENT_LIST, id, assessment_row_json, assessments, e) < 0)
		return -1;
	json_array_foreach(assessments, i, one) {
		json_int_t n = json_integer_value(json_object_get(one, "students"));

		if (n > 0 && n < (json_int_t)few)
			bad |= json_object_set_new(one, "students", json_null());
	}
	return bad ? err_nomem(e) : rows_json(db, SQL_COURSE_PROGRAMME_LIST, id, programme_brief_json, programmes, e);
}

int courses_json(struct db *db, const struct list_query *query, const char *programme, const char *viewer, size_t few,
    struct arena *a, json_t *out, struct err *e)
{
	static const char *const sorts[] = { "code", "name", "credits", NULL };
	struct db_value within = db_text(programme != NULL ? programme : "");
	json_t *items = json_array(), *course;
	struct db_rows rows;
	struct page p;
	size_t i;
	int rc = -1;

	if (items == NULL || page_begin(query, viewer, sorts, a, &p, e) < 0 ||
	    count(db, SQL_COURSE_COUNT, DB_ARGS(db_text(p.search), db_text(p.viewer), within), out, e) < 0 ||
	    db_query(db, query->descending ? SQL_COURSE_PAGE_DOWN : SQL_COURSE_PAGE,
		DB_ARGS(db_text(p.search), db_text(p.viewer), db_text(p.after), db_text(p.sort), db_int(p.limit + 1),
		    within),
		&rows, e) < 0)
		goto out;
	while ((rc = db_next(&rows, e)) == 1)
		if (json_array_append_new(items, course_row_json(&rows)) < 0) {
			db_done(&rows);
			rc = err_nomem(e);
			break;
		}
	json_array_foreach(items, i, course)
		if (rc == 0)
			rc = course_more(db, course, few, e);
out:
	if (rc < 0) {
		json_decref(items);
		return -1;
	}
	return page_end(items, p.limit, out, e);
}

static json_t *level_json(const struct programme *p, const struct curriculum_link *l, const char *outcome_code,
    const char *course_code, const char *to_code)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s%, s:f, s:f, s:o}", "course", l->course, "course_code",
	    course_code, "course_outcome", l->course_outcome, "course_outcome_code", outcome_code, "programme_outcome",
	    l->programme_outcome, "programme_outcome_code", to_code, "level", &l->level, (size_t)1, "points",
	    programme_points(p, l->level), "weight", l->weight, "note", label_parse(l->note));
}

/* The map of a programme with codes beside ids; outcomes of its courses are filled in on the way. */
static int map_json(struct db *db, const struct programme *p, const struct outcome *plo, size_t plos,
    const struct course *courses, size_t course_count, size_t few, struct arena *a, json_t *list, json_t *map,
    struct err *e)
{
	struct curriculum_link *links;
	size_t link_count;

	if (programme_map(db, p->id, a, &links, &link_count, e) < 0)
		return -1;
	for (size_t c = 0; c < course_count; c++) {
		json_t *course = course_head_json(&courses[c]), *outcomes = json_array();
		struct outcome *clo;
		size_t clos;
		int bad = json_object_set_new(course, "outcomes", outcomes);

		if (json_array_append_new(list, course) < 0 || bad)
			return err_nomem(e);
		if (course_outcomes(db, &courses[c], a, &clo, &clos, e) < 0 || course_more(db, course, few, e) < 0)
			return -1;
		for (size_t o = 0; o < clos; o++)
			bad |= json_array_append_new(outcomes, outcome_head_json(&clo[o]));
		for (size_t l = 0; l < link_count; l++)
			for (size_t o = 0; o < clos; o++)
				for (size_t k = 0; strcmp(links[l].course_outcome, clo[o].id) == 0 && k < plos; k++)
					if (strcmp(links[l].programme_outcome, plo[k].id) == 0)
						bad |= json_array_append_new(map,
						    level_json(p, &links[l], clo[o].code, courses[c].code,
							plo[k].code));
		if (bad)
			return err_nomem(e);
	}
	return 0;
}

int programme_json(struct db *db, const char *id_or_code, size_t few, struct arena *a, json_t *out, struct err *e)
{
	json_t *outcomes = json_array(), *courses = json_array(), *map = json_array();
	struct programme p;
	struct outcome *plo;
	struct course *c;
	size_t plos, course_count;
	int bad = json_object_set_new(out, "outcomes", outcomes);

	bad |= json_object_set_new(out, "courses", courses);
	bad |= json_object_set_new(out, "map", map);
	if (bad)
		return err_nomem(e);
	if (programme_get(db, id_or_code, a, &p, e) < 0 || programme_outcomes(db, &p, a, &plo, &plos, e) < 0 ||
	    programme_courses(db, p.id, a, &c, &course_count, e) < 0)
		return -1;
	bad |= json_object_set_new(out, "programme", programme_head_json(&p));
	for (size_t o = 0; o < plos; o++)
		bad |= json_array_append_new(outcomes, outcome_head_json(&plo[o]));
	if (bad)
		return err_nomem(e);
	return map_json(db, &p, plo, plos, c, course_count, few, a, courses, map, e);
}

static json_t *section_row_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:[]}", "id", db_col_text(r, 0), "code", db_col_text(r, 1), "name",
	    label_parse(db_col_text(r, 2)), "term", term_json(r, 3), "lecturers");
}

static json_t *lecturer_row_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:s}", "section", db_col_text(r, 0), "id", db_col_text(r, 1), "name",
	    db_col_text(r, 2));
}

static int lecturers_place(struct db *db, const char *course, json_t *sections, struct err *e)
{
	json_t *lecturers = json_array(), *lecturer, *section;
	size_t i, k;
	int rc = rows_json(db, SQL_SECTION_LECTURER_LIST, course, lecturer_row_json, lecturers, e);

	json_array_foreach(lecturers, i, lecturer) {
		const char *of = json_string_value(json_object_get(lecturer, "section"));

		json_array_foreach(sections, k, section)
			if (strcmp(json_string_value(json_object_get(section, "id")), of) == 0)
				json_array_append(json_object_get(section, "lecturers"), lecturer);
	}
	json_decref(lecturers);
	return rc;
}

static json_t *course_link_json(const struct db_rows *r)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:o, s:s, s:f, s:o}", "course_outcome", db_col_text(r, 0),
	    "programme", db_col_text(r, 1), "programme_code", db_col_text(r, 2), "programme_name",
	    label_parse(db_col_text(r, 3)), "programme_outcome", db_col_text(r, 4), "programme_outcome_code",
	    db_col_text(r, 5), "programme_outcome_name", label_parse(db_col_text(r, 6)), "level", db_col_text(r, 7),
	    "weight", db_col_real(r, 8), "note", label_parse(db_col_text(r, 9)));
}

int course_links_json(struct db *db, const char *course, json_t *out, struct err *e)
{
	return rows_json(db, SQL_COURSE_MAP_LIST, course, course_link_json, out, e);
}

int course_json(struct db *db, const char *id_or_code, size_t few, struct arena *a, json_t *out, struct err *e)
{
	json_t *outcomes = json_array(), *sections = json_array(), *map = json_array(), *head;
	struct course c;
	struct outcome *o;
	size_t n;
	int bad = json_object_set_new(out, "outcomes", outcomes);

	bad |= json_object_set_new(out, "sections", sections);
	bad |= json_object_set_new(out, "map", map);
	if (bad)
		return err_nomem(e);
	if (course_get(db, id_or_code, a, &c, e) < 0 || course_outcomes(db, &c, a, &o, &n, e) < 0 ||
	    rows_json(db, SQL_COURSE_SECTION_LIST, c.id, section_row_json, sections, e) < 0 ||
	    course_links_json(db, c.id, map, e) < 0 || lecturers_place(db, c.id, sections, e) < 0)
		return -1;
	head = course_head_json(&c);
	bad |= json_object_set_new(out, "course", head);
	for (size_t i = 0; i < n; i++)
		bad |= json_array_append_new(outcomes, outcome_head_json(&o[i]));
	return bad ? err_nomem(e) : course_more(db, head, few, e);
}
