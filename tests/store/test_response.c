/* One response: exactly once, in the window, with a right to answer. */
#include "tests/store/store.h"

#include "surveys/campaign_cache.h"
#include "surveys/invitation.h"
#include "surveys/release.h"

static const unsigned char first[] = { 1, 4, 1, 2, 241, 241 }, second[] = { 1, 3, 1, 2, 241, 241 };
#define ID "11111111-2222-4333-8444-AAAAAAAAAAAA"

static struct response_submit submit_of(const struct campaign *c, const char *id, const unsigned char *answers)
{
	return (struct response_submit){ .campaign = c->id,
		.target = 1,
		.client_id = id,
		.answers = answers,
		.answers_len = sizeof first };
}

static void once(void **state)
{
	static const struct store_campaign_want want = { "once", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 2 };
	struct store s;
	struct campaign c;
	struct err e = { 0 };
	struct response_submit a, again, lower, other, elsewhere;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	a = submit_of(&c, ID, first);
	STORE_OK(e, store_submit(&s, &a, &e));
	assert_false(a.repeated);
	assert_int_equal(strlen(a.receipt), 14);
	again = submit_of(&c, ID, first);
	STORE_OK(e, store_submit(&s, &again, &e));
	assert_true(again.repeated);
	assert_string_equal(again.receipt, a.receipt);
	lower = submit_of(&c, "11111111-2222-4333-8444-aaaaaaaaaaaa", first);
	STORE_OK(e, store_submit(&s, &lower, &e));
	assert_true(lower.repeated);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 1);
	assert_int_equal(store_int(&s, "SELECT sum(accepted) FROM campaign_day"), 1);
	assert_int_equal(store_int(&s, "SELECT accepted FROM target WHERE number = 1"), 1);
	other = submit_of(&c, ID, second);
	assert_int_equal(store_submit(&s, &other, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	err_clear(&e);
	elsewhere = submit_of(&c, ID, first);
	elsewhere.target = 2;
	assert_int_equal(store_submit(&s, &elsewhere, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 1);
	err_clear(&e);
	assert_int_equal(response_receipt_known(s.db, &s.secret, c.id, ID, &e), 1);
	assert_int_equal(response_receipt_known(s.db, &s.secret, c.id, "21111111-2222-4333-8444-aaaaaaaaaaaa", &e), 0);
	/* a repeated POST is answered after the close as before */
	clock_fix(STORE_CLOSES + 1);
	STORE_OK(e, store_submit(&s, &again, &e));
	assert_true(again.repeated);
	store_close(&s);
}

static void window(void **state)
{
	static const struct store_campaign_want want = { "window", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 1 };
	static const struct {
		const char *name;
		int64_t at;
		enum err_kind kind;
	} t[] = {
		{ "before", STORE_OPENS - 1, ERR_FORBIDDEN },
		{ "first moment", STORE_OPENS, ERR_NONE },
		{ "last moment", STORE_CLOSES - 1, ERR_NONE },
		{ "closed", STORE_CLOSES, ERR_FORBIDDEN },
	};
	struct store s;
	struct campaign c;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char id[UUID_LEN + 1];
		struct response_submit r = submit_of(&c, id, first);

		print_message("  %s\n", t[i].name);
		uuid_new(id);
		clock_fix(t[i].at);
		err_clear(&e);
		store_submit(&s, &r, &e);
		assert_int_equal(e.kind, t[i].kind);
	}
	/* a refused one leaves nothing: its identifier may be used later */
	assert_int_equal(store_int(&s, "SELECT count(*) FROM submission"), 2);
	store_close(&s);
}

static void bad_input(void **state)
{
	static const struct store_campaign_want want = { "input", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 1 };
	struct store s;
	struct campaign c;
	struct err e = { 0 };
	struct response_submit r;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	r = submit_of(&c, "no-uuid", first);
	assert_int_equal(store_submit(&s, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.field, "id");
	err_clear(&e);
	r = submit_of(&c, ID, first);
	r.target = 7;
	assert_int_equal(store_submit(&s, &r, &e), -1);
	assert_string_equal(e.field, "target");
	err_clear(&e);
	r = submit_of(&c, ID, first);
	r.campaign = "nothing";
	assert_int_equal(store_submit(&s, &r, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	store_close(&s);
}

struct invite {
	struct store *s;
	const char *campaign, *person;
	int64_t target;
	char token[TOKEN_LEN + 1];
};

static int invite_run(struct db *db, void *arg, struct err *e)
{
	struct invite *i = arg;

	return invitation_put(db, &i->s->secret, i->campaign, i->target, i->person, i->token, e);
}

static void invitations(void **state)
{
	static const struct store_campaign_want want = { "invited", CAMPAIGN_ANONYMOUS, CAMPAIGN_INVITED, 5, 2 };
	struct store s;
	struct campaign c;
	struct err e = { 0 };
	struct invite inv = { .s = &s, .target = 1 };
	struct response_submit r;
	int64_t sent, used;
	char id[UUID_LEN + 1];

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	inv.campaign = c.id;
	STORE_OK(e, db_transact(s.db, DB_WRITE, invite_run, &inv, &e));
	r = submit_of(&c, ID, first);
	assert_int_equal(store_submit(&s, &r, &e), -1); /* none */
	assert_int_equal(e.kind, ERR_FORBIDDEN);
	err_clear(&e);
	r.invitation = "0000000000000000000000000000000000000000";
	assert_int_equal(store_submit(&s, &r, &e), -1); /* nobody's */
	assert_int_equal(e.kind, ERR_FORBIDDEN);
	err_clear(&e);
	r.invitation = inv.token;
	r.target = 2;
	assert_int_equal(store_submit(&s, &r, &e), -1); /* for target 1 */
	assert_string_equal(e.field, "target");
	err_clear(&e);
	r.target = 1;
	STORE_OK(e, store_submit(&s, &r, &e));
	STORE_OK(e, store_submit(&s, &r, &e)); /* the same POST again */
	assert_true(r.repeated);
	uuid_new(id);
	r.client_id = id;
	assert_int_equal(store_submit(&s, &r, &e), -1); /* the same person again */
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_string_equal(e.message, "You have already answered this survey.");
	err_clear(&e);
	STORE_OK(e, invitation_counts(s.db, c.id, &sent, &used, &e));
	assert_int_equal(sent, 1);
	assert_int_equal(used, 1);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 1);
	store_close(&s);
}

static int seen(struct db *db, const struct campaign *c, const struct instrument *q, const struct released_row *rows,
    size_t n, void *arg, struct err *e)
{
	size_t *count = arg;

	(void)db;
	(void)rows;
	(void)e;
	assert_string_equal(c->instrument, q->id);
	*count += n;
	return 0;
}

/* Not anonymous: part of the figures at once, with who it was. */
static void named(void **state)
{
	static const struct store_campaign_want want = { "named", CAMPAIGN_IDENTIFIED, CAMPAIGN_INVITED, 1, 1 },
						sealed = { "sealed", CAMPAIGN_CONFIDENTIAL, CAMPAIGN_INVITED, 1, 1 };
	struct store s;
	struct err e = { 0 };
	size_t observed = 0;

	(void)state;
	store_open(&s);
	release_observe(seen, &observed);
	for (int i = 0; i < 2; i++) {
		struct campaign c;
		struct invite inv = { .s = &s, .person = "SV-1234" }, inv2 = { .s = &s, .person = "SV-5678" };
		struct response_submit r;
		char id[UUID_LEN + 1];

		store_campaign(&s, i == 0 ? &want : &sealed, &c);
		inv.campaign = inv2.campaign = c.id;
		STORE_OK(e, db_transact(s.db, DB_WRITE, invite_run, &inv, &e));
		STORE_OK(e, db_transact(s.db, DB_WRITE, invite_run, &inv2, &e));
		r = submit_of(&c, ID, first);
		r.invitation = inv.token;
		STORE_OK(e, store_submit(&s, &r, &e));
		uuid_new(id);
		r.client_id = id;
		r.invitation = inv2.token;
		STORE_OK(e, store_submit(&s, &r, &e));
		STORE_OK(e, campaign_get(s.db, c.id, s.a, &c, &e));
		assert_int_equal(c.accepted, 2);
		assert_int_equal(c.released, 2);
	}
	assert_int_equal(observed, 4);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM holding"), 0);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM response WHERE person = 'SV-1234'"), 1);
	assert_int_equal(store_int(&s, "SELECT count(DISTINCT person) FROM response"), 4);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM release WHERE responses = 2"), 2);
	release_observe(NULL, NULL);
	store_close(&s);
}

static void cache(void **state)
{
	static const struct store_campaign_want want = { "cached", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 3 };
	struct store s;
	struct campaign c;
	struct err e = { 0 };
	struct campaign_cache *cache_ = campaign_cache_new();
	const struct campaign_open *o, *o2;
	int64_t number;
	struct target t;

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	STORE_OK(e, campaign_cache_get(cache_, s.db, "cached", &o, &e));
	assert_string_equal(o->c.id, c.id);
	assert_int_equal(o->target_count, 3);
	assert_int_equal(o->instrument->item_count, 5);
	STORE_OK(e, target_get(s.db, c.id, "T2", s.a, &t, &e));
	assert_int_equal(campaign_open_target(o, t.id), 2);
	assert_int_equal(campaign_open_target(o, "T3"), 3);
	assert_int_equal(campaign_open_target(o, "T4"), 0);
	assert_int_equal(campaign_open_target_choose(o, NULL, &number, &e), -1);
	assert_string_equal(e.field, "target");
	err_clear(&e);
	STORE_OK(e, campaign_cache_get(cache_, s.db, c.id, &o2, &e));
	assert_ptr_equal(o2->instrument, o->instrument);
	assert_int_equal(campaign_cache_get(cache_, s.db, "missing", &o2, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	campaign_cache_free(cache_);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once),
		cmocka_unit_test(window),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(invitations),
		cmocka_unit_test(named),
		cmocka_unit_test(cache),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	instrument_shared_free();
	return rc;
}
