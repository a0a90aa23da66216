/* analysis/stats/describe/bootstrap_share.h -- percentile bootstrap interval of a share, without drawing.
 * Drawing n people with replacement from n of whom hits have a property gives a binomial count
 * with probability hits / n, so the limits that infinitely many replicates would give are
 * quantiles of that distribution (the ideal bootstrap of Efron & Tibshirani 1993, ch. 6 and 13):
 * the smallest count whose distribution function reaches the tail.  No seed, no sampling error.
 * Where hits is 0 or n every replicate is the same and the interval has no width: has_width is
 * false and the caller should show another interval.
 * AN_ETOOFEW: n is 0.  AN_EDATA: hits over n, or level not inside 0..1. */
#ifndef ANALYSIS_STATS_DESCRIBE_BOOTSTRAP_SHARE_H
#define ANALYSIS_STATS_DESCRIBE_BOOTSTRAP_SHARE_H

#include "analysis/stats/describe/proportion.h"

#include <stdbool.h>

struct an_bootstrap_share {
	bool has_width;
	struct an_interval interval;
};

enum an_status an_bootstrap_share(unsigned hits, unsigned n, double level, struct an_bootstrap_share *out);

#endif
