#include "analysis/outcome_scores.h"

#include "analysis/attainment.h"
#include "analysis/estimate.h"
#include "analysis/stats/test/outcomes.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/work.h"

#include <stdlib.h>
#include <string.h>

static void weights_fill(struct outcome_scores *s)
{
	for (size_t j = 0; j < s->r.item_count; j++) {
		const struct result_item *it = &s->r.items[j];

		for (size_t l = 0; l < it->link_count; l++)
			for (size_t o = 0; o < s->outcome_count; o++)
				if (strcmp(s->outcomes[o].id, it->links[l].outcome) == 0) {
					s->weight[j * s->outcome_count + o] =
					    it->links[l].weight * s->r.assessments[it->assessment].weight;
					s->items[o]++;
				}
	}
}

static enum score_basis basis_of(const struct outcome_scores *s, size_t student, size_t outcome)
{
	for (size_t j = 0; j < s->r.item_count; j++)
		if (s->weight[j * s->outcome_count + outcome] > 0 &&
		    s->r.state[student * s->r.item_count + j] == RESULT_PRESENT)
			return SCORE_MARKED;
	return SCORE_RULE;
}

/* The library scores outcomes that have items; the others stay without scores. */
static int score_fill(struct outcome_scores *s, struct arena *a, struct err *e)
{
	size_t m = 0, n = s->r.students, k = s->r.item_count;
	size_t *column = ARENA_ARRAY(a, size_t, s->outcome_count + 1);
	double *weight, *score;
	unsigned char *has;

	if (column == NULL)
		return err_nomem(e);
	for (size_t o = 0; o < s->outcome_count; o++)
		if (s->items[o] > 0)
			column[m++] = o;
	weight = ARENA_ARRAY(a, double, k *m + 1);
	score = ARENA_ARRAY(a, double, n *m + 1);
	has = arena_get(a, n * m + 1, 1);
	if (arena_failed(a))
		return err_nomem(e);
	if (m == 0 || n == 0)
		return 0;
	for (size_t j = 0; j < k; j++)
		for (size_t c = 0; c < m; c++)
			weight[j * m + c] = s->weight[j * s->outcome_count + column[c]];
	if (an_outcome_scores(s->shares, weight, m, 0, score, has) != AN_OK)
		return err_internal(e, "course %s: marks or weights that are no numbers", s->course.id);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < m; c++) {
			s->score[i * s->outcome_count + column[c]] = score[i * m + c];
			s->has[i * s->outcome_count + column[c]] =
			    has[i * m + c] ? basis_of(s, i, column[c]) : SCORE_NONE;
		}
	return 0;
}

int outcome_scores_load(struct db *db, const struct course *course, const char *term, struct arena *a,
    struct outcome_scores *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	out->course = *course;
	if (course_outcomes(db, course, a, &out->outcomes, &out->outcome_count, e) < 0)
		return -1;
	if (term != NULL && results_load_course(db, course->id, term, a, &out->r, e) < 0)
		return -1;
	out->items = ARENA_ARRAY(a, size_t, out->outcome_count + 1);
	out->weight = ARENA_ARRAY(a, double, out->outcome_count * out->r.item_count + 1);
	out->score = ARENA_ARRAY(a, double, out->outcome_count * out->r.students + 1);
	out->has = arena_get(a, out->outcome_count * out->r.students + 1, 1);
	if (arena_failed(a))
		return err_nomem(e);
	if (out->r.item_count == 0)
		return 0;
	weights_fill(out);
	if (results_shares(&out->r, a, &out->shares, e) < 0)
		return -1;
	return score_fill(out, a, e);
}

void outcome_missing(const struct outcome_scores *s, size_t o, size_t by[RESULT_STATES])
{
	memset(by, 0, RESULT_STATES * sizeof *by);
	for (size_t i = 0; i < s->r.students; i++) {
		size_t seen[RESULT_STATES] = { 0 }, most = RESULT_NO_ROW;

		if (s->has[i * s->outcome_count + o])
			continue;
		for (size_t j = 0; j < s->r.item_count; j++)
			if (s->weight[j * s->outcome_count + o] > 0)
				seen[s->r.state[i * s->r.item_count + j]]++;
		for (size_t state = 1; state < RESULT_STATES; state++)
			if (seen[state] > seen[most])
				most = state;
		by[most]++;
	}
}

size_t outcome_zeros(const struct outcome_scores *s, size_t o)
{
	size_t n = 0;

	for (size_t i = 0; i < s->r.students; i++)
		for (size_t j = 0; j < s->r.item_count; j++)
			n += s->weight[j * s->outcome_count + o] > 0 &&
			    s->r.counts[i * s->r.item_count + j] == AN_PRESENT &&
			    s->r.state[i * s->r.item_count + j] != RESULT_PRESENT;
	return n;
}

/* The weighted parts whose sum is the outcome score: students x items of the outcome. */
static bool parts_take(const struct outcome_scores *s, size_t o, double *x, unsigned char *why)
{
	size_t at = 0, k = s->r.item_count;
	bool right_or_wrong = true;
	double first = 0;

	for (size_t j = 0; j < k; j++) {
		double w = s->weight[j * s->outcome_count + o];

		if (!(w > 0))
			continue;
		first = at == 0 ? w : first;
		for (size_t i = 0; i < s->r.students; i++) {
			double share = s->shares.data[i * k + j];

			x[i * s->items[o] + at] = w == first ? share : share * w / first;
			why[i * s->items[o] + at] = s->r.counts[i * k + j];
			right_or_wrong = right_or_wrong && w == first && (share == 0 || share == 1);
		}
		at++;
	}
	return right_or_wrong;
}

static json_t *no_reliability(size_t items, const char *reason)
{
	return json_pack("{s:s, s:n, s:n, s:I, s:n, s:s}", "method", "cronbach_alpha", "alpha", "interval", "items",
	    (json_int_t)items, "n_used", "reason", reason);
}

json_t *outcome_reliability_json(const struct outcome_scores *s, size_t o, size_t few, struct err *e)
{
	size_t k = s->items[o], n = s->r.students;
	double *x = calloc(n * k + 1, sizeof *x);
	unsigned char *why = calloc(n * k + 1, 1);
	struct an_pairs *pairs = k >= 2 && k <= AN_PAIRS_MOST ? an_pairs_new(k) : NULL;
	struct an_work *work = an_work_new(0);
	enum an_status status = AN_ETOOFEW;
	struct an_alpha alpha;
	json_t *out = NULL;
	bool right_or_wrong;

	if (x == NULL || why == NULL || work == NULL || (k >= 2 && k <= AN_PAIRS_MOST && pairs == NULL)) {
		err_nomem(e);
		goto out;
	}
	right_or_wrong = parts_take(s, o, x, why);
	if (pairs != NULL) {
		struct an_view v = { x, why, n, k, k };

		status = an_pairs_centre(pairs, v);
		if (status == AN_OK)
			status = an_pairs_add_view(pairs, v);
		if (status == AN_OK)
			status = an_alpha(pairs, AN_PAIRWISE, ATTAINMENT_LEVEL, work, &alpha, NULL);
	}
	if (status != AN_OK)
		out = no_reliability(k, k < 2 ? "one_item" : an_status_name(status));
	else if (alpha.complete < few)
		out = no_reliability(k, "suppressed");
	else
		out = json_pack("{s:s, s:f, s:o, s:s, s:I, s:I, s:n}", "method",
		    right_or_wrong ? "kr20" : "cronbach_alpha", "alpha", alpha.total.raw, "interval",
		    estimate_interval(alpha.interval.lo, alpha.interval.hi), "interval_method", "feldt", "items",
		    (json_int_t)k, "n_used", (json_int_t)alpha.used, "reason");
	if (out == NULL)
		err_nomem(e);
out:
	an_work_free(work);
	an_pairs_free(pairs);
	free(why);
	free(x);
	return out;
}
