/* analysis/stats/regression/glm.h -- logistic and Poisson regression by maximum likelihood, iteratively
 * reweighted least squares (McCullagh & Nelder 1989, ch. 2.5).  Conventions of R's glm: w are case
 * weights, such as the counts of a table; deviance, log likelihood and AIC are R's.  BIC counts
 * people (the sum of weights), not rows of a table.
 *
 * What is reported is the iterate at which R stops (a relative change of deviance under 1e-8) with
 * the standard errors of its last weighted regression: they lie within about 1e-4 of themselves of the
 * ones at the very maximum, and agree with R's to all digits.  Profiles and analyses of deviance are
 * taken at the maximum.
 *
 * The fit has converged when no linear predictor moves any more, and that is also how separation
 * shows: where a predictor splits the outcomes without error the likelihood has no maximum, and the
 * linear predictors run away by about one a step for ever (Albert & Anderson 1984).  Then the
 * status is AN_ENOCONVERGE and separated says which column runs fastest.
 *
 * AN_ETOOFEW: no more rows of weight than columns.  AN_ENOVARIANCE: a column follows from those before
 * it (dependent), or the outcome is constant (dependent SIZE_MAX).  AN_EDATA: an outcome outside 0..1
 * (Poisson: negative), level, and as an_lsq(). */
#ifndef ANALYSIS_STATS_REGRESSION_GLM_H
#define ANALYSIS_STATS_REGRESSION_GLM_H

#include "analysis/stats/fit.h"
#include "analysis/stats/regression/ols.h"

enum an_glm_family { AN_LOGIT, AN_POISSON };

struct an_glm {
	size_t n; /* rows of weight */
	double people;
	double deviance, null_deviance, log_lik, aic, bic;
	struct an_fit fit;
	size_t dependent, separated; /* columns, or SIZE_MAX */
};

struct an_glm_coefficient {
	double estimate, se, z, p;
	struct an_interval interval; /* Wald */
};

/* each: k; covariance: k x k; fitted: n (probabilities, expected counts).  Each may be NULL. */
enum an_status an_glm(const struct an_model *m, enum an_glm_family family, double level, struct an_work *work,
    struct an_glm *out, struct an_glm_coefficient *each, double *covariance, double *fitted);

/* Analysis of deviance: what each term takes off after the ones before it, and what leaving it out
 * of the whole model would cost (likelihood ratio).  terms: m->terms. */
struct an_glm_term {
	size_t columns, rest_df;
	double deviance, rest, p; /* in sequence */
	double lr, lr_p;	  /* left out alone */
};
enum an_status an_glm_terms(const struct an_model *m, enum an_glm_family family, struct an_work *work,
    struct an_glm_term *terms);

/* Profile-likelihood interval of one coefficient: where the deviance, minimised over the others,
 * has risen by the quantile of chi-square.  A side without end: has_lo or has_hi false. */
struct an_profile {
	bool has_lo, has_hi;
	double lo, hi;
};
enum an_status an_glm_profile(const struct an_model *m, enum an_glm_family family, const struct an_glm *fit,
    const struct an_glm_coefficient *each, size_t column, double level, struct an_work *work, struct an_profile *out);

/* How well fitted probabilities foretell 0 and 1.
 *   mcfadden, cox_snell, nagelkerke   pseudo R2 from the deviances
 *   tjur      difference of mean probability (Tjur 2009)
 *   auc       probability that an event has the higher one (ties half)
 *   hl        Hosmer & Lemeshow: groups by tenths of the probabilities, df = groups - 2 */
struct an_logit_quality {
	double mcfadden, cox_snell, nagelkerke, tjur, auc;
	bool has_hl;
	double hl, hl_df, hl_p;
};
enum an_status an_logit_quality(const struct an_model *m, const struct an_glm *fit, const double *fitted,
    struct an_work *work, struct an_logit_quality *out);

#endif
