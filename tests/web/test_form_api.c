/* One response by the API, and the same one by the form. */
#include "tests/web/form.h"

#define GOOD_ANSWERS                                                                                                   \
	"\"answers\":{\"Q1\":5,\"Q2\":1,\"Q3\":{\"missing\":\"not_applicable\"},\"year\":2,\"hours\":2.5,\"why\":\"Vui\"}"

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
	reply_free(x);
	/* the form and the API are one door */
	x = post(*state, "open", "_id=" UUID_A "&_go=send&" ALL_GOOD);
	status_is(x, 200);
	has(x, receipt);
	reply_free(x);
	assert_int_equal(stored(*state), 1);
	x = api(*state, "open",
	    "{\"id\":\"" UUID_A "\",\"answers\":{\"Q1\":4,\"Q2\":1,\"Q3\":1,\"year\":2,\"hours\":1}}");
	status_is(x, 409);
	has(x, "\"status\":409");
	reply_free(x);
	reply_free(r);
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
		{ "open", "{\"id\":\"" UUID_A "\",\"simulated\":true," GOOD_ANSWERS "}", "\"field\":\"simulated\"",
		    422 },
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
		reply_free(r);
	}
	assert_int_equal(stored(*state), 0);
}

static void api_targets(void **state)
{
	struct reply *r = api(*state, "one", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}");

	status_is(r, 201); /* there is only one */
	reply_free(r);
	r = api(*state, "sections", "{\"id\":\"" UUID_A "\",\"target\":\"T3\"," GOOD_ANSWERS "}");
	status_is(r, 201);
	reply_free(r);
	/* the same answers about something else are other answers */
	r = api(*state, "sections", "{\"id\":\"" UUID_A "\",\"target\":\"T4\"," GOOD_ANSWERS "}");
	status_is(r, 409);
	reply_free(r);
}

static void api_busy(void **state)
{
	struct house *h = *state;
	struct reply *r;

	h->c.busy = true;
	r = api(h, "open", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}");
	status_is(r, 503);
	reply_free(r);
}

static void api_simulated(void **state)
{
	static const char body[] = "{\"id\":\"" UUID_A "\",\"simulated\":true," GOOD_ANSWERS "}";
	struct house *h = *state;
	struct client_account office, lecturer;
	struct reply *r;

	client_account(&h->c, "office@x.example", ROLE_QUALITY_OFFICE, NULL, &office);
	client_account(&h->c, "lecturer@x.example", ROLE_LECTURER, NULL, &lecturer);
	h->bearer = lecturer.bearer;
	r = api(h, "open", body);
	status_is(r, 422);
	reply_free(r);
	h->bearer = office.bearer;
	r = api(h, "open", body);
	status_is(r, 201);
	reply_free(r);
	assert_int_equal(store_int(&h->c.s, "SELECT simulated FROM holding"), 1);
	/* the same answers by a real respondent are other answers */
	h->bearer = NULL;
	r = api(h, "open", "{\"id\":\"" UUID_A "\"," GOOD_ANSWERS "}");
	status_is(r, 409);
	reply_free(r);
}

static struct reply *invite_some(struct house *h, const char *campaign, const char *body)
{
	char target[96];

	snprintf(target, sizeof target, "/api/v1/campaigns/%s/invitations", campaign);
	return send(h, target, body, "application/json");
}

static void api_invitations(void **state)
{
	struct house *h = *state;
	struct client_account office;
	struct reply *r, *x;
	char body[600];

	r = invite_some(h, "invited", "{\"count\":2}");
	status_is(r, 401);
	reply_free(r);
	client_account(&h->c, "office@x.example", ROLE_QUALITY_OFFICE, NULL, &office);
	h->bearer = office.bearer;
	r = invite_some(h, "open", "{\"count\":2}");
	status_is(r, 409);
	reply_free(r);
	r = invite_some(h, "invited", "{\"count\":2,\"people\":\"An\"}");
	status_is(r, 422);
	has(r, "\"field\":\"people\"");
	reply_free(r);
	r = invite_some(h, "invited", "{}");
	status_is(r, 422);
	has(r, "\"field\":\"count\"");
	reply_free(r);
	r = invite_some(h, "invited", "{\"count\":2}");
	status_is(r, 201);
	h->bearer = NULL;
	snprintf(body, sizeof body, "{\"id\":\"" UUID_A "\",\"invitation\":\"%s\"," GOOD_ANSWERS "}",
	    between(r, "\"token\":\"", "\""));
	x = api(h, "invited", body);
	status_is(x, 201);
	reply_free(x);
	/* one invitation, one response */
	memcpy(strstr(body, UUID_A), UUID_B, UUID_LEN);
	x = api(h, "invited", body);
	status_is(x, 409);
	reply_free(x);
	reply_free(r);
	assert_int_equal(stored(h), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { FORM_CASE(api_idempotence), FORM_CASE(api_faults), FORM_CASE(api_targets),
		FORM_CASE(api_busy), FORM_CASE(api_simulated), FORM_CASE(api_invitations) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
