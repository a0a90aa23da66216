/* Methods on one variable at a time. */
#include "analysis/methods/method.h"
#include "analysis/stats/describe.h"
#include "analysis/stats/distribution.h"
#include "analysis/stats/proportion.h"
#include "analysis/stats/quantile.h"
#include "analysis/stats/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_MOST  1000 /* distinct answers of a distribution */
#define MISSING_EACH "each variable from the answers that it has"

/* A set of columns to go through: the items, or one item in each group. */
struct each {
	struct analyse_groups groups;
	bool grouped;
	size_t count;
};

static int each_begin(const struct analyse *a, struct each *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	out->count = a->items.view.cols;
	out->grouped = analyse_given(a, "by");
	if (!out->grouped)
		return 0;
	if (analyse_one_item(a, e) != 0 || analyse_groups_load(a, &out->groups, e) != 0)
		return -1;
	out->count = out->groups.count;
	return 0;
}

static int each_view(const struct analyse *a, const struct each *s, size_t i, struct an_view *out, struct err *e)
{
	if (s->grouped)
		return analyse_group_view(a, &s->groups, i, 0, out, e);
	*out = an_view_item(a->items.view, i);
	return 0;
}

static json_t *each_names(const struct analyse *a, const struct each *s)
{
	return s->grouped ? analyse_names(s->groups.label, s->groups.count) : analyse_item_names(a);
}

static const char *each_name(const struct analyse *a, const struct each *s, size_t i)
{
	return s->grouped ? s->groups.label[i] : a->items.name[i];
}

/* People with at least one of the items. */
static size_t answered(const struct analyse *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->items.view.rows; i++)
		n += an_view_present(a->items.view, i) > 0;
	return n;
}

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
	}
	a->used = answered(a);
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n mean sd median trimmed mad min max range skew kurtosis se lag1",
		values));
	json_object_set_new(result, "missing_by_item", analyse_missing_by_item(a));
	json_object_set_new(result, "missing_by_person", analyse_missing_by_person(a));
	return x != NULL ? 0 : err_nomem(e);
}

const struct analyse_method analyse_describe = {
	.name = "describe",
	.summary = "n, mean, spread, quartile-free location and shape of each variable",
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
	a->used = answered(a);
	names = each_names(a, &s);
	json_object_set_new(result, "counts", analyse_table(names, value_names(value, n), counts));
	json_object_set_new(result, "shares", analyse_table(json_copy(names), value_names(value, n), shares));
	json_object_set_new(result, "outside", outside);
	analyse_groups_free(&s.groups);
	free(value);
	return rc;
}

const struct analyse_method analyse_distribution = {
	.name = "distribution",
	.summary = "how many, and which share, gave each answer",
	.reference = "counts; shares are of the answers present",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY,
	    { "values", OPT_NUMBERS, "", NULL, "answers to count, as 1:5 or 1,2,9; all that occur when not given" } },
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
		}
		json_array_append_new(values, row);
	}
	for (size_t i = 0; i < n; i++) {
		char name[40];

		snprintf(name, sizeof name, "%.12g%%", p[i] * 100);
		json_array_append_new(names, json_string(name));
	}
	a->used = answered(a);
	json_object_set_new(result, "quantiles", analyse_table(analyse_item_names(a), names, values));
	free(p);
	return rc;
}

const struct analyse_method analyse_quantiles = {
	.name = "quantiles",
	.summary = "sample quantiles of each variable",
	.reference = "Hyndman & Fan 1996, Sample quantiles in statistical packages, types 6 and 7",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA,
	    { "p", OPT_NUMBERS, "0.05,0.1,0.25,0.5,0.75,0.9,0.95", NULL, "shares below, from 0 to 1" },
	    { "type", OPT_CHOICE, "7", "6|7", "7 as R and Excel, 6 as SPSS and Minitab" } },
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
		an_work_release(a->work, mark);
	}
	a->used = answered(a);
	json_object_set_new(result, "interpolated_median", out);
	analyse_groups_free(&s.groups);
	return rc;
}

const struct analyse_method analyse_interpolated_median = {
	.name = "interpolated_median",
	.summary = "median that spreads equal answers over the width of a step",
	.reference = "grouped median; as psych::interp.median",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY,
	    { "width", OPT_NUMBER, "1", NULL, "distance between two answers of the scale" } },
	.output = { "interpolated_median" },
	.run = interpolated_median_run,
};

/* Least answer that counts: --from, or the --top highest whole steps of the scale. */
static int least_of(const struct analyse *a, double *least, struct err *e)
{
	double top = a->has_max ? a->max : -INFINITY;

	if (analyse_given(a, "from")) {
		*least = analyse_number(a, "from");
		return 0;
	}
	if (analyse_whole(a, "top") == 0)
		return err_set(e, ERR_INPUT, "top", "--{1} must be 1 or more.", "top", (char *)NULL);
	for (size_t i = 0; !a->has_max && i < a->items.view.rows * a->items.view.cols; i++)
		if (a->items.why[i] == AN_PRESENT)
			top = fmax(top, a->items.data[i]);
	*least = top - (double)analyse_whole(a, "top") + 1;
	return isfinite(top) ? 0 : analyse_status(AN_ETOOFEW, "items", e);
}

static int top_share_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *values = json_array();
	double least = 0;
	struct each s = { 0 };
	int rc = least_of(a, &least, e) == 0 && each_begin(a, &s, e) == 0 ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < s.count; i++) {
		struct an_work_mark mark = an_work_mark(a->work);
		struct an_interval ci = { 0, 0 };
		struct an_distribution d;
		struct an_view v;
		size_t hits = 0;
		bool any;

		rc = each_view(a, &s, i, &v, e);
		if (rc != 0)
			break;
		any = an_top(v, 0, least, &hits, &d) == AN_OK &&
		    an_proportion((double)hits, (double)d.used, AN_WILSON, a->level, &ci) == AN_OK;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o]", analyse_count(d.used), analyse_count(hits),
			analyse_real_if(any, (double)hits / (double)d.used), analyse_real_if(any, ci.lo),
			analyse_real_if(any, ci.hi)));
		an_work_release(a->work, mark);
	}
	a->used = answered(a);
	json_object_set_new(result, "least", analyse_real(least));
	json_object_set_new(result, "shares", analyse_sheet(each_names(a, &s), "n hits share lo hi", values));
	analyse_groups_free(&s.groups);
	return rc;
}

const struct analyse_method analyse_top_share = {
	.name = "top_share",
	.summary = "share of answers at or above a step of the scale, with interval",
	.reference = "Wilson 1927, Probable inference, the law of succession, and statistical inference",
	.missing_rule = MISSING_EACH,
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY, OPT_LEVEL,
	    { "top", OPT_WHOLE, "2", NULL,
		"how many of the highest whole steps count; the highest is --max or, "
		"without it, the highest answer found" },
	    { "from", OPT_NUMBER, "", NULL, "lowest answer that counts, in place of --top" } },
	.output = { "least", "shares" },
	.run = top_share_run,
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
	a->used = answered(a);
	json_object_set_new(result, "groups", out);
	json_object_set_new(result, "without_group", analyse_count(rc == 0 ? groups.missing : 0));
	analyse_groups_free(&groups);
	return rc;
}

const struct analyse_method analyse_group_describe = {
	.name = "group_describe",
	.summary = "n, mean, spread and quartiles of each variable in each group, and the rank of its mean",
	.reference = "quartiles of type 7 (Hyndman & Fan 1996); rank 1 is the lowest mean, equal means share a rank",
	.missing_rule = "each group from the answers that it has; rows without a group are left out",
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_BY },
	.output = { "groups", "without_group" },
	.run = group_describe_run,
};
