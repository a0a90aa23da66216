/* analysis/stats/factor/cfa.h -- confirmatory factor model by normal-theory maximum likelihood.
 *   Sigma = Lambda Psi Lambda' + Theta
 * (Joreskog 1969), fitted to a covariance matrix of k items from n people, divided by n, not n - 1:
 * lavaan's default, and so are all figures here (lavaan 0.6: standard errors from the expected
 * information, variances free to be negative).
 *
 * The model is a list of terms, free or fixed at est:
 *   AN_CFA_LOADING   of factor i on item j
 *   AN_CFA_RESIDUAL  (co)variance of the residuals of items i and j
 *   AN_CFA_FACTOR    (co)variance of factors i and j
 * Each at most once; what is not in the list is 0.
 *
 * AN_EDATA: over AN_CFA_ITEMS_MOST items, terms that name no item or factor, a matrix with non-finite cells.
 * AN_ETOOFEW: more free terms than (co)variances (the model is not identified), n <= k, fewer than 2 items.
 * AN_ENOVARIANCE: cov is not positive definite: an item follows from others.  AN_ENOCONVERGE: no maximum was found, or
 * identified is false: the data do not determine all terms.  *out then has fit and identified, no
 * more. */
#ifndef ANALYSIS_STATS_FACTOR_CFA_H
#define ANALYSIS_STATS_FACTOR_CFA_H

#include "analysis/stats/fit.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_CFA_ITEMS_MOST 256

enum an_cfa_kind { AN_CFA_LOADING, AN_CFA_RESIDUAL, AN_CFA_FACTOR };

struct an_cfa_term {
	enum an_cfa_kind kind;
	size_t i, j;
	bool free;
	double est, se; /* in: est where fixed.  se: 0 where fixed */
	/* with all variables standardised; a residual covariance becomes a correlation.  Not where a
	 * variance that it needs is not positive.  std_se: delta method, 0 where it cannot vary */
	bool has_std;
	double std, std_se;
};

struct an_cfa_model {
	size_t items, factors, terms;
	struct an_cfa_term *term;
};

struct an_cfa {
	struct an_fit fit; /* gradient: largest slope of the log likelihood over standard errors */
	bool identified;
	size_t n, free;
	double df, chisq, p;		    /* p: with df > 0 */
	double base_df, base_chisq, base_p; /* items uncorrelated */
	double cfi, tli;
	double rmsea, rmsea_p_close;	   /* p_close: of an RMSEA of at most 0.05; with df > 0 */
	struct an_interval rmsea_interval; /* 90 % */
	double srmr, logl, logl_most, aic, bic, bic_adjusted;
	size_t negative; /* variances below 0 */
	bool odd;	 /* factor covariances that no factors can have */
};

/* terms are filled in place; implied: k x k, or NULL. */
enum an_status an_cfa(const double *cov, size_t n, struct an_cfa_model *model, struct an_work *work, double *implied,
    struct an_cfa *out);

/* What freeing one term that is not free would do (Sorbom 1989): the drop of chi-square and the
 * value that the term would take, raw and standardised.  term: candidates, not in the model or
 * fixed in it.  model: as an_cfa() left it.  has false: the data cannot tell. */
struct an_cfa_change {
	struct an_cfa_term term;
	bool has, has_std;
	double mi, epc, epc_std;
};
enum an_status an_cfa_changes(const double *cov, size_t n, const struct an_cfa_model *model, struct an_work *work,
    struct an_cfa_change *change, size_t changes);

/* Of one factor, from the fitted model.
 *   reliability  composite reliability (omega) of the plain sum of its items: variance of the sum that
 *                comes from the factor over all that the model implies (Raykov 1997; residual
 *                covariances count as error)
 *   std_reliability  the same of standardised loadings (Fornell & Larcker 1981)
 *   ave          average variance extracted: mean squared standardised loading
 * has: the items load on this factor alone, and no variance is negative. */
struct an_cfa_factor {
	size_t items;
	bool has;
	double reliability, std_reliability, ave;
};
void an_cfa_factors(const struct an_cfa_model *model, const double *implied, struct an_cfa_factor *out);
/* Heterotrait-monotrait ratios (Henseler, Ringle & Sarstedt 2015) of absolute correlations: m x m, diagonal 1; -1
 * where a factor has one item.  cor: k x k. */
void an_cfa_htmt(const struct an_cfa_model *model, const double *cor, double *out);

#endif
