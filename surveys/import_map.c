#include "surveys/import_map.h"

#include "surveys/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* reading: which columns something uses */
struct columns {
	const struct csv_table *csv;
	bool *used;
	char all[200]; /* their names, for messages */
};

static void name_columns(struct columns *c)
{
	size_t n = 0;

	for (size_t j = 0; j < c->csv->cols && n + 4 < sizeof c->all; j++) {
		int add = snprintf(c->all + n, sizeof c->all - n, "%s%s", j > 0 ? ", " : "", c->csv->name[j]);

		n += add > 0 ? (size_t)add : 0;
	}
}

static size_t use_column(struct columns *c, const struct place *p, const char *name)
{
	long at = name != NULL ? csv_table_column(c->csv, name) : -1;

	if (name == NULL || reader_failed(p))
		return 0;
	if (at < 0) {
		reader_fault(p, "The file has no column “{1}”; it has: {2}.", name, c->all);
		return 0;
	}
	c->used[at] = true;
	return (size_t)at;
}

static size_t read_column(struct columns *c, const struct place *object, const char *member)
{
	struct place p = reader_member(object, member);

	return use_column(c, &p, reader_text(&p, 200));
}

/* The next {name} of a pattern; name and end are set.  Anything else stands for itself. */
static bool next_hole(const char *pattern, const char **open, char *name, size_t size)
{
	const char *close;

	*open = strchr(pattern, '{');
	if (*open == NULL || (close = strchr(*open, '}')) == NULL)
		return false;
	snprintf(name, size, "%.*s", (int)(close - *open - 1), *open + 1);
	return true;
}

static const char *read_pattern(struct columns *c, const struct place *p, size_t most)
{
	const char *pattern = reader_text(p, most), *open;
	char name[208];

	for (const char *s = pattern; s != NULL && next_hole(s, &open, name, sizeof name); s = strchr(open, '}') + 1)
		if (strcmp(name, "row") != 0)
			use_column(c, p, name);
	return pattern;
}

static const json_t *read_pattern_label(struct columns *c, const struct place *p)
{
	const json_t *label = reader_label(p, 300);
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)label, key, value) {
		struct place at = reader_optional(p, key);

		read_pattern(c, &at, 300);
	}
	return label;
}

static void read_target_patterns(struct columns *c, const struct place *root, struct import_map *m)
{
	static const char *const members[] = { "code", "label", NULL };
	struct place target = reader_optional(root, "target"), unit = reader_optional(root, "unit"), code, label;

	if (reader_present(&target) && reader_object(&target, members)) {
		code = reader_member(&target, "code");
		label = reader_member(&target, "label");
		m->target_code = read_pattern(c, &code, 200);
		m->target_label = read_pattern_label(c, &label);
	}
	if (reader_present(&unit) && !reader_present(&target))
		reader_fault(&unit, "A group (unit) needs a target that belongs to it.", NULL, NULL);
	if (reader_present(&unit) && reader_object(&unit, members)) {
		code = reader_member(&unit, "code");
		label = reader_member(&unit, "label");
		m->unit_code = read_pattern(c, &code, 200);
		m->unit_label = read_pattern_label(c, &label);
	}
}

static void read_item(struct columns *c, const struct place *p, const char *code, struct import_map *m)
{
	static const char *const members[] = { "column", "keyed", "values", NULL };
	struct import_item *it = &m->items[m->item_count];
	struct place keyed, values;
	const char *text;
	json_t *value;

	if (!reader_object(p, members))
		return;
	it->item = instrument_item_index(m->instrument, code);
	if (it->item == SIZE_MAX) {
		reader_fault(p, "The questionnaire “{1}” has no item “{2}”.", m->instrument->code, code);
		return;
	}
	it->column = read_column(c, p, "column");
	keyed = reader_optional(p, "keyed");
	values = reader_optional(p, "values");
	it->keyed = reader_bool(&keyed, false);
	if (it->keyed && !m->instrument->items[it->item].reverse)
		reader_fault(&keyed, "The item “{1}” is not reverse-worded, so nothing can be turned back.", code,
		    NULL);
	if (reader_present(&values) && !json_is_object(values.value))
		reader_fault(&values, "An object {…} must stand here.", NULL, NULL);
	json_object_foreach((json_t *)values.value, text, value) {
		struct place at = reader_optional(&values, text);

		reader_number(&at, -1e15, 1e15);
	}
	it->values = values.value;
	m->item_count++;
}

static void read_items(struct columns *c, const struct place *root, struct import_map *m)
{
	struct place items = reader_member(root, "items");
	const char *code;
	json_t *value;

	if (reader_failed(root))
		return;
	if (!json_is_object(items.value) || json_object_size(items.value) == 0) {
		reader_fault(&items, "“items” must name at least one item: {\"code\": {\"column\": \"…\"}}.", NULL,
		    NULL);
		return;
	}
	m->items = ARENA_ARRAY(m->arena, struct import_item, json_object_size(items.value));
	if (m->items == NULL) {
		err_nomem(root->r->err);
		return;
	}
	json_object_foreach((json_t *)items.value, code, value) {
		struct place at = reader_optional(&items, code);

		if (reader_failed(root))
			return;
		read_item(c, &at, code, m);
	}
}

static void read_missing_rules(const struct place *root, struct import_map *m)
{
	static const char *const members[] = { "as", "note", NULL }, *const words[] = { "missing", NULL };
	struct place na = reader_optional(root, "na"), rule = reader_optional(root, "unreadable"), as, note;
	size_t n = reader_present(&na) ? reader_array(&na, 0, 100) : 0;

	for (size_t i = 0; i < n; i++) {
		struct place at = reader_element(&na, i);

		reader_text(&at, 100);
	}
	m->na = na.value;
	if (!reader_present(&rule) || !reader_object(&rule, members))
		return;
	as = reader_member(&rule, "as");
	note = reader_member(&rule, "note"); /* a rule that nobody can read about is no stated rule */
	reader_word(&as, words);
	m->unreadable_missing = true;
	m->unreadable_note = reader_label(&note, 1000);
}

static void read_ignored(struct columns *c, const struct place *root)
{
	struct place ignored = reader_optional(root, "ignored");
	size_t n = reader_present(&ignored) ? reader_array(&ignored, 0, CSV_COLS_MOST) : 0;

	for (size_t i = 0; i < n && !reader_failed(root); i++) {
		struct place at = reader_element(&ignored, i);
		const char *name = reader_text(&at, 200);
		long col = name != NULL ? csv_table_column(c->csv, name) : -1;

		if (col >= 0 && c->used[col])
			reader_fault(&at, "The column “{1}” is used, so it cannot be ignored.", name, NULL);
		use_column(c, &at, name);
	}
	for (size_t j = 0; j < c->csv->cols; j++)
		if (!c->used[j])
			reader_fault(root,
			    "The mapping does not say what the column “{1}” is; use it or list it under “ignored”.",
			    c->csv->name[j], NULL);
}

static int find_campaign(struct db *db, const struct place *root, struct import_map *m)
{
	struct place code = reader_member(root, "campaign");
	const char *name = reader_text(&code, CAMPAIGN_CODE_MOST);
	struct err why = { 0 };

	if (name == NULL)
		return -1;
	if (campaign_get(db, name, m->arena, &m->campaign, &why) < 0) {
		if (why.kind == ERR_ABSENT)
			reader_fault(&code, "There is no campaign “{1}”; import the campaign first.", name, NULL);
		else
			*root->r->err = why;
		return -1;
	}
	if (m->campaign.origin != (m->aggregates ? CAMPAIGN_AGGREGATE : CAMPAIGN_IMPORTED))
		reader_fault(&code, "The campaign “{1}” must have the origin “{2}” for this import.", name,
		    campaign_origin_name(m->aggregates ? CAMPAIGN_AGGREGATE : CAMPAIGN_IMPORTED));
	return instrument_shared(db, m->campaign.instrument, &m->instrument, root->r->err);
}

static int read_document(struct db *db, const struct place *root, struct columns *c, struct import_map *m)
{
	static const char *const members[] = { "campaign", "format", "items", "target", "unit", "na", "ignored",
		"unreadable", NULL };
	static const char *const aggregate_members[] = { "campaign", "format", "target", "unit", "enrolled", "answered",
		"mean", "ignored", NULL };
	static const char *const formats[] = { "responses", "aggregates", NULL };
	struct place format = reader_optional(root, "format");

	if (json_is_object(root->value))
		m->aggregates = reader_present(&format) && reader_word(&format, formats) == 1;
	if (!reader_object(root, m->aggregates ? aggregate_members : members) || find_campaign(db, root, m) < 0)
		return -1;
	if (m->aggregates) {
		reader_member(root, "target"); /* read below; here it must be there */
		m->enrolled = read_column(c, root, "enrolled");
		m->answered = read_column(c, root, "answered");
		m->mean = read_column(c, root, "mean");
	} else {
		read_items(c, root, m);
		read_missing_rules(root, m);
	}
	read_target_patterns(c, root, m);
	read_ignored(c, root);
	return reader_failed(root) ? -1 : 0;
}

int import_map_read(struct db *db, const char *text, size_t len, const struct csv_table *csv, struct import_map *out,
    struct err *e)
{
	struct columns c = { .csv = csv };
	struct reader r = { .err = e };
	struct place root;
	int rc = -1;

	memset(out, 0, sizeof *out);
	out->arena = arena_new(1 << 14, 1 << 28);
	c.used = calloc(csv->cols + 1, sizeof *c.used);
	if (out->arena == NULL || c.used == NULL) {
		err_nomem(e);
		goto out;
	}
	out->doc = reader_load(text, len, IMPORT_MAP_BYTES_MOST, e);
	if (out->doc == NULL)
		goto out;
	name_columns(&c);
	root = reader_root(&r, out->doc);
	rc = read_document(db, &root, &c, out);
out:
	free(c.used);
	if (rc < 0)
		import_map_free(out);
	return rc;
}

void import_map_free(struct import_map *m)
{
	json_decref(m->doc);
	arena_free(m->arena);
	memset(m, 0, sizeof *m);
}

void import_pattern(const struct csv_table *csv, size_t row, const char *pattern, struct buf *out)
{
	const char *open;
	char name[208];

	buf_clear(out);
	for (; next_hole(pattern, &open, name, sizeof name); pattern = strchr(open, '}') + 1) {
		long col = csv_table_column(csv, name);

		buf_add(out, pattern, (size_t)(open - pattern));
		if (strcmp(name, "row") == 0)
			buf_addf(out, "%zu", row + 1);
		else if (col >= 0)
			buf_puts(out, csv_table_cell(csv, row, (size_t)col));
	}
	buf_puts(out, pattern);
}

int import_pattern_label(const struct csv_table *csv, size_t row, const json_t *label, struct buf *out, struct err *e)
{
	json_t *filled = json_object(), *value;
	struct buf text;
	const char *key;
	char *dump = NULL;

	buf_init(&text, 4096);
	json_object_foreach((json_t *)label, key, value) {
		import_pattern(csv, row, json_string_value(value), &text);
		json_object_set_new(filled, key, json_string(text.p));
	}
	dump = json_dumps(filled, JSON_COMPACT);
	buf_clear(out);
	if (dump != NULL)
		buf_puts(out, dump);
	free(dump);
	json_decref(filled);
	buf_free(&text);
	return dump == NULL || out->failed ? err_nomem(e) : 0;
}

bool import_is_na(const struct import_map *m, const char *cell)
{
	if (cell[0] == '\0')
		return true;
	for (size_t i = 0; i < json_array_size(m->na); i++)
		if (strcmp(json_string_value(json_array_get(m->na, i)), cell) == 0)
			return true;
	return false;
}
