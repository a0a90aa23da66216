/* By Fisher's identity the slopes of the marginal log-likelihood are those of the complete-data one
 * at the expected counts of answers by point of theta.  The complete-data information, block by
 * item, is the first metric of a BFGS search, which then learns how much of it the unknown theta
 * takes away; the end is exact: observed information by Louis (1982),
 *   I = I_complete - sum over people of Var(score of the complete data | answers). */
#include "analysis/stats/test/irt_model.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/numeric/pattern.h"
#include "analysis/stats/numeric/quantile.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define SEARCH_STEPS   500
#define NEWTON_STEPS   30
#define SMALL_STEP     1e-9
#define SMALL_DECREASE 1e-7
#define LEAST_GAP      1e-8 /* between neighbouring intercepts */
#define CHUNKS	       8    /* fixed, so that sums are taken in one order on any machine */
#define SMALL_WEIGHT   1e-16

struct mml {
	size_t k, p, patterns;
	struct an_irt_grid grid;
	unsigned char *code; /* patterns x k */
	double *people;	     /* by pattern */
	double *count[CHUNKS], *louis[CHUNKS], part[CHUNKS];
	double *post[CHUNKS], *score[CHUNKS], *mean[CHUNKS];
	double *b, *next, *g, *g_next, *step, *y;
	double *metric, *info; /* p x p */
	double loglik;
};

enum { COUNT_SIZE = AN_IRT_CATEGORIES * AN_IRT_POINTS };

static enum an_status categories(struct an_view x, size_t j, double *column, struct an_irt_item *out)
{
	memset(out, 0, sizeof *out);
	out->n = an_view_column(x, j, column);
	an_sort(column, out->n);
	for (size_t i = 0; i < out->n; i++) {
		if (i > 0 && column[i] == column[i - 1])
			continue;
		if (out->categories == AN_IRT_CATEGORIES)
			return AN_EDATA;
		out->value[out->categories++] = column[i];
	}
	return out->categories < 2 ? AN_ENOVARIANCE : AN_OK;
}

enum an_status an_irt_shape(struct an_view x, bool equal_slopes, struct an_work *work, struct an_irt_item *items,
    size_t *parameters)
{
	struct an_work_mark mark = an_work_mark(work);
	double *column = AN_WORK_ARRAY(work, double, x.rows);
	enum an_status status = AN_ENOMEM;
	struct an_missing missing;

	if (column != NULL)
		status = an_view_check(x, &missing);
	for (size_t j = 0; status == AN_OK && j < x.cols; j++)
		status = categories(x, j, column, items + j);
	*parameters = equal_slopes ? 1 : x.cols;
	for (size_t j = 0; status == AN_OK && j < x.cols; j++) {
		items[j].slope = equal_slopes ? 0 : j;
		items[j].first = *parameters;
		*parameters += items[j].categories - 1;
	}
	an_work_release(work, mark);
	return status == AN_OK && x.cols < 3 ? AN_ETOOFEW : status;
}

static enum an_status collapse(struct mml *m, struct an_view x, const struct an_irt_item *items, struct an_work *work,
    struct an_irt *out)
{
	unsigned char *code = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	struct an_counted seen;
	enum an_status status;

	if (code == NULL)
		return AN_ENOMEM;
	an_irt_code(x, items, code);
	status = an_patterns_count(code, x.rows, x.cols, AN_IRT_MISSING, work, &seen);
	if (status != AN_OK)
		return status;
	m->code = seen.code;
	m->people = seen.count;
	out->patterns = m->patterns = seen.n;
	out->people = seen.rows;
	return out->people >= 2 ? AN_OK : AN_ETOOFEW;
}

static bool room(struct mml *m, struct an_work *work)
{
	size_t p = m->p;
	double *d = AN_WORK_ARRAY(work, double, 6 * p + 2 * p * p);

	for (size_t c = 0; c < CHUNKS; c++) {
		m->count[c] = AN_WORK_ARRAY(work, double, m->k *COUNT_SIZE);
		m->louis[c] = AN_WORK_ARRAY(work, double, p *p);
		m->post[c] = AN_WORK_ARRAY(work, double, m->grid.points);
		m->score[c] = AN_WORK_ARRAY(work, double, p);
		m->mean[c] = AN_WORK_ARRAY(work, double, p);
		if (!m->count[c] || !m->louis[c] || !m->post[c] || !m->score[c] || !m->mean[c])
			return false;
	}
	if (d == NULL)
		return false;
	m->b = d;
	m->next = d + p;
	m->g = d + 2 * p;
	m->g_next = d + 3 * p;
	m->step = d + 4 * p;
	m->y = d + 5 * p;
	m->metric = d + 6 * p;
	m->info = m->metric + p * p;
	return true;
}

static void expect_chunk(void *arg, size_t chunk)
{
	struct mml *m = arg;
	double *count = m->count[chunk], *post = m->post[chunk];
	size_t q_most = m->grid.points;

	memset(count, 0, m->k * COUNT_SIZE * sizeof *count);
	m->part[chunk] = 0;
	for (size_t n = chunk * m->patterns / CHUNKS; n < (chunk + 1) * m->patterns / CHUNKS; n++) {
		const unsigned char *code = m->code + n * m->k;

		m->part[chunk] += m->people[n] * an_irt_posterior(&m->grid, code, post);
		for (size_t j = 0; j < m->k; j++) {
			double *r = count + j * COUNT_SIZE;

			if (code[j] == AN_IRT_MISSING)
				continue;
			for (size_t q = 0; q < q_most; q++)
				r[code[j] * q_most + q] += m->people[n] * post[q];
		}
	}
}

/* Log-likelihood at b; leaves the expected counts in count[0] and the grid at b. */
static double expect(struct mml *m, const double *b)
{
	double l = 0;

	for (size_t j = 0; j < m->k; j++)
		for (size_t c = 1; c + 1 < m->grid.items[j].categories; c++)
			if (!(b[m->grid.items[j].first + c - 1] - b[m->grid.items[j].first + c] > LEAST_GAP))
				return -INFINITY;
	an_irt_grid_set(&m->grid, b);
	an_parallel(CHUNKS, expect_chunk, m);
	for (size_t c = 0; c < CHUNKS; c++) {
		l += m->part[c];
		for (size_t i = 0; c > 0 && i < m->k * COUNT_SIZE; i++)
			m->count[0][i] += m->count[c][i];
	}
	return l;
}

/* Three parameters of a cell: slope, d_c, d_(c+1); the ones that are not there have place p. */
static void places(const struct mml *m, const struct an_irt_item *item, size_t c, size_t at[3])
{
	at[0] = item->slope;
	at[1] = c > 0 ? item->first + c - 1 : m->p;
	at[2] = c + 1 < item->categories ? item->first + c : m->p;
}

/* Slopes from the expected counts, and the complete-data information when asked. */
static void derive(const struct mml *m, const double *b, double *g, double *info)
{
	memset(g, 0, m->p * sizeof *g);
	if (info != NULL)
		memset(info, 0, m->p * m->p * sizeof *info);
	for (size_t j = 0; j < m->k; j++)
		for (size_t c = 0; c < m->grid.items[j].categories; c++)
			for (size_t q = 0; q < m->grid.points; q++) {
				double t = m->grid.point[q];
				double r = m->count[0][j * COUNT_SIZE + c * m->grid.points + q];
				struct an_irt_cell x;
				double u[3], h[3][3];
				size_t at[3];

				an_irt_cell(m->grid.items + j, b, c, t, &x);
				places(m, m->grid.items + j, c, at);
				u[0] = t * (x.upper + x.lower);
				u[1] = x.upper;
				u[2] = x.lower;
				h[0][0] = t * t * (x.upper2 + x.lower2 + 2 * x.both);
				h[0][1] = h[1][0] = t * (x.upper2 + x.both);
				h[0][2] = h[2][0] = t * (x.lower2 + x.both);
				h[1][1] = x.upper2;
				h[2][2] = x.lower2;
				h[1][2] = h[2][1] = x.both;
				for (size_t i = 0; i < 3; i++) {
					if (at[i] == m->p)
						continue;
					g[at[i]] += r * u[i];
					for (size_t l = 0; info != NULL && l < 3; l++)
						if (at[l] != m->p)
							info[at[i] * m->p + at[l]] -= r * h[i][l];
				}
			}
}

/* Score of the complete data at one point. */
static void score_at(const struct mml *m, const unsigned char *code, size_t q, double *s)
{
	memset(s, 0, m->p * sizeof *s);
	for (size_t j = 0; j < m->k; j++) {
		struct an_irt_cell x;
		size_t at[3];

		if (code[j] == AN_IRT_MISSING)
			continue;
		an_irt_cell(m->grid.items + j, m->b, code[j], m->grid.point[q], &x);
		places(m, m->grid.items + j, code[j], at);
		s[at[0]] += m->grid.point[q] * (x.upper + x.lower);
		if (at[1] != m->p)
			s[at[1]] += x.upper;
		if (at[2] != m->p)
			s[at[2]] += x.lower;
	}
}

static void add_square(double *to, const double *s, size_t p, double w)
{
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; s[i] != 0 && j <= i; j++)
			to[i * p + j] += w * s[i] * s[j];
}

/* Variance of that score given the answers, over the people of a chunk; lower triangle. */
static void louis_chunk(void *arg, size_t chunk)
{
	struct mml *m = arg;
	double *louis = m->louis[chunk], *post = m->post[chunk], *s = m->score[chunk], *mean = m->mean[chunk];

	memset(louis, 0, m->p * m->p * sizeof *louis);
	for (size_t n = chunk * m->patterns / CHUNKS; n < (chunk + 1) * m->patterns / CHUNKS; n++) {
		const unsigned char *code = m->code + n * m->k;

		an_irt_posterior(&m->grid, code, post);
		memset(mean, 0, m->p * sizeof *mean);
		for (size_t q = 0; q < m->grid.points; q++) {
			if (post[q] < SMALL_WEIGHT)
				continue;
			score_at(m, code, q, s);
			for (size_t i = 0; i < m->p; i++)
				mean[i] += post[q] * s[i];
			add_square(louis, s, m->p, m->people[n] * post[q]);
		}
		add_square(louis, mean, m->p, -m->people[n]);
	}
}

/* Observed information at b, where expect() was. */
static void observe(struct mml *m)
{
	size_t p = m->p;

	derive(m, m->b, m->g, m->info);
	an_parallel(CHUNKS, louis_chunk, m);
	for (size_t c = 0; c < CHUNKS; c++)
		for (size_t i = 0; i < p; i++)
			for (size_t j = 0; j <= i; j++)
				m->info[i * p + j] -= m->louis[c][i * p + j];
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < i; j++)
			m->info[j * p + i] = m->info[i * p + j];
}

static bool invert(double *a, size_t p)
{
	gsl_matrix_view v = gsl_matrix_view_array(a, p, p);

	if (gsl_linalg_cholesky_decomp1(&v.matrix) != 0)
		return false;
	for (size_t i = 0; i < p; i++)
		if (!isfinite(a[i * p + i]) || !(a[i * p + i] > 0))
			return false;
	return gsl_linalg_cholesky_invert(&v.matrix) == 0;
}

/* step = metric * g; returns the increase that it promises, g' metric g. */
static double direction(struct mml *m, const double *metric)
{
	double promise = 0;

	for (size_t i = 0; i < m->p; i++) {
		m->step[i] = 0;
		for (size_t j = 0; j < m->p; j++)
			m->step[i] += metric[i * m->p + j] * m->g[j];
		promise += m->step[i] * m->g[i];
	}
	return promise;
}

/* Halves the step until the likelihood rises enough; leaves expected counts at the new place.
 * Returns the part of the step taken, 0 when none helped. */
static double advance(struct mml *m, double promise)
{
	for (double part = 1; part > 1e-9; part /= 2) {
		double l, noise = 1e-13 * fabs(m->loglik);

		for (size_t i = 0; i < m->p; i++)
			m->next[i] = m->b[i] + part * m->step[i];
		l = expect(m, m->next);
		if (isfinite(l) && l >= m->loglik + 1e-4 * part * promise - noise) {
			m->loglik = l;
			memcpy(m->b, m->next, m->p * sizeof *m->b);
			return part;
		}
	}
	m->loglik = expect(m, m->b);
	return 0;
}

/* BFGS update of the inverse: step s = part * step, y = fall of the slopes along it. */
static void learn(struct mml *m, double part)
{
	size_t p = m->p;
	double sy = 0, yhy = 0, *hy = m->next;

	for (size_t i = 0; i < p; i++) {
		m->step[i] *= part;
		m->y[i] = m->g[i] - m->g_next[i];
		sy += m->step[i] * m->y[i];
	}
	if (!(sy > 0))
		return;
	for (size_t i = 0; i < p; i++) {
		hy[i] = 0;
		for (size_t j = 0; j < p; j++)
			hy[i] += m->metric[i * p + j] * m->y[j];
		yhy += m->y[i] * hy[i];
	}
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < p; j++)
			m->metric[i * p + j] +=
			    ((1 + yhy / sy) * m->step[i] * m->step[j] - hy[i] * m->step[j] - m->step[i] * hy[j]) / sy;
}

static enum an_status search(struct mml *m, struct an_work *work, struct an_irt *out)
{
	m->loglik = expect(m, m->b);
	derive(m, m->b, m->g, m->metric);
	if (!isfinite(m->loglik) || !invert(m->metric, m->p))
		return AN_ENOCONVERGE;
	for (int i = 0; i < SEARCH_STEPS; i++) {
		double promise = direction(m, m->metric), part;

		if (promise < SMALL_DECREASE)
			return AN_OK;
		part = advance(m, promise);
		out->fit.iterations++;
		if (part == 0)
			return AN_OK; /* Newton's steps decide */
		if (!an_work_go_on(work, (double)i / SEARCH_STEPS))
			return AN_ESTOPPED;
		if (i == 4) { /* a better metric now that the worst is over */
			derive(m, m->b, m->g, m->metric);
			if (!an_work_still(work))
				return AN_ESTOPPED;
			if (!invert(m->metric, m->p))
				return AN_ENOCONVERGE;
			continue;
		}
		derive(m, m->b, m->g_next, NULL);
		learn(m, part);
		memcpy(m->g, m->g_next, m->p * sizeof *m->g);
	}
	return AN_OK;
}

static enum an_status polish(struct mml *m, struct an_work *work, struct an_irt *out)
{
	for (int i = 0; i < NEWTON_STEPS; i++) {
		double most = 0, promise;

		observe(m);
		if (!an_work_go_on(work, 0.9))
			return AN_ESTOPPED;
		if (!invert(m->info, m->p))
			return AN_ENOCONVERGE;
		if (!an_work_still(work))
			return AN_ESTOPPED;
		promise = direction(m, m->info);
		out->fit.gradient = 0;
		for (size_t j = 0; j < m->p; j++) {
			most = fmax(most, fabs(m->step[j]));
			out->fit.gradient = fmax(out->fit.gradient, fabs(m->g[j]));
		}
		/* m->info now holds the inverse at b */
		if (most < SMALL_STEP || (promise < 1e-16 * fabs(m->loglik) && most < 1e-6)) {
			out->fit.converged = true;
			return AN_OK;
		}
		if (advance(m, promise) == 0)
			return AN_ENOCONVERGE;
		out->fit.iterations++;
		if (!an_work_go_on(work, 0.9))
			return AN_ESTOPPED;
	}
	return AN_ENOCONVERGE;
}

/* Slopes by the correlation of an item with the sum of the others' places, intercepts by the
 * shares at or above a category. */
static void start(struct mml *m)
{
	bool equal = m->grid.items[0].first == 1;

	for (size_t j = 0; j < m->k; j++) {
		const struct an_irt_item *it = m->grid.items + j;
		double n = 0, s = 0, sx = 0, sxx = 0, sy = 0, syy = 0, sxy = 0, above = 0, r;

		for (size_t p = 0; p < m->patterns; p++) {
			const unsigned char *code = m->code + p * m->k;
			double w = m->people[p], x = code[j], y = 0, has = 0;

			for (size_t i = 0; i < m->k; i++)
				if (i != j && code[i] != AN_IRT_MISSING) {
					y += (double)code[i] / (double)(m->grid.items[i].categories - 1);
					has++;
				}
			if (code[j] == AN_IRT_MISSING)
				continue;
			n += w;
			if (has == 0)
				continue;
			y /= has;
			s += w;
			sx += w * x;
			sxx += w * x * x;
			sy += w * y;
			syy += w * y * y;
			sxy += w * x * y;
		}
		r = (s * sxy - sx * sy) / sqrt(fmax((s * sxx - sx * sx) * (s * syy - sy * sy), 1e-300));
		m->b[it->slope] = equal ? 1 : (r < 0 ? -1 : 1) * fmin(2, fmax(0.5, 2.5 * fabs(r)));
		for (size_t c = it->categories - 1; c > 0; c--) {
			for (size_t p = 0; p < m->patterns; p++)
				above += m->code[p * m->k + j] == c ? m->people[p] : 0;
			m->b[it->first + c - 1] = 1.2 * log(above / (n - above));
		}
	}
}

/* Turns theta round when most slopes are negative. */
static void orient(struct mml *m)
{
	double sum = 0;
	size_t slopes = m->grid.items[0].first;

	for (size_t j = 0; j < slopes; j++)
		sum += m->b[j];
	if (sum >= 0)
		return;
	for (size_t i = 0; i < slopes; i++) {
		m->b[i] = -m->b[i];
		for (size_t j = slopes; j < m->p; j++) {
			m->info[i * m->p + j] = -m->info[i * m->p + j];
			m->info[j * m->p + i] = -m->info[j * m->p + i];
		}
	}
}

enum an_status an_irt(struct an_view x, const struct an_irt_item *items, size_t parameters, struct an_work *work,
    struct an_irt *out, double *parameter, double *cov)
{
	struct an_work_mark mark = an_work_mark(work);
	struct mml m = { .k = x.cols, .p = parameters };
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->parameters = parameters;
	status = an_view_check(x, &out->missing);
	if (status == AN_OK)
		status = collapse(&m, x, items, work, out);
	if (status == AN_OK && (!an_irt_grid_new(&m.grid, items, m.k, work) || !room(&m, work)))
		status = AN_ENOMEM;
	if (status == AN_OK) {
		start(&m);
		status = search(&m, work, out);
	}
	if (status == AN_OK)
		status = polish(&m, work, out);
	for (size_t i = 0; status == AN_OK && i < items[0].first; i++)
		if (!(fabs(m.b[i]) < AN_IRT_SLOPE_MOST))
			status = AN_ENOCONVERGE;
	if (status == AN_OK) {
		orient(&m);
		memcpy(parameter, m.b, m.p * sizeof *parameter);
		if (cov != NULL)
			memcpy(cov, m.info, m.p * m.p * sizeof *cov);
		out->loglik = m.loglik;
		out->aic = 2 * (double)m.p - 2 * m.loglik;
		out->bic = log((double)out->people) * (double)m.p - 2 * m.loglik;
	}
	an_work_release(work, mark);
	return status;
}
