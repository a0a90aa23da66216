#include "analysis/stats/compare/wilcoxon.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/midrank.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/root.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define EXACT_BELOW 50

/* Sorted values and what the standardised statistic of shifted data needs.  Signed ranks have no
 * y. */
struct shifted {
	const double *x, *y;
	size_t n, m;
	bool correct;
	enum an_alternative alternative;
	double goal;
};

static double correction(bool correct, enum an_alternative alternative, double off)
{
	if (!correct)
		return 0;
	if (alternative == AN_TWO_SIDED)
		return off > 0 ? 0.5 : off < 0 ? -0.5 : 0;
	return alternative == AN_GREATER ? 0.5 : -0.5;
}

/* Two ascending runs are walked through at once: sum of the midranks of the first, and ties. */
struct walk {
	double sum, ties;
};

struct run {
	const double *x;
	size_t at, n;
	double shift;
	int sign; /* -1: from the far end, negated */
};

static double head(const struct run *r)
{
	if (r->at == r->n)
		return INFINITY;
	return r->sign > 0 ? r->x[r->at] - r->shift : r->shift - r->x[r->n - 1 - r->at];
}

static struct walk walk(struct run a, struct run b)
{
	struct walk out = { 0, 0 };
	double seen = 0;

	while (a.at < a.n || b.at < b.n) {
		double value = fmin(head(&a), head(&b)), first = 0, t = 0;

		for (; a.at < a.n && head(&a) == value; a.at++)
			first++;
		for (; b.at < b.n && head(&b) == value; b.at++)
			t++;
		t += first;
		out.sum += first * (seen + (t + 1) / 2);
		out.ties += t * t * t - t;
		seen += t;
	}
	return out;
}

/* Statistic less expectation of the data shifted by d, in standard errors. */
static double mann_whitney_z(const struct shifted *s, double d, double *off)
{
	double n = (double)s->n, m = (double)s->m, all = n + m;
	struct walk w = walk((struct run){ s->x, 0, s->n, d, 1 }, (struct run){ s->y, 0, s->m, 0, 1 });
	double sd = sqrt(n * m / 12 * (all + 1 - w.ties / (all * (all - 1))));

	*off = w.sum - n * (n + 1) / 2 - n * m / 2;
	return (*off - correction(s->correct, s->alternative, *off)) / sd;
}

static double signed_rank_z(const struct shifted *s, double d, double *off)
{
	size_t below = 0, above;
	double k, sd;
	struct walk w;

	while (below < s->n && s->x[below] - d < 0)
		below++;
	for (above = below; above < s->n && s->x[above] - d == 0;)
		above++;
	k = (double)(below + s->n - above);
	w = walk((struct run){ s->x + above, 0, s->n - above, d, 1 }, (struct run){ s->x, 0, below, d, -1 });
	sd = sqrt(k * (k + 1) * (2 * k + 1) / 24 - w.ties / 48);
	*off = w.sum - k * (k + 1) / 4;
	return (*off - correction(s->correct, s->alternative, *off)) / sd;
}

static double shifted_z(void *arg, double d)
{
	const struct shifted *s = arg;
	double off;

	return (s->y != NULL ? mann_whitney_z(s, d, &off) : signed_rank_z(s, d, &off)) - s->goal;
}

/* Where the standardised statistic comes down to goal; an end where it never was above it. */
static bool cross(struct shifted *s, double goal, double lo, double hi, double *out)
{
	s->goal = goal;
	*out = lo;
	if (shifted_z(s, lo) <= 0)
		return true;
	*out = hi;
	if (shifted_z(s, hi) >= 0)
		return true;
	/* against the width of the data: a jump at 0 itself is never narrowed down to rounding */
	return an_root(shifted_z, s, lo, hi, 1e-14 * (hi - lo), out) == AN_OK;
}

static void normal_shift(struct shifted *s, const struct an_rank_options *o, struct an_rank_test *out)
{
	double lo = s->x[0], hi = s->x[s->n - 1];
	double tail = o->alternative == AN_TWO_SIDED ? (1 - o->level) / 2 : 1 - o->level;
	double z = an_normal_quantile(1 - tail);

	if (s->y != NULL) {
		lo -= s->y[s->m - 1];
		hi -= s->y[0];
	}
	s->goal = 0;
	if (!isfinite(shifted_z(s, lo)) || !isfinite(shifted_z(s, hi)))
		return; /* all of a sample the same */
	/* pairs so few that even the ends of the data are no surprise have no interval */
	out->has_interval = s->y != NULL || (shifted_z(s, lo) >= z && shifted_z(s, hi) <= -z);
	out->interval = (struct an_interval){ -INFINITY, INFINITY };
	if (out->has_interval && o->alternative != AN_LESS)
		out->has_interval = cross(s, z, lo, hi, &out->interval.lo);
	if (out->has_interval && o->alternative != AN_GREATER)
		out->has_interval = cross(s, -z, lo, hi, &out->interval.hi);
	s->correct = false;
	out->has_shift = cross(s, 0, lo, hi, &out->shift);
}

/* Order statistics of all differences or means of two; cdf: of the statistic, up to top. */
static enum an_status exact_shift(const struct shifted *s, const double *cdf, size_t top,
    const struct an_rank_options *o, struct an_work *work, struct an_rank_test *out)
{
	double *all = AN_WORK_ARRAY(work, double, top);
	double tail = o->alternative == AN_TWO_SIDED ? (1 - o->level) / 2 : 1 - o->level;
	size_t n = 0, low = 0;

	if (all == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = s->y != NULL ? 0 : i; j < (s->y != NULL ? s->m : s->n); j++)
			all[n++] = s->y != NULL ? s->x[i] - s->y[j] : (s->x[i] + s->x[j]) / 2;
	an_sort(all, n);
	while (low < top && cdf[low] < tail * (1 - 1e-14))
		low++;
	low = low > 0 ? low : 1;
	out->has_shift = out->has_interval = true;
	out->shift = an_median(all, n);
	out->interval.lo = o->alternative == AN_LESS ? -INFINITY : all[low - 1];
	out->interval.hi = o->alternative == AN_GREATER ? INFINITY : all[top - low];
	return AN_OK;
}

static enum an_status exact_test(const struct shifted *s, const struct an_rank_options *o, struct an_work *work,
    struct an_rank_test *out)
{
	size_t top = s->y != NULL ? s->n * s->m : s->n * (s->n + 1) / 2, u = (size_t)out->statistic;
	double *cdf = AN_WORK_ARRAY(work, double, top + 1);
	enum an_status status;

	if (cdf == NULL)
		return AN_ENOMEM;
	status = s->y != NULL ? an_mann_whitney_cdf(s->n, s->m, cdf) : an_signed_rank_cdf(s->n, cdf);
	if (status != AN_OK)
		return status;
	/* the upper tail is the lower one of the mirrored statistic */
	out->p = an_p_of(o->alternative, cdf[u], cdf[top - u]);
	return o->shift ? exact_shift(s, cdf, top, o, work, out) : AN_OK;
}

static enum an_status run_test(struct shifted *s, const struct an_rank_options *o, struct an_work *work,
    struct an_rank_test *out)
{
	bool few = s->n < EXACT_BELOW && s->m < EXACT_BELOW, possible = s->n + s->m <= AN_RANKS_MOST;
	double off, z;

	s->correct = o->correct;
	s->alternative = o->alternative;
	z = s->y != NULL ? mann_whitney_z(s, 0, &off) : signed_rank_z(s, 0, &off);
	out->exact =
	    !out->ties && !out->zeros && possible && o->exact != AN_EXACT_NO && (few || o->exact == AN_EXACT_YES);
	if (out->exact)
		return exact_test(s, o, work, out);
	if (!isfinite(z))
		return AN_ENOVARIANCE;
	out->has_z = true;
	out->z = z;
	out->p = an_p_of(o->alternative, gsl_cdf_ugaussian_P(z), gsl_cdf_ugaussian_Q(z));
	if (o->shift)
		normal_shift(s, o, out);
	return AN_OK;
}

/* Finite values, sorted into *to. */
static enum an_status sorted(const double *x, size_t n, struct an_work *work, double **to)
{
	*to = AN_WORK_ARRAY(work, double, n);
	if (*to == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return AN_EDATA;
	memcpy(*to, x, n * sizeof *x);
	an_sort(*to, n);
	return AN_OK;
}

enum an_status an_mann_whitney(const double *x, size_t n, const double *y, size_t m, const struct an_rank_options *o,
    struct an_work *work, struct an_rank_test *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *a = NULL, *b = NULL;
	enum an_status status;
	struct shifted s;
	struct walk w;

	memset(out, 0, sizeof *out);
	if (!(o->level > 0 && o->level < 1))
		return AN_EDATA;
	if (n == 0 || m == 0)
		return AN_ETOOFEW;
	status = sorted(x, n, work, &a);
	if (status == AN_OK)
		status = sorted(y, m, work, &b);
	if (status == AN_OK) {
		s = (struct shifted){ .x = a, .y = b, .n = n, .m = m };
		w = walk((struct run){ a, 0, n, 0, 1 }, (struct run){ b, 0, m, 0, 1 });
		out->ties = w.ties > 0;
		out->statistic = w.sum - (double)n * ((double)n + 1) / 2;
		out->expected = (double)n * (double)m / 2;
		out->used = (double)(n + m);
		status = run_test(&s, o, work, out);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_signed_rank(const double *d, size_t n, const struct an_rank_options *o, struct an_work *work,
    struct an_rank_test *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t below = 0, k = 0;
	enum an_status status;
	double *x = NULL;
	struct shifted s;
	struct walk w;

	memset(out, 0, sizeof *out);
	if (!(o->level > 0 && o->level < 1))
		return AN_EDATA;
	status = sorted(d, n, work, &x);
	for (size_t i = 0; status == AN_OK && i < n; i++) {
		below += x[i] < 0;
		if (x[i] != 0)
			x[k++] = x[i];
	}
	if (status == AN_OK && k == 0)
		status = AN_ETOOFEW;
	if (status == AN_OK) {
		s = (struct shifted){ .x = x, .n = k };
		w = walk((struct run){ x + below, 0, k - below, 0, 1 }, (struct run){ x, 0, below, 0, -1 });
		out->zeros = k < n;
		out->ties = w.ties > 0;
		out->statistic = w.sum;
		out->expected = (double)k * ((double)k + 1) / 4;
		out->used = (double)k;
		status = run_test(&s, o, work, out);
	}
	an_work_release(work, mark);
	return status;
}
