#include "analysis/stats/test/rasch.h"
#include "analysis/stats/numeric/pattern.h"
#include "analysis/stats/numeric/sum.h"
#include "analysis/stats/numeric/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* Sorts score. */
static double middle(double *score, size_t n, enum an_rasch_split how)
{
	if (how == AN_SPLIT_MEAN)
		return an_mean(score, n);
	an_sort(score, n);
	return (score[(n - 1) / 2] + score[n / 2]) / 2;
}

enum an_status an_rasch_split(struct an_view x, const struct an_rasch_item *items, enum an_rasch_split how,
    struct an_work *work, size_t *group)
{
	struct an_work_mark mark = an_work_mark(work);
	unsigned char *key = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	double *score = AN_WORK_ARRAY(work, double, x.rows), *some = AN_WORK_ARRAY(work, double, x.rows);
	struct an_patterns pattern;
	enum an_status status = key && score && some ? AN_OK : AN_ENOMEM;
	bool gaps = false;

	for (size_t i = 0; status == AN_OK && i < x.rows; i++) {
		size_t has = 0;

		for (size_t j = 0; j < x.cols; j++) {
			bool counts = items[j].used && an_view_has(x, i, j);

			key[i * x.cols + j] = counts;
			has += counts;
			score[i] += counts ? an_view_at(x, i, j) : 0;
			gaps = gaps || (items[j].used && !counts);
		}
		group[i] = has > 0 ? 0 : 2;
	}
	if (status == AN_OK)
		status = an_patterns(key, x.rows, x.cols, work, &pattern);
	for (size_t p = 0; status == AN_OK && p < pattern.n; p++) {
		const size_t *row = pattern.row + pattern.start[p];
		size_t n = pattern.start[p + 1] - pattern.start[p];
		double m;

		for (size_t i = 0; i < n; i++)
			some[i] = score[row[i]];
		m = middle(some, n, how);
		for (size_t i = 0; i < n; i++)
			if (group[row[i]] != 2)
				group[row[i]] = gaps && how == AN_SPLIT_MEAN ? score[row[i]] >= m : score[row[i]] > m;
	}
	an_work_release(work, mark);
	return status;
}

/* The rows of one group (all that are in one, when g is groups), and the items still compared. */
static struct an_view part(struct an_view x, const size_t *group, size_t groups, size_t g, const bool *used,
    double *data, unsigned char *why)
{
	size_t n = 0, k = 0;

	for (size_t j = 0; j < x.cols; j++)
		k += used[j];
	for (size_t i = 0; i < x.rows; i++) {
		if (group[i] >= groups || (g < groups && group[i] != g))
			continue;
		for (size_t j = 0, u = 0; j < x.cols; j++)
			if (used[j]) {
				data[n * k + u] = an_view_at(x, i, j);
				why[n * k + u++] = an_view_has(x, i, j) ? AN_PRESENT : AN_SKIPPED;
			}
		n++;
	}
	return (struct an_view){ data, why, n, k, k };
}

/* Takes away items that all or none of somebody's group have right. */
static void comparable(struct an_view x, const size_t *group, size_t groups, bool *used)
{
	for (size_t j = 0; j < x.cols; j++) {
		used[j] = true;
		for (size_t g = 0; used[j] && g < groups; g++) {
			size_t n = 0, right = 0;

			for (size_t i = 0; i < x.rows; i++)
				if (group[i] == g && an_view_has(x, i, j)) {
					n++;
					right += an_view_at(x, i, j) == 1;
				}
			used[j] = right > 0 && right < n;
		}
	}
}

enum an_status an_rasch_andersen(struct an_view x, const size_t *group, size_t groups, struct an_work *work,
    struct an_rasch_lr *out, bool *used, double *difficulty, double *se)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_rasch_item *items = AN_WORK_ARRAY(work, struct an_rasch_item, x.cols);
	unsigned char *why = AN_WORK_ARRAY(work, unsigned char, x.rows *x.cols);
	double *data = AN_WORK_ARRAY(work, double, x.rows *x.cols), parts = 0;
	enum an_status status = items && why && data ? AN_OK : AN_ENOMEM;
	struct an_missing missing;
	struct an_rasch fit;

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = an_view_check(x, &missing);
	if (status == AN_OK && groups < 2)
		status = AN_ETOOFEW;
	if (status == AN_OK)
		comparable(x, group, groups, used);
	for (size_t g = 0; status == AN_OK && g <= groups; g++) {
		status = an_rasch(part(x, group, groups, g, used, data, why), work, &fit, items);
		if (status != AN_OK)
			break;
		if (g == groups) {
			out->lr = fmax(0, 2 * (parts - fit.loglik));
			break;
		}
		parts += fit.loglik;
		out->items = fit.items;
		for (size_t j = 0, u = 0; j < x.cols; j++)
			if (used[j]) {
				difficulty[g * x.cols + j] = items[u].difficulty;
				se[g * x.cols + j] = items[u++].se;
			}
	}
	if (status == AN_OK) {
		out->groups = groups;
		out->df = (double)((groups - 1) * (out->items - 1));
		out->p = gsl_cdf_chisq_Q(out->lr, out->df);
	}
	an_work_release(work, mark);
	return status;
}
