/* Mixed models with predictors and random slopes. */
#include "analysis/methods/model.h"
#include "analysis/stats/mixed/lmm.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct fitted {
	struct model model;
	size_t slopes, q; /* q: slopes and the constant */
	const char *effect[AN_SLOPES_MOST + 1];
	double *slope; /* n x slopes */
	bool reml;
	struct an_lmm s;
	struct an_lmm_coefficient *each;
	struct an_lmm_effect *effects;
	double *covariance;
	double *size; /* rows of each group */
};

/* The columns of --slopes as numbers; texts would need one slope for each level. */
static int load_slopes(struct analyse *a, struct fitted *f, struct err *e)
{
	size_t *list = NULL, n = 0;
	int rc;

	f->effect[0] = "(Intercept)";
	f->q = 1;
	if (!analyse_given(a, "slopes"))
		return 0;
	rc = analyse_columns(a->frame, analyse_text(a, "slopes"), "slopes", &list, &n, e);
	if (rc == 0 && n > AN_SLOPES_MOST)
		rc = err_set(e, ERR_INPUT, "slopes", "--{1} takes at most {2} columns.", "slopes", "5", (char *)NULL);
	f->slope = AN_WORK_ARRAY(a->work, double, f->model.m.data.n *n);
	if (rc == 0 && f->slope == NULL)
		rc = err_nomem(e);
	for (size_t s = 0; rc == 0 && s < n; s++) {
		size_t j = f->model.m.intercept;

		while (j < f->model.m.data.k && f->model.column[f->model.term_of[j]] != list[s])
			j++;
		if (j == f->model.m.data.k ||
		    (j + 1 < f->model.m.data.k && f->model.term_of[j + 1] == f->model.term_of[j]))
			rc = err_set(e, ERR_INPUT, "slopes",
			    "Column {1} of --{2} must be one of --predictors and hold numbers, or texts with two levels.",
			    analyse_column_name(a, list[s]), "slopes", (char *)NULL);
		for (size_t i = 0; rc == 0 && i < f->model.m.data.n; i++)
			f->slope[i * n + s] = f->model.x[i * f->model.m.data.k + j];
		if (rc == 0)
			f->effect[s + 1] = f->model.name[j];
	}
	f->slopes = n;
	f->q = n + 1;
	free(list);
	return rc;
}

static int fit(struct analyse *a, struct fitted *f, struct err *e)
{
	struct model *m = &f->model;
	struct an_lmm_data d;
	size_t column;
	enum an_status status;

	f->reml = strcmp(analyse_text(a, "likelihood"), "reml") == 0;
	if (analyse_column_of(a, "by", true, &column, e) != 0 || model_load(a, OUTCOME_NUMBER, true, m, e) != 0 ||
	    load_slopes(a, f, e) != 0)
		return -1;
	f->each = AN_WORK_ARRAY(a->work, struct an_lmm_coefficient, m->m.data.k);
	f->covariance = AN_WORK_ARRAY(a->work, double, f->q * f->q);
	f->effects = AN_WORK_ARRAY(a->work, struct an_lmm_effect, m->groups * f->q);
	f->size = AN_WORK_ARRAY(a->work, double, m->groups);
	if (f->each == NULL || f->covariance == NULL || f->effects == NULL || f->size == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < m->m.data.n; i++)
		f->size[m->group[i]]++;
	d = (struct an_lmm_data){ m->m.data, f->slope, f->slopes, m->group, m->groups };
	status = an_lmm(&d, f->reml ? AN_REML : AN_ML, a->level, a->work, &f->s, f->each, f->covariance, f->effects);
	if (status == AN_ETOOFEW)
		return err_set(e, ERR_INPUT, "by",
		    "The model needs two groups or more in column {1}, and more rows than it has group effects.",
		    analyse_text(a, "by"), (char *)NULL);
	return model_status(status, m, f->s.dependent, "mixed model", e);
}

static json_t *coefficients(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t j = 0; j < f->model.m.data.k; j++) {
		const struct an_lmm_coefficient *c = f->each + j;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_real(c->estimate), analyse_real(c->se), analyse_real(c->t),
			analyse_real(c->interval.lo), analyse_real(c->interval.hi)));
	}
	return analyse_sheet(model_names(&f->model, 0), "estimate se t lo hi", values);
}

static double sd_of(const struct fitted *f, size_t j)
{
	return sqrt(fmax(f->covariance[j * f->q + j], 0));
}

/* Variances and sds by group effect, the residual last; with the constant alone the row has the name
 * of the groups, as in lme4's table. */
static json_t *variances(const struct analyse *a, const struct fitted *f)
{
	json_t *values = json_array(), *names = json_array();

	for (size_t j = 0; j < f->q; j++) {
		json_array_append_new(names, json_string(f->q == 1 ? analyse_text(a, "by") : f->effect[j]));
		json_array_append_new(values,
		    json_pack("[o, o]", analyse_real(f->covariance[j * f->q + j]), analyse_real(sd_of(f, j))));
	}
	json_array_append_new(names, json_string("Residual"));
	json_array_append_new(values,
	    json_pack("[o, o]", analyse_real(f->s.sigma * f->s.sigma), analyse_real(f->s.sigma)));
	return analyse_sheet(names, "variance sd", values);
}

static json_t *correlations(const struct fitted *f)
{
	json_t *values = json_array(), *names = analyse_names(f->effect, f->q);

	for (size_t i = 0; i < f->q; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < f->q; j++) {
			double both = sd_of(f, i) * sd_of(f, j);
			bool has = both > 1e-12 * f->s.sigma * f->s.sigma;

			json_array_append_new(row,
			    analyse_real_if(has, fmax(-1, fmin(1, f->covariance[i * f->q + j] / both))));
		}
		json_array_append_new(values, row);
	}
	return analyse_table(names, json_copy(names), values);
}

static json_t *groups_json(const struct fitted *f, size_t effect)
{
	json_t *values = json_array();

	for (size_t g = 0; g < f->model.groups; g++) {
		const struct an_lmm_effect *x = f->effects + g * f->q + effect;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_real(f->size[g]), analyse_real_if(x->present, x->mode),
			analyse_real_if(x->present, x->sd), analyse_real_if(x->present, x->interval.lo),
			analyse_real_if(x->present, x->interval.hi)));
	}
	return analyse_sheet(analyse_names(f->model.group_name, f->model.groups), "n effect sd lo hi", values);
}

static json_t *fit_json(const struct fitted *f)
{
	double between = f->covariance[0], within = f->s.sigma * f->s.sigma;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "deviance", analyse_real(f->s.deviance),
	    "log_likelihood", analyse_real(f->s.log_lik), "aic", analyse_real(f->s.aic), "bic", analyse_real(f->s.bic),
	    "groups", analyse_count(f->s.groups), "icc", analyse_real_if(f->q == 1, between / (between + within)),
	    "r2_fixed", analyse_real(f->s.r2_fixed), "r2_whole", analyse_real(f->s.r2_whole), "criterion",
	    f->reml ? "REML" : "ML");
}

static void say(struct analyse *a, const struct fitted *f)
{
	size_t best = 0;

	for (size_t j = 1; j < f->model.m.data.k; j++)
		if (best == 0 || fabs(f->each[j].t) > fabs(f->each[best].t))
			best = j;
	analyse_say(a,
	    N_("The predictors account for {1} of the differences in {2}; predictors and groups together for {3} ({4} rows in "
	       "{5} groups)."),
	    SAY_PCT(f->s.r2_fixed), SAY_TEXT(f->model.outcome), SAY_PCT(f->s.r2_whole), SAY_N(f->model.m.data.n),
	    SAY_N(f->s.groups));
	if (best > 0)
		analyse_say(a,
		    N_("The clearest one is {1}: where it is one higher, or a row belongs to it, and the other predictors "
		       "are the same, {2} differs by {3} ({4} interval {5} to {6}) on average."),
		    SAY_TEXT(f->model.name[best]), SAY_TEXT(f->model.outcome), SAY_NUM(f->each[best].estimate, 3),
		    SAY_PCT(a->level), SAY_NUM(f->each[best].interval.lo, 3), SAY_NUM(f->each[best].interval.hi, 3));
	if (f->s.singular)
		analyse_warn(a,
		    N_("The groups show less variation than the model allows for (a variance of 0, or effects that follow from "
		       "one another): a simpler model, with fewer --slopes, would say the same."),
		    SAY_END);
	analyse_check(a, f->s.groups >= 10,
	    N_("The variation between groups rests on {1} groups; with fewer than about 10 it is hardly known."),
	    SAY_N(f->s.groups));
}

/* How far the group effects lie from a normal curve: their largest in standard deviations. */
static void check_extremes(struct analyse *a, const struct fitted *f)
{
	double most = 0, sd = sd_of(f, 0);
	size_t at = 0;

	for (size_t g = 0; g < f->model.groups && sd > 0; g++)
		if (fabs(f->effects[g * f->q].mode) / sd > most) {
			most = fabs(f->effects[g * f->q].mode) / sd;
			at = g;
		}
	if (sd > 0)
		analyse_check(a, most < 4,
		    N_("Group effects should spread like a normal curve: the furthest one, {1}, lies {2} standard deviations "
		       "out; beyond 4 it should be looked at by itself."),
		    SAY_TEXT(f->model.group_name[at]), SAY_NUM(most, 1));
}

static int mixed_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *groups;
	struct fitted f;

	memset(&f, 0, sizeof f);
	if (fit(a, &f, e) != 0)
		return -1;
	json_object_set_new(result, "coefficients", coefficients(&f));
	json_object_set_new(result, "variance", variances(a, &f));
	json_object_set_new(result, "covariance", analyse_matrix(f.covariance, f.q, analyse_names(f.effect, f.q)));
	json_object_set_new(result, "correlation", correlations(&f));
	json_object_set_new(result, "fit", fit_json(&f));
	json_object_set_new(result, "singular", json_boolean(f.s.singular));
	groups = json_object();
	for (size_t j = 0; j < f.q; j++)
		json_object_set_new(groups, f.effect[j], groups_json(&f, j));
	json_object_set_new(result, "groups", groups);
	json_object_set_new(result, "convergence", analyse_convergence(&f.s.fit));
	say(a, &f);
	check_extremes(a, &f);
	return 0;
}

const struct analyse_method analyse_mixed = {
	.name = "mixed",
	.title = N_("Mixed model"),
	.family = FAMILY_REGRESSION,
	.not_shown =
	    N_("Group effects are drawn toward the whole, the more so the fewer rows a group has: they are good "
	       "guesses, not measurements, and the reason why a group lies high or low is not in them."),
	.r =
	    "for (v in {factors}) d[[v]] <- factor(d[[v]])\n"
	    "for (l in unlist(strsplit(as.character({levels}), \";\"))) {\n"
	    "  s <- strsplit(l, \"=\")[[1]]\n"
	    "  d[[s[1]]] <- factor(d[[s[1]]], strsplit(s[2], \",\")[[1]])\n"
	    "}\n"
	    "p <- {predictors}\n"
	    "if (is.null(p)) p <- setdiff(names(d), c({outcome}, {by}))\n"
	    "z <- sprintf(\"(%s | %s)\", paste(c(\"1\", {slopes}), collapse = \" + \"), {by})\n"
	    "f <- lme4::lmer(reformulate(c(p, {interactions}, z), {outcome}), d, REML = {likelihood|reml=TRUE|ml=FALSE})\n"
	    "summary(f)\n"
	    "confint(f, method = \"Wald\", level = {level})\n"
	    "as.data.frame(lme4::ranef(f, condVar = TRUE))\n",
	.chart = { CHART_ESTIMATES, .table = "/result/groups/(Intercept)", .value = "effect", .lo = "lo", .hi = "hi" },
	.summary = N_("mixed model: predictors for all, and how groups differ in level and slope"),
	.reference =
	    "Bates, Maechler, Bolker & Walker 2015, criterion and figures as lme4's lmer; intervals of coefficients by "
	    "Wald, of group effects from conditional mode and sd; r2: Nakagawa & Schielzeth 2013, Johnson 2014",
	.missing_rule = MODEL_MISSING,
	.options = { OPT_OUTCOME,
	    { "predictors", OPT_COLUMNS, "", NULL,
		N_("columns that explain it, in this order; all others when not given") },
	    { "factors", OPT_COLUMNS, "", NULL, N_("predictors whose numbers are only names of categories"),
		USE_GROUP },
	    { "interactions", OPT_TEXTS, "", NULL, N_("products of two predictors to add: a:b,c:d"), .names = true },
	    { "slopes", OPT_COLUMNS, "", NULL, N_("predictors whose effect differs between groups") }, OPT_BY,
	    OPT_LEVELS, OPT_NA,
	    { "likelihood", OPT_CHOICE, "reml", "reml|ml", N_("restricted or full maximum likelihood") }, OPT_LEVEL },
	.output = { "coefficients", "variance", "covariance", "correlation", "fit", "singular", "groups",
	    "convergence" },
	.run = mixed_run,
};
