#include "analysis/stats/test/dif.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ETS_SCALE 2.35
#define ONE_SIDED 1.6448536269514722 /* normal quantile at 0.95 */

/* One person: the score to match on, group, answer to the studied item. */
struct matched {
	double score;
	size_t group;
	bool right;
};

/* One score: right and wrong in the reference group (a, b) and the focal one (c, d). */
struct table {
	double a, b, c, d;
};

struct sums {
	double observed, expected, variance;
	double r, s, pr, ps_qr, qs; /* of Robins, Breslow & Greenland */
	double weight, difference;  /* of the standardised difference */
};

static int by_score(const void *a, const void *b)
{
	const struct matched *x = a, *y = b;

	return (x->score > y->score) - (x->score < y->score);
}

static void add_table(const struct table *t, struct sums *s, struct an_dif *out)
{
	double n = t->a + t->b + t->c + t->d, reference = t->a + t->b, focal = t->c + t->d, right = t->a + t->c;
	double r = t->a * t->d / n, w = t->b * t->c / n, p = (t->a + t->d) / n, q = (t->b + t->c) / n;

	if (n < 2)
		return;
	s->observed += t->a;
	s->expected += reference * right / n;
	s->variance += reference * focal * right * (n - right) / (n * n * (n - 1));
	s->r += r;
	s->s += w;
	s->pr += p * r;
	s->ps_qr += p * w + q * r;
	s->qs += q * w;
	if (reference > 0 && focal > 0) {
		out->strata++;
		s->weight += focal;
		s->difference += focal * (t->c / focal - t->a / reference);
	}
}

static void classify(struct an_dif *out)
{
	double size = fabs(out->delta);

	if (!out->has_test || !out->has_ratio)
		return;
	if (out->p >= 0.05 || size < 1)
		out->class = 'A';
	else if (size >= 1.5 && size - ONE_SIDED * out->delta_se > 1)
		out->class = 'C';
	else
		out->class = 'B';
}

static void finish(const struct sums *s, struct an_dif *out)
{
	double off = fabs(s->observed - s->expected);

	out->has_test = s->variance > 0;
	if (out->has_test) {
		off -= off >= 0.5 ? 0.5 : 0;
		out->chi2 = off * off / s->variance;
		out->p = gsl_cdf_chisq_Q(out->chi2, 1);
	}
	out->has_ratio = s->r > 0 || s->s > 0;
	if (out->has_ratio) {
		out->ratio = s->s > 0 ? s->r / s->s : INFINITY;
		out->log_se = s->r > 0 && s->s > 0
		    ? sqrt(s->pr / (2 * s->r * s->r) + s->ps_qr / (2 * s->r * s->s) + s->qs / (2 * s->s * s->s))
		    : INFINITY;
		out->delta = -ETS_SCALE * log(out->ratio);
		out->delta_se = ETS_SCALE * out->log_se;
	}
	out->has_p_dif = s->weight > 0;
	if (out->has_p_dif)
		out->p_dif = s->difference / s->weight;
	classify(out);
}

/* Sorts people. */
static void one_item(struct matched *people, size_t n, struct an_dif *out)
{
	struct sums s = { 0 };
	bool flagged = out->flagged;

	memset(out, 0, sizeof *out);
	out->flagged = flagged;
	qsort(people, n, sizeof *people, by_score);
	for (size_t i = 0; i < n;) {
		struct table t = { 0 };
		double score = people[i].score;

		for (; i < n && people[i].score == score; i++) {
			double *cell =
			    people[i].group == 0 ? (people[i].right ? &t.a : &t.b) : (people[i].right ? &t.c : &t.d);

			*cell += 1;
		}
		add_table(&t, &s, out);
	}
	finish(&s, out);
}

static enum an_status check(struct an_view x, const size_t *group, const double *score, size_t *row, size_t *n,
    struct an_dif_all *all)
{
	struct an_missing missing;
	enum an_status status = an_view_check(x, &missing);

	*n = 0;
	for (size_t i = 0; status == AN_OK && i < x.rows; i++) {
		if (group[i] > 1 || an_view_present(x, i) < x.cols)
			continue;
		for (size_t j = 0; j < x.cols; j++)
			if (an_view_at(x, i, j) != 0 && an_view_at(x, i, j) != 1)
				return AN_EDATA;
		if (score != NULL && !isfinite(score[i]))
			return AN_EDATA;
		all->used[group[i]]++;
		row[(*n)++] = i;
	}
	if (status == AN_OK && (all->used[0] == 0 || all->used[1] == 0 || x.cols == 0))
		status = AN_ETOOFEW;
	return status;
}

/* One round over all items, matching on the items that are not flagged; true when other items are
 * flagged after it. */
static bool one_round(struct an_view x, const size_t *group, const double *score, const size_t *row, size_t n,
    double alpha, struct matched *people, struct an_dif *out, bool *next)
{
	bool changed = false;

	for (size_t j = 0; j < x.cols; j++) {
		for (size_t i = 0; i < n; i++) {
			double own = 0;

			for (size_t m = 0; score == NULL && m < x.cols; m++)
				own += m == j || !out[m].flagged ? an_view_at(x, row[i], m) : 0;
			people[i] = (struct matched){ score != NULL ? score[row[i]] : own, group[row[i]],
				an_view_at(x, row[i], j) == 1 };
		}
		one_item(people, n, out + j);
		next[j] = out[j].has_test && out[j].p < alpha;
	}
	for (size_t j = 0; j < x.cols; j++)
		changed = changed || next[j] != out[j].flagged;
	return changed;
}

enum an_status an_dif(struct an_view x, const size_t *group, const double *score, struct an_dif_rule rule,
    struct an_work *work, struct an_dif_all *all, struct an_dif *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct matched *people = AN_WORK_ARRAY(work, struct matched, x.rows);
	size_t *row = AN_WORK_ARRAY(work, size_t, x.rows), n = 0;
	bool *next = AN_WORK_ARRAY(work, bool, x.cols);
	enum an_status status = people && row && next ? AN_OK : AN_ENOMEM;

	memset(all, 0, sizeof *all);
	memset(out, 0, x.cols * sizeof *out);
	if (status == AN_OK)
		status = check(x, group, score, row, &n, all);
	all->settled = true;
	while (status == AN_OK) {
		bool changed = one_round(x, group, score, row, n, rule.alpha, people, out, next);

		if (!rule.purify || score != NULL || !changed)
			break;
		if (all->rounds == AN_DIF_ROUNDS) {
			all->settled = false;
			break;
		}
		all->rounds++;
		for (size_t j = 0; j < x.cols; j++)
			out[j].flagged = next[j];
		if (!an_work_go_on(work, (double)all->rounds / AN_DIF_ROUNDS))
			status = AN_ESTOPPED;
	}
	an_work_release(work, mark);
	return status;
}
