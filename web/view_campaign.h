/* web/view_campaign.h -- one campaign: what it is, its figures, its targets, its comments. */
#ifndef WEB_VIEW_CAMPAIGN_H
#define WEB_VIEW_CAMPAIGN_H

#include "web/web.h"

extern const struct web_field campaign_fields[], campaign_targets_fields[], campaign_comments_fields[];
extern const struct web_column campaign_items_columns[], campaign_targets_columns[], campaign_comments_columns[];

int campaign_view(struct web_request *rq, json_t *model, struct err *e);	    /* the campaign itself */
int campaign_statistics_view(struct web_request *rq, json_t *model, struct err *e); /* its figures; the page */
int campaign_targets_view(struct web_request *rq, json_t *model, struct err *e);    /* with figures; the page */
/* Public while the campaign is open, then without figures; with them for who may see them. */
int campaign_targets_open_view(struct web_request *rq, json_t *model, struct err *e);
int campaign_comments_view(struct web_request *rq, json_t *model, struct err *e);
int campaign_instrument_view(struct web_request *rq, json_t *model, struct err *e); /* public while open */

#endif
