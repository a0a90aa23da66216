/* analysis/stats/agreement/within_group.h -- how far the members of each group agree.
 * x: people x items; complete rows.  Groups by group[i] in 0..groups-1, others are left out.
 *   rwg   James, Demaree & Wolf 1984: 1 - s^2 / null, s^2 cut at null; with J items rwg(j), from the
 *         mean of the item variances.  null: variance to expect when answers are given at random
 *         (uniform over A options: (A^2 - 1) / 12).  As multilevel::rwg and rwg.j.
 *   awg   Brown & Hauenstein 2005: against the largest variance that the mean allows on lo..hi; mean
 *         over the items whose mean is not too near an end (multilevel::awg).  Without a scale
 *         (lo >= hi) absent.
 * Absent for a group of one.  AN_EDATA: null not above 0, or a non-finite cell.  AN_ETOOFEW: no group
 * of two. */
#ifndef ANALYSIS_STATS_AGREEMENT_WITHIN_GROUP_H
#define ANALYSIS_STATS_AGREEMENT_WITHIN_GROUP_H

#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

struct an_within_group {
	size_t size;
	bool has, has_awg;
	double variance, rwg, awg; /* variance: mean over items */
};
enum an_status an_within_groups(struct an_view x, const size_t *group, size_t groups, double null_variance, double lo,
    double hi, struct an_work *work, struct an_within_group *out);

#endif
