#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/mixed/mixed.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define POINTS 40  /* equally likely values of a group's own effect */
#define GRID   256 /* places where the sums over all groups are worked out */
/* With many groups the normal distribution is asked some million times: it is read from a table
 * with straight lines between, 2e-7 from the truth at most, which moves no rank. */
#define TABLE_END  8
#define TABLE_STEP 512 /* places a unit */

struct field {
	const struct an_shrunken *each;
	size_t groups, present;
	double low, step;
	double above[GRID], spread[GRID];
	double quantile[POINTS]; /* of the equally likely values, in standard deviations */
	double normal[TABLE_END * TABLE_STEP + 1];
};

static void prepare(struct field *f)
{
	for (int q = 0; q < POINTS; q++)
		f->quantile[q] = an_normal_quantile((q + 0.5) / POINTS);
	for (size_t i = 0; i <= TABLE_END * TABLE_STEP; i++)
		f->normal[i] = gsl_cdf_ugaussian_P((double)i / TABLE_STEP);
}

static double normal(const struct field *f, double z)
{
	double place = fabs(z) * TABLE_STEP, p = 1;

	if (place < TABLE_END * TABLE_STEP) {
		size_t at = (size_t)place;

		p = f->normal[at] + (place - (double)at) * (f->normal[at + 1] - f->normal[at]);
	}
	return z < 0 ? 1 - p : p;
}

/* Chance that group j lies above t. */
static double chance(const struct field *f, const struct an_shrunken *j, double t)
{
	if (!(j->posterior_sd > 0))
		return j->shrunken > t ? 1 : j->shrunken < t ? 0 : 0.5;
	if (f->present <= AN_RANK_EXACT)
		return gsl_cdf_ugaussian_P((j->shrunken - t) / j->posterior_sd);
	return normal(f, (j->shrunken - t) / j->posterior_sd);
}

static void survey(struct field *f)
{
	double high = -INFINITY;

	f->low = INFINITY;
	for (size_t j = 0; j < f->groups; j++) {
		const struct an_shrunken *e = f->each + j;

		if (!e->present)
			continue;
		f->present++;
		f->low = fmin(f->low, e->shrunken - 3 * e->posterior_sd);
		high = fmax(high, e->shrunken + 3 * e->posterior_sd);
	}
	f->step = (high - f->low) / (GRID - 1);
	for (size_t t = 0; t < GRID; t++) {
		f->above[t] = f->spread[t] = 0;
		for (size_t j = 0; j < f->groups; j++)
			if (f->each[j].present) {
				double p = chance(f, f->each + j, f->low + (double)t * f->step);

				f->above[t] += p;
				f->spread[t] += p * (1 - p);
			}
	}
}

/* Mean and variance of the number of other groups above t. */
static void others(const struct field *f, const struct an_shrunken *own, double t, double *mean, double *variance)
{
	double place = f->step > 0 ? (t - f->low) / f->step : 0, part, p = chance(f, own, t);
	size_t at = place <= 0 ? 0 : place >= GRID - 2 ? GRID - 2 : (size_t)place;

	part = fmin(1, fmax(0, place - (double)at));
	*mean = fmax(0, (1 - part) * f->above[at] + part * f->above[at + 1] - p);
	*variance = fmax(0, (1 - part) * f->spread[at] + part * f->spread[at + 1] - p * (1 - p));
}

/* Adds to mass[r] the chance that r other groups lie above t, exactly. */
static void count_exactly(const struct field *f, size_t own, double t, double *mass)
{
	double p[AN_RANK_EXACT + 1] = { 1 };
	size_t seen = 0;

	for (size_t j = 0; j < f->groups; j++) {
		double up;

		if (j == own || !f->each[j].present)
			continue;
		up = chance(f, f->each + j, t);
		seen++;
		for (size_t r = seen; r > 0; r--)
			p[r] = p[r] * (1 - up) + p[r - 1] * up;
		p[0] *= 1 - up;
	}
	for (size_t r = 0; r <= seen; r++)
		mass[r] += p[r] / POINTS;
}

/* Chance that at most r other groups lie above, over all points. */
static double up_to(const struct field *f, const double *mean, const double *sd, double r)
{
	double sum = 0;

	for (int q = 0; q < POINTS; q++) {
		double off = r + 0.5 - mean[q];

		sum += sd[q] > 0 ? normal(f, off / sd[q]) : off >= 0;
	}
	return sum / POINTS;
}

/* The least r with a chance of at least share to lie at or below it. */
static size_t least(const struct field *f, const double *mean, const double *sd, double share)
{
	size_t lo = 0, hi = f->present - 1;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (up_to(f, mean, sd, (double)mid) >= share)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static double point(const struct field *f, const struct an_shrunken *own, int q)
{
	return own->shrunken + own->posterior_sd * f->quantile[q];
}

static void range_normally(const struct field *f, size_t own, double tail, struct an_rank *out)
{
	double mean[POINTS], sd[POINTS];

	out->expected = 1;
	for (int q = 0; q < POINTS; q++) {
		others(f, f->each + own, point(f, f->each + own, q), mean + q, sd + q);
		sd[q] = sqrt(sd[q]);
		out->expected += mean[q] / POINTS;
	}
	out->lo = least(f, mean, sd, tail) + 1;
	out->hi = least(f, mean, sd, 1 - tail - 1e-12) + 1;
}

static void range_exactly(const struct field *f, size_t own, double tail, struct an_rank *out)
{
	double mass[AN_RANK_EXACT] = { 0 }, seen = 0;

	for (int q = 0; q < POINTS; q++)
		count_exactly(f, own, point(f, f->each + own, q), mass);
	for (size_t r = 0; r < f->present; r++) {
		seen += mass[r];
		out->expected += (double)(r + 1) * mass[r];
		if (out->lo == 0 && seen >= tail)
			out->lo = r + 1;
		if (out->hi == 0 && seen >= 1 - tail - 1e-12)
			out->hi = r + 1;
	}
	if (out->hi == 0)
		out->hi = f->present;
}

enum an_status an_rank_ranges(const struct an_shrunken *each, size_t groups, double level, struct an_work *work,
    struct an_rank *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status status;
	struct field *f;

	memset(out, 0, groups * sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	f = AN_WORK_ARRAY(work, struct field, 1);
	if (f == NULL)
		return AN_ENOMEM;
	f->each = each;
	f->groups = groups;
	prepare(f);
	survey(f);
	for (size_t i = 0; i < groups; i++) {
		if (!each[i].present)
			continue;
		if (f->present <= AN_RANK_EXACT)
			range_exactly(f, i, (1 - level) / 2, out + i);
		else
			range_normally(f, i, (1 - level) / 2, out + i);
	}
	status = f->present < 2 ? AN_ETOOFEW : AN_OK;
	an_work_release(work, mark);
	return status;
}
