/* Methods that compare two groups, or pairs, by ranks and signs. */
#include "analysis/methods/compare.h"
#include "analysis/stats/compare/smirnov.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <string.h>

static void rank_result(const struct an_rank_test *t, json_t *result)
{
	json_object_set_new(result, "statistic", analyse_real(t->statistic));
	json_object_set_new(result, "expected", analyse_real(t->expected));
	json_object_set_new(result, "p", analyse_real(t->p));
	json_object_set_new(result, "z", analyse_real_if(t->has_z, t->z));
	json_object_set_new(result, "exact", json_boolean(t->exact));
	json_object_set_new(result, "shift", analyse_real_if(t->has_shift, t->shift));
	json_object_set_new(result, "lo", analyse_real_if(t->has_interval, t->interval.lo));
	json_object_set_new(result, "hi", analyse_real_if(t->has_interval, t->interval.hi));
}

static void rank_warn(struct analyse *a, const struct an_rank_test *t)
{
	if (strcmp(analyse_text(a, "exact"), "yes") == 0 && !t->exact)
		analyse_warn(a,
		    N_("The exact distribution was asked for, but there are equal values, zero differences or too many values; the "
		       "normal approximation was taken."),
		    SAY_END);
}

static int mann_whitney_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_rank_options o = compare_rank_options(a);
	struct an_effect delta;
	struct an_rank_test t;
	struct compare c;

	if (compare_load(a, 2, 2, &c, e) != 0)
		return -1;
	if (analyse_status(an_mann_whitney(an_samples_of(&c.s, 0), an_samples_size(&c.s, 0), an_samples_of(&c.s, 1),
			       an_samples_size(&c.s, 1), &o, a->work, &t),
		"ranks", e) != 0 ||
	    analyse_status(an_effect_delta(t.statistic, c.g[0].n, c.g[1].n, a->level, &delta), "ranks", e) != 0)
		return -1;
	rank_result(&t, result);
	json_object_set_new(result, "superiority", analyse_real(an_superiority_of_delta(delta.value)));
	json_object_set_new(result, "rank_biserial", analyse_real(delta.value));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	analyse_say(a,
	    N_("Taken one of each at random, the one of {1} is higher than the one of {2} in {3} of cases (equal ones count "
	       "half)."),
	    SAY_TEXT(c.label[0]), SAY_TEXT(c.label[1]), SAY_PCT(an_superiority_of_delta(delta.value)));
	compare_p_say(a, t.p);
	rank_warn(a, &t);
	compare_small_warn(a, &c);
	analyse_check(a, -1,
	    N_("The shift and its interval take both groups to have the same shape, one moved against the other."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_mann_whitney = {
	.name = "mann_whitney",
	.title = N_("Mann-Whitney test"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("The test does not compare means or medians: it asks in which group values tend to be higher."),
	.r = "u <- if (exists(\"g\")) split(x[[1]], g) else as.list(x)\n"
	     "wilcox.test(u[[1]], u[[2]], exact = {exact|auto=NULL|yes=TRUE|no=FALSE}, conf.int = TRUE,\n"
	     "  correct = {correct|yes=TRUE|no=FALSE}, conf.level = {level},\n"
	     "  alternative = {alternative|two_sided=\"two.sided\"|less=\"less\"|greater=\"greater\"})\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean" },
	.summary = N_(
	    "are values in one group higher than in another? Wilcoxon's rank sum test with the Hodges-Lehmann shift"),
	.reference =
	    "Mann & Whitney 1947; Hodges & Lehmann 1963; conventions of R's wilcox.test; statistic: pairs in which the "
	    "first group is higher, equal ones half",
	.missing_rule = MISSING_PAIRED,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_EXACT, OPT_CORRECT, OPT_ALTERNATIVE, OPT_LEVEL },
	.output = { "statistic", "expected", "p", "z", "exact", "shift", "lo", "hi", "superiority", "rank_biserial",
	    "groups" },
	.run = mann_whitney_run,
};

/* Differences of pairs, or of one column from --null. */
static int differences(struct analyse *a, double **d, size_t *n, struct compare_blocks *b, struct err *e)
{
	memset(b, 0, sizeof *b);
	if (!compare_is_paired(a) && !analyse_given(a, "by") && a->items.view.cols == 1) {
		*d = AN_WORK_ARRAY(a->work, double, a->items.view.rows);
		*n = *d != NULL ? an_view_column(a->items.view, 0, *d) : 0;
	} else {
		if (compare_blocks_load(a, 2, 2, b, e) != 0)
			return -1;
		*d = compare_differences(a, b);
		*n = b->rows;
	}
	if (*d == NULL)
		return err_nomem(e);
	a->used = *n;
	for (size_t i = 0; i < *n; i++)
		(*d)[i] -= analyse_number(a, "null");
	return 0;
}

static int wilcoxon_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_rank_options o = compare_rank_options(a);
	double null = analyse_number(a, "null"), *d;
	struct compare_blocks b;
	struct an_effect delta;
	struct an_rank_test t;
	size_t n;

	if (differences(a, &d, &n, &b, e) != 0 ||
	    analyse_status(an_signed_rank(d, n, &o, a->work, &t), "ranks", e) != 0 ||
	    analyse_status(an_effect_delta_paired(t.statistic, t.used, a->level, &delta), "ranks", e) != 0)
		return -1;
	t.shift += null;
	t.interval.lo += null;
	t.interval.hi += null;
	rank_result(&t, result);
	json_object_set_new(result, "n_nonzero", analyse_real(t.used));
	json_object_set_new(result, "rank_biserial", analyse_real(delta.value));
	if (b.cols == 2 && t.has_shift)
		analyse_say(a, N_("In the middle of the pairs {1} less {2} is {3}, from {4} pairs."),
		    SAY_TEXT(b.label[0]), SAY_TEXT(b.label[1]), SAY_NUM(t.shift, 2), SAY_N(n));
	compare_p_say(a, t.p);
	rank_warn(a, &t);
	compare_blocks_warn(a, &b);
	if (t.zeros)
		analyse_warn(a, N_("{1} differences are zero and take no part in the test."),
		    SAY_N((double)n - t.used));
	analyse_check(a, -1, N_("Differences are taken to lie evenly on both sides of their middle."), SAY_END);
	return 0;
}

const struct analyse_method analyse_wilcoxon = {
	.name = "wilcoxon",
	.title = N_("Wilcoxon signed rank test"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("The test does not show why values rose or fell between the two; without a comparison group other "
	       "causes cannot be told apart."),
	.r = "u <- if (ncol(x) > 1) x[[1]] - x[[2]] else x[[1]]\n"
	     "wilcox.test(u, mu = {null}, exact = {exact|auto=NULL|yes=TRUE|no=FALSE}, conf.int = TRUE,\n"
	     "  correct = {correct|yes=TRUE|no=FALSE}, conf.level = {level},\n"
	     "  alternative = {alternative|two_sided=\"two.sided\"|less=\"less\"|greater=\"greater\"})\n"
	     "# with --by and --subject: split(x[[1]], g), both sorted by subject, their difference\n",
	.summary = N_("do pairs differ, or does a column lie around a number? Wilcoxon's signed rank test"),
	.reference =
	    "Wilcoxon 1945; zero differences left out; conventions of R's wilcox.test; statistic: sum of the ranks of "
	    "positive differences",
	.missing_rule = MISSING_ZERO,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_PAIRED, OPT_NULL, OPT_EXACT, OPT_CORRECT,
	    OPT_ALTERNATIVE, OPT_LEVEL },
	.output = { "statistic", "expected", "p", "z", "exact", "shift", "lo", "hi", "n_nonzero", "rank_biserial" },
	.run = wilcoxon_run,
};

static int sign_test_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_interval share = { 0, 0 };
	size_t n, above = 0, below = 0;
	struct compare_blocks b;
	double *d, p = 1;

	if (differences(a, &d, &n, &b, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		above += d[i] > 0;
		below += d[i] < 0;
	}
	if (analyse_status(an_binomial_test((double)above, (double)(above + below), 0.5, &p), "signs", e) != 0 ||
	    analyse_status(an_proportion((double)above, (double)(above + below), AN_CLOPPER_PEARSON, a->level, &share),
		"signs", e) != 0)
		return -1;
	json_object_set_new(result, "above", analyse_count(above));
	json_object_set_new(result, "below", analyse_count(below));
	json_object_set_new(result, "equal", analyse_count(n - above - below));
	json_object_set_new(result, "share", analyse_real((double)above / (double)(above + below)));
	json_object_set_new(result, "lo", analyse_real(share.lo));
	json_object_set_new(result, "hi", analyse_real(share.hi));
	json_object_set_new(result, "p", analyse_real(p));
	analyse_say(a, N_("{1} are higher and {2} lower; {3} are equal."), SAY_N(above), SAY_N(below),
	    SAY_N(n - above - below));
	compare_p_say(a, p);
	compare_blocks_warn(a, &b);
	return 0;
}

const struct analyse_method analyse_sign_test = {
	.counts_values = true,
	.name = "sign_test",
	.title = N_("Sign test"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("The test counts how many rose and fell, not by how much."),
	.r = "u <- (if (ncol(x) > 1) x[[1]] - x[[2]] else x[[1]]) - {null}\n"
	     "binom.test(sum(u > 0, na.rm = TRUE), sum(u != 0, na.rm = TRUE), conf.level = {level})\n",
	.summary = N_("do more pairs differ one way than the other? Exact binomial test of the signs"),
	.reference = "Dixon & Mood 1946; exact binomial test, interval of Clopper & Pearson 1934",
	.missing_rule = MISSING_ZERO,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_PAIRED, OPT_NULL, OPT_LEVEL },
	.output = { "above", "below", "equal", "share", "lo", "hi", "p" },
	.run = sign_test_run,
};

static int ks_test_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_rank_options o = compare_rank_options(a);
	struct an_smirnov s;
	struct compare c;

	if (compare_load(a, 2, 2, &c, e) != 0 ||
	    analyse_status(an_smirnov(an_samples_of(&c.s, 0), an_samples_size(&c.s, 0), an_samples_of(&c.s, 1),
			       an_samples_size(&c.s, 1), o.alternative, o.exact, a->work, &s),
		"distributions", e) != 0)
		return -1;
	json_object_set_new(result, "d", analyse_real(s.d));
	json_object_set_new(result, "p", analyse_real(s.p));
	json_object_set_new(result, "at", analyse_real(s.at));
	json_object_set_new(result, "exact", json_boolean(s.exact));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	analyse_say(a, N_("The two distributions are furthest apart at {1}: the shares up to there differ by {2}."),
	    SAY_NUM(s.at, 2), SAY_PCT(s.d));
	compare_p_say(a, s.p);
	if (s.ties && !s.exact)
		analyse_warn(a, N_("Many values are equal; without the exact distribution p is then too large."),
		    SAY_END);
	return 0;
}

const struct analyse_method analyse_ks_test = {
	.name = "ks_test",
	.title = N_("Kolmogorov-Smirnov test"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("The test says that two distributions differ, not in what: they may differ in their middle, their "
	       "spread or their shape."),
	.r = "u <- if (exists(\"g\")) split(x[[1]], g) else as.list(x)\n"
	     "ks.test(u[[1]], u[[2]], exact = {exact|auto=NULL|yes=TRUE|no=FALSE},\n"
	     "  alternative = {alternative|two_sided=\"two.sided\"|less=\"less\"|greater=\"greater\"})\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean" },
	.summary =
	    N_("do two groups have the same distribution? Largest distance between their distribution functions"),
	.reference =
	    "Smirnov 1939; exact with ties Schroer & Trenkler 1995; greater: values of the first group are smaller; "
	    "conventions of R's ks.test",
	.missing_rule = MISSING_PAIRED,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS,
	    { "exact", OPT_CHOICE, "auto", "auto|yes|no",
		N_("exact distribution: auto where n times m is under 10,000") },
	    OPT_ALTERNATIVE },
	.output = { "d", "p", "at", "exact", "groups" },
	.run = ks_test_run,
};
