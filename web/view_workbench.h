/* web/view_workbench.h -- the workbench: choose data, method and groups, see the result.
 * The address holds everything that was chosen, so that a link gives the same page again.
 * Options of methods are query fields "o.NAME"; which there are is known once the methods are
 * (workbench_start(), before the routes are read). */
#ifndef WEB_VIEW_WORKBENCH_H
#define WEB_VIEW_WORKBENCH_H

#include "web/web.h"

#define WORKBENCH_FIELDS_MOST 256
extern struct web_field workbench_fields[WORKBENCH_FIELDS_MOST];
extern const struct web_field workbench_stop_fields[];

int workbench_start(struct err *e); /* again: no effect */
int workbench_view(struct web_request *, json_t *, struct err *);
int workbench_stop(struct web_request *, struct web_response *, struct err *);

int workbench_chart_send(struct web_request *, struct web_response *, struct err *); /* workbench_chart.c */

/* workbench_result.c: what the page shows of a finished calculation (analysis/stored.h); a new
 * reference.  items: labels of items by code; q: the questionnaire. */
struct instrument;
json_t *workbench_result(struct web_request *rq, const json_t *job, const json_t *items, const struct instrument *q,
    struct err *e);

#endif
