/* Attainment by hand: small courses whose every figure can be worked out on paper. */
#include "tests/store/outcomes.h"

#include "analysis/access.h"
#include "analysis/attainment_indirect.h"
#include "analysis/figures.h"
#include "analysis/fingerprint.h"
#include "analysis/stats/describe/proportion.h"

static const char *const document =
    "{\"terms\":[{\"code\":\"T1\",\"name\":{\"en\":\"First\"},\"starts\":\"2025-09-01\"},"
    "{\"code\":\"T2\",\"name\":{\"en\":\"Second\"},\"starts\":\"2026-02-01\"}],"
    "\"courses\":["
    "{\"code\":\"A\",\"name\":{\"en\":\"Course A\"},\"credits\":2,\"threshold\":0.5,\"goal\":0.5,\"outcomes\":["
    "{\"code\":\"A1\",\"name\":{\"en\":\"A one\"}},{\"code\":\"A2\",\"name\":{\"en\":\"A two\"},\"threshold\":0.8,\"goal\":0.9},"
    "{\"code\":\"A3\",\"name\":{\"en\":\"Not assessed\"}}]},"
    "{\"code\":\"B\",\"name\":{\"en\":\"Course B\"},\"credits\":4,\"threshold\":0.5,\"goal\":0.5,\"outcomes\":["
    "{\"code\":\"B1\",\"name\":{\"en\":\"B one\"}}]},"
    "{\"code\":\"D\",\"name\":{\"en\":\"No results\"},\"credits\":1,\"threshold\":0.5,\"goal\":0.5,\"outcomes\":["
    "{\"code\":\"D1\",\"name\":{\"en\":\"D one\"}}]}],"
    "\"programmes\":[{\"code\":\"P\",\"name\":{\"en\":\"Programme\"},\"threshold\":0.5,\"goal\":0.6,\"courses\":[\"A\",\"B\",\"D\"],"
    "\"weights\":{\"direct\":0.75,\"indirect\":0.25},"
    "\"outcomes\":[{\"code\":\"P1\",\"name\":{\"en\":\"P one\"}},{\"code\":\"P2\",\"name\":{\"en\":\"P two\"}},"
    "{\"code\":\"P3\",\"name\":{\"en\":\"P three\"}}]}],"
    "\"map\":[{\"course\":\"A\",\"outcome\":\"A1\",\"programme\":\"P\",\"to\":\"P1\",\"level\":\"I\",\"weight\":2},"
    "{\"course\":\"B\",\"outcome\":\"B1\",\"programme\":\"P\",\"to\":\"P1\",\"level\":\"M\"},"
    "{\"course\":\"D\",\"outcome\":\"D1\",\"programme\":\"P\",\"to\":\"P2\",\"level\":\"R\"}]}";

/* Two items of 10 and 4 marks; A1 weighs them 1 and 3, A2 rests on the second alone. */
static const char *map_of(const char *policy)
{
	static char text[900];

	snprintf(text, sizeof text,
	    "{\"assessment\":{\"code\":\"E\",\"name\":{\"en\":\"Exam\"},\"course\":\"A\",\"term\":\"T1\","
	    "\"missing_policy\":\"%s\"},\"student\":\"{s}\",\"section\":{\"code\":\"{g}\",\"name\":{\"en\":\"Group {g}\"}},"
	    "\"items\":[{\"code\":\"q1\",\"max\":10,\"outcomes\":{\"A1\":1},\"empty\":\"not_attempted\"},"
	    "{\"code\":\"q2\",\"max\":4,\"outcomes\":{\"A1\":3,\"A2\":1},\"empty\":\"excused\"}]}",
	    policy);
	return text;
}

static const char *const marks = "s,g,q1,q2\n"
				 "s1,x,10,4\n" /* A1 = (1*1 + 3*1) / 4 = 1 */
				 "s2,x,5,1\n"  /* (0.5 + 3*0.25) / 4 = 0.3125 */
				 "s3,x,,3\n"   /* left out: 0.75; as zero: 3*0.75 / 4 = 0.5625 */
				 "s4,y,6,\n"   /* excused in q2: 0.6 either way, no score on A2 */
				 "s5,y,,\n"    /* left out: none; as zero: 0 / 1 = 0 */
				 "s6,y,0,2\n"; /* 3*0.5 / 4 = 0.375 */

static json_t *course_of(struct store *s, const char *code, bool right)
{
	struct attainment_options o = { .k = 5, .marks_right = right };
	struct err e = { 0 };
	json_t *out = json_object();

	STORE_OK(e, attainment_course_json(s->db, code, &o, s->a, out, &e));
	return out;
}

static void left_out(void **state)
{
	struct store s;
	json_t *out, *o;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, marks, map_of("missing")));
	out = course_of(&s, "A", true);
	o = coded(json_of(out, "outcomes"), "A1");
	/* scores 1, 0.3125, 0.75, 0.6, 0.375 */
	assert_int_equal(real_of(o, "n_used"), 5);
	assert_int_equal(real_of(o, "n_missing.reasons.not_attempted"), 1);
	assert_int_equal(real_of(o, "counted_as_zero"), 0);
	near(real_of(o, "mean"), 3.0375 / 5, 1e-15);
	near(real_of(o, "share"), 3.0 / 5, 1e-15);
	/* squares of the deviations from 0.6075 sum to 0.3155, over 4; root */
	near(real_of(o, "sd"), sqrt(0.3155 / 4), 1e-12);
	/* Wilson by hand: (0.6 + z2/10 -+ z sqrt(0.24/5 + z2/100)) / (1 + z2/5), z2 = 3.841458820694124 */
	near(real_of(o, "interval.0"), 0.23072423, 1e-7);
	near(real_of(o, "interval.1"), 0.88237923, 1e-7);
	assert_string_equal(text_of(o, "status"), "uncertain");
	assert_string_equal(text_of(o, "warnings.0"), "few_items");
	o = coded(json_of(out, "outcomes"), "A2"); /* 1, 0.25, 0.75, 0.5: four students, under k */
	assert_int_equal(real_of(o, "n_used"), 4);
	assert_int_equal(real_of(o, "reached"), 1); /* threshold 0.8 of its own */
	assert_int_equal(real_of(o, "n_missing.reasons.excused"), 2);
	assert_string_equal(text_of(o, "status"), "few");
	assert_string_equal(text_of(o, "reliability.reason"), "one_item");
	o = coded(json_of(out, "outcomes"), "A3");
	assert_string_equal(text_of(o, "state"), "not_assessed");
	assert_int_equal(real_of(out, "summary.not_assessed"), 1);
	/* both assessed outcomes scored: s1, s2, s3, s6; only s1 reached both */
	assert_int_equal(real_of(out, "all_outcomes.n_used"), 4);
	assert_int_equal(real_of(out, "all_outcomes.reached"), 1);
	json_decref(out);
	store_close(&s);
}

static void as_zero(void **state)
{
	struct store s;
	json_t *out, *o;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, marks, map_of("zero")));
	out = course_of(&s, "A", true);
	o = coded(json_of(out, "outcomes"), "A1");
	/* 1, 0.3125, 0.5625, 0.6, 0, 0.375: excused is left out under this rule too */
	assert_int_equal(real_of(o, "n_used"), 6);
	assert_int_equal(real_of(o, "counted_as_zero"), 2);
	near(real_of(o, "mean"), 2.85 / 6, 1e-15);
	assert_int_equal(real_of(o, "reached"), 3);
	assert_string_equal(text_of(out, "assessments.0.missing_policy"), "zero");
	json_decref(out);
	store_close(&s);
}

/* Without the right to see marks nothing over fewer than k = 5 students leaves. */
static void hidden(void **state)
{
	struct store s;
	json_t *out, *o, *section;
	char *text;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, marks, map_of("missing")));
	out = course_of(&s, "A", false);
	o = coded(json_of(out, "outcomes"), "A1");
	assert_string_equal(text_of(o, "state"), "value");
	section = coded(json_of(o, "sections"), "x"); /* three students */
	assert_string_equal(text_of(section, "state"), "suppressed");
	assert_null(json_object_get(section, "n_used"));
	o = coded(json_of(out, "outcomes"), "A2"); /* four students */
	assert_string_equal(text_of(o, "state"), "suppressed");
	assert_null(json_object_get(o, "mean"));
	assert_true(json_is_null(json_of(o, "items.0.mean")));
	assert_string_equal(text_of(out, "all_outcomes.state"), "suppressed");
	text = json_dumps(o, 0);
	assert_null(strstr(text, "\"n\": 4"));
	free(text);
	json_decref(out);
	store_close(&s);
}

/* A mark that the rule sets to zero hides nobody: without the zeros, two students' marks are left. */
static void zeros_hide_nobody(void **state)
{
	static const char *const absent = "s,g,q1,q2\ns1,x,10,4\ns2,x,5,1\ns3,x,,\ns4,x,,\ns5,x,,\ns6,x,,\ns7,x,,\n";
	struct store s;
	json_t *out, *o;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, absent, map_of("zero")));
	out = course_of(&s, "A", false);
	o = coded(json_of(out, "outcomes"), "A1");
	assert_string_equal(text_of(o, "state"), "suppressed");
	assert_null(json_object_get(o, "share"));
	assert_string_equal(text_of(out, "all_outcomes.state"), "suppressed");
	json_decref(out);
	out = course_of(&s, "A", true);
	assert_int_equal(real_of(coded(json_of(out, "outcomes"), "A1"), "n_used"), 7);
	json_decref(out);
	store_close(&s);
}

static void groups_hidden(void **state)
{
	static const struct {
		size_t n[4], loose;
		bool want[4];
	} t[] = {
		{ { 9, 8, 7, 0 }, 0, { false, false, false, false } },
		{ { 9, 2, 7, 0 }, 0, { false, true, true, false } }, /* 2 could be had from the total: 7 goes too */
		{ { 9, 2, 3, 0 }, 0, { false, true, true, false } }, /* 5 together: nothing to compute */
		{ { 9, 4, 0, 0 }, 0, { true, true, false, false } },
		{ { 9, 8, 7, 0 }, 1, { false, false, true, false } }, /* one student in no group */
		{ { 9, 8, 7, 0 }, 5, { false, false, false, false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		bool got[4] = { false };

		figure_suppress(t[i].n, got, 4, t[i].loose, 5);
		for (size_t g = 0; g < 4; g++)
			assert_int_equal(got[g], t[i].want[g]);
	}
}

static int answers(struct db *db, const char *campaign, const char *item, void *arg, struct arena *a,
    struct attainment_indirect *out, struct err *e)
{
	(void)db, (void)campaign, (void)item, (void)arg, (void)a, (void)e;
	*out = (struct attainment_indirect){ .share = 0.8,
		.lo = 0.7,
		.hi = 0.9,
		.n = 60,
		.label = "{}",
		.method = "share_of_agreement",
		.fingerprint = "elod:0000-0000-0001" };
	return 0;
}

static const char *const marks_b = "s,mark\ns1,0\ns2,10\ns3,4\ns4,10\ns7,5\ns8,2\n";
static const char *const map_b =
    "{\"assessment\":{\"code\":\"E\",\"name\":{\"en\":\"Exam\"},\"course\":\"B\",\"term\":\"%s\","
    "\"missing_policy\":\"missing\"},\"student\":\"{s}\","
    "\"items\":[{\"code\":\"q\",\"column\":\"mark\",\"max\":10,\"outcomes\":{\"B1\":1}}]}";

static void to_programme(void **state)
{
	struct attainment_options o = { .k = 5, .marks_right = true, .indirect = answers };
	static const struct store_campaign_want want = { "pulse", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 0 };
	struct store s;
	struct campaign campaign = { 0 };
	struct err e = { 0 };
	json_t *out = json_object(), *p, *cell;
	char map[600];

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	store_campaign(&s, &want, &campaign);
	json_decref(curriculum(&s,
	    "{\"indirect\":[{\"programme\":\"P\",\"outcome\":\"P1\",\"campaign\":\"pulse\",\"item\":\"Q1\"}]}"));
	json_decref(results(&s, marks, map_of("missing")));
	snprintf(map, sizeof map, map_b, "T1");
	json_decref(results(&s, marks_b, map));
	/* s8 again in the second term: the later mark, 9, is the one that counts */
	snprintf(map, sizeof map, map_b, "T2");
	json_decref(results(&s, "s,mark\ns8,9\n", map));
	STORE_OK(e, attainment_programme_json(s.db, "P", &o, s.a, out, &e));
	assert_int_equal(real_of(out, "students"), 8);
	p = coded(json_of(out, "outcomes"), "P1");
	/* A1: I (1) x weight 2 x 2 credits = 4; B1: M (3) x 1 x 4 credits = 12.
	 * s1 (4*1 + 12*0)/16 = 0.25; s2 (4*0.3125 + 12)/16 = 0.828125; s3 (4*0.75 + 12*0.4)/16 = 0.4875;
	 * s4 (4*0.6 + 12)/16 = 0.9; s5 none; s6 0.375 (A alone); s7 0.5 and s8 0.9 (B alone) */
	assert_int_equal(real_of(p, "direct.n_used"), 7);
	assert_int_equal(real_of(p, "direct.reached"), 4);
	near(real_of(p, "direct.mean"), (0.25 + 0.828125 + 0.4875 + 0.9 + 0.375 + 0.5 + 0.9) / 7, 1e-12);
	assert_int_equal(real_of(p, "direct.n_missing.reasons.no_result"), 1);
	/* share of the 16 points behind each student: 4 whole, s6 4/16, s7 and s8 12/16 */
	near(real_of(p, "direct.coverage"), (4 + 0.25 + 0.75 + 0.75) / 7, 1e-12);
	assert_string_equal(text_of(p, "contributions.0.course.code"), "A");
	near(real_of(p, "contributions.0.contribution"), 4, 0);
	near(real_of(p, "contributions.1.contribution_share"), 0.75, 1e-15);
	/* combined: 0.75 * 4/7 + 0.25 * 0.8 */
	near(real_of(p, "combined.share"), 0.75 * 4 / 7 + 0.2, 1e-12);
	p = coded(json_of(out, "outcomes"), "P2");
	assert_string_equal(text_of(p, "state"), "no_data");
	p = coded(json_of(out, "outcomes"), "P3");
	assert_string_equal(text_of(p, "state"), "not_assessed");
	cell = coded(json_of(coded(json_of(out, "courses"), "B"), "cells"), "P1");
	assert_int_equal(real_of(cell, "n_used"), 6); /* 0, 1, 0.4, 1, 0.5, 0.9: four reached */
	near(real_of(cell, "share"), 4.0 / 6, 1e-15);
	assert_int_equal(real_of(cell, "items"), 1);
	cell = coded(json_of(coded(json_of(out, "courses"), "D"), "cells"), "P2");
	assert_string_equal(text_of(cell, "state"), "no_data");
	json_decref(out);
	store_close(&s);
}

/* 0.75 * a + 0.25 * b, a 0.5 (0.4, 0.7), b 0.8 (0.7, 0.9): squares under the root by hand */
static void combining(void **state)
{
	struct an_interval got =
	    indirect_mover(0.75, 0.5, (struct an_interval){ 0.4, 0.7 }, 0.25, 0.8, (struct an_interval){ 0.7, 0.9 });

	(void)state;
	near(got.lo, 0.575 - sqrt(0.075 * 0.075 + 0.025 * 0.025), 1e-15);
	near(got.hi, 0.575 + sqrt(0.15 * 0.15 + 0.025 * 0.025), 1e-15);
}

static void statuses(void **state)
{
	(void)state;
	assert_string_equal(figure_status(9, (struct an_interval){ 0.6, 0.8 }, 0.6, 5), "met");
	assert_string_equal(figure_status(9, (struct an_interval){ 0.3, 0.6 }, 0.6, 5), "uncertain");
	assert_string_equal(figure_status(9, (struct an_interval){ 0.3, 0.59 }, 0.6, 5), "not_met");
	assert_string_equal(figure_status(4, (struct an_interval){ 0.3, 0.59 }, 0.6, 5), "few");
}

/* Limits: binomial quantiles, summed term by term in a script. */
static void resampled(void **state)
{
	struct an_bootstrap_share b;

	(void)state;
	assert_int_equal(an_bootstrap_share(3, 10, 0.95, &b), AN_OK);
	near(b.interval.lo, 0, 0);
	near(b.interval.hi, 0.6, 1e-15);
	assert_int_equal(an_bootstrap_share(45, 50, 0.95, &b), AN_OK);
	near(b.interval.lo, 41.0 / 50, 1e-15);
	near(b.interval.hi, 49.0 / 50, 1e-15);
	assert_int_equal(an_bootstrap_share(50, 50, 0.95, &b), AN_OK);
	assert_false(b.has_width);
	assert_int_equal(an_bootstrap_share(1, 0, 0.95, &b), AN_ETOOFEW);
	assert_int_equal(an_bootstrap_share(2, 1, 0.95, &b), AN_EDATA);
	assert_int_equal(an_bootstrap_share(1, 2, 1, &b), AN_EDATA);
}

static void prints(void **state)
{
	struct fingerprint f;
	char a[FINGERPRINT_SIZE], b[FINGERPRINT_SIZE];

	(void)state;
	fingerprint_begin(&f, "m");
	fingerprint_text(&f, "ab");
	fingerprint_text(&f, "c");
	fingerprint_real(&f, 0.0);
	fingerprint_end(&f, a);
	fingerprint_begin(&f, "m");
	fingerprint_text(&f, "ab");
	fingerprint_text(&f, "c");
	fingerprint_real(&f, -0.0);
	fingerprint_end(&f, b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), FINGERPRINT_SIZE - 1);
	fingerprint_begin(&f, "m");
	fingerprint_text(&f, "a");
	fingerprint_text(&f, "bc");
	fingerprint_real(&f, 0.0);
	fingerprint_end(&f, b);
	assert_string_not_equal(a, b);
}

/* Six students in the first term, two in the second: over both terms the programme shows eight, so
 * the first term by itself would give the two away. */
static void terms_hidden(void **state)
{
	struct attainment_options o = { .k = 5, .term = "T1" };
	struct store s;
	struct err e = { 0 };
	json_t *out, *p;
	char map[600];

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	snprintf(map, sizeof map, map_b, "T1");
	json_decref(results(&s, marks_b, map));
	o.marks_right = false;
	out = json_object();
	STORE_OK(e, attainment_course_json(s.db, "B", &o, s.a, out, &e));
	assert_string_equal(text_of(coded(json_of(out, "outcomes"), "B1"), "state"), "value");
	json_decref(out);
	snprintf(map, sizeof map, map_b, "T2");
	json_decref(results(&s, "s,mark\ns9,9\ns10,1\n", map));
	for (int right = 0; right < 2; right++) {
		o.marks_right = right;
		out = json_object();
		STORE_OK(e, attainment_course_json(s.db, "B", &o, s.a, out, &e));
		p = coded(json_of(out, "outcomes"), "B1");
		assert_string_equal(text_of(p, "state"), right ? "value" : "suppressed");
		assert_string_equal(text_of(p, "items.0.state"), right ? "value" : "suppressed");
		assert_int_equal(json_is_null(json_of(out, "students")), !right);
		assert_int_equal(json_is_null(json_of(out, "assessments.0.students")), !right);
		assert_string_equal(text_of(out, "all_outcomes.state"), right ? "value" : "suppressed");
		p = json_object();
		STORE_OK(e, assessment_items_json(s.db, text_of(out, "assessments.0.id"), &o, s.a, p, &e));
		assert_string_equal(text_of(p, "state"), right ? "value" : "suppressed");
		assert_int_equal(json_array_size(json_of(p, "items")), right);
		json_decref(p);
		json_decref(out);
		out = json_object();
		STORE_OK(e, attainment_programme_json(s.db, "P", &o, s.a, out, &e));
		p = coded(json_of(out, "outcomes"), "P1");
		assert_string_equal(text_of(p, "state"), right ? "value" : "suppressed");
		assert_string_equal(text_of(p, "contributions.1.state"), right ? "value" : "suppressed");
		p = coded(json_of(out, "courses"), "B");
		assert_string_equal(text_of(coded(json_of(p, "cells"), "P1"), "state"), right ? "value" : "suppressed");
		assert_int_equal(json_is_null(json_of(p, "students")), !right);
		json_decref(out);
	}
	o = (struct attainment_options){ .k = 5 };
	out = json_object();
	STORE_OK(e, attainment_programme_json(s.db, "P", &o, s.a, out, &e));
	assert_int_equal(real_of(coded(json_of(out, "outcomes"), "P1"), "direct.n_used"), 8);
	json_decref(out);
	store_close(&s);
}

/* Item analysis for a reader without the right: four students have every mark, so nothing of totals;
 * of q3 three have a mark of their own, and the zeros of the rule hide none of them. */
static void items_hidden(void **state)
{
	static const char csv[] = "s,q1,q2,q3\ns1,1,1,1\ns2,1,0,1\ns3,0,1,0\ns4,1,1,\ns5,0,,\ns6,1,,\ns7,,1,\n";
	static const char map[] =
	    "{\"assessment\":{\"code\":\"I%s\",\"name\":{\"en\":\"Exam\"},\"course\":\"A\","
	    "\"term\":\"T1\",\"missing_policy\":\"%s\"},\"student\":\"{s}\",\"items\":["
	    "{\"code\":\"q1\",\"outcomes\":{\"A1\":1}},{\"code\":\"q2\",\"outcomes\":{\"A1\":1}}%s]%s}";
	struct attainment_options o = { .k = 5 };
	struct store s;
	struct err e = { 0 };
	json_t *out = json_object();
	char text[700];

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	snprintf(text, sizeof text, map, "m", "missing", "", ",\"ignored\":[\"q3\"]");
	json_decref(results(&s, csv, text));
	STORE_OK(e, assessment_items_json(s.db, "Im", &o, s.a, out, &e)); /* a code that stands once */
	assert_string_equal(text_of(out, "items.0.state"), "value");
	assert_int_equal(real_of(out, "items.0.n_used"), 6);
	assert_true(json_is_null(json_of(out, "items.0.discrimination")));
	assert_true(json_is_null(json_of(out, "n_used")));
	assert_string_equal(text_of(out, "totals.state"), "suppressed");
	assert_null(json_object_get(json_of(out, "totals"), "mean"));
	assert_string_equal(text_of(out, "reliability.reason"), "suppressed");
	json_decref(out);
	out = json_object();
	snprintf(text, sizeof text, map, "z", "zero", ",{\"code\":\"q3\",\"outcomes\":{\"A1\":1}}", "");
	json_decref(results(&s, csv, text));
	STORE_OK(e, assessment_items_json(s.db, "Iz", &o, s.a, out, &e));
	assert_string_equal(text_of(out, "items.0.state"), "value");
	assert_string_equal(text_of(out, "items.2.state"), "suppressed");
	assert_string_equal(text_of(out, "totals.state"), "suppressed"); /* less q1 and q2 it would be q3 */
	json_decref(out);
	out = course_of(&s, "A", false);
	assert_string_equal(text_of(out, "outcomes.0.items.4.code"), "q3");
	assert_string_equal(text_of(out, "outcomes.0.items.4.state"), "suppressed");
	json_decref(out);
	store_close(&s);
}

/* A lecturer of one section of two sees that one alone; who teaches both has the right to marks; a
 * leader who teaches something else has not. */
static void whose_marks(void **state)
{
	struct attainment_options o = { .k = 2 };
	struct account who = { .roles = ROLE_LECTURER };
	struct access_marks m;
	struct store s;
	struct err e = { 0 };
	json_t *out = json_object();
	char id[ID_LEN + 1], sql[200];

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, marks, map_of("missing")));
	STORE_OK(e, account_create(s.db, NULL, "l@x.example", "L", "-", id, &e));
	who.id = id;
	STORE_OK(e, access_marks_course(s.db, &who, "A", &m, &e));
	assert_false(m.right);
	snprintf(sql, sizeof sql, "INSERT INTO section_lecturer SELECT id, '%s' FROM section WHERE code = 'x'", id);
	STORE_OK(e, db_script(s.db, sql, &e));
	STORE_OK(e, access_marks_course(s.db, &who, "A", &m, &e));
	assert_false(m.right);
	assert_true(m.own_sections);
	o.lecturer = id;
	STORE_OK(e, attainment_course_json(s.db, "A", &o, s.a, out, &e));
	/* A1: three in x, two in y (s5 has no score): y is k = 2, so x stands without giving it away */
	assert_int_equal(json_array_size(json_of(out, "outcomes.0.sections")), 1);
	assert_string_equal(text_of(out, "outcomes.0.sections.0.code"), "x");
	assert_string_equal(text_of(out, "outcomes.0.sections.0.state"), "value");
	json_decref(out);
	out = json_object();
	o.k = 3; /* now y is too few, and the whole less x would be y */
	STORE_OK(e, attainment_course_json(s.db, "A", &o, s.a, out, &e));
	assert_string_equal(text_of(out, "outcomes.0.state"), "value");
	assert_string_equal(text_of(out, "outcomes.0.sections.0.state"), "suppressed");
	json_decref(out);
	snprintf(sql, sizeof sql, "INSERT INTO section_lecturer SELECT id, '%s' FROM section WHERE code = 'y'", id);
	STORE_OK(e, db_script(s.db, sql, &e));
	STORE_OK(e, access_marks_course(s.db, &who, "A", &m, &e));
	assert_true(m.right);
	STORE_OK(e, access_marks_assessment(s.db, &who, "E", &m, &e));
	assert_true(m.right);
	STORE_OK(e, access_marks_course(s.db, &who, "B", &m, &e));
	assert_false(m.right);
	store_close(&s);
}

/* The same marks give the same fingerprint, one other mark another one. */
static void print_follows_marks(void **state)
{
	struct store s;
	json_t *one, *two, *three;

	(void)state;
	store_open(&s);
	json_decref(curriculum(&s, document));
	json_decref(results(&s, marks, map_of("missing")));
	one = course_of(&s, "A", true);
	two = course_of(&s, "A", true);
	json_decref(results(&s, "s,g,q1,q2\ns1,x,10,3\n", map_of("missing")));
	three = course_of(&s, "A", true);
	assert_string_equal(text_of(one, "outcomes.0.fingerprint"), text_of(two, "outcomes.0.fingerprint"));
	assert_string_not_equal(text_of(one, "outcomes.0.fingerprint"), text_of(three, "outcomes.0.fingerprint"));
	json_decref(one);
	json_decref(two);
	json_decref(three);
	store_close(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(left_out),
		cmocka_unit_test(as_zero),
		cmocka_unit_test(hidden),
		cmocka_unit_test(zeros_hide_nobody),
		cmocka_unit_test(groups_hidden),
		cmocka_unit_test(to_programme),
		cmocka_unit_test(terms_hidden),
		cmocka_unit_test(items_hidden),
		cmocka_unit_test(whose_marks),
		cmocka_unit_test(combining),
		cmocka_unit_test(statuses),
		cmocka_unit_test(resampled),
		cmocka_unit_test(prints),
		cmocka_unit_test(print_follows_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
