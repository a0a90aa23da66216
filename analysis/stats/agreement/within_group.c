#include "analysis/stats/agreement/within_group.h"

#include <math.h>
#include <string.h>

static bool belongs(struct an_view x, const size_t *group, size_t groups, size_t i)
{
	return group[i] < groups && an_view_present(x, i) == x.cols;
}

/* awg of one item, or NAN where its mean is too near an end to say. */
static double awg(double mean, double variance, double n, double lo, double hi)
{
	double most = ((hi + lo) * mean - mean * mean - hi * lo) * n / (n - 1);

	if (mean == lo || mean == hi)
		return 1;
	if (mean < (lo * (n - 1) + hi) / n || mean > (hi * (n - 1) + lo) / n)
		return NAN;
	return 1 - 2 * variance / most;
}

/* From sums and sums of squared deviations of each item in a group. */
static void finish(struct an_within_group *g, const double *sum_of, const double *squares, size_t items,
    double null_variance, double lo, double hi)
{
	double n = (double)g->size, j = (double)items, sum = 0, some = 0, s;

	if (g->size < 2)
		return;
	for (size_t k = 0; k < items; k++) {
		double v = squares[k] / (n - 1), a = lo < hi ? awg(sum_of[k] / n, v, n, lo, hi) : NAN;

		g->variance += v / j;
		if (isfinite(a)) {
			sum += a;
			some++;
		}
	}
	s = fmin(g->variance, null_variance) / null_variance;
	g->has = true;
	g->rwg = j * (1 - s) / (j * (1 - s) + s);
	g->has_awg = some > 0;
	g->awg = some > 0 ? sum / some : 0;
}

enum an_status an_within_groups(struct an_view x, const size_t *group, size_t groups, double null_variance, double lo,
    double hi, struct an_work *work, struct an_within_group *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *mean = AN_WORK_ARRAY(work, double, groups *x.cols),
	       *squares = AN_WORK_ARRAY(work, double, groups *x.cols);
	struct an_missing missing;
	enum an_status status = an_view_check(x, &missing);
	size_t two = 0;

	memset(out, 0, groups * sizeof *out);
	if (status == AN_OK && (!(null_variance > 0) || !isfinite(null_variance) || x.cols == 0))
		status = AN_EDATA;
	if (status == AN_OK && (mean == NULL || squares == NULL))
		status = AN_ENOMEM;
	for (size_t i = 0; status == AN_OK && i < x.rows; i++)
		if (belongs(x, group, groups, i))
			out[group[i]].size++;
	for (int pass = 0; status == AN_OK && pass < 2; pass++)
		for (size_t i = 0; i < x.rows; i++) {
			if (!belongs(x, group, groups, i))
				continue;
			for (size_t j = 0; j < x.cols; j++) {
				double *sum = mean + group[i] * x.cols + j, y = an_view_at(x, i, j);
				double off = y - *sum / (double)out[group[i]].size;

				if (pass == 0)
					*sum +=
					    y; /* exact for whole answers: a mean at the end of the scale is that end */
				else
					squares[group[i] * x.cols + j] += off * off;
			}
		}
	for (size_t g = 0; status == AN_OK && g < groups; g++) {
		finish(out + g, mean + g * x.cols, squares + g * x.cols, x.cols, null_variance, lo, hi);
		two += out[g].has;
		if (!isfinite(out[g].variance))
			status = AN_EDATA;
	}
	if (status == AN_OK && two == 0)
		status = AN_ETOOFEW;
	an_work_release(work, mark);
	return status;
}
