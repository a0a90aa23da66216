#include "analysis/stats/association/concord.h"
#include "analysis/stats/numeric/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct placed {
	double x;
	size_t at;
};

static int by_value(const void *a, const void *b)
{
	const struct placed *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

enum an_status an_ranks(const double *x, size_t n, struct an_work *work, double *rank, double *ties)
{
	struct an_work_mark mark = an_work_mark(work);
	struct placed *p = AN_WORK_ARRAY(work, struct placed, n);

	*ties = 0;
	if (p == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		p[i] = (struct placed){ x[i], i };
	qsort(p, n, sizeof *p, by_value);
	for (size_t from = 0, to; from < n; from = to) {
		double t;

		for (to = from; to < n && p[to].x == p[from].x;)
			to++;
		for (size_t i = from; i < to; i++)
			rank[p[i].at] = (double)(from + to + 1) / 2;
		t = (double)(to - from);
		*ties += t * t * t - t;
	}
	an_work_release(work, mark);
	return AN_OK;
}

/* Orders of n with a sum of squared differences of s or less (Heap's algorithm). */
static double orders_at_most(size_t n, double s)
{
	size_t order[AN_SPEARMAN_EXACT], turn[AN_SPEARMAN_EXACT] = { 0 };
	double hits = 0, all = 0;

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = 0;;) {
		double sum = 0;

		for (size_t k = 0; k < n; k++) {
			double d = (double)k - (double)order[k];

			sum += d * d;
		}
		hits += sum <= s + 0.5;
		all++;
		while (i < n && turn[i] >= i)
			turn[i++] = 0;
		if (i >= n)
			return hits / all;
		size_t with = i % 2 == 0 ? 0 : turn[i], was = order[with];

		order[with] = order[i];
		order[i] = was;
		turn[i]++;
		i = 0;
	}
}

enum an_status an_spearman(const double *x, const double *y, size_t n, struct an_work *work, struct an_spearman *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *a = AN_WORK_ARRAY(work, double, n), *b = AN_WORK_ARRAY(work, double, n);
	double mid = (double)(n + 1) / 2, sxy = 0, sxx = 0, syy = 0, tx, ty, m = (double)n, q;
	enum an_status status = n < 3 ? AN_ETOOFEW : AN_OK;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || !isfinite(y[i]))
			status = AN_EDATA;
	if (a == NULL || b == NULL)
		status = AN_ENOMEM;
	if (status == AN_OK)
		status = an_ranks(x, n, work, a, &tx);
	if (status == AN_OK)
		status = an_ranks(y, n, work, b, &ty);
	for (size_t i = 0; status == AN_OK && i < n; i++) {
		sxy += (a[i] - mid) * (b[i] - mid);
		sxx += (a[i] - mid) * (a[i] - mid);
		syy += (b[i] - mid) * (b[i] - mid);
	}
	an_work_release(work, mark);
	if (status == AN_OK && !(sxx > 0 && syy > 0))
		status = AN_ENOVARIANCE;
	if (status != AN_OK)
		return status;
	out->rho = fmax(-1, fmin(1, sxy / sqrt(sxx * syy)));
	out->s = (m * m * m - m) * (1 - out->rho) / 6;
	out->has_t = fabs(out->rho) < 1;
	if (out->has_t) {
		out->t = out->rho * sqrt((m - 2) / (1 - out->rho * out->rho));
		out->p = 2 * an_t_upper(fabs(out->t), m - 2);
	}
	out->has_exact = tx == 0 && ty == 0 && n <= AN_SPEARMAN_EXACT;
	if (out->has_exact) {
		q = (m * m * m - m) * (1 - fabs(out->rho)) / 6;
		out->p_exact = fmin(1, 2 * orders_at_most(n, round(q)));
	}
	return AN_OK;
}
