/* web/form_view.h -- what the pages of a form show, as view models.
 * Each gives a new JSON value that the caller releases; NULL when out of memory (e is filled).
 * Nothing in the model of a first page depends on who asks: values that do are marks
 * (web/form_bytes.h) that are filled in when the page is sent. */
#ifndef WEB_FORM_VIEW_H
#define WEB_FORM_VIEW_H

#include "web/form_state.h"

/* A page of the form (template "form").  alert: a sentence over it, or NULL. */
struct form_alert {
	const char *title, *text; /* in the reader's language */
};
/* posted: the page answers a POST, so the language is changed by a button that sends the form
 * along rather than by a link that would lose what was typed. */
json_t *form_view_page(struct web_request *rq, const struct form_state *s, const struct form_alert *alert, bool posted,
    struct err *e);
/* "receipt": receipt as text or a mark. */
json_t *form_view_receipt(struct web_request *rq, const struct campaign_open *open,
    const struct campaign_target_ref *target, const char *receipt, struct err *e);

enum form_notice {
	FORM_UNKNOWN, /* no such survey: open is NULL */
	FORM_PLANNED,
	FORM_CLOSED,
	FORM_NEEDS_LINK,   /* for invited people, and the link has no valid invitation */
	FORM_ANSWERED,	   /* the invitation is used */
	FORM_OTHER_ANSWERS /* the identifier came before, with other answers */
};
/* "form_notice" */
json_t *form_view_notice(struct web_request *rq, enum form_notice what, const struct campaign_open *open,
    struct err *e);
/* "form_targets": the list to choose from, by the query's q and after.  invitation: its token goes
 * along with every link; or NULL.  Reads the database. */
json_t *form_view_targets(struct web_request *rq, const struct campaign_open *open, const char *invitation,
    struct err *e);

/* /s/CODE with what is not NULL of language, target and invitation. */
const char *form_href(struct web_request *rq, const struct campaign_open *open, const char *lang, const char *target,
    const char *invitation);

#endif
