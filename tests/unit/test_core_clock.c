/* Times: the same milliseconds whatever the machine's zone, and strict reading of dates. */
#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* 2026-11-22T05:54:56Z; `date -u -d @1795326896` */
#define MOMENT 1795326896000LL

static void written_and_read(void **state)
{
	static const struct {
		const char *iso;
		int64_t ms;
	} t[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-22T05:54:56Z", MOMENT },
		{ "2026-11-22", MOMENT - 21296000LL }, /* 5 h 54 min 56 s earlier */
		{ "2000-02-29", 951782400000LL },
		{ "2026-02-29", -1 },
		{ "2026-02-31", -1 },
		{ "2026-13-01", -1 },
		{ "2026-00-10", -1 },
		{ "2026-1-1", -1 },
		{ "2026-11-22T05:54:56", -1 },
		{ "2026-11-22T05:54Z", -1 },
		{ "2026-11-22T24:00:00Z", -1 },
		{ "2026-11-22T05:60:00Z", -1 },
		{ "2026-11-22 05:54:56Z", -1 },
		{ "2026-11-22T05:54:56+07:00", -1 },
		{ "2026-11-22x", -1 },
		{ "", -1 },
		{ "22/11/2026", -1 },
		{ "2026-11-22T05:54:56Z ", -1 },
		/* scanf alone would read these */
		{ "2026- 1- 1", -1 },
		{ "2026-+1-+1", -1 },
		{ " 026-01-01", -1 },
		{ "+026-01-01", -1 },
		{ "2026-11-22T 5:54:56Z", -1 },
		{ "2026-11-22T05:+4:56Z", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char iso[32];

		print_message("  %s\n", t[i].iso);
		assert_true(clock_parse(t[i].iso) == t[i].ms);
		if (t[i].ms >= 0 && strlen(t[i].iso) == 20) {
			clock_iso(t[i].ms, iso, sizeof iso);
			assert_string_equal(iso, t[i].iso);
		}
	}
}

static void zone_of_the_machine_does_not_matter(void **state)
{
	(void)state;
	setenv("TZ", "Asia/Ho_Chi_Minh", 1);
	tzset();
	assert_true(clock_parse("2026-11-22T05:54:56Z") == MOMENT);
	assert_int_equal(clock_day(MOMENT), 20261122);
	assert_int_equal(clock_day(0), 19700101);
	unsetenv("TZ");
	tzset();
}

static void stands_still_when_asked(void **state)
{
	int64_t before;

	(void)state;
	clock_fix(MOMENT);
	assert_true(clock_now() == MOMENT);
	assert_true(clock_now() == MOMENT);
	clock_fix(0);
	assert_true(clock_now() > MOMENT - 5LL * 365 * 86400 * 1000);
	before = clock_mono_ns();
	assert_true(clock_mono_ns() >= before);
}

static void small_buffers_stay_terminated(void **state)
{
	char out[8];

	(void)state;
	memset(out, 'X', sizeof out);
	clock_iso(MOMENT, out, 5);
	assert_string_equal(out, "");
	assert_int_equal(out[5], 'X');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_and_read),
		cmocka_unit_test(zone_of_the_machine_does_not_matter),
		cmocka_unit_test(stands_still_when_asked),
		cmocka_unit_test(small_buffers_stay_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
