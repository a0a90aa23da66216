/* Methods by name: what they say of themselves, what they refuse, and that no table whatever
 * makes one of them give a figure that is no number. */
#include "analysis/analyse.h"
#include "analysis/start.h"
#include "core/text.h"

#include <unistd.h>

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

static void list(void **state)
{
	json_t *all = analyse_list(), *m, *o;
	const char *before = "";
	size_t i, k;

	(void)state;
	assert_true(json_array_size(all) >= 18);
	json_array_foreach(all, i, m) {
		const char *name = json_string_value(json_object_get(m, "name"));

		assert_true(strcmp(before, name) < 0);
		before = name;
		assert_true(analyse_known(name));
		assert_true(json_string_length(json_object_get(m, "summary")) > 10);
		assert_true(json_string_length(json_object_get(m, "reference")) > 5);
		assert_true(json_array_size(json_object_get(m, "output")) > 0);
		json_array_foreach(json_object_get(m, "options"), k, o)
			assert_true(json_string_length(json_object_get(o, "help")) > 3);
	}
	json_decref(all);
	assert_false(analyse_known("magic"));
}

static void envelope(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a:c" }, { "reverse", "b" }, { "min", "1" },
		{ "max", "5" }, { "na", "x,NA" } };
	struct err e = { 0 };
	json_t *out = analysed("describe", "id,a,b,c,t\n7,1,5,,q\n8,2,4,x,q\n9,3,3,NA,q\n", args, 5, &e);

	(void)state;
	assert_non_null(out);
	near(number_at(out, "/result/items/values/0/1"), 2, 1e-15);
	near(number_at(out, "/result/items/values/1/1"), 2, 1e-15); /* 5 4 3 turned round is 1 2 3 */
	near(number_at(out, "/n_rows"), 3, 0);
	near(number_at(out, "/n_missing/skipped"), 3, 0);
	near(number_at(out, "/options/max"), 5, 0);
	near(number_at(out, "/result/items/values/2/0"), 0, 0); /* a column with nothing in it */
	assert_true(json_is_null(
	    json_array_get(json_array_get(json_object_get(json_object_get(json_object_get(out, "result"), "items"),
					      "values"),
			       2),
		1)));
	json_decref(out);
}

static void refusals(void **state)
{
	static const char ok[] = "a,b,g\n1,2,x\n3,4,y\n2,2,x\n";
	static const struct {
		const char *method, *text;
		struct analyse_arg arg;
		const char *field, *says;
	} t[] = {
		{ "magic", ok, { "items", "a" }, "magic", "There is no method magic; did you mean " },
		{ "alpha", ok, { "speed", "1" }, "speed", "alpha has no option --speed. It has: --items " },
		{ "alpha", ok, { "level", "high" }, "level", "--level needs a number" },
		{ "alpha", ok, { "level", "1" }, "level", "--level must lie between 0 and 1" },
		{ "alpha", ok, { "policy", "all" }, "policy",
		    "--policy cannot be \"all\"; it is one of: pairwise|listwise." },
		{ "alpha", ok, { "policy", "pairwise|listwise" }, "policy", "--policy cannot be" },
		{ "alpha", ok, { "items", "a,z" }, "items", "The file has no column z (--items). It has: a, b, g." },
		{ "alpha", ok, { "items", "b:a" }, "items", "In --items, column b stands after a" },
		{ "alpha", ok, { "items", "a,a" }, "items", "--items names column a twice." },
		{ "alpha", ok, { "items", "a,g" }, "g", "Line 2, column g: \"x\" is not a number." },
		{ "alpha", ok, { "items", "a" }, "alpha", "There are too few" },
		{ "alpha", "a,b\n1,2\n3,4\n", { "max", "3" }, "b", "Line 3, column b: 4 lies outside" },
		{ "alpha", "a,b\n1,2\n3,4\n", { "reverse", "a" }, "reverse", "--reverse needs --min and --max" },
		{ "icc", ok, { "items", "a" }, "by", "--by must say" },
		{ "icc", ok, { "by", "g" }, "items", "Here --items must name exactly one column." },
		{ "kr20", "a,b\n1,0\n0,2\n", { "items", "a,b" }, "kr20", "These data are outside" },
		{ "item_analysis", "a,b\n1,0\n0,2\n", { "items", "a,b" }, "b", "Line 3, column b: the mark" },
		{ "outcomes", "a\n1\n", { "qmatrix", "/nowhere.csv" }, "", "The file /nowhere.csv cannot be opened" },
		{ "quantiles", "a\n1\n", { "p", "0.1,2" }, "p", "--p needs shares" },
		{ "quantiles", "a\n1\n", { "p", "0.1,,2" }, "p", "--p needs numbers such as" },
		{ "careless", "a\n1\n", { "run", "-1" }, "run", "--run needs a whole number" },
		{ "distribution", "a\n1\n", { "values", "1,2,1" }, "values", "--values names a value twice" },
		{ "describe", "a\n", { "items", "a" }, "", "There is a header and no rows." },
		{ "describe", "a\n1e999\n", { "items", "a" }, "a", "Line 2, column a" },
		{ "proportion", "x,n\n3,2\n", { "successes", "x" }, "trials", "--trials must name" },
		{ "efa", ok, { "items", "a,b" }, "factors", "There are too few" },
		{ "efa", "a,b,c\n1,2,3\n2,1,2\n3,3,1\n2,2,2\n", { "factors", "3" }, "factors",
		    "--factors must be at least 1" },
		{ "efa", "a,b,c\n1,2,3\n2,1,2\n3,3,1\n2,2,2\n", { "n", "9" }, "input",
		    "--n and --label belong to --input" },
		{ "kmo", "a,b\n1,0.5\n0.4,1\n", { "input", "correlation" }, "b",
		    "The matrix is not symmetric: a with b" },
		{ "kmo", "a,b\n1,0.5\n,1\n1,1\n", { "input", "correlation" }, "input",
		    "A matrix of correlations has as many" },
		{ "kmo", "a,b\n1,\n,1\n", { "input", "correlation" }, "b", "The matrix has no number for a and b." },
		{ "kmo", "a,b\n1,2\n2,1\n", { "input", "correlation" }, "b",
		    "The number for a and b is no correlation" },
		{ "parallel", "a,b,c\n1,0,0\n0,1,0\n0,0,1\n", { "input", "correlation" }, "n",
		    "--n must say how many people" },
		{ "omega_h", "a,b\n1,2\n2,1\n3,3\n", { "factors", "1" }, "factors", "--factors must be at least 2" },
		{ "mahalanobis", "a,b\n1,2\n2,1\n3,3\n", { "limit", "0" }, "limit",
		    "--limit must lie between 0 and 1" },
		{ "split_half", "a,b\n1,2\n2,1\n3,3\n", { "first", "c" }, "first", "The file has no column c" },
		{ "padjust", "p\n2\n", { "items", "p" }, "p-values from 0 to 1", "These data are outside" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };

		assert_null(analysed(t[i].method, t[i].text, &t[i].arg, 1, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, t[i].says, strlen(t[i].says)) != 0 || strcmp(e.field, t[i].field) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

static void twice(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a" }, { "items", "b" } };
	struct err e = { 0 };

	(void)state;
	assert_null(analysed("describe", "a,b\n1,2\n", args, 2, &e));
	assert_string_equal(e.message, "--{1} is given twice.");
}

/* A lower triangle with named rows in another order is the same matrix. */
static void matrix_by_label(void **state)
{
	static const struct analyse_arg args[] = { { "input", "correlation" }, { "label", "of" }, { "n", "50" } };
	struct err e = { 0 };
	json_t *out = analysed("kmo", "of,a,b,c\nb,0.5,1,\nc,0.5,0.5,1\na,1,,\n", args, 3, &e);

	(void)state;
	assert_non_null(out);
	near(number_at(out, "/result/msa"), 0.25 / (0.25 + 1.0 / 9), 1e-14);
	near(number_at(out, "/result/bartlett/n"), 50, 0);
	near(number_at(out, "/n_used"), 50, 0);
	json_decref(out);
}

/* Every method name stands in the message about an unknown one. */
static void misspelt(void **state)
{
	static const char *const cases[][2] = { { "alhpa", "alpha" }, { "krippendorf", "" },
		{ "distribution_", "distribution" }, { "x", "" },
		{ "a name that is longer than any method's could ever be, by far and further", "" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = { 0 };
		char text[400];

		assert_null(analysed(cases[i][0], "a\n1\n", NULL, 0, &e));
		err_text(&e, NULL, NULL, text, sizeof text);
		assert_non_null(strstr(text, "did you mean"));
		assert_non_null(strstr(text, cases[i][1]));
	}
}

/* The columns that a method needs, out of a, b, c and g. */
static size_t usual(const char *method, struct analyse_arg *args)
{
	static const struct analyse_arg known[] = { { "items", "a,b,c" }, { "by", "g" }, { "outcome", "a" },
		{ "predictors", "b,c" }, { "row", "a" }, { "column", "g" }, { "raters", "a,b,c" },
		{ "model", "f: a,b,c" } };
	static const char *const one[] = { "padjust", "icc", "random_intercept" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (analyse_has_option(method, known[i].name))
			args[n++] = known[i];
	for (size_t i = 0; i < sizeof one / sizeof *one; i++)
		if (strcmp(method, one[i]) == 0)
			args[0].value = "a";
	return n;
}

/* jansson has no NaN: a figure that is no number would have been refused or left out.  So it is
 * enough that a result can be written, and that a refusal has words. */
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
		"a,b,c,g\n1e300,-1e300,1e-300,x\n-1e300,1e300,1e-300,y\n1e300,1e300,0,x\n",
		"a,b,c,g\n1,5,2,x\n2,4,4,y\n3,3,6,x\n4,2,8,y\n5,1,10,x\n",
		"a,b,c,g\n0.1,0.1,0.1,x\n0.1,0.1,0.1,y\n0.1,0.1,0.1,y\n0.1,0.1,0.1,x\n",
	};
	json_t *all = analyse_list(), *m;
	unsigned results = 0;
	size_t i;

	(void)state;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		json_array_foreach(all, i, m) {
			const char *name = json_string_value(json_object_get(m, "name"));
			struct analyse_arg args[8];
			size_t n = usual(name, args);
			struct err e = { 0 };
			json_t *out = analysed(name, tables[t], args, n, &e);

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
	assert_true(results > 80);
	json_decref(all);
}

static void outcomes_by_file(void **state)
{
	char path[] = "/tmp/elod-q-XXXXXX", q[] = "item,A,B\ni1,3,\ni2,2,1\ni3,0,1\n";
	const struct analyse_arg args[] = { { "qmatrix", path }, { "threshold", "0.6" }, { "people", "1" } };
	struct err e = { 0 };
	int fd = mkstemp(path);
	json_t *out;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, q, strlen(q)), strlen(q));
	close(fd);
	out = analysed("outcomes", "i1,i2,i3\n1,0,1\n0,1,0\n1,1,1\n", args, 3, &e);
	assert_non_null(out);
	near(number_at(out, "/result/people/values/0/0"), 0.6, 1e-15);
	near(number_at(out, "/result/outcomes/values/0/5"), 2.0 / 3, 1e-15); /* share */
	near(number_at(out, "/result/all_attained/reached"), 1, 0);
	json_decref(out);
	assert_null(analysed("outcomes", "i1,i2,i4\n1,0,1\n", args, 3, &e));
	assert_string_equal(e.message, "The Q-matrix has no line for item {1}.");
	err_clear(&e);
	assert_null(analysed("outcomes", "i1,i2,i3\n1,0,7\n", args, 3, &e));
	assert_string_equal(e.field, "most");
	unlink(path);
}

/* The code has a line for whatever --derive and --where take, however long. */
static void r_code_of_long_parts(void **state)
{
	char text[2400], word[1001], derive[1200], where[1200];
	struct analyse_arg args[] = { { "items", "a" }, { "derive", derive }, { "where", where } };
	struct err e = { 0 };
	json_t *out;

	(void)state;
	memset(word, 'w', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	snprintf(text, sizeof text, "a,g\n1,%s\n2,%s\n3,x\n", word, word);
	snprintf(derive, sizeof derive, "t=equals(g,%s)", word);
	snprintf(where, sizeof where, "g=%s", word);
	out = analysed("describe", text, args, 3, &e);
	assert_non_null(out);
	assert_non_null(strstr(text_at(out, "/r_code"), "\nd[[\"t\"]] <- +(d[[\"g\"]] == \"www"));
	assert_non_null(strstr(text_at(out, "/r_code"), "\nd <- d[which(d[[\"g\"]] == \"www"));
	json_decref(out);
}

/* A text of the caller is one text of R, whatever quotes it holds. */
static void r_code_quotes(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a" },
		{ "derive", "t=equals(a,\")||system(\"id\\\")#)" } };
	struct err e = { 0 };
	json_t *out = analysed("describe", "a\n1\n2\n", args, 2, &e);

	(void)state;
	assert_non_null(out);
	assert_non_null(
	    strstr(text_at(out, "/r_code"), "\nd[[\"t\"]] <- +(d[[\"a\"]] == \"\\\")||system(\\\"id\\\\\\\")#\")\n"));
	json_decref(out);
}

/* R reads the file as it was read here: parted by the same sign, without the blanks around fields. */
static void r_code_reads(void **state)
{
	static const struct {
		const char *text, *says;
	} t[] = {
		{ "a,g\n1,x\n2,y\n", "read.csv(\"data.csv\", strip.white = TRUE, " },
		{ "a;g\n1; x\n2;y\n", "read.csv(\"data.csv\", sep = \";\", strip.white = TRUE, " },
		{ "\xEF\xBB\xBF"
		  "a\tg\n1\tx\n2\ty\n",
		    "read.csv(\"data.csv\", sep = \"\\t\", strip.white = TRUE, " },
		{ "g;a\n07; 1\nA1;2\n", "read.csv(\"data.csv\", sep = \";\", strip.white = TRUE, " }, /* read twice */
	};
	static const struct analyse_arg args[] = { { "items", "a" } };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };
		json_t *out = analysed("describe", t[i].text, args, 1, &e);

		assert_non_null(out);
		assert_non_null(strstr(text_at(out, "/r_code"), t[i].says));
		json_decref(out);
	}
}

/* The columns that a file has are named whole, as many as there is room for. */
static void columns_named_whole(void **state)
{
	static const struct analyse_arg args[] = { { "items", "b" } };
	char text[1024] = "", said[512];
	struct err e = { 0 };

	(void)state;
	for (int lead = 0; lead < 6; lead++) {
		size_t n = 0, len;

		for (int j = 0; j < 30; j++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*sếếế%d", j > 0 ? "," : "",
			    j == 0 ? lead : 0, "aaaaaa", 10 + j);
		n += (size_t)snprintf(text + n, sizeof text - n, "\n");
		for (int j = 0; j < 30; j++)
			n += (size_t)snprintf(text + n, sizeof text - n, j > 0 ? ",1" : "1");
		memset(&e, 0, sizeof e);
		assert_null(analysed("describe", text, args, 1, &e));
		err_text(&e, NULL, NULL, said, sizeof said);
		assert_true(text_valid(said, strlen(said), false));
		len = strlen(said);
		assert_non_null(strstr(said, "It has: "));
		assert_string_equal(said + len - strlen(", …."), ", ….");
		assert_true(said[len - strlen(", ….") - 1] >= '0' && said[len - strlen(", ….") - 1] <= '9');
		assert_true(said[len - strlen(", ….") - 2] >= '1' && said[len - strlen(", ….") - 2] <= '3');
	}
}

/* 07 of --where is a text of R where the column holds texts, and a number where it holds numbers. */
static void r_code_where(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a" }, { "where", "g!=07;a<=07" } };
	struct err e = { 0 };
	json_t *out = analysed("describe", "a,g\n1,07\n2,A1\n3,A1\n", args, 2, &e);

	(void)state;
	assert_non_null(out);
	near(number_at(out, "/n_rows"), 2, 0);
	assert_non_null(strstr(text_at(out, "/r_code"), "d[which(d[[\"g\"]] != \"07\"), ]"));
	assert_non_null(strstr(text_at(out, "/r_code"), "d[which(d[[\"a\"]] <= 07), ]"));
	json_decref(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list),
		cmocka_unit_test(envelope),
		cmocka_unit_test(refusals),
		cmocka_unit_test(twice),
		cmocka_unit_test(misspelt),
		cmocka_unit_test(matrix_by_label),
		cmocka_unit_test(awkward_tables),
		cmocka_unit_test(outcomes_by_file),
		cmocka_unit_test(r_code_of_long_parts),
		cmocka_unit_test(r_code_quotes),
		cmocka_unit_test(r_code_reads),
		cmocka_unit_test(r_code_where),
		cmocka_unit_test(columns_named_whole),
	};

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
