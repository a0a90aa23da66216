#include "analysis/stats/dist.h"
#include "analysis/stats/mixed.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define POINTS 40   /* equally likely values of a group's own effect */
#define GRID   2048 /* places where the sums over all groups are worked out */

struct field {
	const struct an_shrunken *each;
	size_t groups, present;
	double low, step;
	double above[GRID], spread[GRID];
};

/* Chance that group j lies above t. */
static double chance(const struct an_shrunken *j, double t)
{
	if (!(j->posterior_sd > 0))
		return j->shrunken > t ? 1 : j->shrunken < t ? 0 : 0.5;
	return gsl_cdf_ugaussian_P((j->shrunken - t) / j->posterior_sd);
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
				double p = chance(f->each + j, f->low + (double)t * f->step);

				f->above[t] += p;
				f->spread[t] += p * (1 - p);
			}
	}
}

/* Mean and variance of the number of other groups above t. */
static void others(const struct field *f, const struct an_shrunken *own, double t, double *mean, double *variance)
{
	double place = f->step > 0 ? (t - f->low) / f->step : 0, part, p = chance(own, t);
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
		up = chance(f->each + j, t);
		seen++;
		for (size_t r = seen; r > 0; r--)
			p[r] = p[r] * (1 - up) + p[r - 1] * up;
		p[0] *= 1 - up;
	}
	for (size_t r = 0; r <= seen; r++)
		mass[r] += p[r] / POINTS;
}

static void count_normally(const struct field *f, size_t own, double t, double *mass)
{
	double mean, variance, below = 0;

	others(f, f->each + own, t, &mean, &variance);
	if (variance < 1e-12) {
		mass[(size_t)fmin((double)(f->present - 1), nearbyint(mean))] += 1.0 / POINTS;
		return;
	}
	for (size_t r = (size_t)fmax(0, floor(mean - 7 * sqrt(variance))); r < f->present; r++) {
		double upto = r + 1 == f->present ? 1 : gsl_cdf_ugaussian_P(((double)r + 0.5 - mean) / sqrt(variance));

		mass[r] += (upto - below) / POINTS;
		below = upto;
		if (upto >= 1)
			break;
	}
}

static void range(const double *mass, size_t present, double tail, struct an_rank *out)
{
	double seen = 0;

	out->lo = out->hi = 0;
	out->expected = 0;
	for (size_t r = 0; r < present; r++) {
		seen += mass[r];
		out->expected += (double)(r + 1) * mass[r];
		if (out->lo == 0 && seen >= tail)
			out->lo = r + 1;
		if (out->hi == 0 && seen >= 1 - tail - 1e-12)
			out->hi = r + 1;
	}
	if (out->hi == 0)
		out->hi = present;
	if (out->lo == 0)
		out->lo = out->hi;
}

enum an_status an_rank_ranges(const struct an_shrunken *each, size_t groups, double level, struct an_work *work,
    struct an_rank *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct field *f = AN_WORK_ARRAY(work, struct field, 1);
	double *mass = AN_WORK_ARRAY(work, double, groups);
	enum an_status status;

	memset(out, 0, groups * sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	if (f == NULL || mass == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	f->each = each;
	f->groups = groups;
	survey(f);
	for (size_t i = 0; i < groups; i++) {
		if (!each[i].present)
			continue;
		memset(mass, 0, groups * sizeof *mass);
		for (int q = 0; q < POINTS; q++) {
			double t = each[i].shrunken + each[i].posterior_sd * an_normal_quantile((q + 0.5) / POINTS);

			if (f->present <= AN_RANK_EXACT)
				count_exactly(f, i, t, mass);
			else
				count_normally(f, i, t, mass);
		}
		range(mass, f->present, (1 - level) / 2, out + i);
	}
	status = f->present < 2 ? AN_ETOOFEW : AN_OK;
	an_work_release(work, mark);
	return status;
}
