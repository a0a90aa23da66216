#include "analysis/stats/scale/guttman.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/numeric/rng.h"

#include <math.h>
#include <string.h>

struct splits {
	const double *cov;
	size_t k, half;
	bool *first, *best_first;
	double *pull;
	double best, worst, sum; /* sums of the covariances between halves */
	size_t looks, count;
};

static void look(struct splits *s, double between)
{
	if (s->looks == 0 || between > s->best) {
		s->best = between;
		memcpy(s->best_first, s->first, s->k * sizeof *s->first);
	}
	if (s->looks == 0 || between < s->worst)
		s->worst = between;
	s->looks++;
}

/* All ways to go on from item i, of those before which in_first are in the first half. */
static void every(struct splits *s, size_t i, size_t in_first, double between)
{
	double with_first = 0, with_second = 0;

	if (i == s->k) {
		look(s, between);
		s->sum += between;
		s->count++;
		return;
	}
	for (size_t j = 0; j < i; j++) {
		double c = s->cov[i * s->k + j];

		with_first += s->first[j] ? c : 0;
		with_second += s->first[j] ? 0 : c;
	}
	if (in_first < s->half) {
		s->first[i] = true;
		every(s, i + 1, in_first + 1, between + with_second);
	}
	/* of an even number, the first item stands in the first half: names of halves mean nothing */
	if (i - in_first < s->k - s->half && !(i == 0 && s->k % 2 == 0)) {
		s->first[i] = false;
		every(s, i + 1, in_first, between + with_first);
	}
}

/* Covariances of item i with the other half less those with its own. */
static double pull(const struct splits *s, size_t i)
{
	double sum = 0;

	for (size_t j = 0; j < s->k; j++)
		if (j != i)
			sum += s->first[j] != s->first[i] ? s->cov[i * s->k + j] : -s->cov[i * s->k + j];
	return sum;
}

/* The best exchange of two items, again and again; up: toward more between the halves. */
static void improve(struct splits *s, double between, double up)
{
	for (;;) {
		size_t a = 0, b = 0;
		double most = 1e-12;

		for (size_t i = 0; i < s->k; i++)
			s->pull[i] = pull(s, i);
		for (size_t i = 0; i < s->k; i++)
			for (size_t j = 0; s->first[i] && j < s->k; j++) {
				double by = up * (2 * s->cov[i * s->k + j] - s->pull[i] - s->pull[j]);

				if (s->first[j] || by <= most)
					continue;
				most = by;
				a = i;
				b = j;
			}
		if (a == b)
			break;
		s->first[a] = false;
		s->first[b] = true;
		between += up * most;
	}
	look(s, between);
}

static double between_halves(const struct splits *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->k; i++)
		for (size_t j = 0; s->first[i] && j < s->k; j++)
			sum += s->first[j] ? 0 : s->cov[i * s->k + j];
	return sum;
}

static enum an_status drawn(struct splits *s, size_t draws, uint64_t seed, bool *start, struct an_work *work)
{
	struct an_rng r;

	for (size_t d = 0; d < draws; d++) {
		double between;

		if (!an_work_go_on(work, (double)d / (double)draws))
			return AN_ESTOPPED;
		an_rng_seed(&r, seed, d);
		for (size_t i = 0, left = s->half; i < s->k; i++) {
			start[i] = an_rng_below(&r, s->k - i) < left;
			left -= start[i];
		}
		memcpy(s->first, start, s->k * sizeof *start);
		between = between_halves(s);
		s->sum += between;
		s->count++;
		improve(s, between, 1);
		memcpy(s->first, start, s->k * sizeof *start);
		improve(s, between, -1);
	}
	return AN_OK;
}

static enum an_status bounds(const double *cov, size_t k, struct an_work *work, double v, struct an_guttman *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *cor = AN_WORK_ARRAY(work, double, k *k), *smc = AN_WORK_ARRAY(work, double, k);
	double trace = an_matrix_trace(cov, k), squares = 0, most = 0, explained = 0, items = (double)k;
	enum an_status status = cor == NULL || smc == NULL ? AN_ENOMEM : an_cov_to_cor(cov, k, cor);

	if (status == AN_OK)
		status = an_smc_general(cor, k, work, smc);
	for (size_t i = 0; status == AN_OK && i < k; i++) {
		double column = 0;

		for (size_t j = 0; j < k; j++)
			column += i == j ? 0 : cov[i * k + j] * cov[i * k + j];
		squares += column;
		most = fmax(most, column);
		explained += smc[i] * cov[i * k + i];
	}
	if (status == AN_OK) {
		out->lambda[0] = 1 - trace / v;
		out->lambda[1] = (v - trace + sqrt(squares * items / (items - 1))) / v;
		out->lambda[2] = out->lambda[0] * items / (items - 1);
		out->lambda[4] = out->lambda[0] + 2 * sqrt(most) / v;
		out->lambda[5] = (v - trace + explained) / v;
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_guttman(const double *cov, size_t k, size_t draws, uint64_t seed, struct an_work *work,
    struct an_guttman *out, bool *best)
{
	struct an_work_mark mark = an_work_mark(work);
	struct splits s = { .cov = cov, .k = k, .half = k / 2, .best_first = best };
	bool *start = AN_WORK_ARRAY(work, bool, k);
	double v = an_matrix_sum(cov, k);
	enum an_status status = k < 3 || draws < 1 ? AN_ETOOFEW : AN_ENOMEM;

	memset(out, 0, sizeof *out);
	s.first = AN_WORK_ARRAY(work, bool, k);
	s.pull = AN_WORK_ARRAY(work, double, k);
	if (status == AN_ETOOFEW || start == NULL || s.first == NULL || s.pull == NULL)
		goto done;
	status = v > 0 ? bounds(cov, k, work, v, out) : AN_ENOVARIANCE;
	out->exact = k <= AN_SPLIT_EXACT;
	if (status == AN_OK && out->exact)
		every(&s, 0, 0, 0);
	else if (status == AN_OK)
		status = drawn(&s, draws, seed, start, work);
	if (status == AN_OK) {
		out->lambda[3] = 4 * s.best / v;
		out->worst = 4 * s.worst / v;
		out->mean = 4 * s.sum / (double)s.count / v;
		out->splits = s.count;
	}
done:
	an_work_release(work, mark);
	return status;
}
