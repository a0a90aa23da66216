#include "analysis/methods/correlations.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/numeric/matrix.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct an_pairs *analyse_pairs(struct analyse *a, struct err *e)
{
	size_t k = a->items.view.cols;
	enum an_status status;
	struct an_pairs *p;

	if (k > AN_PAIRS_MOST) {
		err_set(e, ERR_INPUT, "items", "This method takes at most {1} items.", "512", (char *)NULL);
		return NULL;
	}
	p = an_pairs_new(k);
	if (p == NULL) {
		err_nomem(e);
		return NULL;
	}
	if (a->items.by_code)
		status = an_pairs_add_columns(p, a->items.codes, a->work);
	else if ((status = an_pairs_centre(p, a->items.view)) == AN_OK)
		status = an_pairs_add_view(p, a->items.view);
	if (analyse_status(status, "items", e) != 0) {
		an_pairs_free(p);
		return NULL;
	}
	a->used = an_pairs_used(p, a->policy);
	return p;
}

/* Why there are no correlations, by the first pair or item that has none. */
static int no_correlation(const struct analyse *a, const struct an_pairs *p, const double *cor, struct err *e)
{
	size_t k = p->k, i = 0, j = 0;

	for (size_t q = 0; q < k; q++)
		if (isnan(cor[q * k + q]))
			return err_set(e, ERR_INPUT, "items",
			    "Everyone gave the same answer to {1}, or hardly anyone gave one, so that it has no "
			    "correlations: leave it out of --{2}.",
			    a->items.name[q], "items", (char *)NULL);
	while (!isnan(cor[i * k + j]))
		if (++j == k)
			j = ++i;
	return err_set(e, ERR_INPUT, "items",
	    "{1} and {2} have no correlation: fewer than two people answered both, or those gave the same answer to one of "
	    "them. Leave one out of --{3}.",
	    a->items.name[i], a->items.name[j], "items", (char *)NULL);
}

static int from_answers(struct analyse *a, struct analyse_cor *out, struct err *e)
{
	struct an_pairs *p = analyse_pairs(a, e);
	size_t k = out->k;
	int rc;

	if (p == NULL)
		return -1;
	out->pairs = AN_WORK_ARRAY(a->work, double, k *k);
	if (out->pairs == NULL) {
		an_pairs_free(p);
		return err_nomem(e);
	}
	out->n = a->policy == AN_LISTWISE ? an_pairs_complete(p) : an_pairs_rows(p);
	for (size_t i = 0; i < k * k; i++)
		out->pairs[i] = (double)an_pairs_n(p, a->policy, i / k, i % k);
	rc = an_pairs_cor(p, a->policy, out->cor) == AN_OK ? 0 : no_correlation(a, p, out->cor, e);
	an_pairs_free(p);
	return rc;
}

/* Row of the file that belongs to item i. */
static int row_of(const struct analyse *a, json_t *labels, size_t i, size_t *row, struct err *e)
{
	if (!analyse_given(a, "label")) {
		*row = i;
		return 0;
	}
	for (*row = 0; *row < json_array_size(labels); (*row)++)
		if (strcmp(json_string_value(json_array_get(labels, *row)), a->items.name[i]) == 0)
			return 0;
	return err_set(e, ERR_INPUT, "label", "The matrix has no row named {1} in column {2} (--{3}).",
	    a->items.name[i], analyse_text(a, "label"), "label", (char *)NULL);
}

/* The cells of the matrix; an empty one is taken from the other side of the diagonal. */
static int read_matrix(const struct analyse *a, const size_t *row, double *m, struct err *e)
{
	struct an_view v = a->items.view;
	size_t k = v.cols;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			bool here = an_view_has(v, row[i], j), there = an_view_has(v, row[j], i);
			double x = an_view_at(v, row[i], j), y = an_view_at(v, row[j], i);

			if (!here && !there)
				return err_set(e, ERR_INPUT, a->items.name[j],
				    "The matrix has no number for {1} and {2}.", a->items.name[i], a->items.name[j],
				    (char *)NULL);
			if (here && there && fabs(x - y) > 1e-6 * fmax(1, fabs(x)))
				return err_set(e, ERR_INPUT, a->items.name[j],
				    "The matrix is not symmetric: {1} with {2} has two different numbers.",
				    a->items.name[i], a->items.name[j], (char *)NULL);
			m[i * k + j] = here && there ? (x + y) / 2 : here ? x : y;
		}
	return 0;
}

static int from_matrix(struct analyse *a, struct analyse_cor *out, struct err *e)
{
	size_t k = out->k, rows = a->items.view.rows, *row = AN_WORK_ARRAY(a->work, size_t, k);
	double *m = AN_WORK_ARRAY(a->work, double, k *k);
	json_t *labels = json_array();
	int rc = -1;

	if (m == NULL || row == NULL || labels == NULL) {
		err_nomem(e);
		goto done;
	}
	if (analyse_given(a, "reverse")) {
		err_set(e, ERR_INPUT, "reverse", "--{1} turns answers round; a matrix of correlations has none.",
		    "reverse", (char *)NULL);
		goto done;
	}
	if (!analyse_given(a, "label") && rows != k) {
		char have[24], want[24];

		snprintf(have, sizeof have, "%zu", rows);
		snprintf(want, sizeof want, "%zu", k);
		err_set(e, ERR_INPUT, "input",
		    "A matrix of correlations has as many rows as items: here are {1} rows and {2} items. If a column "
		    "names the rows, give it as --{3}.",
		    have, want, "label", (char *)NULL);
		goto done;
	}
	if (analyse_given(a, "label") && analyse_labels(a, labels, e) != 0)
		goto done;
	for (size_t i = 0; i < k; i++)
		if (row_of(a, labels, i, row + i, e) != 0)
			goto done;
	if (read_matrix(a, row, m, e) != 0 || analyse_status(an_cov_to_cor(m, k, out->cor), "correlations", e) != 0)
		goto done;
	for (size_t i = 0; i < k * k; i++)
		if (!(fabs(out->cor[i]) <= 1 + 1e-9)) {
			err_set(e, ERR_INPUT, a->items.name[i % k],
			    "The number for {1} and {2} is no correlation: it lies outside -1 to 1.",
			    a->items.name[i / k], a->items.name[i % k], (char *)NULL);
			goto done;
		}
	out->n = a->used = analyse_given(a, "n") ? analyse_whole(a, "n") : 0;
	memset(&a->missing, 0, sizeof a->missing);
	rc = 0;
done:
	json_decref(labels);
	return rc;
}

int analyse_cor_load(struct analyse *a, struct analyse_cor *out, struct err *e)
{
	bool matrix = strcmp(analyse_text(a, "input"), "correlation") == 0;

	memset(out, 0, sizeof *out);
	out->k = a->items.view.cols;
	out->cor = AN_WORK_ARRAY(a->work, double, out->k * out->k);
	if (out->cor == NULL)
		return err_nomem(e);
	if (!matrix && (analyse_given(a, "n") || analyse_given(a, "label")))
		return err_set(e, ERR_INPUT, "input", "--{1} and --{2} belong to --{3} correlation.", "n", "label",
		    "input", (char *)NULL);
	return matrix ? from_matrix(a, out, e) : from_answers(a, out, e);
}

int analyse_against(struct analyse *a, const double *cor, const bool *already, json_t *result, struct err *e)
{
	size_t k = a->items.view.cols, count = 0;
	bool *against = AN_WORK_ARRAY(a->work, bool, k);
	json_t *names = json_array();
	enum an_status status = against != NULL ? an_against(cor, k, a->work, against, &count) : AN_ENOMEM;

	for (size_t i = 0; status == AN_OK && i < k; i++) {
		if (!against[i])
			continue;
		json_array_append_new(names, json_string(a->items.name[i]));
		if (already == NULL || !already[i])
			analyse_warn(a,
			    N_("Item {1} runs against most others (on what they have in common it stands on the other "
			       "side). If it is worded the other way, say so with --reverse; nothing was turned round."),
			    SAY_TEXT(a->items.name[i]));
	}
	json_object_set_new(result, "negative_on_component", names);
	return analyse_status(status, "correlations", e);
}

json_t *analyse_by_item(const struct analyse *a, const double *x)
{
	json_t *out = json_object();

	for (size_t i = 0; i < a->items.view.cols; i++)
		json_object_set_new(out, a->items.name[i], analyse_real(x[i]));
	return out;
}

json_t *analyse_factor_names(size_t m, const char *letter)
{
	json_t *out = json_array();

	for (size_t q = 0; q < m; q++)
		json_array_append_new(out, json_sprintf("%s%zu", letter, q + 1));
	return out;
}

json_t *analyse_numbers_json(const double *x, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, analyse_real(x[i]));
	return out;
}

json_t *analyse_factor_table(json_t *rows, const double *x, size_t n, size_t m, const char *letter)
{
	json_t *values = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(values, analyse_numbers_json(x + i * m, m));
	return analyse_table(rows, analyse_factor_names(m, letter), values);
}
