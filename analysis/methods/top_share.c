/* Shares of the ends of an answer scale: top box, bottom box, net promoter score. */
#include "analysis/methods/each.h"
#include "analysis/stats/describe/net_promoter.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAID_MOST 12

/* Answers at or above least, and at or below most. */
struct ends {
	double least, most;
};

static int ends_of(const struct analyse *a, struct ends *out, struct err *e)
{
	double top = a->has_max ? a->max : -INFINITY, bottom = a->has_min ? a->min : INFINITY;

	for (size_t i = 0; i < a->items.view.rows * a->items.view.cols; i++)
		if (a->items.why[i] == AN_PRESENT) {
			top = a->has_max ? top : fmax(top, a->items.data[i]);
			bottom = a->has_min ? bottom : fmin(bottom, a->items.data[i]);
		}
	if (!isfinite(top) || !isfinite(bottom))
		return analyse_status(AN_ETOOFEW, "items", e);
	for (const char *const *o = (const char *const[]){ "top", "bottom", NULL }; *o != NULL; o++)
		if (analyse_whole(a, *o) == 0)
			return err_set(e, ERR_INPUT, *o, "--{1} must be 1 or more.", *o, (char *)NULL);
	out->least = analyse_given(a, "from") ? analyse_number(a, "from") : top - (double)analyse_whole(a, "top") + 1;
	out->most = analyse_given(a, "to") ? analyse_number(a, "to") : bottom + (double)analyse_whole(a, "bottom") - 1;
	return 0;
}

static enum an_status interval(const struct analyse *a, double hits, double n, enum an_proportion_method m,
    struct an_interval *ci)
{
	if (analyse_given(a, "invited"))
		return an_proportion_finite(hits, n, analyse_number(a, "invited"), m, a->level, ci);
	return an_proportion(hits, n, m, a->level, ci);
}

static json_t *share_row(const struct analyse *a, size_t hits, size_t n)
{
	struct an_interval ci = { 0, 0 };
	bool any = n > 0 && interval(a, (double)hits, (double)n, AN_WILSON, &ci) == AN_OK;

	return json_pack("[o, o, o, o, o]", analyse_count(n), analyse_count(hits),
	    analyse_real_if(any, (double)hits / (double)n), analyse_real_if(any, ci.lo), analyse_real_if(any, ci.hi));
}

/* Adds the row of one item or group to the table of every kind of interval. */
static void add_intervals(const struct analyse *a, size_t hits, size_t n, json_t *by_method)
{
	for (int m = 0; m < AN_PROPORTION_METHODS; m++) {
		const char *name = an_proportion_name((enum an_proportion_method)m);
		struct an_interval ci = { 0, 0 };
		bool any = n > 0 && interval(a, (double)hits, (double)n, (enum an_proportion_method)m, &ci) == AN_OK;

		if (json_object_get(by_method, name) == NULL)
			json_object_set_new(by_method, name, json_array());
		json_array_append_new(json_object_get(by_method, name),
		    json_pack("[o, o]", analyse_real_if(any, ci.lo), analyse_real_if(any, ci.hi)));
	}
}

static void top_words(struct analyse *a, const char *name, size_t hits, size_t n, double least)
{
	struct an_interval ci;

	if (n == 0 || interval(a, (double)hits, (double)n, AN_WILSON, &ci) != AN_OK)
		return;
	analyse_say(a, N_("{1}: {2} answered {3} or higher ({4} interval {5} to {6}, {7} answers)."), SAY_TEXT(name),
	    SAY_PCT((double)hits / (double)n), SAY_NUM(least, 0), SAY_PCT(a->level), SAY_PCT(ci.lo), SAY_PCT(ci.hi),
	    SAY_N(n));
	if (n < 30)
		analyse_warn(a, N_("Only {2} answers stand behind {1}; its interval is rough."), SAY_TEXT(name),
		    SAY_N(n));
}

static int invited_check(struct analyse *a, size_t most, struct err *e)
{
	double invited = analyse_number(a, "invited");

	if (!analyse_given(a, "invited"))
		return 0;
	if (analyse_given(a, "by"))
		return err_set(e, ERR_INPUT, "invited", "--{1} counts everyone asked and cannot go with --{2}.",
		    "invited", "by", (char *)NULL);
	if (invited < (double)most)
		return err_set(e, ERR_INPUT, "invited", "--{1} is fewer than the people who answered.", "invited",
		    (char *)NULL);
	analyse_check(a, (double)most >= 0.5 * invited,
	    N_("{1} of {2} people invited answered ({3}). The shorter intervals take it that those who answered are a random "
	       "part of them."),
	    SAY_N(most), SAY_NUM(invited, 0), SAY_PCT((double)most / invited));
	return 0;
}

static int top_share_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *tops = json_array(), *bottoms = json_array(), *lists = json_object(), *methods = json_object(), *one;
	struct ends ends = { 0, 0 };
	struct each s = { 0 };
	const char *name;
	size_t most = 0;
	int rc = ends_of(a, &ends, e) == 0 && each_begin(a, &s, e) == 0 ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < s.count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		size_t n = 0, high = 0, low = 0;
		struct an_view v;

		rc = each_view(a, &s, i, &v, e);
		for (size_t r = 0; rc == 0 && r < v.rows; r++)
			if (an_view_has(v, r, 0)) {
				n++;
				high += an_view_at(v, r, 0) >= ends.least;
				low += an_view_at(v, r, 0) <= ends.most;
			}
		most = n > most ? n : most;
		json_array_append_new(tops, share_row(a, high, n));
		json_array_append_new(bottoms, share_row(a, low, n));
		add_intervals(a, high, n, lists);
		if (rc == 0 && i < SAID_MOST)
			top_words(a, each_name(a, &s, i), high, n, ends.least);
		an_work_release(a->work, mark);
	}
	a->used = each_answered(a);
	json_object_foreach(lists, name, one) {
		json_object_set_new(methods, name, analyse_sheet(each_names(a, &s), "lo hi", json_incref(one)));
	}
	json_decref(lists);
	json_object_set_new(result, "least", analyse_real(ends.least));
	json_object_set_new(result, "shares", analyse_sheet(each_names(a, &s), "n hits share lo hi", tops));
	json_object_set_new(result, "intervals", methods);
	json_object_set_new(result, "most", analyse_real(ends.most));
	json_object_set_new(result, "bottom", analyse_sheet(each_names(a, &s), "n hits share lo hi", bottoms));
	if (rc == 0)
		rc = invited_check(a, most, e);
	analyse_groups_free(&s.groups);
	return rc;
}

const struct analyse_method analyse_top_share = {
	.counts_values = true,
	.name = "top_share",
	.title = N_("Top-box and bottom-box shares"),
	.family = FAMILY_DESCRIBE,
	.summary = N_(
	    "share of answers at or above a step of the scale, and of those at its low end, with every usual interval"),
	.reference =
	    "Wilson 1927, Probable inference, the law of succession, and statistical inference; Agresti & Coull "
	    "1998; Clopper & Pearson 1934; Jeffreys: Brown, Cai & DasGupta 2001; finite population: Cochran 1977",
	.missing_rule = MISSING_EACH,
	.not_shown =
	    N_("A share of high answers hides how the others answered: the same share can stand beside mild or "
	       "harsh dissent. The bottom-box share says more about that."),
	.r =
	    "top <- sapply(x, function(v) c(sum(v >= max(x, na.rm = TRUE) - {top} + 1, na.rm = TRUE), sum(!is.na(v))))\n"
	    "# the scale ends at the highest answer; with --max or --from put that number instead\n"
	    "t(apply(top, 2, function(c) prop.test(c[1], c[2], conf.level = {level}, correct = FALSE)$conf.int)) # Wilson\n"
	    "Hmisc::binconf(top[1, ], top[2, ], alpha = 1 - {level}, method = \"exact\") # Clopper-Pearson",
	.chart = { CHART_ESTIMATES, .table = "/result/shares", .value = "share", .lo = "lo", .hi = "hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY, OPT_LEVEL,
	    { "top", OPT_WHOLE, "2", NULL,
		N_("how many of the highest whole steps count; the highest is --max or, "
		   "without it, the highest answer found") },
	    { "from", OPT_NUMBER, "", NULL, N_("lowest answer that counts, in place of --top") },
	    { "bottom", OPT_WHOLE, "2", NULL, N_("how many of the lowest whole steps make the bottom share") },
	    { "to", OPT_NUMBER, "", NULL, N_("highest answer of the bottom share, in place of --bottom") },
	    { "invited", OPT_WHOLE, "", NULL,
		N_("people asked in all; makes intervals shorter where many of them answered (finite population)") } },
	.output = { "least", "shares", "intervals", "most", "bottom" },
	.run = top_share_run,
};

static void nps_words(struct analyse *a, const char *name, const struct an_net_promoter *x, size_t n)
{
	analyse_say(a, N_("{1}: net promoter score {2} ({3} interval {4} to {5}, of -100 to 100), from {6} answers."),
	    SAY_TEXT(name), SAY_NUM(100 * x->score, 0), SAY_PCT(a->level), SAY_NUM(100 * x->interval.lo, 0),
	    SAY_NUM(100 * x->interval.hi, 0), SAY_N(n));
	if (x->interval.lo <= 0 && x->interval.hi >= 0)
		analyse_say(a, N_("{1}: these answers do not tell whether promoters or detractors are more."),
		    SAY_TEXT(name));
}

static int nps_row(struct analyse *a, const char *name, struct an_view v, json_t *values, struct err *e)
{
	double promoter = analyse_number(a, "promoter"), detractor = analyse_number(a, "detractor");
	size_t n = 0, high = 0, low = 0;
	struct an_net_promoter x;
	bool any;

	for (size_t i = 0; i < v.rows; i++) {
		double value = an_view_at(v, i, 0);

		if (!an_view_has(v, i, 0))
			continue;
		if (value < 0 || value > 10)
			return err_set(e, ERR_INPUT, name,
			    "Column {1} must hold answers from 0 to 10; for another scale use top_share.", name,
			    (char *)NULL);
		n++;
		high += value >= promoter;
		low += value <= detractor;
	}
	any = an_net_promoter((double)high, (double)low, (double)n, a->level, &x) == AN_OK;
	json_array_append_new(values,
	    json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_count(n), analyse_count(high),
		analyse_count(n - high - low), analyse_count(low), analyse_real_if(any, x.score),
		analyse_real_if(any, x.se), analyse_real_if(any, x.interval.lo), analyse_real_if(any, x.interval.hi),
		analyse_real_if(any, x.wald.lo), analyse_real_if(any, x.wald.hi)));
	if (any && json_array_size(values) <= SAID_MOST)
		nps_words(a, name, &x, n);
	if (any && n < 100)
		analyse_warn(a, N_("A net promoter score needs hundreds of answers to be firm; {1} has {2}."),
		    SAY_TEXT(name), SAY_N(n));
	return 0;
}

static int nps_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values = json_array();
	struct each s = { 0 };
	int rc = 0;

	if (!(analyse_number(a, "detractor") < analyse_number(a, "promoter")))
		rc = err_set(e, ERR_INPUT, "detractor", "--{1} must be lower than --{2}.", "detractor", "promoter",
		    (char *)NULL);
	if (rc == 0)
		rc = each_begin(a, &s, e);
	for (size_t i = 0; rc == 0 && i < s.count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		struct an_view v;

		rc = each_view(a, &s, i, &v, e) == 0 ? nps_row(a, each_name(a, &s, i), v, values, e) : -1;
		an_work_release(a->work, mark);
	}
	a->used = each_answered(a);
	json_object_set_new(result, "scores",
	    analyse_sheet(each_names(a, &s), "n promoters passives detractors score se lo hi wald_lo wald_hi", values));
	analyse_groups_free(&s.groups);
	return rc;
}

const struct analyse_method analyse_nps = {
	.counts_values = true,
	.name = "nps",
	.title = N_("Net promoter score"),
	.family = FAMILY_DESCRIBE,
	.summary = N_("share of promoters less share of detractors on a scale from 0 to 10, with a score interval"),
	.reference =
	    "Reichheld 2003, The one number you need to grow; interval Tango 1998, Equivalence test and confidence "
	    "interval for the difference in proportions for the paired-sample design; Wald beside it",
	.missing_rule = MISSING_EACH,
	.not_shown =
	    N_("The score throws away most of what was answered: 6 and 0 count the same, and so do 7 and 8. Look at "
	       "the distribution too."),
	.r = "p <- colMeans(x >= {promoter}, na.rm = TRUE); q <- colMeans(x <= {detractor}, na.rm = TRUE)\n"
	     "n <- colSums(!is.na(x)); se <- sqrt((p + q - (p - q)^2) / n)\n"
	     "data.frame(n, score = p - q, se, lo = p - q - qnorm((1 + {level}) / 2) * se,\n"
	     "  hi = p - q + qnorm((1 + {level}) / 2) * se) # Wald; PropCIs::scoreci.mp for Tango's",
	.chart = { CHART_ESTIMATES, .table = "/result/scores", .value = "score", .lo = "lo", .hi = "hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVEL,
	    { "promoter", OPT_NUMBER, "9", NULL, N_("lowest answer of a promoter") },
	    { "detractor", OPT_NUMBER, "6", NULL, N_("highest answer of a detractor") } },
	.output = { "scores" },
	.run = nps_run,
};
