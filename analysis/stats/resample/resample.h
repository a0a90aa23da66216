/* analysis/stats/resample/resample.h -- bootstrap and jackknife of a statistic of complete rows.
 * What is drawn are units: rows, or whole clusters; within each stratum as many as it has (a difference of
 * two groups draws within the groups unless clusters are given).  Replicate r draws from stream r of the
 * seed, so that a figure depends on data, seed and number of replicates alone, never on threads.
 *   percentile, basic  quantiles of the replicates at (B + 1) p (type 6), and their mirror image
 *   bca                Efron 1987, acceleration by the jackknife (of at most 2000 random groups of units)
 *   normal             value less bias -+ z se
 * Statistics that a replicate does not have (a correlation where all are alike) are left out and counted.
 * AN_ETOOFEW: under two units in a stratum, a group without rows, under 100 replicates.
 * AN_ENOVARIANCE: the statistic is not defined, or not in over a tenth of the replicates.
 * AN_EDATA: a non-finite cell, a cluster in two strata, level, over 1,000,000 replicates. */
#ifndef ANALYSIS_STATS_RESAMPLE_RESAMPLE_H
#define ANALYSIS_STATS_RESAMPLE_RESAMPLE_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* mean (of 0 and 1: a share), median, sd: of the first column; correlation: of the first two; differences:
 * of the first column, group 0 less group 1; alpha: Cronbach's, of all columns. */
enum an_statistic {
	AN_STATISTIC_MEAN,
	AN_STATISTIC_MEDIAN,
	AN_STATISTIC_SD,
	AN_STATISTIC_CORRELATION,
	AN_STATISTIC_DIFFERENCE,
	AN_STATISTIC_DIFFERENCE_MEDIAN,
	AN_STATISTIC_ALPHA
};

struct an_resample {
	enum an_statistic statistic;
	const double *x; /* rows x cols */
	size_t rows, cols;
	const size_t *group;   /* rows: 0 or 1; for differences */
	const size_t *cluster; /* rows: 0 .. clusters - 1; NULL: each row a unit */
	size_t clusters;
	const size_t *stratum; /* rows: 0 .. strata - 1; NULL: one */
	size_t strata;
};

struct an_bootstrap {
	size_t units, strata, replicates, undefined;
	double value, bias, se;
	struct an_interval percentile, basic, normal;
	bool has_bca; /* replicates on both sides of the value */
	struct an_interval bca;
	double z0, acceleration;
};
/* replicate: room for replicates, their values (those defined, ascending), or NULL. */
enum an_status an_resample_bootstrap(const struct an_resample *d, size_t replicates, uint64_t seed, double level,
    struct an_work *work, struct an_bootstrap *out, double *replicate);

struct an_jackknife {
	size_t units, strata;
	double value, bias, se;
};
/* Leaving out one unit at a time.  Time grows with units times rows. */
enum an_status an_resample_jackknife(const struct an_resample *d, struct an_work *work, struct an_jackknife *out);

#endif
