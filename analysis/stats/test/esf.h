/* analysis/stats/test/esf.h -- elementary symmetric functions of Rasch items, and the conditional
 * distribution of answers given how many are right (Fischer 1974; Andersen 1972).
 * gamma_r: sum over all sets of r items of exp(-sum of their difficulties).  Kept as logarithms
 * and summed without a difference, so that hundreds of items of any difficulty neither overflow
 * nor cancel.  P(item right | r right) follows from the ratios gamma_(r-1) / gamma_r by a
 * recursion that is run upward while the probability is below one half and downward above, where
 * an error of one step shrinks in the next.
 * difficulty: k finite values.  Arrays over r have k + 1 places, r = 0..k. */
#ifndef ANALYSIS_STATS_TEST_ESF_H
#define ANALYSIS_STATS_TEST_ESF_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

/* O(k^2). */
void an_esf_log(const double *difficulty, size_t k, double *log_gamma);
/* right[i * (k + 1) + r] = P(item i right | r of k right), and wrong = 1 - right, each with its
 * own relative accuracy.  O(k^2).  AN_ENOMEM. */
enum an_status an_esf_right(const double *difficulty, size_t k, const double *log_gamma, struct an_work *work,
    double *right, double *wrong);
/* Adds to info (k x k) the covariances of the answers given r, times people[r]: the information
 * that people with these scores carry on the difficulties.  right, wrong: as an_esf_right gives
 * them.  O(k^3).  AN_ENOMEM, AN_ESTOPPED. */
enum an_status an_esf_information(const double *difficulty, size_t k, const double *log_gamma, const double *right,
    const double *wrong, const double *people, struct an_work *work, double *info);

#endif
