/* A campaign's figures from its running statistics: releases advance them exactly, and nothing
 * over fewer than k gets out. */
#include "analysis/campaign_list.h"
#include "analysis/campaign_stats.h"
#include "surveys/release.h"
#include "tests/store/store.h"

/* Six rows of one format and a text: enough for a straight-lining index. */
static const char six[] =
    "{\"code\":\"six\",\"title\":{\"vi\":\"Sáu\",\"en\":\"Six\"},\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"scale\":{\"points\":["
    "{\"value\":1,\"label\":{\"vi\":\"1\",\"en\":\"1\"}},{\"value\":2,\"label\":{\"vi\":\"2\",\"en\":\"2\"}},"
    "{\"value\":3,\"label\":{\"vi\":\"3\",\"en\":\"3\"}},{\"value\":4,\"label\":{\"vi\":\"4\",\"en\":\"4\"}},"
    "{\"value\":5,\"label\":{\"vi\":\"5\",\"en\":\"5\"}}]},\"rows\":["
    "{\"code\":\"Q1\",\"label\":{\"vi\":\"1\",\"en\":\"1\"}},{\"code\":\"Q2\",\"label\":{\"vi\":\"2\",\"en\":\"2\"}},"
    "{\"code\":\"Q3\",\"label\":{\"vi\":\"3\",\"en\":\"3\"}},{\"code\":\"Q4\",\"label\":{\"vi\":\"4\",\"en\":\"4\"}},"
    "{\"code\":\"Q5\",\"label\":{\"vi\":\"5\",\"en\":\"5\"}},{\"code\":\"Q6\",\"label\":{\"vi\":\"6\",\"en\":\"6\"}}]},"
    "{\"type\":\"text\",\"code\":\"why\",\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"comment\":true}]}],"
    "\"scales\":[{\"code\":\"s\",\"title\":{\"vi\":\"s\",\"en\":\"s\"},\"items\":[\"Q1\",\"Q2\",\"Q3\",\"Q4\",\"Q5\",\"Q6\"]}]}";

#define TARGETS 4

struct world {
	struct store s;
	struct campaign c;
	const struct instrument *q;
	char accounts[2][ID_LEN + 1];
	uint32_t seed;
};

static int make_campaign(struct db *db, void *arg, struct err *e)
{
	struct world *w = arg;
	struct campaign *c = &w->c;
	bool added;

	if (instrument_put(db, six, strlen(six), c->instrument, &added, e) < 0)
		return -1;
	c->code = "c";
	c->title = "{\"vi\":\"Thử\",\"en\":\"Trial\"}";
	c->mode = CAMPAIGN_ANONYMOUS;
	c->k = 5;
	c->opens_at = STORE_OPENS;
	c->closes_at = STORE_CLOSES;
	c->invited = 100;
	c->goal_rate = 0.5;
	if (campaign_put(db, c, e) < 0)
		return -1;
	for (int i = 1; i <= TARGETS; i++) {
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
	w->seed = 3;
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

/* straight 1..5: that answer throughout; 0: drawn, never all the same.  skip: without Q6. */
static void submit_but(struct world *w, int target, int straight, bool simulated, const char *said, bool skip)
{
	struct answer a[7];
	char uuid[UUID_LEN + 1];
	struct response_submit r = { .campaign = w->c.id, .target = target, .client_id = uuid, .simulated = simulated };
	struct err e = { 0 };
	struct buf b;

	memset(a, 0, sizeof a);
	for (unsigned i = 0; i < 6; i++)
		a[i].point = straight > 0 ? (unsigned)straight - 1 : draw(w, 5);
	if (straight == 0 && a[0].point == a[1].point)
		a[1].point = (a[0].point + 1) % 5;
	a[5].why = skip ? ANSWER_SKIPPED : ANSWER_GIVEN;
	a[6].why = said != NULL ? ANSWER_GIVEN : ANSWER_SKIPPED;
	a[6].text = said;
	a[6].text_len = said != NULL ? strlen(said) : 0;
	buf_init(&b, ANSWERS_MOST);
	answers_pack(w->q, a, &b);
	uuid_new(uuid);
	r.answers = b.p;
	r.answers_len = b.len;
	STORE_OK(e, store_submit(&w->s, &r, &e));
	buf_free(&b);
}

static void submit(struct world *w, int target, int straight, bool simulated, const char *said)
{
	submit_but(w, target, straight, simulated, said, false);
}

static void submit_many(struct world *w, int target, int n)
{
	for (int i = 0; i < n; i++)
		submit(w, target, 0, false, NULL);
}

static void release_all(struct world *w)
{
	struct err e = { 0 };

	for (bool more = true; more;) {
		struct release_job job = { .secret = &w->s.secret };

		memcpy(job.campaign, w->c.id, sizeof job.campaign);
		STORE_OK(e, db_transact(w->s.db, DB_WRITE, release_run, &job, &e));
		more = job.more;
	}
	STORE_OK(e, campaign_get(w->s.db, w->c.id, w->s.a, &w->c, &e));
}

static json_t *figures(struct world *w, const struct campaign_options *o)
{
	struct err e = { 0 };
	json_t *out;

	STORE_OK(e, campaign_get(w->s.db, w->c.id, w->s.a, &w->c, &e));
	STORE_OK(e, campaign_statistics_json(w->s.db, &w->c, w->q, o, w->s.a, &out, &e));
	return out;
}

static const json_t *at(const json_t *v, const char *path)
{
	char part[32];

	for (; v != NULL && *path != '\0';) {
		size_t n = strcspn(path, ".");

		snprintf(part, sizeof part, "%.*s", (int)n, path);
		v = json_is_array(v) ? json_array_get(v, strtoul(part, NULL, 10)) : json_object_get(v, part);
		path += n + (path[n] == '.');
	}
	return v;
}

static const json_t *row_of(const json_t *model, const char *list, const char *code)
{
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)at(model, list), i, row) {
		if (strcmp(json_string_value(json_object_get(row, "code")), code) == 0)
			return row;
	}
	return NULL;
}

/* A JSON number anywhere under v: what must not be there when figures are withheld. */
static bool holds(const json_t *v, const char *key)
{
	const char *k;
	json_t *o;
	size_t i;

	if (json_is_object(v)) {
		json_object_foreach((json_t *)v, k, o) {
			if (strcmp(k, key) == 0 ? !json_is_null(o) : holds(o, key))
				return true;
		}
	} else {
		json_array_foreach((json_t *)v, i, o) {
			if (holds(o, key))
				return true;
		}
	}
	return false;
}

static const struct campaign_options everything = { .part = TALLY_ALL };

static void advances_by_releases_only(void **state)
{
	struct world *w = *state;
	json_t *m;

	submit_many(w, 1, 4);
	release_all(w);
	m = figures(w, &everything);
	assert_string_equal(json_string_value(at(m, "withheld.reason")), "no_responses");
	assert_int_equal(json_integer_value(at(m, "withheld.responses")), 4);
	assert_int_equal(json_integer_value(at(m, "withheld.released")), 0);
	assert_false(holds(m, "mean"));
	assert_false(holds(m, "distribution"));
	json_decref(m);

	submit_many(w, 1, 3);
	release_all(w);
	m = figures(w, &everything);
	assert_true(json_is_null(at(m, "withheld")));
	assert_int_equal(json_integer_value(at(m, "n")), 7);
	assert_int_equal(json_integer_value(at(m, "items.0.n")), 7);
	assert_true(holds(at(m, "scales"), "alpha"));
	json_decref(m);
}

static void released_equals_counted_anew(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	bool same = false;

	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 30; i++)
			submit(w, (int)draw(w, TARGETS + 1), draw(w, 4) == 0 ? 1 + (int)draw(w, 5) : 0, draw(w, 3) == 0,
			    draw(w, 2) == 0 ? "hay" : NULL);
		release_all(w);
		STORE_OK(e, tally_verify(w->s.db, w->c.id, w->q, &same, &e));
		assert_true(same);
	}
	/* one count less in one row is noticed */
	STORE_OK(e,
	    db_script(w->s.db,
		"UPDATE tally SET data = (SELECT data FROM tally WHERE part = 'all' AND target = 1)"
		" WHERE part = 'all' AND target = 2",
		&e));
	STORE_OK(e, tally_verify(w->s.db, w->c.id, w->q, &same, &e));
	assert_false(same);
	STORE_OK(e, tally_rebuild(w->s.db, w->c.id, w->q, &e));
	STORE_OK(e, tally_verify(w->s.db, w->c.id, w->q, &same, &e));
	assert_true(same);
}

/* After the close the rest is released, however few: the small target hides, and one with it. */
static void small_target_hides_another(void **state)
{
	struct world *w = *state;
	struct campaign_options one = everything;
	json_t *m;

	submit_many(w, 1, 3);
	submit_many(w, 2, 9);
	submit_many(w, 3, 8);
	submit_many(w, 4, 7);
	clock_fix(STORE_CLOSES + 1);
	release_all(w);
	m = figures(w, &everything);
	assert_int_equal(json_integer_value(at(m, "n")), 27);
	assert_string_equal(json_string_value(json_object_get(row_of(m, "targets.rows", "T1"), "withheld")), "below_k");
	assert_string_equal(json_string_value(json_object_get(row_of(m, "targets.rows", "T2"), "withheld")),
	    "complement");
	assert_true(json_is_null(json_object_get(row_of(m, "targets.rows", "T3"), "withheld")));
	assert_false(holds(row_of(m, "targets.rows", "T2"), "raw"));
	/* the units hold 12 and 15: both may be shown */
	assert_true(json_is_null(json_object_get(row_of(m, "units.rows", "A"), "withheld")));
	json_decref(m);

	one.target = "T2";
	m = figures(w, &one);
	assert_string_equal(json_string_value(at(m, "withheld.reason")), "complement");
	assert_false(holds(m, "distribution"));
	json_decref(m);
	one = everything;
	one.unit = "A";
	m = figures(w, &one);
	assert_true(json_is_null(at(m, "withheld")));
	assert_int_equal(json_integer_value(at(m, "n")), 12);
	json_decref(m);
}

static json_t *item_of(struct world *w, const char *target, const char *code)
{
	struct campaign_options o = { .part = TALLY_ALL, .target = target };
	json_t *m = figures(w, &o), *item;

	assert_true(json_is_null(at(m, "withheld")));
	item = json_incref((json_t *)row_of(m, "items", code));
	json_decref(m);
	return item;
}

/* Three of T1 answered Q6.  Theirs are the whole less the others', so one more hides it. */
static void an_item_few_answered(void **state)
{
	struct world *w = *state;
	json_t *item;

	for (int i = 0; i < 8; i++)
		submit_but(w, 1, 0, false, NULL, i >= 3);
	submit_many(w, 2, 7);
	submit_many(w, 3, 8);
	release_all(w);
	item = item_of(w, "T1", "Q6");
	assert_string_equal(json_string_value(at(item, "withheld")), "below_k");
	assert_false(holds(item, "distribution"));
	json_decref(item);
	item = item_of(w, "T2", "Q6");
	assert_string_equal(json_string_value(at(item, "withheld")), "complement");
	json_decref(item);
	item = item_of(w, "T3", "Q6");
	assert_true(holds(item, "distribution"));
	json_decref(item);
	item = item_of(w, "T1", "Q5");
	assert_true(holds(item, "distribution"));
	json_decref(item);
}

/* Ten simulated ones show, and say so; with three people among them nothing does. */
static void simulated_are_marked(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	json_t *m;

	for (int i = 0; i < 10; i++)
		submit(w, 1, 0, true, NULL);
	release_all(w);
	m = figures(w, &everything);
	assert_int_equal(json_integer_value(at(m, "simulated")), 10);
	assert_int_equal(json_integer_value(at(m, "n")), 10);
	json_decref(m);
	/* they are no people: nobody has answered yet, of a hundred invited */
	STORE_OK(e, campaign_json(w->s.db, &w->c, &m, &e));
	assert_int_equal(json_integer_value(at(m, "responses")), 10);
	assert_int_equal(json_integer_value(at(m, "rate.people")), 0);
	assert_int_equal(json_integer_value(at(m, "rate.invited")), 100);
	assert_string_equal(json_string_value(at(m, "rate.status")), "not_met");
	json_decref(m);
	submit_many(w, 1, 3);
	clock_fix(STORE_CLOSES + 1);
	release_all(w);
	m = figures(w, &everything);
	assert_string_equal(json_string_value(at(m, "withheld.reason")), "complement");
	json_decref(m);
}

static void careless_answers(void **state)
{
	struct world *w = *state;
	struct campaign_options careful = { .part = TALLY_CAREFUL };
	json_t *m;

	submit_many(w, 1, 12);
	for (int i = 0; i < 3; i++)
		submit(w, 1, 4, false, NULL);
	release_all(w);
	m = figures(w, &everything);
	/* three of fifteen: the count may be said, what they answered and the rest without them may not */
	assert_int_equal(json_integer_value(at(m, "careless.straight")), 3);
	assert_true(json_is_null(at(m, "careless.by_value")));
	assert_true(json_is_null(at(m, "careless.sides")));
	json_decref(m);
	m = figures(w, &careful);
	assert_string_equal(json_string_value(at(m, "withheld.reason")), "complement");
	json_decref(m);

	for (int i = 0; i < 5; i++)
		submit(w, 1, 2, false, NULL);
	release_all(w);
	m = figures(w, &careful);
	assert_true(json_is_null(at(m, "withheld")));
	assert_int_equal(json_integer_value(at(m, "n")), 12);
	assert_int_equal(json_integer_value(at(m, "careless.by_value.1.count")), 5);
	assert_int_equal(json_integer_value(at(m, "careless.by_value.3.count")), 3);
	assert_int_equal(json_integer_value(at(m, "careless.sides.all.responses")), 20);
	assert_int_equal(json_integer_value(at(m, "careless.sides.careful.responses")), 12);
	json_decref(m);
}

static void lecturers_see_their_own(void **state)
{
	struct world *w = *state;
	struct campaign_options mine = { .part = TALLY_ALL };
	struct err e = { 0 };
	json_t *m;

	STORE_OK(e,
	    db_script(w->s.db,
		"INSERT INTO account(id, login, name, password_hash, created_at)"
		" VALUES ('acc', 'a@b', 'A', 'x', 0)",
		&e));
	STORE_OK(e, target_link(w->s.db, w->c.id, 2, NULL, "acc", &e));
	submit_many(w, 1, 6);
	submit_many(w, 2, 7);
	submit_many(w, 3, 8);
	release_all(w);
	mine.account = "acc";
	m = figures(w, &mine);
	assert_int_equal(json_integer_value(at(m, "n")), 7);
	assert_int_equal(json_array_size(at(m, "targets.rows")), 1);
	assert_non_null(row_of(m, "targets.rows", "T2"));
	assert_null(at(m, "units"));
	json_decref(m);
	mine.target = "T1";
	STORE_OK(e, campaign_get(w->s.db, w->c.id, w->s.a, &w->c, &e));
	assert_int_equal(campaign_statistics_json(w->s.db, &w->c, w->q, &mine, w->s.a, &m, &e), -1);
	assert_int_equal(e.kind, ERR_FORBIDDEN);
	err_clear(&e);
	mine.target = "T9";
	assert_int_equal(campaign_statistics_json(w->s.db, &w->c, w->q, &mine, w->s.a, &m, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
}

static void comments_are_paged_and_withheld(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	char seen[12][8] = { { 0 } }, after[32] = "";
	size_t n = 0;
	json_t *m;

	for (int i = 0; i < 4; i++)
		submit(w, 1, 0, false, "một");
	submit_many(w, 1, 6);
	release_all(w);
	STORE_OK(e, campaign_comments_json(w->s.db, &w->c, w->q, &everything, "why", NULL, 5, w->s.a, &m, &e));
	assert_string_equal(json_string_value(at(m, "withheld.reason")), "below_k");
	assert_int_equal(json_array_size(at(m, "comments")), 0);
	json_decref(m);
	for (int i = 0; i < 8; i++) {
		char text[8];

		snprintf(text, sizeof text, "hai %d", i);
		submit(w, 1, 0, false, text);
	}
	release_all(w);
	for (bool more = true; more;) {
		STORE_OK(e, campaign_comments_json(w->s.db, &w->c, w->q, &everything, "why", after, 5, w->s.a, &m, &e));
		assert_int_equal(json_integer_value(at(m, "total")), 12);
		for (size_t i = 0; i < json_array_size(at(m, "comments")); i++)
			snprintf(seen[n++], 8, "%s",
			    json_string_value(at(json_array_get(at(m, "comments"), i), "text")));
		snprintf(after, sizeof after, "%s", json_string_value(at(m, "last")));
		more = json_is_true(at(m, "more"));
		json_decref(m);
	}
	assert_int_equal(n, 12);
	for (int i = 0; i < 8; i++) {
		char text[8];
		size_t found = 0;

		snprintf(text, sizeof text, "hai %d", i);
		for (size_t j = 0; j < n; j++)
			found += strcmp(seen[j], text) == 0;
		assert_int_equal(found, 1);
	}
}

static void targets_are_searched_sorted_and_paged(void **state)
{
	struct world *w = *state;
	struct list_query query = { .sort = "n", .descending = true, .limit = 3 };
	struct err e = { 0 };
	json_t *m;

	for (int t = 1; t <= TARGETS; t++)
		submit_many(w, t, 4 + 2 * t);
	release_all(w);
	STORE_OK(e, campaign_targets_json(w->s.db, &w->c, w->q, &everything, &query, w->s.a, &m, &e));
	assert_string_equal(json_string_value(at(m, "items.0.code")), "T4");
	assert_int_equal(json_integer_value(at(m, "items.0.n")), 12);
	assert_true(json_is_true(at(m, "more")));
	query.after = json_string_value(at(m, "next"));
	assert_non_null(query.after);
	query.after = arena_strdup(w->s.a, query.after);
	json_decref(m);
	STORE_OK(e, campaign_targets_json(w->s.db, &w->c, w->q, &everything, &query, w->s.a, &m, &e));
	assert_int_equal(json_array_size(at(m, "items")), 1);
	assert_string_equal(json_string_value(at(m, "items.0.code")), "T1");
	assert_int_equal(json_integer_value(at(m, "from")), 4);
	json_decref(m);
	query = (struct list_query){ .search = "T3" };
	STORE_OK(e, campaign_targets_json(w->s.db, &w->c, w->q, &everything, &query, w->s.a, &m, &e));
	assert_int_equal(json_integer_value(at(m, "total")), 1);
	json_decref(m);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(advances_by_releases_only),
		CASE(released_equals_counted_anew),
		CASE(small_target_hides_another),
		CASE(an_item_few_answered),
		CASE(simulated_are_marked),
		CASE(careless_answers),
		CASE(lecturers_see_their_own),
		CASE(comments_are_paged_and_withheld),
		CASE(targets_are_searched_sorted_and_paged),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
