/* analysis/stats/table/paired.h -- the same people (or pairs) judged twice or more: do the shares differ?
 *
 * an_paired: a square table, rows the first answer, columns the second, in the same order.
 *   symmetry    Bowker 1948 (two answers: McNemar 1947), sum (n_ij - n_ji)^2 / (n_ij + n_ji); pairs
 *               of cells that are both empty tell nothing and carry no degree of freedom
 *   corrected   two answers: McNemar's with |b - c| - 1 (Edwards 1948), as R's mcnemar.test
 *   exact       two answers: binomial; mid: mid-p (Fagerland, Lydersen & Laake 2013)
 *   marginal    Stuart 1955 and Maxwell 1970: are the margins the same
 *   odds_ratio  two answers: b / c with the exact conditional interval; difference: share of the
 *               first answer before less after, Newcombe 1998 (Statistics in Medicine 17, 2635)
 *               method 10
 * Where nobody changed, the chi-squares are absent and exact is 1.
 * AN_ETOOFEW: under two answers or nobody.  AN_EDATA: no counts, or over AN_ANSWERS_MOST answers. */
#ifndef ANALYSIS_STATS_TABLE_PAIRED_H
#define ANALYSIS_STATS_TABLE_PAIRED_H

#include "analysis/stats/interval.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define AN_ANSWERS_MOST 512

struct an_paired {
	double n, changed;
	bool has_symmetry;
	double symmetry, df, p;
	bool two; /* two answers: what follows is there */
	double corrected, corrected_p;
	bool has_exact; /* whole counts */
	double exact, mid;
	bool has_odds_ratio; /* somebody changed the other way */
	double odds_ratio;
	bool has_odds_hi;
	struct an_interval odds_interval;
	double before, after, difference;
	struct an_interval difference_interval;
	bool has_marginal;
	double marginal, marginal_df, marginal_p;
};
enum an_status an_paired(const double *count, size_t answers, double level, struct an_work *work,
    struct an_paired *out);

/* Cochran's Q (1950): do the shares of k columns of 0 and 1 differ; complete rows.
 * share: room for x.cols, of the complete rows.  AN_EDATA: another value than 0 and 1.
 * AN_ETOOFEW: under two columns or complete rows.  AN_ENOVARIANCE: every row all 0 or all 1. */
struct an_cochran_q {
	size_t used, mixed; /* rows; those that are neither all 0 nor all 1 */
	double q, df, p;
};
enum an_status an_cochran_q(struct an_view x, double *share, struct an_cochran_q *out);

#endif
