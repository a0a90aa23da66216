/* Methods that compare two groups, or the pairs of two columns: means and variances. */
#include "analysis/methods/compare.h"
#include "analysis/stats/compare/gain.h"
#include "analysis/stats/compare/oneway.h"

#include <math.h>
#include <string.h>

static json_t *t_row(const struct an_ttest *t)
{
	return json_pack("[o, o, o, o, o, o, o]", analyse_real(t->estimate), analyse_real(t->se), analyse_real(t->t),
	    analyse_real(t->df), analyse_real(t->p), analyse_real(t->interval.lo), analyse_real(t->interval.hi));
}

/* what: a group or a column; NULL for the differences of pairs. */
static void check_normal(struct analyse *a, const char *what, const struct an_shapiro *s, size_t n)
{
	if (what == NULL)
		analyse_check(a, s->p >= 0.05,
		    N_("The differences are close to a normal distribution (Shapiro-Wilk p {1}); with {2} of them a departure "
		       "matters less the more there are."),
		    SAY_P(s->p), SAY_N(n));
	else
		analyse_check(a, s->p >= 0.05,
		    N_("{1}: values close to a normal distribution (Shapiro-Wilk p {2}); with {3} of them a departure matters less "
		       "the more there are."),
		    SAY_TEXT(what), SAY_P(s->p), SAY_N(n));
}

static int t_independent(struct analyse *a, json_t *result, struct err *e)
{
	enum an_alternative other = compare_alternative(a);
	double null = analyse_number(a, "null");
	struct an_ttest welch, student;
	struct an_anova1 levene;
	struct an_shapiro s;
	struct compare c;

	if (compare_load(a, 2, 2, &c, e) != 0 ||
	    analyse_status(an_ttest_welch(c.g, c.g + 1, null, other, a->level, &welch), "t test", e) != 0 ||
	    analyse_status(an_ttest_student(c.g, c.g + 1, null, other, a->level, &student), "t test", e) != 0)
		return -1;
	json_object_set_new(result, "tests",
	    analyse_sheet(json_pack("[s, s]", "welch", "student"), "estimate se t df p lo hi",
		json_pack("[o, o]", t_row(&welch), t_row(&student))));
	json_object_set_new(result, "design", json_string("independent"));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	json_object_set_new(result, "shapiro", json_null());
	if (compare_alternative(a) == AN_TWO_SIDED)
		analyse_say(a, N_("{1} has a mean of {2}, {3} of {4}: a difference of {5} ({6} interval {7} to {8})."),
		    SAY_TEXT(c.label[0]), SAY_NUM(c.g[0].mean, 2), SAY_TEXT(c.label[1]), SAY_NUM(c.g[1].mean, 2),
		    SAY_NUM(welch.estimate, 2), SAY_PCT(a->level), SAY_NUM(welch.interval.lo, 2),
		    SAY_NUM(welch.interval.hi, 2));
	compare_p_say(a, welch.p);
	for (size_t g = 0; g < 2; g++)
		if (an_shapiro(an_samples_of(&c.s, g), an_samples_size(&c.s, g), a->work, &s) == AN_OK)
			check_normal(a, c.label[g], &s, an_samples_size(&c.s, g));
	if (an_levene(&c.s, true, a->work, &levene) == AN_OK)
		analyse_check(a, levene.p >= 0.05,
		    N_("The groups spread alike (Levene's test p {1}); only Student's test needs that, Welch's does not."),
		    SAY_P(levene.p));
	compare_small_warn(a, &c);
	return 0;
}

/* Differences of pairs, or the values of one column; on scratch memory. */
static int single_values(struct analyse *a, bool paired, struct compare_blocks *b, double **x, size_t *n, struct err *e)
{
	if (paired) {
		if (compare_blocks_load(a, 2, 2, b, e) != 0)
			return -1;
		*x = compare_differences(a, b);
		*n = b->rows;
	} else {
		*x = AN_WORK_ARRAY(a->work, double, a->items.view.rows);
		*n = *x != NULL ? an_view_column(a->items.view, 0, *x) : 0;
	}
	a->used = *n;
	return *x != NULL ? 0 : err_nomem(e);
}

/* Pairs, or the values of one column against --null. */
static int t_single(struct analyse *a, bool paired, json_t *result, struct err *e)
{
	struct compare_blocks b = { 0 };
	struct an_ttest t;
	struct an_shapiro s;
	struct an_group g;
	double *x;
	size_t n;
	bool normal;

	if (single_values(a, paired, &b, &x, &n, e) != 0)
		return -1;
	g = an_group_of(x, n);
	if (analyse_status(an_ttest_one(&g, analyse_number(a, "null"), compare_alternative(a), a->level, &t), "t test",
		e) != 0)
		return -1;
	json_object_set_new(result, "design", json_string(paired ? "paired" : "one_sample"));
	json_object_set_new(result, "groups",
	    analyse_sheet(json_pack("[s]", paired ? "difference" : a->items.name[0]), "n mean sd se",
		json_pack("[[o, o, o, o]]", analyse_count(n), analyse_real(g.mean),
		    analyse_real(sqrt(an_group_variance(&g))), analyse_real(t.se))));
	json_object_set_new(result, "tests",
	    analyse_sheet(json_pack("[s]", paired ? "paired" : "one_sample"), "estimate se t df p lo hi",
		json_pack("[o]", t_row(&t))));
	json_object_set_new(result, "shapiro", compare_shapiro(a, x, n, &s, &normal));
	if (normal)
		check_normal(a, paired ? NULL : a->items.name[0], &s, n);
	if (compare_alternative(a) == AN_TWO_SIDED && paired)
		analyse_say(a, N_("On average {1} less {2} is {3} ({4} interval {5} to {6}), from {7} pairs."),
		    SAY_TEXT(b.label[0]), SAY_TEXT(b.label[1]), SAY_NUM(t.estimate, 2), SAY_PCT(a->level),
		    SAY_NUM(t.interval.lo, 2), SAY_NUM(t.interval.hi, 2), SAY_N(n));
	else if (compare_alternative(a) == AN_TWO_SIDED)
		analyse_say(a, N_("The mean of {1} is {2} ({3} interval {4} to {5}), from {6} values."),
		    SAY_TEXT(a->items.name[0]), SAY_NUM(t.estimate, 2), SAY_PCT(a->level), SAY_NUM(t.interval.lo, 2),
		    SAY_NUM(t.interval.hi, 2), SAY_N(n));
	compare_p_say(a, t.p);
	compare_blocks_warn(a, &b);
	return 0;
}

static int t_test_run(struct analyse *a, json_t *result, struct err *e)
{
	if (compare_is_paired(a))
		return t_single(a, true, result, e);
	if (!analyse_given(a, "by") && a->items.view.cols == 1)
		return t_single(a, false, result, e);
	return t_independent(a, result, e);
}

const struct analyse_method analyse_t_test = {
	.name = "t_test",
	.title = N_("t test"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("A t test compares means alone: not whether the groups differ elsewhere, nor why they differ. "
			"A difference between groups that were not drawn by lot may come from something else."),
	.r = "# long data (--by): two groups; wide data: two columns\n"
	     "if (exists(\"g\")) { u <- split(x[[1]], g); u1 <- u[[1]]; u2 <- u[[2]] } else {\n"
	     "  u1 <- x[[1]]; u2 <- if (ncol(x) > 1) x[[2]] }\n"
	     "t.test(u1, u2, paired = {paired|yes=TRUE|no=FALSE}, mu = {null}, conf.level = {level},\n"
	     "  alternative = {alternative|two_sided=\"two.sided\"|less=\"less\"|greater=\"greater\"})\n"
	     "# Student: var.equal = TRUE; with --subject, first sort both by it and set paired = TRUE\n",
	.chart = { CHART_ESTIMATES, .table = "/result/tests", .value = "estimate", .lo = "lo", .hi = "hi" },
	.summary = N_("means of two groups, of pairs, or of one column against a number: t tests with intervals"),
	.reference = "Student 1908; Welch 1947; conventions of R's t.test",
	.missing_rule = MISSING_PAIRED,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_PAIRED, OPT_NULL, OPT_ALTERNATIVE, OPT_LEVEL },
	.output = { "design", "groups", "tests", "shapiro" },
	.run = t_test_run,
};

static int variance_test_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_ftest f;
	struct compare c;

	if (compare_load(a, 2, 2, &c, e) != 0 ||
	    analyse_status(an_ftest_variances(c.g, c.g + 1, compare_alternative(a), a->level, &f), "variances", e) != 0)
		return -1;
	json_object_set_new(result, "ratio", analyse_real(f.ratio));
	json_object_set_new(result, "df1", analyse_real(f.df1));
	json_object_set_new(result, "df2", analyse_real(f.df2));
	json_object_set_new(result, "p", analyse_real(f.p));
	json_object_set_new(result, "lo", analyse_real(f.interval.lo));
	json_object_set_new(result, "hi", analyse_real(f.interval.hi));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	analyse_say(a, N_("The standard deviation of {1} is {2} times that of {3}."), SAY_TEXT(c.label[0]),
	    SAY_NUM(sqrt(f.ratio), 2), SAY_TEXT(c.label[1]));
	compare_p_say(a, f.p);
	for (size_t g = 0; g < 2; g++) {
		struct an_shapiro s;

		if (an_shapiro(an_samples_of(&c.s, g), an_samples_size(&c.s, g), a->work, &s) == AN_OK)
			check_normal(a, c.label[g], &s, an_samples_size(&c.s, g));
	}
	analyse_warn(a,
	    N_("This test is upset by values that are not normal, however many there are; Levene's test is not."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_variance_test = {
	.name = "variance_test",
	.title = N_("F test of two variances"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("The test says whether values spread differently, not whether their means differ."),
	.r = "u <- if (exists(\"g\")) split(x[[1]], g) else as.list(x)\n"
	     "var.test(u[[1]], u[[2]], conf.level = {level},\n"
	     "  alternative = {alternative|two_sided=\"two.sided\"|less=\"less\"|greater=\"greater\"})\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "sd" },
	.summary = N_("ratio of the variances of two groups, with interval"),
	.reference = "F of two independent normal samples; conventions of R's var.test",
	.missing_rule = MISSING_PAIRED,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_ALTERNATIVE, OPT_LEVEL },
	.output = { "ratio", "df1", "df2", "p", "lo", "hi", "groups" },
	.run = variance_test_run,
};

static void add_effect(json_t *rows, json_t *values, const char *name, const struct an_effect *x)
{
	json_array_append_new(rows, json_string(name));
	json_array_append_new(values, compare_effect_row(x));
}

/* Cohen's rough words for |d|, as a quality officer may use them. */
static void say_size(struct analyse *a, const struct an_effect *d, const char *first, const char *second,
    double superiority)
{
	double size = fabs(d->value);
	bool up = d->value >= 0;

	if (d->has_interval)
		analyse_say(a,
		    N_("{1} lies {2} standard deviations above {3} ({4} interval {5} to {6}). Taken one of each at random, the "
		       "one of {1} is the higher in {7} of cases."),
		    SAY_TEXT(up ? first : second), SAY_NUM(size, 2), SAY_TEXT(up ? second : first), SAY_PCT(a->level),
		    SAY_NUM(up ? d->interval.lo : -d->interval.hi, 2),
		    SAY_NUM(up ? d->interval.hi : -d->interval.lo, 2), SAY_PCT(up ? superiority : 1 - superiority));
	if (size < 0.2)
		analyse_say(a, N_("By the usual rule of thumb that is next to nothing."), SAY_END);
	else if (size < 0.5)
		analyse_say(a, N_("By the usual rule of thumb that is a small difference."), SAY_END);
	else if (size < 0.8)
		analyse_say(a, N_("By the usual rule of thumb that is a medium difference."), SAY_END);
	else
		analyse_say(a, N_("By the usual rule of thumb that is a large difference."), SAY_END);
}

static int effect_independent(struct analyse *a, json_t *rows, json_t *values, struct err *e)
{
	struct an_rank_options o = { .exact = AN_EXACT_NO, .level = 0.95 };
	struct an_effect d, g, glass, delta, chance;
	struct an_rank_test u;
	struct compare c;
	enum an_status status;

	if (compare_load(a, 2, 2, &c, e) != 0 ||
	    analyse_status(an_effect_pooled(c.g, c.g + 1, a->level, &d, &g), "effect size", e) != 0)
		return -1;
	add_effect(rows, values, "cohens_d", &d);
	add_effect(rows, values, "hedges_g", &g);
	if (an_effect_glass(c.g, c.g + 1, a->level, &glass) == AN_OK)
		add_effect(rows, values, "glass_delta", &glass);
	chance = an_effect_turned(&d, an_superiority_of_d);
	add_effect(rows, values, "common_language", &chance);
	status = an_mann_whitney(an_samples_of(&c.s, 0), an_samples_size(&c.s, 0), an_samples_of(&c.s, 1),
	    an_samples_size(&c.s, 1), &o, a->work, &u);
	if (status != AN_OK || an_effect_delta(u.statistic, c.g[0].n, c.g[1].n, a->level, &delta) != AN_OK)
		return analyse_status(status, "effect size", e);
	add_effect(rows, values, "cliffs_delta", &delta);
	chance = an_effect_turned(&delta, an_superiority_of_delta);
	add_effect(rows, values, "superiority", &chance);
	say_size(a, &d, c.label[0], c.label[1], chance.value);
	if (fabs(delta.value) == 1)
		analyse_warn(a,
		    N_("Every value of one group lies above every value of the other, so that the interval of this overlap "
		       "has no width; it does not say that the overlap is known."),
		    SAY_END);
	compare_small_warn(a, &c);
	return 0;
}

static int effect_paired(struct analyse *a, json_t *rows, json_t *values, struct err *e)
{
	struct an_rank_options o = { .exact = AN_EXACT_NO, .level = 0.95 };
	struct an_effect d, g, delta, average = { 0 };
	struct compare_blocks b;
	struct an_rank_test v;
	struct an_group diff;
	double sd[2] = { 0, 0 }, *x, *one;

	if (compare_blocks_load(a, 2, 2, &b, e) != 0)
		return -1;
	x = compare_differences(a, &b);
	one = AN_WORK_ARRAY(a->work, double, b.rows);
	if (x == NULL || one == NULL)
		return err_nomem(e);
	diff = an_group_of(x, b.rows);
	if (analyse_status(an_effect_paired(&diff, a->level, &d, &g), "effect size", e) != 0)
		return -1;
	for (size_t j = 0; j < 2; j++) {
		struct an_group side;

		for (size_t i = 0; i < b.rows; i++)
			one[i] = b.x[2 * i + j];
		side = an_group_of(one, b.rows);
		sd[j] = sqrt(an_group_variance(&side));
	}
	add_effect(rows, values, "cohens_d", &d);
	add_effect(rows, values, "hedges_g", &g);
	average.value = sd[0] + sd[1] > 0 ? diff.mean / ((sd[0] + sd[1]) / 2) : NAN;
	add_effect(rows, values, "cohens_d_average", &average);
	if (an_signed_rank(x, b.rows, &o, a->work, &v) == AN_OK &&
	    an_effect_delta_paired(v.statistic, v.used, a->level, &delta) == AN_OK)
		add_effect(rows, values, "rank_biserial", &delta);
	say_size(a, &d, b.label[0], b.label[1], an_superiority_of_d(d.value * M_SQRT2));
	compare_blocks_warn(a, &b);
	return 0;
}

static int effect_size_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *rows = json_array(), *values = json_array();
	bool paired = compare_is_paired(a);
	int rc = paired ? effect_paired(a, rows, values, e) : effect_independent(a, rows, values, e);

	json_object_set_new(result, "design", json_string(paired ? "paired" : "independent"));
	json_object_set_new(result, "effects", analyse_sheet(rows, "value lo hi", values));
	if (rc == 0)
		analyse_check(a, -1,
		    N_("Intervals of standardised differences take values in each group to be normal and to spread alike."),
		    SAY_END);
	return rc;
}

const struct analyse_method analyse_effect_size = {
	.name = "effect_size",
	.title = N_("Size of a difference"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("Whether a difference of this size matters does not follow from the figure: that depends on what is "
	       "measured and what can be done about it."),
	.r = "library(effectsize)\n"
	     "if (exists(\"g\")) { u <- split(x[[1]], g) } else u <- as.list(x)\n"
	     "p <- {paired|yes=TRUE|no=FALSE}\n"
	     "cohens_d(u[[1]], u[[2]], paired = p, ci = {level})\n"
	     "hedges_g(u[[1]], u[[2]], paired = p, ci = {level})\n"
	     "if (!p) glass_delta(u[[1]], u[[2]], ci = {level})\n"
	     "rank_biserial(u[[1]], u[[2]], paired = p, ci = {level})\n"
	     "if (!p) p_superiority(u[[1]], u[[2]], ci = {level})\n",
	.chart = { CHART_ESTIMATES, .table = "/result/effects", .value = "value", .lo = "lo", .hi = "hi" },
	.summary =
	    N_("Cohen's d, Hedges' g, Glass's delta, Cliff's delta and the chance that one is higher, with intervals"),
	.reference =
	    "Cohen 1988; Hedges 1981; Glass 1976 (standard deviation of the second group); Cliff 1993; Kerby 2014; McGraw & "
	    "Wong 1992; intervals by noncentral t, of ranks by Fisher's z; conventions of package effectsize 0.8.3; "
	    "paired: over the standard deviation of the differences, cohens_d_average over the mean of both; the paired "
	    "rank interval counts differences that are not zero",
	.missing_rule = MISSING_PAIRED,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_PAIRED, OPT_LEVEL },
	.output = { "design", "effects" },
	.run = effect_size_run,
};

static int gain_run(struct analyse *a, json_t *result, struct err *e)
{
	struct compare_blocks b;
	double *before, *after;
	struct an_gain g;

	if (!a->has_max)
		return err_set(e, ERR_INPUT, "max", "--{1} must say the highest result that can be reached.", "max",
		    (char *)NULL);
	if (compare_blocks_load(a, 2, 2, &b, e) != 0)
		return -1;
	before = AN_WORK_ARRAY(a->work, double, b.rows);
	after = AN_WORK_ARRAY(a->work, double, b.rows);
	if (before == NULL || after == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < b.rows; i++) {
		before[i] = b.x[2 * i];
		after[i] = b.x[2 * i + 1];
	}
	if (analyse_status(an_gain(before, after, b.rows, a->max, a->level, a->work, &g), "gain", e) != 0)
		return -1;
	json_object_set_new(result, "before", analyse_real(g.before));
	json_object_set_new(result, "after", analyse_real(g.after));
	json_object_set_new(result, "gain", analyse_real(g.gain));
	json_object_set_new(result, "se", analyse_real(g.se));
	json_object_set_new(result, "lo", analyse_real(g.interval.lo));
	json_object_set_new(result, "hi", analyse_real(g.interval.hi));
	json_object_set_new(result, "individual", analyse_real_if(g.has_individual, g.individual));
	json_object_set_new(result, "individuals", analyse_count(g.individuals));
	json_object_set_new(result, "at_most", analyse_count(g.at_most));
	analyse_say(a,
	    N_("From {1} to {2} on average, {3} of what could still be gained was gained ({4} interval {5} to {6}), from {7} "
	       "people with both results."),
	    SAY_NUM(g.before, 2), SAY_NUM(g.after, 2), SAY_PCT(g.gain), SAY_PCT(a->level), SAY_PCT(g.interval.lo),
	    SAY_PCT(g.interval.hi), SAY_N(b.rows));
	if (g.gain < 0)
		analyse_warn(a,
		    N_("The mean fell. A gain below zero has no fixed scale: it says that there was a loss, and not "
		       "how large a one."),
		    SAY_END);
	if (g.at_most > 0)
		analyse_warn(a, N_("{1} people were at the highest result already before, and could not gain."),
		    SAY_N(g.at_most));
	compare_blocks_warn(a, &b);
	analyse_check(a, -1, N_("Both tests are taken to be equally hard and to reach up to the same highest result."),
	    SAY_END);
	return 0;
}

const struct analyse_method analyse_gain = {
	.name = "gain",
	.title = N_("Normalised gain"),
	.family = FAMILY_COMPARE,
	.not_shown = N_("Without a group that was not taught, a gain does not show that the teaching caused it."),
	.r = "b <- x[complete.cases(x), ]\n"
	     "(mean(b[[2]]) - mean(b[[1]])) / ({max} - mean(b[[1]]))\n"
	     "mean(((b[[2]] - b[[1]]) / ({max} - b[[1]]))[b[[1]] < {max}])\n",
	.summary = N_("what was gained between two results, as a share of what could have been gained"),
	.reference =
	    "Hake 1998, Interactive-engagement versus traditional methods; interval by the delta method over people",
	.missing_rule = N_("people with both results"),
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS,
	    { "subject", OPT_COLUMN, "", NULL, N_("with --by: column that says whose result a row holds"), USE_FILE },
	    { "max", OPT_NUMBER, "", NULL, N_("highest result that can be reached") }, OPT_LEVEL },
	.output = { "before", "after", "gain", "se", "lo", "hi", "individual", "individuals", "at_most" },
	.run = gain_run,
};
