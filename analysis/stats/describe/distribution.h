/* analysis/stats/describe/distribution.h -- how many gave each answer.
 * Values are the distinct ones found, ascending, or those that the caller lists (a response
 * scale, so that an answer which nobody gave still shows as 0).  Shares are of the answers
 * present; missing cells are counted by reason. */
#ifndef ANALYSIS_STATS_DESCRIBE_DISTRIBUTION_H
#define ANALYSIS_STATS_DESCRIBE_DISTRIBUTION_H

#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

struct an_distribution {
	size_t used, values; /* values: how many are filled */
	size_t outside;	     /* answers that are not among the listed values */
	struct an_missing missing;
};

/* Distinct values of a column, ascending, into value[cap].  AN_ETOOFEW: more than cap distinct
 * values (*found says how many were kept).  AN_EDATA: a non-finite cell. */
enum an_status an_distinct(struct an_view x, size_t col, struct an_work *work, double *value, size_t cap,
    size_t *found);
/* count[i] answers equal value[i]; value[] ascending without repeats.
 * AN_ETOOFEW: nothing present (counts are 0 then).  AN_EDATA: a non-finite cell. */
enum an_status an_distribution(struct an_view x, size_t col, const double *value, size_t values, size_t *count,
    struct an_distribution *out);

#endif
