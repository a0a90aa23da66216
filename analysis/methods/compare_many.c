/* Methods that compare several groups at once. */
#include "analysis/methods/compare.h"
#include "analysis/stats/compare/oneway.h"
#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <string.h>

static json_t *chi_json(const struct an_chi *x)
{
	return json_pack("{s:o, s:o, s:o}", "statistic", analyse_real(x->statistic), "df", analyse_real(x->df), "p",
	    analyse_real(x->p));
}

/* Values less their group's mean, on scratch memory. */
static double *residuals(struct analyse *a, const struct compare *c)
{
	double *out = AN_WORK_ARRAY(a->work, double, an_samples_total(&c->s));

	for (size_t g = 0; out != NULL && g < c->groups; g++)
		for (size_t i = c->s.start[g]; i < c->s.start[g + 1]; i++)
			out[i] = c->s.x[i] - c->g[g].mean;
	return out;
}

static void anova_checks(struct analyse *a, const struct compare *c, bool normal, const struct an_shapiro *s)
{
	struct an_anova1 levene;

	if (normal)
		analyse_check(a, s->p >= 0.05,
		    N_("What is left within the groups is close to normal (Shapiro-Wilk p {1}); with large groups a departure "
		       "matters little."),
		    SAY_P(s->p));
	if (an_levene(&c->s, true, a->work, &levene) == AN_OK) {
		analyse_check(a, levene.p >= 0.05,
		    N_("The groups spread alike (Levene's test p {1}); where they do not, use Welch's analysis, which is given "
		       "too."),
		    SAY_P(levene.p));
	}
	compare_small_warn(a, c);
}

static json_t *anova_table(const struct an_anova1 *x, const char *by)
{
	return analyse_sheet(json_pack("[s, s]", by, "Residuals"), "df ss ms f p",
	    json_pack("[[o, o, o, o, o], [o, o, o, n, n]]", analyse_real(x->df_between), analyse_real(x->ss_between),
		analyse_real(x->ms_between), analyse_real_if(x->has_f, x->f), analyse_real_if(x->has_f, x->p),
		analyse_real(x->df_within), analyse_real(x->ss_within), analyse_real(x->ms_within)));
}

static void anova_say(struct analyse *a, const struct compare *c, const struct an_anova1 *x,
    const struct an_effect_anova *f)
{
	size_t low = 0, high = 0;

	for (size_t g = 0; g < c->groups; g++) {
		low = c->g[g].mean < c->g[low].mean ? g : low;
		high = c->g[g].mean > c->g[high].mean ? g : high;
	}
	analyse_say(a, N_("Means go from {1} ({2}) to {3} ({4})."), SAY_NUM(c->g[low].mean, 2), SAY_TEXT(c->label[low]),
	    SAY_NUM(c->g[high].mean, 2), SAY_TEXT(c->label[high]));
	if (f->eta2.has_interval)
		analyse_say(a, N_("The groups account for {1} of the variation ({2} interval {3} to {4})."),
		    SAY_PCT(f->eta2.value), SAY_PCT(a->level), SAY_PCT(f->eta2.interval.lo),
		    SAY_PCT(f->eta2.interval.hi));
	compare_p_say(a, x->p);
}

static int anova_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_effect_anova f = { 0 };
	struct an_shapiro s;
	struct an_welch w;
	struct an_anova1 x;
	struct compare c;
	bool normal, welch;
	double *left;

	if (compare_load(a, 2, 0, &c, e) != 0 || analyse_status(an_anova1(c.g, c.groups, &x), "anova", e) != 0)
		return -1;
	left = residuals(a, &c);
	if (left == NULL)
		return err_nomem(e);
	welch = an_welch_anova(c.g, c.groups, &w) == AN_OK;
	json_object_set_new(result, "anova", anova_table(&x, analyse_given(a, "by") ? analyse_text(a, "by") : "group"));
	json_object_set_new(result, "welch",
	    welch ? json_pack("{s:o, s:o, s:o, s:o}", "f", analyse_real(w.f), "df1", analyse_real(w.df1), "df2",
			analyse_real(w.df2), "p", analyse_real(w.p))
		  : json_null());
	if (x.has_f && an_effect_of_f(x.f, x.df_between, x.df_within, a->level, &f) == AN_OK)
		anova_say(a, &c, &x, &f);
	json_object_set_new(result, "effects",
	    analyse_sheet(x.has_f ? json_pack("[s, s, s]", "eta2", "omega2", "epsilon2") : json_array(), "value lo hi",
		x.has_f ? json_pack("[o, o, o]", compare_effect_row(&f.eta2), compare_effect_row(&f.omega2),
			      compare_effect_row(&f.epsilon2))
			: json_array()));
	json_object_set_new(result, "r2", analyse_real(x.eta2));
	json_object_set_new(result, "shapiro", compare_shapiro(a, left, an_samples_total(&c.s), &s, &normal));
	json_object_set_new(result, "groups", compare_groups_json(&c));
	anova_checks(a, &c, normal, &s);
	return 0;
}

const struct analyse_method analyse_anova = {
	.name = "anova",
	.title = N_("One-way analysis of variance"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("The analysis says that not all means are equal, not which of them differ: see the comparisons of "
	       "pairs. Groups that were not drawn by lot may differ for other reasons."),
	.r = "if (!exists(\"g\")) { s <- stack(x); x <- s[\"values\"]; g <- s$ind }\n"
	     "f <- lm(x[[1]] ~ g)\nstats::anova(f)\noneway.test(x[[1]] ~ g)\nshapiro.test(residuals(f))\n"
	     "effectsize::eta_squared(f, partial = FALSE, ci = {level}, alternative = \"two.sided\")\n"
	     "effectsize::omega_squared(f, partial = FALSE, ci = {level}, alternative = \"two.sided\")\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean" },
	.summary =
	    N_("do the means of several groups differ? One-way analysis of variance, Welch's too, with effect sizes"),
	.reference =
	    "Fisher 1925; Welch 1951; effect sizes with two-sided intervals by noncentral F, conventions of package "
	    "effectsize 0.8.3",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS, OPT_LEVEL },
	.output = { "anova", "welch", "effects", "r2", "shapiro", "groups" },
	.run = anova_run,
};

/* n, median and mean rank of each. */
static json_t *rank_groups(struct analyse *a, const struct compare *c, const double *mean_rank)
{
	json_t *values = json_array();
	double *copy = AN_WORK_ARRAY(a->work, double, an_samples_total(&c->s));

	for (size_t g = 0; copy != NULL && g < c->groups; g++) {
		size_t n = an_samples_size(&c->s, g);

		memcpy(copy, an_samples_of(&c->s, g), n * sizeof *copy);
		an_sort(copy, n);
		json_array_append_new(values,
		    json_pack("[o, o, o]", analyse_count(n), analyse_real(an_median(copy, n)),
			analyse_real(mean_rank[g])));
	}
	return analyse_sheet(analyse_names(c->label, c->groups), "n median mean_rank", values);
}

static void ranks_say(struct analyse *a, const char *const *label, const double *mean_rank, size_t n)
{
	size_t low = 0, high = 0;

	for (size_t g = 0; g < n; g++) {
		low = mean_rank[g] < mean_rank[low] ? g : low;
		high = mean_rank[g] > mean_rank[high] ? g : high;
	}
	analyse_say(a, N_("Values tend to be lowest in {1} and highest in {2}."), SAY_TEXT(label[low]),
	    SAY_TEXT(label[high]));
}

static int kruskal_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_kruskal k;
	struct compare c;
	double *mean_rank;

	if (compare_load(a, 2, 0, &c, e) != 0)
		return -1;
	mean_rank = AN_WORK_ARRAY(a->work, double, c.groups);
	if (mean_rank == NULL)
		return err_nomem(e);
	if (analyse_status(an_kruskal(&c.s, a->work, mean_rank, &k), "ranks", e) != 0)
		return -1;
	json_object_set_new(result, "statistic", analyse_real(k.test.statistic));
	json_object_set_new(result, "df", analyse_real(k.test.df));
	json_object_set_new(result, "p", analyse_real(k.test.p));
	json_object_set_new(result, "epsilon2", analyse_real(k.epsilon2));
	json_object_set_new(result, "groups", rank_groups(a, &c, mean_rank));
	ranks_say(a, c.label, mean_rank, c.groups);
	compare_p_say(a, k.test.p);
	compare_small_warn(a, &c);
	return 0;
}

const struct analyse_method analyse_kruskal = {
	.name = "kruskal",
	.title = N_("Kruskal-Wallis test"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("The test says that values tend to be higher in some group than in others, not in which: see Dunn's "
	       "test."),
	.r = "if (!exists(\"g\")) { s <- stack(x); x <- s[\"values\"]; g <- s$ind }\n"
	     "kruskal.test(x[[1]] ~ g)\neffectsize::rank_epsilon_squared(x[[1]], g, ci = NULL)\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean_rank" },
	.summary = N_("do values of several groups tend to differ? Analysis of variance by ranks"),
	.reference = "Kruskal & Wallis 1952, corrected for ties; epsilon squared Tomczak & Tomczak 2014",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS },
	.output = { "statistic", "df", "p", "epsilon2", "groups" },
	.run = kruskal_run,
};

static int friedman_run(struct analyse *a, json_t *result, struct err *e)
{
	struct compare_blocks b;
	struct an_friedman f;
	double *mean_rank;
	json_t *values;

	if (compare_blocks_load(a, 2, 0, &b, e) != 0)
		return -1;
	mean_rank = AN_WORK_ARRAY(a->work, double, b.cols);
	if (mean_rank == NULL)
		return err_nomem(e);
	if (analyse_status(an_friedman(b.x, b.rows, b.cols, a->work, mean_rank, &f), "ranks", e) != 0)
		return -1;
	json_object_set_new(result, "statistic", analyse_real(f.test.statistic));
	json_object_set_new(result, "df", analyse_real(f.test.df));
	json_object_set_new(result, "p", analyse_real(f.test.p));
	json_object_set_new(result, "w", analyse_real(f.w));
	values = json_array();
	for (size_t j = 0; j < b.cols; j++)
		json_array_append_new(values, json_pack("[o]", analyse_real(mean_rank[j])));
	json_object_set_new(result, "groups", analyse_sheet(analyse_names(b.label, b.cols), "mean_rank", values));
	ranks_say(a, b.label, mean_rank, b.cols);
	compare_p_say(a, f.test.p);
	compare_blocks_warn(a, &b);
	analyse_check(a, b.rows * b.cols >= 15,
	    N_("p is an approximation for many rows; here are {1} rows of {2} values."), SAY_N(b.rows), SAY_N(b.cols));
	return 0;
}

const struct analyse_method analyse_friedman = {
	.name = "friedman",
	.title = N_("Friedman test"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("The test says that the same people rate some things higher than others, not which ones or by how "
	       "much."),
	.r = "# several values of the same subject and group: their mean\n"
	     "friedman.test(if (is.null({by})) as.matrix(x) else tapply(x[[1]], list(d[[{subject}]], g), mean))\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "mean_rank" },
	.summary =
	    N_("do the same people or blocks give higher values to some things than to others? Ranks within each"),
	.reference = "Friedman 1937, corrected for ties; w: Kendall's coefficient of concordance",
	.missing_rule =
	    N_("rows (or subjects) with all values; several values of a subject in a group count as their mean"),
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS,
	    { "subject", OPT_COLUMN, "", NULL,
		N_("with --by: column that says whose value a row holds, or which block's"), USE_FILE } },
	.output = { "statistic", "df", "p", "w", "groups" },
	.run = friedman_run,
};

static json_t *levene_json(const struct an_anova1 *x, bool has)
{
	if (!has)
		return json_null();
	return analyse_sheet(json_pack("[s, s]", "between", "within"), "df f p",
	    json_pack("[[o, o, o], [o, n, n]]", analyse_real(x->df_between), analyse_real(x->f), analyse_real(x->p),
		analyse_real(x->df_within)));
}

static int homogeneity_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_anova1 median, mean;
	struct an_chi bartlett, fligner;
	struct compare c;
	size_t low = 0, high = 0;
	bool has;

	if (compare_load(a, 2, 0, &c, e) != 0 ||
	    analyse_status(an_levene(&c.s, true, a->work, &median), "variances", e) != 0)
		return -1;
	json_object_set_new(result, "levene_median", levene_json(&median, true));
	has = an_levene(&c.s, false, a->work, &mean) == AN_OK;
	json_object_set_new(result, "levene_mean", levene_json(&mean, has));
	has = an_bartlett(c.g, c.groups, &bartlett) == AN_OK;
	json_object_set_new(result, "bartlett", has ? chi_json(&bartlett) : json_null());
	has = an_fligner(&c.s, a->work, &fligner) == AN_OK;
	json_object_set_new(result, "fligner", has ? chi_json(&fligner) : json_null());
	json_object_set_new(result, "groups", compare_groups_json(&c));
	for (size_t g = 0; g < c.groups; g++) {
		double v = c.g[g].n > 1 ? an_group_variance(c.g + g) : NAN;

		if (!(an_group_variance(c.g + low) <= v) && v == v)
			low = g;
		if (!(an_group_variance(c.g + high) >= v) && v == v)
			high = g;
	}
	if (c.g[low].n > 1 && c.g[high].n > 1)
		analyse_say(a, N_("Standard deviations go from {1} ({2}) to {3} ({4})."),
		    SAY_NUM(sqrt(an_group_variance(c.g + low)), 2), SAY_TEXT(c.label[low]),
		    SAY_NUM(sqrt(an_group_variance(c.g + high)), 2), SAY_TEXT(c.label[high]));
	compare_p_say(a, median.p);
	analyse_check(a, -1,
	    N_("Bartlett's test takes values to be normal; the others do not, and Levene's by medians is the one to go by."),
	    SAY_END);
	compare_small_warn(a, &c);
	return 0;
}

const struct analyse_method analyse_homogeneity = {
	.name = "homogeneity",
	.title = N_("Do groups spread alike?"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("Not finding a difference in spread does not show that there is none, above all with small groups."),
	.r = "if (!exists(\"g\")) { s <- stack(x); x <- s[\"values\"]; g <- s$ind }\n"
	     "car::leveneTest(x[[1]] ~ g)\ncar::leveneTest(x[[1]] ~ g, center = mean)\n"
	     "bartlett.test(x[[1]] ~ g)\nfligner.test(x[[1]] ~ g)\n",
	.chart = { CHART_BARS, .table = "/result/groups", .value = "sd" },
	.summary = N_("do several groups have the same variance? Levene's, Bartlett's and Fligner & Killeen's tests"),
	.reference =
	    "Levene 1960; Brown & Forsythe 1974; Bartlett 1937; Fligner & Killeen 1976 by medians; conventions of "
	    "car::leveneTest, bartlett.test and fligner.test",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS },
	.output = { "levene_median", "levene_mean", "bartlett", "fligner", "groups" },
	.run = homogeneity_run,
};

static void shapiro_row(struct analyse *a, json_t *rows, json_t *values, const char *name, const double *x, size_t n)
{
	struct an_shapiro s;
	bool has = an_shapiro(x, n, a->work, &s) == AN_OK;

	json_array_append_new(rows, json_string(name));
	json_array_append_new(values,
	    json_pack("[o, o, o]", analyse_count(n), analyse_real_if(has, s.w), analyse_real_if(has, s.p)));
	if (!has)
		analyse_warn(a, N_("{1} cannot be tested: that needs 3 to 5000 values that are not all the same."),
		    SAY_TEXT(name));
	else if (s.p < 0.05)
		analyse_say(a, N_("{1} is not normally distributed (p {2})."), SAY_TEXT(name), SAY_P(s.p));
	else
		analyse_say(a, N_("{1} gives no sign of not being normally distributed (p {2})."), SAY_TEXT(name),
		    SAY_P(s.p));
}

static int shapiro_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *rows, *values;
	struct compare c;

	if (compare_load(a, 1, 0, &c, e) != 0)
		return -1;
	rows = json_array();
	values = json_array();
	for (size_t g = 0; g < c.groups; g++)
		shapiro_row(a, rows, values, c.label[g], an_samples_of(&c.s, g), an_samples_size(&c.s, g));
	json_object_set_new(result, "tests", analyse_sheet(rows, "n w p", values));
	json_object_set_new(result, "residuals", json_null());
	if (analyse_given(a, "by")) {
		double *left = residuals(a, &c);
		struct an_shapiro s;
		bool has;

		if (left == NULL)
			return err_nomem(e);
		json_object_set_new(result, "residuals", compare_shapiro(a, left, an_samples_total(&c.s), &s, &has));
	}
	return 0;
}

const struct analyse_method analyse_shapiro = {
	.name = "shapiro",
	.title = N_("Shapiro-Wilk test of normality"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("With many values the test finds departures that do not matter, and with few it misses those that do: "
	       "look at the distribution too."),
	.r = "if (exists(\"g\")) { print(tapply(x[[1]], g, shapiro.test)); shapiro.test(residuals(lm(x[[1]] ~ g))) "
	     "} else lapply(x, shapiro.test)\n",
	.summary = N_("is a column, each of several groups, or what is left within them, normally distributed?"),
	.reference = "Shapiro & Wilk 1965; Royston 1995, algorithm AS R94",
	.missing_rule = MISSING_GROUPS,
	.options = { OPT_ITEMS, OPT_NA, OPT_BY, OPT_LEVELS },
	.output = { "tests", "residuals" },
	.run = shapiro_run,
};
