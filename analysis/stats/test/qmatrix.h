/* analysis/stats/test/qmatrix.h -- whether each item's row of the Q-matrix fits the answers, from a fitted
 * dina.h model.  For every possible row (set of skills that the item might need)
 *   delta  P(right | who has them all) - P(right | who has not), at the model's posterior
 *          (de la Torre 2008; CDM::din.validate.qmatrix); DINO: who has any
 *   pvaf   share of the variance of P(right | class) that the classes of these skills explain
 *          (de la Torre & Chiu 2016, "proportion of variance accounted for")
 * Nothing is applied; rows are sets of skills as in dina.h.
 * answered, right: as an_dina gives them. */
#ifndef ANALYSIS_STATS_TEST_QMATRIX_H
#define ANALYSIS_STATS_TEST_QMATRIX_H

#include "analysis/stats/test/dina.h"

struct an_qmatrix_item {
	bool has_delta, has_pvaf;
	size_t now, by_delta, by_pvaf; /* rows: given, with the largest delta, smallest that explains enough */
	double delta_now, delta_best;
	double pvaf_now, pvaf_best; /* of by_pvaf */
};

/* enough: share of variance that a row must explain (0.95 is usual).  out: room for items.
 * AN_ENOMEM, AN_ESTOPPED.  O(items * 4^skills). */
enum an_status an_qmatrix(const struct an_dina_classes *c, const unsigned char *q, bool any, const double *answered,
    const double *right, double enough, struct an_work *work, struct an_qmatrix_item *out);

#endif
