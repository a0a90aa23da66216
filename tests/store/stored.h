/* tests/store/stored.h -- a campaign of three ratings, a group by name, a free number and a text, and
 * questions over its responses. */
#ifndef TESTS_STORE_STORED_H
#define TESTS_STORE_STORED_H

#include "analysis/analyse.h"
#include "analysis/start.h"
#include "analysis/stored.h"
#include "analysis/tally.h"
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
    "]},\"rows\":[" ROW("Q1") "," ROW("Q2") "," ROW("Q3") "," ROW("Q4") "," ROW(
	"Q5") "]},"
	      "{\"type\":\"single\",\"code\":\"g\",\"nominal\":true,\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"options\":[" POINTS
	      "]},"
	      "{\"type\":\"number\",\"code\":\"hours\",\"text\":{\"vi\":\"?\",\"en\":\"?\"},\"min\":0,\"max\":80},"
	      "{\"type\":\"text\",\"code\":\"why\",\"text\":{\"vi\":\"?\",\"en\":\"?\"}}]}],"
	      "\"scales\":[{\"code\":\"s\",\"title\":{\"vi\":\"s\",\"en\":\"s\"},\"items\":[\"Q1\",\"Q2\",\"Q3\"]}],"
	      "\"straightlining\":[\"Q1\",\"Q2\",\"Q3\",\"Q4\",\"Q5\"]}";

enum { Q1, Q2, Q3, Q4, Q5, G, HOURS, WHY, ITEMS };

struct world {
	struct store s;
	struct campaign c;
	const struct instrument *q;
	char lecturer[ID_LEN + 1];
	uint32_t seed;
};

static inline int make_campaign(struct db *db, void *arg, struct err *e)
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

static inline int setup(void **state)
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

static inline int teardown(void **state)
{
	struct world *w = *state;

	release_observe(NULL, NULL);
	store_close(&w->s);
	instrument_shared_free();
	free(w);
	return 0;
}

static inline unsigned draw(struct world *w, unsigned n)
{
	w->seed = w->seed * 1664525 + 1013904223;
	return (w->seed >> 16) % n;
}

/* Answers at random about a group 0..4. */
static inline void answer_all(struct world *w, unsigned group, struct answer a[ITEMS])
{
	memset(a, 0, ITEMS * sizeof *a);
	a[Q1].point = draw(w, 5);
	for (int i = Q2; i <= Q3; i++)
		a[i].point = draw(w, 2) == 0 ? a[Q1].point : draw(w, 5);
	a[Q4].point = draw(w, 5);
	a[Q5].point = (a[Q4].point + 1) % 5; /* never the same throughout */
	a[G].point = group;
	a[HOURS].number = draw(w, 80);
	a[WHY].why = ANSWER_SKIPPED;
}

static inline void submit_answers(struct world *w, int target, const struct answer a[ITEMS], bool simulated)
{
	char uuid[UUID_LEN + 1];
	struct response_submit r = { .campaign = w->c.id, .target = target, .client_id = uuid, .simulated = simulated };
	struct err e = { 0 };
	struct buf b;

	buf_init(&b, ANSWERS_MOST);
	answers_pack(w->q, a, &b);
	uuid_new(uuid);
	r.answers = b.p;
	r.answers_len = b.len;
	STORE_OK(e, store_submit(&w->s, &r, &e));
	buf_free(&b);
}

/* group 0..4; without Q3 when skip. */
static inline void submit(struct world *w, int target, unsigned group, bool skip, bool simulated)
{
	struct answer a[ITEMS];

	answer_all(w, group, a);
	a[Q3].why = skip ? ANSWER_SKIPPED : ANSWER_GIVEN;
	submit_answers(w, target, a, simulated);
}

static inline void submit_many(struct world *w, int target, int n, unsigned group)
{
	for (int i = 0; i < n; i++)
		submit(w, target, group, false, false);
}

static inline void release(struct world *w)
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
static inline void release_all(struct world *w)
{
	clock_fix(STORE_CLOSES + 1);
	release(w);
}

static inline json_t *ask_as(struct world *w, const char *account, const char *text, struct err *e)
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

static inline json_t *ask(struct world *w, const char *text)
{
	struct err e = { 0 };
	json_t *out = ask_as(w, NULL, text, &e);

	if (out == NULL)
		print_error("%s: %s %s %s\n", text, e.field, e.message, e.log);
	assert_non_null(out);
	return out;
}

static inline void refused(struct world *w, const char *text, const char *field)
{
	struct err e = { 0 };
	json_t *out = ask_as(w, NULL, text, &e);

	if (out != NULL || strcmp(e.field, field) != 0)
		print_error("%s: %s, expected %s\n", text, e.field, field);
	assert_null(out);
	assert_string_equal(e.field, field);
}

static inline const char *reason(const json_t *out)
{
	const char *r = json_string_value(json_object_get(json_object_get(out, "withheld"), "reason"));

	return r != NULL ? r : "";
}

static inline void check_withheld(struct world *w, const char *text, const char *why)
{
	json_t *out = ask(w, text);

	assert_string_equal(reason(out), why);
	assert_null(json_object_get(out, "result"));
	json_decref(out);
}

static inline json_t *table(const json_t *out, const char *name)
{
	return json_object_get(json_object_get(out, "result"), name);
}

#endif
