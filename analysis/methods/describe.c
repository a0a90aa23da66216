/* Methods on one variable at a time. */
#include "analysis/methods/each.h"
#include "analysis/stats/describe/describe.h"
#include "analysis/stats/describe/distribution.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_MOST 1000 /* distinct answers of a distribution */
#define SAID_MOST   12	 /* items or groups that are spoken of one by one */
#define GROUP_SMALL 10

static json_t *describe_row(const struct an_describe *d, bool has_lag1, double lag1)
{
	bool any = d->used > 0;

	return json_pack("[o, o, o, o, o, o, o, o, o, o, o, o, o]", analyse_count(d->used),
	    analyse_real_if(any, d->mean), analyse_real_if(d->has_sd, d->sd), analyse_real_if(any, d->median),
	    analyse_real_if(any, d->trimmed), analyse_real_if(any, d->mad), analyse_real_if(any, d->min),
	    analyse_real_if(any, d->max), analyse_real_if(any, d->range), analyse_real_if(d->has_shape, d->skew),
	    analyse_real_if(d->has_shape, d->kurtosis), analyse_real_if(d->has_sd, d->se),
	    analyse_real_if(has_lag1, lag1));
}

/* What a reader of means should know of one item's answers. */
static void describe_words(struct analyse *a, const char *name, const struct an_describe *d)
{
	if (!d->has_sd)
		return;
	if (a->items.view.cols <= SAID_MOST)
		analyse_say(a, N_("{1}: mean {2}, standard deviation {3}, median {4}, from {5} answers."),
		    SAY_TEXT(name), SAY_NUM(d->mean, 2), SAY_NUM(d->sd, 2), SAY_NUM(d->median, 1), SAY_N(d->used));
	if (d->has_shape && fabs(d->skew) > 1)
		analyse_warn(a,
		    N_("The answers to {1} are lopsided (skewness {2}); the median and the distribution tell more than the "
		       "mean."),
		    SAY_TEXT(name), SAY_NUM(d->skew, 2));
	if (a->items.view.rows > 0 && (double)d->used < 0.8 * (double)a->items.view.rows)
		analyse_warn(a, N_("{1} was answered by {2} of {3} people; the others may think differently."),
		    SAY_TEXT(name), SAY_N(d->used), SAY_N(a->items.view.rows));
}

static int describe_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values = json_array();
	double *x = AN_WORK_ARRAY(a->work, double, a->items.view.rows);

	for (size_t j = 0; j < a->items.view.cols && x != NULL; j++) {
		struct an_describe d;
		double lag1 = 0;
		size_t n = an_view_column(a->items.view, j, x);
		bool has_lag1 = an_lag1(x, n, &lag1) == AN_OK;
		enum an_status s = an_describe(a->items.view, j, a->work, &d);

		if (s != AN_OK && s != AN_ETOOFEW) {
			json_decref(values);
			return analyse_status(s, a->items.name[j], e);
		}
		json_array_append_new(values, describe_row(&d, has_lag1, lag1));
		describe_words(a, a->items.name[j], &d);
	}
	a->used = each_answered(a);
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n mean sd median trimmed mad min max range skew kurtosis se lag1",
		values));
	json_object_set_new(result, "missing_by_item", analyse_missing_by_item(a));
	json_object_set_new(result, "missing_by_person", analyse_missing_by_person(a));
	return x != NULL ? 0 : err_nomem(e);
}

const struct analyse_method analyse_describe = {
	.name = "describe",
	.title = N_("Description of variables"),
	.family = FAMILY_DESCRIBE,
	.not_shown =
	    N_("These figures describe those who answered. How far they stand for all who were asked is another "
	       "question, and no figure here answers it."),
	.r = "library(psych)\n"
	     "describe(x, type = 3)\n"
	     "colSums(is.na(x)); table(rowSums(is.na(x)))",
	.chart = { CHART_ESTIMATES, .table = "/result/items", .value = "mean" },
	.summary = N_("n, mean, spread, quartile-free location and shape of each variable"),
	.reference =
	    "Joanes & Gill 1998, Comparing measures of sample skewness and kurtosis; conventions of psych::describe "
	    "(skew and excess kurtosis of type 3, 10 % trimmed mean, mad times 1.4826)",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS },
	.output = { "items", "missing_by_item", "missing_by_person" },
	.run = describe_run,
};

/* The values to count: those of --values, or all that occur. */
static int values_of(const struct analyse *a, double **value, size_t *n, struct err *e)
{
	struct an_view all = { a->items.data, a->items.why, a->items.view.rows * a->items.view.cols, 1, 1 };

	if (analyse_given(a, "values")) {
		if (analyse_numbers(a, "values", value, n, e) != 0)
			return -1;
		an_sort(*value, *n);
		for (size_t i = 1; i < *n; i++)
			if ((*value)[i] == (*value)[i - 1])
				return err_set(e, ERR_INPUT, "values", "--{1} names a value twice.", "values",
				    (char *)NULL);
		return 0;
	}
	*value = calloc(VALUES_MOST, sizeof **value);
	if (*value == NULL)
		return err_nomem(e);
	if (an_distinct(all, 0, a->work, *value, VALUES_MOST, n) == AN_ETOOFEW)
		return err_set(e, ERR_INPUT, "items",
		    "There are more than 1000 different values; a distribution needs categories.", (char *)NULL);
	return 0;
}

static json_t *value_names(const double *value, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof name, "%.15g", value[i]);
		json_array_append_new(out, json_string(name));
	}
	return out;
}

static void distribution_words(struct analyse *a, const char *name, size_t rows, const double *value, size_t n,
    const size_t *count, const struct an_distribution *d)
{
	size_t most = 0;

	for (size_t k = 1; k < n; k++)
		most = count[k] > count[most] ? k : most;
	if (d->used > 0 && n > 0 && count[most] > 0 && rows <= SAID_MOST)
		analyse_say(a, N_("{1}: the most frequent answer is {2}, given by {3} of {4} people ({5})."),
		    SAY_TEXT(name), SAY_NUM(value[most], value[most] == floor(value[most]) ? 0 : 2), SAY_N(count[most]),
		    SAY_N(d->used), SAY_PCT((double)count[most] / (double)d->used));
	if (d->outside > 0)
		analyse_warn(a, N_("{2} answers to {1} are none of the values counted; shares are of all answers."),
		    SAY_TEXT(name), SAY_N(d->outside));
}

/* One row each of counts and shares for every column or group. */
static int count_all(struct analyse *a, const struct each *s, const double *value, size_t n, json_t *counts,
    json_t *shares, json_t *outside, struct err *e)
{
	size_t *count = AN_WORK_ARRAY(a->work, size_t, n);

	for (size_t i = 0; i < s->count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		json_t *row = json_array(), *part = json_array();
		struct an_distribution d;
		struct an_view v;
		int rc = count == NULL ? err_nomem(e) : each_view(a, s, i, &v, e);

		if (rc == 0) {
			enum an_status status = an_distribution(v, 0, value, n, count, &d);

			rc = status == AN_ETOOFEW ? 0 : analyse_status(status, each_name(a, s, i), e);
		}
		for (size_t k = 0; rc == 0 && k < n; k++) {
			json_array_append_new(row, analyse_count(count[k]));
			json_array_append_new(part, analyse_real_if(d.used > 0, (double)count[k] / (double)d.used));
		}
		json_array_append_new(counts, row);
		json_array_append_new(shares, part);
		an_work_release(a->work, mark);
		if (rc != 0)
			return rc;
		json_object_set_new(outside, each_name(a, s, i), analyse_count(d.outside));
		distribution_words(a, each_name(a, s, i), s->count, value, n, count, &d);
	}
	return 0;
}

static int distribution_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *counts = json_array(), *shares = json_array(), *outside = json_object(), *names;
	double *value = NULL;
	struct each s = { 0 };
	size_t n = 0;
	int rc = -1;

	if (values_of(a, &value, &n, e) == 0 && each_begin(a, &s, e) == 0)
		rc = count_all(a, &s, value, n, counts, shares, outside, e);
	a->used = each_answered(a);
	names = each_names(a, &s);
	json_object_set_new(result, "counts", analyse_table(names, value_names(value, n), counts));
	json_object_set_new(result, "shares", analyse_table(json_copy(names), value_names(value, n), shares));
	json_object_set_new(result, "outside", outside);
	analyse_groups_free(&s.groups);
	free(value);
	return rc;
}

const struct analyse_method analyse_distribution = {
	.counts_values = true,
	.name = "distribution",
	.title = N_("Distribution of answers"),
	.family = FAMILY_DESCRIBE,
	.not_shown =
	    N_("Shares of the people who answered are not shares of all who were asked, where not answering has to "
	       "do with the answer."),
	.r = "v <- {values}; if (is.null(v)) v <- sort(unique(unlist(x)))\n"
	     "n <- sapply(x, function(y) table(factor(y, levels = v))) # one column: split(x[[1]], g) with --by\n"
	     "t(n); t(n) / colSums(!is.na(x))",
	.chart = { CHART_STACK, .table = "/result/counts" },
	.summary = N_("how many, and which share, gave each answer"),
	.reference = "counts; shares are of the answers present",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY,
	    { "values", OPT_NUMBERS, "", NULL,
		N_("answers to count, as 1:5 or 1,2,9; all that occur when not given") } },
	.output = { "counts", "shares", "outside" },
	.run = distribution_run,
};

static int quantiles_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values = json_array(), *names = json_array();
	double *p = NULL, *x = AN_WORK_ARRAY(a->work, double, a->items.view.rows);
	enum an_quantile_type type = analyse_text(a, "type")[0] == '6' ? AN_QUANTILE_6 : AN_QUANTILE_7;
	size_t n = 0;
	int rc = x == NULL ? err_nomem(e) : analyse_numbers(a, "p", &p, &n, e);

	for (size_t j = 0; rc == 0 && j < a->items.view.cols; j++) {
		json_t *row = json_array();
		size_t used = an_view_column(a->items.view, j, x);

		an_sort(x, used);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			double q = 0;
			enum an_status s = an_quantile(x, used, p[i], type, &q);

			if (s == AN_EDATA)
				rc = err_set(e, ERR_INPUT, "p", "--{1} needs shares from 0 to 1.", "p", (char *)NULL);
			json_array_append_new(row, analyse_real_if(s == AN_OK, q));
			if (s == AN_OK && p[i] == 0.5 && a->items.view.cols <= SAID_MOST)
				analyse_say(a, N_("At least half of the {1} answers to {2} are {3} or less."),
				    SAY_N(used), SAY_TEXT(a->items.name[j]), SAY_NUM(q, 2));
		}
		if (used > 0 && used < 20)
			analyse_warn(a, N_("Only {2} answers stand behind {1}; its outer quantiles say little."),
			    SAY_TEXT(a->items.name[j]), SAY_N(used));
		json_array_append_new(values, row);
	}
	for (size_t i = 0; i < n; i++) {
		char name[40];

		snprintf(name, sizeof name, "%.12g%%", p[i] * 100);
		json_array_append_new(names, json_string(name));
	}
	a->used = each_answered(a);
	json_object_set_new(result, "quantiles", analyse_table(analyse_item_names(a), names, values));
	free(p);
	return rc;
}

const struct analyse_method analyse_quantiles = {
	.counts_values = true,
	.name = "quantiles",
	.title = N_("Quantiles"),
	.family = FAMILY_DESCRIBE,
	.not_shown =
	    N_("Quantiles of answers on few steps jump between the steps; small differences between groups then do "
	       "not show, or show as a whole step."),
	.r = "t(sapply(x, quantile, probs = {p}, type = {type|6=6|*=7}, na.rm = TRUE))",
	.summary = N_("sample quantiles of each variable"),
	.reference = "Hyndman & Fan 1996, Sample quantiles in statistical packages, types 6 and 7",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA,
	    { "p", OPT_NUMBERS, "0.05,0.1,0.25,0.5,0.75,0.9,0.95", NULL, N_("shares below, from 0 to 1") },
	    { "type", OPT_CHOICE, "7", "6|7", N_("7 as R and Excel, 6 as SPSS and Minitab") } },
	.output = { "quantiles" },
	.run = quantiles_run,
};

static int interpolated_median_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *out = json_object();
	double width = analyse_number(a, "width");
	struct each s;
	int rc = each_begin(a, &s, e);

	for (size_t i = 0; rc == 0 && i < s.count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		enum an_status status = AN_ENOMEM;
		struct an_view v;
		double *x, m = 0;

		rc = each_view(a, &s, i, &v, e);
		x = rc == 0 ? AN_WORK_ARRAY(a->work, double, v.rows) : NULL;
		if (x != NULL) {
			size_t n = an_view_column(v, 0, x);

			an_sort(x, n);
			status = an_interpolated_median(x, n, width, &m);
		}
		if (rc == 0 && status == AN_EDATA)
			rc = err_set(e, ERR_INPUT, "width", "--{1} must be above 0.", "width", (char *)NULL);
		json_object_set_new(out, each_name(a, &s, i), analyse_real_if(status == AN_OK, m));
		if (status == AN_OK && s.count <= SAID_MOST)
			analyse_say(a,
			    N_("{1}: the middle of the answers lies at {2}, equal answers spread over their step."),
			    SAY_TEXT(each_name(a, &s, i)), SAY_NUM(m, 2));
		an_work_release(a->work, mark);
	}
	a->used = each_answered(a);
	json_object_set_new(result, "interpolated_median", out);
	analyse_groups_free(&s.groups);
	return rc;
}

const struct analyse_method analyse_interpolated_median = {
	.counts_values = true,
	.name = "interpolated_median",
	.title = N_("Interpolated median"),
	.family = FAMILY_DESCRIBE,
	.not_shown =
	    N_("The middle of the answers does not show whether people agree: half at each end and all in the middle "
	       "give the same."),
	.r =
	    "sapply(x, psych::interp.median, w = {width}) # with --by: tapply(x[[1]], g, psych::interp.median, w = {width})",
	.summary = N_("median that spreads equal answers over the width of a step"),
	.reference = "grouped median; as psych::interp.median",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY,
	    { "width", OPT_NUMBER, "1", NULL, N_("distance between two answers of the scale") } },
	.output = { "interpolated_median" },
	.run = interpolated_median_run,
};

static json_t *group_row(const struct an_describe *d, const double *sorted, double rank)
{
	bool any = d->used > 0;
	double q1 = 0, q3 = 0;

	an_quantile(sorted, d->used, 0.25, AN_QUANTILE_7, &q1);
	an_quantile(sorted, d->used, 0.75, AN_QUANTILE_7, &q3);
	return json_pack("[o, o, o, o, o, o, o, o, o, o]", analyse_count(d->used), analyse_real_if(any, d->mean),
	    analyse_real_if(d->has_sd, d->sd), analyse_real_if(d->has_sd, d->se), analyse_real_if(any, d->median),
	    analyse_real_if(any, q1), analyse_real_if(any, q3), analyse_real_if(any, d->min),
	    analyse_real_if(any, d->max), analyse_real_if(any, rank));
}

/* Ranks of means from 1, lowest first, equal ones sharing the middle. */
static double rank_of(const struct an_describe *d, size_t groups, size_t g)
{
	size_t below = 0, equal = 0;

	for (size_t i = 0; i < groups; i++) {
		below += d[i].used > 0 && d[i].mean < d[g].mean;
		equal += d[i].used > 0 && d[i].mean == d[g].mean;
	}
	return (double)below + ((double)equal + 1) / 2;
}

static void group_words(struct analyse *a, const struct analyse_groups *groups, const char *item,
    const struct an_describe *d)
{
	size_t low = groups->count, high = groups->count, small = 0;

	for (size_t g = 0; g < groups->count; g++) {
		if (d[g].used == 0)
			continue;
		low = low == groups->count || d[g].mean < d[low].mean ? g : low;
		high = high == groups->count || d[g].mean > d[high].mean ? g : high;
		small += d[g].used < GROUP_SMALL;
	}
	if (low == high)
		return;
	if (a->items.view.cols <= SAID_MOST)
		analyse_say(a, N_("{1}: the means go from {2} ({3}, {4} answers) to {5} ({6}, {7} answers)."),
		    SAY_TEXT(item), SAY_NUM(d[low].mean, 2), SAY_TEXT(groups->label[low]), SAY_N(d[low].used),
		    SAY_NUM(d[high].mean, 2), SAY_TEXT(groups->label[high]), SAY_N(d[high].used));
	if (small > 0)
		analyse_warn(a,
		    N_("{1}: {2} groups have fewer than 10 answers; small groups come out first and last by chance, so do not "
		       "rank them."),
		    SAY_TEXT(item), SAY_N(small));
}

static int group_describe_item(struct analyse *a, const struct analyse_groups *groups, size_t col, json_t *values,
    struct err *e)
{
	struct an_describe *d = AN_WORK_ARRAY(a->work, struct an_describe, groups->count);
	double **sorted = AN_WORK_ARRAY(a->work, double *, groups->count);

	for (size_t g = 0; g < groups->count; g++) {
		struct an_view v;
		enum an_status s;

		if (d == NULL || sorted == NULL)
			return err_nomem(e);
		if (analyse_group_view(a, groups, g, col, &v, e) != 0)
			return -1;
		sorted[g] = AN_WORK_ARRAY(a->work, double, v.rows);
		if (sorted[g] == NULL)
			return err_nomem(e);
		/* left sorted by an_describe_values */
		s = an_describe_values(sorted[g], an_view_column(v, 0, sorted[g]), a->work, d + g);
		if (s != AN_OK && s != AN_ETOOFEW)
			return analyse_status(s, a->items.name[col], e);
	}
	for (size_t g = 0; g < groups->count; g++)
		json_array_append_new(values, group_row(d + g, sorted[g], rank_of(d, groups->count, g)));
	group_words(a, groups, a->items.name[col], d);
	return 0;
}

static int group_describe_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *out = json_object();
	struct analyse_groups groups;
	int rc = analyse_groups_load(a, &groups, e);

	for (size_t j = 0; rc == 0 && j < a->items.view.cols; j++) {
		struct an_work_mark mark = an_work_mark(a->work);
		json_t *values = json_array();

		rc = group_describe_item(a, &groups, j, values, e);
		json_object_set_new(out, a->items.name[j],
		    analyse_sheet(analyse_names(groups.label, groups.count), "n mean sd se median q1 q3 min max rank",
			values));
		an_work_release(a->work, mark);
	}
	a->used = each_answered(a);
	json_object_set_new(result, "groups", out);
	json_object_set_new(result, "without_group", analyse_count(rc == 0 ? groups.missing : 0));
	analyse_groups_free(&groups);
	return rc;
}

const struct analyse_method analyse_group_describe = {
	.name = "group_describe",
	.title = N_("Description by group"),
	.family = FAMILY_DESCRIBE,
	.not_shown =
	    N_("Means of groups differ by chance alone; whether they differ more than that, and how much of it would "
	       "come back next time, needs a comparison of groups."),
	.r = "aggregate(x, list(group = g), function(v) c(n = sum(!is.na(v)), mean = mean(v, na.rm = TRUE),\n"
	     "  sd = sd(v, na.rm = TRUE), quantile(v, c(0, 0.25, 0.5, 0.75, 1), na.rm = TRUE)))\n"
	     "rank(tapply(x[[1]], g, mean, na.rm = TRUE))",
	.summary = N_("n, mean, spread and quartiles of each variable in each group, and the rank of its mean"),
	.reference = "quartiles of type 7 (Hyndman & Fan 1996); rank 1 is the lowest mean, equal means share a rank",
	.missing_rule = N_("each group from the answers that it has; rows without a group are left out"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY },
	.output = { "groups", "without_group" },
	.run = group_describe_run,
};
