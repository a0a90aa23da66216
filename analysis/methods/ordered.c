/* Regression of an ordered outcome. */
#include "analysis/methods/model.h"
#include "analysis/stats/regression/ordered.h"

#include <math.h>
#include <string.h>

struct fitted {
	struct model model;
	size_t size; /* coefficients and thresholds */
	bool logit, has_brant;
	struct an_glm s;
	struct an_glm_coefficient *each;
	double *covariance;
	struct an_brant all, *brant;
};

static int fit(struct analyse *a, struct fitted *f, struct err *e)
{
	struct model *m = &f->model;
	enum an_status status;

	f->logit = strcmp(analyse_text(a, "link"), "logit") == 0;
	if (model_load(a, OUTCOME_ORDER, false, m, e) != 0)
		return -1;
	if (m->levels < 3)
		return err_set(e, ERR_INPUT, m->outcome,
		    "Column {1} has {2} different values; an ordered outcome has three or more (for two take the method "
		    "logistic).",
		    m->outcome, m->levels == 2 ? "2" : "1", (char *)NULL);
	f->size = m->m.data.k + m->levels - 1;
	f->each = AN_WORK_ARRAY(a->work, struct an_glm_coefficient, f->size);
	f->covariance = AN_WORK_ARRAY(a->work, double, f->size * f->size);
	f->brant = AN_WORK_ARRAY(a->work, struct an_brant, m->m.data.k);
	if (f->each == NULL || f->covariance == NULL || f->brant == NULL)
		return err_nomem(e);
	status = an_ordered(&m->m, m->levels, f->logit ? AN_LOGISTIC : AN_PROBIT, a->level, a->work, &f->s, f->each,
	    f->covariance);
	if (status == AN_ENOCONVERGE && f->s.separated < m->m.data.k)
		return err_set(e, ERR_INPUT, m->name[f->s.separated],
		    "Column {1} of the model splits {2} without error in some rows, so that its effect has no finite estimate "
		    "(separation). Leave it out, or join rare levels.",
		    m->name[f->s.separated], m->outcome, (char *)NULL);
	if (model_status(status, m, f->s.dependent, "ordered regression", e) != 0)
		return -1;
	f->has_brant = f->logit && an_brant(&m->m, m->levels, a->work, &f->all, f->brant) == AN_OK;
	return 0;
}

static json_t *names_of(const struct fitted *f)
{
	json_t *names = model_names(&f->model, 0);

	for (size_t c = 0; c + 1 < f->model.levels; c++)
		json_array_append_new(names, json_sprintf("%s|%s", f->model.level[c], f->model.level[c + 1]));
	return names;
}

static json_t *coefficients(const struct fitted *f)
{
	json_t *values = json_array();

	for (size_t j = 0; j < f->size; j++) {
		const struct an_glm_coefficient *c = f->each + j;
		bool odds = f->logit && j < f->model.m.data.k;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o]", analyse_real(c->estimate), analyse_real(c->se),
			analyse_real(c->z), analyse_real(c->p), analyse_real(c->interval.lo),
			analyse_real(c->interval.hi), analyse_real_if(odds, exp(c->estimate)),
			analyse_real_if(odds, exp(c->interval.lo)), analyse_real_if(odds, exp(c->interval.hi))));
	}
	return analyse_sheet(names_of(f), "estimate se z p lo hi odds_ratio odds_lo odds_hi", values);
}

static json_t *brant_json(const struct fitted *f)
{
	json_t *values, *names;

	if (!f->has_brant)
		return json_null();
	values = json_array();
	names = model_names(&f->model, 0);
	json_array_insert_new(names, 0, json_string("all"));
	json_array_append_new(values,
	    json_pack("[o, o, o]", analyse_real(f->all.chi2), analyse_real(f->all.df), analyse_real(f->all.p)));
	for (size_t j = 0; j < f->model.m.data.k; j++)
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_real(f->brant[j].chi2), analyse_real(f->brant[j].df),
			analyse_real(f->brant[j].p)));
	return analyse_sheet(names, "chi2 df p", values);
}

static json_t *fit_json(const struct fitted *f)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "people", analyse_real(f->s.people), "deviance",
	    analyse_real(f->s.deviance), "null_deviance", analyse_real(f->s.null_deviance), "log_likelihood",
	    analyse_real(f->s.log_lik), "aic", analyse_real(f->s.aic), "bic", analyse_real(f->s.bic), "mcfadden",
	    analyse_real(1 - f->s.deviance / f->s.null_deviance));
}

static void say(struct analyse *a, const struct fitted *f)
{
	size_t best = 0;

	for (size_t j = 1; j < f->model.m.data.k; j++)
		if (fabs(f->each[j].z) > fabs(f->each[best].z))
			best = j;
	if (f->model.m.data.k > 0 && f->each[best].p >= 0.05)
		analyse_say(a,
		    N_("No predictor shows an effect beyond what chance alone could give (the clearest is {1}, p {2})."),
		    SAY_TEXT(f->model.name[best]), SAY_P(f->each[best].p));
	else if (f->model.m.data.k > 0 && f->logit)
		analyse_say(a,
		    N_("The clearest predictor is {1}: where it is one higher, or a row belongs to it, and the others are the "
		       "same, the odds of a higher level of {2} are {3} times as high ({4} interval {5} to {6})."),
		    SAY_TEXT(f->model.name[best]), SAY_TEXT(f->model.outcome), SAY_NUM(exp(f->each[best].estimate), 2),
		    SAY_PCT(a->level), SAY_NUM(exp(f->each[best].interval.lo), 2),
		    SAY_NUM(exp(f->each[best].interval.hi), 2));
	else if (f->model.m.data.k > 0)
		analyse_say(a,
		    N_("The clearest predictor is {1}: where it is one higher, or a row belongs to it, and the others are the "
		       "same, {2} lies {3} standard deviations higher ({4} interval {5} to {6})."),
		    SAY_TEXT(f->model.name[best]), SAY_TEXT(f->model.outcome), SAY_NUM(f->each[best].estimate, 2),
		    SAY_PCT(a->level), SAY_NUM(f->each[best].interval.lo, 2), SAY_NUM(f->each[best].interval.hi, 2));
	if (f->has_brant)
		analyse_check(a, f->all.p >= 0.05,
		    N_("A predictor should act the same at every step of the outcome: Brant's test gives p {1}. Where it does "
		       "not, compare the steps by the method logistic."),
		    SAY_P(f->all.p));
	else if (f->logit)
		analyse_check(a, -1,
		    N_("Whether a predictor acts the same at every step of the outcome cannot be tested with these data."),
		    SAY_END);
	analyse_check(a, f->s.people >= 10 * (double)f->size,
	    N_("Ten rows or more for each coefficient are advisable; here there are {1} rows for {2} coefficients."),
	    SAY_N(f->s.people), SAY_N(f->size));
}

static int ordered_logistic_run(struct analyse *a, json_t *result, struct err *e)
{
	struct fitted f;

	memset(&f, 0, sizeof f);
	if (fit(a, &f, e) != 0)
		return -1;
	a->used = f.s.n;
	json_object_set_new(result, "coefficients", coefficients(&f));
	json_object_set_new(result, "fit", fit_json(&f));
	json_object_set_new(result, "brant", brant_json(&f));
	json_object_set_new(result, "covariance", analyse_matrix(f.covariance, f.size, names_of(&f)));
	json_object_set_new(result, "convergence",
	    json_pack("{s:b, s:i, s:o}", "converged", f.s.fit.converged, "iterations", f.s.fit.iterations, "gradient",
		analyse_real(f.s.fit.gradient)));
	say(a, &f);
	return 0;
}

const struct analyse_method analyse_ordered_logistic = {
	.name = "ordered_logistic",
	.title = N_("Ordered logistic regression"),
	.family = FAMILY_REGRESSION,
	.not_shown =
	    N_("The model takes the levels as cuts of one scale behind them and knows only their order. What goes "
	       "together need not be cause and effect."),
	.r = MODEL_R "if (is.null(p)) p <- setdiff(names(d), c({outcome}, {weights}, \".w\"))\n"
		     "d[[{outcome}]] <- factor(d[[{outcome}]])\n"
		     "f <- MASS::polr(reformulate(c(p, {interactions}), {outcome}), d, weights = .w, Hess = TRUE,\n"
		     "  method = \"{link|logit=logistic|probit=probit}\", control = list(reltol = 1e-12))\n"
		     "summary(f)\n"
		     "confint.default(f, level = {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/coefficients", .value = "estimate", .lo = "lo", .hi = "hi" },
	.summary = N_(
	    "ordered logistic or probit regression: coefficients, thresholds, and whether the odds are proportional"),
	.reference =
	    "McCullagh 1980; signs and standard errors as MASS::polr (observed information); proportional odds: Brant 1990; "
	    "weights count people",
	.missing_rule = MODEL_MISSING,
	.options = { OPT_OUTCOME, OPT_MODEL,
	    { "link", OPT_CHOICE, "logit", "logit|probit", N_("distribution behind the levels: logistic or normal") },
	    OPT_LEVEL },
	.output = { "coefficients", "fit", "brant", "covariance", "convergence" },
	.run = ordered_logistic_run,
};
