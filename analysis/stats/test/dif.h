/* analysis/stats/test/dif.h -- differential item functioning of 0/1 items between two groups of people
 * matched on a score.
 * For each score, a 2 x 2 table of group by answer:
 *   chi2, p   Mantel-Haenszel test (1959) with continuity correction 1/2 (none where the
 *             difference is below it), as R's mantelhaen.test
 *   ratio     common odds ratio: odds of being right in the reference group over the focal one
 *   log_se    of its logarithm (Robins, Breslow & Greenland 1986)
 *   delta     -2.35 log ratio: the scale of ETS; below 0 the item is against the focal group
 *   class     A, B or C by the rule of ETS (Zieky 1993): A when chi2 is not significant at 5 %
 *             or |delta| < 1; C when |delta| >= 1.5 and significantly above 1 (one-sided 5 %)
 *   p_dif     standardised difference of shares right, focal minus reference, weighted by the
 *             focal group's scores (Dorans & Kulick 1986)
 * group: per row 0 for reference, 1 for focal, else left out.  Rows with a missing item, and
 * scores that one person alone has, do not enter.
 * AN_EDATA: an answer that is neither 0 nor 1, a score that is not finite.  AN_ETOOFEW: a group
 * without people. */
#ifndef ANALYSIS_STATS_TEST_DIF_H
#define ANALYSIS_STATS_TEST_DIF_H

#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

struct an_dif {
	size_t strata; /* scores with people of both groups */
	bool has_test; /* someone differs within a score */
	double chi2, p;
	bool has_ratio; /* may be 0 or infinite: no se then, which is infinite too */
	double ratio, log_se, delta, delta_se;
	char class; /* 'A', 'B', 'C', or 0 when it cannot be told */
	bool has_p_dif;
	double p_dif;
	bool flagged; /* by the last round of purification */
};

struct an_dif_rule {
	bool purify;
	double alpha; /* purification takes items with p below it out of the matching score */
};

struct an_dif_all {
	size_t used[2]; /* complete rows: reference, focal */
	size_t rounds;	/* of purification */
	bool settled;	/* the last two rounds flagged the same items */
};

#define AN_DIF_ROUNDS 10

/* score: by row, to match on; NULL: the number right of all items (with purify: of those not
 * flagged, and the studied item itself).  out: room for x.cols. */
enum an_status an_dif(struct an_view x, const size_t *group, const double *score, struct an_dif_rule rule,
    struct an_work *work, struct an_dif_all *all, struct an_dif *out);

#endif
