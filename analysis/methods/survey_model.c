/* Tables and regressions of a weighted sample. */
#include "analysis/stats/survey/survey_model.h"
#include "analysis/methods/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COEFFICIENTS_MOST 200

static json_t *cells_json(const double *cell, size_t rows, size_t cols, const struct analyse_groups *row,
    const struct analyse_groups *col)
{
	json_t *values = json_array();

	for (size_t i = 0; i < rows; i++) {
		json_t *one = json_array();

		for (size_t j = 0; j < cols; j++)
			json_array_append_new(one, analyse_real(cell[i * cols + j]));
		json_array_append_new(values, one);
	}
	return analyse_table(analyse_names(row->label, rows), analyse_names(col->label, cols), values);
}

static int table_of(struct analyse *a, const struct survey *s, const struct analyse_groups *row,
    const struct analyse_groups *col, json_t *result, struct err *e)
{
	size_t cells = row->count * col->count;
	double *share = AN_WORK_ARRAY(a->work, double, cells), *se = AN_WORK_ARRAY(a->work, double, cells);
	bool *in = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	struct an_survey_table t;
	enum an_status status;

	if (share == NULL || se == NULL || in == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < analyse_rows(a); i++) {
		in[i] = row->of[i] < row->count && col->of[i] < col->count;
		a->missing.by[AN_SKIPPED] += !in[i];
	}
	status = an_survey_table(&s->design, row->of, row->count, col->of, col->count, in, a->work, share, se, &t);
	if (survey_status(status, "row", e) != 0)
		return -1;
	a->used = t.used;
	json_object_set_new(result, "shares", cells_json(share, row->count, col->count, row, col));
	json_object_set_new(result, "se", cells_json(se, row->count, col->count, row, col));
	json_object_set_new(result, "test",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "f", analyse_real(t.f), "df1", analyse_real(t.df1), "df2",
		analyse_real(t.df2), "p", analyse_real(t.p), "chi2", analyse_real(t.chi2), "deff",
		analyse_real(t.deff)));
	if (t.p < 1 - a->level)
		analyse_say(a,
		    N_("In the population {1} and {2} go together: such a table would hardly come about by chance (p-value "
		       "{3}, design taken into account)."),
		    SAY_TEXT(analyse_text(a, "row")), SAY_TEXT(analyse_text(a, "column")), SAY_P(t.p));
	else
		analyse_say(a,
		    N_("The sample does not show that {1} and {2} go together in the population (p-value {3}, design taken "
		       "into account)."),
		    SAY_TEXT(analyse_text(a, "row")), SAY_TEXT(analyse_text(a, "column")), SAY_P(t.p));
	for (size_t c = 0; c < cells; c++)
		if (share[c] * (double)t.used < 5) {
			analyse_warn(a,
			    N_("Some cells hold fewer than 5 people; merge categories before you rely on p."), SAY_END);
			break;
		}
	return 0;
}

static int survey_table_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_groups row = { 0 }, col = { 0 };
	size_t first, second;
	struct survey s;
	int rc = survey_begin(a, &s, e);

	if (rc == 0)
		rc = analyse_column_of(a, "row", true, &first, e);
	if (rc == 0)
		rc = analyse_column_of(a, "column", true, &second, e);
	if (rc == 0)
		rc = analyse_factor_load(a, first, &row, e);
	if (rc == 0)
		rc = analyse_factor_load(a, second, &col, e);
	if (rc == 0 && row.count * col.count > 400)
		rc = err_set(e, ERR_INPUT, "row", "This table has more than 400 cells; take columns of few categories.",
		    (char *)NULL);
	if (rc == 0)
		rc = table_of(a, &s, &row, &col, result, e);
	if (rc == 0)
		survey_report(a, &s, result);
	analyse_groups_free(&row);
	analyse_groups_free(&col);
	return rc;
}

const struct analyse_method analyse_survey_table = {
	.name = "survey_table",
	.title = N_("Weighted cross table"),
	.family = FAMILY_WEIGHT,
	.summary = N_("two-way table of a population from a weighted sample, with the Rao-Scott test of independence"),
	.reference = "Rao & Scott 1984, second-order correction, F as Thomas & Rao 1987; svychisq of R's survey",
	.missing_rule = N_("rows without one of the two are left out, their units stay in the design"),
	.not_shown = N_("The test says whether two answers go together, not how strongly, nor which of them brings the "
			"other about."),
	.r = SURVEY_R_CALIBRATED "tt <- as.formula(paste(\"~\", {row}, \"+\", {column}))\n"
				 "svytable(tt, s, Ntotal = 1)\n"
				 "svychisq(tt, s)",
	.chart = { CHART_STACK, .table = "/result/shares" },
	.options = { { "row", OPT_COLUMN, "", NULL, N_("column of categories down"), USE_TABLE },
	    { "column", OPT_COLUMN, "", NULL, N_("column of categories across"), USE_TABLE }, OPT_NA, OPT_LEVELS,
	    OPT_LEVEL, OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION },
	.output = { "shares", "se", "test", SURVEY_OUTPUT },
	.run = survey_table_run,
};

/* The columns of a regression: constant, numbers, and a column of 0 and 1 for each level but the first. */
struct terms {
	size_t k;
	double *x[COEFFICIENTS_MOST];
	bool *in;
	json_t *names;
};

static double *term(const struct analyse *a, struct terms *t, const char *column, const char *level)
{
	double *x = t->k < COEFFICIENTS_MOST ? AN_WORK_ARRAY(a->work, double, analyse_rows(a)) : NULL;

	if (x == NULL)
		return NULL;
	json_array_append_new(t->names, json_sprintf("%s%s", column, level));
	return t->x[t->k++] = x;
}

static int add_predictor(const struct analyse *a, struct terms *t, size_t column, struct err *e)
{
	const char *name = analyse_column_name(a, column);
	struct analyse_variable v;
	struct analyse_groups g;
	bool full = false;

	if (analyse_column_is_number(a, column)) {
		double *x = term(a, t, name, "");

		if (analyse_variable_load(a, column, &v, e) != 0)
			return -1;
		for (size_t i = 0; x != NULL && i < analyse_rows(a); i++) {
			x[i] = v.data[i];
			t->in[i] = t->in[i] && v.why[i] == AN_PRESENT;
		}
		full = x == NULL;
	} else {
		if (analyse_factor_load(a, column, &g, e) != 0)
			return -1;
		for (size_t l = 1; !full && l < g.count; l++) {
			double *x = term(a, t, name, g.label[l]);

			for (size_t i = 0; x != NULL && i < analyse_rows(a); i++)
				x[i] = g.of[i] == l;
			full = x == NULL;
		}
		for (size_t i = 0; i < analyse_rows(a); i++)
			t->in[i] = t->in[i] && g.of[i] < g.count;
		analyse_groups_free(&g);
	}
	return full
	    ? err_set(e, ERR_INPUT, "predictors", "--{1} makes more than 200 coefficients.", "predictors", (char *)NULL)
	    : 0;
}

static int terms_load(const struct analyse *a, struct terms *t, const struct analyse_variable *y, struct err *e)
{
	size_t *column = NULL, n = 0;
	double *one;
	int rc = 0;

	t->k = 0;
	t->names = json_array();
	t->in = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	one = t->in != NULL ? term(a, t, "(Intercept)", "") : NULL;
	if (one == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < analyse_rows(a); i++) {
		one[i] = 1;
		t->in[i] = y->why[i] == AN_PRESENT;
	}
	if (analyse_given(a, "predictors"))
		rc = analyse_columns(a->frame, analyse_text(a, "predictors"), "predictors", &column, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_predictor(a, t, column[i], e);
	free(column);
	return rc;
}

static void coefficients(struct analyse *a, const struct terms *t, const double *coef, const double *cov, size_t df,
    bool logit, json_t *result)
{
	json_t *values = json_array();

	for (size_t i = 0; i < t->k; i++) {
		double se = sqrt(fmax(cov[i * t->k + i], 0)), tt = 0, p = 1;
		struct an_interval ci = { 0, 0 };
		bool tested = an_survey_test(coef[i], se, df, &tt, &p) == AN_OK;
		bool has = tested && an_survey_interval(coef[i], se, df, a->level, &ci) == AN_OK;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_real(coef[i]), analyse_real(se),
			analyse_real_if(tested, tt), analyse_real_if(tested, p), analyse_real_if(has, ci.lo),
			analyse_real_if(has, ci.hi)));
		if (i == 0 || !has || t->k > 12)
			continue;
		analyse_say(a,
		    logit
			? N_("With the other columns held still, one more of {1} multiplies the odds by {2} ({3} "
			     "interval {4} to {5}, p-value {6}).")
			: N_("With the other columns held still, one more of {1} goes with a difference of {2} in the outcome ({3} "
			     "interval {4} to {5}, p-value {6})."),
		    SAY_TEXT(json_string_value(json_array_get(t->names, i))),
		    SAY_NUM(logit ? exp(coef[i]) : coef[i], 3), SAY_PCT(a->level),
		    SAY_NUM(logit ? exp(ci.lo) : ci.lo, 3), SAY_NUM(logit ? exp(ci.hi) : ci.hi, 3), SAY_P(p));
	}
	json_object_set_new(result, "coefficients",
	    analyse_sheet(json_incref(t->names), "estimate se t p lo hi", values));
}

static int fit_status(enum an_status s, bool logit, struct err *e)
{
	if (s == AN_EDATA && logit)
		return err_set(e, ERR_INPUT, "outcome", "With --{1} logit the outcome must lie between 0 and 1.",
		    "link", (char *)NULL);
	if (s == AN_ENOCONVERGE)
		return err_set(e, ERR_INPUT, "predictors",
		    "The fit did not converge: some predictor tells the outcomes 0 and 1 apart without fail, so that its "
		    "coefficient has no end.",
		    (char *)NULL);
	return analyse_status(s, "predictors", e);
}

static int survey_regression_run(struct analyse *a, json_t *result, struct err *e)
{
	bool logit = strcmp(analyse_text(a, "link"), "logit") == 0;
	struct an_survey_model m = { 0 };
	struct terms t = { 0 };
	struct survey s;
	struct analyse_variable y;
	double *x, *coef, *cov;
	size_t column;
	int rc = -1;

	if (survey_begin(a, &s, e) != 0 || analyse_column_of(a, "outcome", true, &column, e) != 0 ||
	    analyse_variable_load(a, column, &y, e) != 0 || terms_load(a, &t, &y, e) != 0)
		goto done;
	x = AN_WORK_ARRAY(a->work, double, analyse_rows(a) * t.k);
	coef = AN_WORK_ARRAY(a->work, double, t.k);
	cov = AN_WORK_ARRAY(a->work, double, t.k *t.k);
	if (x == NULL || coef == NULL || cov == NULL) {
		err_nomem(e);
		goto done;
	}
	for (size_t i = 0; i < analyse_rows(a); i++) {
		a->missing.by[AN_SKIPPED] += !t.in[i];
		for (size_t j = 0; j < t.k; j++)
			x[i * t.k + j] = t.x[j][i];
	}
	rc = fit_status(an_survey_regression(&s.design, x, t.k, y.data, t.in, logit ? AN_BINOMIAL : AN_GAUSSIAN,
			    a->work, coef, cov, &m),
	    logit, e);
	if (rc != 0)
		goto done;
	a->used = m.used;
	coefficients(a, &t, coef, cov, m.df, logit, result);
	json_object_set_new(result, "covariance", analyse_matrix(cov, t.k, json_incref(t.names)));
	json_object_set_new(result, "df_residual", analyse_count(m.df));
	json_object_set_new(result, "fit", analyse_convergence(&m.fit));
	survey_report(a, &s, result);
done:
	json_decref(t.names);
	return rc;
}

const struct analyse_method analyse_survey_regression = {
	.name = "survey_regression",
	.title = N_("Weighted regression"),
	.family = FAMILY_WEIGHT,
	.summary = N_("linear or logistic regression of a population from a weighted sample, with design-based errors"),
	.reference =
	    "Binder 1983, pseudo maximum likelihood with linearised variance; svyglm of R's survey; t on units "
	    "less strata less coefficients plus 1",
	.missing_rule = N_("rows without the outcome or a predictor are left out, their units stay in the design"),
	.not_shown =
	    N_("A regression describes what goes together in the population. It does not show that changing one "
	       "thing would change the other."),
	.r = SURVEY_R_CALIBRATED
	"m <- svyglm(reformulate(paste0(\"`\", c({predictors}), \"`\"), {outcome}), s, family = "
	"{link|logit=quasibinomial()|identity=gaussian()})\n"
	"summary(m)\n"
	"confint(m, level = {level})",
	.chart = { CHART_ESTIMATES, .table = "/result/coefficients", .value = "estimate", .lo = "lo", .hi = "hi" },
	.options = { { "outcome", OPT_COLUMN, "", NULL, N_("column that is explained; from 0 to 1 with --link logit") },
	    { "predictors", OPT_COLUMNS, "", NULL,
		N_("columns that explain; texts become one column a level but the first") },
	    { "link", OPT_CHOICE, "identity", "identity|logit", N_("identity: linear; logit: odds of a share") },
	    OPT_NA, OPT_LEVELS, OPT_LEVEL, OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION },
	.output = { "coefficients", "covariance", "df_residual", "fit", SURVEY_OUTPUT },
	.run = survey_regression_run,
};
