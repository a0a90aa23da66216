#include "analysis/stats/factor/retain.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/rng.h"

#include <math.h>
#include <string.h>

#define ROUND 64 /* replicates */

/* Two at a time by the polar method (Marsaglia & Bray 1964). */
static double normal(struct an_rng *r)
{
	double u, v, s;

	do {
		u = 2 * an_rng_uniform(r) - 1;
		v = 2 * an_rng_uniform(r) - 1;
		s = u * u + v * v;
	} while (s >= 1 || s == 0);
	return u * sqrt(-2 * log(s) / s);
}

/* Chi-square by Marsaglia & Tsang 2000; df >= 2. */
static double chi_square(struct an_rng *r, double df)
{
	double d = df / 2 - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = normal(r), v = 1 + c * x, u = 1 - an_rng_uniform(r);

		v = v * v * v;
		if (v > 0 && log(u) < x * x / 2 + d - d * v + d * log(v))
			return 2 * d * v;
	}
}

/* Correlations of n people's independent normal values of k variables; lower: scratch. */
static void random_correlations(struct an_rng *r, size_t n, size_t k, double *lower, double *cor)
{
	memset(lower, 0, k * k * sizeof *lower);
	for (size_t i = 0; i < k; i++) {
		double length = 0;

		for (size_t j = 0; j < i; j++)
			lower[i * k + j] = normal(r);
		/* one degree of freedom is the mean's, i are the earlier variables' */
		lower[i * k + i] = sqrt(n - 1 - i >= 2 ? chi_square(r, (double)(n - 1 - i)) : pow(normal(r), 2));
		for (size_t j = 0; j <= i; j++)
			length += lower[i * k + j] * lower[i * k + j];
		for (size_t j = 0; j <= i; j++)
			lower[i * k + j] /= sqrt(length);
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j <= i; j++) {
			double s = 0;

			for (size_t q = 0; q <= j; q++)
				s += lower[i * k + q] * lower[j * k + q];
			cor[i * k + j] = cor[j * k + i] = i == j ? 1 : fmax(-1, fmin(1, s));
		}
}

/* Eigenvalues, and those with the communalities of one factor in the diagonal; cor is changed. */
static enum an_status values_of(double *cor, size_t k, struct an_work *work, double *component, double *factor)
{
	struct an_work_mark mark = an_work_mark(work);
	double *loading = AN_WORK_ARRAY(work, double, k), *unique = AN_WORK_ARRAY(work, double, k);
	enum an_status status = AN_ENOMEM;
	struct an_efa f;

	if (loading != NULL && unique != NULL)
		status = an_eigen(cor, k, component, NULL);
	if (status == AN_OK)
		status = an_efa(cor, k, 1, AN_EFA_MINRES, work, loading, unique, &f);
	for (size_t i = 0; status == AN_OK && i < k; i++)
		cor[i * k + i] = loading[i] * loading[i];
	if (status == AN_OK)
		status = an_eigen(cor, k, factor, NULL);
	an_work_release(work, mark);
	return status;
}

struct replicates {
	const struct an_parallel_in *in;
	double *value;		/* replicates x 2k: components, factors */
	enum an_status *status; /* of each */
	size_t first;		/* of the round */
};

static void replicate(void *arg, size_t task)
{
	struct replicates *r = arg;
	size_t k = r->in->k, i = r->first + task;
	double *row = r->value + i * 2 * k, *cor = NULL, *lower = NULL;
	struct an_work *work = an_work_new(0);
	struct an_rng rng;

	r->status[i] = AN_ENOMEM;
	if (work != NULL) {
		cor = AN_WORK_ARRAY(work, double, k *k);
		lower = AN_WORK_ARRAY(work, double, k *k);
	}
	if (cor != NULL && lower != NULL) {
		an_rng_seed(&rng, r->in->seed, i);
		random_correlations(&rng, r->in->n, k, lower, cor);
		r->status[i] = values_of(cor, k, work, row, row + k);
	}
	an_work_free(work);
}

static enum an_status summarise(const struct replicates *r, size_t column, double *sorted, double *mean, double *limit)
{
	size_t n = r->in->replicates, width = 2 * r->in->k;

	*mean = 0;
	for (size_t i = 0; i < n; i++) {
		sorted[i] = r->value[i * width + column];
		*mean += sorted[i] / (double)n;
	}
	an_sort(sorted, n);
	return an_quantile(sorted, n, r->in->quantile, AN_QUANTILE_7, limit);
}

/* In rounds, so that whoever waits can be asked between them. */
static enum an_status run(struct replicates *r, struct an_work *work, bool *has_factors)
{
	size_t n = r->in->replicates, round = an_round(ROUND, 2 * pow((double)r->in->k, 3));

	for (r->first = 0; r->first < n; r->first += round) {
		size_t tasks = n - r->first < round ? n - r->first : round;

		if (!an_work_go_on(work, (double)r->first / (double)n))
			return AN_ESTOPPED;
		an_parallel(tasks, replicate, r);
		for (size_t i = r->first; i < r->first + tasks; i++) {
			if (r->status[i] == AN_ENOCONVERGE)
				*has_factors = false;
			else if (r->status[i] != AN_OK)
				return r->status[i];
		}
	}
	return AN_OK;
}

enum an_status an_parallel_analysis(const struct an_parallel_in *in, struct an_work *work, struct an_parallel_row *rows,
    struct an_parallel_out *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = in->k;
	struct replicates r = { .in = in };
	double *cor, *own, *sorted;
	enum an_status status = k < 3 || in->n <= k || in->replicates < 1 ? AN_ETOOFEW : AN_ENOMEM;

	memset(out, 0, sizeof *out);
	if (status == AN_ETOOFEW)
		return status;
	if (!(in->quantile >= 0 && in->quantile <= 1))
		return AN_EDATA;
	r.value = AN_WORK_ARRAY(work, double, in->replicates * 2 * k);
	cor = AN_WORK_ARRAY(work, double, k *k);
	own = AN_WORK_ARRAY(work, double, 2 * k);
	sorted = AN_WORK_ARRAY(work, double, in->replicates);
	r.status = AN_WORK_ARRAY(work, enum an_status, in->replicates);
	if (r.value == NULL || r.status == NULL || cor == NULL || own == NULL || sorted == NULL)
		goto done;
	memcpy(cor, in->cor, k * k * sizeof *cor);
	status = values_of(cor, k, work, own, own + k);
	out->has_factors = status == AN_OK;
	if (status == AN_OK || status == AN_ENOCONVERGE)
		status = run(&r, work, &out->has_factors);
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		rows[i].component = own[i];
		rows[i].factor = own[k + i];
		status = summarise(&r, i, sorted, &rows[i].component_mean, &rows[i].component_limit);
		if (status == AN_OK)
			status = summarise(&r, k + i, sorted, &rows[i].factor_mean, &rows[i].factor_limit);
	}
	while (status == AN_OK && out->components < k &&
	    rows[out->components].component > rows[out->components].component_limit)
		out->components++;
	while (status == AN_OK && out->factors < k && rows[out->factors].factor > rows[out->factors].factor_limit)
		out->factors++;
done:
	an_work_release(work, mark);
	return status;
}

/* What the first m components leave of cor, as squares and fourth powers of the partial correlations. */
static void partial(const double *left, size_t k, struct an_map_row *row)
{
	double square = 0, fourth = 0, pairs = (double)k * (double)(k - 1);

	row->has = true;
	for (size_t i = 0; i < k; i++) {
		row->has = row->has && left[i * k + i] > 1e-10;
		for (size_t j = 0; j < k; j++) {
			double e = left[i * k + j], p;

			if (i == j)
				continue;
			p = e * e / (left[i * k + i] * left[j * k + j]);
			square += p / pairs;
			fourth += p * p / pairs;
		}
	}
	row->square = row->has ? square : 0;
	row->fourth = row->has ? fourth : 0;
}

enum an_status an_map(const double *cor, size_t k, struct an_work *work, struct an_map_row *rows, size_t *square,
    size_t *fourth)
{
	struct an_work_mark mark = an_work_mark(work);
	double *left = AN_WORK_ARRAY(work, double, k *k), *vector = AN_WORK_ARRAY(work, double, k *k);
	double *value = AN_WORK_ARRAY(work, double, k);
	enum an_status status = k < 2 ? AN_ETOOFEW : AN_ENOMEM;

	*square = *fourth = 0;
	if (status == AN_ETOOFEW || left == NULL || vector == NULL || value == NULL)
		goto done;
	memcpy(left, cor, k * k * sizeof *left);
	status = an_eigen(cor, k, value, vector);
	for (size_t m = 0; status == AN_OK && m < k; m++) {
		for (size_t i = 0; m > 0 && i < k; i++)
			for (size_t j = 0; j < k; j++)
				left[i * k + j] -= value[m - 1] * vector[i * k + m - 1] * vector[j * k + m - 1];
		partial(left, k, rows + m);
		if (rows[m].has && rows[m].square < rows[*square].square)
			*square = m;
		if (rows[m].has && rows[m].fourth < rows[*fourth].fourth)
			*fourth = m;
	}
done:
	an_work_release(work, mark);
	return status;
}
