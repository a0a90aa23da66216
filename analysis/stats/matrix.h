/* analysis/stats/matrix.h -- small helpers on k x k matrices stored by rows. */
#ifndef ANALYSIS_STATS_MATRIX_H
#define ANALYSIS_STATS_MATRIX_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

double an_matrix_sum(const double *m, size_t k);
double an_matrix_trace(const double *m, size_t k);
/* Correlations from covariances.  AN_ENOVARIANCE: a variance that is not positive. */
enum an_status an_cov_to_cor(const double *cov, size_t k, double *cor);
/* Without row and column drop: out is (k-1) x (k-1). */
void an_matrix_without(const double *m, size_t k, size_t drop, double *out);
/* Inverse of a correlation matrix.  AN_ENOVARIANCE: it has none (one variable follows from the
 * others). */
enum an_status an_cor_inverse(const double *cor, size_t k, struct an_work *work, double *inv);
/* Squared multiple correlation of a variable from its cell in the diagonal of the inverse. */
double an_smc_of(double inv_diagonal);
/* Squared multiple correlation of each variable with the others, 1 - 1/diag(inverse), kept in
 * 0..1 (Guttman 1953).  AN_ENOVARIANCE: the matrix cannot be inverted (one variable follows
 * from the others).  k >= 2. */
enum an_status an_smc(const double *cor, size_t k, struct an_work *work, double *smc);
/* Eigenvalues descending of a symmetric matrix, and when vectors is not NULL the unit vectors
 * by columns.  Work is taken from GSL's own allocator for the length of the call. */
enum an_status an_eigen(const double *m, size_t k, double *values, double *vectors);

#endif
