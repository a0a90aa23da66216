/* Texts from strangers: awkward UTF-8, search keys, numbers in C notation. */
#include "core/text.h"

#include "core/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void valid_text(void **state)
{
	/* the malformed ones are those of the Unicode Standard, table 3-7, by hand */
	static const struct {
		const char *name, *s;
		size_t len;
		bool line, lines;
	} t[] = {
		{ "empty", "", 0, true, true },
		{ "ascii", "abc", 3, true, true },
		{ "vietnamese", "Đánh giá học phần", 23, true, true },
		{ "emoji", "\xF0\x9F\x98\x80", 4, true, true },
		{ "line break", "a\nb", 3, false, true },
		{ "tab", "a\tb", 3, false, true },
		{ "carriage return", "a\r\nb", 4, false, true },
		{ "NUL", "a\0b", 3, false, false },
		{ "escape", "a\x1B[2J", 5, false, false },
		{ "delete", "a\x7F", 2, false, false },
		{ "C1 control U+0085", "\xC2\x85", 2, false, false },
		{ "no-break space U+00A0", "\xC2\xA0", 2, true, true },
		{ "lone continuation", "\x80", 1, false, false },
		{ "cut sequence", "\xE1\xBB", 2, false, false },
		{ "overlong slash", "\xC0\xAF", 2, false, false },
		{ "overlong three", "\xE0\x80\xAF", 3, false, false },
		{ "surrogate U+D800", "\xED\xA0\x80", 3, false, false },
		{ "beyond U+10FFFF", "\xF4\x90\x80\x80", 4, false, false },
		{ "five bytes", "\xF8\x88\x80\x80\x80", 5, false, false },
		{ "byte FF", "\xFF", 1, false, false },
		{ "C2 at the end", "a\xC2", 2, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		print_message("  %s\n", t[i].name);
		assert_int_equal(text_valid(t[i].s, t[i].len, false), t[i].line);
		assert_int_equal(text_valid(t[i].s, t[i].len, true), t[i].lines);
	}
}

static void characters_are_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_chars("", 0), 0);
	assert_int_equal(text_chars("Đánh giá", strlen("Đánh giá")), 8);
	assert_int_equal(text_chars("\xF0\x9F\x98\x80", 4), 1);
	/* ế as e + circumflex + acute */
	assert_int_equal(text_chars("e\xCC\x82\xCC\x81", 5), 3);
}

static void search_key(void **state)
{
	static const struct {
		const char *text, *key;
	} t[] = {
		{ "", "" },
		{ "Đánh giá HỌC PHẦN", "danh gia hoc phan" },
		{ "D\xCC\xA3\xCC\x82ng", "dng" }, /* marks on the wrong letter still go */
		{ "e\xCC\x82\xCC\x81", "e" },	  /* decomposed ế */
		{ "ế", "e" },
		{ "ƯỚC LƯỢNG", "uoc luong" },
		{ "Straße", "strasse" }, /* full case folding */
		{ "ΣΊΣΥΦΟΣ", "σισυφοσ" },
		{ "kỳ\nhai", "ky\nhai" },
	};
	struct arena *a = arena_new(256, 1 << 16);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *key = text_search_key(a, t[i].text);

		assert_non_null(key);
		assert_string_equal(key, t[i].key);
	}
	assert_null(text_search_key(a, "\xC0\xAF"));
	assert_null(text_search_key(a, "a\x01"));
	arena_free(a);
	/* no room left: NULL, no half key */
	a = arena_new(16, 16);
	assert_null(text_search_key(a, "một dòng chữ dài hơn mười sáu"));
	arena_free(a);
}

/* As R 4.2 with ICU sorts these (sort(c(...)) in C.UTF-8 or en_US.UTF-8). */
static void order(void **state)
{
	static const char *const sorted[] = { "", "(x)", "+", "<5", ">5", "1-2", "10", "5", "a b", "a_b", "a-b", "a.b",
		"a1", "ab", "aB", "Ab", "B10", "b9", "blue", "d", "đ", "e", "é", "É", "ế", "f", "Österreich", "P",
		"Red", "z", "я" };
	size_t n = sizeof sorted / sizeof *sorted;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int sign = text_order(sorted[i], sorted[j]);

			assert_int_equal((sign > 0) - (sign < 0), (i > j) - (i < j));
		}
}

static void codes(void **state)
{
	(void)state;
	assert_true(text_is_code("Q1", 20));
	assert_true(text_is_code("a", 1));
	assert_true(text_is_code("course-evaluation_2026", 22));
	assert_false(text_is_code("course-evaluation_2026", 21));
	assert_false(text_is_code("", 20));
	assert_false(text_is_code("1Q", 20));
	assert_false(text_is_code("-Q", 20));
	assert_false(text_is_code("Q 1", 20));
	assert_false(text_is_code("Q\n", 20));
	assert_false(text_is_code("Đ1", 20));
	assert_false(text_is_code("Q.1", 20));
}

static void trimming(void **state)
{
	static const struct {
		const char *s;
		size_t len;
		const char *want;
		size_t want_len;
	} t[] = {
		{ "", 0, "", 0 },
		{ " \t\r\n", 4, "", 0 },
		{ "  a b \n", 7, "a b", 3 },
		{ "a", 1, "a", 1 },
		{ " \0 ", 3, "\0", 1 }, /* a zero byte is no blank: it must stay to be refused */
		{ "\xC2\xA0x", 3, "\xC2\xA0x", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t len = t[i].len;
		const char *p = text_trim(t[i].s, &len);

		assert_int_equal(len, t[i].want_len);
		assert_memory_equal(p, t[i].want, len);
	}
}

static void numbers(void **state)
{
	static const struct {
		const char *s;
		bool ok;
		double value;
	} t[] = {
		{ "0", true, 0 },
		{ "12", true, 12 },
		{ "-0.5", true, -0.5 },
		{ "1e3", true, 1000 },
		{ "1E-2", true, 0.01 },
		{ "+7", true, 7 },
		{ ".5", true, 0.5 },
		{ "", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "0,5", false, 0 },
		{ "1.234.5", false, 0 },
		{ "0x10", false, 0 },
		{ "inf", false, 0 },
		{ "nan", false, 0 },
		{ "NaN", false, 0 },
		{ "1e999", false, 0 },
		{ "-1e999", false, 0 },
		{ "1e", false, 0 },
		{ "e5", false, 0 },
		{ "--1", false, 0 },
		{ ".", false, 0 },
		{ "-", false, 0 },
		{ "1f", false, 0 },
		{ "1_000", false, 0 },
		{ "0.1", true, 0.1 },
		{ "9007199254740993", true, 9007199254740992.0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double got = NAN;

		print_message("  “%s”\n", t[i].s);
		assert_int_equal(text_number(t[i].s, &got), t[i].ok);
		if (t[i].ok)
			assert_true(got == t[i].value);
	}
}

static void integers(void **state)
{
	static const struct {
		const char *s;
		bool ok;
		long long value;
	} t[] = {
		{ "0", true, 0 },
		{ "-12", true, -12 },
		{ "+5", true, 5 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ " 1", false, 0 },
		{ "5-3", false, 0 },
		{ "0x1", false, 0 },
		{ "007", true, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		long long got = -1;

		print_message("  “%s”\n", t[i].s);
		assert_int_equal(text_integer(t[i].s, &got), t[i].ok);
		if (t[i].ok)
			assert_true(got == t[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_text),
		cmocka_unit_test(characters_are_code_points),
		cmocka_unit_test(search_key),
		cmocka_unit_test(order),
		cmocka_unit_test(codes),
		cmocka_unit_test(trimming),
		cmocka_unit_test(numbers),
		cmocka_unit_test(integers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
