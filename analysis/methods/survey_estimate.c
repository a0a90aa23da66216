/* Estimates from a weighted sample: means, totals, shares, ratios, quantiles. */
#include "analysis/methods/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN_LEAST 30
#define SURVEY_MISSING                                                                                                 \
	N_("answers that are missing are left out, their units stay in the design; weights and strata must be complete")
#define SURVEY_REFERENCE                                                                                               \
	"Taylor linearisation with primary units within strata, Binder 1983; Sarndal, Swensson & Wretman 1992; "       \
	"calibrated weights by residuals, Deville & Sarndal 1992; conventions of R's survey (Lumley 2010)"
#define SURVEY_NOT_SHOWN                                                                                               \
	N_("Weights repair known differences between the sample and its population. They cannot repair a difference "  \
	   "that no weighting column carries, such as the satisfied answering more often.")

/* Rows of a table: the items, or one item in each group of --by. */
struct domains {
	struct analyse_groups groups;
	bool grouped;
	size_t count;
	bool *in, *of; /* rows that count; rows of the domain, answered or not */
};

static int domains_begin(const struct analyse *a, struct domains *out, size_t columns, struct err *e)
{
	memset(out, 0, sizeof *out);
	out->grouped = analyse_given(a, "by");
	out->count = columns;
	out->in = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	out->of = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	if (out->in == NULL || out->of == NULL)
		return err_nomem(e);
	if (!out->grouped)
		return 0;
	if (columns != 1)
		return err_set(e, ERR_INPUT, "items", "Here --{1} must name exactly one column.", "items",
		    (char *)NULL);
	if (analyse_groups_load(a, &out->groups, e) != 0)
		return -1;
	out->count = out->groups.count;
	return 0;
}

/* The view and rows of domain i; degrees of freedom of its units. */
static size_t domain(const struct analyse *a, struct domains *x, size_t i, const struct survey *s, struct an_view *v)
{
	*v = an_view_item(a->items.view, x->grouped ? 0 : i);
	survey_domain(a, x->grouped ? &x->groups : NULL, i, *v, x->in);
	for (size_t r = 0; r < analyse_rows(a); r++)
		x->of[r] = !x->grouped || x->groups.of[r] == i;
	return an_design_df(&s->design, x->of, a->work);
}

static const char *domain_name(const struct analyse *a, const struct domains *x, size_t i)
{
	return x->grouped ? x->groups.label[i] : a->items.name[i];
}

static json_t *domain_names(const struct analyse *a, const struct domains *x)
{
	return x->grouped ? analyse_names(x->groups.label, x->groups.count) : analyse_item_names(a);
}

/* One column of a view as plain values; those that are missing are never looked at. */
static double *values_of(const struct analyse *a, struct an_view v)
{
	double *x = AN_WORK_ARRAY(a->work, double, v.rows);

	for (size_t i = 0; x != NULL && i < v.rows; i++)
		x[i] = an_view_has(v, i, 0) ? an_view_at(v, i, 0) : 0;
	return x;
}

static json_t *estimate_row(const struct an_estimate *x, bool ok, size_t df, double level)
{
	struct an_interval ci;
	bool has = ok && an_survey_interval(x->value, x->se, df, level, &ci) == AN_OK;

	return json_pack("[o, o, o, o, o, o]", analyse_count(x->used), analyse_real_if(ok, x->value),
	    analyse_real_if(ok, x->se), analyse_real_if(has, ci.lo), analyse_real_if(has, ci.hi),
	    analyse_real_if(ok && x->has_deff, x->deff));
}

static void mean_words(struct analyse *a, const char *name, const struct an_estimate *m, size_t df)
{
	struct an_interval ci;

	if (an_survey_interval(m->value, m->se, df, a->level, &ci) != AN_OK)
		return;
	analyse_say(a,
	    N_("In the population the mean of {1} is estimated at {2} ({3} interval {4} to {5}), from {6} answers."),
	    SAY_TEXT(name), SAY_NUM(m->value, 2), SAY_PCT(a->level), SAY_NUM(ci.lo, 2), SAY_NUM(ci.hi, 2),
	    SAY_N(m->used));
}

static void small_domain(struct analyse *a, const char *name, size_t used)
{
	if (used < DOMAIN_LEAST)
		analyse_warn(a, N_("Only {2} answers stand behind {1}; its interval is rough."), SAY_TEXT(name),
		    SAY_N(used));
}

static int survey_mean_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *means = json_array(), *totals = json_array();
	struct survey s;
	struct domains x = { 0 };
	int rc = survey_begin(a, &s, e) == 0 ? domains_begin(a, &x, a->items.view.cols, e) : -1;

	for (size_t i = 0; rc == 0 && i < x.count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		struct an_estimate m = { 0 }, t = { 0 };
		struct an_view v;
		size_t df = domain(a, &x, i, &s, &v);
		double *value = values_of(a, v);
		enum an_status status = value == NULL ? AN_ENOMEM : an_survey_mean(&s.design, value, x.in, a->work, &m);

		if (status == AN_OK)
			status = an_survey_total(&s.design, value, x.in, a->work, &t);
		if (status != AN_OK && status != AN_ETOOFEW)
			rc = survey_status(status, domain_name(a, &x, i), e);
		json_array_append_new(means, estimate_row(&m, status == AN_OK, df, a->level));
		json_array_append_new(totals, estimate_row(&t, status == AN_OK, df, a->level));
		if (status == AN_OK && x.count <= 12)
			mean_words(a, domain_name(a, &x, i), &m, df);
		if (status == AN_OK)
			small_domain(a, domain_name(a, &x, i), m.used);
		a->used = !x.grouped ? (m.used > a->used ? m.used : a->used) : a->used + m.used;
		an_work_release(a->work, mark);
	}
	json_object_set_new(result, "means", analyse_sheet(domain_names(a, &x), "n mean se lo hi deff", means));
	json_object_set_new(result, "totals", analyse_sheet(domain_names(a, &x), "n total se lo hi deff", totals));
	if (rc == 0)
		survey_report(a, &s, result);
	analyse_groups_free(&x.groups);
	return rc;
}

const struct analyse_method analyse_survey_mean = {
	.name = "survey_mean",
	.title = N_("Weighted means and totals"),
	.family = FAMILY_WEIGHT,
	.summary = N_("means and totals of a population from a weighted sample, with design-based standard errors"),
	.reference = SURVEY_REFERENCE "; intervals by t on units less strata; design effect against simple random "
				      "sampling without replacement",
	.missing_rule = SURVEY_MISSING,
	.not_shown = SURVEY_NOT_SHOWN,
	.r = SURVEY_R_CALIBRATED "for (v in names(x)) print(if (is.null({by})) svymean(f(v), s, na.rm = TRUE, deff = "
				 "TRUE) else svyby(f(v), f({by}), s, svymean, na.rm = TRUE))\n"
				 "for (v in names(x)) print(svytotal(f(v), s, na.rm = TRUE))\n"
				 "degf(s)",
	.chart = { CHART_ESTIMATES, .table = "/result/means", .value = "mean", .lo = "lo", .hi = "hi" },
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVEL, OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION },
	.output = { "means", "totals", SURVEY_OUTPUT },
	.run = survey_mean_run,
};

/* One row of a table of shares: rows of the domain with the answer, against all of the domain. */
static int share_row(struct analyse *a, const struct survey *s, const double *hit, const bool *in, size_t df,
    const char *name, json_t *values, struct err *e)
{
	struct an_interval ci = { 0, 0 };
	struct an_estimate m = { 0 }, t = { 0 };
	enum an_status status = an_survey_mean(&s->design, hit, in, a->work, &m);
	bool ok = status == AN_OK, has;

	if (status != AN_OK && status != AN_ETOOFEW)
		return survey_status(status, name, e);
	ok = ok && an_survey_total(&s->design, hit, in, a->work, &t) == AN_OK;
	has = ok && an_survey_logit(m.value, m.se, df, a->level, &ci) == AN_OK;
	json_array_append_new(values,
	    json_pack("[o, o, o, o, o, o, o, o]", analyse_count(m.used), analyse_real_if(ok, m.value),
		analyse_real_if(ok, m.se), analyse_real_if(has, ci.lo), analyse_real_if(has, ci.hi),
		analyse_real_if(ok && m.has_deff, m.deff), analyse_real_if(ok, t.value), analyse_real_if(ok, t.se)));
	if (has)
		analyse_say(a, N_("{1}: {2} of the population ({3} interval {4} to {5}), estimated from {6} answers."),
		    SAY_TEXT(name), SAY_PCT(m.value), SAY_PCT(a->level), SAY_PCT(ci.lo), SAY_PCT(ci.hi), SAY_N(m.used));
	return 0;
}

static int shares_of(struct analyse *a, const struct survey *s, const struct analyse_groups *answer, size_t df,
    const bool *of, json_t **out, struct err *e)
{
	double *hit = AN_WORK_ARRAY(a->work, double, analyse_rows(a));
	bool *in = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	json_t *values = json_array();
	int rc = hit == NULL || in == NULL ? err_nomem(e) : 0;

	for (size_t l = 0; rc == 0 && l < answer->count; l++) {
		for (size_t i = 0; i < analyse_rows(a); i++) {
			in[i] = of[i] && answer->of[i] < answer->count;
			hit[i] = answer->of[i] == l;
		}
		rc = share_row(a, s, hit, in, df, answer->label[l], values, e);
	}
	*out =
	    analyse_sheet(analyse_names(answer->label, answer->count), "n share se lo hi deff total total_se", values);
	return rc;
}

static int survey_share_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_groups answer = { 0 };
	struct domains x = { 0 };
	struct survey s;
	size_t column;
	int rc = survey_begin(a, &s, e);

	if (rc == 0)
		rc = analyse_column_of(a, "answer", true, &column, e);
	if (rc == 0)
		rc = analyse_factor_load(a, column, &answer, e);
	if (rc == 0)
		rc = domains_begin(a, &x, 1, e);
	for (size_t g = 0; rc == 0 && g < x.count; g++) {
		json_t *table = NULL;

		for (size_t i = 0; i < analyse_rows(a); i++)
			x.of[i] = !x.grouped || x.groups.of[i] == g;
		rc = shares_of(a, &s, &answer, an_design_df(&s.design, x.of, a->work), x.of, &table, e);
		if (!x.grouped) {
			json_object_set_new(result, "shares", table);
		} else {
			if (g == 0)
				json_object_set_new(result, "by", json_object());
			json_object_set_new(json_object_get(result, "by"), x.groups.label[g], table);
		}
	}
	for (size_t i = 0; rc == 0 && i < analyse_rows(a); i++)
		a->used += answer.of[i] < answer.count && s.design.weight[i] > 0;
	a->missing.by[AN_SKIPPED] = answer.missing;
	if (json_object_get(result, "shares") == NULL)
		json_object_set_new(result, "shares", json_null());
	if (json_object_get(result, "by") == NULL)
		json_object_set_new(result, "by", json_null());
	if (rc == 0)
		survey_report(a, &s, result);
	analyse_groups_free(&answer);
	analyse_groups_free(&x.groups);
	return rc;
}

const struct analyse_method analyse_survey_share = {
	.name = "survey_share",
	.title = N_("Weighted shares"),
	.family = FAMILY_WEIGHT,
	.summary =
	    N_("share and number of people with each answer, from a weighted sample, with design-based intervals"),
	.reference = SURVEY_REFERENCE "; intervals on the logit scale as svyciprop(method = \"logit\")",
	.missing_rule = SURVEY_MISSING,
	.not_shown = SURVEY_NOT_SHOWN,
	.r = SURVEY_R_CALIBRATED
	"d2 <- s$variables; d2$y <- d2[[{answer}]]; s$variables <- d2\n"
	"for (v in sort(unique(na.omit(d2$y)))) print(svyciprop(bquote(~I(y == .(v))), s, method = "
	"\"logit\", level = {level}))",
	.chart = { CHART_ESTIMATES, .table = "/result/shares", .value = "share", .lo = "lo", .hi = "hi" },
	.options = { { "answer", OPT_COLUMN, "", NULL, N_("column whose answers are counted, numbers or texts"),
			 USE_TABLE },
	    OPT_NA, OPT_LEVELS, OPT_BY, OPT_LEVEL, OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION },
	.output = { "shares", "by", SURVEY_OUTPUT },
	.run = survey_share_run,
};

static int survey_ratio_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_variable x, y;
	struct an_estimate r = { 0 };
	struct survey s;
	size_t above, below;
	bool *in = AN_WORK_ARRAY(a->work, bool, analyse_rows(a));
	json_t *row;

	if (in == NULL)
		return err_nomem(e);
	if (survey_begin(a, &s, e) != 0 || analyse_column_of(a, "numerator", true, &above, e) != 0 ||
	    analyse_column_of(a, "denominator", true, &below, e) != 0 || analyse_variable_load(a, above, &x, e) != 0 ||
	    analyse_variable_load(a, below, &y, e) != 0)
		return -1;
	for (size_t i = 0; i < analyse_rows(a); i++) {
		in[i] = x.why[i] == AN_PRESENT && y.why[i] == AN_PRESENT;
		a->missing.by[AN_SKIPPED] += !in[i];
	}
	if (survey_status(an_survey_ratio(&s.design, x.data, y.data, in, a->work, &r), "denominator", e) != 0)
		return -1;
	a->used = r.used;
	row = estimate_row(&r, true, s.df, a->level);
	json_object_set_new(result, "ratio",
	    json_pack("{s:O, s:O, s:O, s:O, s:O}", "n", json_array_get(row, 0), "ratio", json_array_get(row, 1), "se",
		json_array_get(row, 2), "lo", json_array_get(row, 3), "hi", json_array_get(row, 4)));
	json_decref(row);
	analyse_say(a,
	    N_("In the population the total of {1} is estimated at {2} times that of {3} (standard error {4}), from "
	       "{5} people."),
	    SAY_TEXT(x.name), SAY_NUM(r.value, 3), SAY_TEXT(y.name), SAY_NUM(r.se, 3), SAY_N(r.used));
	survey_report(a, &s, result);
	return 0;
}

const struct analyse_method analyse_survey_ratio = {
	.name = "survey_ratio",
	.title = N_("Weighted ratio"),
	.family = FAMILY_WEIGHT,
	.summary = N_("ratio of two population totals from a weighted sample, with its design-based standard error"),
	.reference = SURVEY_REFERENCE "; svyratio",
	.missing_rule = N_("rows without one of the two are left out, their units stay in the design"),
	.not_shown = SURVEY_NOT_SHOWN,
	.r = SURVEY_R_CALIBRATED "r <- svyratio(f({numerator}), f({denominator}), s, na.rm = TRUE)\n"
				 "r\n"
				 "confint(r, level = {level}, df = degf(s))",
	.options = { { "numerator", OPT_COLUMN, "", NULL, N_("column of numbers above") },
	    { "denominator", OPT_COLUMN, "", NULL, N_("column of numbers below") }, OPT_NA, OPT_LEVEL, OPT_SAMPLE,
	    OPT_TARGETS, OPT_CALIBRATION },
	.output = { "ratio", SURVEY_OUTPUT },
	.run = survey_ratio_run,
};

static int quantile_rows(struct analyse *a, const struct survey *s, struct domains *x, size_t i, const double *p,
    size_t n, json_t *values, json_t *limits, struct err *e)
{
	struct an_work_mark mark = an_work_mark(a->work);
	struct an_view v;
	size_t df = domain(a, x, i, s, &v);
	double *value = values_of(a, v);
	json_t *row = json_array();
	int rc = value == NULL ? err_nomem(e) : 0;

	for (size_t j = 0; rc == 0 && j < n; j++) {
		struct an_survey_quantile q = { 0 };
		enum an_status status = an_survey_quantile(&s->design, value, x->in, p[j], a->level, df, a->work, &q);
		bool ok = status == AN_OK;

		if (status == AN_EDATA && !(p[j] > 0 && p[j] < 1))
			rc = err_set(e, ERR_INPUT, "p", "--{1} needs shares between 0 and 1.", "p", (char *)NULL);
		else if (status != AN_OK && status != AN_ETOOFEW)
			rc = survey_status(status, domain_name(a, x, i), e);
		json_array_append_new(row, analyse_real_if(ok, q.value));
		json_array_append_new(limits,
		    json_pack("[s, f, o, o, o, o]", domain_name(a, x, i), p[j], analyse_real_if(ok, q.value),
			analyse_real_if(ok && q.has_lo, q.lo), analyse_real_if(ok && q.has_hi, q.hi),
			analyse_real_if(ok && q.has_se, q.se)));
		a->used = q.used > a->used ? q.used : a->used;
		if (ok && q.has_se && p[j] == 0.5)
			analyse_say(a,
			    N_("At least half of the population is estimated to have {2} or less of {1} ({3} interval {4} to "
			       "{5})."),
			    SAY_TEXT(domain_name(a, x, i)), SAY_NUM(q.value, 2), SAY_PCT(a->level), SAY_NUM(q.lo, 2),
			    SAY_NUM(q.hi, 2));
	}
	json_array_append_new(values, row);
	an_work_release(a->work, mark);
	return rc;
}

static int survey_quantile_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values = json_array(), *limits = json_array(), *names = json_array(), *rows = json_array();
	struct domains x = { 0 };
	struct survey s;
	double *p = NULL;
	size_t n = 0;
	int rc = survey_begin(a, &s, e);

	if (rc == 0)
		rc = analyse_numbers(a, "p", &p, &n, e);
	if (rc == 0)
		rc = domains_begin(a, &x, a->items.view.cols, e);
	for (size_t i = 0; rc == 0 && i < x.count; i++)
		rc = quantile_rows(a, &s, &x, i, p, n, values, limits, e);
	for (size_t i = 0; i < n; i++) {
		char name[40];

		snprintf(name, sizeof name, "%.12g%%", p[i] * 100);
		json_array_append_new(names, json_string(name));
	}
	for (size_t i = 0; i < json_array_size(limits); i++)
		json_array_append_new(rows, json_sprintf("%zu", i + 1));
	json_object_set_new(result, "quantiles", analyse_table(domain_names(a, &x), names, values));
	json_object_set_new(result, "limits", analyse_sheet(rows, "of p value lo hi se", limits));
	if (rc == 0)
		survey_report(a, &s, result);
	free(p);
	analyse_groups_free(&x.groups);
	return rc;
}

const struct analyse_method analyse_survey_quantile = {
	.counts_values = true,
	.name = "survey_quantile",
	.title = N_("Weighted quantiles"),
	.family = FAMILY_WEIGHT,
	.summary = N_("median and other quantiles of a population from a weighted sample, with intervals"),
	.reference = "inverse of the weighted distribution function; intervals Woodruff 1952; as svyquantile with "
		     "qrule \"math\"; " SURVEY_REFERENCE,
	.missing_rule = SURVEY_MISSING,
	.not_shown = SURVEY_NOT_SHOWN,
	.r = SURVEY_R_CALIBRATED "for (v in names(x)) print(svyquantile(f(v), s, {p}, na.rm = "
				 "TRUE, alpha = 1 - {level}))",
	.options = { OPT_ITEMS, OPT_NA,
	    { "p", OPT_NUMBERS, "0.25,0.5,0.75", NULL, N_("shares below, between 0 and 1") }, OPT_BY, OPT_LEVEL,
	    OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION },
	.output = { "quantiles", "limits", SURVEY_OUTPUT },
	.run = survey_quantile_run,
};
