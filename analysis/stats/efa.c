#include "analysis/stats/efa.h"
#include "analysis/stats/bounded.h"
#include "analysis/stats/factor_newton.h"
#include "analysis/stats/matrix.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define PATH_SCALE     0.01 /* unit of a uniqueness on the path: optim's parscale */
#define PATH_REDUCTION (1e7 * DBL_EPSILON)
#define PATH_STEPS     100
#define PATH_SLOPE     0.005 /* at the path's end: the misfit of a variance of 1, which is the slope of a uniqueness */
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
	const double *cor;
	size_t k, m;
	double *reduced, *value, *vector, *loading;
};

/* Off-diagonal squared residuals, with the slopes of least squares over all cells: the same where
 * both are least, and what psych gives to optim. */
static double path_value(void *arg, const double *x, double *gradient)
{
	struct path *p = arg;
	size_t k = p->k, m = p->m;
	double sum = 0;

	memcpy(p->reduced, p->cor, k * k * sizeof *p->cor);
	for (size_t i = 0; i < k; i++)
		p->reduced[i * k + i] -= PATH_SCALE * x[i];
	if (an_eigen(p->reduced, k, p->value, p->vector) != AN_OK)
		return NAN;
	for (size_t i = 0; i < k; i++)
		for (size_t q = 0; q < m; q++)
			p->loading[i * m + q] = sqrt(fmax(0, p->value[q])) * p->vector[i * k + q];
	for (size_t i = 0; i < k; i++) {
		gradient[i] = PATH_SCALE * (communality(p->loading, m, i) - p->reduced[i * k + i]);
		for (size_t j = 0; j < i; j++) {
			double e = p->cor[i * k + j];

			for (size_t q = 0; q < m; q++)
				e -= p->loading[i * m + q] * p->loading[j * m + q];
			sum += e * e;
		}
	}
	return sum;
}

/* Along the path from unique to its end; *slope: the largest that is left there. */
static enum an_status follow(const double *cor, size_t k, size_t m, struct an_work *work, double *unique,
    struct an_fit *fit)
{
	struct an_work_mark mark = an_work_mark(work);
	struct path p = { .cor = cor, .k = k, .m = m };
	struct an_bounded b = { k, AN_UNIQUE_LEAST / PATH_SCALE, 1 / PATH_SCALE, path_value, &p, PATH_REDUCTION,
		PATH_STEPS };
	double *slope = AN_WORK_ARRAY(work, double, k), value;
	enum an_status status = AN_ENOMEM;

	p.reduced = AN_WORK_ARRAY(work, double, k *k);
	p.value = AN_WORK_ARRAY(work, double, k);
	p.vector = AN_WORK_ARRAY(work, double, k *k);
	p.loading = AN_WORK_ARRAY(work, double, k *m);
	if (slope == NULL || p.reduced == NULL || p.value == NULL || p.vector == NULL || p.loading == NULL)
		goto done;
	for (size_t i = 0; i < k; i++)
		unique[i] /= PATH_SCALE;
	status = an_bounded_minimum(&b, unique, work, &fit->iterations, &value);
	if (status == AN_OK)
		path_value(&p, unique, slope);
	fit->gradient = 0;
	for (size_t i = 0; i < k; i++) {
		bool least = unique[i] <= b.lo && slope[i] > 0, most = unique[i] >= b.hi && slope[i] < 0;

		unique[i] *= PATH_SCALE;
		if (!least && !most)
			fit->gradient = fmax(fit->gradient, fabs(slope[i]) / PATH_SCALE);
	}
done:
	an_work_release(work, mark);
	return status;
}

static bool any_least(const double *unique, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (unique[i] <= AN_UNIQUE_LEAST * (1 + 1e-9))
			return true;
	return false;
}

/* Off its bounds the path nears the minimum of both criteria, and Newton steps reach it.  At a bound
 * the two part, and the end of the path is kept as long as it is one. */
static enum an_status minres(const struct an_newton *f, struct an_work *work, double *unique, struct an_efa *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *end = AN_WORK_ARRAY(work, double, f->k), objective;
	struct an_fit further = { 0 };
	enum an_status status = end != NULL ? follow(f->cor, f->k, f->m, work, unique, &out->fit) : AN_ENOMEM;

	if (status != AN_OK)
		goto done;
	out->fit.converged = out->fit.gradient < PATH_SLOPE;
	memcpy(end, unique, f->k * sizeof *end);
	if (out->dof >= 0 && !(out->fit.converged && any_least(unique, f->k)) &&
	    an_newton_unique(f, end, work, &further, &objective) == AN_OK) {
		memcpy(unique, end, f->k * sizeof *end);
		out->fit = (struct an_fit){ out->fit.iterations + further.iterations, further.gradient, true };
	}
	status = out->fit.converged ? AN_OK : AN_ENOCONVERGE;
done:
	an_work_release(work, mark);
	return status;
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
	const struct an_newton f = { .k = k, .m = m, .cor = cor, .ml = extraction == AN_ML };
	enum an_status status = check(cor, k, m);
	double objective;

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	out->dof = (((long)k - (long)m) * ((long)k - (long)m) - (long)k - (long)m) / 2;
	if (f.ml && out->dof < 0)
		return AN_ETOOFEW;
	status = f.ml ? an_smc(cor, k, work, unique) : an_smc_general(cor, k, work, unique);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		unique[i] = (1 - unique[i]) * (f.ml ? 1 - 0.5 * (double)m / (double)k : 1);
	if (status != AN_OK)
		return status;
	if (extraction == AN_PRINCIPAL_AXIS)
		status = axes(cor, k, m, work, loading, unique, out);
	else if (f.ml)
		status = an_newton_unique(&f, unique, work, &out->fit, &objective);
	else
		status = minres(&f, work, unique, out);
	if (status == AN_OK && extraction != AN_PRINCIPAL_AXIS)
		status = an_newton_loadings(&f, unique, work, loading);
	if (status != AN_OK)
		return status;
	orient(loading, k, m);
	for (size_t i = 0; i < k; i++) {
		double h = communality(loading, m, i);

		out->heywood +=
		    h >= 1 || (extraction != AN_PRINCIPAL_AXIS && unique[i] <= AN_UNIQUE_LEAST * (1 + 1e-9));
		unique[i] = f.ml ? unique[i] : 1 - h;
	}
	return AN_OK;
}
