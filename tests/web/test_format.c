/* Numbers, shares and times as readers write them.  The notation expected is that of the
 * interface description; sums and roundings were worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "core/buf.h"
#include "web/format.h"

#define NB    "\xC2\xA0"
#define DASH  "\xE2\x80\x93"
#define MINUS "\xE2\x88\x92"

static const struct format_style vi = { NULL, true, FORMAT_VIETNAM_OFFSET },
				 en = { NULL, false, FORMAT_VIETNAM_OFFSET };

struct format_case {
	const char *format, *json, *vi, *en;
};

static void check(const struct format_style *s, const struct format_case *c, const char *want)
{
	json_t *value = c->json != NULL ? json_loads(c->json, JSON_DECODE_ANY, NULL) : NULL;
	struct buf out;

	if (c->json != NULL)
		assert_non_null(value);
	buf_init(&out, 1000);
	format_value(s, c->format, value, &out);
	buf_add(&out, "", 0);
	if (strcmp(out.p, want) != 0)
		fail_msg("%s of %s: \"%s\", expected \"%s\"", c->format, c->json != NULL ? c->json : "nothing", out.p,
		    want);
	buf_free(&out);
	json_decref(value);
}

static void check_all(const struct format_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check(&vi, &c[i], c[i].vi);
		check(&en, &c[i], c[i].en);
	}
}

static void numbers(void **state)
{
	static const struct format_case c[] = {
		{ "int", "5820", "5.820", "5,820" },
		{ "int", "0", "0", "0" },
		{ "int", "999", "999", "999" },
		{ "int", "-1234567", MINUS "1.234.567", MINUS "1,234,567" },
		{ "int", "0.5", "1", "1" }, /* half away from zero */
		{ "int", "-2.5", MINUS "3", MINUS "3" },
		{ "int", "-0.4", "0", "0" }, /* what rounds to zero has no sign */
		{ "int", "1e18", "1.000.000.000.000.000.000", "1,000,000,000,000,000,000" },
		{ "dec2", "3.06", "3,06", "3.06" },
		{ "dec2", "1.005", "1,01", "1.01" }, /* the double is a little below; the reader sees 1.005 */
		{ "dec2", "999.995", "1.000,00", "1,000.00" },
		{ "dec1", "-0.05", MINUS "0,1", MINUS "0.1" },
		{ "dec3", "0.983", "0,983", "0.983" },
		{ "num", "12", "12", "12" },
		{ "num", "2.5", "2,5", "2.5" },
		{ "num", "0.12345", "0,123", "0.123" },
		{ "num", "1200.25", "1.200,25", "1,200.25" },
		{ "signed2", "0.25", "+0,25", "+0.25" },
		{ "signed2", "-0.25", MINUS "0,25", MINUS "0.25" },
		{ "signed1", "0.04", "0,0", "0.0" },
		{ "points", "0.032", "+3,2", "+3.2" },
		{ "points", "-0.032", MINUS "3,2", MINUS "3.2" },
	};

	(void)state;
	check_all(c, sizeof c / sizeof *c);
}

static void shares(void **state)
{
	static const struct format_case c[] = {
		{ "pct", "0.366", "36,6" NB "%", "36.6" NB "%" },
		{ "pct0", "0.285", "29" NB "%", "29" NB "%" }, /* 0.285 * 100 is 28.499999999999996 */
		{ "pct0", "0.396", "40" NB "%", "40" NB "%" },
		{ "pct1", "1", "100,0" NB "%", "100.0" NB "%" },
		{ "pct", "{\"share\":0.4321,\"n\":5820}", "43,2" NB "%", "43.2" NB "%" },
		{ "pct", "{\"share\":0.4321,\"n\":100}", "43,2" NB "%", "43.2" NB "%" },
		{ "pct", "{\"share\":0.4321,\"n\":99}", "43" NB "%", "43" NB "%" },
		{ "range", "{\"share\":0.4,\"n\":536,\"interval\":[0.357,0.439]}", "35,7" DASH "43,9" NB "%",
		    "35.7" DASH "43.9" NB "%" },
		{ "range", "{\"share\":0.4,\"n\":41,\"interval\":[0.357,0.439]}", "36" DASH "44" NB "%",
		    "36" DASH "44" NB "%" },
		{ "pct_range", "[0.379,0.462]", "37,9" DASH "46,2" NB "%", "37.9" DASH "46.2" NB "%" },
		{ "pct0_range", "[0.379,0.462]", "38" DASH "46" NB "%", "38" DASH "46" NB "%" },
		{ "dec2_range", "[2.94,3.06]", "2,94" DASH "3,06", "2.94" DASH "3.06" },
		{ "int_range", "[5,13]", "5" DASH "13", "5" DASH "13" },
		{ "int_range", "[5,5]", "5", "5" },
		{ "heat", "0.295", "h2", "h2" }, /* printed as 30 */
		{ "heat", "0.2949", "h1", "h1" },
		{ "heat", "0.396", "h3", "h3" }, /* printed as 40 */
		{ "heat", "0.7", "h6", "h6" },
		{ "heat", "null", "hn", "hn" },
	};

	(void)state;
	check_all(c, sizeof c / sizeof *c);
}

static void times(void **state)
{
	static const struct format_case c[] = {
		{ "date", "\"2026-11-20T05:54:56Z\"", "20/11/2026", "20 November 2026" },
		{ "date", "\"2026-11-20T17:00:00Z\"", "21/11/2026", "21 November 2026" }, /* UTC+7 is past midnight */
		{ "date", "\"2026-12-31T23:59:59.123Z\"", "1/1/2027", "1 January 2027" },
		{ "date", "\"2026-11-20\"", "20/11/2026", "20 November 2026" },
		{ "time", "\"2026-11-20T07:05:00Z\"", "14:05", "14:05" },
		{ "time", "\"2026-11-20\"", DASH, DASH },
		{ "datetime", "\"2026-11-20T07:05:00Z\"", "14:05 ngày 20/11/2026", "14:05 on 20 November 2026" },
		{ "month", "\"2026-11-20T07:05:00Z\"", "11/2026", "November 2026" },
		{ "date", "\"yesterday\"", DASH, DASH },
		{ "date", "\"2026-13-20T07:05:00Z\"", DASH, DASH },
		{ "date", "\"2026-11-20T25:05:00Z\"", DASH, DASH },
		{ "date", "\"2026-11-20T07:05:00+07:00\"", DASH, DASH },
		{ "receipt", "\"7KQ4M2VD9XTC\"", "7KQ4-M2VD-9XTC", "7KQ4-M2VD-9XTC" },
	};

	(void)state;
	check_all(c, sizeof c / sizeof *c);
}

static void missing(void **state)
{
	static const char *const formats[] = { "int", "dec1", "dec2", "dec3", "num", "signed1", "signed2", "pct",
		"pct0", "pct1", "points", "range", "pct_range", "pct0_range", "int_range", "dec2_range", "date", "time",
		"datetime", "month", "receipt" };
	static const char *const values[] = { NULL, "null", "true", "[]", "{}", "[null,1]",
		"{\"share\":null,\"n\":null,\"interval\":null}" };

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
			struct format_case c = { formats[i], values[k], DASH, DASH };

			check_all(&c, 1);
		}
		assert_true(format_known(formats[i]));
	}
	assert_false(format_known("name"));
	assert_false(format_known(""));
}

static void extremes(void **state)
{
	static const double odd[] = { INFINITY, -INFINITY, 1e308, -1e308, 5e-324, 0.0, -0.0, 1e15, 999999999999999.9 };
	char text[FORMAT_SMALL];

	(void)state;
	assert_string_equal(format_int_in(&vi, NAN, text), DASH);
	assert_string_equal(format_share_in(&en, NAN, 1, text), DASH);
	assert_string_equal(format_int_in(&vi, -0.0, text), "0");
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct buf out;

		buf_init(&out, 2000);
		format_number(&vi, odd[i], 99, &out);
		format_share(&vi, odd[i], -5, &out);
		format_heat_class(odd[i]);
		assert_false(out.failed);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(shares),
		cmocka_unit_test(times),
		cmocka_unit_test(missing),
		cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
