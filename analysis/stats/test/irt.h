/* analysis/stats/test/irt.h -- item response models of one ability by marginal maximum likelihood
 * (Bock & Aitkin 1981): the two-parameter logistic model for items of two answers, Samejima's
 * (1969) graded response model for more,
 *   P(answer in category c or above | theta) = 1 / (1 + exp(-(a theta + d_c))),
 * c = 1..m-1, d_1 > d_2 > ...; difficulty b_c = -d_c / a.  theta is standard normal, integrated
 * over quadrature.h.  Conventions of R's mirt and ltm: slope a without a factor 1.7; every answer
 * counts (missing at random); categories that nobody chose do not exist.
 * Estimation: steps of the expected complete-data information (Lange 1995) turned into a quasi-Newton
 * method (BFGS), then Newton steps with the observed information (Louis 1982), whose inverse gives
 * the standard errors.  The sign of theta is the one that makes the slopes sum to 0 or more. */
#ifndef ANALYSIS_STATS_TEST_IRT_H
#define ANALYSIS_STATS_TEST_IRT_H

#include "analysis/stats/fit.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#define AN_IRT_CATEGORIES 20
#define AN_IRT_POINTS	  61
#define AN_IRT_SLOPE_MOST 25.0

struct an_irt_item {
	size_t n, categories;
	double value[AN_IRT_CATEGORIES]; /* ascending */
	size_t slope, first;		 /* places of a and of d_1 among the parameters; d_2 follows d_1 ... */
};

struct an_irt {
	struct an_fit fit;
	struct an_missing missing;
	size_t people, patterns, parameters; /* people: with an answer */
	double loglik, aic, bic;
};

/* Categories and places of parameters: slopes (one when equal), then intercepts by item.
 * items: room for x.cols.  *parameters: how many.
 * AN_EDATA: a non-finite cell, or more than AN_IRT_CATEGORIES values in an item.
 * AN_ENOVARIANCE: an item with a single value (its categories < 2).  AN_ETOOFEW: under 3 items. */
enum an_status an_irt_shape(struct an_view x, bool equal_slopes, struct an_work *work, struct an_irt_item *items,
    size_t *parameters);
/* parameter: room for as many; cov: their covariances, or NULL.
 * AN_ENOCONVERGE: no maximum, a slope beyond AN_IRT_SLOPE_MOST, or information that is not positive
 * definite there. */
enum an_status an_irt(struct an_view x, const struct an_irt_item *items, size_t parameters, struct an_work *work,
    struct an_irt *out, double *parameter, double *cov);

/* Likelihood ratio of two fits to the same answers, one of which is a case of the other. */
struct an_irt_lr {
	double lr, df, p;
};
void an_irt_compare(const struct an_irt *fewer, const struct an_irt *more, struct an_irt_lr *out);

/* Mean and standard deviation of theta given the answers (EAP, Bock & Mislevy 1982).  has[i]: 0 for
 * a row without an answer.  reliability: var(eap) / (var(eap) + mean sd^2); 0 under two people. */
enum an_status an_irt_eap(struct an_view x, const struct an_irt_item *items, const double *parameter,
    struct an_work *work, double *eap, double *sd, unsigned char *has, double *reliability);
/* Fisher information of one item at theta. */
double an_irt_information(const struct an_irt_item *item, const double *parameter, double theta);
/* P(category c) at theta. */
double an_irt_probability(const struct an_irt_item *item, const double *parameter, size_t category, double theta);

/* Fit of each item of two answers: S-X2 (Orlando & Thissen 2000), from complete rows by number
 * right; scores are merged with a neighbour while an expected count is under 1.  free: parameters
 * of an item that were estimated.  has = false without degrees of freedom.
 * AN_EDATA: an item of more than two answers.  AN_ETOOFEW: no complete row. */
struct an_irt_fit {
	bool has;
	double s_x2, df, p, rmsea;
};
enum an_status an_irt_s_x2(struct an_view x, const struct an_irt_item *items, const double *parameter, double free,
    struct an_work *work, struct an_irt_fit *fit);

#endif
