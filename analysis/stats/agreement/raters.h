/* analysis/stats/agreement/raters.h -- several raters (columns) put a number on the same things (rows).
 * Rows with a missing cell are left out: all of these need every rater's figure.
 * AN_ETOOFEW: under two complete rows or columns (Bland-Altman: three rows).  AN_EDATA: a non-finite
 * cell or level outside 0..1.  AN_ENOVARIANCE: nothing varies. */
#ifndef ANALYSIS_STATS_AGREEMENT_RATERS_H
#define ANALYSIS_STATS_AGREEMENT_RATERS_H

#include "analysis/stats/interval.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

/* The six intraclass correlations of Shrout & Fleiss 1979, intervals as McGraw & Wong 1996 and
 * psych::ICC: one-way random, two-way random, two-way mixed; of one rater, then of the mean of all. */
enum an_icc_type { AN_ICC1, AN_ICC2, AN_ICC3, AN_ICC1K, AN_ICC2K, AN_ICC3K };
#define AN_ICC_TYPES (AN_ICC3K + 1)

struct an_icc {
	bool has, has_f, has_interval; /* no interval where the raters leave nothing over */
	double icc, f, df1, df2, p;
	struct an_interval interval;
};

struct an_raters {
	size_t used, raters;
	double df_rows, df_raters, df_error;
	double ss_rows, ss_raters, ss_error;
	double ms_rows, ms_raters, ms_error, ms_within;
	struct an_icc icc[AN_ICC_TYPES];
};
const char *an_icc_name(enum an_icc_type t); /* "ICC1", "ICC2", "ICC3", "ICC1k", ... */
enum an_status an_raters(struct an_view x, double level, struct an_work *work, struct an_raters *out);

/* Kendall's W of the raters' rankings, with ties (Kendall & Smith 1939; Siegel & Castellan 1988):
 * chi2 = raters (rows - 1) W; mean_r: mean rank correlation of all pairs of raters.
 * rank_sum: room for x.rows, 0 for rows left out; or NULL. */
struct an_concordance {
	size_t used, raters;
	double w, chi2, df, p, mean_r;
};
enum an_status an_kendall_w(struct an_view x, struct an_work *work, double *rank_sum, struct an_concordance *out);

/* Limits of agreement of two raters (Bland & Altman 1986, 1999): first less second; the intervals of
 * the limits with se = sd sqrt(1/n + z^2 / (2 (n - 1))).  slope: of the difference along the mean of
 * the two, where that varies. */
struct an_bland_altman {
	size_t used, outside; /* outside: differences beyond the limits */
	double bias, sd, t, p;
	bool has_t;
	struct an_interval bias_interval, limits, lower_interval, upper_interval;
	bool has_slope;
	double slope, slope_p;
};
enum an_status an_bland_altman(struct an_view x, double level, struct an_work *work, struct an_bland_altman *out);

#endif
