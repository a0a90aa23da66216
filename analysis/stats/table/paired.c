#include "analysis/stats/table/paired.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/describe/proportion.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#define BINOMIAL_MOST 1e7
#define COUNT_MOST    1e75 /* the fourth power of a count is still a number */

static void symmetry(const double *x, size_t k, struct an_paired *out)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++) {
			double up = x[i * k + j], down = x[j * k + i], both = up + down;

			out->changed += both;
			if (!(both > 0))
				continue;
			out->symmetry += (up - down) / both * (up - down);
			out->df++;
		}
	out->has_symmetry = out->df > 0;
	if (out->has_symmetry)
		out->p = gsl_cdf_chisq_Q(out->symmetry, out->df);
}

static void exact(double b, double c, struct an_paired *out)
{
	double n = b + c, low = fmin(b, c), below, same;

	out->has_exact = n <= BINOMIAL_MOST && floor(b) == b && floor(c) == c;
	out->exact = out->mid = 1;
	if (!out->has_exact || n == 0)
		return;
	below = gsl_cdf_binomial_P((unsigned)low, 0.5, (unsigned)n);
	same = gsl_ran_binomial_pdf((unsigned)low, 0.5, (unsigned)n);
	out->exact = fmin(1, 2 * below);
	out->mid = b == c ? 1 - same : 2 * below - same;
}

/* Newcombe's method 10: Wilson's intervals of both shares, tied together by phi, which is taken
 * nearer to 0 where it is positive. */
static enum an_status difference(const double x[4], double n, double level, struct an_interval *out)
{
	double first = x[0] + x[1], second = x[0] + x[2], p1 = first / n, p2 = second / n, phi = 0, up, down;
	double margins = first * (n - first) * second * (n - second), cross = x[0] * x[3] - x[1] * x[2];
	struct an_interval one, two;
	enum an_status status = an_proportion(first, n, AN_WILSON, level, &one);

	if (status == AN_OK)
		status = an_proportion(second, n, AN_WILSON, level, &two);
	if (status != AN_OK)
		return status;
	if (margins > 0)
		phi = (cross > 0 ? fmax(cross - n / 2, 0) : cross) / sqrt(margins);
	down = (p1 - one.lo) * (p1 - one.lo) - 2 * phi * (p1 - one.lo) * (two.hi - p2) + (two.hi - p2) * (two.hi - p2);
	up = (p2 - two.lo) * (p2 - two.lo) - 2 * phi * (p2 - two.lo) * (one.hi - p1) + (one.hi - p1) * (one.hi - p1);
	out->lo = p1 - p2 - sqrt(fmax(0, down));
	out->hi = p1 - p2 + sqrt(fmax(0, up));
	return AN_OK;
}

static enum an_status two_answers(const double x[4], double level, struct an_paired *out)
{
	double b = x[1], c = x[2], off = fabs(b - c);
	struct an_interval share;

	out->two = true;
	out->before = (x[0] + x[1]) / out->n;
	out->after = (x[0] + x[2]) / out->n;
	out->difference = out->before - out->after;
	exact(b, c, out);
	if (out->changed > 0) {
		off -= off > 0 ? 1 : 0;
		out->corrected = off * off / out->changed;
		out->corrected_p = gsl_cdf_chisq_Q(out->corrected, 1);
		if (an_proportion(b, b + c, AN_CLOPPER_PEARSON, level, &share) == AN_OK) {
			out->odds_interval.lo = share.lo / (1 - share.lo);
			out->has_odds_hi = share.hi < 1;
			out->odds_interval.hi = out->has_odds_hi ? share.hi / (1 - share.hi) : 0;
		}
		out->has_odds_ratio = c > 0;
		out->odds_ratio = c > 0 ? b / c : 0;
	}
	return difference(x, out->n, level, &out->difference_interval);
}

/* d' S^-1 d over all answers but the last, S its covariances when the margins are the same. */
static enum an_status marginal(const double *x, size_t answers, struct an_work *work, struct an_paired *out)
{
	size_t keep[AN_ANSWERS_MOST], k = 0;
	double *d, *s, *y, most = 0;
	gsl_matrix_view m;
	gsl_vector_view v;

	/* an answer that nobody left or took up tells nothing */
	for (size_t i = 0; i < answers; i++) {
		double moved = 0;

		for (size_t j = 0; j < answers; j++)
			moved += i != j ? x[i * answers + j] + x[j * answers + i] : 0;
		if (moved > 0)
			keep[k++] = i;
	}
	if (k < 2)
		return AN_OK;
	k--;
	d = AN_WORK_ARRAY(work, double, k);
	y = AN_WORK_ARRAY(work, double, k);
	s = AN_WORK_ARRAY(work, double, k *k);
	if (d == NULL || y == NULL || s == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < k; i++) {
		for (size_t j = 0; j < answers; j++) {
			double up = x[keep[i] * answers + j], down = x[j * answers + keep[i]];

			if (j == keep[i])
				continue;
			d[i] += up - down;
			s[i * k + i] += up + down;
		}
		for (size_t j = 0; j < k; j++)
			if (j != i)
				s[i * k + j] = -x[keep[i] * answers + keep[j]] - x[keep[j] * answers + keep[i]];
		most = fmax(most, s[i * k + i]);
		y[i] = d[i];
	}
	m = gsl_matrix_view_array(s, k, k);
	v = gsl_vector_view_array(y, k);
	/* answers that nobody passed between in either direction make it singular */
	if (gsl_linalg_cholesky_decomp1(&m.matrix) != 0)
		return AN_OK;
	for (size_t i = 0; i < k; i++)
		if (!(s[i * k + i] * s[i * k + i] > 1e-13 * most))
			return AN_OK;
	if (gsl_linalg_cholesky_svx(&m.matrix, &v.vector) != 0)
		return AN_OK;
	for (size_t i = 0; i < k; i++)
		out->marginal += d[i] * y[i];
	out->has_marginal = isfinite(out->marginal);
	out->marginal_df = (double)k;
	out->marginal_p = out->has_marginal ? gsl_cdf_chisq_Q(fmax(0, out->marginal), out->marginal_df) : 0;
	return AN_OK;
}

enum an_status an_paired(const double *count, size_t answers, double level, struct an_work *work, struct an_paired *out)
{
	struct an_work_mark mark = an_work_mark(work);
	enum an_status status;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || answers > AN_ANSWERS_MOST)
		return AN_EDATA;
	for (size_t i = 0; i < answers * answers; i++) {
		if (!(count[i] >= 0))
			return AN_EDATA;
		out->n += count[i];
	}
	if (!isfinite(out->n) || out->n > COUNT_MOST)
		return AN_EDATA;
	if (answers < 2 || !(out->n > 0))
		return AN_ETOOFEW;
	symmetry(count, answers, out);
	status = answers == 2 ? two_answers(count, level, out) : AN_OK;
	if (status == AN_OK && out->changed > 0)
		status = marginal(count, answers, work, out);
	an_work_release(work, mark);
	return status;
}

enum an_status an_cochran_q(struct an_view x, double *share, struct an_cochran_q *out)
{
	double k = (double)x.cols, rows = 0, all = 0, columns = 0;

	memset(out, 0, sizeof *out);
	memset(share, 0, x.cols * sizeof *share);
	for (size_t i = 0; i < x.rows; i++) {
		double row = 0;

		if (an_view_present(x, i) < x.cols)
			continue;
		for (size_t j = 0; j < x.cols; j++) {
			double y = an_view_at(x, i, j);

			if (y != 0 && y != 1)
				return AN_EDATA;
			row += y;
			share[j] += y;
		}
		out->used++;
		out->mixed += row > 0 && row < k;
		all += row;
		rows += row * (k - row);
	}
	if (x.cols < 2 || out->used < 2)
		return AN_ETOOFEW;
	if (out->mixed == 0)
		return AN_ENOVARIANCE;
	for (size_t j = 0; j < x.cols; j++) {
		columns += (share[j] - all / k) * (share[j] - all / k);
		share[j] /= (double)out->used;
	}
	out->q = k * (k - 1) * columns / rows;
	out->df = k - 1;
	out->p = gsl_cdf_chisq_Q(out->q, out->df);
	return AN_OK;
}
