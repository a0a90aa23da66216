#include "analysis/stats/numeric/bounded.h"
#include "analysis/stats/numeric/line_search.h"
#include "analysis/stats/numeric/matrix.h"

#include <gsl/gsl_linalg.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MEMORY 5
#define TRIALS 20

struct search {
	const struct an_bounded *b;
	size_t n, pairs;
	double *x, *gradient; /* here */
	double *from, *from_gradient, *target, *step, *way, *until, *product;
	double *model, *part; /* n x n: second derivatives as known so far, and those of free parameters */
	bool *fixed;
	double *moved[MEMORY], *changed[MEMORY]; /* steps and the changes of the gradient, oldest first */
	double scale, value;
};

static void times_model(const struct search *s, const double *v, double *out)
{
	for (size_t i = 0; i < s->n; i++)
		out[i] = an_dot(s->model + i * s->n, v, s->n);
}

/* The model: a multiple of the identity, then the BFGS correction of each kept step. */
static void build_model(struct search *s)
{
	size_t n = s->n;

	for (size_t i = 0; i < n * n; i++)
		s->model[i] = i / n == i % n ? s->scale : 0;
	for (size_t p = 0; p < s->pairs; p++) {
		double ys = an_dot(s->changed[p], s->moved[p], n), sbs;

		times_model(s, s->moved[p], s->product);
		sbs = an_dot(s->product, s->moved[p], n);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < n; j++)
				s->model[i * n + j] +=
				    s->changed[p][i] * s->changed[p][j] / ys - s->product[i] * s->product[j] / sbs;
	}
}

static double left(const struct search *s)
{
	double most = 0;

	for (size_t i = 0; i < s->n; i++) {
		double g = s->gradient[i];

		g = g < 0 ? fmax(g, s->x[i] - s->b->hi) : fmin(g, s->x[i] - s->b->lo);
		most = fmax(most, fabs(g));
	}
	return most;
}

/* Where each parameter meets its bound on the way downhill; those that push against it are fixed. */
static void begin_path(struct search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		double g = s->gradient[i], x = s->x[i];

		s->fixed[i] = (x <= s->b->lo && g >= 0) || (x >= s->b->hi && g <= 0);
		s->way[i] = s->fixed[i] ? 0 : -g;
		s->until[i] = INFINITY;
		if (s->way[i] < 0)
			s->until[i] = (x - s->b->lo) / g;
		else if (s->way[i] > 0)
			s->until[i] = (x - s->b->hi) / g;
		s->target[i] = x;
	}
}

/* The first minimum of the model on the path of steepest descent bent at the bounds. */
static void cauchy_point(struct search *s)
{
	size_t n = s->n;
	double done = 0, least = 0;

	begin_path(s);
	for (size_t turn = 0; turn <= n; turn++) {
		double slope, curve, most = INFINITY, by;
		size_t next = n;

		for (size_t i = 0; i < n; i++)
			if (s->way[i] != 0 && s->until[i] < most) {
				most = s->until[i];
				next = i;
			}
		times_model(s, s->way, s->product);
		curve = an_dot(s->product, s->way, n);
		least = turn == 0 ? DBL_EPSILON * curve : least;
		curve = fmax(curve, least);
		slope = an_dot(s->gradient, s->way, n);
		for (size_t i = 0; i < n; i++)
			slope += s->product[i] * (s->target[i] - s->x[i]);
		if (!(curve > 0) || !(slope < 0))
			return;
		by = fmin(-slope / curve, most - done);
		for (size_t i = 0; i < n; i++)
			s->target[i] += by * s->way[i];
		if (next == n || by < most - done)
			return;
		s->target[next] = s->way[next] > 0 ? s->b->hi : s->b->lo;
		s->way[next] = 0;
		s->fixed[next] = true;
		done = most;
	}
}

/* From there to the model's minimum over the free parameters, as far as the bounds allow.
 * False: the model is not positive definite. */
static bool subspace_minimum(struct search *s)
{
	size_t n = s->n, f = 0, first = n;
	double share = 1;
	gsl_matrix_view m;
	gsl_vector_view v;

	for (size_t i = 0; i < n; i++)
		s->step[i] = s->target[i] - s->x[i];
	times_model(s, s->step, s->product);
	for (size_t i = 0; i < n; i++) {
		if (s->fixed[i])
			continue;
		s->way[f++] = -(s->gradient[i] + s->product[i]);
	}
	if (f == 0)
		return true;
	for (size_t i = 0, a = 0; i < n; i++)
		for (size_t j = 0; !s->fixed[i] && j < n; j++)
			if (!s->fixed[j])
				s->part[a++] = s->model[i * n + j];
	m = gsl_matrix_view_array(s->part, f, f);
	v = gsl_vector_view_array(s->way, f);
	if (gsl_linalg_cholesky_decomp1(&m.matrix) != 0 || gsl_linalg_cholesky_svx(&m.matrix, &v.vector) != 0)
		return false;
	for (size_t i = 0, a = 0; i < n; i++) {
		double room;

		if (s->fixed[i])
			continue;
		if (!isfinite(s->way[a]))
			return false;
		room = (s->way[a] > 0 ? s->b->hi : s->b->lo) - s->target[i];
		if (s->way[a] != 0 && room / s->way[a] < share) {
			share = fmax(0, room / s->way[a]);
			first = i;
		}
		a++;
	}
	for (size_t i = 0, a = 0; i < n; i++) {
		if (s->fixed[i])
			continue;
		if (i == first)
			s->target[i] = s->way[a] > 0 ? s->b->hi : s->b->lo;
		else
			s->target[i] += share * s->way[a];
		a++;
	}
	return true;
}

static double longest(const struct search *s, bool first)
{
	double most = 1e10;

	if (first)
		return 1;
	for (size_t i = 0; i < s->n; i++) {
		double room = (s->step[i] > 0 ? s->b->hi : s->b->lo) - s->x[i];

		if (s->step[i] != 0)
			most = fmin(most, fmax(0, room / s->step[i]));
	}
	return fmax(1, most); /* the target lies within the bounds, but for rounding */
}

/* Along s->step; true: x, gradient and value are those of a better point. */
static bool search_line(struct search *s, bool first, double *length)
{
	double before = s->value, slope = an_dot(s->gradient, s->step, s->n), most = longest(s, first);
	struct an_line_search l;

	memcpy(s->from, s->x, s->n * sizeof *s->x);
	memcpy(s->from_gradient, s->gradient, s->n * sizeof *s->x);
	if (slope < 0) {
		an_line_search_begin(&l, before, slope, 1, most);
		for (int trial = 0; trial < TRIALS; trial++) {
			for (size_t i = 0; i < s->n; i++)
				s->x[i] = l.step == 1 ? s->target[i] : s->from[i] + l.step * s->step[i];
			s->value = s->b->fn(s->b->arg, s->x, s->gradient);
			if (!isfinite(s->value))
				break;
			*length = l.step;
			if (an_line_search_done(&l, s->value, an_dot(s->gradient, s->step, s->n)))
				return true;
		}
	}
	memcpy(s->x, s->from, s->n * sizeof *s->x);
	memcpy(s->gradient, s->from_gradient, s->n * sizeof *s->x);
	s->value = before;
	return false;
}

/* Keeps what the last step taught, unless the slope did not rise along it. */
static void learn(struct search *s, double length)
{
	double *moved, *changed, fall = -length * an_dot(s->from_gradient, s->step, s->n);
	double along = length * an_dot(s->gradient, s->step, s->n) + fall;

	if (along <= DBL_EPSILON * fall)
		return;
	if (s->pairs == MEMORY) {
		moved = s->moved[0];
		changed = s->changed[0];
		memmove(s->moved, s->moved + 1, (MEMORY - 1) * sizeof *s->moved);
		memmove(s->changed, s->changed + 1, (MEMORY - 1) * sizeof *s->changed);
		s->moved[MEMORY - 1] = moved;
		s->changed[MEMORY - 1] = changed;
		s->pairs--;
	}
	moved = s->moved[s->pairs];
	changed = s->changed[s->pairs];
	s->pairs++;
	for (size_t i = 0; i < s->n; i++) {
		moved[i] = length * s->step[i];
		changed[i] = s->gradient[i] - s->from_gradient[i];
	}
	s->scale = an_dot(changed, changed, s->n) / along;
}

static void forget(struct search *s)
{
	s->pairs = 0;
	s->scale = 1;
}

static int run(struct search *s)
{
	const struct an_bounded *b = s->b;
	int steps = 0;

	while (steps < b->most && left(s) > 0) {
		double before = s->value, length = 1;
		bool ok;

		build_model(s);
		cauchy_point(s);
		ok = s->pairs == 0 || subspace_minimum(s);
		for (size_t i = 0; i < s->n; i++)
			s->step[i] = s->target[i] - s->x[i];
		if (!ok || !search_line(s, steps == 0, &length)) {
			if (s->pairs == 0)
				break;
			forget(s);
			continue;
		}
		steps++;
		if (before - s->value <= b->reduction * fmax(1, fmax(fabs(before), fabs(s->value))))
			break;
		learn(s, length);
	}
	return steps;
}

enum an_status an_bounded_minimum(const struct an_bounded *b, double *x, struct an_work *work, int *steps,
    double *value)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t n = b->n;
	double *room = AN_WORK_ARRAY(work, double, (8 + 2 * MEMORY) * n + 2 * n * n);
	struct search s = { .b = b, .n = n, .x = x, .fixed = AN_WORK_ARRAY(work, bool, n), .scale = 1 };
	double **part[] = { &s.gradient, &s.from, &s.from_gradient, &s.target, &s.step, &s.way, &s.until, &s.product };
	enum an_status status = AN_ENOMEM;

	if (room == NULL || s.fixed == NULL)
		goto done;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++, room += n)
		*part[i] = room;
	for (size_t i = 0; i < MEMORY; i++, room += 2 * n) {
		s.moved[i] = room;
		s.changed[i] = room + n;
	}
	s.model = room;
	s.part = room + n * n;
	for (size_t i = 0; i < n; i++)
		x[i] = fmin(b->hi, fmax(b->lo, x[i]));
	s.value = b->fn(b->arg, x, s.gradient);
	status = isfinite(s.value) ? AN_OK : AN_EDATA;
	if (status == AN_OK)
		*steps = run(&s);
	*value = s.value;
done:
	an_work_release(work, mark);
	return status;
}
