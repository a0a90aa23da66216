/* tests/reference/run.c -- runs reference cases through the shipped analyse_run() and compares.
 *   run OWN [SHARED [DEMO [CASE]]]
 * OWN:    this folder (cases/, data/, bindings/, unmet.json).
 * SHARED: a folder of more cases (cases/, data/); when it is not there that is said, not an error.
 * DEMO:   folder of demonstration data, where a case's data file is looked for second.
 * CASE:   run this one alone.
 * bindings/CASE.json says, for each check of the case, which method with which options gives the value and where in
 * its result it stands; what to expect stands in the case alone.  A check without a binding fails, unless unmet.json
 * says why it cannot be met ("CASE/CHECK": reason).
 * Output is TAP; the last line sums up.  Exit 1 when a check fails or nothing ran. */
#include "analysis/analyse.h"
#include "analysis/start.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGS_MOST 16

/* From a method's result to the shape of an expected value.
 * "take" of a binding is one of
 *   "/result/total/alpha"                  a JSON pointer to the value itself
 *   {"at": P, "first": n}                  the first n of a list
 *   {"list": [P, P ...]}                   values in order
 *   {"object": {"name": P ...}}            named values
 *   {"abs": P}                             an object of numbers without their signs
 *   {"rounded": 2, "of": {...}}            named values as printed, to so many decimals: for values
 *                                          that were published so
 *   {"column": P, "col": "r_drop", "from": i, "first": n}
 *                                          a column of a table, as a list or by row name, whichever
 *                                          is expected; n of its rows from row i on; "given": true
 *                                          leaves out figures that do not exist
 *   {"table": P, "cols": {"theirs": "ours", ...}, "transpose": true, "first": n,
 *    "diagonal": x, "rows": "theirs"}      a table, its columns chosen and renamed; rows
 *                                          "theirs": by order, with the expected row names; "names": "grp"
 *                                          puts the row names first as a column of that name;
 *                                          "diagonal": what a peer writes where there is nothing to say
 *   {"matched": P, "by": Q, "like": "loadings"}
 *                                          a table whose columns are unique up to order and sign:
 *                                          Q (P when not given) is paired, column by column, with
 *                                          the expected table of the check "like" (this one when
 *                                          not given); P gets that order, those signs and names,
 *                                          and so do its rows when they are the columns of Q */

/* RFC 6901 without the escapes, which no key here needs.  Borrowed. */
static json_t *at(json_t *v, const char *pointer)
{
	while (v != NULL && *pointer == '/') {
		size_t n = strcspn(++pointer, "/");

		if (json_is_array(v))
			v = json_array_get(v, (size_t)strtoul(pointer, NULL, 10));
		else
			v = json_object_getn(v, pointer, n);
		pointer += n;
	}
	return v;
}

static json_t *first(json_t *list, json_t *n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(list) && (n == NULL || (json_int_t)i < json_integer_value(n)); i++)
		json_array_append(out, json_array_get(list, i));
	return out;
}

static size_t index_of(json_t *names, const char *name)
{
	for (size_t i = 0; i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
			return i;
	return (size_t)-1;
}

/* Rows from..from + n - 1 of a column, as a list or by the names of the rows; given: without nulls. */
static json_t *column(json_t *table, const char *name, size_t from, size_t n, bool as_list, bool given)
{
	json_t *rows = json_object_get(table, "rows"), *values = json_object_get(table, "values");
	size_t col = index_of(json_object_get(table, "cols"), name);
	json_t *out = as_list ? json_array() : json_object();

	for (size_t i = from; i < json_array_size(values) && i - from < n; i++) {
		json_t *cell = json_array_get(json_array_get(values, i), col);

		if (given && json_is_null(cell))
			continue;
		if (as_list)
			json_array_append(out, cell);
		else
			json_object_set(out, json_string_value(json_array_get(rows, i)), cell);
	}
	return out;
}

static json_t *transposed(json_t *table)
{
	json_t *values = json_object_get(table, "values"), *turned = json_array();
	size_t cols = json_array_size(json_object_get(table, "cols"));

	for (size_t j = 0; j < cols; j++) {
		json_t *row = json_array();

		for (size_t i = 0; i < json_array_size(values); i++)
			json_array_append(row, json_array_get(json_array_get(values, i), j));
		json_array_append_new(turned, row);
	}
	return json_pack("{s:O, s:O, s:o}", "rows", json_object_get(table, "cols"), "cols",
	    json_object_get(table, "rows"), "values", turned);
}

/* Columns picked and renamed; cols: {theirs: ours}. */
static json_t *picked(json_t *table, json_t *cols)
{
	json_t *names = json_array(), *values = json_array(), *ours;
	const char *theirs;

	for (size_t i = 0; i < json_array_size(json_object_get(table, "values")); i++)
		json_array_append_new(values, json_array());
	json_object_foreach(cols, theirs, ours) {
		json_t *one = column(table, json_string_value(ours), 0, SIZE_MAX, true, false);

		json_array_append_new(names, json_string(theirs));
		for (size_t i = 0; i < json_array_size(one); i++)
			json_array_append(json_array_get(values, i), json_array_get(one, i));
		json_decref(one);
	}
	return json_pack("{s:O, s:o, s:o}", "rows", json_object_get(table, "rows"), "cols", names, "values", values);
}

/* Row names as a first column called name. */
static void lead_with_names(json_t *t, const char *name)
{
	json_t *rows = json_object_get(t, "rows");

	json_array_insert_new(json_object_get(t, "cols"), 0, json_string(name));
	for (size_t i = 0; i < json_array_size(rows); i++)
		json_array_insert(json_array_get(json_object_get(t, "values"), i), 0, json_array_get(rows, i));
}

static json_t *table(json_t *result, json_t *take, json_t *expected)
{
	json_t *t = at(result, json_string_value(json_object_get(take, "table"))),
	       *cols = json_object_get(take, "cols");
	json_t *out;

	if (t == NULL)
		return NULL;
	if (json_is_true(json_object_get(take, "transpose")))
		out = transposed(t);
	else
		out = cols != NULL ? picked(t, cols) : json_deep_copy(t);
	if (json_object_get(take, "first") != NULL) {
		json_object_set_new(out, "rows", first(json_object_get(out, "rows"), json_object_get(take, "first")));
		json_object_set_new(out, "values",
		    first(json_object_get(out, "values"), json_object_get(take, "first")));
	}
	for (size_t i = 0;
	     json_object_get(take, "diagonal") != NULL && i < json_array_size(json_object_get(out, "values")); i++)
		json_array_set(json_array_get(json_object_get(out, "values"), i), i, json_object_get(take, "diagonal"));
	if (json_object_get(take, "names") != NULL)
		lead_with_names(out, json_string_value(json_object_get(take, "names")));
	if (json_object_get(take, "rows") != NULL)
		json_object_set(out, "rows", json_object_get(expected, "rows"));
	return out;
}

static double cell(json_t *table, size_t row, size_t col)
{
	return json_number_value(json_array_get(json_array_get(json_object_get(table, "values"), row), col));
}

#define COLUMNS_MOST 64

struct pairing {
	size_t n, of[COLUMNS_MOST]; /* our column for each of theirs */
	double sign[COLUMNS_MOST];
};

/* Cosine of our column a with their column b, over rows of the same name. */
static double likeness(json_t *ours, json_t *theirs, size_t a, size_t b)
{
	json_t *rows = json_object_get(theirs, "rows"), *our_rows = json_object_get(ours, "rows");
	double xy = 0, xx = 0, yy = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		double x = cell(ours, index_of(our_rows, json_string_value(json_array_get(rows, i))), a);
		double y = cell(theirs, i, b);

		xy += x * y;
		xx += x * x;
		yy += y * y;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* The most alike first; false when the numbers of columns differ. */
static bool pair_columns(json_t *ours, json_t *theirs, struct pairing *p)
{
	bool ours_taken[COLUMNS_MOST] = { false }, theirs_taken[COLUMNS_MOST] = { false };

	p->n = json_array_size(json_object_get(theirs, "cols"));
	if (p->n != json_array_size(json_object_get(ours, "cols")) || p->n > COLUMNS_MOST)
		return false;
	for (size_t turn = 0; turn < p->n; turn++) {
		size_t a = 0, b = 0;
		double most = -1;

		for (size_t i = 0; i < p->n * p->n; i++) {
			double like = likeness(ours, theirs, i / p->n, i % p->n);

			if (ours_taken[i / p->n] || theirs_taken[i % p->n] || fabs(like) <= most)
				continue;
			most = fabs(like);
			a = i / p->n;
			b = i % p->n;
			p->sign[b] = like < 0 ? -1 : 1;
		}
		ours_taken[a] = theirs_taken[b] = true;
		p->of[b] = a;
	}
	return true;
}

static json_t *in_their_order(json_t *table, json_t *by, json_t *names, const struct pairing *p)
{
	bool square = json_equal(json_object_get(table, "rows"), json_object_get(by, "cols"));
	size_t rows = json_array_size(json_object_get(table, "values"));
	json_t *values = json_array();

	for (size_t i = 0; i < rows; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < p->n; j++)
			json_array_append_new(row,
			    json_real(
				cell(table, square ? p->of[i] : i, p->of[j]) * p->sign[j] * (square ? p->sign[i] : 1)));
		json_array_append_new(values, row);
	}
	return json_pack("{s:O, s:O, s:o}", "rows", square ? names : json_object_get(table, "rows"), "cols", names,
	    "values", values);
}

/* one: the case, for the check that "like" names. */
static json_t *matched(json_t *result, json_t *take, json_t *expected, json_t *one)
{
	json_t *t = at(result, json_string_value(json_object_get(take, "matched"))), *by = json_object_get(take, "by");
	const char *like = json_string_value(json_object_get(take, "like"));
	json_t *c, *theirs = expected;
	struct pairing p;
	size_t i;

	by = by != NULL ? at(result, json_string_value(by)) : t;
	json_array_foreach(json_object_get(one, "checks"), i, c)
		if (like != NULL && strcmp(json_string_value(json_object_get(c, "id")), like) == 0)
			theirs = json_object_get(c, "expected");
	if (t == NULL || by == NULL || !pair_columns(by, theirs, &p))
		return NULL;
	return in_their_order(t, by, json_object_get(theirs, "cols"), &p);
}

static json_t *named(json_t *result, json_t *map)
{
	json_t *out = json_object(), *pointer;
	const char *name;

	json_object_foreach(map, name, pointer)
		json_object_set(out, name, at(result, json_string_value(pointer)));
	return out;
}

/* Without signs, or rounded to so many decimals where these are given. */
static json_t *trimmed(json_t *numbers, json_t *decimals)
{
	double unit = pow(10, (double)json_integer_value(decimals)), x;
	json_t *out = json_object(), *value;
	const char *name;

	json_object_foreach(numbers, name, value) {
		x = json_number_value(value);
		json_object_set_new(out, name, json_real(decimals == NULL ? fabs(x) : round(x * unit) / unit));
	}
	return out;
}

static json_t *listed(json_t *result, json_t *pointers)
{
	json_t *out = json_array(), *pointer;
	size_t i;

	json_array_foreach(pointers, i, pointer)
		json_array_append(out, at(result, json_string_value(pointer)));
	return out;
}

static json_t *shape_take(json_t *result, json_t *take, json_t *expected, json_t *one, char *why, size_t size)
{
	json_t *out = NULL, *col = json_object_get(take, "column");

	if (json_is_string(take)) {
		out = json_incref(at(result, json_string_value(take)));
	} else if (json_object_get(take, "at") != NULL) {
		json_t *list = at(result, json_string_value(json_object_get(take, "at")));

		out = list != NULL ? first(list, json_object_get(take, "first")) : NULL;
	} else if (json_object_get(take, "abs") != NULL) {
		out = trimmed(at(result, json_string_value(json_object_get(take, "abs"))), NULL);
	} else if (json_object_get(take, "rounded") != NULL) {
		json_t *exact = shape_take(result, json_object_get(take, "of"), expected, one, why, size);

		out = exact != NULL ? trimmed(exact, json_object_get(take, "rounded")) : NULL;
		json_decref(exact);
	} else if (json_object_get(take, "list") != NULL) {
		out = listed(result, json_object_get(take, "list"));
	} else if (json_object_get(take, "object") != NULL) {
		out = named(result, json_object_get(take, "object"));
	} else if (col != NULL) {
		json_t *t = at(result, json_string_value(col)), *n = json_object_get(take, "first");

		out = t != NULL ? column(t, json_string_value(json_object_get(take, "col")),
				      (size_t)json_integer_value(json_object_get(take, "from")),
				      n != NULL ? (size_t)json_integer_value(n) : SIZE_MAX, json_is_array(expected),
				      json_is_true(json_object_get(take, "given")))
				: NULL;
	} else if (json_object_get(take, "matched") != NULL) {
		out = matched(result, take, expected, one);
	} else if (json_object_get(take, "table") != NULL) {
		out = table(result, take, expected);
	}
	if (out == NULL)
		snprintf(why, size, "the result has no such part");
	return out;
}

static bool shape_equal(json_t *got, json_t *expected, double tol, double atol, char *why, size_t size);

static bool near(json_t *got, json_t *expected, double tol, double atol, char *why, size_t size)
{
	double g = json_number_value(got), x = json_number_value(expected);

	if (json_is_number(got) && fabs(g - x) <= atol + tol * fabs(x))
		return true;
	snprintf(why, size, "got %.17g, expected %.17g (tol %g, atol %g)", json_is_number(got) ? g : NAN, x, tol, atol);
	return false;
}

static bool equal_list(json_t *got, json_t *expected, double tol, double atol, char *why, size_t size)
{
	if (json_array_size(got) != json_array_size(expected)) {
		snprintf(why, size, "%zu values, expected %zu", json_array_size(got), json_array_size(expected));
		return false;
	}
	for (size_t i = 0; i < json_array_size(expected); i++)
		if (!shape_equal(json_array_get(got, i), json_array_get(expected, i), tol, atol, why, size))
			return false;
	return true;
}

static bool equal_object(json_t *got, json_t *expected, double tol, double atol, char *why, size_t size)
{
	const char *name;
	json_t *value;

	if (json_object_size(got) != json_object_size(expected)) {
		snprintf(why, size, "%zu names, expected %zu", json_object_size(got), json_object_size(expected));
		return false;
	}
	json_object_foreach(expected, name, value) {
		char inner[200] = "";

		if (json_object_get(got, name) != NULL &&
		    shape_equal(json_object_get(got, name), value, tol, atol, inner, sizeof inner))
			continue;
		snprintf(why, size, "%s: %s", name, inner[0] != '\0' ? inner : "not there");
		return false;
	}
	return true;
}

static bool shape_equal(json_t *got, json_t *expected, double tol, double atol, char *why, size_t size)
{
	if (json_is_number(expected))
		return near(got, expected, tol, atol, why, size);
	if (json_is_array(expected) && json_is_array(got))
		return equal_list(got, expected, tol, atol, why, size);
	if (json_is_object(expected) && json_is_object(got))
		return equal_object(got, expected, tol, atol, why, size);
	if (json_equal(got, expected))
		return true;
	snprintf(why, size, "not the same: expected %.80s",
	    json_is_string(expected) ? json_string_value(expected) : "another kind of value");
	return false;
}

struct suite {
	const char *name, *cases, *demo;
	const char *own;
	json_t *unmet;
	unsigned run, failed, excused;
	unsigned *number; /* TAP test number, shared by suites */
};

/* Where a case's data file lies. */
static void find_file(const struct suite *s, const char *file, char path[512])
{
	const char *base = strrchr(file, '/');

	snprintf(path, 512, "%s/%s", s->cases, file);
	if (access(path, R_OK) != 0)
		snprintf(path, 512, "%s/%s", s->demo, base != NULL ? base + 1 : file);
}

/* Options of a binding; a value that is a key of the case's data stands for that file, unless it is the
 * one that the method reads (read): "kind": "p" is then a word of its own. */
static size_t arguments(struct suite *s, json_t *which, json_t *data, json_t *read, struct analyse_arg *args,
    char (*files)[512])
{
	const char *key;
	json_t *value, *file;
	size_t n = 0;

	json_object_foreach(json_object_get(which, "options"), key, value) {
		if (n == ARGS_MOST)
			break;
		args[n].name = key;
		args[n].value = json_string_value(value);
		file = json_object_get(data, args[n].value);
		if (file != NULL && file != read) {
			find_file(s, json_string_value(file), files[n]);
			args[n].value = files[n];
		}
		n++;
	}
	return n;
}

static json_t *answer(struct suite *s, json_t *one, json_t *which)
{
	json_t *data = json_object_get(one, "data"), *file = json_object_iter_value(json_object_iter(data));
	const char *key = json_string_value(json_object_get(which, "data"));
	struct analyse_arg args[ARGS_MOST];
	struct analyse_call call = { .args = args };
	char files[ARGS_MOST][512], path[512], text[256];
	struct err_list bad = { 0 };
	struct err e = { 0 };
	json_t *out;

	if (key != NULL)
		file = json_object_get(data, key);
	find_file(s, json_string_value(file), path);
	call.method = json_string_value(json_object_get(which, "method"));
	call.n = arguments(s, which, data, file, args, files);
	out = analyse_file(&call, path, &bad, &e);
	err_list_free(&bad);
	if (out == NULL) {
		err_text(&e, NULL, NULL, text, sizeof text);
		printf("# %s %s\n", text, e.log);
	}
	return out;
}

static void check(struct suite *s, json_t *one, json_t *c, json_t *which)
{
	const char *id = json_string_value(json_object_get(one, "id"));
	const char *what = json_string_value(json_object_get(c, "id"));
	double tol = json_number_value(json_object_get(c, "tol")), atol = json_number_value(json_object_get(c, "atol"));
	json_t *got = NULL, *result = answer(s, one, which);
	char why[256] = "no result";
	bool ok = false;

	if (result != NULL)
		got = shape_take(result, json_object_get(which, "take"), json_object_get(c, "expected"), one, why,
		    sizeof why);
	if (got != NULL)
		ok = shape_equal(got, json_object_get(c, "expected"), tol, atol, why, sizeof why);
	s->run++;
	s->failed += !ok;
	printf("%s %u - %s %s %s\n", ok ? "ok" : "not ok", ++*s->number, s->name, id, what);
	if (!ok)
		printf("#   %s\n", why);
	json_decref(got);
	json_decref(result);
}

/* A check that nothing answers: excused when a reason is written down. */
static void unbound(struct suite *s, const char *id, const char *what)
{
	char key[256];
	const char *reason;

	snprintf(key, sizeof key, "%s/%s", id, what);
	reason = json_string_value(json_object_get(s->unmet, key));
	if (reason != NULL) {
		s->excused++;
		printf("# %s cannot be met: %s\n", key, reason);
		return;
	}
	s->failed++;
	printf("not ok %u - %s %s %s\n#   no binding, and no reason in unmet.json\n", ++*s->number, s->name, id, what);
}

static json_t *load(struct suite *s, const char *folder, const char *kind, const char *id)
{
	char path[512];
	json_error_t error;
	json_t *v;

	snprintf(path, sizeof path, "%s/%s/%s.json", folder, kind, id);
	if (access(path, R_OK) != 0)
		return NULL;
	v = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (v == NULL) {
		printf("not ok %u - %s line %d: %s\n", ++*s->number, path, error.line, error.text);
		s->failed++;
	}
	return v;
}

static void run_case(struct suite *s, const char *id)
{
	json_t *one = load(s, s->cases, "cases", id), *bound = load(s, s->own, "bindings", id), *c;
	size_t i;

	json_array_foreach(json_object_get(one, "checks"), i, c) {
		const char *what = json_string_value(json_object_get(c, "id"));
		json_t *which = json_object_get(bound, what);

		if (which != NULL)
			check(s, one, c, which);
		else
			unbound(s, id, what);
	}
	json_decref(bound);
	json_decref(one);
}

static int is_case(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

static int run_suite(struct suite *s, const char *only)
{
	char folder[512];
	struct dirent **list;
	int n;

	snprintf(folder, sizeof folder, "%s/cases", s->cases);
	n = scandir(folder, &list, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		list[i]->d_name[strlen(list[i]->d_name) - 5] = '\0';
		if (only == NULL || strcmp(only, list[i]->d_name) == 0)
			run_case(s, list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	printf("# %s: %u checks run, %u fail, %u cannot be met\n", s->name, s->run, s->failed, s->excused);
	return s->failed > 0 || (s->run == 0 && only == NULL) ? -1 : 0;
}

int main(int argc, char **argv)
{
	const char *own = argc > 1 ? argv[1] : "tests/reference", *only = argc > 4 ? argv[4] : NULL;
	unsigned number = 0;
	struct suite mine = { .name = "own", .own = own, .cases = own, .number = &number }, more;
	char path[512];
	json_error_t error;
	int rc;

	analysis_start();
	mine.demo = argc > 3 ? argv[3] : "daemon/demo/data";
	snprintf(path, sizeof path, "%s/unmet.json", own);
	mine.unmet = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (mine.unmet == NULL) {
		printf("Bail out! %s line %d: %s\n", path, error.line, error.text);
		return 1;
	}
	more = mine;
	more.name = "shared";
	more.cases = argc > 2 ? argv[2] : "../shared/reference";
	rc = run_suite(&mine, only);
	if (access(more.cases, R_OK) == 0)
		rc = run_suite(&more, only) != 0 ? -1 : rc;
	else
		printf("# The folder of more cases (%s) is not present; the project's own ran.\n", more.cases);
	printf("1..%u\n# %s\n", number, rc == 0 ? "all reference checks pass" : "REFERENCE CHECKS FAIL");
	json_decref(mine.unmet);
	return rc != 0;
}
