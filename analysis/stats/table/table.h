/* analysis/stats/table/table.h -- tables of counts, rows x cols.
 * Counts are finite and >= 0; they need not be whole (weights), unless a function says so.  Rows
 * and columns that hold nothing are the caller's to leave out: with one, AN_ENOVARIANCE.
 *   chi2            Pearson 1900; yates: with min(1/2, |O - E|), 2 x 2 alone, as R's chisq.test
 *   g               likelihood ratio, 2 sum O log(O / E)
 *   phi             sqrt(chi2 / n); contingency: sqrt(chi2 / (chi2 + n))
 *   v               Cramer's V, phi / sqrt(min(rows, cols) - 1); its interval from the noncentral
 *                   chi-square (Steiger 2004; as effectsize::cramers_v, two-sided), at most 1
 *   v_corrected     Bergsma 2013, eq. 6 and 7
 *   lambda, tau     Goodman & Kruskal 1954: error saved when the columns are guessed from the rows
 *                   (col) and the rows from the columns (row); absent where there is none to save
 * AN_EDATA: a count that is no count, or level outside 0..1.  AN_ETOOFEW: under two rows or
 * columns. */
#ifndef ANALYSIS_STATS_TABLE_TABLE_H
#define ANALYSIS_STATS_TABLE_TABLE_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>

struct an_table {
	const double *count; /* row by row */
	size_t rows, cols;
};

#define AN_TABLE_SMALL 5 /* an expected count below it is small (Cochran 1954) */

struct an_table_test {
	double n, df, chi2, p, g, g_p;
	bool has_yates; /* 2 x 2 */
	double yates, yates_p;
	double least;		   /* lowest expected count */
	size_t small, small_under; /* cells with an expected count below AN_TABLE_SMALL; below 1 */
	double phi, contingency, v, v_corrected;
	bool has_v_corrected; /* more than one observation in each row and column on average */
	struct an_interval v_interval;
	bool has_guess_col, has_guess_row;
	double lambda_col, lambda_row, tau_col, tau_row;
};

/* Sums of rows, of columns and of all; any of the places may be NULL. */
enum an_status an_table_margins(struct an_table t, double *row, double *col, double *all);
enum an_status an_table_test(struct an_table t, double level, struct an_work *work, struct an_table_test *out);
/* Each rows x cols.  residual: (O - E) / sqrt(E); adjusted: divided by its standard error besides,
 * near the standard normal when rows and columns have nothing to do with each other (Haberman
 * 1973); 0 where that error is 0. */
enum an_status an_table_residuals(struct an_table t, struct an_work *work, double *expected, double *residual,
    double *adjusted);

/* 2 x 2: rows are groups, the first column is what happened.
 * odds_ratio: interval by Woolf 1955; risk_ratio: Katz et al. 1978; difference of the two shares:
 * Newcombe 1998, method 10.  A ratio is absent where it is 0/0 or infinite, its interval where a
 * cell that it needs is 0. */
struct an_two_by_two {
	double risk[2];
	bool has_odds_ratio, has_odds_interval, has_risk_ratio, has_risk_interval;
	double odds_ratio, log_odds_ratio, log_odds_se, risk_ratio, difference;
	bool has_log; /* the odds ratio is not 0 */
	struct an_interval odds_interval, risk_interval, difference_interval;
};
enum an_status an_two_by_two(const double count[4], double level, struct an_two_by_two *out);
/* Share x1 of n1 less share x2 of n2, Newcombe's interval from the two Wilson ones. */
enum an_status an_newcombe(double x1, double n1, double x2, double n2, double level, struct an_interval *out);

#endif
