/* analysis/stats/compare/terms.h -- analysis of variance of a linear model made of terms: factors, their
 * interaction, covariates.
 * Design:  rows x cols by rows; column 0 is the intercept, term t the columns start[t] to
 *          start[t + 1] - 1.  Factors coded so that each column sums to zero over the levels
 *          (an_terms_sum_code), which type III needs and means over levels use.
 * within:  within[t] has bit u set when term t is contained in term u (a factor in an interaction).
 * Sums of squares: of term t after
 *   type 1   those before it
 *   type 2   all that do not contain it (as car::Anova)
 *   type 3   all others
 * against the residual mean square of the whole model.  df: columns not set aside.
 * AN_ETOOFEW: no residual degrees of freedom.  AN_ENOVARIANCE: no residual variation.
 * AN_EDATA: a number that is not finite, over AN_TERMS_MOST terms.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_TERMS_H
#define ANALYSIS_STATS_COMPARE_TERMS_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_TERMS_MOST 16

struct an_terms {
	size_t rows, cols, terms;
	const double *x, *y;
	const size_t *start;	/* terms + 1 */
	const unsigned *within; /* terms */
};

struct an_anova_term {
	double df, ss, ms, f, p;
	bool has_f; /* a column of it was not set aside */
};

/* Its arrays: scratch memory of the caller's work, not released. */
struct an_terms_fit {
	size_t cols, rank;
	double *b, *covariance, *residual; /* cols; cols x cols, for a residual variance of 1; rows */
	double df, ss, ms;		   /* residual */
};

/* The fit takes its arrays from work and leaves them there. */
enum an_status an_terms_fit(const struct an_terms *d, struct an_work *work, struct an_terms_fit *out);
/* out: room for terms. */
enum an_status an_terms_anova(const struct an_terms *d, const struct an_terms_fit *fit, int type, struct an_work *work,
    struct an_anova_term *out);
/* row' coef, with standard error and interval by t.  AN_EDATA: a column was set aside, so that no
 * such mean is estimable, or level not inside 0..1. */
struct an_adjusted_mean {
	double mean, se;
	struct an_interval interval;
};
enum an_status an_terms_mean(const struct an_terms_fit *fit, const double *row, double level,
    struct an_adjusted_mean *out);
/* levels - 1 columns for one of levels: 1 in its own, -1 throughout for the last. */
void an_terms_sum_code(size_t level, size_t levels, double *out);

#endif
