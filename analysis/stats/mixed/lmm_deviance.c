#include "analysis/stats/mixed/lmm_deviance.h"
#include "analysis/stats/numeric/cholesky.h"

#include <math.h>
#include <string.h>

#define LOG_2PI 1.8378770664093454836

void lmm_lambda(const struct lmm *m, const double *theta, double *lambda)
{
	size_t at = 0;

	memset(lambda, 0, m->q * m->q * sizeof *lambda);
	for (size_t i = 0; i < m->q; i++)
		for (size_t j = 0; j <= i; j++)
			lambda[i * m->q + j] = theta[at++];
}

/* out (q x cols) = lambda' in */
static void turned(const double *lambda, size_t q, const double *in, size_t cols, double *out)
{
	memset(out, 0, q * cols * sizeof *out);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j <= i; j++)
			for (size_t c = 0; c < cols; c++)
				out[j * cols + c] += lambda[i * q + j] * in[i * cols + c];
}

bool lmm_group_factor(const struct lmm *m, size_t group, const double *lambda, double *factor)
{
	size_t q = m->q;
	double half[Q_MOST * Q_MOST];

	turned(lambda, q, m->zz + group * q * q, q, half);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j < q; j++) {
			factor[i * q + j] = i == j;
			for (size_t c = j; c < q; c++)
				factor[i * q + j] += half[i * q + c] * lambda[c * q + j];
		}
	return an_cholesky(factor, q);
}

/* to -= left' right, both q rows */
static void less(double *to, const double *left, size_t rows, const double *right, size_t cols, size_t q)
{
	for (size_t i = 0; i < q; i++)
		for (size_t a = 0; a < rows; a++)
			for (size_t b = 0; b < cols; b++)
				to[a * cols + b] -= left[i * rows + a] * right[i * cols + b];
}

/* One group's share of X' V^-1 X, X' V^-1 y, y' V^-1 y and log |V|; its own products on the way. */
static bool add_group(struct lmm *m, size_t g, const double *lambda, double *yy, double *logs)
{
	size_t q = m->q, k = m->k;
	double factor[Q_MOST * Q_MOST], rz[Q_MOST * Q_MOST], ry[Q_MOST], *rx = m->scratch;

	if (!lmm_group_factor(m, g, lambda, factor))
		return false;
	turned(lambda, q, m->zz + g * q * q, q, rz);
	turned(lambda, q, m->zx + g * q * k, k, rx);
	turned(lambda, q, m->zy + g * q, 1, ry);
	an_cholesky_forward(factor, q, rz, q);
	an_cholesky_forward(factor, q, rx, k);
	an_cholesky_forward(factor, q, ry, 1);
	memcpy(m->szz + g * q * q, m->zz + g * q * q, q * q * sizeof *rz);
	memcpy(m->szx + g * q * k, m->zx + g * q * k, q * k * sizeof *rx);
	memcpy(m->szy + g * q, m->zy + g * q, q * sizeof *ry);
	less(m->szz + g * q * q, rz, q, rz, q, q);
	less(m->szx + g * q * k, rz, q, rx, k, q);
	less(m->szy + g * q, rz, q, ry, 1, q);
	less(m->a, rx, k, rx, k, q);
	less(m->b, rx, k, ry, 1, q);
	less(yy, ry, 1, ry, 1, q);
	for (size_t i = 0; i < q; i++)
		*logs += 2 * log(factor[i * q + i]);
	return true;
}

/* sum += one group's derivative of the criterion by L L', q x q. */
static void add_slope(const struct lmm *m, size_t g, double scale, double *sum)
{
	size_t q = m->q, k = m->k;
	const double *w = m->szx + g * q * k;
	double u[Q_MOST], *half = m->scratch; /* half: factor of X' V^-1 X ^-1 W', k x q */

	for (size_t i = 0; i < q; i++) {
		u[i] = m->szy[g * q + i];
		for (size_t j = 0; j < k; j++)
			u[i] -= w[i * k + j] * m->b[j];
		for (size_t j = 0; j < k && m->reml; j++)
			half[j * q + i] = w[i * k + j];
	}
	if (m->reml)
		an_cholesky_forward(m->a, k, half, q);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j < q; j++) {
			double v = m->szz[g * q * q + i * q + j] - scale * u[i] * u[j];

			for (size_t c = 0; c < k && m->reml; c++)
				v -= half[c * q + i] * half[c * q + j];
			sum[i * q + j] += v;
		}
}

bool lmm_evaluate(struct lmm *m, const double *theta)
{
	size_t q = m->q, k = m->k, at = 0;
	double lambda[Q_MOST * Q_MOST], sum[Q_MOST * Q_MOST] = { 0 }, yy = m->yy, logs = 0, fitted = 0;
	double df = (double)(m->reml ? m->n - k : m->n);

	lmm_lambda(m, theta, lambda);
	memcpy(m->a, m->xx, k * k * sizeof *m->a);
	memcpy(m->b, m->xy, k * sizeof *m->b);
	for (size_t g = 0; g < m->groups; g++)
		if (m->size[g] > 0 && !add_group(m, g, lambda, &yy, &logs))
			return false;
	if (!an_cholesky(m->a, k))
		return false;
	an_cholesky_forward(m->a, k, m->b, 1);
	for (size_t j = 0; j < k; j++)
		fitted += m->b[j] * m->b[j];
	for (size_t j = k; j-- > 0;) {
		for (size_t i = j + 1; i < k; i++)
			m->b[j] -= m->a[i * k + j] * m->b[i];
		m->b[j] /= m->a[j * k + j];
	}
	m->rss = yy - fitted;
	if (!(m->rss > 1e-12 * m->yy))
		return false;
	for (size_t j = 0; m->reml && j < k; j++)
		logs += 2 * log(m->a[j * k + j]);
	m->deviance = logs + df * (1 + LOG_2PI + log(m->rss / df));
	for (size_t g = 0; g < m->groups; g++)
		if (m->size[g] > 0)
			add_slope(m, g, df / m->rss, sum);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j <= i; j++, at++) {
			m->slope[at] = 0;
			for (size_t c = j; c < q; c++)
				m->slope[at] += 2 * sum[i * q + c] * lambda[c * q + j];
		}
	return isfinite(m->deviance);
}
