#include "analysis/stats/factor/ordinal.h"
#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <string.h>

static bool row_counts(struct an_view v, enum an_policy policy, size_t i)
{
	return policy == AN_PAIRWISE || an_view_present(v, i) == v.cols;
}

/* Answers are small whole numbers nearly always: index of one in a table of 256, else -1. */
static int small(double x)
{
	int c = x >= 0 && x < 256 ? (int)x : -1;

	return c >= 0 && (double)c == x ? c : -1;
}

static enum an_status note(struct an_ordinal *o, double x)
{
	size_t at = an_place(o->value, o->categories, x);

	if (at < o->categories && o->value[at] == x)
		return AN_OK;
	if (!isfinite(x) || o->categories == AN_POLYCHORIC_MOST)
		return AN_EDATA;
	memmove(o->value + at + 1, o->value + at, (o->categories - at) * sizeof *o->value);
	o->value[at] = x;
	o->categories++;
	return AN_OK;
}

static enum an_status collect(struct an_view v, enum an_policy policy, struct an_ordinal *o)
{
	bool seen[256] = { false };

	for (size_t i = 0; i < v.rows; i++) {
		if (!row_counts(v, policy, i))
			continue;
		for (size_t j = 0; j < v.cols; j++) {
			double x = an_view_at(v, i, j);
			int c = small(x);

			if (!an_view_has(v, i, j) || (c >= 0 && seen[c]))
				continue;
			if (note(o, x) != AN_OK)
				return AN_EDATA;
			if (c >= 0)
				seen[c] = true;
		}
	}
	return o->categories > 0 ? AN_OK : AN_ETOOFEW;
}

/* Whole numbers: those between belong to the scale also where nobody chose them. */
static void fill_gaps(struct an_ordinal *o)
{
	double least = o->value[0], span = o->value[o->categories - 1] - least;

	for (size_t c = 0; c < o->categories; c++)
		if (o->value[c] != floor(o->value[c]))
			return;
	if (span >= AN_POLYCHORIC_MOST)
		return;
	o->categories = (size_t)span + 1;
	for (size_t c = 0; c < o->categories; c++)
		o->value[c] = least + (double)c;
}

enum an_status an_ordinal_code(struct an_view v, enum an_policy policy, unsigned char *code, struct an_ordinal *out)
{
	unsigned char of[256] = { 0 };
	enum an_status status;

	memset(out, 0, sizeof *out);
	out->code = code;
	out->rows = v.rows;
	out->items = v.cols;
	memset(code, AN_ORDINAL_MISSING, v.rows * v.cols);
	status = collect(v, policy, out);
	if (status != AN_OK)
		return status;
	fill_gaps(out);
	for (size_t c = 0; c < out->categories; c++)
		if (small(out->value[c]) >= 0)
			of[small(out->value[c])] = (unsigned char)c;
	for (size_t i = 0; i < v.rows; i++) {
		if (!row_counts(v, policy, i))
			continue;
		for (size_t j = 0; j < v.cols; j++) {
			double x = an_view_at(v, i, j);
			int c = small(x);

			if (an_view_has(v, i, j))
				code[i * v.cols + j] =
				    c >= 0 ? of[c] : (unsigned char)an_place(out->value, out->categories, x);
		}
	}
	return AN_OK;
}

size_t an_ordinal_count(const struct an_ordinal *o, size_t item, double *out)
{
	size_t used = 0;

	memset(out, 0, o->categories * sizeof *out);
	for (size_t i = 0; i < o->rows; i++) {
		unsigned char c = o->code[i * o->items + item];

		if (c != AN_ORDINAL_MISSING)
			out[c]++;
	}
	for (size_t c = 0; c < o->categories; c++)
		used += out[c] > 0;
	return used;
}

void an_ordinal_by_item(struct an_ordinal *o)
{
	size_t most = 0;

	for (size_t j = 0; j < o->items; j++) {
		double count[AN_POLYCHORIC_MOST];
		unsigned char to[AN_ORDINAL_MISSING + 1];
		size_t used = 0;

		an_ordinal_count(o, j, count);
		to[AN_ORDINAL_MISSING] = AN_ORDINAL_MISSING;
		for (size_t c = 0; c < o->categories; c++) {
			to[c] = (unsigned char)used;
			used += count[c] > 0;
		}
		for (size_t i = 0; i < o->rows; i++)
			o->code[i * o->items + j] = to[o->code[i * o->items + j]];
		most = used > most ? used : most;
	}
	o->categories = most;
}

void an_ordinal_keep_varying(struct an_ordinal *o, size_t *at)
{
	double count[AN_POLYCHORIC_MOST];
	size_t kept = 0, all = o->items;

	for (size_t j = 0; j < all; j++)
		if (an_ordinal_count(o, j, count) > 1)
			at[kept++] = j;
	for (size_t j = 0; kept < 2 && j < all; j++)
		at[j] = j;
	if (kept < 2)
		return;
	o->items = kept;
	for (size_t i = 0; i < o->rows; i++)
		for (size_t j = 0; j < kept; j++)
			o->code[i * kept + j] = o->code[i * all + at[j]];
}

void an_ordinal_table(const struct an_ordinal *o, size_t i, size_t j, double *out)
{
	memset(out, 0, o->categories * o->categories * sizeof *out);
	for (size_t row = 0; row < o->rows; row++) {
		unsigned char a = o->code[row * o->items + i], b = o->code[row * o->items + j];

		if (a != AN_ORDINAL_MISSING && b != AN_ORDINAL_MISSING)
			out[a * o->categories + b]++;
	}
}

/* Thresholds of each item by itself; returns whether all reach the same greatest category. */
static bool thresholds(const struct an_ordinal *o, double *tau)
{
	double count[AN_POLYCHORIC_MOST];
	size_t first_top = 0;
	bool same = true;

	for (size_t j = 0; j < o->items; j++) {
		size_t top = 0;

		an_ordinal_count(o, j, count);
		for (size_t c = 0; c < o->categories; c++)
			top = count[c] > 0 ? c : top;
		first_top = j == 0 ? top : first_top;
		same = same && top == first_top;
		if (an_thresholds(count, o->categories, tau + j * (o->categories - 1)) != AN_OK)
			for (size_t c = 0; c + 1 < o->categories; c++)
				tau[j * (o->categories - 1) + c] = INFINITY; /* nobody */
	}
	return same;
}

static enum an_status one_pair(const struct an_polychoric_way *way, enum an_thresholds_by by, size_t cats,
    const double *table, const double *tau_i, const double *tau_j, struct an_work *work, struct an_polychoric *x)
{
	if (way->ml)
		return an_polychoric_ml(table, cats, cats, way->level, work, NULL, NULL, x);
	if (by == AN_THRESHOLDS_PAIR)
		return an_polychoric(table, cats, cats, NULL, NULL, way->correct, way->level, work, x);
	return an_polychoric(table, cats, cats, tau_i, tau_j, way->correct_item ? way->correct : 0, way->level, work,
	    x);
}

static enum an_status fill(const struct an_ordinal *o, const struct an_polychoric_way *way, enum an_thresholds_by by,
    const double *tau, double *table, struct an_work *work, struct an_polychoric_pair *pair, double *rho)
{
	size_t k = o->items, cuts = o->categories - 1, pairs = k * (k - 1) / 2, at = 0, found = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++, at++) {
			struct an_polychoric_pair *p = pair + at;

			if (!an_work_go_on(work, (double)at / (double)pairs))
				return AN_ESTOPPED;
			p->i = i;
			p->j = j;
			an_ordinal_table(o, i, j, table);
			p->status =
			    one_pair(way, by, o->categories, table, tau + i * cuts, tau + j * cuts, work, &p->x);
			if (p->status == AN_ENOMEM || p->status == AN_EDATA)
				return p->status;
			found += p->status == AN_OK;
			rho[i * k + j] = rho[j * k + i] = p->status == AN_OK ? p->x.rho : 0;
		}
	return found > 0 ? AN_OK : AN_ENOVARIANCE;
}

enum an_status an_polychoric_all(const struct an_ordinal *o, const struct an_polychoric_way *way, struct an_work *work,
    struct an_polychoric_pair *pair, double *rho, double *tau, bool *complete, enum an_thresholds_by *by)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t k = o->items, cats = o->categories;
	double *table = AN_WORK_ARRAY(work, double, cats *cats), *cut = AN_WORK_ARRAY(work, double, k *cats);
	enum an_status status = AN_ENOMEM;
	bool same;

	if (table == NULL || cut == NULL)
		goto done;
	status = k < 2 ? AN_ETOOFEW : cats < 2 ? AN_ENOVARIANCE : AN_OK;
	if (status != AN_OK)
		goto done;
	same = thresholds(o, cut);
	*by = way->ml			    ? AN_THRESHOLDS_PAIR
	    : way->by != AN_THRESHOLDS_AUTO ? way->by
	    : same			    ? AN_THRESHOLDS_ITEM
					    : AN_THRESHOLDS_PAIR;
	for (size_t i = 0; i < k; i++)
		rho[i * k + i] = 1;
	status = fill(o, way, *by, cut, table, work, pair, rho);
	*complete = true;
	for (size_t p = 0; status == AN_OK && p < k * (k - 1) / 2; p++)
		*complete = *complete && pair[p].status == AN_OK;
	if (tau != NULL)
		memcpy(tau, cut, k * (cats - 1) * sizeof *tau);
done:
	an_work_release(work, mark);
	return status;
}
