#include "analysis/stats/test/items.h"
#include "analysis/stats/association/correlate.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum an_status an_totals(struct an_view x, double *total, size_t *n)
{
	struct an_missing missing;
	enum an_status status = an_view_check(x, &missing);

	*n = 0;
	if (status != AN_OK)
		return status;
	for (size_t i = 0; i < x.rows; i++) {
		double s = 0;

		if (an_view_present(x, i) < x.cols)
			continue;
		for (size_t j = 0; j < x.cols; j++)
			s += an_view_at(x, i, j);
		total[(*n)++] = s;
	}
	return AN_OK;
}

static void complete_rows(struct an_view x, size_t *row)
{
	for (size_t i = 0; i < x.rows; i++)
		if (an_view_present(x, i) == x.cols)
			*row++ = i;
}

struct ranked {
	double total;
	size_t at;
};

static int by_total(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->total != y->total)
		return x->total < y->total ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void item_all(struct an_view x, size_t j, double most, double *column, struct an_item *out)
{
	struct an_central c;

	memset(out, 0, sizeof *out);
	out->n = an_view_column(x, j, column);
	if (out->n == 0)
		return;
	an_central_of(column, out->n, &c);
	out->mean = c.mean;
	out->difficulty = c.mean / most;
	out->has_sd = out->n > 1;
	if (out->has_sd)
		out->sd = sqrt(c.m2 / (double)(out->n - 1));
}

static void item_total(const struct ranked *order, const double *total, size_t n, size_t group, double most,
    const double *mark, double *rest, struct an_item *out)
{
	double worst = 0, best = 0;

	for (size_t i = 0; i < n; i++)
		rest[i] = total[i] - mark[i];
	out->has_r_total = an_pearson(mark, total, n, &out->r_total);
	out->has_r_rest = an_pearson(mark, rest, n, &out->r_rest);
	for (size_t i = 0; i < group; i++) {
		worst += mark[order[i].at];
		best += mark[order[n - 1 - i].at];
	}
	out->upper_lower = group > 0 ? (best - worst) / (double)group / most : 0;
}

enum an_status an_items(struct an_view x, const double *most, struct an_work *work, struct an_items *out,
    struct an_item *items)
{
	struct an_work_mark mark = an_work_mark(work);
	double *total = AN_WORK_ARRAY(work, double, x.rows), *column = AN_WORK_ARRAY(work, double, x.rows);
	double *rest = AN_WORK_ARRAY(work, double, x.rows);
	size_t *row = AN_WORK_ARRAY(work, size_t, x.rows);
	struct ranked *order = AN_WORK_ARRAY(work, struct ranked, x.rows);
	struct an_central c;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = total && column && rest && row && order ? an_view_check(x, &out->missing) : AN_ENOMEM;
	for (size_t j = 0; status == AN_OK && most != NULL && j < x.cols; j++)
		if (!(most[j] > 0) || !isfinite(most[j]))
			status = AN_EDATA;
	if (status == AN_OK)
		status = an_totals(x, total, &out->used);
	if (status == AN_OK && (out->used < 2 || x.cols == 0))
		status = AN_ETOOFEW;
	if (status != AN_OK)
		goto done;
	complete_rows(x, row);
	an_central_of(total, out->used, &c);
	out->total_mean = c.mean;
	out->total_sd = sqrt(c.m2 / (double)(out->used - 1));
	out->group = (size_t)nearbyint(AN_EXTREME_SHARE * (double)out->used);
	for (size_t i = 0; i < out->used; i++)
		order[i] = (struct ranked){ total[i], i };
	qsort(order, out->used, sizeof *order, by_total);
	for (size_t j = 0; j < x.cols; j++) {
		double top = most != NULL ? most[j] : 1;

		item_all(x, j, top, column, items + j);
		for (size_t i = 0; i < out->used; i++)
			column[i] = an_view_at(x, row[i], j);
		item_total(order, total, out->used, out->group, top, column, rest, items + j);
	}
done:
	an_work_release(work, mark);
	return status;
}

double an_percentile_rank(const double *sorted, size_t n, double score)
{
	size_t below = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		below += sorted[i] < score;
		at += sorted[i] == score;
	}
	return ((double)below + (double)at / 2) / (double)n * 100;
}

/* Sum of p q over items, from complete rows.  AN_EDATA: a mark that is neither 0 nor 1. */
static enum an_status sum_pq(struct an_view x, size_t n, double *out)
{
	*out = 0;
	for (size_t j = 0; j < x.cols; j++) {
		double right = 0;

		for (size_t i = 0; i < x.rows; i++) {
			double mark = an_view_has(x, i, j) ? an_view_at(x, i, j) : 0;

			if (mark != 0 && mark != 1)
				return AN_EDATA;
			if (mark == 1 && an_view_present(x, i) == x.cols)
				right++;
		}
		*out += right / (double)n * (1 - right / (double)n);
	}
	return AN_OK;
}

enum an_status an_kr(struct an_view x, struct an_work *work, struct an_kr *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *total = AN_WORK_ARRAY(work, double, x.rows), pq, variance, k = (double)x.cols, n;
	struct an_central c;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = total == NULL ? AN_ENOMEM : an_view_check(x, &out->missing);
	if (status == AN_OK)
		status = an_totals(x, total, &out->used);
	if (status == AN_OK && (out->used < 2 || x.cols < 2))
		status = AN_ETOOFEW;
	if (status == AN_OK)
		status = sum_pq(x, out->used, &pq);
	if (status != AN_OK)
		goto done;
	n = (double)out->used;
	an_central_of(total, out->used, &c);
	variance = c.m2 / n;
	status = variance > 0 ? AN_OK : AN_ENOVARIANCE;
	if (status != AN_OK)
		goto done;
	out->total_mean = c.mean;
	out->total_sd = sqrt(c.m2 / (n - 1));
	out->kr20 = k / (k - 1) * (1 - pq / variance);
	out->kr20_mixed = k / (k - 1) * (1 - pq / (c.m2 / (n - 1)));
	out->kr21 = k / (k - 1) * (1 - c.mean * (k - c.mean) / (k * variance));
	out->sem = out->total_sd * sqrt(1 - out->kr20);
done:
	an_work_release(work, mark);
	return status;
}
