/* Fisher scoring over z = atanh(rho) and all thresholds of a table.  With J the derivatives of the
 * cell probabilities p, the score is sum n/p J and the expected information N sum J'J / p; a step
 * is halved until the likelihood grows and the thresholds still ascend. */
#include "analysis/stats/numeric/bvn.h"
#include "analysis/stats/factor/polychoric.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#define ITERATIONS 200
#define NOISE	   1e-13 /* share of the log likelihood that doubles cannot tell from 0 */
#define SMALL	   1e-9	 /* slope per person */

struct ml {
	struct an_polychoric_table *t;
	size_t q;			  /* 1 + (r - 1) + (c - 1) */
	double *x, *next, *score, *step;  /* q each: z, row cuts, column cuts */
	double *info, *slopes, *observed; /* q x q, r c x q, q x q */
};

static void place(struct ml *m, const double *x)
{
	memcpy(m->t->a + 1, x + 1, (m->t->r - 1) * sizeof *x);
	memcpy(m->t->b + 1, x + m->t->r, (m->t->c - 1) * sizeof *x);
}

static bool ascend(const struct ml *m, const double *x)
{
	for (size_t i = 2; i < m->t->r; i++)
		if (!(x[i] > x[i - 1]))
			return false;
	for (size_t j = m->t->r + 1; j < m->q; j++)
		if (!(x[j] > x[j - 1]))
			return false;
	return true;
}

static double loglik(struct ml *m, const double *x)
{
	place(m, x);
	return an_polychoric_loglik(m->t, tanh(x[0]), NULL, NULL);
}

/* Derivatives of the cell probabilities at x, of which row i, column j lies between cuts i and
 * i + 1, j and j + 1; cells holds the probabilities after. */
static void slopes_at(struct ml *m, const double *x, double *cell)
{
	const struct an_polychoric_table *t = m->t;
	double rho = tanh(x[0]), rest = (1 - rho) * (1 + rho);

	for (size_t i = 0; i < t->r; i++)
		for (size_t j = 0; j < t->c; j++) {
			double a0 = t->a[i], a1 = t->a[i + 1], b0 = t->b[j], b1 = t->b[j + 1];
			double *s = m->slopes + (i * t->c + j) * m->q, p;

			memset(s, 0, m->q * sizeof *s);
			p = an_bvn(a1, b1, rho) - an_bvn(a1, b0, rho) - an_bvn(a0, b1, rho) + an_bvn(a0, b0, rho);
			cell[i * t->c + j] = fmax(p, AN_POLYCHORIC_LEAST);
			s[0] = rest *
			    (an_bvn_density(a1, b1, rho) - an_bvn_density(a1, b0, rho) - an_bvn_density(a0, b1, rho) +
				an_bvn_density(a0, b0, rho));
			if (i + 1 < t->r)
				s[1 + i] = an_bvn_slope(a1, b1, rho) - an_bvn_slope(a1, b0, rho);
			if (i > 0)
				s[i] = an_bvn_slope(a0, b0, rho) - an_bvn_slope(a0, b1, rho);
			if (j + 1 < t->c)
				s[t->r + j] = an_bvn_slope(b1, a1, rho) - an_bvn_slope(b1, a0, rho);
			if (j > 0)
				s[t->r + j - 1] = an_bvn_slope(b0, a0, rho) - an_bvn_slope(b0, a1, rho);
		}
}

/* Score at x, and with info the expected information. */
static void score_at(struct ml *m, const double *x, double *score, bool info)
{
	const struct an_polychoric_table *t = m->t;
	double *cell = t->f, n = 0; /* f is scratch between two calls of the likelihood */

	place(m, x);
	slopes_at(m, x, cell);
	memset(score, 0, m->q * sizeof *score);
	if (info)
		memset(m->info, 0, m->q * m->q * sizeof *m->info);
	for (size_t i = 0; i < t->r * t->c; i++)
		n += t->count[i];
	for (size_t i = 0; i < t->r * t->c; i++) {
		const double *s = m->slopes + i * m->q;

		for (size_t u = 0; u < m->q; u++) {
			score[u] += t->count[i] / cell[i] * s[u];
			for (size_t v = 0; info && v < m->q; v++)
				m->info[u * m->q + v] += n / cell[i] * s[u] * s[v];
		}
	}
}

/* Variance of z from the observed information: central differences of the exact score. */
static double variance(struct ml *m)
{
	gsl_matrix_view o = gsl_matrix_view_array(m->observed, m->q, m->q);
	gsl_vector_view s = gsl_vector_view_array(m->step, m->q);
	const double by = 1e-5;

	for (size_t u = 0; u < m->q; u++) {
		memcpy(m->next, m->x, m->q * sizeof *m->x);
		m->next[u] = m->x[u] + by;
		score_at(m, m->next, m->score, false);
		memcpy(m->step, m->score, m->q * sizeof *m->step);
		m->next[u] = m->x[u] - by;
		score_at(m, m->next, m->score, false);
		for (size_t v = 0; v < m->q; v++)
			m->observed[u * m->q + v] = (m->score[v] - m->step[v]) / (2 * by);
	}
	for (size_t u = 0; u < m->q; u++)
		for (size_t v = 0; v < u; v++)
			m->observed[u * m->q + v] = m->observed[v * m->q + u] =
			    (m->observed[u * m->q + v] + m->observed[v * m->q + u]) / 2;
	memset(m->step, 0, m->q * sizeof *m->step);
	m->step[0] = 1;
	if (gsl_linalg_cholesky_decomp1(&o.matrix) != 0 || gsl_linalg_cholesky_svx(&o.matrix, &s.vector) != 0)
		return -1;
	return m->step[0];
}

/* One step of scoring; false where there is none, or none that leads up. */
static bool advance(struct ml *m, double *l)
{
	gsl_matrix_view h = gsl_matrix_view_array(m->info, m->q, m->q);
	gsl_vector_view s = gsl_vector_view_array(m->step, m->q);

	memcpy(m->step, m->score, m->q * sizeof *m->step);
	if (gsl_linalg_cholesky_decomp1(&h.matrix) != 0 || gsl_linalg_cholesky_svx(&h.matrix, &s.vector) != 0)
		return false;
	for (double part = 1; part > 1e-8; part /= 2) {
		double up;

		for (size_t u = 0; u < m->q; u++)
			m->next[u] = m->x[u] + part * m->step[u];
		if (!ascend(m, m->next))
			continue;
		up = loglik(m, m->next);
		if (up >= *l - NOISE * fabs(*l)) {
			memcpy(m->x, m->next, m->q * sizeof *m->x);
			*l = up;
			return true;
		}
	}
	return false;
}

static double steepest(const struct ml *m)
{
	double most = 0;

	for (size_t u = 0; u < m->q; u++)
		most = fmax(most, fabs(m->score[u]));
	return most / m->t->n;
}

static enum an_status fit(struct ml *m, struct an_polychoric *out)
{
	double l, var;

	m->x[0] = atanh(out->rho);
	memcpy(m->x + 1, m->t->a + 1, (m->t->r - 1) * sizeof *m->x);
	memcpy(m->x + m->t->r, m->t->b + 1, (m->t->c - 1) * sizeof *m->x);
	l = loglik(m, m->x);
	do {
		score_at(m, m->x, m->score, true);
		out->fit.gradient = steepest(m);
		out->fit.iterations++;
	} while (out->fit.gradient > SMALL / 1000 && out->fit.iterations < ITERATIONS && advance(m, &l));
	out->fit.converged = out->fit.gradient < SMALL;
	if (!out->fit.converged)
		return AN_ENOCONVERGE;
	out->rho = tanh(m->x[0]);
	var = variance(m);
	out->has_se = var > 0;
	out->se = out->has_se ? sqrt(var) * (1 - out->rho * out->rho) : 0;
	place(m, m->x);
	return AN_OK;
}

static bool room(struct ml *m, struct an_work *work)
{
	double *four;

	m->q = m->t->r + m->t->c - 1;
	four = AN_WORK_ARRAY(work, double, 4 * m->q);
	m->info = AN_WORK_ARRAY(work, double, m->q * m->q);
	m->observed = AN_WORK_ARRAY(work, double, m->q * m->q);
	m->slopes = AN_WORK_ARRAY(work, double, m->t->r * m->t->c * m->q);
	if (four == NULL)
		return false;
	m->x = four;
	m->next = four + m->q;
	m->score = four + 2 * m->q;
	m->step = four + 3 * m->q;
	return m->info != NULL && m->observed != NULL && m->slopes != NULL;
}

enum an_status an_polychoric_ml(const double *count, size_t r, size_t c, double level, struct an_work *work,
    double *row_tau, double *col_tau, struct an_polychoric *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_polychoric_table t;
	struct ml m = { .t = &t };
	enum an_status status = an_polychoric_table_of(count, r, c, true, 0, work, &t, out);

	if (status == AN_OK && !(level > 0 && level < 1))
		status = AN_EDATA;
	if (status == AN_OK)
		status = an_polychoric_two_step(&t, out);
	if (status == AN_OK && !out->at_bound) {
		memset(&out->fit, 0, sizeof out->fit);
		status = room(&m, work) ? fit(&m, out) : AN_ENOMEM;
	}
	if (status == AN_OK) {
		if (row_tau != NULL)
			memcpy(row_tau, t.a + 1, (t.r - 1) * sizeof *row_tau);
		if (col_tau != NULL)
			memcpy(col_tau, t.b + 1, (t.c - 1) * sizeof *col_tau);
		an_polychoric_finish(&t, an_polychoric_loglik(&t, out->at_bound ? 0 : out->rho, NULL, NULL), level,
		    out);
	}
	an_work_release(work, mark);
	return status;
}
