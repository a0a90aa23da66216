/* analysis/stats/agreement/kappa.h -- agreement on categories beyond chance.
 *
 * Two raters (Cohen 1960, 1968): a square table of counts, rows the first rater.  Weights fall with
 * the distance of categories in the order given, linearly or with its square (Cicchetti & Allison
 * 1971; Fleiss & Cohen 1973).  se, lo, hi: Fleiss, Cohen & Everitt 1969, cut at -1 and 1 as
 * psych::cohen.kappa; z, p: against chance alone.
 *   psych_se   psych 2.2.9 takes, in the variance of a weighted kappa, for one of the two mean
 *              weights of a category the plain sum of its weights times its share, and 0 where the
 *              variance comes out negative; kept so that readers can compare
 *   largest    the highest kappa that the margins allow
 *   pabak      kappa if all categories were equally frequent (Brennan & Prediger 1981)
 *
 * Many raters: counts of categories, units x categories; the raters of a unit may differ in number,
 * units with fewer than two ratings count toward the shares of categories alone.  Fleiss 1971;
 * Gwet 2008 (AC1) with se over units after Gwet 2014, interval by t on units - 1.  fleiss_z: Fleiss,
 * Nee & Landis 1979, with the same number of ratings in every unit.
 *
 * AN_ETOOFEW: nobody, under two units.  AN_ENOVARIANCE: one category alone (or chance agrees fully).
 * AN_EDATA: a count below 0, level outside 0..1. */
#ifndef ANALYSIS_STATS_AGREEMENT_KAPPA_H
#define ANALYSIS_STATS_AGREEMENT_KAPPA_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

enum an_kappa_weight { AN_KAPPA_UNWEIGHTED, AN_KAPPA_LINEAR, AN_KAPPA_QUADRATIC };
#define AN_KAPPA_WEIGHTS (AN_KAPPA_QUADRATIC + 1)

struct an_kappa {
	double observed, expected, kappa, se, psych_se, z, p;
	bool has_z;
	struct an_interval interval, psych_interval;
};

struct an_cohen {
	double n;
	struct an_kappa by[AN_KAPPA_WEIGHTS];
	double largest, pabak;
	struct an_interval observed_interval; /* Wilson, of plain agreement */
};
const char *an_kappa_weight_name(enum an_kappa_weight w); /* "unweighted", "linear", "quadratic" */
enum an_status an_cohen(const double *count, size_t categories, double level, struct an_work *work,
    struct an_cohen *out);

struct an_agreement {
	double estimate, expected, se;
	struct an_interval interval;
};

struct an_fleiss {
	size_t units, rated; /* with a rating; with two or more */
	double ratings, observed;
	bool same; /* number of ratings in each unit */
	struct an_agreement fleiss, ac1;
	double fleiss_se0, fleiss_z, fleiss_p; /* where same */
};
/* Of one category against the rest (Fleiss 1971); absent where nobody or everybody chose it. */
struct an_fleiss_category {
	double share, kappa, z, p;
	bool has_kappa, has_z;
};
enum an_status an_fleiss(const double *count, size_t units, size_t categories, double level, struct an_work *work,
    struct an_fleiss *out, struct an_fleiss_category *each);

#endif
