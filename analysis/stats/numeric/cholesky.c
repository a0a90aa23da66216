#include "analysis/stats/numeric/cholesky.h"

#include <math.h>

#define LEAST 1e-15 /* of a diagonal element that is left */

bool an_cholesky(double *m, size_t k)
{
	for (size_t j = 0; j < k; j++) {
		double d = m[j * k + j];

		for (size_t c = 0; c < j; c++)
			d -= m[j * k + c] * m[j * k + c];
		if (!(d > LEAST * m[j * k + j]) || !isfinite(d))
			return false;
		m[j * k + j] = sqrt(d);
		for (size_t i = j + 1; i < k; i++) {
			double v = m[i * k + j];

			for (size_t c = 0; c < j; c++)
				v -= m[i * k + c] * m[j * k + c];
			m[i * k + j] = v / m[j * k + j];
		}
	}
	return true;
}

void an_cholesky_forward(const double *factor, size_t k, double *right, size_t cols)
{
	for (size_t i = 0; i < k; i++) {
		for (size_t j = 0; j < i; j++)
			for (size_t c = 0; c < cols; c++)
				right[i * cols + c] -= factor[i * k + j] * right[j * cols + c];
		for (size_t c = 0; c < cols; c++)
			right[i * cols + c] /= factor[i * k + i];
	}
}
