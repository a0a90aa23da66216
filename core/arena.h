/* core/arena.h -- memory of one request or one job, freed as a whole.
 * Everything got from an arena lives until arena_reset() or arena_free(); nothing is freed
 * singly.  An arena has a hard limit: past it, or on overflow, arena_get() gives NULL, and
 * arena_failed() stays true until reset, so that a long chain of calls may be checked once.
 * Not for use by two threads at the same time. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(size_t first_block, size_t limit);   /* NULL: out of memory */
void arena_free(struct arena *a);			     /* NULL is allowed */
void arena_reset(struct arena *a);			     /* keeps the first block for the next use */
void *arena_get(struct arena *a, size_t count, size_t each); /* zeroed, aligned for any type */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vfmt(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);
/* Calls fn(arg) when the arena is reset or freed, the last one asked for first: lets go of what
 * a request only borrowed, such as a counted reference.  -1 when out of memory (fn is not kept). */
int arena_defer(struct arena *a, void (*fn)(void *), void *arg);

#define ARENA_NEW(a, type)	((type *)arena_get((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_get((a), (n), sizeof(type)))

#endif
