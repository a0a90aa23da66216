/* analysis/stats/interval.h -- limits of an estimate; its unit and confidence are the estimate's. */
#ifndef ANALYSIS_STATS_INTERVAL_H
#define ANALYSIS_STATS_INTERVAL_H

struct an_interval {
	double lo, hi;
};

#endif
