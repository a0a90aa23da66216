/* analysis/rows.h -- an array that grows in an arena while rows are read.
 * rows_grow() returns room for one element more than n (the old ones kept), or NULL. */
#ifndef ANALYSIS_ROWS_H
#define ANALYSIS_ROWS_H

#include "core/arena.h"

#include <string.h>

static inline void *rows_grow(struct arena *a, void *old, size_t n, size_t each)
{
	void *wider;

	if (old != NULL && n > 0 && (n < 8 || (n & (n - 1)) != 0))
		return old;
	wider = arena_get(a, n < 8 ? 8 : 2 * n, each);
	if (wider != NULL && n > 0)
		memcpy(wider, old, n * each);
	return wider;
}

#endif
