/* Methods on raters who give numbers to the same things. */
#include "analysis/methods/cells.h"
#include "analysis/stats/agreement/raters.h"

#include <math.h>
#include <stdlib.h>

#define COMPLETE_ROWS N_("rows in which a rater's figure is missing are left out")

/* {1} and {2} in words of a reliability. */
static void say_reliability(struct analyse *a, double x)
{
	if (x >= 0.9)
		analyse_say(a, N_("That is agreement close enough for decisions about single cases."), SAY_END);
	else if (x >= 0.75)
		analyse_say(a,
		    N_("That is good agreement: enough to compare groups, to be used with care for single cases."),
		    SAY_END);
	else if (x >= 0.5)
		analyse_say(a, N_("That is moderate agreement: use the mean of several raters, not the figure of one."),
		    SAY_END);
	else
		analyse_say(a, N_("That is poor agreement: what a rater says depends much on who rates."), SAY_END);
}

static json_t *icc_json(const struct an_raters *r)
{
	static const char *const rows[AN_ICC_TYPES] = { "Single_raters_absolute", "Single_random_raters",
		"Single_fixed_raters", "Average_raters_absolute", "Average_random_raters", "Average_fixed_raters" };
	json_t *values = json_array();

	for (int t = 0; t < AN_ICC_TYPES; t++) {
		const struct an_icc *x = r->icc + t;

		json_array_append_new(values,
		    json_pack("[s, o, o, o, o, o, o, o]", an_icc_name((enum an_icc_type)t),
			analyse_real_if(x->has, x->icc), analyse_real_if(x->has_f, x->f), analyse_real(x->df1),
			analyse_real(x->df2), analyse_real_if(x->has_f, x->p),
			analyse_real_if(x->has_interval, x->interval.lo),
			analyse_real_if(x->has_interval, x->interval.hi)));
	}
	return analyse_sheet(analyse_names(rows, AN_ICC_TYPES), "type icc f df1 df2 p lo hi", values);
}

static json_t *anova_json(const struct an_raters *r)
{
	return analyse_sheet(json_pack("[s, s, s]", "subjects", "raters", "residual"), "df ss ms",
	    json_pack("[[o, o, o], [o, o, o], [o, o, o]]", analyse_real(r->df_rows), analyse_real(r->ss_rows),
		analyse_real(r->ms_rows), analyse_real(r->df_raters), analyse_real(r->ss_raters),
		analyse_real(r->ms_raters), analyse_real(r->df_error), analyse_real(r->ss_error),
		analyse_real(r->ms_error)));
}

static int icc_raters_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_raters r;
	const struct an_icc *one = r.icc + AN_ICC2, *fixed = r.icc + AN_ICC3;

	if (analyse_status(an_raters(a->items.view, a->level, a->work, &r), "raters", e) != 0)
		return -1;
	a->used = r.used;
	json_object_set_new(result, "subjects", analyse_count(r.used));
	json_object_set_new(result, "raters", analyse_count(r.raters));
	json_object_set_new(result, "icc", icc_json(&r));
	json_object_set_new(result, "anova", anova_json(&r));
	if (one->has && one->has_interval) {
		analyse_say(a,
		    N_("One rater's figure agrees with that of another at {1} ({2} interval {3} to {4}; ICC(2,1), {5} cases "
		       "and {6} raters); the mean of all raters at {7}."),
		    SAY_NUM(one->icc, 2), SAY_PCT(a->level), SAY_NUM(one->interval.lo, 2), SAY_NUM(one->interval.hi, 2),
		    SAY_N(r.used), SAY_N(r.raters), SAY_NUM(r.icc[AN_ICC2K].icc, 2));
		say_reliability(a, one->icc);
	}
	analyse_check(a, r.used >= 30, N_("An ICC is steady with about 30 cases or more; here they are {1}."),
	    SAY_N(r.used));
	if (one->has && fixed->has && fixed->icc - one->icc > 0.1)
		analyse_warn(a,
		    N_("Some raters are stricter than others: without regard to that the agreement would be {1}. Where cases "
		       "are compared that different raters judged, it counts."),
		    SAY_NUM(fixed->icc, 2));
	if (one->has && one->icc < 0)
		analyse_warn(a,
		    N_("The ICC is below 0: raters differ more on the same case than cases differ from each "
		       "other."),
		    SAY_END);
	return 0;
}

const struct analyse_method analyse_icc_raters = {
	.name = "icc_raters",
	.title = N_("Intraclass correlation of raters"),
	.family = FAMILY_AGREEMENT,
	.not_shown =
	    N_("Agreement does not show that the raters are right; and it depends on how different the cases are: "
	       "with cases all alike it is low however carefully they are judged."),
	.r = "library(psych)\n"
	     "ICC(na.omit(x), lmer = FALSE, alpha = 1 - {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/icc", .value = "icc", .lo = "lo", .hi = "hi" },
	.summary = N_("how far raters agree who give a number to the same cases: all six intraclass correlations"),
	.reference = "Shrout & Fleiss 1979; intervals McGraw & Wong 1996; as psych::ICC by analysis of variance",
	.missing_rule = COMPLETE_ROWS,
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL },
	.output = { "subjects", "raters", "icc", "anova" },
	.run = icc_raters_run,
};

static int kendall_w_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t rows = a->items.view.rows, people = analyse_whole(a, "people");
	double *sum = AN_WORK_ARRAY(a->work, double, rows);
	struct an_concordance c;
	json_t *sums;

	if (sum == NULL)
		return err_nomem(e);
	if (analyse_status(an_kendall_w(a->items.view, a->work, sum, &c), "ranks", e) != 0)
		return -1;
	a->used = c.used;
	json_object_set_new(result, "subjects", analyse_count(c.used));
	json_object_set_new(result, "raters", analyse_count(c.raters));
	json_object_set_new(result, "w", analyse_real(c.w));
	json_object_set_new(result, "chi2", analyse_real(c.chi2));
	json_object_set_new(result, "df", analyse_real(c.df));
	json_object_set_new(result, "p", analyse_real(c.p));
	json_object_set_new(result, "mean_r", analyse_real(c.mean_r));
	sums = json_array();
	for (size_t i = 0; i < rows && i < people; i++)
		json_array_append_new(sums, analyse_real_if(sum[i] > 0, sum[i]));
	json_object_set_new(result, "rank_sums", sums);
	analyse_say(a,
	    N_("The {1} raters put the {2} cases into an order that is the same to a degree of {3}, from 0 (no agreement) to 1 "
	       "(the same order); that they order them at random has a p-value of {4}."),
	    SAY_N(c.raters), SAY_N(c.used), SAY_NUM(c.w, 2), SAY_P(c.p));
	analyse_check(a, c.used > 7, N_("The p-value is good with more than 7 cases; here they are {1}."),
	    SAY_N(c.used));
	return 0;
}

const struct analyse_method analyse_kendall_w = {
	.name = "kendall_w",
	.title = N_("Kendall's W, concordance of rankings"),
	.family = FAMILY_AGREEMENT,
	.not_shown = N_("W shows whether raters order cases alike, not whether they give them the same figures."),
	.r = "x <- na.omit(x)\n"
	     "r <- apply(x, 2, rank)\n"
	     "n <- nrow(r)\n"
	     "m <- ncol(r)\n"
	     "S <- sum((rowSums(r) - mean(rowSums(r)))^2)\n"
	     "ties <- sum(apply(r, 2, function(v) sum(table(v)^3 - table(v))))\n"
	     "W <- 12 * S / (m^2 * (n^3 - n) - m * ties)\n"
	     "c(W = W, chi2 = m * (n - 1) * W, p = pchisq(m * (n - 1) * W, n - 1, lower.tail = FALSE))\n",
	.summary = N_("how far raters put the same cases into the same order"),
	.reference = "Kendall & Smith 1939, with ties; chi-square Siegel & Castellan 1988",
	.missing_rule = COMPLETE_ROWS,
	.options = { OPT_ITEMS, OPT_NA, OPT_PEOPLE },
	.output = { "subjects", "raters", "w", "chi2", "df", "p", "mean_r", "rank_sums" },
	.run = kendall_w_run,
};

static int bland_altman_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_bland_altman b;

	if (a->items.view.cols != 2)
		return err_set(e, ERR_INPUT, "items", "Here --{1} must name exactly two columns.", "items",
		    (char *)NULL);
	if (analyse_status(an_bland_altman(a->items.view, a->level, a->work, &b), "differences", e) != 0)
		return -1;
	a->used = b.used;
	json_object_set_new(result, "n", analyse_count(b.used));
	json_object_set_new(result, "sd", analyse_real(b.sd));
	json_object_set_new(result, "t", analyse_real_if(b.has_t, b.t));
	json_object_set_new(result, "p", analyse_real_if(b.has_t, b.p));
	json_object_set_new(result, "limits",
	    analyse_sheet(json_pack("[s, s, s]", "bias", "lower", "upper"), "value lo hi",
		json_pack("[[o, o, o], [o, o, o], [o, o, o]]", analyse_real(b.bias), analyse_real(b.bias_interval.lo),
		    analyse_real(b.bias_interval.hi), analyse_real(b.limits.lo), analyse_real(b.lower_interval.lo),
		    analyse_real(b.lower_interval.hi), analyse_real(b.limits.hi), analyse_real(b.upper_interval.lo),
		    analyse_real(b.upper_interval.hi))));
	json_object_set_new(result, "outside", analyse_count(b.outside));
	json_object_set_new(result, "slope", analyse_real_if(b.has_slope, b.slope));
	json_object_set_new(result, "slope_p", analyse_real_if(b.has_slope, b.slope_p));
	analyse_say(a,
	    N_("{1} less {2} is {3} on average ({4} interval {5} to {6}); in {4} of new cases the difference would lie between {7} "
	       "and {8}."),
	    SAY_TEXT(a->items.name[0]), SAY_TEXT(a->items.name[1]), SAY_NUM(b.bias, 2), SAY_PCT(a->level),
	    SAY_NUM(b.bias_interval.lo, 2), SAY_NUM(b.bias_interval.hi, 2), SAY_NUM(b.limits.lo, 2),
	    SAY_NUM(b.limits.hi, 2));
	if (b.has_slope)
		analyse_check(a, b.slope_p >= 1 - a->level,
		    N_("The limits suppose that the difference does not grow with the size of the figures (p {1})."),
		    SAY_P(b.slope_p));
	return 0;
}

const struct analyse_method analyse_bland_altman = {
	.name = "bland_altman",
	.title = N_("Limits of agreement"),
	.family = FAMILY_AGREEMENT,
	.not_shown =
	    N_("The limits show how far two figures lie apart; whether that is too far, those who use them must "
	       "say."),
	.r = "x <- na.omit(x)\n"
	     "d <- x[[1]] - x[[2]]\n"
	     "z <- qnorm(1 - (1 - {level}) / 2)\n"
	     "c(bias = mean(d), lower = mean(d) - z * sd(d), upper = mean(d) + z * sd(d))\n"
	     "t.test(d, conf.level = {level})\n"
	     "summary(lm(d ~ rowMeans(x)))\n",
	.chart = { CHART_ESTIMATES, .table = "/result/limits", .value = "value", .lo = "lo", .hi = "hi" },
	.summary = N_("how far two raters' or instruments' figures for the same case lie apart"),
	.reference = "Bland & Altman 1986, 1999",
	.missing_rule = COMPLETE_ROWS,
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL },
	.output = { "n", "sd", "t", "p", "limits", "outside", "slope", "slope_p" },
	.run = bland_altman_run,
};
