/* Item response models with slopes: 2PL and graded responses. */
#include "analysis/methods/method.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/test/irt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FEW_PEOPLE 200
#define WEAK_SLOPE 0.35
#define THETA_MOST 4.0
#define THETA_STEP 0.5

struct irt {
	bool equal, binary; /* binary: no item of more than two answers */
	size_t parameters;
	struct an_irt_item *items;
	struct an_irt model;
	double *par, *cov;
	double *eap, *sd, reliability;
	unsigned char *has;
	struct an_irt_fit *fit;
	bool has_fit;
};

static int no_shape(const struct analyse *a, const struct irt *r, enum an_status status, struct err *e)
{
	for (size_t j = 0; j < a->items.view.cols && status == AN_ENOVARIANCE; j++)
		if (r->items[j].categories < 2)
			return err_set(e, ERR_INPUT, a->items.name[j],
			    "Everybody has the same value in column {1}, or nobody has one; leave it out.",
			    a->items.name[j], (char *)NULL);
	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, "items", "An item may hold at most {1} different values.", "20",
		    (char *)NULL);
	return analyse_status(status, "items", e);
}

static int fit_model(struct analyse *a, struct irt *r, struct err *e)
{
	size_t k = a->items.view.cols, rows = a->items.view.rows;
	enum an_status status;

	r->items = AN_WORK_ARRAY(a->work, struct an_irt_item, k);
	r->fit = AN_WORK_ARRAY(a->work, struct an_irt_fit, k);
	r->eap = AN_WORK_ARRAY(a->work, double, rows);
	r->sd = AN_WORK_ARRAY(a->work, double, rows);
	r->has = AN_WORK_ARRAY(a->work, unsigned char, rows);
	if (!r->items || !r->fit || !r->eap || !r->sd || !r->has)
		return err_nomem(e);
	status = an_irt_shape(a->items.view, r->equal, a->work, r->items, &r->parameters);
	if (status != AN_OK)
		return no_shape(a, r, status, e);
	r->par = AN_WORK_ARRAY(a->work, double, r->parameters);
	r->cov = AN_WORK_ARRAY(a->work, double, r->parameters * r->parameters);
	if (!r->par || !r->cov)
		return err_nomem(e);
	r->binary = true;
	for (size_t j = 0; j < k; j++)
		r->binary = r->binary && r->items[j].categories == 2;
	if (analyse_status(an_irt(a->items.view, r->items, r->parameters, a->work, &r->model, r->par, r->cov), "irt",
		e) != 0 ||
	    analyse_status(an_irt_eap(a->items.view, r->items, r->par, a->work, r->eap, r->sd, r->has, &r->reliability),
		"eap", e) != 0)
		return -1;
	r->has_fit =
	    r->binary && an_irt_s_x2(a->items.view, r->items, r->par, r->equal ? 1 : 2, a->work, r->fit) == AN_OK;
	return 0;
}

/* b = -d / a and its standard error by the delta method. */
static double difficulty(const struct irt *r, size_t slope, size_t at, double *se)
{
	double s = r->par[slope], d = r->par[at], ga = d / (s * s), gd = -1 / s;
	size_t p = r->parameters;

	*se = sqrt(
	    ga * ga * r->cov[slope * p + slope] + gd * gd * r->cov[at * p + at] + 2 * ga * gd * r->cov[slope * p + at]);
	return -d / s;
}

/* Mean of the difficulties of an item. */
static double location(const struct irt *r, const struct an_irt_item *it, double *se)
{
	size_t p = r->parameters, n = it->categories - 1;
	double s = r->par[it->slope], mean = 0, var = 0, ga;

	for (size_t c = 0; c < n; c++)
		mean += r->par[it->first + c] / (double)n;
	ga = mean / (s * s);
	var = ga * ga * r->cov[it->slope * p + it->slope];
	for (size_t c = 0; c < n; c++) {
		var -= 2 * ga / s / (double)n * r->cov[it->slope * p + it->first + c];
		for (size_t d = 0; d < n; d++)
			var += r->cov[(it->first + c) * p + it->first + d] / (s * s) / (double)(n * n);
	}
	*se = sqrt(var);
	return -mean / s;
}

static void items_json(const struct analyse *a, const struct irt *r, json_t *result)
{
	double z = an_normal_critical(a->level);
	json_t *values = json_array(), *rows = json_array(), *steps = json_array();

	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_irt_item *it = r->items + j;
		double se, b = location(r, it, &se), s = r->par[it->slope];
		double slope_se = sqrt(r->cov[it->slope * r->parameters + it->slope]);

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_count(it->n), analyse_count(it->categories),
			analyse_real(s), analyse_real(slope_se), analyse_real(s - z * slope_se),
			analyse_real(s + z * slope_se), analyse_real(b), analyse_real(se), analyse_real(b - z * se),
			analyse_real(b + z * se)));
		for (size_t c = 0; c + 1 < it->categories; c++) {
			size_t at = it->first + c;

			b = difficulty(r, it->slope, at, &se);
			json_array_append_new(rows, json_sprintf("%s %g", a->items.name[j], it->value[c + 1]));
			json_array_append_new(steps,
			    json_pack("[o, o, o, o]", analyse_real(r->par[at]),
				analyse_real(sqrt(r->cov[at * r->parameters + at])), analyse_real(b),
				analyse_real(se)));
		}
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n categories slope slope_se slope_lo slope_hi difficulty se lo hi",
		values));
	json_object_set_new(result, "thresholds",
	    analyse_sheet(rows, "intercept intercept_se difficulty difficulty_se", steps));
}

static void fit_json(const struct analyse *a, const struct irt *r, json_t *result)
{
	json_t *values = json_array();

	for (size_t j = 0; r->has_fit && j < a->items.view.cols; j++) {
		const struct an_irt_fit *f = r->fit + j;

		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_real_if(f->has, f->s_x2), analyse_real_if(f->has, f->df),
			analyse_real_if(f->has, f->p), analyse_real_if(f->has, f->rmsea)));
	}
	if (r->has_fit) {
		json_object_set_new(result, "item_fit",
		    analyse_sheet(analyse_item_names(a), "s_x2 df p rmsea", values));
	} else {
		json_object_set_new(result, "item_fit", json_null());
		json_decref(values);
	}
}

static void information_json(const struct analyse *a, const struct irt *r, json_t *result)
{
	json_t *rows = json_array(), *values = json_array(), *cols = analyse_item_names(a);

	json_array_insert_new(cols, 0, json_string("(se)"));
	json_array_insert_new(cols, 0, json_string("(test)"));
	for (double theta = -THETA_MOST; theta <= THETA_MOST; theta += THETA_STEP) {
		json_t *row = json_array();
		double test = 0;

		for (size_t j = 0; j < a->items.view.cols; j++) {
			double info = an_irt_information(r->items + j, r->par, theta);

			test += info;
			json_array_append_new(row, analyse_real(info));
		}
		json_array_insert_new(row, 0, analyse_real_if(test > 0, 1 / sqrt(test)));
		json_array_insert_new(row, 0, analyse_real(test));
		json_array_append_new(rows, json_sprintf("%.1f", theta));
		json_array_append_new(values, row);
	}
	json_object_set_new(result, "information", analyse_table(rows, cols, values));
}

static void people_json(const struct analyse *a, const struct irt *r, json_t *result)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t i = 0; i < a->items.view.rows && i < analyse_whole(a, "people"); i++) {
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
		json_array_append_new(values,
		    json_pack("[o, o]", analyse_real_if(r->has[i], r->eap[i]), analyse_real_if(r->has[i], r->sd[i])));
	}
	json_object_set_new(result, "people", analyse_sheet(rows, "eap sd", values));
}

/* Whether slopes differ: the same model with one slope, by likelihood ratio. */
static int equal_slopes(struct analyse *a, const struct irt *r, json_t *result, struct err *e)
{
	struct an_work_mark mark = an_work_mark(a->work);
	struct an_irt_item *items = AN_WORK_ARRAY(a->work, struct an_irt_item, a->items.view.cols);
	double *par = AN_WORK_ARRAY(a->work, double, r->parameters);
	enum an_status status = AN_ENOMEM;
	struct an_irt_lr lr;
	struct an_irt one;
	size_t n;

	json_object_set_new(result, "equal_slopes", json_null());
	if (r->equal)
		return 0;
	if (items != NULL && par != NULL)
		status = an_irt_shape(a->items.view, true, a->work, items, &n);
	if (status == AN_OK)
		status = an_irt(a->items.view, items, n, a->work, &one, par, NULL);
	an_work_release(a->work, mark);
	if (status == AN_ENOMEM || status == AN_ESTOPPED)
		return analyse_status(status, "equal slopes", e);
	if (status != AN_OK)
		return 0;
	an_irt_compare(&one, &r->model, &lr);
	json_object_set_new(result, "equal_slopes",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "log_likelihood", analyse_real(one.loglik), "slope",
		analyse_real(par[0]), "lr", analyse_real(lr.lr), "df", analyse_real(lr.df), "p", analyse_real(lr.p),
		"aic", analyse_real(one.aic)));
	if (lr.p < 0.05)
		analyse_say(a,
		    N_("The items tell people apart to different degrees (p {1}), so that a plain number right loses "
		       "information."),
		    SAY_P(lr.p));
	else
		analyse_say(a,
		    N_("That the items tell people apart equally well cannot be ruled out (p {1}); the simpler Rasch model "
		       "may do."),
		    SAY_P(lr.p));
	return 0;
}

static void say(struct analyse *a, const struct irt *r)
{
	size_t best = 0, bad = 0, tested = 0;

	for (size_t j = 1; j < a->items.view.cols; j++)
		if (r->par[r->items[j].slope] > r->par[r->items[best].slope])
			best = j;
	analyse_say(a, N_("Estimated ability scores have a reliability of {1}, from {2} people and {3} items."),
	    SAY_NUM(r->reliability, 2), SAY_N(r->model.people), SAY_N(a->items.view.cols));
	if (!r->equal)
		analyse_say(a, N_("Item {1} tells people apart best (slope {2})."), SAY_TEXT(a->items.name[best]),
		    SAY_NUM(r->par[r->items[best].slope], 2));
	for (size_t j = 0; r->has_fit && j < a->items.view.cols; j++) {
		tested += r->fit[j].has;
		bad += r->fit[j].has && r->fit[j].p < 0.01;
	}
	if (tested > 0)
		analyse_check(a, bad == 0,
		    N_("The shares right at each score should be those that the model expects; at {1} of {2} items they are "
		       "not (S-X2, p below 0.01)."),
		    SAY_N(bad), SAY_N(tested));
	else
		analyse_check(a, -1, N_("The fit of single items cannot be told from these data."), SAY_END);
	for (size_t j = 0; !r->equal && j < a->items.view.cols; j++) {
		double slope = r->par[r->items[j].slope];

		if (slope < 0)
			analyse_warn(a,
			    N_("The better people are, the less often item {1} is answered high (slope {2}): its key may be "
			       "wrong, or it must be turned round with --reverse."),
			    SAY_TEXT(a->items.name[j]), SAY_NUM(slope, 2));
		else if (slope < WEAK_SLOPE)
			analyse_warn(a, N_("Item {1} hardly tells people apart (slope {2})."),
			    SAY_TEXT(a->items.name[j]), SAY_NUM(slope, 2));
	}
	if (r->model.people < FEW_PEOPLE)
		analyse_warn(a, N_("With {1} people slopes are only roughly known; two hundred are a usual minimum."),
		    SAY_N(r->model.people));
}

static int irt_run(struct analyse *a, json_t *result, struct err *e)
{
	struct irt r;

	memset(&r, 0, sizeof r);
	r.equal = strcmp(analyse_text(a, "slopes"), "equal") == 0;
	if (fit_model(a, &r, e) != 0)
		return -1;
	a->used = r.model.people;
	items_json(a, &r, result);
	fit_json(a, &r, result);
	information_json(a, &r, result);
	json_object_set_new(result, "log_likelihood", analyse_real(r.model.loglik));
	json_object_set_new(result, "aic", analyse_real(r.model.aic));
	json_object_set_new(result, "bic", analyse_real(r.model.bic));
	json_object_set_new(result, "parameters", analyse_count(r.parameters));
	json_object_set_new(result, "reliability", analyse_real(r.reliability));
	people_json(a, &r, result);
	json_object_set_new(result, "convergence", analyse_convergence(&r.model.fit));
	say(a, &r);
	return equal_slopes(a, &r, result, e);
}

const struct analyse_method analyse_irt = {
	.counts_values = true,
	.name = "irt",
	.title = N_("Item response model"),
	.family = FAMILY_TEST,
	.summary = N_(
	    "slope and difficulty of each item (2PL; graded responses where there are more than two answers), ability "
	    "of people, information of the test"),
	.reference =
	    "Birnbaum 1968; Samejima 1969; marginal maximum likelihood Bock & Aitkin 1981 over 61 points from -6 to 6; standard "
	    "errors from the observed information (Louis 1982); S-X2 Orlando & Thissen 2000; EAP Bock & Mislevy 1982; "
	    "conventions of mirt (slope without 1.7)",
	.missing_rule = N_("every answer counts; S-X2 from complete rows"),
	.not_shown =
	    N_("The model supposes one ability behind all items and that answers depend on nothing else; it does "
	       "not show that this ability is what the course set out to teach."),
	.r =
	    "library(mirt)\n"
	    "m <- mirt(x, {slopes|free=1|equal=paste0(\"F = 1-\", ncol(x), \"\\nCONSTRAIN = (1-\", ncol(x), \", a1)\")},\n"
	    "  SE = TRUE, SE.type = \"Louis\", TOL = 1e-6)\n"
	    "coef(m, printSE = TRUE)\n"
	    "coef(m, IRTpars = TRUE, simplify = TRUE)\n"
	    "itemfit(m)\n"
	    "fscores(m)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/items", .value = "slope", .lo = "slope_lo", .hi = "slope_hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_LEVEL,
	    { "slopes", OPT_CHOICE, "free", "free|equal", N_("a slope for each item, or one for all") }, OPT_PEOPLE },
	.output = { "items", "thresholds", "item_fit", "information", "log_likelihood", "aic", "bic", "parameters",
	    "reliability", "people", "equal_slopes", "convergence" },
	.run = irt_run,
};
