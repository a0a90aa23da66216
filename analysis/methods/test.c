/* Methods on the items of a test. */
#include "analysis/methods/method.h"
#include "analysis/stats/describe/describe.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/scale/reliability.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MISSING_TEST N_("an item from the marks that it has; everything with a total from complete rows")
#define SCORES_MOST  2000 /* whole scores listed one by one */
#define WEAK_ITEM    0.2  /* of the correlation with the rest (Ebel & Frisbie 1991: 0.2 to 0.3 wants work) */
#define VERY_EASY    0.95
#define VERY_HARD    0.1
#define FEW_PEOPLE   50

/* Best mark: --most, or 1; a mark below 0 or above it is an error. */
static int best_marks(struct analyse *a, double **most, struct err *e)
{
	size_t k = a->items.view.cols, n = 0;
	double *list = NULL;

	if (analyse_numbers(a, "most", &list, &n, e) != 0)
		return -1;
	*most = AN_WORK_ARRAY(a->work, double, k);
	for (size_t j = 0; *most != NULL && (n == 1 || n == k) && j < k; j++)
		(*most)[j] = list[n == 1 ? 0 : j];
	free(list);
	if (*most == NULL)
		return err_nomem(e);
	if (n != 1 && n != k)
		return err_set(e, ERR_INPUT, "most", "--{1} needs one best mark, or one for each item.", "most",
		    (char *)NULL);
	for (size_t i = 0; i < a->items.view.rows; i++)
		for (size_t j = 0; j < k; j++) {
			double x = an_view_at(a->items.view, i, j);

			if (!an_view_has(a->items.view, i, j) || (x >= 0 && x <= (*most)[j]))
				continue;
			return analyse_bad_cell(a, i, a->items.column[j],
			    N_("Line {1}, column {2}: the mark lies outside 0 to the best mark (--most)."), e);
		}
	return 0;
}

/* Every whole score from 0 to the best total, or nothing where totals are not whole. */
static json_t *scores_json(const double *sorted, size_t n, double best, const struct an_items *t)
{
	json_t *rows = json_array(), *values = json_array();
	bool whole = best <= SCORES_MOST;

	for (size_t i = 0; i < n; i++)
		whole = whole && sorted[i] == floor(sorted[i]);
	for (double s = 0; whole && s <= best; s++) {
		double z = t->total_sd > 0 ? (s - t->total_mean) / t->total_sd : 0;
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += sorted[i] == s;
		json_array_append_new(rows, json_sprintf("%.0f", s));
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count(count), analyse_real(an_percentile_rank(sorted, n, s)),
			analyse_real_if(t->total_sd > 0, z), analyse_real_if(t->total_sd > 0, 50 + 10 * z)));
	}
	return analyse_sheet(rows, "count percentile_rank z t", values);
}

static int total_json(struct analyse *a, const double *most, const struct an_items *t, json_t *result, struct err *e)
{
	double *total = AN_WORK_ARRAY(a->work, double, a->items.view.rows), best = 0;
	struct an_describe d;
	size_t n;

	if (total == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < a->items.view.cols; j++)
		best += most[j];
	/* leaves the totals sorted */
	if (analyse_status(an_totals(a->items.view, total, &n), "total", e) != 0 ||
	    analyse_status(an_describe_values(total, n, a->work, &d), "total", e) != 0)
		return -1;
	json_object_set_new(result, "total",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(n), "mean",
		analyse_real(d.mean), "sd", analyse_real_if(d.has_sd, d.sd), "median", analyse_real(d.median), "min",
		analyse_real(d.min), "max", analyse_real(d.max), "skew", analyse_real_if(d.has_shape, d.skew),
		"kurtosis", analyse_real_if(d.has_shape, d.kurtosis), "best", analyse_real(best)));
	json_object_set_new(result, "scores", scores_json(total, n, best, t));
	return 0;
}

static void items_warn(struct analyse *a, const struct an_item *items, const struct an_items *t, size_t *weak)
{
	*weak = 0;
	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_item *it = items + j;
		const char *name = a->items.name[j];

		if (it->has_r_rest && it->r_rest < 0)
			analyse_warn(a,
			    N_("Item {1}: people who do well in the rest of the test do worse here (correlation {2}). Check its "
			       "key and marking."),
			    SAY_TEXT(name), SAY_NUM(it->r_rest, 2));
		else if (it->n > 0 && !it->has_sd)
			continue;
		else if (it->n > 0 && it->sd == 0)
			analyse_warn(a, N_("Item {1}: everybody has the same mark, so that it parts nobody."),
			    SAY_TEXT(name));
		else if (it->n > 0 && it->difficulty > VERY_EASY)
			analyse_warn(a, N_("Item {1} is very easy: people reach {2} of its marks."), SAY_TEXT(name),
			    SAY_PCT(it->difficulty));
		else if (it->n > 0 && it->difficulty < VERY_HARD)
			analyse_warn(a, N_("Item {1} is very hard: people reach {2} of its marks."), SAY_TEXT(name),
			    SAY_PCT(it->difficulty));
		*weak += !it->has_r_rest || it->r_rest < WEAK_ITEM;
	}
	if (t->used < FEW_PEOPLE)
		analyse_warn(a, N_("With {1} people these figures can change much from one group to the next."),
		    SAY_N(t->used));
}

static void items_say(struct analyse *a, const struct an_item *items, const struct an_items *t)
{
	size_t k = a->items.view.cols, easy = 0, hard = 0, weak, answered = 0;
	double mean = 0;

	for (size_t j = 0; j < k; j++) {
		if (items[j].n == 0)
			continue;
		mean += items[j].difficulty;
		answered++;
		easy = items[j].difficulty > items[easy].difficulty ? j : easy;
		hard = items[hard].n == 0 || items[j].difficulty < items[hard].difficulty ? j : hard;
	}
	items_warn(a, items, t, &weak);
	if (answered > 0)
		analyse_say(a,
		    N_("On average people reach {1} of the marks; the hardest item is {2} ({3}), the easiest {4} ({5})."),
		    SAY_PCT(mean / (double)answered), SAY_TEXT(a->items.name[hard]), SAY_PCT(items[hard].difficulty),
		    SAY_TEXT(a->items.name[easy]), SAY_PCT(items[easy].difficulty));
	if (t->used > 1 && k > 1)
		analyse_say(a,
		    N_("{1} of {2} items part better people from weaker ones as they should (correlation with the rest of the "
		       "test of {3} or more)."),
		    SAY_N(k - weak), SAY_N(k), SAY_NUM(WEAK_ITEM, 1));
	analyse_check(a, t->used == a->items.view.rows,
	    N_("Figures with the total need people who have every mark; {1} of {2} do."), SAY_N(t->used),
	    SAY_N(a->items.view.rows));
}

static int item_analysis_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_item *items = AN_WORK_ARRAY(a->work, struct an_item, a->items.view.cols);
	json_t *values;
	struct an_items t;
	double *most;
	bool extremes;

	if (items == NULL)
		return err_nomem(e);
	if (best_marks(a, &most, e) != 0 ||
	    analyse_status(an_items(a->items.view, most, a->work, &t, items), "items", e) != 0)
		return -1;
	a->used = t.used;
	extremes = t.group > 0 && analyse_enough(a, t.group);
	values = json_array();
	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_item *it = items + j;
		bool any = it->n > 0;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_count(it->n), analyse_real_if(any, it->mean),
			analyse_real_if(any, it->difficulty), analyse_real_if(it->has_sd, it->sd),
			analyse_real_if(it->has_r_total, it->r_total), analyse_real_if(it->has_r_rest, it->r_rest),
			analyse_real_if(extremes, it->upper_lower)));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n mean difficulty sd r_total r_rest upper_lower", values));
	json_object_set_new(result, "extreme_group", extremes ? analyse_count(t.group) : json_null());
	items_say(a, items, &t);
	return total_json(a, most, &t, result, e);
}

#define OPT_MOST                                                                                                       \
	{                                                                                                              \
		"most", OPT_NUMBERS, "1", NULL, N_("best mark of the items: one for all, or one for each (10,10,5)")   \
	}

const struct analyse_method analyse_item_analysis = {
	.counts_values = true,
	.name = "item_analysis",
	.title = N_("Item analysis"),
	.family = FAMILY_TEST,
	.not_shown =
	    N_("Difficulty and discrimination belong to these items in this group of people; another class can give "
	       "others. They do not show whether an item asks what the course taught."),
	.r =
	    "x <- x[complete.cases(x), ]\n"
	    "most <- rep_len({most}, ncol(x))\n"
	    "total <- rowSums(x)\n"
	    "n <- length(total); m <- round(0.27 * n); o <- order(total, seq_len(n))\n"
	    "data.frame(mean = colMeans(x), difficulty = colMeans(x) / most, sd = sapply(x, sd),\n"
	    "  r_total = sapply(x, cor, total), r_rest = sapply(x, function(v) cor(v, total - v)),\n"
	    "  upper_lower = (colMeans(x[tail(o, m), ]) - colMeans(x[head(o, m), ])) / most)\n"
	    "s <- 0:sum(most)\n"
	    "data.frame(score = s, percentile_rank = sapply(s, function(v) (mean(total < v) + mean(total == v) / 2) * 100),\n"
	    "  z = (s - mean(total)) / sd(total), t = 50 + 10 * (s - mean(total)) / sd(total))\n",
	.chart = { CHART_BARS, .table = "/result/items", .value = "difficulty" },
	.summary = N_("difficulty and discrimination of each item, and the totals with percentile ranks"),
	.reference = "classical test theory (Crocker & Algina 1986, ch. 14); extreme groups of 27 % (Kelley 1939)",
	.missing_rule = MISSING_TEST,
	.options = { OPT_ITEMS, OPT_NA, OPT_MOST },
	.output = { "items", "extreme_group", "total", "scores" },
	.run = item_analysis_run,
};

static void kr20_say(struct analyse *a, const struct an_kr *k, const struct an_interval *ci)
{
	if (ci != NULL)
		analyse_say(a, N_("The reliability of the test (KR-20) is {1} ({2} interval {3} to {4})."),
		    SAY_NUM(k->kr20, 2), SAY_PCT(a->level), SAY_NUM(ci->lo, 2), SAY_NUM(ci->hi, 2));
	else
		analyse_say(a, N_("The reliability of the test (KR-20) is {1}."), SAY_NUM(k->kr20, 2));
	if (k->kr20 >= 0)
		analyse_say(a,
		    N_("A person's number right varies by about {1} points by chance (standard error of measurement); two people "
		       "closer than {2} points cannot be told apart."),
		    SAY_NUM(k->sem, 1), SAY_NUM(1.96 * sqrt(2) * k->sem, 1));
	if (k->kr20 >= 0.8)
		analyse_say(a, N_("That is enough for a test that grades single persons."), SAY_END);
	else if (k->kr20 >= 0.6)
		analyse_say(a, N_("That is enough beside other grades, not for a decision on this test alone."),
		    SAY_END);
	else
		analyse_say(a,
		    N_("That is too little to grade single persons by; the test needs more or better items."), SAY_END);
	analyse_check(a, k->kr20 - k->kr21 < 0.05,
	    N_("KR-21 supposes that all items are equally hard; it stands {1} below KR-20 here."),
	    SAY_NUM(k->kr20 - k->kr21, 2));
	if (k->used < FEW_PEOPLE)
		analyse_warn(a, N_("With {1} people these figures can change much from one group to the next."),
		    SAY_N(k->used));
}

static int kr20_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_interval ci = { 0, 0 };
	struct an_kr k;
	bool ok;

	if (analyse_status(a->items.by_code ? an_codes_kr(a->items.codes, a->work, &k)
					    : an_kr(a->items.view, a->work, &k),
		"kr20", e) != 0)
		return -1;
	a->used = k.used;
	json_object_set_new(result, "kr20", analyse_real(k.kr20));
	json_object_set_new(result, "kr20_mixed", analyse_real(k.kr20_mixed));
	json_object_set_new(result, "kr21", analyse_real(k.kr21));
	json_object_set_new(result, "sem", analyse_real(k.sem));
	json_object_set_new(result, "mean", analyse_real(k.total_mean));
	json_object_set_new(result, "sd", analyse_real(k.total_sd));
	ok = an_alpha_interval(k.kr20, k.used, a->items.view.cols, a->level, &ci) == AN_OK;
	json_object_set_new(result, "lo", analyse_real_if(ok, ci.lo));
	json_object_set_new(result, "hi", analyse_real_if(ok, ci.hi));
	kr20_say(a, &k, ok ? &ci : NULL);
	return 0;
}

const struct analyse_method analyse_kr20 = {
	.name = "kr20",
	.codes = true,
	.title = N_("KR-20 and KR-21"),
	.family = FAMILY_TEST,
	.not_shown = N_("KR-20 does not show that the test measures one thing, nor that it measures the right thing: "
			"many items push it up."),
	.r = "x <- x[complete.cases(x), ]\n"
	     "k <- ncol(x); p <- colMeans(x); total <- rowSums(x); n <- nrow(x)\n"
	     "v <- var(total) * (n - 1) / n\n"
	     "c(kr20 = k / (k - 1) * (1 - sum(p * (1 - p)) / v),\n"
	     "  kr20_mixed = k / (k - 1) * (1 - sum(p * (1 - p)) / var(total)),\n"
	     "  kr21 = k / (k - 1) * (1 - mean(total) * (k - mean(total)) / (k * v)),\n"
	     "  sem = sd(total) * sqrt(1 - k / (k - 1) * (1 - sum(p * (1 - p)) / v)))\n"
	     "library(psych)\n"
	     "unlist(alpha.ci(alpha(x, check.keys = FALSE)$total$raw_alpha, n.obs = n, n.var = k,\n"
	     "  p.val = 1 - {level}))\n",
	.chart = { CHART_NONE },
	.summary = N_("reliability of a test of right or wrong items, and the standard error of measurement"),
	.reference =
	    "Kuder & Richardson 1937, formulas 20 and 21; kr20 with population variances throughout (equals alpha), "
	    "kr20_mixed with n - 1 in the total alone; interval Feldt, Woodruff & Salih 1987",
	.missing_rule = N_("complete rows only"),
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL },
	.output = { "kr20", "kr20_mixed", "kr21", "sem", "mean", "sd", "lo", "hi" },
	.run = kr20_run,
};
