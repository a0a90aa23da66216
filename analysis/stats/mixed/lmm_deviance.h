/* analysis/stats/mixed/lmm_deviance.h -- the criterion of lmm.h and its slopes, for lmm.c alone.
 * All in standard units: y, the columns of x but the constant, and those of z but the constant are
 * centred and scaled. */
#ifndef ANALYSIS_STATS_MIXED_LMM_DEVIANCE_H
#define ANALYSIS_STATS_MIXED_LMM_DEVIANCE_H

#include "analysis/stats/mixed/lmm.h"

#define Q_MOST	   (AN_SLOPES_MOST + 1)
#define THETA_MOST (Q_MOST * (Q_MOST + 1) / 2)

struct lmm {
	size_t n, k, q, groups, thetas;
	bool reml;
	/* per group: n, Z'Z (q x q), Z'X (q x k), Z'y (q) */
	double *size, *zz, *zx, *zy;
	double *xx, *xy, yy; /* of all rows */
	/* per group at the point last evaluated: Z' V^-1 Z, Z' V^-1 X, Z' V^-1 y */
	double *szz, *szx, *szy;
	double *a, *b; /* factor of X' V^-1 X (lower triangle), coefficients */
	double *scratch;
	double rss, deviance;
	double slope[THETA_MOST];
};

/* Fills b, rss, deviance and slope; false where it does not exist.  theta: the lower triangle of the
 * relative factor by rows. */
bool lmm_evaluate(struct lmm *m, const double *theta);
/* q x q lower factor of I + L' Z'Z L of a group, L being lambda. */
bool lmm_group_factor(const struct lmm *m, size_t group, const double *lambda, double *factor);
void lmm_lambda(const struct lmm *m, const double *theta, double *lambda);

#endif
