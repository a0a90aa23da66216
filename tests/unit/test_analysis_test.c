/* Methods on tests by name: what they give, say and refuse, and that no table makes one of them give
 * a figure that is no number. */
#include "analysis/analyse.h"
#include "analysis/start.h"

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

static char qfile[] = "/tmp/elod-skills-XXXXXX", keyfile[] = "/tmp/elod-key-XXXXXX";

static void write_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int begin(void **state)
{
	(void)state;
	write_file(qfile, "item,S,T\na,1,0\nb,0,1\nc,1,1\n");
	write_file(keyfile, "question,right\na,1\nb,0|1\nc,x\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	return unlink(qfile) != 0 || unlink(keyfile) != 0;
}

/* Three items of two answers, all pairs of them tied, and two groups. */
static const char small[] = "a,b,c,g\n1,0,0,x\n1,0,0,y\n0,1,0,x\n0,1,0,y\n0,0,1,x\n0,0,1,y\n1,1,0,x\n1,1,0,y\n1,0,1,x\n"
			    "0,1,1,y\n1,1,1,x\n0,0,0,y\n";

static void rasch(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a:c" }, { "people", "2" } };
	struct err e = { 0 };
	json_t *out = analysed("rasch", small, args, 2, &e);
	double sum = 0;

	(void)state;
	assert_non_null(out);
	for (size_t i = 0; i < 3; i++) {
		char pointer[64];

		snprintf(pointer, sizeof pointer, "/result/items/values/%zu/2", i);
		sum += number_at(out, pointer);
	}
	near(sum, 0, 1e-12);
	near(number_at(out, "/n_used"), 12, 0);
	near(number_at(out, "/result/ability/extreme"), 2, 0);
	assert_int_equal(json_array_size(result_at(out, "/result/scores/rows")), 4);
	assert_true(json_is_null(result_at(out, "/result/scores/values/0/1"))); /* nobody right: no finite theta ... */
	assert_true(number_at(out, "/result/scores/values/0/3") < -1);		/* ... but a weighted one */
	assert_int_equal(json_array_size(result_at(out, "/result/people/rows")), 2);
	near(number_at(out, "/result/andersen/df"), 2, 0);
	assert_true(strncmp(text_at(out, "/interpretation/0/text"), "The easiest of 3 items is a", 27) == 0);
	assert_non_null(strstr(text_at(out, "/r_code"), "RM(x)"));
	json_decref(out);
}

/* Labels of any length are said whole; no sentence is lost for them. */
static void long_labels(void **state)
{
	enum { CHARS = 400 }; /* of three bytes each */
	static const struct analyse_arg args[] = { { "items", "y" }, { "by", "g" } };
	char label[2][3 * CHARS + 2], text[8 * sizeof label];
	struct err e = { 0 };
	json_t *plain, *out;
	const char *said;

	(void)state;
	for (int g = 0; g < 2; g++) {
		label[g][0] = (char)('a' + g);
		for (size_t i = 0; i < CHARS; i++)
			memcpy(label[g] + 1 + 3 * i, "ế", 3);
		label[g][1 + 3 * CHARS] = '\0';
	}
	snprintf(text, sizeof text, "g,y\n%s,1\n%s,2\n%s,4\n%s,3\n%s,5\n%s,7\n", label[0], label[0], label[0], label[1],
	    label[1], label[1]);
	plain = analysed("t_test", "g,y\na,1\na,2\na,4\nb,3\nb,5\nb,7\n", args, 2, &e);
	out = analysed("t_test", text, args, 2, &e);
	assert_non_null(plain);
	assert_non_null(out);
	assert_int_equal(json_array_size(result_at(out, "/interpretation")),
	    json_array_size(result_at(plain, "/interpretation")));
	assert_int_equal(json_array_size(result_at(out, "/assumptions")),
	    json_array_size(result_at(plain, "/assumptions")));
	said = text_at(out, "/interpretation/0/text");
	assert_non_null(strstr(said, label[0]));
	assert_non_null(strstr(said, label[1]));
	json_decref(plain);
	json_decref(out);
}

static void differing_items(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a:c" }, { "by", "g" }, { "focal", "y" } };
	static const struct analyse_arg wrong[] = { { "items", "a:c" }, { "by", "g" }, { "focal", "z" } };
	struct err e = { 0 };
	json_t *out = analysed("dif", small, args, 3, &e);
	char text[300];

	(void)state;
	assert_non_null(out);
	assert_string_equal(text_at(out, "/result/groups/reference"), "x");
	near(number_at(out, "/result/groups/n_focal"), 6, 0);
	assert_string_equal(text_at(out, "/result/items/values/0/9"), "A");
	json_decref(out);
	assert_null(analysed("dif", small, wrong, 3, &e));
	err_text(&e, NULL, NULL, text, sizeof text);
	assert_string_equal(text, "--focal is \"z\", which no row of column g holds.");
}

static void answers(void **state)
{
	static const char table[] = "q1,q2\nA,B\nA,C\nB,B\n,C\nA,B\n";
	static const struct analyse_arg args[] = { { "key", "q1=A;q2=B|C" } };
	struct err e = { 0 };
	json_t *out = analysed("distractors", table, args, 1, &e);

	(void)state;
	assert_non_null(out);
	assert_string_equal(text_at(out, "/result/options/rows/2"), "q1 (none)");
	near(number_at(out, "/result/items/values/0/3"), 0.6, 1e-15);
	near(number_at(out, "/result/items/values/1/3"), 1, 1e-15);
	near(number_at(out, "/n_missing/skipped"), 1, 0);
	assert_true(json_is_true(result_at(out, "/result/options/values/3/0")));
	json_decref(out);
}

static void diagnosis(void **state)
{
	const struct analyse_arg args[] = { { "items", "a:c" }, { "qmatrix", qfile }, { "people", "1" } };
	struct err e = { 0 };
	json_t *out = analysed("dina", small, args, 3, &e);

	(void)state;
	assert_non_null(out);
	near(number_at(out, "/result/distinct_classes"), 4, 0);
	assert_int_equal(json_array_size(result_at(out, "/result/skills/rows")), 2);
	assert_int_equal(strlen(text_at(out, "/result/people/values/0/0")), 2);
	json_decref(out);
}

/* A method with the options that it needs, on any table; what does not work says why. */
static void awkward_tables(void **state)
{
	static const char *const tables[] = {
		small,
		"a,b,c,g\n1,0,1,x\n",
		"a,b,c,g\n1,1,1,x\n1,1,1,y\n1,1,1,x\n1,1,1,y\n",
		"a,b,c,g\n,,,x\n,,,y\n",
		"a,b,c,g\n1,,,x\n,0,,y\n,,1,z\n",
		"a,b,c,g\n0,0,0,x\n1,0,0,x\n1,1,0,y\n1,1,1,y\n",
		"a,b,c,g\n0,1,0,x\n1,0,1,x\n0,1,1,y\n1,0,0,\n",
		"a,b,c,g\n1,0,0,x\n0,1,0,x\n0,0,1,x\n1,0,0,y\n0,1,0,y\n0,0,1,y\n",
		"a,b,c,g\n1,2,3,x\n2,3,1,y\n3,1,2,x\n1,1,2,y\n2,2,3,x\n3,3,1,y\n",
		"a,b,c,g\n1e300,-1e300,1e-300,x\n-1e300,1e300,1e-300,y\n1e300,1e300,0,x\n",
		"a,b,c,g\n0,0,0,\n1,1,1,\n0,1,0,\n",
	};
	const struct {
		const char *method;
		struct analyse_arg args[3];
		size_t n;
	} calls[] = {
		{ "item_analysis", { { "items", "a:c" }, { "most", "3" } }, 2 },
		{ "kr20", { { "items", "a:c" } }, 1 },
		{ "rasch", { { "items", "a:c" }, { "people", "9" } }, 2 },
		{ "rasch", { { "items", "a:c" }, { "by", "g" } }, 2 },
		{ "rasch", { { "items", "a:c" }, { "split", "median" } }, 2 },
		{ "irt", { { "items", "a:c" }, { "people", "9" } }, 2 },
		{ "irt", { { "items", "a:c" }, { "slopes", "equal" } }, 2 },
		{ "dif", { { "items", "a:c" }, { "by", "g" }, { "purify", "yes" } }, 3 },
		{ "dif", { { "items", "a,b" }, { "by", "g" }, { "match", "c" } }, 3 },
		{ "distractors", { { "key", "a=1;b=0;c=7" } }, 1 },
		{ "distractors", { { "keyfile", keyfile } }, 1 },
		{ "dina", { { "items", "a:c" }, { "qmatrix", qfile }, { "people", "9" } }, 3 },
		{ "dina", { { "items", "a:c" }, { "qmatrix", qfile }, { "rule", "dino" } }, 3 },
		{ "qmatrix", { { "items", "a:c" }, { "qmatrix", qfile } }, 2 },
		{ "outcomes", { { "items", "a:c" }, { "qmatrix", qfile }, { "people", "9" } }, 3 },
	};
	unsigned results = 0;

	(void)state;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
			struct err e = { 0 };
			json_t *out = analysed(calls[c].method, tables[t], calls[c].args, calls[c].n, &e);

			if (out != NULL) {
				char *text = json_dumps(out, JSON_REAL_PRECISION(17));

				results++;
				assert_non_null(text);
				assert_null(strstr(text, "nan"));
				assert_null(strstr(text, "inf "));
				free(text);
			} else {
				assert_int_equal(e.kind, ERR_INPUT);
				assert_non_null(e.message);
			}
			json_decref(out);
		}
	assert_true(results > 60);
}

static void refusals(void **state)
{
	const struct {
		const char *method, *text;
		struct analyse_arg args[2];
		size_t n;
		const char *says;
	} t[] = {
		{ "rasch", "a,b\n1,2\n0,1\n", { { "items", "a,b" } }, 1,
		    "The items must hold 0 (wrong) and 1 (right) alone" },
		{ "rasch", "a,b,c\n1,0,0\n0,1,0\n1,1,1\n0,0,0\n", { { "items", "a:c" } }, 1,
		    "The answers do not tie all items together" },
		{ "irt", "a,b,c\n1,0,1\n1,1,0\n", { { "items", "a:c" } }, 1,
		    "Everybody has the same value in column a" },
		{ "dif", small, { { "items", "a:c" } }, 1, "--by must say" },
		{ "dif", "a,g\n1,x\n0,y\n1,z\n", { { "items", "a" }, { "by", "g" } }, 2,
		    "Column g must hold two groups" },
		{ "distractors", small, { { "key", "a" } }, 1, "The key must say the right answer" },
		{ "distractors", small, { { "key", "a=1;a=0" } }, 1, "The key names question a twice." },
		{ "distractors", small, { { "key", "z=1" } }, 1, "The file has no column z (--key)." },
		{ "distractors", small, { { "key", "a=1" }, { "keyfile", keyfile } }, 2,
		    "Give the right answers by either" },
		{ "distractors", small, { { "keyfile", qfile } }, 1, "The file of the key needs two columns" },
		{ "dina", small, { { "items", "a:c" } }, 1, "--qmatrix must name the file" },
		{ "qmatrix", "a,b,c\n1,0,1\n", { { "qmatrix", qfile }, { "gain", "2" } }, 2,
		    "--gain must lie between" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct err e = { 0 };

		assert_null(analysed(t[i].method, t[i].text, t[i].args, t[i].n, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, t[i].says, strlen(t[i].says)) != 0)
			fail_msg("case %zu: [%s] %s", i, e.field, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rasch),
		cmocka_unit_test(long_labels),
		cmocka_unit_test(differing_items),
		cmocka_unit_test(answers),
		cmocka_unit_test(diagnosis),
		cmocka_unit_test(awkward_tables),
		cmocka_unit_test(refusals),
	};

	analysis_start();
	return cmocka_run_group_tests(tests, begin, end);
}
