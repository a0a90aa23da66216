#include "analysis/import_rows.h"

#include "analysis/import_results.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STUDENT_MOST 64

struct reading {
	const struct mapping *m;
	const struct mapped_files *f;
	struct arena *a;
	struct err_list *bad;
	struct imported *out;
};

static void fault(struct err_list *bad, unsigned long line, const char *column, const char *message, const char *x,
    const char *y)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, column, message, x != NULL ? x : "", y != NULL ? y : "", NULL);
	err_list_add(bad, line, &e);
}

static bool is_empty(const struct mapping *m, const char *text)
{
	json_t *na;
	size_t i;

	if (*text == '\0')
		return true;
	json_array_foreach(m->na, i, na)
		if (strcmp(json_string_value(na), text) == 0)
			return true;
	return false;
}

/* One field as a mark or a reason why there is none; -1 and a message when it is neither. */
static int cell_read(const struct mapping *m, const struct mapped_item *it, const char *text, double *score,
    unsigned char *state, const char **message, char limit[32])
{
	const json_t *as = it->values != NULL ? json_object_get(it->values, text) : NULL;
	enum result_state found;

	*score = 0;
	*state = RESULT_PRESENT;
	if (json_is_string(as)) {
		result_state_find(json_string_value(as), &found);
		*state = (unsigned char)found;
		return 0;
	}
	if (as == NULL && is_empty(m, text)) {
		*state = (unsigned char)it->empty;
		return 0;
	}
	snprintf(limit, 32, "%.15g", it->max);
	if (as != NULL) {
		*score = json_number_value(as);
	} else if (it->values != NULL) {
		*message = N_("“{1}” is none of the values that the mapping knows.");
		return -1;
	} else if (!text_number(text, score)) {
		*message = strchr(text, ',') != NULL
		    ? N_("“{1}” is not a number; decimals are written with a point, as 7.5.")
		    : N_("“{1}” is not a number. Write a mark from 0 to {2}, or list the text under “na” or “values”.");
		return -1;
	}
	if (*score < 0 || *score > it->max) {
		*message = N_("The mark {1} is not within 0 to {2}, the most that the item gives.");
		return -1;
	}
	return 0;
}

static int cell_place(struct reading *r, size_t student, size_t item, size_t row, size_t column)
{
	size_t at = student * r->m->item_count + item;
	const char *text = mapped_cell(r->f, row, column), *message;
	char limit[32];

	if (cell_read(r->m, &r->m->items[item], text, &r->out->score[at], &r->out->state[at], &message, limit) < 0) {
		fault(r->bad, r->f->main.line[row], mapped_name(r->f, column, r->a), message, text, limit);
		return -1;
	}
	return 0;
}

struct named_row {
	const char *code;
	size_t row;
};

static int by_code(const void *x, const void *y)
{
	const struct named_row *a = x, *b = y;
	int c = strcmp(a->code, b->code);

	return c != 0 ? c : a->row < b->row ? -1 : 1;
}

/* Each row's student code, sorted; faulty ones are left out. */
static struct named_row *codes_read(struct reading *r, size_t *n)
{
	struct named_row *list = ARENA_ARRAY(r->a, struct named_row, r->f->main.rows + 1);

	*n = 0;
	for (size_t i = 0; list != NULL && i < r->f->main.rows; i++) {
		const char *code = mapping_expand(r->f, r->m->student, i, r->a);
		size_t len;

		if (code == NULL)
			return NULL;
		len = strlen(code);
		if (len == 0 || len > STUDENT_MOST || !text_valid(code, len, false))
			fault(r->bad, r->f->main.line[i], "student",
			    N_("A student code of 1 to {1} bytes is expected here."), "64", NULL);
		else
			list[(*n)++] = (struct named_row){ code, i };
	}
	if (list != NULL)
		qsort(list, *n, sizeof *list, by_code);
	return list;
}

static int room(struct reading *r, size_t students, struct err *e)
{
	size_t cells = students * r->m->item_count;
	char most[24];

	snprintf(most, sizeof most, "%zu", RESULTS_CELLS_MOST);
	if (students > 0 && cells / students != r->m->item_count)
		cells = SIZE_MAX;
	if (cells > RESULTS_CELLS_MOST)
		return err_set(e, ERR_TOO_LARGE, "", "More than {1} marks in one import.", most, NULL);
	r->out->code = ARENA_ARRAY(r->a, const char *, students + 1);
	r->out->row = ARENA_ARRAY(r->a, size_t, students + 1);
	r->out->score = ARENA_ARRAY(r->a, double, cells + 1);
	r->out->state = arena_get(r->a, cells + 1, 1);
	return arena_failed(r->a) ? err_nomem(e) : 0;
}

static int by_row(const void *x, const void *y)
{
	const struct named_row *a = x, *b = y;

	return a->row < b->row ? -1 : a->row > b->row;
}

/* A row a student: a second row of the same one is a fault, on the later line. */
static int wide(struct reading *r, struct named_row *list, size_t n, struct err *e)
{
	struct imported *out = r->out;
	size_t unique = 0;
	char line[24];

	if (room(r, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (unique == 0 || strcmp(list[i].code, list[unique - 1].code) != 0) {
			list[unique++] = list[i];
			continue;
		}
		snprintf(line, sizeof line, "%lu", r->f->main.line[list[unique - 1].row]);
		fault(r->bad, r->f->main.line[list[i].row], "student",
		    N_("The student “{1}” stands on line {2} already."), list[i].code, line);
	}
	/* in order of the file, so that faults are reported in that order too */
	qsort(list, unique, sizeof *list, by_row);
	for (size_t i = 0; i < unique; i++) {
		out->code[i] = list[i].code;
		out->row[i] = list[i].row;
		for (size_t j = 0; j < r->m->item_count; j++)
			cell_place(r, i, j, out->row[i], r->m->items[j].column);
	}
	out->students = unique;
	return 0;
}

static size_t item_find(const struct mapping *m, const char *text)
{
	size_t j = 0;

	while (j < m->item_count && strcmp(m->items[j].from, text) != 0)
		j++;
	return j;
}

#define UNSET 255 /* no row for this mark so far */

static void mark_place(struct reading *r, size_t student, size_t row)
{
	const char *text = mapped_cell(r->f, row, r->m->item_column);
	size_t item = item_find(r->m, text);

	if (item == r->m->item_count) {
		r->out->ignored_rows++;
		if (!r->m->others_ignored)
			fault(r->bad, r->f->main.line[row], r->m->item, N_("The mapping has no item “{1}”."), text,
			    NULL);
	} else if (r->out->state[student * r->m->item_count + item] != UNSET) {
		fault(r->bad, r->f->main.line[row], r->m->item,
		    N_("The student “{1}” has a mark for “{2}” on an earlier line."), r->out->code[student], text);
	} else {
		cell_place(r, student, item, row, r->m->score_column);
	}
}

/* Students without a mark for any item of the mapping are not in this assessment. */
static void students_drop(struct imported *out, size_t k, enum result_state no_row)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->students; i++) {
		bool any = false;

		for (size_t j = 0; j < k; j++) {
			any = any || out->state[i * k + j] != UNSET;
			if (out->state[i * k + j] == UNSET)
				out->state[i * k + j] = (unsigned char)no_row;
		}
		if (!any)
			continue;
		if (kept != i) {
			out->code[kept] = out->code[i];
			out->row[kept] = out->row[i];
			memcpy(out->score + kept * k, out->score + i * k, k * sizeof *out->score);
			memcpy(out->state + kept * k, out->state + i * k, k);
		}
		kept++;
	}
	out->students = kept;
}

/* A row a mark. */
static int tall(struct reading *r, struct named_row *list, size_t n, struct err *e)
{
	struct imported *out = r->out;
	size_t k = r->m->item_count, *student_of = ARENA_ARRAY(r->a, size_t, r->f->main.rows + 1);

	if (student_of == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++) {
		out->students += i == 0 || strcmp(list[i].code, list[i - 1].code) != 0;
		student_of[list[i].row] = out->students; /* from 1: 0 is a row without a student */
	}
	if (room(r, out->students, e) < 0)
		return -1;
	memset(out->state, UNSET, out->students * k);
	for (size_t i = n; i-- > 0;) { /* ends with each student's first row */
		out->code[student_of[list[i].row] - 1] = list[i].code;
		out->row[student_of[list[i].row] - 1] = list[i].row;
	}
	for (size_t row = 0; row < r->f->main.rows; row++)
		if (student_of[row] > 0)
			mark_place(r, student_of[row] - 1, row);
	students_drop(out, k, r->m->no_row);
	return 0;
}

static void others_check(struct reading *r)
{
	for (size_t i = 0; i < r->out->students; i++)
		if (import_attempt(r->m, r->f, r->out->row[i]) < 0)
			fault(r->bad, r->f->main.line[r->out->row[i]], r->m->attempt,
			    N_("“{1}” is no number of an attempt: 1, 2, 3 …"),
			    mapped_cell(r->f, r->out->row[i], r->m->attempt_column), NULL);
}

int import_rows(const struct mapping *m, const struct mapped_files *f, struct arena *a, struct imported *out,
    struct err_list *bad, struct err *e)
{
	struct reading r = { m, f, a, bad, out };
	struct named_row *list;
	size_t n;

	memset(out, 0, sizeof *out);
	list = codes_read(&r, &n);
	if (list == NULL)
		return err_nomem(e);
	if ((m->long_form ? tall(&r, list, n, e) : wide(&r, list, n, e)) < 0)
		return -1;
	others_check(&r);
	for (size_t i = 0; i < out->students * m->item_count; i++)
		out->cells[out->state[i]]++;
	return 0;
}

int import_attempt(const struct mapping *m, const struct mapped_files *f, size_t row)
{
	long long attempt = 1;

	if (m->attempt != NULL &&
	    (!text_integer(mapped_cell(f, row, m->attempt_column), &attempt) || attempt < 1 || attempt > 100))
		return -1;
	return (int)attempt;
}

const char *import_variables(const struct mapping *m, const struct mapped_files *f, size_t row, struct arena *a)
{
	json_t *o = json_object();
	const char *out = NULL;
	char *text;
	int bad = o == NULL;

	for (size_t i = 0; !bad && i < m->variable_count; i++) {
		const char *cell = mapped_cell(f, row, m->variables[i].column);

		if (!is_empty(m, cell))
			bad = json_object_set_new(o, m->variables[i].name, json_string(cell));
	}
	text = bad ? NULL : json_dumps(o, JSON_COMPACT);
	if (text != NULL)
		out = arena_strdup(a, text);
	free(text);
	json_decref(o);
	return out;
}

json_t *import_qmatrix(struct mapping *m, const struct csv_table *q, struct err_list *bad)
{
	long column = csv_table_column(q, m->qmatrix_item);
	json_t *all = json_object();

	if (column < 0)
		fault(bad, 1, "/qmatrix/item", N_("The file has no column “{1}”. It has: {2}."), m->qmatrix_item,
		    q->name[0]);
	for (size_t i = 0; column >= 0 && i < q->rows; i++) {
		const char *code = csv_table_cell(q, i, (size_t)column);
		json_t *weights = json_object();
		size_t j = 0;

		while (j < m->item_count && strcmp(m->items[j].code, code) != 0)
			j++;
		if (j == m->item_count)
			fault(bad, q->line[i], m->qmatrix_item, N_("The mapping has no item “{1}”."), code, NULL);
		else if (json_object_get(all, code) != NULL)
			fault(bad, q->line[i], m->qmatrix_item, N_("The item code “{1}” stands here twice."), code,
			    NULL);
		for (size_t c = 0; c < q->cols; c++) {
			const char *text = csv_table_cell(q, i, c);
			double w = 0;

			if (c == (size_t)column || *text == '\0')
				continue;
			if (!text_number(text, &w) || w < 0 || w > 1e6)
				fault(bad, q->line[i], q->name[c], N_("“{1}” is no weight: a number of 0 or more."),
				    text, NULL);
			else if (w > 0)
				json_object_set_new(weights, q->name[c], json_real(w));
		}
		json_object_set_new(all, code, weights);
		if (j < m->item_count)
			m->items[j].outcomes = weights;
	}
	return all;
}
