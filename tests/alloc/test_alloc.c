/* Every allocation of ours fails once, and from some point on all of them: each function must then
 * say so and leave behind what it found (the sanitizer counts what is not given back). */
#include "tests/alloc/alloc.h"

#include "core/buf.h"
#include "core/log.h"
#include "core/text.h"
#include "surveys/csv.h"
#include "tests/store/store.h"
#include "web/urlencoded.h"

struct scenario {
	const char *name;
	int (*run)(struct err *e);
	bool may_do_without; /* nothing is lost by it: an error more is counted, but not kept */
};

static struct store store;
static struct campaign campaign;

static int texts(struct err *e)
{
	struct arena *a = arena_new(64, 1 << 16);
	struct buf b;
	char *p;
	int rc = -1;

	buf_init(&b, 1 << 16);
	if (a == NULL || text_search_key(a, "Đánh giá học phần Toán cho nhà kinh tế") == NULL)
		goto out;
	for (int i = 0; i < 40; i++)
		if (arena_fmt(a, "%060d", i) == NULL)
			goto out;
	for (int i = 0; i < 200; i++)
		buf_addf(&b, "%020d", i);
	p = buf_take(&b, NULL);
	if (p == NULL)
		goto out;
	free(p);
	rc = 0;
out:
	if (rc < 0)
		err_nomem(e);
	buf_free(&b);
	arena_free(a);
	return rc;
}

static int error_lists(struct err *e)
{
	struct err_list l = { 0 };
	struct err one = { 0 };

	(void)e;
	err_set(&one, ERR_INPUT, "x", "No.", NULL);
	for (int i = 0; i < 200; i++)
		err_list_add(&l, 1, &one);
	assert_int_equal(l.total, 200);
	err_list_free(&l);
	return 0;
}

static int instruments(struct err *e)
{
	struct instrument *q;

	if (instrument_parse(store_instrument, strlen(store_instrument), &q, e) < 0)
		return -1;
	instrument_free(q);
	return 0;
}

static struct instrument *form;

static int answers(struct err *e)
{
	struct arena *a = arena_new(256, 1 << 20);
	struct answer given[8], back[8];
	struct err_list bad = { 0 };
	struct buf packed;
	json_t *body =
	    json_loads("{\"Q1\":5,\"Q2\":{\"missing\":\"not_applicable\"},\"Q3\":1,\"hours\":7.5,\"why\":\"vì\"}", 0,
		NULL);
	int rc = -1;

	buf_init(&packed, ANSWERS_MOST);
	if (a == NULL || body == NULL || answers_from_json(form, body, a, given, &bad) < 0) {
		err_nomem(e);
		goto out;
	}
	answers_pack(form, given, &packed);
	if (packed.failed)
		err_nomem(e);
	else
		rc = answers_unpack(form, packed.p, packed.len, back, e);
out:
	err_list_free(&bad);
	buf_free(&packed);
	json_decref(body);
	arena_free(a);
	return rc;
}

static int tables(struct err *e)
{
	static const char text[] = "id,tên,điểm\n1,\"Nguyễn, A\",5\n2,,NA\n3,\"x\"\"y\",7\n";
	struct csv_table t;
	struct err_list bad = { 0 };
	int rc = csv_table_read(text, strlen(text), NULL, &t, &bad, e);

	if (rc == 0)
		csv_table_free(&t);
	err_list_free(&bad);
	return rc;
}

static int pairs(struct err *e)
{
	struct arena *a = arena_new(16, 1 << 16);
	struct urlencoded u;
	const char *name, *value;
	int rc;

	if (a == NULL)
		return err_nomem(e);
	urlencoded_start(&u, a, "a=1&b=%C4%90%C3%A1nh+gi%C3%A1&c", 30);
	u.name_most = 40;
	u.value_most = 400;
	while ((rc = urlencoded_next(&u, &name, &value, e)) == 1)
		;
	arena_free(a);
	return rc;
}

static int databases(struct err *e)
{
	struct db *db;
	int rc = db_open("sqlite::memory:", DB_OPEN_CREATE, &db, e);

	if (rc == 0)
		rc = migrate(db, NULL, e);
	db_close(db);
	return rc;
}

/* stores a response and takes it back */
static int submit(struct db *db, void *arg, struct err *e)
{
	struct response_submit *r = arg;

	if (response_submit_run(db, &r->job, e) < 0)
		return -1;
	return err_set(e, ERR_CONFLICT, NULL, "Taken back.", NULL);
}

static int responses(struct err *e)
{
	static const unsigned char packed[] = { 1, 4, 3, 0, 241, 241 };
	char id[UUID_LEN + 1] = "0d3f8a52-7b1e-4c9a-8f60-2a1b3c4d5e6f";
	struct response_submit r;

	memset(&r, 0, sizeof r);
	r.campaign = campaign.id;
	r.secret = &store.secret;
	r.client_id = id;
	r.answers = packed;
	r.answers_len = sizeof packed;
	if (response_submit_prepare(&r, e) < 0)
		return -1;
	db_transact(store.db, DB_WRITE, submit, &r, e);
	if (e->kind != ERR_CONFLICT)
		return -1;
	err_clear(e);
	return 0;
}

static const struct scenario scenarios[] = {
	{ "arena, buffer, search key", texts, false },
	{ "list of errors", error_lists, true },
	{ "urlencoded pairs", pairs, false },
	{ "questionnaire", instruments, false },
	{ "answers", answers, false },
	{ "CSV table", tables, false },
	{ "new database", databases, false },
	{ "response", responses, false },
};

/* One run with the allocation number n failing; false when there were fewer. */
static bool fail_at(const struct scenario *s, long n, bool sticky)
{
	struct err e = { 0 };
	int rc;

	alloc.countdown = n;
	alloc.sticky = sticky;
	alloc.failed = false;
	alloc.armed = true;
	rc = s->run(&e);
	alloc.armed = false;
	if (rc < 0 && e.kind == ERR_NONE)
		fail_msg("%s: allocation %ld failed, and no reason was given", s->name, n);
	if (rc < 0 && !alloc.failed)
		fail_msg("%s: failed without need: %s %s", s->name, e.message, e.log);
	if (rc == 0 && alloc.failed && !s->may_do_without)
		fail_msg("%s: allocation %ld failed, and nobody noticed", s->name, n);
	return alloc.failed;
}

static void each_allocation_fails(void **state)
{
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
		const struct scenario *s = &scenarios[i];
		struct err e = { 0 };
		long tries = 0;

		/* once without a failure: what is made once and kept is made now */
		assert_int_equal(s->run(&e), 0);
		for (int sticky = 0; sticky < 2; sticky++)
			for (long n = 0; fail_at(s, n, sticky); n++)
				tries++;
		/* with memory again, all is as before */
		assert_int_equal(s->run(&e), 0);
		print_message("  %s: %ld failures\n", s->name, tries);
		assert_true(tries > 0);
	}
	(void)state;
}

static int open_all(void **state)
{
	const struct store_campaign_want want = { "trial", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 0 };
	struct err e = { 0 };

	(void)state;
	store_open(&store);
	store_campaign(&store, &want, &campaign);
	return instrument_parse(store_instrument, strlen(store_instrument), &form, &e);
}

static int close_all(void **state)
{
	(void)state;
	instrument_free(form);
	store_close(&store);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_fails) };

	return cmocka_run_group_tests(tests, open_all, close_all);
}
