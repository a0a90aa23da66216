/* web/form_state.h -- a form half filled in: what one respondent has typed so far.
 *
 * The form keeps nothing on the server.  Each page of it posts its own fields and, hidden, those
 * of the other pages, so that every step says the whole state:
 *   CODE        the answer to an item: "" skipped, "na" not applicable, a value, or text
 *   CODE.na     "1": not applicable, where the answer is typed (number, text)
 *   _id         the response's identifier, made by the server with the first page
 *   _page       index of the page that is posted
 *   _target     id of what the response is about
 *   _invitation token of the link
 *   _go         next, back, send, or the language to go on in
 * An item's code begins with a letter, so no code is taken by these.
 *
 * Everything lives in the request's arena.  open is the thread's own (surveys/campaign_cache.h):
 * a state is read anew on another thread. */
#ifndef WEB_FORM_STATE_H
#define WEB_FORM_STATE_H

#include "surveys/answers.h"
#include "surveys/campaign_cache.h"
#include "web/web.h"

enum form_go { FORM_NEXT, FORM_BACK, FORM_SEND, FORM_STAY };

struct form_item {
	const char *typed; /* as it came, for showing again; NULL: nothing came */
	bool not_applicable, softened;
	const char *fault; /* what is wrong and what to do, in the reader's language; NULL: nothing */
};
struct form_state {
	const struct campaign_open *open;
	const struct instrument *q;
	const char *id, *invitation;		  /* invitation: or NULL */
	const struct campaign_target_ref *target; /* or NULL */
	size_t page;
	enum form_go go;
	const char *lang_next; /* FORM_STAY: the language asked for */
	struct form_item *items;
	struct answer *answers; /* after form_state_check() */
};

/* The languages of the form among those of the pages; sets rq->lang to one of them. */
void form_language(struct web_request *rq, const struct instrument *q);

/* Nothing typed yet.  id and invitation as given (NULL: none). */
struct form_state *form_state_new(struct web_request *rq, const struct campaign_open *open, const char *id,
    const char *invitation, const struct campaign_target_ref *target, struct err *e);
/* From rq->body.  ERR_INPUT naming the field for what no form of ours sends: unknown or repeated
 * fields, bytes that are no text, an identifier that is none. */
struct form_state *form_state_read(struct web_request *rq, const struct campaign_open *open, struct err *e);

/* Reads the answers and notes the faults of pages first to last (skipped answers count as faults
 * only there); the first page with one, or SIZE_MAX when all is well. */
size_t form_state_check(struct web_request *rq, struct form_state *s, size_t first, size_t last);
/* Answered on a page, or on all but that page. */
size_t form_state_answered(const struct form_state *s, size_t page, bool elsewhere);

/* By id or code; NULL when the campaign has no such target. */
const struct campaign_target_ref *form_target(const struct campaign_open *open, const char *id_or_code);

/* text with {1} and {2} replaced, in the arena. */
const char *form_fill(struct arena *a, const char *text, const char *one, const char *two);

#endif
