#include "analysis/stats/table/table.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/noncentral.h"
#include "analysis/stats/describe/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum an_status an_table_margins(struct an_table t, double *row, double *col, double *all)
{
	double sum = 0;

	if (row != NULL)
		memset(row, 0, t.rows * sizeof *row);
	if (col != NULL)
		memset(col, 0, t.cols * sizeof *col);
	for (size_t i = 0; i < t.rows; i++)
		for (size_t j = 0; j < t.cols; j++) {
			double x = t.count[i * t.cols + j];

			if (!(x >= 0) || !isfinite(x))
				return AN_EDATA;
			if (row != NULL)
				row[i] += x;
			if (col != NULL)
				col[j] += x;
			sum += x;
		}
	if (all != NULL)
		*all = sum;
	return isfinite(sum) ? AN_OK : AN_EDATA;
}

/* Margins on scratch memory, every one above 0. */
struct margins {
	double *row, *col, n;
};

static enum an_status margins_of(struct an_table t, struct an_work *work, struct margins *m)
{
	enum an_status status;

	if (t.rows < 2 || t.cols < 2)
		return AN_ETOOFEW;
	m->row = AN_WORK_ARRAY(work, double, t.rows);
	m->col = AN_WORK_ARRAY(work, double, t.cols);
	if (m->row == NULL || m->col == NULL)
		return AN_ENOMEM;
	status = an_table_margins(t, m->row, m->col, &m->n);
	for (size_t i = 0; status == AN_OK && i < t.rows; i++)
		if (!(m->row[i] > 0))
			status = AN_ENOVARIANCE;
	for (size_t j = 0; status == AN_OK && j < t.cols; j++)
		if (!(m->col[j] > 0))
			status = AN_ENOVARIANCE;
	return status;
}

enum an_status an_table_residuals(struct an_table t, struct an_work *work, double *expected, double *residual,
    double *adjusted)
{
	struct an_work_mark mark = an_work_mark(work);
	struct margins m;
	enum an_status status = margins_of(t, work, &m);

	for (size_t i = 0; status == AN_OK && i < t.rows; i++)
		for (size_t j = 0; j < t.cols; j++) {
			size_t at = i * t.cols + j;
			double e = m.row[i] / m.n * m.col[j], off = t.count[at] - e;
			double spread = e * (1 - m.row[i] / m.n) * (1 - m.col[j] / m.n);

			expected[at] = e;
			residual[at] = off / sqrt(e);
			adjusted[at] = spread > 0 ? off / sqrt(spread) : 0;
		}
	an_work_release(work, mark);
	return status;
}

static void chi_squares(struct an_table t, const struct margins *m, struct an_table_test *out)
{
	double correction = 0.5;

	out->has_yates = t.rows == 2 && t.cols == 2;
	out->least = INFINITY;
	for (size_t i = 0; i < t.rows; i++)
		for (size_t j = 0; j < t.cols; j++) {
			double o = t.count[i * t.cols + j], e = m->row[i] / m->n * m->col[j];

			out->chi2 += (o - e) * (o - e) / e;
			out->g += o > 0 ? 2 * o * log(o / e) : 0;
			out->least = fmin(out->least, e);
			out->small += e < AN_TABLE_SMALL;
			out->small_under += e < 1;
			correction = fmin(correction, fabs(o - e));
		}
	out->g = fmax(0, out->g);
	for (size_t i = 0; out->has_yates && i < 4; i++) {
		double e = m->row[i / 2] / m->n * m->col[i % 2], off = fabs(t.count[i] - e) - correction;

		out->yates += off * off / e;
	}
	out->p = gsl_cdf_chisq_Q(out->chi2, out->df);
	out->g_p = gsl_cdf_chisq_Q(out->g, out->df);
	if (out->has_yates)
		out->yates_p = gsl_cdf_chisq_Q(out->yates, out->df);
}

static void strength(struct an_table t, double level, struct an_table_test *out)
{
	double least = (double)(t.rows < t.cols ? t.rows : t.cols) - 1, tail = (1 - level) / 2;
	double r = (double)t.rows, k = (double)t.cols, phi2 = out->chi2 / out->n, bias, smaller;

	out->phi = sqrt(phi2);
	out->contingency = sqrt(out->chi2 / (out->chi2 + out->n));
	out->v = fmin(1, sqrt(phi2 / least));
	out->v_interval.lo = fmin(1, sqrt(an_noncentral_chisq_ncp(1 - tail, out->chi2, out->df) / out->n / least));
	out->v_interval.hi = fmin(1, sqrt(an_noncentral_chisq_ncp(tail, out->chi2, out->df) / out->n / least));
	if (!(out->n > 1))
		return;
	bias = fmax(0, phi2 - (r - 1) * (k - 1) / (out->n - 1));
	smaller = fmin(r - (r - 1) * (r - 1) / (out->n - 1), k - (k - 1) * (k - 1) / (out->n - 1)) - 1;
	out->has_v_corrected = smaller > 0;
	if (out->has_v_corrected)
		out->v_corrected = fmin(1, sqrt(bias / smaller));
}

/* Error saved in guessing the columns (or, turned round, the rows).  False: nothing to guess. */
static bool guess(struct an_table t, const struct margins *m, bool turned, double *lambda, double *tau)
{
	size_t given = turned ? t.cols : t.rows, guessed = turned ? t.rows : t.cols;
	const double *from = turned ? m->col : m->row, *to = turned ? m->row : m->col;
	double most = 0, right = 0, squares = 0, within = 0;

	for (size_t j = 0; j < guessed; j++) {
		most = fmax(most, to[j]);
		squares += to[j] / m->n * to[j] / m->n;
	}
	for (size_t i = 0; i < given; i++) {
		double best = 0;

		for (size_t j = 0; j < guessed; j++) {
			double x = turned ? t.count[j * t.cols + i] : t.count[i * t.cols + j];

			best = fmax(best, x);
			within += x / from[i] * x / m->n;
		}
		right += best;
	}
	if (!(most < m->n) || !(squares < 1))
		return false;
	*lambda = fmax(0, (right - most) / (m->n - most));
	*tau = fmax(0, (within - squares) / (1 - squares));
	return true;
}

enum an_status an_table_test(struct an_table t, double level, struct an_work *work, struct an_table_test *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct margins m;
	enum an_status status;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	status = margins_of(t, work, &m);
	if (status == AN_OK) {
		out->n = m.n;
		out->df = (double)(t.rows - 1) * (double)(t.cols - 1);
		chi_squares(t, &m, out);
		if (!isfinite(out->chi2) || !isfinite(out->g))
			status = AN_EDATA;
	}
	if (status == AN_OK) {
		strength(t, level, out);
		out->has_guess_col = guess(t, &m, false, &out->lambda_col, &out->tau_col);
		out->has_guess_row = guess(t, &m, true, &out->lambda_row, &out->tau_row);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_newcombe(double x1, double n1, double x2, double n2, double level, struct an_interval *out)
{
	struct an_interval one, two;
	enum an_status status = an_proportion(x1, n1, AN_WILSON, level, &one);
	double p1 = x1 / n1, p2 = x2 / n2;

	if (status == AN_OK)
		status = an_proportion(x2, n2, AN_WILSON, level, &two);
	if (status != AN_OK)
		return status;
	out->lo = p1 - p2 - hypot(p1 - one.lo, two.hi - p2);
	out->hi = p1 - p2 + hypot(one.hi - p1, p2 - two.lo);
	return AN_OK;
}

static struct an_interval around_log(double x, double se, double z)
{
	double factor = exp(z * se);

	return (struct an_interval){ x / factor, x * factor };
}

enum an_status an_two_by_two(const double count[4], double level, struct an_two_by_two *out)
{
	double a = count[0], b = count[1], c = count[2], d = count[3], z, row[2];
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = an_table_margins((struct an_table){ count, 2, 2 }, row, NULL, NULL);
	if (status == AN_OK && !(level > 0 && level < 1))
		status = AN_EDATA;
	if (status == AN_OK && !(row[0] > 0 && row[1] > 0))
		status = AN_ETOOFEW;
	if (status == AN_OK)
		status = an_newcombe(a, row[0], c, row[1], level, &out->difference_interval);
	if (status != AN_OK)
		return status;
	z = an_normal_critical(level);
	out->risk[0] = a / row[0];
	out->risk[1] = c / row[1];
	out->difference = out->risk[0] - out->risk[1];
	out->odds_ratio = a / b * (d / c);
	out->has_odds_ratio = b > 0 && c > 0 && isfinite(out->odds_ratio);
	out->has_log = out->has_odds_ratio && out->odds_ratio > 0;
	if (out->has_log) {
		out->log_odds_ratio = log(a) - log(b) + log(d) - log(c);
		out->log_odds_se = sqrt(1 / a + 1 / b + 1 / c + 1 / d);
		out->odds_interval = around_log(out->odds_ratio, out->log_odds_se, z);
		out->has_odds_interval = isfinite(out->odds_interval.hi);
	}
	out->risk_ratio = out->risk[0] / out->risk[1];
	out->has_risk_ratio = c > 0 && isfinite(out->risk_ratio);
	if (out->has_risk_ratio && a > 0) {
		out->risk_interval = around_log(out->risk_ratio, sqrt(b / a / row[0] + d / c / row[1]), z);
		out->has_risk_interval = isfinite(out->risk_interval.hi);
	}
	if (!out->has_odds_ratio)
		out->odds_ratio = 0;
	if (!out->has_risk_ratio)
		out->risk_ratio = 0;
	return AN_OK;
}
