/* web/view.h -- what views have in common: headings, lists, pagers, exports.
 * A view model is what the API returns; what only a page needs (title, path, addresses) is added
 * by these when the answer is a page, so that it never reaches a program. */
#ifndef WEB_VIEW_H
#define WEB_VIEW_H

#include "surveys/list.h"
#include "web/web.h"

bool view_is_page(const struct web_request *rq);

/* Title, and the path that leads here: pairs of address and label, ended by NULL; the page
 * itself is the last step and is not given.  title and labels are already in the reader's
 * language.  crumb: what the page is called in the path (NULL: as the title). */
int view_heading(struct web_request *rq, json_t *model, const char *title, const char *crumb, ...)
    __attribute__((sentinel));

/* The fields that every list takes; use as the first rows of a route's fields. */
#define VIEW_LIST_FIELDS                                                                                               \
	{ .name = "q",                                                                                                 \
		.type = WEB_TEXT,                                                                                      \
		.max = 200,                                                                                            \
		.doc = "Search: part of a name or code; marks and case are ignored" },                                 \
	    { .name = "sort", .type = WEB_CODE, .max = 40, .doc = "Column to sort by; a list says which" },            \
	    { .name = "order", .type = WEB_WORD, .words = view_orders, .doc = "Direction of the sort" },               \
	    { .name = "after", .type = WEB_TEXT, .max = 64, .doc = "Cursor: `next` of the page before" },              \
	    { .name = "from",                                                                                          \
		    .type = WEB_INT,                                                                                   \
		    .max = 100000000,                                                                                  \
		    .doc = "Rows before this page, for pages to print; changes nothing" },                             \
	{                                                                                                              \
		.name = "limit", .type = WEB_INT, .max = LIST_MOST, .doc = "Rows a page: 50 unless asked"              \
	}
extern const char *const view_orders[]; /* "", "asc", "desc" */
/* down: the order when none is asked for. */
void view_list_query(const struct web_request *rq, bool down, struct list_query *out);

/* ERR_INPUT naming the columns when the sort asked for is none of them. */
int view_sort_check(const struct web_request *rq, const char *const *columns, struct err *e);

/* An address of this page with one query field set (value NULL: left out) and the paging reset;
 * in the arena. */
const char *view_address(struct web_request *rq, const char *name, const char *value);

/* For a page of a list: "pager" {from, to, total, first, next: addresses or null}, "sorts"
 * {column: {href, sort: "ascending" | "descending" | "none"}} for each of the given columns, and
 * "filter" {q, sort, order, active}.  columns: NULL-ended. */
int view_list_page(struct web_request *rq, json_t *model, size_t shown, size_t total, const char *next,
    const char *const *columns, bool down);

/* For templates, which cannot compare: "is": {"<text of key>": true} beside the key, in the object
 * or in every object of an array.  Pages only. */
int view_is(const struct web_request *rq, json_t *value, const char *key);

/* "exports": the same figures as CSV (when csv) and JSON, by the address of the API twin. */
int view_exports(struct web_request *rq, json_t *model, const char *api_path, bool csv);

#endif
