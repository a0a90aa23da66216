/* analysis/stats/compare/permute.h -- permutation tests (Fisher 1935; Pitman 1937): how often does chance
 * alone, dealing the same values out anew, give a statistic as far out as the one seen?
 *   groups   values dealt to k samples of the same sizes; statistic: difference of means, first
 *            less second (k = 2), else F
 *   signs    each paired difference with either sign; statistic: mean difference
 *   pairing  y dealt anew to x; statistic: Pearson's r
 * Where there are at most AN_PERMUTE_EXACT ways, all are gone through and p is their share; else
 * replicates ways are drawn, way r from stream r of the seed, and p is (hits + 1) / (replicates
 * + 1) (Davison & Hinkley 1997, 4.2.5).  Differences within rounding count as as far out.
 * AN_ETOOFEW: under two values in all, an empty sample, no replicates where they are needed.
 * AN_ENOVARIANCE: all the same.  AN_EDATA: a value that is not finite.  AN_ESTOPPED.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_PERMUTE_H
#define ANALYSIS_STATS_COMPARE_PERMUTE_H

#include "analysis/stats/compare/samples.h"
#include "analysis/stats/compare/ttest.h"

#include <stdint.h>

#define AN_PERMUTE_EXACT 5000000.0

struct an_permute_options {
	enum an_alternative alternative; /* of F: always how large */
	size_t replicates;
	uint64_t seed;
};

struct an_permute {
	double statistic, p;
	bool exact;
	double ways; /* gone through, or drawn */
};

enum an_status an_permute_groups(const struct an_samples *s, const struct an_permute_options *o, struct an_work *work,
    struct an_permute *out);
enum an_status an_permute_signs(const double *d, size_t n, const struct an_permute_options *o, struct an_work *work,
    struct an_permute *out);
enum an_status an_permute_pairing(const double *x, const double *y, size_t n, const struct an_permute_options *o,
    struct an_work *work, struct an_permute *out);

#endif
