/* web/site.h -- what the files of the dispatcher share; not for views and handlers.
 * struct web is made once at start; afterwards nothing in it changes but the counters. */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "web/format.h"
#include "web/locale.h"
#include "web/metrics.h"
#include "web/router.h"
#include "web/template.h"
#include "web/web.h"

enum { WEB_VI, WEB_EN, WEB_LANGS };

struct web_words { /* one language */
	const char *lang;
	struct locale_catalogue *catalogue;
	struct format_style style;
	struct template_env env;
	struct template_set *templates;
};
struct web {
	struct web_options options; /* texts are own copies */
	struct secret secret;
	struct web_words words[WEB_LANGS];
	json_t *assets;
	struct web_router *router;
	struct web_metrics *metrics;
	struct form_pages *forms;
	char *openapi; /* the API description, made at start */
	size_t openapi_len;
	char openapi_tag[20]; /* its ETag */
};
const struct web_words *web_words(const struct web_request *rq);

/* ---- web/request.c: what was sent, decoded ---- */
#define WEB_PAIRS_MOST	2000
#define WEB_PAIRS_BYTES ((size_t)64 * 1024)			  /* of one query or form */
const char *web_cookie(struct web_request *rq, const char *name); /* in the arena, or NULL */
void web_language(struct web_request *rq);
/* Sets rq->format; -1 with ERR_INPUT when nothing that the row has is acceptable. */
int web_negotiate(struct web_request *rq, struct err *e);
/* Fills rq->input by the row's fields.  Several errors go to bad. */
int web_decode(struct web_request *rq, struct err_list *bad, struct err *e);

/* ---- web/gate.c: who is there, and may they ---- */
/* rq->who, rq->session.  ERR_LOGIN for a bearer token that is none. */
int web_identify(struct web_request *rq, struct err *e);
/* ERR_LOGIN or ERR_FORBIDDEN when the row's permission is not there. */
int web_permit(struct web_request *rq, struct err *e);
/* Forms: same origin, and the token of the session. ERR_FORBIDDEN. */
int web_same_origin(struct web_request *rq, struct err *e);
int web_csrf(struct web_request *rq, const char *given, struct err *e);

/* ---- web/respond.c, web/problem.c, web/table.c ---- */
void web_common_headers(struct web_request *rq, struct web_response *rs);
/* err with an HTTP status of its own choice; 0: by kind. */
void web_fail(struct web_request *rq, struct web_response *rs, int status, const struct err *e,
    const struct err_list *more);
int web_send_table(struct web_request *rq, struct web_response *rs, const json_t *model, struct err *e);
/* The bytes of a buffer as body, copied to the arena; frees the buffer. */
int web_send_buf(struct web_request *rq, struct web_response *rs, int status, const char *type, struct buf *b);
json_t *web_shell(struct web_request *rq); /* the shared context of a page; NULL: out of memory */

#endif
