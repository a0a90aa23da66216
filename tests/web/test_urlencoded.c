/* Pairs of queries and form bodies. */
#include "web/urlencoded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void encoded_values(void **state)
{
	struct arena *a = arena_new(256, 65536);
	const char *name, *value;
	struct urlencoded u;
	struct err e = { 0 };

	(void)state;
	assert_string_equal(urlencoded_value(a, "a b&c=đ"), "a%20b%26c%3D%C4%91");
	urlencoded_start(&u, a, "&&a=1&b=%C4%91+x&c", 18);
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(name, "a");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(value, "đ x");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(name, "c");
	assert_string_equal(value, "");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 0);
	urlencoded_start(&u, a, "a=%00", 5);
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), -1);
	arena_free(a);
}

static void softened_values(void **state)
{
	struct arena *a = arena_new(256, 65536);
	const char *name, *value;
	struct urlencoded u;
	struct err e = { 0 };

	(void)state;
	urlencoded_start(&u, a, "a=x%0By%C2%85z%00&b=%0A%0D%09", 29);
	u.soften = true;
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(value, "x y  z ");
	assert_true(u.softened);
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(value, "\n\r\t");
	assert_false(u.softened);
	arena_free(a);
}

static void limits_and_faults(void **state)
{
	static const struct {
		const char *text;
		enum err_kind kind;
		const char *field;
	} t[] = {
		{ "a=%", ERR_INPUT, "a" },
		{ "a=%4", ERR_INPUT, "a" },
		{ "a=%zz", ERR_INPUT, "a" },
		{ "a=%FF", ERR_INPUT, "a" },
		{ "a=%ED%A0%80", ERR_INPUT, "a" }, /* a lone surrogate */
		{ "%C3=1", ERR_INPUT, "" },
		{ "=1", ERR_INPUT, "" },
		{ "a%0A=1", ERR_INPUT, "" },
		{ "a=123456789", ERR_TOO_LARGE, "a" },
		{ "abcdefghi=1", ERR_TOO_LARGE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct arena *a = arena_new(256, 65536);
		const char *name, *value;
		struct urlencoded u;
		struct err e = { 0 };

		print_message("  %s\n", t[i].text);
		urlencoded_start(&u, a, t[i].text, strlen(t[i].text));
		u.name_most = u.value_most = 8;
		assert_int_equal(urlencoded_next(&u, &name, &value, &e), -1);
		assert_int_equal(e.kind, t[i].kind);
		assert_string_equal(e.field, t[i].field);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(encoded_values), cmocka_unit_test(softened_values),
		cmocka_unit_test(limits_and_faults) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
