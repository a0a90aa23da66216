/* analysis/stats/table/fisher.h -- Fisher's exact test of tables with fixed margins.
 * Counts are whole, at least 0, and at most AN_FISHER_MOST in all (AN_EDATA otherwise).  The
 * two-sided p sums the probabilities of all tables no likelier than the one at hand, with a relative
 * slack of 1e-7 for rounding, as R's fisher.test.
 *
 * 2 x 2: odds_ratio is the conditional maximum likelihood estimate, the interval the exact
 * conditional one (Cornfield 1956; as fisher.test).  Where the table lies at the end of what its
 * margins allow, the estimate is 0 or infinite and one end of the interval is open: has_x is false
 * for the infinite one, and estimate and lower end are 0 at the other.
 *
 * Rows x cols: exact by the network algorithm (Mehta & Patel 1983) while it stays within its
 * bounds; else, or when exact is false, from replicates tables drawn at random given the margins
 * (Patefield 1981): p = (1 + those as unlikely) / (1 + replicates), with a standard error.  The same
 * seed gives the same p on any number of threads. */
#ifndef ANALYSIS_STATS_TABLE_FISHER_H
#define ANALYSIS_STATS_TABLE_FISHER_H

#include "analysis/stats/table/table.h"

#include <stdint.h>

#define AN_FISHER_MOST 10000000

/* as_r: the same three by the search of R's fisher.test, which stops when the odds ratio or its inverse is
 * known to 1e-4: for who compares printed figures. */
struct an_fisher_2x2 {
	double p, less, greater; /* less: that the odds ratio is below 1 */
	bool has_odds_ratio, has_hi;
	double odds_ratio;
	struct an_interval interval;
	struct {
		double odds_ratio;
		struct an_interval interval;
	} as_r;
};
/* AN_ENOVARIANCE: a margin of 0. */
enum an_status an_fisher_2x2(const double count[4], double level, struct an_work *work, struct an_fisher_2x2 *out);

struct an_fisher {
	bool exact;
	double p, se;	   /* se: of a simulated p */
	size_t replicates; /* 0 when exact */
};
enum an_status an_fisher(struct an_table t, bool exact, size_t replicates, uint64_t seed, struct an_work *work,
    struct an_fisher *out);

/* How the two ways are carried out; for fisher.c.  AN_ENOCONVERGE: over the bounds of the network. */
struct an_fisher_margins {
	const size_t *row, *col;
	size_t rows, cols, n;
	double observed; /* sum of ln(count!) of the table at hand */
};
enum an_status an_fisher_network(const struct an_fisher_margins *m, struct an_work *work, double *p);
enum an_status an_fisher_simulate(const struct an_fisher_margins *m, size_t replicates, uint64_t seed,
    struct an_work *work, size_t *as_unlikely);

#endif
