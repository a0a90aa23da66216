#include "analysis/stats/test/rasch.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

#define ITERATIONS 200

/* Expected score at theta, its variance (the information) and third central moment. */
static void moments(const double *difficulty, size_t k, double theta, double *mean, double *info, double *third)
{
	*mean = *info = *third = 0;
	for (size_t i = 0; i < k; i++) {
		double e = exp(-fabs(theta - difficulty[i])), big = 1 / (1 + e), small = e / (1 + e);
		double p = theta > difficulty[i] ? big : small, v = big * small;

		*mean += p;
		*info += v;
		*third += v * (1 - 2 * p);
	}
}

/* Root of score - expected score, plus Warm's term when warm, by Newton inside a bracket. */
static enum an_status ability(const double *difficulty, size_t k, double score, bool warm, double *theta, double *se)
{
	double lo = INFINITY, hi = -INFINITY, x = 0, mean, info, third;

	for (size_t i = 0; i < k; i++) {
		lo = fmin(lo, difficulty[i]);
		hi = fmax(hi, difficulty[i]);
		x += difficulty[i] / (double)k;
	}
	lo -= 20 + log((double)k);
	hi += 20 + log((double)k);
	x += log((score + 0.5) / ((double)k - score + 0.5));
	for (int i = 0; i < ITERATIONS; i++) {
		double off, next;

		moments(difficulty, k, x, &mean, &info, &third);
		off = score - mean + (warm ? third / info / 2 : 0);
		if (off > 0)
			lo = x;
		else
			hi = x;
		next = x + off / info;
		if (!(next > lo && next < hi))
			next = lo + (hi - lo) / 2;
		if (fabs(next - x) <= 1e-14 * fmax(1, fabs(x)) || next == lo || next == hi)
			break;
		x = next;
	}
	*theta = x;
	*se = 1 / sqrt(info);
	return isfinite(x) && isfinite(*se) ? AN_OK : AN_EDATA;
}

enum an_status an_rasch_theta(const double *difficulty, size_t k, double score, double *theta, double *se)
{
	if (k == 0)
		return AN_ETOOFEW;
	if (!(score > 0) || !(score < (double)k))
		return AN_EDATA;
	return ability(difficulty, k, score, false, theta, se);
}

enum an_status an_rasch_wle(const double *difficulty, size_t k, double score, double *theta, double *se)
{
	if (k == 0)
		return AN_ETOOFEW;
	if (!(score >= 0) || !(score <= (double)k))
		return AN_EDATA;
	return ability(difficulty, k, score, true, theta, se);
}

/* Sums behind the mean squares of one item. */
struct squares {
	size_t n;
	double outfit, infit, info, outfit_var, infit_var;
};

static void add_answer(struct squares *s, double x, double p)
{
	double v = p * (1 - p), e = x - p, c = v * (1 - 3 * v); /* c: E (x - p)^4 */

	s->n++;
	s->outfit += e * e / v;
	s->infit += e * e;
	s->info += v;
	s->outfit_var += c / (v * v);
	s->infit_var += c - v * v;
}

static void mean_squares(const struct squares *s, struct an_rasch_fit *out)
{
	double n = (double)s->n, q_out, q_in;

	memset(out, 0, sizeof *out);
	if (s->n == 0 || !(s->info > 0))
		return;
	out->n = s->n;
	out->outfit = s->outfit / n;
	out->infit = s->infit / s->info;
	q_out = sqrt(s->outfit_var / n / n - 1 / n);
	q_in = sqrt(s->infit_var) / s->info;
	out->outfit_t = (cbrt(out->outfit) - 1) * 3 / q_out + q_out / 3;
	out->infit_t = (cbrt(out->infit) - 1) * 3 / q_in + q_in / 3;
	out->has_t = isfinite(out->outfit_t) && isfinite(out->infit_t);
}

/* The items that a row has; returns how many, and how many are right. */
static size_t row_items(struct an_view x, size_t row, const struct an_rasch_item *items, size_t *item,
    double *difficulty, size_t *score)
{
	size_t k = 0;

	*score = 0;
	for (size_t j = 0; j < x.cols; j++)
		if (items[j].used && an_view_has(x, row, j)) {
			item[k] = j;
			difficulty[k++] = items[j].difficulty;
			*score += an_view_at(x, row, j) == 1;
		}
	return k;
}

static void reliability(const double *theta, const double *se, size_t n, struct an_rasch_people *out)
{
	struct an_central c;
	double error = 0, variance;

	out->used = n;
	if (n < 2)
		return;
	an_central_of(theta, n, &c);
	for (size_t i = 0; i < n; i++)
		error += se[i] * se[i] / (double)n;
	variance = c.m2 / (double)(n - 1);
	out->mean = c.mean;
	out->sd = sqrt(variance);
	out->has_reliability = variance > 0;
	if (out->has_reliability)
		out->reliability = (variance - error) / variance;
}

enum an_status an_rasch_fit(struct an_view x, const struct an_rasch_item *items, struct an_work *work,
    struct an_rasch_fit *fit, struct an_rasch_people *people, double *theta, double *se, unsigned char *has)
{
	struct an_work_mark mark = an_work_mark(work);
	struct squares *s = AN_WORK_ARRAY(work, struct squares, x.cols);
	double *difficulty = AN_WORK_ARRAY(work, double, x.cols);
	double *all = AN_WORK_ARRAY(work, double, x.rows), *error = AN_WORK_ARRAY(work, double, x.rows);
	size_t *item = AN_WORK_ARRAY(work, size_t, x.cols), n = 0;
	enum an_status status = s && difficulty && all && error && item ? AN_OK : AN_ENOMEM;

	memset(people, 0, sizeof *people);
	for (size_t i = 0; status == AN_OK && i < x.rows; i++) {
		size_t score, k = row_items(x, i, items, item, difficulty, &score);
		bool ok = score > 0 && score < k;

		if (ok)
			status = an_rasch_theta(difficulty, k, (double)score, all + n, error + n);
		for (size_t u = 0; ok && status == AN_OK && u < k; u++)
			add_answer(s + item[u], an_view_at(x, i, item[u]), 1 / (1 + exp(difficulty[u] - all[n])));
		if (has != NULL)
			has[i] = ok;
		if (theta != NULL)
			theta[i] = ok ? all[n] : 0;
		if (se != NULL)
			se[i] = ok ? error[n] : 0;
		n += ok;
		if (i % 4096 == 0 && !an_work_go_on(work, (double)i / (double)x.rows))
			status = AN_ESTOPPED;
	}
	if (status == AN_OK) {
		for (size_t j = 0; j < x.cols; j++)
			mean_squares(s + j, fit + j);
		reliability(all, error, n, people);
	}
	an_work_release(work, mark);
	return status;
}
