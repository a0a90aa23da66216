/* analysis/stats/survey/survey_model.h -- tables and regressions of a sample drawn by a design (survey.h).
 * As R's survey: svychisq (Rao & Scott 1984, second order, F on d0 and d0 nu degrees of freedom, nu of the
 * whole design) and svyglm (Binder 1983, sandwich of design-based totals of the scores). */
#ifndef ANALYSIS_STATS_SURVEY_SURVEY_MODEL_H
#define ANALYSIS_STATS_SURVEY_SURVEY_MODEL_H

#include "analysis/stats/fit.h"
#include "analysis/stats/survey/survey.h"

struct an_survey_table {
	size_t used;
	double chi2; /* Pearson's, of the weighted shares times used */
	double f, df1, df2, p;
	double deff; /* mean generalised design effect, the first-order correction */
};
/* row, col: a category each row of the data, rows and cols levels (2 or more each, every one in use).
 * share, se: rows x cols, of the weight of all.  AN_ENOVARIANCE: a correction that is not defined, as
 * where every unit gives the same table. */
enum an_status an_survey_table(const struct an_design *d, const size_t *row, size_t rows, const size_t *col,
    size_t cols, const bool *in, struct an_work *work, double *share, double *se, struct an_survey_table *out);

enum an_family { AN_GAUSSIAN, AN_BINOMIAL };
struct an_survey_model {
	struct an_fit fit; /* binomial: of Newton's steps; gaussian: one */
	size_t used, df;   /* df: units less strata less coefficients, plus 1 */
};
/* x: data rows x k, the constant among its columns; y: finite; 0 to 1 for AN_BINOMIAL (logit link).
 * coef: k; cov: k x k.  AN_ETOOFEW: no df left.  AN_ENOVARIANCE: a column follows from the others.
 * AN_ENOCONVERGE: separation, in the main. */
enum an_status an_survey_regression(const struct an_design *d, const double *x, size_t k, const double *y,
    const bool *in, enum an_family family, struct an_work *work, double *coef, double *cov,
    struct an_survey_model *out);

#endif
