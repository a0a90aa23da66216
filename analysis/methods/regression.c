/* Linear regression. */
#include "analysis/methods/model.h"

#include <math.h>
#include <string.h>

struct fitted {
	struct model model;
	struct an_ols s;
	struct an_coefficient *each;
	struct an_term *terms;
	struct an_case *cases;
	double *covariance;
};

static int fit(struct analyse *a, struct fitted *f, struct err *e)
{
	bool constant = strcmp(analyse_text(a, "intercept"), "yes") == 0;
	const struct model *m = &f->model;
	enum an_status status;

	if (model_load(a, OUTCOME_NUMBER, constant, &f->model, e) != 0)
		return -1;
	f->each = AN_WORK_ARRAY(a->work, struct an_coefficient, m->m.data.k);
	f->terms = AN_WORK_ARRAY(a->work, struct an_term, m->m.terms);
	f->cases = AN_WORK_ARRAY(a->work, struct an_case, m->m.data.n);
	f->covariance = AN_WORK_ARRAY(a->work, double, m->m.data.k * m->m.data.k);
	if (f->each == NULL || f->terms == NULL || f->cases == NULL || f->covariance == NULL)
		return err_nomem(e);
	status = an_ols(&m->m, a->level, a->work, &f->s, f->each, f->covariance, f->terms, f->cases);
	return model_status(status, m, f->s.dependent, "regression", e);
}

static json_t *coefficients(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t j = 0; j < f->model.m.data.k; j++) {
		const struct an_coefficient *c = f->each + j;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_real(c->estimate), analyse_real_if(f->s.df > 0, c->se),
			analyse_real_if(c->has_test, c->t), analyse_real_if(c->has_test, c->p),
			analyse_real_if(c->has_test, c->interval.lo), analyse_real_if(c->has_test, c->interval.hi),
			analyse_real_if(c->has_beta, c->beta)));
	}
	return analyse_sheet(model_names(&f->model, 0), "estimate se t p lo hi beta", values);
}

static json_t *robust(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t j = 0; j < f->model.m.data.k; j++) {
		const struct an_coefficient *c = f->each + j;
		json_t *row = json_array();

		for (int type = AN_HC0; type < AN_HC_COUNT; type++)
			json_array_append_new(row, analyse_real_if(c->has_hc[type], c->hc[type]));
		json_array_append_new(row, analyse_real_if(c->has_cr, c->cr[0]));
		json_array_append_new(row, analyse_real_if(c->has_cr, c->cr[1]));
		json_array_append_new(values, row);
	}
	return analyse_sheet(model_names(&f->model, 0), "hc0 hc1 hc2 hc3 cr0 cr1", values);
}

static json_t *fit_json(const struct an_ols *s)
{
	bool likely = s->rss > 0;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "df", analyse_count(s->df),
	    "rss", analyse_real(s->rss), "sigma", analyse_real(s->sigma), "r2", analyse_real(s->r2), "adjusted_r2",
	    analyse_real_if(s->has_adjusted, s->adjusted_r2), "f", analyse_real_if(s->has_f, s->f), "f_df",
	    analyse_real_if(s->has_f, s->f_df), "f_p", analyse_real_if(s->has_f, s->f_p), "log_likelihood",
	    analyse_real_if(likely, s->log_lik), "aic", analyse_real_if(likely, s->aic), "bic",
	    analyse_real_if(likely, s->bic), "clusters", s->clusters > 0 ? analyse_count(s->clusters) : json_null());
}

static json_t *terms_json(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t t = 0; t < f->model.m.terms; t++) {
		const struct an_term *x = f->terms + t;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_count(x->columns), analyse_real(x->ss),
			analyse_real_if(x->has_f, x->f), analyse_real_if(x->has_f, x->p),
			analyse_real_if(x->has_vif, x->vif),
			analyse_real_if(x->has_vif, pow(x->vif, 0.5 / (double)x->columns))));
	}
	return analyse_sheet(analyse_names(f->model.term, f->model.m.terms), "df ss f p vif vif_root", values);
}

static json_t *people(const struct analyse *a, const struct fitted *f)
{
	json_t *values = json_array(), *names = json_array();

	for (size_t i = 0; i < f->model.m.data.n && i < analyse_whole(a, "people"); i++) {
		const struct an_case *c = f->cases + i;

		json_array_append_new(names, json_sprintf("%zu", f->model.row[i] + 1));
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_real(c->fitted), analyse_real(c->residual),
			analyse_real(c->leverage), analyse_real_if(c->has_cook, c->cook),
			analyse_real_if(c->has_student, c->student)));
	}
	return analyse_sheet(names, "fitted residual leverage cook student", values);
}

/* The column that stands out most, the constant aside; 0 when there is none to name. */
static size_t clearest(const struct fitted *f)
{
	size_t best = 0;
	double t = 0;

	for (size_t j = f->model.m.intercept; j < f->model.m.data.k; j++)
		if (f->each[j].has_test && fabs(f->each[j].t) > t) {
			t = fabs(f->each[j].t);
			best = j;
		}
	return best;
}

static void say(struct analyse *a, const struct fitted *f)
{
	size_t j = clearest(f);
	const struct an_coefficient *c = f->each + j;

	analyse_say(a, N_("Together the predictors account for {1} of the differences in {2} ({3} rows)."),
	    SAY_PCT(f->s.r2), SAY_TEXT(f->model.outcome), SAY_N(f->s.n));
	if (f->s.has_f && f->s.f_p >= 1 - a->level)
		analyse_say(a, N_("That is no more than chance alone could give (p {1})."), SAY_P(f->s.f_p));
	else if (c->has_test && (j > 0 || !f->model.m.intercept))
		analyse_say(a,
		    N_("The clearest one is {1}: where it is one higher, or a row belongs to it, and the other predictors "
		       "are the same, {2} differs by {3} ({4} interval {5} to {6}) on average."),
		    SAY_TEXT(f->model.name[j]), SAY_TEXT(f->model.outcome), SAY_NUM(c->estimate, 3), SAY_PCT(a->level),
		    SAY_NUM(c->interval.lo, 3), SAY_NUM(c->interval.hi, 3));
}

static void check_rows(struct analyse *a, const struct fitted *f)
{
	double cook = 0;
	size_t n = 0;

	for (size_t i = 0; i < f->model.m.data.n; i++)
		if (f->cases[i].has_cook) {
			cook = fmax(cook, f->cases[i].cook);
			n++;
		}
	if (n > 0)
		analyse_check(a, cook < 1,
		    N_("No single row should decide the result: the largest Cook's distance is {1}; from 1 on it is too "
		       "large."),
		    SAY_NUM(cook, 2));
	analyse_check(a, f->s.n >= 10 * f->model.m.data.k,
	    N_("Ten rows or more for each coefficient are advisable; here there are {1} rows for {2} coefficients."),
	    SAY_N(f->s.n), SAY_N(f->model.m.data.k));
}

static void check(struct analyse *a, const struct fitted *f)
{
	double vif = 0;
	size_t worst = 0;

	if (f->s.has_bp)
		analyse_check(a, f->s.bp_p >= 0.05,
		    N_("The spread should be the same everywhere: Breusch and Pagan's test gives p {1}. Where it is not, "
		       "read the standard errors of the table \"robust\"."),
		    SAY_P(f->s.bp_p));
	for (size_t t = 0; t < f->model.m.terms; t++)
		if (f->terms[t].has_vif && pow(f->terms[t].vif, 1 / (double)f->terms[t].columns) > vif) {
			vif = pow(f->terms[t].vif, 1 / (double)f->terms[t].columns);
			worst = t;
		}
	if (vif > 0)
		analyse_check(a, vif < 5,
		    N_("Predictors should not say the same: the largest variance inflation is {1} ({2}); from 5 on the single "
		       "effects are hard to tell apart."),
		    SAY_NUM(vif, 1), SAY_TEXT(f->model.term[worst]));
	if (f->s.has_durbin_watson)
		analyse_check(a, f->s.durbin_watson > 1.5 && f->s.durbin_watson < 2.5,
		    N_("Rows should not depend on the row before: Durbin and Watson's figure is {1}, near 2 when they do not. "
		       "It says something only where the rows stand in order of time."),
		    SAY_NUM(f->s.durbin_watson, 2));
	check_rows(a, f);
	if (!f->s.has_test)
		analyse_warn(a,
		    N_("The predictors give the outcome exactly, so that there are no tests and no intervals. Look whether one "
		       "of them was computed from it."),
		    SAY_END);
	if (f->s.clusters > 0 && f->s.clusters < 30)
		analyse_warn(a,
		    N_("Standard errors by cluster rest on {1} clusters only; with fewer than about 30 they tend to be too "
		       "small."),
		    SAY_N(f->s.clusters));
}

static int regression_run(struct analyse *a, json_t *result, struct err *e)
{
	struct fitted f;

	if (fit(a, &f, e) != 0)
		return -1;
	a->used = f.s.n;
	json_object_set_new(result, "coefficients", coefficients(&f));
	json_object_set_new(result, "fit", fit_json(&f.s));
	json_object_set_new(result, "terms", terms_json(&f));
	json_object_set_new(result, "robust", robust(&f));
	json_object_set_new(result, "covariance",
	    analyse_matrix(f.covariance, f.model.m.data.k, model_names(&f.model, 0)));
	json_object_set_new(result, "durbin_watson", analyse_real_if(f.s.has_durbin_watson, f.s.durbin_watson));
	json_object_set_new(result, "breusch_pagan",
	    json_pack("{s:o, s:o, s:o}", "statistic", analyse_real_if(f.s.has_bp, f.s.bp), "df",
		analyse_real_if(f.s.has_bp, f.s.bp_df), "p", analyse_real_if(f.s.has_bp, f.s.bp_p)));
	json_object_set_new(result, "people", people(a, &f));
	say(a, &f);
	check(a, &f);
	return 0;
}

const struct analyse_method analyse_regression = {
	.name = "regression",
	.title = N_("Linear regression"),
	.family = FAMILY_REGRESSION,
	.not_shown =
	    N_("A regression shows what goes together, not what causes what: a predictor that was left out can be "
	       "behind it. It says nothing on values outside the ones in the data."),
	.r = MODEL_R
	"if (is.null(p)) p <- setdiff(names(d), c({outcome}, {weights}, {cluster}, \".w\"))\n"
	"f <- lm(reformulate(c(if ({powers} == 1) p else paste0(\"poly(\", p, \", {powers}, raw = TRUE)\"),\n"
	"  {interactions}), {outcome}, {intercept|yes=TRUE|no=FALSE}), d, weights = .w)\n"
	"summary(f)\n"
	"confint(f, level = {level})\n"
	"drop1(f, test = \"F\")\n"
	"if (length(p) > 1) car::vif(f)\n"
	"sapply(0:3, function(i) sqrt(diag(sandwich::vcovHC(f, paste0(\"HC\", i)))))\n"
	"if (!is.null({cluster})) sqrt(diag(sandwich::vcovCL(f, d[rownames(model.frame(f)), {cluster}])))\n"
	"if ({intercept|yes=TRUE|no=FALSE}) lmtest::bptest(f)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/coefficients", .value = "estimate", .lo = "lo", .hi = "hi" },
	.summary = N_("linear regression (least squares): coefficients, fit, robust errors, and what to check"),
	.reference =
	    "conventions of R's lm; HC0 White 1980, HC1 to HC3 MacKinnon & White 1985; by cluster as sandwich::vcovCL; "
	    "variance inflation Fox & Monette 1992; Breusch & Pagan 1979 studentised by Koenker 1981; Durbin & Watson 1950; "
	    "Cook 1977; arithmetic: Householder triangularisation in extended precision, refined once",
	.missing_rule = MODEL_MISSING,
	.options = { OPT_OUTCOME, OPT_MODEL,
	    { "intercept", OPT_CHOICE, "yes", "yes|no", N_("whether the model has a constant") },
	    { "powers", OPT_WHOLE, "1", NULL, N_("highest power of each predictor of numbers"), USE_FILE },
	    { "cluster", OPT_COLUMN, "", NULL,
		N_("column whose rows of one value belong together, for standard errors"), USE_GROUP },
	    OPT_LEVEL, OPT_PEOPLE },
	.output = { "coefficients", "fit", "terms", "robust", "covariance", "durbin_watson", "breusch_pagan",
	    "people" },
	.run = regression_run,
};
