/* How far the members of each group agree. */
#include "analysis/methods/cells.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"
#include "analysis/stats/agreement/within_group.h"

#include <stdlib.h>

#define ENOUGH 0.7 /* customary least agreement to read a group's mean as the group's view */

static json_t *groups_json(const struct analyse_groups *groups, const struct an_within_group *g)
{
	json_t *values = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count(g[i].size), analyse_real_if(g[i].has, g[i].variance),
			analyse_real_if(g[i].has, g[i].rwg), analyse_real_if(g[i].has_awg, g[i].awg)));
	return analyse_sheet(analyse_names(groups->label, groups->count), "n variance rwg awg", values);
}

static json_t *summary_json(const double *sorted, size_t n, size_t missing)
{
	double q[3] = { 0 };

	for (int i = 0; i < 3; i++)
		an_quantile(sorted, n, 0.25 * (i + 1), AN_QUANTILE_7, q + i);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "min", analyse_real(sorted[0]), "q1",
	    analyse_real(q[0]), "median", analyse_real(q[1]), "mean", analyse_real(an_mean(sorted, n)), "q3",
	    analyse_real(q[2]), "max", analyse_real(sorted[n - 1]), "groups", analyse_count(n), "groups_of_one",
	    analyse_count(missing));
}

static int fill(struct analyse *a, const struct analyse_groups *groups, json_t *result, struct err *e)
{
	struct an_within_group *g = AN_WORK_ARRAY(a->work, struct an_within_group, groups->count);
	double *rwg = AN_WORK_ARRAY(a->work, double, groups->count), ranvar = analyse_number(a, "ranvar");
	size_t n = 0, enough = 0, cut = 0;

	if (g == NULL || rwg == NULL)
		return err_nomem(e);
	if (!(ranvar > 0))
		return err_set(e, ERR_INPUT, "ranvar", "--{1} must be above 0.", "ranvar", (char *)NULL);
	if (analyse_status(an_within_groups(a->items.view, groups->of, groups->count, ranvar, a->min,
			       a->has_min && a->has_max ? a->max : a->min, a->work, g),
		"groups", e) != 0)
		return -1;
	for (size_t i = 0; i < groups->count; i++) {
		a->used += g[i].size;
		if (!g[i].has)
			continue;
		enough += g[i].rwg >= ENOUGH;
		cut += g[i].variance > ranvar;
		rwg[n++] = g[i].rwg;
	}
	an_sort(rwg, n);
	json_object_set_new(result, "items", analyse_count(a->items.view.cols));
	json_object_set_new(result, "summary", summary_json(rwg, n, groups->count - n));
	json_object_set_new(result, "share_at_least_70", analyse_real((double)enough / (double)n));
	json_object_set_new(result, "groups", groups_json(groups, g));
	analyse_say(a,
	    N_("Within groups, agreement (1: all say the same, 0: no more alike than answers given at random) is {1} in the "
	       "middle group; {2} of {3} groups reach 0.70, from which a group's mean is commonly read as its view."),
	    SAY_NUM(an_median(rwg, n), 2), SAY_N(enough), SAY_N(n));
	analyse_check(a, cut == 0,
	    N_("In {1} of {2} groups the answers differ more than random ones would; their agreement is set to 0."),
	    SAY_N(cut), SAY_N(n));
	if (cut * 10 > n)
		analyse_warn(a,
		    N_("Many groups are more divided than random answers would be: look whether they hold parts that think "
		       "differently."),
		    SAY_END);
	return 0;
}

static int rwg_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_groups groups = { 0 };
	int rc = analyse_groups_load(a, &groups, e);

	if (rc == 0)
		rc = fill(a, &groups, result, e);
	analyse_groups_free(&groups);
	return rc;
}

const struct analyse_method analyse_rwg = {
	.counts_values = true,
	.name = "rwg",
	.title = N_("Agreement within groups"),
	.family = FAMILY_AGREEMENT,
	.not_shown =
	    N_("Agreement within groups does not show that groups differ from each other: see the ICC for that. What "
	       "random answers would look like is a supposition (--ranvar)."),
	.r = "library(multilevel)\n"
	     "r <- if (ncol(x) == 1) rwg(x[[1]], g, ranvar = {ranvar}) else rwg.j(x, g, ranvar = {ranvar})\n"
	     "r\n"
	     "summary(r[[2]])\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "rwg" },
	.summary = N_(
	    "how far the members of each group agree: rwg for one item, rwg(j) for several, and awg where the scale is "
	    "given"),
	.reference = "James, Demaree & Wolf 1984; awg Brown & Hauenstein 2005; as multilevel::rwg, rwg.j and awg",
	.missing_rule = N_("people with an empty cell, or without a group, are left out"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY,
	    { "ranvar", OPT_NUMBER, "2", NULL,
		N_("variance of random answers: (A^2 - 1) / 12 for A answers all as likely, 2 for five") } },
	.output = { "items", "summary", "share_at_least_70", "groups" },
	.run = rwg_run,
};
