/* analysis/stats/view.h -- borrowed view of respondents x items.
 * Shape:   rows = people, cols = items; element (i,j) is data[i*stride + j], stride >= cols.
 * Units:   item scores on the item's own scale; no rescaling is ever implied.
 * Missing: why[i*stride + j] != AN_PRESENT makes the cell missing, whatever data holds;
 *          why == NULL means complete.  A non-finite value that is present is AN_EDATA.
 * Owner:   the caller; nothing here allocates or keeps the pointers. */
#ifndef ANALYSIS_STATS_VIEW_H
#define ANALYSIS_STATS_VIEW_H

#include "analysis/stats/status.h"

#include <stdbool.h>
#include <stddef.h>

enum an_why {
	AN_PRESENT,
	AN_SKIPPED,	   /* shown, not answered; an empty cell of a file */
	AN_NOT_SHOWN,	   /* the form's logic did not ask */
	AN_NOT_APPLICABLE, /* the respondent said so */
	AN_UNREADABLE,	   /* something stands there that is no value */
	AN_NOT_SUBMITTED,  /* an assessment not handed in */
	AN_EXCUSED,	   /* absent with leave */
	AN_SET_ASIDE	   /* left out by a stated rule, such as imputed values */
};
#define AN_WHY_COUNT (AN_SET_ASIDE + 1)

struct an_view {
	const double *data;
	const unsigned char *why;
	size_t rows, cols, stride;
};

/* Cells by reason; by[AN_PRESENT] counts the present ones. */
struct an_missing {
	size_t by[AN_WHY_COUNT];
};

static inline bool an_view_has(struct an_view v, size_t i, size_t j)
{
	return v.why == NULL || v.why[i * v.stride + j] == AN_PRESENT;
}

static inline double an_view_at(struct an_view v, size_t i, size_t j)
{
	return v.data[i * v.stride + j];
}

/* One item of a view as a view of one column. */
static inline struct an_view an_view_item(struct an_view v, size_t j)
{
	return (struct an_view){ v.data + j, v.why != NULL ? v.why + j : NULL, v.rows, 1, v.stride };
}

const char *an_why_name(enum an_why why);	     /* "present", "skipped", "not_shown", ... */
size_t an_missing_total(const struct an_missing *m); /* all that are not present */
/* Counts cells by reason (unknown reasons count as AN_UNREADABLE).
 * AN_EDATA: a non-finite present cell, or stride < cols. */
enum an_status an_view_check(struct an_view v, struct an_missing *out);
/* Present values of column j, in row order, into out (room for rows); returns how many. */
size_t an_view_column(struct an_view v, size_t j, double *out);
size_t an_view_present(struct an_view v, size_t row); /* items answered in a row */

#endif
