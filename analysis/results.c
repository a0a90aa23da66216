#include "analysis/results.h"

#include "analysis/results.sql.h"
#include "analysis/rows.h"
#include "core/digest.h"

#include <stdlib.h>
#include <string.h>

/* One stored row, before the rows of several assessments are brought together. */
struct stored {
	int64_t student;
	size_t assessment, section, len;
	const unsigned char *packed;
};

static const char *col(struct arena *a, const struct db_rows *r, int i)
{
	return arena_strdup(a, db_col_text(r, i));
}

static struct assessment assessment_row(struct arena *a, const struct db_rows *r)
{
	return (struct assessment){
		.id = col(a, r, 0),
		.course = col(a, r, 1),
		.code = col(a, r, 2),
		.name = col(a, r, 3),
		.note = col(a, r, 4),
		.weight = db_col_real(r, 5),
		.policy = strcmp(db_col_text(r, 6), "zero") == 0 ? MISSING_ZERO : MISSING_LEFT_OUT,
		.imported_at = db_col_int(r, 7),
		.term = { col(a, r, 8), col(a, r, 9), col(a, r, 10), db_col_int(r, 11) },
	};
}

static int links_read(struct db *db, struct results *r, size_t assessment, struct arena *a, struct err *e)
{
	const struct assessment *s = &r->assessments[assessment];
	size_t i = s->first_item, n = 0;
	struct item_link *links = NULL;
	struct db_rows rows;
	int rc;

	if (db_query(db, SQL_ITEM_LINK_LIST, DB_ARGS(db_text(s->id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		/* rows come in the items' own order */
		while (i < s->first_item + s->item_count && strcmp(r->items[i].id, db_col_text(&rows, 0)) != 0) {
			i++;
			links = NULL;
			n = 0;
		}
		links = rows_grow(a, links, n, sizeof *links);
		if (links == NULL || i == s->first_item + s->item_count)
			break;
		links[n++] = (struct item_link){ col(a, &rows, 1), db_col_real(&rows, 2) };
		r->items[i].links = links;
		r->items[i].link_count = n;
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

static int items_read(struct db *db, struct results *r, size_t assessment, struct arena *a, struct err *e)
{
	struct assessment *s = &r->assessments[assessment];
	struct db_rows rows;
	int rc;

	s->first_item = r->item_count;
	if (db_query(db, SQL_ITEM_LIST, DB_ARGS(db_text(s->id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		r->items = rows_grow(a, r->items, r->item_count, sizeof *r->items);
		if (r->items == NULL)
			break;
		r->items[r->item_count++] = (struct result_item){ .id = col(a, &rows, 0),
			.code = col(a, &rows, 1),
			.name = col(a, &rows, 2),
			.max = db_col_real(&rows, 3),
			.assessment = assessment };
		s->item_count++;
	}
	db_done(&rows);
	if (rc < 0 || arena_failed(a))
		return rc < 0 ? -1 : err_nomem(e);
	return links_read(db, r, assessment, a, e);
}

/* Sections of the course and term; those without students are dropped at the end. */
static int sections_read(struct db *db, struct results *r, struct arena *a, struct err *e)
{
	struct db_rows rows;
	int rc;

	if (db_query(db, SQL_RESULT_SECTION_LIST,
		DB_ARGS(db_text(r->assessments[0].course), db_text(r->assessments[0].term.id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		r->sections = rows_grow(a, r->sections, r->section_count, sizeof *r->sections);
		if (r->sections == NULL)
			break;
		r->sections[r->section_count++] =
		    (struct result_section){ col(a, &rows, 0), col(a, &rows, 1), col(a, &rows, 2) };
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

static size_t section_find(const struct results *r, const char *id)
{
	for (size_t i = 0; *id != '\0' && i < r->section_count; i++)
		if (strcmp(r->sections[i].id, id) == 0)
			return i;
	return RESULT_NO_SECTION;
}

static void digest_row(struct digest *d, int64_t student, int64_t attempt, const char *section, const void *packed,
    size_t len)
{
	int64_t head[3] = { student, attempt, (int64_t)len };

	digest_add(d, head, sizeof head);
	digest_add(d, section, strlen(section) + 1);
	digest_add(d, packed, len);
}

static int stored_read(struct db *db, struct results *r, size_t assessment, struct arena *a, struct digest *d,
    struct stored **list, size_t *n, struct err *e)
{
	struct assessment *s = &r->assessments[assessment];
	struct db_rows rows;
	int rc;

	digest_add(d, s->id, strlen(s->id) + 1);
	if (db_query(db, SQL_RESULT_LIST, DB_ARGS(db_text(s->id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		size_t len;
		const void *packed = db_col_blob(&rows, 3, &len);

		*list = rows_grow(a, *list, *n, sizeof **list);
		if (*list == NULL)
			break;
		(*list)[(*n)++] =
		    (struct stored){ db_col_int(&rows, 0), assessment, section_find(r, db_col_text(&rows, 1)), len,
			    (unsigned char *)arena_strndup(a, packed != NULL ? packed : "", len) };
		digest_row(d, db_col_int(&rows, 0), db_col_int(&rows, 2), db_col_text(&rows, 1), packed, len);
		s->students++;
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

static int by_student(const void *x, const void *y)
{
	const struct stored *a = x, *b = y;

	if (a->student != b->student)
		return a->student < b->student ? -1 : 1;
	return a->assessment < b->assessment ? -1 : a->assessment > b->assessment;
}

/* One row a student; cells of assessments without a row stay RESULT_NO_ROW. */
static int assemble(struct results *r, const struct stored *list, size_t n, struct arena *a, struct err *e)
{
	size_t at = 0, k = r->item_count;

	for (size_t i = 0; i < n; i++)
		r->students += i == 0 || list[i].student != list[i - 1].student;
	r->student = ARENA_ARRAY(a, int64_t, r->students);
	r->section = ARENA_ARRAY(a, size_t, r->students);
	r->score = ARENA_ARRAY(a, double, r->students *k);
	r->state = arena_get(a, r->students * k, 1);
	r->counts = arena_get(a, r->students * k, 1);
	if (arena_failed(a))
		return err_nomem(e);
	memset(r->state, RESULT_NO_ROW, r->students * k);
	for (size_t i = 0; i < n; i++) {
		const struct assessment *s = &r->assessments[list[i].assessment];

		if (i == 0 || list[i].student != list[i - 1].student) {
			at += i > 0;
			r->student[at] = list[i].student;
			r->section[at] = RESULT_NO_SECTION;
		}
		if (list[i].section != RESULT_NO_SECTION)
			r->section[at] = list[i].section;
		if (result_unpack(list[i].packed, list[i].len, s->item_count, r->score + at * k + s->first_item,
			r->state + at * k + s->first_item) < 0)
			return err_internal(e, "assessment %s holds a result that is not of its items", s->id);
	}
	return 0;
}

/* Which cells count, under each assessment's rule. */
static void rule_apply(struct results *r)
{
	static const unsigned char reason[RESULT_STATES] = { AN_PRESENT, AN_SKIPPED, AN_NOT_SUBMITTED, AN_EXCUSED,
		AN_NOT_SUBMITTED, AN_UNREADABLE, AN_NOT_SHOWN };

	for (size_t i = 0; i < r->students; i++)
		for (size_t j = 0; j < r->item_count; j++) {
			enum missing_policy p = r->assessments[r->items[j].assessment].policy;
			enum result_state s = r->state[i * r->item_count + j];

			r->counts[i * r->item_count + j] = result_counts_zero(p, s) ? AN_PRESENT : reason[s];
		}
}

static int sections_compact(struct results *r, struct arena *a, struct err *e)
{
	size_t *to = ARENA_ARRAY(a, size_t, r->section_count + 1), n = 0;

	if (to == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < r->students; i++)
		if (r->section[i] != RESULT_NO_SECTION)
			to[r->section[i]] = 1;
	for (size_t i = 0; i < r->section_count; i++)
		if (to[i] != 0) {
			r->sections[n] = r->sections[i];
			to[i] = n++;
		}
	for (size_t i = 0; i < r->students; i++)
		if (r->section[i] != RESULT_NO_SECTION)
			r->section[i] = to[r->section[i]];
	r->section_count = n;
	return 0;
}

static int load(struct db *db, struct results *r, struct arena *a, struct err *e)
{
	struct stored *list = NULL;
	struct digest d;
	size_t n = 0;

	if (sections_read(db, r, a, e) < 0)
		return -1;
	digest_begin(&d);
	for (size_t s = 0; s < r->assessment_count; s++)
		if (items_read(db, r, s, a, e) < 0 || stored_read(db, r, s, a, &d, &list, &n, e) < 0)
			return -1;
	digest_end(&d, r->digest);
	if (r->assessment_count > 1 && n > 0)
		qsort(list, n, sizeof *list, by_student);
	if (assemble(r, list, n, a, e) < 0)
		return -1;
	rule_apply(r);
	return sections_compact(r, a, e);
}

int results_load_assessment(struct db *db, const char *assessment, struct arena *a, struct results *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_ASSESSMENT_GET, DB_ARGS(db_text(assessment)), &rows, e);

	memset(out, 0, sizeof *out);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(e, ERR_ABSENT, "assessment", "There is no assessment “{1}”.", assessment, NULL);
	out->assessments = ARENA_NEW(a, struct assessment);
	if (out->assessments != NULL)
		*out->assessments = assessment_row(a, &rows);
	db_done(&rows);
	out->assessment_count = 1;
	return arena_failed(a) ? err_nomem(e) : load(db, out, a, e);
}

int results_load_course(struct db *db, const char *course, const char *term, struct arena *a, struct results *out,
    struct err *e)
{
	struct db_rows rows;
	int rc;

	memset(out, 0, sizeof *out);
	if (db_query(db, SQL_ASSESSMENT_OF_COURSE, DB_ARGS(db_text(course), db_text(term)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		out->assessments = rows_grow(a, out->assessments, out->assessment_count, sizeof *out->assessments);
		if (out->assessments == NULL)
			break;
		out->assessments[out->assessment_count++] = assessment_row(a, &rows);
	}
	db_done(&rows);
	if (rc < 0 || arena_failed(a))
		return rc < 0 ? -1 : err_nomem(e);
	return out->assessment_count > 0 ? load(db, out, a, e) : 0;
}

int results_sections_keep(struct db *db, const char *lecturer, struct arena *a, struct results *r, struct err *e)
{
	size_t *to = ARENA_ARRAY(a, size_t, r->section_count + 1), kept = 0;

	if (lecturer == NULL)
		return 0;
	if (to == NULL)
		return err_nomem(e);
	for (size_t g = 0; g < r->section_count; g++) {
		struct db_rows rows;
		int rc = db_first(db, SQL_RESULT_SECTION_TAUGHT, DB_ARGS(db_text(r->sections[g].id), db_text(lecturer)),
		    &rows, e);

		db_done(&rows);
		if (rc < 0)
			return -1;
		to[g] = rc == 1 ? kept : RESULT_NO_SECTION;
		if (rc == 1)
			r->sections[kept++] = r->sections[g];
	}
	for (size_t i = 0; i < r->students; i++)
		if (r->section[i] != RESULT_NO_SECTION)
			r->section[i] = to[r->section[i]];
	r->section_count = kept;
	return 0;
}

int results_terms(struct db *db, const char *course, struct arena *a, struct term **out, size_t *n, struct err *e)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_ASSESSMENT_TERMS, DB_ARGS(db_text(course)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		*out = rows_grow(a, *out, *n, sizeof **out);
		if (*out == NULL)
			break;
		(*out)[(*n)++] =
		    (struct term){ col(a, &rows, 0), col(a, &rows, 1), col(a, &rows, 2), db_col_int(&rows, 3) };
	}
	db_done(&rows);
	return rc < 0 ? -1 : arena_failed(a) ? err_nomem(e) : 0;
}

int results_shares(const struct results *r, struct arena *a, struct an_view *out, struct err *e)
{
	double *share = ARENA_ARRAY(a, double, r->students * r->item_count);

	if (share == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < r->students; i++)
		for (size_t j = 0; j < r->item_count; j++)
			share[i * r->item_count + j] = r->score[i * r->item_count + j] / r->items[j].max;
	*out = (struct an_view){ share, r->counts, r->students, r->item_count, r->item_count };
	return 0;
}
