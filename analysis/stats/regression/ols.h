/* analysis/stats/regression/ols.h -- linear regression by (weighted) least squares, with what a reader of it
 * asks for.  Conventions of R: lm and its companions, car::vif, lmtest::bptest, sandwich::vcovHC and
 * vcovCL.
 *   w       precision weights; a row of weight 0 counts in no number.  log_lik, aic, bic as R's
 *   vif     of a term: generalised, Fox & Monette 1992, with its number of columns; a term of one
 *           column has the common variance inflation factor
 *   hc      standard errors that hold without equal variances: HC0 White 1980, HC1, HC2, HC3
 *           MacKinnon & White 1985
 *   cr      standard errors for clustered rows: [0] as it is, [1] times G/(G-1) (n-1)/(n-k)
 *   bp      Breusch & Pagan 1979, studentised by Koenker 1981
 *   beta    coefficient in standard deviations of outcome and column
 *   terms   sums of squares in sequence, and the F test of leaving a term out of the whole model
 * With has_test false the fit is exact, or nothing is left over to judge it by.
 *
 * AN_ETOOFEW: no more rows of weight than columns.  AN_ENOVARIANCE: a column follows from those before
 * it (dependent), or the outcome is constant (dependent SIZE_MAX).  AN_EDATA: as an_lsq(), level, a
 * term or cluster out of range. */
#ifndef ANALYSIS_STATS_REGRESSION_OLS_H
#define ANALYSIS_STATS_REGRESSION_OLS_H

#include "analysis/stats/numeric/lsq.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#include <stdbool.h>

/* Column 0 is the constant when intercept says so.  term[j]: which term column j belongs to,
 * 0..terms-1 and ascending; the constant belongs to none (its entry is not looked at). */
struct an_model {
	struct an_lsq_data data;
	bool intercept;
	const size_t *term;
	size_t terms;
	const size_t *cluster; /* per row, 0..clusters-1; or NULL */
	size_t clusters;
};

struct an_ols {
	size_t n, df; /* rows of weight; left over */
	size_t dependent;
	double rss, sigma, r2, log_lik, aic, bic;
	bool has_adjusted, has_f; /* f: of all columns but the constant */
	double adjusted_r2, f, f_df, f_p;
	bool has_test;
	bool has_durbin_watson, has_bp;
	double durbin_watson, bp, bp_df, bp_p;
	size_t clusters; /* with rows; errors by cluster need two */
};

enum { AN_HC0, AN_HC1, AN_HC2, AN_HC3, AN_HC_COUNT };

struct an_coefficient {
	double estimate;
	bool has_test, has_beta, has_hc[AN_HC_COUNT], has_cr; /* HC2, HC3: no row has leverage 1 */
	double se, t, p, beta;
	struct an_interval interval;
	double hc[AN_HC_COUNT], cr[2];
};

struct an_term {
	size_t columns;
	double ss; /* added to the terms before it */
	bool has_f, has_vif;
	double f, p; /* without it, against the whole model */
	double vif;
};

struct an_case {
	double fitted, residual, leverage;
	bool has_student, has_cook;
	double student, cook;
};

/* covariance: k x k; each: k; terms: m->terms; cases: n.  Each may be NULL. */
enum an_status an_ols(const struct an_model *m, double level, struct an_work *work, struct an_ols *out,
    struct an_coefficient *each, double *covariance, struct an_term *terms, struct an_case *cases);

/* Generalised variance inflation of each term from the covariance of the coefficients; terms that
 * have none (one term alone, or a covariance that is not positive) keep has_vif false. */
enum an_status an_vif(const struct an_model *m, const double *covariance, struct an_work *work, struct an_term *terms);
/* Wald's chi-square of the columns of a term: b' V^-1 b.  AN_ENOVARIANCE: V is not positive. */
enum an_status an_wald(const double *b, const double *covariance, size_t k, const size_t *column, size_t columns,
    struct an_work *work, double *chi2);

#endif
