/* Methods on groups of people. */
#include "analysis/methods/method.h"
#include "analysis/stats/mixed/groups.h"
#include "analysis/stats/mixed/mixed.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MISSING_GROUPS N_("rows without a value or without a group are left out")

/* n, mean and sum of squares of each group; labels in *groups, which the caller frees. */
static int load(struct analyse *a, struct analyse_groups *groups, struct an_group **out, struct err *e)
{
	size_t outside;

	memset(groups, 0, sizeof *groups);
	if (analyse_one_item(a, e) != 0 || analyse_groups_load(a, groups, e) != 0)
		return -1;
	*out = AN_WORK_ARRAY(a->work, struct an_group, groups->count);
	if (*out == NULL)
		return err_nomem(e);
	return analyse_status(an_groups(a->items.view, 0, groups->of, groups->count, a->work, *out, &a->missing,
				  &outside),
	    "groups", e);
}

static json_t *anova_json(const struct an_anova1 *x)
{
	json_t *values = json_array(), *rows = json_array();

	json_array_append_new(rows, json_string("between"));
	json_array_append_new(rows, json_string("within"));
	json_array_append_new(values,
	    json_pack("[o, o, o, o, o]", analyse_real(x->df_between), analyse_real(x->ss_between),
		analyse_real(x->ms_between), analyse_real_if(x->has_f, x->f), analyse_real_if(x->has_f, x->p)));
	json_array_append_new(values,
	    json_pack("[o, o, o, n, n]", analyse_real(x->df_within), analyse_real(x->ss_within),
		analyse_real(x->ms_within)));
	return analyse_sheet(rows, "df ss ms f p", values);
}

static json_t *means_json(const struct analyse_groups *groups, const struct an_group *g)
{
	json_t *values = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(values,
		    json_pack("[o, o]", analyse_real(g[i].n), analyse_real_if(g[i].n > 0, g[i].mean)));
	return analyse_sheet(analyse_names(groups->label, groups->count), "n mean", values);
}

static void icc_say(struct analyse *a, const struct an_anova1 *x)
{
	analyse_say(a,
	    N_("Of the variation between people, {1} goes with the group that they belong to (ICC(1)); means of groups of {2} "
	       "people on average are reliable to {3} (ICC(2))."),
	    SAY_PCT(x->icc1 > 0 ? x->icc1 : 0), SAY_NUM(x->mean_size, 0), SAY_NUM(x->has_icc2 ? x->icc2 : 0, 2));
	if (x->has_icc2 && x->icc2 >= 0.7)
		analyse_say(a, N_("The means tell groups apart well enough to be compared."), SAY_END);
	else
		analyse_say(a, N_("The means do not tell groups apart well: do not rank groups by them."), SAY_END);
	if (x->has_f)
		analyse_check(a, x->p < 1 - a->level,
		    N_("Groups should differ beyond chance: the p-value of no difference is {1}."), SAY_P(x->p));
	if (x->deff > 2)
		analyse_warn(a,
		    N_("People of one group are so alike that {1} of them tell as much as {2} people drawn singly: tests that do not "
		       "mind the groups promise too much."),
		    SAY_NUM(x->n, 0), SAY_NUM(x->n / x->deff, 0));
}

static int icc_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_groups groups;
	struct an_group *g;
	struct an_anova1 x;
	int rc = load(a, &groups, &g, e);

	if (rc == 0)
		rc = analyse_status(an_anova1(g, groups.count, &x), "icc", e);
	if (rc == 0) {
		a->used = (size_t)x.n;
		json_object_set_new(result, "icc1", analyse_real(x.icc1));
		json_object_set_new(result, "icc2", analyse_real_if(x.has_icc2, x.icc2));
		json_object_set_new(result, "mean_size", analyse_real(x.mean_size));
		json_object_set_new(result, "n0", analyse_real(x.n0));
		json_object_set_new(result, "icc1_n0", analyse_real(x.icc1_n0));
		json_object_set_new(result, "deff", analyse_real(x.deff));
		json_object_set_new(result, "eta2", analyse_real(x.eta2));
		json_object_set_new(result, "anova", anova_json(&x));
		json_object_set_new(result, "groups", means_json(&groups, g));
		icc_say(a, &x);
	}
	analyse_groups_free(&groups);
	return rc;
}

const struct analyse_method analyse_icc = {
	.name = "icc",
	.title = N_("Variation between groups (ICC)"),
	.family = FAMILY_AGREEMENT,
	.not_shown =
	    N_("The ICC does not show why groups differ, nor that the members of one group agree with each other: see "
	       "agreement within groups for that."),
	.r = "library(multilevel)\n"
	     "m <- aov(x[[1]] ~ g)\n"
	     "ICC1(m)\n"
	     "ICC2(m)\n"
	     "anova(m)\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean" },
	.summary = N_("how much of the variation lies between groups, and how reliable group means are"),
	.reference =
	    "ICC(1) and ICC(2) from one-way analysis of variance with the mean group size (Bartko 1976; Bliese 2000); "
	    "icc1_n0 with the size n0 that unequal groups amount to (Donner 1986)",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY },
	.output = { "icc1", "icc2", "mean_size", "n0", "icc1_n0", "deff", "eta2", "anova", "groups" },
	.run = icc_run,
};

static json_t *shrunken_json(const struct analyse_groups *groups, const struct an_group *g, const struct an_shrunken *s,
    const struct an_rank *r)
{
	json_t *values = json_array();

	for (size_t i = 0; i < groups->count; i++) {
		bool has = s[i].present;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, o, o]", analyse_real(g[i].n),
			analyse_real_if(has, g[i].mean), analyse_real_if(has, s[i].effect),
			analyse_real_if(has, s[i].posterior_sd), analyse_real_if(has, s[i].weight),
			analyse_real_if(has, s[i].shrunken), analyse_real_if(has, s[i].interval.lo),
			analyse_real_if(has, s[i].interval.hi), analyse_real_if(has, r[i].expected),
			has ? analyse_count(r[i].lo) : json_null(), has ? analyse_count(r[i].hi) : json_null()));
	}
	return analyse_sheet(analyse_names(groups->label, groups->count),
	    "n mean effect posterior_sd weight shrunken lo hi rank rank_lo rank_hi", values);
}

static void model_json(const struct analyse *a, const struct an_mixed *m, bool reml, json_t *result)
{
	double between = m->sd_group * m->sd_group, within = m->sd_within * m->sd_within;
	json_t *rows = json_pack("[s, s]", analyse_text(a, "by"), "Residual");

	json_object_set_new(result, "mean", analyse_real(m->mean));
	json_object_set_new(result, "mean_se", analyse_real(m->mean_se));
	json_object_set_new(result, "t", analyse_real_if(m->mean_se > 0, m->mean / m->mean_se));
	json_object_set_new(result, "variance",
	    analyse_sheet(rows, "variance sd",
		json_pack("[[o, o], [o, o]]", analyse_real(between), analyse_real(m->sd_group), analyse_real(within),
		    analyse_real(m->sd_within))));
	json_object_set_new(result, "icc", analyse_real(m->icc));
	json_object_set_new(result, "deviance", analyse_real(m->deviance));
	json_object_set_new(result, "log_likelihood", analyse_real(-m->deviance / 2));
	json_object_set_new(result, "criterion", json_string(reml ? "REML" : "ML"));
	json_object_set_new(result, "singular", json_boolean(m->singular));
	json_object_set_new(result, "convergence",
	    json_pack("{s:b, s:i, s:o}", "converged", m->fit.converged, "iterations", m->fit.iterations, "gradient",
		analyse_real(m->fit.gradient)));
}

/* The group that lies highest, or SIZE_MAX. */
static size_t highest(const struct an_shrunken *s, size_t groups)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < groups; i++)
		if (s[i].present && (best == SIZE_MAX || s[i].shrunken > s[best].shrunken))
			best = i;
	return best;
}

static void random_intercept_say(struct analyse *a, const struct analyse_groups *groups, const struct an_mixed *m,
    const struct an_shrunken *s, const struct an_rank *r)
{
	size_t best = highest(s, groups->count);
	double most = 0;

	analyse_say(a,
	    N_("{1} of the differences lie between the {2} groups, the rest between rows of the same group. The mean over "
	       "groups is {3}."),
	    SAY_PCT(m->icc), SAY_N(m->groups), SAY_NUM(m->mean, 2));
	if (m->singular)
		analyse_warn(a,
		    N_("The groups differ no more than chance would let them, so that all are drawn to the same mean."),
		    SAY_END);
	else if (best != SIZE_MAX)
		analyse_say(a,
		    N_("{1} lies highest, at {2} ({3} interval {4} to {5}); its place may be anywhere from {6} to {7}."),
		    SAY_TEXT(groups->label[best]), SAY_NUM(s[best].shrunken, 2), SAY_PCT(a->level),
		    SAY_NUM(s[best].interval.lo, 2), SAY_NUM(s[best].interval.hi, 2), SAY_N(r[best].lo),
		    SAY_N(r[best].hi));
	for (size_t i = 0; i < groups->count && m->sd_group > 0; i++)
		if (s[i].present && fabs(s[i].effect) / m->sd_group > most) {
			most = fabs(s[i].effect) / m->sd_group;
			best = i;
		}
	analyse_check(a, m->groups >= 10,
	    N_("The variation between groups rests on {1} groups; with fewer than about 10 it is hardly known."),
	    SAY_N(m->groups));
	if (most > 0)
		analyse_check(a, most < 4,
		    N_("Group effects should spread like a normal curve: the furthest one, {1}, lies {2} standard deviations "
		       "out; beyond 4 it should be looked at by itself."),
		    SAY_TEXT(groups->label[best]), SAY_NUM(most, 1));
}

static int random_intercept_run(struct analyse *a, json_t *result, struct err *e)
{
	bool reml = strcmp(analyse_text(a, "likelihood"), "reml") == 0;
	struct analyse_groups groups;
	struct an_shrunken *s = NULL;
	struct an_rank *ranks = NULL;
	struct an_group *g;
	struct an_mixed m;
	int rc = load(a, &groups, &g, e);

	if (rc == 0) {
		s = AN_WORK_ARRAY(a->work, struct an_shrunken, groups.count);
		ranks = AN_WORK_ARRAY(a->work, struct an_rank, groups.count);
		rc = s == NULL || ranks == NULL
		    ? err_nomem(e)
		    : analyse_status(an_mixed(g, groups.count, reml ? AN_REML : AN_ML, a->level, &m, s),
			  "random intercept", e);
	}
	if (rc == 0)
		rc = analyse_status(an_rank_ranges(s, groups.count, a->level, a->work, ranks), "ranks", e);
	if (rc == 0) {
		a->used = (size_t)m.n;
		model_json(a, &m, reml, result);
		json_object_set_new(result, "groups", shrunken_json(&groups, g, s, ranks));
		random_intercept_say(a, &groups, &m, s, ranks);
	}
	analyse_groups_free(&groups);
	return rc;
}

const struct analyse_method analyse_random_intercept = {
	.name = "random_intercept",
	.title = N_("Group means, drawn together"),
	.family = FAMILY_REGRESSION,
	.not_shown =
	    N_("Means are drawn toward the whole, the more so the fewer rows a group has: they are good guesses, not "
	       "measurements. Why a group lies high or low is not in them."),
	.r = "library(lme4)\n"
	     "f <- lmer(y ~ 1 + (1 | g), data.frame(y = x[[1]], g), REML = {likelihood|reml=TRUE|ml=FALSE})\n"
	     "summary(f)\n"
	     "as.data.frame(ranef(f, condVar = TRUE))\n",
	.chart = { CHART_ESTIMATES, .table = "/result/groups", .value = "shrunken", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("random-intercept model: variation between and within groups, group means shrunk toward the whole, with "
	       "intervals and ranges of ranks (rank 1 is the highest)"),
	.reference =
	    "Searle, Casella & McCulloch 1992, Variance components; criterion as lme4 (Bates et al. 2015); effect: "
	    "conditional mode; rank ranges from the normal posterior of each group",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY, OPT_LEVEL,
	    { "likelihood", OPT_CHOICE, "reml", "reml|ml", N_("restricted or full maximum likelihood") } },
	.output = { "mean", "mean_se", "t", "variance", "icc", "deviance", "log_likelihood", "criterion", "singular",
	    "convergence", "groups" },
	.run = random_intercept_run,
};
