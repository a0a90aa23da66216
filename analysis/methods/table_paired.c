/* Methods on the same people judged twice or more, and on tables within strata. */
#include "analysis/methods/cells.h"
#include "analysis/stats/table/paired.h"
#include "analysis/stats/table/strata.h"
#include "analysis/stats/table/table.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <string.h>

#define SOME_CHANGED 25 /* below it the chi-square of McNemar is rough */

static json_t *one_test(bool has, double chi2, double df, double p)
{
	return json_pack("[o, o, o]", analyse_real_if(has, chi2), analyse_real_if(has, df), analyse_real_if(has, p));
}

static void paired_tests(const struct an_paired *x, json_t *result)
{
	json_t *rows = json_pack("[s, s]", "symmetry", "marginal"), *values = json_array();

	json_array_append_new(values, one_test(x->has_symmetry, x->symmetry, x->df, x->p));
	json_array_append_new(values, one_test(x->has_marginal, x->marginal, x->marginal_df, x->marginal_p));
	if (x->two) {
		json_array_append_new(rows, json_string("corrected"));
		json_array_append_new(values, one_test(x->has_symmetry, x->corrected, 1, x->corrected_p));
	}
	json_object_set_new(result, "tests", analyse_sheet(rows, "chi2 df p", values));
	json_object_set_new(result, "exact_p", analyse_real_if(x->has_exact, x->exact));
	json_object_set_new(result, "mid_p", analyse_real_if(x->has_exact, x->mid));
	if (!x->two)
		return;
	json_object_set_new(result, "difference", analyse_estimate(true, x->difference, true, x->difference_interval));
	json_object_set_new(result, "odds_ratio",
	    json_pack("{s:o, s:o, s:o}", "estimate", analyse_real_if(x->has_odds_ratio, x->odds_ratio), "lo",
		analyse_real_if(x->has_symmetry, x->odds_interval.lo), "hi",
		analyse_real_if(x->has_odds_hi, x->odds_interval.hi)));
}

static void paired_say(struct analyse *a, const struct analyse_ratings *r, const struct an_paired *x)
{
	double p = x->has_exact ? x->exact : x->p;

	if (x->two)
		analyse_say(a,
		    N_("{1} of {2} people changed. The share with {3} was {4} in {5} and {6} in {7}; the p-value of no "
		       "change either way is {8}."),
		    SAY_NUM(x->changed, 0), SAY_NUM(x->n, 0), SAY_TEXT(r->label[0]), SAY_PCT(x->before),
		    SAY_TEXT(r->rater[0]), SAY_PCT(x->after), SAY_TEXT(r->rater[1]), SAY_P(p));
	else if (x->has_marginal)
		analyse_say(a,
		    N_("{1} of {2} people changed; that the shares of all categories are the same in {3} and {4} has a "
		       "p-value of {5}."),
		    SAY_NUM(x->changed, 0), SAY_NUM(x->n, 0), SAY_TEXT(r->rater[0]), SAY_TEXT(r->rater[1]),
		    SAY_P(x->marginal_p));
	analyse_check(a, x->changed >= SOME_CHANGED,
	    N_("The chi-square tests need some people who changed, about {1} or more; here they are {2}."),
	    SAY_N(SOME_CHANGED), SAY_NUM(x->changed, 0));
	if (x->two && x->changed < SOME_CHANGED)
		analyse_warn(a, N_("So few people changed that the exact p-value is the one to read."), SAY_END);
}

static int mcnemar_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_ratings r;
	struct an_paired x;
	double *count, n;
	size_t k;

	if (!analyse_given(a, "row"))
		return err_set(e, ERR_INPUT, "row", "--{1} must name a column.", "row", (char *)NULL);
	if (analyse_ratings_load(a, &r, e) != 0 || analyse_ratings_square(a, &r, 0, 1, &count, &n, e) != 0 ||
	    analyse_status(an_paired(count, r.categories, a->level, a->work, &x), "changes", e) != 0)
		return -1;
	k = r.categories;
	json_object_set_new(result, "n", analyse_real(n));
	json_object_set_new(result, "changed", analyse_real(x.changed));
	json_object_set_new(result, "counts",
	    analyse_grid(count, k, k, analyse_names(r.label, k), analyse_names(r.label, k)));
	paired_tests(&x, result);
	paired_say(a, &r, &x);
	return 0;
}

const struct analyse_method analyse_mcnemar = {
	.name = "mcnemar",
	.title = N_("McNemar's test of change"),
	.family = FAMILY_TABLE,
	.not_shown =
	    N_("The test does not show why people changed: without others who were asked twice in the same time "
	       "and had no measure taken, the change cannot be put down to it."),
	.r = "w <- if (is.null({count})) rep(1, nrow(d)) else d[[{count}]]\n"
	     "k <- sort(unique(c(d[[{row}]], d[[{column}]])))\n"
	     "T <- xtabs(w ~ factor(d[[{row}]], levels = k) + factor(d[[{column}]], levels = k))\n"
	     "mcnemar.test(T, correct = FALSE)\n"
	     "if (nrow(T) == 2) binom.test(T[1, 2], T[1, 2] + T[2, 1], conf.level = {level})\n",
	.chart = { CHART_STACK, .table = "/result/counts" },
	.summary = N_(
	    "whether answers of the same people changed: McNemar's test, with more than two answers Bowker's test of "
	    "symmetry and Stuart and Maxwell's of the margins"),
	.reference =
	    "McNemar 1947, corrected Edwards 1948, exact and mid-p Fagerland et al. 2013; Bowker 1948; Stuart 1955; "
	    "Maxwell 1970; difference Newcombe 1998; odds ratio of the changes, exact conditional interval",
	.missing_rule = MISSING_CELLS,
	.options = { { "row", OPT_COLUMN, "", NULL, N_("column of the first answer"), USE_TABLE },
	    { "column", OPT_COLUMN, "", NULL, N_("column of the second answer"), USE_TABLE }, OPT_COUNT, OPT_NA,
	    OPT_CATEGORIES, OPT_LEVEL },
	.output = { "n", "changed", "counts", "tests", "exact_p", "mid_p", "difference", "odds_ratio" },
	.run = mcnemar_run,
};

static int cochran_q_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols, lo = 0, hi = 0;
	double *share = AN_WORK_ARRAY(a->work, double, k);
	json_t *values = json_array();
	struct an_cochran_q x;

	if (share == NULL || analyse_status(an_cochran_q(a->items.view, share, &x), "columns of 0 and 1", e) != 0) {
		json_decref(values);
		return share == NULL ? err_nomem(e) : -1;
	}
	a->used = x.used;
	for (size_t j = 0; j < k; j++) {
		struct an_interval ci = { 0, 0 };
		double n = (double)x.used;

		an_proportion(fmin(n, round(share[j] * n)), n, AN_WILSON, a->level, &ci);
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count(x.used), analyse_real(share[j]), analyse_real(ci.lo),
			analyse_real(ci.hi)));
		lo = share[j] < share[lo] ? j : lo;
		hi = share[j] > share[hi] ? j : hi;
	}
	json_object_set_new(result, "n", analyse_count(x.used));
	json_object_set_new(result, "mixed", analyse_count(x.mixed));
	json_object_set_new(result, "q", analyse_real(x.q));
	json_object_set_new(result, "df", analyse_real(x.df));
	json_object_set_new(result, "p", analyse_real(x.p));
	json_object_set_new(result, "shares", analyse_sheet(analyse_item_names(a), "n share lo hi", values));
	analyse_say(a, N_("The shares run from {1} ({2}) to {3} ({4}); that all are the same has a p-value of {5}."),
	    SAY_PCT(share[lo]), SAY_TEXT(a->items.name[lo]), SAY_PCT(share[hi]), SAY_TEXT(a->items.name[hi]),
	    SAY_P(x.p));
	analyse_check(a, x.mixed * k >= 24,
	    N_("The test needs enough people who are not the same throughout; here they are {1} of {2}."),
	    SAY_N(x.mixed), SAY_N(x.used));
	return 0;
}

const struct analyse_method analyse_cochran_q = {
	.name = "cochran_q",
	.title = N_("Cochran's Q"),
	.family = FAMILY_TABLE,
	.not_shown = N_("The test does not show which shares differ: compare them two by two, with p-values adjusted."),
	.r = "library(rstatix)\n"
	     "x <- na.omit(x)\n"
	     "l <- data.frame(y = unlist(x), item = rep(names(x), each = nrow(x)), id = rep(1:nrow(x), ncol(x)))\n"
	     "cochran_qtest(l, y ~ item | id)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/shares", .value = "share", .lo = "lo", .hi = "hi" },
	.summary = N_("whether several yes-or-no columns of the same people have the same share of yes"),
	.reference = "Cochran 1950; intervals Wilson 1927",
	.missing_rule = N_("complete rows"),
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL },
	.output = { "n", "mixed", "q", "df", "p", "shares" },
	.run = cochran_q_run,
};

static json_t *strata_json(const struct analyse *a, const struct analyse_cells *c)
{
	json_t *values = json_array();

	for (size_t s = 0; s < c->strata; s++) {
		const double *x = c->count + 4 * s;
		struct an_two_by_two t;
		bool ok = an_two_by_two(x, a->level, &t) == AN_OK;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_real(x[0] + x[1] + x[2] + x[3]),
			analyse_real_if(ok, t.risk[0]), analyse_real_if(ok, t.risk[1]),
			analyse_real_if(ok && t.has_odds_ratio, t.odds_ratio),
			analyse_real_if(ok && t.has_odds_interval, t.odds_interval.lo),
			analyse_real_if(ok && t.has_odds_interval, t.odds_interval.hi)));
	}
	return analyse_sheet(analyse_names(c->stratum, c->strata), "n share_1 share_2 odds_ratio lo hi", values);
}

static void homogeneity_json(const struct an_mantel_haenszel *m, json_t *result)
{
	const struct an_homogeneity *h[] = { &m->woolf, &m->breslow_day, &m->tarone };
	json_t *values = json_array();

	for (int i = 0; i < 3; i++)
		json_array_append_new(values, one_test(h[i]->has, h[i]->chi2, h[i]->df, h[i]->p));
	json_object_set_new(result, "homogeneity",
	    analyse_sheet(json_pack("[s, s, s]", "woolf", "breslow_day", "breslow_day_tarone"), "chi2 df p", values));
}

/* All strata thrown together: what a reader would see without them. */
static bool crude(const struct analyse_cells *c, double level, struct an_two_by_two *out)
{
	double sum[4] = { 0 };

	for (size_t i = 0; i < 4 * c->strata; i++)
		sum[i % 4] += c->count[i];
	return an_two_by_two(sum, level, out) == AN_OK && out->has_odds_ratio;
}

static void strata_say(struct analyse *a, const struct analyse_cells *c, const struct an_mantel_haenszel *m,
    const struct an_two_by_two *all)
{
	if (m->has_interval)
		analyse_say(a,
		    N_("Within the levels of {1}, the odds of {2} are {3} times as high with {4} as with {5} ({6} interval "
		       "{7} to {8}, p {9})."),
		    SAY_TEXT(analyse_text(a, "strata")), SAY_TEXT(c->col[0]), SAY_NUM(m->odds_ratio, 2),
		    SAY_TEXT(c->row[0]), SAY_TEXT(c->row[1]), SAY_PCT(a->level), SAY_NUM(m->interval.lo, 2),
		    SAY_NUM(m->interval.hi, 2), SAY_P(m->p));
	if (m->has_odds_ratio && all != NULL)
		analyse_say(a, N_("Without regard to {1} the odds ratio would be {2}."),
		    SAY_TEXT(analyse_text(a, "strata")), SAY_NUM(all->odds_ratio, 2));
	if (m->has_odds_ratio && all != NULL && (m->odds_ratio - 1) * (all->odds_ratio - 1) < 0)
		analyse_warn(a,
		    N_("The relation points the other way once {1} is taken into account: the table of all together "
		       "misleads."),
		    SAY_TEXT(analyse_text(a, "strata")));
	if (!m->breslow_day.has)
		return;
	analyse_check(a, m->breslow_day.p >= 1 - a->level,
	    N_("One odds ratio for all supposes that it is the same at every level of {1}; the p-value of that is {2}."),
	    SAY_TEXT(analyse_text(a, "strata")), SAY_P(m->breslow_day.p));
	if (m->breslow_day.p < 1 - a->level)
		analyse_warn(a,
		    N_("The odds ratios differ between the levels of {1}, so that one figure for all hides what happens: "
		       "read them level by level."),
		    SAY_TEXT(analyse_text(a, "strata")));
}

static int two_by_two_by_k(struct analyse *a, const struct analyse_cells *c, json_t *result, struct err *e)
{
	struct an_mantel_haenszel m;
	struct an_two_by_two all;
	bool has;

	if (analyse_status(an_mantel_haenszel(c->count, c->strata, a->level, &m), "strata", e) != 0)
		return -1;
	has = crude(c, a->level, &all);
	json_object_set_new(result, "strata_used", analyse_count(m.used));
	json_object_set_new(result, "strata_left_out", analyse_count(m.left_out));
	json_object_set_new(result, "tests",
	    analyse_sheet(json_pack("[s, s]", "mantel_haenszel", "corrected"), "chi2 df p",
		json_pack("[o, o]", one_test(true, m.chi2, 1, m.p), one_test(true, m.corrected, 1, m.corrected_p))));
	json_object_set_new(result, "odds_ratio",
	    analyse_estimate(m.has_odds_ratio, m.odds_ratio, m.has_interval, m.interval));
	json_object_set_new(result, "risk_ratio",
	    analyse_estimate(m.has_risk_ratio, m.risk_ratio, m.has_risk_interval, m.risk_interval));
	json_object_set_new(result, "difference", analyse_estimate(true, m.difference, true, m.difference_interval));
	json_object_set_new(result, "crude_odds_ratio",
	    analyse_estimate(has, has ? all.odds_ratio : 0, has && all.has_odds_interval, all.odds_interval));
	homogeneity_json(&m, result);
	json_object_set_new(result, "strata", strata_json(a, c));
	strata_say(a, c, &m, has ? &all : NULL);
	return 0;
}

static int general(struct analyse *a, const struct analyse_cells *c, json_t *result, struct err *e)
{
	struct an_cmh m;

	if (analyse_status(an_cmh(c->count, c->strata, c->rows, c->cols, a->work, &m), "strata", e) != 0)
		return -1;
	json_object_set_new(result, "strata_used", analyse_count(m.used));
	json_object_set_new(result, "strata_left_out", analyse_count(m.left_out));
	json_object_set_new(result, "tests",
	    analyse_sheet(json_pack("[s]", "mantel_haenszel"), "chi2 df p",
		json_pack("[o]", one_test(true, m.chi2, m.df, m.p))));
	analyse_say(a,
	    N_("Within the levels of {1}, that {2} and {3} have nothing to do with each other has a p-value of {4}."),
	    SAY_TEXT(analyse_text(a, "strata")), SAY_TEXT(analyse_text(a, "row")), SAY_TEXT(analyse_text(a, "column")),
	    SAY_P(m.p));
	return 0;
}

static int mantel_haenszel_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_cells c;

	if (!analyse_given(a, "strata"))
		return err_set(e, ERR_INPUT, "strata", "--{1} must name a column.", "strata", (char *)NULL);
	if (analyse_cells_load(a, &c, e) != 0)
		return -1;
	json_object_set_new(result, "n", analyse_real(c.n));
	if (c.rows == 2 && c.cols == 2)
		return two_by_two_by_k(a, &c, result, e);
	return general(a, &c, result, e);
}

const struct analyse_method analyse_mantel_haenszel = {
	.name = "mantel_haenszel",
	.title = N_("Mantel-Haenszel test over strata"),
	.family = FAMILY_TABLE,
	.not_shown =
	    N_("What was not recorded cannot be taken into account: the strata set aside their own influence and "
	       "no other."),
	.r = "w <- if (is.null({count})) rep(1, nrow(d)) else d[[{count}]]\n"
	     "T <- xtabs(w ~ factor(d[[{row}]]) + factor(d[[{column}]]) + factor(d[[{strata}]]))\n"
	     "mantelhaen.test(T, correct = FALSE, conf.level = {level})\n"
	     "vcd::woolf_test(T)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/strata", .value = "odds_ratio", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("whether two columns go together within the levels of a third: common odds ratio, test, and whether the "
	       "odds ratios are alike"),
	.reference =
	    "Mantel & Haenszel 1959; interval Robins, Breslow & Greenland 1986; risk ratio and difference Greenland & "
	    "Robins 1985; homogeneity Woolf 1955, Breslow & Day 1980, Tarone 1985; larger tables Landis, Heyman & "
	    "Koch 1978; as R's mantelhaen.test",
	.missing_rule =
	    N_("rows of the file with an empty cell in a column that is used are left out; so are strata of fewer than "
	       "two people"),
	.options = { OPT_ROW, OPT_COLUMN_OF_TABLE,
	    { "strata", OPT_COLUMN, "", NULL, N_("column whose levels are the strata"), USE_GROUP }, OPT_COUNT, OPT_NA,
	    OPT_LEVELS, OPT_LEVEL },
	.output = { "n", "strata_used", "strata_left_out", "tests", "odds_ratio", "risk_ratio", "difference",
	    "crude_odds_ratio", "homogeneity", "strata" },
	.run = mantel_haenszel_run,
};
