/* The form, its receipt and the same by the API, without a socket: requests are handed to
 * web_handle() and carried through worker and writer as the daemon does it. */
#include "tests/store/store.h"

#include "core/writer.h"
#include "surveys/campaign_cache.h"
#include "surveys/invitation.h"
#include "web/form.h"
#include "web/form_pages.h"
#include "web/urlencoded.h"

#include <pthread.h>

/* Two pages: three rows of a scale of five and a choice; a number and a text.  Six items. */
static const char instrument_text[] =
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

#define UUID_A "123e4567-e89b-42d3-a456-426614174000"
#define UUID_B "123e4567-e89b-42d3-a456-426614174001"
#define PAGE_ONE "_page=0&Q1=5&Q2=1&Q3=na&year=2"
#define ALL_GOOD "_page=1&Q1=5&Q2=1&Q3=na&year=2&hours=2,5&why=Vui"

struct house {
	struct store s;
	struct web *web;
	struct writer *writer;
	struct campaign_cache *cache;
	bool busy; /* the writer is replaced by one that is too busy */
	char open[ID_LEN + 1], sections[ID_LEN + 1], invited[ID_LEN + 1], one[ID_LEN + 1];
	char token[TOKEN_LEN + 1];
};

/* ---- a request carried through ---- */

struct reply {
	struct web_request rq;
	struct web_response rs;
	struct arena *arena;
	const char *form_type;
	char *body;
	size_t len;
	int workers; /* how often a worker was needed */
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool awake;
};

static const char *header_of(struct web_request *rq, const char *name)
{
	struct reply *r = rq->server;

	return strcmp(name, "Content-Type") == 0 ? r->form_type : NULL;
}

static void wake(struct web_request *rq)
{
	struct reply *r = rq->server;

	pthread_mutex_lock(&r->lock);
	r->awake = true;
	pthread_cond_signal(&r->woken);
	pthread_mutex_unlock(&r->lock);
}

static void write_it(struct house *h, struct reply *r)
{
	struct err e = { 0 };

	r->awake = false;
	if (h->busy) {
		err_busy(&r->rs.job->err, "the test's writer is busy");
		r->rs.job->done(r->rs.job, &r->rs.job->err);
	} else {
		assert_int_equal(writer_put(h->writer, r->rs.job, &e), 0);
	}
	pthread_mutex_lock(&r->lock);
	while (!r->awake)
		pthread_cond_wait(&r->woken, &r->lock);
	pthread_mutex_unlock(&r->lock);
	web_finish(&r->rq, &r->rs);
}

static struct reply *ask_len(struct house *h, const char *method, const char *path, const char *query, const char *body,
    size_t len)
{
	struct reply *r = calloc(1, sizeof *r);
	enum web_turn turn;
	struct buf b;

	r->arena = arena_new(4096, 8 << 20);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->woken, NULL);
	r->form_type = strncmp(path, "/api", 4) == 0 ? "application/json" : "application/x-www-form-urlencoded";
	r->rq = (struct web_request){ .web = h->web, .arena = r->arena, .db = h->s.db, .campaigns = h->cache,
		.writer = h->writer, .method = method, .path = path, .query = query, .header = header_of, .server = r,
		.wake = wake, .body = body, .body_len = len };
	turn = web_handle(&r->rq, &r->rs);
	while (turn == WEB_WORKER) {
		r->workers++;
		turn = web_work(&r->rq, &r->rs);
	}
	if (turn == WEB_WAIT)
		write_it(h, r);
	buf_init(&b, 16 << 20);
	for (size_t i = 0; i < r->rs.part_count; i++)
		buf_add(&b, r->rs.parts[i].p, r->rs.parts[i].len);
	buf_putc(&b, '\0');
	r->body = buf_take(&b, &r->len);
	assert_non_null(r->body);
	r->len--;
	return r;
}

static struct reply *ask(struct house *h, const char *method, const char *path, const char *query, const char *body)
{
	return ask_len(h, method, path, query, body, strlen(body));
}

static void done(struct reply *r)
{
	arena_free(r->arena);
	free(r->body);
	free(r);
}

static void status_is(const struct reply *r, int status)
{
	if (r->rs.status != status)
		print_error("status %d, wanted %d:\n%s\n", r->rs.status, status, r->body);
	assert_int_equal(r->rs.status, status);
}

static void has(const struct reply *r, const char *text)
{
	if (strstr(r->body, text) == NULL)
		print_error("not there: %s\nin: %s\n", text, r->body);
	assert_non_null(strstr(r->body, text));
}

static void lacks(const struct reply *r, const char *text)
{
	if (strstr(r->body, text) != NULL)
		print_error("there: %s\nin: %s\n", text, r->body);
	assert_null(strstr(r->body, text));
}

static const char *path_of(const char *campaign)
{
	static char path[64];

	snprintf(path, sizeof path, "/s/%s", campaign);
	return path;
}

static struct reply *get(struct house *h, const char *campaign, const char *query)
{
	return ask(h, "GET", path_of(campaign), query, "");
}

static struct reply *post(struct house *h, const char *campaign, const char *fmt, ...)
{
	char body[4000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(body, sizeof body, fmt, ap);
	va_end(ap);
	return ask(h, "POST", path_of(campaign), "lang=en", body);
}

static struct reply *api(struct house *h, const char *campaign, const char *body)
{
	char path[96];

	snprintf(path, sizeof path, "/api/v1/campaigns/%s/responses", campaign);
	return ask(h, "POST", path, "lang=en", body);
}

static long stored(struct house *h)
{
	return (long)store_int(&h->s, "SELECT count(*) FROM holding");
}

/* The text between two others. */
static const char *between(const struct reply *r, const char *before, const char *after)
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

static int plan_put(struct db *db, void *arg, struct err *e)
{
	const struct plan *p = arg;
	struct campaign c = { .code = p->code, .title = "{\"vi\":\"Khảo sát <thử>\",\"en\":\"Survey <trial>\"}",
		.target_word = "{\"vi\":\"Lớp\",\"en\":\"Section\"}", .audience = p->audience, .k = 5, .opens_at = p->opens,
		.closes_at = p->closes, .invited = -1, .goal_rate = NAN };
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

static int invite(struct db *db, void *arg, struct err *e)
{
	struct house *h = arg;

	return invitation_put(db, &h->s.secret, h->invited, 0, NULL, h->token, e);
}

static int set_up(void **state)
{
	static const struct web_options options = { .institution_vi = "Trường Mẫu", .institution_en = "Sample University",
		.utc_offset_minutes = 420 };
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

	store_open(&h->s);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		STORE_OK(e, db_transact(h->s.db, DB_WRITE, plan_put, (void *)(uintptr_t)&plans[i], &e));
	STORE_OK(e, db_transact(h->s.db, DB_WRITE, invite, h, &e));
	clock_fix(STORE_INSIDE);
	STORE_OK(e, web_new(&options, &h->s.secret, &h->web, &e));
	STORE_OK(e, writer_start(h->s.url, 1000, &h->writer, &e));
	h->cache = campaign_cache_new();
	*state = h;
	return 0;
}

static int tear_down(void **state)
{
	struct house *h = *state;

	writer_stop(h->writer);
	campaign_cache_free(h->cache);
	instrument_shared_free();
	web_free(h->web);
	store_close(&h->s);
	free(h);
	return 0;
}

/* ---- the first page ---- */

static void first_page(void **state)
{
	struct reply *a = get(*state, "open", ""), *b = get(*state, "open", ""), *en = get(*state, "open", "lang=en");
	const char *ida = between(a, "name=\"_id\" value=\"", "\""), *idb = between(b, "name=\"_id\" value=\"", "\"");
	char *at;

	status_is(a, 200);
	assert_int_equal(a->workers, 1); /* rendered */
	assert_int_equal(b->workers, 0); /* kept */
	assert_true(uuid_valid(ida) && uuid_valid(idb));
	assert_string_not_equal(ida, idb);
	/* nothing but the identifier tells two respondents' pages apart */
	assert_int_equal(a->len, b->len);
	while ((at = strstr(b->body, idb)) != NULL)
		memcpy(at, ida, UUID_LEN);
	assert_string_equal(a->body, b->body);
	has(a, "<html lang=\"vi\">");
	has(a, "Khảo sát &lt;thử&gt;");
	has(a, "Mất hai phút.");
	has(a, "Bạn đồng ý đến mức nào?");
	has(a, "name=\"Q1\" id=\"Q1-5\" value=\"5\"");
	has(a, "name=\"Q3\" id=\"Q3-6\" value=\"na\"");
	has(a, "Vội &lt;quá&gt;");
	has(a, "max=\"6\" value=\"0\"");
	has(a, "action=\"/s/open?lang=vi\"");
	has(a, "value=\"next\"");
	lacks(a, "value=\"send\"");
	lacks(a, "value=\"back\"");
	lacks(a, " checked");
	lacks(a, "name=\"hours\"");
	has(en, "<html lang=\"en\">");
	has(en, "This survey is anonymous");
	has(en, "from 5 responses");
	has(en, "Sample University");
	has(en, "href=\"/s/open?lang=vi\"");
	done(a);
	done(b);
	done(en);
}

static void by_identifier(void **state)
{
	struct house *h = *state;
	struct reply *r = get(h, h->open, "lang=en");

	status_is(r, 200);
	has(r, "action=\"/s/open?lang=en\"");
	done(r);
}

static void kept_pages_age(void **state)
{
	struct reply *r = get(*state, "open", "lang=en");

	done(r);
	clock_fix(STORE_INSIDE + FORM_PAGES_MS - 1);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 0);
	done(r);
	clock_fix(STORE_INSIDE + FORM_PAGES_MS);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 1);
	done(r);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 0);
	done(r);
	/* never past the close, whatever its age */
	clock_fix(STORE_CLOSES - 1);
	r = get(*state, "open", "lang=en");
	has(r, "name=\"_id\"");
	done(r);
	clock_fix(STORE_CLOSES);
	r = get(*state, "open", "lang=en");
	has(r, "This survey has closed");
	done(r);
}

/* ---- step by step ---- */

static void next_page(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=next&" PAGE_ONE);

	status_is(r, 200);
	has(r, "name=\"_page\" value=\"1\"");
	has(r, "name=\"Q1\" value=\"5\"");
	has(r, "name=\"Q3\" value=\"na\"");
	has(r, "name=\"_id\" value=\"" UUID_A "\"");
	has(r, "name=\"hours\"");
	has(r, "name=\"hours.na\"");
	has(r, "Not yet");
	has(r, "value=\"send\"");
	has(r, "value=\"back\"");
	has(r, "data-elsewhere=\"4\" max=\"6\" value=\"4\"");
	has(r, "4 of 6 questions");
	has(r, "This survey is anonymous");
	done(r);
	assert_int_equal(stored(*state), 0);
}

static void back_keeps_everything(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=back&_page=1&Q1=5&Q3=na&hours=many&why=%%3Ci%%3E%%22x%%22");

	status_is(r, 200); /* nothing is judged on the way back */
	has(r, "name=\"_page\" value=\"0\"");
	has(r, "value=\"5\" checked");
	has(r, "value=\"na\" checked");
	has(r, "name=\"hours\" value=\"many\"");
	has(r, "name=\"why\" value=\"&lt;i&gt;&quot;x&quot;\"");
	lacks(r, "<i>");
	lacks(r, "Error:");
	done(r);
}

static void faults_on_the_page(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=next&_page=0&Q1=4&Q2=9&hours=lots");

	status_is(r, 422);
	has(r, "<title>Error: 3 questions still need your answer");
	has(r, "role=\"alert\"");
	has(r, "href=\"#Q3-1\"");
	has(r, "Choose a level for question 3, or choose “Not applicable”.");
	has(r, "Choose an answer to question 4.");
	has(r, "Question 2: 9 is not one of the values offered: 1, 2, 3, 4, 5.");
	has(r, "id=\"Q3-q-error\"");
	has(r, "aria-invalid=\"true\"");
	has(r, "value=\"4\" checked");
	has(r, "name=\"_page\" value=\"0\"");
	has(r, "name=\"hours\" value=\"lots\""); /* judged on its own page */
	lacks(r, "Question 5:");
	done(r);
	assert_int_equal(stored(*state), 0);
}

static void faults_in_vietnamese(void **state)
{
	struct reply *r = ask(*state, "POST", "/s/open", "lang=vi", "_id=" UUID_A "&_go=next&_page=0&Q1=4&Q2=1&year=1");

	status_is(r, 422);
	has(r, "<html lang=\"vi\">");
	has(r, "Bài rõ");
	has(r, "Hãy chọn một mức cho câu 3, hoặc chọn “Không áp dụng”.");
	has(r, "<title>Lỗi: Còn 1 câu cần bạn trả lời");
	done(r);
}

static void sending_judges_all_pages(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&hours=81&why=x");

	status_is(r, 422);
	has(r, "name=\"_page\" value=\"0\""); /* the first page with a fault */
	has(r, "Choose an answer to question 4.");
	has(r, "name=\"hours\" value=\"81\"");
	done(r);
	r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&year=1&hours=81&why=%%0B%%C2%%85x");
	status_is(r, 422);
	has(r, "name=\"_page\" value=\"1\"");
	has(r, "Question 5: Please write a number not larger than 80.");
	has(r, "invisible control characters");
	has(r, "value=\"81\"");
	done(r);
	r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&year=1&hours=1&why=%041d", 7);
	status_is(r, 422);
	has(r, "Please shorten this text to 40 characters at most.");
	has(r, "0000000000000000000000000000000000000007");
	done(r);
	assert_int_equal(stored(*state), 0);
}

static void language_by_button(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=vi&_page=1&Q1=5&hours=3");

	status_is(r, 200);
	has(r, "<html lang=\"vi\">");
	has(r, "name=\"_page\" value=\"1\"");
	has(r, "name=\"Q1\" value=\"5\"");
	has(r, "value=\"3\"");
	has(r, "action=\"/s/open?lang=vi\"");
	has(r, "form=\"form\" name=\"_go\" value=\"en\"");
	done(r);
}

static void receipt_once(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD), *again, *other;
	const char *code;

	status_is(r, 200);
	code = between(r, "class=\"receipt\">", "<");
	assert_int_equal(strlen(code), 14);
	has(r, "data-draft-done=");
	lacks(r, UUID_A);
	assert_int_equal(stored(*state), 1);
	/* a reload of the receipt, and the same typed with other blanks */
	again = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&why=+Vui+&Q1=5&Q2=1&Q3=na&year=2&hours=2.50");
	status_is(again, 200);
	assert_string_equal(between(again, "class=\"receipt\">", "<"), code);
	assert_int_equal(again->workers, 0);
	assert_int_equal(stored(*state), 1);
	other = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=4&Q2=1&Q3=na&year=2&hours=2.5&why=Vui");
	status_is(other, 409);
	has(other, "Other answers were already sent from this page");
	has(other, "href=\"/s/open?lang=en\"");
	assert_int_equal(stored(*state), 1);
	done(other);
	other = post(*state, "open", "_id=" UUID_B "&_go=send&" ALL_GOOD);
	status_is(other, 200);
	assert_string_not_equal(between(other, "class=\"receipt\">", "<"), code);
	assert_int_equal(stored(*state), 2);
	done(r);
	done(again);
	done(other);
}

static void not_applicable_where_typed(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=2&year=2&hours=&hours.na=1&why=");

	status_is(r, 200);
	done(r);
	assert_int_equal(stored(*state), 1);
}

static void busy_keeps_what_was_typed(void **state)
{
	struct house *h = *state;
	struct reply *r;
	bool retry = false;

	h->busy = true;
	r = post(h, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 503);
	for (const struct web_header *x = r->rs.headers; x != NULL; x = x->next)
		retry |= strcmp(x->name, "Retry-After") == 0;
	assert_true(retry);
	has(r, "your answers have not been sent");
	has(r, "name=\"_id\" value=\"" UUID_A "\"");
	has(r, "name=\"Q1\" value=\"5\"");
	has(r, "value=\"2,5\"");
	has(r, ">Vui</textarea>");
	done(r);
	h->busy = false;
	r = post(h, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 200);
	done(r);
	assert_int_equal(stored(h), 1);
}

/* ---- what no form of ours sends ---- */

static void made_up_forms(void **state)
{
	static const struct {
		const char *body, *says;
		int status;
	} t[] = {
		{ "_id=" UUID_A "&_go=next&_page=0&Q9=1", "Q9", 422 },
		{ "_id=" UUID_A "&_go=next&_page=0&Q1=1&Q1=2", "Q1", 422 },
		{ "_id=" UUID_A "&_id=" UUID_A "&_go=next", "_id", 422 },
		{ "_id=" UUID_A "&_go=next&_page=2", "The page must be a number from 0 to 1.", 422 },
		{ "_id=" UUID_A "&_go=next&_page=-1", "The page must be a number from 0 to 1.", 422 },
		{ "_id=" UUID_A "&_go=delete", "next, back, send", 422 },
		{ "_id=1234&_go=next", "The identifier must be a UUID.", 422 },
		{ "_go=next&_page=0", "The identifier must be a UUID.", 422 },
		{ "_id=" UUID_A "&_go=next&Q1=%C3%28", "characters that cannot be stored", 422 },
		{ "_id=" UUID_A "&_go=next&Q1=%4", "characters that cannot be stored", 422 },
		{ "_id=" UUID_A "&_go=next&Q1.na=1", "Q1.na", 422 },
		{ "_id=" UUID_A "&_go=next&_target=T1", "T1", 422 },
		{ "_id=" UUID_A "&_other=1", "_other", 422 },
		{ "=5", "has no name", 422 },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct reply *r = ask(*state, "POST", "/s/open", "lang=en", t[i].body);

		print_message("  %s\n", t[i].body);
		status_is(r, t[i].status);
		has(r, t[i].says);
		done(r);
	}
	assert_int_equal(stored(*state), 0);
}

static void big_forms(void **state)
{
	struct house *h = *state;
	struct buf b;
	struct reply *r;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "_id=" UUID_A "&_go=next");
	for (int i = 0; i < 2001; i++)
		buf_addf(&b, "&_page%d=", i);
	r = ask(h, "POST", "/s/open", "lang=en", b.p);
	assert_true(r->rs.status == 422 || r->rs.status == 413);
	done(r);
	buf_clear(&b);
	buf_puts(&b, "_id=" UUID_A "&_go=next&why=");
	for (int i = 0; i < 200000; i++)
		buf_putc(&b, 'x');
	r = ask(h, "POST", "/s/open", "lang=en", b.p);
	status_is(r, 413);
	done(r);
	buf_free(&b);
	/* ten megabytes never reach the handler: the server asks for this limit first */
	assert_true(web_body_limit(h->web, "POST", "/s/open") <= 512 * 1024);
	assert_true(web_body_limit(h->web, "POST", "/api/v1/campaigns/open/responses") <= 512 * 1024);
}

/* ---- targets ---- */

static void choosing_a_target(void **state)
{
	struct reply *r = get(*state, "sections", "lang=en"), *next;
	char *href;

	status_is(r, 200);
	has(r, "What will your answers be about?");
	has(r, "Section 1<");
	lacks(r, "name=\"_id\"");
	href = arena_strdup(r->arena, between(r, "rel=\"next\" href=\"/s/sections?", "\""));
	for (char *amp; (amp = strstr(href, "&amp;")) != NULL;)
		memmove(amp + 1, amp + 5, strlen(amp + 5) + 1);
	next = get(*state, "sections", href);
	lacks(next, "Section 1<");
	done(next);
	done(r);
	r = get(*state, "sections", "lang=en&q=section+77");
	has(r, "Section 77<");
	lacks(r, "Section 78<");
	done(r);
	r = get(*state, "sections", "lang=en&q=nobody");
	has(r, "Nothing has this name");
	done(r);
	r = get(*state, "sections", "lang=en&t=T77");
	has(r, "name=\"_target\"");
	has(r, "Section 77");
	done(r);
	r = get(*state, "sections", "lang=en&t=T77");
	assert_int_equal(r->workers, 0);
	done(r);
	r = get(*state, "sections", "lang=en&t=T999");
	has(r, "What will your answers be about?");
	done(r);
	r = post(*state, "sections", "_id=" UUID_A "&_go=next&" PAGE_ONE);
	status_is(r, 422);
	has(r, "_target");
	done(r);
	r = post(*state, "sections", "_id=" UUID_A "&_go=send&_target=T7&" ALL_GOOD);
	status_is(r, 200);
	has(r, "Section 7");
	done(r);
	assert_int_equal(store_int(&((struct house *)*state)->s, "SELECT accepted FROM target WHERE label LIKE '%Lớp 7\"%'"), 1);
}

static void only_target_is_taken(void **state)
{
	struct reply *r = get(*state, "one", "lang=en");

	has(r, "Section 1");
	has(r, "name=\"_target\"");
	done(r);
	r = get(*state, "one", "lang=en&t=made-up");
	has(r, "name=\"_id\"");
	done(r);
}

/* ---- no form ---- */

static void not_open(void **state)
{
	struct reply *r = get(*state, "nothing", "lang=en");

	status_is(r, 404);
	has(r, "There is no survey at this address");
	done(r);
	r = get(*state, "planned", "lang=en");
	status_is(r, 200);
	has(r, "This survey has not opened yet");
	done(r);
	r = get(*state, "closed", "lang=en");
	status_is(r, 200);
	has(r, "This survey has closed");
	done(r);
	r = post(*state, "closed", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 403);
	has(r, "Nothing was stored.");
	done(r);
	r = post(*state, "nothing", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 404);
	done(r);
	assert_int_equal(stored(*state), 0);
}

static void invitations(void **state)
{
	struct house *h = *state;
	char query[100];
	struct reply *r = get(h, "invited", "lang=en");

	status_is(r, 403);
	has(r, "for invited people");
	done(r);
	r = get(h, "invited", "lang=en&i=%3Cscript%3E");
	status_is(r, 403);
	lacks(r, "script&gt;");
	lacks(r, "<script>");
	done(r);
	snprintf(query, sizeof query, "lang=en&i=%s", h->token);
	r = get(h, "invited", query);
	status_is(r, 200);
	assert_string_equal(between(r, "name=\"_invitation\" value=\"", "\""), h->token);
	done(r);
	r = post(h, "invited", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 403);
	done(r);
	r = post(h, "invited", "_id=" UUID_A "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 200);
	done(r);
	r = post(h, "invited", "_id=" UUID_A "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 200); /* the same once more */
	done(r);
	r = post(h, "invited", "_id=" UUID_B "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 409);
	has(r, "This invitation has been used");
	done(r);
	r = get(h, "invited", query);
	status_is(r, 409);
	has(r, "This invitation has been used");
	done(r);
	assert_int_equal(stored(h), 1);
}

/* ---- the API ---- */

#define GOOD_ANSWERS "\"answers\":{\"Q1\":5,\"Q2\":1,\"Q3\":{\"missing\":\"not_applicable\"},\"year\":2,\"hours\":2.5,\"why\":\"Vui\"}"

static void api_idempotence(void **state)
{
	struct reply *r = api(*state, "open", "{\"id\":\"" UUID_A "\",\"language\":\"vi\"," GOOD_ANSWERS "}"), *x;
	const char *receipt;

	status_is(r, 201);
	receipt = between(r, "{\"receipt\":\"", "\"}");
	assert_int_equal(strlen(receipt), 14);
	assert_int_equal(r->workers, 0);
	x = api(*state, "open",
	    "{\"answers\":{\"why\":\" Vui \",\"hours\":2.50,\"year\":2,\"Q3\":{\"missing\":\"not_applicable\"},\"Q2\":1.0,\"Q1\":5},"
	    "\"id\":\"123E4567-E89B-42D3-A456-426614174000\"}");
	status_is(x, 200);
	assert_string_equal(between(x, "{\"receipt\":\"", "\"}"), receipt);
	done(x);
	/* the form and the API are one door */
	x = post(*state, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(x, 200);
	has(x, receipt);
	done(x);
	assert_int_equal(stored(*state), 1);
	x = api(*state, "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":4,\"Q2\":1,\"Q3\":1,\"year\":2,\"hours\":1}}");
	status_is(x, 409);
	has(x, "\"status\":409");
	done(x);
	done(r);
	assert_int_equal(stored(*state), 1);
}

static void api_faults(void **state)
{
	static const struct {
		const char *campaign, *body, *says;
		int status;
	} t[] = {
		{ "open", "", "JSON object", 422 },
		{ "open", "[]", "JSON object", 422 },
		{ "open", "{\"id\":", "line 1", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"id\":\"" UUID_B "\"}", "not JSON", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}", "nested", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":\"\\u0000\"}}", "not JSON", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"why\":\"\xc3\x28\"}}", "not JSON", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"name\":\"x\"," GOOD_ANSWERS "}", "invitation, simulated", 422 },
		{ "open", "{" GOOD_ANSWERS "}", "\"field\":\"id\"", 422 },
		{ "open", "{\"id\":7," GOOD_ANSWERS "}", "\"field\":\"id\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"language\":\"fr\"," GOOD_ANSWERS "}", "vi, en", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"target\":\"T1\"," GOOD_ANSWERS "}", "\"field\":\"target\"", 422 },
		{ "sections", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}", "\"field\":\"target\"", 422 },
		{ "sections", "{\"id\":\"" UUID_A "\",\"target\":9," GOOD_ANSWERS "}", "\"field\":\"target\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"simulated\":true," GOOD_ANSWERS "}", "\"field\":\"simulated\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\"}", "\"field\":\"answers\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":6,\"Qx\":1}}", "\"field\":\"Qx\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":6,\"Qx\":1}}", "\"field\":\"Q1\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":5}}", "\"field\":\"year\"", 422 },
		{ "open", "{\"id\":\"" UUID_A "\",\"answers\":{\"why\":\"\\u0007\"}}", "\"field\":\"why\"", 422 },
		{ "nothing", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}", "\"status\":404", 404 },
		{ "planned", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}", "\"status\":403", 403 },
		{ "closed", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}", "\"status\":403", 403 },
		{ "invited", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}", "\"status\":403", 403 },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct reply *r = api(*state, t[i].campaign, t[i].body);

		print_message("  %s %s\n", t[i].campaign, t[i].body);
		status_is(r, t[i].status);
		has(r, t[i].says);
		assert_string_equal(r->rs.type, "application/problem+json");
		done(r);
	}
	assert_int_equal(stored(*state), 0);
}

static void api_targets(void **state)
{
	struct reply *r = api(*state, "one", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}");

	status_is(r, 201); /* there is only one */
	done(r);
	r = api(*state, "sections", "{\"id\":\"" UUID_A "\",\"target\":\"T3\"," GOOD_ANSWERS "}");
	status_is(r, 201);
	done(r);
	/* the same answers about something else are other answers */
	r = api(*state, "sections", "{\"id\":\"" UUID_A "\",\"target\":\"T4\"," GOOD_ANSWERS "}");
	status_is(r, 409);
	done(r);
}

static void api_busy(void **state)
{
	struct house *h = *state;
	struct reply *r;

	h->busy = true;
	r = api(h, "open", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}");
	status_is(r, 503);
	done(r);
}

/* ---- pieces ---- */

static void filled_texts(void **state)
{
	struct arena *a = arena_new(256, 4096);

	(void)state;
	assert_string_equal(form_fill(a, "{1} and {2}", "one", "two"), "one and two");
	assert_string_equal(form_fill(a, "{2}{1}", "{2}", "x"), "x{2}"); /* what is put in is not read again */
	assert_string_equal(form_fill(a, "no places {3} {", "a", "b"), "no places {3} {");
	assert_string_equal(form_fill(a, "", "a", "b"), "");
	arena_free(a);
}

static void encoded_values(void **state)
{
	struct arena *a = arena_new(256, 65536);
	const char *name, *value;
	struct urlencoded u;
	struct err e = { 0 };

	(void)state;
	assert_string_equal(urlencoded_value(a, "a b&c=đ"), "a%20b%26c%3D%C4%91");
	urlencoded_start(&u, a, "&&a=1&b=%C4%91+x&c", 18);
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(name, "a");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(value, "đ x");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 1);
	assert_string_equal(name, "c");
	assert_string_equal(value, "");
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), 0);
	urlencoded_start(&u, a, "a=%00", 5);
	assert_int_equal(urlencoded_next(&u, &name, &value, &e), -1);
	arena_free(a);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = { CASE(first_page), CASE(by_identifier), CASE(kept_pages_age), CASE(next_page),
		CASE(back_keeps_everything), CASE(faults_on_the_page), CASE(faults_in_vietnamese),
		CASE(sending_judges_all_pages), CASE(language_by_button), CASE(receipt_once), CASE(not_applicable_where_typed),
		CASE(busy_keeps_what_was_typed), CASE(made_up_forms), CASE(big_forms), CASE(choosing_a_target),
		CASE(only_target_is_taken), CASE(not_open), CASE(invitations), CASE(api_idempotence), CASE(api_faults),
		CASE(api_targets), CASE(api_busy), cmocka_unit_test(filled_texts), cmocka_unit_test(encoded_values) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
