/* analysis/stats/numeric/root.h -- where a function of one number crosses zero: inverse interpolation kept
 * inside a bracket by bisection (Brent 1973, Algorithms for minimization without derivatives,
 * ch. 4).  f must have no equal signs at lo and hi; it may jump.  Ends at a zero, or where the
 * bracket is tol or rounding wide.
 * AN_EDATA: equal signs, or a value that is not a number.  AN_ENOCONVERGE: not within 1000 steps. */
#ifndef ANALYSIS_STATS_NUMERIC_ROOT_H
#define ANALYSIS_STATS_NUMERIC_ROOT_H

#include "analysis/stats/status.h"

typedef double an_curve_fn(void *arg, double x);

enum an_status an_root(an_curve_fn *f, void *arg, double lo, double hi, double tol, double *out);

#endif
