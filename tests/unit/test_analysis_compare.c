/* Methods that compare groups: long and wide data give the same, what they refuse, and that no table
 * makes one of them give a figure that is no number. */
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

#define ARGS(...)                                                                                                      \
	(const struct analyse_arg[])                                                                                   \
	{                                                                                                              \
		__VA_ARGS__,                                                                                           \
		{                                                                                                      \
			NULL, NULL                                                                                     \
		}                                                                                                      \
	}

static json_t *result(const char *method, const char *text, const struct analyse_arg *args, const char *part)
{
	struct err e = { 0 };
	json_t *out = analysed_with(method, text, args, &e), *one;
	char why[400];

	if (out == NULL) {
		err_text(&e, NULL, NULL, why, sizeof why);
		fail_msg("%s: %s", method, why);
	}
	one = json_deep_copy(json_object_get(json_object_get(out, "result"), part));
	json_decref(out);
	return one;
}

static const char wide[] = "who,a,b\nk,3.5,4\nl,7,\nm,2,6\nn,5,5\no,1,8.5\np,,2\n";
static const char rows[] = "v,g,who\n4,b,k\n3.5,a,k\n7,a,l\n2,a,m\n6,b,m\n5,b,n\n5,a,n\n1,a,o\n8.5,b,o\n2,b,p\n9,,p\n";

static void same(const char *method, const struct analyse_arg *w, const struct analyse_arg *l, const char *part)
{
	json_t *x = result(method, wide, w, part), *y = result(method, rows, l, part);

	if (!json_equal(x, y))
		fail_msg("%s %s: long and wide differ", method, part);
	json_decref(x);
	json_decref(y);
}

static void long_and_wide(void **state)
{
	static const char *const apart[][2] = { { "t_test", "tests" }, { "mann_whitney", "p" }, { "ks_test", "p" },
		{ "effect_size", "effects" }, { "variance_test", "ratio" }, { "kruskal", "statistic" },
		{ "tukey", "pairs" }, { "homogeneity", "fligner" }, { "permutation", "p" }, { "shapiro", "tests" } };
	static const char *const paired[][2] = { { "t_test", "tests" }, { "wilcoxon", "p" }, { "sign_test", "p" },
		{ "effect_size", "effects" }, { "permutation", "p" } };

	(void)state;
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		same(apart[i][0], ARGS({ "items", "a,b" }), ARGS({ "items", "v" }, { "by", "g" }), apart[i][1]);
	for (size_t i = 0; i < sizeof paired / sizeof *paired; i++)
		same(paired[i][0], ARGS({ "items", "a,b" }, { "paired", "yes" }),
		    ARGS({ "items", "v" }, { "by", "g" }, { "subject", "who" }), paired[i][1]);
	same("friedman", ARGS({ "items", "a,b" }), ARGS({ "items", "v" }, { "by", "g" }, { "subject", "who" }),
	    "statistic");
	same("gain", ARGS({ "items", "a,b" }, { "max", "9" }),
	    ARGS({ "items", "v" }, { "by", "g" }, { "subject", "who" }, { "max", "9" }), "gain");
}

/* The order of the levels turns signs, and no p. */
static void order_of_levels(void **state)
{
	static const char three[] = "v,g\n1,x\n4,x\n2,y\n7,y\n8,z\n9,z\n8.5,z\n";
	json_t *one = result("dunnett", three, ARGS({ "items", "v" }, { "by", "g" }), "pairs");
	json_t *other =
	    result("dunnett", three, ARGS({ "items", "v" }, { "by", "g" }, { "levels", "g=z,x,y" }), "pairs");
	json_t *a = json_array_get(json_array_get(json_object_get(one, "values"), 1), 4);
	json_t *b = json_array_get(json_array_get(json_object_get(other, "values"), 0), 4);

	(void)state;
	assert_string_equal(json_string_value(json_array_get(json_object_get(other, "rows"), 0)), "x - z");
	near(json_number_value(a), -json_number_value(b), 1e-14);
	json_decref(one);
	json_decref(other);
}

static void refusals(void **state)
{
	static const struct {
		const char *method;
		struct analyse_arg args[4];
		const char *field, *says;
	} t[] = {
		{ "t_test", { { "items", "v" }, { "by", "who" } }, "by",
		    "This method compares 2 groups, and here are 6" },
		{ "t_test", { { "items", "v" }, { "by", "v" }, { "subject", "who" } }, "by",
		    "This method compares 2 groups" },
		{ "anova", { { "items", "v" } }, "by", "There is nothing to compare" },
		{ "friedman", { { "items", "v" }, { "by", "g" } }, "subject", "--subject must name a column." },
		{ "gain", { { "items", "v" }, { "by", "g" }, { "subject", "who" } }, "max", "--max must say" },
		{ "anova2", { { "items", "v" } }, "factors", "--factors must name two columns." },
		{ "anova2", { { "items", "v" }, { "factors", "g" } }, "factors", "--factors must name two columns." },
		{ "anova2", { { "items", "v" }, { "factors", "g,nix" } }, "factors", "The file has no column nix" },
		{ "ancova", { { "items", "v" }, { "by", "g" } }, "covariates", "--covariates must name" },
		{ "ancova", { { "items", "v" }, { "by", "g" }, { "covariates", "who" } }, "who", "Line 2, column who" },
		{ "permutation", { { "items", "v" }, { "by", "g" }, { "replicates", "3" } }, "replicates",
		    "--replicates must" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };

		assert_null(analysed_with(t[i].method, rows, t[i].args, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, t[i].says, strlen(t[i].says)) != 0 || strcmp(e.field, t[i].field) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

static void awkward_tables(void **state)
{
	static const char *const tables[] = {
		"a,b,c,g,h\n1,2,3,x,u\n",
		"a,b,c,g,h\n1,2,3,x,u\n4,2,3,y,v\n",
		"a,b,c,g,h\n1,1,1,x,u\n1,1,1,y,u\n1,1,1,x,v\n1,1,1,y,v\n",
		"a,b,c,g,h\n,,,x,u\n,,,y,v\n",
		"a,b,c,g,h\n1,,,x,u\n,2,,y,v\n,,3,z,u\n",
		"a,b,c,g,h\n0,0,0,x,u\n1,1,1,x,v\n0,0,0,y,u\n1,1,1,y,v\n0,1,1,y,v\n",
		"a,b,c,g,h\n1e300,-1e300,1e-300,x,u\n-1e300,1e300,1e-300,y,u\n1e300,1e300,0,x,v\n1e299,1,2,y,v\n",
		"a,b,c,g,h\n1,5,2,x,u\n2,4,4,y,v\n3,3,6,x,v\n4,2,8,y,u\n5,1,10,x,u\n7,7,7,z,v\n",
		"a,b,c,g,h\n0.1,0.1,0.2,x,u\n0.1,0.1,0.2,y,u\n0.1,0.1,0.2,y,v\n0.1,0.1,0.2,x,v\n",
		"a,b,c,g,h\n1,2,3,x,u\n2,3,4,x,u\n8,9,7,y,v\n9,8,8,y,v\n1,2,2,,u\n3,,1,x,\n",
	};
	json_t *all = analyse_list(), *m;
	unsigned results = 0;
	size_t i;

	(void)state;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		json_array_foreach(all, i, m) {
			const char *name = json_string_value(json_object_get(m, "name"));
			const struct analyse_arg *forms[] = { ARGS({ "items", "a" }, { "by", "g" }),
				ARGS({ "items", "a,b" }), ARGS({ "items", "a,b,c" }),
				ARGS({ "items", "a" }, { "by", "g" }, { "subject", "h" }),
				ARGS({ "items", "a" }, { "factors", "g,h" }), ARGS({ "items", "a,b" }, { "max", "10" }),
				ARGS({ "items", "a" }, { "by", "g" }, { "covariates", "b,c" }),
				ARGS({ "items", "a,b" }, { "paired", "yes" }) };

			for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
				struct err e = { 0 };
				json_t *out = analysed_with(name, tables[t], forms[f], &e);

				if (out != NULL) {
					char *text = json_dumps(out, JSON_REAL_PRECISION(17));

					results++;
					assert_non_null(text);
					free(text);
				} else {
					assert_int_equal(e.kind, ERR_INPUT);
					assert_non_null(e.message);
				}
				json_decref(out);
			}
		}
	assert_true(results > 400);
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_and_wide),
		cmocka_unit_test(order_of_levels),
		cmocka_unit_test(refusals),
		cmocka_unit_test(awkward_tables),
	};

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
