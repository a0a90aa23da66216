/* web/view_report.h -- from findings to actions, and the improvement report of a programme. */
#ifndef WEB_VIEW_REPORT_H
#define WEB_VIEW_REPORT_H

#include "web/web.h"

extern const struct web_field finding_fields[], action_fields[];

int reports_view(struct web_request *rq, json_t *model, struct err *e);	    /* programmes with their reports */
int report_view(struct web_request *rq, json_t *model, struct err *e);	    /* the sheet */
int improvement_view(struct web_request *rq, json_t *model, struct err *e); /* findings, actions, their forms */
int finding_post(struct web_request *rq, struct web_response *rs, struct err *e);
int action_post(struct web_request *rq, struct web_response *rs, struct err *e);

#endif
