/* Factor models as text, and correlations of ordered answers as methods. */
#include "analysis/analyse.h"
#include "analysis/start.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"
#include "tests/unit/analysing.h"

enum { ROWS = 60 };

/* Items a to f, of which the first three and the last three hang together; c is constant where flat. */
static void invent(char *text, size_t size, bool flat)
{
	size_t at = (size_t)snprintf(text, size, "a,b,c,d,e,f\n");

	for (unsigned i = 0; i < ROWS; i++) {
		unsigned p = i % 4, q = i / 4 % 4, noise = i * 2654435761U;

		at += (size_t)snprintf(text + at, size - at, "%u,%u,%u,%u,%u,%u\n", p + (noise >> 8) % 2,
		    p + (noise >> 11) % 2, flat ? 3 : p + (noise >> 15) % 2, q + (noise >> 18) % 2,
		    q + (noise >> 21) % 2, q + (noise >> 25) % 3);
	}
}

static json_t *part(json_t *out, const char *name)
{
	return json_object_get(json_object_get(out, "result"), name);
}

/* "lhs op rhs" of each term, one after the other. */
static void order_of(json_t *table, char *text, size_t size)
{
	json_t *rows = json_object_get(table, "rows"), *row;
	size_t i, at = 0;

	json_array_foreach(rows, i, row)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? ", " : "", json_string_value(row));
}

/* The order in which lavaan 0.6-14 lists the same model. */
static void terms_in_order(void **state)
{
	static const char *const models[] = {
		"one: a, b, c; a ~~ d; two: d,e,f",
		"one =~ a + b + c;a~~d;two =~ d + e + f",
		" a ~~ d;;one:a:c;two:d:f; ",
	};
	char table[4096], got[1024];

	(void)state;
	invent(table, sizeof table, false);
	for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
		const struct analyse_arg args[] = { { "model", models[i] } };
		struct err e = { 0 };
		json_t *out = analysed("cfa", table, args, 1, &e);

		assert_non_null(out);
		order_of(part(out, "parameters"), got, sizeof got);
		assert_string_equal(got,
		    i < 2 ? "one =~ a, one =~ b, one =~ c, a ~~ d, two =~ d, two =~ e, two =~ f, a ~~ a, b ~~ b, "
			    "c ~~ c, d ~~ d, e ~~ e, f ~~ f, one ~~ one, two ~~ two, one ~~ two"
			  : "a ~~ d, one =~ a, one =~ b, one =~ c, two =~ d, two =~ e, two =~ f, a ~~ a, b ~~ b, "
			    "c ~~ c, d ~~ d, e ~~ e, f ~~ f, one ~~ one, two ~~ two, one ~~ two");
		assert_int_equal(json_integer_value(json_object_get(part(out, "fit"), "parameters")), 14);
		json_decref(out);
	}
}

static void ways_agree(void **state)
{
	static const struct analyse_arg marker[] = { { "model", "one: a,b,c; two: d,e,f" } };
	static const struct analyse_arg unit[] = { { "model", "one: a,b,c; two: d,e,f" }, { "identification", "unit" },
		{ "modification", "0" } };
	static const struct analyse_arg apart[] = { { "model", "one: a,b,c; two: d,e,f" },
		{ "factors", "orthogonal" } };
	struct err e = { 0 };
	char table[4096];
	json_t *x, *y, *z;

	(void)state;
	invent(table, sizeof table, false);
	x = analysed("cfa", table, marker, 1, &e);
	y = analysed("cfa", table, unit, 3, &e);
	z = analysed("cfa", table, apart, 2, &e);
	assert_true(x != NULL && y != NULL && z != NULL);
	near(json_number_value(json_object_get(part(y, "fit"), "chi2")),
	    json_number_value(json_object_get(part(x, "fit"), "chi2")), 1e-8);
	assert_int_equal(json_array_size(json_object_get(part(y, "modification"), "rows")), 0);
	near(json_number_value(json_object_get(part(z, "fit"), "df")), 9, 0);
	assert_true(json_number_value(json_object_get(part(z, "fit"), "chi2")) >=
	    json_number_value(json_object_get(part(x, "fit"), "chi2")));
	json_decref(x);
	json_decref(y);
	json_decref(z);
}

static void refusals(void **state)
{
	static const struct {
		const char *method, *option, *value, *field, *says;
		bool flat;
	} t[] = {
		{ "cfa", "level", "0.9", "model", "--model must say which items", false },
		{ "cfa", "model", "a b c", "model", "In --model, \"a b c\" is neither", false },
		{ "cfa", "model", ": a,b,c", "model", "In --model, \"a,b,c\" is neither", false },
		{ "cfa", "model", "one:", "model", "In --model, \"one\" is neither", false },
		{ "cfa", "model", "a ~~", "model", "In --model, \"~~\" is neither", false },
		{ "cfa", "model", ";;", "model", "In --model, \";", false },
		{ "cfa", "model", "one: a,b,z", "model", "The file has no column z (--model).", false },
		{ "cfa", "model", "one: a,b,a", "model", "--model names column a twice.", false },
		{ "cfa", "model", "one: a,b,c; one: d,e,f", "model", "--model names factor one twice.", false },
		{ "cfa", "model", "a: a,b,c", "model", "In --model, a cannot be both", false },
		{ "cfa", "model", "one: a,b,c; a ~~ f", "model", "In --model, a ~~ f must name two items", false },
		{ "cfa", "model", "one: a,b", "model", "The model asks for more than", false },
		{ "cfa", "model", "one: a,b,c", "items", "Everyone is the same here", true },
		{ "polychoric", "items", "a", "items", "--items must name at least two columns.", false },
		{ "polychoric", "correct", "2", "correct", "--correct must lie between 0 and 1.", false },
		{ "tetrachoric", "items", "a,b", "items", "Column a has more than two different values", false },
		{ "ordinal_alpha", "items", "a,c", "items", "Everyone is the same here", true },
		{ "omega", "items", "a,b,c", "items", "Everyone gave the same answer to c", true },
	};
	char table[4096], text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct analyse_arg arg = { t[i].option, t[i].value };
		struct err e = { 0 };

		invent(table, sizeof table, t[i].flat);
		assert_null(analysed(t[i].method, table, &arg, 1, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, t[i].says, strlen(t[i].says)) != 0 || strcmp(e.field, t[i].field) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

/* An item that everyone answered alike is left out, and said so; the others keep their correlations. */
static void constant_item(void **state)
{
	struct err e = { 0 };
	char table[4096];
	json_t *out, *rho, *row;

	(void)state;
	invent(table, sizeof table, true);
	out = analysed("polychoric", table, NULL, 0, &e);
	assert_non_null(out);
	rho = json_object_get(part(out, "rho"), "values");
	assert_int_equal(json_array_size(rho), 5);
	row = json_array_get(rho, 2);
	assert_int_equal(json_array_size(row), 5);
	near(json_number_value(json_array_get(row, 2)), 1, 0);
	assert_true(json_is_number(json_array_get(row, 0)));
	assert_string_equal(json_string_value(json_array_get(json_object_get(part(out, "rho"), "rows"), 2)), "d");
	assert_true(json_is_number(part(out, "smallest_eigenvalue")));
	assert_int_equal(json_array_size(json_object_get(out, "warnings")) > 0, 1);
	json_decref(out);
	out = analysed("correlation", table, NULL, 0, &e);
	assert_non_null(out);
	rho = json_object_get(part(out, "cor"), "values");
	assert_true(json_is_null(json_array_get(json_array_get(rho, 2), 0)));
	assert_true(json_is_number(json_array_get(json_array_get(rho, 1), 0)));
	assert_true(json_is_null(part(out, "eigenvalues")));
	json_decref(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_in_order),
		cmocka_unit_test(ways_agree),
		cmocka_unit_test(refusals),
		cmocka_unit_test(constant_item),
	};

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
