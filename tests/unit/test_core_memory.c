/* Arenas and buffers: alignment, limits, overflow, and what stays valid after a refusal. */
#include "core/arena.h"
#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new(64, 1 << 16);

	(void)state;
	assert_non_null(a);
	for (size_t n = 0; n < 200; n++) {
		unsigned char *p = arena_get(a, n, 1);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xA5, n);
	}
	assert_false(arena_failed(a));
	/* memory used before a reset is zero again after it */
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	for (unsigned char *p = arena_get(a, 64, 1), *end = p + 64; p < end; p++)
		assert_int_equal(*p, 0);
	arena_free(a);
	arena_free(NULL);
}

static void arena_stops_at_its_limit(void **state)
{
	struct arena *a = arena_new(128, 1024);
	size_t got = 0;

	(void)state;
	while (arena_get(a, 16, 1) != NULL)
		got += 16;
	assert_int_equal(got, 1024);
	assert_true(arena_failed(a));
	/* the failure is remembered although a smaller request might fit */
	assert_non_null(arena_get(a, 0, 8));
	assert_true(arena_failed(a));
	arena_reset(a);
	assert_false(arena_failed(a));
	assert_non_null(arena_get(a, 16, 1));
	assert_null(arena_get(a, 1025, 1));
	arena_free(a);
}

static void arena_refuses_overflow(void **state)
{
	static const struct {
		size_t count, each;
	} t[] = { { SIZE_MAX, 1 }, { SIZE_MAX / 2 + 1, 2 }, { SIZE_MAX, SIZE_MAX }, { 1, SIZE_MAX },
		{ 1UL << 33, 1UL << 33 } };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct arena *a = arena_new(64, SIZE_MAX / 4);

		assert_null(arena_get(a, t[i].count, t[i].each));
		assert_true(arena_failed(a));
		arena_free(a);
	}
	{
		struct arena *a = arena_new(64, 1 << 20);

		assert_null(arena_strndup(a, "x", SIZE_MAX));
		arena_free(a);
	}
}

static void arena_copies_texts(void **state)
{
	struct arena *a = arena_new(32, 1 << 16);
	char *s = arena_strdup(a, ""), *t = arena_strndup(a, "abcdef", 4), *u;

	(void)state;
	assert_string_equal(s, "");
	assert_string_equal(t, "abcd");
	u = arena_fmt(a, "%s-%05d-%s", "a", 42, "đ");
	assert_string_equal(u, "a-00042-đ");
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_fmt(a, "%0100d", i));
	assert_string_equal(u, "a-00042-đ");
	arena_free(a);
}

static void buf_grows_to_its_ceiling(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	for (int i = 0; i < 1000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	assert_false(b.failed);
	assert_int_equal(b.len, 1000);
	assert_int_equal(strlen(b.p), 1000);
	buf_putc(&b, 'x');
	assert_true(b.failed);
	assert_int_equal(b.len, 1000);
	assert_int_equal(b.p[999], 'a' + 999 % 26);
	/* nothing more is taken once it failed, not even what would fit */
	buf_addf(&b, "%s", "");
	assert_true(b.failed);
	assert_null(buf_take(&b, NULL));
	assert_null(b.p);
	buf_free(&b);
}

static void buf_keeps_bytes_as_they_are(void **state)
{
	struct buf b;
	size_t len;
	char *p;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	buf_addf(&b, "%d%%", 50);
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.p, "a\0b50%", 7);
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.p, "");
	buf_puts(&b, "again");
	p = buf_take(&b, &len);
	assert_string_equal(p, "again");
	assert_int_equal(len, 5);
	free(p);
	/* an untouched buffer still gives an empty text */
	p = buf_take(&b, &len);
	assert_string_equal(p, "");
	assert_int_equal(len, 0);
	free(p);
	buf_free(&b);
}

static void buf_formats_across_its_capacity(void **state)
{
	struct buf b;

	(void)state;
	for (int width = 250; width <= 262; width++) {
		buf_init(&b, 4096);
		buf_addf(&b, "%*d", width, 7);
		assert_int_equal(b.len, (size_t)width);
		assert_int_equal(b.p[width - 1], '7');
		assert_int_equal(b.p[width], '\0');
		buf_free(&b);
	}
	buf_init(&b, 10);
	buf_addf(&b, "%s", "12345678901");
	assert_true(b.failed);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_stops_at_its_limit),
		cmocka_unit_test(arena_refuses_overflow),
		cmocka_unit_test(arena_copies_texts),
		cmocka_unit_test(buf_grows_to_its_ceiling),
		cmocka_unit_test(buf_keeps_bytes_as_they_are),
		cmocka_unit_test(buf_formats_across_its_capacity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
