/* surveys/list.h -- what to show of a list, and where to go on.
 * Paging is by cursor: `after` is the id of the last row seen ("" or NULL: from the start); a
 * page is limit rows at most, and the page says whether there are more.  An unknown cursor
 * gives an empty page.  search is what a person typed: marks and case are ignored. */
#ifndef SURVEYS_LIST_H
#define SURVEYS_LIST_H

#include "core/arena.h"
#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

#define LIST_DEFAULT 50
#define LIST_MOST    500

struct list_query {
	const char *search; /* "" or NULL: all */
	const char *sort;   /* a key that the list names; NULL: its own */
	bool descending;
	const char *after;
	size_t limit; /* 0: LIST_DEFAULT; at most LIST_MOST are given */
};
struct list_page {
	size_t shown, total; /* total: all that match, on whatever page */
	bool more;	     /* then the next page begins after the last row's id */
};

static inline size_t list_limit(const struct list_query *q)
{
	return q->limit == 0 ? LIST_DEFAULT : q->limit > LIST_MOST ? LIST_MOST : q->limit;
}

/* The search key of what was typed; NULL with the error. */
const char *list_search(const struct list_query *q, struct arena *a, struct err *e);

#endif
