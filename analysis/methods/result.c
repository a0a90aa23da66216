#include "analysis/methods/method.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *analyse_real(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

json_t *analyse_real_if(bool has, double x)
{
	return has ? analyse_real(x) : json_null();
}

json_t *analyse_limit(double x)
{
	return isinf(x) ? json_string(x < 0 ? "-Inf" : "Inf") : analyse_real(x);
}

json_t *analyse_count(size_t n)
{
	return json_integer((json_int_t)n);
}

json_t *analyse_table(json_t *rows, json_t *cols, json_t *values)
{
	return json_pack("{s:o, s:o, s:o}", "rows", rows, "cols", cols, "values", values);
}

json_t *analyse_names(const char *const *names, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_string(names[i]));
	return out;
}

json_t *analyse_item_names(const struct analyse *a)
{
	return analyse_names(a->items.name, a->items.view.cols);
}

json_t *analyse_grid(const double *m, size_t rows, size_t cols, json_t *row_names, json_t *col_names)
{
	json_t *values = json_array();

	for (size_t i = 0; i < rows; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < cols; j++)
			json_array_append_new(row, analyse_real(m[i * cols + j]));
		json_array_append_new(values, row);
	}
	return analyse_table(row_names, col_names, values);
}

json_t *analyse_estimate(bool has, double x, bool has_interval, struct an_interval ci)
{
	return json_pack("{s:o, s:o, s:o}", "estimate", analyse_real_if(has, x), "lo",
	    analyse_real_if(has_interval, ci.lo), "hi", analyse_real_if(has_interval, ci.hi));
}

json_t *analyse_matrix(const double *m, size_t k, json_t *names)
{
	return analyse_grid(m, k, k, names, json_copy(names));
}

json_t *analyse_sheet(json_t *rows, const char *cols, json_t *values)
{
	json_t *names = json_array();

	for (const char *p = cols; *p != '\0';) {
		size_t n = strcspn(p, " ");

		json_array_append_new(names, json_stringn(p, n));
		p += n + (p[n] == ' ');
	}
	return analyse_table(rows, names, values);
}

json_t *analyse_convergence(const struct an_fit *f)
{
	return json_pack("{s:b, s:i, s:o}", "converged", f->converged, "iterations", f->iterations, "gradient",
	    analyse_real(f->gradient));
}

json_t *analyse_missing(const struct an_missing *m)
{
	json_t *out = json_object();

	for (int w = AN_PRESENT + 1; w < AN_WHY_COUNT; w++)
		if (m->by[w] > 0)
			json_object_set_new(out, an_why_name((enum an_why)w), analyse_count(m->by[w]));
	return out;
}

json_t *analyse_missing_by_item(const struct analyse *a)
{
	json_t *out = json_object();

	for (size_t j = 0; j < a->items.view.cols; j++) {
		struct an_missing m;

		an_view_check(an_view_item(a->items.view, j), &m);
		json_object_set_new(out, a->items.name[j], analyse_count(an_missing_total(&m)));
	}
	return out;
}

json_t *analyse_missing_by_person(const struct analyse *a)
{
	struct an_view v = a->items.view;
	struct an_work_mark mark = an_work_mark(a->work);
	size_t *count = AN_WORK_ARRAY(a->work, size_t, v.cols + 1);
	json_t *out = json_object();

	for (size_t i = 0; count != NULL && i < v.rows; i++)
		count[v.cols - an_view_present(v, i)]++;
	for (size_t c = 0; count != NULL && c <= v.cols; c++) {
		char name[24];

		snprintf(name, sizeof name, "%zu", c);
		if (count[c] > 0)
			json_object_set_new(out, name, analyse_count(count[c]));
	}
	an_work_release(a->work, mark);
	return out;
}

int analyse_status(enum an_status s, const char *what, struct err *e)
{
	switch (s) {
	case AN_OK:
		return 0;
	case AN_EDATA:
		return err_set(e, ERR_INPUT, what, "These data are outside what the method can take ({1}).", what,
		    (char *)NULL);
	case AN_ETOOFEW:
		return err_set(e, ERR_INPUT, what, "There are too few people, items or groups for this method ({1}).",
		    what, (char *)NULL);
	case AN_ENOVARIANCE:
		return err_set(e, ERR_INPUT, what,
		    "Everyone is the same here, or one item follows from others, so that this figure does "
		    "not exist ({1}).",
		    what, (char *)NULL);
	case AN_ENOCONVERGE:
		return err_set(e, ERR_INPUT, what,
		    "The fit did not converge, so that there is no figure to show ({1}).", what, (char *)NULL);
	case AN_ESTOPPED:
		return err_set(e, ERR_CONFLICT, what, "The calculation was stopped.", (char *)NULL);
	case AN_ENOMEM:
		break;
	}
	return err_nomem(e);
}
