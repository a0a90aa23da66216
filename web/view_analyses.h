/* web/view_analyses.h -- methods of analysis over stored responses, by the API; and what the
 * workbench (web/view_workbench.h) shares with it. */
#ifndef WEB_VIEW_ANALYSES_H
#define WEB_VIEW_ANALYSES_H

#include "web/web.h"

extern const struct web_field analyses_fields[];
extern const struct web_column methods_columns[], analyses_columns[];

int methods_view(struct web_request *, json_t *, struct err *);
int analyses_view(struct web_request *, json_t *, struct err *);
int analysis_view(struct web_request *, json_t *, struct err *);
int analyses_post(struct web_request *, struct web_response *, struct err *);
int analysis_delete(struct web_request *, struct web_response *, struct err *);
int analysis_table_send(struct web_request *, struct web_response *, struct err *);

#define ANALYSIS_WAIT_MS 1000 /* how long an answer waits for a calculation to end */

/* Begins what a document asks (analysis/stored.h), or finds it; waits, and fills *model:
 *   {"id", "state", "progress", "begun_at", "ended_at", "method", "asked", "result", "error"}
 * result and error: null until the state is done or failed. */
int analysis_ask(struct web_request *rq, const json_t *doc, int wait_ms, json_t **model, struct err *e);
/* The same of one that was begun; ERR_ABSENT for one of somebody else. */
int analysis_look(struct web_request *rq, const char *id, json_t **model, struct err *e);

#endif
