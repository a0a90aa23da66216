/* analysis/stats/association/partial.h -- correlations with other variables held constant, from k x k
 * correlations.
 *   partial[i][j]  of i and j, both without what the others give (diagonal 1)
 *   semi[i][j]     of i as it is and j without what the others give (diagonal 1); what j adds to
 *                  the explanation of i is its square
 * control[0..controls-1]: the variables held constant; the rest, in order, are the rows of the
 * results.  With none named, each pair holds all the other variables constant, and the results are
 * k x k.  Each of the results may be NULL.
 * AN_ETOOFEW: under two variables left.  AN_EDATA: a control out of range or named twice.
 * AN_ENOVARIANCE: the matrix cannot be inverted (one variable follows from the others).
 * Formulas: Whittaker 1990, ch. 5 (inverse of the correlations); as ppcor::pcor and spcor. */
#ifndef ANALYSIS_STATS_ASSOCIATION_PARTIAL_H
#define ANALYSIS_STATS_ASSOCIATION_PARTIAL_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

enum an_status an_partial(const double *cor, size_t k, const size_t *control, size_t controls, struct an_work *work,
    double *partial, double *semi);

#endif
