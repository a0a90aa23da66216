/* With t = log uniqueness, the eigenpairs (g, w) of
 *   ML             U^-1/2 R U^-1/2      (Joreskog 1967; Lawley & Maxwell 1971, ch. 4)
 *   least squares  R - U                (Joreskog 1977, unweighted least squares)
 * give the loadings that fit best for given t; what is left to minimise is a sum over the
 * eigenvalues but the first m, of g - 1 - log g or of g^2 / 2.  Its slopes are sums over the w_i^2,
 * and the second derivatives follow from perturbation of the eigenvectors. */
#include "analysis/stats/factor/factor_newton.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ITERATIONS     500
#define SMALL_GRADIENT 1e-10

struct newton {
	const struct an_newton *f;
	struct an_work *work;
	size_t k, m; /* m: factors that count, with a positive eigenvalue */
	double *t, *next, *scaled, *value, *vector, *gradient, *hessian, *step;
	double objective;
};

static enum an_status spectrum(const struct an_newton *f, const double *t, double *scaled, double *value,
    double *vector)
{
	size_t k = f->k;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double r = f->cor[i * k + j];

			scaled[i * k + j] = f->ml ? r * exp(-(t[i] + t[j]) / 2) : i == j ? r - exp(t[i]) : r;
		}
	return an_eigen(scaled, k, value, vector);
}

static enum an_status evaluate(struct newton *n, const double *t)
{
	enum an_status status = spectrum(n->f, t, n->scaled, n->value, n->vector);

	if (status != AN_OK)
		return status;
	n->objective = 0;
	n->m = n->f->m;
	while (!n->f->ml && n->m > 0 && !(n->value[n->m - 1] > 0))
		n->m--;
	for (size_t q = n->m; q < n->k; q++) {
		double g = n->value[q];

		if (n->f->ml && !(g > 0))
			return AN_ENOVARIANCE;
		n->objective += n->f->ml ? g - 1 - log(g) : g * g / 2;
	}
	return AN_OK;
}

static void slopes(struct newton *n)
{
	size_t k = n->k;

	for (size_t i = 0; i < k; i++) {
		double s = 0;

		for (size_t q = n->m; q < k; q++) {
			double w = n->vector[i * k + q], g = n->value[q];

			s += (n->f->ml ? 1 - g : -g) * w * w;
		}
		n->gradient[i] = n->f->ml ? s : s * exp(n->t[i]);
	}
}

/* Second derivative by t_i and t_j; exact, or its expectation, which is never indefinite. */
static double curve(const struct newton *n, size_t i, size_t j, bool exact)
{
	size_t k = n->k;
	const double *g = n->value, *w = n->vector;
	double plain = 0, weighted = 0, across = 0, scale;

	for (size_t q = n->m; q < k; q++) {
		double a = w[i * k + q] * w[j * k + q];

		plain += a;
		weighted += g[q] * a;
		for (size_t r = 0; exact && r < n->m; r++) {
			double gap = fmax(g[r] - g[q], 1e-12), b = w[i * k + r] * w[j * k + r];

			across += a * b * (n->f->ml ? (1 - g[q]) * (g[r] + g[q]) : -2 * g[q]) / gap;
		}
	}
	if (n->f->ml)
		return exact ? plain * weighted + across : plain * plain;
	scale = exp(n->t[i] + n->t[j]);
	return scale * (plain * plain + across) + (exact && i == j ? n->gradient[i] : 0);
}

static void curvature(struct newton *n, bool exact)
{
	for (size_t i = 0; i < n->k; i++)
		for (size_t j = i; j < n->k; j++)
			n->hessian[i * n->k + j] = n->hessian[j * n->k + i] = curve(n, i, j, exact);
}

static bool held(const struct newton *n, size_t i)
{
	return n->t[i] <= log(AN_UNIQUE_LEAST) && n->gradient[i] > 0;
}

/* Newton direction into step; parameters held at the bound stay.  False: not positive definite. */
static bool direction(struct newton *n)
{
	size_t k = n->k;
	gsl_matrix_view h = gsl_matrix_view_array(n->hessian, k, k);
	gsl_vector_view s = gsl_vector_view_array(n->step, k);

	for (size_t i = 0; i < k; i++) {
		n->step[i] = held(n, i) ? 0 : -n->gradient[i];
		for (size_t j = 0; held(n, i) && j < k; j++)
			n->hessian[i * k + j] = n->hessian[j * k + i] = i == j;
	}
	if (gsl_linalg_cholesky_decomp1(&h.matrix) != 0)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!isfinite(n->hessian[i * k + i]))
			return false;
	return gsl_linalg_cholesky_svx(&h.matrix, &s.vector) == 0;
}

static bool choose(struct newton *n)
{
	curvature(n, true);
	if (direction(n))
		return true;
	curvature(n, false);
	for (size_t i = 0; i < n->k; i++)
		n->hessian[i * n->k + i] += 1e-6;
	return direction(n);
}

/* Halves the step until the objective goes down; true when it did. */
static bool advance(struct newton *n)
{
	double before = n->objective;

	for (double part = 1; part > 1e-10; part /= 2) {
		for (size_t i = 0; i < n->k; i++) {
			double by = fmin(2, fmax(-2, part * n->step[i]));

			n->next[i] = fmax(log(AN_UNIQUE_LEAST), n->t[i] + by);
		}
		if (evaluate(n, n->next) == AN_OK && n->objective <= before) {
			memcpy(n->t, n->next, n->k * sizeof *n->t);
			return n->objective < before;
		}
	}
	return false;
}

static double left(const struct newton *n)
{
	double most = 0;

	for (size_t i = 0; i < n->k; i++)
		if (!held(n, i))
			most = fmax(most, fabs(n->gradient[i]));
	return most;
}

static enum an_status run(struct newton *n, struct an_fit *fit)
{
	enum an_status status = evaluate(n, n->t);

	while (status == AN_OK) {
		slopes(n);
		fit->gradient = left(n);
		if (fit->gradient < SMALL_GRADIENT || fit->iterations == ITERATIONS)
			break;
		fit->iterations++;
		if (!an_work_still(n->work))
			return AN_ESTOPPED;
		if (!choose(n) || !advance(n)) {
			/* no way down that doubles can see: the gradient decides */
			status = evaluate(n, n->t);
			slopes(n);
			fit->gradient = left(n);
			break;
		}
	}
	fit->converged = status == AN_OK && fit->gradient < 1e-6;
	return status != AN_OK ? status : fit->converged ? AN_OK : AN_ENOCONVERGE;
}

enum an_status an_newton_unique(const struct an_newton *f, double *unique, struct an_work *work, struct an_fit *fit,
    double *objective)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = f->k;
	double *room = AN_WORK_ARRAY(work, double, 5 * k + 3 * k * k);
	struct newton n = { .f = f, .work = work, .k = k };
	enum an_status status = AN_ENOMEM;

	if (room == NULL)
		return status;
	n.t = room;
	n.next = room + k;
	n.value = room + 2 * k;
	n.gradient = room + 3 * k;
	n.step = room + 4 * k;
	n.scaled = room + 5 * k;
	n.vector = n.scaled + k * k;
	n.hessian = n.vector + k * k;
	for (size_t i = 0; i < k; i++)
		n.t[i] = log(fmin(1, fmax(AN_UNIQUE_LEAST, unique[i])));
	status = run(&n, fit);
	*objective = n.objective;
	for (size_t i = 0; status == AN_OK && i < k; i++)
		unique[i] = exp(n.t[i]);
	an_work_release(work, mark);
	return status;
}

enum an_status an_newton_loadings(const struct an_newton *f, const double *unique, struct an_work *work,
    double *loading)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = f->k;
	double *t = AN_WORK_ARRAY(work, double, k), *value = AN_WORK_ARRAY(work, double, k);
	double *scaled = AN_WORK_ARRAY(work, double, k *k), *vector = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status = AN_ENOMEM;

	if (t == NULL || value == NULL || scaled == NULL || vector == NULL)
		goto done;
	for (size_t i = 0; i < k; i++)
		t[i] = log(unique[i]);
	status = spectrum(f, t, scaled, value, vector);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		for (size_t q = 0; q < f->m; q++) {
			double square = f->ml ? unique[i] * (value[q] - 1) : value[q];

			loading[i * f->m + q] = sqrt(fmax(0, square)) * vector[i * k + q];
		}
done:
	an_work_release(work, mark);
	return status;
}
