#include "analysis/stats/table/fisher.h"
#include "analysis/stats/numeric/root.h"

#include <float.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

#define SLACK 1e-7
#define STEPS 200
#define FAR   700 /* log odds beyond which nothing changes */

/* The distribution of the first cell given the margins, when the odds ratio is exp(log_odds). */
struct support {
	double lo, hi, at;
	const double *log_density; /* at odds ratio 1, from lo to hi */
};

static double factorial(double n)
{
	return gsl_sf_lngamma(n + 1);
}

/* Sums of the density below, at and above the first cell, and its mean. */
struct shape {
	double below, same, above, mean;
};

static struct shape shape_at(const struct support *s, double log_odds)
{
	size_t values = (size_t)(s->hi - s->lo) + 1;
	double most = -INFINITY, sum = 0;
	struct shape out = { 0, 0, 0, 0 };

	for (size_t i = 0; i < values; i++)
		most = fmax(most, s->log_density[i] + log_odds * (double)i);
	for (size_t i = 0; i < values; i++) {
		double x = s->lo + (double)i, d = exp(s->log_density[i] + log_odds * (double)i - most);

		*(x < s->at ? &out.below : x > s->at ? &out.above : &out.same) += d;
		out.mean += d * (x - s->at);
		sum += d;
	}
	out.below /= sum;
	out.same /= sum;
	out.above /= sum;
	out.mean /= sum;
	return out;
}

/* What must be 0: the mean for the estimate, a tail less its share for an end. */
enum root { ROOT_MEAN, ROOT_LOWER, ROOT_UPPER };

static double off(const struct support *s, enum root which, double tail, double log_odds)
{
	struct shape d = shape_at(s, log_odds);

	if (which == ROOT_MEAN)
		return d.mean;
	/* both rise with the odds ratio */
	return which == ROOT_LOWER ? d.same + d.above - tail : tail - d.same - d.below;
}

static double root(const struct support *s, enum root which, double tail)
{
	double lo = -1, hi = 1;

	while (lo > -FAR && off(s, which, tail, lo) > 0)
		lo *= 2;
	while (hi < FAR && off(s, which, tail, hi) < 0)
		hi *= 2;
	for (int i = 0; i < STEPS && hi - lo > 1e-13; i++) {
		double mid = lo + (hi - lo) / 2, x = off(s, which, tail, mid);

		if (x < 0)
			lo = mid;
		else
			hi = mid;
	}
	return exp(lo + (hi - lo) / 2);
}

/* The search of R's fisher.test: over the odds ratio up to 1, or over its inverse. */
struct search {
	const struct support *s;
	enum root which;
	double tail;
	bool inverse;
};

static double off_at(void *arg, double t)
{
	const struct search *r = arg;
	double steps = r->s->at - r->s->lo;

	if (t > 0)
		return off(r->s, r->which, r->tail, r->inverse ? -log(t) : log(t));
	/* odds of 0: the lowest first cell for certain */
	if (r->which == ROOT_MEAN)
		return -steps;
	return r->which == ROOT_LOWER ? (steps == 0) - r->tail : r->tail - 1;
}

static double root_as_r(const struct support *s, enum root which, double tail)
{
	const double tol = sqrt(sqrt(DBL_EPSILON));
	double middle = off(s, which, tail, 0), t = 1;
	struct search r = { s, which, tail, middle < 0 };

	if (middle == 0 || an_root(off_at, &r, r.inverse ? DBL_EPSILON : 0, 1, tol, &t) != AN_OK)
		return 1;
	return r.inverse ? 1 / t : t;
}

static bool whole(const double *count, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(count[i] >= 0) || floor(count[i]) != count[i])
			return false;
		sum += count[i];
	}
	return sum <= AN_FISHER_MOST;
}

static void tails(const struct support *s, struct an_fisher_2x2 *out)
{
	struct shape d = shape_at(s, 0);
	size_t values = (size_t)(s->hi - s->lo) + 1;
	double limit = s->log_density[(size_t)(s->at - s->lo)] + log1p(SLACK), most = -INFINITY, sum = 0, p = 0;

	for (size_t i = 0; i < values; i++)
		most = fmax(most, s->log_density[i]);
	for (size_t i = 0; i < values; i++) {
		double x = exp(s->log_density[i] - most);

		sum += x;
		p += s->log_density[i] <= limit ? x : 0;
	}
	out->p = fmin(1, p / sum);
	out->less = fmin(1, d.below + d.same);
	out->greater = fmin(1, d.same + d.above);
}

enum an_status an_fisher_2x2(const double count[4], double level, struct an_work *work, struct an_fisher_2x2 *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double first = count[0] + count[2], second = count[1] + count[3], top = count[0] + count[1], *density;
	struct support s = { fmax(0, top - second), fmin(top, first), count[0], NULL };

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || !whole(count, 4))
		return AN_EDATA;
	if (!(first > 0 && second > 0 && top > 0 && count[2] + count[3] > 0))
		return AN_ENOVARIANCE;
	density = AN_WORK_ARRAY(work, double, (size_t)(s.hi - s.lo) + 1);
	if (density == NULL)
		return AN_ENOMEM;
	for (double x = s.lo; x <= s.hi; x++)
		density[(size_t)(x - s.lo)] =
		    -factorial(x) - factorial(top - x) - factorial(first - x) - factorial(second - top + x);
	s.log_density = density;
	tails(&s, out);
	out->has_odds_ratio = s.at < s.hi;
	out->has_hi = s.at < s.hi;
	if (s.at > s.lo && s.at < s.hi) {
		out->odds_ratio = root(&s, ROOT_MEAN, 0);
		out->as_r.odds_ratio = root_as_r(&s, ROOT_MEAN, 0);
	}
	if (s.at > s.lo) {
		out->interval.lo = root(&s, ROOT_LOWER, (1 - level) / 2);
		out->as_r.interval.lo = root_as_r(&s, ROOT_LOWER, (1 - level) / 2);
	}
	if (s.at < s.hi) {
		out->interval.hi = root(&s, ROOT_UPPER, (1 - level) / 2);
		out->as_r.interval.hi = root_as_r(&s, ROOT_UPPER, (1 - level) / 2);
	}
	an_work_release(work, mark);
	return AN_OK;
}

/* Margins as whole numbers, the shorter side as rows: the network then has fewer places. */
static enum an_status whole_margins(struct an_table t, struct an_work *work, struct an_fisher_margins *m)
{
	bool turned = t.rows > t.cols;
	double *row = AN_WORK_ARRAY(work, double, t.rows), *col = AN_WORK_ARRAY(work, double, t.cols), n;
	size_t *part[2] = { AN_WORK_ARRAY(work, size_t, t.rows), AN_WORK_ARRAY(work, size_t, t.cols) };

	if (row == NULL || col == NULL || part[0] == NULL || part[1] == NULL)
		return AN_ENOMEM;
	if (an_table_margins(t, row, col, &n) != AN_OK)
		return AN_EDATA;
	for (size_t i = 0; i < t.rows; i++)
		part[0][i] = (size_t)row[i];
	for (size_t j = 0; j < t.cols; j++)
		part[1][j] = (size_t)col[j];
	for (size_t i = 0; i < t.rows; i++)
		if (part[0][i] == 0)
			return AN_ENOVARIANCE;
	for (size_t j = 0; j < t.cols; j++)
		if (part[1][j] == 0)
			return AN_ENOVARIANCE;
	m->row = part[turned];
	m->col = part[!turned];
	m->rows = turned ? t.cols : t.rows;
	m->cols = turned ? t.rows : t.cols;
	m->n = (size_t)n;
	for (size_t i = 0; i < t.rows * t.cols; i++)
		m->observed += factorial(t.count[i]);
	return AN_OK;
}

enum an_status an_fisher(struct an_table t, bool exact, size_t replicates, uint64_t seed, struct an_work *work,
    struct an_fisher *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_fisher_margins m = { 0 };
	enum an_status status;
	size_t hits = 0;

	memset(out, 0, sizeof *out);
	if (t.rows < 2 || t.cols < 2)
		return AN_ETOOFEW;
	if (!whole(t.count, t.rows * t.cols))
		return AN_EDATA;
	status = whole_margins(t, work, &m);
	if (status == AN_OK && exact) {
		status = an_fisher_network(&m, work, &out->p);
		out->exact = status == AN_OK;
	}
	if (status == AN_ENOCONVERGE || (status == AN_OK && !out->exact)) {
		status = replicates < 100 ? AN_ETOOFEW : an_fisher_simulate(&m, replicates, seed, work, &hits);
		out->replicates = replicates;
		out->p = (1 + (double)hits) / (1 + (double)replicates);
		out->se = sqrt(out->p * (1 - out->p) / (double)replicates);
	}
	an_work_release(work, mark);
	return status;
}
