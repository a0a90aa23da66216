/* Analysis of variance by two factors, and of covariance. */
#include "analysis/methods/compare.h"
#include "analysis/stats/numeric/sum.h"
#include "analysis/stats/compare/terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MISSING_TERMS N_("rows without a value, a level of every factor and every covariate are left out")
#define LEVELS_MOST   50

/* A factor over the rows that are used: levels renumbered without those that nobody has. */
struct factor {
	const char *name, **label;
	size_t levels, *of; /* of: per row of the file; levels where the row is left out */
};

struct model {
	struct an_terms design;
	double *x, *y;
	size_t *row; /* of the file, for each row used */
	struct an_terms_fit fit;
	struct an_anova_term *term;
	unsigned within[AN_TERMS_MOST];
	size_t start[AN_TERMS_MOST + 1];
};

static int factor_load(struct analyse *a, size_t column, struct factor *out, struct err *e)
{
	struct analyse_groups g;
	size_t rows = analyse_rows(a);

	if (analyse_factor_load(a, column, &g, e) != 0)
		return -1;
	out->name = analyse_column_name(a, column);
	out->levels = g.count;
	out->label = AN_WORK_ARRAY(a->work, const char *, g.count);
	out->of = AN_WORK_ARRAY(a->work, size_t, rows);
	if (out->label != NULL && out->of != NULL) {
		memcpy(out->label, g.label, g.count * sizeof *out->label);
		memcpy(out->of, g.of, rows * sizeof *out->of);
	}
	analyse_groups_free(&g);
	return out->label != NULL && out->of != NULL ? 0 : err_nomem(e);
}

/* Takes out levels that no used row has. */
static int factor_trim(struct analyse *a, struct factor *f, const size_t *row, size_t rows, struct err *e)
{
	size_t *to = AN_WORK_ARRAY(a->work, size_t, f->levels), kept = 0;

	if (to == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		to[f->of[row[i]]] = 1;
	for (size_t l = 0; l < f->levels; l++)
		if (to[l] > 0) {
			f->label[kept] = f->label[l];
			to[l] = kept++;
		}
	for (size_t i = 0; i < rows; i++)
		f->of[row[i]] = to[f->of[row[i]]];
	f->levels = kept;
	if (kept < 2)
		return err_set(e, ERR_INPUT, f->name, "Column {1} has fewer than two groups with values.", f->name,
		    (char *)NULL);
	if (kept > LEVELS_MOST)
		return err_set(e, ERR_INPUT, f->name, "Column {1} has more than {2} levels, too many for this method.",
		    f->name, "50", (char *)NULL);
	return 0;
}

/* Rows that have the item, every factor and every covariate. */
static int choose_rows(struct analyse *a, const struct factor *f, size_t factors, const struct analyse_variable *v,
    size_t covariates, struct model *m, struct err *e)
{
	size_t n = 0, rows = analyse_rows(a);

	m->row = AN_WORK_ARRAY(a->work, size_t, rows);
	m->y = AN_WORK_ARRAY(a->work, double, rows);
	if (m->row == NULL || m->y == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++) {
		bool has = an_view_has(a->items.view, i, 0);

		for (size_t j = 0; j < factors; j++)
			has = has && f[j].of[i] < f[j].levels;
		for (size_t j = 0; j < covariates; j++)
			has = has && v[j].why[i] == AN_PRESENT;
		if (has) {
			m->row[n] = i;
			m->y[n++] = an_view_at(a->items.view, i, 0);
		}
	}
	a->used = n;
	m->design.rows = n;
	m->design.y = m->y;
	return 0;
}

static int make_room(struct analyse *a, struct model *m, struct err *e)
{
	struct an_terms *d = &m->design;

	d->start = m->start;
	d->within = m->within;
	d->cols = m->start[d->terms];
	m->x = AN_WORK_ARRAY(a->work, double, d->rows * d->cols);
	m->term = AN_WORK_ARRAY(a->work, struct an_anova_term, d->terms);
	d->x = m->x;
	return m->x != NULL && m->term != NULL ? 0 : err_nomem(e);
}

static json_t *terms_json(const struct model *m, const char *const *names)
{
	json_t *rows = analyse_names(names, m->design.terms), *values = json_array();

	for (size_t t = 0; t < m->design.terms; t++) {
		const struct an_anova_term *x = m->term + t;
		struct an_effect_anova f = { 0 };
		bool has = x->has_f && an_effect_of_f(x->f, x->df, m->fit.df, 0.95, &f) == AN_OK;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_real(x->df), analyse_real_if(x->has_f, x->ss),
			analyse_real_if(x->has_f, x->ms), analyse_real_if(x->has_f, x->f),
			analyse_real_if(x->has_f, x->p), analyse_real_if(has, f.eta2.value)));
	}
	json_array_append_new(rows, json_string("Residuals"));
	json_array_append_new(values,
	    json_pack("[o, o, o, n, n, n]", analyse_real(m->fit.df), analyse_real(m->fit.ss), analyse_real(m->fit.ms)));
	return analyse_sheet(rows, "df ss ms f p partial_eta2", values);
}

/* Means of one factor's levels over the rest of the model; row: as an_terms_mean takes it, 0 but for the
 * intercept, from: the factor's first column. */
static json_t *means_json(const struct analyse *a, const struct model *m, const struct factor *f, size_t from,
    double *row)
{
	json_t *values = json_array();

	memset(row, 0, m->design.cols * sizeof *row);
	row[0] = 1;
	for (size_t l = 0; l < f->levels; l++) {
		struct an_adjusted_mean x;
		bool has;

		an_terms_sum_code(l, f->levels, row + from);
		has = an_terms_mean(&m->fit, row, a->level, &x) == AN_OK;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_real_if(has, x.mean), analyse_real_if(has, x.se),
			analyse_real_if(has, m->fit.df), analyse_real_if(has, x.interval.lo),
			analyse_real_if(has, x.interval.hi)));
	}
	return analyse_sheet(analyse_names(f->label, f->levels), "mean se df lo hi", values);
}

static void check_residuals(struct analyse *a, const struct model *m, json_t *result)
{
	struct an_shapiro s;
	bool has;

	json_object_set_new(result, "shapiro", compare_shapiro(a, m->fit.residual, m->design.rows, &s, &has));
	if (has)
		analyse_check(a, s.p >= 0.05,
		    N_("What is left within the groups is close to normal (Shapiro-Wilk p {1}); with large groups a departure "
		       "matters little."),
		    SAY_P(s.p));
}

static void say_term(struct analyse *a, const char *name, const struct an_anova_term *t)
{
	if (!t->has_f)
		return;
	if (t->p < 1 - a->level)
		analyse_say(a, N_("The differences by {1} would seldom come from chance alone (p {2})."),
		    SAY_TEXT(name), SAY_P(t->p));
	else
		analyse_say(a, N_("The differences by {1} could well come from chance alone (p {2})."), SAY_TEXT(name),
		    SAY_P(t->p));
}

static void two_way_design(struct model *m, const struct factor *f)
{
	size_t a = f[0].levels - 1, b = f[1].levels - 1;

	for (size_t i = 0; i < m->design.rows; i++) {
		double *x = m->x + i * m->design.cols;

		x[0] = 1;
		an_terms_sum_code(f[0].of[m->row[i]], f[0].levels, x + 1);
		an_terms_sum_code(f[1].of[m->row[i]], f[1].levels, x + 1 + a);
		for (size_t j = 0; j < a; j++)
			for (size_t k = 0; k < b && m->design.terms == 3; k++)
				x[1 + a + b + j * b + k] = x[1 + j] * x[1 + a + k];
	}
}

static json_t *cells_json(struct analyse *a, const struct model *m, const struct factor *f, size_t *empty)
{
	json_t *rows = json_array(), *values = json_array();
	double *y = AN_WORK_ARRAY(a->work, double, m->design.rows);

	for (size_t j = 0; y != NULL && j < f[0].levels; j++)
		for (size_t k = 0; k < f[1].levels; k++) {
			struct an_group g;
			size_t n = 0;

			for (size_t i = 0; i < m->design.rows; i++)
				if (f[0].of[m->row[i]] == j && f[1].of[m->row[i]] == k)
					y[n++] = m->y[i];
			g = an_group_of(y, n);
			*empty += n == 0;
			json_array_append_new(rows, json_sprintf("%s:%s", f[0].label[j], f[1].label[k]));
			json_array_append_new(values,
			    json_pack("[o, o, o]", analyse_count(n), analyse_real_if(n > 0, g.mean),
				analyse_real_if(n > 1, n > 1 ? sqrt(an_group_variance(&g)) : 0)));
		}
	return analyse_sheet(rows, "n mean sd", values);
}

static int two_factors(struct analyse *a, struct factor *f, struct err *e)
{
	size_t *column = NULL, n = 0;
	int rc;

	if (!analyse_given(a, "factors"))
		return err_set(e, ERR_INPUT, "factors", "--{1} must name two columns.", "factors", (char *)NULL);
	rc = analyse_columns(a->frame, analyse_text(a, "factors"), "factors", &column, &n, e);
	if (rc == 0 && n != 2)
		rc = err_set(e, ERR_INPUT, "factors", "--{1} must name two columns.", "factors", (char *)NULL);
	for (size_t i = 0; rc == 0 && i < 2; i++)
		rc = factor_load(a, column[i], f + i, e);
	free(column);
	return rc;
}

static int anova2_run(struct analyse *a, json_t *result, struct err *e)
{
	bool interaction = strcmp(analyse_text(a, "interaction"), "no") != 0;
	int type = analyse_text(a, "type")[0] - '0';
	struct model m = { .within = { 4, 4, 0 } };
	struct factor f[2];
	const char *names[3];
	size_t empty = 0;
	double *row;

	if (analyse_one_item(a, e) != 0 || two_factors(a, f, e) != 0 || choose_rows(a, f, 2, NULL, 0, &m, e) != 0 ||
	    factor_trim(a, f, m.row, m.design.rows, e) != 0 || factor_trim(a, f + 1, m.row, m.design.rows, e) != 0)
		return -1;
	m.design.terms = interaction ? 3 : 2;
	m.start[0] = 1;
	m.start[1] = m.start[0] + f[0].levels - 1;
	m.start[2] = m.start[1] + f[1].levels - 1;
	m.start[3] = m.start[2] + (f[0].levels - 1) * (f[1].levels - 1);
	if (make_room(a, &m, e) != 0)
		return -1;
	two_way_design(&m, f);
	row = AN_WORK_ARRAY(a->work, double, m.design.cols);
	if (row == NULL)
		return err_nomem(e);
	if (analyse_status(an_terms_fit(&m.design, a->work, &m.fit), "two-way analysis", e) != 0 ||
	    analyse_status(an_terms_anova(&m.design, &m.fit, type, a->work, m.term), "two-way analysis", e) != 0)
		return -1;
	names[0] = f[0].name;
	names[1] = f[1].name;
	json_object_set_new(result, "interaction", json_sprintf("%s:%s", f[0].name, f[1].name));
	names[2] = json_string_value(json_object_get(result, "interaction"));
	json_object_set_new(result, "type", json_integer(type));
	json_object_set_new(result, "anova", terms_json(&m, names));
	json_object_set_new(result, "means",
	    json_pack("{s:o, s:o}", f[0].name, means_json(a, &m, f, m.start[0], row), f[1].name,
		means_json(a, &m, f + 1, m.start[1], row)));
	json_object_set_new(result, "cells", cells_json(a, &m, f, &empty));
	check_residuals(a, &m, result);
	for (size_t t = 0; t < m.design.terms; t++)
		say_term(a, names[t], m.term + t);
	if (interaction && m.term[2].has_f && m.term[2].p < 1 - a->level)
		analyse_warn(a,
		    N_("What {1} does depends on {2}, so that neither can be read by itself: look at the means of the cells."),
		    SAY_TEXT(f[0].name), SAY_TEXT(f[1].name));
	if (empty > 0)
		analyse_warn(a,
		    N_("{1} combinations of levels have no values; what is said of them rests on the model alone."),
		    SAY_N(empty));
	return 0;
}

const struct analyse_method analyse_anova2 = {
	.name = "anova2",
	.title = N_("Two-way analysis of variance"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("The analysis does not show that a factor is the cause, unless it was set by lot."),
	.r = "options(contrasts = c(\"contr.sum\", \"contr.poly\"))\n"
	     "f <- {factors}\nu <- data.frame(y = x[[1]], A = factor(d[[f[1]]]), B = factor(d[[f[2]]]))\n"
	     "m <- lm(y ~ A {interaction|yes=*|no=+} B, u)\n"
	     "{type|1=stats::anova(m)|2=car::Anova(m)|3=car::Anova(m, type = 3)}\n"
	     "emmeans::emmeans(m, \"A\", level = {level})\nemmeans::emmeans(m, \"B\", level = {level})\n",
	.summary =
	    N_("do two factors, and the two together, make a difference? Analysis of variance with marginal means"),
	.reference =
	    "Yates 1934; sums of squares of type 1 (in order), 2 (as car::Anova) or 3; means over equal weights of the "
	    "other factor's levels, as emmeans",
	.missing_rule = MISSING_TERMS,
	.options = { OPT_ITEMS, OPT_NA,
	    { "factors", OPT_COLUMNS, "", NULL, N_("the two columns of the factors, in order"), USE_GROUP }, OPT_LEVELS,
	    { "type", OPT_CHOICE, "2", "1|2|3", N_("type of the sums of squares") },
	    { "interaction", OPT_CHOICE, "yes", "yes|no", N_("whether what one factor does may depend on the other") },
	    OPT_LEVEL },
	.output = { "type", "interaction", "anova", "means", "cells", "shapiro" },
	.run = anova2_run,
};

/* Do the slopes of the covariates differ between groups?  The model with their products against the one
 * without; false where that cannot be asked. */
static bool slopes_differ(struct analyse *a, const struct model *m, const struct factor *f, size_t covariates,
    double *p)
{
	struct model wide = { .within = { 0 } };
	struct an_work_mark mark = an_work_mark(a->work);
	size_t codes = f->levels - 1, from = m->design.cols;
	struct err quiet = { 0 };
	bool has = false;

	wide.design = m->design;
	wide.design.terms = 2;
	wide.start[0] = 1;
	wide.start[1] = from;
	wide.start[2] = from + codes * covariates;
	if (make_room(a, &wide, &quiet) == 0) {
		for (size_t i = 0; i < m->design.rows; i++) {
			const double *x = m->x + i * from;
			double *to = wide.x + i * wide.design.cols;

			memcpy(to, x, from * sizeof *to);
			for (size_t j = 0; j < covariates; j++)
				for (size_t k = 0; k < codes; k++)
					to[from + j * codes + k] = x[1 + j] * x[1 + covariates + k];
		}
		if (an_terms_fit(&wide.design, a->work, &wide.fit) == AN_OK &&
		    an_terms_anova(&wide.design, &wide.fit, 1, a->work, wide.term) == AN_OK) {
			has = wide.term[1].has_f;
			*p = wide.term[1].p;
		}
	}
	an_work_release(a->work, mark);
	return has;
}

static int covariates_load(struct analyse *a, struct analyse_variable *v, size_t *n, struct err *e)
{
	size_t *column = NULL;
	int rc;

	if (!analyse_given(a, "covariates"))
		return err_set(e, ERR_INPUT, "covariates", "--{1} must name a column.", "covariates", (char *)NULL);
	rc = analyse_columns(a->frame, analyse_text(a, "covariates"), "covariates", &column, n, e);
	if (rc == 0 && *n > AN_TERMS_MOST - 1)
		rc = err_set(e, ERR_INPUT, "covariates", "--{1} may name at most {2} columns.", "covariates", "15",
		    (char *)NULL);
	for (size_t j = 0; rc == 0 && j < *n; j++)
		rc = analyse_variable_load(a, column[j], v + j, e);
	free(column);
	return rc;
}

/* Covariates about their means, so that the intercept stands for the groups at those. */
static int ancova_design(struct analyse *a, struct model *m, const struct factor *f, const struct analyse_variable *v,
    size_t covariates, json_t *means, struct err *e)
{
	double *one = AN_WORK_ARRAY(a->work, double, m->design.rows);

	if (one == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < covariates; j++) {
		double mean;

		for (size_t i = 0; i < m->design.rows; i++)
			one[i] = v[j].data[m->row[i]];
		mean = an_mean(one, m->design.rows);
		json_object_set_new(means, v[j].name, analyse_real(mean));
		for (size_t i = 0; i < m->design.rows; i++)
			m->x[i * m->design.cols + 1 + j] = one[i] - mean;
	}
	for (size_t i = 0; i < m->design.rows; i++) {
		m->x[i * m->design.cols] = 1;
		an_terms_sum_code(f->of[m->row[i]], f->levels, m->x + i * m->design.cols + 1 + covariates);
	}
	return 0;
}

static int ancova_run(struct analyse *a, json_t *result, struct err *e)
{
	struct analyse_variable v[AN_TERMS_MOST];
	const char *names[AN_TERMS_MOST];
	struct model m = { .within = { 0 } };
	json_t *means = json_object();
	size_t column, covariates = 0;
	struct factor f;
	double p, *row;

	json_object_set_new(result, "covariates", means);
	if (analyse_one_item(a, e) != 0 || analyse_column_of(a, "by", true, &column, e) != 0 ||
	    covariates_load(a, v, &covariates, e) != 0 || factor_load(a, column, &f, e) != 0 ||
	    choose_rows(a, &f, 1, v, covariates, &m, e) != 0 || factor_trim(a, &f, m.row, m.design.rows, e) != 0)
		return -1;
	m.design.terms = covariates + 1;
	for (size_t t = 0; t <= covariates; t++)
		m.start[t] = 1 + t;
	m.start[covariates + 1] = covariates + f.levels;
	if (make_room(a, &m, e) != 0 || ancova_design(a, &m, &f, v, covariates, means, e) != 0)
		return -1;
	row = AN_WORK_ARRAY(a->work, double, m.design.cols);
	if (row == NULL)
		return err_nomem(e);
	if (analyse_status(an_terms_fit(&m.design, a->work, &m.fit), "covariance", e) != 0 ||
	    analyse_status(an_terms_anova(&m.design, &m.fit, 2, a->work, m.term), "covariance", e) != 0)
		return -1;
	for (size_t j = 0; j < covariates; j++)
		names[j] = v[j].name;
	names[covariates] = f.name;
	json_object_set_new(result, "anova", terms_json(&m, names));
	json_object_set_new(result, "means", means_json(a, &m, &f, 1 + covariates, row));
	check_residuals(a, &m, result);
	say_term(a, f.name, m.term + covariates);
	analyse_say(a, N_("The means are those that groups would have if they were equal in what is adjusted for."),
	    SAY_END);
	if (slopes_differ(a, &m, &f, covariates, &p))
		analyse_check(a, p >= 0.05,
		    N_("What is adjusted for is taken to work alike in every group (test of equal slopes p {1})."),
		    SAY_P(p));
	return 0;
}

const struct analyse_method analyse_ancova = {
	.name = "ancova",
	.title = N_("Analysis of covariance"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("Adjusting for what was measured does not make groups alike in what was not."),
	.r = "v <- {covariates}\nu <- data.frame(y = x[[1]], d[v], g = g)\n"
	     "m <- lm(reformulate(c(sprintf(\"`%s`\", names(u)[2:(ncol(u) - 1)]), \"g\"), \"y\"), u)\n"
	     "car::Anova(m)\nemmeans::emmeans(m, \"g\", level = {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/means", .value = "mean", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("do groups differ once other columns are adjusted for? Analysis of covariance with adjusted means"),
	.reference =
	    "Fisher 1932; sums of squares of type 2, as car::Anova; means at the mean of each covariate, as emmeans",
	.missing_rule = MISSING_TERMS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS,
	    { "covariates", OPT_COLUMNS, "", NULL, N_("columns of numbers to adjust for") }, OPT_LEVEL },
	.output = { "anova", "means", "covariates", "shapiro" },
	.run = ancova_run,
};
