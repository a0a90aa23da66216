/* analysis/stats/describe/proportion.h -- intervals of a share, hits of n.
 * Wilson (1927) is what elod shows; the others are there because readers compare.
 *   AN_WILSON           score interval
 *   AN_WILSON_CONTINUITY with continuity correction min(1/2, |hits - n/2|), as R's prop.test
 *   AN_WALD             normal approximation, may leave 0..1
 *   AN_AGRESTI_COULL    Agresti & Coull (1998), may leave 0..1
 *   AN_CLOPPER_PEARSON  exact (1934)
 *   AN_JEFFREYS         beta(1/2, 1/2) prior; 0 or 1 at the ends where hits is 0 or n
 * level: confidence, between 0 and 1.
 * AN_ETOOFEW: n is 0.  AN_EDATA: hits over n, or level not inside 0..1. */
#ifndef ANALYSIS_STATS_DESCRIBE_PROPORTION_H
#define ANALYSIS_STATS_DESCRIBE_PROPORTION_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

#include <stdbool.h>

enum an_proportion_method {
	AN_WILSON,
	AN_WILSON_CONTINUITY,
	AN_WALD,
	AN_AGRESTI_COULL,
	AN_CLOPPER_PEARSON,
	AN_JEFFREYS
};
#define AN_PROPORTION_METHODS (AN_JEFFREYS + 1)

const char *an_proportion_name(enum an_proportion_method m); /* "wilson", "clopper_pearson", ... */
enum an_status an_proportion(double hits, double n, enum an_proportion_method method, double level,
    struct an_interval *out);
/* The same for n answers out of a finite population, all of whom could have been asked: as if n were
 * n (N - 1) / (N - n), the size that gives the mean its variance without replacement (Cochran 1977, 2.8;
 * effective size in an exact interval: Korn & Graubard 1998).  N = n: no width.  AN_EDATA: N under n. */
enum an_status an_proportion_finite(double hits, double n, double population, enum an_proportion_method method,
    double level, struct an_interval *out);
/* Two-sided exact binomial test of share p (sum of all outcomes no likelier than hits).
 * hits and n are whole; n at most 10,000,000. */
enum an_status an_binomial_test(double hits, double n, double p, double *p_value);

/* Percentile bootstrap interval, without drawing: n people drawn with replacement from n of whom hits have
 * a property give a binomial count with chance hits / n, so that the limits of infinitely many
 * replicates are quantiles of that distribution (the ideal bootstrap of Efron & Tibshirani 1993,
 * ch. 6 and 13): the smallest count whose distribution function reaches the tail.
 * Where hits is 0 or n every replicate is the same: has_width is false, and the caller should show
 * another interval. */
struct an_bootstrap_share {
	bool has_width;
	struct an_interval interval;
};
enum an_status an_bootstrap_share(unsigned hits, unsigned n, double level, struct an_bootstrap_share *out);

#endif
