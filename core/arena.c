#include "core/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *first, *last;
	struct deferred *deferred; /* in the arena itself */
	size_t limit, total;
	bool failed;
};

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof *b + size);

	if (b != NULL) {
		b->next = NULL;
		b->size = size;
		b->used = 0;
	}
	return b;
}

struct arena *arena_new(size_t first_block, size_t limit)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->first = a->last = block_new(first_block);
	if (a->first == NULL) {
		free(a);
		return NULL;
	}
	a->limit = limit < first_block ? first_block : limit;
	a->total = first_block;
	return a;
}

static void free_after(struct block *b)
{
	for (struct block *next; (next = b->next) != NULL;) {
		b->next = next->next;
		free(next);
	}
}

static void run_deferred(struct arena *a)
{
	while (a->deferred != NULL) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->arg);
	}
}

int arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);

	if (d == NULL)
		return -1;
	d->fn = fn;
	d->arg = arg;
	d->next = a->deferred;
	a->deferred = d;
	return 0;
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	free_after(a->first);
	a->last = a->first;
	a->first->used = 0;
	a->total = a->first->size;
	a->failed = false;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	run_deferred(a);
	free_after(a->first);
	free(a->first);
	free(a);
}

static struct block *block_for(struct arena *a, size_t size)
{
	size_t want = a->last->size * 2;
	struct block *b;

	if (want < size)
		want = size;
	if (want > a->limit - a->total)
		want = size;
	if (want > a->limit - a->total)
		return NULL;
	b = block_new(want);
	if (b == NULL)
		return NULL;
	a->total += want;
	a->last->next = b;
	a->last = b;
	return b;
}

void *arena_get(struct arena *a, size_t count, size_t each)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b = a->last;
	size_t size;
	void *p;

	if (each != 0 && count > (SIZE_MAX - align) / each) {
		a->failed = true;
		return NULL;
	}
	size = (count * each + align - 1) / align * align;
	if (size > b->size - b->used)
		b = block_for(a, size);
	if (b == NULL) {
		a->failed = true;
		return NULL;
	}
	p = b->data + b->used;
	b->used += size;
	return memset(p, 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = n == SIZE_MAX ? NULL : arena_get(a, n + 1, 1);

	if (p != NULL)
		memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = n < 0 ? NULL : arena_get(a, (size_t)n + 1, 1);
	if (p != NULL)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vfmt(a, fmt, ap);
	va_end(ap);
	return p;
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

size_t arena_used(const struct arena *a)
{
	size_t n = 0;

	for (const struct block *b = a->first; b != NULL; b = b->next)
		n += b->used;
	return n;
}
