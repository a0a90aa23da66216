#include "analysis/stats/resample/resample.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/rng.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLICATES_LEAST 100
#define REPLICATES_MOST	 1000000
#define ROUND		 16 /* replicates of a thread between two looks at whether anybody waits */
#define GROUPS_MOST	 2000
#define UNDEFINED_MOST	 0.1

/* Rows by unit and units by stratum; rows in order of the first column for medians. */
struct plan {
	const struct an_resample *d;
	size_t units, strata;
	size_t *unit_start, *unit_row;	 /* units + 1; rows */
	size_t *stratum_start, *unit_of; /* strata + 1; units, by stratum */
	size_t *ascending;		 /* rows, by the first column; NULL when no median is asked */
};

/* Each row counts as often as count says. */
static bool mean_of(const struct an_resample *d, const unsigned *count, size_t col, int group, double *out)
{
	double s = 0, n = 0;

	for (size_t i = 0; i < d->rows; i++)
		if (count[i] > 0 && (group < 0 || d->group[i] == (size_t)group)) {
			s += count[i] * d->x[i * d->cols + col];
			n += count[i];
		}
	*out = n > 0 ? s / n : 0;
	return n > 0;
}

static bool median_of(const struct plan *p, const unsigned *count, int group, double *out)
{
	const struct an_resample *d = p->d;
	double n = 0, seen = 0, low = 0;
	bool half = false;

	for (size_t i = 0; i < d->rows; i++)
		n += group < 0 || d->group[i] == (size_t)group ? count[i] : 0;
	for (size_t k = 0; k < d->rows && n > 0; k++) {
		size_t i = p->ascending[k];

		if (count[i] == 0 || (group >= 0 && d->group[i] != (size_t)group))
			continue;
		seen += count[i];
		if (!half && 2 * seen >= n) {
			half = true;
			low = d->x[i * d->cols];
			*out = low;
			if (2 * seen > n)
				return true;
		} else if (half) {
			*out = low + (d->x[i * d->cols] - low) / 2;
			return true;
		}
	}
	return n > 0;
}

/* Sum of products of deviations of two columns, and how many count. */
static double products(const struct an_resample *d, const unsigned *count, size_t a, size_t b, double *n)
{
	double ma, mb, s = 0;

	*n = 0;
	if (!mean_of(d, count, a, -1, &ma) || !mean_of(d, count, b, -1, &mb))
		return 0;
	for (size_t i = 0; i < d->rows; i++) {
		s += count[i] * (d->x[i * d->cols + a] - ma) * (d->x[i * d->cols + b] - mb);
		*n += count[i];
	}
	return s;
}

static bool correlation_of(const struct an_resample *d, const unsigned *count, double *out)
{
	double n, xx = products(d, count, 0, 0, &n), yy = products(d, count, 1, 1, &n);
	double xy = products(d, count, 0, 1, &n);

	if (!(xx > 0) || !(yy > 0))
		return false;
	*out = xy / sqrt(xx) / sqrt(yy);
	return true;
}

/* k / (k - 1) (1 - sum of item variances / variance of the sum). */
static bool alpha_of(const struct an_resample *d, const unsigned *count, double *out)
{
	double n, parts = 0, total = 0, mean = 0, k = (double)d->cols;

	for (size_t j = 0; j < d->cols; j++) {
		double m;

		parts += products(d, count, j, j, &n);
		mean += mean_of(d, count, j, -1, &m) ? m : 0;
	}
	for (size_t i = 0; i < d->rows; i++) {
		double s = -mean;

		for (size_t j = 0; count[i] > 0 && j < d->cols; j++)
			s += d->x[i * d->cols + j];
		total += count[i] * s * s;
	}
	if (!(total > 0) || !(parts > 0))
		return false;
	*out = k / (k - 1) * (1 - parts / total);
	return true;
}

static bool statistic(const struct plan *p, const unsigned *count, double *out)
{
	const struct an_resample *d = p->d;
	double a, b, n;

	switch (d->statistic) {
	case AN_STATISTIC_MEAN:
		return mean_of(d, count, 0, -1, out);
	case AN_STATISTIC_MEDIAN:
		return median_of(p, count, -1, out);
	case AN_STATISTIC_SD:
		a = products(d, count, 0, 0, &n);
		*out = n > 1 ? sqrt(a / (n - 1)) : 0;
		return n > 1;
	case AN_STATISTIC_CORRELATION:
		return correlation_of(d, count, out);
	case AN_STATISTIC_DIFFERENCE:
		if (!mean_of(d, count, 0, 0, &a) || !mean_of(d, count, 0, 1, &b))
			return false;
		*out = a - b;
		return true;
	case AN_STATISTIC_DIFFERENCE_MEDIAN:
		if (!median_of(p, count, 0, &a) || !median_of(p, count, 1, &b))
			return false;
		*out = a - b;
		return true;
	case AN_STATISTIC_ALPHA:
		break;
	}
	return alpha_of(d, count, out);
}

struct value {
	double x;
	size_t row;
};

static int by_value(const void *a, const void *b)
{
	const struct value *p = a, *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->row > q->row) - (p->row < q->row);
}

static enum an_status order_rows(struct plan *p, struct an_work *work)
{
	const struct an_resample *d = p->d;
	struct value *v = AN_WORK_ARRAY(work, struct value, d->rows);

	p->ascending = AN_WORK_ARRAY(work, size_t, d->rows);
	if (v == NULL || p->ascending == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < d->rows; i++)
		v[i] = (struct value){ d->x[i * d->cols], i };
	qsort(v, d->rows, sizeof *v, by_value);
	for (size_t i = 0; i < d->rows; i++)
		p->ascending[i] = v[i].row;
	return AN_OK;
}

static enum an_status check(const struct an_resample *d)
{
	size_t in[2] = { 0, 0 },
	       cols = d->statistic == AN_STATISTIC_CORRELATION || d->statistic == AN_STATISTIC_ALPHA ? 2 : 1;
	bool two = d->statistic == AN_STATISTIC_DIFFERENCE || d->statistic == AN_STATISTIC_DIFFERENCE_MEDIAN;

	if (d->rows < 2 || d->cols < cols)
		return AN_ETOOFEW;
	for (size_t i = 0; i < d->rows; i++) {
		for (size_t j = 0; j < d->cols; j++)
			if (!isfinite(d->x[i * d->cols + j]))
				return AN_EDATA;
		if ((d->cluster != NULL && d->cluster[i] >= d->clusters) ||
		    (d->stratum != NULL && d->stratum[i] >= d->strata) ||
		    (two && (d->group == NULL || d->group[i] > 1)))
			return AN_EDATA;
		if (two)
			in[d->group[i]]++;
	}
	return two && (in[0] == 0 || in[1] == 0) ? AN_ETOOFEW : AN_OK;
}

/* Numbers from 0 that occur, made into places: start[k] to start[k + 1] - 1 of list, in order. */
static void arrange(const size_t *of, size_t n, size_t kinds, size_t *start, size_t *list)
{
	memset(start, 0, (kinds + 1) * sizeof *start);
	for (size_t i = 0; i < n; i++)
		start[of[i] + 1]++;
	for (size_t k = 0; k < kinds; k++)
		start[k + 1] += start[k];
	for (size_t i = n; i-- > 0;)
		list[--start[of[i] + 1]] = i;
	/* every start now stands one place on: move them back */
	for (size_t k = 0; k < kinds; k++)
		start[k] = start[k + 1];
	start[kinds] = n;
}

/* The stratum of a row: as given, or the group of a difference. */
static size_t stratum_of(const struct an_resample *d, size_t row)
{
	if (d->stratum != NULL)
		return d->stratum[row];
	return d->group != NULL && d->cluster == NULL ? d->group[row] : 0;
}

static enum an_status make_plan(const struct an_resample *d, struct an_work *work, struct plan *p)
{
	size_t n = d->rows, *unit = AN_WORK_ARRAY(work, size_t, n), *place = AN_WORK_ARRAY(work, size_t, n);
	size_t *number = AN_WORK_ARRAY(work, size_t, d->cluster != NULL ? d->clusters : 1);
	enum an_status s = check(d);

	if (s != AN_OK)
		return s;
	p->d = d;
	p->strata = d->stratum != NULL ? d->strata : d->group != NULL && d->cluster == NULL ? 2 : 1;
	p->unit_start = AN_WORK_ARRAY(work, size_t, n + 1);
	p->unit_row = AN_WORK_ARRAY(work, size_t, n);
	p->stratum_start = AN_WORK_ARRAY(work, size_t, p->strata + 1);
	p->unit_of = AN_WORK_ARRAY(work, size_t, n);
	if (unit == NULL || place == NULL || number == NULL || p->unit_start == NULL || p->unit_row == NULL ||
	    p->stratum_start == NULL || p->unit_of == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		size_t u = p->units;

		if (d->cluster != NULL && number[d->cluster[i]] > 0)
			u = number[d->cluster[i]] - 1;
		if (u == p->units) {
			place[p->units++] = stratum_of(d, i);
			if (d->cluster != NULL)
				number[d->cluster[i]] = p->units;
		}
		unit[i] = u;
		if (place[u] != stratum_of(d, i))
			return AN_EDATA;
	}
	arrange(unit, n, p->units, p->unit_start, p->unit_row);
	arrange(place, p->units, p->strata, p->stratum_start, p->unit_of);
	for (size_t g = 0; g < p->strata; g++)
		if (p->stratum_start[g + 1] - p->stratum_start[g] == 1)
			return AN_ETOOFEW;
	return d->statistic == AN_STATISTIC_MEDIAN || d->statistic == AN_STATISTIC_DIFFERENCE_MEDIAN
	    ? order_rows(p, work)
	    : AN_OK;
}

static void count_unit(const struct plan *p, unsigned *count, size_t u, unsigned by)
{
	for (size_t k = p->unit_start[u]; k < p->unit_start[u + 1]; k++)
		count[p->unit_row[k]] += by;
}

static void draw(const struct plan *p, struct an_rng *rng, unsigned *count)
{
	memset(count, 0, p->d->rows * sizeof *count);
	for (size_t g = 0; g < p->strata; g++) {
		size_t from = p->stratum_start[g], n = p->stratum_start[g + 1] - from;

		for (size_t k = 0; k < n; k++)
			count_unit(p, count, p->unit_of[from + an_rng_below(rng, n)], 1);
	}
}

/* Tasks first + t, first + t + tasks, ... below end, on thread t's own counts. */
struct round {
	const struct plan *p;
	uint64_t seed;
	size_t first, end, tasks;
	unsigned *count;     /* tasks x rows */
	const size_t *block; /* units: which block a unit leaves with (jackknife); NULL: bootstrap */
	double *value;
	bool *defined;
};

static void round_task(void *arg, size_t task)
{
	struct round *r = arg;
	unsigned *count = r->count + task * r->p->d->rows;

	for (size_t i = r->first + task; i < r->end; i += r->tasks) {
		if (r->block == NULL) {
			struct an_rng rng;

			an_rng_seed(&rng, r->seed, i);
			draw(r->p, &rng, count);
		} else {
			memset(count, 0, r->p->d->rows * sizeof *count);
			for (size_t u = 0; u < r->p->units; u++)
				count_unit(r->p, count, u, r->block[u] != i);
		}
		r->defined[i] = statistic(r->p, count, r->value + i);
	}
}

/* All values from 0 to n - 1, looking up between rounds; share: how much of all work this is. */
static enum an_status rounds(const struct plan *p, uint64_t seed, const size_t *block, size_t n, double from,
    double share, struct an_work *work, double *value, bool *defined)
{
	size_t tasks = an_threads();
	struct round r = { .p = p, .seed = seed, .tasks = tasks, .block = block, .value = value, .defined = defined };

	r.count = AN_WORK_ARRAY(work, unsigned, tasks * p->d->rows);
	if (r.count == NULL)
		return AN_ENOMEM;
	while (r.first < n) {
		r.end = n - r.first < ROUND * tasks ? n : r.first + ROUND * tasks;
		an_parallel(tasks, round_task, &r);
		r.first = r.end;
		if (!an_work_go_on(work, from + share * (double)r.first / (double)n))
			return AN_ESTOPPED;
	}
	return AN_OK;
}

static enum an_status whole(const struct plan *p, struct an_work *work, double *out)
{
	unsigned *count = AN_WORK_ARRAY(work, unsigned, p->d->rows);

	if (count == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < p->d->rows; i++)
		count[i] = 1;
	return statistic(p, count, out) && isfinite(*out) ? AN_OK : AN_ENOVARIANCE;
}

/* Sums over blocks left out: of squares and cubes of (n - 1) (mean - value) / n, by stratum. */
struct influence {
	double bias, squares, cubes, se2;
};

static enum an_status influence_of(const struct plan *p, const size_t *blocks, const double *left, const bool *defined,
    double value, struct influence *out)
{
	size_t at = 0;

	memset(out, 0, sizeof *out);
	for (size_t g = 0; g < p->strata; at += blocks[g++]) {
		double mean = 0, n = (double)blocks[g];

		for (size_t k = 0; k < blocks[g]; k++) {
			if (!defined[at + k] || !isfinite(left[at + k]))
				return AN_ENOVARIANCE;
			mean += left[at + k] / n;
		}
		if (blocks[g] == 0)
			continue;
		out->bias += (n - 1) * (mean - value);
		for (size_t k = 0; k < blocks[g]; k++) {
			double d = mean - left[at + k], u = (n - 1) / n * d;

			out->squares += u * u;
			out->cubes += u * u * u;
			out->se2 += (n - 1) / n * d * d;
		}
	}
	return AN_OK;
}

/* Leaves out blocks of units within strata: single units, or random groups where there are over most. */
static enum an_status leave_out(const struct plan *p, size_t most, uint64_t seed, double value, double from,
    double share, struct an_work *work, struct influence *out)
{
	size_t *block = AN_WORK_ARRAY(work, size_t, p->units), *blocks = AN_WORK_ARRAY(work, size_t, p->strata);
	size_t *mixed = AN_WORK_ARRAY(work, size_t, p->units), all = 0;
	double *left = AN_WORK_ARRAY(work, double, p->units);
	bool *defined = AN_WORK_ARRAY(work, bool, p->units);
	struct an_rng rng;
	enum an_status s;

	if (block == NULL || blocks == NULL || mixed == NULL || left == NULL || defined == NULL)
		return AN_ENOMEM;
	an_rng_seed(&rng, seed, UINT64_MAX);
	memcpy(mixed, p->unit_of, p->units * sizeof *mixed);
	for (size_t g = 0; g < p->strata; g++) {
		size_t start = p->stratum_start[g], n = p->stratum_start[g + 1] - start;
		size_t wanted = p->units <= most ? n : (size_t)ceil((double)n * (double)most / (double)p->units);

		blocks[g] = wanted < n ? (wanted < 2 ? 2 : wanted) : n;
		for (size_t k = n; blocks[g] < n && k > 1; k--) {
			size_t with = an_rng_below(&rng, k), swap = mixed[start + k - 1];

			mixed[start + k - 1] = mixed[start + with];
			mixed[start + with] = swap;
		}
		for (size_t k = 0; k < n; k++)
			block[mixed[start + k]] = all + k % blocks[g];
		all += blocks[g];
	}
	s = rounds(p, seed, block, all, from, share, work, left, defined);
	return s == AN_OK ? influence_of(p, blocks, left, defined, value, out) : s;
}

static enum an_status bca(const double *sorted, size_t n, double level, struct an_bootstrap *out)
{
	double tail = (1 - level) / 2, z[2];
	size_t below = 0;

	while (below < n && sorted[below] < out->value)
		below++;
	if (below == 0 || below == n)
		return AN_ENOVARIANCE;
	out->z0 = an_normal_quantile((double)below / (double)n);
	z[0] = out->z0 + an_normal_quantile(tail);
	z[1] = out->z0 - an_normal_quantile(tail);
	for (int side = 0; side < 2; side++) {
		double divisor = 1 - out->acceleration * z[side];
		double p = gsl_cdf_ugaussian_P(out->z0 + z[side] / divisor), q = 0;

		if (!(divisor > 0) || !(p > 0 && p < 1))
			return AN_ENOVARIANCE;
		an_quantile(sorted, n, p, AN_QUANTILE_6, &q);
		if (side == 0)
			out->bca.lo = q;
		else
			out->bca.hi = q;
	}
	return AN_OK;
}

/* Intervals and errors from the defined replicates. */
static enum an_status summarise(double *value, const bool *defined, size_t replicates, double level,
    struct an_bootstrap *out)
{
	double tail = (1 - level) / 2, width;
	struct an_central c;
	size_t n = 0;

	for (size_t r = 0; r < replicates; r++)
		if (defined[r] && isfinite(value[r]))
			value[n++] = value[r];
	out->replicates = n;
	out->undefined = replicates - n;
	if ((double)out->undefined > UNDEFINED_MOST * (double)replicates)
		return AN_ENOVARIANCE;
	an_central_of(value, n, &c);
	out->bias = c.mean - out->value;
	out->se = sqrt(c.m2 / (double)(n - 1));
	an_sort(value, n);
	an_quantile(value, n, tail, AN_QUANTILE_6, &out->percentile.lo);
	an_quantile(value, n, 1 - tail, AN_QUANTILE_6, &out->percentile.hi);
	out->basic = (struct an_interval){ 2 * out->value - out->percentile.hi, 2 * out->value - out->percentile.lo };
	width = an_normal_quantile(1 - tail) * out->se;
	out->normal = (struct an_interval){ out->value - out->bias - width, out->value - out->bias + width };
	return isfinite(out->se) ? AN_OK : AN_EDATA;
}

enum an_status an_resample_bootstrap(const struct an_resample *d, size_t replicates, uint64_t seed, double level,
    struct an_work *work, struct an_bootstrap *out, double *replicate)
{
	struct an_work_mark mark = an_work_mark(work);
	struct plan p = { 0 };
	struct influence jack;
	double *value;
	bool *defined;
	enum an_status s;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || replicates > REPLICATES_MOST)
		return AN_EDATA;
	if (replicates < REPLICATES_LEAST)
		return AN_ETOOFEW;
	s = make_plan(d, work, &p);
	value = replicate != NULL ? replicate : AN_WORK_ARRAY(work, double, replicates);
	defined = AN_WORK_ARRAY(work, bool, replicates);
	if (s == AN_OK && (value == NULL || defined == NULL))
		s = AN_ENOMEM;
	if (s == AN_OK)
		s = whole(&p, work, &out->value);
	out->units = p.units;
	out->strata = p.strata;
	if (s == AN_OK)
		s = rounds(&p, seed, NULL, replicates, 0, 0.8, work, value, defined);
	if (s == AN_OK)
		s = summarise(value, defined, replicates, level, out);
	if (s == AN_OK) {
		enum an_status left = leave_out(&p, GROUPS_MOST, seed, out->value, 0.8, 0.2, work, &jack);

		if (left == AN_OK && jack.squares > 0) {
			out->acceleration = jack.cubes / (6 * jack.squares * sqrt(jack.squares));
			out->has_bca = bca(value, out->replicates, level, out) == AN_OK;
		}
		s = left == AN_ESTOPPED || left == AN_ENOMEM ? left : AN_OK;
	}
	an_work_release(work, mark);
	return s;
}

enum an_status an_resample_jackknife(const struct an_resample *d, struct an_work *work, struct an_jackknife *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct plan p = { 0 };
	struct influence jack;
	enum an_status s = make_plan(d, work, &p);

	memset(out, 0, sizeof *out);
	out->units = p.units;
	out->strata = p.strata;
	if (s == AN_OK)
		s = whole(&p, work, &out->value);
	if (s == AN_OK)
		s = leave_out(&p, SIZE_MAX, 0, out->value, 0, 1, work, &jack);
	if (s == AN_OK) {
		out->bias = jack.bias;
		out->se = sqrt(jack.se2);
		if (!isfinite(out->se) || !isfinite(out->bias))
			s = AN_EDATA;
	}
	an_work_release(work, mark);
	return s;
}
