/* Methods on shares and p-values that stand in a file. */
#include "analysis/methods/method.h"
#include "analysis/stats/numeric/padjust.h"
#include "analysis/stats/describe/proportion.h"
#include "analysis/stats/table/proportions.h"
#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* One line of counts: hits of n, drawn from a population (0: endless). */
struct counted {
	double hits, n, population;
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

/* --population of each row: a number, or a column; 0 where there is none. */
static int populations(struct analyse *a, double **out, struct err *e)
{
	size_t column = SIZE_MAX, rows = a->items.view.rows;
	struct analyse_variable v = { 0 };
	double all = 0;

	*out = AN_WORK_ARRAY(a->work, double, rows);
	if (*out == NULL)
		return err_nomem(e);
	if (analyse_given(a, "population") && !text_number(analyse_text(a, "population"), &all) &&
	    (analyse_column_of(a, "population", true, &column, e) != 0 || analyse_variable_load(a, column, &v, e) != 0))
		return -1;
	for (size_t i = 0; i < rows; i++)
		(*out)[i] = column == SIZE_MAX ? all : v.why[i] == AN_PRESENT ? v.data[i] : 0;
	return 0;
}

static int from_rows(struct analyse *a, struct counted *out, size_t *n, json_t *names, struct err *e)
{
	json_t *labels = json_array();
	double *population;
	size_t at[2];
	int rc = two_columns(a, at, e) == 0 && populations(a, &population, e) == 0 ? analyse_labels(a, labels, e) : -1;

	*n = 0;
	for (size_t i = 0; rc == 0 && i < a->items.view.rows; i++) {
		if (!an_view_has(a->items.view, i, at[0]) || !an_view_has(a->items.view, i, at[1]))
			continue;
		out[*n].hits = an_view_at(a->items.view, i, at[0]);
		out[*n].population = population[i];
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
	double *population;

	if (populations(a, &population, e) != 0)
		return -1;
	*n = a->items.view.cols;
	for (size_t j = 0; j < a->items.view.cols; j++) {
		out[j] = (struct counted){ 0, 0, a->items.view.rows > 0 ? population[0] : 0 };
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

static enum an_status interval(const struct analyse *a, const struct counted *c, enum an_proportion_method m,
    struct an_interval *ci)
{
	return c->population != 0 ? an_proportion_finite(c->hits, c->n, c->population, m, a->level, ci)
				  : an_proportion(c->hits, c->n, m, a->level, ci);
}

static json_t *intervals_json(const struct analyse *a, const struct counted *c, size_t n, json_t *names)
{
	json_t *out = json_object();

	for (int m = 0; m < AN_PROPORTION_METHODS; m++) {
		json_t *values = json_array();

		for (size_t i = 0; i < n; i++) {
			struct an_interval ci;
			bool ok = interval(a, c + i, (enum an_proportion_method)m, &ci) == AN_OK;

			json_array_append_new(values,
			    json_pack("[o, o, o]", analyse_real_if(c[i].n > 0, c[i].hits / c[i].n),
				analyse_real_if(ok, ci.lo), analyse_real_if(ok, ci.hi)));
		}
		json_object_set_new(out, an_proportion_name((enum an_proportion_method)m),
		    analyse_sheet(json_copy(names), "share lo hi", values));
	}
	return out;
}

/* People to ask for a normal interval of +-margin around this share; around 1/2 where it is 0 or 1. */
static json_t *needed(const struct analyse *a, const struct counted *c)
{
	double p = c->n > 0 && c->hits > 0 && c->hits < c->n ? c->hits / c->n : 0.5, n = 0;
	bool ok = an_proportion_sample(p, analyse_number(a, "margin"), a->level, c->population, &n) == AN_OK;

	return analyse_real_if(ok, n);
}

static void shares_say(struct analyse *a, const struct counted *c, size_t n, const json_t *names)
{
	size_t lo = SIZE_MAX, hi = SIZE_MAX, least = SIZE_MAX;
	struct an_interval ci;

	for (size_t i = 0; i < n; i++) {
		if (!(c[i].n > 0))
			continue;
		lo = lo == SIZE_MAX || c[i].hits / c[i].n < c[lo].hits / c[lo].n ? i : lo;
		hi = hi == SIZE_MAX || c[i].hits / c[i].n > c[hi].hits / c[hi].n ? i : hi;
		least = least == SIZE_MAX || c[i].n < c[least].n ? i : least;
	}
	if (lo == SIZE_MAX)
		return;
	interval(a, c + hi, AN_WILSON, &ci);
	if (n == 1)
		analyse_say(a, N_("The share is {1} of {2} people; with {3} confidence it lies between {4} and {5}."),
		    SAY_PCT(c[hi].hits / c[hi].n), SAY_NUM(c[hi].n, 0), SAY_PCT(a->level), SAY_PCT(ci.lo),
		    SAY_PCT(ci.hi));
	else
		analyse_say(a,
		    N_("The shares run from {1} ({2}) to {3} ({4}); the highest lies between {5} and {6} with {7} "
		       "confidence."),
		    SAY_PCT(c[lo].hits / c[lo].n), SAY_TEXT(json_string_value(json_array_get(names, lo))),
		    SAY_PCT(c[hi].hits / c[hi].n), SAY_TEXT(json_string_value(json_array_get(names, hi))),
		    SAY_PCT(ci.lo), SAY_PCT(ci.hi), SAY_PCT(a->level));
	analyse_check(a, c[least].n >= 30,
	    N_("From about 30 people on all intervals are much the same; the smallest group here has {1}."),
	    SAY_NUM(c[least].n, 0));
	if (c[least].n < 10)
		analyse_warn(a,
		    N_("A share of so few people ({1}: {2}) says little: read its interval, not the share."),
		    SAY_TEXT(json_string_value(json_array_get(names, least))), SAY_NUM(c[least].n, 0));
	if (!analyse_given(a, "population"))
		analyse_check(a, -1,
		    N_("The intervals suppose people drawn at random from many; where nearly all were asked, say how many "
		       "there are (--population), and they become narrower."),
		    SAY_END);
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
		if (interval(a, c + i, AN_WILSON, &ci) == AN_EDATA) {
			json_decref(values);
			return err_set(e, ERR_INPUT, "population", "In row {1} --{2} is smaller than the number asked.",
			    json_string_value(json_array_get(names, i)), "population", (char *)NULL);
		}
		tested = an_binomial_test(c[i].hits, c[i].n, analyse_number(a, "p"), &p) == AN_OK;
		json_array_append_new(values,
		    json_pack("[o, o, o, o, o, o, o]", analyse_real(c[i].n), analyse_real(c[i].hits),
			analyse_real_if(some, c[i].hits / c[i].n), analyse_real_if(some, ci.lo),
			analyse_real_if(some, ci.hi), analyse_real_if(tested, p), needed(a, c + i)));
		hits += c[i].hits;
		all += c[i].n;
	}
	json_object_set_new(result, "shares", analyse_sheet(json_copy(names), "n hits share lo hi p needed", values));
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
	if (rc == 0) {
		json_object_set_new(result, "intervals", intervals_json(a, c, n, names));
		shares_say(a, c, n, names);
	}
	json_decref(names);
	return rc;
}

const struct analyse_method analyse_proportion = {
	.counts_values = true,
	.name = "proportion",
	.title = N_("Shares with intervals"),
	.family = FAMILY_TABLE,
	.not_shown = N_(
	    "The interval shows what chance in the choice of people may do; it does not show what it does to a share "
	    "that certain people did not answer."),
	.r = "if (!is.null({trials})) {\n"
	     "  k <- d[[{successes}]]\n"
	     "  n <- d[[{trials}]]\n"
	     "} else {\n"
	     "  k <- colSums(x, na.rm = TRUE)\n"
	     "  n <- colSums(!is.na(x))\n"
	     "}\n"
	     "t(mapply(function(k, n) prop.test(k, n, correct = FALSE, conf.level = {level})$conf.int, k, n))\n"
	     "Hmisc::binconf(k, n, alpha = 1 - {level}, method = \"wilson\")\n"
	     "mapply(function(k, n) binom.test(k, n, {p})$p.value, k, n)\n",
	.chart = { CHART_ESTIMATES, .table = "/result/shares", .value = "share", .lo = "lo", .hi = "hi" },
	.summary = N_(
	    "shares with every usual interval: Wilson (with and without continuity correction), Wald, Agresti-Coull, "
	    "Clopper-Pearson, Jeffreys; and the exact binomial test"),
	.reference =
	    "Wilson 1927; Agresti & Coull 1998; Clopper & Pearson 1934; Brown, Cai & DasGupta 2001; people needed "
	    "and the correction for a finite population Cochran 1977",
	.missing_rule = MISSING_ROWS,
	.options = { OPT_ITEMS, OPT_NA, OPT_LEVEL,
	    { "successes", OPT_COLUMN, "", NULL, N_("column of counts reached, one share a row (with --trials)"),
		USE_FILE },
	    { "trials", OPT_COLUMN, "", NULL, N_("column of counts in all"), USE_FILE },
	    { "label", OPT_COLUMN, "", NULL, N_("column that names the rows"), USE_FILE },
	    { "p", OPT_NUMBER, "0.5", NULL, N_("share that the binomial test compares with") },
	    { "population", OPT_TEXT, "", NULL,
		N_("how many people there are in all, a number or a column: a census then has no width") },
	    { "margin", OPT_NUMBER, "0.05", NULL,
		N_("half width for which needed says how many people to ask, 0 to 1") } },
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
	.file_alone = true,
	.name = "padjust",
	.title = N_("p-values for many comparisons"),
	.family = FAMILY_COMPARE,
	.not_shown =
	    N_("An adjusted p-value does not say how large a difference is, and it knows nothing of comparisons that "
	       "were tried and left out of the file."),
	.r =
	    "p <- na.omit(x[[1]])\n"
	    "sapply(c(\"BH\", \"BY\", \"holm\", \"hochberg\", \"hommel\", \"bonferroni\"), function(m) p.adjust(p, m))",
	.summary = N_("p-values adjusted for many comparisons, by every usual rule"),
	.reference =
	    "Benjamini & Hochberg 1995 (BH); Benjamini & Yekutieli 2001 (BY); Holm 1979; Hochberg 1988; Hommel 1988; "
	    "Bonferroni",
	.missing_rule = N_("rows without a p-value are left out"),
	.options = { OPT_ITEMS, OPT_NA, { "label", OPT_COLUMN, "", NULL, N_("column that names the rows"), USE_FILE } },
	.output = { "adjusted" },
	.run = padjust_run,
};
