/* tests/alloc/alloc.h -- allocations that fail when told to.
 * The program is linked with --wrap=malloc, calloc, realloc and strdup (tests/alloc/run), so it is the
 * calls of our own objects that come here; libraries keep the allocator of the sanitizer, which
 * also finds what is not given back.  Included by one file of a program. */
#ifndef TESTS_ALLOC_ALLOC_H
#define TESTS_ALLOC_ALLOC_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
char *__real_strdup(const char *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);

static struct {
	bool armed, sticky, failed; /* sticky: all that follow fail too */
	long countdown;		    /* allocations until the one that fails */
} alloc;

static bool alloc_refuses(void)
{
	if (!alloc.armed || alloc.countdown-- > 0 || (alloc.failed && !alloc.sticky))
		return false;
	alloc.failed = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t n)
{
	return alloc_refuses() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t each)
{
	return alloc_refuses() ? NULL : __real_calloc(n, each);
}

void *__wrap_realloc(void *old, size_t n)
{
	return alloc_refuses() ? NULL : __real_realloc(old, n);
}

char *__wrap_strdup(const char *s)
{
	return alloc_refuses() ? NULL : __real_strdup(s);
}

#endif
