/* Catalogues: the embedded Vietnamese one, a small one made here byte by byte, and broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "web/assets.h"
#include "web/format.h"
#include "web/locale.h"

/* A .mo file by the format's description: header, two tables, strings. */
struct maker {
	unsigned char data[2048];
	size_t len;
	int swapped;
};

static void put32(struct maker *m, size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		m->data[at + (size_t)i] = (unsigned char)(v >> (m->swapped ? 24 - 8 * i : 8 * i));
}

struct pair {
	const char *id, *str;
	size_t id_len, str_len;
};
#define PAIR(id, str)                                                                                                  \
	{                                                                                                              \
		id, str, sizeof(id) - 1, sizeof(str) - 1                                                               \
	}

static void make(struct maker *m, const struct pair *p, uint32_t n, int swapped)
{
	memset(m, 0, sizeof *m);
	m->swapped = swapped;
	put32(m, 0, 0x950412deu);
	put32(m, 8, n);
	put32(m, 12, 28);
	put32(m, 16, 28 + n * 8);
	m->len = 28 + (size_t)n * 16;
	for (int table = 0; table < 2; table++) {
		for (uint32_t i = 0; i < n; i++) {
			size_t len = table == 0 ? p[i].id_len : p[i].str_len;

			put32(m, 28 + (size_t)table * n * 8 + i * 8, (uint32_t)len);
			put32(m, 28 + (size_t)table * n * 8 + i * 8 + 4, (uint32_t)m->len);
			memcpy(m->data + m->len, table == 0 ? p[i].id : p[i].str, len);
			m->len += len + 1;
		}
	}
}

static const struct pair small[] = {
	PAIR("", "Plural-Forms: nplurals=1; plural=0;\n"),
	PAIR("Cancel", "Thôi"),
	PAIR("Save", "Lưu"),
	PAIR("{{n}} course\0{{n}} courses", "{{n}} học phần"),
};

static void lookup(void **state)
{
	struct err e = { 0 };
	struct maker m;

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct locale_catalogue *c;

		make(&m, small, 4, swapped);
		c = locale_new("vi", m.data, m.len, &e);
		assert_non_null(c);
		assert_string_equal(locale_lang(c), "vi");
		assert_string_equal(locale_text(c, "Save"), "Lưu");
		assert_string_equal(locale_text(c, "Cancel"), "Thôi");
		assert_string_equal(locale_text(c, "Delete"), "Delete"); /* not there: itself */
		assert_string_equal(locale_text(c, ""), "");		 /* never the header */
		assert_true(locale_one_form(c));
		assert_string_equal(locale_plural(c, "{{n}} course", "{{n}} courses", 1), "{{n}} học phần");
		assert_string_equal(locale_plural(c, "{{n}} course", "{{n}} courses", 7), "{{n}} học phần");
		assert_string_equal(locale_plural(c, "a thing", "things", 7), "things");
		assert_string_equal(locale_translate(c, "Save"), "Lưu");
		locale_free(c);
	}
}

static void two_forms(void **state)
{
	static const struct pair german[] = {
		PAIR("", "Plural-Forms: nplurals=2; plural=(n != 1);\n"),
		PAIR("course\0courses", "Kurs\0Kurse"),
	};
	struct err e = { 0 };
	struct maker m;
	struct locale_catalogue *c;

	(void)state;
	make(&m, german, 2, 0);
	c = locale_new("de", m.data, m.len, &e);
	assert_non_null(c);
	assert_false(locale_one_form(c));
	assert_string_equal(locale_plural(c, "course", "courses", 1), "Kurs");
	assert_string_equal(locale_plural(c, "course", "courses", 2), "Kurse");
	assert_string_equal(locale_plural(c, "course", "courses", 0), "Kurse");
	locale_free(c);
}

static void english(void **state)
{
	struct err e = { 0 };
	struct locale_catalogue *c = locale_new("en", NULL, 0, &e);

	(void)state;
	assert_string_equal(locale_text(c, "Save"), "Save");
	assert_string_equal(locale_plural(c, "one", "many", 1), "one");
	assert_string_equal(locale_plural(c, "one", "many", 2), "many");
	assert_string_equal(locale_text(NULL, "Save"), "Save");
	assert_string_equal(locale_lang(NULL), "en");
	locale_free(c);
	assert_null(locale_new("much-too-long", NULL, 0, &e));
}

static void broken(void **state)
{
	struct maker good, m;

	(void)state;
	make(&good, small, 4, 0);
	/* cut anywhere: refused, never read past the end (the sanitizer watches a malloc'd copy) */
	for (size_t len = 0; len < good.len; len++) {
		unsigned char *copy = malloc(len + 1);
		struct err e = { 0 };

		memcpy(copy, good.data, len);
		assert_null(locale_new("vi", copy, len, &e));
		assert_int_equal(e.kind, ERR_INTERNAL);
		free(copy);
	}
	/* any one byte of header and tables changed: refused or sound */
	for (size_t at = 0; at < 28 + 4 * 16; at++) {
		struct err e = { 0 };
		struct locale_catalogue *c;

		m = good;
		m.data[at] ^= 0xff;
		c = locale_new("vi", m.data, m.len, &e);
		if (c != NULL)
			locale_text(c, "Save");
		locale_free(c);
	}
	{
		static const struct pair unsorted[] = { PAIR("b", "x"), PAIR("a", "y") };
		struct err e = { 0 };

		make(&m, unsorted, 2, 0);
		assert_null(locale_new("vi", m.data, m.len, &e));
		assert_non_null(strstr(e.log, "out of order"));
	}
}

static void embedded(void **state)
{
	const struct asset *mo = asset_find("locale/vi.mo");
	struct err e = { 0 };
	struct locale_catalogue *c;

	(void)state;
	assert_non_null(mo);
	c = locale_new("vi", mo->data, mo->len, &e);
	assert_non_null(c);
	assert_true(locale_one_form(c));
	assert_string_equal(locale_text(c, "Met"), "Đạt");
	assert_string_equal(locale_text(c, "Sign out"), "Đăng xuất");
	assert_true(format_style_for(c, 0).vi);
	assert_false(format_style_for(NULL, 0).vi);
	locale_free(c);
}

static void assets_found(void **state)
{
	json_t *at = asset_addresses();
	const char *css = json_string_value(json_object_get(at, "elod_css"));

	(void)state;
	assert_non_null(asset_find("static/elod.css"));
	assert_string_equal(asset_find("static/elod.css")->type, "text/css; charset=utf-8");
	assert_null(asset_find("static/elod.cs"));
	assert_null(asset_find(""));
	assert_non_null(css);
	assert_int_equal(strncmp(css, "/static/elod.css?v=", 19), 0);
	assert_int_equal(strlen(css), 19 + 16);
	for (size_t i = 1; i < asset_count; i++)
		assert_true(strcmp(assets[i - 1].name, assets[i].name) < 0);
	json_decref(at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookup),
		cmocka_unit_test(two_forms),
		cmocka_unit_test(english),
		cmocka_unit_test(broken),
		cmocka_unit_test(embedded),
		cmocka_unit_test(assets_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
