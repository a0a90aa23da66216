/* The router on a table of its own, and the shape of the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "web/router.h"

static int nothing(struct web_request *rq, struct web_response *rs, struct err *e)
{
	(void)rq;
	(void)rs;
	(void)e;
	return 0;
}

enum { HOME, LIST, NEW, ONE, ONE_POST, STATS, PUBLIC_FORM };
static const struct web_route table[] = {
	[HOME] = { .method = "GET", .page = "/", .perm = WEB_STAFF, .handle = nothing },
	[LIST] = { .method = "GET",
	    .page = "/campaigns",
	    .api = "/api/v1/campaigns",
	    .perm = WEB_STAFF,
	    .handle = nothing },
	[ONE] = { .method = "GET",
	    .page = "/campaigns/{campaign}",
	    .api = "/api/v1/campaigns/{campaign}",
	    .perm = WEB_CAMPAIGN,
	    .handle = nothing },
	[NEW] = { .method = "GET", .page = "/campaigns/new", .perm = WEB_QUALITY, .handle = nothing },
	[ONE_POST] = { .method = "POST", .page = "/campaigns/{campaign}", .perm = WEB_QUALITY, .handle = nothing },
	[STATS] = { .method = "GET",
	    .api = "/api/v1/campaigns/{campaign}/items/{item}",
	    .perm = WEB_CAMPAIGN,
	    .handle = nothing },
	[PUBLIC_FORM] = { .method = "GET", .page = "/s/{campaign}", .perm = WEB_PUBLIC, .handle = nothing },
	{ 0 },
};

static void matches(void **state)
{
	static const struct {
		const char *method, *path;
		int want; /* -1: none */
		enum web_face face;
		bool known;
	} t[] = {
		{ "GET", "/", HOME, WEB_PAGE, true },
		{ "GET", "/campaigns", LIST, WEB_PAGE, true },
		{ "HEAD", "/campaigns", LIST, WEB_PAGE, true },
		{ "GET", "/api/v1/campaigns", LIST, WEB_API, true },
		{ "GET", "/campaigns/new", NEW, WEB_PAGE, true },
		{ "GET", "/campaigns/spring", ONE, WEB_PAGE, true },
		{ "POST", "/campaigns/spring", ONE_POST, WEB_PAGE, true },
		{ "POST", "/campaigns/new", ONE_POST, WEB_PAGE, true },
		{ "GET", "/api/v1/campaigns/a%20b/items/Q1", STATS, WEB_API, true },
		{ "GET", "/s/x", PUBLIC_FORM, WEB_PAGE, true },
		{ "POST", "/campaigns", -1, WEB_PAGE, true },
		{ "DELETE", "/", -1, WEB_PAGE, true },
		{ "GET", "/campaigns/", -1, WEB_PAGE, false },
		{ "GET", "//campaigns", -1, WEB_PAGE, false },
		{ "GET", "/s", -1, WEB_PAGE, false },
		{ "GET", "/s/x/y", -1, WEB_PAGE, false },
		{ "GET", "/api/v1/nothing", -1, WEB_API, false },
		{ "GET", "/api/v1", -1, WEB_API, false },
		{ "GET", "campaigns", -1, WEB_PAGE, false },
		{ "GET", "", -1, WEB_PAGE, false },
		{ "GET", "*", -1, WEB_PAGE, false },
		{ "GET", "/1/2/3/4/5/6/7/8/9/10/11", -1, WEB_PAGE, false },
		{ "GET", "/{campaign}", -1, WEB_PAGE, false },
	};
	struct web_router *r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(router_new(table, &r, &e), 0);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct web_match m;

		print_message("  %s %s\n", t[i].method, t[i].path);
		router_match(r, t[i].method, t[i].path, &m);
		assert_ptr_equal(m.route, t[i].want >= 0 ? &table[t[i].want] : NULL);
		assert_int_equal(m.path_known, t[i].known);
		if (t[i].known || t[i].path[0] == '/')
			assert_int_equal(m.face, t[i].face);
	}
	router_free(r);
}

static void parameters(void **state)
{
	struct web_router *r;
	struct web_match m;
	struct err e = { 0 };
	char allow[64];

	(void)state;
	assert_int_equal(router_new(table, &r, &e), 0);
	router_match(r, "GET", "/api/v1/campaigns/a%20b/items/Q1", &m);
	assert_int_equal(m.count, 2);
	assert_memory_equal(m.params[0].name, "campaign", m.params[0].name_len);
	assert_memory_equal(m.params[0].value, "a%20b", 5);
	assert_int_equal(m.params[0].value_len, 5);
	assert_memory_equal(m.params[1].name, "item", m.params[1].name_len);
	router_allow(r, "/campaigns/spring", allow, sizeof allow);
	assert_string_equal(allow, "GET, HEAD, POST");
	router_allow(r, "/nowhere", allow, sizeof allow);
	assert_string_equal(allow, "");
	router_free(r);
}

static void decoding(void **state)
{
	static const struct {
		const char *given, *want;
	} t[] = {
		{ "abc", "abc" }, { "a%20b", "a b" }, { "%C3%A9", "\xC3\xA9" }, { "%c3%a9", "\xC3\xA9" },
		{ "a+b", "a+b" }, { "%", NULL }, { "%2", NULL }, { "%zz", NULL }, { "%00", NULL }, { "%0a", NULL },
		{ "%C3", NULL }, { "%ED%A0%80", NULL }, /* half of a surrogate pair */
		{ "%2e%2e%2f", "../" }, /* one segment still: it is looked up as a name, never as a path */
	};
	struct arena *a = arena_new(1024, 1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = router_decode(a, t[i].given, strlen(t[i].given));

		print_message("  %s\n", t[i].given);
		if (t[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, t[i].want);
	}
	arena_free(a);
}

static void bad_tables(void **state)
{
	static const struct web_route twice[] = {
		{ .method = "GET", .page = "/a/{x}", .perm = WEB_STAFF, .handle = nothing },
		{ .method = "GET", .page = "/a/{y}", .perm = WEB_STAFF, .handle = nothing },
		{ 0 },
	};
	static const struct web_route open[] = { { .method = "GET", .page = "/a", .handle = nothing }, { 0 } };
	static const struct web_route idle[] = { { .method = "GET", .page = "/a", .perm = WEB_STAFF }, { 0 } };
	static const struct web_route raw[] = {
		{ .method = "POST", .page = "/a", .perm = WEB_STAFF, .flags = WEB_RAW_BODY, .handle = nothing },
		{ 0 },
	};
	static const struct {
		const char *name;
		const struct web_route *table;
	} t[] = { { "two rows answer the same", twice }, { "no permission", open },
		{ "neither view nor handler", idle }, { "a raw form without proof of its sender", raw } };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct web_router *r;
		struct err e = { 0 };

		print_message("  %s\n", t[i].name);
		assert_int_equal(router_new(t[i].table, &r, &e), -1);
		assert_null(r);
		assert_int_equal(e.kind, ERR_INTERNAL);
	}
}

static void real_table(void **state)
{
	struct web_router *r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(router_new(web_routes, &r, &e), 0);
	router_free(r);
	for (const struct web_route *row = web_routes; row->method != NULL; row++) {
		print_message("  %s %s\n", row->method, row->page != NULL ? row->page : row->api);
		assert_non_null(row->doc);
		assert_true(row->page != NULL || row->api != NULL);
		/* a page of its own has a template; a table has columns */
		assert_true(row->view == NULL || row->page == NULL || row->template != NULL);
		assert_true((row->table == NULL) == (row->columns == NULL));
		/* what changes something over a page is never open but for forms of the public */
		assert_true(strcmp(row->method, "GET") == 0 || row->handle != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(parameters),
		cmocka_unit_test(decoding),
		cmocka_unit_test(bad_tables),
		cmocka_unit_test(real_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
