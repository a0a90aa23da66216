/* analysis/stats/numeric/bounded.h -- minimum of a smooth function of parameters that all lie in lo..hi.
 * Quasi-Newton with the model of the last five steps (Byrd, Lu, Nocedal & Zhu 1995, A limited
 * memory algorithm for bound constrained optimization), line search of Moré & Thuente 1994: the
 * algorithm of R's optim(method = "L-BFGS-B"), step for step.  So where a minimum is not unique,
 * as with more factors than the items can carry, it ends where R's users find it.
 * The model is kept as a full matrix: meant for up to some hundred parameters. */
#ifndef ANALYSIS_STATS_NUMERIC_BOUNDED_H
#define ANALYSIS_STATS_NUMERIC_BOUNDED_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

/* The value at x, its slopes into gradient; not finite where there is none. */
typedef double an_slope_fn(void *arg, const double *x, double *gradient);

struct an_bounded {
	size_t n;
	double lo, hi;
	an_slope_fn *fn;
	void *arg;
	double reduction; /* ends when a step lowers the value by no more than this (relative above 1) */
	int most;	  /* steps */
};

/* x: where to begin and where it ended; *steps taken, *value there.  That no step goes further
 * down is no error here: whether the end is a minimum is for the caller to see from its slopes.
 * AN_ENOMEM; AN_EDATA: no finite value at the beginning. */
enum an_status an_bounded_minimum(const struct an_bounded *b, double *x, struct an_work *work, int *steps,
    double *value);

#endif
