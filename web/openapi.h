/* web/openapi.h -- the API's description (OpenAPI 3.1), made from the route table.
 * Paths, parameters, bodies, permissions and sentences come from web_routes[]; the shapes of
 * answers from static/schemas.json.  A row that names a schema which is not there fails the
 * start, so the description cannot lag behind. */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "web/web.h"

int openapi_make(struct web *w, struct err *e); /* fills w->openapi */
int openapi_send(struct web_request *rq, struct web_response *rs, struct err *e);
/* {"groups": [{name, routes: [{method, path, doc, permission, fields: [...], model}]}]} for /api */
int openapi_view(struct web_request *rq, json_t *model, struct err *e);

#endif
