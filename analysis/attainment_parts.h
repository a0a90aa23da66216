/* analysis/attainment_parts.h -- what the files behind attainment.h share; for them alone. */
#ifndef ANALYSIS_ATTAINMENT_PARTS_H
#define ANALYSIS_ATTAINMENT_PARTS_H

#include "analysis/attainment.h"
#include "analysis/results.h"

size_t attainment_k(const struct attainment_options *o); /* fewest students of a shown figure */
json_t *assessment_head_json(const struct assessment *s, bool hide_students);
/* How many outcomes have each status: met, not_met, uncertain, few, not_assessed, no_data, indirect_only. */
json_t *attainment_summary_new(void);
int attainment_summary_add(json_t *summary, const char *status);

#endif
