/* analysis/campaign_indirect.h -- a survey item as indirect evidence for an outcome: the share of
 * agreement (answers above the middle of the scale) with Wilson's interval, from the campaign's
 * running statistics and under its rule of k.  An attainment_indirect_fn; arg is not used. */
#ifndef ANALYSIS_CAMPAIGN_INDIRECT_H
#define ANALYSIS_CAMPAIGN_INDIRECT_H

#include "analysis/attainment.h"

int campaign_indirect(struct db *db, const char *campaign, const char *item, void *arg, struct arena *a,
    struct attainment_indirect *out, struct err *e);

#endif
