/* analysis/stats/factor/cfa_parts.h -- the inside of analysis/stats/factor/cfa.h, shared by its files.
 * Each term changes Sigma by c (u v' + v u') with two vectors of k, so that with W = Sigma^-1 and
 * K = W (S - Sigma) W
 *   slope of the log likelihood    n c u'K v
 *   expected information of a, b   n c_a c_b ((u_a'W u_b)(v_a'W v_b) + (u_a'W v_b)(v_a'W u_b)). */
#ifndef ANALYSIS_STATS_FACTOR_CFA_PARTS_H
#define ANALYSIS_STATS_FACTOR_CFA_PARTS_H

#include "analysis/stats/factor/cfa.h"

struct an_cfa_parts {
	const struct an_cfa_model *model;
	const double *cov;
	double n;
	size_t k, m, q;	 /* items, factors, free terms */
	size_t *at;	 /* q: which term */
	double *lambda;	 /* k x m */
	double *psi;	 /* m x m */
	double *theta;	 /* k x k */
	double *through; /* k x m: Lambda Psi */
	double *sigma, *w, *kk;
	double log_det, trace; /* log |Sigma|, tr(S W) */
	double *u, *v;	       /* q x k */
	double *slope;	       /* q */
	double *info;	       /* q x q; its inverse after an_cfa_invert() */
	double *wu, *wv;       /* q x k scratch */
};

enum an_status an_cfa_parts_new(const double *cov, size_t n, const struct an_cfa_model *model, struct an_work *work,
    struct an_cfa_parts *p);
/* Sigma and its inverse at the terms' est; false: not positive definite. */
bool an_cfa_build(struct an_cfa_parts *p);
/* u and v of a term (room for k each); returns c. */
double an_cfa_vectors(const struct an_cfa_parts *p, const struct an_cfa_term *t, double *u, double *v);
void an_cfa_slopes(struct an_cfa_parts *p); /* slope, u, v and info at what was built */
/* info to its inverse; false where it is singular to 1e-9 of its own scale.  scale: room for q. */
bool an_cfa_invert(double *info, size_t q, double *scale);
void an_cfa_start(const double *cov, struct an_cfa_model *model, struct an_work *work);
void an_cfa_standardise(struct an_cfa_parts *p, struct an_cfa_model *model, double *gradient);
void an_cfa_measure(const struct an_cfa_parts *p, double log_det_cov, struct an_cfa *out);

#endif
