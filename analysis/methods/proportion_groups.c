/* Methods on the shares of several groups. */
#include "analysis/methods/cells.h"
#include "analysis/stats/table/proportions.h"
#include "analysis/stats/table/table.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct groups {
	size_t count;
	const char **label;
	double *hits, *n;
	const char *success; /* what was counted, for sentences */
};

static bool groups_have_memory(struct analyse *a, size_t count, struct groups *g)
{
	g->count = count;
	g->label = AN_WORK_ARRAY(a->work, const char *, count);
	g->hits = AN_WORK_ARRAY(a->work, double, count);
	g->n = AN_WORK_ARRAY(a->work, double, count);
	return g->label != NULL && g->hits != NULL && g->n != NULL;
}

/* From rows of people: --group and --outcome. */
static int from_people(struct analyse *a, struct groups *g, struct err *e)
{
	struct analyse_cells c;
	const char *success = analyse_text(a, "success");
	size_t at = 0;

	if (analyse_cells_load(a, &c, e) != 0)
		return -1;
	if (!groups_have_memory(a, c.rows, g))
		return err_nomem(e);
	while (success[0] != '\0' && at < c.cols && strcmp(c.col[at], success) != 0)
		at++;
	if (c.cols > 0 && at == c.cols)
		return err_set(e, ERR_INPUT, "success", "Column {1} has no level {2} (--{3}).",
		    analyse_text(a, "column"), success, "success", (char *)NULL);
	g->success = c.cols > 0 ? c.col[at] : "";
	for (size_t i = 0; i < c.rows; i++) {
		g->label[i] = c.row[i];
		for (size_t j = 0; j < c.cols; j++)
			g->n[i] += c.count[i * c.cols + j];
		g->hits[i] = c.count[i * c.cols + at];
	}
	return 0;
}

/* From rows of counts: --successes and --trials, named by --row. */
static int from_counts(struct analyse *a, struct groups *g, struct err *e)
{
	struct analyse_variable x, n;
	struct analyse_groups names = { 0 };
	size_t at[2], name, rows = analyse_rows(a), kept = 0;
	double all = 0;

	if (analyse_column_of(a, "successes", true, at, e) != 0 ||
	    analyse_column_of(a, "trials", true, at + 1, e) != 0 || analyse_column_of(a, "row", false, &name, e) != 0 ||
	    analyse_variable_load(a, at[0], &x, e) != 0 || analyse_variable_load(a, at[1], &n, e) != 0 ||
	    (name != SIZE_MAX && analyse_factor_load(a, name, &names, e) != 0))
		return -1;
	if (!groups_have_memory(a, rows, g)) {
		analyse_groups_free(&names);
		return err_nomem(e);
	}
	for (size_t i = 0; i < rows; i++) {
		char *number = AN_WORK_ARRAY(a->work, char, 24);

		if (x.why[i] != AN_PRESENT || n.why[i] != AN_PRESENT || number == NULL) {
			a->missing.by[AN_SKIPPED] += (x.why[i] != AN_PRESENT) + (n.why[i] != AN_PRESENT);
			continue;
		}
		snprintf(number, 24, "%zu", i + 1);
		g->label[kept] = name != SIZE_MAX && names.of[i] < names.count ? names.label[names.of[i]] : number;
		g->hits[kept] = x.data[i];
		g->n[kept++] = n.data[i];
		all += n.data[i];
	}
	analyse_groups_free(&names);
	g->count = kept;
	g->success = analyse_column_name(a, at[0]);
	a->used = all > 0 && all < 1e18 ? (size_t)(all + 0.5) : 0;
	return 0;
}

static int load(struct analyse *a, struct groups *g, struct err *e)
{
	int rc =
	    analyse_given(a, "successes") || analyse_given(a, "trials") ? from_counts(a, g, e) : from_people(a, g, e);

	if (rc == 0 && g->count < 2)
		return err_set(e, ERR_INPUT, "row", "There must be two groups or more that have people (--{1}).", "row",
		    (char *)NULL);
	return rc;
}

static json_t *groups_json(const struct analyse *a, const struct groups *g)
{
	json_t *values = json_array();

	for (size_t i = 0; i < g->count; i++) {
		struct an_interval ci = { 0, 0 };
		bool ok = an_proportion(g->hits[i], g->n[i], AN_WILSON, a->level, &ci) == AN_OK;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_real(g->n[i]), analyse_real(g->hits[i]),
			analyse_real_if(ok, g->hits[i] / g->n[i]), analyse_real_if(ok, ci.lo),
			analyse_real_if(ok, ci.hi)));
	}
	return analyse_sheet(analyse_names(g->label, g->count), "n hits share lo hi", values);
}

static json_t *interval_json(struct an_interval ci)
{
	return json_pack("{s:o, s:o}", "lo", analyse_real(ci.lo), "hi", analyse_real(ci.hi));
}

/* Only two groups have a difference, a ratio and a correction. */
static void two_json(const struct analyse *a, const struct groups *g, const struct an_proportions *s, json_t *result)
{
	const double count[4] = { g->hits[0], g->n[0] - g->hits[0], g->hits[1], g->n[1] - g->hits[1] };
	struct an_two_by_two t;

	json_object_set_new(result, "difference",
	    json_pack("{s:o, s:o, s:o, s:o}", "estimate", analyse_real(s->difference), "newcombe",
		interval_json(s->newcombe), "wald", interval_json(s->wald), "wald_corrected",
		interval_json(s->wald_corrected)));
	if (an_two_by_two(count, a->level, &t) != AN_OK)
		return;
	json_object_set_new(result, "risk_ratio",
	    analyse_estimate(t.has_risk_ratio, t.risk_ratio, t.has_risk_interval, t.risk_interval));
	json_object_set_new(result, "odds_ratio",
	    analyse_estimate(t.has_odds_ratio, t.odds_ratio, t.has_odds_interval, t.odds_interval));
}

/* People to ask in each group for the difference that matters. */
static json_t *sample_json(const struct analyse *a, const struct an_proportions *s)
{
	double d = analyse_number(a, "matters"), p1 = fmax(0, s->pooled - d / 2), p2 = fmin(1, p1 + d), n = 0;
	bool ok = d > 0 && d <= 1 && an_proportions_sample(p1, p2, analyse_number(a, "power"), a->level, &n) == AN_OK;

	return json_pack("{s:o, s:o, s:o, s:o}", "difference", analyse_real(d), "power",
	    analyse_real(analyse_number(a, "power")), "from", analyse_real_if(ok, p1), "n_each",
	    analyse_real_if(ok, n));
}

static void shares_say(struct analyse *a, const struct groups *g, const struct an_proportions *s)
{
	size_t lo = 0, hi = 0;

	if (s->two)
		analyse_say(a,
		    N_("The share with {1} is {2} in {3} and {4} in {5}: a difference of {6} points ({7} interval {8} to "
		       "{9})."),
		    SAY_TEXT(g->success), SAY_PCT(g->hits[0] / g->n[0]), SAY_TEXT(g->label[0]),
		    SAY_PCT(g->hits[1] / g->n[1]), SAY_TEXT(g->label[1]), SAY_NUM(100 * s->difference, 1),
		    SAY_PCT(a->level), SAY_NUM(100 * s->newcombe.lo, 1), SAY_NUM(100 * s->newcombe.hi, 1));
	for (size_t i = 1; i < g->count; i++) {
		lo = g->hits[i] / g->n[i] < g->hits[lo] / g->n[lo] ? i : lo;
		hi = g->hits[i] / g->n[i] > g->hits[hi] / g->n[hi] ? i : hi;
	}
	if (!s->two)
		analyse_say(a,
		    N_("The shares run from {1} ({2}) to {3} ({4}); that all are the same has a p-value of {5}."),
		    SAY_PCT(g->hits[lo] / g->n[lo]), SAY_TEXT(g->label[lo]), SAY_PCT(g->hits[hi] / g->n[hi]),
		    SAY_TEXT(g->label[hi]), SAY_P(s->p));
	else if (s->newcombe.lo > 0 || s->newcombe.hi < 0)
		analyse_say(a, N_("A difference of this size is more than chance usually gives (p {1})."), SAY_P(s->p));
	else
		analyse_say(a, N_("The interval holds 0: these data do not show which of the two is higher (p {1})."),
		    SAY_P(s->p));
	analyse_check(a, s->least >= 5,
	    N_("The chi-square test needs an expected count of 5 or more in every group; the lowest here is {1}."),
	    SAY_NUM(s->least, 1));
	if (s->least < 5)
		analyse_warn(a, N_("With so few people the p-value is rough: use Fisher's exact test."), SAY_END);
}

static int two_proportions_run(struct analyse *a, json_t *result, struct err *e)
{
	struct groups g;
	struct an_proportions s;
	json_t *rows, *values;

	if (load(a, &g, e) != 0 || analyse_status(an_proportions(g.hits, g.n, g.count, a->level, &s), "shares", e) != 0)
		return -1;
	rows = json_pack("[s]", "pearson");
	values = json_pack("[[o, o, o]]", analyse_real(s.chi2), analyse_real(s.df), analyse_real(s.p));
	if (s.two) {
		json_array_append_new(rows, json_string("corrected"));
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real(s.corrected), analyse_real(s.df), analyse_real(s.corrected_p)));
	}
	json_object_set_new(result, "success", json_string(g.success));
	json_object_set_new(result, "groups", groups_json(a, &g));
	json_object_set_new(result, "pooled", analyse_real(s.pooled));
	json_object_set_new(result, "tests", analyse_sheet(rows, "chi2 df p", values));
	if (s.two)
		two_json(a, &g, &s, result);
	json_object_set_new(result, "sample", sample_json(a, &s));
	shares_say(a, &g, &s);
	return 0;
}

#define OPT_GROUPS_OF_SHARES                                                                                           \
	{ "row", OPT_COLUMN, "", NULL, N_("column of the file whose levels are the groups"), USE_TABLE },              \
	    { "column", OPT_COLUMN, "", NULL, N_("column of the file whose levels are what happened"), USE_TABLE },    \
	    { "success", OPT_TEXT, "", NULL, N_("level of --column that is counted; the first when not given") },      \
	    OPT_COUNT,                                                                                                 \
	    { "successes", OPT_COLUMN, "", NULL, N_("column of counts reached, one group a row (with --trials)"),      \
		    USE_FILE },                                                                                        \
	{                                                                                                              \
		"trials", OPT_COLUMN, "", NULL, N_("column of counts in all"), USE_FILE                                \
	}
#define R_SHARES                                                                                                       \
	"if (is.null({trials})) {\n"                                                                                   \
	"  w <- if (is.null({count})) rep(1, nrow(d)) else d[[{count}]]\n"                                             \
	"  T <- xtabs(w ~ factor(d[[{row}]]) + factor(d[[{column}]]))\n"                                               \
	"  k <- {success}\n"                                                                                           \
	"  x <- T[, if (is.null(k)) 1 else k]\n"                                                                       \
	"  n <- rowSums(T)\n"                                                                                          \
	"} else {\n"                                                                                                   \
	"  x <- d[[{successes}]]\n"                                                                                    \
	"  n <- d[[{trials}]]\n"                                                                                       \
	"}\n"

const struct analyse_method analyse_two_proportions = {
	.name = "two_proportions",
	.title = N_("Shares of groups compared"),
	.family = FAMILY_TABLE,
	.not_shown = N_("A difference between groups that were not made by lot does not show what it comes from."),
	.r = R_SHARES "prop.test(x, n, correct = FALSE, conf.level = {level})\n"
		      "prop.test(x, n, conf.level = {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/groups", .value = "share", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("whether the shares of two groups (or more) differ, by how much, and how many people it takes to see a "
	       "difference that matters"),
	.reference =
	    "chi-square as R's prop.test, with its intervals; difference Newcombe 1998, method 10; shares Wilson 1927; "
	    "people needed as R's power.prop.test, around the share of all",
	.missing_rule = MISSING_CELLS,
	.options = { OPT_GROUPS_OF_SHARES, OPT_NA, OPT_LEVELS, OPT_LEVEL,
	    { "matters", OPT_NUMBER, "0.1", NULL, N_("difference of two shares that would matter, 0 to 1") },
	    { "power", OPT_NUMBER, "0.8", NULL, N_("chance of finding it that is asked for, 0 to 1") } },
	.output = { "success", "groups", "pooled", "tests", "difference", "risk_ratio", "odds_ratio", "sample" },
	.run = two_proportions_run,
};

/* --scores, or 1, 2, 3 ... */
static int scores(struct analyse *a, const struct groups *g, double **score, struct err *e)
{
	double *list = NULL;
	size_t n = g->count;
	int rc = analyse_given(a, "scores") ? analyse_numbers(a, "scores", &list, &n, e) : 0;

	*score = AN_WORK_ARRAY(a->work, double, g->count);
	if (rc == 0 && n != g->count)
		rc = err_set(e, ERR_INPUT, "scores", "--{1} needs one number for each group.", "scores", (char *)NULL);
	if (rc == 0 && *score == NULL)
		rc = err_nomem(e);
	for (size_t i = 0; rc == 0 && i < g->count; i++)
		(*score)[i] = list != NULL ? list[i] : (double)i + 1;
	free(list);
	return rc;
}

static void trend_say(struct analyse *a, const struct groups *g, const struct an_proportion_trend *t)
{
	if (t->p < 1 - a->level)
		analyse_say(a,
		    N_("The share with {1} changes by {2} points from one group to the next ({3} interval {4} to {5}, p "
		       "{6})."),
		    SAY_TEXT(g->success), SAY_NUM(100 * t->slope, 1), SAY_PCT(a->level),
		    SAY_NUM(100 * t->slope_interval.lo, 1), SAY_NUM(100 * t->slope_interval.hi, 1), SAY_P(t->p));
	else
		analyse_say(a,
		    N_("These data show no clear trend of the share with {1} (p {2}); from one group to the next it changes "
		       "by {3} to {4} points."),
		    SAY_TEXT(g->success), SAY_P(t->p), SAY_NUM(100 * t->slope_interval.lo, 1),
		    SAY_NUM(100 * t->slope_interval.hi, 1));
	if (g->count > 2)
		analyse_check(a, t->departure_p >= 1 - a->level,
		    N_("A trend is a straight line through the shares; the p-value of that line being enough is {1}."),
		    SAY_P(t->departure_p));
}

static int proportion_trend_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_proportion_trend t;
	struct groups g;
	double *score;
	bool more;

	if (load(a, &g, e) != 0 || scores(a, &g, &score, e) != 0 ||
	    analyse_status(an_proportion_trend(g.hits, g.n, score, g.count, a->level, &t), "trend", e) != 0)
		return -1;
	more = g.count > 2;
	json_object_set_new(result, "success", json_string(g.success));
	json_object_set_new(result, "groups", groups_json(a, &g));
	json_object_set_new(result, "chi2", analyse_real(t.chi2));
	json_object_set_new(result, "df", analyse_count(1));
	json_object_set_new(result, "p", analyse_real(t.p));
	json_object_set_new(result, "slope", analyse_estimate(true, t.slope, true, t.slope_interval));
	json_object_set_new(result, "departure",
	    json_pack("{s:o, s:o, s:o}", "chi2", analyse_real_if(more, t.departure), "df",
		analyse_real_if(more, t.departure_df), "p", analyse_real_if(more, t.departure_p)));
	trend_say(a, &g, &t);
	return 0;
}

const struct analyse_method analyse_proportion_trend = {
	.name = "proportion_trend",
	.title = N_("Trend of shares"),
	.family = FAMILY_TABLE,
	.not_shown = N_("A trend over groups or terms does not show what drives it."),
	.r = R_SHARES "s <- {scores}\n"
		      "prop.trend.test(x, n, score = if (is.null(s)) seq_along(x) else s)\n",
	.chart = { CHART_LINES, .table = "/result/groups", .value = "share", .lo = "lo", .hi = "hi" },
	.summary = N_("whether a share rises or falls along ordered groups, such as terms"),
	.reference =
	    "Cochran 1954; Armitage 1955; as R's prop.trend.test; slope by weighted least squares with its variance "
	    "from the shares of the groups",
	.missing_rule = MISSING_CELLS,
	.options = { OPT_GROUPS_OF_SHARES, OPT_NA, OPT_LEVELS, OPT_LEVEL,
	    { "scores", OPT_NUMBERS, "", NULL, N_("place of each group on the way; 1, 2, 3 ... when not given") } },
	.output = { "success", "groups", "chi2", "df", "p", "slope", "departure" },
	.run = proportion_trend_run,
};
