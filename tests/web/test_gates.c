/* Who gets through: every row of the real table, asked by nobody and by each role, for things of
 * their own and of others; and what a form must prove. */
#include "tests/web/client.h"

/* C1 belongs to programme P1, C2 to P2; the lecturer teaches C1's section and is the target of
 * campaign own, the leader leads P1. */
static const char world[] =
    "INSERT INTO programme(id, code, name, search, threshold, goal, weight_direct, weight_indirect) VALUES"
    " ('p1', 'P1', '{}', '', 0.5, 0.7, 1, 0), ('p2', 'P2', '{}', '', 0.5, 0.7, 1, 0);"
    "INSERT INTO course(id, code, name, search, credits, threshold, goal) VALUES"
    " ('c1', 'C1', '{}', '', 3, 0.5, 0.7), ('c2', 'C2', '{}', '', 3, 0.5, 0.7);"
    "INSERT INTO programme_course VALUES ('p1', 'c1', 0), ('p2', 'c2', 0);"
    "INSERT INTO term(id, code, name, starts_at) VALUES ('t', 'T', '{}', 0);"
    "INSERT INTO section(id, course, term, code, name) VALUES ('s1', 'c1', 't', 'S', '{}'), ('s2', 'c2', 't', 'S', '{}');"
    "INSERT INTO assessment(id, course, term, code, name, weight, missing_policy, imported_at) VALUES"
    " ('a1', 'c1', 't', 'A1', '{}', 1, 'missing', 0), ('a2', 'c2', 't', 'A2', '{}', 1, 'missing', 0);"
    "INSERT INTO campaign(id, code, title, search, instrument, mode, audience, k, opens_at, closes_at, origin, created_at)"
    " SELECT 'own', 'K1', '{}', '', id, 'anonymous', 'open', 5, 0, 4102444800000, 'collected', 0 FROM instrument;"
    "INSERT INTO campaign(id, code, title, search, instrument, mode, audience, k, opens_at, closes_at, origin, created_at)"
    " SELECT 'other', 'K2', '{}', '', id, 'anonymous', 'open', 5, 0, 4102444800000, 'collected', 0 FROM instrument;"
    "INSERT INTO target(campaign, number, id, code, label, search) VALUES ('own', 1, 'g1', 'G1', '{}', ''),"
    " ('other', 1, 'g2', 'G2', '{}', '')";

enum who { NOBODY, ADMIN, OFFICE, LEADER, LECTURER, NO_ROLE, PEOPLE };
static const char *const who_names[] = { "nobody", "administrator", "quality office", "programme leader", "lecturer",
	"account without a role" };

static struct client c;
static struct client_account people[PEOPLE];

static int begin(void **state)
{
	char id[ID_LEN + 1];
	struct err e = { 0 };
	bool added;
	char sql[512];

	(void)state;
	client_open(&c);
	STORE_OK(e, instrument_put(c.s.db, store_instrument, strlen(store_instrument), id, &added, &e));
	STORE_OK(e, db_script(c.s.db, world, &e));
	client_account(&c, "admin@x.example", ROLE_ADMINISTRATOR, NULL, &people[ADMIN]);
	client_account(&c, "office@x.example", ROLE_QUALITY_OFFICE, NULL, &people[OFFICE]);
	client_account(&c, "leader@x.example", ROLE_PROGRAMME_LEADER, "P1", &people[LEADER]);
	client_account(&c, "lecturer@x.example", ROLE_LECTURER, NULL, &people[LECTURER]);
	client_account(&c, "none@x.example", 0, NULL, &people[NO_ROLE]);
	snprintf(sql, sizeof sql,
	    "INSERT INTO section_lecturer VALUES ('s1', '%s'); UPDATE target SET account = '%s' WHERE id = 'g1'",
	    people[LECTURER].id, people[LECTURER].id);
	STORE_OK(e, db_script(c.s.db, sql, &e));
	return 0;
}

static int end(void **state)
{
	(void)state;
	client_close(&c);
	return 0;
}

/* The same words as in web.h, written a second time: a slip in one of them shows. */
static bool may(enum web_perm perm, enum who who, bool own)
{
	switch (perm) {
	case WEB_PUBLIC:
		return true;
	case WEB_STAFF:
		return who != NOBODY;
	case WEB_CAMPAIGN:
		return who == OFFICE || (who == LECTURER && own);
	case WEB_PROGRAMME:
		return who == OFFICE || (who == LEADER && own);
	case WEB_COURSE:
	case WEB_ASSESSMENT:
		return who == OFFICE || ((who == LEADER || who == LECTURER) && own);
	case WEB_QUALITY:
		return who == OFFICE;
	case WEB_ADMIN:
		return who == ADMIN;
	}
	return false;
}

static const char *value_of(const char *name, size_t len, bool own, bool code)
{
	static const char *const values[][5] = {
		{ "campaign", "own", "K1", "other", "K2" },
		{ "programme", "p1", "P1", "p2", "P2" },
		{ "course", "c1", "C1", "c2", "C2" },
		{ "assessment", "a1", "A1", "a2", "A2" },
	};

	for (size_t i = 0; i < 4; i++)
		if (strlen(values[i][0]) == len && memcmp(values[i][0], name, len) == 0)
			return values[i][(own ? 1 : 3) + code];
	return "x";
}

static void fill(const char *pattern, bool own, bool code, char *out, size_t size)
{
	size_t n = 0;

	while (*pattern != '\0' && n + 1 < size) {
		size_t len;

		if (*pattern != '{') {
			out[n++] = *pattern++;
			continue;
		}
		len = strcspn(pattern + 1, "}");
		n += (size_t)snprintf(out + n, size - n, "%s", value_of(pattern + 1, len, own, code));
		pattern += len + 2;
	}
	out[n] = '\0';
}

static void check(const struct web_route *row, bool api, enum who who, bool own, bool code)
{
	bool get = strcmp(row->method, "GET") == 0, allowed = may(row->perm, who, own);
	char target[200], body[200] = "";
	struct reply *r;

	fill(api ? row->api : row->page, own, code, target, sizeof target);
	client_headers(&c, "Content-Type", api ? "application/json" : "application/x-www-form-urlencoded",
	    who == NOBODY ? NULL
		: api	  ? "Authorization"
			  : "Cookie",
	    api ? people[who].bearer : people[who].cookie, NULL);
	if (!get)
		snprintf(body, sizeof body, api ? "{}" : "csrf=%s", people[who].csrf);
	r = client_ask(&c, row->method, target, body);
	if (allowed ? r->status == 401 || r->status == 403 || r->status >= 500
		    : r->status != (who == NOBODY ? (api || !get ? 401 : 303) : 403)) {
		print_error("%s %s by %s (%s): %d\n%.600s\n", row->method, target, who_names[who],
		    own ? "own" : "other", r->status, r->body);
		fail();
	}
	if (!allowed && who == NOBODY && !api && get)
		assert_non_null(strstr(reply_header(r, "Location"), "/signin?next="));
	if (!allowed && api) {
		json_t *problem = reply_json(r);

		assert_string_equal(r->rs.type, "application/problem+json");
		assert_int_equal(json_integer_value(json_object_get(problem, "status")), r->status);
		json_decref(problem);
	}
	/* whatever the answer: nothing inline, no sniffing, no referrer */
	assert_non_null(strstr(reply_header(r, "Content-Security-Policy"), "default-src 'none'"));
	assert_string_equal(reply_header(r, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(reply_header(r, "Referrer-Policy"), "no-referrer");
	reply_free(r);
}

static void every_row(void **state)
{
	size_t rows = 0;

	(void)state;
	for (const struct web_route *row = web_routes; row->method != NULL; row++) {
		/* ends the very session that the loop needs; it has a test of its own */
		if (row->page != NULL && strcmp(row->page, "/signout") == 0)
			continue;
		for (int who = NOBODY; who < PEOPLE; who++) {
			for (int own = 0; own < 2; own++) {
				if (row->page != NULL)
					check(row, false, (enum who)who, own, own);
				if (row->api != NULL)
					check(row, true, (enum who)who, own, !own);
			}
		}
		rows++;
	}
	assert_int_equal(rows, web_route_count - 1);
}

static void forms(void **state)
{
	char body[100];
	struct reply *r;

	(void)state;
	snprintf(body, sizeof body, "csrf=%s", people[OFFICE].csrf);
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", "Cookie", people[OFFICE].cookie, NULL);
	assert_int_equal(client_status(&c, "POST", "/signout", ""), 403);
	assert_int_equal(client_status(&c, "POST", "/signout", "csrf=0123456789abcdef0123456789abcdef"), 403);
	/* another account's token is not this session's */
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", "Cookie", people[ADMIN].cookie, NULL);
	assert_int_equal(client_status(&c, "POST", "/signout", body), 403);
	/* the right one, from another site */
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", "Cookie", people[OFFICE].cookie,
	    "Sec-Fetch-Site", "cross-site", NULL);
	assert_int_equal(client_status(&c, "POST", "/signout", body), 403);
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", "Cookie", people[OFFICE].cookie,
	    "Origin", "https://evil.example", "Host", "elod.example", NULL);
	assert_int_equal(client_status(&c, "POST", "/signout", body), 403);
	/* old browsers send our own origin as null, because of our Referrer-Policy */
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", "Cookie", people[OFFICE].cookie,
	    "Origin", "null", "Host", "elod.example", NULL);
	r = client_ask(&c, "POST", "/signout", body);
	assert_int_equal(r->status, 303);
	assert_string_equal(reply_header(r, "Location"), "/signin");
	assert_non_null(strstr(reply_header(r, "Set-Cookie"), "Max-Age=0"));
	reply_free(r);
	client_headers(&c, "Cookie", people[OFFICE].cookie, NULL);
	r = client_ask(&c, "GET", "/", "");
	assert_true(r->status == 303 || r->status == 404);
	reply_free(r);
	assert_int_equal(client_status(&c, "POST", "/signout", body), 401);
}

static void sign_in_page(void **state)
{
	char hash[PASSWORD_HASH_MAX], id[ID_LEN + 1];
	struct err e = { 0 };
	struct reply *r;

	(void)state;
	STORE_OK(e, password_hash(CLIENT_PASSWORD, hash, &e));
	STORE_OK(e, account_create(c.s.db, NULL, "lan@x.example", "Lan", hash, id, &e));
	client_headers(&c, "Content-Type", "application/x-www-form-urlencoded", NULL);
	r = client_ask(&c, "POST", "/signin", "login=lan%40x.example&password=not+the+one&next=/courses");
	assert_int_equal(r->status, 401);
	assert_non_null(strstr(r->body, "value=\"lan@x.example\""));
	assert_null(strstr(r->body, "not the one"));
	assert_non_null(strstr(r->body, "value=\"/courses\""));
	assert_null(reply_header(r, "Set-Cookie"));
	reply_free(r);
	r = client_ask(&c, "POST", "/signin", "login=lan%40x.example&password=a+long+test+passphrase&next=/courses");
	assert_int_equal(r->status, 303);
	assert_string_equal(reply_header(r, "Location"), "/courses");
	assert_non_null(strstr(reply_header(r, "Set-Cookie"), "HttpOnly; SameSite=Lax"));
	reply_free(r);
	/* nobody is sent to another site by our sign-in */
	r = client_ask(&c, "POST", "/signin",
	    "login=lan%40x.example&password=a+long+test+passphrase&next=%2F%2Fevil.example%2F");
	assert_int_equal(r->status, 303);
	assert_string_equal(reply_header(r, "Location"), "/");
	reply_free(r);
}

static void tokens_of_the_api(void **state)
{
	struct reply *r;

	(void)state;
	client_headers(&c, "Authorization", "Bearer 0000000000000000000000000000000000000000", NULL);
	r = client_ask(&c, "GET", "/api/v1/openapi.json", "");
	assert_int_equal(r->status, 401);
	assert_string_equal(reply_header(r, "WWW-Authenticate"), "Bearer");
	reply_free(r);
	client_headers(&c, "Authorization", "Basic bGFuOngK", NULL);
	assert_int_equal(client_status(&c, "GET", "/api/v1/openapi.json", ""), 401);
	client_headers(&c, NULL);
	assert_int_equal(client_status(&c, "GET", "/api/v1/openapi.json", ""), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_row, begin, end),
		cmocka_unit_test_setup_teardown(forms, begin, end),
		cmocka_unit_test_setup_teardown(sign_in_page, begin, end),
		cmocka_unit_test_setup_teardown(tokens_of_the_api, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
