/* Outcomes of data that is not shipped: run from ../shared where it is, said plainly where not.
 * Fraction subtraction with its published Q-matrix against the reference results (R 4.2.2), and
 * five presentations of the Open University's learning analytics data set. */
#include "tests/store/outcomes.h"

#include "surveys/csv.h"

#define SHARED "../shared"

static bool there(const char *path)
{
	if (access(path, R_OK) == 0)
		return true;
	print_message("# not run: %s is not there\n", path);
	return false;
}

static json_t *reference(const char *path)
{
	json_error_t why;
	json_t *v = json_load_file(path, 0, &why);

	if (v == NULL)
		print_error("%s: %s\n", path, why.text);
	assert_non_null(v);
	return v;
}

static const json_t *check_of(const json_t *reference_case, const char *id)
{
	json_t *check;
	size_t i;

	json_array_foreach(json_object_get(reference_case, "checks"), i, check)
		if (strcmp(json_string_value(json_object_get(check, "id")), id) == 0)
			return json_object_get(check, "expected");
	print_error("the reference has no check %s\n", id);
	fail();
	return NULL;
}

/* A course of eight outcomes and a mapping for twenty items, weights from the Q-matrix file. */
static void fraction_setup(struct store *s)
{
	struct outcome_call c = { 0 };
	struct buf doc, map;
	size_t lengths[2];
	char *csv, *qmatrix;

	buf_init(&doc, 1 << 16);
	buf_puts(&doc,
	    "{\"terms\":[{\"code\":\"T1984\",\"name\":{\"en\":\"1984\"},\"starts\":\"1984-01-01\"}],\"courses\":[{\"code\":"
	    "\"FRAC\",\"name\":{\"en\":\"Fractions\"},\"credits\":1,\"threshold\":0.6,\"goal\":0.45,\"outcomes\":[");
	for (int i = 1; i <= 8; i++)
		buf_addf(&doc, "%s{\"code\":\"alpha%d\",\"name\":{\"en\":\"Skill %d\"}}", i > 1 ? "," : "", i, i);
	buf_puts(&doc, "]}]}");
	json_decref(curriculum(s, doc.p));
	buf_init(&map, 1 << 16);
	buf_puts(&map,
	    "{\"assessment\":{\"code\":\"TEST\",\"name\":{\"en\":\"Test\"},\"course\":\"FRAC\",\"term\":\"T1984\","
	    "\"missing_policy\":\"missing\"},\"student\":\"{student}\",\"qmatrix\":{\"file\":\"q.csv\",\"item\":\"item\"},\"items\":[");
	for (int i = 1; i <= 20; i++)
		buf_addf(&map, "%s{\"code\":\"Item%d\"}", i > 1 ? "," : "", i);
	buf_puts(&map, "]}");
	csv = slurp(SHARED "/data/exam_items/fraction_subtraction_responses.csv", &lengths[0]);
	qmatrix = slurp(SHARED "/data/exam_items/fraction_subtraction_qmatrix.csv", &lengths[1]);
	c.files = (struct import_result_files){ .csv = { csv, lengths[0] },
		.map = { map.p, map.len },
		.qmatrix = { qmatrix, lengths[1] } };
	json_decref(import_call(s, run_results, &c));
	free(csv);
	free(qmatrix);
	buf_free(&doc);
	buf_free(&map);
}

static void fraction_subtraction(void **state)
{
	struct attainment_options o = { .k = 5 };
	struct store s;
	struct err e = { 0 };
	json_t *known, *out = json_object(), *one;
	const json_t *wilson;
	size_t i;

	(void)state;
	if (!there(SHARED "/reference/cases/outcomes_fraction_subtraction.json") ||
	    !there(SHARED "/data/exam_items/fraction_subtraction_responses.csv")) {
		json_decref(out);
		return;
	}
	known = reference(SHARED "/reference/cases/outcomes_fraction_subtraction.json");
	store_open(&s);
	fraction_setup(&s);
	STORE_OK(e, attainment_course_json(s.db, "FRAC", &o, s.a, out, &e));
	wilson = json_object_get(check_of(known, "attained_60_wilson"), "values");
	assert_int_equal(json_array_size(json_of(out, "outcomes")), 8);
	json_array_foreach(json_of(out, "outcomes"), i, one) {
		const char *code = text_of(one, "code");

		assert_int_equal(real_of(one, "n_used"), 536);
		near(real_of(one, "mean"), real_of(check_of(known, "outcome_mean"), code), 1e-8);
		near(real_of(one, "share"), real_of(check_of(known, "attained_60"), code), 1e-8);
		near(real_of(one, "interval.0"), json_number_value(json_array_get(json_array_get(wilson, i), 0)), 1e-8);
		near(real_of(one, "interval.1"), json_number_value(json_array_get(json_array_get(wilson, i), 1)), 1e-8);
		near(real_of(one, "reliability.alpha"), real_of(check_of(known, "outcome_alpha"), code), 1e-8);
	}
	near(real_of(out, "all_outcomes.share"), json_number_value(check_of(known, "all_outcomes_attained_share")),
	    1e-8);
	json_decref(out);
	json_decref(known);
	store_close(&s);
}

/* ---- OULAD ---- */

static void presentations_write(const char *const wanted[][2], size_t n, struct buf *doc)
{
	buf_puts(doc,
	    "{\"terms\":[{\"code\":\"T2013J\",\"name\":{\"en\":\"2013J\"},\"starts\":\"2013-10-01\"},"
	    "{\"code\":\"T2014J\",\"name\":{\"en\":\"2014J\"},\"starts\":\"2014-10-01\"}],\"courses\":[");
	for (size_t i = 0; i < n; i++) {
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before = before || strcmp(wanted[k][0], wanted[i][0]) == 0;
		if (!before)
			buf_addf(doc,
			    "%s{\"code\":\"%s\",\"name\":{\"en\":\"%s\"},\"credits\":60,\"threshold\":0.4,\"goal\":0.7,\"outcomes\":"
			    "[{\"code\":\"COURSEWORK\",\"name\":{\"en\":\"Course work\"}},{\"code\":\"EXAM\",\"name\":{\"en\":\"Exam\"}}]}",
			    i > 0 ? "," : "", wanted[i][0], wanted[i][0]);
	}
	buf_puts(doc, "]}");
}

/* The assessments of one presentation as items, weighted as the Open University weighs them;
 * those that weigh nothing serve no outcome. */
static void presentation_map(const struct csv_table *t, const char *module, const char *term, struct buf *map)
{
	bool first = true;

	buf_addf(map,
	    "{\"assessment\":{\"code\":\"ALL\",\"name\":{\"en\":\"All\"},\"course\":\"%s\",\"term\":\"T%s\","
	    "\"missing_policy\":\"missing\"},\"format\":\"long\",\"student\":\"{id_student}\",\"item\":\"id_assessment\","
	    "\"score\":\"score\",\"other_items\":\"ignored\",\"ignored\":[\"date_submitted\",\"is_banked\"],\"items\":[",
	    module, term);
	for (size_t i = 0; i < t->rows; i++) {
		double weight = strtod(csv_table_cell(t, i, 5), NULL);
		const char *id = csv_table_cell(t, i, 2), *type = csv_table_cell(t, i, 3);

		if (strcmp(csv_table_cell(t, i, 0), module) != 0 || strcmp(csv_table_cell(t, i, 1), term) != 0)
			continue;
		buf_addf(map, "%s{\"code\":\"A%s\",\"value\":\"%s\",\"max\":100", first ? "" : ",", id, id);
		if (weight > 0)
			buf_addf(map, ",\"outcomes\":{\"%s\":%g}", strcmp(type, "Exam") == 0 ? "EXAM" : "COURSEWORK",
			    weight);
		buf_puts(map, "}");
		first = false;
	}
	buf_puts(map, "]}");
}

static void oulad(void **state)
{
	static const char *const wanted[][2] = { { "BBB", "2013J" }, { "BBB", "2014J" }, { "CCC", "2014J" },
		{ "FFF", "2013J" }, { "FFF", "2014J" } };
	struct csv_table assessments;
	struct err_list bad = { 0 };
	struct err e = { 0 };
	struct store s;
	struct buf doc;
	size_t len, present = 0, empty = 0;
	int64_t from;
	char *csv;

	(void)state;
	if (!there(SHARED "/data/oulad/assessments.csv") || !there(SHARED "/data/oulad/studentAssessment_subset.csv"))
		return;
	store_open(&s);
	STORE_OK(e, csv_table_read_file(SHARED "/data/oulad/assessments.csv", NULL, &assessments, &bad, &e));
	buf_init(&doc, 1 << 16);
	presentations_write(wanted, 5, &doc);
	json_decref(curriculum(&s, doc.p));
	csv = slurp(SHARED "/data/oulad/studentAssessment_subset.csv", &len);
	from = clock_mono_ns();
	for (size_t i = 0; i < 5; i++) {
		struct outcome_call c = { .files = { .csv = { csv, len } } };
		struct buf map;
		json_t *report;

		buf_init(&map, 1 << 16);
		presentation_map(&assessments, wanted[i][0], wanted[i][1], &map);
		c.files.map = (struct import_text){ map.p, map.len };
		report = import_call(&s, run_results, &c);
		/* a row without a score is not submitted, and so is an item without a row: only the rows count */
		present += (size_t)real_of(report, "cells.present");
		empty += (size_t)(65658 - real_of(report, "ignored_rows") - real_of(report, "cells.present"));
		json_decref(report);
		buf_free(&map);
	}
	print_message("  five presentations imported in %.2f s\n", (double)(clock_mono_ns() - from) / 1e9);
	/* wc -l less the header: 65,658 rows; the folder's README counts 47 empty scores */
	assert_int_equal(present + empty, 65658);
	assert_int_equal(empty, 47);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM assessment"), 5);
	free(csv);
	buf_free(&doc);
	csv_table_free(&assessments);
	store_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(fraction_subtraction), cmocka_unit_test(oulad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
