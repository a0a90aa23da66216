/* analysis/stats/compare/differ.h -- each group's raw mean against the general mean of a random-intercept
 * model, corrected for many comparisons.
 *   t = (mean_i - general mean) / (sd_within / sqrt(n_i)),  on N - G degrees of freedom
 * The residual sd is the pooled one, so that a small group whose few answers happen to agree
 * does not look certain.  The general mean is taken as known: with many groups its own error is
 * small beside a group's.  adjusted: Benjamini & Hochberg (1995) over all groups with people.
 * AN_ETOOFEW: N - G under 1, or no group with people.  AN_ENOVARIANCE: sd_within is 0.
 * AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_DIFFER_H
#define ANALYSIS_STATS_COMPARE_DIFFER_H

#include "analysis/stats/mixed/mixed.h"
#include "analysis/stats/work.h"

struct an_difference {
	double difference, p, adjusted;
};
/* out: room for groups; a group without people gets 0, 1, 1. */
enum an_status an_differences(const struct an_group *g, size_t groups, const struct an_mixed *model,
    struct an_work *work, struct an_difference *out);

#endif
