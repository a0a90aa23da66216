/* Methods over stored responses: the same figures as over the data themselves, and nothing over
 * fewer than k by whatever way it is asked. */
#include "tests/store/stored.h"

static void whole(void **state)
{
	struct world *w = *state;
	json_t *out;

	check_withheld(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\"}", "no_responses");
	submit_many(w, 1, 40, 0);
	submit_many(w, 3, 20, 1);
	submit(w, 3, 0, true, false);
	release_all(w);
	out = ask(w,
	    "{\"campaign\":\"c\",\"method\":\"alpha\",\"items\":[\"Q1\",\"Q2\",\"Q3\"],\"options\":{\"level\":0.9}}");
	assert_string_equal(reason(out), "");
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 61);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(out, "n_missing"), "skipped")), 1);
	assert_true(json_is_real(json_object_get(table(out, "total"), "alpha")));
	assert_true(json_is_string(json_object_get(out, "fingerprint")));
	/* the scale's bounds are known without being given */
	near(json_real_value(json_object_get(json_object_get(out, "options"), "max")), 5, 0);
	near(json_real_value(json_object_get(json_object_get(out, "options"), "level")), 0.9, 1e-15);
	json_decref(out);

	/* lowest and highest of a free number are one person's */
	out = ask(w, "{\"campaign\":\"c\",\"method\":\"describe\",\"items\":[\"hours\"]}");
	{
		json_t *row = json_array_get(json_object_get(table(out, "items"), "values"), 0);

		assert_true(json_is_real(json_array_get(row, 1)));
		assert_true(json_is_null(json_array_get(row, 6)) && json_is_null(json_array_get(row, 7)) &&
		    json_is_null(json_array_get(row, 8)));
	}
	json_decref(out);
}

static void asked_wrongly(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };

	submit_many(w, 1, 40, 0);
	release_all(w);
	assert_null(ask_as(w, NULL, "{\"campaign\":\"none\",\"method\":\"alpha\",\"scale\":\"s\"}", &e));
	assert_int_equal(e.kind, ERR_ABSENT);
	refused(w, "{\"campaign\":\"c\",\"method\":\"magic\",\"scale\":\"s\"}", "/method");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\"}", "/");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"x\"}", "/scale");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"items\":[\"Q1\",\"why\"]}", "/items/1");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"items\":[\"Q1\",\"g\"]}", "/items/1");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"items\":[\"target\"]}", "/items/0");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"group\":\"unit\"}", "/group");
	refused(w, "{\"campaign\":\"c\",\"method\":\"distribution\",\"items\":[\"hours\"]}", "/items/0");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"more\":1}", "/more");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"min\":1}}", "/options/min");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"level\":[1]}}",
	    "/options/level");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"level\":7}}", "level");
	refused(w, "{\"campaign\":\"c\",\"method\":\"scale_score\",\"scale\":\"s\",\"options\":{\"people\":3}}",
	    "people");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"rows\":\"1:7\"}}", "rows");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"where\":\"Q1=5\"}}",
	    "where");
	refused(w,
	    "{\"campaign\":\"c\",\"method\":\"outcomes\",\"scale\":\"s\",\"options\":{\"qmatrix\":\"/etc/passwd\"}}",
	    "/method");
	refused(w,
	    "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"item\":\"hours\",\"value\":1}}",
	    "/filter/item");
	refused(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"unit\":\"Z\"}}", "unit");
}

/* Four targets of which one has too few: it is hidden, and another with it. */
static void groups(void **state)
{
	struct world *w = *state;
	json_t *out, *left;

	submit_many(w, 1, 12, 0);
	submit_many(w, 2, 3, 0);
	submit_many(w, 3, 8, 0);
	submit_many(w, 4, 9, 0);
	release_all(w);
	out = ask(w, "{\"campaign\":\"c\",\"method\":\"group_describe\",\"scale\":\"s\",\"group\":\"target\"}");
	left = json_array_get(json_object_get(out, "left_out"), 0);
	assert_int_equal(json_integer_value(json_object_get(left, "groups")), 2);
	assert_int_equal(json_integer_value(json_object_get(left, "responses")), 15);
	assert_int_equal(json_array_size(json_object_get(json_object_get(table(out, "groups"), "Q1"), "rows")), 2);
	json_decref(out);
	check_withheld(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"target\":\"T2\"}}",
	    "below_k");
	/* by units both are large enough */
	out = ask(w, "{\"campaign\":\"c\",\"method\":\"group_describe\",\"scale\":\"s\",\"group\":\"unit\"}");
	assert_int_equal(json_array_size(json_object_get(out, "left_out")), 0);
	assert_int_equal(json_array_size(json_object_get(json_object_get(table(out, "groups"), "Q1"), "rows")), 2);
	assert_true(json_is_object(json_object_get(json_object_get(out, "labels"), "A")));
	json_decref(out);
}

/* Levels of an item, answers within a group, what crosses, and a filter's two sides. */
static void cells(void **state)
{
	struct world *w = *state;
	json_t *out, *values;

	submit_many(w, 1, 10, 0);
	submit_many(w, 1, 10, 1);
	submit_many(w, 3, 9, 0);
	submit_many(w, 3, 2, 2);
	for (int i = 0; i < 8; i++) /* of group 3 two alone answered Q3 */
		submit(w, 3, 3, i > 1, false);
	release_all(w);
	out = ask(w, "{\"campaign\":\"c\",\"method\":\"group_describe\",\"items\":[\"Q1\",\"Q3\"],\"group\":\"g\"}");
	/* group 2 has two people: it goes, and the smallest other with it */
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(json_object_get(out, "left_out"), 0), "groups")),
	    2);
	values = json_object_get(json_object_get(table(out, "groups"), "Q1"), "values");
	assert_int_equal(json_array_size(values), 2);
	json_decref(out);
	check_withheld(w,
	    "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":3}}",
	    "below_k");
	out =
	    ask(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":1}}");
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 19);
	json_decref(out);
}

static void complement_of_filter(void **state)
{
	struct world *w = *state;

	submit_many(w, 1, 20, 0);
	submit_many(w, 1, 3, 1);
	release_all(w);
	/* the three others could be computed from the whole less these */
	check_withheld(w,
	    "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"item\":\"g\",\"value\":1}}",
	    "complement");
}

static void few_answers(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 20; i++)
		submit(w, 1, 0, i > 2, false);
	release_all(w);
	refused(w, "{\"campaign\":\"c\",\"method\":\"describe\",\"items\":[\"Q1\",\"Q3\"]}", "items");
}

/* Simulated responses hide nobody. */
static void simulated(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 30; i++)
		submit(w, 1, 0, false, true);
	submit_many(w, 1, 2, 0);
	release_all(w);
	check_withheld(w, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\"}", "complement");
}

static void keys(void **state)
{
	struct world *w = *state;
	json_t *doc = json_loads("{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\"}", 0, NULL);
	char key[STORED_KEY], later[STORED_KEY], theirs[STORED_KEY];
	struct err e = { 0 };
	struct stored *s;

	submit_many(w, 1, 20, 0);
	release(w);
	STORE_OK(e, stored_read(w->s.db, doc, NULL, &s, &e));
	STORE_OK(e, stored_key(s, w->s.db, key, &e));
	assert_string_equal(stored_campaign(s), w->c.id);
	stored_free(s);
	STORE_OK(e, stored_read(w->s.db, doc, "somebody", &s, &e));
	STORE_OK(e, stored_key(s, w->s.db, theirs, &e));
	stored_free(s);
	assert_string_not_equal(key, theirs);
	submit_many(w, 1, 20, 0);
	release(w);
	STORE_OK(e, stored_read(w->s.db, doc, NULL, &s, &e));
	STORE_OK(e, stored_key(s, w->s.db, later, &e));
	assert_string_not_equal(key, later);
	stored_free(s);
	json_decref(doc);
}

/* Somebody else's targets are no data for a lecturer. */
static void own_alone(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	json_t *out;

	STORE_OK(e, account_create(w->s.db, NULL, "l@x.example", "L", "*", w->lecturer, &e));
	STORE_OK(e, target_link(w->s.db, w->c.id, 3, NULL, w->lecturer, &e));
	submit_many(w, 1, 30, 0);
	submit_many(w, 3, 12, 0);
	release_all(w);
	out = ask_as(w, w->lecturer, "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\"}", &e);
	assert_non_null(out);
	assert_int_equal(json_integer_value(json_object_get(out, "n_used")), 12);
	json_decref(out);
	assert_null(ask_as(w, w->lecturer,
	    "{\"campaign\":\"c\",\"method\":\"alpha\",\"scale\":\"s\",\"filter\":{\"target\":\"T1\"}}", &e));
	assert_int_equal(e.kind, ERR_FORBIDDEN);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(whole, setup, teardown),
		cmocka_unit_test_setup_teardown(asked_wrongly, setup, teardown),
		cmocka_unit_test_setup_teardown(groups, setup, teardown),
		cmocka_unit_test_setup_teardown(cells, setup, teardown),
		cmocka_unit_test_setup_teardown(complement_of_filter, setup, teardown),
		cmocka_unit_test_setup_teardown(few_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(simulated, setup, teardown),
		cmocka_unit_test_setup_teardown(keys, setup, teardown),
		cmocka_unit_test_setup_teardown(own_alone, setup, teardown) };

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
