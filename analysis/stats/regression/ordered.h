/* analysis/stats/regression/ordered.h -- ordered logistic and probit regression (McCullagh 1980):
 *   P(outcome <= c) = F(threshold_c - x b),  F logistic or standard normal
 * by maximum likelihood, Newton's method with the exact second derivatives; the sign of b and the
 * standard errors (observed information) are those of MASS::polr.  w are case weights, such as the
 * counts of a table; bic counts people.
 *
 * The outcome is 0, 1, 2 ... levels - 1, three levels or more, each with people.  The model's
 * columns hold no constant (m->intercept false).
 * AN_ETOOFEW: no more people than parameters, under three levels, or a level without people.
 * AN_ENOVARIANCE: a column follows from the constant and those before it (dependent).
 * AN_ENOCONVERGE: separated says which column runs away, as in glm.h.  AN_EDATA as there. */
#ifndef ANALYSIS_STATS_REGRESSION_ORDERED_H
#define ANALYSIS_STATS_REGRESSION_ORDERED_H

#include "analysis/stats/regression/glm.h"

enum an_link { AN_LOGISTIC, AN_PROBIT };

/* each, covariance: k coefficients, then levels - 1 thresholds.  Each may be NULL. */
enum an_status an_ordered(const struct an_model *m, size_t levels, enum an_link link, double level,
    struct an_work *work, struct an_glm *out, struct an_glm_coefficient *each, double *covariance);

/* Brant 1990: whether one coefficient serves at every threshold of the logistic model, from the
 * separate regressions of outcome > c.  all: of all columns together; each: of every column.
 * AN_ENOCONVERGE, AN_ENOVARIANCE: one of them has no fit. */
struct an_brant {
	double chi2, df, p;
};
enum an_status an_brant(const struct an_model *m, size_t levels, struct an_work *work, struct an_brant *all,
    struct an_brant *each);

#endif
