/* Instruments, campaigns and targets as they are stored and listed. */
#include "tests/store/store.h"

static int put(struct db *db, void *arg, struct err *e)
{
	void **a = arg;

	return instrument_put(db, a[0], strlen(a[0]), a[1], a[2], e);
}

static bool put_instrument(struct store *s, const char *text, char id[ID_LEN + 1])
{
	struct err e = { 0 };
	bool added = false;
	void *args[] = { (void *)(uintptr_t)text, id, &added };

	STORE_OK(e, db_transact(s->db, DB_WRITE, put, args, &e));
	return added;
}

static void versions(void **state)
{
	struct store s;
	char one[ID_LEN + 1], again[ID_LEN + 1], two[ID_LEN + 1], found[ID_LEN + 1], *other, *blanks;
	struct err e = { 0 };
	struct instrument *q;

	(void)state;
	store_open(&s);
	assert_true(put_instrument(&s, store_instrument, one));
	assert_false(put_instrument(&s, store_instrument, again)); /* the same: nothing new */
	assert_string_equal(one, again);
	blanks = arena_fmt(s.a, " %s\n", store_instrument);
	assert_false(put_instrument(&s, blanks, again));
	other = arena_strdup(s.a, store_instrument);
	memcpy(strstr(other, "What do you"), "What do they", 11);
	assert_true(put_instrument(&s, other, two));
	STORE_OK(e, instrument_get(s.db, two, &q, &e));
	assert_int_equal(q->version, 2);
	instrument_free(q);
	STORE_OK(e, instrument_find(s.db, "short", 0, found, &e));
	assert_string_equal(found, two);
	STORE_OK(e, instrument_find(s.db, "short", 1, found, &e));
	assert_string_equal(found, one);
	assert_int_equal(instrument_find(s.db, "short", 3, found, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	err_clear(&e);
	assert_int_equal(instrument_get(s.db, "nothing", &q, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	store_close(&s);
}

static void campaigns(void **state)
{
	static const struct store_campaign_want a = { "alpha", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 0 },
						b = { "beta", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 2 };
	static const struct {
		int64_t at;
		const char *status;
	} t[] = { { STORE_OPENS - 1, "planned" }, { STORE_OPENS, "open" }, { STORE_CLOSES, "closed" } };
	struct store s;
	struct campaign c, twice, *list;
	struct list_page page;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	store_campaign(&s, &b, &c);
	store_campaign(&s, &a, &c);
	STORE_OK(e, campaign_get(s.db, "alpha", s.a, &twice, &e));
	assert_string_equal(twice.id, c.id);
	assert_int_equal(twice.invited, -1);
	assert_true(isnan(twice.goal_rate));
	for (size_t i = 0; i < 3; i++) {
		clock_fix(t[i].at);
		STORE_OK(e, campaign_list(s.db, &(struct list_query){ 0 }, t[i].status, s.a, &list, &page, &e));
		assert_int_equal(page.total, 2);
		assert_string_equal(campaign_status_name(campaign_status(&list[0], t[i].at)), t[i].status);
	}
	STORE_OK(e, campaign_list(s.db, &(struct list_query){ 0 }, "open", s.a, &list, &page, &e));
	assert_int_equal(page.total, 0); /* the clock stands after the close */
	/* “khao sat” finds “Khảo sát”; “beta” finds the code */
	STORE_OK(e, campaign_list(s.db, &(struct list_query){ .search = "khao SAT" }, NULL, s.a, &list, &page, &e));
	assert_int_equal(page.shown, 2);
	STORE_OK(e, campaign_list(s.db, &(struct list_query){ .search = "Beta" }, NULL, s.a, &list, &page, &e));
	assert_int_equal(page.shown, 1);
	assert_int_equal(list[0].targets, 2);
	/* a page of one, then the next */
	STORE_OK(e,
	    campaign_list(s.db, &(struct list_query){ .sort = "code", .limit = 1 }, NULL, s.a, &list, &page, &e));
	assert_string_equal(list[0].code, "alpha");
	assert_true(page.more);
	STORE_OK(e,
	    campaign_list(s.db, &(struct list_query){ .sort = "code", .limit = 1, .after = list[0].id }, NULL, s.a,
		&list, &page, &e));
	assert_string_equal(list[0].code, "beta");
	assert_false(page.more);
	assert_int_equal(campaign_list(s.db, &(struct list_query){ 0 }, "asleep", s.a, &list, &page, &e), -1);
	assert_string_equal(e.field, "status");
	store_close(&s);
}

static void targets(void **state)
{
	static const struct store_campaign_want want = { "many", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 120 };
	struct store s;
	struct campaign c;
	struct target *list, one;
	struct list_page page;
	struct list_query query = { .sort = "label", .limit = 50 };
	struct err e = { 0 };
	size_t n, seen = 0;
	char last[32] = "";

	(void)state;
	store_open(&s);
	store_campaign(&s, &want, &c);
	STORE_OK(e, target_all(s.db, c.id, s.a, &list, &n, &e));
	assert_int_equal(n, 120);
	assert_int_equal(list[119].number, 120);
	do { /* each once, in order of the label */
		STORE_OK(e, target_list(s.db, c.id, &query, NULL, s.a, &list, &page, &e));
		assert_int_equal(page.total, 120);
		for (size_t i = 0; i < page.shown; i++, seen++) {
			const char *at = strstr(list[i].label, "Section");

			assert_true(strncmp(last, at, sizeof last) < 0);
			snprintf(last, sizeof last, "%s", at);
		}
		query.after = list[page.shown - 1].id;
	} while (page.more);
	assert_int_equal(seen, 120);
	query = (struct list_query){ .search = "lop 11" };
	STORE_OK(e, target_list(s.db, c.id, &query, NULL, s.a, &list, &page, &e));
	assert_int_equal(page.total, 11); /* 11 and 110 to 119 */
	query = (struct list_query){ .descending = true, .limit = 3 };
	STORE_OK(e, target_list(s.db, c.id, &query, NULL, s.a, &list, &page, &e));
	assert_int_equal(list[0].number, 120);
	assert_int_equal(list[2].number, 118);
	STORE_OK(e, target_get(s.db, c.id, "T7", s.a, &one, &e));
	assert_int_equal(one.number, 7);
	STORE_OK(e, target_get(s.db, c.id, one.id, s.a, &one, &e));
	assert_int_equal(target_get(s.db, c.id, "T999", s.a, &one, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	store_close(&s);
}

static void secret_kept(void **state)
{
	struct store s;
	struct secret again;
	struct err e = { 0 };

	(void)state;
	store_open(&s);
	STORE_OK(e, secret_load(s.db, &again, &e));
	assert_memory_equal(&again, &s.secret, sizeof again);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(campaigns),
		cmocka_unit_test(targets),
		cmocka_unit_test(secret_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
