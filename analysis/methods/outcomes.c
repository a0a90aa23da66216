/* Course outcomes from item marks and a Q-matrix. */
#include "analysis/methods/method.h"
#include "analysis/methods/qmatrix.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/test/outcomes.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW_ITEMS 3

/* Marks to 0..1 of the best mark, in place. */
static int scale_marks(struct analyse *a, struct err *e)
{
	double most = analyse_number(a, "most");

	if (!(most > 0))
		return err_set(e, ERR_INPUT, "most", "--{1} must be above 0.", "most", (char *)NULL);
	for (size_t i = 0; i < a->items.view.rows * a->items.view.cols; i++)
		if (a->items.why[i] == AN_PRESENT) {
			a->items.data[i] /= most;
			if (!(a->items.data[i] >= 0 && a->items.data[i] <= 1))
				return err_set(e, ERR_INPUT, "most",
				    "A mark lies outside 0 to --most, the best mark of an item.", (char *)NULL);
		}
	return 0;
}

/* Alpha of the items that serve an outcome; null under two items. */
static json_t *outcome_alpha(struct analyse *a, const struct qmatrix *q, size_t o)
{
	struct an_work_mark mark = an_work_mark(a->work);
	struct an_view v = a->items.view;
	double *row = AN_WORK_ARRAY(a->work, double, v.cols);
	unsigned char *why = AN_WORK_ARRAY(a->work, unsigned char, v.cols);
	struct an_pairs *p = NULL;
	json_t *out = json_null();
	struct an_alpha x;
	size_t k = 0;

	for (size_t j = 0; j < v.cols; j++)
		k += q->weight[j * q->outcomes + o] > 0;
	if (row != NULL && why != NULL)
		p = an_pairs_new(k);
	for (size_t i = 0; p != NULL && i < v.rows; i++) {
		k = 0;
		for (size_t j = 0; j < v.cols; j++)
			if (q->weight[j * q->outcomes + o] > 0) {
				row[k] = an_view_at(v, i, j);
				why[k++] = an_view_has(v, i, j) ? AN_PRESENT : AN_SKIPPED;
			}
		an_pairs_add(p, row, why);
	}
	if (p != NULL && an_alpha(p, AN_PAIRWISE, a->level, a->work, &x, NULL) == AN_OK)
		out = analyse_real(x.total.raw);
	an_pairs_free(p);
	an_work_release(a->work, mark);
	return out;
}

static json_t *outcome_names(const struct qmatrix *q)
{
	return analyse_names(q->name, q->outcomes);
}

static void outcomes_json(struct analyse *a, const struct qmatrix *q, const struct an_outcome *o, json_t *result)
{
	json_t *values = json_array();

	for (size_t i = 0; i < q->outcomes; i++) {
		bool any = o[i].used > 0;
		size_t items = 0;

		for (size_t j = 0; j < a->items.view.cols; j++)
			items += q->weight[j * q->outcomes + i] > 0;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o]", analyse_count(items), analyse_count(o[i].used),
			analyse_real_if(any, o[i].mean), analyse_real_if(o[i].has_sd, o[i].sd),
			analyse_real_if(any, o[i].reached), analyse_real_if(any, o[i].share),
			analyse_real_if(any, o[i].interval.lo), analyse_real_if(any, o[i].interval.hi),
			outcome_alpha(a, q, i)));
	}
	json_object_set_new(result, "outcomes",
	    analyse_sheet(outcome_names(q), "items n mean sd reached share lo hi alpha", values));
}

static void correlations_json(struct analyse *a, const struct qmatrix *q, const double *score, const unsigned char *has,
    json_t *result)
{
	size_t m = q->outcomes, rows = a->items.view.rows;
	unsigned char *why = AN_WORK_ARRAY(a->work, unsigned char, rows *m);
	double *cor = AN_WORK_ARRAY(a->work, double, m *m);
	struct an_pairs *p = an_pairs_new(m);
	struct an_view v = { score, why, rows, m, m };
	json_t *out = NULL;

	for (size_t i = 0; why != NULL && i < rows * m; i++)
		why[i] = has[i] ? AN_PRESENT : AN_SKIPPED;
	if (why != NULL && cor != NULL && p != NULL && an_pairs_centre(p, v) == AN_OK &&
	    an_pairs_add_view(p, v) == AN_OK) {
		an_pairs_cor(p, AN_PAIRWISE, cor); /* an outcome in which all are alike has none */
		out = analyse_matrix(cor, m, outcome_names(q));
	}
	json_object_set_new(result, "cor", out != NULL ? out : json_null());
	an_pairs_free(p);
}

static void people_json(const struct analyse *a, const struct qmatrix *q, const double *score, const unsigned char *has,
    json_t *result)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < a->items.view.rows && i < analyse_whole(a, "people"); i++) {
		json_t *row = json_array();

		for (size_t o = 0; o < q->outcomes; o++)
			json_array_append_new(row,
			    analyse_real_if(has[i * q->outcomes + o], score[i * q->outcomes + o]));
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values, row);
	}
	json_object_set_new(result, "people", analyse_table(rows, outcome_names(q), values));
}

static void all_json(const struct analyse *a, const struct an_outcome_all *all, json_t *result)
{
	struct an_interval ci = { 0, 0 };
	bool any = an_proportion((double)all->reached, (double)all->used, AN_WILSON, a->level, &ci) == AN_OK;

	json_object_set_new(result, "all_attained",
	    json_pack("{s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(all->used), "reached",
		analyse_count(all->reached), "share", analyse_real_if(any, (double)all->reached / (double)all->used),
		"lo", analyse_real_if(any, ci.lo), "hi", analyse_real_if(any, ci.hi)));
}

/* Outcomes that are served by few items, or whose items do not hang together. */
static void outcome_warn(struct analyse *a, const struct qmatrix *q, const struct an_outcome *o)
{
	size_t shared = 0, few = 0;

	for (size_t j = 0; j < a->items.view.cols; j++) {
		size_t serves = 0;

		for (size_t i = 0; i < q->outcomes; i++)
			serves += q->weight[j * q->outcomes + i] > 0;
		shared += serves > 1;
	}
	for (size_t i = 0; i < q->outcomes; i++) {
		size_t items = 0;

		for (size_t j = 0; j < a->items.view.cols; j++)
			items += q->weight[j * q->outcomes + i] > 0;
		few += items < FEW_ITEMS;
		if (items < FEW_ITEMS)
			analyse_warn(a,
			    N_("Outcome {1} rests on {2} items; who has reached it is told by very little, whatever the share."),
			    SAY_TEXT(q->name[i]), SAY_N(items));
		if (o[i].used == 0)
			analyse_warn(a, N_("Nobody has marks enough for a score on outcome {1}."),
			    SAY_TEXT(q->name[i]));
	}
	analyse_check(a, few == 0, N_("Every outcome should rest on {1} items or more; {2} of {3} do."),
	    SAY_N(FEW_ITEMS), SAY_N(q->outcomes - few), SAY_N(q->outcomes));
	analyse_check(a, shared == 0,
	    N_("Items that serve several outcomes tie these together; here {1} of {2} items do."), SAY_N(shared),
	    SAY_N(a->items.view.cols));
}

static void outcome_say(struct analyse *a, const struct qmatrix *q, const struct an_outcome *o,
    const struct an_outcome_all *all, double threshold)
{
	size_t best = SIZE_MAX, worst = SIZE_MAX;

	for (size_t i = 0; i < q->outcomes; i++) {
		if (o[i].used == 0)
			continue;
		best = best == SIZE_MAX || o[i].share > o[best].share ? i : best;
		worst = worst == SIZE_MAX || o[i].share < o[worst].share ? i : worst;
	}
	if (best == SIZE_MAX)
		return;
	analyse_say(a,
	    N_("Outcome {1} is reached by most people ({2} score {3} or more), outcome {4} by fewest ({5}, {6} interval {7} "
	       "to {8})."),
	    SAY_TEXT(q->name[best]), SAY_PCT(o[best].share), SAY_PCT(threshold), SAY_TEXT(q->name[worst]),
	    SAY_PCT(o[worst].share), SAY_PCT(a->level), SAY_PCT(o[worst].interval.lo), SAY_PCT(o[worst].interval.hi));
	if (all->used > 0)
		analyse_say(a, N_("{1} of {2} people reach every outcome."), SAY_N(all->reached), SAY_N(all->used));
	outcome_warn(a, q, o);
}

static int outcomes_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_outcome_rule rule = { analyse_number(a, "need"), analyse_number(a, "threshold"), a->level };
	size_t rows = a->items.view.rows;
	unsigned char *has = NULL;
	double *score = NULL;
	struct an_outcome *o = NULL;
	struct an_outcome_all all;
	struct qmatrix q;
	int rc = qmatrix_load(a, &q, e) == 0 ? scale_marks(a, e) : -1;

	if (rc == 0) {
		score = AN_WORK_ARRAY(a->work, double, rows *q.outcomes);
		has = AN_WORK_ARRAY(a->work, unsigned char, rows *q.outcomes);
		o = AN_WORK_ARRAY(a->work, struct an_outcome, q.outcomes);
		rc = score != NULL && has != NULL && o != NULL ? 0 : err_nomem(e);
	}
	if (rc == 0 && strcmp(analyse_text(a, "weights"), "split") == 0)
		an_outcome_split(q.weight, a->items.view.cols, q.outcomes);
	if (rc == 0)
		rc = analyse_status(an_outcome_scores(a->items.view, q.weight, q.outcomes, rule.need, score, has),
		    "Q-matrix", e);
	if (rc == 0)
		rc = analyse_status(an_outcomes(score, has, rows, q.outcomes, rule, o, &all), "outcomes", e);
	if (rc == 0) {
		for (size_t i = 0; i < rows; i++)
			a->used += memchr(has + i * q.outcomes, 1, q.outcomes) != NULL;
		outcomes_json(a, &q, o, result);
		all_json(a, &all, result);
		correlations_json(a, &q, score, has, result);
		people_json(a, &q, score, has, result);
		outcome_say(a, &q, o, &all, rule.threshold);
	}
	csv_table_free(&q.file);
	return rc;
}

const struct analyse_method analyse_outcomes = {
	.file_alone = true,
	.name = "outcomes",
	.title = N_("Outcomes reached"),
	.family = FAMILY_TEST,
	.not_shown =
	    N_("A share depends on the threshold and on how hard the items are: the same people reach more outcomes "
	       "in an easier examination. It does not show what they could do before the course."),
	.r = "q <- read.csv({qmatrix}, row.names = 1)[names(x), ]\n"
	     "w <- as.matrix(q)\n"
	     "if ({weights} == \"split\") w <- w / rowSums(w)\n"
	     "s <- as.matrix(x) / {most}\n"
	     "score <- s %*% w / rep(colSums(w), each = nrow(s)) # people with every mark\n"
	     "reached <- score >= {threshold} - 1e-12\n"
	     "rbind(mean = colMeans(score, na.rm = TRUE), share = colMeans(reached, na.rm = TRUE))\n"
	     "apply(reached, 2, function(r) prop.test(sum(r, na.rm = TRUE), sum(!is.na(r)), correct = FALSE,\n"
	     "  conf.level = {level})$conf.int)\n"
	     "cor(score, use = \"pairwise\")\n",
	.chart = { CHART_ESTIMATES, .table = "/result/outcomes", .value = "share", .lo = "lo", .hi = "hi" },
	.summary = N_("outcome scores and the share of people who reach each outcome, from item marks and a Q-matrix"),
	.reference =
	    "weighted mean of the marks that serve an outcome; Wilson 1927 interval; alpha per outcome Cronbach 1951",
	.missing_rule = N_("a score needs marks with at least --need of the outcome's weight"),
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL,
	    { "qmatrix", OPT_FILE, "", NULL,
		N_("CSV: a column of item names, then one column of weights for each outcome") },
	    { "threshold", OPT_NUMBER, "0.6", NULL, N_("score from which a person has reached an outcome, 0 to 1") },
	    { "need", OPT_NUMBER, "1", NULL, N_("least share of an outcome's weight that must have a mark, 0 to 1") },
	    { "weights", OPT_CHOICE, "given", "given|split",
		N_("given: as the Q-matrix says; split: each item shared among its outcomes") },
	    { "most", OPT_NUMBER, "1", NULL, N_("best mark of every item") }, OPT_PEOPLE },
	.output = { "outcomes", "all_attained", "cor", "people" },
	.run = outcomes_run,
};
