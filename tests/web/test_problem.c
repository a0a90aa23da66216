/* Errors as documents and pages, input by fields, what the answer may be, CSV, ETag. */
#include "tests/web/client.h"

#include "web/site.h"

static struct client c;

static int begin(void **state)
{
	(void)state;
	client_open(&c);
	return 0;
}

static int end(void **state)
{
	(void)state;
	client_close(&c);
	return 0;
}

static void documents(void **state)
{
	static const struct {
		const char *method, *target;
		int status;
		const char *type;
	} t[] = {
		{ "GET", "/api/v1/nothing", 404, "/problems/not-found" },
		{ "DELETE", "/healthz", 405, "/problems/invalid-input" },
		{ "GET", "/healthz?bogus=1", 422, "/problems/invalid-input" },
		{ "GET", "/healthz?a=%zz", 422, "/problems/invalid-input" },
		{ "GET", "/api/v1/openapi.json?format=csv", 422, "/problems/invalid-input" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct reply *r = client_ask(&c, t[i].method, t[i].target, "");
		json_t *doc = reply_json(r);

		print_message("  %s %s: %s\n", t[i].method, t[i].target, r->body);
		assert_int_equal(r->status, t[i].status);
		assert_string_equal(r->rs.type, "application/problem+json");
		assert_string_equal(json_string_value(json_object_get(doc, "type")), t[i].type);
		assert_int_equal(json_integer_value(json_object_get(doc, "status")), t[i].status);
		assert_string_equal(json_string_value(json_object_get(doc, "instance")), "testrequest");
		assert_true(strlen(json_string_value(json_object_get(doc, "title"))) > 0);
		assert_true(strlen(json_string_value(json_object_get(doc, "detail"))) > 0);
		json_decref(doc);
		reply_free(r);
	}
}

static void languages(void **state)
{
	static const struct {
		const char *target, *header, *value, *lang;
		bool cookie;
	} t[] = {
		{ "/nothing", "X", "", "vi", false },
		{ "/nothing", "Accept-Language", "en-GB,en;q=0.8,vi;q=0.5", "en", false },
		{ "/nothing", "Accept-Language", "fr, vi-VN", "vi", false },
		{ "/nothing", "Accept-Language", "fr", "vi", false },
		{ "/nothing", "Cookie", "a=b; elod_lang=en; c=d", "en", false },
		{ "/nothing?lang=en", "Cookie", "elod_lang=vi", "en", true },
		{ "/nothing?x=1&lang=vi", "Accept-Language", "en", "vi", true },
		{ "/nothing?lang=<script>", "X", "", "vi", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char want[32];
		struct reply *r;

		client_headers(&c, t[i].header, t[i].value, NULL);
		r = client_ask(&c, "GET", t[i].target, "");
		snprintf(want, sizeof want, "<html lang=\"%s\">", t[i].lang);
		print_message("  %s %s: %s\n", t[i].target, t[i].value, t[i].lang);
		assert_int_equal(r->status, 404);
		assert_non_null(strstr(r->body, want));
		assert_non_null(strstr(r->body, "testrequest"));
		assert_null(strstr(r->body, "<script>"));
		assert_true((reply_header(r, "Set-Cookie") != NULL) == t[i].cookie);
		reply_free(r);
	}
	client_headers(&c, NULL);
}

static void unchanged(void **state)
{
	struct reply *r = client_ask(&c, "GET", "/healthz", "");
	char tag[64];

	(void)state;
	snprintf(tag, sizeof tag, "%s", reply_header(r, "ETag"));
	assert_int_equal(r->status, 200);
	reply_free(r);
	client_headers(&c, "If-None-Match", tag, NULL);
	r = client_ask(&c, "GET", "/healthz", "");
	assert_int_equal(r->status, 304);
	assert_int_equal(r->len, 0);
	reply_free(r);
	client_headers(&c, "If-None-Match", "\"000000000000000000000000\"", NULL);
	assert_int_equal(client_status(&c, "GET", "/healthz", ""), 200);
	client_headers(&c, NULL);
}

/* ---- parts by themselves, on a row of the test ---- */

static const char *const orders[] = { "up", "down", NULL };
static const struct web_field fields[] = {
	{ .name = "name", .type = WEB_TEXT, .required = 1, .max = 5 },
	{ .name = "note", .type = WEB_LINES, .max = 10 },
	{ .name = "n", .type = WEB_INT, .max = 100 },
	{ .name = "share", .type = WEB_NUMBER },
	{ .name = "day", .type = WEB_DATE },
	{ .name = "code", .type = WEB_CODE },
	{ .name = "order", .type = WEB_WORD, .words = orders },
	{ 0 },
};
static const struct web_column columns[] = { { "code", "code" }, { "name", "name" }, { "share", "est.share" },
	{ "low", "est.interval.0" }, { NULL, NULL } };
static int no_view(struct web_request *rq, json_t *model, struct err *e)
{
	(void)rq;
	(void)model;
	(void)e;
	return 0;
}
static const struct web_route get_row = { .method = "GET",
	.api = "/x",
	.perm = WEB_STAFF,
	.fields = fields,
	.view = no_view,
	.table = "rows",
	.columns = columns };
static const struct web_route post_row = { .method = "POST", .api = "/x", .perm = WEB_STAFF, .fields = fields };
static const struct web_route form_row = { .method = "POST", .page = "/x", .perm = WEB_PUBLIC, .fields = fields };

static struct reply shell;

static struct web_request *request(const struct web_route *row, const char *query, const char *body, const char *type)
{
	arena_free(shell.arena);
	memset(&shell, 0, sizeof shell);
	shell.client = &c;
	shell.arena = arena_new(4096, 8 << 20);
	client_headers(&c, "Content-Type", type, NULL);
	shell.rq = (struct web_request){ .web = c.web,
		.arena = shell.arena,
		.db = c.s.db,
		.method = row->method,
		.path = "/x",
		.query = query,
		.header = client_header_,
		.server = &shell,
		.body = body,
		.body_len = strlen(body),
		.route = row,
		.face = row->api != NULL ? WEB_API : WEB_PAGE,
		.lang = "en" };
	return &shell.rq;
}

/* "field:message start" of the first complaint; "" when all is well */
static const char *decode(struct web_request *rq)
{
	static char out[300];
	struct err_list bad = { 0 };
	struct err e = { 0 };

	out[0] = '\0';
	if (web_decode(rq, &bad, &e) < 0) {
		err_list_free(&bad);
		err_list_add(&bad, 0, &e);
	}
	if (bad.total > 0) {
		char text[200];

		err_text(&bad.at[0].err, NULL, NULL, text, sizeof text);
		snprintf(out, sizeof out, "%s: %s", bad.at[0].err.field, text);
	}
	err_list_free(&bad);
	return out;
}

static void inputs(void **state)
{
	static const struct {
		const char *query, *complaint; /* its beginning; "" none */
	} t[] = {
		{ "name=abc", "" },
		{ "name=%C4%91%E1%BA%B9p&lang=en&format=json", "" }, /* đẹp: three characters */
		{ "", "name: This is needed." },
		{ "name=+++", "name: This is needed." },
		{ "name=abcdef", "name: This has at most 5 characters." },
		{ "name=a%0Ab", "name: This is a text on one line" },
		{ "name=a&name=b", "name: This is given twice." },
		{ "name=a&bogus=1", "bogus: Nothing of this name is taken here; there are: name, note, n" },
		{ "name=a&note=x%0Ay", "" },
		{ "name=a&n=101", "n: This is a whole number from 0 to 100." },
		{ "name=a&n=-1", "n: This is a whole number from 0 to 100." },
		{ "name=a&n=1.5", "n: This is a whole number" },
		{ "name=a&n=100", "" },
		{ "name=a&share=0,5", "share: This is a number" },
		{ "name=a&share=nan", "share: This is a number" },
		{ "name=a&share=0.5", "" },
		{ "name=a&day=2026-02-30", "day: This is a date" },
		{ "name=a&day=2026-02-28T00:00:00Z", "day: This is a date" },
		{ "name=a&day=2026-02-28", "" },
		{ "name=a&code=1a", "code: A code is a letter" },
		{ "name=a&code=a_1-b", "" },
		{ "name=a&order=sideways", "order: This is one of: up, down." },
		{ "name=%FF", "name: " },
		{ "name=%00", "name: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = decode(request(&get_row, t[i].query, "", ""));

		print_message("  %s -> %s\n", t[i].query, got);
		assert_memory_equal(got, t[i].complaint, strlen(t[i].complaint));
		assert_true((got[0] == '\0') == (t[i].complaint[0] == '\0'));
	}
	decode(request(&get_row, "name=+a+&n=7&share=0.25", "", ""));
	assert_string_equal(web_input(&shell.rq, "name"), "a");
	assert_int_equal(web_input_int(&shell.rq, "n", -1), 7);
	assert_true(web_input_number(&shell.rq, "share", -1) == 0.25);
	assert_string_equal(web_input(&shell.rq, "order"), "up"); /* the first word is the default */
	assert_int_equal(web_input_int(&shell.rq, "absent", -1), -1);
}

static void bodies(void **state)
{
	static const char json[] = "application/json; charset=utf-8", form[] = "application/x-www-form-urlencoded";
	char many[20001];

	(void)state;
	assert_string_equal(decode(request(&post_row, "", "{\"name\":\"abc\",\"n\":3,\"share\":0.5}", json)), "");
	assert_int_equal(web_input_int(&shell.rq, "n", -1), 3);
	assert_string_equal(decode(request(&post_row, "", "{\"name\":5}", json)), "name: This is a JSON string.");
	assert_string_equal(decode(request(&post_row, "", "{\"name\":\"a\",\"n\":\"3\"}", json)),
	    "n: This is a JSON number.");
	assert_non_null(strstr(decode(request(&post_row, "", "{\"name\":\"a\",\"name\":\"b\"}", json)), "is not JSON"));
	assert_non_null(strstr(decode(request(&post_row, "", "[1]", json)), "must be a JSON object"));
	assert_non_null(strstr(decode(request(&post_row, "", "{\"name\":", json)), "is not JSON: line 1"));
	assert_non_null(
	    strstr(decode(request(&post_row, "", "name=abc", form)), "Content-Type: Send this as application/json"));
	assert_string_equal(decode(request(&form_row, "", "name=abc&n=4", form)), "");
	assert_non_null(strstr(decode(request(&form_row, "", "{}", json)), "Content-Type"));
	for (size_t i = 0; i < 10000; i++)
		memcpy(many + 2 * i, "a&", 2);
	many[20000] = '\0';
	assert_non_null(strstr(decode(request(&form_row, "", many, form)), "More fields were sent"));
}

static void negotiation(void **state)
{
	static const struct {
		const char *query, *accept;
		int format; /* -1: refused */
	} t[] = {
		{ "", "", WEB_JSON },
		{ "", "*/*", WEB_JSON },
		{ "", "application/json", WEB_JSON },
		{ "", "text/csv", WEB_CSV },
		{ "", "text/csv;q=0.5, application/json", WEB_JSON },
		{ "", "text/csv, application/json;q=0.5", WEB_CSV },
		{ "", "text/*", WEB_CSV },
		{ "", "text/html,application/xhtml+xml,*/*;q=0.8", WEB_JSON },
		{ "", "image/png", -1 },
		{ "format=csv", "application/json", WEB_CSV },
		{ "a=1&format=json", "text/csv", WEB_JSON },
		{ "format=xml", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct web_request *rq = request(&get_row, t[i].query, "", "");
		struct err e = { 0 };
		int rc;

		client_headers(&c, "Accept", t[i].accept, NULL);
		rc = web_negotiate(rq, &e);
		print_message("  %s, Accept: %s\n", t[i].query, t[i].accept);
		assert_int_equal(rc, t[i].format < 0 ? -1 : 0);
		if (rc == 0)
			assert_int_equal(rq->format, t[i].format);
	}
}

static void tables(void **state)
{
	struct web_request *rq = request(&get_row, "", "", "");
	struct web_response rs = { 0 };
	struct err e = { 0 };
	json_t *model = json_loads("{\"rows\": ["
				   "{\"code\": \"a,b\", \"name\": {\"vi\": \"Đẹp\", \"en\": \"Say \\\"hi\\\"\"},"
				   " \"est\": {\"share\": 0.25, \"interval\": [-0.5, 1]}},"
				   "{\"code\": \"=SUM(A1)\", \"name\": \"two\\nlines\", \"est\": null},"
				   "{\"code\": \"+1\", \"name\": \"@x\", \"est\": {\"share\": 3}}]}",
	    0, NULL);
	/* by hand, from RFC 4180: CRLF, quotes doubled; a formula disarmed; a negative number is none */
	static const char want[] = "code,name,share,low\r\n"
				   "\"a,b\",\"Say \"\"hi\"\"\",0.25,-0.5\r\n"
				   "'=SUM(A1),\"two\nlines\",,\r\n"
				   "'+1,'@x,3,\r\n";

	(void)state;
	assert_int_equal(web_send_table(rq, &rs, model, &e), 0);
	assert_int_equal(rs.parts[0].len, sizeof want - 1);
	assert_memory_equal(rs.parts[0].p, want, sizeof want - 1);
	assert_string_equal(rs.type, "text/csv; charset=utf-8; header=present");
	json_decref(model);
	arena_free(shell.arena);
	memset(&shell, 0, sizeof shell);
}

static void several_errors(void **state)
{
	struct reply *r;
	json_t *doc;

	(void)state;
	client_headers(&c, NULL);
	r = client_ask(&c, "GET", "/healthz?a=1&b=2&c=3", "");
	doc = reply_json(r);
	assert_int_equal(r->status, 422);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 3);
	assert_int_equal(json_integer_value(json_object_get(doc, "error_count")), 3);
	assert_string_equal(json_string_value(
				json_object_get(json_array_get(json_object_get(doc, "errors"), 1), "field")),
	    "b");
	json_decref(doc);
	reply_free(r);
}

static void metrics_text(void **state)
{
	struct reply *r;

	(void)state;
	r = client_ask(&c, "GET", "/healthz", "");
	web_count(&r->rq, 200, 2000000);
	web_count(&r->rq, 200, 3000000000);
	web_count_accepted(c.web);
	reply_free(r);
	r = client_ask(&c, "GET", "/metrics", "");
	assert_int_equal(r->status, 200);
	assert_non_null(
	    strstr(r->body, "elod_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 2\n"));
	assert_non_null(strstr(r->body, "elod_http_request_seconds_bucket{le=\"0.0025\"} 1\n"));
	assert_non_null(strstr(r->body, "elod_http_request_seconds_bucket{le=\"+Inf\"} 2\n"));
	assert_non_null(strstr(r->body, "elod_http_request_seconds_sum 3.002000\n"));
	assert_non_null(strstr(r->body, "elod_responses_accepted_total 1\n"));
	assert_non_null(strstr(r->body, "elod_writer_waiting 0\n"));
	reply_free(r);
}

static void description(void **state)
{
	struct reply *r = client_ask(&c, "GET", "/api/v1/openapi.json", "");
	json_t *doc = reply_json(r), *schemas = json_object_get(json_object_get(doc, "components"), "schemas");
	json_t *paths = json_object_get(doc, "paths");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(doc, "openapi")), "3.1.0");
	for (const struct web_route *row = web_routes; row->method != NULL; row++) {
		const char *names[] = { row->model, row->body };

		if (row->api == NULL)
			continue;
		print_message("  %s %s\n", row->method, row->api);
		assert_non_null(json_object_get(paths, row->api));
		for (size_t i = 0; i < 2; i++) {
			const json_t *schema = names[i] != NULL ? json_object_get(schemas, names[i]) : NULL;

			/* a bare {"type": "object"} is what a missing name is given */
			if (names[i] != NULL && json_object_size(schema) < 2) {
				print_error("schema %s is not in static/schemas.json\n", names[i]);
				fail();
			}
		}
	}
	json_decref(doc);
	reply_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(documents, begin, end),
		cmocka_unit_test_setup_teardown(languages, begin, end),
		cmocka_unit_test_setup_teardown(unchanged, begin, end),
		cmocka_unit_test_setup_teardown(inputs, begin, end),
		cmocka_unit_test_setup_teardown(bodies, begin, end),
		cmocka_unit_test_setup_teardown(negotiation, begin, end),
		cmocka_unit_test_setup_teardown(tables, begin, end),
		cmocka_unit_test_setup_teardown(several_errors, begin, end),
		cmocka_unit_test_setup_teardown(metrics_text, begin, end),
		cmocka_unit_test_setup_teardown(description, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
