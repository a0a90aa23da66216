/* analysis/stats/factor/polychoric.h -- polychoric correlation: the correlation of two normal variables of
 * which one only sees in which of r and c ordered categories they fall (Olsson 1979); with r = c = 2
 * the tetrachoric correlation (Pearson 1900).
 *
 * count: r x c counts by rows (2 to AN_POLYCHORIC_MOST categories; weights need not be whole).
 * Two-step (an_polychoric): thresholds first, then rho by maximum likelihood given them.
 *   item thresholds  row_tau (r - 1) and col_tau (c - 1) are given, from everyone who answered the
 *                    item (an_thresholds), -Inf and Inf at ends that nobody chose; as psych does
 *                    where all items have the same categories
 *   pair thresholds  both NULL: from the margins of the table without its empty rows and columns, as
 *                    polycor::polychor and psych with global = FALSE
 *   correct          put into each empty cell before (0: nothing).  Pair thresholds then come from
 *                    the sums so corrected over the people really counted, which is psych's way
 * Full maximum likelihood (an_polychoric_ml): rho and all thresholds together, as
 * polycor::polychor(ML = TRUE).
 *
 * se: from the observed information, in two-step given the thresholds (as polycor).  interval: by
 * Fisher's z, so that it stays inside -1..1.  g2: twice the log likelihood that the table itself
 * lies above the model, on df = rc - r - c degrees of freedom: a test that two normal variables lie
 * behind; not where given thresholds hold a category that nobody in the table chose.
 * A table that supports no correlation short of -1 or 1 gives just that, at_bound, and no se.
 * AN_ETOOFEW: nobody.  AN_ENOVARIANCE: one category only.  AN_EDATA: a negative or non-finite count,
 * categories, level or correct out of range, thresholds that descend.  AN_ENOCONVERGE: ML alone. */
#ifndef ANALYSIS_STATS_FACTOR_POLYCHORIC_H
#define ANALYSIS_STATS_FACTOR_POLYCHORIC_H

#include "analysis/stats/fit.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define AN_POLYCHORIC_MOST  50
#define AN_POLYCHORIC_LEAST 1e-15 /* what differences of the distribution function can tell from 0 */

struct an_polychoric {
	struct an_fit fit;
	double n;		  /* people in the table */
	size_t rows, cols, empty; /* categories in use, and cells among them without anyone */
	double rho;
	bool at_bound, has_se, has_g2;
	double se;
	struct an_interval interval; /* with has_se */
	double g2, df, p;
};

/* k - 1 thresholds from k category counts: normal quantiles of the cumulated shares. */
enum an_status an_thresholds(const double *count, size_t k, double *tau);
enum an_status an_polychoric(const double *count, size_t r, size_t c, const double *row_tau, const double *col_tau,
    double correct, double level, struct an_work *work, struct an_polychoric *out);
/* row_tau, col_tau: room for r - 1 and c - 1, or NULL; those of the categories in use come first. */
enum an_status an_polychoric_ml(const double *count, size_t r, size_t c, double level, struct an_work *work,
    double *row_tau, double *col_tau, struct an_polychoric *out);

/* For the two files behind this header: a table ready to be fitted. */
struct an_polychoric_table {
	size_t r, c;
	double n, *count;
	double *a, *b; /* r + 1 and c + 1 cuts, from -Inf to Inf */
	double *f;     /* 3 x (r + 1) x (c + 1): distribution, density and its slope at the corners */
};
/* Without empty rows and columns where compact; cuts from the margins. */
enum an_status an_polychoric_table_of(const double *count, size_t r, size_t c, bool compact, double correct,
    struct an_work *work, struct an_polychoric_table *t, struct an_polychoric *out);
enum an_status an_polychoric_two_step(const struct an_polychoric_table *t, struct an_polychoric *out);
/* Log likelihood at rho; score and curve: its derivatives by rho, or NULL. */
double an_polychoric_loglik(const struct an_polychoric_table *t, double rho, double *score, double *curve);
void an_polychoric_finish(const struct an_polychoric_table *t, double loglik, double level, struct an_polychoric *out);

#endif
