#include "core/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static _Atomic int64_t fixed;

int64_t clock_now(void)
{
	int64_t at = atomic_load_explicit(&fixed, memory_order_relaxed);
	struct timespec t;

	if (at != 0)
		return at;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void clock_fix(int64_t ms)
{
	atomic_store(&fixed, ms);
}

int clock_day(int64_t ms)
{
	time_t s = (time_t)(ms / 1000);
	struct tm t;

	gmtime_r(&s, &t);
	return (t.tm_year + 1900) * 10000 + (t.tm_mon + 1) * 100 + t.tm_mday;
}

void clock_iso(int64_t ms, char *out, size_t size)
{
	time_t s = (time_t)(ms / 1000);
	struct tm t;

	gmtime_r(&s, &t);
	if (strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &t) == 0 && size > 0)
		out[0] = '\0';
}

/* Digits where the pattern has 0, else the same character: scanf alone takes blanks and signs. */
static bool has_form(const char *s, const char *pattern)
{
	for (; *pattern != '\0'; s++, pattern++)
		if (*pattern == '0' ? !(*s >= '0' && *s <= '9') : *s != *pattern)
			return false;
	return *s == '\0';
}

int64_t clock_parse(const char *iso)
{
	struct tm t = { 0 }, back;
	time_t s;

	if (!has_form(iso, "0000-00-00T00:00:00Z") && !has_form(iso, "0000-00-00"))
		return -1;
	sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%2d", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec);
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	back = t;
	s = timegm(&t);
	/* timegm() turns 31 February into March: refuse instead */
	if (s < 0 || t.tm_mday != back.tm_mday || t.tm_mon != back.tm_mon || t.tm_hour != back.tm_hour ||
	    t.tm_min != back.tm_min || t.tm_sec != back.tm_sec)
		return -1;
	return (int64_t)s * 1000;
}
