/* Logistic regression. */
#include "analysis/methods/model.h"
#include "analysis/stats/regression/glm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct fitted {
	struct model model;
	struct an_glm s;
	struct an_glm_coefficient *each;
	struct an_glm_term *terms;
	struct an_profile *profile; /* NULL for Wald's intervals */
	struct an_logit_quality quality;
	double *covariance, *p;
};

static int separated(const struct fitted *f, struct err *e)
{
	const char *name = f->model.name[f->s.separated];

	return err_set(e, ERR_INPUT, name,
	    "Column {1} of the model splits {2} without error in some rows, so that its effect has no finite estimate "
	    "(separation). Leave it out, or join rare levels.",
	    name, f->model.outcome, (char *)NULL);
}

static int fit(struct analyse *a, struct fitted *f, struct err *e)
{
	struct model *m = &f->model;
	enum an_status status;

	if (model_load(a, OUTCOME_EVENT, true, m, e) != 0)
		return -1;
	f->each = AN_WORK_ARRAY(a->work, struct an_glm_coefficient, m->m.data.k);
	f->terms = AN_WORK_ARRAY(a->work, struct an_glm_term, m->m.terms);
	f->covariance = AN_WORK_ARRAY(a->work, double, m->m.data.k * m->m.data.k);
	f->p = AN_WORK_ARRAY(a->work, double, m->m.data.n);
	f->profile = strcmp(analyse_text(a, "interval"), "profile") == 0
	    ? AN_WORK_ARRAY(a->work, struct an_profile, m->m.data.k)
	    : NULL;
	if (f->each == NULL || f->terms == NULL || f->covariance == NULL || f->p == NULL ||
	    (f->profile == NULL && strcmp(analyse_text(a, "interval"), "profile") == 0))
		return err_nomem(e);
	status = an_glm(&m->m, AN_LOGIT, a->level, a->work, &f->s, f->each, f->covariance, f->p);
	if (status == AN_ENOCONVERGE && f->s.separated < m->m.data.k)
		return separated(f, e);
	if (status == AN_OK)
		status = an_glm_terms(&m->m, AN_LOGIT, a->work, f->terms);
	if (status == AN_OK)
		status = an_logit_quality(&m->m, &f->s, f->p, a->work, &f->quality);
	for (size_t j = 0; status == AN_OK && f->profile != NULL && j < m->m.data.k; j++)
		status = an_work_go_on(a->work, (double)j / (double)m->m.data.k)
		    ? an_glm_profile(&m->m, AN_LOGIT, &f->s, f->each, j, a->level, a->work, f->profile + j)
		    : AN_ESTOPPED;
	return model_status(status, m, f->s.dependent, "logistic regression", e);
}

static json_t *coefficients(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t j = 0; j < f->model.m.data.k; j++) {
		const struct an_glm_coefficient *c = f->each + j;
		bool lo = f->profile == NULL || f->profile[j].has_lo, hi = f->profile == NULL || f->profile[j].has_hi;
		double from = f->profile == NULL ? c->interval.lo : f->profile[j].lo;
		double to = f->profile == NULL ? c->interval.hi : f->profile[j].hi;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o]", analyse_real(c->estimate), analyse_real(c->se),
			analyse_real(c->z), analyse_real(c->p), analyse_real_if(lo, from), analyse_real_if(hi, to),
			analyse_real(exp(c->estimate)), analyse_real_if(lo, exp(from)), analyse_real_if(hi, exp(to))));
	}
	return analyse_sheet(model_names(&f->model, 0), "estimate se z p lo hi odds_ratio odds_lo odds_hi", values);
}

static json_t *fit_json(const struct fitted *f)
{
	const struct an_logit_quality *q = &f->quality;
	double df = (double)(f->model.m.data.k - 1);
	json_t *out = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "people", analyse_real(f->s.people),
	    "df", analyse_count(f->s.n - f->model.m.data.k), "null_df", analyse_count(f->s.n - 1), "null_deviance",
	    analyse_real(f->s.null_deviance), "deviance", analyse_real(f->s.deviance), "log_likelihood",
	    analyse_real(f->s.log_lik), "aic", analyse_real(f->s.aic), "bic", analyse_real(f->s.bic), "mcfadden",
	    analyse_real(q->mcfadden));

	json_object_set_new(out, "cox_snell", analyse_real(q->cox_snell));
	json_object_set_new(out, "nagelkerke", analyse_real(q->nagelkerke));
	json_object_set_new(out, "tjur", analyse_real(q->tjur));
	json_object_set_new(out, "auc", analyse_real(q->auc));
	json_object_set_new(out, "hosmer_lemeshow", analyse_real_if(q->has_hl, q->hl));
	json_object_set_new(out, "hosmer_lemeshow_df", analyse_real_if(q->has_hl, q->hl_df));
	json_object_set_new(out, "hosmer_lemeshow_p", analyse_real_if(q->has_hl, q->hl_p));
	json_object_set_new(out, "model_df", analyse_real(df));
	return out;
}

/* Analysis of deviance, beginning with the constant alone. */
static json_t *terms_json(const struct fitted *f)
{
	json_t *values = json_array(), *names = analyse_names(f->model.term, f->model.m.terms);

	json_array_insert_new(names, 0, json_string("NULL"));
	json_array_append_new(values,
	    json_pack("[n, n, o, o, n, n, n]", analyse_count(f->s.n - 1), analyse_real(f->s.null_deviance)));
	for (size_t t = 0; t < f->model.m.terms; t++) {
		const struct an_glm_term *x = f->terms + t;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_count(x->columns), analyse_real(x->deviance),
			analyse_count(x->rest_df), analyse_real(x->rest), analyse_real(x->p), analyse_real(x->lr),
			analyse_real(x->lr_p)));
	}
	return analyse_sheet(names, "df deviance rest_df rest_deviance p lr lr_p", values);
}

static json_t *people(const struct analyse *a, const struct fitted *f)
{
	json_t *values = json_array(), *names = json_array();

	for (size_t i = 0; i < f->model.m.data.n && i < analyse_whole(a, "people"); i++) {
		json_array_append_new(names, json_sprintf("%zu", f->model.row[i] + 1));
		json_array_append_new(values, json_pack("[o]", analyse_real(f->p[i])));
	}
	return analyse_sheet(names, "probability", values);
}

static void say(struct analyse *a, const struct fitted *f)
{
	size_t best = 0;

	for (size_t j = 1; j < f->model.m.data.k; j++)
		if (best == 0 || fabs(f->each[j].z) > fabs(f->each[best].z))
			best = j;
	if (best > 0 && f->each[best].p >= 0.05)
		analyse_say(a,
		    N_("No predictor shows an effect beyond what chance alone could give (the clearest is {1}, p {2})."),
		    SAY_TEXT(f->model.name[best]), SAY_P(f->each[best].p));
	else if (best > 0)
		analyse_say(a,
		    N_("The clearest predictor is {1}: where it is one higher, or a row belongs to it, and the others are the "
		       "same, the odds are {2} times as high ({3} interval {4} to {5})."),
		    SAY_TEXT(f->model.name[best]), SAY_NUM(exp(f->each[best].estimate), 2), SAY_PCT(a->level),
		    SAY_NUM(exp(f->each[best].interval.lo), 2), SAY_NUM(exp(f->each[best].interval.hi), 2));
	analyse_say(a,
	    N_("Of two people, one with the event and one without, the model gives the first the higher probability in {1} "
	       "of cases; 50 % would be guessing."),
	    SAY_PCT(f->quality.auc));
}

static void check(struct analyse *a, const struct fitted *f)
{
	double events = 0, fewer;

	for (size_t i = 0; i < f->model.m.data.n; i++)
		events += f->model.y[i] * (f->model.w != NULL ? f->model.w[i] : 1);
	fewer = fmin(events, f->s.people - events);
	analyse_check(a, fewer >= 10 * (double)(f->model.m.data.k - 1),
	    N_("Ten people or more of the rarer outcome for each coefficient are advisable; here there are {1} for {2} "
	       "coefficients."),
	    SAY_N(fewer), SAY_N(f->model.m.data.k - 1));
	if (f->quality.has_hl)
		analyse_check(a, f->quality.hl_p >= 0.05,
		    N_("Probabilities should be as frequent as they say: Hosmer and Lemeshow's test gives p {1}."),
		    SAY_P(f->quality.hl_p));
	for (size_t j = 1; j < f->model.m.data.k; j++)
		if (fabs(f->each[j].estimate) > 5 && f->each[j].se > 2)
			analyse_warn(a,
			    N_("The effect of {1} is barely held by the data (standard error {2}): very few people decide it."),
			    SAY_TEXT(f->model.name[j]), SAY_NUM(f->each[j].se, 1));
}

static int logistic_run(struct analyse *a, json_t *result, struct err *e)
{
	struct fitted f = { .profile = NULL };

	if (fit(a, &f, e) != 0)
		return -1;
	a->used = f.s.n;
	json_object_set_new(result, "coefficients", coefficients(&f));
	json_object_set_new(result, "fit", fit_json(&f));
	json_object_set_new(result, "terms", terms_json(&f));
	json_object_set_new(result, "covariance",
	    analyse_matrix(f.covariance, f.model.m.data.k, model_names(&f.model, 0)));
	json_object_set_new(result, "people", people(a, &f));
	json_object_set_new(result, "convergence",
	    json_pack("{s:b, s:i, s:o}", "converged", f.s.fit.converged, "iterations", f.s.fit.iterations, "gradient",
		analyse_real(f.s.fit.gradient)));
	say(a, &f);
	check(a, &f);
	return 0;
}

const struct analyse_method analyse_logistic = {
	.name = "logistic",
	.title = N_("Logistic regression"),
	.family = FAMILY_REGRESSION,
	.not_shown =
	    N_("An odds ratio is no ratio of probabilities: where the event is frequent it looks larger. What goes "
	       "together need not be cause and effect."),
	.r = MODEL_R "if (is.null(p)) p <- setdiff(names(d), c({outcome}, {weights}, \".w\"))\n"
		     "k <- if (is.null({event})) tail(levels(factor(d[[{outcome}]])), 1) else {event}\n"
		     "d$.y <- as.numeric(d[[{outcome}]] == k)\n"
		     "f <- glm(reformulate(c(p, {interactions}), \".y\"), binomial, d, weights = .w)\n"
		     "summary(f)\n"
		     "exp(cbind(coef(f), {interval|wald=confint.default|profile=confint}(f, level = {level})))\n"
		     "anova(f, test = \"Chisq\")\n"
		     "drop1(f, test = \"Chisq\")\n",
	.chart = { CHART_ESTIMATES, .table = "/result/coefficients", .value = "odds_ratio", .lo = "odds_lo",
	    .hi = "odds_hi" },
	.summary = N_("logistic regression: odds ratios, analysis of deviance, and how well it foretells"),
	.reference =
	    "McCullagh & Nelder 1989; conventions of R's glm; weights count people; terms: deviance in sequence, and lr "
	    "from leaving one out; Hosmer & Lemeshow 1980 by tenths; Nagelkerke 1991; Tjur 2009; bic counts people",
	.missing_rule = MODEL_MISSING,
	.options = { OPT_OUTCOME, OPT_MODEL,
	    { "event", OPT_TEXT, "", NULL,
		N_("value of the outcome that is to be explained; the last one when not given") },
	    { "interval", OPT_CHOICE, "wald", "wald|profile",
		N_("how intervals are found; profile: by likelihood, slower") },
	    OPT_LEVEL, OPT_PEOPLE },
	.output = { "coefficients", "fit", "terms", "covariance", "people", "convergence" },
	.run = logistic_run,
};
