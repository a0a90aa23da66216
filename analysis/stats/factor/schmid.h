/* analysis/stats/factor/schmid.h -- a general factor above m group factors, and the share of a scale's variance
 * that is its (McDonald 1999; Zinbarg, Revelle, Yovel & Li 2005), after psych::omega:
 * minres factors, varimax, oblimin; one factor of their correlations (m of 3 or more), or for two
 * the root of their correlation on each; Schmid & Leiman 1957.
 * psych turns round an item that loads negatively on the general factor before it sums (flip).
 * So do the figures here, since the share of a sum makes sense for items keyed one way; against[]
 * tells which, and the caller must say so.  general and group are as turned.
 *   omega_h    (sum general)^2 / V      V: sum of all correlations, as turned
 *   omega_total (V - sum unique) / V    omega_lim: omega_h / omega_total
 *   alpha, g6  of the standardised items, as turned
 *   ecv        share of the common variance that is the general factor's
 * dof below 0: see efa.h.  heywood: of the group factors; heywood_general: a group factor whose
 * loading on the general one is 1 or more.
 * AN_ETOOFEW: m < 2 or as an_efa().  AN_ENOVARIANCE: V is not above 0. */
#ifndef ANALYSIS_STATS_FACTOR_SCHMID_H
#define ANALYSIS_STATS_FACTOR_SCHMID_H

#include "analysis/stats/factor/efa.h"

/* Each of an item's group: the one that it loads on most. */
struct an_omega_group {
	size_t items;
	bool has;
	double total, general, own; /* shares of the variance of the sum of the group's items */
};

struct an_schmid {
	/* the caller's room: k, k x m, k, k x m, m x m, m, k, m */
	double *general, *group, *unique, *pattern, *phi, *second;
	bool *against;
	struct an_omega_group *groups;
	struct an_fit fit; /* of the group factors */
	long dof;
	size_t heywood, flipped;
	bool heywood_general;
	double omega_h, omega_total, omega_lim, alpha, g6, ecv;
};

enum an_status an_schmid(const double *cor, size_t k, size_t m, struct an_work *work, struct an_schmid *out);

#endif
