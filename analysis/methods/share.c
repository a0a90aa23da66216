/* Methods on shares and p-values that stand in a file. */
#include "analysis/methods/method.h"
#include "analysis/stats/padjust.h"
#include "analysis/stats/proportion.h"

#include <stdlib.h>

/* One line of counts: hits of n. */
struct counted {
	double hits, n;
};

/* From --successes and --trials: their places among the items. */
static int two_columns(struct analyse *a, size_t at[2], struct err *e)
{
	static const char *const option[2] = { "successes", "trials" };

	for (int i = 0; i < 2; i++) {
		size_t col = frame_find(a->frame, analyse_text(a, option[i]));

		for (at[i] = 0; at[i] < a->items.view.cols && a->items.column[at[i]] != col;)
			at[i]++;
		if (at[i] == a->items.view.cols)
			return err_set(e, ERR_INPUT, option[i], "--{1} must name a column of the file.", option[i],
			    (char *)NULL);
	}
	return 0;
}

static int from_rows(struct analyse *a, struct counted *out, size_t *n, json_t *names, struct err *e)
{
	json_t *labels = json_array();
	size_t at[2];
	int rc = two_columns(a, at, e) == 0 ? analyse_labels(a, labels, e) : -1;

	*n = 0;
	for (size_t i = 0; rc == 0 && i < a->items.view.rows; i++) {
		if (!an_view_has(a->items.view, i, at[0]) || !an_view_has(a->items.view, i, at[1]))
			continue;
		out[*n].hits = an_view_at(a->items.view, i, at[0]);
		out[(*n)++].n = an_view_at(a->items.view, i, at[1]);
		json_array_append(names, json_array_get(labels, i));
	}
	a->used = *n;
	json_decref(labels);
	return rc;
}

/* From columns of 0 and 1: one line an item. */
static int from_items(struct analyse *a, struct counted *out, size_t *n, json_t *names, struct err *e)
{
	*n = a->items.view.cols;
	for (size_t j = 0; j < a->items.view.cols; j++) {
		out[j] = (struct counted){ 0, 0 };
		for (size_t i = 0; i < a->items.view.rows; i++) {
			double x = an_view_at(a->items.view, i, j);

			if (!an_view_has(a->items.view, i, j))
				continue;
			if (x != 0 && x != 1)
				return err_set(e, ERR_INPUT, a->items.name[j],
				    "Column {1} must hold 0 and 1 alone; counts go by --successes and "
				    "--trials.",
				    a->items.name[j], (char *)NULL);
			out[j].hits += x;
			out[j].n++;
		}
		json_array_append_new(names, json_string(a->items.name[j]));
	}
	for (size_t i = 0; i < a->items.view.rows; i++)
		a->used += an_view_present(a->items.view, i) > 0;
	return 0;
}

static json_t *intervals_json(const struct analyse *a, const struct counted *c, size_t n, json_t *names)
{
	json_t *out = json_object();

	for (int m = 0; m < AN_PROPORTION_METHODS; m++) {
		json_t *values = json_array();

		for (size_t i = 0; i < n; i++) {
			struct an_interval ci;
			bool ok =
			    an_proportion(c[i].hits, c[i].n, (enum an_proportion_method)m, a->level, &ci) == AN_OK;

			json_array_append_new(values,
			    json_pack("[o, o, o]", analyse_real_if(ok, c[i].hits / c[i].n), analyse_real_if(ok, ci.lo),
				analyse_real_if(ok, ci.hi)));
		}
		json_object_set_new(out, an_proportion_name((enum an_proportion_method)m),
		    analyse_sheet(json_copy(names), "share lo hi", values));
	}
	return out;
}

static int shares_json(const struct analyse *a, const struct counted *c, size_t n, json_t *names, json_t *result,
    struct err *e)
{
	json_t *values = json_array();
	double hits = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		struct an_interval ci;
		double p = 0;
		bool some = c[i].n > 0, tested;

		if (an_proportion(c[i].hits, c[i].n, AN_WILSON, a->level, &ci) == AN_EDATA) {
			json_decref(values);
			return err_set(e, ERR_INPUT, "successes",
			    "There are more successes than trials, or a negative count, in row {1}.",
			    json_string_value(json_array_get(names, i)), (char *)NULL);
		}
		tested = an_binomial_test(c[i].hits, c[i].n, analyse_number(a, "p"), &p) == AN_OK;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o]", analyse_real(c[i].n), analyse_real(c[i].hits),
			analyse_real_if(some, c[i].hits / c[i].n), analyse_real_if(some, ci.lo),
			analyse_real_if(some, ci.hi), analyse_real_if(tested, p)));
		hits += c[i].hits;
		all += c[i].n;
	}
	json_object_set_new(result, "shares", analyse_sheet(json_copy(names), "n hits share lo hi p", values));
	json_object_set_new(result, "pooled", analyse_real_if(all > 0, hits / all));
	return 0;
}

static int proportion_run(struct analyse *a, json_t *result, struct err *e)
{
	size_t most = a->items.view.rows > a->items.view.cols ? a->items.view.rows : a->items.view.cols, n = 0;
	struct counted *c = AN_WORK_ARRAY(a->work, struct counted, most);
	bool rows = analyse_given(a, "successes") || analyse_given(a, "trials");
	json_t *names = json_array();
	int rc = c == NULL ? err_nomem(e) : (rows ? from_rows : from_items)(a, c, &n, names, e);

	if (rc == 0)
		rc = shares_json(a, c, n, names, result, e);
	if (rc == 0)
		json_object_set_new(result, "intervals", intervals_json(a, c, n, names));
	json_decref(names);
	return rc;
}

const struct analyse_method analyse_proportion = {
	.name = "proportion",
	.summary =
	    "shares with every usual interval: Wilson (with and without continuity correction), Wald, Agresti-Coull, "
	    "Clopper-Pearson, Jeffreys; and the exact binomial test",
	.reference = "Wilson 1927; Agresti & Coull 1998; Clopper & Pearson 1934; Brown, Cai & DasGupta 2001",
	.missing_rule = "rows with an empty cell are left out",
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL,
	    { "successes", OPT_COLUMN, "", NULL, "column of counts reached, one share a row (with --trials)" },
	    { "trials", OPT_COLUMN, "", NULL, "column of counts in all" },
	    { "label", OPT_COLUMN, "", NULL, "column that names the rows" },
	    { "p", OPT_NUMBER, "0.5", NULL, "share that the binomial test compares with" } },
	.output = { "shares", "pooled", "intervals" },
	.run = proportion_run,
};

static void padjust_words(struct analyse *a, const double *p, const double *bh, const double *holm, size_t n)
{
	double limit = 0.05;
	size_t raw = 0, some = 0, sure = 0;

	for (size_t i = 0; i < n; i++) {
		raw += p[i] < limit;
		some += bh[i] < limit;
		sure += holm[i] < limit;
	}
	analyse_say(a,
	    N_("Of {1} comparisons {2} have p under 0.05 on their own. With few false alarms among those named "
	       "(Benjamini-Hochberg) {3} remain; with hardly any false alarm at all (Holm) {4}."),
	    SAY_N(n), SAY_N(raw), SAY_N(some), SAY_N(sure));
	if (n >= 2)
		analyse_check(a, -1,
		    N_("Benjamini-Hochberg takes it that the comparisons are independent or go together; Holm takes nothing "
		       "for granted."),
		    SAY_END);
}

static int padjust_run(struct analyse *a, json_t *result, struct err *e)
{
	json_t *names = json_array(), *kept = json_array(), *values = json_array(), *cols = json_array();
	double *p = AN_WORK_ARRAY(a->work, double, a->items.view.rows), *out[AN_PADJUST_METHODS];
	int rc = p == NULL ? err_nomem(e) : analyse_one_item(a, e);
	size_t n = 0;

	if (rc == 0)
		rc = analyse_labels(a, names, e);
	for (size_t i = 0; rc == 0 && i < a->items.view.rows; i++)
		if (an_view_has(a->items.view, i, 0)) {
			p[n++] = an_view_at(a->items.view, i, 0);
			json_array_append(kept, json_array_get(names, i));
		}
	json_array_append_new(cols, json_string("p"));
	for (int m = 0; rc == 0 && m < AN_PADJUST_METHODS; m++) {
		out[m] = AN_WORK_ARRAY(a->work, double, n);
		rc = out[m] == NULL
		    ? err_nomem(e)
		    : analyse_status(an_p_adjust(p, n, (enum an_padjust)m, a->work, out[m]), "p-values from 0 to 1", e);
		json_array_append_new(cols, json_string(an_padjust_name((enum an_padjust)m)));
	}
	for (size_t i = 0; rc == 0 && i < n; i++) {
		json_t *row = json_array();

		json_array_append_new(row, analyse_real(p[i]));
		for (int m = 0; m < AN_PADJUST_METHODS; m++)
			json_array_append_new(row, analyse_real(out[m][i]));
		json_array_append_new(values, row);
	}
	if (rc == 0)
		padjust_words(a, p, out[AN_BH], out[AN_HOLM], n);
	a->used = n;
	json_object_set_new(result, "adjusted", analyse_table(kept, cols, values));
	json_decref(names);
	return rc;
}

const struct analyse_method analyse_padjust = {
	.name = "padjust",
	.title = N_("p-values for many comparisons"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("An adjusted p-value does not say how large a difference is, and it knows nothing of comparisons that "
	       "were tried and left out of the file."),
	.r =
	    "p <- na.omit(x[[1]])\n"
	    "sapply(c(\"BH\", \"BY\", \"holm\", \"hochberg\", \"hommel\", \"bonferroni\"), function(m) p.adjust(p, m))",
	.summary = "p-values adjusted for many comparisons, by every usual rule",
	.reference =
	    "Benjamini & Hochberg 1995 (BH); Benjamini & Yekutieli 2001 (BY); Holm 1979; Hochberg 1988; Hommel 1988; "
	    "Bonferroni",
	.missing_rule = "rows without a p-value are left out",
	.options = { OPT_ITEMS, OPT_NA, { "label", OPT_COLUMN, "", NULL, "column that names the rows" } },
	.output = { "adjusted" },
	.run = padjust_run,
};
