/* Methods on the items of a test. */
#include "analysis/methods/method.h"
#include "analysis/stats/describe.h"
#include "analysis/stats/items.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MISSING_TEST "an item from the marks that it has; everything with a total from complete rows"
#define SCORES_MOST  2000 /* whole scores listed one by one */

/* Best mark: --most, or 1; a mark below 0 or above it is an error. */
static int best_marks(struct analyse *a, double **most, struct err *e)
{
	size_t k = a->items.view.cols, n = 0;
	double *list = NULL;

	if (analyse_numbers(a, "most", &list, &n, e) != 0)
		return -1;
	*most = AN_WORK_ARRAY(a->work, double, k);
	for (size_t j = 0; *most != NULL && (n == 1 || n == k) && j < k; j++)
		(*most)[j] = list[n == 1 ? 0 : j];
	free(list);
	if (*most == NULL)
		return err_nomem(e);
	if (n != 1 && n != k)
		return err_set(e, ERR_INPUT, "most", "--{1} needs one best mark, or one for each item.", "most",
		    (char *)NULL);
	for (size_t i = 0; i < a->items.view.rows; i++)
		for (size_t j = 0; j < k; j++) {
			double x = an_view_at(a->items.view, i, j);
			char line[24];

			if (!an_view_has(a->items.view, i, j) || (x >= 0 && x <= (*most)[j]))
				continue;
			snprintf(line, sizeof line, "%lu", frame_line(a->frame, i));
			return err_set(e, ERR_INPUT, a->items.name[j],
			    "Line {1}, column {2}: the mark lies outside 0 to the best mark (--most).", line,
			    a->items.name[j], (char *)NULL);
		}
	return 0;
}

/* Every whole score from 0 to the best total, or nothing where totals are not whole. */
static json_t *scores_json(const double *sorted, size_t n, double best, const struct an_items *t)
{
	json_t *rows = json_array(), *values = json_array();
	bool whole = best <= SCORES_MOST;

	for (size_t i = 0; i < n; i++)
		whole = whole && sorted[i] == floor(sorted[i]);
	for (double s = 0; whole && s <= best; s++) {
		double z = t->total_sd > 0 ? (s - t->total_mean) / t->total_sd : 0;
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += sorted[i] == s;
		json_array_append_new(rows, json_sprintf("%.0f", s));
		json_array_append_new(values,
		    json_pack("[o, o, o, o]", analyse_count(count), analyse_real(an_percentile_rank(sorted, n, s)),
			analyse_real_if(t->total_sd > 0, z), analyse_real_if(t->total_sd > 0, 50 + 10 * z)));
	}
	return analyse_sheet(rows, "count percentile_rank z t", values);
}

static int total_json(struct analyse *a, const double *most, const struct an_items *t, json_t *result, struct err *e)
{
	double *total = AN_WORK_ARRAY(a->work, double, a->items.view.rows), best = 0;
	struct an_describe d;
	size_t n;

	if (total == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < a->items.view.cols; j++)
		best += most[j];
	/* leaves the totals sorted */
	if (analyse_status(an_totals(a->items.view, total, &n), "total", e) != 0 ||
	    analyse_status(an_describe_values(total, n, a->work, &d), "total", e) != 0)
		return -1;
	json_object_set_new(result, "total",
	    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", analyse_count(n), "mean",
		analyse_real(d.mean), "sd", analyse_real_if(d.has_sd, d.sd), "median", analyse_real(d.median), "min",
		analyse_real(d.min), "max", analyse_real(d.max), "skew", analyse_real_if(d.has_shape, d.skew),
		"kurtosis", analyse_real_if(d.has_shape, d.kurtosis), "best", analyse_real(best)));
	json_object_set_new(result, "scores", scores_json(total, n, best, t));
	return 0;
}

static int item_analysis_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_item *items = AN_WORK_ARRAY(a->work, struct an_item, a->items.view.cols);
	json_t *values;
	struct an_items t;
	double *most;

	if (items == NULL)
		return err_nomem(e);
	if (best_marks(a, &most, e) != 0 ||
	    analyse_status(an_items(a->items.view, most, a->work, &t, items), "items", e) != 0)
		return -1;
	a->used = t.used;
	values = json_array();
	for (size_t j = 0; j < a->items.view.cols; j++) {
		const struct an_item *it = items + j;
		bool any = it->n > 0;

		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_count(it->n), analyse_real_if(any, it->mean),
			analyse_real_if(any, it->difficulty), analyse_real_if(it->has_sd, it->sd),
			analyse_real_if(it->has_r_total, it->r_total), analyse_real_if(it->has_r_rest, it->r_rest),
			analyse_real_if(t.group > 0, it->upper_lower)));
	}
	json_object_set_new(result, "items",
	    analyse_sheet(analyse_item_names(a), "n mean difficulty sd r_total r_rest upper_lower", values));
	json_object_set_new(result, "extreme_group", analyse_count(t.group));
	return total_json(a, most, &t, result, e);
}

#define OPT_MOST                                                                                                       \
	{                                                                                                              \
		"most", OPT_NUMBERS, "1", NULL, "best mark of the items: one for all, or one for each (10,10,5)"       \
	}

const struct analyse_method analyse_item_analysis = {
	.name = "item_analysis",
	.summary = "difficulty and discrimination of each item, and the totals with percentile ranks",
	.reference = "classical test theory (Crocker & Algina 1986, ch. 14); extreme groups of 27 % (Kelley 1939)",
	.missing_rule = MISSING_TEST,
	.options = { OPT_ITEMS, OPT_NA, OPT_MOST },
	.output = { "items", "extreme_group", "total", "scores" },
	.run = item_analysis_run,
};

static int kr20_run(struct analyse *a, json_t *result, struct err *e)
{
	struct an_kr k;

	if (analyse_status(an_kr(a->items.view, a->work, &k), "kr20", e) != 0)
		return -1;
	a->used = k.used;
	json_object_set_new(result, "kr20", analyse_real(k.kr20));
	json_object_set_new(result, "kr20_mixed", analyse_real(k.kr20_mixed));
	json_object_set_new(result, "kr21", analyse_real(k.kr21));
	json_object_set_new(result, "sem", analyse_real_if(k.has_sem, k.sem));
	json_object_set_new(result, "mean", analyse_real(k.total_mean));
	json_object_set_new(result, "sd", analyse_real(k.total_sd));
	return 0;
}

const struct analyse_method analyse_kr20 = {
	.name = "kr20",
	.summary = "reliability of a test of right or wrong items, and the standard error of measurement",
	.reference =
	    "Kuder & Richardson 1937, formulas 20 and 21; kr20 with population variances throughout (equals alpha), "
	    "kr20_mixed with n - 1 in the total alone",
	.missing_rule = "complete rows only",
	.options = { OPT_ITEMS, OPT_NA },
	.output = { "kr20", "kr20_mixed", "kr21", "sem", "mean", "sd" },
	.run = kr20_run,
};
