/* Methods over stored responses: the same figures as over the data themselves, and nothing over
 * fewer than k by whatever way it is asked. */
#include "analysis/analyse.h"
#include "analysis/stored.h"
#include "analysis/tally.h"
#include "analysis/start.h"
#include "core/account.h"
#include "surveys/release.h"
#include "tests/store/store.h"

#include "tests/near.h"

#define POINTS                                                                                                         \
	"{\"value\":1,\"label\":{\"vi\":\"1\",\"en\":\"1\"}},{\"value\":2,\"label\":{\"vi\":\"2\",\"en\":\"2\"}},"     \
	"{\"value\":3,\"label\":{\"vi\":\"3\",\"en\":\"3\"}},{\"value\":4,\"label\":{\"vi\":\"4\",\"en\":\"4\"}},"     \
	"{\"value\":5,\"label\":{\"vi\":\"5\",\"en\":\"5\"}}"
#define ROW(code) "{\"code\":\"" code "\",\"label\":{\"vi\":\"" code "\",\"en\":\"" code "\"}}"

/* Three ratings, a group by name, a free number and a text. */
static const char form[] =
    "{\"code\":\"f\",\"title\":{\"vi\":\"F\",\"en\":\"F\"},\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"scale\":{\"points\":[" POINTS
    "]},\"rows\":[" ROW("Q1") "," ROW("Q2") "," ROW(
	"Q3") "]},"
	      "{\"type\":\"single\",\"code\":\"g\",\"nominal\":true,\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"options\":[" POINTS
	      "]},"
	      "{\"type\":\"number\",\"code\":\"hours\",\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"min\":0,\"max\":80},"
	      "{\"type\":\"text\",\"code\":\"why\",\"text\":{\"vi\":\"?\",\"en\":\"?\"}}]}],"
	      "\"scales\":[{\"code\":\"s\",\"title\":{\"vi\":\"s\",\"en\":\"s\"},\"items\":[\"Q1\",\"Q2\",\"Q3\"]}]}";

enum { Q1, Q2, Q3, G, HOURS, WHY, ITEMS };

struct world {
	struct store s;
	struct campaign c;
	const struct instrument *q;
	char lecturer[ID_LEN + 1];
	uint32_t seed;
};

static int make_campaign(struct db *db, void *arg, struct err *e)
{
	struct world *w = arg;
	struct campaign *c = &w->c;
	bool added;

	if (instrument_put(db, form, strlen(form), c->instrument, &added, e) < 0)
		return -1;
	c->code = "c";
	c->title = "{\"vi\":\"Thử\",\"en\":\"Trial\"}";
	c->k = 5;
	c->opens_at = STORE_OPENS;
	c->closes_at = STORE_CLOSES;
	c->invited = -1;
	c->goal_rate = NAN;
	if (campaign_put(db, c, e) < 0)
		return -1;
	for (int i = 1; i <= 4; i++) {
		char code[16];
		struct target t = { .number = i,
			.code = code,
			.label = "{\"vi\":\"Lớp\",\"en\":\"Section\"}",
			.unit = i <= 2 ? "A" : "B",
			.unit_label = "{\"vi\":\"Khoa\",\"en\":\"Unit\"}",
			.enrolled = -1,
			.mean = NAN };

		snprintf(code, sizeof code, "T%d", i);
		if (target_put(db, c->id, &t, e) < 0)
			return -1;
	}
	return 0;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct err e = { 0 };

	store_open(&w->s);
	STORE_OK(e, db_transact(w->s.db, DB_WRITE, make_campaign, w, &e));
	STORE_OK(e, instrument_shared(w->s.db, w->c.instrument, &w->q, &e));
	clock_fix(STORE_INSIDE);
	release_observe(tally_observe, NULL);
	w->seed = 11;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	release_observe(NULL, NULL);
	store_close(&w->s);
	instrument_shared_free();
	free(w);
	return 0;
}

static unsigned draw(struct world *w, unsigned n)
{
	w->seed = w->seed * 1664525 + 1013904223;
	return (w->seed >> 16) % n;
}

/* group 0..4; without Q3 when skip. */
static void submit(struct world *w, int target, unsigned group, bool skip, bool simulated)
{
	struct answer a[ITEMS];
	char uuid[UUID_LEN + 1];
	struct response_submit r = { .campaign = w->c.id, .target = target, .client_id = uuid, .simulated = simulated };
	struct err e = { 0 };
	struct buf b;

	memset(a, 0, sizeof a);
	a[Q1].point = draw(w, 5);
	a[Q2].point = draw(w, 2) == 0 ? a[Q1].point : draw(w, 5);
	a[Q3].point = draw(w, 2) == 0 ? a[Q1].point : draw(w, 5);
	a[Q3].why = skip ? ANSWER_SKIPPED : ANSWER_GIVEN;
	a[G].point = group;
	a[HOURS].number = draw(w, 80);
	a[WHY].why = ANSWER_SKIPPED;
	buf_init(&b, ANSWERS_MOST);
	answers_pack(w->q, a, &b);
	uuid_new(uuid);
	r.answers = b.p;
	r.answers_len = b.len;
	STORE_OK(e, store_submit(&w->s, &r, &e));
	buf_free(&b);
}

static void submit_many(struct world *w, int target, int n, unsigned group)
{
	for (int i = 0; i < n; i++)
		submit(w, target, group, false, false);
}

static void release(struct world *w)
{
	struct err e = { 0 };

	for (bool more = true; more;) {
		struct release_job job = { .secret = &w->s.secret };

		memcpy(job.campaign, w->c.id, sizeof job.campaign);
		STORE_OK(e, db_transact(w->s.db, DB_WRITE, release_run, &job, &e));
		more = job.more;
	}
}

/* All that was sent, however few: the campaign has closed. */
static void release_all(struct world *w)
{
	clock_fix(STORE_CLOSES + 1);
	release(w);
}

static json_t *ask_as(struct world *w, const char *account, const char *text, struct err *e)
{
	json_t *doc = json_loads(text, 0, NULL), *out = NULL;
	struct stored *s;

	assert_non_null(doc);
	if (stored_read(w->s.db, doc, account, &s, e) == 0)
		out = stored_run(s, w->s.db, NULL, NULL, e);
	stored_free(s);
	json_decref(doc);
	return out;
}

static json_t *ask(struct world *w, const char *text)
{
	struct err e = { 0 };
	json_t *out = ask_as(w, NULL, text, &e);

	if (out == NULL)
		print_error("%s: %s %s %s\n", text, e.field, e.message, e.log);
	assert_non_null(out);
	return out;
}

static void refused(struct world *w, const char *text, const char *field)
{
	struct err e = { 0 };
	json_t *out = ask_as(w, NULL, text, &e);

	if (out != NULL || strcmp(e.field, field) != 0)
		print_error("%s: %s, expected %s\n", text, e.field, field);
	assert_null(out);
	assert_string_equal(e.field, field);
}

static const char *reason(const json_t *out)
{
	const char *r = json_string_value(json_object_get(json_object_get(out, "withheld"), "reason"));

	return r != NULL ? r : "";
}

static void check_withheld(struct world *w, const char *text, const char *why)
{
	json_t *out = ask(w, text);

	assert_string_equal(reason(out), why);
	assert_null(json_object_get(out, "result"));
	json_decref(out);
}

static json_t *table(const json_t *out, const char *name)
{
	return json_object_get(json_object_get(out, "result"), name);
}

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
	    "qmatrix");
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
