/* analysis/stats/scale/guttman.h -- lower bounds of a scale's reliability, Guttman 1945, from covariances or
 * correlations.  Items must be keyed the same way; nothing is turned round here.
 * lambda[0] to [5] are Guttman's 1 to 6, V being the sum of all cells:
 *   1  1 - trace / V                       2  with the squared covariances
 *   3  alpha, k/(k - 1) times the first    4  of the best split into halves
 *   5  with the column of the largest      6  with squared multiple correlations, by a generalised
 *      sum of squares                         inverse as psych::smc
 * Split: 4 times the covariance of the two halves / V.  Up to AN_SPLIT_EXACT items all splits are
 * looked at (halves of an odd number differ by one item); psych::splitHalf looks at the first half
 * of them when the number is odd.  With more items random splits are drawn and each is exchanged
 * item by item until none improves it: exact is false, best and worst are what was found, mean is
 * of the splits as drawn.  beta, the worst split (Revelle 1979), is worst.
 * AN_ETOOFEW: k < 3.  AN_ENOVARIANCE: V is not above 0, or a variance is not. */
#ifndef ANALYSIS_STATS_SCALE_GUTTMAN_H
#define ANALYSIS_STATS_SCALE_GUTTMAN_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AN_SPLIT_EXACT 24

struct an_guttman {
	double lambda[6];
	size_t splits; /* behind mean */
	bool exact;
	double worst, mean;
};

/* best: k, true for the items of one half of the best split.  draws: 1 or more. */
enum an_status an_guttman(const double *cov, size_t k, size_t draws, uint64_t seed, struct an_work *work,
    struct an_guttman *out, bool *best);

#endif
