/* Errors: the first one wins, texts keep their limits and never split a character. */
#include "core/err.h"

#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void first_error_wins(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_INPUT, "age", "Write a number from {1} to {2}.", "0", "120", NULL), -1);
	assert_int_equal(err_set(&e, ERR_BUSY, "other", "Later.", NULL), -1);
	assert_int_equal(err_internal(&e, "detail %d", 5), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.field, "age");
	assert_string_equal(e.message, "Write a number from {1} to {2}.");
	assert_string_equal(e.arg[1], "120");
	assert_string_equal(e.log, "");
	err_clear(&e);
	assert_int_equal(e.kind, ERR_NONE);
	assert_int_equal(err_busy(&e, "queue of %d", 7), -1);
	assert_int_equal(e.kind, ERR_BUSY);
	assert_string_equal(e.log, "queue of 7");
}

static void no_struct_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_INPUT, "x", "y", NULL), -1);
	assert_int_equal(err_internal(NULL, "x"), -1);
	assert_int_equal(err_busy(NULL, "x"), -1);
	assert_int_equal(err_nomem(NULL), -1);
}

static void long_arguments_are_cut_between_characters(void **state)
{
	char field[200], arg[400], text[1024];
	struct err e = { 0 };

	(void)state;
	memset(field, 'f', sizeof field - 1);
	field[sizeof field - 1] = '\0';
	/* 'đ' is two bytes, so 95 bytes of room end inside one */
	for (size_t i = 0; i + 2 < sizeof arg; i += 2)
		memcpy(arg + i, "đ", 3);
	err_set(&e, ERR_INPUT, field, "{1} and {1}", arg, NULL);
	assert_int_equal(strlen(e.field), sizeof e.field - 1);
	assert_int_equal(strlen(e.arg[0]), 94);
	assert_true(text_valid(e.arg[0], strlen(e.arg[0]), false));
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_int_equal(strlen(text), 94 + 5 + 94);
}

static const char *shout(const void *catalogue, const char *msgid)
{
	assert_string_equal(catalogue, "vi");
	return strcmp(msgid, "{1} of {2}") == 0 ? "trong {2} có {1}" : msgid;
}

static void places_are_filled_after_translation(void **state)
{
	struct err e = { 0 };
	char out[64];

	(void)state;
	err_set(&e, ERR_INPUT, "", "{1} of {2}", "3", "{1}", NULL);
	err_text(&e, NULL, NULL, out, sizeof out);
	/* an argument that looks like a place stays what it is */
	assert_string_equal(out, "3 of {1}");
	err_text(&e, shout, "vi", out, sizeof out);
	assert_string_equal(out, "trong {1} có 3");
}

static void any_size_of_buffer_holds_the_text(void **state)
{
	struct err e = { 0 };
	char whole[128], out[128];
	size_t len;

	(void)state;
	err_set(&e, ERR_INPUT, "", "“{1}” là đủ {2} {9} {", "đ", "ế", NULL);
	err_text(&e, NULL, NULL, whole, sizeof whole);
	len = strlen(whole);
	assert_string_equal(whole, "“đ” là đủ ế {9} {");
	for (size_t size = 1; size <= len + 1; size++) {
		memset(out, 'X', sizeof out);
		err_text(&e, NULL, NULL, out, size);
		assert_true(strlen(out) < size);
		assert_memory_equal(out, whole, strlen(out));
		assert_true(text_valid(out, strlen(out), false));
		assert_int_equal(out[size], 'X');
	}
	out[0] = 'X';
	err_text(&e, NULL, NULL, out, 0);
	assert_int_equal(out[0], 'X');
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = ERR_NONE; k <= ERR_INTERNAL; k++) {
		assert_non_null(err_kind_name((enum err_kind)k));
		for (int other = ERR_NONE; other < k; other++)
			assert_string_not_equal(err_kind_name((enum err_kind)k), err_kind_name((enum err_kind)other));
	}
}

static void lists_show_a_hundred_and_count_all(void **state)
{
	struct err_list l = { 0 };

	(void)state;
	for (unsigned long i = 1; i <= 250; i++) {
		struct err e = { 0 };
		char n[16];

		snprintf(n, sizeof n, "%lu", i);
		err_set(&e, ERR_INPUT, "mark", "Line {1}.", n, NULL);
		err_list_add(&l, i, &e);
	}
	assert_int_equal(l.total, 250);
	assert_int_equal(l.shown, ERR_LIST_SHOWN);
	assert_int_equal(l.at[99].line, 100);
	assert_string_equal(l.at[99].err.arg[0], "100");
	err_list_free(&l);
	assert_int_equal(l.total, 0);
	assert_null(l.at);
	err_list_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_error_wins),
		cmocka_unit_test(no_struct_is_allowed),
		cmocka_unit_test(long_arguments_are_cut_between_characters),
		cmocka_unit_test(places_are_filled_after_translation),
		cmocka_unit_test(any_size_of_buffer_holds_the_text),
		cmocka_unit_test(every_kind_has_a_name),
		cmocka_unit_test(lists_show_a_hundred_and_count_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
