/* Items that work differently for two groups. */
#include "analysis/methods/method.h"
#include "analysis/stats/test/dif.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/padjust.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define FEW_IN_GROUP 200

struct dif {
	struct analyse_groups groups;
	size_t reference, focal; /* places among the groups */
	size_t *of;		 /* per row 0, 1 or 2 for neither */
	double *score;		 /* to match on, or NULL */
	struct an_dif_all all;
	struct an_dif *item;
	double *p, *p_bh;
	bool adjusted;
};

static int find_group(const struct analyse *a, const struct dif *d, const char *option, size_t *at, struct err *e)
{
	for (*at = 0; *at < d->groups.count; (*at)++)
		if (strcmp(d->groups.label[*at], analyse_text(a, option)) == 0)
			return 0;
	return err_set(e, ERR_INPUT, option, "--{1} is \"{2}\", which no row of column {3} holds.", option,
	    analyse_text(a, option), analyse_text(a, "by"), (char *)NULL);
}

static size_t size_of(const struct dif *d, size_t g)
{
	return d->groups.start[g + 1] - d->groups.start[g];
}

/* The smaller group is the focal one unless options say otherwise. */
static int two_groups(const struct analyse *a, struct dif *d, struct err *e)
{
	bool focal = analyse_given(a, "focal"), reference = analyse_given(a, "reference");

	if (focal && find_group(a, d, "focal", &d->focal, e) != 0)
		return -1;
	if (reference && find_group(a, d, "reference", &d->reference, e) != 0)
		return -1;
	if (focal && reference && d->focal == d->reference)
		return err_set(e, ERR_INPUT, "focal", "--{1} and --{2} must name two different groups.", "focal",
		    "reference", (char *)NULL);
	if (focal && reference)
		return 0;
	if (d->groups.count != 2)
		return err_set(e, ERR_INPUT, "by",
		    "Column {1} must hold two groups, or --focal and --reference must say which two to compare.",
		    analyse_text(a, "by"), (char *)NULL);
	if (focal)
		d->reference = 1 - d->focal;
	else if (reference)
		d->focal = 1 - d->reference;
	else
		d->focal = size_of(d, 1) < size_of(d, 0);
	d->reference = 1 - d->focal;
	return 0;
}

static int load(struct analyse *a, struct dif *d, struct err *e)
{
	size_t rows = analyse_rows(a), k = a->items.view.cols, match;

	if (analyse_groups_load(a, &d->groups, e) != 0 || two_groups(a, d, e) != 0 ||
	    analyse_column_of(a, "match", false, &match, e) != 0)
		return -1;
	d->of = AN_WORK_ARRAY(a->work, size_t, rows);
	d->item = AN_WORK_ARRAY(a->work, struct an_dif, k);
	d->p = AN_WORK_ARRAY(a->work, double, k);
	d->p_bh = AN_WORK_ARRAY(a->work, double, k);
	if (d->of == NULL || d->item == NULL || d->p == NULL || d->p_bh == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		d->of[i] = d->groups.of[i] == d->focal ? 1 : d->groups.of[i] == d->reference ? 0 : 2;
	if (match != SIZE_MAX) {
		struct analyse_variable v;

		if (analyse_variable_load(a, match, &v, e) != 0)
			return -1;
		d->score = v.data;
		for (size_t i = 0; i < rows; i++)
			if (v.why[i] != AN_PRESENT)
				d->of[i] = 2;
	}
	return 0;
}

static int adjust(struct analyse *a, struct dif *d, struct err *e)
{
	size_t n = 0;

	for (size_t j = 0; j < a->items.view.cols; j++)
		if (d->item[j].has_test)
			d->p[n++] = d->item[j].p;
	d->adjusted = n > 0;
	return n > 0 ? analyse_status(an_p_adjust(d->p, n, AN_BH, a->work, d->p_bh), "p", e) : 0;
}

static void items_json(const struct analyse *a, const struct dif *d, json_t *result)
{
	double z = an_normal_critical(a->level);
	json_t *values = json_array(), *flagged = json_array();

	for (size_t j = 0, n = 0; j < a->items.view.cols; j++) {
		const struct an_dif *x = d->item + j;
		char class[2] = { x->class, '\0' };
		bool r = x->has_ratio;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, s?, o, i]", analyse_real_if(x->has_test, x->chi2),
			analyse_real_if(x->has_test, x->p), analyse_real_if(x->has_test, x->has_test ? d->p_bh[n] : 0),
			r ? analyse_limit(x->ratio) : json_null(), analyse_real_if(r, x->ratio * exp(-z * x->log_se)),
			analyse_real_if(r, x->ratio * exp(z * x->log_se)), r ? analyse_limit(x->delta) : json_null(),
			analyse_real_if(r, x->delta - z * x->delta_se), analyse_real_if(r, x->delta + z * x->delta_se),
			x->class != 0 ? class : NULL, analyse_real_if(x->has_p_dif, x->p_dif), (int)x->strata));
		n += x->has_test;
		if (x->flagged)
			json_array_append_new(flagged, json_string(a->items.name[j]));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a),
		"chi2 p p_bh odds_ratio ratio_lo ratio_hi delta delta_lo delta_hi class p_dif strata", values));
	json_object_set_new(result, "groups",
	    json_pack("{s:s, s:s, s:o, s:o}", "reference", d->groups.label[d->reference], "focal",
		d->groups.label[d->focal], "n_reference", analyse_count(d->all.used[0]), "n_focal",
		analyse_count(d->all.used[1])));
	json_object_set_new(result, "purification",
	    json_pack("{s:i, s:b, s:o}", "rounds", (int)d->all.rounds, "settled", d->all.settled, "taken_out",
		flagged));
}

static void say(struct analyse *a, const struct dif *d)
{
	const char *focal = d->groups.label[d->focal], *reference = d->groups.label[d->reference];
	size_t count[3] = { 0, 0, 0 }, unknown = 0;

	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_dif *x = d->item + j;

		if (x->class == 0)
			unknown++;
		else
			count[x->class - 'A']++;
		if (x->class == 'C' && x->delta < 0)
			analyse_warn(a,
			    N_("Item {1} is clearly harder for {2} than for people of {3} with the same score: let experts look "
			       "at its wording before it counts."),
			    SAY_TEXT(a->items.name[j]), SAY_TEXT(focal), SAY_TEXT(reference));
		else if (x->class == 'C')
			analyse_warn(a,
			    N_("Item {1} is clearly easier for {2} than for people of {3} with the same score: let experts look "
			       "at its wording before it counts."),
			    SAY_TEXT(a->items.name[j]), SAY_TEXT(focal), SAY_TEXT(reference));
	}
	analyse_say(a,
	    N_("Between {1} and {2} with the same score, {3} items differ little (class A), {4} moderately (B) and {5} much "
	       "(C)."),
	    SAY_TEXT(focal), SAY_TEXT(reference), SAY_N(count[0]), SAY_N(count[1]), SAY_N(count[2]));
	if (unknown > 0)
		analyse_warn(a, N_("For {1} items nothing can be told: within a score everybody answered alike."),
		    SAY_N(unknown));
	analyse_check(a, d->all.used[0] >= FEW_IN_GROUP && d->all.used[1] >= FEW_IN_GROUP,
	    N_("Each group should have {1} people or more for this test to see what matters; here there are {2} and {3}."),
	    SAY_N(FEW_IN_GROUP), SAY_N(d->all.used[0]), SAY_N(d->all.used[1]));
	if (!d->all.settled)
		analyse_warn(a,
		    N_("Purification did not settle; the items taken out of the score changed every round."), SAY_END);
}

static int dif_run(struct analyse *a, json_t *result, struct err *e)
{
	struct dif d;
	int rc;

	memset(&d, 0, sizeof d);
	rc = load(a, &d, e);
	if (rc == 0) {
		struct an_dif_rule rule = { strcmp(analyse_text(a, "purify"), "yes") == 0, analyse_number(a, "alpha") };
		enum an_status status = an_dif(a->items.view, d.of, d.score, rule, a->work, &d.all, d.item);

		if (!(rule.alpha > 0 && rule.alpha < 1))
			rc = err_set(e, ERR_INPUT, "alpha", "--{1} must lie between 0 and 1, as 0.05 does.", "alpha",
			    (char *)NULL);
		else if (status == AN_EDATA)
			rc = err_set(e, ERR_INPUT, "items", "The items must hold 0 (wrong) and 1 (right) alone.",
			    (char *)NULL);
		else
			rc = analyse_status(status, "groups", e);
	}
	if (rc == 0)
		rc = adjust(a, &d, e);
	if (rc == 0) {
		a->used = d.all.used[0] + d.all.used[1];
		items_json(a, &d, result);
		say(a, &d);
	}
	analyse_groups_free(&d.groups);
	return rc;
}

const struct analyse_method analyse_dif = {
	.name = "dif",
	.title = N_("Differential item functioning"),
	.family = FAMILY_TEST,
	.summary = N_("whether an item is harder for one group than for people of another group with the same score "
		      "(Mantel-Haenszel)"),
	.reference =
	    "Mantel & Haenszel 1959 with continuity correction; interval Robins, Breslow & Greenland 1986; delta = -2.35 log "
	    "odds ratio and classes of ETS (Holland & Thayer 1988; Zieky 1993); p_dif Dorans & Kulick 1986; p_bh Benjamini & "
	    "Hochberg 1995",
	.missing_rule = N_("people with every item and a group only"),
	.not_shown =
	    N_("A difference between groups in an item does not say that the item is unfair, nor why it differs; "
	       "and where most items favour one group, matching on their sum hides it."),
	.r = "ok <- complete.cases(x, g)\n"
	     "total <- rowSums(x[ok, ])\n"
	     "t(sapply(x[ok, ], function(i) {\n"
	     "  t <- table(i, factor(g[ok]), total)\n"
	     "  m <- mantelhaen.test(t[, , apply(t, 3, sum) > 1], correct = TRUE)\n"
	     "  c(m$statistic, p = m$p.value, m$estimate, delta = -2.35 * log(unname(m$estimate)))\n"
	     "}))\n",
	.chart = { CHART_ESTIMATES, .table = "/result/items", .value = "delta", .lo = "delta_lo", .hi = "delta_hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVEL,
	    { "focal", OPT_TEXT, "", NULL, N_("the group looked after; the smaller one when not given") },
	    { "reference", OPT_TEXT, "", NULL, N_("the group compared with") },
	    { "match", OPT_COLUMN, "", NULL,
		N_("column of the score to match on; the number of items right when not given") },
	    { "purify", OPT_CHOICE, "no", "no|yes",
		N_("take items that differ (p below --alpha) out of the score, and look again until nothing changes") },
	    { "alpha", OPT_NUMBER, "0.05", NULL, N_("level of that test") } },
	.output = { "items", "groups", "purification" },
	.run = dif_run,
};
