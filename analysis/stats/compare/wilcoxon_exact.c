#include "analysis/stats/compare/wilcoxon.h"

#include <string.h>

/* From counts to running shares, by the symmetric half. */
static void accumulate(double *count, size_t top)
{
	double total = 0, sum = 0;

	for (size_t u = 0; u <= top; u++)
		total += count[u];
	for (size_t u = 0; u <= top / 2; u++) {
		sum += count[u];
		count[u] = sum / total;
	}
	/* P(U <= u) = 1 - P(U <= top - u - 1) */
	for (size_t u = top / 2 + 1; u < top; u++)
		count[u] = 1 - count[top - u - 1];
	count[top] = 1;
}

/* Counts of the subsets of n out of n + m ranks are the coefficients of the Gaussian binomial,
 * built up by factors (1 - q^(m + i)) / (1 - q^i); only the lower half, where small counts stay
 * exact, and the other half by symmetry. */
enum an_status an_mann_whitney_cdf(size_t n, size_t m, double *cdf)
{
	size_t top = n * m, half = top / 2;

	if (n + m > AN_RANKS_MOST)
		return AN_EDATA;
	if (n > m)
		return an_mann_whitney_cdf(m, n, cdf);
	memset(cdf, 0, (top + 1) * sizeof *cdf);
	cdf[0] = 1;
	for (size_t i = 1; i <= n; i++) {
		for (size_t u = half; u + 1 > m + i; u--)
			cdf[u] -= cdf[u - m - i];
		for (size_t u = i; u <= half; u++)
			cdf[u] += cdf[u - i];
	}
	for (size_t u = half + 1; u <= top; u++)
		cdf[u] = cdf[top - u];
	accumulate(cdf, top);
	return AN_OK;
}

enum an_status an_signed_rank_cdf(size_t n, double *cdf)
{
	size_t top = n * (n + 1) / 2, half = top / 2;

	if (n > AN_RANKS_MOST)
		return AN_EDATA;
	memset(cdf, 0, (top + 1) * sizeof *cdf);
	cdf[0] = 1;
	for (size_t r = 1; r <= n; r++)
		for (size_t s = half; s + 1 > r; s--)
			cdf[s] += cdf[s - r];
	for (size_t s = half + 1; s <= top; s++)
		cdf[s] = cdf[top - s];
	accumulate(cdf, top);
	return AN_OK;
}
