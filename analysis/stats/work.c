#include "analysis/stats/work.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_LEAST ((size_t)1 << 16)

struct an_work_block {
	struct an_work_block *below;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct an_work {
	struct an_work_block *top;
	size_t limit, total;
	an_watch_fn *watch;
	void *watch_arg;
	double done;
	bool stopped;
};

struct an_work *an_work_new(size_t limit)
{
	struct an_work *w = calloc(1, sizeof *w);

	if (w != NULL)
		w->limit = limit != 0 ? limit : SIZE_MAX;
	return w;
}

static void pop(struct an_work *w)
{
	struct an_work_block *b = w->top;

	w->top = b->below;
	w->total -= b->size;
	free(b);
}

void an_work_free(struct an_work *w)
{
	if (w == NULL)
		return;
	while (w->top != NULL)
		pop(w);
	free(w);
}

static int push(struct an_work *w, size_t need)
{
	size_t left = w->limit - w->total, size = left < BLOCK_LEAST ? left : BLOCK_LEAST;
	struct an_work_block *b;

	if (need > left)
		return -1;
	if (size < need)
		size = need;
	b = malloc(sizeof *b + size);
	if (b == NULL)
		return -1;
	b->below = w->top;
	b->size = size;
	b->used = 0;
	w->top = b;
	w->total += size;
	return 0;
}

void *an_work_get(struct an_work *w, size_t count, size_t each)
{
	const size_t align = _Alignof(max_align_t);
	size_t need;
	void *p;

	if (each != 0 && count > (SIZE_MAX / 2) / each)
		return NULL;
	need = (count * each + align - 1) / align * align;
	if (need == 0)
		need = align;
	if (w->top == NULL || w->top->size - w->top->used < need)
		if (push(w, need) != 0)
			return NULL;
	p = w->top->data + w->top->used;
	w->top->used += need;
	return memset(p, 0, need);
}

struct an_work_mark an_work_mark(const struct an_work *w)
{
	return (struct an_work_mark){ w->top, w->top != NULL ? w->top->used : 0 };
}

void an_work_release(struct an_work *w, struct an_work_mark m)
{
	while (w->top != m.block)
		pop(w);
	if (w->top != NULL)
		w->top->used = m.used;
}

void an_work_watch(struct an_work *w, an_watch_fn *fn, void *arg)
{
	w->watch = fn;
	w->watch_arg = arg;
	w->stopped = false;
}

bool an_work_go_on(struct an_work *w, double done)
{
	w->done = done;
	return an_work_still(w);
}

bool an_work_still(struct an_work *w)
{
	w->stopped = w->stopped || (w->watch != NULL && !w->watch(w->watch_arg, w->done));
	return !w->stopped;
}

bool an_work_stopped(const struct an_work *w)
{
	return w->stopped;
}
