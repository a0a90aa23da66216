#include "analysis/stats/numeric/quadrature.h"

#include <math.h>

void an_quadrature_normal(size_t n, double *point, double *weight)
{
	double sum = 0;

	for (size_t q = 0; q < n; q++) {
		point[q] = AN_QUADRATURE_SPAN * (2 * (double)q / (double)(n - 1) - 1);
		weight[q] = exp(-point[q] * point[q] / 2);
		sum += weight[q];
	}
	for (size_t q = 0; q < n; q++)
		weight[q] /= sum;
}
