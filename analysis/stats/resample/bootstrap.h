/* analysis/stats/resample/bootstrap.h -- percentile bootstrap interval of a mean over people
 * (Efron & Tibshirani 1993, ch. 13).  With values 0 and 1 it is the interval of a share.
 * Replicate r draws from stream r of the seed, so figures depend on data, seed and number of
 * replicates alone.  Quantiles of type 7.
 * AN_ETOOFEW: under two people, or under 100 replicates.  AN_EDATA: a non-finite value, level
 * outside 0..1, over 1,000,000 replicates. */
#ifndef ANALYSIS_STATS_RESAMPLE_BOOTSTRAP_H
#define ANALYSIS_STATS_RESAMPLE_BOOTSTRAP_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdint.h>

struct an_bootstrap {
	size_t used;
	double mean, se; /* se: sd of the replicates */
	struct an_interval interval;
};

enum an_status an_bootstrap_mean(const double *value, size_t n, size_t replicates, double level, uint64_t seed,
    struct an_work *work, struct an_bootstrap *out);

#endif
