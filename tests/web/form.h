/* tests/web/form.h -- campaigns to be answered: open to all, with 120 sections, with one, for
 * invited people, not open yet, closed; all with a form of two pages and six items. */
#ifndef TESTS_WEB_FORM_H
#define TESTS_WEB_FORM_H

#include "tests/web/client.h"

#include "surveys/invitation.h"

/* Two pages: three rows of a scale of five and a choice; a number and a text.  Six items. */
static const char *const instrument_text =
    "{\"code\":\"trial\",\"title\":{\"vi\":\"Phiếu thử\",\"en\":\"Trial\"},\"languages\":[\"vi\",\"en\"],"
    "\"intro\":{\"vi\":\"Mất hai phút.\",\"en\":\"It takes two minutes.\"},\"pages\":["
    "{\"title\":{\"vi\":\"Việc dạy\",\"en\":\"Teaching\"},\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":{\"vi\":\"Bạn đồng ý đến mức nào?\",\"en\":\"How far do you agree?\"},"
    "\"required\":true,\"not_applicable\":true,\"scale\":{\"points\":["
    "{\"value\":1,\"label\":{\"vi\":\"Rất không\",\"en\":\"Not at all\"}},"
    "{\"value\":2,\"label\":{\"vi\":\"Không\",\"en\":\"No\"}},{\"value\":3,\"label\":{\"vi\":\"Phân vân\",\"en\":\"Unsure\"}},"
    "{\"value\":4,\"label\":{\"vi\":\"Có\",\"en\":\"Yes\"}},{\"value\":5,\"label\":{\"vi\":\"Rất có\",\"en\":\"Very much\"}}]},"
    "\"rows\":[{\"code\":\"Q1\",\"label\":{\"vi\":\"Bài rõ\",\"en\":\"Clear\"}},"
    "{\"code\":\"Q2\",\"label\":{\"vi\":\"Vội <quá>\",\"en\":\"Too <fast>\"},\"reverse\":true},"
    "{\"code\":\"Q3\",\"label\":{\"vi\":\"Có ích\",\"en\":\"Useful\"}}]},"
    "{\"type\":\"single\",\"code\":\"year\",\"text\":{\"vi\":\"Năm học\",\"en\":\"Year\"},\"required\":true,\"options\":["
    "{\"value\":1,\"label\":{\"vi\":\"Một\",\"en\":\"One\"}},{\"value\":2,\"label\":{\"vi\":\"Hai\",\"en\":\"Two\"}}]}]},"
    "{\"questions\":[{\"type\":\"number\",\"code\":\"hours\",\"text\":{\"vi\":\"Số giờ\",\"en\":\"Hours\"},\"min\":0,\"max\":80,"
    "\"not_applicable\":{\"vi\":\"Chưa học\",\"en\":\"Not yet\"},\"required\":true},"
    "{\"type\":\"text\",\"code\":\"why\",\"text\":{\"vi\":\"Vì sao?\",\"en\":\"Why?\"},\"max_chars\":40,\"comment\":true}]}]}";

#define UUID_A	 "123e4567-e89b-42d3-a456-426614174000"
#define UUID_B	 "123e4567-e89b-42d3-a456-426614174001"
#define PAGE_ONE "_page=0&Q1=5&Q2=1&Q3=na&year=2"
#define ALL_GOOD "_page=1&Q1=5&Q2=1&Q3=na&year=2&hours=2,5&why=Vui"

struct house {
	struct client c;
	const char *bearer; /* of the next requests, or NULL */
	char open[ID_LEN + 1], sections[ID_LEN + 1], invited[ID_LEN + 1], one[ID_LEN + 1];
	char token[TOKEN_LEN + 1]; /* of the invitation */
};

/* ---- asking, and looking at what came ---- */

static inline void status_is(const struct reply *r, int status)
{
	if (r->status != status)
		print_error("status %d, wanted %d:\n%s\n", r->status, status, r->body);
	assert_int_equal(r->status, status);
}

static inline void has(const struct reply *r, const char *text)
{
	if (strstr(r->body, text) == NULL)
		print_error("not there: %s\nin: %s\n", text, r->body);
	assert_non_null(strstr(r->body, text));
}

static inline void lacks(const struct reply *r, const char *text)
{
	if (strstr(r->body, text) != NULL)
		print_error("there: %s\nin: %s\n", text, r->body);
	assert_null(strstr(r->body, text));
}

/* A page of the form is posted, or an address of the API. */
static inline struct reply *send(struct house *h, const char *target, const char *body, const char *type)
{
	client_headers(&h->c, "Content-Type", type, h->bearer != NULL ? "Authorization" : NULL, h->bearer, NULL);
	return client_ask(&h->c, "POST", target, body);
}

static inline struct reply *get(struct house *h, const char *campaign, const char *query)
{
	char target[256];

	snprintf(target, sizeof target, "/s/%s?%s", campaign, query);
	return client_ask(&h->c, "GET", target, NULL);
}

static inline struct reply *post_text(struct house *h, const char *campaign, const char *lang, const char *body)
{
	char target[96];

	snprintf(target, sizeof target, "/s/%s?lang=%s", campaign, lang);
	return send(h, target, body, "application/x-www-form-urlencoded");
}

static inline struct reply *post(struct house *h, const char *campaign, const char *fmt, ...)
{
	char body[4000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(body, sizeof body, fmt, ap);
	va_end(ap);
	return post_text(h, campaign, "en", body);
}

static inline struct reply *api(struct house *h, const char *campaign, const char *body)
{
	char target[96];

	snprintf(target, sizeof target, "/api/v1/campaigns/%s/responses?lang=en", campaign);
	return send(h, target, body, "application/json");
}

static inline long stored(struct house *h)
{
	return (long)store_int(&h->c.s, "SELECT count(*) FROM holding");
}

/* The text between two others. */
static inline const char *between(const struct reply *r, const char *before, const char *after)
{
	const char *from = strstr(r->body, before), *to;

	assert_non_null(from);
	from += strlen(before);
	to = strstr(from, after);
	assert_non_null(to);
	return arena_strndup(r->arena, from, (size_t)(to - from));
}

/* ---- set up ---- */

struct plan {
	const char *code;
	enum campaign_audience audience;
	int targets;
	int64_t opens, closes;
	char *id;
};

static inline int plan_put(struct db *db, void *arg, struct err *e)
{
	const struct plan *p = arg;
	struct campaign c = { .code = p->code,
		.title = "{\"vi\":\"Khảo sát <thử>\",\"en\":\"Survey <trial>\"}",
		.target_word = "{\"vi\":\"Lớp\",\"en\":\"Section\"}",
		.audience = p->audience,
		.k = 5,
		.opens_at = p->opens,
		.closes_at = p->closes,
		.invited = -1,
		.goal_rate = NAN };
	bool added;

	if (instrument_put(db, instrument_text, strlen(instrument_text), c.instrument, &added, e) < 0 ||
	    campaign_put(db, &c, e) < 0)
		return -1;
	for (int i = 1; i <= p->targets; i++) {
		char code[16], label[64];
		struct target t = { .number = i, .code = code, .label = label, .enrolled = -1, .mean = NAN };

		snprintf(code, sizeof code, "T%d", i);
		snprintf(label, sizeof label, "{\"vi\":\"Lớp %d\",\"en\":\"Section %d\"}", i, i);
		if (target_put(db, c.id, &t, e) < 0)
			return -1;
	}
	memcpy(p->id, c.id, sizeof c.id);
	return 0;
}

static inline int invite(struct db *db, void *arg, struct err *e)
{
	struct house *h = arg;

	return invitation_put(db, &h->c.s.secret, h->invited, 0, NULL, h->token, e);
}

static inline int set_up(void **state)
{
	struct house *h = calloc(1, sizeof *h);
	char unused[ID_LEN + 1];
	struct err e = { 0 };
	const struct plan plans[] = {
		{ "open", CAMPAIGN_OPEN_TO_ALL, 0, STORE_OPENS, STORE_CLOSES, h->open },
		{ "sections", CAMPAIGN_OPEN_TO_ALL, 120, STORE_OPENS, STORE_CLOSES, h->sections },
		{ "one", CAMPAIGN_OPEN_TO_ALL, 1, STORE_OPENS, STORE_CLOSES, h->one },
		{ "invited", CAMPAIGN_INVITED, 0, STORE_OPENS, STORE_CLOSES, h->invited },
		{ "planned", CAMPAIGN_OPEN_TO_ALL, 0, STORE_INSIDE + 86400000, STORE_CLOSES, unused },
		{ "closed", CAMPAIGN_OPEN_TO_ALL, 0, STORE_OPENS, STORE_INSIDE - 86400000, unused },
	};

	client_open(&h->c);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		STORE_OK(e, db_transact(h->c.s.db, DB_WRITE, plan_put, (void *)(uintptr_t)&plans[i], &e));
	STORE_OK(e, db_transact(h->c.s.db, DB_WRITE, invite, h, &e));
	clock_fix(STORE_INSIDE);
	*state = h;
	return 0;
}

static inline int tear_down(void **state)
{
	struct house *h = *state;

	client_close(&h->c);
	free(h);
	return 0;
}

#define FORM_CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
