/* analysis/stats/association/concord.h -- association of two ordered variables by counting pairs of people, and
 * Spearman's rank correlation.
 *
 * Of n(n - 1)/2 pairs some are concordant (the one higher on x is higher on y), some discordant,
 * some tied on x, on y or on both.  Everything below follows from these counts, and its standard
 * error from each person's own count of concordant and discordant partners; both are found in
 * O(n log n) (Knight 1966; here a binary indexed tree), never by looking at every pair.
 *   tau      Kendall's tau-b; z by the null variance with ties (Kendall 1970, ch. 4), no continuity
 *            correction, as R's cor.test(exact = FALSE); se: asymptotic, not under the null
 *   gamma    Goodman & Kruskal 1954; se: Goodman & Kruskal 1963, as vcdExtra::GKgamma
 *   d_yx     Somers 1962, y depending on x (pairs tied on x left out), se: Goodman & Kruskal 1972
 *   rho      Pearson's r of average ranks; p by t on n - 2, as R's cor.test(exact = FALSE)
 *
 * x, y: n finite values; w: how often each row counts (whole numbers of 0 or more), or NULL.
 * AN_EDATA: a cell not finite, a negative weight, level outside 0..1.  AN_ETOOFEW: under two
 * people (rho, and tau's z: three).  AN_ENOVARIANCE: a variable constant. */
#ifndef ANALYSIS_STATS_ASSOCIATION_CONCORD_H
#define ANALYSIS_STATS_ASSOCIATION_CONCORD_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

struct an_measure {
	double value, se;
	struct an_interval interval; /* value -/+ z se, kept in -1..1 */
};

struct an_concord {
	double n;			   /* people: sum of weights */
	double concordant, discordant;	   /* pairs */
	double tied_x, tied_y;		   /* pairs tied on x (whatever y), on y (whatever x) */
	struct an_measure tau, d_yx, d_xy; /* d_xy: x depending on y */
	bool has_gamma;			   /* some pair is not tied */
	struct an_measure gamma;
	bool has_z;
	double z, p;
};
enum an_status an_concord(const double *x, const double *y, const double *w, size_t n, double level,
    struct an_work *work, struct an_concord *out);

/* Exact two-sided p of tau without ties by counting permutations with each number of inversions
 * (Kemp & Kendall's recursion, as R): 2 <= n <= AN_KENDALL_EXACT.  AN_EDATA otherwise. */
#define AN_KENDALL_EXACT 200
enum an_status an_kendall_exact(double tau, size_t n, struct an_work *work, double *p);

struct an_spearman {
	double rho, s; /* s: sum of squared differences of ranks that goes with rho */
	double p;
	bool has_t, has_exact; /* exact: no ties and n <= AN_SPEARMAN_EXACT, all orders counted */
	double t, p_exact;
};
#define AN_SPEARMAN_EXACT 9
enum an_status an_spearman(const double *x, const double *y, size_t n, struct an_work *work, struct an_spearman *out);

#endif
