#include "analysis/import_results.h"

#include "analysis/import_results.sql.h"
#include "analysis/import_rows.h"
#include "core/clock.h"
#include "surveys/label.h"
#include "surveys/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAPPING_BYTES_MOST ((size_t)4 << 20)
#define SECTIONS_MOST	   5000

struct section_made {
	const char *code;
	char id[ID_LEN + 1];
};

struct import {
	struct db *db;
	struct arena *a;
	struct err_list *bad;
	struct err *e;
	struct mapping m;
	struct mapped_files f;
	struct imported rows;
	char course[ID_LEN + 1], term[ID_LEN + 1], assessment[ID_LEN + 1];
	char (*item)[ID_LEN + 1];
	struct section_made *sections;
	size_t section_count, sections_new, links;
	int64_t results_before, students_before, replaced;
};

static void fault(struct import *im, const char *field, const char *message, const char *x)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, field, message, x, NULL);
	err_list_add(im->bad, 0, &e);
}

/* 1 with the id, 0 a fault at the field, -1 */
static int id_find(struct import *im, const struct db_stmt *s, const struct db_value *args, size_t n, const char *field,
    const char *absent, char id[ID_LEN + 1])
{
	struct db_rows rows;
	int rc = db_first(im->db, s, args, n, &rows, im->e);

	if (rc == 1) {
		snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
		db_done(&rows);
	} else if (rc == 0) {
		fault(im, field, absent, args[n - 1].u.p);
	}
	return rc;
}

static int count(struct import *im, const struct db_stmt *s, const struct db_value *args, size_t n, int64_t *out)
{
	struct db_rows rows;

	if (db_first(im->db, s, args, n, &rows, im->e) != 1)
		return -1;
	*out = db_col_int(&rows, 0);
	db_done(&rows);
	return 0;
}

static int assessment_store(struct import *im)
{
	const struct mapping *m = &im->m;
	struct db_rows rows;
	char fresh[ID_LEN + 1];
	int rc = id_find(im, SQL_IMPORT_COURSE_ID, DB_ARGS(db_text(m->course)), "/assessment/course",
	    N_("There is no course “{1}”."), im->course);

	if (rc == 1)
		rc = id_find(im, SQL_IMPORT_TERM_ID, DB_ARGS(db_text(m->term)), "/assessment/term",
		    N_("There is no term “{1}”."), im->term);
	if (rc != 1)
		return rc;
	id_new(fresh);
	if (db_first(im->db, SQL_ASSESSMENT_PUT,
		DB_ARGS(db_text(fresh), db_text(im->course), db_text(im->term), db_text(m->code), db_text(m->name),
		    db_real(m->weight), db_text(missing_policy_name(m->policy)), db_int(clock_now()), db_text(m->note)),
		&rows, im->e) != 1)
		return -1;
	snprintf(im->assessment, sizeof im->assessment, "%s", db_col_text(&rows, 0));
	db_done(&rows);
	if (count(im, SQL_RESULT_COUNT, DB_ARGS(db_text(im->assessment)), &im->results_before) < 0 ||
	    count(im, SQL_STUDENT_COUNT, DB_NO_ARGS, &im->students_before) < 0)
		return -1;
	return 1;
}

/* Results that stay are packed by the items there are: do the new ones agree? */
static int shape_same(struct import *im, bool *same)
{
	struct db_rows rows;
	size_t i = 0;
	int rc;

	*same = true;
	if (db_query(im->db, SQL_ITEM_SHAPE_LIST, DB_ARGS(db_text(im->assessment)), &rows, im->e) < 0)
		return -1;
	while ((rc = db_next(&rows, im->e)) == 1) {
		const struct mapped_item *it = i < im->m.item_count ? &im->m.items[i] : NULL;

		*same = *same && it != NULL && strcmp(it->code, db_col_text(&rows, 0)) == 0 &&
		    it->max == db_col_real(&rows, 1);
		i++;
	}
	*same = *same && i == im->m.item_count;
	return rc;
}

static int item_links_store(struct import *im, size_t item)
{
	const char *code;
	json_t *weight;

	json_object_foreach((json_t *)im->m.items[item].outcomes, code, weight) {
		char id[ID_LEN + 1], field[64];
		int rc;

		snprintf(field, sizeof field, "/items/%zu/outcomes", item);
		rc = id_find(im, SQL_IMPORT_OUTCOME_ID, DB_ARGS(db_text(im->course), db_text(code)), field,
		    N_("The course has no outcome “{1}”."), id);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		if (db_run(im->db, SQL_ITEM_LINK_PUT,
			DB_ARGS(db_text(im->item[item]), db_text(id), db_real(json_number_value(weight))), im->e) < 0)
			return -1;
		im->links++;
	}
	return 0;
}

static int items_store(struct import *im)
{
	bool same;

	if (shape_same(im, &same) < 0)
		return -1;
	if (!same && im->results_before > 0) {
		fault(im, "/items", N_("The assessment “{1}” has results of other items; give this one another code."),
		    im->m.code);
		return 0;
	}
	if (db_run(im->db, SQL_ITEM_LINKS_REMOVE, DB_ARGS(db_text(im->assessment)), im->e) < 0)
		return -1;
	if (!same && db_run(im->db, SQL_ITEMS_REMOVE, DB_ARGS(db_text(im->assessment)), im->e) < 0)
		return -1;
	im->item = arena_get(im->a, im->m.item_count + 1, sizeof *im->item);
	if (im->item == NULL)
		return err_nomem(im->e);
	for (size_t i = 0; i < im->m.item_count; i++) {
		const struct mapped_item *it = &im->m.items[i];
		struct db_rows rows;
		char fresh[ID_LEN + 1];

		id_new(fresh);
		if (db_first(im->db, SQL_ITEM_PUT,
			DB_ARGS(db_text(fresh), db_text(im->assessment), db_int((int64_t)i), db_text(it->code),
			    db_text(it->name), db_real(it->max)),
			&rows, im->e) != 1)
			return -1;
		snprintf(im->item[i], sizeof im->item[i], "%s", db_col_text(&rows, 0));
		db_done(&rows);
		if (item_links_store(im, i) < 0)
			return -1;
	}
	return 0;
}

/* The name of a section as its pattern gives it for a row. */
static const char *section_name(struct import *im, size_t row)
{
	json_t *label = json_object(), *pattern;
	const char *language, *stored;

	json_object_foreach((json_t *)im->m.section_name, language, pattern) {
		const char *text = mapping_expand(&im->f, json_string_value(pattern), row, im->a);

		json_object_set_new(label, language, json_string(text != NULL ? text : ""));
	}
	stored = label_store(im->a, label);
	json_decref(label);
	return stored;
}

static int section_of(struct import *im, size_t row, struct db_value *out)
{
	const char *code = im->m.section != NULL ? mapping_expand(&im->f, im->m.section, row, im->a) : NULL;
	struct section_made *s;
	struct db_rows rows;
	int rc;

	*out = db_null();
	if (code == NULL || *code == '\0')
		return 0;
	for (size_t i = 0; i < im->section_count; i++)
		if (strcmp(im->sections[i].code, code) == 0) {
			*out = db_text(im->sections[i].id);
			return 0;
		}
	if (strlen(code) > 40 || im->section_count == SECTIONS_MOST) {
		fault(im, "/section", N_("“{1}” is no code of a section: at most 40 bytes, and at most 5000 sections."),
		    code);
		return 0;
	}
	s = &im->sections[im->section_count++];
	s->code = code;
	rc = db_first(im->db, SQL_IMPORT_SECTION_ID, DB_ARGS(db_text(im->course), db_text(im->term), db_text(code)),
	    &rows, im->e);
	if (rc == 1) {
		snprintf(s->id, sizeof s->id, "%s", db_col_text(&rows, 0));
		db_done(&rows);
	} else if (rc == 0) {
		id_new(s->id);
		im->sections_new++;
		rc = db_run(im->db, SQL_IMPORT_SECTION_PUT,
			 DB_ARGS(db_text(s->id), db_text(im->course), db_text(im->term), db_text(code),
			     db_text(section_name(im, row))),
			 im->e) < 0
		    ? -1
		    : 0;
	}
	*out = db_text(s->id);
	return rc < 0 ? -1 : 0;
}

/* The student's number: the one there is, or a new one drawn at random. */
static int student_number(struct import *im, const char *code, int64_t *number)
{
	struct db_rows rows;
	int64_t fresh;

	random_bytes(&fresh, sizeof fresh);
	fresh &= ((int64_t)1 << 62) - 1;
	if (db_first(im->db, SQL_STUDENT_PUT, DB_ARGS(db_int(fresh), db_text(code)), &rows, im->e) != 1)
		return -1;
	*number = db_col_int(&rows, 0);
	db_done(&rows);
	return 0;
}

static int result_store(struct import *im, size_t i, unsigned char *packed)
{
	size_t k = im->m.item_count, row = im->rows.row[i], len;
	const char *variables = import_variables(&im->m, &im->f, row, im->a);
	struct db_value section;
	struct db_rows rows;
	int64_t student;
	int there = 0;

	if (variables == NULL)
		return err_nomem(im->e);
	if (im->results_before > 0) {
		there = db_first(im->db, SQL_RESULT_EXISTS, DB_ARGS(db_text(im->assessment), db_text(im->rows.code[i])),
		    &rows, im->e);
		if (there == 1)
			db_done(&rows);
	}
	if (there < 0 || section_of(im, row, &section) < 0 || student_number(im, im->rows.code[i], &student) < 0)
		return -1;
	im->replaced += there;
	len = result_pack(im->rows.score + i * k, im->rows.state + i * k, k, packed);
	return db_run(im->db, SQL_RESULT_PUT,
		   DB_ARGS(db_text(im->assessment), db_int(student), section,
		       db_int(import_attempt(&im->m, &im->f, row)), db_text(variables), db_blob(packed, len)),
		   im->e) < 0
	    ? -1
	    : 0;
}

static int store(struct import *im)
{
	unsigned char *packed = arena_get(im->a, result_packed_most(im->m.item_count), 1);
	int rc;

	im->sections = ARENA_ARRAY(im->a, struct section_made, SECTIONS_MOST);
	if (packed == NULL || im->sections == NULL)
		return err_nomem(im->e);
	rc = assessment_store(im);
	if (rc != 1)
		return rc;
	if (items_store(im) < 0)
		return -1;
	for (size_t i = 0; im->bad->total == 0 && i < im->rows.students; i++)
		if (result_store(im, i, packed) < 0)
			return -1;
	return 0;
}

static json_t *report_json(struct import *im)
{
	int64_t students_after = im->students_before, results_after = im->results_before;
	json_t *cells = json_object();

	if (count(im, SQL_STUDENT_COUNT, DB_NO_ARGS, &students_after) < 0 ||
	    count(im, SQL_RESULT_COUNT, DB_ARGS(db_text(im->assessment)), &results_after) < 0) {
		json_decref(cells);
		return NULL;
	}
	for (int s = 0; s < RESULT_NO_ROW; s++)
		json_object_set_new(cells, result_state_name((enum result_state)s),
		    json_integer((json_int_t)im->rows.cells[s]));
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I}", "assessment", im->m.code, "id",
	    im->assessment, "rows", (json_int_t)im->f.main.rows, "students", (json_int_t)im->rows.students,
	    "new_students", (json_int_t)(students_after - im->students_before), "replaced", (json_int_t)im->replaced,
	    "kept", (json_int_t)(results_after - (int64_t)im->rows.students), "items", (json_int_t)im->m.item_count,
	    "outcome_links", (json_int_t)im->links, "cells", cells, "ignored_rows", (json_int_t)im->rows.ignored_rows,
	    "new_sections", (json_int_t)im->sections_new);
}

static int table_read(struct import *im, struct import_text text, const char *named, struct csv_table *out, bool *has)
{
	if (named == NULL)
		return 0;
	if (text.p == NULL)
		return err_set(im->e, ERR_INPUT, "", "The mapping names the file “{1}”, which is not there.", named,
		    NULL);
	if (csv_table_read(text.p, text.len, NULL, out, im->bad, im->e) < 0)
		return -1;
	*has = true;
	return 0;
}

static int tables_read(struct import *im, const struct import_result_files *files)
{
	bool has_main;
	char mine[24], theirs[24];

	if (table_read(im, files->csv, "CSV", &im->f.main, &has_main) < 0 ||
	    table_read(im, files->join, im->m.join_file, &im->f.join, &im->f.has_join) < 0 ||
	    table_read(im, files->qmatrix, im->m.qmatrix_file, &im->f.qmatrix, &im->f.has_qmatrix) < 0)
		return -1;
	im->f.join_as = im->m.join_as;
	snprintf(mine, sizeof mine, "%zu", im->f.main.rows);
	snprintf(theirs, sizeof theirs, "%zu", im->f.join.rows);
	if (im->f.has_join && im->f.join.rows != im->f.main.rows)
		return err_set(im->e, ERR_INPUT, "/join_by_row",
		    "The files to be joined have {1} and {2} rows; they need the same rows in the same order.", mine,
		    theirs, NULL);
	return 0;
}

static int run(struct import *im, const struct import_result_files *files, json_t **weights)
{
	char faults[24];

	if (tables_read(im, files) < 0)
		return -1;
	if (im->f.has_qmatrix)
		*weights = import_qmatrix(&im->m, &im->f.qmatrix, im->bad);
	mapping_bind(&im->m, &im->f, im->a, im->bad);
	if (im->bad->total == 0 && import_rows(&im->m, &im->f, im->a, &im->rows, im->bad, im->e) < 0)
		return -1;
	if (im->bad->total == 0 && store(im) < 0)
		return -1;
	snprintf(faults, sizeof faults, "%zu", im->bad->total);
	if (im->bad->total > 0)
		return err_set(im->e, ERR_INPUT, "", "{1} faults were found; no result was taken.", faults, NULL);
	return arena_failed(im->a) ? err_nomem(im->e) : 0;
}

int import_results(struct db *db, const struct import_result_files *files, json_t **report, struct err_list *bad,
    struct err *e)
{
	struct import im = { .db = db, .bad = bad, .e = e, .a = arena_new(1 << 20, (size_t)2 << 30) };
	json_t *doc = reader_load(files->map.p, files->map.len, MAPPING_BYTES_MOST, e), *weights = NULL;
	int rc = -1;

	*report = NULL;
	if (im.a == NULL)
		err_nomem(e);
	if (doc == NULL || im.a == NULL || mapping_read(doc, im.a, &im.m, e) < 0)
		goto out;
	if (run(&im, files, &weights) < 0)
		goto out;
	*report = report_json(&im);
	if (*report == NULL)
		err_nomem(e);
	rc = *report != NULL ? 0 : -1;
out:
	csv_table_free(&im.f.main);
	csv_table_free(&im.f.join);
	csv_table_free(&im.f.qmatrix);
	json_decref(weights);
	json_decref(doc);
	arena_free(im.a);
	return rc;
}
