/* web/campaign_page.h -- what only the page of a campaign's figures needs.
 * Added to the view model of the statistics (analysis/campaign_stats.h), never to the API:
 *   "panels"   [{"likert_scale", "agree": bool, "groups": [{"title", "rows": items}], "top", "bottom", "count"}]
 *              items of one response format, by scale, highest agreement first
 *   "choices", "numbers", "texts"   items of the other kinds ("choices" with "bars")
 *   "curve"    for the drawing `days`, or null
 *   "alphas"   {"low", "high", "very_high", "weak"}: what the reliability panel says first
 *   "sides"    [{"title", "all", "careful"}]: alphas of each scale with and without straight-lining
 *   "part_links" {"all", "careful"}, "clear_href"
 *   "group_scale" in "units" and "targets", "href" in their rows */
#ifndef WEB_CAMPAIGN_PAGE_H
#define WEB_CAMPAIGN_PAGE_H

#include "surveys/campaign.h"
#include "surveys/instrument.h"
#include "web/web.h"

int campaign_page_parts(struct web_request *rq, json_t *model, const struct campaign *c, const struct instrument *q,
    struct err *e);

/* For every page about campaigns (the campaign itself, or a list of them as "items"): "is" and
 * "is_mode" by status and mode, "sim" wherever simulated responses are among those shown. */
int campaign_page_marks(struct web_request *rq, json_t *model);
/* "any_hidden", "is_share" of a comparison. */
int campaign_compare_marks(json_t *block);

#endif
