/* With t = log uniqueness, S* = U^-1/2 R U^-1/2 and its eigenpairs (g, w), the loadings that fit
 * best for given t are known, and what is left to minimise is the sum over all eigenvalues but
 * the first of g - 1 - log g (Joreskog 1967; Lawley & Maxwell 1971, ch. 4).  Its gradient is
 * sum (1 - g) w_i^2; the second derivatives follow from perturbation of the eigenvectors. */
#include "analysis/stats/factor_ml.h"
#include "analysis/stats/matrix.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ITERATIONS     500
#define SMALL_GRADIENT 1e-10

struct ml {
	size_t k;
	const double *cor;
	double *t, *next, *scaled, *value, *vector, *gradient, *hessian, *step;
	double objective;
};

static enum an_status evaluate(struct ml *m, const double *t)
{
	size_t k = m->k;
	enum an_status status;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			m->scaled[i * k + j] = m->cor[i * k + j] * exp(-(t[i] + t[j]) / 2);
	status = an_eigen(m->scaled, k, m->value, m->vector);
	if (status != AN_OK)
		return status;
	m->objective = 0;
	for (size_t q = 1; q < k; q++) {
		if (!(m->value[q] > 0))
			return AN_ENOVARIANCE;
		m->objective += m->value[q] - 1 - log(m->value[q]);
	}
	return AN_OK;
}

static void slopes(struct ml *m)
{
	size_t k = m->k;

	for (size_t i = 0; i < k; i++) {
		m->gradient[i] = 0;
		for (size_t q = 1; q < k; q++) {
			double w = m->vector[i * k + q];

			m->gradient[i] += (1 - m->value[q]) * w * w;
		}
	}
}

/* exact: the second derivatives; otherwise their expectation, which is never indefinite. */
static void curvature(struct ml *m, bool exact)
{
	size_t k = m->k;
	const double *g = m->value, *w = m->vector;

	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++) {
			double first = w[i * k] * w[j * k], plain = 0, weighted = 0, across = 0;

			for (size_t q = 1; q < k; q++) {
				double a = w[i * k + q] * w[j * k + q];

				plain += a;
				weighted += g[q] * a;
				across += (1 - g[q]) * (g[0] + g[q]) / fmax(g[0] - g[q], 1e-12) * a;
			}
			m->hessian[i * k + j] = exact ? plain * weighted + first * across : plain * plain;
			m->hessian[j * k + i] = m->hessian[i * k + j];
		}
}

static bool held(const struct ml *m, size_t i)
{
	return m->t[i] <= log(AN_UNIQUE_LEAST) && m->gradient[i] > 0;
}

/* Newton direction into step; parameters held at the bound stay.  False: not positive definite. */
static bool direction(struct ml *m)
{
	size_t k = m->k;
	gsl_matrix_view h = gsl_matrix_view_array(m->hessian, k, k);
	gsl_vector_view s = gsl_vector_view_array(m->step, k);

	for (size_t i = 0; i < k; i++) {
		m->step[i] = held(m, i) ? 0 : -m->gradient[i];
		for (size_t j = 0; held(m, i) && j < k; j++)
			m->hessian[i * k + j] = m->hessian[j * k + i] = i == j;
	}
	if (gsl_linalg_cholesky_decomp1(&h.matrix) != 0)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!isfinite(m->hessian[i * k + i]))
			return false;
	return gsl_linalg_cholesky_svx(&h.matrix, &s.vector) == 0;
}

static bool choose(struct ml *m)
{
	curvature(m, true);
	if (direction(m))
		return true;
	curvature(m, false);
	for (size_t i = 0; i < m->k; i++)
		m->hessian[i * m->k + i] += 1e-6;
	return direction(m);
}

/* Halves the step until the objective goes down; true when it did. */
static bool advance(struct ml *m)
{
	double before = m->objective;

	for (double part = 1; part > 1e-10; part /= 2) {
		for (size_t i = 0; i < m->k; i++) {
			double by = fmin(2, fmax(-2, part * m->step[i]));

			m->next[i] = fmax(log(AN_UNIQUE_LEAST), m->t[i] + by);
		}
		if (evaluate(m, m->next) == AN_OK && m->objective <= before) {
			memcpy(m->t, m->next, m->k * sizeof *m->t);
			return m->objective < before;
		}
	}
	return false;
}

static double left(const struct ml *m)
{
	double most = 0;

	for (size_t i = 0; i < m->k; i++)
		if (!held(m, i))
			most = fmax(most, fabs(m->gradient[i]));
	return most;
}

static enum an_status fit(struct ml *m, struct an_factor *out)
{
	enum an_status status = evaluate(m, m->t);

	while (status == AN_OK) {
		slopes(m);
		out->fit.gradient = left(m);
		if (out->fit.gradient < SMALL_GRADIENT || out->fit.iterations == ITERATIONS)
			break;
		out->fit.iterations++;
		if (!choose(m) || !advance(m)) {
			/* no way down that doubles can see: the gradient decides */
			status = evaluate(m, m->t);
			slopes(m);
			out->fit.gradient = left(m);
			break;
		}
	}
	out->objective = m->objective;
	out->fit.converged = status == AN_OK && out->fit.gradient < 1e-6;
	return status != AN_OK ? status : out->fit.converged ? AN_OK : AN_ENOCONVERGE;
}

enum an_status an_factor_ml_fit(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *room = AN_WORK_ARRAY(work, double, 5 * k + 3 * k * k);
	enum an_status status = AN_ENOMEM;
	struct ml m = { .k = k, .cor = cor };

	if (room == NULL)
		goto done;
	m.t = room;
	m.next = room + k;
	m.value = room + 2 * k;
	m.gradient = room + 3 * k;
	m.step = room + 4 * k;
	m.scaled = room + 5 * k;
	m.vector = m.scaled + k * k;
	m.hessian = m.vector + k * k;
	status = an_smc(cor, k, work, unique);
	if (status != AN_OK)
		goto done;
	/* the usual start, (1 - smc)(1 - p / 2k) with p = 1 factor */
	for (size_t i = 0; i < k; i++)
		m.t[i] = log(fmin(1, fmax(AN_UNIQUE_LEAST, (1 - unique[i]) * (1 - 0.5 / (double)k))));
	status = fit(&m, out);
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		unique[i] = exp(m.t[i]);
		out->heywood += m.t[i] <= log(AN_UNIQUE_LEAST);
		loading[i] = sqrt(unique[i] * fmax(0, m.value[0] - 1)) * m.vector[i * k];
	}
done:
	an_work_release(work, mark);
	return status;
}
