#include "analysis/stats/mixed/lmm.h"
#include "analysis/stats/numeric/cholesky.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/mixed/lmm_deviance.h"
#include "analysis/stats/numeric/matrix.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define STEPS_MOST 100
#define SINGULAR   1e-4 /* as lme4: a diagonal element of the relative factor that counts as 0 */

/* Centre and scale of y, the columns of x, and those of z. */
struct units {
	double y_mean, y_sd;
	double *x_mean, *x_sd;
	double z_mean[Q_MOST], z_sd[Q_MOST];
};

static enum an_status unit(const double *v, size_t stride, size_t n, double *mean, double *sd)
{
	long double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i * stride];
	*mean = (double)(sum / n);
	for (size_t i = 0; i < n; i++)
		squares += ((long double)v[i * stride] - *mean) * ((long double)v[i * stride] - *mean);
	*sd = (double)sqrtl(squares / n);
	return *sd > 0 && isfinite(*sd) ? AN_OK : AN_ENOVARIANCE;
}

static enum an_status set_units(const struct an_lmm_data *d, struct units *u)
{
	size_t k = d->fixed.k, n = d->fixed.n;
	enum an_status status = unit(d->fixed.y, 1, n, &u->y_mean, &u->y_sd);

	u->x_mean[0] = u->z_mean[0] = 0;
	u->x_sd[0] = u->z_sd[0] = 1;
	for (size_t j = 1; j < k && status == AN_OK; j++)
		status = unit(d->fixed.x + j, k, n, u->x_mean + j, u->x_sd + j);
	for (size_t j = 0; j < d->slopes && status == AN_OK; j++)
		status = unit(d->slope + j, d->slopes, n, u->z_mean + j + 1, u->z_sd + j + 1);
	return status;
}

/* Cross products of all groups. */
static void gather(const struct an_lmm_data *d, const struct units *u, struct lmm *m, double *x)
{
	size_t q = m->q, k = m->k;
	double z[Q_MOST] = { 1 };

	for (size_t i = 0; i < d->fixed.n; i++) {
		size_t g = d->group[i];
		double y = (d->fixed.y[i] - u->y_mean) / u->y_sd;

		for (size_t j = 0; j < k; j++)
			x[j] = (d->fixed.x[i * k + j] - u->x_mean[j]) / u->x_sd[j];
		for (size_t j = 1; j < q; j++)
			z[j] = (d->slope[i * d->slopes + j - 1] - u->z_mean[j]) / u->z_sd[j];
		m->size[g]++;
		for (size_t a = 0; a < q; a++) {
			for (size_t b = 0; b < q; b++)
				m->zz[g * q * q + a * q + b] += z[a] * z[b];
			for (size_t b = 0; b < k; b++)
				m->zx[g * q * k + a * k + b] += z[a] * x[b];
			m->zy[g * q + a] += z[a] * y;
		}
		for (size_t a = 0; a < k; a++) {
			for (size_t b = 0; b < k; b++)
				m->xx[a * k + b] += x[a] * x[b];
			m->xy[a] += x[a] * y;
		}
		m->yy += y * y;
	}
}

/* Second derivatives from differences of the exact slopes. */
static bool curvature(struct lmm *m, const double *theta, double *h)
{
	size_t p = m->thetas;
	double at[THETA_MOST], up[THETA_MOST];

	for (size_t j = 0; j < p; j++) {
		double step = 1e-4 * fmax(fabs(theta[j]), 0.05);

		memcpy(at, theta, p * sizeof *at);
		at[j] = theta[j] + step;
		if (!lmm_evaluate(m, at))
			return false;
		memcpy(up, m->slope, p * sizeof *up);
		at[j] = theta[j] - step;
		if (!lmm_evaluate(m, at))
			return false;
		for (size_t i = 0; i < p; i++)
			h[i * p + j] = (up[i] - m->slope[i]) / (2 * step);
	}
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < i; j++)
			h[i * p + j] = h[j * p + i] = (h[i * p + j] + h[j * p + i]) / 2;
	return true;
}

/* Newton's step downhill: directions of negative curvature are taken by its size.  Returns how much
 * the criterion should fall, or less than 0 on failure. */
static double downhill(const double *h, const double *slope, size_t p, double *step)
{
	double value[THETA_MOST], vector[THETA_MOST * THETA_MOST], fall = 0, most = 0;

	if (an_eigen(h, p, value, vector) != AN_OK)
		return -1;
	for (size_t c = 0; c < p; c++)
		most = fmax(most, fabs(value[c]));
	memset(step, 0, p * sizeof *step);
	for (size_t c = 0; c < p; c++) {
		double along = 0, size = fmax(fabs(value[c]), 1e-8 * most + 1e-12);

		for (size_t i = 0; i < p; i++)
			along += vector[i * p + c] * slope[i];
		fall += along * along / size / 2;
		for (size_t i = 0; i < p; i++)
			step[i] -= along / size * vector[i * p + c];
	}
	return fall;
}

/* From one start; *theta is where it ends. */
static enum an_status descend(struct lmm *m, struct an_work *work, double *theta, struct an_fit *fit)
{
	size_t p = m->thetas;
	double h[THETA_MOST * THETA_MOST], step[THETA_MOST], slope[THETA_MOST], next[THETA_MOST], fall = INFINITY;

	*fit = (struct an_fit){ 0, 0, false };
	if (!lmm_evaluate(m, theta))
		return AN_ENOCONVERGE;
	while (fit->iterations < STEPS_MOST && !fit->converged) {
		double was = m->deviance, share = 1;
		bool better = false;

		memcpy(slope, m->slope, sizeof slope);
		if (!an_work_go_on(work, fit->iterations / (double)STEPS_MOST))
			return AN_ESTOPPED;
		if (!curvature(m, theta, h))
			return AN_ENOCONVERGE;
		fall = downhill(h, slope, p, step);
		if (fall < 0)
			return AN_ENOCONVERGE;
		for (int half = 0; half < 40 && !better; half++, share /= 2) {
			for (size_t i = 0; i < p; i++)
				next[i] = theta[i] + share * step[i];
			better = lmm_evaluate(m, next) && m->deviance <= was + 1e-12 * (1 + fabs(was));
		}
		if (better)
			memcpy(theta, next, p * sizeof *theta);
		else
			lmm_evaluate(m, theta);
		fit->iterations++;
		fit->converged = fall < 1e-9 || (!better && fall < 1e-6);
		if (!better && !fit->converged)
			return AN_ENOCONVERGE;
	}
	for (size_t i = 0; i < p; i++)
		fit->gradient = fmax(fit->gradient, fabs(m->slope[i]));
	return fit->converged ? AN_OK : AN_ENOCONVERGE;
}

/* The best of several starts: equal effects of the size of the residuals, a third and a tenth of it. */
static enum an_status search(struct lmm *m, struct an_work *work, double *best, struct an_fit *fit)
{
	static const double start[] = { 1, 0.3, 0.1 };
	enum an_status status = AN_ENOCONVERGE;
	double least = INFINITY;

	for (size_t s = 0; s < sizeof start / sizeof *start; s++) {
		double theta[THETA_MOST] = { 0 };
		enum an_status here;
		struct an_fit f;

		for (size_t i = 0, at = 0; i < m->q; at += ++i + 1)
			theta[at] = start[s];
		here = descend(m, work, theta, &f);
		if (here == AN_ESTOPPED)
			return here;
		if (here != AN_OK || !(m->deviance < least))
			continue;
		least = m->deviance;
		memcpy(best, theta, sizeof theta);
		*fit = f;
		status = AN_OK;
	}
	if (status == AN_OK && !lmm_evaluate(m, best))
		status = AN_ENOCONVERGE;
	return status;
}

/* turn (q x q): effects in standard units to those of the columns themselves, in units of y. */
static void z_turn(const struct units *u, size_t q, double *turn)
{
	memset(turn, 0, q * q * sizeof *turn);
	for (size_t j = 0; j < q; j++) {
		turn[j * q + j] = u->y_sd / u->z_sd[j];
		if (j > 0)
			turn[j] = -u->y_sd * u->z_mean[j] / u->z_sd[j];
	}
}

/* out = turn in turn', q x q */
static void around(const double *turn, const double *in, size_t q, double *out)
{
	double half[Q_MOST * Q_MOST] = { 0 };

	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j < q; j++)
			for (size_t c = 0; c < q; c++)
				half[i * q + j] += turn[i * q + c] * in[c * q + j];
	memset(out, 0, q * q * sizeof *out);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j < q; j++)
			for (size_t c = 0; c < q; c++)
				out[i * q + j] += half[i * q + c] * turn[j * q + c];
}

static void set_coefficients(const struct lmm *m, const struct units *u, double sigma, double z,
    struct an_lmm_coefficient *each, double *row)
{
	size_t k = m->k;

	for (size_t j = 0; j < k; j++) {
		struct an_lmm_coefficient *c = each + j;
		double variance = 0;

		/* the row of the transformation, then its length under the inverse of the factor */
		memset(row, 0, k * sizeof *row);
		row[j] = 1 / u->x_sd[j];
		for (size_t i = 1; i < k && j == 0; i++)
			row[i] = -u->x_mean[i] / u->x_sd[i];
		c->estimate = j == 0 ? u->y_mean : 0;
		for (size_t i = 0; i < k; i++)
			c->estimate += u->y_sd * row[i] * m->b[i];
		an_cholesky_forward(m->a, k, row, 1);
		for (size_t i = 0; i < k; i++)
			variance += row[i] * row[i];
		c->se = sigma * sqrt(variance);
		c->t = c->estimate / c->se;
		c->interval = (struct an_interval){ c->estimate - z * c->se, c->estimate + z * c->se };
	}
}

/* Conditional modes and variances of one group: L M^-1 L' Z'(y - Xb) and sigma^2 L M^-1 L'. */
static bool group_effects(const struct lmm *m, const struct units *u, size_t g, const double *lambda, double sigma,
    double z, struct an_lmm_effect *e)
{
	size_t q = m->q, k = m->k;
	double factor[Q_MOST * Q_MOST], root[Q_MOST * Q_MOST], inner[Q_MOST * Q_MOST] = { 0 }, turn[Q_MOST * Q_MOST];
	double outer[Q_MOST * Q_MOST], left[Q_MOST], mode[Q_MOST] = { 0 };

	if (!lmm_group_factor(m, g, lambda, factor))
		return false;
	/* root: factor^-1 L', so that L M^-1 L' = root' root */
	for (size_t c = 0; c < q; c++)
		for (size_t i = 0; i < q; i++)
			root[i * q + c] = lambda[c * q + i];
	an_cholesky_forward(factor, q, root, q);
	for (size_t i = 0; i < q; i++) {
		left[i] = m->zy[g * q + i];
		for (size_t j = 0; j < k; j++)
			left[i] -= m->zx[g * q * k + i * k + j] * m->b[j];
		for (size_t j = 0; j < q; j++)
			for (size_t c = 0; c < q; c++)
				inner[i * q + j] += root[c * q + i] * root[c * q + j];
	}
	z_turn(u, q, turn);
	around(turn, inner, q, outer);
	for (size_t i = 0; i < q; i++)
		for (size_t j = 0; j < q; j++)
			mode[i] += inner[i * q + j] * left[j];
	for (size_t i = 0; i < q; i++) {
		e[i].present = true;
		e[i].mode = 0;
		for (size_t j = 0; j < q; j++)
			e[i].mode += turn[i * q + j] * mode[j];
		e[i].sd = sigma / u->y_sd * sqrt(fmax(outer[i * q + i], 0));
		e[i].interval = (struct an_interval){ e[i].mode - z * e[i].sd, e[i].mode + z * e[i].sd };
	}
	return true;
}

/* Variances of the fixed part and of the group effects over the rows, against the whole. */
static void explained(const struct lmm *m, const double *lambda, struct an_lmm *out)
{
	size_t q = m->q, k = m->k;
	double fixed = 0, mean = 0, random = 0, residual = m->rss / (double)(m->reml ? m->n - m->k : m->n),
	       n = (double)m->n;

	for (size_t i = 0; i < k; i++) {
		mean += m->b[i] * m->xx[i] / n;
		for (size_t j = 0; j < k; j++)
			fixed += m->b[i] * m->b[j] * m->xx[i * k + j];
	}
	fixed = fmax(fixed - n * mean * mean, 0) / (n - 1);
	for (size_t g = 0; g < m->groups; g++)
		for (size_t i = 0; i < q; i++)
			for (size_t j = 0; j < q; j++)
				for (size_t c = 0; c < q; c++)
					random += m->zz[g * q * q + i * q + j] * lambda[i * q + c] * lambda[j * q + c];
	random *= residual / n;
	out->r2_fixed = fixed / (fixed + random + residual);
	out->r2_whole = (fixed + random) / (fixed + random + residual);
}

static void finish(const struct lmm *m, const struct units *u, const double *theta, double level, struct an_lmm *out,
    struct an_lmm_coefficient *each, double *covariance, struct an_lmm_effect *effects)
{
	size_t q = m->q;
	double lambda[Q_MOST * Q_MOST], inner[Q_MOST * Q_MOST] = { 0 }, turn[Q_MOST * Q_MOST];
	double df = (double)(m->reml ? m->n - m->k : m->n), z = an_normal_critical(level);
	double parameters = (double)(m->k + m->thetas + 1);

	lmm_lambda(m, theta, lambda);
	out->sigma = u->y_sd * sqrt(m->rss / df);
	out->deviance = m->deviance + 2 * df * log(u->y_sd);
	for (size_t j = 1; j < m->k && m->reml; j++)
		out->deviance += 2 * log(u->x_sd[j]);
	out->log_lik = -out->deviance / 2;
	out->aic = out->deviance + 2 * parameters;
	out->bic = out->deviance + log((double)m->n) * parameters;
	for (size_t i = 0; i < q; i++) {
		out->singular = out->singular || fabs(lambda[i * q + i]) < SINGULAR;
		for (size_t j = 0; j < q; j++)
			for (size_t c = 0; c < q; c++)
				inner[i * q + j] += lambda[i * q + c] * lambda[j * q + c];
	}
	if (covariance != NULL) {
		z_turn(u, q, turn);
		around(turn, inner, q, covariance);
		for (size_t i = 0; i < q * q; i++)
			covariance[i] *= m->rss / df;
	}
	if (each != NULL)
		set_coefficients(m, u, out->sigma, z, each, m->scratch);
	for (size_t g = 0; effects != NULL && g < m->groups; g++)
		if (m->size[g] > 0)
			group_effects(m, u, g, lambda, out->sigma, z, effects + g * q);
	explained(m, lambda, out);
}

static enum an_status check(const struct an_lmm_data *d, double level, struct an_work *work, struct an_lmm *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *b = AN_WORK_ARRAY(work, double, d->fixed.k);
	unsigned char *seen = AN_WORK_ARRAY(work, unsigned char, d->groups + 1);
	struct an_lsq lsq = { .b = b, .dependent = SIZE_MAX };
	enum an_status status = b != NULL && seen != NULL ? AN_OK : AN_ENOMEM;

	if (status == AN_OK && (!(level > 0 && level < 1) || d->slopes > AN_SLOPES_MOST || d->fixed.w != NULL))
		status = AN_EDATA;
	for (size_t i = 0; i < d->fixed.n && status == AN_OK; i++) {
		if (d->group[i] >= d->groups || d->fixed.k == 0 || d->fixed.x[i * d->fixed.k] != 1) {
			status = AN_EDATA;
			break;
		}
		for (size_t j = 0; j < d->slopes; j++)
			status = isfinite(d->slope[i * d->slopes + j]) ? status : AN_EDATA;
		out->groups += !seen[d->group[i]];
		seen[d->group[i]] = 1;
	}
	if (status == AN_OK &&
	    (out->groups < 2 || d->fixed.n <= out->groups * (d->slopes + 1) || d->fixed.n <= d->fixed.k))
		status = AN_ETOOFEW;
	if (status == AN_OK)
		status = an_lsq(&d->fixed, work, &lsq);
	out->dependent = lsq.dependent;
	an_work_release(work, mark);
	return status;
}

static enum an_status prepare(const struct an_lmm_data *d, struct an_work *work, struct lmm *m, struct units *u)
{
	size_t k = d->fixed.k, q = d->slopes + 1, g = d->groups;

	*m = (struct lmm){ .n = d->fixed.n, .k = k, .q = q, .groups = g, .thetas = q * (q + 1) / 2 };
	m->size = AN_WORK_ARRAY(work, double, g);
	m->zz = AN_WORK_ARRAY(work, double, g *q *q);
	m->zx = AN_WORK_ARRAY(work, double, g *q *k);
	m->zy = AN_WORK_ARRAY(work, double, g *q);
	m->szz = AN_WORK_ARRAY(work, double, g *q *q);
	m->szx = AN_WORK_ARRAY(work, double, g *q *k);
	m->szy = AN_WORK_ARRAY(work, double, g *q);
	m->xx = AN_WORK_ARRAY(work, double, k *k);
	m->xy = AN_WORK_ARRAY(work, double, k);
	m->a = AN_WORK_ARRAY(work, double, k *k);
	m->b = AN_WORK_ARRAY(work, double, k);
	m->scratch = AN_WORK_ARRAY(work, double, q *k + k);
	u->x_mean = AN_WORK_ARRAY(work, double, k);
	u->x_sd = AN_WORK_ARRAY(work, double, k);
	if (m->size == NULL || m->zz == NULL || m->zx == NULL || m->zy == NULL || m->szz == NULL || m->szx == NULL ||
	    m->szy == NULL || m->xx == NULL || m->xy == NULL || m->a == NULL || m->b == NULL || m->scratch == NULL ||
	    u->x_mean == NULL || u->x_sd == NULL)
		return AN_ENOMEM;
	return set_units(d, u);
}

enum an_status an_lmm(const struct an_lmm_data *d, enum an_likelihood by, double level, struct an_work *work,
    struct an_lmm *out, struct an_lmm_coefficient *each, double *covariance, struct an_lmm_effect *effects)
{
	struct an_work_mark mark = an_work_mark(work);
	double theta[THETA_MOST] = { 0 };
	struct units u;
	struct lmm m;
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->dependent = SIZE_MAX;
	if (effects != NULL)
		memset(effects, 0, d->groups * (d->slopes + 1) * sizeof *effects);
	status = check(d, level, work, out);
	if (status == AN_OK)
		status = prepare(d, work, &m, &u);
	if (status == AN_OK) {
		m.reml = by == AN_REML;
		gather(d, &u, &m, m.scratch);
		status = search(&m, work, theta, &out->fit);
	}
	if (status == AN_OK)
		finish(&m, &u, theta, level, out, each, covariance, effects);
	/* squares of such numbers are beyond what a double holds */
	if (status == AN_OK && !(isfinite(out->sigma * out->sigma) && isfinite(out->deviance)))
		status = AN_EDATA;
	an_work_release(work, mark);
	return status;
}
