#include "analysis/stats/factor/efa.h"
#include "analysis/stats/numeric/bounded.h"
#include "analysis/stats/factor/factor_newton.h"
#include "analysis/stats/numeric/matrix.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define PATH_SCALE     0.01 /* unit of a uniqueness on the path: optim's parscale */
#define PATH_REDUCTION (1e7 * DBL_EPSILON)
#define PATH_STEPS     100
#define PATH_SLOPE     0.02 /* at the path's end: the misfit of a variance of 1, which is the slope of a uniqueness */
#define PATH_NEAR      0.02 /* how far from the path's end a uniqueness may be finished */
#define AXIS_MOST      5000

static void orient(double *loading, size_t k, size_t m)
{
	for (size_t q = 0; q < m; q++) {
		double s = 0;

		for (size_t i = 0; i < k; i++)
			s += loading[i * m + q];
		for (size_t i = 0; s < 0 && i < k; i++)
			loading[i * m + q] = -loading[i * m + q];
	}
}

static bool is_least(double unique)
{
	return unique <= AN_UNIQUE_LEAST * (1 + 1e-9);
}

static double communality(const double *loading, size_t m, size_t i)
{
	double s = 0;

	for (size_t q = 0; q < m; q++)
		s += loading[i * m + q] * loading[i * m + q];
	return s;
}

enum an_status an_smc_general(const double *cor, size_t k, struct an_work *work, double *smc)
{
	struct an_work_mark mark = an_work_mark(work);
	double *value = AN_WORK_ARRAY(work, double, k), *vector = AN_WORK_ARRAY(work, double, k *k), most = 0;
	enum an_status status = AN_ENOMEM;

	if (value == NULL || vector == NULL)
		goto done;
	status = an_eigen(cor, k, value, vector);
	for (size_t q = 0; q < k; q++)
		most = fmax(most, fabs(value[q]));
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		double inverse = 0;

		for (size_t q = 0; q < k; q++)
			if (fabs(value[q]) > sqrt(DBL_EPSILON) * most)
				inverse += vector[i * k + q] * vector[i * k + q] / value[q];
		smc[i] = inverse != 0 ? fmin(1, fmax(0, 1 - 1 / inverse)) : 0;
	}
done:
	an_work_release(work, mark);
	return status;
}

enum an_status an_components(const double *cor, size_t k, size_t m, struct an_work *work, double *loading,
    double *value)
{
	struct an_work_mark mark = an_work_mark(work);
	double *vector = AN_WORK_ARRAY(work, double, k *k);
	enum an_status status = m < 1 || m > k ? AN_ETOOFEW : vector == NULL ? AN_ENOMEM : AN_OK;

	if (status == AN_OK)
		status = an_eigen(cor, k, value, vector);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		for (size_t q = 0; q < m; q++)
			loading[i * m + q] = sqrt(fmax(0, value[q])) * vector[i * k + q];
	if (status == AN_OK)
		orient(loading, k, m);
	an_work_release(work, mark);
	return status;
}

enum an_status an_against(const double *cor, size_t k, struct an_work *work, bool *against, size_t *count)
{
	struct an_work_mark mark = an_work_mark(work);
	double *loading = AN_WORK_ARRAY(work, double, k), *value = AN_WORK_ARRAY(work, double, k);
	enum an_status status = AN_ENOMEM;

	*count = 0;
	if (loading != NULL && value != NULL)
		status = an_components(cor, k, 1, work, loading, value);
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		against[i] = loading[i] < 0;
		*count += against[i];
	}
	an_work_release(work, mark);
	return status;
}

struct path {
	const struct an_newton *f;
	double *reduced, *value, *vector, *loading;
};

static double residual(const struct path *p, size_t i, size_t j)
{
	size_t m = p->f->m;
	double e = p->f->cor[i * p->f->k + j];

	for (size_t q = 0; q < m; q++)
		e -= p->loading[i * m + q] * p->loading[j * m + q];
	return e;
}

/* Minres: off-diagonal squared residuals, with the slopes of least squares over all cells, which
 * are the same where both are least; what psych gives to optim. */
static double minres_value(void *arg, const double *x, double *gradient)
{
	struct path *p = arg;
	size_t k = p->f->k, m = p->f->m;
	double sum = 0;

	memcpy(p->reduced, p->f->cor, k * k * sizeof *p->reduced);
	for (size_t i = 0; i < k; i++)
		p->reduced[i * k + i] -= PATH_SCALE * x[i];
	if (an_eigen(p->reduced, k, p->value, p->vector) != AN_OK)
		return NAN;
	for (size_t i = 0; i < k * m; i++)
		p->loading[i] = sqrt(fmax(0, p->value[i % m])) * p->vector[i / m * k + i % m];
	for (size_t i = 0; i < k; i++) {
		gradient[i] = PATH_SCALE * (communality(p->loading, m, i) - p->reduced[i * k + i]);
		for (size_t j = 0; j < i; j++)
			sum += residual(p, i, j) * residual(p, i, j);
	}
	return sum;
}

/* The discrepancy of maximum likelihood, as factanal. */
static double ml_value(void *arg, const double *x, double *gradient)
{
	struct path *p = arg;
	size_t k = p->f->k, m = p->f->m;
	double sum = 0;

	for (size_t i = 0; i < k * k; i++)
		p->reduced[i] = p->f->cor[i] / (PATH_SCALE * sqrt(x[i / k] * x[i % k]));
	if (an_eigen(p->reduced, k, p->value, p->vector) != AN_OK || !(p->value[k - 1] > 0))
		return NAN;
	for (size_t i = 0; i < k * m; i++)
		p->loading[i] =
		    sqrt(PATH_SCALE * x[i / m] * fmax(0, p->value[i % m] - 1)) * p->vector[i / m * k + i % m];
	for (size_t q = m; q < k; q++)
		sum += p->value[q] - 1 - log(p->value[q]);
	for (size_t i = 0; i < k; i++) {
		double u = PATH_SCALE * x[i];

		gradient[i] = PATH_SCALE * (u - residual(p, i, i)) / (u * u);
	}
	return sum;
}

/* Along the path from unique to its end, where fit->gradient is the largest slope that is left. */
static enum an_status follow(const struct an_newton *f, struct an_work *work, double *unique, struct an_fit *fit,
    double *value)
{
	struct an_work_mark mark = an_work_mark(work);
	struct path p = { .f = f };
	struct an_bounded b = { f->k, AN_UNIQUE_LEAST / PATH_SCALE, 1 / PATH_SCALE, f->ml ? ml_value : minres_value, &p,
		PATH_REDUCTION, PATH_STEPS };
	double *slope = AN_WORK_ARRAY(work, double, f->k);
	enum an_status status = AN_ENOMEM;

	p.reduced = AN_WORK_ARRAY(work, double, f->k * f->k);
	p.value = AN_WORK_ARRAY(work, double, f->k);
	p.vector = AN_WORK_ARRAY(work, double, f->k * f->k);
	p.loading = AN_WORK_ARRAY(work, double, f->k * f->m);
	if (slope == NULL || p.reduced == NULL || p.value == NULL || p.vector == NULL || p.loading == NULL)
		goto done;
	for (size_t i = 0; i < f->k; i++)
		unique[i] /= PATH_SCALE;
	status = an_bounded_minimum(&b, unique, work, &fit->iterations, value);
	if (status == AN_OK)
		b.fn(&p, unique, slope);
	else if (status == AN_EDATA && f->ml)
		status = AN_ENOVARIANCE; /* no discrepancy: not positive definite */
	for (size_t i = 0; status == AN_OK && i < f->k; i++) {
		bool least = unique[i] <= b.lo && slope[i] > 0, most = unique[i] >= b.hi && slope[i] < 0;

		unique[i] *= PATH_SCALE;
		if (!least && !most)
			fit->gradient = fmax(fit->gradient, fabs(slope[i]) / PATH_SCALE);
	}
done:
	an_work_release(work, mark);
	return status;
}

/* From the path's end to the minimum near it by Newton steps; no farther, since what lies beyond is
 * another one.  Minres at a bound stays: there its two criteria part, and the end is psych's.
 * keep: stays in any case, and at a bound the slopes of the other criterion do not count. */
static enum an_status finish(const struct an_newton *f, bool keep, long dof, struct an_work *work, double *unique,
    struct an_fit *fit, double *value)
{
	struct an_work_mark mark = an_work_mark(work);
	double *end = AN_WORK_ARRAY(work, double, f->k), objective, moved = 0, least = 1;
	struct an_fit further = { 0 };
	enum an_status status = end != NULL ? AN_OK : AN_ENOMEM;

	fit->converged = fit->gradient < PATH_SLOPE;
	for (size_t i = 0; status == AN_OK && i < f->k; i++) {
		end[i] = unique[i];
		least = fmin(least, unique[i]);
	}
	if (keep && is_least(least))
		fit->converged = true;
	keep = keep || (!f->ml && is_least(least));
	if (status != AN_OK || dof < 0 || (fit->converged && keep))
		goto done;
	if (an_newton_unique(f, end, work, &further, &objective) != AN_OK)
		goto done;
	for (size_t i = 0; i < f->k; i++)
		moved = fmax(moved, fabs(end[i] - unique[i]));
	if (moved > PATH_NEAR && fit->converged)
		goto done;
	memcpy(unique, end, f->k * sizeof *end);
	*value = objective;
	*fit = (struct an_fit){ fit->iterations + further.iterations, further.gradient, true };
done:
	an_work_release(work, mark);
	return status != AN_OK ? status : fit->converged ? AN_OK : AN_ENOCONVERGE;
}

static enum an_status axes(const double *cor, size_t k, size_t m, struct an_work *work, double *loading, double *unique,
    struct an_efa *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *reduced = AN_WORK_ARRAY(work, double, k *k), *value = AN_WORK_ARRAY(work, double, k);
	double before = 0, sum = 0;
	enum an_status status = reduced == NULL || value == NULL ? AN_ENOMEM : AN_OK;

	if (status != AN_OK)
		goto done;
	memcpy(reduced, cor, k * k * sizeof *cor);
	for (size_t i = 0; i < k; i++)
		sum += reduced[i * k + i] = 1 - unique[i];
	do {
		if (!an_work_still(work)) {
			status = AN_ESTOPPED;
			break;
		}
		before = sum;
		sum = 0;
		status = an_components(reduced, k, m, work, loading, value);
		for (size_t i = 0; status == AN_OK && i < k; i++)
			sum += reduced[i * k + i] = communality(loading, m, i);
		out->fit.gradient = fabs(sum - before);
		out->fit.converged = out->fit.gradient <= AN_AXIS_ENOUGH;
	} while (status == AN_OK && !out->fit.converged && ++out->fit.iterations < AXIS_MOST);
	if (status == AN_OK && !(out->fit.converged && value[m - 1] > 0))
		status = AN_ENOCONVERGE;
done:
	an_work_release(work, mark);
	return status;
}

static enum an_status check(const double *cor, size_t k, size_t m)
{
	if (k < 3 || m < 1 || m >= k)
		return AN_ETOOFEW;
	for (size_t i = 0; i < k * k; i++)
		if (!(fabs(cor[i]) <= 1 + 1e-9))
			return AN_EDATA;
	return AN_OK;
}

enum an_status an_efa(const double *cor, size_t k, size_t m, enum an_extraction extraction, struct an_work *work,
    double *loading, double *unique, struct an_efa *out)
{
	const struct an_newton f = { .k = k, .m = m, .cor = cor, .ml = extraction == AN_EFA_ML };
	bool axis = extraction == AN_EFA_PRINCIPAL_AXIS, path = extraction == AN_EFA_MINRES_PATH;
	enum an_status status = check(cor, k, m);
	double value = 0;

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	out->dof = (((long)k - (long)m) * ((long)k - (long)m) - (long)k - (long)m) / 2;
	if (f.ml && out->dof < 0)
		return AN_ETOOFEW;
	status = f.ml ? an_smc(cor, k, work, unique) : an_smc_general(cor, k, work, unique);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		unique[i] = (1 - unique[i]) * (f.ml ? 1 - 0.5 * (double)m / (double)k : 1);
	if (status == AN_OK)
		status =
		    axis ? axes(cor, k, m, work, loading, unique, out) : follow(&f, work, unique, &out->fit, &value);
	if (status == AN_OK && !axis)
		status = finish(&f, path, out->dof, work, unique, &out->fit, &value);
	if (status == AN_OK && !axis)
		status = an_newton_loadings(&f, unique, work, loading);
	if (status != AN_OK)
		return status;
	orient(loading, k, m);
	out->discrepancy = f.ml ? value : 0;
	for (size_t i = 0; i < k; i++) {
		double h = communality(loading, m, i);

		out->heywood += h >= 1 || (!axis && is_least(unique[i]));
		unique[i] = f.ml ? unique[i] : 1 - h;
	}
	return AN_OK;
}
