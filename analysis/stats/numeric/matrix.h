/* analysis/stats/numeric/matrix.h -- small helpers on vectors, and on k x k matrices stored by rows. */
#ifndef ANALYSIS_STATS_NUMERIC_MATRIX_H
#define ANALYSIS_STATS_NUMERIC_MATRIX_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

static inline double an_dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Place of i and j, i != j, among the pairs of k in the order (0, 1), (0, 2) ... (1, 2) ... */
static inline size_t an_pair_at(size_t i, size_t j, size_t k)
{
	size_t low = i < j ? i : j, high = i < j ? j : i;

	return low * (2 * k - low - 1) / 2 + high - low - 1;
}

double an_matrix_sum(const double *m, size_t k);
double an_matrix_trace(const double *m, size_t k);
/* Correlations from covariances.  AN_ENOVARIANCE: a variance that is not positive. */
enum an_status an_cov_to_cor(const double *cov, size_t k, double *cor);
/* Without row and column drop: out is (k-1) x (k-1). */
void an_matrix_without(const double *m, size_t k, size_t drop, double *out);
/* Inverse of a symmetric matrix with a positive diagonal.  AN_ENOVARIANCE: it has none, one variable
 * following from the others. */
enum an_status an_inverse(const double *m, size_t k, struct an_work *work, double *out);
/* Squared multiple correlation of a variable from its cell in the diagonal of the inverse. */
double an_smc_of(double inv_diagonal);
/* Squared multiple correlation of each variable with the others, 1 - 1/diag(inverse), kept in
 * 0..1 (Guttman 1953).  AN_ENOVARIANCE: the matrix cannot be inverted (one variable follows
 * from the others).  k >= 2. */
enum an_status an_smc(const double *cor, size_t k, struct an_work *work, double *smc);
/* Eigenvalues descending of a symmetric matrix, and when vectors is not NULL the unit vectors
 * by columns.  Work is taken from GSL's own allocator for the length of the call. */
enum an_status an_eigen(const double *m, size_t k, double *values, double *vectors);
/* The nearest thing to a correlation matrix of which the smallest eigenvalue is not above 0, by
 * psych::cor.smooth: eigenvalues below 1e-12 become 1e-10, all are scaled to sum to k, and the
 * diagonal to 1.  *least: the smallest eigenvalue before; *changed: false leaves cor as it is. */
enum an_status an_cor_smooth(double *cor, size_t k, struct an_work *work, double *least, bool *changed);

#endif
