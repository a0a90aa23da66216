#include "analysis/stats/numeric/root.h"

#include <float.h>
#include <math.h>

#define STEPS_MOST 1000

/* best: the end with the smaller value; other: the end across the zero; before: the last best. */
struct bracket {
	double best, f_best, other, f_other, before, f_before;
};

/* A step by secant or inverse quadratic interpolation; half the bracket where that goes too far. */
static double step_from(const struct bracket *b, double last, double least)
{
	double width = b->other - b->best, t = b->f_best / b->f_before, p, q;

	if (fabs(last) < least || fabs(b->f_before) <= fabs(b->f_best))
		return width / 2;
	if (b->before == b->other) {
		p = width * t;
		q = 1 - t;
	} else {
		double r = b->f_before / b->f_other, s = b->f_best / b->f_other;

		p = t * (width * r * (r - s) - (b->best - b->before) * (s - 1));
		q = (r - 1) * (s - 1) * (t - 1);
	}
	if (p > 0)
		q = -q;
	else
		p = -p;
	return p < 0.75 * width * q - fabs(least * q) / 2 && p < fabs(last * q / 2) ? p / q : width / 2;
}

enum an_status an_root(an_curve_fn *f, void *arg, double lo, double hi, double tol, double *out)
{
	double f_lo = f(arg, lo);
	struct bracket b = { hi, f(arg, hi), lo, f_lo, lo, f_lo };

	if (isnan(b.f_best) || isnan(f_lo) || (b.f_best > 0 && f_lo > 0) || (b.f_best < 0 && f_lo < 0))
		return AN_EDATA;
	for (int i = 0; i < STEPS_MOST; i++) {
		double last = b.best - b.before, least, step;

		if (fabs(b.f_other) < fabs(b.f_best))
			b = (struct bracket){ b.other, b.f_other, b.best, b.f_best, b.best, b.f_best };
		least = 2 * DBL_EPSILON * fabs(b.best) + tol / 2;
		*out = b.best;
		if (b.f_best == 0 || fabs(b.other - b.best) / 2 <= least)
			return AN_OK;
		step = step_from(&b, last, least);
		b.before = b.best;
		b.f_before = b.f_best;
		b.best += fabs(step) < least ? copysign(least, step) : step;
		b.f_best = f(arg, b.best);
		if (isnan(b.f_best))
			return AN_EDATA;
		if ((b.f_best > 0 && b.f_other > 0) || (b.f_best < 0 && b.f_other < 0)) {
			b.other = b.before;
			b.f_other = b.f_before;
		}
	}
	return AN_ENOCONVERGE;
}
