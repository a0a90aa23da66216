/* analysis/stats/numeric/midrank.h -- ranks from 1, equal values sharing the middle of theirs.
 * *ties: sum of t^3 - t over the runs of t equal values; 0 where there are none.
 * Values are equal when they are the same double.  rank may not be x.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_NUMERIC_MIDRANK_H
#define ANALYSIS_STATS_NUMERIC_MIDRANK_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

enum an_status an_midranks(const double *x, size_t n, struct an_work *work, double *rank, double *ties);

#endif
