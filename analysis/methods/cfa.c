/* Confirmatory factor analysis. */
#include "analysis/methods/cfa_model.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/moments.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEAK 0.4 /* standardised loading below which an item says little about its factor */
#define SAME 0.85

struct cfa {
	struct analyse *a;
	struct cfa_model m;
	struct an_view view;
	double *cov, *cor, *implied; /* k x k; cov over n */
	struct an_cfa fit;
	size_t n;
};

/* The items of the model, and their covariances over complete rows. */
static int load(struct cfa *c, struct err *e)
{
	size_t k = c->m.model.items, rows = analyse_rows(c->a);
	double *data = AN_WORK_ARRAY(c->a->work, double, rows *k + 1);
	unsigned char *why = AN_WORK_ARRAY(c->a->work, unsigned char, rows *k + 1);
	struct an_pairs *p;
	enum an_status status;

	c->cov = AN_WORK_ARRAY(c->a->work, double, k *k);
	c->cor = AN_WORK_ARRAY(c->a->work, double, k *k);
	c->implied = AN_WORK_ARRAY(c->a->work, double, k *k);
	if (data == NULL || why == NULL || c->cov == NULL || c->cor == NULL || c->implied == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < k; j++) {
		struct an_work_mark mark = an_work_mark(c->a->work);
		struct analyse_variable x;

		if (analyse_variable_load(c->a, c->m.column[j], &x, e) != 0)
			return -1;
		for (size_t i = 0; i < rows; i++) {
			data[i * k + j] = x.data[i];
			why[i * k + j] = x.why[i];
		}
		an_work_release(c->a->work, mark);
	}
	c->view = (struct an_view){ data, why, rows, k, k };
	if (analyse_status(an_view_check(c->view, &c->a->missing), "items", e) != 0)
		return -1;
	p = an_pairs_new(k);
	if (p == NULL)
		return err_nomem(e);
	status = an_pairs_centre(p, c->view);
	if (status == AN_OK)
		status = an_pairs_add_view(p, c->view);
	c->a->used = c->n = an_pairs_used(p, AN_LISTWISE);
	if (status == AN_OK)
		status = an_pairs_cov(p, AN_LISTWISE, c->cov);
	an_pairs_free(p);
	if (status == AN_OK)
		status = an_cov_to_cor(c->cov, k, c->cor);
	for (size_t i = 0; status == AN_OK && i < k * k; i++)
		c->cov[i] *= (double)(c->n - 1) / (double)c->n;
	return analyse_status(status, "items", e);
}

static int fit(struct cfa *c, struct err *e)
{
	size_t k = c->m.model.items, known = k * (k + 1) / 2, free = 0;
	enum an_status status = an_cfa(c->cov, c->n, &c->m.model, c->a->work, c->implied, &c->fit);

	for (size_t t = 0; t < c->m.model.terms; t++)
		free += c->m.model.term[t].free;
	if (status == AN_ETOOFEW && free > known)
		return err_set(e, ERR_INPUT, "model",
		    "The model asks for more than these items can tell. Give a factor at least three items, or two where "
		    "it may covary with others.",
		    (char *)NULL);
	if (status == AN_ENOCONVERGE && c->fit.fit.converged && !c->fit.identified)
		return err_set(e, ERR_INPUT, "model",
		    "These data do not determine every part of the model, so that there is no figure to show. Often a "
		    "factor has two items and covaries with no other factor, or two statements say the same.",
		    (char *)NULL);
	return analyse_status(status, "cfa", e);
}

static json_t *term_row(const struct cfa *c, const struct an_cfa_term *t, bool std)
{
	double est = std ? t->std : t->est, se = std ? t->std_se : t->se;
	double z = an_normal_critical(c->a->level);
	bool has = !std || t->has_std, moves = has && se > 0;
	const char *lhs, *op, *rhs;

	cfa_term_names(&c->m, t, &lhs, &op, &rhs);
	return json_pack("[s, s, s, o, o, o, o, o, o]", lhs, op, rhs, analyse_real_if(has, est),
	    analyse_real_if(has, has ? se : 0), analyse_real_if(moves, moves ? est / se : 0),
	    analyse_real_if(moves, moves ? erfc(fabs(est / se) / M_SQRT2) : 0), analyse_real_if(has, est - z * se),
	    analyse_real_if(has, est + z * se));
}

static json_t *term_name(const struct cfa_model *m, const struct an_cfa_term *t)
{
	const char *lhs, *op, *rhs;

	cfa_term_names(m, t, &lhs, &op, &rhs);
	return json_sprintf("%s %s %s", lhs, op, rhs);
}

static json_t *terms_json(const struct cfa *c, bool std)
{
	json_t *rows = json_array(), *values = json_array();

	for (size_t t = 0; t < c->m.model.terms; t++) {
		json_array_append_new(rows, term_name(&c->m, c->m.model.term + t));
		json_array_append_new(values, term_row(c, c->m.model.term + t, std));
	}
	return analyse_sheet(rows, "lhs op rhs estimate se z p lo hi", values);
}

static json_t *fit_json(const struct an_cfa *f)
{
	bool has = f->df > 0;

	return json_pack(
	    "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n",
	    analyse_count(f->n), "parameters", analyse_count(f->free), "chi2", analyse_real(f->chisq), "df",
	    analyse_real(f->df), "p", analyse_real_if(has, f->p), "baseline_chi2", analyse_real(f->base_chisq),
	    "baseline_df", analyse_real(f->base_df), "baseline_p", analyse_real(f->base_p), "cfi", analyse_real(f->cfi),
	    "tli", analyse_real(f->tli), "rmsea", analyse_real(f->rmsea), "rmsea_lo",
	    analyse_real(f->rmsea_interval.lo), "rmsea_hi", analyse_real(f->rmsea_interval.hi), "rmsea_p_close",
	    analyse_real_if(has, f->rmsea_p_close), "srmr", analyse_real(f->srmr), "log_likelihood",
	    analyse_real(f->logl), "log_likelihood_unrestricted", analyse_real(f->logl_most), "aic",
	    analyse_real(f->aic), "bic", analyse_real(f->bic), "bic_adjusted", analyse_real(f->bic_adjusted));
}

/* Correlations of the data less those of the model. */
static json_t *residuals_json(struct cfa *c)
{
	size_t k = c->m.model.items;
	double *r = AN_WORK_ARRAY(c->a->work, double, k *k);

	if (r == NULL || an_cov_to_cor(c->implied, k, r) != AN_OK)
		return json_null();
	for (size_t i = 0; i < k * k; i++)
		r[i] = i / k == i % k ? 0 : c->cor[i] - r[i];
	return analyse_matrix(r, k, analyse_names(c->m.item, k));
}

static bool in_model(const struct an_cfa_model *m, const struct an_cfa_term *x)
{
	for (size_t t = 0; t < m->terms; t++) {
		const struct an_cfa_term *y = m->term + t;

		if (y->kind == x->kind && y->free &&
		    ((y->i == x->i && y->j == x->j) || (x->kind != AN_CFA_LOADING && y->i == x->j && y->j == x->i)))
			return true;
		/* the loading of 1 that gives a factor its scale is no candidate */
		if (x->kind == AN_CFA_LOADING && y->kind == AN_CFA_LOADING && y->i == x->i && y->j == x->j)
			return true;
	}
	return false;
}

static size_t candidates(const struct an_cfa_model *m, struct an_cfa_change *change)
{
	size_t n = 0, k = m->items, f = m->factors;

	for (size_t i = 0; i < f; i++)
		for (size_t j = 0; j < k; j++) {
			struct an_cfa_term t = { .kind = AN_CFA_LOADING, .i = i, .j = j };

			if (!in_model(m, &t))
				change[n++].term = t;
		}
	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++) {
			struct an_cfa_term t = { .kind = AN_CFA_RESIDUAL, .i = i, .j = j };

			if (!in_model(m, &t))
				change[n++].term = t;
		}
	for (size_t i = 0; i < f; i++)
		for (size_t j = i + 1; j < f; j++) {
			struct an_cfa_term t = { .kind = AN_CFA_FACTOR, .i = i, .j = j };

			if (!in_model(m, &t))
				change[n++].term = t;
		}
	return n;
}

static int greatest_first(const void *a, const void *b)
{
	const struct an_cfa_change *x = a, *y = b;
	double p = x->has ? x->mi : -1, q = y->has ? y->mi : -1;

	return (p < q) - (p > q);
}

static int changes_json(struct cfa *c, json_t *result, struct err *e)
{
	struct an_cfa_model *m = &c->m.model;
	size_t most = analyse_whole(c->a, "modification"), n, k = m->items, f = m->factors;
	struct an_cfa_change *change =
	    AN_WORK_ARRAY(c->a->work, struct an_cfa_change, k * f + k * (k - 1) / 2 + f * (f - 1) / 2 + 1);
	json_t *rows = json_array(), *values = json_array();
	enum an_status status = AN_OK;

	if (change == NULL) {
		json_decref(rows);
		json_decref(values);
		return err_nomem(e);
	}
	n = candidates(m, change);
	if (c->fit.df > 0 && most > 0)
		status = an_cfa_changes(c->cov, c->n, m, c->a->work, change, n);
	else
		n = 0;
	qsort(change, n, sizeof *change, greatest_first);
	for (size_t i = 0; status == AN_OK && i < n && i < most && change[i].has; i++) {
		const char *lhs, *op, *rhs;

		cfa_term_names(&c->m, &change[i].term, &lhs, &op, &rhs);
		json_array_append_new(rows, term_name(&c->m, &change[i].term));
		json_array_append_new(values,
		    json_pack("[s, s, s, o, o, o]", lhs, op, rhs, analyse_real(change[i].mi),
			analyse_real(change[i].epc), analyse_real_if(change[i].has_std, change[i].epc_std)));
	}
	json_object_set_new(result, "modification", analyse_sheet(rows, "lhs op rhs mi epc epc_std", values));
	return analyse_status(status, "modification", e);
}

static json_t *factors_json(const struct cfa *c, const struct an_cfa_factor *f)
{
	json_t *values = json_array();

	for (size_t i = 0; i < c->m.model.factors; i++)
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count(f[i].items), analyse_real_if(f[i].has, f[i].reliability),
			analyse_real_if(f[i].has, f[i].std_reliability), analyse_real_if(f[i].has, f[i].ave)));
	return analyse_sheet(analyse_names((const char *const *)c->m.factor, c->m.model.factors),
	    "items omega composite_reliability ave", values);
}

static json_t *between_json(const struct cfa *c, const double *x)
{
	size_t m = c->m.model.factors;
	json_t *values = json_array(), *names = analyse_names((const char *const *)c->m.factor, m);

	for (size_t i = 0; i < m; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < m; j++)
			json_array_append_new(row, analyse_real_if(x[i * m + j] >= -1, x[i * m + j]));
		json_array_append_new(values, row);
	}
	return analyse_table(names, json_copy(names), values);
}

static void say_fit(struct analyse *a, const struct an_cfa *f)
{
	if (!(f->df > 0)) {
		analyse_say(a,
		    N_("The model has as many unknowns as the items can tell, so that it fits by necessity: its fit shows "
		       "nothing."),
		    SAY_END);
		return;
	}
	analyse_say(a,
	    N_("From {1} people: CFI {2}, TLI {3}, RMSEA {4} (90 % interval {5} to {6}), SRMR {7}, chi-square {8} on {9} "
	       "degrees of freedom."),
	    SAY_N(f->n), SAY_NUM(f->cfi, 3), SAY_NUM(f->tli, 3), SAY_NUM(f->rmsea, 3), SAY_NUM(f->rmsea_interval.lo, 3),
	    SAY_NUM(f->rmsea_interval.hi, 3), SAY_NUM(f->srmr, 3), SAY_NUM(f->chisq, 1), SAY_NUM(f->df, 0));
	if (f->cfi >= 0.95 && f->rmsea <= 0.06 && f->srmr <= 0.08)
		analyse_say(a, N_("The items go together as the model says."), SAY_END);
	else if (f->cfi >= 0.90 && f->rmsea_interval.lo <= 0.08 && f->srmr <= 0.10)
		analyse_say(a,
		    N_("The items go together roughly as the model says; the residual correlations and the suggested "
		       "changes show where they do not."),
		    SAY_END);
	else
		analyse_say(a,
		    N_("The items do not go together as the model says: scores that follow it should not be reported "
		       "before it is mended."),
		    SAY_END);
}

/* Normality of each item, by the bounds of West, Finch & Curran (1995). */
static void check_normal(struct cfa *c)
{
	double *x = AN_WORK_ARRAY(c->a->work, double, c->n + 1), skew = 0, kurtosis = 0;
	size_t k = c->m.model.items;

	for (size_t j = 0; x != NULL && j < k; j++) {
		struct an_central m;
		size_t n = 0;

		for (size_t i = 0; i < c->view.rows; i++)
			if (an_view_present(c->view, i) == k)
				x[n++] = an_view_at(c->view, i, j);
		an_central_of(x, n, &m);
		if (!(m.m2 > 0))
			continue;
		skew = fmax(skew, fabs(m.m3 / (double)n / pow(m.m2 / (double)n, 1.5)));
		kurtosis = fmax(kurtosis, fabs(m.m4 / (double)n / pow(m.m2 / (double)n, 2) - 3));
	}
	if (x != NULL)
		analyse_check(c->a, skew < 2 && kurtosis < 7,
		    N_("The method takes for granted that answers are roughly normally distributed. The largest skewness "
		       "is {1} (it should be below 2), the largest excess kurtosis {2} (below 7)."),
		    SAY_NUM(skew, 2), SAY_NUM(kurtosis, 2));
	analyse_check(c->a, c->n >= 5 * c->fit.free,
	    N_("{1} people for {2} quantities that the model estimates; there should be at least five for each."),
	    SAY_N(c->n), SAY_N(c->fit.free));
}

static void warn_terms(struct cfa *c)
{
	const struct an_cfa_model *m = &c->m.model;
	struct analyse *a = c->a;

	if (c->fit.negative > 0)
		analyse_warn(a,
		    N_("{1} variances came out negative, which cannot be. Often the sample is small, an item nearly "
		       "repeats another, or the model is wrong; do not report it as it is."),
		    SAY_N(c->fit.negative));
	if (c->fit.odd)
		analyse_warn(a,
		    N_("Two factors correlate more than 1, which cannot be: they are not two. Put them together."),
		    SAY_END);
	for (size_t t = 0; t < m->terms; t++) {
		const struct an_cfa_term *x = m->term + t;

		if (!x->has_std)
			continue;
		if (x->kind == AN_CFA_LOADING && fabs(x->std) < WEAK)
			analyse_warn(a, N_("Item {1} says little about {2}: its standardised loading is {3}."),
			    SAY_TEXT(c->m.item[x->j]), SAY_TEXT(c->m.factor[x->i]), SAY_NUM(x->std, 2));
		if (x->kind == AN_CFA_FACTOR && x->i != x->j && fabs(x->std) > SAME && fabs(x->std) <= 1)
			analyse_warn(a, N_("{1} and {2} can hardly be told apart: they correlate {3}."),
			    SAY_TEXT(c->m.factor[x->i]), SAY_TEXT(c->m.factor[x->j]), SAY_NUM(x->std, 2));
	}
}

static int factors(struct cfa *c, json_t *result, struct err *e)
{
	size_t m = c->m.model.factors;
	struct an_cfa_factor *f = AN_WORK_ARRAY(c->a->work, struct an_cfa_factor, m);
	double *r = AN_WORK_ARRAY(c->a->work, double, m *m);

	if (f == NULL || r == NULL)
		return err_nomem(e);
	an_cfa_factors(&c->m.model, c->implied, f);
	json_object_set_new(result, "factors", factors_json(c, f));
	for (size_t t = 0; t < c->m.model.terms; t++) {
		const struct an_cfa_term *x = c->m.model.term + t;

		if (x->kind == AN_CFA_FACTOR)
			r[x->i * m + x->j] = r[x->j * m + x->i] = x->has_std ? x->std : -2;
	}
	json_object_set_new(result, "factor_correlations", between_json(c, r));
	an_cfa_htmt(&c->m.model, c->cor, r);
	for (size_t i = 0; i < m * m; i++)
		r[i] = r[i] < 0 ? -2 : r[i];
	json_object_set_new(result, "htmt", between_json(c, r));
	for (size_t i = 0; i < m; i++)
		if (f[i].has && f[i].items > 1)
			analyse_say(c->a,
			    N_("The items of {1} measure it with a reliability of {2}; it explains {3} of what they "
			       "vary."),
			    SAY_TEXT(c->m.factor[i]), SAY_NUM(f[i].reliability, 2), SAY_PCT(f[i].ave));
	return 0;
}

static int cfa_run(struct analyse *a, json_t *result, struct err *e)
{
	bool unit = strcmp(analyse_text(a, "identification"), "unit") == 0;
	bool orthogonal = strcmp(analyse_text(a, "factors"), "orthogonal") == 0;
	struct cfa *c = AN_WORK_ARRAY(a->work, struct cfa, 1);

	if (c == NULL)
		return err_nomem(e);
	c->a = a;
	if (cfa_model_read(a, unit, orthogonal, &c->m, e) != 0 || load(c, e) != 0 || fit(c, e) != 0)
		return -1;
	say_fit(a, &c->fit);
	json_object_set_new(result, "fit", fit_json(&c->fit));
	json_object_set_new(result, "parameters", terms_json(c, false));
	json_object_set_new(result, "standardized", terms_json(c, true));
	if (factors(c, result, e) != 0)
		return -1;
	json_object_set_new(result, "residual_correlations", residuals_json(c));
	if (changes_json(c, result, e) != 0)
		return -1;
	json_object_set_new(result, "convergence", analyse_convergence(&c->fit.fit));
	check_normal(c);
	warn_terms(c);
	return 0;
}

const struct analyse_method analyse_cfa = {
	.name = "cfa",
	.title = N_("Confirmatory factor analysis"),
	.family = FAMILY_FACTOR,
	.not_shown =
	    N_("A model that fits is one of many that could fit as well; it does not show that the factors exist, "
	       "nor what they should be called."),
	.r = "library(lavaan)\n"
	     "model <- gsub(\",\", \"+\", gsub(\"(^|;)([^:=~;]*):\", \"\\\\1\\\\2=~\", {model}))\n"
	     "f <- cfa(model, data = d, std.lv = {identification|unit=TRUE|marker=FALSE},\n"
	     "  orthogonal = {factors|orthogonal=TRUE|correlated=FALSE})\n"
	     "fitMeasures(f)\n"
	     "parameterEstimates(f, level = {level})\n"
	     "standardizedSolution(f, level = {level})\n"
	     "residuals(f, type = \"cor.bollen\")$cov\n"
	     "modindices(f, sort. = TRUE)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/standardized", .value = "estimate", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("whether items measure the factors that they were made for: loadings, fit, reliability of each factor"),
	.reference =
	    "Joreskog 1969; conventions of lavaan (likelihood normal, expected information); RMSEA Steiger & Lind "
	    "1980; CFI Bentler 1990; TLI Tucker & Lewis 1973; SRMR Bentler 1995; modification indices Sorbom "
	    "1989; omega Raykov 1997; ave Fornell & Larcker 1981; htmt Henseler, Ringle & Sarstedt 2015",
	.missing_rule = N_("complete rows of the items in the model"),
	.options = { { "model", OPT_TEXT, "", NULL,
			 N_("factors with their items, parted by ;, such as visual: x1,x2,x3; textual: x4,x5,x6; also x1 ~~ x2 "
			    "for items that share more than the factor; lavaan's =~ and + are understood"),
			 .names = true },
	    { "identification", OPT_CHOICE, "marker", "marker|unit",
		N_("marker: the first item of a factor has loading 1; unit: each factor has variance 1") },
	    { "factors", OPT_CHOICE, "correlated", "correlated|orthogonal", N_("whether factors may correlate") },
	    { "modification", OPT_WHOLE, "10", NULL, N_("how many suggested changes to list, the greatest first") },
	    OPT_NA, OPT_LEVEL },
	.output = { "fit", "parameters", "standardized", "factors", "factor_correlations", "htmt",
	    "residual_correlations", "modification", "convergence" },
	.run = cfa_run,
};
