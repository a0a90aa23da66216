/* Methods on the items of one scale. */
#include "analysis/methods/correlations.h"
#include "analysis/stats/describe/careless.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/scale/reliability.h"

#include <math.h>
#include <string.h>

#define MISSING_COVARIANCES                                                                                            \
	N_("by --policy: each covariance from the people who have both items, or complete rows only")

static json_t *dropped_row(const struct an_alpha_item *it)
{
	const struct an_alpha_stats *d = &it->drop;
	bool has = it->has_drop, std = has && d->has_std;

	return json_pack("[o, o, o, o, o, o, o, o]", analyse_real_if(has, d->raw), analyse_real_if(std, d->std),
	    analyse_real_if(has && d->has_g6, d->g6), analyse_real_if(std, d->average_r), analyse_real_if(std, d->sn),
	    analyse_real_if(has, d->ase), analyse_real_if(std && d->has_var_r, d->var_r),
	    analyse_real_if(std, d->median_r));
}

static json_t *item_row(const struct an_alpha_item *it)
{
	return json_pack("[o, o, o, o, o, o, o]", analyse_count(it->n), analyse_real_if(it->has_raw_r, it->raw_r),
	    analyse_real_if(it->has_std_r, it->std_r), analyse_real_if(it->has_r_cor, it->r_cor),
	    analyse_real_if(it->has_r_drop, it->r_drop), analyse_real(it->mean), analyse_real(it->sd));
}

static json_t *alpha_total(const struct an_alpha *x)
{
	const struct an_alpha_stats *t = &x->total;
	double k = (double)x->items;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "alpha",
	    analyse_real(t->raw), "lo", analyse_real(x->interval.lo), "hi", analyse_real(x->interval.hi), "std_alpha",
	    analyse_real_if(t->has_std, t->std), "g6", analyse_real_if(t->has_g6, t->g6), "average_r",
	    analyse_real_if(t->has_std, t->average_r), "signal_noise", analyse_real_if(t->has_std, t->sn), "ase",
	    analyse_real(t->ase), "mean", analyse_real(x->score.mean), "sd", analyse_real(x->score.sd), "median_r",
	    analyse_real_if(t->has_std, t->median_r), "sem", analyse_real(x->sem), "r_bar",
	    analyse_real(t->raw / (k - t->raw * (k - 1))), "pair_least", analyse_count(x->pair_least));
}

static void alpha_items(const struct analyse *a, const struct an_alpha_item *items, json_t *result)
{
	json_t *stats = json_array(), *drop = json_array(), *against = json_array();

	for (size_t i = 0; i < a->items.view.cols; i++) {
		json_array_append_new(stats, item_row(items + i));
		json_array_append_new(drop, dropped_row(items + i));
		if (items[i].has_r_drop && items[i].r_drop < 0)
			json_array_append_new(against, json_string(a->items.name[i]));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n raw_r std_r r_cor r_drop mean sd", stats));
	json_object_set_new(result, "if_dropped",
	    analyse_sheet(analyse_item_names(a), "alpha std_alpha g6 average_r signal_noise ase var_r median_r", drop));
	json_object_set_new(result, "negative_items", against);
}

static json_t *split_json(const struct an_pairs *p, struct an_work *work)
{
	struct an_split s;
	bool ok = an_split_half(p, AN_LISTWISE, work, &s) == AN_OK;

	return json_pack("{s:o, s:o, s:o, s:o}", "n", analyse_count(s.used), "r", analyse_real_if(ok, s.r),
	    "spearman_brown", analyse_real_if(ok, s.spearman_brown), "flanagan", analyse_real_if(ok, s.flanagan));
}

/* Items that go against the rest: named, never turned round here. */
static int alpha_warn(struct analyse *a, const struct an_pairs *p, const struct an_alpha_item *items, json_t *result,
    struct err *e)
{
	size_t k = a->items.view.cols;
	double *cor = AN_WORK_ARRAY(a->work, double, k *k);
	bool *said = AN_WORK_ARRAY(a->work, bool, k);

	if (cor == NULL || said == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < k; i++) {
		said[i] = items[i].has_r_drop && items[i].r_drop < 0;
		if (said[i])
			analyse_warn(a,
			    N_("Item {1} runs against the others (its correlation with the rest is {2}). If it is worded "
			       "the other way, say so with --reverse; nothing was turned round."),
			    SAY_TEXT(a->items.name[i]), SAY_NUM(items[i].r_drop, 2));
	}
	if (an_pairs_cor(p, a->policy, cor) == AN_OK)
		return analyse_against(a, cor, said, result, e);
	json_object_set_new(result, "negative_on_component", json_null()); /* an item that does not vary */
	return 0;
}

static void alpha_say(struct analyse *a, const struct an_alpha *x)
{
	double alpha = x->total.raw;

	analyse_say(a, N_("Alpha is {1} ({2} interval {3} to {4}), from {5} people and {6} items."), SAY_NUM(alpha, 2),
	    SAY_PCT(a->level), SAY_NUM(x->interval.lo, 2), SAY_NUM(x->interval.hi, 2), SAY_N(x->used), SAY_N(x->items));
	if (alpha >= 0.9)
		analyse_say(a, N_("The items agree closely enough for statements about single persons."), SAY_END);
	else if (alpha >= 0.7)
		analyse_say(a, N_("The items agree well enough to compare groups, not to judge single persons."),
		    SAY_END);
	else
		analyse_say(a,
		    N_("The items agree too little for their sum to be read as one thing; look at them one by one."),
		    SAY_END);
	if (x->total.has_std)
		analyse_check(a, x->total.average_r >= 0.15 && x->total.average_r <= 0.5,
		    N_("Items of one scale usually correlate between 0.15 and 0.50 on average; here it is {1}."),
		    SAY_NUM(x->total.average_r, 2));
	analyse_check(a, x->complete * 10 >= x->used * 9,
	    N_("{1} of {2} people answered every item; the fewer they are, the more the rule for missing answers counts."),
	    SAY_N(x->complete), SAY_N(x->used));
}

static int alpha_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_alpha_item *items = AN_WORK_ARRAY(a->work, struct an_alpha_item, a->items.view.cols);
	struct an_pairs *p = items != NULL ? analyse_pairs(a, e) : NULL;
	struct an_alpha x;
	int rc = -1;

	if (items == NULL)
		return err_nomem(e);
	if (p == NULL || analyse_status(an_alpha(p, a->policy, a->level, a->work, &x, items), "alpha", e) != 0)
		goto done;
	json_object_set_new(result, "total", alpha_total(&x));
	json_object_set_new(result, "n_complete", analyse_count(x.complete));
	alpha_items(a, items, result);
	json_object_set_new(result, "split_half", split_json(p, a->work));
	for (size_t i = 0; i < a->items.view.cols; i++)
		if (!(items[i].sd > 0))
			analyse_warn(a,
			    N_("Everyone gave the same answer to item {1}: alpha leaves it out, the score counts it."),
			    SAY_TEXT(a->items.name[i]));
	rc = alpha_warn(a, p, items, result, e);
	alpha_say(a, &x);
done:
	an_pairs_free(p);
	return rc;
}

const struct analyse_method analyse_alpha = {
	.name = "alpha",
	.codes = true,
	.title = N_("Cronbach's alpha"),
	.family = FAMILY_SCALE,
	.not_shown = N_("Alpha does not show that the items measure one thing, nor that they measure the right thing: "
			"many items push it up, and two mixed scales can reach a high value."),
	.r = "library(psych)\n"
	     "alpha(x, check.keys = FALSE, use = \"{policy|pairwise=pairwise|listwise=complete}\")\n"
	     "alpha.ci(alpha(x, check.keys = FALSE)$total$raw_alpha, n.obs = nrow(x), n.var = ncol(x),\n"
	     "  p.val = 1 - {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/items", .value = "r_drop" },
	.summary = N_("Cronbach's alpha with interval, item statistics, and alpha if an item is dropped"),
	.reference =
	    "Cronbach 1951; interval Feldt, Woodruff & Salih 1987; standard error Duhachek & Iacobucci 2004; lambda 6 "
	    "Guttman 1945; conventions of psych::alpha; split_half: odd against even items, complete rows",
	.missing_rule = MISSING_COVARIANCES,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_POLICY("pairwise"), OPT_LEVEL },
	.output = { "total", "n_complete", "items", "if_dropped", "negative_items", "negative_on_component",
	    "split_half" },
	.run = alpha_run,
};

/* Items worded the other way make a mean of nothing; where all items vary that can be seen. */
static int score_against(struct analyse *a, const struct an_pairs *p, json_t *result, struct err *e)
{
	double *cor = AN_WORK_ARRAY(a->work, double, p->k * p->k);

	if (cor == NULL)
		return err_nomem(e);
	if (p->k > 1 && an_pairs_cor(p, AN_PAIRWISE, cor) == AN_OK)
		return analyse_against(a, cor, NULL, result, e);
	json_object_set_new(result, "negative_on_component", json_null());
	return 0;
}

static int scale_score_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_view v = a->items.view;
	size_t need = (size_t)ceil(analyse_number(a, "need") * (double)v.cols - 1e-9);
	size_t people = analyse_whole(a, "people");
	json_t *scores = json_array();
	struct an_pairs *p;
	struct an_score s;
	int rc;

	if (need > v.cols || analyse_number(a, "need") < 0) {
		json_decref(scores);
		return err_set(e, ERR_INPUT, "need", "--{1} must lie between 0 and 1.", "need", (char *)NULL);
	}
	for (size_t i = 0; i < v.rows && i < people; i++) {
		size_t n = an_view_present(v, i);
		double sum = 0;

		for (size_t j = 0; j < v.cols; j++)
			sum += an_view_has(v, i, j) ? an_view_at(v, i, j) : 0;
		json_array_append_new(scores, analyse_real_if(n > 0 && n >= need, sum / (double)n));
	}
	json_object_set_new(result, "scores", scores);
	p = analyse_pairs(a, e);
	if (p == NULL)
		return -1;
	if (analyse_status(an_pairs_score_need(p, need, &s), "score", e) != 0) {
		an_pairs_free(p);
		return -1;
	}
	rc = score_against(a, p, result, e);
	a->used = s.used;
	json_object_set_new(result, "n", analyse_count(s.used));
	json_object_set_new(result, "mean", analyse_real(s.mean));
	json_object_set_new(result, "sd", analyse_real(s.sd));
	analyse_say(a, N_("{1} people have a score; on average it is {2} (standard deviation {3})."), SAY_N(s.used),
	    SAY_NUM(s.mean, 2), SAY_NUM(s.sd, 2));
	analyse_check(a, s.used * 10 >= v.rows * 9, N_("{1} of {2} people answered enough items to have a score."),
	    SAY_N(s.used), SAY_N(v.rows));
	an_pairs_free(p);
	return rc;
}

const struct analyse_method analyse_scale_score = {
	.counts_values = true,
	.name = "scale_score",
	.title = N_("Scale scores"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("A mean of items is a score only when the items measure one thing and are keyed the same way; alpha, "
	       "omega and the items themselves show whether they do."),
	.r = "s <- rowMeans(x, na.rm = TRUE)\n"
	     "s[rowSums(!is.na(x)) < max(1, ceiling({need} * ncol(x)))] <- NA\n"
	     "head(s, {people}); sum(!is.na(s)); mean(s, na.rm = TRUE); sd(s, na.rm = TRUE)\n",
	.summary = N_("score of each person on a scale: the mean of the items answered"),
	.reference = "mean of available items (person mean substitution gives the same score)",
	.missing_rule = N_("a person who answered less than --need of the items has no score"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS,
	    { "need", OPT_NUMBER, "0", NULL, N_("least share of the items answered, 0 to 1; one answer at least") },
	    OPT_PEOPLE },
	.output = { "n", "mean", "sd", "scores", "negative_on_component" },
	.run = scale_score_run,
};

static json_t *people_json(const struct an_careless_person *p, size_t n)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values,
		    json_pack("[o, o, o, b, b]", analyse_count(p[i].answered), analyse_count(p[i].longest),
			analyse_real_if(p[i].has_irv, p[i].irv), p[i].straight, p[i].long_run));
	}
	return analyse_sheet(rows, "answered longest irv straight long_run", values);
}

static void careless_say(struct analyse *a, const struct an_careless *c)
{
	double share = (double)c->straight / (double)c->used;

	analyse_say(a, N_("{1} of {2} people gave the same answer to every item."), SAY_N(c->straight), SAY_N(c->used));
	if (analyse_whole(a, "run") > 0)
		analyse_say(a, N_("{1} people gave the same answer {2} times or more in a row."), SAY_N(c->long_run),
		    SAY_N(analyse_whole(a, "run")));
	analyse_check(a, share <= 0.05,
	    N_("In a form that people read, rarely more than 5 % answer every item alike; here it is {1}."),
	    SAY_PCT(share));
	if (a->items.view.cols < 6)
		analyse_warn(a,
		    N_("With only {1} items, the same answer to all is common among careful people as well."),
		    SAY_N(a->items.view.cols));
}

static int careless_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t rows = a->items.view.rows, people = analyse_whole(a, "people");
	struct an_careless_person *each = AN_WORK_ARRAY(a->work, struct an_careless_person, rows);
	struct an_careless c;
	double n;

	if (each == NULL)
		return err_nomem(e);
	if (analyse_status(an_careless(a->items.view, analyse_whole(a, "least"), analyse_whole(a, "run"), &c, each),
		"careless", e) != 0)
		return -1;
	a->used = c.used;
	n = (double)c.used;
	json_object_set_new(result, "straight", analyse_count(c.straight));
	json_object_set_new(result, "straight_share", analyse_real((double)c.straight / n));
	json_object_set_new(result, "long_run", analyse_count(c.long_run));
	json_object_set_new(result, "flagged", analyse_count(c.flagged));
	json_object_set_new(result, "flagged_share", analyse_real((double)c.flagged / n));
	json_object_set_new(result, "longest", analyse_count(c.longest));
	json_object_set_new(result, "missing_by_person", analyse_missing_by_person(a));
	json_object_set_new(result, "people", people_json(each, people < rows ? people : rows));
	careless_say(a, &c);
	return 0;
}

const struct analyse_method analyse_careless = {
	.counts_values = true,
	.name = "careless",
	.title = N_("Signs of careless answers"),
	.family = FAMILY_SCALE,
	.not_shown =
	    N_("These are signs, not proof: a person who agrees with everything may mean it. Nobody should be left "
	       "out on one sign alone."),
	.r = "v <- lapply(seq_len(nrow(x)), function(i) as.vector(na.omit(unlist(x[i, ]))))\n"
	     "longest <- sapply(v, function(y) if (length(y)) max(rle(y)$lengths) else 0)\n"
	     "straight <- sapply(v, function(y) length(y) >= {least} && all(y == y[1]))\n"
	     "irv <- sapply(v, sd)\n"
	     "sum(straight); mean(straight[lengths(v) > 0]); head(data.frame(longest, irv, straight), {people})\n",
	.summary = N_(
	    "signs of answering without reading: longest run of the same answer, straight-lining, spread within a person"),
	.reference =
	    "Meade & Craig 2012, Identifying careless responses in survey data; Johnson 2005; Dunn et al. 2018",
	.missing_rule = N_("missing answers are stepped over; items as answered, before any is turned round"),
	.options = { OPT_ITEMS, OPT_NA,
	    { "least", OPT_WHOLE, "3", NULL, N_("fewest answers from which all the same counts as straight-lining") },
	    { "run", OPT_WHOLE, "0", NULL, N_("length of run that is flagged; 0 for none") }, OPT_PEOPLE },
	.output = { "straight", "straight_share", "long_run", "flagged", "flagged_share", "longest",
	    "missing_by_person", "people" },
	.run = careless_run,
};
