#include "analysis/stats/factor/factor.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/numeric/matrix.h"

#include <math.h>
#include <string.h>

#define SWEEPS 20000

/* omega and explained from loadings and uniquenesses. */
static void set_omega(const double *loading, const double *unique, size_t k, struct an_factor *out)
{
	double l = 0, u = 0, ss = 0;

	for (size_t i = 0; i < k; i++) {
		l += loading[i];
		ss += loading[i] * loading[i];
		u += unique[i];
	}
	out->omega = l * l / (l * l + u);
	out->explained = ss / (double)k;
}

static enum an_status check(const double *cor, size_t k)
{
	if (k < 3)
		return AN_ETOOFEW;
	for (size_t i = 0; i < k * k; i++)
		if (!(fabs(cor[i]) <= 1 + 1e-9))
			return AN_EDATA;
	return AN_OK;
}

static void orient(double *loading, size_t k)
{
	double s = 0;

	for (size_t i = 0; i < k; i++)
		s += loading[i];
	for (size_t i = 0; s < 0 && i < k; i++)
		loading[i] = -loading[i];
}

/* Loadings of the first principal axis with smc (or, without an inverse, the largest
 * correlation) in the diagonal. */
static enum an_status begin(const double *cor, size_t k, struct an_work *work, double *loading)
{
	struct an_work_mark mark = an_work_mark(work);
	double *r = AN_WORK_ARRAY(work, double, k *k), *v = AN_WORK_ARRAY(work, double, k *k);
	double *smc = AN_WORK_ARRAY(work, double, k), *value = AN_WORK_ARRAY(work, double, k);
	enum an_status status = AN_ENOMEM;

	if (r == NULL || v == NULL || smc == NULL || value == NULL)
		goto done;
	memcpy(r, cor, k * k * sizeof *r);
	if (an_smc(cor, k, work, smc) != AN_OK)
		for (size_t i = 0; i < k; i++) {
			smc[i] = 0;
			for (size_t j = 0; j < k; j++)
				smc[i] = j == i ? smc[i] : fmax(smc[i], fabs(cor[i * k + j]));
		}
	for (size_t i = 0; i < k; i++)
		r[i * k + i] = smc[i];
	status = an_eigen(r, k, value, v);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		loading[i] = v[i * k] * sqrt(fmax(value[0], 1e-3));
done:
	an_work_release(work, mark);
	return status;
}

/* One sweep: each loading to its minimum given the others, which is exact also at the bound.
 * Returns the largest change. */
static double sweep(const double *cor, size_t k, double *l)
{
	const double most = sqrt(1 - AN_UNIQUE_LEAST);
	double change = 0, squares = 0;

	for (size_t i = 0; i < k; i++)
		squares += l[i] * l[i];
	for (size_t i = 0; i < k; i++) {
		double with = -l[i], others = squares - l[i] * l[i], next;

		for (size_t j = 0; j < k; j++)
			with += cor[i * k + j] * l[j];
		next = others > 1e-30 ? with / others : 0;
		next = fmin(most, fmax(-most, next));
		change = fmax(change, fabs(next - l[i]));
		l[i] = next;
		squares = others + next * next;
	}
	return change;
}

static void report(const double *cor, size_t k, const double *l, struct an_factor *out)
{
	const double most = sqrt(1 - AN_UNIQUE_LEAST);

	out->objective = out->fit.gradient = 0;
	out->heywood = 0;
	for (size_t i = 0; i < k; i++) {
		double slope = 0;

		for (size_t j = 0; j < k; j++) {
			double e = cor[i * k + j] - l[i] * l[j];

			if (j == i)
				continue;
			out->objective += e * e;
			slope -= 4 * e * l[j];
		}
		if (fabs(l[i]) >= most)
			out->heywood++;
		else
			out->fit.gradient = fmax(out->fit.gradient, fabs(slope));
	}
}

/* A bound was reached: the two criteria of minres part, and psych's solution is taken. */
static enum an_status as_psych(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out)
{
	struct an_efa f;
	enum an_status status = an_efa(cor, k, 1, AN_EFA_MINRES, work, loading, unique, &f);

	report(cor, k, loading, out);
	out->fit = f.fit;
	out->heywood = f.heywood;
	return status;
}

enum an_status an_factor_minres(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out)
{
	enum an_status status = check(cor, k);
	double change = 1;

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = begin(cor, k, work, loading);
	if (status != AN_OK)
		return status;
	for (; out->fit.iterations < SWEEPS && change > 1e-13; out->fit.iterations++) {
		if (out->fit.iterations % 256 == 0 && !an_work_still(work))
			return AN_ESTOPPED;
		change = sweep(cor, k, loading);
	}
	orient(loading, k);
	report(cor, k, loading, out);
	out->fit.converged = out->fit.gradient < 1e-8;
	for (size_t i = 0; i < k; i++)
		unique[i] = 1 - loading[i] * loading[i];
	status = out->fit.converged ? AN_OK : AN_ENOCONVERGE;
	if (status != AN_OK || out->heywood > 0)
		status = as_psych(cor, k, work, loading, unique, out);
	if (status == AN_OK)
		set_omega(loading, unique, k, out);
	return status;
}

enum an_status an_factor_ml(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out)
{
	enum an_status status = check(cor, k);
	struct an_efa f = { 0 };

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = an_efa(cor, k, 1, AN_EFA_ML, work, loading, unique, &f);
	out->fit = f.fit;
	if (status != AN_OK)
		return status;
	out->objective = f.discrepancy;
	out->heywood = f.heywood;
	set_omega(loading, unique, k, out);
	return AN_OK;
}
