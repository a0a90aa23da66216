/* Methods that say which groups differ from which. */
#include "analysis/methods/compare.h"

#include <string.h>

#define STACKED "if (!exists(\"g\")) { s <- stack(x); x <- s[\"values\"]; g <- s$ind }\n"
#define CHART_PAIRS                                                                                                    \
	{                                                                                                              \
		CHART_ESTIMATES, .table = "/result/pairs", .value = "estimate", .lo = "lo", .hi = "hi"                 \
	}
#define NOT_SHOWN_PAIRS                                                                                                  \
	N_("A pair that is not found to differ is not shown to be alike. The adjustment covers the pairs of this table " \
	   "alone, not other comparisons that were made with the same data.")

#define MOST_GROUPS 100 /* 4950 pairs, each with a distribution to integrate */

static int load(struct analyse *a, size_t most, struct compare *c, struct an_pair **pairs, struct err *e)
{
	if (compare_load(a, 2, most, c, e) != 0)
		return -1;
	*pairs = AN_WORK_ARRAY(a->work, struct an_pair, an_pairs_of(c->groups));
	return *pairs != NULL ? 0 : err_nomem(e);
}

static void show(struct analyse *a, const struct compare *c, const struct an_pair *pairs, json_t *result)
{
	json_object_set_new(result, "pairs", compare_pairs_json(c, pairs, an_pairs_of(c->groups), "-"));
	json_object_set_new(result, "groups", compare_groups_json(c));
	compare_pairs_say(a, c->label, pairs, an_pairs_of(c->groups));
	compare_small_warn(a, c);
}

/* NULL for none. */
static const enum an_padjust *adjustment(const struct analyse *a)
{
	static const enum an_padjust all[] = { AN_BH, AN_BY, AN_HOLM, AN_HOCHBERG, AN_HOMMEL, AN_BONFERRONI };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(an_padjust_name(all[i]), analyse_text(a, "adjust")) == 0)
			return all + i;
	return NULL;
}

static int tukey_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_pair *pairs;
	struct compare c;

	if (load(a, MOST_GROUPS, &c, &pairs, e) != 0 ||
	    analyse_status(an_tukey(c.g, c.groups, a->level, a->work, pairs), "pairs", e) != 0)
		return -1;
	show(a, &c, pairs, result);
	analyse_check(a, -1, N_("The groups are taken to spread alike; where they do not, use the Games-Howell test."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_tukey = {
	.name = "tukey",
	.title = N_("Tukey's test of all pairs"),
	.family = FAMILY_COMPARE,
	.not_shown = NOT_SHOWN_PAIRS,
	.r = STACKED "TukeyHSD(aov(x[[1]] ~ g), conf.level = {level})\n",
	.chart = CHART_PAIRS,
	.summary = N_("which means differ? Differences of all pairs with simultaneous intervals"),
	.reference = "Tukey 1949; Kramer 1956 for unequal sizes; studentized range; second less first; statistic: t",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_LEVEL },
	.output = { "pairs", "groups" },
	.run = tukey_run,
};

static int games_howell_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_pair *pairs;
	struct compare c;

	if (load(a, MOST_GROUPS, &c, &pairs, e) != 0 ||
	    analyse_status(an_games_howell(c.g, c.groups, a->level, a->work, pairs), "pairs", e) != 0)
		return -1;
	show(a, &c, pairs, result);
	return 0;
}

const struct analyse_method analyse_games_howell = {
	.name = "games_howell",
	.title = N_("Games-Howell test of all pairs"),
	.family = FAMILY_COMPARE,
	.not_shown = NOT_SHOWN_PAIRS,
	.r = STACKED
	"rstatix::games_howell_test(data.frame(y = x[[1]], g), y ~ g, conf.level = {level}, detailed = TRUE)\n",
	.chart = CHART_PAIRS,
	.summary = N_("which means differ, where groups spread unequally? All pairs with simultaneous intervals"),
	.reference =
	    "Games & Howell 1976; studentized range on Welch's degrees of freedom; second less first; se: of the "
	    "studentized range, as rstatix; statistic: size of Welch's t",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_LEVEL },
	.output = { "pairs", "groups" },
	.run = games_howell_run,
};

static int dunn_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_pair *pairs;
	struct compare c;

	if (load(a, 0, &c, &pairs, e) != 0 ||
	    analyse_status(an_dunn(&c.s, adjustment(a), a->work, pairs), "pairs", e) != 0)
		return -1;
	show(a, &c, pairs, result);
	json_object_set_new(result, "adjusted", compare_triangle(c.label, c.groups, pairs));
	return 0;
}

const struct analyse_method analyse_dunn = {
	.name = "dunn",
	.title = N_("Dunn's test of all pairs"),
	.family = FAMILY_COMPARE,
	.not_shown = NOT_SHOWN_PAIRS,
	.r = STACKED
	"rstatix::dunn_test(data.frame(y = x[[1]], g), y ~ g, p.adjust.method = {adjust}, detailed = TRUE)\n",
	.chart = { CHART_BARS, .table = "/result/pairs", .value = "estimate" },
	.summary =
	    N_("in which groups are values higher than in which? Mean ranks of all pairs, after a Kruskal-Wallis test"),
	.reference = "Dunn 1964, corrected for ties; second less first; statistic: z",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_ADJUST },
	.output = { "pairs", "adjusted", "groups" },
	.run = dunn_run,
};

static int pairwise_run(struct analyse *a, json_t *result, struct err *e)
{
	bool pooled = strcmp(analyse_text(a, "variance"), "own") != 0;
	struct an_rank_options o = compare_rank_options(a);
	const enum an_padjust *adjust = adjustment(a);
	struct an_pair *pairs;
	enum an_status status;
	struct compare c;

	if (load(a, 0, &c, &pairs, e) != 0)
		return -1;
	if (strcmp(analyse_text(a, "test"), "wilcoxon") == 0)
		status = an_pairwise_wilcoxon(&c.s, &o, adjust, a->work, pairs);
	else
		status = an_pairwise_t(c.g, c.groups, pooled, a->level, adjust, a->work, pairs);
	if (analyse_status(status, "pairs", e) != 0)
		return -1;
	show(a, &c, pairs, result);
	json_object_set_new(result, "adjusted", compare_triangle(c.label, c.groups, pairs));
	analyse_warn(a, N_("The intervals stand each for its own pair; they are not widened for the number of pairs."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_pairwise = {
	.name = "pairwise",
	.title = N_("Tests of all pairs"),
	.family = FAMILY_COMPARE,
	.not_shown = NOT_SHOWN_PAIRS,
	.r = STACKED
	"if ({test} == \"t\") pairwise.t.test(x[[1]], g, p.adjust.method = {adjust},\n"
	"  pool.sd = {variance|pooled=TRUE|own=FALSE}) else\n"
	"pairwise.wilcox.test(x[[1]], g, p.adjust.method = {adjust}, exact = {exact|auto=NULL|yes=TRUE|no=FALSE},\n"
	"  correct = {correct|yes=TRUE|no=FALSE})\n",
	.chart = CHART_PAIRS,
	.summary = N_("which groups differ? t tests or Mann-Whitney tests of all pairs, adjusted for their number"),
	.reference = "conventions of R's pairwise.t.test and pairwise.wilcox.test; second less first",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS,
	    { "test", OPT_CHOICE, "t", "t|wilcoxon", N_("t test of means, or rank sum test") }, OPT_ADJUST,
	    { "variance", OPT_CHOICE, "pooled", "pooled|own",
		N_("t test: one standard deviation from all groups, or each pair its own (Welch)") },
	    OPT_EXACT, OPT_CORRECT, OPT_LEVEL },
	.output = { "pairs", "adjusted", "groups" },
	.run = pairwise_run,
};

static int dunnett_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_pair *pairs;
	struct compare c;

	if (load(a, 0, &c, &pairs, e) != 0 ||
	    analyse_status(an_dunnett(c.g, c.groups, a->level, a->work, pairs), "pairs", e) != 0)
		return -1;
	json_object_set_new(result, "pairs", compare_pairs_json(&c, pairs, c.groups - 1, " - "));
	json_object_set_new(result, "control", json_string(c.label[0]));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	compare_pairs_say(a, c.label, pairs, c.groups - 1);
	compare_small_warn(a, &c);
	analyse_check(a, -1, N_("The groups are taken to spread alike; where they do not, use the Games-Howell test."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_dunnett = {
	.name = "dunnett",
	.title = N_("Dunnett's test against one group"),
	.family = FAMILY_COMPARE,
	.not_shown = NOT_SHOWN_PAIRS,
	.r = STACKED "library(multcomp)\nm <- glht(aov(y ~ g, data.frame(y = x[[1]], g)), mcp(g = \"Dunnett\"))\n"
		     "summary(m, test = univariate())\nsummary(m)\nconfint(m, level = {level})\n",
	.chart = CHART_PAIRS,
	.summary = N_("which groups differ from the first one? Differences with simultaneous intervals"),
	.reference =
	    "Dunnett 1955, multivariate t by integration; pooled variance; the first group is the first of --levels",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_LEVEL },
	.output = { "pairs", "control", "groups" },
	.run = dunnett_run,
};
