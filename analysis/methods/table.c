/* Methods on a table of two columns. */
#include "analysis/methods/cells.h"
#include "analysis/stats/table/fisher.h"
#include "analysis/stats/table/table.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define R_TABLE                                                                                                        \
	"w <- if (is.null({count})) rep(1, nrow(d)) else d[[{count}]]\n"                                               \
	"T <- xtabs(w ~ factor(d[[{row}]]) + factor(d[[{column}]]))\n"
#define STANDS_OUT 2 /* an adjusted residual beyond it is more than chance usually gives */

static struct an_table whole(const struct analyse_cells *c)
{
	return (struct an_table){ c->count, c->rows, c->cols };
}

static json_t *row_names(const struct analyse_cells *c)
{
	return analyse_names(c->row, c->rows);
}

static json_t *col_names(const struct analyse_cells *c)
{
	return analyse_names(c->col, c->cols);
}

/* Two rows and two columns, or an error that says what is there. */
static int at_least_two(const struct analyse_cells *c, struct err *e)
{
	if (c->rows >= 2 && c->cols >= 2)
		return 0;
	return err_set(e, ERR_INPUT, c->rows < 2 ? "row" : "column",
	    "The column of --{1} needs two levels or more that somebody has.", c->rows < 2 ? "row" : "column",
	    (char *)NULL);
}

struct sheets {
	double *expected, *residual, *adjusted, *row, *col;
};

static void tests_json(const struct an_table_test *t, json_t *result)
{
	json_t *rows = json_pack("[s, s]", "likelihood_ratio", "pearson"),
	       *values = json_pack("[[o, o, o], [o, o, o]]", analyse_real(t->g), analyse_real(t->df),
		   analyse_real(t->g_p), analyse_real(t->chi2), analyse_real(t->df), analyse_real(t->p));

	if (t->has_yates) {
		json_array_append_new(rows, json_string("pearson_yates"));
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real(t->yates), analyse_real(t->df), analyse_real(t->yates_p)));
	}
	json_object_set_new(result, "tests", analyse_sheet(rows, "chi2 df p", values));
	json_object_set_new(result, "strength",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "phi", analyse_real(t->phi), "contingency",
		analyse_real(t->contingency), "cramers_v", analyse_real(t->v), "lo", analyse_real(t->v_interval.lo),
		"hi", analyse_real(t->v_interval.hi), "cramers_v_corrected",
		analyse_real_if(t->has_v_corrected, t->v_corrected), "lambda_column",
		analyse_real_if(t->has_guess_col, t->lambda_col), "lambda_row",
		analyse_real_if(t->has_guess_row, t->lambda_row), "tau_column",
		analyse_real_if(t->has_guess_col, t->tau_col), "tau_row",
		analyse_real_if(t->has_guess_row, t->tau_row)));
	json_object_set_new(result, "small_cells",
	    json_pack("{s:o, s:o, s:o}", "below_5", analyse_count(t->small), "below_1", analyse_count(t->small_under),
		"least_expected", analyse_real(t->least)));
}

static json_t *two_by_two_json(const struct an_two_by_two *x)
{
	return json_pack("{s:[o, o], s:o, s:o, s:o, s:o, s:o}", "risks", analyse_real(x->risk[0]),
	    analyse_real(x->risk[1]), "difference", analyse_estimate(true, x->difference, true, x->difference_interval),
	    "risk_ratio", analyse_estimate(x->has_risk_ratio, x->risk_ratio, x->has_risk_interval, x->risk_interval),
	    "odds_ratio", analyse_estimate(x->has_odds_ratio, x->odds_ratio, x->has_odds_interval, x->odds_interval),
	    "log_odds_ratio", analyse_real_if(x->has_log, x->log_odds_ratio), "log_odds_se",
	    analyse_real_if(x->has_log, x->log_odds_se));
}

/* A line each cell: what was counted and expected, and its share of row and column. */
static json_t *cells_json(const struct analyse *a, const struct analyse_cells *c, const struct sheets *s)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < c->rows; i++)
		for (size_t j = 0; j < c->cols; j++) {
			size_t at = i * c->cols + j;
			double x = c->count[at];
			struct an_interval row = { 0, 0 }, col = { 0, 0 };

			an_proportion(x, s->row[i], AN_WILSON, a->level, &row);
			an_proportion(x, s->col[j], AN_WILSON, a->level, &col);
			json_array_append_new(rows, json_sprintf("%s / %s", c->row[i], c->col[j]));
			json_array_append_new(values,
			    json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_real(x), analyse_real(s->expected[at]),
				analyse_real(s->adjusted[at]), analyse_real(x / s->row[i]), analyse_real(row.lo),
				analyse_real(row.hi), analyse_real(x / s->col[j]), analyse_real(col.lo),
				analyse_real(col.hi), analyse_real(x / c->n)));
		}
	return analyse_sheet(rows, "n expected adjusted row_share row_lo row_hi col_share col_lo col_hi share", values);
}

static json_t *shares_json(const struct analyse_cells *c, const double *of, bool by_row)
{
	json_t *values = json_array();

	for (size_t i = 0; i < c->rows; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < c->cols; j++)
			json_array_append_new(row, analyse_real(c->count[i * c->cols + j] / of[by_row ? i : j]));
		json_array_append_new(values, row);
	}
	return analyse_table(row_names(c), col_names(c), values);
}

/* The cell that is most out of line. */
static void say_cell(struct analyse *a, const struct analyse_cells *c, const struct sheets *s)
{
	size_t most = 0;

	for (size_t i = 1; i < c->rows * c->cols; i++)
		if (fabs(s->adjusted[i]) > fabs(s->adjusted[most]))
			most = i;
	if (fabs(s->adjusted[most]) > STANDS_OUT)
		analyse_say(a,
		    N_("Most out of line are those with {1} and {2}: {3} were counted, {4} would be expected if the two "
		       "columns had nothing to do with each other."),
		    SAY_TEXT(c->row[most / c->cols]), SAY_TEXT(c->col[most % c->cols]), SAY_NUM(c->count[most], 0),
		    SAY_NUM(s->expected[most], 1));
}

static void crosstab_say(struct analyse *a, const struct analyse_cells *c, const struct an_table_test *t,
    const struct sheets *s)
{
	const char *row = analyse_text(a, "row"), *col = analyse_text(a, "column");
	double p = t->has_yates ? t->yates_p : t->p;

	if (p < 1 - a->level) {
		analyse_say(a,
		    N_("{1} and {2} go together: a table this uneven would come about by chance with p {3}. Cramer's V, "
		       "from 0 (no relation) to 1 (one follows from the other), is {4} ({5} interval {6} to {7})."),
		    SAY_TEXT(row), SAY_TEXT(col), SAY_P(p), SAY_NUM(t->v, 2), SAY_PCT(a->level),
		    SAY_NUM(t->v_interval.lo, 2), SAY_NUM(t->v_interval.hi, 2));
		say_cell(a, c, s);
	} else {
		analyse_say(a,
		    N_("These data show no clear relation of {1} and {2} (p {3}); Cramer's V, from 0 (no relation) to 1 "
		       "(one follows from the other), may lie between {4} and {5}."),
		    SAY_TEXT(row), SAY_TEXT(col), SAY_P(p), SAY_NUM(t->v_interval.lo, 2), SAY_NUM(t->v_interval.hi, 2));
	}
	analyse_check(a, t->small * 5 <= c->rows * c->cols && t->small_under == 0,
	    N_("The chi-square test needs an expected count of 5 or more in four cells of five, and of 1 or more in all; "
	       "here {1} of {2} cells lie below 5, and the lowest is {3}."),
	    SAY_N(t->small), SAY_N(c->rows * c->cols), SAY_NUM(t->least, 1));
	if (t->small * 5 > c->rows * c->cols || t->small_under > 0)
		analyse_warn(a,
		    N_("With so few people in some cells the p-value of the chi-square test cannot be relied on. Use "
		       "Fisher's exact test, or put small categories together."),
		    SAY_END);
}

static void warn_empty(struct analyse *a, const struct analyse_cells *c)
{
	if (c->empty > 0)
		analyse_warn(a,
		    N_("{1} levels were left out of the table, because nobody who has them has an answer in the other "
		       "columns."),
		    SAY_N(c->empty));
}

static int sheets_of(struct analyse *a, const struct analyse_cells *c, struct sheets *s, struct err *e)
{
	size_t n = c->rows * c->cols;

	*s = (struct sheets){ AN_WORK_ARRAY(a->work, double, n), AN_WORK_ARRAY(a->work, double, n),
		AN_WORK_ARRAY(a->work, double, n), AN_WORK_ARRAY(a->work, double, c->rows),
		AN_WORK_ARRAY(a->work, double, c->cols) };
	if (s->expected == NULL || s->residual == NULL || s->adjusted == NULL || s->row == NULL || s->col == NULL)
		return err_nomem(e);
	if (analyse_status(an_table_margins(whole(c), s->row, s->col, NULL), "table", e) != 0)
		return -1;
	return analyse_status(an_table_residuals(whole(c), a->work, s->expected, s->residual, s->adjusted), "table", e);
}

static int crosstab_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_cells c;
	struct an_table_test t;
	struct an_two_by_two two;
	struct sheets s;

	if (analyse_cells_load(a, &c, e) != 0 || at_least_two(&c, e) != 0 || sheets_of(a, &c, &s, e) != 0 ||
	    analyse_status(an_table_test(whole(&c), a->level, a->work, &t), "table", e) != 0)
		return -1;
	json_object_set_new(result, "n", analyse_real(c.n));
	json_object_set_new(result, "counts", analyse_grid(c.count, c.rows, c.cols, row_names(&c), col_names(&c)));
	json_object_set_new(result, "row_shares", shares_json(&c, s.row, true));
	json_object_set_new(result, "col_shares", shares_json(&c, s.col, false));
	json_object_set_new(result, "cells", cells_json(a, &c, &s));
	json_object_set_new(result, "expected", analyse_grid(s.expected, c.rows, c.cols, row_names(&c), col_names(&c)));
	json_object_set_new(result, "residuals",
	    analyse_grid(s.residual, c.rows, c.cols, row_names(&c), col_names(&c)));
	json_object_set_new(result, "adjusted_residuals",
	    analyse_grid(s.adjusted, c.rows, c.cols, row_names(&c), col_names(&c)));
	tests_json(&t, result);
	json_object_set_new(result, "two_by_two",
	    c.rows == 2 && c.cols == 2 && an_two_by_two(c.count, a->level, &two) == AN_OK ? two_by_two_json(&two)
											  : json_null());
	crosstab_say(a, &c, &t, &s);
	warn_empty(a, &c);
	return 0;
}

const struct analyse_method analyse_crosstab = {
	.name = "crosstab",
	.title = N_("Cross table and chi-square test"),
	.family = FAMILY_TABLE,
	.not_shown =
	    N_("A relation in a table does not show which of the two is the cause, nor whether a third thing, "
	       "such as the programme that people are in, lies behind it: look at the table within its levels."),
	.r = R_TABLE "library(vcd)\n"
		     "chisq.test(T, correct = FALSE)\n"
		     "chisq.test(T)$stdres\n"
		     "assocstats(T)\n"
		     "effectsize::cramers_v(T, adjust = FALSE, ci = {level}, alternative = \"two.sided\")\n",
	.chart = { CHART_STACK, .table = "/result/counts" },
	.summary =
	    N_("a table of two columns: counts, shares of rows and columns, tests of independence, and how strong the "
	       "relation is"),
	.reference =
	    "Pearson 1900; Yates 1934 as R's chisq.test; likelihood ratio G; adjusted residuals Haberman 1973; Cramer's V, "
	    "interval by the noncentral chi-square; bias-corrected V Bergsma 2013; lambda and tau Goodman & Kruskal 1954; "
	    "odds ratio Woolf 1955, risk ratio Katz et al. 1978, difference Newcombe 1998 (rows are groups, the first "
	    "column is what happened)",
	.missing_rule = MISSING_CELLS,
	.options = { OPT_ROW, OPT_COLUMN_OF_TABLE, OPT_COUNT, OPT_NA, OPT_LEVELS, OPT_LEVEL },
	.output = { "n", "counts", "row_shares", "col_shares", "cells", "expected", "residuals", "adjusted_residuals",
	    "tests", "strength", "small_cells", "two_by_two" },
	.run = crosstab_run,
};

static json_t *odds_ratio(const struct an_fisher_2x2 *x, double ratio, const struct an_interval *interval)
{
	return json_pack("{s:o, s:o, s:o}", "estimate", analyse_real_if(x->has_odds_ratio, ratio), "lo",
	    analyse_real(interval->lo), "hi", analyse_real_if(x->has_hi, interval->hi));
}

static int fisher_two(struct analyse *a, const struct analyse_cells *c, json_t *result, struct err *e)
{
	struct an_fisher_2x2 x;
	bool open;

	if (analyse_status(an_fisher_2x2(c->count, a->level, a->work, &x), "whole counts", e) != 0)
		return -1;
	open = !x.has_hi;
	json_object_set_new(result, "p", analyse_real(x.p));
	json_object_set_new(result, "method", json_string("exact"));
	json_object_set_new(result, "less", analyse_real(x.less));
	json_object_set_new(result, "greater", analyse_real(x.greater));
	json_object_set_new(result, "odds_ratio", odds_ratio(&x, x.odds_ratio, &x.interval));
	json_object_set_new(result, "as_r", odds_ratio(&x, x.as_r.odds_ratio, &x.as_r.interval));
	if (open)
		analyse_warn(a,
		    N_("A cell of the table is empty, so that the odds ratio has no upper end: it may be as large as you "
		       "like, but hardly below {1}."),
		    SAY_NUM(x.interval.lo, 2));
	else
		analyse_say(a,
		    N_("The odds of {1} against {2} are {3} times as high with {4} as with {5} ({6} interval {7} to {8})."),
		    SAY_TEXT(c->col[0]), SAY_TEXT(c->col[1]), SAY_NUM(x.odds_ratio, 2), SAY_TEXT(c->row[0]),
		    SAY_TEXT(c->row[1]), SAY_PCT(a->level), SAY_NUM(x.interval.lo, 2), SAY_NUM(x.interval.hi, 2));
	return 0;
}

static int fisher_many(struct analyse *a, const struct analyse_cells *c, json_t *result, struct err *e)
{
	bool exact = strcmp(analyse_text(a, "p"), "simulate") != 0;
	struct an_fisher x;

	if (analyse_status(an_fisher(whole(c), exact, analyse_whole(a, "replicates"), analyse_whole(a, "seed"), a->work,
			       &x),
		"whole counts", e) != 0)
		return -1;
	json_object_set_new(result, "p", analyse_real(x.p));
	json_object_set_new(result, "method", json_string(x.exact ? "exact" : "simulated"));
	json_object_set_new(result, "replicates", x.exact ? json_null() : analyse_count(x.replicates));
	json_object_set_new(result, "se", analyse_real_if(!x.exact, x.se));
	if (!x.exact && exact)
		analyse_warn(a,
		    N_("The table is too large for the exact p-value; it was estimated from {1} tables drawn at random, "
		       "and may be off by {2}."),
		    SAY_N(x.replicates), SAY_NUM(2 * x.se, 4));
	return 0;
}

static int fisher_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_cells c;
	double p;

	if (analyse_cells_load(a, &c, e) != 0 || at_least_two(&c, e) != 0)
		return -1;
	json_object_set_new(result, "n", analyse_real(c.n));
	json_object_set_new(result, "counts", analyse_grid(c.count, c.rows, c.cols, row_names(&c), col_names(&c)));
	if ((c.rows == 2 && c.cols == 2 ? fisher_two : fisher_many)(a, &c, result, e) != 0)
		return -1;
	p = json_number_value(json_object_get(result, "p"));
	if (p < 1 - a->level)
		analyse_say(a,
		    N_("{1} and {2} go together: a table this uneven would come about by chance with p {3}."),
		    SAY_TEXT(analyse_text(a, "row")), SAY_TEXT(analyse_text(a, "column")), SAY_P(p));
	else
		analyse_say(a, N_("These data show no clear relation of {1} and {2} (p {3})."),
		    SAY_TEXT(analyse_text(a, "row")), SAY_TEXT(analyse_text(a, "column")), SAY_P(p));
	warn_empty(a, &c);
	return 0;
}

const struct analyse_method analyse_fisher = {
	.name = "fisher",
	.title = N_("Fisher's exact test"),
	.family = FAMILY_TABLE,
	.not_shown =
	    N_("The test does not show how strong a relation is, nor its cause; and with few people a relation "
	       "that matters can stay unseen."),
	.r = R_TABLE "fisher.test(T, conf.level = {level}, workspace = 2e7)\n",
	.chart = { CHART_STACK, .table = "/result/counts" },
	.summary =
	    N_("exact test of a table of two columns, right for small counts too; with two rows and two columns also "
	       "the odds ratio"),
	.reference = "Fisher 1935; conditional odds ratio with exact interval as R's fisher.test; larger tables by the "
		     "network of Mehta & Patel 1983, or by tables drawn at random where that grows too large",
	.missing_rule = MISSING_CELLS,
	.options = { OPT_ROW, OPT_COLUMN_OF_TABLE, OPT_COUNT, OPT_NA, OPT_LEVELS, OPT_LEVEL,
	    { "p", OPT_CHOICE, "exact", "exact|simulate",
		N_("exact: simulated only where the table is too large; simulate: from tables drawn at random") },
	    { "replicates", OPT_WHOLE, "20000", NULL, N_("how many tables to draw, where p is simulated") }, OPT_SEED },
	.output = { "n", "counts", "p", "method", "less", "greater", "odds_ratio", "as_r", "replicates", "se" },
	.run = fisher_run,
};
