/* Programmes, courses and the map between them: the document in, the lists out. */
#include "tests/store/outcomes.h"

#include "analysis/improvement.h"
#include "core/clock.h"

static void demo_document(void **state)
{
	struct store s;
	struct err e = { 0 };
	json_t *out = json_object(), *course = json_object();
	char *text;
	size_t len;

	(void)state;
	store_open(&s);
	demonstration(&s);
	STORE_OK(e, programme_json(s.db, "KT-QT", 0, s.a, out, &e));
	assert_int_equal(json_array_size(json_of(out, "outcomes")), 6);
	assert_int_equal(json_array_size(json_of(out, "courses")), 4);
	assert_int_equal(json_array_size(json_of(out, "map")), 16);
	near(real_of(out, "programme.weight_indirect"), 0.2, 1e-15);
	near(real_of(coded(json_of(out, "outcomes"), "P5"), "goal"), 0.7, 0); /* its own */
	near(real_of(coded(json_of(out, "outcomes"), "P2"), "goal"), 0.6, 0); /* the programme's */
	assert_non_null(strstr(text_of(out, "map.0.note.en"), "Made for the demonstration"));
	STORE_OK(e, course_json(s.db, "MATH", 0, s.a, course, &e));
	assert_int_equal(json_array_size(json_of(course, "outcomes")), 3);
	assert_string_equal(text_of(coded(json_of(course, "sections"), "1"), "lecturers.0.name"), "Phạm Thị Lan");
	assert_string_equal(text_of(course, "course.assessments.0.code"), "exam-2014");
	json_decref(out);
	json_decref(course);
	/* the same document again: everything is there, nothing is added, nothing is left out */
	text = slurp("daemon/demo/curriculum.json", &len);
	out = curriculum(&s, text);
	assert_null(json_object_get(json_of(out, "courses"), "added"));
	assert_int_equal(real_of(out, "courses.changed"), 4);
	assert_int_equal(json_array_size(json_of(out, "kept")), 0);
	assert_int_equal(real_of(out, "findings.unchanged"), 3);
	json_decref(out);
	free(text);
	store_close(&s);
}

static const char *const two =
    "{\"units\":[{\"code\":\"U\",\"name\":{\"vi\":\"Khoa Đường\"}}],"
    "\"courses\":[{\"code\":\"C1\",\"name\":{\"vi\":\"Đại số\",\"en\":\"Algebra\"},\"unit\":\"U\",\"credits\":3,\"threshold\":0.5,"
    "\"goal\":0.7,\"outcomes\":[{\"code\":\"L1\",\"name\":{\"vi\":\"Một\"}},{\"code\":\"L2\",\"name\":{\"vi\":\"Hai\"}}]},"
    "{\"code\":\"C2\",\"name\":{\"vi\":\"Giải tích\",\"en\":\"Calculus\"},\"credits\":4,\"threshold\":0.5,\"goal\":0.7},"
    "{\"code\":\"C3\",\"name\":{\"vi\":\"Ước lượng\",\"en\":\"Estimation\"},\"credits\":2,\"threshold\":0.5,\"goal\":0.7}],"
    "\"programmes\":[{\"code\":\"P\",\"name\":{\"vi\":\"Toán\"},\"threshold\":0.5,\"goal\":0.7,\"courses\":[\"C1\",\"C2\"],"
    "\"outcomes\":[{\"code\":\"O1\",\"name\":{\"vi\":\"Chuẩn\"}}]}],"
    "\"map\":[{\"course\":\"C1\",\"outcome\":\"L1\",\"programme\":\"P\",\"to\":\"O1\",\"level\":\"R\"},"
    "{\"course\":\"C1\",\"outcome\":\"L2\",\"programme\":\"P\",\"to\":\"O1\",\"level\":\"M\"}]}";

static void silence_keeps(void **state)
{
	static const char less[] =
	    "{\"courses\":[{\"code\":\"C1\",\"name\":{\"vi\":\"Đại số 1\"},\"credits\":3,\"threshold\":0.5,\"goal\":0.7,"
	    "\"outcomes\":[{\"code\":\"L1\",\"name\":{\"vi\":\"Một\"}}]}],"
	    "\"map\":[{\"course\":\"C1\",\"outcome\":\"L2\",\"programme\":\"P\",\"to\":\"O1\",\"remove\":true}]}";
	struct store s;
	json_t *report;

	(void)state;
	store_open(&s);
	report = curriculum(&s, two);
	assert_int_equal(real_of(report, "course_outcomes.added"), 2);
	assert_int_equal(real_of(report, "map.set"), 2);
	json_decref(report);
	report = curriculum(&s, less);
	assert_int_equal(real_of(report, "courses.changed"), 1);
	assert_int_equal(json_array_size(json_of(report, "kept")), 1);
	assert_string_equal(text_of(report, "kept.0.code"), "L2");
	assert_int_equal(real_of(report, "map.removed"), 1);
	json_decref(report);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM course_outcome"), 2);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM curriculum_map"), 1);
	store_close(&s);
}

static json_t *courses(struct store *s, const char *search, const char *sort, bool down, const char *after,
    size_t limit, const char *viewer)
{
	struct list_query q = { search, sort, down, after, limit };
	struct err e = { 0 };
	json_t *out = json_object();

	STORE_OK(e, courses_json(s->db, &q, NULL, viewer, 0, s->a, out, &e));
	return out;
}

static void lists(void **state)
{
	struct store s;
	struct list_query q = { .sort = "colour" };
	struct err e = { 0 };
	json_t *out, *more;
	char id[ID_LEN + 1];

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, two));
	out = courses(&s, "dai SO", NULL, false, NULL, 0, NULL); /* marks and case do not matter */
	assert_int_equal(real_of(out, "total"), 1);
	assert_string_equal(text_of(out, "items.0.code"), "C1");
	assert_string_equal(text_of(out, "items.0.programmes.0.code"), "P");
	json_decref(out);
	out = courses(&s, NULL, "name", false, NULL, 2, NULL); /* dai so, giai tich, uoc luong */
	assert_int_equal(real_of(out, "total"), 3);
	assert_string_equal(text_of(out, "items.0.code"), "C1");
	assert_string_equal(text_of(out, "items.1.code"), "C2");
	assert_true(json_is_true(json_of(out, "more")));
	more = courses(&s, NULL, "name", false, text_of(out, "next"), 2, NULL);
	assert_int_equal(json_array_size(json_of(more, "items")), 1);
	assert_string_equal(text_of(more, "items.0.code"), "C3");
	assert_true(json_is_null(json_of(more, "next")));
	json_decref(out);
	json_decref(more);
	out = courses(&s, NULL, "credits", true, NULL, 1, NULL);
	assert_string_equal(text_of(out, "items.0.code"), "C2");
	more = courses(&s, NULL, "credits", true, text_of(out, "next"), 1, NULL);
	assert_string_equal(text_of(more, "items.0.code"), "C1");
	json_decref(out);
	json_decref(more);
	/* a leader sees the courses of the own programme, somebody else none */
	STORE_OK(e, account_create(s.db, NULL, "leader@demo.example", "Lê Minh Đức", "-", id, &e));
	out = courses(&s, NULL, NULL, false, NULL, 0, id);
	assert_int_equal(real_of(out, "total"), 0);
	json_decref(out);
	STORE_OK(e, account_role_add(s.db, NULL, id, ROLE_PROGRAMME_LEADER, "P", &e));
	out = courses(&s, NULL, NULL, false, NULL, 0, id);
	assert_int_equal(real_of(out, "total"), 2);
	json_decref(out);
	out = json_object();
	assert_int_equal(courses_json(s.db, &q, NULL, NULL, 0, s.a, out, &e), -1);
	assert_string_equal(e.field, "sort");
	json_decref(out);
	store_close(&s);
}

static void bad_documents(void **state)
{
	static const struct {
		const char *text, *field, *message;
		size_t total;
	} t[] = {
		{ "{\"courses\":[{\"code\":\"C\",\"name\":{\"en\":\"C\"},\"credits\":3,\"threshold\":60,\"goal\":0.7}]}",
		    "/courses/0/threshold", "A number from 0 to 1 must stand here.", 1 },
		{ "{\"units\":[{\"code\":\"1st\",\"name\":{\"en\":\"C\"}}]}", "/units/0/code",
		    "A code must stand here: a letter, then letters, digits, “_” or “-”, at most 40 in all.", 1 },
		{ "{\"programmes\":[{\"code\":\"P\",\"name\":{\"en\":\"P\"},\"threshold\":0.5,\"goal\":0.7,"
		  "\"weights\":{\"direct\":0.8,\"indirect\":0.3}}]}",
		    "/programmes/0/weights", "The weights of direct and indirect evidence must add up to 1.", 1 },
		{ "{\"terms\":[{\"code\":\"T\",\"name\":{\"en\":\"T\"},\"starts\":\"October\"}]}", "/terms/0/starts",
		    "“October” is no date; write it as 2026-11-22.", 1 },
		{ "{\"map\":[{\"course\":\"C1\",\"outcome\":\"L9\",\"programme\":\"P\",\"to\":\"O1\",\"level\":\"M\"},"
		  "{\"course\":\"C1\",\"outcome\":\"L1\",\"programme\":\"P\",\"to\":\"O1\",\"level\":\"X\"}]}",
		    "/map/0/outcome", "The course has no outcome “L9”.", 2 },
		{ "{\"map\":[{\"course\":\"C3\",\"outcome\":\"L1\",\"programme\":\"P\",\"to\":\"O1\",\"level\":\"M\"}]}",
		    "/map/0/outcome", "The course has no outcome “L1”.", 1 },
		{ "{\"sections\":[{\"course\":\"C1\",\"term\":\"T9\",\"code\":\"1\",\"name\":{\"en\":\"1\"}}]}",
		    "/sections/0/term", "There is no term “T9”.", 1 },
		{ "{\"indirect\":[{\"programme\":\"P\",\"outcome\":\"O1\",\"campaign\":\"none\",\"item\":\"q\"}]}",
		    "/indirect/0/campaign", "There is no campaign “none”.", 1 },
		{ "{\"courses\":[{\"code\":\"N\",\"name\":{\"en\":\"N\"},\"credits\":3,\"threshold\":0.5,\"goal\":0.7,\"colour\":1}]}",
		    "/courses/0/colour",
		    "There is no member “colour” here; known are: code, name, unit, credits, threshold, goal, note, outcomes.",
		    1 },
	};
	struct store s;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, two));
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct outcome_call c = { .text = t[i].text };

		print_message("  %s\n", t[i].field);
		refused(&s, run_curriculum, &c, t[i].total, 0, t[i].field, t[i].message);
	}
	assert_int_equal(store_int(&s, "SELECT count(*) FROM course"), 3);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM programme"), 1);
	store_close(&s);
}

static void not_json(void **state)
{
	struct outcome_call c = { .text = "{\"courses\":[}" };
	struct store s;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	assert_int_equal(db_transact(s.db, DB_WRITE, run_curriculum, &c, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	store_close(&s);
}

/* Findings and actions, and the report made of the demonstration. */
static void improvement(void **state)
{
	struct attainment_options o = { .k = 5, .marks_right = true };
	struct finding_new f = { "KT-QT", "P1", "Đại số tuyến tính chưa đạt.", NULL };
	struct action_new n = { "KT-QT", NULL, "fix", "Mở lớp phụ đạo", "Khoa Kinh tế", "2027-02-01", "2027-06-30",
		"Tỷ lệ đạt C2 từ 60 %", "60 giờ", NULL };
	struct action_new bad = n;
	struct store s;
	struct err e = { 0 };
	json_t *out = json_object(), *one;
	char finding[ID_LEN + 1], action[ID_LEN + 1];
	size_t i;

	(void)state;
	store_open(&s);
	demonstration(&s);
	STORE_OK(e, finding_add(s.db, &f, finding, &e));
	n.finding = finding;
	STORE_OK(e, action_add(s.db, &n, action, &e));
	bad.ends_on = "2027-01-31";
	assert_int_equal(action_add(s.db, &bad, action, &e), -1);
	assert_string_equal(e.field, "ends_on");
	err_clear(&e);
	bad.ends_on = "2027-02-30";
	assert_int_equal(action_add(s.db, &bad, action, &e), -1);
	assert_string_equal(e.field, "ends_on");
	err_clear(&e);
	f.outcome = "P99";
	assert_int_equal(finding_add(s.db, &f, finding, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	err_clear(&e);
	STORE_OK(e, improvement_report_json(s.db, "KT-QT", &o, s.a, out, &e));
	assert_true(json_is_null(json_of(out, "self_assessment")));
	/* three of the document, one made here; mending before building, then by date */
	assert_int_equal(json_array_size(json_of(out, "plan")), 4);
	assert_string_equal(text_of(out, "plan.0.starts_on"), "2027-01-04");
	assert_string_equal(text_of(out, "plan.3.kind"), "build");
	assert_int_equal(json_array_size(json_of(out, "recorded")), 4);
	/* five programme outcomes with results, ten course outcomes that feed them */
	assert_int_equal(real_of(out, "control.comparisons"), 15);
	assert_int_equal(real_of(out, "evidence.0.links"), 16);
	assert_int_equal(real_of(out, "evidence.1.students"), 729);
	json_array_foreach(json_of(out, "strengths"), i, one) {
		assert_true(real_of(one, "share") > real_of(one, "goal"));
		assert_true(real_of(one, "p_adjusted") <= 0.05);
		assert_true(real_of(one, "p_adjusted") >= real_of(one, "p"));
	}
	assert_true(i >= 3);
	json_decref(out);
	store_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(demo_document),
		cmocka_unit_test(silence_keeps),
		cmocka_unit_test(lists),
		cmocka_unit_test(bad_documents),
		cmocka_unit_test(not_json),
		cmocka_unit_test(improvement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
