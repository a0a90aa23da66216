/* Methods of association and regression by name: models from columns, and what is said when they
 * cannot be. */
#include "analysis/analyse.h"

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

#define ARGS 6

static const char data[] = "y,x,sex,grade,w,part\n"
			   "1,1,m,1,1,A\n2,2,f,2,1,A\n4,3,m,3,1,A\n3,4,f,1,1,B\n7,5,m,2,2,B\n"
			   "6,6,f,3,1,B\n9,7,m,1,1,C\n8,8,f,2,1,C\n,9,m,3,1,C\n7,4,,2,1,C\n9,9,f,3,0,C\n2,1,f,1,1,C\n";

static void columns(void **state)
{
	static const struct analyse_arg args[ARGS] = { { "outcome", "y" }, { "predictors", "x,sex,grade" },
		{ "factors", "grade" }, { "interactions", "x:sex" }, { "levels", "sex=m,f" } };
	static const char *const names[] = { "(Intercept)", "x", "sexf", "grade2", "grade3", "x:sexf" };
	struct err e = { 0 };
	json_t *out = analysed_with("regression", data, args, &e);

	(void)state;
	assert_non_null(out);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char pointer[64];

		snprintf(pointer, sizeof pointer, "/result/coefficients/rows/%zu", i);
		assert_string_equal(text_at(out, pointer), names[i]);
	}
	near(json_number_value(result_at(out, "/n_used")), 10, 0); /* without a y, without a sex */
	near(json_number_value(result_at(out, "/n_missing/skipped")), 2, 0);
	assert_string_equal(text_at(out, "/result/terms/rows/3"), "x:sex");
	json_decref(out);
}

/* A level that only left-out rows have makes no column; weights of 0 count in no number. */
static void used_levels(void **state)
{
	static const struct analyse_arg args[ARGS] = { { "outcome", "y" }, { "predictors", "x,k" },
		{ "weights", "w" } };
	struct err e = { 0 };
	json_t *out =
	    analysed_with("regression", "y,x,k,w\n1,1,a,1\n2,2,b,1\n2,3,a,1\n5,4,b,2\n,5,c,1\n9,6,a,0\n", args, &e);

	(void)state;
	assert_non_null(out);
	assert_int_equal(json_array_size(result_at(out, "/result/coefficients/rows")), 3);
	near(json_number_value(result_at(out, "/n_used")), 4, 0);
	json_decref(out);
}

static void refusals(void **state)
{
	static const struct {
		const char *method, *text;
		struct analyse_arg args[ARGS];
		const char *field, *says;
	} t[] = {
		{ "regression", data, { { "predictors", "x" } }, "outcome", "--outcome must name a column." },
		{ "regression", data, { { "outcome", "sex" } }, "sex", "Line 2, column sex: \"m\" is not a number." },
		{ "regression", data, { { "outcome", "y" }, { "predictors", "x,y" } }, "predictors",
		    "Column y is the outcome" },
		{ "regression", data, { { "outcome", "y" }, { "predictors", "x" }, { "powers", "0" } }, "powers",
		    "--powers must lie between 1 and 10." },
		{ "regression", data, { { "outcome", "y" }, { "predictors", "x" }, { "interactions", "x:z" } },
		    "interactions", "--interactions needs pairs of predictors such as a:b,c:d; x:z is none." },
		{ "regression", "y,x,z\n1,1,2\n2,2,4\n4,3,6\n2,5,10\n", { { "outcome", "y" } }, "z",
		    "Column z of the model follows from the ones before it" },
		{ "regression", "y,x\n1,1\n1,2\n1,3\n1,5\n", { { "outcome", "y" } }, "y",
		    "Column y is the same in every row" },
		{ "regression", "y,x\n1,1\n2,2\n", { { "outcome", "y" } }, "regression",
		    "There are too few complete rows" },
		{ "regression", "y,x\n1,\n,2\n", { { "outcome", "y" } }, "predictors",
		    "No row has a value in every column" },
		{ "regression", "y,x,k\n1,1,a\n2,2,a\n3,4,a\n", { { "outcome", "y" } }, "k",
		    "Column k has the same text" },
		{ "regression", "y,x,w\n1,1,1\n2,2,-1\n3,4,1\n", { { "outcome", "y" }, { "weights", "w" } }, "weights",
		    "A weight must be 0 or more" },
		{ "logistic", data, { { "outcome", "grade" }, { "predictors", "x" } }, "outcome",
		    "Column grade must have two different values" },
		{ "logistic", data, { { "outcome", "sex" }, { "predictors", "x" }, { "event", "q" } }, "event",
		    "Column sex has no value q (--event)." },
		{ "logistic", "y,x\n0,1\n0,2\n0,3\n1,4\n1,5\n1,6\n", { { "outcome", "y" } }, "x",
		    "Column x of the model splits y without error in some rows" },
		{ "ordered_logistic", data, { { "outcome", "sex" }, { "predictors", "x" } }, "sex",
		    "Column sex has 2 different values" },
		{ "ordered_logistic", "y,x\n0,1\n0,2\n1,3\n1,4\n2,5\n2,6\n2,7\n", { { "outcome", "y" } }, "x",
		    "Column x of the model splits y without error" },
		{ "mixed", data, { { "outcome", "y" }, { "predictors", "x" } }, "by", "--by must name a column." },
		{ "mixed", data, { { "outcome", "y" }, { "predictors", "x" }, { "by", "part" }, { "slopes", "w" } },
		    "slopes", "Column w of --slopes must be one of --predictors" },
		{ "mixed", "y,x,g\n1,1,a\n2,3,b\n4,2,c\n", { { "outcome", "y" }, { "predictors", "x" }, { "by", "g" } },
		    "by", "The model needs two groups or more in column g" },
		{ "spearman", "a,b\n1,1\n2,1\n3,1\n", { { "items", "a,b" } }, "items", "Everyone is the same here" },
		{ "kendall", "a\n1\n", { { "items", "a" } }, "items", "Here --items must name two columns or more." },
		{ "gamma", "a,b,n\n1,1,2\n2,2,3\n", { { "weights", "n" } }, "weights",
		    "Column n of --weights cannot be an item" },
		{ "partial_correlation", "a,b,c\n1,2,3\n2,4,1\n3,6,2\n5,10,1\n", { { "items", "a,b,c" } }, "items",
		    "Everyone is the same here, or one item follows" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };

		if (analysed_with(t[i].method, t[i].text, t[i].args, &e) != NULL)
			fail_msg("case %zu has a result", i);
		assert_int_equal(e.kind, ERR_INPUT);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, t[i].says, strlen(t[i].says)) != 0 || strcmp(e.field, t[i].field) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

/* Whatever the table, a result can be written as JSON, which has no NaN, and a refusal has words. */
static void awkward_tables(void **state)
{
	static const char *const tables[] = {
		"a,b,c,g\n1,2,3,x\n",
		"a,b,c,g\n1,2,3,x\n1,2,3,x\n",
		"a,b,c,g\n1,1,1,x\n1,1,1,y\n1,1,1,x\n1,1,1,y\n",
		"a,b,c,g\n,,,x\n,,,y\n",
		"a,b,c,g\n1,,,x\n,2,,y\n,,3,z\n",
		"a,b,c,g\n0,0,0,x\n1,1,1,x\n0,0,0,y\n1,1,1,y\n",
		"a,b,c,g\n0,1,0,x\n1,0,1,x\n0,1,1,y\n1,0,0,\n",
		"a,b,c,g\n1e300,-1e300,1e-300,x\n-1e300,1e300,1e-300,y\n1e300,1e300,0,x\n2e300,1,1,x\n",
		"a,b,c,g\n1,5,2,x\n2,4,4,y\n3,3,6,x\n4,2,8,y\n5,1,10,x\n",
		"a,b,c,g\n0,1,0,x\n1,2,1,x\n0,3,1,y\n1,4,0,y\n1,2,0,x\n0,5,1,y\n2,2,0,x\n2,1,1,y\n1,1,0,x\n0,2,1,x\n2,9,0,y\n",
		"a,b,c,g\n0,1,2,x\n1,2,2,x\n0,3,7,y\n1,4,1,y\n1,2,1,x\n0,5,2,y\n1,3,3,y\n",
		"a,b,c,g\n1e9,1,2,x\n1e9,2,2,x\n1000000001,3,7,y\n1e9,4,1,y\n1e9,2,1,x\n1e9,5,2,y\n",
	};
	static const struct {
		const char *method;
		struct analyse_arg args[ARGS];
	} t[] = {
		{ "regression", { { "outcome", "a" }, { "cluster", "g" } } },
		{ "regression",
		    { { "outcome", "a" }, { "predictors", "b" }, { "powers", "3" }, { "intercept", "no" } } },
		{ "regression",
		    { { "outcome", "a" }, { "predictors", "b,g" }, { "weights", "c" }, { "people", "9" } } },
		{ "logistic", { { "outcome", "a" }, { "event", "1" }, { "interval", "profile" } } },
		{ "logistic", { { "outcome", "g" }, { "predictors", "b" }, { "weights", "c" } } },
		{ "ordered_logistic", { { "outcome", "a" } } },
		{ "ordered_logistic", { { "outcome", "b" }, { "predictors", "a" }, { "link", "probit" } } },
		{ "mixed", { { "outcome", "a" }, { "predictors", "b" }, { "by", "g" } } },
		{ "mixed", { { "outcome", "b" }, { "predictors", "c" }, { "slopes", "c" }, { "by", "g" } } },
		{ "random_intercept", { { "items", "b" }, { "by", "g" } } },
		{ "correlation", { { "items", "a,b,c" } } },
		{ "spearman", { { "items", "a,b,c" } } },
		{ "kendall", { { "items", "a:c" }, { "policy", "listwise" } } },
		{ "gamma", { { "items", "a,b" }, { "weights", "c" } } },
		{ "partial_correlation", { { "items", "a,b,c" } } },
		{ "partial_correlation", { { "items", "a,b" }, { "controls", "c" } } },
	};
	unsigned results = 0;

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (size_t m = 0; m < sizeof t / sizeof *t; m++) {
			struct err e = { 0 };
			json_t *out = analysed_with(t[m].method, tables[i], t[m].args, &e);

			if (out != NULL) {
				char *text;

				json_object_del(out, "r_code"); /* its line breaks before a word such as anova */
				text = json_dumps(out, JSON_REAL_PRECISION(17));
				results++;
				assert_non_null(text);
				if (strstr(text, "nan") != NULL || strstr(text, "inf ") != NULL)
					fail_msg("table %zu, case %zu: %s", i, m, text);
				free(text);
			} else {
				assert_int_equal(e.kind, ERR_INPUT);
				assert_non_null(e.message);
			}
			json_decref(out);
		}
	print_message("  %u results\n", results);
	assert_true(results > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns),
		cmocka_unit_test(used_levels),
		cmocka_unit_test(refusals),
		cmocka_unit_test(awkward_tables),
	};

	analyse_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
