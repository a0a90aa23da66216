/* tests/alloc/alloc.h -- an allocator that fails when told to, and counts what is not given back.
 * Included by one file of a program: it takes the place of malloc() for everything linked in,
 * the libraries too.  Not together with AddressSanitizer, which has its own. */
#ifndef TESTS_ALLOC_ALLOC_H
#define TESTS_ALLOC_ALLOC_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static struct {
	bool armed, sticky, failed;
	long countdown; /* allocations until the one that fails */
	long live;
} alloc;

static bool alloc_refuses(void)
{
	if (!alloc.armed)
		return false;
	if (alloc.countdown-- > 0)
		return false;
	if (!alloc.sticky && alloc.failed)
		return false;
	alloc.failed = true;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	void *p = alloc_refuses() ? NULL : __libc_malloc(n);

	if (p != NULL)
		alloc.live++;
	return p;
}

void *calloc(size_t n, size_t each)
{
	void *p = alloc_refuses() ? NULL : __libc_calloc(n, each);

	if (p != NULL)
		alloc.live++;
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = alloc_refuses() ? NULL : __libc_realloc(old, n);

	if (old == NULL && p != NULL)
		alloc.live++;
	if (old != NULL && n == 0 && p == NULL)
		alloc.live--;
	return p;
}

void free(void *p)
{
	if (p != NULL)
		alloc.live--;
	__libc_free(p);
}

#endif
