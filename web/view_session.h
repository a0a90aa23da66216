/* web/view_session.h -- signing in and out; and the small services of the process itself. */
#ifndef WEB_VIEW_SESSION_H
#define WEB_VIEW_SESSION_H

#include "web/web.h"

extern const struct web_field signin_get_fields[], signin_fields[];
int signin_view(struct web_request *rq, json_t *model, struct err *e);
int signin_post(struct web_request *rq, struct web_response *rs, struct err *e);
int signout_post(struct web_request *rq, struct web_response *rs, struct err *e);

#endif
