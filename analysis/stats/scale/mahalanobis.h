/* analysis/stats/scale/mahalanobis.h -- how far each person's answers lie from the mean of all, in the
 * metric of the covariances (Mahalanobis 1936).
 * Conventions of psych::outlier: covariances from the pairs of cells that are there, means of those
 * that are; a missing cell counts as no distance, so a person who skipped items seems nearer.
 * p: upper tail of a chi-square with as many degrees of freedom as items answered.
 * Covariances that are not positive definite, as pairwise ones can be, give distances below 0:
 * d2 is given as it is and has_p is false.
 * each: room for x.rows.  AN_ETOOFEW: fewer than two people behind a covariance.
 * AN_ENOVARIANCE: the covariances have no inverse.  AN_EDATA: a non-finite cell. */
#ifndef ANALYSIS_STATS_SCALE_MAHALANOBIS_H
#define ANALYSIS_STATS_SCALE_MAHALANOBIS_H

#include "analysis/stats/moments.h"
#include "analysis/stats/work.h"

struct an_mahalanobis {
	size_t answered;
	bool has, has_p; /* has: answered anything */
	double d2, p;
};

/* pairs: of the same x. */
enum an_status an_mahalanobis(struct an_view x, const struct an_pairs *pairs, struct an_work *work,
    struct an_mahalanobis *each);

#endif
