/* web/form_pages.h -- the first page of each form and its receipt, kept as bytes.
 * A page is kept under what an address says: campaign (as written there), language, target, and
 * which page.  It is good for FORM_PAGES_MS; then one request is asked to make it anew while the
 * others still get the old one for as long again.  Never past the campaign's close.
 * Bounded: FORM_PAGES_SETS x FORM_PAGES_WAYS pages; a new one takes the place of the one that
 * was made longest ago among those that share its set.
 * Safe from any thread. */
#ifndef WEB_FORM_PAGES_H
#define WEB_FORM_PAGES_H

#include "web/form_bytes.h"

#define FORM_PAGES_MS	2000
#define FORM_PAGES_SETS 128
#define FORM_PAGES_WAYS 4

struct form_key {
	char kind;			      /* 'f' the form's first page, 'r' receipt */
	const char *lang, *campaign, *target; /* target "" none; at most 64 bytes each */
};

struct form_pages *form_pages_new(void); /* NULL: out of memory */
void form_pages_free(struct form_pages *p);
const struct form_marks *form_pages_marks(const struct form_pages *p);

/* The page with a reference for the caller; NULL: there is none, or the caller is the one to make
 * it anew. */
struct form_bytes *form_pages_get(struct form_pages *p, const struct form_key *key);
/* Keeps it until closes_at (ms UTC) at the latest; takes a reference of its own. */
void form_pages_put(struct form_pages *p, const struct form_key *key, struct form_bytes *b, int64_t closes_at);

#endif
