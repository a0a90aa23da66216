/* The importers: the demonstration's own files, and files with faults. */
#include "tests/store/importing.h"

#include "surveys/label.h"
#include "surveys/matrix.h"
#include "surveys/release.h"

static void lectures(void **state)
{
	struct store s;
	struct campaign c;
	struct target t;
	struct err e = { 0 };
	struct survey_matrix m;
	const struct instrument *q;
	json_t *report;
	int64_t from = clock_mono_ns();
	double sum = 0;

	(void)state;
	store_open(&s);
	from_file(&s, run_instrument, "daemon/demo/instruments/lecture_evaluation.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/lecture_evaluation_eth.json");
	report = responses(&s, "daemon/demo/data/insteval.csv", "daemon/demo/maps/insteval.json");
	print_message("  73,421 ratings imported in %.2f s\n", (double)(clock_mono_ns() - from) / 1e9);
	/* counts: `wc -l` and `cut | sort -u | wc -l` of the file */
	assert_int_equal(number(report, "imported"), 73421);
	assert_int_equal(number(report, "targets"), 1128);
	json_decref(report);
	STORE_OK(e, campaign_get(s.db, "lecture-evaluation-eth", s.a, &c, &e));
	assert_int_equal(c.accepted, 73421);
	assert_int_equal(c.released, 73421);
	assert_int_equal(campaign_status(&c, clock_now()), CAMPAIGN_CLOSED);
	/* lecturer 1002: awk -F, '$2==1002' | wc -l */
	STORE_OK(e, target_get(s.db, c.id, "1002", s.a, &t, &e));
	assert_int_equal(t.released,
	    store_int(&s,
		"SELECT count(*) FROM response r JOIN target t ON t.number = r.target "
		"WHERE t.code = '1002'"));
	assert_string_equal(t.unit, "2");
	STORE_OK(e, instrument_shared(s.db, c.instrument, &q, &e));
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, MATRIX_ALL_TARGETS, true, &m, &e));
	for (size_t i = 0; i < m.rows; i++)
		sum += m.values[i];
	/* awk -F, 'NR>1{s+=$7}END{print s}' insteval.csv */
	assert_int_equal((long)sum, 235369);
	survey_matrix_free(&m);
	store_close(&s);
}

static void gratitude(void **state)
{
	struct store s;
	struct campaign c;
	struct err e = { 0 };
	struct survey_matrix raw, scored;
	const struct instrument *q;
	json_t *report, *note;
	size_t set_aside = 0, at;

	(void)state;
	store_open(&s);
	from_file(&s, run_instrument, "daemon/demo/instruments/youth_gratitude.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/youth_gratitude.json");
	report = responses(&s, "daemon/demo/data/youth_gratitude.csv", "daemon/demo/maps/youth_gratitude.json");
	assert_int_equal(number(report, "imported"), 1405);
	assert_int_equal(number(report, "targets"), 6); /* age groups: cut -d, -f3 | sort -u */
	/* the source's own description: 175 imputed cells in 78 rows */
	assert_int_equal(number(json_object_get(report, "set_missing"), "cells"), 175);
	assert_int_equal(number(json_object_get(report, "set_missing"), "rows"), 78);
	json_decref(report);
	STORE_OK(e, campaign_get(s.db, "youth-gratitude", s.a, &c, &e));
	note = label_parse(c.note);
	assert_non_null(strstr(label_text(note, "en"), "175 cells in 78 responses"));
	assert_non_null(strstr(label_text(note, "vi"), "175 ô trong 78 phiếu"));
	json_decref(note);
	STORE_OK(e, instrument_shared(s.db, c.instrument, &q, &e));
	assert_int_equal(q->item_count, 25);
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, MATRIX_ALL_TARGETS, false, &raw, &e));
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, MATRIX_ALL_TARGETS, true, &scored, &e));
	at = instrument_item_index(q, "losd_2");
	assert_true(q->items[at].reverse);
	for (size_t i = 0; i < raw.rows * raw.items; i++) {
		set_aside += raw.why[i] == ANSWER_SET_ASIDE;
		if (i % raw.items == at && raw.why[i] == ANSWER_GIVEN)
			assert_true(raw.values[i] + scored.values[i] == 10);
		else if (!q->items[i % raw.items].reverse)
			assert_true(raw.values[i] == scored.values[i]);
	}
	assert_int_equal(set_aside, 175);
	survey_matrix_free(&raw);
	survey_matrix_free(&scored);
	store_close(&s);
}

static void rates(void **state)
{
	struct store s;
	struct campaign c;
	struct target t;
	struct err e = { 0 };
	json_t *report;

	(void)state;
	store_open(&s);
	from_file(&s, run_instrument, "daemon/demo/instruments/lecture_evaluation.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/teaching_ratings.json");
	report = responses(&s, "daemon/demo/data/teaching_ratings.csv", "daemon/demo/maps/teaching_ratings.json");
	assert_int_equal(number(report, "targets"), 463);
	assert_int_equal(number(report, "imported"), 0);
	json_decref(report);
	STORE_OK(e, campaign_get(s.db, "teaching-ratings-texas", s.a, &c, &e));
	assert_int_equal(c.released, 0);
	assert_int_equal(c.accepted, 16957); /* awk -F, 'NR>1{s+=$10}END{print s}' */
	assert_int_equal(store_int(&s, "SELECT count(*) FROM response"), 0);
	STORE_OK(e, target_get(s.db, c.id, "1", s.a, &t, &e));
	assert_int_equal(t.enrolled, 43); /* the file's second line */
	assert_int_equal(t.accepted, 24);
	assert_true(t.mean == 4.3);
	store_close(&s);
}

static void evaluation(void **state)
{
	struct store s;
	struct campaign c;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	from_file(&s, run_instrument, "daemon/demo/instruments/course_evaluation.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/course_evaluation_2026.json");
	STORE_OK(e, campaign_get(s.db, "course-evaluation-2026", s.a, &c, &e));
	assert_int_equal(c.targets, 3);
	assert_int_equal(c.k, 5);
	assert_int_equal(c.origin, CAMPAIGN_COLLECTED);
	store_close(&s);
}

/* ---- faults: each names its place and leaves nothing behind ---- */

static const char *const small_campaign =
    "{\"code\":\"small\",\"title\":{\"en\":\"Small\"},\"instrument\":\"short\",\"mode\":\"anonymous\","
    "\"audience\":\"open\",\"k\":5,\"opens\":\"2020-01-01\",\"closes\":\"2020-02-01\",\"origin\":\"imported\"}";
#define SMALL_MAP(rest)                                                                                                \
	"{\"campaign\":\"small\",\"items\":{\"Q1\":{\"column\":\"a\"},\"Q2\":{\"column\":\"b\"}}" rest "}"
#define TARGETS                                                                                                        \
	",\"target\":{\"code\":\"{t}\",\"label\":{\"en\":\"T {t}\"}},\"unit\":{\"code\":\"{u}\",\"label\":{\"en\":\"U {u}\"}}"

static const struct {
	const char *name, *csv, *map, *field, *says;
	unsigned long line; /* 0: the error itself */
} wrong[] = {
	{ "unlisted column", "a,b,c\n1,2,3\n", SMALL_MAP(""), "/",
	    "The mapping does not say what the column “c” is; "
	    "use it or list it under “ignored”.",
	    0 },
	{ "no such column", "a,b\n1,2\n", SMALL_MAP(",\"ignored\":[\"z\"]"), "/ignored/0",
	    "The file has no column “z”; it has: a, b.", 0 },
	{ "off the scale", "a,b\n1,2\n9,2\n", SMALL_MAP(""), "a",
	    "9 is not on the scale of this item, which goes from 1 to 5.", 3 },
	{ "no whole number", "a,b\n1,2.5\n", SMALL_MAP(""), "b",
	    "2.5 is not on the scale of this item, which goes from 1 to 5.", 2 },
	{ "a word", "a,b\n1,x\n", SMALL_MAP(",\"na\":[\"NA\"]"), "b", "“x” is no number.", 2 },
	{ "a word in spite of the rule", "a,b\n1,x\n",
	    SMALL_MAP(",\"unreadable\":{\"as\":\"missing\",\"note\":{\"en\":\"{cells}\"}}"), "b", "“x” is no number.",
	    2 },
	{ "two groups", "a,b,t,u\n1,2,A,X\n1,2,A,Y\n", SMALL_MAP(TARGETS), "unit",
	    "The target “A” belongs to the group “X” on an earlier line and to “Y” here.", 3 },
	{ "no item", "a,b\n1,2\n", "{\"campaign\":\"small\",\"items\":{\"Q9\":{\"column\":\"a\"}}}", "/items/Q9",
	    "The questionnaire “short” has no item “Q9”.", 0 },
	{ "nothing to turn back", "a,b\n1,2\n",
	    "{\"campaign\":\"small\",\"items\":{\"Q1\":{\"column\":\"a\",\"keyed\":true}},\"ignored\":[\"b\"]}",
	    "/items/Q1/keyed", "The item “Q1” is not reverse-worded, so nothing can be turned back.", 0 },
	{ "no campaign", "a,b\n1,2\n", "{\"campaign\":\"none\",\"items\":{}}", "/campaign",
	    "There is no campaign “none”; import the campaign first.", 0 },
	{ "unknown member", "a,b\n1,2\n", SMALL_MAP(",\"extra\":1"), "/extra",
	    "There is no member “extra” here; known are: campaign, format, items, target, unit, na, ignored, unr", 0 },
	{ "no JSON", "a,b\n1,2\n", "{", "", "This is no valid JSON document (line:column 1:1): ", 0 },
};

static void bad_files(void **state)
{
	struct store s;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	from_text(&s, run_instrument, store_instrument, strlen(store_instrument));
	from_text(&s, run_campaign, small_campaign, strlen(small_campaign));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct call c = { .s = &s,
			.files = { wrong[i].csv, wrong[i].map, strlen(wrong[i].csv), strlen(wrong[i].map) } };
		const struct err *said = &e;
		char text[600];

		print_message("  %s\n", wrong[i].name);
		err_clear(&e);
		assert_int_equal(db_transact(s.db, DB_WRITE, run_responses, &c, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		if (wrong[i].line > 0) {
			assert_int_equal(c.bad.total, 1);
			assert_int_equal(c.bad.at[0].line, wrong[i].line);
			said = &c.bad.at[0].err;
		}
		err_text(said, NULL, NULL, text, sizeof text);
		assert_string_equal(said->field, wrong[i].field);
		if (strncmp(text, wrong[i].says, strlen(wrong[i].says)) != 0)
			assert_string_equal(text, wrong[i].says);
		err_list_free(&c.bad);
		assert_int_equal(store_int(&s,
				     "SELECT (SELECT count(*) FROM response) + (SELECT count(*) FROM target)"),
		    0);
	}
	store_close(&s);
}

/* 150 bad lines: 100 are shown, all are counted. */
static void many_faults(void **state)
{
	struct store s;
	struct err e = { 0 };
	struct call c = { .s = &s };
	static const char map[] = SMALL_MAP("");
	struct buf csv;

	(void)state;
	store_open(&s);
	from_text(&s, run_instrument, store_instrument, strlen(store_instrument));
	from_text(&s, run_campaign, small_campaign, strlen(small_campaign));
	buf_init(&csv, 1 << 16);
	buf_puts(&csv, "a,b\n");
	for (int i = 0; i < 150; i++)
		buf_puts(&csv, "1,77\n");
	c.files = (struct import_files){ csv.p, map, csv.len, sizeof map - 1 };
	assert_int_equal(db_transact(s.db, DB_WRITE, run_responses, &c, &e), -1);
	assert_int_equal(c.bad.total, 150);
	assert_int_equal(c.bad.shown, 100);
	assert_string_equal(e.arg[0], "150");
	err_list_free(&c.bad);
	buf_free(&csv);
	store_close(&s);
}

static void bad_campaigns(void **state)
{
	static const struct {
		const char *name, *doc, *field, *says;
	} t[] = {
		{ "bad date",
		    "{\"code\":\"x\",\"title\":{\"en\":\"X\"},\"instrument\":\"short\",\"mode\":\"anonymous\",\"audience\":"
		    "\"open\",\"k\":5,\"opens\":\"2020-02-30\",\"closes\":\"2020-03-01\"}",
		    "/opens", "“2020-02-30” is no date; write 2026-11-01 or 2026-11-01T08:00:00Z." },
		{ "closes first",
		    "{\"code\":\"x\",\"title\":{\"en\":\"X\"},\"instrument\":\"short\",\"mode\":\"anonymous\","
		    "\"audience\":\"open\",\"k\":5,\"opens\":\"2020-03-30\",\"closes\":\"2020-03-01\"}",
		    "/closes", "The campaign must close after it opens." },
		{ "k of one",
		    "{\"code\":\"x\",\"title\":{\"en\":\"X\"},\"instrument\":\"short\",\"mode\":\"anonymous\","
		    "\"audience\":\"open\",\"k\":1,\"opens\":\"2020-02-01\",\"closes\":\"2020-03-01\"}",
		    "/k", "An anonymous campaign needs k of 2 at least; 5 is usual." },
		{ "mode",
		    "{\"code\":\"x\",\"title\":{\"en\":\"X\"},\"instrument\":\"short\",\"mode\":\"secret\",\"audience\":"
		    "\"open\",\"k\":5,\"opens\":\"2020-02-01\",\"closes\":\"2020-03-01\"}",
		    "/mode", "“secret” is not one of: anonymous, confidential, identified." },
		{ "no questionnaire",
		    "{\"code\":\"x\",\"title\":{\"en\":\"X\"},\"instrument\":\"none\",\"mode\":\"anonymous\","
		    "\"audience\":\"open\",\"k\":5,\"opens\":\"2020-02-01\",\"closes\":\"2020-03-01\"}",
		    "/instrument",
		    "There is no questionnaire “none” in this version; import the questionnaire first." },
	};
	struct store s;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	from_text(&s, run_instrument, store_instrument, strlen(store_instrument));
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct call c = { .text = t[i].doc, .len = strlen(t[i].doc) };
		char text[600];

		print_message("  %s\n", t[i].name);
		err_clear(&e);
		assert_int_equal(db_transact(s.db, DB_WRITE, run_campaign, &c, &e), -1);
		err_text(&e, NULL, NULL, text, sizeof text);
		assert_string_equal(e.field, t[i].field);
		assert_string_equal(text, t[i].says);
	}
	assert_int_equal(store_int(&s, "SELECT count(*) FROM campaign"), 0);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lectures),
		cmocka_unit_test(gratitude),
		cmocka_unit_test(rates),
		cmocka_unit_test(evaluation),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(many_faults),
		cmocka_unit_test(bad_campaigns),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	instrument_shared_free();
	return rc;
}
