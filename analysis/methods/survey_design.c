/* The design of a sample from options: weights, strata, clusters, finite population, calibration. */
#include "analysis/methods/survey.h"
#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_value(const struct analyse *a, size_t row, const char *option, size_t column, struct err *e)
{
	char number[24];

	snprintf(number, sizeof number, "%zu", row + 1);
	return err_set(e, ERR_INPUT, option, "Row {1} has no value in column {2} (--{3}); every row needs one.", number,
	    analyse_column_name(a, column), option, (char *)NULL);
}

/* A column of numbers, present in every row; NULL in *out when the option is not given. */
static int numbers(const struct analyse *a, const char *option, const double **out, struct err *e)
{
	struct analyse_variable v;
	size_t column;

	*out = NULL;
	if (analyse_column_of(a, option, false, &column, e) != 0)
		return -1;
	if (column == SIZE_MAX)
		return 0;
	if (analyse_variable_load(a, column, &v, e) != 0)
		return -1;
	for (size_t i = 0; i < analyse_rows(a); i++)
		if (v.why[i] != AN_PRESENT)
			return no_value(a, i, option, column, e);
	*out = v.data;
	return 0;
}

/* Groups of a column on scratch memory, every row in one. */
static int places(const struct analyse *a, const char *option, size_t column, size_t **of, size_t *count,
    const char ***label, struct err *e)
{
	size_t rows = analyse_rows(a);
	struct analyse_groups g;
	int rc = 0;

	if (analyse_factor_load(a, column, &g, e) != 0)
		return -1;
	*of = AN_WORK_ARRAY(a->work, size_t, rows);
	*label = AN_WORK_ARRAY(a->work, const char *, g.count);
	if (*of == NULL || *label == NULL) {
		analyse_groups_free(&g);
		return err_nomem(e);
	}
	memcpy(*of, g.of, rows * sizeof **of);
	memcpy(*label, g.label, g.count * sizeof **label);
	*count = g.count;
	for (size_t i = 0; rc == 0 && i < rows; i++)
		if (g.of[i] == g.count)
			rc = no_value(a, i, option, column, e);
	analyse_groups_free(&g);
	return rc;
}

static int places_of_option(const struct analyse *a, const char *option, size_t **of, size_t *count,
    const char ***label, struct err *e)
{
	size_t column;

	*of = NULL;
	*count = 1;
	*label = NULL;
	if (analyse_column_of(a, option, false, &column, e) != 0)
		return -1;
	return column == SIZE_MAX ? 0 : places(a, option, column, of, count, label, e);
}

/* Units of each stratum in the population, from --fpc: a number, or the share drawn. */
static int finite_population(const struct analyse *a, struct an_design *d, const double *fpc, const size_t *stratum,
    struct err *e)
{
	double *population = AN_WORK_ARRAY(a->work, double, d->strata);
	bool share = true;

	if (population == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < d->rows; i++)
		share = share && fpc[i] <= 1;
	for (size_t i = 0; i < d->rows; i++) {
		size_t s = stratum != NULL ? stratum[i] : 0;
		double n = fpc[i] > 0 && share ? (double)d->sampled[s] / fpc[i] : fpc[i];

		if (!(fpc[i] > 0) || n < (double)d->sampled[s] * (1 - 1e-9))
			return err_set(e, ERR_INPUT, "fpc",
			    "--{1} says that a stratum has fewer units than were drawn from it.", "fpc", (char *)NULL);
		if (population[s] != 0 && population[s] != n)
			return err_set(e, ERR_INPUT, "fpc", "--{1} must be the same in all rows of a stratum.", "fpc",
			    (char *)NULL);
		population[s] = n;
	}
	d->population = population;
	return 0;
}

static int weigh(const struct analyse *a, struct an_design *d, const double *weight, const size_t *stratum,
    struct err *e)
{
	double *w = AN_WORK_ARRAY(a->work, double, d->rows);

	if (w == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < d->rows; i++) {
		size_t s = stratum != NULL ? stratum[i] : 0;

		w[i] = weight != NULL	    ? weight[i]
		    : d->population != NULL ? d->population[s] / (double)d->sampled[s]
					    : 1;
		if (!(w[i] >= 0))
			return err_set(e, ERR_INPUT, "weights", "--{1} must hold no weight under 0.", "weights",
			    (char *)NULL);
	}
	d->weight = w;
	return 0;
}

static int draw(struct analyse *a, struct an_design *d, const char ***label, struct err *e)
{
	static const char *const lonely[] = { "fail", "certainty", "adjust", "average" };
	size_t rows = analyse_rows(a), *stratum, *cluster, clusters, *unit, *stratum_of, *sampled;
	const char **cluster_label;
	const double *fpc, *weight;

	if (places_of_option(a, "strata", &stratum, &d->strata, label, e) != 0 ||
	    places_of_option(a, "cluster", &cluster, &clusters, &cluster_label, e) != 0 ||
	    numbers(a, "fpc", &fpc, e) != 0 || numbers(a, "weights", &weight, e) != 0)
		return -1;
	d->rows = rows;
	unit = AN_WORK_ARRAY(a->work, size_t, rows);
	stratum_of = AN_WORK_ARRAY(a->work, size_t, rows);
	sampled = AN_WORK_ARRAY(a->work, size_t, d->strata);
	if (unit == NULL || stratum_of == NULL || sampled == NULL)
		return err_nomem(e);
	if (analyse_status(an_design_units(rows, stratum, d->strata, cluster, a->work, unit, stratum_of, sampled,
			       &d->units),
		"rows", e) != 0)
		return -1;
	d->unit = unit;
	d->stratum_of = stratum_of;
	d->sampled = sampled;
	for (int i = 0; i < 4; i++)
		if (strcmp(analyse_text(a, "lonely"), lonely[i]) == 0)
			d->lonely = (enum an_lonely)i;
	if (fpc != NULL && finite_population(a, d, fpc, stratum, e) != 0)
		return -1;
	return weigh(a, d, weight, stratum, e);
}

/* Two classifications crossed: only the cells that occur, in order. */
static int cross(const struct analyse *a, struct survey_margin *m, const size_t *of, size_t count,
    const char *const *label, struct err *e)
{
	size_t rows = analyse_rows(a), *place = AN_WORK_ARRAY(a->work, size_t, m->levels * count), n = 0;
	const char **name;

	if (place == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		place[m->cell[i] * count + of[i]] = 1;
	for (size_t c = 0; c < m->levels * count; c++)
		n += place[c];
	name = AN_WORK_ARRAY(a->work, const char *, n);
	if (name == NULL)
		return err_nomem(e);
	n = 0;
	for (size_t c = 0; c < m->levels * count; c++) {
		const char *first = m->label[c / count], *second = label[c % count];
		size_t size = strlen(first) + strlen(second) + 2;
		char *both;

		if (place[c] == 0)
			continue;
		both = an_work_get(a->work, size, 1);
		if (both == NULL)
			return err_nomem(e);
		snprintf(both, size, "%s*%s", first, second);
		name[n] = both;
		place[c] = n++;
	}
	for (size_t i = 0; i < rows; i++)
		m->cell[i] = place[m->cell[i] * count + of[i]];
	m->label = name;
	m->levels = n;
	return 0;
}

/* "stype" or "school*sex": the levels that occur. */
static int classify(const struct analyse *a, char *names, struct survey_margin *m, struct err *e)
{
	char *part;

	while ((part = strsep(&names, "*")) != NULL) {
		size_t *column = NULL, n = 0, *of, count, one;
		const char **label;

		if (analyse_columns(a->frame, part, "targets", &column, &n, e) != 0)
			return -1;
		one = n == 1 ? column[0] : SIZE_MAX;
		free(column);
		if (one == SIZE_MAX)
			return err_set(e, ERR_INPUT, "targets", "Here --{1} must name exactly one column.", "targets",
			    (char *)NULL);
		if (places(a, "targets", one, &of, &count, &label, e) != 0)
			return -1;
		if (m->cell != NULL) {
			if (cross(a, m, of, count, label, e) != 0)
				return -1;
			continue;
		}
		m->cell = of;
		m->label = label;
		m->levels = count;
	}
	return 0;
}

/* A number up to a comma or the end. */
static bool number_at(const char **p, double *x)
{
	char text[64];
	size_t n = strcspn(*p, ",");

	if (n == 0 || n >= sizeof text)
		return false;
	memcpy(text, *p, n);
	text[n] = '\0';
	while (n > 0 && text[n - 1] == ' ')
		text[--n] = '\0';
	*p += strcspn(*p, ",");
	*p += **p == ',';
	return text_number(text + strspn(text, " "), x) && *x >= 0;
}

/* "E=4421,M=1018,H=755": every level once. */
static int level_totals(const struct analyse *a, struct survey_margin *m, const char *p, struct err *e)
{
	bool *seen = AN_WORK_ARRAY(a->work, bool, m->levels);

	m->target = AN_WORK_ARRAY(a->work, double, m->levels);
	if (seen == NULL || m->target == NULL)
		return err_nomem(e);
	while (*p != '\0') {
		size_t at = SIZE_MAX, len = 0;

		p += strspn(p, " ");
		for (size_t l = 0; l < m->levels; l++) {
			size_t n = strlen(m->label[l]);

			if (n >= len && strncmp(p, m->label[l], n) == 0 && p[n] == '=') {
				at = l;
				len = n;
			}
		}
		if (at == SIZE_MAX || seen[at])
			return err_set(e, ERR_INPUT, "targets",
			    "--{1}: {2} stands for no level of {3} that the rows have, or for one twice.", "targets", p,
			    m->name, (char *)NULL);
		p += len + 1;
		seen[at] = true;
		if (!number_at(&p, m->target + at))
			return err_set(e, ERR_INPUT, "targets", "--{1}: the total of {2} in {3} is no number.",
			    "targets", m->label[at], m->name, (char *)NULL);
	}
	for (size_t l = 0; l < m->levels; l++)
		if (!seen[l] || !(m->target[l] > 0))
			return err_set(e, ERR_INPUT, "targets",
			    "--{1} must give a total above 0 for {2} in {3}, since some rows have it.", "targets",
			    m->label[l], m->name, (char *)NULL);
	return 0;
}

static int number_total(const struct analyse *a, struct survey_targets *t, char *part, struct err *e)
{
	char *equals = strrchr(part, '=');
	size_t *column = NULL, n = 0, one;
	struct analyse_variable v;

	if (equals == NULL || !text_number(equals + 1, t->total + t->totals))
		return err_set(e, ERR_INPUT, "targets",
		    "--{1} needs parts such as sex:f=600,m=400 or enroll=3811472, not \"{2}\".", "targets", part,
		    (char *)NULL);
	*equals = '\0';
	if (analyse_columns(a->frame, part, "targets", &column, &n, e) != 0)
		return -1;
	one = column[0];
	free(column);
	if (analyse_variable_load(a, one, &v, e) != 0)
		return -1;
	for (size_t i = 0; i < analyse_rows(a); i++)
		if (v.why[i] != AN_PRESENT)
			return no_value(a, i, "targets", one, e);
	t->name[t->totals] = v.name;
	t->number[t->totals++] = v.data;
	return 0;
}

/* Shares become people: of --population, else of the weights drawn. */
static void scale_shares(const struct analyse *a, struct survey_margin *m, double people)
{
	double sum = 0;

	for (size_t l = 0; l < m->levels; l++)
		sum += m->target[l];
	if (fabs(sum - 1) > 1e-6)
		return;
	if (analyse_given(a, "population"))
		people = analyse_number(a, "population");
	for (size_t l = 0; l < m->levels; l++)
		m->target[l] *= people / sum;
}

static int targets(const struct analyse *a, struct survey_targets *t, double people, struct err *e)
{
	size_t size = strlen(analyse_text(a, "targets")) + 1;
	char *rest = an_work_get(a->work, size, 1), *part;

	if (rest == NULL)
		return err_nomem(e);
	memcpy(rest, analyse_text(a, "targets"), size);
	while ((part = strsep(&rest, ";")) != NULL) {
		struct survey_margin *m = t->margin + t->margins;
		char *colon = strchr(part, ':'), *names;

		part += strspn(part, " ");
		if (part[0] == '\0')
			continue;
		if (t->margins == SURVEY_MARGINS_MOST || t->totals == SURVEY_MARGINS_MOST)
			return err_set(e, ERR_INPUT, "targets", "--{1} has too many parts.", "targets", (char *)NULL);
		if (colon == NULL) {
			if (number_total(a, t, part, e) != 0)
				return -1;
			continue;
		}
		*colon = '\0';
		m->name = part;
		names = an_work_get(a->work, strlen(part) + 1, 1);
		if (names == NULL)
			return err_nomem(e);
		memcpy(names, part, strlen(part) + 1);
		if (classify(a, names, m, e) != 0 || level_totals(a, m, colon + 1, e) != 0)
			return -1;
		scale_shares(a, m, people);
		t->plain[t->margins++] = (struct an_margin){ m->cell, m->levels, m->target };
	}
	return 0;
}

/* Columns of a calibration: every level of the first margin, all but one of the others, then numbers. */
static int calibration_columns(const struct analyse *a, const struct survey_targets *t, double **x, double **total,
    size_t *k, struct err *e)
{
	size_t rows = analyse_rows(a), at = 0;
	bool constant = t->margins == 0 && analyse_given(a, "population");

	*k = t->totals + constant;
	for (size_t m = 0; m < t->margins; m++)
		*k += t->margin[m].levels - (m > 0);
	*x = AN_WORK_ARRAY(a->work, double, rows **k);
	*total = AN_WORK_ARRAY(a->work, double, *k);
	if (*x == NULL || *total == NULL)
		return err_nomem(e);
	if (constant) {
		(*total)[at] = analyse_number(a, "population");
		for (size_t i = 0; i < rows; i++)
			(*x)[i * *k + at] = 1;
		at++;
	}
	for (size_t m = 0; m < t->margins; m++)
		for (size_t l = m > 0; l < t->margin[m].levels; l++, at++) {
			(*total)[at] = t->margin[m].target[l];
			for (size_t i = 0; i < rows; i++)
				(*x)[i * *k + at] = t->margin[m].cell[i] == l;
		}
	for (size_t n = 0; n < t->totals; n++, at++) {
		(*total)[at] = t->total[n];
		for (size_t i = 0; i < rows; i++)
			(*x)[i * *k + at] = t->number[n][i];
	}
	return 0;
}

int survey_status(enum an_status status, const char *what, struct err *e)
{
	if (status == AN_ENOCONVERGE)
		return err_set(e, ERR_INPUT, "targets",
		    "No weights meet these totals: they contradict each other, the sample or the bounds on weights.",
		    (char *)NULL);
	if (status == AN_EDATA)
		return err_set(e, ERR_INPUT, what,
		    "The weights or values are outside what the method can take; linear calibration can make weights "
		    "negative, and raking cannot.",
		    (char *)NULL);
	return analyse_status(status, what, e);
}

static int by_variables(struct analyse *a, struct survey *s, enum an_calibration_distance distance, double *after,
    struct err *e)
{
	bool bounded = analyse_given(a, "least") || analyse_given(a, "most");
	double least = analyse_given(a, "least") ? analyse_number(a, "least") : bounded ? 0 : -INFINITY;
	double most = analyse_given(a, "most") ? analyse_number(a, "most") : INFINITY, *x, *total;

	if (calibration_columns(a, &s->targets, &x, &total, &s->calibration.k, e) != 0)
		return -1;
	s->calibration.x = x;
	return survey_status(an_calibrate(s->drawn, x, s->design.rows, s->calibration.k, total, distance, least, most,
				 a->work, after, &s->fit),
	    "targets", e);
}

static int by_margins(struct analyse *a, struct survey *s, bool rake, double *after, struct err *e)
{
	struct survey_targets *t = &s->targets;
	size_t rows = s->design.rows;
	double *step = rake ? AN_WORK_ARRAY(a->work, double, t->margins *rows) : NULL;
	double most = analyse_given(a, "most") ? analyse_number(a, "most") : INFINITY;

	if (t->totals > 0 || t->margins == 0)
		return err_set(e, ERR_INPUT, "targets",
		    "Here --{1} must give people by level alone; totals of numbers need the method calibrate.",
		    "targets", (char *)NULL);
	if (!rake && t->margins > 1)
		return err_set(e, ERR_INPUT, "targets",
		    "Post-stratification takes one part of --{1}; cross columns as a*b, or rake.", "targets",
		    (char *)NULL);
	if (rake && step == NULL)
		return err_nomem(e);
	s->calibration.margin = t->plain;
	s->calibration.margins = t->margins;
	s->calibration.step = step;
	return survey_status(an_rake(s->drawn, rows, t->plain, t->margins, analyse_number(a, "least"), most, a->work,
				 after, step, &s->fit),
	    "targets", e);
}

int survey_load(struct analyse *a, struct survey *out, const char *how, struct err *e)
{
	double *after;
	int rc;

	memset(out, 0, sizeof *out);
	if (draw(a, &out->design, &out->stratum, e) != 0)
		return -1;
	out->drawn = out->design.weight;
	if (analyse_status(an_kish(out->drawn, out->design.rows, &out->kish), "weights", e) != 0)
		return -1;
	out->df = an_design_df(&out->design, NULL, a->work);
	if (how == NULL)
		return 0;
	after = AN_WORK_ARRAY(a->work, double, out->design.rows);
	if (after == NULL)
		return err_nomem(e);
	if (targets(a, &out->targets, out->kish.sum, e) != 0)
		return -1;
	out->calibration.rows = out->design.rows;
	out->calibration.before = out->drawn;
	if (strcmp(how, "rake") == 0 || strcmp(how, "poststratify") == 0)
		rc = by_margins(a, out, how[1] == 'a', after, e);
	else
		rc = by_variables(a, out,
		    how[0] == 'r'	? AN_DISTANCE_RAKING
			: how[1] == 'o' ? AN_DISTANCE_LOGIT
					: AN_DISTANCE_LINEAR,
		    after, e);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < out->design.rows; i++)
		if (after[i] < 0)
			return survey_status(AN_EDATA, "targets", e);
	out->calibration.after = after;
	out->design.weight = after;
	out->design.calibration = &out->calibration;
	return analyse_status(an_kish(after, out->design.rows, &out->kish), "weights", e);
}

const char *survey_how(const struct analyse *a)
{
	return analyse_given(a, "targets") ? analyse_text(a, "calibration") : NULL;
}

int survey_begin(struct analyse *a, struct survey *out, struct err *e)
{
	const struct an_design *d = &out->design;

	if (survey_load(a, out, survey_how(a), e) != 0)
		return -1;
	for (size_t s = 0; d->lonely == AN_LONELY_FAIL && s < d->strata; s++)
		if (d->sampled[s] == 1 && (d->population == NULL || d->population[s] > 1))
			return err_set(e, ERR_INPUT, "strata",
			    "Stratum {1} has one sampled unit, from which no variance can be told; say with --{2} what "
			    "to take.",
			    out->stratum != NULL ? out->stratum[s] : "1", "lonely", (char *)NULL);
	return 0;
}

size_t survey_domain(const struct analyse *a, const struct analyse_groups *groups, size_t g, struct an_view v, bool *in)
{
	size_t n = 0;

	for (size_t i = 0; i < analyse_rows(a); i++) {
		in[i] = (groups == NULL || groups->of[i] == g) && an_view_has(v, i, 0);
		n += in[i];
	}
	return n;
}

static json_t *kish_json(const struct an_kish *k)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(k->n), "sum", analyse_real(k->sum),
	    "least", analyse_real(k->least), "most", analyse_real(k->most), "deff", analyse_real(k->deff), "effective",
	    analyse_real(k->effective));
}

void survey_report(struct analyse *a, const struct survey *s, json_t *result)
{
	const struct an_design *d = &s->design;

	json_object_set_new(result, "design",
	    json_pack("{s:o, s:o, s:b, s:b}", "units", analyse_count(d->units), "strata", analyse_count(d->strata),
		"finite_population", d->population != NULL, "calibrated", d->calibration != NULL));
	json_object_set_new(result, "population", analyse_real(s->kish.sum));
	json_object_set_new(result, "df", analyse_count(s->df));
	json_object_set_new(result, "kish", kish_json(&s->kish));
	json_object_set_new(result, "convergence",
	    d->calibration == NULL || (s->fit.iterations == 0 && !s->fit.converged)
		? json_null()
		: json_pack("{s:b, s:i, s:o}", "converged", s->fit.converged, "iterations", s->fit.iterations,
		      "largest_miss", analyse_real(s->fit.gradient)));
	analyse_check(a, s->df >= 10,
	    N_("Standard errors come from how the sampled units differ within strata; here that leaves {1} degrees of "
	       "freedom, and under about 10 they are rough."),
	    SAY_N(s->df));
	analyse_check(a, s->kish.deff <= 2,
	    N_("Unequal weights make {1} people worth as many as {2} with equal weights."), SAY_N(s->kish.n),
	    SAY_NUM(s->kish.effective, 0));
	if (s->kish.deff > 2)
		analyse_warn(a,
		    N_("The weights differ so much (from {1} to {2}) that a few people carry the result; look at who "
		       "they are before you use it."),
		    SAY_NUM(s->kish.least, 2), SAY_NUM(s->kish.most, 2));
}
