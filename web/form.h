/* web/form.h -- answering a survey: the form, its receipt, and the same by the API.
 *
 *   GET  /s/{campaign}    id or code; t target, i invitation, lang; q and after search targets
 *   POST /s/{campaign}    web/form_state.h says the fields; 200 the next page or the receipt,
 *			   422 a page with faults, 409 sent before with other answers or by a used
 *			   invitation, 403 not open, 503 busy: the page again with what was typed
 *   POST /api/v1/campaigns/{campaign}/responses
 *			   {"id", "language", "target", "answers", "invitation", "simulated"};
 *			   201 {"receipt"}; 200 the same when it was there already
 *
 * What can be answered without the database and without a template is answered on the event
 * thread; the rest is left to a worker (rs->work).  A page that answers a POST has the address
 * of the form, so that nothing about an answer is in an address or a log. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "web/form_state.h"

extern const struct web_field form_fields[]; /* of the query */
int form_show(struct web_request *rq, struct web_response *rs, struct err *e);
int form_post(struct web_request *rq, struct web_response *rs, struct err *e);
int form_answer(struct web_request *rq, struct web_response *rs, struct err *e);

/* ---- shared by form.c and form_api.c ---- */
struct response_submit;
/* Makes the job for the writer; finish is called when it is done. rs->job is a struct
 * response_submit then.  answers has one place an item of open->instrument. */
struct form_send {
	const struct campaign_open *open;
	int64_t target; /* number; 0 none */
	const char *id, *invitation;
	const struct answer *answers;
	bool simulated;
};
int form_submit(struct web_request *rq, struct web_response *rs, const struct form_send *send,
    int (*finish)(struct web_request *, struct web_response *, struct err *), struct err *e);

#endif
