#include "analysis/stats/table/strata.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

struct stratum {
	double a, b, c, d, n, row1, row2, col1, col2;
};

static struct stratum stratum_of(const double *x)
{
	double a = x[0], b = x[1], c = x[2], d = x[3];

	return (struct stratum){ a, b, c, d, a + b + c + d, a + b, c + d, a + c, b + d };
}

static bool counts_are(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(x[i] >= 0))
			return false;
		sum += x[i];
	}
	return isfinite(sum);
}

static bool informative(const struct stratum *s)
{
	return s->row1 > 0 && s->row2 > 0 && s->col1 > 0 && s->col2 > 0;
}

static struct an_homogeneity homogeneity(double chi2, double strata)
{
	struct an_homogeneity h = { strata > 1 && isfinite(chi2), chi2, strata - 1, 0 };

	if (h.has)
		h.p = gsl_cdf_chisq_Q(fmax(0, chi2), h.df);
	return h;
}

/* The first cell that the margins give when the odds ratio is psi: the root of a quadratic that
 * lies inside what they allow. */
static double fitted(const struct stratum *s, double psi)
{
	double lo = fmax(0, s->row1 - s->col2), hi = fmin(s->row1, s->col1), q, b, c, x;

	if (fabs(psi - 1) < 1e-12)
		return s->row1 * s->col1 / s->n;
	q = 1 - psi;
	b = s->col2 - s->row1 + psi * (s->row1 + s->col1);
	c = -psi * s->row1 * s->col1;
	x = -(b + copysign(sqrt(fmax(0, b * b - 4 * q * c)), b)) / 2;
	/* the two roots without cancellation: x / q and c / x */
	if (x != 0 && c / x >= lo && c / x <= hi)
		return c / x;
	return fmin(hi, fmax(lo, x / q));
}

static void breslow_day(const double *count, size_t strata, struct an_mantel_haenszel *out)
{
	double chi2 = 0, sum = 0, variance = 0, k = 0;

	if (!out->has_odds_ratio || !(out->odds_ratio > 0))
		return;
	for (size_t i = 0; i < strata; i++) {
		struct stratum s = stratum_of(count + 4 * i);
		double a, v;

		if (!informative(&s))
			continue;
		a = fitted(&s, out->odds_ratio);
		v = 1 / (1 / a + 1 / (s.row1 - a) + 1 / (s.col1 - a) + 1 / (s.col2 - s.row1 + a));
		if (!(v > 0))
			return;
		chi2 += (s.a - a) * (s.a - a) / v;
		sum += s.a - a;
		variance += v;
		k++;
	}
	out->breslow_day = homogeneity(chi2, k);
	out->tarone = homogeneity(chi2 - sum * sum / variance, k);
}

static void woolf(const double *count, size_t strata, struct an_mantel_haenszel *out)
{
	double add = 0, weights = 0, mean = 0, chi2 = 0, k = 0;

	for (size_t i = 0; i < 4 * strata; i++)
		add = count[i] == 0 ? 0.5 : add;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < strata; i++) {
			struct stratum s = stratum_of(count + 4 * i);
			double a = s.a + add, b = s.b + add, c = s.c + add, d = s.d + add;
			double w = 1 / (1 / a + 1 / b + 1 / c + 1 / d), o = log(a) - log(b) - log(c) + log(d);

			if (s.n == 0)
				continue;
			if (pass == 0) {
				weights += w;
				mean += w * o;
				k++;
			} else {
				chi2 += w * (o - mean) * (o - mean);
			}
		}
		mean = pass == 0 ? mean / weights : mean;
	}
	out->woolf = homogeneity(chi2, k);
}

struct sums {
	double delta, variance;
	double r, s, pr, mixed, qs;	   /* of the odds ratio */
	double up, down, risk_variance;	   /* of the risk ratio */
	double weight, difference, spread; /* of the difference */
};

static void add(struct sums *t, const struct stratum *s)
{
	double n = s->n, n2 = n * n, p = (s->a + s->d) / n, q = (s->b + s->c) / n, r = s->a * s->d / n,
	       o = s->b * s->c / n;

	t->delta += s->a - s->row1 * s->col1 / n;
	t->variance += s->row1 / n * s->row2 / n * s->col1 * s->col2 / (n - 1);
	t->r += r;
	t->s += o;
	t->pr += p * r;
	t->mixed += p * o + q * r;
	t->qs += q * o;
	if (s->row1 > 0 && s->row2 > 0) {
		double w = s->row1 * s->row2 / n;

		t->up += s->a * s->row2 / n;
		t->down += s->c * s->row1 / n;
		t->risk_variance += (s->row1 * s->row2 * s->col1 - s->a * s->c * n) / n2;
		t->weight += w;
		t->difference += w * (s->a / s->row1 - s->c / s->row2);
		/* Greenland & Robins 1985, for few large strata */
		t->spread += w * w * (s->a * s->b / pow(s->row1, 3) + s->c * s->d / pow(s->row2, 3));
	}
}

static void estimates(const struct sums *t, double z, struct an_mantel_haenszel *out)
{
	double se;

	out->has_odds_ratio = t->s > 0;
	out->odds_ratio = out->has_odds_ratio ? t->r / t->s : 0;
	out->has_interval = t->s > 0 && t->r > 0;
	if (out->has_interval) {
		out->log_se =
		    sqrt(t->pr / (2 * t->r * t->r) + t->mixed / (2 * t->r * t->s) + t->qs / (2 * t->s * t->s));
		out->interval.lo = out->odds_ratio * exp(-z * out->log_se);
		out->interval.hi = out->odds_ratio * exp(z * out->log_se);
	}
	out->has_risk_ratio = t->down > 0;
	out->risk_ratio = out->has_risk_ratio ? t->up / t->down : 0;
	out->has_risk_interval = t->down > 0 && t->up > 0;
	if (out->has_risk_interval) {
		se = sqrt(t->risk_variance / t->up / t->down);
		out->risk_interval.lo = out->risk_ratio * exp(-z * se);
		out->risk_interval.hi = out->risk_ratio * exp(z * se);
	}
	out->difference = t->difference / t->weight;
	se = sqrt(t->spread) / t->weight;
	out->difference_interval.lo = fmax(-1, out->difference - z * se);
	out->difference_interval.hi = fmin(1, out->difference + z * se);
}

enum an_status an_mantel_haenszel(const double *count, size_t strata, double level, struct an_mantel_haenszel *out)
{
	struct sums t = { 0 };
	double away;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || !counts_are(count, 4 * strata))
		return AN_EDATA;
	for (size_t i = 0; i < strata; i++) {
		struct stratum s = stratum_of(count + 4 * i);

		out->left_out += s.n < 2;
		if (s.n < 2)
			continue;
		out->used++;
		out->n += s.n;
		add(&t, &s);
	}
	if (out->used == 0)
		return AN_ETOOFEW;
	if (!(t.variance > 0) || !(t.weight > 0))
		return AN_ENOVARIANCE;
	away = fabs(t.delta);
	out->chi2 = away * away / t.variance;
	out->p = gsl_cdf_chisq_Q(out->chi2, 1);
	away -= away >= 0.5 ? 0.5 : 0;
	out->corrected = away * away / t.variance;
	out->corrected_p = gsl_cdf_chisq_Q(out->corrected, 1);
	estimates(&t, an_normal_critical(level), out);
	if (!isfinite(out->chi2) || !isfinite(out->odds_ratio) || !isfinite(out->interval.hi) ||
	    !isfinite(out->risk_interval.hi) || !isfinite(out->difference_interval.hi))
		return AN_EDATA;
	breslow_day(count, strata, out);
	woolf(count, strata, out);
	return AN_OK;
}

/* Adds one stratum's first cells less what is expected, and their covariances. */
static void add_stratum(const double *x, size_t rows, size_t cols, double n, double *margin, double *off, double *v)
{
	size_t r = rows - 1, c = cols - 1, k = r * c;
	double *row = margin, *col = margin + rows;

	memset(margin, 0, (rows + cols) * sizeof *margin);
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++) {
			row[i] += x[i * cols + j];
			col[j] += x[i * cols + j];
		}
	for (size_t s = 0; s < k; s++) {
		size_t i = s / c, j = s % c;

		off[s] += x[i * cols + j] - row[i] * col[j] / n;
		for (size_t t = 0; t < k; t++) {
			size_t i2 = t / c, j2 = t % c;

			v[s * k + t] +=
			    row[i] * ((i == i2) * n - row[i2]) / n * (col[j] * ((j == j2) * n - col[j2])) / n / (n - 1);
		}
	}
}

/* off' V^-1 off, or NAN where V is not positive definite: the pivot of a variable that follows from
 * the others is what rounding leaves of its variance. */
static double quadratic_form(double *v, const double *off, double *copy, size_t k)
{
	double most = 0;
	gsl_vector_view x = gsl_vector_view_array(copy, k);
	gsl_matrix_view m = gsl_matrix_view_array(v, k, k);
	double sum = 0;

	for (size_t s = 0; s < k; s++)
		most = fmax(most, v[s * k + s]);
	memcpy(copy, off, k * sizeof *off);
	if (gsl_linalg_cholesky_decomp1(&m.matrix) != 0)
		return NAN;
	for (size_t s = 0; s < k; s++)
		if (!(v[s * k + s] * v[s * k + s] > 1e-13 * most))
			return NAN;
	if (gsl_linalg_cholesky_svx(&m.matrix, &x.vector) != 0)
		return NAN;
	for (size_t s = 0; s < k; s++)
		sum += off[s] * copy[s];
	return sum;
}

enum an_status an_cmh(const double *count, size_t strata, size_t rows, size_t cols, struct an_work *work,
    struct an_cmh *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = rows > 1 && cols > 1 ? (rows - 1) * (cols - 1) : 0, each = rows * cols;
	double *off, *v, *copy, *margin;

	memset(out, 0, sizeof *out);
	if (k == 0)
		return AN_ETOOFEW;
	if (!counts_are(count, strata * each))
		return AN_EDATA;
	off = AN_WORK_ARRAY(work, double, k);
	copy = AN_WORK_ARRAY(work, double, k);
	v = AN_WORK_ARRAY(work, double, k *k);
	margin = AN_WORK_ARRAY(work, double, rows + cols);
	if (off == NULL || copy == NULL || v == NULL || margin == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	for (size_t i = 0; i < strata; i++) {
		double n = 0;

		for (size_t s = 0; s < each; s++)
			n += count[i * each + s];
		out->left_out += n < 2;
		if (n < 2)
			continue;
		out->used++;
		out->n += n;
		add_stratum(count + i * each, rows, cols, n, margin, off, v);
	}
	out->df = (double)k;
	out->chi2 = out->used > 0 ? quadratic_form(v, off, copy, k) : NAN;
	an_work_release(work, mark);
	if (out->used == 0)
		return AN_ETOOFEW;
	if (!isfinite(out->chi2))
		return AN_ENOVARIANCE;
	out->p = gsl_cdf_chisq_Q(fmax(0, out->chi2), out->df);
	return AN_OK;
}
