#include "analysis/stats/factor/polychoric.h"
#include "analysis/stats/numeric/bvn.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define ITERATIONS 200
#define Z_MOST	   6.0	/* |rho| of 0.99999: a likelihood that still grows there grows up to 1 */
#define FLAT	   1e-9 /* slope and curvature per person: so flat only where an empty cell lets it grow up to 1 */

enum an_status an_thresholds(const double *count, size_t k, double *tau)
{
	double n = 0, up_to = 0;

	for (size_t i = 0; i < k; i++) {
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return AN_EDATA;
		n += count[i];
	}
	if (!(n > 0))
		return AN_ETOOFEW;
	for (size_t i = 0; i + 1 < k; i++) {
		up_to += count[i];
		tau[i] = up_to <= 0 ? -INFINITY : up_to >= n ? INFINITY : an_normal_quantile(up_to / n);
	}
	return AN_OK;
}

double an_polychoric_loglik(const struct an_polychoric_table *t, double rho, double *score, double *curve)
{
	size_t w = t->c + 1, plane = (t->r + 1) * w;
	double *p = t->f, *d = t->f + plane, *s = t->f + 2 * plane, l = 0, first = 0, second = 0;

	for (size_t i = 0; i <= t->r; i++)
		for (size_t j = 0; j <= t->c; j++) {
			p[i * w + j] = an_bvn(t->a[i], t->b[j], rho);
			d[i * w + j] = an_bvn_density(t->a[i], t->b[j], rho);
			s[i * w + j] = an_bvn_density_slope(t->a[i], t->b[j], rho);
		}
	for (size_t i = 0; i < t->r; i++)
		for (size_t j = 0; j < t->c; j++) {
			size_t at = i * w + j;
			double n = t->count[i * t->c + j], cell, by, by2;

			if (!(n > 0))
				continue;
			cell = p[at + w + 1] - p[at + w] - p[at + 1] + p[at];
			by = d[at + w + 1] - d[at + w] - d[at + 1] + d[at];
			by2 = s[at + w + 1] - s[at + w] - s[at + 1] + s[at];
			cell = fmax(cell, AN_POLYCHORIC_LEAST);
			l += n * log(cell);
			first += n * by / cell;
			second += n * (by2 / cell - by / cell * (by / cell));
		}
	if (score != NULL)
		*score = first;
	if (curve != NULL)
		*curve = second;
	return l;
}

/* The root of the score, in z = atanh(rho): Newton steps, kept inside what is known to hold it.
 * From 0 outwards in short steps, so that no cell with people in it loses its probability. */
enum an_status an_polychoric_two_step(const struct an_polychoric_table *t, struct an_polychoric *out)
{
	double z = 0, lo = -Z_MOST, hi = Z_MOST, step = 1, score = 0, curve = 0;

	for (; out->fit.iterations < ITERATIONS && fabs(step) > 1e-12 && !out->at_bound; out->fit.iterations++) {
		double rho = tanh(z), rest = (1 - rho) * (1 + rho), slope, bend;

		an_polychoric_loglik(t, rho, &score, &curve);
		slope = score * rest;
		bend = curve * rest * rest - 2 * rho * rest * score;
		if (fabs(bend) < FLAT * t->n && fabs(slope) < FLAT * t->n) {
			out->at_bound = true;
			break;
		}
		if (slope > 0)
			lo = z;
		else
			hi = z;
		step = bend < 0 ? fmin(0.5, fmax(-0.5, -slope / bend)) : slope > 0 ? 0.5 : slope < 0 ? -0.5 : 0;
		if (!(z + step > lo && z + step < hi) && fabs(step) > 1e-12)
			step = lo + (hi - lo) / 2 - z;
		z += step;
		out->at_bound = fabs(z) > Z_MOST - 1e-3;
	}
	out->rho = out->at_bound ? copysign(1, z) : tanh(z);
	out->fit.gradient = out->at_bound ? 0 : fabs(score) / t->n;
	out->fit.converged = out->fit.iterations < ITERATIONS;
	out->has_se = !out->at_bound && curve < 0;
	out->se = out->has_se ? 1 / sqrt(-curve) : 0;
	return out->fit.converged ? AN_OK : AN_ENOCONVERGE;
}

/* Interval, and how far the table itself lies above the model. */
void an_polychoric_finish(const struct an_polychoric_table *t, double loglik, double level, struct an_polychoric *out)
{
	double most = 0, n = 0;

	if (out->has_se) {
		double z = atanh(out->rho), by = an_normal_critical(level) * out->se / (1 - out->rho * out->rho);

		out->interval = (struct an_interval){ tanh(z - by), tanh(z + by) };
	}
	for (size_t i = 0; i < t->r * t->c; i++)
		n += t->count[i];
	for (size_t i = 0; i < t->r * t->c; i++)
		if (t->count[i] > 0)
			most += t->count[i] * log(t->count[i] / n);
	out->df = (double)(t->r * t->c) - (double)t->r - (double)t->c;
	out->has_g2 = out->df > 0 && !out->at_bound;
	out->g2 = fmax(0, 2 * (most - loglik));
	out->p = out->has_g2 ? gsl_cdf_chisq_Q(out->g2, out->df) : 1;
}

/* Takes out rows and columns that nobody chose; *t has room to count in (a, b). */
static void keep_used(struct an_polychoric_table *t)
{
	size_t r = 0, c = 0, to = 0;

	for (size_t i = 0; i < t->r; i++)
		for (size_t j = 0; j < t->c; j++) {
			t->a[i] += t->count[i * t->c + j];
			t->b[j] += t->count[i * t->c + j];
		}
	for (size_t i = 0; i < t->r; i++)
		for (size_t j = 0; j < t->c; j++)
			if (t->a[i] > 0 && t->b[j] > 0)
				t->count[to++] = t->count[i * t->c + j];
	for (size_t i = 0; i < t->r; i++)
		r += t->a[i] > 0;
	for (size_t j = 0; j < t->c; j++)
		c += t->b[j] > 0;
	t->r = r;
	t->c = c;
}

/* Cuts from the sums of rows (or columns), over n; false where they pass 1. */
static bool cuts(const struct an_polychoric_table *t, bool rows, double n, double *cut)
{
	size_t k = rows ? t->r : t->c;
	double up_to = 0;

	cut[0] = -INFINITY;
	cut[k] = INFINITY;
	for (size_t i = 0; i + 1 < k; i++) {
		for (size_t j = 0; j < (rows ? t->c : t->r); j++)
			up_to += t->count[rows ? i * t->c + j : j * t->c + i];
		if (!(up_to < n))
			return false;
		cut[i + 1] = an_normal_quantile(up_to / n);
	}
	return true;
}

static enum an_status checked(const double *count, size_t cells, struct an_polychoric_table *t)
{
	for (size_t i = 0; i < cells; i++) {
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return AN_EDATA;
		t->n += count[i];
	}
	return isfinite(t->n) ? t->n > 0 ? AN_OK : AN_ETOOFEW : AN_EDATA;
}

enum an_status an_polychoric_table_of(const double *count, size_t r, size_t c, bool compact, double correct,
    struct an_work *work, struct an_polychoric_table *t, struct an_polychoric *out)
{
	size_t corners = (r + 1) * (c + 1);
	double all = 0;
	enum an_status status;

	memset(out, 0, sizeof *out);
	*t = (struct an_polychoric_table){ .r = r, .c = c };
	if (r < 1 || c < 1 || r > AN_POLYCHORIC_MOST || c > AN_POLYCHORIC_MOST || !(correct >= 0) || !(correct <= 1))
		return AN_EDATA;
	status = checked(count, r * c, t);
	if (status != AN_OK)
		return status;
	t->count = AN_WORK_ARRAY(work, double, r *c);
	t->a = AN_WORK_ARRAY(work, double, r + 1);
	t->b = AN_WORK_ARRAY(work, double, c + 1);
	t->f = AN_WORK_ARRAY(work, double, 3 * corners);
	if (t->count == NULL || t->a == NULL || t->b == NULL || t->f == NULL)
		return AN_ENOMEM;
	memcpy(t->count, count, r * c * sizeof *count);
	if (compact)
		keep_used(t);
	out->n = t->n;
	out->rows = t->r;
	out->cols = t->c;
	if (t->r < 2 || t->c < 2)
		return AN_ENOVARIANCE;
	for (size_t i = 0; i < t->r * t->c; i++) {
		out->empty += !(t->count[i] > 0);
		if (!(t->count[i] > 0))
			t->count[i] = correct;
		all += t->count[i];
	}
	/* a table so thin that what was put in passes what was counted: over all of it */
	if (compact && (!cuts(t, true, t->n, t->a) || !cuts(t, false, t->n, t->b)) &&
	    (!cuts(t, true, all, t->a) || !cuts(t, false, all, t->b)))
		return AN_ENOVARIANCE;
	return AN_OK;
}

static enum an_status given(const double *tau, size_t k, double *cut)
{
	bool parts = false;

	cut[0] = -INFINITY;
	cut[k] = INFINITY;
	for (size_t i = 0; i + 1 < k; i++) {
		cut[i + 1] = tau[i];
		if (!(cut[i + 1] >= cut[i]))
			return AN_EDATA;
		parts = parts || isfinite(tau[i]);
	}
	return parts ? AN_OK : AN_ENOVARIANCE;
}

static bool all_used(const struct an_polychoric_table *t)
{
	for (size_t i = 0; i < t->r + t->c; i++) {
		bool used = false;

		for (size_t j = 0; j < (i < t->r ? t->c : t->r); j++)
			used = used || t->count[i < t->r ? i * t->c + j : j * t->c + i - t->r] > 0;
		if (!used)
			return false;
	}
	return true;
}

enum an_status an_polychoric(const double *count, size_t r, size_t c, const double *row_tau, const double *col_tau,
    double correct, double level, struct an_work *work, struct an_polychoric *out)
{
	struct an_work_mark mark = an_work_mark(work);
	bool own = row_tau == NULL || col_tau == NULL;
	struct an_polychoric_table t;
	enum an_status status = an_polychoric_table_of(count, r, c, own, correct, work, &t, out);

	if (status == AN_OK && !(level > 0 && level < 1))
		status = AN_EDATA;
	if (status == AN_OK && !own) {
		status = given(row_tau, t.r, t.a);
		if (status == AN_OK)
			status = given(col_tau, t.c, t.b);
	}
	if (status == AN_OK)
		status = an_polychoric_two_step(&t, out);
	if (status == AN_OK) {
		an_polychoric_finish(&t, an_polychoric_loglik(&t, out->at_bound ? 0 : out->rho, NULL, NULL), level,
		    out);
		out->has_g2 = out->has_g2 && (own || all_used(&t));
	}
	an_work_release(work, mark);
	return status;
}
