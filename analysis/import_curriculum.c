#include "analysis/import_curriculum.h"

#include "analysis/import_curriculum.sql.h"
#include "analysis/import_parts.h"
#include "core/clock.h"
#include "core/text.h"
#include "surveys/label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int import_each(struct import *im, const struct place *at, const char *member, size_t most, import_part_fn *one,
    const void *owner)
{
	struct place list = reader_optional(at, member);
	size_t n = reader_present(&list) ? reader_array(&list, 0, most) : 0;

	for (size_t i = 0; i < n; i++) {
		struct err fault = { 0 };
		struct reader own = { .err = &fault };
		struct place entry = reader_element(&list, i);

		entry.r = &own;
		if (one(im, &entry, i, owner) < 0)
			return -1;
		if (fault.kind != ERR_NONE)
			err_list_add(im->bad, 0, &fault);
	}
	return 0;
}

void import_count(struct import *im, const char *kind, const char *what)
{
	json_t *of = json_object_get(im->report, kind);

	if (of == NULL) {
		of = json_object();
		json_object_set_new(im->report, kind, of);
	}
	json_object_set_new(of, what, json_integer(json_integer_value(json_object_get(of, what)) + 1));
}

int import_put(struct import *im, const char *kind, const struct db_stmt *s, const struct db_value *args, size_t n,
    char id[ID_LEN + 1])
{
	struct db_rows rows;

	if (db_first(im->db, s, args, n, &rows, im->e) != 1)
		return im->e->kind != ERR_NONE ? -1 : err_internal(im->e, "%s gave no id", s->name);
	snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
	db_done(&rows);
	import_count(im, kind, strcmp(id, args[0].u.p) == 0 ? "added" : "changed");
	json_object_set_new(im->seen, id, json_true());
	return 0;
}

int import_find(struct import *im, const struct place *at, const struct db_stmt *s, const struct db_value *args,
    size_t n, const char *absent, char id[ID_LEN + 1])
{
	struct db_rows rows;
	int rc;

	if (reader_failed(at))
		return 0;
	rc = db_first(im->db, s, args, n, &rows, im->e);
	if (rc == 1) {
		snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
		db_done(&rows);
	} else if (rc == 0) {
		reader_fault(at, absent, args[n - 1].u.p, NULL);
	}
	return rc;
}

const char *import_label(struct import *im, const struct place *at, const char *member, bool required, size_t most)
{
	struct place p = required ? reader_member(at, member) : reader_optional(at, member);
	const json_t *label = reader_present(&p) ? reader_label(&p, most) : NULL;
	const char *stored = label != NULL ? label_store(im->arena, label) : "{}";

	return stored != NULL ? stored : "{}";
}

double import_number(const struct place *at, const char *member, double least, double most, double otherwise)
{
	struct place p = reader_optional(at, member);

	return reader_present(&p) ? reader_number(&p, least, most) : otherwise;
}

struct db_value import_number_or_null(const struct place *at, const char *member, double least, double most)
{
	struct place p = reader_optional(at, member);

	return reader_present(&p) ? db_real(reader_number(&p, least, most)) : db_null();
}

static const char *code(const struct place *at, const char *member)
{
	struct place p = reader_member(at, member);

	return reader_code(&p, IMPORT_CODE_MOST);
}

/* Code and names without marks, Vietnamese first: what lists are searched and sorted by. */
static const char *search_key(struct import *im, const char *of_code, const char *name)
{
	json_t *label = label_parse(name);
	const char *all = arena_fmt(im->arena, "%s %s %s", label_text(label, "vi"), label_text(label, "en"), of_code);

	json_decref(label);
	all = all != NULL ? text_search_key(im->arena, all) : NULL;
	return all != NULL ? all : "";
}

static int unit(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "code", "name", NULL };
	const char *c, *name;
	char fresh[ID_LEN + 1], id[ID_LEN + 1];

	(void)index;
	(void)owner;
	reader_object(at, members);
	c = code(at, "code");
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	if (reader_failed(at))
		return 0;
	id_new(fresh);
	return import_put(im, "units", SQL_UNIT_PUT, DB_ARGS(db_text(fresh), db_text(c), db_text(name)), id);
}

static int term(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "code", "name", "starts", NULL };
	struct place starts;
	const char *c, *name, *day;
	char fresh[ID_LEN + 1], id[ID_LEN + 1];
	int64_t ms;

	(void)index;
	(void)owner;
	reader_object(at, members);
	c = code(at, "code");
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	starts = reader_member(at, "starts");
	day = reader_text(&starts, 30);
	ms = day != NULL ? clock_parse(day) : 0;
	if (ms < 0)
		reader_fault(&starts, "“{1}” is no date; write it as 2026-11-22.", day, NULL);
	if (reader_failed(at))
		return 0;
	id_new(fresh);
	return import_put(im, "terms", SQL_TERM_PUT, DB_ARGS(db_text(fresh), db_text(c), db_text(name), db_int(ms)),
	    id);
}

/* The unit's id as a value to bind, NULL where the entry names none. */
static int unit_of(struct import *im, const struct place *at, char id[ID_LEN + 1], struct db_value *out)
{
	struct place p = reader_optional(at, "unit");
	const char *c = reader_present(&p) ? reader_code(&p, IMPORT_CODE_MOST) : NULL;

	*out = db_null();
	if (c == NULL)
		return 0;
	if (import_find(im, &p, SQL_UNIT_ID, DB_ARGS(db_text(c)), N_("There is no unit “{1}”."), id) < 0)
		return -1;
	*out = db_text(id);
	return 0;
}

static const char *const outcome_members[] = { "code", "name", "threshold", "goal", NULL };

struct outcomes_of {
	const char *id, *kind;
	const struct db_stmt *put;
};

static int outcome(struct import *im, const struct place *at, size_t index, const void *owner)
{
	const struct outcomes_of *of = owner;
	struct db_value threshold, goal;
	const char *c, *name;
	char fresh[ID_LEN + 1], id[ID_LEN + 1];

	reader_object(at, outcome_members);
	c = code(at, "code");
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	threshold = import_number_or_null(at, "threshold", 0, 1);
	goal = import_number_or_null(at, "goal", 0, 1);
	if (reader_failed(at))
		return 0;
	id_new(fresh);
	return import_put(im, of->kind, of->put,
	    DB_ARGS(db_text(fresh), db_text(of->id), db_text(c), db_int((int64_t)index), db_text(name), threshold,
		goal),
	    id);
}

/* What the document left out of something it describes stays, and is named. */
static int kept(struct import *im, const struct db_stmt *s, const char *of, const char *id)
{
	json_t *list = json_object_get(im->report, "kept");
	struct db_rows rows;
	int rc;

	if (db_query(im->db, s, DB_ARGS(db_text(id)), &rows, im->e) < 0)
		return -1;
	while ((rc = db_next(&rows, im->e)) == 1)
		if (json_object_get(im->seen, db_col_text(&rows, 1)) == NULL)
			json_array_append_new(list,
			    json_pack("{s:s, s:s, s:s}", "kind", db_col_text(&rows, 0), "of", of, "code",
				db_col_text(&rows, 2)));
	return rc;
}

static int course(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "code", "name", "unit", "credits", "threshold", "goal", "note",
		"outcomes", NULL };
	struct place credits, threshold, goal;
	const char *c, *name, *note;
	char fresh[ID_LEN + 1], id[ID_LEN + 1], unit_id[ID_LEN + 1];
	struct db_value in_unit;
	double worth, from, aim;

	(void)index;
	(void)owner;
	reader_object(at, members);
	c = code(at, "code");
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	note = import_label(im, at, "note", false, IMPORT_NOTE_MOST);
	credits = reader_member(at, "credits");
	worth = reader_number(&credits, 0.1, 200);
	threshold = reader_member(at, "threshold");
	from = reader_number(&threshold, 0, 1);
	goal = reader_member(at, "goal");
	aim = reader_number(&goal, 0, 1);
	if (unit_of(im, at, unit_id, &in_unit) < 0)
		return -1;
	if (reader_failed(at))
		return 0;
	id_new(fresh);
	if (import_put(im, "courses", SQL_COURSE_PUT,
		DB_ARGS(db_text(fresh), db_text(c), db_text(name), db_text(search_key(im, c, name)), in_unit,
		    db_real(worth), db_real(from), db_real(aim), db_text(note)),
		id) < 0)
		return -1;
	if (import_each(im, at, "outcomes", 200, outcome,
		&(struct outcomes_of){ id, "course_outcomes", SQL_COURSE_OUTCOME_PUT }) < 0)
		return -1;
	return kept(im, SQL_COURSE_THINGS, c, id);
}

static int programme_course(struct import *im, const struct place *at, size_t index, const void *owner)
{
	const char *programme = owner, *c = reader_code(at, IMPORT_CODE_MOST), *key;
	char id[ID_LEN + 1];

	if (c == NULL)
		return 0;
	if (import_find(im, at, SQL_COURSE_ID, DB_ARGS(db_text(c)), N_("There is no course “{1}”."), id) < 1)
		return im->e->kind != ERR_NONE ? -1 : 0;
	key = arena_fmt(im->arena, "%s %s", programme, id);
	json_object_set_new(im->seen, key != NULL ? key : "", json_true());
	import_count(im, "programme_courses", "set");
	return db_run(im->db, SQL_PROGRAMME_COURSE_PUT,
		   DB_ARGS(db_text(programme), db_text(id), db_int((int64_t)index)), im->e) < 0
	    ? -1
	    : 0;
}

static void weights_read(const struct place *at, double *direct, double *indirect)
{
	static const char *const members[] = { "direct", "indirect", NULL };
	struct place p = reader_optional(at, "weights"), d, i;

	*direct = 1;
	*indirect = 0;
	if (!reader_present(&p) || !reader_object(&p, members))
		return;
	d = reader_member(&p, "direct");
	*direct = reader_number(&d, 0, 1);
	i = reader_member(&p, "indirect");
	*indirect = reader_number(&i, 0, 1);
	if (!(fabs(*direct + *indirect - 1) < 1e-9))
		reader_fault(&p, "The weights of direct and indirect evidence must add up to 1.", NULL, NULL);
}

static void levels_read(const struct place *at, double points[3])
{
	static const char *const members[] = { "I", "R", "M", NULL };
	struct place p = reader_optional(at, "levels");

	for (int i = 0; i < 3; i++)
		points[i] = i + 1;
	if (!reader_present(&p) || !reader_object(&p, members))
		return;
	for (int i = 0; i < 3; i++)
		points[i] = import_number(&p, members[i], 0.001, 1000, i + 1);
}

static int programme(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "code", "name", "unit", "threshold", "goal", "weights", "levels", "note",
		"courses", "outcomes", NULL };
	struct place threshold, goal;
	const char *c, *name, *note;
	char fresh[ID_LEN + 1], id[ID_LEN + 1], unit_id[ID_LEN + 1];
	struct db_value in_unit;
	double from, aim, direct, indirect, points[3];

	(void)index;
	(void)owner;
	reader_object(at, members);
	c = code(at, "code");
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	note = import_label(im, at, "note", false, IMPORT_NOTE_MOST);
	threshold = reader_member(at, "threshold");
	from = reader_number(&threshold, 0, 1);
	goal = reader_member(at, "goal");
	aim = reader_number(&goal, 0, 1);
	weights_read(at, &direct, &indirect);
	levels_read(at, points);
	if (unit_of(im, at, unit_id, &in_unit) < 0)
		return -1;
	if (reader_failed(at))
		return 0;
	id_new(fresh);
	if (import_put(im, "programmes", SQL_PROGRAMME_PUT,
		DB_ARGS(db_text(fresh), db_text(c), db_text(name), db_text(search_key(im, c, name)), in_unit,
		    db_real(from), db_real(aim), db_real(direct), db_real(indirect), db_real(points[0]),
		    db_real(points[1]), db_real(points[2]), db_text(note)),
		id) < 0)
		return -1;
	if (import_each(im, at, "courses", 1000, programme_course, id) < 0)
		return -1;
	return import_each(im, at, "outcomes", 200, outcome,
	    &(struct outcomes_of){ id, "programme_outcomes", SQL_PROGRAMME_OUTCOME_PUT });
}

/* After the map, which belongs to programmes but stands apart from them. */
static int programme_kept(struct import *im, const struct place *at, size_t index, const void *owner)
{
	struct place p = reader_optional(at, "code");
	const char *c = json_string_value(p.value);
	struct db_rows rows;
	char id[ID_LEN + 1];
	int rc;

	(void)index;
	(void)owner;
	if (c == NULL)
		return 0;
	rc = db_first(im->db, SQL_PROGRAMME_ID, DB_ARGS(db_text(c)), &rows, im->e);
	if (rc != 1)
		return rc;
	snprintf(id, sizeof id, "%s", db_col_text(&rows, 0));
	db_done(&rows);
	return kept(im, SQL_PROGRAMME_THINGS, c, id);
}

static int document(struct import *im, const json_t *doc, struct err *first)
{
	static const char *const members[] = { "units", "terms", "courses", "programmes", "map", "sections", "indirect",
		"findings", NULL };
	static const struct {
		const char *member;
		size_t most;
		import_part_fn *one;
	} parts[] = {
		{ "units", 2000, unit },
		{ "terms", 1000, term },
		{ "courses", 20000, course },
		{ "programmes", 2000, programme },
		{ "map", 200000, import_map_entry },
		{ "sections", 100000, import_section },
		{ "indirect", 20000, import_indirect },
		{ "programmes", 2000, programme_kept },
		{ "findings", 2000, import_finding },
	};
	struct reader reader = { .err = first };
	struct place root = reader_root(&reader, doc);

	reader_object(&root, members);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (import_each(im, &root, parts[i].member, parts[i].most, parts[i].one, NULL) < 0)
			return -1;
	return 0;
}

int import_curriculum(struct db *db, const char *text, size_t len, json_t **report, struct err_list *bad, struct err *e)
{
	struct import im = { .db = db,
		.arena = arena_new(1 << 16, 256u << 20),
		.bad = bad,
		.e = e,
		.report = json_pack("{s:[]}", "kept"),
		.seen = json_object() };
	struct err first = { 0 };
	json_t *doc = reader_load(text, len, CURRICULUM_BYTES_MOST, e);
	char faults[24];
	int rc = -1;

	*report = NULL;
	if (doc == NULL)
		goto out;
	if (im.arena == NULL || im.report == NULL || im.seen == NULL) {
		err_nomem(e);
		goto out;
	}
	if (document(&im, doc, &first) < 0)
		goto out;
	if (arena_failed(im.arena)) {
		err_nomem(e);
		goto out;
	}
	if (first.kind != ERR_NONE)
		err_list_add(bad, 0, &first);
	snprintf(faults, sizeof faults, "%zu", bad->total);
	if (bad->total > 0) {
		err_set(e, ERR_INPUT, "", "The document has {1} faults; nothing of it was taken.", faults, NULL);
		goto out;
	}
	*report = json_incref(im.report);
	rc = 0;
out:
	json_decref(doc);
	json_decref(im.report);
	json_decref(im.seen);
	arena_free(im.arena);
	return rc;
}
