#include "analysis/stats/compare/permute.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/rng.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

#define AT_ONCE	   64	/* tasks between two looks at whether anybody still waits */
#define TASK_WAYS  256	/* draws a task */
#define STOP_EVERY 8192 /* of all ways gone through */

/* One design.  measure() gives the statistic of an arrangement, which place[] describes: of
 * groups, the sample that each value goes to; of pairs, the place of each y; of signs, 0 or 1. */
struct dealing {
	const double *x, *y;
	const struct an_samples *s;
	size_t n, groups;
	enum an_alternative alternative;
	double (*measure)(const struct dealing *d, const size_t *place, double *sums);
	void (*draw)(const struct dealing *d, struct an_rng *r, size_t *place);
	double seen, slack;
	/* drawing side by side */
	uint64_t seed;
	size_t first, replicates;
	size_t *places, *hits;
	double *sums;
};

static bool as_far(const struct dealing *d, double statistic)
{
	switch (d->alternative) {
	case AN_LESS:
		return statistic <= d->seen + d->slack;
	case AN_GREATER:
		return statistic >= d->seen - d->slack;
	case AN_TWO_SIDED:
		break;
	}
	return fabs(statistic) >= fabs(d->seen) - d->slack;
}

static void swap(size_t *a, size_t *b)
{
	size_t t = *a;

	*a = *b;
	*b = t;
}

static void shuffle(const struct dealing *d, struct an_rng *r, size_t *place)
{
	for (size_t i = d->n; i > 1; i--)
		swap(place + i - 1, place + an_rng_below(r, i));
}

static void toss(const struct dealing *d, struct an_rng *r, size_t *place)
{
	for (size_t i = 0; i < d->n; i++)
		place[i] = an_rng_next(r) >> 63;
}

/* The next order of place[] by the alphabet; false after the last (Knuth 7.2.1.2, algorithm L). */
static bool next_order(size_t *place, size_t n)
{
	size_t i = n - 1, j;

	while (i > 0 && place[i - 1] >= place[i])
		i--;
	if (i == 0)
		return false;
	for (j = n - 1; place[j] <= place[i - 1];)
		j--;
	swap(place + i - 1, place + j);
	for (size_t end = n - 1; i < end; i++, end--)
		swap(place + i, place + end);
	return true;
}

/* The next number in binary. */
static bool next_signs(size_t *place, size_t n)
{
	size_t i = 0;

	while (i < n && place[i] == 1)
		place[i++] = 0;
	if (i == n)
		return false;
	place[i] = 1;
	return true;
}

static double measure_difference(const struct dealing *d, const size_t *place, double *sums)
{
	sums[0] = 0;
	for (size_t i = 0; i < d->n; i++)
		sums[0] += place[i] == 0 ? d->x[i] : 0;
	/* x is centred: the other sum is its opposite */
	return sums[0] * (1 / (double)an_samples_size(d->s, 0) + 1 / (double)an_samples_size(d->s, 1));
}

static double measure_between(const struct dealing *d, const size_t *place, double *sums)
{
	double between = 0;

	memset(sums, 0, d->groups * sizeof *sums);
	for (size_t i = 0; i < d->n; i++)
		sums[place[i]] += d->x[i];
	for (size_t g = 0; g < d->groups; g++)
		between += sums[g] * sums[g] / (double)an_samples_size(d->s, g);
	return between;
}

static double measure_signs(const struct dealing *d, const size_t *place, double *sums)
{
	double sum = 0;

	(void)sums;
	for (size_t i = 0; i < d->n; i++)
		sum += place[i] == 0 ? d->x[i] : -d->x[i];
	return sum;
}

static double measure_product(const struct dealing *d, const size_t *place, double *sums)
{
	double sum = 0;

	(void)sums;
	for (size_t i = 0; i < d->n; i++)
		sum += d->x[i] * d->y[place[i]];
	return sum;
}

static enum an_status go_through(struct dealing *d, bool (*next)(size_t *place, size_t n), size_t *place, double ways,
    struct an_work *work, struct an_permute *out)
{
	double hits = 0;

	out->ways = 0;
	do {
		hits += as_far(d, d->measure(d, place, d->sums));
		out->ways++;
		if (fmod(out->ways, STOP_EVERY) == 0 && !an_work_go_on(work, out->ways / ways))
			return AN_ESTOPPED;
	} while (next(place, d->n));
	out->exact = true;
	out->p = hits / out->ways;
	return AN_OK;
}

/* Some replicates: each begins with the arrangement seen. */
static void some(void *arg, size_t task)
{
	struct dealing *d = arg;
	size_t *place = d->places + (task + 1) * d->n, from = (d->first + task) * TASK_WAYS;

	d->hits[task] = 0;
	for (size_t r = from; r < from + TASK_WAYS && r < d->replicates; r++) {
		struct an_rng rng;

		an_rng_seed(&rng, d->seed, r);
		memcpy(place, d->places, d->n * sizeof *place);
		d->draw(d, &rng, place);
		d->hits[task] += as_far(d, d->measure(d, place, d->sums + (task + 1) * (d->groups + 1)));
	}
}

static enum an_status draw_some(struct dealing *d, const struct an_permute_options *o, struct an_work *work,
    struct an_permute *out)
{
	size_t tasks = (o->replicates + TASK_WAYS - 1) / TASK_WAYS, hits = 0;
	size_t round = an_round(AT_ONCE, (double)TASK_WAYS * (double)d->n);

	if (o->replicates == 0)
		return AN_ETOOFEW;
	d->seed = o->seed;
	d->replicates = o->replicates;
	for (d->first = 0; d->first < tasks; d->first += round) {
		size_t now = tasks - d->first < round ? tasks - d->first : round;

		if (!an_work_go_on(work, (double)d->first / (double)tasks))
			return AN_ESTOPPED;
		an_parallel(now, some, d);
		for (size_t i = 0; i < now; i++)
			hits += d->hits[i];
	}
	out->ways = (double)o->replicates;
	out->p = ((double)hits + 1) / (out->ways + 1);
	return AN_OK;
}

/* ways: how many there are. */
static enum an_status deal(struct dealing *d, double ways, bool (*next)(size_t *place, size_t n),
    const struct an_permute_options *o, struct an_work *work, struct an_permute *out)
{
	d->hits = AN_WORK_ARRAY(work, size_t, AT_ONCE);
	d->sums = AN_WORK_ARRAY(work, double, (AT_ONCE + 1) * (d->groups + 1));
	if (d->hits == NULL || d->sums == NULL)
		return AN_ENOMEM;
	d->alternative = o->alternative;
	d->seen = d->measure(d, d->places, d->sums);
	if (ways <= AN_PERMUTE_EXACT)
		return go_through(d, next, d->places, ways, work, out);
	return draw_some(d, o, work, out);
}

/* Deviations from the mean in *to; sum of their sizes and of their squares. */
static enum an_status centred(const double *x, size_t n, struct an_work *work, double **to, double *size,
    double *squares)
{
	double mean;

	*to = AN_WORK_ARRAY(work, double, n);
	if (*to == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return AN_EDATA;
	mean = an_mean(x, n);
	*size = *squares = 0;
	for (size_t i = 0; i < n; i++) {
		(*to)[i] = x[i] - mean;
		*size += fabs((*to)[i]);
		*squares += (*to)[i] * (*to)[i];
	}
	return !isfinite(*squares) ? AN_EDATA : *squares > 1e-28 * mean * mean * (double)n ? AN_OK : AN_ENOVARIANCE;
}

static bool room(struct dealing *d, struct an_work *work)
{
	d->places = AN_WORK_ARRAY(work, size_t, (AT_ONCE + 1) * d->n);
	return d->places != NULL;
}

enum an_status an_permute_groups(const struct an_samples *s, const struct an_permute_options *o, struct an_work *work,
    struct an_permute *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct dealing d = { .s = s, .n = an_samples_total(s), .groups = s->groups, .draw = shuffle };
	enum an_status status = an_samples_check(s, 2, 1);
	struct an_permute_options all = *o;
	double *x = NULL, size, squares, ways = 1;

	memset(out, 0, sizeof *out);
	if (status == AN_OK && d.n < 3)
		status = AN_ETOOFEW;
	if (status == AN_OK)
		status = centred(s->x, d.n, work, &x, &size, &squares);
	if (status == AN_OK && !room(&d, work))
		status = AN_ENOMEM;
	for (size_t g = 0, seen = 0; status == AN_OK && g < s->groups; g++)
		for (size_t i = 1; i <= an_samples_size(s, g); i++) {
			d.places[seen++] = g;
			ways *= (double)seen / (double)i;
		}
	if (status == AN_OK) {
		d.x = x;
		d.measure = s->groups == 2 ? measure_difference : measure_between;
		d.slack = 1e-12 * (s->groups == 2 ? size : squares);
		if (s->groups > 2)
			all.alternative = AN_GREATER;
		status = deal(&d, ways, next_order, &all, work, out);
	}
	if (status == AN_OK) {
		double df1 = (double)s->groups - 1, df2 = (double)(d.n - s->groups), within = squares - d.seen;

		out->statistic = d.seen;
		if (s->groups > 2 && (df2 < 1 || !(within > 1e-12 * squares)))
			status = AN_ENOVARIANCE;
		else if (s->groups > 2)
			out->statistic = d.seen / df1 / (within / df2);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_permute_signs(const double *x, size_t n, const struct an_permute_options *o, struct an_work *work,
    struct an_permute *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct dealing d = { .x = x, .n = n, .measure = measure_signs, .draw = toss };
	enum an_status status = n < 1 ? AN_ETOOFEW : AN_OK;
	double size = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++)
		size += fabs(x[i]);
	if (status == AN_OK)
		status = !isfinite(size) ? AN_EDATA : !(size > 0) ? AN_ENOVARIANCE : AN_OK;
	if (status == AN_OK && !room(&d, work))
		status = AN_ENOMEM;
	if (status == AN_OK) {
		d.slack = 1e-12 * size;
		status = deal(&d, ldexp(1, n < 1000 ? (int)n : 1000), next_signs, o, work, out);
		out->statistic = d.seen / (double)n;
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_permute_pairing(const double *x, const double *y, size_t n, const struct an_permute_options *o,
    struct an_work *work, struct an_permute *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct dealing d = { .n = n, .measure = measure_product, .draw = shuffle };
	double *a = NULL, *b = NULL, size, xx, yy, ways = 1;
	enum an_status status = n < 3 ? AN_ETOOFEW : centred(x, n, work, &a, &size, &xx);

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = centred(y, n, work, &b, &size, &yy);
	if (status == AN_OK && !room(&d, work))
		status = AN_ENOMEM;
	for (size_t i = 0; status == AN_OK && i < n; i++) {
		d.places[i] = i;
		ways *= (double)(i + 1);
	}
	if (status == AN_OK) {
		d.x = a;
		d.y = b;
		d.slack = 1e-12 * sqrt(xx) * sqrt(yy);
		status = deal(&d, ways, next_order, o, work, out);
		out->statistic = d.seen / (sqrt(xx) * sqrt(yy));
	}
	an_work_release(work, mark);
	return status;
}
