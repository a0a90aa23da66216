/* tests/store/outcomes.h -- curricula and results in a test database, and finding one's way in
 * view models. */
#ifndef TESTS_STORE_OUTCOMES_H
#define TESTS_STORE_OUTCOMES_H

#include "tests/store/importing.h"

#include "analysis/attainment.h"
#include "analysis/curriculum.h"
#include "analysis/import_curriculum.h"
#include "analysis/import_results.h"
#include "core/account.h"
#include "tests/near.h"

struct outcome_call {
	const char *text, *csv, *map;
	struct import_result_files files;
	json_t *report;
	struct err_list bad;
};

static inline int run_curriculum(struct db *db, void *arg, struct err *e)
{
	struct outcome_call *c = arg;

	return import_curriculum(db, c->text, strlen(c->text), &c->report, &c->bad, e);
}

static inline int run_results(struct db *db, void *arg, struct err *e)
{
	struct outcome_call *c = arg;

	return c->csv != NULL ? import_results_paths(db, c->csv, c->map, &c->report, &c->bad, e)
			      : import_results(db, &c->files, &c->report, &c->bad, e);
}

static inline void faults_print(const struct err_list *bad)
{
	for (size_t i = 0; i < bad->shown; i++) {
		char text[400];

		err_text(&bad->at[i].err, NULL, NULL, text, sizeof text);
		print_error("  line %lu, %s: %s\n", bad->at[i].line, bad->at[i].err.field, text);
	}
}

/* Imports that must succeed; the report is the caller's. */
static inline json_t *import_call(struct store *s, db_work_fn *fn, struct outcome_call *c)
{
	struct err e = { 0 };

	if (db_transact(s->db, DB_WRITE, fn, c, &e) < 0) {
		char text[400];

		err_text(&e, NULL, NULL, text, sizeof text);
		faults_print(&c->bad);
		print_error("%s: %s (%s)\n", e.field, text, e.log);
		fail();
	}
	assert_int_equal(c->bad.total, 0);
	return c->report;
}

static inline json_t *curriculum(struct store *s, const char *text)
{
	struct outcome_call c = { .text = text };

	return import_call(s, run_curriculum, &c);
}

static inline json_t *results(struct store *s, const char *csv, const char *map)
{
	struct outcome_call c = { .files = { .csv = { csv, strlen(csv) }, .map = { map, strlen(map) } } };

	return import_call(s, run_results, &c);
}

static inline json_t *results_file(struct store *s, const char *csv, const char *map)
{
	struct outcome_call c = { .csv = csv, .map = map };

	return import_call(s, run_results, &c);
}

/* One that must fail with this many faults; the first shown has that line, field and message. */
static inline void refused(struct store *s, db_work_fn *fn, struct outcome_call *c, size_t total, unsigned long line,
    const char *field, const char *message)
{
	struct err e = { 0 };
	char text[400];

	assert_int_equal(db_transact(s->db, DB_WRITE, fn, c, &e), -1);
	assert_null(c->report);
	assert_int_equal(e.kind, ERR_INPUT);
	if (c->bad.total != total)
		faults_print(&c->bad);
	assert_int_equal(c->bad.total, total);
	err_text(total > 0 ? &c->bad.at[0].err : &e, NULL, NULL, text, sizeof text);
	assert_string_equal(total > 0 ? c->bad.at[0].err.field : e.field, field);
	assert_string_equal(text, message);
	if (total > 0)
		assert_int_equal(c->bad.at[0].line, line);
	err_list_free(&c->bad);
}

static inline json_t *json_of(const json_t *o, const char *path)
{
	char key[64];
	const json_t *at = o;

	while (*path != '\0') {
		size_t n = strcspn(path, ".");

		snprintf(key, sizeof key, "%.*s", (int)n, path);
		at = json_is_array(at) ? json_array_get(at, strtoul(key, NULL, 10)) : json_object_get(at, key);
		if (at == NULL) {
			print_error("no member %s\n", key);
			fail();
		}
		path += n + (path[n] == '.');
	}
	return (json_t *)(uintptr_t)at;
}

static inline double real_of(const json_t *o, const char *path)
{
	const json_t *v = json_of(o, path);

	if (!json_is_number(v)) {
		print_error("%s is not a number\n", path);
		fail();
	}
	return json_number_value(v);
}

static inline const char *text_of(const json_t *o, const char *path)
{
	return json_string_value(json_of(o, path));
}

/* The entry of a list with that code. */
static inline json_t *coded(const json_t *list, const char *code)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (strcmp(json_string_value(json_object_get(one, "code")), code) == 0)
			return one;
	print_error("no entry %s\n", code);
	fail();
	return NULL;
}

/* The whole demonstration programme with its campaigns and results. */
static inline void demonstration(struct store *s)
{
	struct err e = { 0 };
	char id[ID_LEN + 1], *text;
	size_t len;

	STORE_OK(e, account_create(s->db, NULL, "lecturer@demo.example", "Phạm Thị Lan", "-", id, &e));
	from_file(s, run_instrument, "daemon/demo/instruments/youth_gratitude.json");
	from_file(s, run_instrument, "daemon/demo/instruments/course_evaluation.json");
	from_file(s, run_campaign, "daemon/demo/campaigns/youth_gratitude.json");
	from_file(s, run_campaign, "daemon/demo/campaigns/course_evaluation_2026.json");
	text = slurp("daemon/demo/curriculum.json", &len);
	json_decref(curriculum(s, text));
	free(text);
	json_decref(results_file(s, "daemon/demo/data/mathexam14w.csv", "daemon/demo/maps/mathexam.json"));
	json_decref(results_file(s, "daemon/demo/data/spisa.csv", "daemon/demo/maps/spisa.json"));
	json_decref(results_file(s, "daemon/demo/data/gcse.csv", "daemon/demo/maps/gcse.json"));
}

#endif
