/* web/view_campaigns.h -- the list of campaigns, and the first page of whoever is signed in. */
#ifndef WEB_VIEW_CAMPAIGNS_H
#define WEB_VIEW_CAMPAIGNS_H

#include "web/web.h"

struct campaign;
struct instrument;

extern const struct web_field campaigns_fields[];
extern const struct web_column campaigns_columns[];

int campaigns_view(struct web_request *rq, json_t *model, struct err *e);
int home_view(struct web_request *rq, json_t *model, struct err *e);

/* The account to whose targets the reader is limited; NULL: sees everything. */
const struct account *campaign_reader(const struct web_request *rq);

#endif
