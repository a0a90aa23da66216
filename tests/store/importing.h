/* tests/store/importing.h -- the importers on files, as `elod import` calls them. */
#ifndef TESTS_STORE_IMPORTING_H
#define TESTS_STORE_IMPORTING_H

#include "tests/store/store.h"

#include "surveys/import_documents.h"
#include "surveys/import_responses.h"

struct call {
	struct store *s;
	struct import_files files;
	const char *text;
	size_t len;
	json_t *report;
	struct err_list bad;
};

static inline char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 4 << 20);

	if (f == NULL)
		print_error("%s cannot be read; run from the top of the source\n", path);
	assert_non_null(f);
	assert_non_null(text);
	*len = fread(text, 1, (4 << 20) - 1, f);
	fclose(f);
	return text;
}

static inline int run_instrument(struct db *db, void *arg, struct err *e)
{
	struct call *c = arg;

	return import_instrument(db, c->text, c->len, &c->report, e);
}

static inline int run_campaign(struct db *db, void *arg, struct err *e)
{
	struct call *c = arg;

	return import_campaign(db, c->text, c->len, &c->report, e);
}

static inline int run_responses(struct db *db, void *arg, struct err *e)
{
	struct call *c = arg;

	return import_responses(db, &c->s->secret, &c->files, &c->report, &c->bad, e);
}

static inline void from_text(struct store *s, db_work_fn *fn, const char *text, size_t len)
{
	struct call c = { .s = s, .text = text, .len = len };
	struct err e = { 0 };

	STORE_OK(e, db_transact(s->db, DB_WRITE, fn, &c, &e));
	json_decref(c.report);
}

static inline void from_file(struct store *s, db_work_fn *fn, const char *path)
{
	size_t len;
	char *text = slurp(path, &len);

	from_text(s, fn, text, len);
	free(text);
}

static inline json_t *responses(struct store *s, const char *csv, const char *map)
{
	struct call c = { .s = s };
	struct err e = { 0 };
	char *data = slurp(csv, &c.files.csv_len), *rules = slurp(map, &c.files.map_len);

	c.files.csv = data;
	c.files.map = rules;
	STORE_OK(e, db_transact(s->db, DB_WRITE, run_responses, &c, &e));
	assert_int_equal(c.bad.total, 0);
	free(data);
	free(rules);
	return c.report;
}

static inline json_int_t number(const json_t *report, const char *name)
{
	return json_integer_value(json_object_get(report, name));
}

#endif
