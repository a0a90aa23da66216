/* Methods that make or judge weights. */
#include "analysis/methods/survey.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MOST 2000

/* A row of the file by its place in every margin. */
struct cell_row {
	const struct survey_targets *targets;
	size_t row;
};

static int by_cell(const void *a, const void *b)
{
	const struct cell_row *x = a, *y = b;

	for (size_t m = 0; m < x->targets->margins; m++) {
		const size_t *cell = x->targets->margin[m].cell;

		if (cell[x->row] != cell[y->row])
			return cell[x->row] < cell[y->row] ? -1 : 1;
	}
	return (x->row > y->row) - (x->row < y->row);
}

static bool same_cell(const struct cell_row *x, const struct cell_row *y)
{
	for (size_t m = 0; m < x->targets->margins; m++)
		if (x->targets->margin[m].cell[x->row] != x->targets->margin[m].cell[y->row])
			return false;
	return true;
}

/* One line for each combination of the margins that occurs: people, and their weights. */
static json_t *cells_json(const struct analyse *a, const struct survey *s)
{
	const struct survey_targets *t = &s->targets;
	size_t rows = s->design.rows, lines = 0;
	struct cell_row *r = AN_WORK_ARRAY(a->work, struct cell_row, rows);
	json_t *names = json_array(), *cols = json_array(), *values = json_array();

	for (size_t i = 0; r != NULL && i < rows; i++)
		r[i] = (struct cell_row){ t, i };
	if (r != NULL)
		qsort(r, rows, sizeof *r, by_cell);
	for (size_t m = 0; m < t->margins; m++)
		json_array_append_new(cols, json_string(t->margin[m].name));
	for (const char *const *c = (const char *const[]){ "n", "drawn", "weight", "least", "most", "sum", NULL };
	     *c != NULL; c++)
		json_array_append_new(cols, json_string(*c));
	for (size_t from = 0, to; r != NULL && from < rows && lines < CELLS_MOST; from = to, lines++) {
		double drawn = 0, sum = 0, least = INFINITY, most = 0;
		json_t *row = json_array();

		for (to = from; to < rows && same_cell(r + from, r + to); to++) {
			double w = s->design.weight[r[to].row];

			drawn += s->drawn[r[to].row];
			sum += w;
			least = fmin(least, w);
			most = fmax(most, w);
		}
		for (size_t m = 0; m < t->margins; m++)
			json_array_append_new(row, json_string(t->margin[m].label[t->margin[m].cell[r[from].row]]));
		json_array_append_new(row, analyse_count(to - from));
		json_array_append_new(row, analyse_real(drawn / (double)(to - from)));
		json_array_append_new(row, analyse_real(sum / (double)(to - from)));
		json_array_append_new(row, analyse_real(least));
		json_array_append_new(row, analyse_real(most));
		json_array_append_new(row, analyse_real(sum));
		json_array_append_new(values, row);
		json_array_append_new(names, json_sprintf("%zu", lines + 1));
	}
	return analyse_table(names, cols, values);
}

static json_t *target_row(double target, double drawn, double after)
{
	return json_pack("[o, o, o]", analyse_real(target), analyse_real(drawn), analyse_real(after));
}

/* Each known total beside what the weights gave before and give now. */
static json_t *totals_json(const struct survey *s)
{
	const struct survey_targets *t = &s->targets;
	json_t *names = json_array(), *values = json_array();

	for (size_t m = 0; m < t->margins; m++)
		for (size_t l = 0; l < t->margin[m].levels; l++) {
			double drawn = 0, after = 0;

			for (size_t i = 0; i < s->design.rows; i++)
				if (t->margin[m].cell[i] == l) {
					drawn += s->drawn[i];
					after += s->design.weight[i];
				}
			json_array_append_new(names, json_sprintf("%s:%s", t->margin[m].name, t->margin[m].label[l]));
			json_array_append_new(values, target_row(t->margin[m].target[l], drawn, after));
		}
	for (size_t n = 0; n < t->totals; n++) {
		double drawn = 0, after = 0;

		for (size_t i = 0; i < s->design.rows; i++) {
			drawn += s->drawn[i] * t->number[n][i];
			after += s->design.weight[i] * t->number[n][i];
		}
		json_array_append_new(names, json_string(t->name[n]));
		json_array_append_new(values, target_row(t->total[n], drawn, after));
	}
	return analyse_sheet(names, "target drawn weighted", values);
}

static void weight_words(struct analyse *a, const struct survey *s)
{
	double least = INFINITY, most = 0;

	for (size_t i = 0; i < s->design.rows; i++)
		if (s->drawn[i] > 0) {
			least = fmin(least, s->design.weight[i] / s->drawn[i]);
			most = fmax(most, s->design.weight[i] / s->drawn[i]);
		}
	analyse_say(a,
	    N_("The weights now agree with the known totals; each was multiplied by between {1} and {2}, and {3} people "
	       "stand for {4}."),
	    SAY_NUM(least, 2), SAY_NUM(most, 2), SAY_N(s->kish.n), SAY_NUM(s->kish.sum, 0));
	analyse_say(a,
	    N_("Unequal weights cost precision: {1} people tell as much as {2} with equal weights (design effect {3})."),
	    SAY_N(s->kish.n), SAY_NUM(s->kish.effective, 0), SAY_NUM(s->kish.deff, 2));
	if (most / least > 10)
		analyse_warn(a,
		    N_("Some weights changed more than 10 times as much as others; the sample lacks kinds of people that "
		       "the population has. Consider fewer categories, or a bound with --most."),
		    SAY_END);
	for (size_t m = 0; m < s->targets.margins; m++)
		for (size_t l = 0; l < s->targets.margin[m].levels; l++) {
			size_t n = 0;

			for (size_t i = 0; i < s->design.rows; i++)
				n += s->targets.margin[m].cell[i] == l;
			if (n < 10)
				analyse_warn(a,
				    N_("Only {1} people have {2} in {3}; their few answers now speak for all such people."),
				    SAY_N(n), SAY_TEXT(s->targets.margin[m].label[l]),
				    SAY_TEXT(s->targets.margin[m].name));
		}
}

static int weights_run(struct analyse *a, const char *how, json_t *result, struct err *e)
{
	size_t people = analyse_whole(a, "people");
	json_t *weights = json_array();
	struct survey s;

	if (!analyse_given(a, "targets")) {
		json_decref(weights);
		return err_set(e, ERR_INPUT, "targets", "--{1} must say what is known of the population.", "targets",
		    (char *)NULL);
	}
	if (survey_load(a, &s, how, e) != 0) {
		json_decref(weights);
		return -1;
	}
	for (size_t i = 0; i < s.design.rows && i < people; i++)
		json_array_append_new(weights, analyse_real(s.design.weight[i]));
	a->used = s.kish.n;
	json_object_set_new(result, "totals", totals_json(&s));
	json_object_set_new(result, "cells", cells_json(a, &s));
	json_object_set_new(result, "weights", weights);
	survey_report(a, &s, result);
	weight_words(a, &s);
	return 0;
}

static int rake_run(struct analyse *a, json_t *result, struct err *e)
{
	return weights_run(a, "rake", result, e);
}

static int poststratify_run(struct analyse *a, json_t *result, struct err *e)
{
	return weights_run(a, "poststratify", result, e);
}

static int calibrate_run(struct analyse *a, json_t *result, struct err *e)
{
	const char *distance = analyse_text(a, "distance");

	return weights_run(a,
	    strcmp(distance, "raking") == 0 ? "raking"
		: distance[1] == 'o'	    ? "logit"
					    : "linear",
	    result, e);
}

#define WEIGHTS_OUTPUT	"totals", "cells", "weights", SURVEY_OUTPUT
#define WEIGHTS_MISSING N_("every row needs a weight and a value in each column that --targets names")
#define WEIGHTS_NOT_SHOWN                                                                                                \
	N_("Weights make the sample agree with the population in the columns given. Whether it then agrees in anything " \
	   "else cannot be seen from the sample.")

const struct analyse_method analyse_rake = {
	.file_alone = true,
	.name = "rake",
	.title = N_("Raking weights"),
	.family = FAMILY_WEIGHT,
	.summary = N_("weights that agree with known totals of several classifications, one margin after another"),
	.reference =
	    "Deming & Stephan 1940, iterative proportional fitting; design effect Kish 1965; bounds by clipping "
	    "within the rounds (Battaglia, Hoaglin & Frankel 2009)",
	.missing_rule = WEIGHTS_MISSING,
	.not_shown = WEIGHTS_NOT_SHOWN,
	.r = SURVEY_R "r <- rake(s, m, t, list(maxit = 2000, epsilon = 1e-12))\n"
		      "w <- weights(r)\n"
		      "c(deff = length(w) * sum(w^2) / sum(w)^2, effective = sum(w)^2 / sum(w^2))",
	.chart = { CHART_BARS, .table = "/result/cells", .value = "weight" },
	.options = { OPT_SAMPLE, OPT_TARGETS,
	    { "least", OPT_NUMBER, "0", NULL, N_("smallest weight allowed, in units of the mean weight") },
	    { "most", OPT_NUMBER, "", NULL, N_("largest weight allowed, in units of the mean weight") }, OPT_NA,
	    OPT_PEOPLE },
	.output = { WEIGHTS_OUTPUT },
	.run = rake_run,
};

const struct analyse_method analyse_poststratify = {
	.file_alone = true,
	.name = "poststratify",
	.title = N_("Post-stratification weights"),
	.family = FAMILY_WEIGHT,
	.summary = N_("weights that agree with the known number of people in each cell of one classification"),
	.reference = "Holt & Smith 1979, Post stratification; design effect Kish 1965",
	.missing_rule = WEIGHTS_MISSING,
	.not_shown = WEIGHTS_NOT_SHOWN,
	.r = SURVEY_R "w <- weights(postStratify(s, m[[1]], t[[1]]))\n"
		      "c(deff = length(w) * sum(w^2) / sum(w)^2, effective = sum(w)^2 / sum(w^2))",
	.chart = { CHART_BARS, .table = "/result/cells", .value = "weight" },
	.options = { OPT_SAMPLE, OPT_TARGETS, OPT_NA, OPT_PEOPLE },
	.output = { WEIGHTS_OUTPUT },
	.run = poststratify_run,
};

const struct analyse_method analyse_calibrate = {
	.file_alone = true,
	.name = "calibrate",
	.title = N_("Calibration weights"),
	.family = FAMILY_WEIGHT,
	.summary = N_("the weights nearest to those drawn that agree with known totals of categories and of numbers"),
	.reference = "Deville & Sarndal 1992, Calibration estimators in survey sampling; linear is the GREG estimator",
	.missing_rule = WEIGHTS_MISSING,
	.not_shown = WEIGHTS_NOT_SHOWN,
	.r = SURVEY_R "# calibrate() takes the totals of the columns of a model matrix, in its order:\n"
		      "# calibrate(s, ~stype + enroll, c(`(Intercept)` = , stypeH = , stypeM = , enroll = ),\n"
		      "#   calfun = {distance})\n"
		      "w <- weights(calibrate(s, m, t, calfun = {distance}))\n"
		      "c(deff = length(w) * sum(w^2) / sum(w)^2, effective = sum(w)^2 / sum(w^2))",
	.chart = { CHART_ESTIMATES, .table = "/result/totals", .value = "weighted" },
	.options = { OPT_SAMPLE, OPT_TARGETS,
	    { "distance", OPT_CHOICE, "linear", "linear|raking|logit",
		N_("linear: general regression; raking: weights stay above 0; logit: within --least and --most") },
	    { "least", OPT_NUMBER, "", NULL, N_("smallest factor that a weight may get, under 1") },
	    { "most", OPT_NUMBER, "", NULL, N_("largest factor that a weight may get, over 1") }, OPT_NA, OPT_PEOPLE },
	.output = { WEIGHTS_OUTPUT },
	.run = calibrate_run,
};

static int design_effect_run(struct analyse *a, json_t *result, struct err *e)
{
	struct survey s;

	if (survey_load(a, &s, survey_how(a), e) != 0)
		return -1;
	a->used = s.kish.n;
	json_object_set_new(result, "deff", analyse_real(s.kish.deff));
	json_object_set_new(result, "effective", analyse_real(s.kish.effective));
	json_object_set_new(result, "ratio", analyse_real_if(s.kish.least > 0, s.kish.most / s.kish.least));
	survey_report(a, &s, result);
	analyse_say(a,
	    N_("Unequal weights cost precision: {1} people tell as much as {2} with equal weights (design effect {3})."),
	    SAY_N(s.kish.n), SAY_NUM(s.kish.effective, 0), SAY_NUM(s.kish.deff, 2));
	return 0;
}

const struct analyse_method analyse_design_effect = {
	.name = "design_effect",
	.title = N_("Design effect of weights"),
	.family = FAMILY_WEIGHT,
	.summary = N_("how many people with equal weights the weighted ones are worth"),
	.reference = "Kish 1965, Survey Sampling, section 11.7: n sum w^2 / (sum w)^2",
	.missing_rule = N_("every row needs a weight; weights of 0 are left out"),
	.not_shown = N_("This design effect counts unequal weights alone. Clusters and strata change the precision of "
			"each figure in their own way; survey_mean gives the whole effect."),
	.r = SURVEY_R_CALIBRATED "w <- weights(s)\n"
				 "c(deff = length(w) * sum(w^2) / sum(w)^2, effective = sum(w)^2 / sum(w^2))",
	.options = { OPT_SAMPLE, OPT_TARGETS, OPT_CALIBRATION, OPT_NA },
	.output = { "deff", "effective", "ratio", SURVEY_OUTPUT },
	.run = design_effect_run,
};
