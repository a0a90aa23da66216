/* web/view_service.h -- static files, health, metrics: what the process says of itself. */
#ifndef WEB_VIEW_SERVICE_H
#define WEB_VIEW_SERVICE_H

#include "web/web.h"

extern const struct web_field static_fields[];
int static_send(struct web_request *rq, struct web_response *rs, struct err *e);
int health_send(struct web_request *rq, struct web_response *rs, struct err *e);
int metrics_send(struct web_request *rq, struct web_response *rs, struct err *e);
int problem_show(struct web_request *rq, struct web_response *rs, struct err *e);

#endif
