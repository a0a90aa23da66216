/* Correlations with other variables held constant. */
#include "analysis/methods/method.h"
#include "analysis/stats/association/correlate.h"
#include "analysis/stats/moments.h"
#include "analysis/stats/association/partial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The items and, after them, the controls that are no items. */
struct held {
	size_t k, rows, extra;
	size_t *control, controls; /* places among the k */
	const char **name;
	double *data;
	unsigned char *why;
};

static int add_control(struct analyse *a, size_t column, struct held *h, struct err *e)
{
	size_t items = a->items.view.cols, at = 0;
	struct analyse_variable v;

	while (at < items && a->items.column[at] != column)
		at++;
	if (at < items) {
		h->control[h->controls++] = at;
		return 0;
	}
	if (analyse_variable_load(a, column, &v, e) != 0)
		return -1;
	for (size_t i = 0; i < h->rows; i++) {
		h->data[i * h->k + items + h->extra] = v.data[i];
		h->why[i * h->k + items + h->extra] = v.why[i];
	}
	h->name[items + h->extra] = v.name;
	h->control[h->controls++] = items + h->extra++;
	return 0;
}

/* Controls that are items as well take no column of their own. */
static int load(struct analyse *a, struct held *h, struct err *e)
{
	size_t *list = NULL, n = 0, items = a->items.view.cols, extra = 0;
	int rc = 0;

	memset(h, 0, sizeof *h);
	if (analyse_given(a, "controls") &&
	    analyse_columns(a->frame, analyse_text(a, "controls"), "controls", &list, &n, e) != 0)
		return -1;
	for (size_t c = 0; c < n; c++) {
		bool item = false;

		for (size_t j = 0; j < items; j++)
			item = item || a->items.column[j] == list[c];
		extra += !item;
	}
	h->rows = a->items.view.rows;
	h->k = items + extra;
	h->control = AN_WORK_ARRAY(a->work, size_t, h->k);
	h->name = AN_WORK_ARRAY(a->work, const char *, h->k);
	h->data = AN_WORK_ARRAY(a->work, double, h->rows * h->k);
	h->why = AN_WORK_ARRAY(a->work, unsigned char, h->rows * h->k);
	if (rc == 0 && (h->control == NULL || h->name == NULL || h->data == NULL || h->why == NULL))
		rc = err_nomem(e);
	for (size_t i = 0; rc == 0 && i < h->rows; i++)
		for (size_t j = 0; j < items; j++) {
			h->data[i * h->k + j] = an_view_at(a->items.view, i, j);
			h->why[i * h->k + j] = a->items.view.why[i * a->items.view.stride + j];
		}
	for (size_t j = 0; rc == 0 && j < items; j++)
		h->name[j] = a->items.name[j];
	for (size_t c = 0; rc == 0 && c < n; c++)
		rc = add_control(a, list[c], h, e);
	free(list);
	return rc;
}

static int correlations(struct analyse *a, const struct held *h, double *cor, struct err *e)
{
	struct an_view v = { h->data, h->why, h->rows, h->k, h->k };
	struct an_pairs *p;
	int rc;

	if (h->k > AN_PAIRS_MOST)
		return err_set(e, ERR_INPUT, "items", "This method takes at most {1} items.", "512", (char *)NULL);
	p = an_pairs_new(h->k);
	if (p == NULL)
		return err_nomem(e);
	an_view_check(v, &a->missing);
	rc = an_pairs_centre(p, v) == AN_OK && an_pairs_add_view(p, v) == AN_OK
	    ? analyse_status(an_pairs_cor(p, AN_LISTWISE, cor), "correlations", e)
	    : analyse_status(AN_EDATA, "items", e);
	a->used = an_pairs_complete(p);
	an_pairs_free(p);
	return rc;
}

/* Tests of all pairs; names are of the variables that are not held constant. */
static void tests(struct analyse *a, const double *partial, size_t m, size_t held, const char *const *name,
    json_t *result)
{
	json_t *values = json_array(), *rows = json_array();
	size_t one = 0, two = 1, n = a->used > held ? a->used - held : 0;
	struct an_correlation t;

	for (size_t i = 0; i < m; i++)
		for (size_t j = i + 1; j < m; j++) {
			double r = partial[i * m + j];
			bool ok = an_correlation_test(r, n, a->level, &t) == AN_OK, interval = ok && t.has_interval;

			json_array_append_new(rows, json_sprintf("%s %s", name[i], name[j]));
			json_array_append_new(values,
			    json_pack("[o, o, o, o, o, o]", analyse_real(r), analyse_real_if(interval, t.interval.lo),
				analyse_real_if(interval, t.interval.hi), analyse_real_if(ok && t.has_t, t.t),
				n > 2 ? analyse_count(n - 2) : json_null(), analyse_real_if(ok, t.p)));
			if (fabs(r) > fabs(partial[one * m + two])) {
				one = i;
				two = j;
			}
		}
	json_object_set_new(result, "pairs", analyse_sheet(rows, "r lo hi t df p", values));
	if (an_correlation_test(partial[one * m + two], n, a->level, &t) == AN_OK && t.has_interval)
		analyse_say(a,
		    N_("With {1} other variables held constant, {2} and {3} go together most closely: {4} ({5} interval {6} to "
		       "{7})."),
		    SAY_N(held), SAY_TEXT(name[one]), SAY_TEXT(name[two]), SAY_NUM(partial[one * m + two], 2),
		    SAY_PCT(a->level), SAY_NUM(t.interval.lo, 2), SAY_NUM(t.interval.hi, 2));
	analyse_check(a, n >= 30,
	    N_("Each variable held constant counts as one person less: the figures here rest on as many as {1}. About 30 are "
	       "needed."),
	    SAY_N(n));
}

static int partial_run(struct analyse *a, json_t *result, struct err *e)
{
	double *cor, *partial, *semi;
	const char **name;
	struct held h;
	size_t m = 0;
	json_t *names;

	if (load(a, &h, e) != 0)
		return -1;
	cor = AN_WORK_ARRAY(a->work, double, h.k *h.k);
	partial = AN_WORK_ARRAY(a->work, double, h.k *h.k);
	semi = AN_WORK_ARRAY(a->work, double, h.k *h.k);
	name = AN_WORK_ARRAY(a->work, const char *, h.k);
	if (cor == NULL || partial == NULL || semi == NULL || name == NULL)
		return err_nomem(e);
	if (correlations(a, &h, cor, e) != 0 ||
	    analyse_status(an_partial(cor, h.k, h.control, h.controls, a->work, partial, semi), "items", e) != 0)
		return -1;
	for (size_t j = 0; j < h.k; j++) {
		bool held = false;

		for (size_t c = 0; c < h.controls; c++)
			held = held || h.control[c] == j;
		if (!held)
			name[m++] = h.name[j];
	}
	names = analyse_names(name, m);
	json_object_set_new(result, "partial", analyse_matrix(partial, m, json_incref(names)));
	json_object_set_new(result, "semipartial", analyse_matrix(semi, m, names));
	tests(a, partial, m, h.controls > 0 ? h.controls : m - 2, name, result);
	return 0;
}

const struct analyse_method analyse_partial_correlation = {
	.name = "partial_correlation",
	.title = N_("Partial correlations"),
	.family = FAMILY_ASSOCIATION,
	.not_shown = N_("What is held constant is only what was named and only as far as it goes with the others in a "
			"straight line; a variable that nobody measured can still be behind two others."),
	.r = "k <- setdiff({controls}, names(x))\n"
	     "y <- na.omit(cbind(x, d[, k, drop = FALSE]))\n"
	     "if (is.null({controls})) -cov2cor(solve(cor(y))) else {\n"
	     "  v <- setdiff(names(x), {controls})\n"
	     "  cov2cor(solve(solve(cor(y))[v, v]))\n"
	     "}\n",
	.chart = { CHART_MATRIX, .table = "/result/partial" },
	.summary = N_("correlations of two variables with all the others, or those of --controls, held constant"),
	.reference =
	    "Whittaker 1990, Graphical models, ch. 5; semipartial: the row's variable as it is, the column's without what "
	    "the others give; t on n - 2 - k degrees of freedom for k variables held constant; interval by Fisher's z",
	.missing_rule = N_("rows with a missing cell in any of the variables are left out"),
	.options = { OPT_ITEMS, OPT_NA, OPT_KEYS, OPT_LEVEL,
	    { "controls", OPT_COLUMNS, "", NULL,
		N_("columns to hold constant; for each pair all others when not given") } },
	.output = { "partial", "semipartial", "pairs" },
	.run = partial_run,
};
