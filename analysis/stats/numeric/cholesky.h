/* analysis/stats/numeric/cholesky.h -- Cholesky factors of small matrices by rows, in place. */
#ifndef ANALYSIS_STATS_NUMERIC_CHOLESKY_H
#define ANALYSIS_STATS_NUMERIC_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* The lower triangle of the symmetric m (k x k) becomes its factor; what stands above the diagonal
 * stays.  False: m is not positive definite to working accuracy. */
bool an_cholesky(double *m, size_t k);
/* right (k x cols) becomes factor^-1 right. */
void an_cholesky_forward(const double *factor, size_t k, double *right, size_t cols);

#endif
