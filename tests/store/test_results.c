/* Results: packing, importing, item analysis and attainment of the demonstration's courses. */
#include "tests/store/outcomes.h"

#include "analysis/results.h"

static void packing(void **state)
{
	double score[4] = { 7.25, 0, 3, 0 }, back[4];
	unsigned char why[4] = { RESULT_PRESENT, RESULT_ABSENT, RESULT_PRESENT, RESULT_NOT_ATTEMPTED }, why_back[4];
	unsigned char packed[64];
	size_t n = result_pack(score, why, 4, packed);

	(void)state;
	assert_int_equal(n, 1 + 4 + 2 * 8); /* version, four states, two marks */
	assert_int_equal(result_unpack(packed, n, 4, back, why_back), 0);
	assert_memory_equal(score, back, sizeof score);
	assert_memory_equal(why, why_back, sizeof why);
	assert_int_equal(result_unpack(packed, n, 3, back, why_back), -1);
	assert_int_equal(result_unpack(packed, n - 1, 4, back, why_back), -1);
	packed[0] = 9;
	assert_int_equal(result_unpack(packed, n, 4, back, why_back), -1);
}

/* tests/reference/cases/test_mathexam14w.json, from R 4.2.2 and psych 2.2.9; the three-state file
 * under "not attempted counts 0" has the same marks as the two-state one that R saw */
static void mathexam_items(struct store *s, const char *assessment)
{
	static const struct {
		const char *code;
		double difficulty, r_total, r_rest;
	} want[] = {
		{ "quad", 0.5267489711934157, 0.41945342306890415, 0.26837855460947757 },
		{ "deriv", 0.7091906721536351, 0.4852788086724513, 0.3566505795813006 },
		{ "elasticity", 0.7530864197530864, 0.510690653344247, 0.3924531870791623 },
	};
	struct attainment_options o = { .k = 5 };
	struct err e = { 0 };
	json_t *out = json_object();

	STORE_OK(e, assessment_items_json(s->db, assessment, &o, s->a, out, &e));
	assert_int_equal(real_of(out, "n_used"), 729);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		json_t *item = coded(json_of(out, "items"), want[i].code);

		near(real_of(item, "difficulty"), want[i].difficulty, 1e-12);
		near(real_of(item, "r_total"), want[i].r_total, 1e-12);
		near(real_of(item, "discrimination"), want[i].r_rest, 1e-12);
	}
	assert_string_equal(text_of(out, "reliability.method"), "kr20");
	near(real_of(out, "reliability.alpha"), 0.7430370200388767, 1e-12);
	near(real_of(out, "totals.mean"), 7.323731138545953, 1e-12);
	near(real_of(out, "totals.sd"), 2.999908297889469, 1e-12);
	/* check score_distribution: 104 students have 7 right, 32 have all 13 */
	assert_int_equal(real_of(out, "totals.histogram.bins.7.count"), 104);
	assert_int_equal(real_of(out, "totals.histogram.bins.13.count"), 32);
	/* cut -d, -f1 mathexam14w_credits.csv | sort | uniq -c: 384 right of quad */
	assert_int_equal(real_of(coded(json_of(out, "items"), "quad"), "states.full_marks"), 384);
	assert_int_equal(real_of(out, "sections.0.n_used") + real_of(out, "sections.1.n_used"), 729);
	json_decref(out);
}

static void course_timed(struct store *s, const char *course, json_t *out)
{
	struct attainment_options o = { .k = 5 };
	struct err e = { 0 };
	struct arena *a = arena_new(1 << 20, 256 << 20);
	int64_t from = clock_mono_ns();

	STORE_OK(e, attainment_course_json(s->db, course, &o, a, out, &e));
	print_message("  %s: %.2f ms\n", course, (double)(clock_mono_ns() - from) / 1e6);
	arena_free(a);
}

/* Counted apart from this program by a short script over the CSV; Wilson's limits by its formula. */
static void demo_courses(void **state)
{
	struct store s;
	json_t *math = json_object(), *know = json_object(), *sci = json_object(), *proj = json_object(), *c;

	(void)state;
	store_open(&s);
	demonstration(&s);
	course_timed(&s, "MATH", math);
	c = coded(json_of(math, "outcomes"), "C1");
	near(real_of(c, "share"), 510.0 / 729, 1e-12);
	near(real_of(c, "interval.0"), 0.6653345959536926, 1e-9);
	near(real_of(c, "interval.1"), 0.7317499255310554, 1e-9);
	near(real_of(c, "mean"), 0.6178718400940617, 1e-12);
	assert_string_equal(text_of(c, "status"), "met");
	assert_int_equal(real_of(c, "item_count"), 7);
	assert_int_equal(json_array_size(json_of(c, "sections")), 2);
	/* 334 and 395 students: cut of column group */
	assert_int_equal(real_of(c, "sections.0.n_used"), 334);
	c = coded(json_of(math, "outcomes"), "C2");
	near(real_of(c, "share"), 338.0 / 729, 1e-12);
	assert_string_equal(text_of(c, "status"), "not_met");
	c = coded(json_of(math, "outcomes"), "C3");
	near(real_of(c, "share"), 414.0 / 729, 1e-12);
	assert_string_equal(text_of(c, "status"), "uncertain");
	course_timed(&s, "KNOW", know);
	c = coded(json_of(know, "outcomes"), "K5");
	near(real_of(c, "share"), 961.0 / 1075, 1e-12);
	near(real_of(c, "mean"), 0.7284754521963869, 1e-12);
	course_timed(&s, "SCI", sci);
	assert_int_equal(real_of(sci, "students"), 1905);
	c = coded(json_of(sci, "outcomes"), "S1");
	assert_int_equal(real_of(c, "n_used"), 1703);
	assert_int_equal(real_of(c, "n_missing.reasons.absent"), 202);
	assert_int_equal(real_of(c, "reached"), 705); /* of 1703: 0.41397533763945976 */
	assert_string_equal(text_of(c, "warnings.0"), "one_item");
	assert_int_equal(json_array_size(json_of(c, "sections")), 73);
	c = coded(json_of(sci, "outcomes"), "S2");
	assert_int_equal(real_of(c, "n_missing.reasons.not_submitted"), 180);
	course_timed(&s, "PROJ", proj);
	assert_string_equal(text_of(proj, "state"), "no_data");
	assert_string_equal(text_of(proj, "outcomes.0.status"), "few");
	mathexam_items(&s, text_of(math, "assessments.0.id"));
	json_decref(math);
	json_decref(know);
	json_decref(sci);
	json_decref(proj);
	store_close(&s);
}

static void programme(void **state)
{
	struct attainment_options o = { .k = 5, .marks_right = true };
	struct store s;
	struct err e = { 0 };
	json_t *out = json_object(), *p;
	int64_t from;

	(void)state;
	store_open(&s);
	demonstration(&s);
	from = clock_mono_ns();
	STORE_OK(e, attainment_programme_json(s.db, "KT-QT", &o, s.a, out, &e));
	print_message("  programme of 3,709 students: %.2f ms\n", (double)(clock_mono_ns() - from) / 1e6);
	assert_int_equal(real_of(out, "students"), 729 + 1075 + 1905);
	p = coded(json_of(out, "outcomes"), "P1"); /* mathematics alone */
	assert_int_equal(real_of(p, "direct.n_used"), 729);
	assert_string_equal(text_of(p, "direct.interval_method"), "bootstrap_percentile");
	assert_int_equal(json_array_size(json_of(p, "contributions")), 3);
	assert_string_equal(text_of(p, "indirect.state"), "withheld");
	assert_true(json_is_null(json_of(p, "combined")));
	p = coded(json_of(out, "outcomes"), "P4"); /* 1,075 in one course, 1,703 in the other */
	assert_int_equal(real_of(p, "direct.n_used"), 1075 + 1703);
	p = coded(json_of(out, "outcomes"), "P6");
	assert_string_equal(text_of(p, "state"), "indirect_only");
	p = coded(json_of(out, "courses"), "PROJ");
	assert_string_equal(text_of(p, "state"), "no_data");
	assert_string_equal(text_of(coded(json_of(p, "cells"), "P5"), "state"), "no_data");
	assert_string_equal(text_of(coded(json_of(p, "cells"), "P1"), "state"), "not_assessed");
	/* each student's (3 C1 + 3 C2 + 2 C3) / 8, and the programme's other weighted means, counted
	 * apart by a script over the CSV; limits: 2.5 % and 97.5 % points of binomial(729, 416 / 729) */
	p = coded(json_of(out, "outcomes"), "P1");
	assert_int_equal(real_of(p, "direct.reached"), 416);
	near(real_of(p, "direct.mean"), 0.5425158403553458, 1e-12);
	near(real_of(p, "direct.interval.0"), 390.0 / 729, 1e-12);
	near(real_of(p, "direct.interval.1"), 442.0 / 729, 1e-12);
	p = coded(json_of(out, "outcomes"), "P2");
	assert_int_equal(real_of(p, "direct.n_used"), 1804);
	assert_int_equal(real_of(p, "direct.reached"), 1087);
	near(real_of(p, "direct.mean"), 0.5486859008200492, 1e-12);
	p = coded(json_of(out, "outcomes"), "P3");
	assert_int_equal(real_of(p, "direct.reached"), 686);
	near(real_of(p, "direct.mean"), 0.5604872646733103, 1e-12);
	json_decref(out);
	store_close(&s);
}

static const char *const small =
    "{\"terms\":[{\"code\":\"T1\",\"name\":{\"en\":\"T\"},\"starts\":\"2026-01-05\"}],"
    "\"courses\":[{\"code\":\"C\",\"name\":{\"en\":\"Course\"},\"credits\":3,\"threshold\":0.5,\"goal\":0.5,"
    "\"outcomes\":[{\"code\":\"L1\",\"name\":{\"en\":\"One\"}}]}]}";
static const char *const plain =
    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"C\",\"term\":\"T1\","
    "\"missing_policy\":\"missing\"},\"student\":\"{id}\","
    "\"items\":[{\"code\":\"x\",\"max\":10,\"outcomes\":{\"L1\":1}}]}";

static void bad_input(void **state)
{
	static const struct {
		const char *csv, *map, *field, *message;
		size_t total;
		unsigned long line;
	} t[] = {
		{ "id,x\na,11\nb,3\n", NULL, "x", "The mark 11 is not within 0 to 10, the most that the item gives.", 1,
		    2 },
		{ "id,x\na,7,5\n", NULL, "", NULL, 1, 2 },
		{ "id;x\na;7,5\n", NULL, "x", "“7,5” is not a number; decimals are written with a point, as 7.5.", 1,
		    2 },
		{ "id,x\na,1\nb,good\na,2\n", NULL, "student", "The student “a” stands on line 2 already.", 2, 4 },
		{ "id,x,y\na,1,2\n", NULL, "y",
		    "The mapping does not say what the column “y” is; list it under “ignored” if it is not wanted.", 1,
		    1 },
		{ "id,z\na,1\n", NULL, "/items", "The file has no column “x”. It has: id, z.", 2, 1 },
		{ "id,x\n,1\n", NULL, "student", "A student code of 1 to 64 bytes is expected here.", 1, 2 },
		{ "id,x\na,1\n",
		    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"C\",\"term\":\"T1\","
		    "\"missing_policy\":\"missing\"},\"student\":\"{id}\",\"items\":[{\"code\":\"x\",\"outcomes\":{\"L9\":1}}]}",
		    "/items/0/outcomes", "The course has no outcome “L9”.", 1, 0 },
		{ "id,x\na,1\n",
		    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"Q\",\"term\":\"T1\","
		    "\"missing_policy\":\"missing\"},\"student\":\"{id}\",\"items\":[{\"code\":\"x\"}]}",
		    "/assessment/course", "There is no course “Q”.", 1, 0 },
		{ "id,x\na,1\n",
		    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"C\",\"term\":\"T1\"},"
		    "\"student\":\"{id}\",\"items\":[{\"code\":\"x\"}]}",
		    "/assessment/missing_policy", "“missing_policy” is missing here.", 0, 0 },
	};
	struct store s;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, small));
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *map = t[i].map != NULL ? t[i].map : plain;
		struct outcome_call c = { .files = { .csv = { t[i].csv, strlen(t[i].csv) },
					      .map = { map, strlen(map) } } };

		print_message("  %s\n", t[i].message != NULL ? t[i].message : "a ragged line");
		if (t[i].message != NULL) {
			refused(&s, run_results, &c, t[i].total, t[i].line, t[i].field, t[i].message);
		} else {
			struct err e = { 0 };

			assert_int_equal(db_transact(s.db, DB_WRITE, run_results, &c, &e), -1);
			assert_int_equal(c.bad.at[0].line, t[i].line);
			err_list_free(&c.bad);
		}
		assert_int_equal(store_int(&s, "SELECT count(*) FROM result"), 0);
		assert_int_equal(store_int(&s, "SELECT count(*) FROM assessment"), 0);
		assert_int_equal(store_int(&s, "SELECT count(*) FROM student"), 0);
	}
	store_close(&s);
}

/* More faults than are shown are still counted. */
static void many_faults(void **state)
{
	struct store s;
	struct buf csv;
	struct err e = { 0 };
	struct outcome_call c = { .files = { .map = { plain, strlen(plain) } } };

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, small));
	buf_init(&csv, 1 << 20);
	buf_puts(&csv, "id,x\n");
	for (int i = 0; i < 250; i++)
		buf_addf(&csv, "s%d,12\n", i);
	c.files.csv = (struct import_text){ csv.p, csv.len };
	assert_int_equal(db_transact(s.db, DB_WRITE, run_results, &c, &e), -1);
	assert_int_equal(c.bad.total, 250);
	assert_int_equal(c.bad.shown, ERR_LIST_SHOWN);
	assert_int_equal(c.bad.at[99].line, 101);
	err_list_free(&c.bad);
	buf_free(&csv);
	store_close(&s);
}

static void again(void **state)
{
	static const char other[] =
	    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"C\",\"term\":\"T1\","
	    "\"missing_policy\":\"missing\"},\"student\":\"{id}\",\"items\":[{\"code\":\"y\",\"max\":10}]}";
	struct outcome_call c = { .files = { .csv = { "id,y\na,1\n", 9 }, .map = { other, sizeof other - 1 } } };
	struct store s;
	json_t *report;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, small));
	report = results(&s, "id,x\na,1\nb,\nc,9\n", plain);
	assert_int_equal(real_of(report, "students"), 3);
	assert_int_equal(real_of(report, "new_students"), 3);
	assert_int_equal(real_of(report, "cells.not_submitted"), 1);
	json_decref(report);
	report = results(&s, "id,x\nb,4\nd,5\n", plain);
	assert_int_equal(real_of(report, "replaced"), 1);
	assert_int_equal(real_of(report, "new_students"), 1);
	assert_int_equal(real_of(report, "kept"), 2);
	json_decref(report);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM result"), 4);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM item_outcome"), 1);
	refused(&s, run_results, &c, 1, 0, "/items",
	    "The assessment “A” has results of other items; give this one another code.");
	store_close(&s);
}

static void long_form(void **state)
{
	static const char map[] =
	    "{\"assessment\":{\"code\":\"A\",\"name\":{\"en\":\"A\"},\"course\":\"C\",\"term\":\"T1\","
	    "\"missing_policy\":\"missing\"},\"format\":\"long\",\"student\":\"{who}\",\"item\":\"task\",\"score\":\"mark\","
	    "\"no_row\":\"excused\",\"na\":[\"-\"],"
	    "\"items\":[{\"code\":\"t1\",\"value\":\"1\",\"max\":10,\"outcomes\":{\"L1\":2}},{\"code\":\"t2\",\"value\":\"2\",\"max\":5}]}";
	static const char twice[] = "who,task,mark\na,1,3\na,2,5\na,1,4\n", unknown[] = "who,task,mark\na,3,3\n";
	struct outcome_call c = { .files = { .csv = { twice, sizeof twice - 1 }, .map = { map, sizeof map - 1 } } };
	struct outcome_call u = { .files = { .csv = { unknown, sizeof unknown - 1 }, .map = { map, sizeof map - 1 } } };
	struct store s;
	json_t *report;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, small));
	report = results(&s, "who,task,mark\nb,1,9.5\na,2,5\na,1,-\n", map);
	assert_int_equal(real_of(report, "students"), 2);
	assert_int_equal(real_of(report, "cells.present"), 2);
	assert_int_equal(real_of(report, "cells.not_submitted"), 1); /* "-" */
	assert_int_equal(real_of(report, "cells.excused"), 1);	     /* b has no row for task 2 */
	json_decref(report);
	refused(&s, run_results, &c, 1, 4, "task", "The student “a” has a mark for “1” on an earlier line.");
	refused(&s, run_results, &u, 1, 2, "task", "The mapping has no item “3”.");
	store_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packing),
		cmocka_unit_test(demo_courses),
		cmocka_unit_test(programme),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(many_faults),
		cmocka_unit_test(again),
		cmocka_unit_test(long_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
