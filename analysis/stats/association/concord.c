#include "analysis/stats/association/concord.h"
#include "analysis/stats/numeric/dist.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One person: place among the different values of x and of y, and partners of either kind. */
struct person {
	double x, y, w;
	size_t col;
	double concordant, discordant, same_x, same_y; /* same: people with that value, oneself among them */
};

static int by_x(const void *a, const void *b)
{
	const struct person *p = a, *q = b;

	return (p->x > q->x) - (p->x < q->x);
}

static int by_y(const void *a, const void *b)
{
	const struct person *p = a, *q = b;

	return (p->y > q->y) - (p->y < q->y);
}

/* Binary indexed tree: weights below a column. */
static void add(double *tree, size_t cols, size_t col, double w)
{
	for (size_t i = col + 1; i <= cols; i += i & -i)
		tree[i] += w;
}

static double below(const double *tree, size_t col)
{
	double sum = 0;

	for (size_t i = col; i > 0; i -= i & -i)
		sum += tree[i];
	return sum;
}

/* Partners among the people with lower x, walking upward, and then with higher x, walking down. */
static void partners(struct person *p, size_t n, size_t cols, bool upward, double *tree)
{
	double all = 0;

	memset(tree, 0, (cols + 1) * sizeof *tree);
	for (size_t done = 0, next; done < n; done = next) {
		for (next = done; next < n; next++) {
			struct person *q = p + (upward ? next : n - 1 - next);
			double low = below(tree, q->col), high = all - below(tree, q->col + 1);

			if (q->x != p[upward ? done : n - 1 - done].x)
				break;
			q->concordant += upward ? low : high;
			q->discordant += upward ? high : low;
		}
		for (size_t i = done; i < next; i++) {
			const struct person *q = p + (upward ? i : n - 1 - i);

			add(tree, cols, q->col, q->w);
			all += q->w;
		}
	}
}

/* What the tied people of one variable add to the null variance of concordant less discordant. */
struct ties {
	double pairs, two, three, five; /* sums over ties of t: t(t-1)/2, t(t-1), t(t-1)(t-2), t(t-1)(2t+5) */
};

static void tie(struct ties *sum, double t)
{
	sum->pairs += t * (t - 1) / 2;
	sum->two += t * (t - 1);
	sum->three += t * (t - 1) * (t - 2);
	sum->five += t * (t - 1) * (2 * t + 5);
}

/* People sorted by y, then by x, with places, ties and partners; returns the number of columns. */
static void count_pairs(struct person *p, size_t n, double *tree, struct ties *tx, struct ties *ty)
{
	size_t cols = 0;

	qsort(p, n, sizeof *p, by_y);
	for (size_t from = 0, to; from < n; from = to, cols++) {
		double sum = 0;

		for (to = from; to < n && p[to].y == p[from].y; to++)
			sum += p[to].w;
		for (size_t i = from; i < to; i++) {
			p[i].col = cols;
			p[i].same_y = sum;
		}
		tie(ty, sum);
	}
	qsort(p, n, sizeof *p, by_x);
	for (size_t from = 0, to; from < n; from = to) {
		double sum = 0;

		for (to = from; to < n && p[to].x == p[from].x; to++)
			sum += p[to].w;
		for (size_t i = from; i < to; i++)
			p[i].same_x = sum;
		tie(tx, sum);
	}
	partners(p, n, cols, true, tree);
	partners(p, n, cols, false, tree);
}

static struct an_measure measure(double value, double variance, double z)
{
	double se = sqrt(fmax(variance, 0));

	return (struct an_measure){ value, se, { fmax(-1, value - z * se), fmin(1, value + z * se) } };
}

/* Estimates and asymptotic errors (delta method on the multinomial), every sum over both orders of
 * a pair: row, column are n^2 less the squares of the margins. */
static void measures(const struct person *p, size_t count, double z, struct an_concord *out)
{
	double n = out->n, con = 2 * out->concordant, dis = 2 * out->discordant, net = con - dis;
	double row = n * (n - 1) - 2 * out->tied_x, column = n * (n - 1) - 2 * out->tied_y, both = sqrt(row * column);
	double tau = net / both, vg = 0, vt = 0, vyx = 0, vxy = 0;

	for (size_t i = 0; i < count; i++) {
		double c = p[i].concordant, d = p[i].discordant, w = p[i].w;
		double g = dis * c - con * d, v = p[i].same_x * column + p[i].same_y * row;
		double t = 2 * both * (c - d) + tau * v;
		double yx = row * (c - d) - net * (n - p[i].same_x), xy = column * (c - d) - net * (n - p[i].same_y);

		vg += w * g * g;
		vt += w * t * t;
		vyx += w * yx * yx;
		vxy += w * xy * xy;
	}
	out->tau = measure(tau, (vt / n - n * n * tau * tau * (row + column) * (row + column)) * n / pow(both, 4), z);
	out->d_yx = measure(net / row, 4 * vyx / pow(row, 4), z);
	out->d_xy = measure(net / column, 4 * vxy / pow(column, 4), z);
	out->has_gamma = con + dis > 0;
	if (out->has_gamma)
		out->gamma = measure(net / (con + dis), 16 * vg / pow(con + dis, 4), z);
}

static void null_test(const struct ties *tx, const struct ties *ty, struct an_concord *out)
{
	double n = out->n, variance;

	if (n < 3)
		return;
	variance = (n * (n - 1) * (2 * n + 5) - tx->five - ty->five) / 18 + tx->two * ty->two / (2 * n * (n - 1)) +
	    tx->three * ty->three / (9 * n * (n - 1) * (n - 2));
	out->has_z = variance > 0;
	if (!out->has_z)
		return;
	out->z = (out->concordant - out->discordant) / sqrt(variance);
	out->p = 2 * gsl_cdf_ugaussian_Q(fabs(out->z));
}

enum an_status an_concord(const double *x, const double *y, const double *w, size_t n, double level,
    struct an_work *work, struct an_concord *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct person *p = AN_WORK_ARRAY(work, struct person, n);
	double *tree = AN_WORK_ARRAY(work, double, n + 1);
	struct ties tx = { 0 }, ty = { 0 };
	enum an_status status = AN_OK;
	size_t count = 0;

	memset(out, 0, sizeof *out);
	if (p == NULL || tree == NULL) {
		an_work_release(work, mark);
		return AN_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		double weight = w != NULL ? w[i] : 1;

		if (!isfinite(x[i]) || !isfinite(y[i]) || !isfinite(weight) || weight < 0)
			status = AN_EDATA;
		else if (weight > 0)
			p[count++] = (struct person){ .x = x[i], .y = y[i], .w = weight };
		out->n += weight;
	}
	if (!(level > 0 && level < 1))
		status = AN_EDATA;
	if (status == AN_OK && out->n < 2)
		status = AN_ETOOFEW;
	if (status == AN_OK) {
		count_pairs(p, count, tree, &tx, &ty);
		for (size_t i = 0; i < count; i++) {
			out->concordant += p[i].w * p[i].concordant / 2;
			out->discordant += p[i].w * p[i].discordant / 2;
		}
		out->tied_x = tx.pairs;
		out->tied_y = ty.pairs;
		if (!(tx.two < out->n * (out->n - 1)) || !(ty.two < out->n * (out->n - 1)))
			status = AN_ENOVARIANCE;
	}
	if (status == AN_OK) {
		measures(p, count, an_normal_critical(level), out);
		null_test(&tx, &ty, out);
	}
	an_work_release(work, mark);
	return status;
}

/* Share of the n! orders with at most q inversions, convolving one element after another. */
static double inversions_at_most(double *share, double *next, size_t n, size_t q)
{
	double sum = 0;

	memset(share, 0, (q + 1) * sizeof *share);
	share[0] = 1;
	for (size_t m = 2; m <= n; m++) {
		double window = 0;

		for (size_t c = 0; c <= q; c++) {
			window += share[c];
			if (c >= m)
				window -= share[c - m];
			next[c] = fmax(window, 0) / (double)m;
		}
		memcpy(share, next, (q + 1) * sizeof *share);
	}
	for (size_t c = 0; c <= q; c++)
		sum += share[c];
	return sum;
}

enum an_status an_kendall_exact(double tau, size_t n, struct an_work *work, double *p)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t pairs = n * (n - 1) / 2, q;
	double *share, *next;

	*p = 0;
	if (n < 2 || n > AN_KENDALL_EXACT || !(fabs(tau) <= 1))
		return AN_EDATA;
	/* the distribution is symmetric: the side with fewer inversions */
	q = (size_t)floor((1 - fabs(tau)) * (double)pairs / 2 + 0.25);
	share = AN_WORK_ARRAY(work, double, q + 1);
	next = AN_WORK_ARRAY(work, double, q + 1);
	if (share != NULL && next != NULL)
		*p = fmin(1, 2 * inversions_at_most(share, next, n, q));
	an_work_release(work, mark);
	return share != NULL && next != NULL ? AN_OK : AN_ENOMEM;
}
