/* analysis/campaign_stats.h -- a campaign's figures as view models, from its running statistics.
 *
 * Nothing leaves here over fewer than k responses, for any face (analysis/suppress.h): the
 * whole block says {"withheld": {"reason", "k", "responses", "released"}} and has no figures,
 * and groups say it one by one.  reason: "below_k", "complement" (could be computed from its
 * neighbours), "no_responses", "aggregate" (the source gives counts and means only).
 *
 * Shares are 0..1 and unrounded; texts are objects of language to text.  Blocks that are
 * estimates carry "method", "reference", "n_used" and "fingerprint" (analysis/fingerprint.h:
 * made of the last release's keyed digest, the selection and the program version).  Responses
 * that were simulated are counted in "simulated" wherever they are among those shown.
 *
 * Costs do not depend on the number of responses, but for campaign_comments_json(), which reads
 * them once.  *out is a new reference. */
#ifndef ANALYSIS_CAMPAIGN_STATS_H
#define ANALYSIS_CAMPAIGN_STATS_H

#include "analysis/tally.h"
#include "surveys/list.h"
#include "surveys/target.h"

struct campaign_options {
	enum tally_part part;
	const char *unit;    /* code of a unit; NULL or "": all */
	const char *target;  /* id or code; NULL or "": all */
	const char *account; /* the viewer sees only targets of this account; NULL: everything */
	size_t groups_most;  /* targets in "targets.rows", highest estimate first; 0: all */
};

/* {"campaign": {"id", "code"}, "part", "unit", "target", "responses", "released", "simulated", "k",
 *  "withheld", "careful_withheld",
 *  "overall": {"n", "mean", "sd", "least", "most", "unit", "interpolated_median", "agreement"},
 *  "formats": [{"points": [{"value", "label"}], "items": [codes]}],
 *  "items": [...], "scales": [...], "careless": {...}, "units": {...}, "targets": {...},
 *  "days": [{"date", "accepted", "simulated", "cumulative", "cumulative_people"}], "fingerprint"}
 * ERR_ABSENT for a unit or target that is none; ERR_FORBIDDEN for another's. */
int campaign_statistics_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, struct arena *a, json_t **out, struct err *e);

/* The targets by themselves, searched, sorted and paged: what a selection begins with, and
 * "comparison" (as "targets" above, without rows), "items", "total", "more", "next", "from" (number of
 * the first row).
 * Sort: "estimate" (default, descending by itself), "label", "unit", "n", "rate", "difference".
 * c of origin 'aggregate': the source's means and rates, default sort "rate". */
int campaign_targets_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, const struct list_query *query, struct arena *a, json_t **out, struct err *e);

/* Names and counts alone, as anybody may see them while the campaign is open: {"items", "total",
 * "more", "next"}. */
int campaign_public_targets_json(struct db *db, const struct campaign *c, const struct list_query *query,
    const char *unit, struct arena *a, json_t **out, struct err *e);

/* Comments of one text item, in an order that is the same at each look but is no order of
 * arrival and not that of another item: {"item", "withheld", "total", "comments": [{"text",
 * "simulated"}], "more", "last"}.  after: "last" of the page before. */
int campaign_comments_json(struct db *db, const struct campaign *c, const struct instrument *q,
    const struct campaign_options *o, const char *item, const char *after, size_t limit, struct arena *a, json_t **out,
    struct err *e);

#endif
