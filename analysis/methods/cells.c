/* Columns of categories as counts. */
#include "analysis/methods/cells.h"
#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --count of each row: weight[i], 1 where it is not given; missing cells become 0 and are counted. */
static int counts_load(struct analyse *a, double **weight, struct err *e)
{
	struct analyse_variable v = { 0 };
	size_t column, rows = analyse_rows(a);

	if (analyse_column_of(a, "count", false, &column, e) != 0)
		return -1;
	*weight = AN_WORK_ARRAY(a->work, double, rows);
	if (*weight == NULL)
		return err_nomem(e);
	if (column != SIZE_MAX && analyse_variable_load(a, column, &v, e) != 0)
		return -1;
	for (size_t i = 0; i < rows; i++) {
		bool missing = column != SIZE_MAX && v.why[i] != AN_PRESENT;

		a->missing.by[AN_SKIPPED] += missing;
		(*weight)[i] = missing ? 0 : column != SIZE_MAX ? v.data[i] : 1;
		if (!((*weight)[i] >= 0) || !isfinite((*weight)[i]))
			return err_set(e, ERR_INPUT, v.name, "Column {1} must hold counts of 0 or more.", v.name,
			    (char *)NULL);
	}
	return 0;
}

/* A column as a factor whose labels and places outlive the loader's own memory. */
struct level {
	size_t count, missing;
	size_t *of;
	const char **label;
};

static int load_levels(const struct analyse *a, size_t column, struct level *out, struct err *e)
{
	struct analyse_groups g;
	size_t rows = analyse_rows(a);
	int rc = 0;

	if (analyse_factor_load(a, column, &g, e) != 0)
		return -1;
	*out = (struct level){ g.count, g.missing, AN_WORK_ARRAY(a->work, size_t, rows),
		AN_WORK_ARRAY(a->work, const char *, g.count) };
	if (out->of == NULL || out->label == NULL) {
		rc = err_nomem(e);
	} else {
		memcpy(out->of, g.of, rows * sizeof *out->of);
		if (g.count > 0)
			memcpy(out->label, g.label, g.count * sizeof *out->label);
	}
	analyse_groups_free(&g);
	return rc;
}

/* Leaves out levels without weight and numbers the others anew. */
static int drop_empty(struct analyse *a, struct level *l, const double *weight, size_t *empty, struct err *e)
{
	size_t rows = analyse_rows(a), kept = 0;
	double *sum = AN_WORK_ARRAY(a->work, double, l->count + 1);
	size_t *place = AN_WORK_ARRAY(a->work, size_t, l->count + 1);

	if (sum == NULL || place == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < rows; i++)
		sum[l->of[i]] += weight[i];
	for (size_t g = 0; g < l->count; g++) {
		place[g] = kept;
		if (sum[g] > 0)
			l->label[kept++] = l->label[g];
		else
			(*empty)++;
	}
	for (size_t i = 0; i < rows; i++)
		l->of[i] = weight[i] > 0 ? place[l->of[i]] : 0;
	l->count = kept;
	return 0;
}

static int add_cells(struct analyse *a, const struct level by[3], const double *weight, struct analyse_cells *out,
    struct err *e)
{
	size_t rows = by[0].count, cols = by[1].count, strata = by[2].count;

	if (rows != 0 && cols > SIZE_MAX / 16 / rows)
		return err_nomem(e);
	out->count = AN_WORK_ARRAY(a->work, double, strata *rows *cols);
	if (out->count == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < analyse_rows(a); i++) {
		if (!(weight[i] > 0))
			continue;
		out->count[(by[2].of[i] * rows + by[0].of[i]) * cols + by[1].of[i]] += weight[i];
		out->n += weight[i];
	}
	out->rows = rows;
	out->cols = cols;
	out->strata = strata;
	out->row = by[0].label;
	out->col = by[1].label;
	out->stratum = by[2].label;
	a->used = (size_t)(out->n + 0.5);
	return 0;
}

int analyse_cells_load(struct analyse *a, struct analyse_cells *out, struct err *e)
{
	static const char *const option[3] = { "row", "column", "strata" };
	struct level by[3];
	size_t column, rows = analyse_rows(a);
	double *weight;

	memset(out, 0, sizeof *out);
	if (counts_load(a, &weight, e) != 0)
		return -1;
	for (int k = 0; k < 3; k++) {
		if (analyse_column_of(a, option[k], k < 2, &column, e) != 0)
			return -1;
		if (column == SIZE_MAX) {
			by[k] = (struct level){ 1, 0, AN_WORK_ARRAY(a->work, size_t, rows),
				AN_WORK_ARRAY(a->work, const char *, 1) };
			if (by[k].of == NULL || by[k].label == NULL)
				return err_nomem(e);
			by[k].label[0] = "";
		} else if (load_levels(a, column, by + k, e) != 0) {
			return -1;
		}
		a->missing.by[AN_SKIPPED] += by[k].missing;
		for (size_t i = 0; i < rows; i++)
			if (by[k].of[i] == by[k].count)
				weight[i] = 0;
	}
	for (int k = 0; k < 3; k++)
		if (drop_empty(a, by + k, weight, &out->empty, e) != 0)
			return -1;
	return add_cells(a, by, weight, out, e);
}

struct label {
	const char *text;
	double number;
};

static int by_text(const void *a, const void *b)
{
	return text_order(((const struct label *)a)->text, ((const struct label *)b)->text);
}

static int by_number(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* --categories in its order, or NULL; the texts lie on scratch memory. */
static int given_categories(struct analyse *a, struct label **list, size_t *n, struct err *e)
{
	const char *text = analyse_text(a, "categories");
	size_t len = strlen(text);
	char *copy, *part;

	*n = 0;
	*list = NULL;
	if (len == 0)
		return 0;
	copy = AN_WORK_ARRAY(a->work, char, len + 1);
	*list = AN_WORK_ARRAY(a->work, struct label, len + 1);
	if (copy == NULL || *list == NULL)
		return err_nomem(e);
	memcpy(copy, text, len + 1);
	while ((part = strsep(&copy, ",")) != NULL) {
		for (size_t i = 0; i < *n; i++)
			if (strcmp((*list)[i].text, part) == 0)
				return err_set(e, ERR_INPUT, "categories", "--{1} names {2} twice.", "categories", part,
				    (char *)NULL);
		(*list)[(*n)++] = (struct label){ part, 0 };
	}
	return 0;
}

/* All labels of all columns, each once, ascending. */
static int all_categories(struct analyse *a, const struct level *by, size_t raters, struct label **list, size_t *n,
    bool *numbers, struct err *e)
{
	size_t most = 0, all = 0;

	for (size_t j = 0; j < raters; j++)
		most += by[j].count;
	*list = AN_WORK_ARRAY(a->work, struct label, most);
	if (*list == NULL)
		return err_nomem(e);
	*numbers = true;
	for (size_t j = 0; j < raters; j++)
		for (size_t g = 0; g < by[j].count; g++) {
			(*list)[all].text = by[j].label[g];
			*numbers = text_number(by[j].label[g], &(*list)[all].number) && *numbers;
			all++;
		}
	qsort(*list, all, sizeof **list, *numbers ? by_number : by_text);
	*n = 0;
	for (size_t i = 0; i < all; i++)
		if (*n == 0 || (*numbers ? by_number : by_text)(*list + i, *list + *n - 1) != 0)
			(*list)[(*n)++] = (*list)[i];
	return 0;
}

/* The place of a label among the categories; n where it has none. */
static size_t place_of(const struct label *list, size_t n, bool numbers, const char *text)
{
	struct label one = { text, 0 };
	size_t i = 0;

	if (numbers)
		text_number(text, &one.number);
	while (i < n && (numbers ? by_number(list + i, &one) : by_text(list + i, &one)) != 0)
		i++;
	return i;
}

static int code_columns(struct analyse *a, const struct level *by, const struct label *list,
    struct analyse_ratings *out, struct err *e)
{
	for (size_t j = 0; j < out->raters; j++) {
		size_t *place = AN_WORK_ARRAY(a->work, size_t, by[j].count + 1);

		if (place == NULL)
			return err_nomem(e);
		place[by[j].count] = out->categories;
		for (size_t g = 0; g < by[j].count; g++) {
			place[g] = place_of(list, out->categories, out->numbers, by[j].label[g]);
			if (place[g] == out->categories)
				return err_set(e, ERR_INPUT, "categories", "--{1} does not name {2}, of column {3}.",
				    "categories", by[j].label[g], out->rater[j], (char *)NULL);
		}
		for (size_t i = 0; i < out->units; i++)
			out->code[i * out->raters + j] = place[by[j].of[i]];
		a->missing.by[AN_SKIPPED] += by[j].missing;
	}
	return 0;
}

static int load_ratings(struct analyse *a, const size_t *column, struct analyse_ratings *out, struct err *e)
{
	struct level *by = AN_WORK_ARRAY(a->work, struct level, out->raters);
	struct label *list;

	out->rater = AN_WORK_ARRAY(a->work, const char *, out->raters);
	out->code = AN_WORK_ARRAY(a->work, size_t, out->units * out->raters);
	if (by == NULL || out->rater == NULL || out->code == NULL)
		return err_nomem(e);
	for (size_t j = 0; j < out->raters; j++) {
		out->rater[j] = analyse_column_name(a, column[j]);
		if (load_levels(a, column[j], by + j, e) != 0)
			return -1;
	}
	if (given_categories(a, &list, &out->categories, e) != 0)
		return -1;
	out->numbers = list != NULL;
	for (size_t i = 0; i < out->categories; i++)
		out->numbers = text_number(list[i].text, &list[i].number) && out->numbers;
	if (list == NULL && all_categories(a, by, out->raters, &list, &out->categories, &out->numbers, e) != 0)
		return -1;
	out->label = AN_WORK_ARRAY(a->work, const char *, out->categories);
	out->value = AN_WORK_ARRAY(a->work, double, out->categories);
	if (out->label == NULL || out->value == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < out->categories; i++) {
		out->label[i] = list[i].text;
		out->value[i] = out->numbers ? list[i].number : (double)i + 1;
	}
	return code_columns(a, by, list, out, e);
}

int analyse_ratings_load(struct analyse *a, struct analyse_ratings *out, struct err *e)
{
	size_t *column = NULL, two[2], n = 2;
	int rc = 0;

	memset(out, 0, sizeof *out);
	out->units = analyse_rows(a);
	if (analyse_given(a, "row") || analyse_given(a, "column")) {
		if (analyse_column_of(a, "row", true, two, e) != 0 ||
		    analyse_column_of(a, "column", true, two + 1, e) != 0)
			return -1;
	} else if (analyse_given(a, "raters")) {
		rc = analyse_columns(a->frame, analyse_text(a, "raters"), "raters", &column, &n, e);
	} else {
		n = a->frame->cols;
		column = calloc(n + 1, sizeof *column);
		rc = column != NULL ? 0 : err_nomem(e);
		for (size_t j = 0; rc == 0 && j < n; j++)
			column[j] = j;
	}
	out->raters = n;
	if (rc == 0 && n < 2)
		rc = err_set(e, ERR_INPUT, "raters", "--{1} must name two columns or more.", "raters", (char *)NULL);
	if (rc == 0)
		rc = load_ratings(a, column != NULL ? column : two, out, e);
	free(column);
	return rc;
}

int analyse_ratings_square(struct analyse *a, const struct analyse_ratings *r, size_t first, size_t second,
    double **count, double *n, struct err *e)
{
	size_t k = r->categories;
	double *weight;

	*n = 0;
	*count = AN_WORK_ARRAY(a->work, double, k *k);
	if (*count == NULL)
		return err_nomem(e);
	if (counts_load(a, &weight, e) != 0)
		return -1;
	for (size_t i = 0; i < r->units; i++) {
		size_t one = r->code[i * r->raters + first], two = r->code[i * r->raters + second];

		if (one == k || two == k)
			continue;
		(*count)[one * k + two] += weight[i];
		*n += weight[i];
	}
	a->used = (size_t)(*n + 0.5);
	return 0;
}
