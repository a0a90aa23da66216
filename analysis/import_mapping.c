#include "analysis/import_mapping.h"

#include "analysis/rows.h"
#include "core/text.h"
#include "surveys/label.h"
#include "surveys/reader.h"

#include <stdio.h>
#include <string.h>

#define COLUMN_MOST  200
#define PATTERN_MOST 200
#define NONE	     ((size_t)-1)

static const char *const states[] = { "not_attempted", "absent", "excused", "not_submitted", "unreadable", NULL };

static const char *text_of(const struct place *at, const char *member, size_t most)
{
	struct place p = reader_optional(at, member);

	return reader_present(&p) ? reader_text(&p, most) : NULL;
}

static enum result_state state_of(const struct place *at, const char *member, enum result_state otherwise)
{
	struct place p = reader_optional(at, member);
	enum result_state s = otherwise;

	if (reader_present(&p))
		result_state_find(states[reader_word(&p, states)], &s);
	return s;
}

static double number_of(const struct place *at, const char *member, double least, double most, double otherwise)
{
	struct place p = reader_optional(at, member);

	return reader_present(&p) ? reader_number(&p, least, most) : otherwise;
}

static const char *label_of(const struct place *at, const char *member, const char *otherwise, struct arena *a)
{
	struct place p = reader_optional(at, member);
	const json_t *label = reader_present(&p) ? reader_label(&p, 4000) : NULL;

	return label != NULL ? label_store(a, label) : otherwise;
}

/* {text in the file: mark or state} */
static const json_t *values_of(const struct place *at, const char *member, const json_t *otherwise)
{
	struct place p = reader_optional(at, member);
	const char *key;
	json_t *value;

	if (!reader_present(&p))
		return otherwise;
	if (!json_is_object(p.value))
		reader_fault(&p, "An object {…} must stand here.", NULL, NULL);
	json_object_foreach((json_t *)p.value, key, value) {
		struct place v = reader_optional(&p, key);

		if (json_is_string(value))
			reader_word(&v, states);
		else
			reader_number(&v, 0, 1e9);
	}
	return p.value;
}

static const json_t *texts_of(const struct place *at, const char *member)
{
	struct place p = reader_optional(at, member);
	size_t n = reader_present(&p) ? reader_array(&p, 0, 5000) : 0;

	for (size_t i = 0; i < n; i++) {
		struct place one = reader_element(&p, i);

		reader_text(&one, COLUMN_MOST);
	}
	return p.value;
}

static void assessment_read(const struct place *at, struct mapping *m, struct arena *a)
{
	static const char *const members[] = { "code", "name", "course", "term", "weight", "note", "missing_policy",
		NULL };
	static const char *const policies[] = { "missing", "zero", NULL };
	struct place p = reader_member(at, "assessment"), one;

	reader_object(&p, members);
	one = reader_member(&p, "code");
	m->code = reader_code(&one, 40);
	one = reader_member(&p, "course");
	m->course = reader_code(&one, 40);
	one = reader_member(&p, "term");
	m->term = reader_code(&one, 40);
	one = reader_member(&p, "name");
	m->name = label_of(&p, "name", "{}", a);
	m->note = label_of(&p, "note", "{}", a);
	m->weight = number_of(&p, "weight", 0.0001, 10000, 1);
	one = reader_member(&p, "missing_policy");
	m->policy = reader_word(&one, policies) == 1 ? MISSING_ZERO : MISSING_LEFT_OUT;
}

static void section_read(const struct place *at, struct mapping *m)
{
	static const char *const members[] = { "code", "name", NULL };
	struct place p = reader_optional(at, "section"), one;

	if (!reader_present(&p))
		return;
	reader_object(&p, members);
	one = reader_member(&p, "code");
	m->section = reader_text(&one, PATTERN_MOST);
	one = reader_member(&p, "name");
	m->section_name = reader_label(&one, PATTERN_MOST);
}

static int variables_read(const struct place *at, struct mapping *m, struct arena *a)
{
	struct place p = reader_optional(at, "variables");
	const char *key;
	json_t *value;

	if (!reader_present(&p))
		return 0;
	if (!json_is_object(p.value) || json_object_size(p.value) > 50) {
		reader_fault(&p, "An object {…} must stand here, of at most {1} variables.", "50", NULL);
		return 0;
	}
	m->variables = ARENA_ARRAY(a, struct mapped_variable, json_object_size(p.value) + 1);
	if (m->variables == NULL)
		return -1;
	json_object_foreach((json_t *)p.value, key, value) {
		struct place v = reader_optional(&p, key);

		if (!text_is_code(key, 40))
			reader_fault(&v, "“{1}” is no code for a variable.", key, NULL);
		m->variables[m->variable_count++] = (struct mapped_variable){ key, reader_text(&v, COLUMN_MOST), NONE };
	}
	return 0;
}

static void item_read(const struct place *p, const struct mapping *m, const json_t *values, enum result_state empty,
    struct arena *a, struct mapped_item *it)
{
	static const char *const members[] = { "code", "name", "max", "outcomes", "column", "value", "values", "empty",
		NULL };
	const char *column, *value, *plain, *weight;
	struct place code, outcomes;
	json_t *of;

	reader_object(p, members);
	code = reader_member(p, "code");
	it->code = reader_code(&code, 40);
	plain = arena_fmt(a, "{\"vi\":\"%s\",\"en\":\"%s\"}", it->code != NULL ? it->code : "",
	    it->code != NULL ? it->code : "");
	it->name = label_of(p, "name", plain, a);
	it->max = number_of(p, "max", 1e-9, 1e9, 1);
	it->values = values_of(p, "values", values);
	it->empty = state_of(p, "empty", empty);
	column = text_of(p, "column", COLUMN_MOST);
	value = text_of(p, "value", COLUMN_MOST);
	it->from = m->long_form ? (value != NULL ? value : it->code) : (column != NULL ? column : it->code);
	outcomes = reader_optional(p, "outcomes");
	if (!reader_present(&outcomes))
		return;
	if (!json_is_object(outcomes.value))
		reader_fault(&outcomes, "An object {…} must stand here.", NULL, NULL);
	json_object_foreach((json_t *)outcomes.value, weight, of) {
		struct place w = reader_optional(&outcomes, weight);

		reader_number(&w, 1e-6, 1e6);
	}
	it->outcomes = outcomes.value;
}

static int items_read(const struct place *at, struct mapping *m, struct arena *a)
{
	struct place list = reader_member(at, "items");
	const json_t *values = values_of(at, "values", NULL);
	enum result_state empty = state_of(at, "empty", RESULT_NOT_SUBMITTED);
	size_t n = reader_array(&list, 1, RESULT_ITEMS_MOST);

	m->items = ARENA_ARRAY(a, struct mapped_item, n + 1);
	if (m->items == NULL)
		return -1;
	for (size_t i = 0; i < n && !reader_failed(at); i++) {
		struct place p = reader_element(&list, i);

		item_read(&p, m, values, empty, a, &m->items[i]);
		for (size_t k = 0; k < i && !reader_failed(at); k++)
			if (strcmp(m->items[k].code, m->items[i].code) == 0)
				reader_fault(&p, "The item code “{1}” stands here twice.", m->items[i].code, NULL);
	}
	m->item_count = n;
	return 0;
}

/* A file that the mapping names lies beside the CSV and nowhere else. */
static const char *file_of(const struct place *at, const char *member, const char *other, const char **name)
{
	const char *const members[] = { "file", other, NULL };
	struct place p = reader_optional(at, member), one;
	const char *file;

	if (!reader_present(&p))
		return NULL;
	reader_object(&p, members);
	one = reader_member(&p, other);
	*name = reader_text(&one, COLUMN_MOST);
	one = reader_member(&p, "file");
	file = reader_text(&one, 200);
	if (file != NULL && (strchr(file, '/') != NULL || strchr(file, '\\') != NULL || file[0] == '.'))
		reader_fault(&one, "A file name without directories must stand here.", NULL, NULL);
	return file;
}

int mapping_read(const json_t *doc, struct arena *a, struct mapping *m, struct err *e)
{
	static const char *const members[] = { "assessment", "format", "student", "section", "attempt", "variables",
		"items", "values", "empty", "na", "ignored", "item", "score", "other_items", "no_row", "join_by_row",
		"qmatrix", NULL };
	static const char *const formats[] = { "wide", "long", NULL }, *const others[] = { "error", "ignored", NULL };
	struct reader reader = { .err = e };
	struct place at = reader_root(&reader, doc), p;

	memset(m, 0, sizeof *m);
	reader_object(&at, members);
	assessment_read(&at, m, a);
	p = reader_optional(&at, "format");
	m->long_form = reader_present(&p) && reader_word(&p, formats) == 1;
	p = reader_member(&at, "student");
	m->student = reader_text(&p, PATTERN_MOST);
	section_read(&at, m);
	m->attempt = text_of(&at, "attempt", COLUMN_MOST);
	if (variables_read(&at, m, a) < 0 || items_read(&at, m, a) < 0)
		return err_nomem(e);
	m->na = texts_of(&at, "na");
	m->ignored = texts_of(&at, "ignored");
	p = reader_optional(&at, "other_items");
	m->others_ignored = reader_present(&p) && reader_word(&p, others) == 1;
	m->no_row = state_of(&at, "no_row", RESULT_NOT_SUBMITTED);
	if (m->long_form) {
		p = reader_member(&at, "item");
		m->item = reader_text(&p, COLUMN_MOST);
		p = reader_member(&at, "score");
		m->score = reader_text(&p, COLUMN_MOST);
	}
	m->join_file = file_of(&at, "join_by_row", "as", &m->join_as);
	m->qmatrix_file = file_of(&at, "qmatrix", "item", &m->qmatrix_item);
	if (m->long_form && m->join_file != NULL)
		reader_fault(&at, "A file in long form cannot be joined by row.", NULL, NULL);
	if (e->kind == ERR_NONE && arena_failed(a))
		return err_nomem(e);
	return e->kind == ERR_NONE ? 0 : -1;
}

size_t mapped_columns(const struct mapped_files *f)
{
	return f->main.cols + (f->has_join ? f->join.cols : 0);
}

const char *mapped_name(const struct mapped_files *f, size_t column, struct arena *a)
{
	const char *name;

	if (column < f->main.cols)
		return f->main.name[column];
	name = arena_fmt(a, "%s.%s", f->join_as, f->join.name[column - f->main.cols]);
	return name != NULL ? name : "";
}

static size_t column_find(const struct mapped_files *f, const char *name, size_t len)
{
	size_t prefix = f->has_join ? strlen(f->join_as) : 0;

	for (size_t i = 0; i < f->main.cols; i++)
		if (strlen(f->main.name[i]) == len && memcmp(f->main.name[i], name, len) == 0)
			return i;
	if (!f->has_join || len <= prefix + 1 || memcmp(name, f->join_as, prefix) != 0 || name[prefix] != '.')
		return NONE;
	for (size_t i = 0; i < f->join.cols; i++)
		if (strlen(f->join.name[i]) == len - prefix - 1 &&
		    memcmp(f->join.name[i], name + prefix + 1, len - prefix - 1) == 0)
			return f->main.cols + i;
	return NONE;
}

struct binding {
	const struct mapped_files *f;
	struct arena *a;
	struct err_list *bad;
	bool *used;
};

/* What columns there are, as far as a message has room for them. */
static const char *columns_listed(const struct binding *b)
{
	const char *all = mapped_columns(b->f) > 0 ? mapped_name(b->f, 0, b->a) : "";

	for (size_t i = 1; i < mapped_columns(b->f) && all != NULL && strlen(all) < 200; i++)
		all = arena_fmt(b->a, "%s, %s", all, mapped_name(b->f, i, b->a));
	return all != NULL ? all : "";
}

static size_t bind(const struct binding *b, const char *name, size_t len, const char *field)
{
	size_t i = column_find(b->f, name, len);
	struct err e = { 0 };

	if (i != NONE) {
		b->used[i] = true;
		return i;
	}
	err_set(&e, ERR_INPUT, field, "The file has no column “{1}”. It has: {2}.", arena_strndup(b->a, name, len),
	    columns_listed(b), NULL);
	err_list_add(b->bad, 1, &e);
	return 0;
}

static void bind_pattern(const struct binding *b, const char *pattern, const char *field)
{
	for (const char *open = strchr(pattern, '{'); open != NULL; open = strchr(open + 1, '{')) {
		const char *close = strchr(open, '}');

		if (close == NULL)
			return;
		if (strncmp(open, "{row}", 5) != 0)
			bind(b, open + 1, (size_t)(close - open - 1), field);
	}
}

static void unused_report(const struct binding *b)
{
	for (size_t i = 0; i < mapped_columns(b->f); i++) {
		const char *name = mapped_name(b->f, i, b->a);
		struct err e = { 0 };

		if (b->used[i])
			continue;
		err_set(&e, ERR_INPUT, name,
		    "The mapping does not say what the column “{1}” is; list it under “ignored” if it "
		    "is not wanted.",
		    name, NULL);
		err_list_add(b->bad, 1, &e);
	}
}

void mapping_bind(struct mapping *m, const struct mapped_files *f, struct arena *a, struct err_list *bad)
{
	struct binding b = { f, a, bad, ARENA_ARRAY(a, bool, mapped_columns(f) + 1) };
	const char *language;
	json_t *value;
	size_t i;

	if (b.used == NULL)
		return;
	bind_pattern(&b, m->student, "/student");
	if (m->section != NULL)
		bind_pattern(&b, m->section, "/section/code");
	json_object_foreach((json_t *)m->section_name, language, value) {
		bind_pattern(&b, json_string_value(value), "/section/name");
	}
	if (m->attempt != NULL)
		m->attempt_column = bind(&b, m->attempt, strlen(m->attempt), "/attempt");
	for (i = 0; i < m->variable_count; i++)
		m->variables[i].column = bind(&b, m->variables[i].from, strlen(m->variables[i].from), "/variables");
	for (i = 0; !m->long_form && i < m->item_count; i++)
		m->items[i].column = bind(&b, m->items[i].from, strlen(m->items[i].from), "/items");
	if (m->long_form) {
		m->item_column = bind(&b, m->item, strlen(m->item), "/item");
		m->score_column = bind(&b, m->score, strlen(m->score), "/score");
	}
	json_array_foreach(m->ignored, i, value) {
		bind(&b, json_string_value(value), json_string_length(value), "/ignored");
	}
	unused_report(&b);
}

const char *mapping_expand(const struct mapped_files *f, const char *pattern, size_t row, struct arena *a)
{
	const char *out = "", *at = pattern;

	while (out != NULL && *at != '\0') {
		const char *open = strchr(at, '{'), *close = open != NULL ? strchr(open, '}') : NULL;
		size_t column;

		if (close == NULL)
			return arena_fmt(a, "%s%s", out, at);
		column = column_find(f, open + 1, (size_t)(close - open - 1));
		if (strncmp(open, "{row}", 5) == 0)
			out = arena_fmt(a, "%s%.*s%zu", out, (int)(open - at), at, row + 1);
		else
			out = arena_fmt(a, "%s%.*s%s", out, (int)(open - at), at,
			    column != NONE ? mapped_cell(f, row, column) : "");
		at = close + 1;
	}
	return out;
}
