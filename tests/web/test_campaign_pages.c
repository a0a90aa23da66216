/* Pages of campaigns and questionnaires and their API twins: who sees what, what is hidden says
 * so, and every state of the lists. */
#include "tests/web/client.h"

#include "analysis/stats/status.h"
#include "analysis/tally.h"
#include "surveys/release.h"

static struct client c;
static struct client_account office, lecturer;
static struct campaign k;

static void send_one(int target, bool simulated, int point, const char *said)
{
	const struct instrument *q;
	struct answer a[5];
	char uuid[UUID_LEN + 1];
	struct response_submit r = { .campaign = k.id, .target = target, .client_id = uuid, .simulated = simulated };
	struct err e = { 0 };
	struct buf b;

	STORE_OK(e, instrument_shared(c.s.db, k.instrument, &q, &e));
	memset(a, 0, sizeof a);
	a[0].point = a[1].point = a[2].point = (unsigned)point;
	a[3].number = 4;
	a[4] = (struct answer){ .why = said != NULL ? ANSWER_GIVEN : ANSWER_SKIPPED,
		.text = said,
		.text_len = said != NULL ? strlen(said) : 0 };
	buf_init(&b, ANSWERS_MOST);
	answers_pack(q, a, &b);
	uuid_new(uuid);
	r.answers = b.p;
	r.answers_len = b.len;
	STORE_OK(e, store_submit(&c.s, &r, &e));
	buf_free(&b);
}

static void release_all(void)
{
	struct release_job job = { .secret = &c.s.secret };
	struct err e = { 0 };

	memcpy(job.campaign, k.id, sizeof job.campaign);
	STORE_OK(e, db_transact(c.s.db, DB_WRITE, release_run, &job, &e));
}

static int begin(void **state)
{
	static const struct store_campaign_want want = { "trial", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 3 };
	struct err e = { 0 };

	(void)state;
	client_open(&c);
	release_observe(tally_observe, NULL);
	store_campaign(&c.s, &want, &k);
	client_account(&c, "office@x.example", ROLE_QUALITY_OFFICE, NULL, &office);
	client_account(&c, "lecturer@x.example", ROLE_LECTURER, NULL, &lecturer);
	STORE_OK(e, target_link(c.s.db, k.id, 2, NULL, lecturer.id, &e));
	return 0;
}

static int end(void **state)
{
	(void)state;
	release_observe(NULL, NULL);
	client_close(&c);
	return 0;
}

static int filled(void **state)
{
	begin(state);
	for (int i = 0; i < 8; i++)
		send_one(1, false, i % 5, i < 6 ? "tốt <b>lắm</b>" : NULL);
	for (int i = 0; i < 7; i++)
		send_one(2, false, 4 - i % 3, NULL);
	for (int i = 0; i < 6; i++)
		send_one(3, true, i % 2, NULL);
	release_all();
	return 0;
}

static void as(const struct client_account *who, const char *lang)
{
	client_headers(&c, "Cookie", who->cookie, "Accept", "text/html", "Accept-Language", lang, NULL);
}

static void program(const struct client_account *who)
{
	if (who != NULL)
		client_headers(&c, "Authorization", who->bearer, NULL);
	else
		client_headers(&c, NULL);
}

/* Asks for a page and looks for words that must be there, and words that must not. */
static void page(const char *target, int status, const char *const *with, const char *const *without)
{
	struct reply *r = client_ask(&c, "GET", target, NULL);

	if (r->status != status)
		print_error("%s: %d\n%s\n", target, r->status, r->body);
	assert_int_equal(r->status, status);
	for (; with != NULL && *with != NULL; with++) {
		if (strstr(r->body, *with) == NULL)
			print_error("%s lacks %s\n", target, *with);
		assert_non_null(strstr(r->body, *with));
	}
	for (; without != NULL && *without != NULL; without++) {
		if (strstr(r->body, *without) != NULL)
			print_error("%s has %s\n", target, *without);
		assert_null(strstr(r->body, *without));
	}
	reply_free(r);
}
#define WORDS(...)                                                                                                     \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

static json_t *api(const char *target, int status)
{
	struct reply *r = client_ask(&c, "GET", target, NULL);
	json_t *v;

	if (r->status != status)
		print_error("%s: %d\n%s\n", target, r->status, r->body);
	assert_int_equal(r->status, status);
	v = reply_json(r);
	reply_free(r);
	return v;
}

static const json_t *member(const json_t *v, const char *a, const char *b)
{
	v = json_object_get(v, a);
	return b != NULL ? json_object_get(v, b) : v;
}

static void nothing_before_a_release(void **state)
{
	json_t *v;

	(void)state;
	for (int i = 0; i < 4; i++)
		send_one(1, false, 3, "bí mật");
	release_all();
	as(&office, "en");
	page("/campaigns/trial", 200, WORDS("Not published yet", "4 received, 0 released"),
	    WORDS("likert", "Alpha", "bí mật"));
	page("/campaigns/trial/comments", 200, WORDS("Not published yet"), WORDS("bí mật"));
	as(&office, "vi");
	page("/campaigns/trial", 200, WORDS("Chưa công bố"), WORDS("Not published"));
	program(&office);
	v = api("/api/v1/campaigns/trial/statistics", 200);
	assert_null(json_object_get(v, "items"));
	assert_int_equal(json_integer_value(member(v, "withheld", "responses")), 4);
	json_decref(v);
	v = api("/api/v1/campaigns/trial", 200);
	assert_int_equal(json_integer_value(member(v, "responses", NULL)), 4);
	assert_int_equal(json_integer_value(member(v, "released", NULL)), 0);
	json_decref(v);
}

static void figures_on_page_and_in_api(void **state)
{
	json_t *v;
	char share[32];

	(void)state;
	program(&office);
	v = api("/api/v1/campaigns/trial/statistics", 200);
	assert_int_equal(json_integer_value(member(v, "n", NULL)), 21);
	assert_int_equal(json_integer_value(member(v, "simulated", NULL)), 6);
	snprintf(share, sizeof share, "%.0f %%",
	    100 *
		json_number_value(
		    member(member(json_array_get(member(v, "items", NULL), 0), "agreement", NULL), "share", NULL)));
	as(&office, "en");
	/* a share over 21 prints without decimals, with a no-break space */
	share[strlen(share) - 2] = '\0';
	page("/campaigns/trial", 200,
	    WORDS(share, "Reliability of the scales", "6 of the responses shown are simulated", "Section 1"),
	    WORDS("Not published", "{{", "nan", "<b>lắm"));
	as(&office, "vi");
	page("/campaigns/trial", 200, WORDS("Độ tin cậy", "phiếu mô phỏng", "Lớp 1"),
	    WORDS("Section 1", "Reliability of"));
	/* every format of the same figures */
	program(&office);
	page("/api/v1/campaigns/trial/statistics?format=csv", 200, WORDS("number,code,label", "Q1"), NULL);
	page("/api/v1/campaigns/trial/targets?format=csv", 200, WORDS("id,code,label", "T1"), NULL);
	page("/api/v1/campaigns?format=csv", 200, WORDS("trial"), NULL);
	json_decref(v);
}

static void lecturers_see_their_own(void **state)
{
	json_t *v;

	(void)state;
	as(&lecturer, "en");
	page("/campaigns", 200, WORDS("Trial survey"), NULL);
	page("/campaigns/trial", 200, WORDS("Section 2"), WORDS("Section 1", "Section 3"));
	page("/campaigns/trial/targets", 200, WORDS("Section 2"), WORDS("Section 1"));
	page("/campaigns/trial?target=T1", 403, NULL, WORDS("likert"));
	page("/campaigns/trial/comments", 200, NULL, WORDS("tốt"));
	program(&lecturer);
	v = api("/api/v1/campaigns/trial/statistics", 200);
	assert_int_equal(json_integer_value(member(v, "n", NULL)), 7);
	json_decref(v);
	json_decref(api("/api/v1/campaigns/trial/statistics?target=T1", 403));
}

static void open_campaigns_name_their_targets_to_anybody(void **state)
{
	json_t *v, *first;

	(void)state;
	program(NULL);
	v = api("/api/v1/campaigns/trial/targets", 200);
	first = json_array_get(member(v, "items", NULL), 0);
	assert_string_equal(json_string_value(member(first, "code", NULL)), "T1");
	assert_int_equal(json_integer_value(member(first, "responses", NULL)), 8);
	assert_null(member(first, "raw", NULL));
	assert_null(member(first, "estimate", NULL));
	json_decref(v);
	v = api("/api/v1/campaigns/trial/instrument", 200);
	assert_string_equal(json_string_value(member(v, "code", NULL)), "short");
	json_decref(v);
	json_decref(api("/api/v1/campaigns/trial/statistics", 401));
	json_decref(api("/api/v1/campaigns/trial", 401));
	clock_fix(STORE_CLOSES + 1);
	json_decref(api("/api/v1/campaigns/trial/targets", 401));
	program(&lecturer);
	v = api("/api/v1/campaigns/trial/targets", 200);
	assert_int_equal(json_array_size(member(v, "items", NULL)), 1);
	json_decref(v);
	clock_fix(STORE_INSIDE);
}

static void comments_stand_alone(void **state)
{
	json_t *v;

	(void)state;
	as(&office, "en");
	page("/campaigns/trial/comments?item=why", 200, WORDS("6 comments", "tốt &lt;b&gt;lắm"), WORDS("<b>lắm"));
	page("/campaigns/trial/comments?item=Q1", 404, NULL, NULL);
	program(&office);
	v = api("/api/v1/campaigns/trial/comments?limit=4", 200);
	assert_int_equal(json_array_size(member(v, "comments", NULL)), 4);
	assert_true(json_is_string(member(v, "next", NULL)));
	assert_null(member(json_array_get(member(v, "comments", NULL), 0), "target", NULL));
	json_decref(v);
}

static void lists_in_every_state(void **state)
{
	(void)state;
	as(&office, "en");
	page("/campaigns", 200, WORDS("Trial survey", "1 open, 0 planned, 0 closed"), WORDS("Nothing matches"));
	page("/campaigns?q=khao%20sat", 200, WORDS("Trial survey"), NULL);
	page("/campaigns?q=zzz", 200, WORDS("Nothing matches", "Show all"), WORDS("There is no campaign yet"));
	page("/campaigns?status=closed", 200, WORDS("Nothing matches"), WORDS("Trial survey"));
	page("/campaigns?status=later", 422, NULL, NULL);
	page("/campaigns?q=%3Cscript%3E", 200, WORDS("&lt;script&gt;"), WORDS("<script>"));
	page("/campaigns/trial/targets?q=T9", 200, WORDS("Nothing matches"), WORDS("Section 1"));
	page("/campaigns?sort=colour", 422, WORDS("opens, title, code, responses"), NULL);
	page("/campaigns/trial/targets?sort=label&order=asc", 200, WORDS("Section 1", "ascending"), NULL);
	page("/campaigns/nothing", 404, NULL, NULL);
	page("/campaigns/trial?unit=nothing", 404, NULL, NULL);
	page("/instruments", 200, WORDS("Short form"), NULL);
	page("/instruments/short", 200, WORDS("What do you think?", "reverse-worded", "not applicable"), NULL);
	page("/instruments/nothing", 404, NULL, NULL);
	page("/", 200, WORDS("Open now", "Trial survey"), NULL);
	as(&lecturer, "en");
	page("/", 200, WORDS("Trial survey"), WORDS("/api\">Take"));
}

static void empty_lists_say_what_they_are(void **state)
{
	struct client_account other;

	(void)state;
	client_account(&c, "other@x.example", ROLE_LECTURER, NULL, &other);
	as(&other, "en");
	page("/campaigns", 200, WORDS("There is no campaign yet"), WORDS("Nothing matches", "Trial survey"));
	page("/campaigns/trial", 403, NULL, NULL);
	page("/", 200, WORDS("No campaign takes answers"), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_before_a_release, begin, end),
		cmocka_unit_test_setup_teardown(figures_on_page_and_in_api, filled, end),
		cmocka_unit_test_setup_teardown(lecturers_see_their_own, filled, end),
		cmocka_unit_test_setup_teardown(open_campaigns_name_their_targets_to_anybody, filled, end),
		cmocka_unit_test_setup_teardown(comments_stand_alone, filled, end),
		cmocka_unit_test_setup_teardown(lists_in_every_state, filled, end),
		cmocka_unit_test_setup_teardown(empty_lists_say_what_they_are, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
