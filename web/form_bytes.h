/* web/form_bytes.h -- a page rendered once, with holes for the little that varies.
 * The template is given a mark in place of each varying value; form_bytes_new() cuts the
 * rendered page at the marks.  A mark is a word of random letters made at the start of the
 * process, so no text of a person can hold one.  Serving such a page copies nothing but the
 * values: the parts point into the shared bytes.
 *
 * Values are put in as they are: they must be safe in markup and in an address (identifiers,
 * tokens and receipts are: letters, digits and hyphens).
 *
 * Owner: counted.  form_bytes_new() gives one reference; form_bytes_send() takes one more for
 * the request and gives it back when the request's arena is reset, that is after the body was
 * sent.  Safe from any thread. */
#ifndef WEB_FORM_BYTES_H
#define WEB_FORM_BYTES_H

#include "web/web.h"

enum form_hole { FORM_HOLE_ID, FORM_HOLE_INVITATION, FORM_HOLE_RECEIPT, FORM_HOLE_COUNT };

#define FORM_MARK_LEN 24
struct form_marks {
	char text[FORM_HOLE_COUNT][FORM_MARK_LEN + 1];
};
void form_marks_new(struct form_marks *out);

struct form_bytes;

/* Copies the page. */
struct form_bytes *form_bytes_new(const struct form_marks *marks, const char *page, size_t len, struct err *e);
struct form_bytes *form_bytes_take(struct form_bytes *b);
void form_bytes_drop(struct form_bytes *b); /* NULL is allowed */

/* The page as the body of rs.  values by enum form_hole, in the request's arena or static; NULL
 * for a hole that the page does not have (then it is left empty). */
int form_bytes_send(struct form_bytes *b, struct web_request *rq, struct web_response *rs,
    const char *const values[FORM_HOLE_COUNT], struct err *e);

#endif
