/* analysis/campaign_list.h -- campaigns as view models: what one is, how many answered, and lists.
 *
 * campaign: {"id", "code", "title", "instrument": {"id", "code", "version", "title"}, "mode",
 *   "audience", "origin", "status", "k", "opens_at", "closes_at" (ISO, UTC), "days_left" (of an open
 *   one, else null), "target_word", "unit_word", "note" (texts by language, or null), "targets", "responses"
 * (accepted), "released", "simulated", "rate"} rate, also an estimate: {"responses", "people", "simulated", "invited",
 * "invited_from": "invited" | "enrolled" | null, "share", "n", "interval", "goal", "status": "met" | "not_met" |
 *   "uncertain" | null, "method", "reference"}.  Simulated responses are no people and not in it.
 *   share is null where it is not known how many were asked.
 * *out is a new reference. */
#ifndef ANALYSIS_CAMPAIGN_LIST_H
#define ANALYSIS_CAMPAIGN_LIST_H

#include "core/account.h"
#include "surveys/campaign.h"

#include <jansson.h>

int campaign_rate_json(struct db *db, const struct campaign *c, json_t **out, struct err *e);
int campaign_json(struct db *db, const struct campaign *c, json_t **out, struct err *e);
/* {"items", "total", "more", "next"}.  who: a lecturer sees campaigns with targets of their own;
 * NULL: all. */
int campaigns_json(struct db *db, const struct account *who, const struct list_query *query, const char *status,
    struct arena *a, json_t **out, struct err *e);

#endif
