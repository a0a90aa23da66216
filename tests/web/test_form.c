/* The form and its receipt, step by step. */
#include "tests/web/form.h"

#include "web/form_pages.h"
#include "web/form_state.h"

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
	has(en, "Test university");
	has(en, "href=\"/s/open?lang=vi\"");
	reply_free(a);
	reply_free(b);
	reply_free(en);
}

static void by_identifier(void **state)
{
	struct house *h = *state;
	struct reply *r = get(h, h->open, "lang=en");

	status_is(r, 200);
	has(r, "action=\"/s/open?lang=en\"");
	reply_free(r);
}

static void kept_pages_age(void **state)
{
	struct reply *r = get(*state, "open", "lang=en");

	reply_free(r);
	clock_fix(STORE_INSIDE + FORM_PAGES_MS - 1);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 0);
	reply_free(r);
	clock_fix(STORE_INSIDE + FORM_PAGES_MS);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 1);
	reply_free(r);
	r = get(*state, "open", "lang=en");
	assert_int_equal(r->workers, 0);
	reply_free(r);
	/* never past the close, whatever its age */
	clock_fix(STORE_CLOSES - 1);
	r = get(*state, "open", "lang=en");
	has(r, "name=\"_id\"");
	reply_free(r);
	clock_fix(STORE_CLOSES);
	r = get(*state, "open", "lang=en");
	has(r, "This survey has closed");
	reply_free(r);
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
	reply_free(r);
	assert_int_equal(stored(*state), 0);
}

static void back_keeps_everything(void **state)
{
	struct reply *r =
	    post(*state, "open", "_id=" UUID_A "&_go=back&_page=1&Q1=5&Q3=na&hours=many&why=%%3Ci%%3E%%22x%%22");

	status_is(r, 200); /* nothing is judged on the way back */
	has(r, "name=\"_page\" value=\"0\"");
	has(r, "value=\"5\" checked");
	has(r, "value=\"na\" checked");
	has(r, "name=\"hours\" value=\"many\"");
	has(r, "name=\"why\" value=\"&lt;i&gt;&quot;x&quot;\"");
	lacks(r, "<i>");
	lacks(r, "Error:");
	reply_free(r);
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
	reply_free(r);
	assert_int_equal(stored(*state), 0);
}

static void faults_in_vietnamese(void **state)
{
	struct reply *r = post_text(*state, "open", "vi", "_id=" UUID_A "&_go=next&_page=0&Q1=4&Q2=1&year=1");

	status_is(r, 422);
	has(r, "<html lang=\"vi\">");
	has(r, "Bài rõ");
	has(r, "Hãy chọn một mức cho câu 3, hoặc chọn “Không áp dụng”.");
	has(r, "<title>Lỗi: Còn 1 câu cần bạn trả lời");
	reply_free(r);
}

static void sending_judges_all_pages(void **state)
{
	struct reply *r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&hours=81&why=x");

	status_is(r, 422);
	has(r, "name=\"_page\" value=\"0\""); /* the first page with a fault */
	has(r, "Choose an answer to question 4.");
	has(r, "name=\"hours\" value=\"81\"");
	reply_free(r);
	r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&year=1&hours=81&why=%%0B%%C2%%85x");
	status_is(r, 422);
	has(r, "name=\"_page\" value=\"1\"");
	has(r, "Question 5: Please write a number not larger than 80.");
	has(r, "invisible control characters");
	has(r, "value=\"81\"");
	reply_free(r);
	r = post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=1&year=1&hours=1&why=%041d", 7);
	status_is(r, 422);
	has(r, "Please shorten this text to 40 characters at most.");
	has(r, "0000000000000000000000000000000000000007");
	reply_free(r);
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
	reply_free(r);
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
	reply_free(other);
	other = post(*state, "open", "_id=" UUID_B "&_go=send&" ALL_GOOD);
	status_is(other, 200);
	assert_string_not_equal(between(other, "class=\"receipt\">", "<"), code);
	assert_int_equal(stored(*state), 2);
	reply_free(r);
	reply_free(again);
	reply_free(other);
}

static void not_applicable_where_typed(void **state)
{
	struct reply *r =
	    post(*state, "open", "_id=" UUID_A "&_go=send&_page=1&Q1=5&Q2=1&Q3=2&year=2&hours=&hours.na=1&why=");

	status_is(r, 200);
	reply_free(r);
	assert_int_equal(stored(*state), 1);
}

static void busy_keeps_what_was_typed(void **state)
{
	struct house *h = *state;
	struct reply *r;
	bool retry = false;

	h->c.busy = true;
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
	reply_free(r);
	h->c.busy = false;
	r = post(h, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 200);
	reply_free(r);
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
		struct reply *r = post_text(*state, "open", "en", t[i].body);

		print_message("  %s\n", t[i].body);
		status_is(r, t[i].status);
		has(r, t[i].says);
		reply_free(r);
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
	r = post_text(h, "open", "en", b.p);
	assert_true(r->status == 422 || r->status == 413);
	reply_free(r);
	buf_clear(&b);
	buf_puts(&b, "_id=" UUID_A "&_go=next&why=");
	for (int i = 0; i < 200000; i++)
		buf_putc(&b, 'x');
	r = post_text(h, "open", "en", b.p);
	status_is(r, 413);
	reply_free(r);
	buf_free(&b);
	/* ten megabytes never reach the handler: the server asks for this limit first */
	assert_true(web_body_limit(h->c.web, "POST", "/s/open") <= 512 * 1024);
	assert_true(web_body_limit(h->c.web, "POST", "/api/v1/campaigns/open/responses") <= 512 * 1024);
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
	reply_free(next);
	reply_free(r);
	r = get(*state, "sections", "lang=en&q=section+77");
	has(r, "Section 77<");
	lacks(r, "Section 78<");
	reply_free(r);
	r = get(*state, "sections", "lang=en&q=nobody");
	has(r, "Nothing has this name");
	reply_free(r);
	r = get(*state, "sections", "lang=en&t=T77");
	has(r, "name=\"_target\"");
	has(r, "Section 77");
	reply_free(r);
	r = get(*state, "sections", "lang=en&t=T77");
	assert_int_equal(r->workers, 0);
	reply_free(r);
	r = get(*state, "sections", "lang=en&t=T999");
	has(r, "What will your answers be about?");
	reply_free(r);
	r = post(*state, "sections", "_id=" UUID_A "&_go=next&" PAGE_ONE);
	status_is(r, 422);
	has(r, "_target");
	reply_free(r);
	r = post(*state, "sections", "_id=" UUID_A "&_go=send&_target=T7&" ALL_GOOD);
	status_is(r, 200);
	has(r, "Section 7");
	reply_free(r);
	assert_int_equal(store_int(&((struct house *)*state)->c.s,
			     "SELECT accepted FROM target WHERE label LIKE '%Lớp 7\"%'"),
	    1);
}

static void only_target_is_taken(void **state)
{
	struct reply *r = get(*state, "one", "lang=en");

	has(r, "Section 1");
	has(r, "name=\"_target\"");
	reply_free(r);
	r = get(*state, "one", "lang=en&t=made-up");
	has(r, "name=\"_id\"");
	reply_free(r);
}

/* ---- no form ---- */

static void not_open(void **state)
{
	struct reply *r = get(*state, "nothing", "lang=en");

	status_is(r, 404);
	has(r, "There is no survey at this address");
	reply_free(r);
	r = get(*state, "planned", "lang=en");
	status_is(r, 200);
	has(r, "This survey has not opened yet");
	reply_free(r);
	r = get(*state, "closed", "lang=en");
	status_is(r, 200);
	has(r, "This survey has closed");
	reply_free(r);
	r = post(*state, "closed", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 403);
	has(r, "Nothing was stored.");
	reply_free(r);
	r = post(*state, "nothing", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 404);
	reply_free(r);
	assert_int_equal(stored(*state), 0);
}

static void invitations(void **state)
{
	struct house *h = *state;
	char query[100];
	struct reply *r = get(h, "invited", "lang=en");

	status_is(r, 403);
	has(r, "for invited people");
	reply_free(r);
	r = get(h, "invited", "lang=en&i=%3Cscript%3E");
	status_is(r, 403);
	lacks(r, "script&gt;");
	lacks(r, "<script>");
	reply_free(r);
	snprintf(query, sizeof query, "lang=en&i=%s", h->token);
	r = get(h, "invited", query);
	status_is(r, 200);
	assert_string_equal(between(r, "name=\"_invitation\" value=\"", "\""), h->token);
	reply_free(r);
	r = post(h, "invited", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(r, 403);
	reply_free(r);
	r = post(h, "invited", "_id=" UUID_A "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 200);
	reply_free(r);
	r = post(h, "invited", "_id=" UUID_A "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 200); /* the same once more */
	reply_free(r);
	r = post(h, "invited", "_id=" UUID_B "&_invitation=%s&_go=send&" ALL_GOOD, h->token);
	status_is(r, 409);
	has(r, "This invitation has been used");
	reply_free(r);
	r = get(h, "invited", query);
	status_is(r, 409);
	has(r, "This invitation has been used");
	reply_free(r);
	assert_int_equal(stored(h), 1);
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

int main(void)
{
	const struct CMUnitTest tests[] = { FORM_CASE(first_page), FORM_CASE(by_identifier), FORM_CASE(kept_pages_age),
		FORM_CASE(next_page), FORM_CASE(back_keeps_everything), FORM_CASE(faults_on_the_page),
		FORM_CASE(faults_in_vietnamese), FORM_CASE(sending_judges_all_pages), FORM_CASE(language_by_button),
		FORM_CASE(receipt_once), FORM_CASE(not_applicable_where_typed), FORM_CASE(busy_keeps_what_was_typed),
		FORM_CASE(made_up_forms), FORM_CASE(big_forms), FORM_CASE(choosing_a_target),
		FORM_CASE(only_target_is_taken), FORM_CASE(not_open), FORM_CASE(invitations),
		cmocka_unit_test(filled_texts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
