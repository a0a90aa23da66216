/* Methods on tables and on agreement: what they refuse, and that no file makes one of them give a
 * figure that is no number. */
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

#define ARGS_MOST 5

/* The same table from people and from counts, with a level that nobody has and a missing cell. */
static void people_or_counts(void **state)
{
	static const struct analyse_arg args[ARGS_MOST] = { { "row", "g" }, { "column", "y" }, { "count", "w" } };
	static const struct analyse_arg people[ARGS_MOST] = { { "row", "g" }, { "column", "y" },
		{ "levels", "y=n,j" } };
	struct err e = { 0 };
	json_t *a = analysed_with("crosstab", "g,y,w\na,j,1\na,n,2\nb,j,3\nb,n,1\nc,n,0\nb,,9\n", args, &e);
	json_t *b = analysed_with("crosstab", "g,y\na,j\na,n\na,n\nb,j\nb,j\nb,j\nb,n\n,n\n", people, &e);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	near(number_at(a, "/n_used"), 7, 0);
	near(number_at(a, "/n_missing/skipped"), 1, 0);
	near(number_at(a, "/result/counts/values/1/0"), 3, 0);
	assert_int_equal(json_array_size(result_at(a, "/result/counts/rows")), 2);
	assert_int_equal(json_array_size(result_at(a, "/warnings")), 2); /* small cells; a level left out */
	/* n before j, as --levels says */
	assert_string_equal(json_string_value(result_at(b, "/result/counts/cols/0")), "n");
	near(number_at(b, "/result/counts/values/1/1"), 3, 0);
	near(number_at(a, "/result/tests/values/1/0"), number_at(b, "/result/tests/values/1/0"), 1e-15);
	near(number_at(a, "/result/two_by_two/log_odds_ratio"), -number_at(b, "/result/two_by_two/log_odds_ratio"),
	    1e-15);
	json_decref(a);
	json_decref(b);
}

/* Categories as numbers stand by size, and one that nobody used counts when it is named. */
static void categories(void **state)
{
	static const struct analyse_arg plain[ARGS_MOST] = { { "raters", "a,b" } };
	static const struct analyse_arg named[ARGS_MOST] = { { "raters", "a,b" }, { "categories", "2,5,9,10" } };
	static const char text[] = "a,b\n2,2\n10,10\n9,10\n2.0,2\n10,9\n,9\n";
	struct err e = { 0 };
	json_t *a = analysed_with("kappa", text, plain, &e), *b = analysed_with("kappa", text, named, &e);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(json_array_size(result_at(a, "/result/counts/rows")), 3);
	assert_string_equal(json_string_value(result_at(a, "/result/counts/rows/2")), "10");
	near(number_at(a, "/result/counts/values/0/0"), 2, 0); /* 2 and 2.0 are one */
	assert_int_equal(json_array_size(result_at(b, "/result/counts/rows")), 4);
	near(number_at(a, "/result/kappa/values/0/2"), number_at(b, "/result/kappa/values/0/2"), 1e-14);
	assert_true(number_at(a, "/result/kappa/values/2/2") < number_at(b, "/result/kappa/values/2/2"));
	json_decref(a);
	json_decref(b);
}

static void refusals(void **state)
{
	static const char ok[] = "g,y,w,t\na,j,1,x\na,n,2,y\nb,j,3,x\nb,n,-1,z\n";
	static const struct {
		const char *method;
		struct analyse_arg args[ARGS_MOST];
		const char *field, *says;
	} t[] = {
		{ "crosstab", { { "row", "g" } }, "column", "--column must name a column." },
		{ "crosstab", { { "row", "g" }, { "column", "q" } }, "column", "The file has no column q" },
		{ "crosstab", { { "row", "g" }, { "column", "y" }, { "count", "w" } }, "w",
		    "Column w must hold counts" },
		{ "crosstab", { { "row", "g" }, { "column", "y" }, { "count", "t" } }, "t", "Line 2, column t: \"x\"" },
		{ "fisher", { { "row", "g" }, { "column", "y" }, { "p", "guess" } }, "p", "--p cannot be" },
		{ "mantel_haenszel", { { "row", "g" }, { "column", "y" } }, "strata", "--strata must name" },
		{ "mcnemar", { { "count", "w" } }, "row", "--row must name a column." },
		{ "kappa", { { "raters", "g" } }, "raters", "--raters must name two columns" },
		{ "kappa", { { "raters", "g,y" }, { "categories", "a,b,j" } }, "categories",
		    "--categories does not name n" },
		{ "kappa", { { "raters", "g,y" }, { "categories", "a,a" } }, "categories",
		    "--categories names a twice" },
		{ "krippendorff", { { "raters", "g,y" }, { "distance", "interval" } }, "distance",
		    "The ratings are texts" },
		{ "krippendorff", { { "raters", "g,y" }, { "replicates", "7" } }, "ordinal", "There are too few" },
		{ "fleiss_kappa", { { "raters", "g,y" }, { "data", "counts" } }, "data", "With --data counts every" },
		{ "two_proportions", { { "row", "g" }, { "column", "y" }, { "success", "q" } }, "success",
		    "Column y has no" },
		{ "two_proportions", { { "successes", "w" } }, "trials", "--trials must name" },
		{ "proportion_trend", { { "row", "g" }, { "column", "y" }, { "scores", "1,2,3" } }, "scores",
		    "--scores needs" },
		{ "rwg", { { "items", "w" } }, "by", "--by must say" },
		{ "rwg", { { "items", "w" }, { "by", "g" }, { "ranvar", "0" } }, "ranvar",
		    "--ranvar must be above 0." },
		{ "bland_altman", { { "items", "w" } }, "items", "Here --items must name exactly two" },
		{ "cochran_q", { { "items", "w" } }, "columns of 0 and 1", "These data are outside" },
		{ "proportion", { { "items", "w" }, { "successes", "w" }, { "trials", "w" }, { "population", "q" } },
		    "population", "The file has no column q" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };

		assert_null(analysed_with(t[i].method, ok, t[i].args, &e));
		err_text(&e, NULL, NULL, text, sizeof text);
		if (e.kind != ERR_INPUT || strncmp(text, t[i].says, strlen(t[i].says)) != 0 ||
		    strcmp(e.field, t[i].field) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

/* No sentence holds a figure that is none. */
static void says_figures(json_t *list, const char *method)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *text = json_string_value(json_object_get(one, "text"));

		if (strstr(text, "nan") != NULL || strstr(text, "inf ") != NULL || strchr(text, '{') != NULL)
			fail_msg("%s says: %s", method, text);
	}
}

/* A result can be written as JSON, so it holds no NaN; a refusal has words. */
static void awkward_files(void **state)
{
	static const char *const files[] = {
		"a,b,c\n1,2,3\n",
		"a,b,c\n1,2,3\n1,2,3\n",
		"a,b,c\n1,1,1\n1,1,1\n1,1,1\n",
		"a,b,c\n,,\n,,\n",
		"a,b,c\n1,,\n,2,\n,,3\n",
		"a,b,c\n0,0,0\n1,1,1\n0,0,0\n1,1,1\n",
		"a,b,c\n0,1,0\n1,0,1\n0,1,1\n1,0,0\n",
		"a,b,c\n0,1,1\n0,1,1\n1,0,0\n1,0,0\n",
		"a,b,c\n0,0,1e300\n1,1,1e300\n0,1,1e300\n1,0,1e308\n",
		"a,b,c\n1e300,-1e300,1e-300\n-1e300,1e300,1e-300\n1e300,1e300,0\n",
		"a,b,c\n1,5,2\n2,4,4\n3,3,6\n4,2,8\n5,1,10\n",
		"a,b,c\nx,y,0\nx,z,0\ny,y,0.5\n",
	};
	static const struct {
		const char *method;
		struct analyse_arg args[ARGS_MOST];
	} t[] = {
		{ "crosstab", { { "row", "a" }, { "column", "b" } } },
		{ "crosstab", { { "row", "a" }, { "column", "b" }, { "count", "c" } } },
		{ "fisher", { { "row", "a" }, { "column", "b" } } },
		{ "fisher", { { "row", "a" }, { "column", "b" }, { "count", "c" } } },
		{ "fisher", { { "row", "a" }, { "column", "b" }, { "p", "simulate" }, { "replicates", "200" } } },
		{ "mcnemar", { { "row", "a" }, { "column", "b" } } },
		{ "mcnemar", { { "row", "a" }, { "column", "b" }, { "count", "c" } } },
		{ "cochran_q", { { "items", "a,b,c" } } },
		{ "mantel_haenszel", { { "row", "a" }, { "column", "b" }, { "strata", "c" } } },
		{ "mantel_haenszel", { { "row", "a" }, { "column", "b" }, { "strata", "a" }, { "count", "c" } } },
		{ "two_proportions", { { "row", "a" }, { "column", "b" } } },
		{ "two_proportions", { { "row", "a" }, { "column", "b" }, { "count", "c" } } },
		{ "two_proportions", { { "successes", "a" }, { "trials", "c" } } },
		{ "proportion_trend", { { "row", "a" }, { "column", "b" } } },
		{ "proportion_trend", { { "successes", "a" }, { "trials", "c" } } },
		{ "proportion", { { "successes", "a" }, { "trials", "c" }, { "population", "b" } } },
		{ "icc_raters", { { "items", "a,b,c" } } },
		{ "kendall_w", { { "items", "a,b,c" } } },
		{ "bland_altman", { { "items", "a,b" } } },
		{ "kappa", { { "raters", "a,b" } } },
		{ "kappa", { { "raters", "a,b,c" } } },
		{ "kappa", { { "raters", "a,b" }, { "count", "c" } } },
		{ "fleiss_kappa", { { "raters", "a,b,c" } } },
		{ "fleiss_kappa", { { "raters", "a,b,c" }, { "data", "counts" } } },
		{ "krippendorff", { { "raters", "a,b,c" }, { "replicates", "100" } } },
		{ "krippendorff", { { "raters", "a,b,c" }, { "replicates", "0" }, { "distance", "ratio" } } },
		{ "rwg", { { "items", "b,c" }, { "by", "a" }, { "min", "0" }, { "max", "1" } } },
		{ "rwg", { { "items", "b" }, { "by", "a" } } },
		{ "icc", { { "items", "b" }, { "by", "a" } } },
	};
	unsigned results = 0;

	(void)state;
	for (size_t f = 0; f < sizeof files / sizeof *files; f++)
		for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
			struct err e = { 0 };
			json_t *out = analysed_with(t[i].method, files[f], t[i].args, &e);

			if (out != NULL) {
				says_figures(result_at(out, "/interpretation"), t[i].method);
				says_figures(result_at(out, "/assumptions"), t[i].method);
				says_figures(result_at(out, "/warnings"), t[i].method);
			}
			if (out != NULL) {
				char *text = json_dumps(result_at(out, "/result"), JSON_REAL_PRECISION(17));

				results++;
				assert_non_null(text);
				if (strstr(text, "nan") != NULL || strstr(text, "inf") != NULL)
					fail_msg("file %zu, %s: %s", f, t[i].method, text);
				free(text);
			} else if (e.kind != ERR_INPUT) {
				fail_msg("file %zu, %s: kind %d %s", f, t[i].method, e.kind, e.log);
			}
			json_decref(out);
		}
	assert_true(results > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_or_counts),
		cmocka_unit_test(categories),
		cmocka_unit_test(refusals),
		cmocka_unit_test(awkward_files),
	};

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
