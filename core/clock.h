/* core/clock.h -- the time, in one place so that tests can set it.
 * Stored times are milliseconds since 1970-01-01 UTC; durations come from a clock that never
 * steps back. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_now(void);     /* ms UTC */
int64_t clock_mono_ns(void); /* for measuring only */
void clock_fix(int64_t ms);  /* tests: stand still at ms; 0 runs again */
int clock_day(int64_t ms);   /* yyyymmdd, UTC */
/* "2026-11-22T05:54:56Z" for logs and the API; out holds 25 bytes or more. */
void clock_iso(int64_t ms, char *out, size_t size);
/* The same form, or a date alone (midnight UTC); -1 when it is neither. */
int64_t clock_parse(const char *iso);

#endif
