/* Newton's method on the conditional log-likelihood, which is concave: with s_i the right answers
 * to item i and n_r the people with score r (of those with one set of items),
 *   log L = -sum s_i b_i - sum n_r log gamma_r(b),
 * slope  sum n_r P(i | r) - s_i, information  sum n_r Cov(answers | r).  The information is
 * singular along (1, ..., 1); c times the matrix of ones is added there, which changes no step
 * that sums to zero, and taken away again for the standard errors. */
#include "analysis/stats/test/rasch.h"
#include "analysis/stats/test/esf.h"
#include "analysis/stats/numeric/pattern.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ITERATIONS 200
#define SMALL_STEP 1e-9

/* People with one set of items: which ones, and how many people by score. */
struct part {
	size_t k, *item;
	double *people; /* k + 1 */
};

struct cml {
	size_t k, parts, most; /* most: of the items of one part */
	struct part *part;
	double *right; /* right answers by item */
	double *b, *next, *slope, *info, *step;
	double *one, *gamma, *pr, *pw; /* of one part: difficulties, log gamma, P(right), P(wrong) */
	double *small;		       /* its information */
	double loglik;
};

static enum an_status check(struct an_view x, struct an_rasch *out, struct an_rasch_item *items)
{
	enum an_status status = an_view_check(x, &out->missing);

	for (size_t j = 0; status == AN_OK && j < x.cols; j++) {
		double right = 0;

		memset(items + j, 0, sizeof items[j]);
		for (size_t i = 0; i < x.rows; i++) {
			double v = an_view_has(x, i, j) ? an_view_at(x, i, j) : 0;

			if (v != 0 && v != 1)
				return AN_EDATA;
			right += v;
			items[j].n += an_view_has(x, i, j);
		}
		items[j].share = items[j].n > 0 ? right / (double)items[j].n : 0;
		items[j].used = right > 0 && right < (double)items[j].n;
		out->items += items[j].used;
	}
	return status;
}

/* reach[j] where item j is reached from the first by steps "somebody has this one right and that
 * one wrong" (or backward). */
static void reach_from_first(const unsigned char *edge, size_t k, bool backward, unsigned char *reach, size_t *stack)
{
	size_t n = 1;

	memset(reach, 0, k);
	reach[0] = 1;
	stack[0] = 0;
	while (n > 0) {
		size_t i = stack[--n];

		for (size_t j = 0; j < k; j++)
			if (!reach[j] && edge[backward ? j * k + i : i * k + j]) {
				reach[j] = 1;
				stack[n++] = j;
			}
	}
}

static void edges(struct an_view x, const size_t *item, size_t k, unsigned char *edge)
{
	size_t left = k * (k - 1);

	for (size_t r = 0; left > 0 && r < x.rows; r++)
		for (size_t i = 0; i < k; i++) {
			if (!an_view_has(x, r, item[i]) || an_view_at(x, r, item[i]) != 1)
				continue;
			for (size_t j = 0; j < k; j++)
				if (!edge[i * k + j] && an_view_has(x, r, item[j]) && an_view_at(x, r, item[j]) == 0) {
					edge[i * k + j] = 1;
					left--;
				}
		}
}

/* Marks the items outside the largest set that hangs together with the first one: separate. */
static enum an_status connect(struct an_view x, struct an_work *work, struct an_rasch *out, struct an_rasch_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = out->items, n = 0, inside = 0;
	unsigned char *edge = AN_WORK_ARRAY(work, unsigned char, k *k), *to = AN_WORK_ARRAY(work, unsigned char, k);
	unsigned char *from = AN_WORK_ARRAY(work, unsigned char, k);
	size_t *item = AN_WORK_ARRAY(work, size_t, k), *stack = AN_WORK_ARRAY(work, size_t, k);

	if (edge == NULL || to == NULL || from == NULL || item == NULL || stack == NULL)
		return AN_ENOMEM;
	for (size_t j = 0; j < x.cols; j++)
		if (items[j].used)
			item[n++] = j;
	edges(x, item, k, edge);
	reach_from_first(edge, k, false, to, stack);
	reach_from_first(edge, k, true, from, stack);
	for (size_t i = 0; i < k; i++)
		inside += to[i] && from[i];
	out->connected = inside == k;
	for (size_t i = 0; i < k; i++)
		items[item[i]].separate = !out->connected && (to[i] && from[i]) == (2 * inside < k);
	an_work_release(work, mark);
	return out->connected ? AN_OK : AN_ENOCONVERGE;
}

/* One row of a part: its score, and right answers counted; extreme ones are not. */
static void count_row(struct an_view x, size_t row, const struct an_rasch_item *items, struct part *p, double *right,
    struct an_rasch *out)
{
	size_t score = 0;

	for (size_t i = 0; i < p->k; i++)
		score += an_view_at(x, row, p->item[i]) == 1;
	if (p->k == 0)
		return;
	out->people++;
	if (score == 0 || score == p->k) {
		out->extreme++;
		return;
	}
	p->people[score]++;
	for (size_t i = 0, u = 0, j = 0; i < p->k; j++) {
		if (j == p->item[i])
			right[u] += an_view_at(x, row, p->item[i++]);
		u += items[j].used;
	}
}

static enum an_status make_parts(struct an_view x, const struct an_rasch_item *items, struct an_work *work,
    struct cml *m, struct an_rasch *out)
{
	unsigned char *key = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	struct an_patterns pattern;
	enum an_status status;

	if (key == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < x.rows; i++)
		for (size_t j = 0; j < x.cols; j++)
			key[i * x.cols + j] = items[j].used && an_view_has(x, i, j);
	status = an_patterns(key, x.rows, x.cols, work, &pattern);
	if (status != AN_OK)
		return status;
	m->parts = pattern.n;
	m->part = AN_WORK_ARRAY(work, struct part, pattern.n);
	for (size_t p = 0; m->part != NULL && p < pattern.n; p++) {
		struct part *part = m->part + p;

		part->item = AN_WORK_ARRAY(work, size_t, m->k);
		part->people = AN_WORK_ARRAY(work, double, m->k + 1);
		if (part->item == NULL || part->people == NULL)
			return AN_ENOMEM;
		for (size_t j = 0; j < x.cols; j++)
			if (key[pattern.first[p] * x.cols + j])
				part->item[part->k++] = j;
	}
	if (m->part == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < x.rows; i++)
		count_row(x, i, items, m->part + pattern.of[i], m->right, out);
	out->complete = pattern.n == 1;
	return out->people > out->extreme ? AN_OK : AN_ETOOFEW;
}

/* From columns of the view to places among the used items. */
static void renumber(struct cml *m, const struct an_rasch_item *items, size_t cols)
{
	for (size_t p = 0; p < m->parts; p++)
		for (size_t i = 0, u = 0, j = 0; i < m->part[p].k && j < cols; j++) {
			if (m->part[p].item[i] == j)
				m->part[p].item[i++] = u;
			u += items[j].used;
		}
}

static double evaluate(struct cml *m, const double *b)
{
	double l = 0;

	for (size_t i = 0; i < m->k; i++)
		l -= m->right[i] * b[i];
	for (size_t p = 0; p < m->parts; p++) {
		const struct part *part = m->part + p;

		for (size_t i = 0; i < part->k; i++)
			m->one[i] = b[part->item[i]];
		an_esf_log(m->one, part->k, m->gamma);
		for (size_t r = 1; r < part->k; r++)
			l -= part->people[r] * m->gamma[r];
	}
	return l;
}

/* Slopes and information at b. */
static enum an_status derive(struct cml *m, struct an_work *work)
{
	size_t k = m->k;
	enum an_status status = AN_OK;

	memset(m->info, 0, k * k * sizeof *m->info);
	for (size_t i = 0; i < k; i++)
		m->slope[i] = -m->right[i];
	for (size_t p = 0; status == AN_OK && p < m->parts; p++) {
		const struct part *part = m->part + p;
		size_t n = part->k;

		for (size_t i = 0; i < n; i++)
			m->one[i] = m->b[part->item[i]];
		an_esf_log(m->one, n, m->gamma);
		status = an_esf_right(m->one, n, m->gamma, work, m->pr, m->pw);
		if (status != AN_OK)
			break;
		memset(m->small, 0, n * n * sizeof *m->small);
		status = an_esf_information(m->one, n, m->gamma, m->pr, m->pw, part->people, work, m->small);
		for (size_t i = 0; i < n; i++) {
			for (size_t r = 1; r < n; r++)
				m->slope[part->item[i]] += part->people[r] * m->pr[i * (n + 1) + r];
			for (size_t j = 0; j < n; j++)
				m->info[part->item[i] * k + part->item[j]] += m->small[i * n + j];
		}
	}
	return status;
}

/* Adds c to every cell and decomposes; c is the mean of the diagonal over k. */
static bool decompose(double *info, size_t k, double *c)
{
	gsl_matrix_view h = gsl_matrix_view_array(info, k, k);

	*c = 0;
	for (size_t i = 0; i < k; i++)
		*c += info[i * k + i] / (double)k / (double)k;
	for (size_t i = 0; i < k * k; i++)
		info[i] += *c;
	if (gsl_linalg_cholesky_decomp1(&h.matrix) != 0)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!isfinite(info[i * k + i]) || !(info[i * k + i] > 0))
			return false;
	return true;
}

/* The step that the slopes ask for, halved until the likelihood does not fall. */
static double advance(struct cml *m)
{
	size_t k = m->k;
	gsl_matrix_view h = gsl_matrix_view_array(m->info, k, k);
	gsl_vector_view s = gsl_vector_view_array(m->step, k);
	double most = 0;

	memcpy(m->step, m->slope, k * sizeof *m->step);
	gsl_linalg_cholesky_svx(&h.matrix, &s.vector);
	for (double part = 1; part > 1e-8; part /= 2) {
		double l;

		most = 0;
		for (size_t i = 0; i < k; i++) {
			m->next[i] = m->b[i] + part * m->step[i];
			most = fmax(most, fabs(part * m->step[i]));
		}
		l = evaluate(m, m->next);
		if (isfinite(l) && l >= m->loglik - 1e-12 * fabs(m->loglik)) {
			m->loglik = l;
			memcpy(m->b, m->next, k * sizeof *m->b);
			return most;
		}
	}
	return most;
}

static enum an_status fit(struct cml *m, struct an_work *work, struct an_rasch *out)
{
	size_t k = m->k;
	double moved = INFINITY, c;

	m->loglik = evaluate(m, m->b);
	while (moved > SMALL_STEP && out->fit.iterations < ITERATIONS) {
		enum an_status status = derive(m, work);

		if (status != AN_OK)
			return status;
		if (!decompose(m->info, k, &c))
			return AN_ENOCONVERGE;
		moved = advance(m);
		out->fit.iterations++;
	}
	for (size_t i = 0; i < k; i++)
		out->fit.gradient = fmax(out->fit.gradient, fabs(m->slope[i]));
	out->fit.converged = moved <= SMALL_STEP;
	out->loglik = m->loglik;
	return out->fit.converged ? AN_OK : AN_ENOCONVERGE;
}

/* Variances of the difficulties under their sum of zero. */
static enum an_status errors(struct cml *m, struct an_work *work, double *se)
{
	size_t k = m->k;
	gsl_matrix_view h = gsl_matrix_view_array(m->info, k, k);
	enum an_status status = derive(m, work);
	double c;

	if (status != AN_OK)
		return status;
	if (!decompose(m->info, k, &c) || gsl_linalg_cholesky_invert(&h.matrix) != 0)
		return AN_ENOCONVERGE;
	for (size_t i = 0; i < k; i++) {
		se[i] = sqrt(m->info[i * k + i] - 1 / (c * (double)k * (double)k));
		if (!isfinite(se[i]))
			return AN_ENOCONVERGE;
	}
	return AN_OK;
}

static bool room(struct cml *m, struct an_work *work)
{
	size_t k = m->k;
	double *d = AN_WORK_ARRAY(work, double, 8 * k + 4 + 2 * k * k + 2 * k * (k + 1));

	if (d == NULL)
		return false;
	m->right = d;
	m->b = d + k;
	m->next = d + 2 * k;
	m->slope = d + 3 * k;
	m->step = d + 4 * k;
	m->one = d + 5 * k;
	m->gamma = d + 6 * k;
	m->info = d + 8 * k + 4;
	m->small = m->info + k * k;
	m->pr = m->small + k * k;
	m->pw = m->pr + k * (k + 1);
	return true;
}

/* Starts where the shares right put the items, which is near. */
static void start(struct cml *m, const struct an_rasch_item *items, size_t cols)
{
	double mean = 0;

	for (size_t j = 0, u = 0; j < cols; j++)
		if (items[j].used)
			m->b[u++] = log((1 - items[j].share) / items[j].share);
	for (size_t u = 0; u < m->k; u++)
		mean += m->b[u] / (double)m->k;
	for (size_t u = 0; u < m->k; u++)
		m->b[u] -= mean;
}

enum an_status an_rasch(struct an_view x, struct an_work *work, struct an_rasch *out, struct an_rasch_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	struct cml m = { 0 };
	enum an_status status;
	double *se;

	memset(out, 0, sizeof *out);
	status = check(x, out, items);
	if (status == AN_OK && out->items < 2)
		status = AN_ETOOFEW;
	if (status == AN_OK)
		status = connect(x, work, out, items);
	m.k = out->items;
	se = AN_WORK_ARRAY(work, double, m.k);
	if (status == AN_OK && (se == NULL || !room(&m, work)))
		status = AN_ENOMEM;
	if (status == AN_OK)
		status = make_parts(x, items, work, &m, out);
	if (status == AN_OK) {
		renumber(&m, items, x.cols);
		start(&m, items, x.cols);
		status = fit(&m, work, out);
	}
	if (status == AN_OK)
		status = errors(&m, work, se);
	for (size_t j = 0, u = 0; status == AN_OK && j < x.cols; j++)
		if (items[j].used) {
			items[j].difficulty = m.b[u];
			items[j].se = se[u++];
		}
	an_work_release(work, mark);
	return status;
}
