#include "surveys/import_responses.h"

#include "core/text.h"
#include "surveys/answers.h"
#include "surveys/import_map.h"
#include "surveys/import_responses.sql.h"
#include "surveys/import_targets.h"
#include "surveys/label.h"
#include "surveys/release.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct import {
	struct db *db;
	const struct secret *secret;
	struct csv_table csv;
	struct import_map map;
	struct import_targets targets;
	struct released_row *rows;
	struct answer *given;
	struct buf pool; /* packed answers, one after the other */
	struct arena *texts;
	size_t *set_missing; /* by place in map.items */
	size_t cells_missing, rows_missing, imported;
	struct err_list *bad;
};

static void say(struct import *in, size_t row, const struct err *e)
{
	err_list_add(in->bad, in->csv.line[row], e);
}

/* A number that must be one of the item's points. */
static int read_point(const struct instrument_item *it, const struct import_item *im, const char *column, double x,
    struct answer *out, struct err *e)
{
	char got[32], lo[32], hi[32];

	if (im->keyed)
		x = it->min + it->max - x;
	for (size_t p = 0; p < it->point_count; p++) {
		if (it->points[p].value == x) {
			out->why = ANSWER_GIVEN;
			out->point = (unsigned)p;
			return 0;
		}
	}
	snprintf(got, sizeof got, "%.15g", im->keyed ? it->min + it->max - x : x);
	snprintf(lo, sizeof lo, "%.15g", it->min);
	snprintf(hi, sizeof hi, "%.15g", it->max);
	return err_set(e, ERR_INPUT, column, "{1} is not on the scale of this item, which goes from {2} to {3}.", got,
	    lo, hi, NULL);
}

/* 0 read; 1 off the scale, by the stated rule missing; -1 a fault */
static int read_cell(struct import *in, size_t row, const struct import_item *im, struct answer *out, struct err *e)
{
	const struct instrument_item *it = &in->map.instrument->items[im->item];
	const char *cell = csv_table_cell(&in->csv, row, im->column), *column = in->csv.name[im->column];
	const json_t *value = json_object_get(im->values, cell);
	struct err why = { 0 };
	double x = json_number_value(value);
	int rc;

	if (value == NULL && import_is_na(&in->map, cell)) {
		out->why = ANSWER_SKIPPED;
		return 0;
	}
	if (it->type == ITEM_TEXT) {
		rc = answers_from_text(in->map.instrument, im->item, cell, in->texts, out, e);
		if (rc < 0)
			snprintf(e->field, sizeof e->field, "%s", column);
		return rc;
	}
	if (value == NULL && !text_number(cell, &x))
		return err_set(e, ERR_INPUT, column, "“{1}” is no number.", cell, NULL);
	if (it->type == ITEM_NUMBER) {
		out->why = ANSWER_GIVEN;
		out->number = x;
		rc = x >= it->min && x <= it->max && (!it->integer || x == floor(x)) ? 0 : -1;
		if (rc < 0)
			err_set(&why, ERR_INPUT, column, "“{1}” is outside what this item allows.", cell, NULL);
	} else {
		rc = read_point(it, im, column, x, out, &why);
	}
	if (rc == 0)
		return 0;
	if (!in->map.unreadable_missing) {
		*e = why;
		return -1;
	}
	*out = (struct answer){ .why = ANSWER_SET_ASIDE };
	return 1;
}

static int read_row(struct import *in, size_t row, struct err *e)
{
	struct released_row *out = &in->rows[in->imported];
	const struct import_map *m = &in->map;
	size_t faults = in->bad->total, missing = 0;
	struct err why = { 0 };

	for (size_t i = 0; i < m->instrument->item_count; i++)
		in->given[i] = (struct answer){ .why = ANSWER_SKIPPED };
	for (size_t i = 0; i < m->item_count; i++) {
		int rc = read_cell(in, row, &m->items[i], &in->given[m->items[i].item], &why);

		if (rc < 0)
			say(in, row, &why);
		err_clear(&why);
		in->set_missing[i] += rc == 1;
		missing += rc == 1;
	}
	if (import_targets_row(in->db, m, &in->csv, row, NULL, &in->targets, &out->target, &why) < 0) {
		if (why.kind != ERR_INPUT) {
			*e = why;
			return -1;
		}
		say(in, row, &why);
	}
	if (in->bad->total != faults)
		return 0;
	in->cells_missing += missing;
	in->rows_missing += missing > 0;
	out->len = in->pool.len;
	answers_pack(m->instrument, in->given, &in->pool);
	out->len = in->pool.len - out->len;
	in->imported++;
	arena_reset(in->texts);
	return in->pool.failed ? err_nomem(e) : 0;
}

static int read_rows(struct import *in, struct err *e)
{
	size_t at = 0;

	in->rows = calloc(in->csv.rows + 1, sizeof *in->rows);
	in->given = calloc(in->map.instrument->item_count + 1, sizeof *in->given);
	in->set_missing = calloc(in->map.item_count + 1, sizeof *in->set_missing);
	in->texts = arena_new(1 << 14, 16 << 20);
	buf_init(&in->pool, (size_t)1 << 31);
	if (in->rows == NULL || in->given == NULL || in->set_missing == NULL || in->texts == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < in->csv.rows; i++)
		if (read_row(in, i, e) < 0)
			return -1;
	for (size_t i = 0; i < in->imported; i++) {
		in->rows[i].answers = (const unsigned char *)in->pool.p + at;
		at += in->rows[i].len;
	}
	return 0;
}

/* Places {cells} and {rows} of the rule's note, added below the campaign's own note. */
static int add_note(struct import *in, struct err *e)
{
	json_t *note = label_parse(in->map.campaign.note), *value;
	const char *language;
	char *stored;
	int rc = 0;

	json_object_foreach((json_t *)in->map.unreadable_note, language, value) {
		const char *s = json_string_value(value), *own = json_string_value(json_object_get(note, language));
		struct buf b;

		buf_init(&b, 16384);
		if (own != NULL)
			buf_addf(&b, "%s\n", own);
		for (; *s != '\0'; s++) {
			if (strncmp(s, "{cells}", 7) == 0) {
				buf_addf(&b, "%zu", in->cells_missing);
				s += 6;
			} else if (strncmp(s, "{rows}", 6) == 0) {
				buf_addf(&b, "%zu", in->rows_missing);
				s += 5;
			} else {
				buf_putc(&b, *s);
			}
		}
		if (b.failed || json_object_set_new(note, language, json_string(b.p)) < 0)
			rc = err_nomem(e);
		buf_free(&b);
	}
	stored = rc == 0 ? label_store(in->map.arena, note) : NULL;
	if (rc == 0)
		rc = stored != NULL ? campaign_note_set(in->db, in->map.campaign.id, stored, e) : err_nomem(e);
	json_decref(note);
	return rc;
}

static json_t *report_of(const struct import *in)
{
	json_t *by_item = json_object();

	for (size_t i = 0; i < in->map.item_count; i++)
		if (in->set_missing[i] > 0)
			json_object_set_new(by_item, in->map.instrument->items[in->map.items[i].item].code,
			    json_integer((json_int_t)in->set_missing[i]));
	return json_pack("{s:s, s:I, s:I, s:I, s:{s:I, s:I, s:o}}", "campaign", in->map.campaign.code, "rows",
	    (json_int_t)in->csv.rows, "imported", (json_int_t)in->imported, "targets", (json_int_t)in->targets.added,
	    "set_missing", "cells", (json_int_t)in->cells_missing, "rows", (json_int_t)in->rows_missing, "by_item",
	    by_item);
}

static int put_responses(struct import *in, json_t **report, struct err *e)
{
	if (read_rows(in, e) < 0 || in->bad->total > 0)
		return -1;
	if (release_rows(in->db, in->secret, &in->map.campaign, in->rows, in->imported, e) < 0 ||
	    db_run(in->db, SQL_IMPORT_ACCEPT, DB_ARGS(db_text(in->map.campaign.id)), e) < 0)
		return -1;
	if (in->map.unreadable_missing && add_note(in, e) < 0)
		return -1;
	*report = report_of(in);
	return *report != NULL ? 0 : err_nomem(e);
}

/* ---- aggregates ---- */

static double read_figure(struct import *in, size_t row, size_t column, double least, double most, bool whole,
    struct err *e)
{
	const char *cell = csv_table_cell(&in->csv, row, column);
	char lo[32], hi[32];
	double x = NAN;

	if (text_number(cell, &x) && x >= least && x <= most && (!whole || x == floor(x)))
		return x;
	snprintf(lo, sizeof lo, "%.15g", least);
	snprintf(hi, sizeof hi, "%.15g", most);
	if (whole)
		err_set(e, ERR_INPUT, in->csv.name[column], "“{1}” is no whole number from {2} to {3}.", cell, lo, hi,
		    NULL);
	else
		err_set(e, ERR_INPUT, in->csv.name[column], "“{1}” is no number from {2} to {3}.", cell, lo, hi, NULL);
	return NAN;
}

static int put_aggregates(struct import *in, json_t **report, struct err *e)
{
	const struct instrument *q = in->map.instrument;
	double lo = q->item_count == 1 ? q->items[0].min : -1e15, hi = q->item_count == 1 ? q->items[0].max : 1e15;

	for (size_t i = 0; i < in->csv.rows; i++) {
		struct err why = { 0 };
		double enrolled = read_figure(in, i, in->map.enrolled, 0, 1e9, true, &why);
		double answered = read_figure(in, i, in->map.answered, 0, isnan(enrolled) ? 1e9 : enrolled, true, &why);
		double mean = read_figure(in, i, in->map.mean, lo, hi, false, &why);
		struct target t = { .enrolled = (int64_t)enrolled, .accepted = (int64_t)answered, .mean = mean };
		int64_t number;

		if (why.kind == ERR_NONE &&
		    import_targets_row(in->db, &in->map, &in->csv, i, &t, &in->targets, &number, &why) < 0 &&
		    why.kind != ERR_INPUT) {
			*e = why;
			return -1;
		}
		if (why.kind != ERR_NONE)
			say(in, i, &why);
	}
	if (in->bad->total > 0)
		return -1;
	*report = json_pack("{s:s, s:I, s:I, s:I}", "campaign", in->map.campaign.code, "rows", (json_int_t)in->csv.rows,
	    "imported", (json_int_t)0, "targets", (json_int_t)in->targets.added);
	return *report != NULL ? 0 : err_nomem(e);
}

static void say_how_many(const struct err_list *bad, struct err *e)
{
	char n[24];

	if (bad->total == 0 || e->kind != ERR_NONE)
		return;
	snprintf(n, sizeof n, "%zu", bad->total);
	err_set(e, ERR_INPUT, "file", "Nothing was imported: the file has {1} faults.", n, NULL);
}

static int check_empty(const struct import *in, struct err *e)
{
	const struct campaign *c = &in->map.campaign;

	if (c->released > 0 || c->accepted > 0)
		return err_set(e, ERR_CONFLICT, "campaign",
		    "The campaign “{1}” has responses already; nothing was imported.", c->code, NULL);
	return 0;
}

int import_responses(struct db *db, const struct secret *secret, const struct import_files *files, json_t **report,
    struct err_list *bad, struct err *e)
{
	struct import in = { .db = db, .secret = secret, .bad = bad };
	int rc = -1;

	*report = NULL;
	if (csv_table_read(files->csv, files->csv_len, NULL, &in.csv, bad, e) < 0)
		return -1;
	if (import_map_read(db, files->map, files->map_len, &in.csv, &in.map, e) < 0)
		goto csv;
	if (check_empty(&in, e) == 0 && import_targets_open(db, &in.map, &in.targets, e) == 0)
		rc = in.map.aggregates ? put_aggregates(&in, report, e) : put_responses(&in, report, e);
	if (rc < 0)
		say_how_many(bad, e);
	import_targets_free(&in.targets);
	import_map_free(&in.map);
	arena_free(in.texts);
	buf_free(&in.pool);
	free(in.rows);
	free(in.given);
	free(in.set_missing);
csv:
	csv_table_free(&in.csv);
	return rc;
}
