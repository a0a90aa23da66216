/* analysis/stats/factor/retain.h -- how many factors or components to keep.
 * Parallel analysis (Horn 1965): eigenvalues set against those of data without any structure, of
 * components and of one-factor minres communalities in the diagonal, as psych::fa.parallel.  Random
 * correlations are of independent normal variables, n people, drawn through Bartlett's
 * decomposition of the Wishart distribution: the same law as correlating n x k random numbers, at
 * a cost that does not depend on n.  Replicate i uses stream i of the seed, on any thread.
 * Kept: those before the first that does not exceed the given quantile (type 7) of the random ones.
 * MAP (Velicer 1976): mean squared partial correlation after the first m components are taken
 * out; its fourth-power form is of Velicer, Eaton & Fava 2000. */
#ifndef ANALYSIS_STATS_FACTOR_RETAIN_H
#define ANALYSIS_STATS_FACTOR_RETAIN_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct an_parallel_row {
	double component, component_mean, component_limit;
	double factor, factor_mean, factor_limit;
};

struct an_parallel_in {
	const double *cor;
	size_t k, n, replicates;
	double quantile; /* 0.95 */
	uint64_t seed;
};

struct an_parallel_out {
	size_t components, factors; /* to keep */
	bool has_factors;	    /* one factor could be fitted to the data and to every replicate */
};

/* rows: k.  AN_ETOOFEW: k < 3, n <= k, or no replicate.  AN_EDATA: quantile outside 0..1. */
enum an_status an_parallel_analysis(const struct an_parallel_in *in, struct an_work *work, struct an_parallel_row *rows,
    struct an_parallel_out *out);

struct an_map_row {
	bool has; /* every variable keeps some variance */
	double square, fourth;
};
/* rows: k, row m after m components, from none on; *square, *fourth: the m with the least.
 * AN_ETOOFEW: k < 2. */
enum an_status an_map(const double *cor, size_t k, struct an_work *work, struct an_map_row *rows, size_t *square,
    size_t *fourth);

#endif
