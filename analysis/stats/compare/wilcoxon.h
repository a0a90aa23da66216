/* analysis/stats/compare/wilcoxon.h -- rank tests of two samples and of pairs, with the Hodges-Lehmann
 * estimate of the shift (Mann & Whitney 1947; Wilcoxon 1945; Hodges & Lehmann 1963), as R's
 * wilcox.test.
 *   mann_whitney  statistic: pairs in which the first is larger, ties counted half
 *   signed_rank   of n differences; zeros are left out; statistic: sum of the positive ranks
 * exact AN_EXACT_AUTO: the exact distribution where there are no ties or zeros and fewer than 50
 * values in each sample.  AN_EXACT_YES: without that bound (but with at most AN_RANKS_MOST values
 * in all); with ties the normal distribution is taken all the same, corrected for them, less 1/2
 * where correct says so.
 * Shift: exact: median of all differences (signed_rank: of all means of two), with the order
 * statistics that the exact distribution gives; else where the standardised statistic of the
 * shifted data crosses zero and the normal quantiles.
 * AN_ETOOFEW: an empty sample, or no difference but zeros.  AN_ENOVARIANCE: all values equal.
 * AN_EDATA: a value that is not finite, level not inside 0..1.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_WILCOXON_H
#define ANALYSIS_STATS_COMPARE_WILCOXON_H

#include "analysis/stats/compare/ttest.h"
#include "analysis/stats/work.h"

#include <stddef.h>

#define AN_RANKS_MOST 1000

enum an_exact { AN_EXACT_AUTO, AN_EXACT_YES, AN_EXACT_NO };

struct an_rank_options {
	enum an_alternative alternative;
	enum an_exact exact;
	bool correct, shift; /* shift: estimate it too */
	double level;
};

struct an_rank_test {
	double statistic, expected, p;
	bool exact, has_z, ties, zeros;
	double z;
	double used; /* signed_rank: differences that are not zero */
	bool has_shift, has_interval;
	double shift;
	struct an_interval interval;
};

enum an_status an_mann_whitney(const double *x, size_t n, const double *y, size_t m, const struct an_rank_options *o,
    struct an_work *work, struct an_rank_test *out);
enum an_status an_signed_rank(const double *d, size_t n, const struct an_rank_options *o, struct an_work *work,
    struct an_rank_test *out);

/* Exact distributions without ties: P(statistic <= u); cdf has room for n * m + 1 or
 * n (n + 1) / 2 + 1 places.  AN_EDATA: more than AN_RANKS_MOST values. */
enum an_status an_mann_whitney_cdf(size_t n, size_t m, double *cdf);
enum an_status an_signed_rank_cdf(size_t n, double *cdf);

#endif
