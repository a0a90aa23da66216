/* Drawings: positions worked out by hand from the rules of web/chart.h, well-formed markup for
 * hostile input, words in both languages, and one set of colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "web/assets.h"
#include "web/chart.h"
#include "web/locale.h"

static struct locale_catalogue *words;
static struct format_style vi, en;

struct drawing {
	struct buf out;
	unsigned id;
	struct chart c;
};

static void begin(struct drawing *d, const struct format_style *style)
{
	buf_init(&d->out, 1 << 20);
	d->id = 0;
	d->c = (struct chart){ &d->out, style, &d->id };
}

/* A small reader of markup: every tag closed in order, attributes in double quotes, no loose
 * < or &, no text outside elements. */
static void check_markup(const char *s)
{
	const char *stack[64];
	size_t depth = 0, len[64];

	for (const char *p = s; *p != '\0';) {
		if (*p == '&') {
			size_t n = 1 + strcspn(p + 1, ";<& ");

			if (p[n] != ';')
				fail_msg("a loose & at: %.40s", p);
			p += n + 1;
		} else if (*p != '<') {
			if (depth == 0)
				fail_msg("text outside every element: %.40s", p);
			p++;
		} else if (p[1] == '/') {
			if (depth == 0 || strncmp(p + 2, stack[depth - 1], len[depth - 1]) != 0 ||
			    p[2 + len[depth - 1]] != '>')
				fail_msg("closed out of order: %.40s", p);
			p += 3 + len[--depth];
		} else {
			const char *name = ++p;
			size_t n = 0;

			while (isalnum((unsigned char)p[n]))
				n++;
			assert_true(n > 0);
			for (p += n; *p == ' ';) {
				p += strcspn(p, "=<>");
				assert_int_equal(strncmp(p, "=\"", 2), 0);
				p += 2;
				p += strcspn(p, "\"<");
				assert_int_equal(*p, '"');
				p++;
			}
			if (*p == '/') {
				p++;
			} else {
				assert_true(depth < 64);
				stack[depth] = name;
				len[depth++] = n;
			}
			assert_int_equal(*p, '>');
			p++;
		}
	}
	assert_int_equal(depth, 0);
}

static void end(struct drawing *d)
{
	assert_false(d->out.failed);
	check_markup(d->out.p);
	assert_null(strstr(d->out.p, "nan"));
	assert_null(strstr(d->out.p, "inf\""));
	assert_null(strstr(d->out.p, "style="));
	buf_free(&d->out);
}

static void has(const struct drawing *d, const char *what)
{
	if (strstr(d->out.p, what) == NULL)
		fail_msg("no %s in %s", what, d->out.p);
}

static void lacks(const struct drawing *d, const char *what)
{
	if (strstr(d->out.p, what) != NULL)
		fail_msg("%s in %s", what, d->out.p);
}

/* below 40, middle 30, above 60 and a gap of 7 make 137 units across 100 %:
 * one percent is 0.72993, zero stands at 29.2, the middle's zero at 107 units, 78.1 */
static const struct chart_likert_scale five = { .points = 5,
	.below = 0.4,
	.middle = 0.3,
	.above = 0.6,
	.labels = { "a", "b", "c", "d", "e" } };

static void likert(void **state)
{
	static const double counts[] = { 10, 20, 30, 25, 15 }, none[CHART_POINTS] = { 0 };
	struct drawing d;

	(void)state;
	begin(&d, &vi);
	chart_likert_row(&d.c, &five, "Câu 1", counts);
	has(&d, "<rect class=\"lo1\" fill=\"#943c0a\" x=\"7.3%\" y=\"2\" width=\"7.05%\""); /* 29.2 - 30 units; 10 units
											       less a hair */
	has(&d, "<rect class=\"lo5\" fill=\"#e8a56b\" x=\"14.6%\"");			    /* 29.2 - 20 units */
	has(&d, "<rect class=\"hi5\" fill=\"#8dbfde\" x=\"29.2%\"");			    /* from zero */
	has(&d, "<rect class=\"hi1\" fill=\"#13547b\" x=\"47.45%\"");			    /* 25 units on */
	has(&d, "<rect class=\"mid0\" fill=\"#d3d8dd\" x=\"78.1%\"");
	has(&d, ">25</text>");
	has(&d, "<title id=\"c1t\">Câu 1</title>");
	has(&d, "a 10,0\xC2\xA0%, b 20,0\xC2\xA0%, c 30,0\xC2\xA0%, d 25,0\xC2\xA0%, e 15,0\xC2\xA0%; n = 100.");
	lacks(&d, "viewBox");
	end(&d);
	begin(&d, &vi);
	chart_likert_row(&d.c, &five, "", none);
	has(&d, "Chưa có câu trả lời.");
	lacks(&d, "<rect");
	end(&d);
}

static void likert_lengths(void **state)
{
	(void)state;
	for (size_t points = 2; points <= CHART_POINTS; points++) {
		struct chart_likert_scale s = { .points = points,
			.below = 0.5,
			.middle = points % 2 ? 0.2 : 0,
			.above = 0.6 };
		double counts[CHART_POINTS];
		struct drawing d;

		for (size_t i = 0; i < points; i++)
			counts[i] = 10;
		begin(&d, &en);
		chart_likert_row(&d.c, &s, "row", counts);
		has(&d, "class=\"lo1\"");
		has(&d, "class=\"hi1\"");
		if (points % 2 == 1)
			has(&d, "class=\"mid0\"");
		else
			lacks(&d, "class=\"mid0\"");
		buf_clear(&d.out);
		chart_likert_axis(&d.c, &s);
		has(&d, "\xE2\x86\x90 disagree");
		chart_likert_key(&d.c, &s);
		has(&d, "<li>");
		end(&d);
	}
}

static void intervals(void **state)
{
	static const struct chart_interval_scale s = { 0.2, 0.7, 0.45, NULL };
	struct chart_estimate e = { 0.4, 0.357, 0.439, NAN, 536, CHART_NOT };
	struct drawing d;

	(void)state;
	begin(&d, &vi);
	chart_interval_row(&d.c, &s, "C1", &e);
	has(&d,
	    "<line class=\"target\" stroke=\"#9c2f17\" stroke-width=\"2\" stroke-dasharray=\"5 3\" x1=\"50%\""); /* 3 +
														    94 /
														    2 */
	has(&d,
	    "<line class=\"whisk s-not\" stroke=\"#9c2f17\" stroke-width=\"2.5\" x1=\"32.52%\" y1=\"14\" x2=\"47.93%\"");
	has(&d, "cx=\"40.6%\""); /* 3 + 94 * 0.4 */
	has(&d, "40,0\xC2\xA0%, khoảng tin cậy 35,7–43,9\xC2\xA0%; mục tiêu 45\xC2\xA0%; n = 536.");
	/* outside the scale: the whisker is cut, the dot is not drawn */
	e = (struct chart_estimate){ 0.9, 0.6, 0.95, 0.5, 20, CHART_MET };
	buf_clear(&d.out);
	chart_interval_row(&d.c, &s, "C2", &e);
	has(&d, "x2=\"97%\"");
	lacks(&d, "<circle");
	/* nothing known */
	e = (struct chart_estimate){ NAN, NAN, NAN, NAN, NAN, CHART_FEW };
	buf_clear(&d.out);
	chart_interval_row(&d.c, &s, "C3", &e);
	has(&d, "Chưa đủ dữ liệu");
	lacks(&d, "<line");
	buf_clear(&d.out);
	chart_interval_axis(&d.c, &s);
	has(&d, ">mục tiêu 45\xC2\xA0%</text>");
	has(&d, ">70\xC2\xA0%</text>");
	end(&d);
}

static void verdicts(void **state)
{
	struct drawing d;

	(void)state;
	assert_int_equal(chart_status_of(0.45, 0.6, 0.45), CHART_MET);
	assert_int_equal(chart_status_of(0.3, 0.449, 0.45), CHART_NOT);
	assert_int_equal(chart_status_of(0.3, 0.45, 0.45), CHART_UNCERTAIN);
	assert_int_equal(chart_status_of(NAN, 0.45, 0.45), CHART_NO_STATUS);
	for (enum chart_status s = CHART_MET; s <= CHART_FEW; s++)
		assert_int_equal(chart_status_named(chart_status_name(s)), s);
	assert_int_equal(chart_status_named("good"), CHART_NO_STATUS);
	assert_int_equal(chart_status_named(NULL), CHART_NO_STATUS);
	begin(&d, &vi);
	chart_status_tag(&d.c, CHART_UNCERTAIN);
	has(&d, "class=\"tag unsure\"");
	has(&d, "Chưa kết luận được");
	end(&d);
}

static void groups(void **state)
{
	static const struct chart_group_scale s = { 2.5, 4, 3.22, false };
	static const struct chart_group g = { 3.06, 2.79, 3.32, 2.94, 41 }, none = { NAN, NAN, NAN, NAN, NAN };
	struct drawing d;

	(void)state;
	begin(&d, &en);
	chart_group_row(&d.c, &s, "Course 12", &g);
	has(&d,
	    "<circle class=\"dot\" fill=\"#0b5a82\" stroke=\"#ffffff\" stroke-width=\"1.5\" cx=\"38.09%\""); /* 3 + 94 *
														0.56
														/ 1.5 */
	has(&d, "<circle class=\"ring\"");
	has(&d, "Estimate 3.06, interval 2.79 to 3.32; raw mean 2.94; n = 41.");
	chart_group_axis(&d.c, &s);
	has(&d, ">2.5</text>");
	chart_group_row(&d.c, &s, "Course 13", &none);
	chart_group_key(&d.c, &s);
	has(&d, "overall 3.22");
	end(&d);
}

static void histograms(void **state)
{
	static const struct chart_bin bins[] = { { 0, 0, 3 }, { 1, 1, 1 }, { 2, 2, 4 }, { 3, 3, 2 } };
	struct chart_histogram h = { .bins = bins, .count = 4, .threshold = 2, .max = NAN, .threshold_label = "t" };
	struct drawing d;

	(void)state;
	begin(&d, &vi);
	chart_histogram(&d.c, "h", &h);
	/* 4 of 10 lie below 2; four bins of 24 % from 2 %: the third begins at 50 */
	has(&d, ">40\xC2\xA0%</text>");
	has(&d, ">60\xC2\xA0%</text>");
	has(&d, "<rect class=\"bar\" fill=\"#0b5a82\" x=\"50.25%\"");
	has(&d, "<rect class=\"bar2\" fill=\"#6a97b0\" x=\"2.25%\"");
	has(&d, "x1=\"50%\"");
	has(&d, "n = 10, giá trị từ 0 đến 3. 6 (60\xC2\xA0%) đạt từ ngưỡng 2.");
	h.threshold = NAN;
	buf_clear(&d.out);
	chart_histogram(&d.c, "h", &h);
	lacks(&d, "bar2");
	lacks(&d, "target");
	h.count = 0;
	h.threshold = 2;
	h.small = true;
	chart_histogram(&d.c, "h", &h);
	end(&d);
}

static void bars_and_days(void **state)
{
	static const struct chart_bar bars[] = { { "Agree", 50 }, { "Disagree", 25 }, { "", 0 } };
	static const struct chart_day days[] = { { 0, 0 }, { 14, 0.25 }, { 28, 0.5 } };
	static const double reminders[] = { 14 };
	static const struct chart_days d28 = { days, 3, reminders, 1, 0.5, 1000, 2000 },
				       empty = { NULL, 0, NULL, 0, NAN, NAN, NAN };
	static const struct chart_rate rate = { 0.71, 0.6, 710, 1000 }, unknown = { NAN, NAN, NAN, NAN };
	struct drawing d;

	(void)state;
	begin(&d, &vi);
	chart_bars(&d.c, "b", bars, 3);
	has(&d, "x=\"38%\" y=\"4\" width=\"46%\"");  /* the longest takes the 84 - 38 */
	has(&d, "x=\"38%\" y=\"38\" width=\"23%\""); /* half of it */
	chart_bars(&d.c, "b", bars, 0);
	buf_clear(&d.out);
	chart_days(&d.c, "c", &d28);
	has(&d, "x1=\"55%\""); /* day 14 of 28: the middle of 12 to 98 */
	has(&d, "Sau 28 ngày được 50,0\xC2\xA0%: 1.000 phiếu trên 2.000 lời mời.");
	has(&d, "nhắc 1");
	chart_days(&d.c, "c", &empty);
	buf_clear(&d.out);
	chart_rate_bar(&d.c, "r", &rate);
	has(&d, "<rect class=\"bar\" fill=\"#0b5a82\" x=\"0%\" y=\"5\" width=\"71%\"");
	has(&d, "71,0\xC2\xA0%: 710 phiếu trên 1.000 lời mời. Mục tiêu 60\xC2\xA0%.");
	chart_rate_bar(&d.c, "r", &unknown);
	chart_heat_key(&d.c);
	end(&d);
}

/* Every line of the axis has a figure of its own. */
static void line_labels(void **state)
{
	static const struct {
		double from, to;
		const char *label[3];
	} row[] = {
		{ 0, 100, { ">0</text>", ">20</text>", ">100</text>" } },
		{ 0, 10, { ">0</text>", ">2</text>", ">10</text>" } },
		{ 0, 12, { ">0.0</text>", ">2.5</text>", ">12.5</text>" } },
		{ 0, 1.2, { ">0.00</text>", ">0.25</text>", ">1.25</text>" } },
		{ 0, 0.01, { ">0.000</text>", ">0.002</text>", ">0.010</text>" } },
		{ 0.5, 0.501, { ">0.5000</text>", ">0.5002</text>", ">0.5010</text>" } },
		{ 0, 0.0001, { ">0.00000</text>", ">0.00002</text>", ">0.00010</text>" } },
	};
	struct drawing d;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct chart_line_point points[] = { { "a", row[i].from, NAN, NAN, NAN },
			{ "b", row[i].to, NAN, NAN, NAN } };
		const struct chart_lines lines = { points, 2 };

		begin(&d, &en);
		chart_lines(&d.c, "l", &lines);
		for (size_t j = 0; j < 3; j++)
			has(&d, row[i].label[j]);
		end(&d);
	}
}

static double number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static void fits(void **state)
{
	json_t *rows = json_loads(
	    "[{\"distribution\":[10,20,30,25,15]},{\"distribution\":[1,0,0,0,1]},{\"distribution\":[1,2]},{}]", 0,
	    NULL);
	json_t *s = chart_likert_fit(rows, 5, NULL), *empty = json_array();

	(void)state;
	assert_true(number(s, "below") == 0.5 && number(s, "middle") == 0.3 && number(s, "above") == 0.5);
	json_decref(s);
	s = chart_likert_fit(empty, 5, NULL);
	assert_true(number(s, "below") == 0.1);
	json_decref(s);
	json_decref(rows);
	/* 0.331 to 0.589, goal 0.45: steps of 5 points */
	rows = json_loads(
	    "[{\"estimate\":{\"share\":0.4,\"interval\":[0.331,0.5]}},{\"share\":0.5,\"interval\":[0.4,0.589]},"
	    "{\"estimate\":{\"share\":null,\"interval\":null}}]",
	    0, NULL);
	s = chart_interval_fit(rows, 0.45);
	assert_true(fabs(number(s, "min") - 0.3) < 1e-9 && fabs(number(s, "max") - 0.6) < 1e-9);
	json_decref(s);
	s = chart_interval_fit(empty, NAN);
	assert_true(number(s, "min") == 0 && number(s, "max") == 1);
	assert_true(json_is_null(json_object_get(s, "goal")));
	json_decref(s);
	json_decref(rows);
	rows = json_loads("[{\"estimate\":3.5,\"raw\":3.6,\"interval\":[2.79,3.7]}]", 0, NULL);
	s = chart_group_fit(rows, 3.2, false);
	assert_true(fabs(number(s, "min") - 2.6) < 1e-9 && fabs(number(s, "max") - 3.8) < 1e-9);
	json_decref(s);
	json_decref(rows);
	/* estimates that rounding alone keeps apart stand in one place, on an axis that can be counted */
	rows = json_loads("[{\"estimate\":5.6e-14},{\"estimate\":5.600000001e-14},{\"estimate\":-1e-15}]", 0, NULL);
	s = chart_group_fit(rows, NAN, false);
	assert_true(number(s, "max") - number(s, "min") >= 1);
	json_decref(s);
	json_decref(rows);
	json_decref(empty);
}

/* ---- drawings from JSON ---- */

static char *draw(const char *text, const char *data, struct err *e)
{
	static const struct template_draw *const tables[] = { chart_draws, NULL };
	const struct template_env env = { .words = words, .style = &vi, .draws = tables, .messages = true };
	struct template_set *set = template_set_new(&env, e);
	json_t *page = json_loads(data, JSON_DECODE_ANY, NULL);
	struct buf out;
	char *s = NULL;

	assert_non_null(page);
	buf_init(&out, 1 << 20);
	if (template_set_add(set, "m", text, strlen(text), e) == 0 && template_set_link(set, e) == 0 &&
	    template_render(set, "m", NULL, page, &out, e) == 0)
		s = buf_take(&out, NULL);
	buf_free(&out);
	template_set_free(set);
	json_decref(page);
	return s;
}

static void unique_ids(void **state)
{
	struct err e = { 0 };
	char *s = draw("{{#rows}}{{{likert_row}}}{{/rows}}{{{e.interval_row}}}",
	    "{\"likert_scale\":{\"points\":2,\"below\":1,\"above\":1},\"interval_scale\":{\"min\":0,\"max\":1},"
	    "\"rows\":[{\"label\":\"a\",\"distribution\":[1,1]},{\"label\":\"b\",\"distribution\":[1,1]}],"
	    "\"e\":{\"share\":0.5,\"label\":\"c\"}}",
	    &e);

	(void)state;
	assert_non_null(s);
	check_markup(s);
	assert_non_null(strstr(s, "<title id=\"c1t\">a<"));
	assert_non_null(strstr(s, "<title id=\"c2t\">b<"));
	assert_non_null(strstr(s, "<title id=\"c3t\">c<"));
	free(s);
}

static void hostile_json(void **state)
{
	static const char *const values[] = { "null", "true", "\"<script>&'\\\"\"", "-1", "1e308", "[]", "{}",
		"[[1,2],3]", "[1,-2,1e300,\"x\",null]", "{\"from\":\"x\"}",
		"[{\"from\":1e308,\"to\":-1e308,\"count\":1e308}]", "[{\"day\":-5,\"share\":1e10}]",
		"[{\"label\":\"<b>\",\"count\":-3}]", "[{\"label\":7}]" };
	static const char *const keys[] = { "distribution", "share", "interval", "bins", "bars", "points", "goal",
		"label", "estimate", "threshold", "max", "reminders", "status", "threshold_label", "raw", "n",
		"invited" };

	(void)state;
	for (const struct template_draw *d = chart_draws; d->name != NULL; d++) {
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
				char text[64], data[512];
				struct err e = { 0 };
				char *s;

				snprintf(text, sizeof text, "<p>{{{%s}}}</p>", d->name);
				snprintf(data, sizeof data,
				    "{\"likert_scale\":{\"points\":5,\"below\":0.5,\"middle\":0.2,\"above\":0.5},"
				    "\"interval_scale\":{\"min\":0,\"max\":1,\"goal\":0.5},"
				    "\"group_scale\":{\"min\":1,\"max\":5,\"overall\":3},"
				    "\"bins\":[{\"from\":0,\"to\":1,\"count\":1}],\"%s\":%s}",
				    keys[k], values[i]);
				s = draw(text, data, &e);
				if (s == NULL) {
					assert_int_equal(e.kind, ERR_INTERNAL);
					continue;
				}
				check_markup(s);
				assert_null(strstr(s, "<script"));
				assert_null(strstr(s, "<b>"));
				assert_null(strstr(s, "nan"));
				free(s);
			}
		}
	}
}

static void missing_scale(void **state)
{
	static const char *const needy[] = { "likert_axis", "likert_row", "likert_key", "interval_axis", "interval_row",
		"group_axis", "group_row", "group_key" };

	(void)state;
	for (size_t i = 0; i < sizeof needy / sizeof *needy; i++) {
		char text[64];
		struct err e = { 0 };

		snprintf(text, sizeof text, "{{{%s}}}", needy[i]);
		assert_null(draw(text, "{\"distribution\":[1,1]}", &e));
		assert_non_null(strstr(e.log, "_scale"));
		/* a scale without extent */
		err_clear(&e);
		assert_null(draw(text,
		    "{\"likert_scale\":{\"points\":12},\"interval_scale\":{\"min\":1,\"max\":1},"
		    "\"group_scale\":{\"min\":2,\"max\":1}}",
		    &e));
	}
}

/* every colour that a drawing writes as an attribute is a light token of the style sheet */
static void one_set_of_colours(void **state)
{
	static const double counts[CHART_POINTS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	static const struct chart_likert_scale eleven = { .points = 11, .below = 0.5, .middle = 0.1, .above = 0.5 };
	static const struct chart_interval_scale s = { 0, 1, 0.5, NULL };
	static const struct chart_group_scale gs = { 0, 1, 0.5, true };
	static const struct chart_group g = { 0.5, 0.4, 0.6, 0.5, 10 };
	static const struct chart_rate rate = { 0.7, 0.6, 7, 10 };
	static const struct chart_bin bins[] = { { 0, 0, 3 }, { 1, 1, 1 } };
	static const struct chart_histogram h = { .bins = bins, .count = 2, .threshold = 1, .max = NAN };
	const struct asset *css = asset_find("static/elod.css");
	const char *dark = strstr((const char *)css->data, "prefers-color-scheme:dark");
	struct drawing d;

	(void)state;
	begin(&d, &en);
	chart_likert_row(&d.c, &eleven, "x", counts);
	for (int i = CHART_NO_STATUS; i <= CHART_FEW; i++) {
		struct chart_estimate e = { 0.5, 0.4, 0.6, NAN, 10, (enum chart_status)i };

		chart_interval_row(&d.c, &s, "x", &e);
	}
	chart_interval_axis(&d.c, &s);
	chart_group_row(&d.c, &gs, "x", &g);
	chart_rate_bar(&d.c, "x", &rate);
	chart_histogram(&d.c, "x", &h);
	assert_non_null(dark);
	for (const char *p = d.out.p; (p = strstr(p, "=\"#")) != NULL; p += 3) {
		char colour[8] = { 0 };
		const char *at;

		memcpy(colour, p + 2, 7);
		at = strstr((const char *)css->data, colour);
		if (at == NULL || at > dark)
			fail_msg("%s is no light colour of the style sheet", colour);
	}
	end(&d);
}

static int setup(void **state)
{
	const struct asset *mo = asset_find("locale/vi.mo");
	struct err e = { 0 };

	(void)state;
	words = mo != NULL ? locale_new("vi", mo->data, mo->len, &e) : NULL;
	vi = format_style_for(words, FORMAT_VIETNAM_OFFSET);
	en = format_style_for(NULL, FORMAT_VIETNAM_OFFSET);
	return words != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	locale_free(words);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(likert),
		cmocka_unit_test(likert_lengths),
		cmocka_unit_test(intervals),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(groups),
		cmocka_unit_test(histograms),
		cmocka_unit_test(bars_and_days),
		cmocka_unit_test(line_labels),
		cmocka_unit_test(fits),
		cmocka_unit_test(unique_ids),
		cmocka_unit_test(hostile_json),
		cmocka_unit_test(missing_scale),
		cmocka_unit_test(one_set_of_colours),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
