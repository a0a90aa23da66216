#include "analysis/stats/agreement/krippendorff.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLICATES_LEAST 100
#define REPLICATES_MOST	 1000000
#define SLOTS		 64 /* tasks of one round, each with memory of its own */
#define EACH		 16 /* resamples of one task */

const char *an_distance_name(enum an_krippendorff_distance d)
{
	static const char *const names[AN_DISTANCES] = { "nominal", "ordinal", "interval", "ratio" };

	return (unsigned)d < AN_DISTANCES ? names[d] : "unknown";
}

/* Values of the units that can be paired, as places in the list of different values. */
struct paired {
	enum an_krippendorff_distance distance;
	size_t units, values, different;
	size_t *start, *code; /* units + 1; values */
	double *value;	      /* different, ascending */
};

/* What one alpha needs: how often each value and each unit is there, and ranks. */
struct scratch {
	double *count, *rank;
	size_t *times;
};

struct figures {
	double observed, expected;
	bool has;
	double alpha;
};

static enum an_status pair(struct an_view x, struct an_work *work, struct paired *p)
{
	size_t n = 0;

	p->start = AN_WORK_ARRAY(work, size_t, x.rows + 1);
	p->code = AN_WORK_ARRAY(work, size_t, x.rows * x.cols);
	p->value = AN_WORK_ARRAY(work, double, x.rows *x.cols);
	if (p->start == NULL || p->code == NULL || p->value == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < x.rows; i++) {
		if (an_view_present(x, i) < 2)
			continue;
		for (size_t j = 0; j < x.cols; j++)
			if (an_view_has(x, i, j))
				p->value[n++] = an_view_at(x, i, j);
	}
	an_sort(p->value, n);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || p->value[i] != p->value[p->different - 1])
			p->value[p->different++] = p->value[i];
	for (size_t i = 0; i < x.rows; i++) {
		if (an_view_present(x, i) < 2)
			continue;
		for (size_t j = 0; j < x.cols; j++) {
			size_t lo = 0, hi = p->different;

			if (!an_view_has(x, i, j))
				continue;
			while (hi - lo > 1) {
				size_t mid = lo + (hi - lo) / 2;

				if (p->value[mid] <= an_view_at(x, i, j))
					lo = mid;
				else
					hi = mid;
			}
			p->code[p->values++] = lo;
		}
		p->start[++p->units] = p->values;
	}
	return p->units < 2 ? AN_ETOOFEW : p->different < 2 ? AN_ENOVARIANCE : AN_OK;
}

static double ratio_apart(double a, double b)
{
	double d = a + b > 0 ? (a - b) / (a + b) : 0;

	return d * d;
}

/* Sum of squared distances over ordered pairs of one unit. */
static double apart_in_unit(const struct paired *p, const struct scratch *s, const size_t *code, size_t m)
{
	double sum = 0, mean = 0;

	if (p->distance == AN_NOMINAL || p->distance == AN_RATIO) {
		for (size_t i = 0; i < m; i++)
			for (size_t j = i + 1; j < m; j++)
				sum += p->distance == AN_NOMINAL ? code[i] != code[j]
								 : ratio_apart(p->value[code[i]], p->value[code[j]]);
		return 2 * sum;
	}
	for (size_t i = 0; i < m; i++)
		mean += s->rank[code[i]] / (double)m;
	for (size_t i = 0; i < m; i++)
		sum += (s->rank[code[i]] - mean) * (s->rank[code[i]] - mean);
	return 2 * (double)m * sum;
}

/* The same over all pairs of n values that appear count times. */
static double apart_in_all(const struct paired *p, const struct scratch *s, double n)
{
	double sum = 0, mean = 0;

	switch (p->distance) {
	case AN_NOMINAL:
		for (size_t c = 0; c < p->different; c++)
			sum += s->count[c] * (n - s->count[c]);
		return sum;
	case AN_RATIO:
		for (size_t c = 0; c < p->different; c++)
			for (size_t d = c + 1; d < p->different && s->count[c] > 0; d++)
				sum += s->count[c] * s->count[d] * ratio_apart(p->value[c], p->value[d]);
		return 2 * sum;
	case AN_ORDINAL:
	case AN_INTERVAL:
		break;
	}
	for (size_t c = 0; c < p->different; c++)
		mean += s->count[c] * s->rank[c] / n;
	for (size_t c = 0; c < p->different; c++)
		sum += s->count[c] * (s->rank[c] - mean) * (s->rank[c] - mean);
	return 2 * n * sum;
}

static struct figures alpha_of(const struct paired *p, const struct scratch *s)
{
	struct figures f = { 0, 0, false, 0 };
	double n = 0, below = 0, all;

	memset(s->count, 0, p->different * sizeof *s->count);
	for (size_t u = 0; u < p->units; u++)
		for (size_t i = p->start[u]; i < p->start[u + 1]; i++)
			s->count[p->code[i]] += (double)s->times[u];
	for (size_t c = 0; c < p->different; c++) {
		/* distances by mid-ranks: half of both values and all of those between */
		s->rank[c] = p->distance == AN_ORDINAL ? below + s->count[c] / 2 : p->value[c];
		below += s->count[c];
	}
	n = below;
	for (size_t u = 0; u < p->units; u++) {
		size_t m = p->start[u + 1] - p->start[u];

		if (s->times[u] > 0)
			f.observed +=
			    (double)s->times[u] * apart_in_unit(p, s, p->code + p->start[u], m) / (double)(m - 1);
	}
	all = apart_in_all(p, s, n);
	f.observed /= n;
	f.expected = all / n / (n - 1);
	f.has = f.expected > 0 && isfinite(f.observed / f.expected);
	f.alpha = f.has ? 1 - f.observed / f.expected : 0;
	return f;
}

struct resampling {
	const struct paired *p;
	struct scratch slot[SLOTS];
	uint64_t seed;
	size_t first, replicates; /* first: resample of this round */
	double *alpha;
	bool *has;
};

static void task(void *arg, size_t i)
{
	struct resampling *r = arg;
	struct scratch *s = r->slot + i;

	for (size_t k = r->first + i * EACH; k < r->first + (i + 1) * EACH && k < r->replicates; k++) {
		struct an_rng rng;
		struct figures f;

		an_rng_seed(&rng, r->seed, k);
		memset(s->times, 0, r->p->units * sizeof *s->times);
		for (size_t u = 0; u < r->p->units; u++)
			s->times[an_rng_below(&rng, r->p->units)]++;
		f = alpha_of(r->p, s);
		r->alpha[k] = f.alpha;
		r->has[k] = f.has;
	}
}

static bool scratch_of(const struct paired *p, struct an_work *work, struct scratch *s)
{
	s->count = AN_WORK_ARRAY(work, double, p->different);
	s->rank = AN_WORK_ARRAY(work, double, p->different);
	s->times = AN_WORK_ARRAY(work, size_t, p->units);
	return s->count != NULL && s->rank != NULL && s->times != NULL;
}

static enum an_status resample(struct resampling *r, double level, struct an_work *work, struct an_krippendorff *out)
{
	size_t n = 0, low = 0, slots = an_round(SLOTS, (double)EACH * (double)r->p->values), round = slots * EACH;

	r->alpha = AN_WORK_ARRAY(work, double, r->replicates);
	r->has = AN_WORK_ARRAY(work, bool, r->replicates);
	if (r->alpha == NULL || r->has == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < SLOTS; i++)
		if (!scratch_of(r->p, work, r->slot + i))
			return AN_ENOMEM;
	for (r->first = 0; r->first < r->replicates; r->first += round) {
		size_t left = r->replicates - r->first;

		an_parallel(left < round ? (left + EACH - 1) / EACH : slots, task, r);
		if (!an_work_go_on(work, (double)r->first / (double)r->replicates))
			return AN_ESTOPPED;
	}
	for (size_t k = 0; k < r->replicates; k++)
		if (r->has[k])
			r->alpha[n++] = r->alpha[k];
	out->replicates = r->replicates;
	out->constant = r->replicates - n;
	out->has_interval = 2 * n >= r->replicates;
	if (!out->has_interval)
		return AN_OK;
	an_sort(r->alpha, n);
	an_quantile(r->alpha, n, (1 - level) / 2, AN_QUANTILE_7, &out->interval.lo);
	an_quantile(r->alpha, n, 1 - (1 - level) / 2, AN_QUANTILE_7, &out->interval.hi);
	while (low < n && r->alpha[low] < AN_KRIPPENDORFF_ENOUGH)
		low++;
	out->below = (double)low / (double)n;
	return AN_OK;
}

enum an_status an_krippendorff(struct an_view x, enum an_krippendorff_distance distance, size_t replicates,
    double level, uint64_t seed, struct an_work *work, struct an_krippendorff *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct paired p = { .distance = distance };
	struct resampling r = { .p = &p, .seed = seed, .replicates = replicates };
	struct an_missing missing;
	struct scratch s;
	struct figures f;
	enum an_status status = an_view_check(x, &missing);

	memset(out, 0, sizeof *out);
	if (status != AN_OK || !(level > 0 && level < 1) || replicates > REPLICATES_MOST)
		return AN_EDATA;
	if (replicates > 0 && replicates < REPLICATES_LEAST)
		return AN_ETOOFEW;
	status = pair(x, work, &p);
	if (status == AN_OK && distance == AN_RATIO && (p.value[0] < 0 || p.different > AN_KRIPPENDORFF_RATIO))
		status = AN_EDATA;
	if (status == AN_OK && !scratch_of(&p, work, &s))
		status = AN_ENOMEM;
	if (status == AN_OK) {
		for (size_t u = 0; u < p.units; u++)
			s.times[u] = 1;
		f = alpha_of(&p, &s);
		out->units = p.units;
		out->values = p.values;
		out->different = p.different;
		out->alpha = f.alpha;
		out->observed = f.observed;
		out->expected = f.expected;
		status = f.has ? AN_OK : isfinite(f.expected) ? AN_ENOVARIANCE : AN_EDATA;
	}
	if (status == AN_OK && replicates > 0)
		status = resample(&r, level, work, out);
	an_work_release(work, mark);
	return status;
}
