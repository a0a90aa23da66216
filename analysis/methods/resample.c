/* Bootstrap and jackknife. */
#include "analysis/stats/resample/resample.h"
#include "analysis/methods/method.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define JACKKNIFE_MOST 20000 /* units */

static const char *const statistic_word[] = {
	[AN_STATISTIC_MEAN] = "mean",
	[AN_STATISTIC_MEDIAN] = "median",
	[AN_STATISTIC_SD] = "sd",
	[AN_STATISTIC_CORRELATION] = "correlation",
	[AN_STATISTIC_DIFFERENCE] = "difference",
	[AN_STATISTIC_DIFFERENCE_MEDIAN] = "difference_median",
	[AN_STATISTIC_ALPHA] = "alpha",
};

/* Complete rows, and what they are drawn by. */
struct sample {
	struct an_resample d;
	const char *first, *second; /* labels of the two groups */
};

/* Groups of an option's column in all rows of the file; NULL of when it is not given. */
static int factor_of(const struct analyse *a, const char *option, struct analyse_groups *g, struct err *e)
{
	size_t column;

	if (analyse_column_of(a, option, false, &column, e) != 0)
		return -1;
	return column == SIZE_MAX ? 0 : analyse_factor_load(a, column, g, e);
}

static bool has_place(const struct analyse_groups *g, size_t row)
{
	return g->of == NULL || g->of[row] < g->count;
}

static size_t *places(const struct analyse *a, const struct analyse_groups *g)
{
	return g->of != NULL ? AN_WORK_ARRAY(a->work, size_t, analyse_rows(a)) : NULL;
}

static int copy_rows(struct analyse *a, const struct analyse_groups *by, const struct analyse_groups *cluster,
    const struct analyse_groups *stratum, struct sample *out, struct err *e)
{
	size_t k = a->items.view.cols, n = 0, *g = places(a, by), *c = places(a, cluster), *s = places(a, stratum);
	double *x = AN_WORK_ARRAY(a->work, double, a->items.view.rows *k);

	if (x == NULL || (by->of != NULL && g == NULL) || (cluster->of != NULL && c == NULL) ||
	    (stratum->of != NULL && s == NULL))
		return err_nomem(e);
	for (size_t i = 0; i < a->items.view.rows; i++) {
		if (an_view_present(a->items.view, i) < k || !has_place(by, i) || !has_place(cluster, i) ||
		    !has_place(stratum, i))
			continue;
		for (size_t j = 0; j < k; j++)
			x[n * k + j] = an_view_at(a->items.view, i, j);
		if (g != NULL)
			g[n] = by->of[i];
		if (c != NULL)
			c[n] = cluster->of[i];
		if (s != NULL)
			s[n] = stratum->of[i];
		n++;
	}
	a->used = n;
	out->d.x = x;
	out->d.rows = n;
	out->d.cols = k;
	out->d.group = g;
	out->d.cluster = c;
	out->d.clusters = cluster->count;
	out->d.stratum = s;
	out->d.strata = stratum->count;
	return 0;
}

static int sample_load(struct analyse *a, struct sample *out, struct err *e)
{
	struct analyse_groups by = { 0 }, cluster = { 0 }, stratum = { 0 };
	size_t k = a->items.view.cols;
	bool two;
	int rc = -1;

	memset(out, 0, sizeof *out);
	for (int i = AN_STATISTIC_MEAN; i <= AN_STATISTIC_ALPHA; i++)
		if (strcmp(analyse_text(a, "statistic"), statistic_word[i]) == 0)
			out->d.statistic = (enum an_statistic)i;
	two = out->d.statistic == AN_STATISTIC_DIFFERENCE || out->d.statistic == AN_STATISTIC_DIFFERENCE_MEDIAN;
	if (out->d.statistic == AN_STATISTIC_CORRELATION && k != 2)
		return err_set(e, ERR_INPUT, "items", "A correlation needs two columns in --{1}.", "items",
		    (char *)NULL);
	if (out->d.statistic == AN_STATISTIC_ALPHA && k < 2)
		return err_set(e, ERR_INPUT, "items", "Alpha needs two columns or more in --{1}.", "items",
		    (char *)NULL);
	if (out->d.statistic != AN_STATISTIC_CORRELATION && out->d.statistic != AN_STATISTIC_ALPHA &&
	    analyse_one_item(a, e) != 0)
		return -1;
	if (two && analyse_groups_load(a, &by, e) != 0)
		return -1;
	if (two && by.count != 2) {
		err_set(e, ERR_INPUT, "by", "A difference needs exactly two groups in column {1}.",
		    analyse_text(a, "by"), (char *)NULL);
		goto done;
	}
	if (factor_of(a, "cluster", &cluster, e) != 0 || factor_of(a, "strata", &stratum, e) != 0 ||
	    copy_rows(a, &by, &cluster, &stratum, out, e) != 0)
		goto done;
	out->first = two ? by.label[0] : "";
	out->second = two ? by.label[1] : "";
	rc = 0;
done:
	analyse_groups_free(&by);
	analyse_groups_free(&cluster);
	analyse_groups_free(&stratum);
	return rc;
}

static int sample_status(enum an_status s, const struct sample *x, struct err *e)
{
	if (s == AN_EDATA && x->d.cluster != NULL && x->d.stratum != NULL)
		return err_set(e, ERR_INPUT, "cluster", "Each cluster must lie in one stratum.", (char *)NULL);
	return analyse_status(s, statistic_word[x->d.statistic], e);
}

static json_t *interval_row(bool has, const struct an_interval *ci)
{
	return json_pack("[o, o]", analyse_real_if(has, ci->lo), analyse_real_if(has, ci->hi));
}

static void statistic_words(struct analyse *a, const struct sample *s)
{
	if (s->first[0] != '\0')
		analyse_say(a, N_("The difference is {1} less {2}."), SAY_TEXT(s->first), SAY_TEXT(s->second));
}

static void bootstrap_words(struct analyse *a, const struct sample *s, const struct an_bootstrap *b)
{
	const struct an_interval *ci = b->has_bca ? &b->bca : &b->percentile;

	analyse_say(a,
	    N_("The statistic asked for ({1}) is {2} ({3} interval {4} to {5}), from {6} people; the interval comes from drawing the data again "
	       "{7} times and takes no distribution for granted."),
	    SAY_TEXT(statistic_word[s->d.statistic]), SAY_NUM(b->value, 3), SAY_PCT(a->level), SAY_NUM(ci->lo, 3),
	    SAY_NUM(ci->hi, 3), SAY_N(s->d.rows), SAY_N(b->replicates));
	statistic_words(a, s);
	analyse_check(a, fabs(b->bias) < 0.25 * b->se,
	    N_("Redrawn values should centre on the value found; they are off by {1} standard errors."),
	    SAY_NUM(b->se > 0 ? fabs(b->bias) / b->se : 0, 2));
	if (b->units < 20)
		analyse_warn(a, N_("With {1} units drawn the bootstrap makes intervals that are too short."),
		    SAY_N(b->units));
	if (b->undefined > 0)
		analyse_warn(a, N_("In {1} of the draws the statistic did not exist; they are left out."),
		    SAY_N(b->undefined));
	if (s->d.statistic == AN_STATISTIC_MEDIAN || s->d.statistic == AN_STATISTIC_DIFFERENCE_MEDIAN)
		analyse_warn(a, N_("A median of answers on few steps jumps from step to step, and so do its limits."),
		    SAY_END);
}

static int bootstrap_run(struct analyse *a, json_t *result, struct err *e)
{
	static const char *const names[] = { "percentile", "basic", "bca", "normal" };
	struct an_bootstrap b;
	struct sample s;
	size_t replicates = analyse_whole(a, "replicates");

	if (sample_load(a, &s, e) != 0)
		return -1;
	if (replicates < 100 || replicates > 1000000)
		return err_set(e, ERR_INPUT, "replicates", "--{1} must be from 100 to 1000000.", "replicates",
		    (char *)NULL);
	if (sample_status(an_resample_bootstrap(&s.d, replicates, analyse_whole(a, "seed"), a->level, a->work, &b,
			      NULL),
		&s, e) != 0)
		return -1;
	json_object_set_new(result, "statistic", json_string(statistic_word[s.d.statistic]));
	json_object_set_new(result, "value", analyse_real(b.value));
	json_object_set_new(result, "bias", analyse_real(b.bias));
	json_object_set_new(result, "se", analyse_real(b.se));
	json_object_set_new(result, "intervals",
	    analyse_sheet(analyse_names(names, 4), "lo hi",
		json_pack("[o, o, o, o]", interval_row(true, &b.percentile), interval_row(true, &b.basic),
		    interval_row(b.has_bca, &b.bca), interval_row(true, &b.normal))));
	json_object_set_new(result, "z0", analyse_real_if(b.has_bca, b.z0));
	json_object_set_new(result, "acceleration", analyse_real_if(b.has_bca, b.acceleration));
	json_object_set_new(result, "units", analyse_count(b.units));
	json_object_set_new(result, "strata", analyse_count(b.strata));
	json_object_set_new(result, "replicates", analyse_count(b.replicates));
	json_object_set_new(result, "undefined", analyse_count(b.undefined));
	bootstrap_words(a, &s, &b);
	return 0;
}

#define OPT_RESAMPLE                                                                                                               \
	OPT_ITEMS, OPT_NA, OPT_KEYS,                                                                                               \
	    { "statistic", OPT_CHOICE, "mean", "mean|median|sd|correlation|difference|difference_median|alpha",                    \
		    N_("of one column (mean of 0 and 1 is a share), of two (correlation), of two groups of --by (difference), of " \
		       "all (alpha)") },                                                                                           \
	    OPT_BY, { "cluster", OPT_COLUMN, "", NULL, N_("column of clusters, drawn or left out whole"), USE_GROUP },             \
	{                                                                                                                          \
		"strata", OPT_COLUMN, "", NULL, N_("column of strata, drawn from one by one"), USE_GROUP                           \
	}
#define RESAMPLE_MISSING N_("rows with a missing answer, group, cluster or stratum are left out")
#define RESAMPLE_R                                                                                                     \
	"s <- switch({statistic}, mean = function(x, g) mean(x[[1]]), median = function(x, g) median(x[[1]]),\n"       \
	"  sd = function(x, g) sd(x[[1]]), correlation = function(x, g) cor(x[[1]], x[[2]]),\n"                        \
	"  difference = function(x, g) -diff(tapply(x[[1]], g, mean)),\n"                                              \
	"  difference_median = function(x, g) -diff(tapply(x[[1]], g, median)),\n"                                     \
	"  alpha = function(x, g) ncol(x) / (ncol(x) - 1) * (1 - sum(diag(cov(x))) / sum(cov(x))))\n"                  \
	"if (is.null({by})) g <- rep(1, nrow(x)); k <- complete.cases(x, g); x <- x[k, , drop = FALSE]; g <- g[k]\n"

const struct analyse_method analyse_bootstrap = {
	.name = "bootstrap",
	.title = N_("Bootstrap interval"),
	.family = FAMILY_RESAMPLE,
	.summary =
	    N_("intervals of a statistic by drawing people, clusters or strata again: percentile, basic, BCa, normal"),
	.reference = "Efron & Tibshirani 1993; BCa Efron 1987; Davison & Hinkley 1997; quantiles at (B + 1) p; random "
		     "numbers xoshiro256**, one stream a replicate",
	.missing_rule = RESAMPLE_MISSING,
	.not_shown =
	    N_("Drawing again shows how much the figure depends on who happened to answer. It does not show what "
	       "those who did not answer think."),
	.r = RESAMPLE_R "library(boot)\n"
			"set.seed({seed}) # R draws other random numbers: limits agree but for drawing\n"
			"h <- if (is.null({strata})) g else factor(d[[{strata}]][k])\n"
			"b <- boot(x, function(x, i) s(x[i, , drop = FALSE], g[i]), {replicates}, strata = h)\n"
			"boot.ci(b, {level}, type = c(\"norm\", \"basic\", \"perc\", \"bca\")) # without --cluster",
	.chart = { CHART_ESTIMATES, .table = "/result/intervals", .lo = "lo", .hi = "hi" },
	.options = { OPT_RESAMPLE, { "replicates", OPT_WHOLE, "1999", NULL, N_("how often the data are drawn again") },
	    OPT_SEED, OPT_LEVEL },
	.output = { "statistic", "value", "bias", "se", "intervals", "z0", "acceleration", "units", "strata",
	    "replicates", "undefined" },
	.run = bootstrap_run,
};

static int jackknife_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_jackknife j;
	struct sample s;

	if (sample_load(a, &s, e) != 0)
		return -1;
	if ((s.d.cluster != NULL ? s.d.clusters : s.d.rows) > JACKKNIFE_MOST)
		return err_set(e, ERR_INPUT, "items", "The jackknife takes at most {1} units.", "20000", (char *)NULL);
	if (sample_status(an_resample_jackknife(&s.d, a->work, &j), &s, e) != 0)
		return -1;
	json_object_set_new(result, "statistic", json_string(statistic_word[s.d.statistic]));
	json_object_set_new(result, "value", analyse_real(j.value));
	json_object_set_new(result, "bias", analyse_real(j.bias));
	json_object_set_new(result, "corrected", analyse_real(j.value - j.bias));
	json_object_set_new(result, "se", analyse_real(j.se));
	json_object_set_new(result, "units", analyse_count(j.units));
	json_object_set_new(result, "strata", analyse_count(j.strata));
	analyse_say(a,
	    N_("The statistic asked for ({1}) is {2} with a standard error of {3}, found by leaving out one of {4} units at a time."),
	    SAY_TEXT(statistic_word[s.d.statistic]), SAY_NUM(j.value, 3), SAY_NUM(j.se, 3), SAY_N(j.units));
	statistic_words(a, &s);
	analyse_check(a, fabs(j.bias) <= 0.25 * j.se,
	    N_("The value found should hardly lean to one side; it does by {1} standard errors."),
	    SAY_NUM(j.se > 0 ? fabs(j.bias) / j.se : 0, 2));
	if (s.d.statistic == AN_STATISTIC_MEDIAN || s.d.statistic == AN_STATISTIC_DIFFERENCE_MEDIAN)
		analyse_warn(a, N_("The jackknife does not work for medians; use the bootstrap."), SAY_END);
	return 0;
}

const struct analyse_method analyse_jackknife = {
	.name = "jackknife",
	.title = N_("Jackknife standard error"),
	.family = FAMILY_RESAMPLE,
	.summary = N_("bias and standard error of a statistic by leaving out one person or cluster at a time"),
	.reference = "Quenouille 1956; Tukey 1958; Efron & Tibshirani 1993, chapter 11; by strata Shao & Tu 1995",
	.missing_rule = RESAMPLE_MISSING,
	.not_shown =
	    N_("Leaving out one at a time shows how much the figure depends on single people. It does not show "
	       "what those who did not answer think."),
	.r = RESAMPLE_R
	"n <- nrow(x)\n"
	"t <- sapply(seq_len(n), function(i) s(x[-i, , drop = FALSE], g[-i])) # one stratum, no clusters\n"
	"c(value = s(x, g), bias = (n - 1) * (mean(t) - s(x, g)), se = sqrt((n - 1)^2 / n * var(t)))",
	.options = { OPT_RESAMPLE },
	.output = { "statistic", "value", "bias", "corrected", "se", "units", "strata" },
	.run = jackknife_run,
};
