/* One who may ask anything over stored responses tries to learn what fewer than k people said. */
#include "tests/store/stored.h"

#define ASK(method, rest) "{\"campaign\":\"c\",\"method\":\"" method "\"," rest "}"

static json_int_t used(struct world *w, const char *text)
{
	json_t *out = ask(w, text);
	json_int_t n = json_integer_value(json_object_get(out, "n_used"));

	json_decref(out);
	return n;
}

static json_t *cell(const json_t *t, size_t row, const char *col)
{
	json_t *cols = json_object_get(t, "cols");

	for (size_t j = 0; j < json_array_size(cols); j++)
		if (strcmp(json_string_value(json_array_get(cols, j)), col) == 0)
			return json_array_get(json_array_get(json_object_get(t, "values"), row), j);
	return NULL;
}

/* Two questions that differ by one item differ by none or by at least k responses. */
static void who_left_out(void **state)
{
	struct world *w = *state;
	json_int_t all, both, third;
	struct answer a[ITEMS];

	submit_many(w, 1, 40, 0);
	submit(w, 1, 0, true, false);
	for (int i = 0; i < 2; i++) {
		answer_all(w, 0, a);
		a[Q4].why = ANSWER_SKIPPED;
		a[Q3].why = i == 0 ? ANSWER_SKIPPED : ANSWER_GIVEN;
		submit_answers(w, 1, a, false);
	}
	release_all(w);
	all = used(w, ASK("describe", "\"items\":[\"Q1\"]"));
	both = used(w, ASK("alpha", "\"items\":[\"Q1\",\"Q3\"],\"options\":{\"policy\":\"listwise\"}"));
	third = used(w, ASK("alpha", "\"items\":[\"Q1\",\"Q3\",\"Q4\"],\"options\":{\"policy\":\"listwise\"}"));
	assert_int_equal(all, 43);
	assert_true(all - both >= 5);
	assert_true(both - third >= 5 || both == third);
	both = used(w, ASK("alpha", "\"items\":[\"Q1\",\"Q4\"],\"options\":{\"policy\":\"listwise\"}"));
	assert_true(all - both >= 5);
	assert_true(both - third >= 5 || both == third);
	/* and no more than is needed is lost */
	assert_true(third >= 33);
}

/* Pairs of items too, and items within groups. */
static void who_left_out_of_pairs(void **state)
{
	struct world *w = *state;
	json_t *out, *pairs;

	submit_many(w, 1, 20, 0);
	submit_many(w, 3, 20, 1);
	submit(w, 3, 1, true, false);
	release_all(w);
	out = ask(w, ASK("correlation", "\"scale\":\"s\""));
	pairs = json_object_get(table(out, "n"), "values");
	assert_int_equal(json_integer_value(json_array_get(json_array_get(pairs, 0), 1)), 41);
	assert_true(json_integer_value(json_array_get(json_array_get(pairs, 0), 2)) <= 36);
	json_decref(out);
	out = ask(w, ASK("dunn", "\"items\":[\"Q1\"],\"group\":\"g\""));
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 41);
	json_decref(out);
	/* a distribution within groups has all of these */
	out = ask(w, ASK("survey_share", "\"group\":\"g\",\"options\":{\"answer\":\"Q1\"}"));
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 41);
	json_decref(out);
	/* of the second group alone are answers set aside */
	out = ask(w, ASK("group_describe", "\"items\":[\"Q1\",\"Q3\"],\"group\":\"g\""));
	pairs = json_object_get(table(out, "groups"), "Q3");
	assert_int_equal(json_integer_value(cell(pairs, 0, "n")), 20);
	assert_true(json_integer_value(cell(pairs, 1, "n")) <= 16);
	json_decref(out);
}

/* The whole less two filters would be the three others. */
static void what_filters_leave(void **state)
{
	struct world *w = *state;

	submit_many(w, 1, 12, 0);
	submit_many(w, 1, 9, 1);
	submit_many(w, 1, 3, 2);
	release_all(w);
	assert_int_equal(used(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":1}")), 12);
	check_withheld(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":2}"), "complement");
	check_withheld(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":3}"), "below_k");
}

/* A group in one class is told from the same group in all and in the other classes. */
static void group_by_class(void **state)
{
	struct world *w = *state;
	json_t *out;

	submit_many(w, 1, 20, 0);
	submit_many(w, 1, 2, 1);
	submit_many(w, 2, 20, 0);
	submit_many(w, 2, 10, 1);
	submit_many(w, 3, 20, 0);
	submit_many(w, 3, 11, 1);
	release_all(w);
	out = ask(w, ASK("group_describe", "\"items\":[\"Q1\"],\"group\":\"g\""));
	assert_int_equal(json_array_size(json_object_get(out, "left_out")), 0);
	json_decref(out);
	check_withheld(w,
	    ASK("describe", "\"items\":[\"Q1\"],\"filter\":{\"target\":\"T2\",\"item\":\"g\",\"value\":2}"),
	    "complement");
	out = ask(w, ASK("describe", "\"items\":[\"Q1\"],\"filter\":{\"target\":\"T3\",\"item\":\"g\",\"value\":2}"));
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 11);
	json_decref(out);
	out = ask(w, ASK("group_describe", "\"items\":[\"Q1\"],\"group\":\"g\",\"filter\":{\"target\":\"T2\"}"));
	assert_int_equal(json_array_size(json_object_get(out, "left_out")), 1);
	json_decref(out);
}

/* All and careful responses of a filter differ by the straight ones. */
static void careful_of_a_filter(void **state)
{
	struct world *w = *state;
	struct answer a[ITEMS];

	submit_many(w, 1, 12, 0);
	submit_many(w, 1, 12, 1);
	for (unsigned i = 0; i < 8; i++) {
		answer_all(w, i < 2 ? 0 : 1, a);
		for (int j = Q1; j <= Q5; j++)
			a[j].point = 2;
		submit_answers(w, 1, a, false);
	}
	release_all(w);
	assert_int_equal(used(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":1}")), 14);
	check_withheld(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":1,\"part\":\"careful\"}"),
	    "complement");
}

/* What makes groups, weighs or reads rows otherwise. */
static void options(void **state)
{
	struct world *w = *state;

	submit_many(w, 1, 40, 0);
	release_all(w);
	refused(w, ASK("alpha", "\"scale\":\"s\",\"filter\":{\"item\":\"Q1\",\"value\":1}"), "/filter/item");
	refused(w, ASK("group_describe", "\"items\":[\"Q2\"],\"group\":\"Q1\""), "/group");
	refused(w, ASK("anova2", "\"items\":[\"Q1\"],\"options\":{\"factors\":\"Q2,Q3\"}"), "/options/factors");
	refused(w, ASK("crosstab", "\"options\":{\"row\":\"hours\",\"column\":\"Q1\"}"), "/options/row");
	refused(w, ASK("crosstab", "\"options\":{\"row\":\"Q2\",\"column\":\"Q1\",\"count\":\"hours\"}"), "count");
	refused(w, ASK("regression", "\"options\":{\"outcome\":\"Q1\",\"predictors\":\"Q2\",\"weights\":\"Q3\"}"),
	    "weights");
	refused(w, ASK("regression", "\"options\":{\"outcome\":\"Q1\",\"predictors\":\"Q2\",\"powers\":4}"), "powers");
	refused(w, ASK("survey_mean", "\"items\":[\"Q1\"],\"options\":{\"targets\":\"Q1:1=0,5=100\"}"), "targets");
	refused(w, ASK("survey_mean", "\"items\":[\"Q1\"],\"options\":{\"weights\":\"Q2\"}"), "weights");
	refused(w, ASK("pca", "\"scale\":\"s\",\"options\":{\"input\":\"correlation\"}"), "input");
	refused(w, ASK("control_chart", "\"options\":{\"value\":\"Q1\"}"), "/method");
	refused(w, ASK("trend", "\"options\":{\"value\":\"Q1\"}"), "/method");
	refused(w, ASK("funnel", "\"options\":{\"successes\":\"Q1\",\"trials\":\"Q2\"}"), "/method");
	refused(w, ASK("padjust", "\"items\":[\"Q1\"]"), "/method");
	refused(w, ASK("rake", "\"options\":{\"targets\":\"Q1:1=0,5=100\"}"), "/method");
	refused(w, ASK("regression", "\"options\":{\"outcome\":\"Q1\",\"predictors\":\"Q2\",\"people\":40}"), "people");
	refused(w, ASK("top_share", "\"items\":[\"hours\"],\"options\":{\"from\":40}"), "/items/0");
	refused(w, ASK("quantiles", "\"items\":[\"hours\"],\"options\":{\"p\":\"0.001\"}"), "/items/0");
	refused(w, ASK("sign_test", "\"items\":[\"hours\"],\"options\":{\"null\":40}"), "/items/0");
}

/* Who gave a rare answer: what else did they say? */
static void rare_answers(void **state)
{
	struct world *w = *state;
	struct answer a[ITEMS];
	json_t *out, *counts;

	for (int i = 0; i < 40; i++) {
		answer_all(w, 0, a);
		a[Q1].point = i < 2 ? 0 : i < 10 ? 1 : 2 + i % 3;
		a[Q4].point = i == 0 ? 1 : 2;
		submit_answers(w, 1, a, false);
	}
	release_all(w);
	out = ask(w, ASK("crosstab", "\"options\":{\"row\":\"Q1\",\"column\":\"Q2\"}"));
	counts = json_object_get(table(out, "counts"), "values");
	for (size_t i = 0; i < json_array_size(counts); i++) {
		double sum = 0;

		for (size_t j = 0; j < json_array_size(json_array_get(counts, i)); j++)
			sum += json_number_value(json_array_get(json_array_get(counts, i), j));
		assert_true(sum >= 5);
	}
	assert_true(json_array_size(json_object_get(out, "left_out")) > 0);
	json_decref(out);
	refused(w, ASK("correlation", "\"items\":[\"Q2\",\"Q4\"]"), "items");
	refused(w, ASK("regression", "\"options\":{\"outcome\":\"Q2\",\"predictors\":\"Q4\"}"), "items");
}

/* Groups that two columns make together. */
static void crossed_groups(void **state)
{
	struct world *w = *state;
	json_t *out, *cells;

	for (int t = 1; t <= 3; t++)
		for (unsigned g = 0; g < 3; g++)
			submit_many(w, t, t == 1 && g == 0 ? 2 : 8 + t, g);
	release_all(w);
	out = ask(w, ASK("anova2", "\"items\":[\"Q1\"],\"options\":{\"factors\":\"target,g\"}"));
	cells = json_array_get(json_object_get(out, "left_out"), 0);
	assert_string_equal(json_string_value(json_object_get(cells, "column")), "target, g");
	/* the small one, one beside it and one below it */
	assert_int_equal(json_integer_value(json_object_get(cells, "groups")), 3);
	json_decref(out);
}

/* Groups that a method makes by itself, one person's figure, and messages that quote rows. */
static void inside_methods(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	json_t *out;

	submit_many(w, 1, 12, 0);
	release_all(w);
	out = ask(w, ASK("item_analysis", "\"scale\":\"s\",\"options\":{\"most\":\"5\"}"));
	assert_true(json_is_null(table(out, "extreme_group")));
	assert_true(json_is_null(cell(table(out, "items"), 0, "upper_lower")));
	json_decref(out);
	assert_null(ask_as(w, NULL, ASK("item_analysis", "\"scale\":\"s\",\"options\":{\"most\":\"3\"}"), &e));
	assert_null(strstr(e.message, "Line"));
	out = ask(w, ASK("mahalanobis", "\"scale\":\"s\""));
	assert_true(json_is_null(table(out, "largest")));
	json_decref(out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(who_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(who_left_out_of_pairs, setup, teardown),
		cmocka_unit_test_setup_teardown(what_filters_leave, setup, teardown),
		cmocka_unit_test_setup_teardown(group_by_class, setup, teardown),
		cmocka_unit_test_setup_teardown(careful_of_a_filter, setup, teardown),
		cmocka_unit_test_setup_teardown(options, setup, teardown),
		cmocka_unit_test_setup_teardown(rare_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(crossed_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(inside_methods, setup, teardown) };

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
