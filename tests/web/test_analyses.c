/* Methods over stored responses: by the API, and on the workbench page. */
#include "tests/web/client.h"

#include "analysis/analyse.h"
#include "analysis/stats/status.h"
#include "analysis/tally.h"
#include "analysis/start.h"
#include "surveys/release.h"

#define ANALYSES "/api/v1/analyses"

static struct client c;
static struct client_account office, lecturer, leader;
static struct campaign k;

static void send_one(int target, int point)
{
	const struct instrument *q;
	struct answer a[5];
	char uuid[UUID_LEN + 1];
	struct response_submit r = { .campaign = k.id, .target = target, .client_id = uuid };
	struct err e = { 0 };
	struct buf b;

	STORE_OK(e, instrument_shared(c.s.db, k.instrument, &q, &e));
	memset(a, 0, sizeof a);
	a[0].point = (unsigned)point;
	a[1].point = (unsigned)(4 - point);
	a[2].point = (unsigned)((point + target) % 5);
	a[3].number = 4;
	a[4].why = ANSWER_SKIPPED;
	buf_init(&b, ANSWERS_MOST);
	answers_pack(q, a, &b);
	uuid_new(uuid);
	r.answers = b.p;
	r.answers_len = b.len;
	STORE_OK(e, store_submit(&c.s, &r, &e));
	buf_free(&b);
}

static int begin(void **state)
{
	static const struct store_campaign_want want = { "trial", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 3 };
	struct release_job job = { 0 };
	struct err e = { 0 };

	(void)state;
	client_open(&c);
	release_observe(tally_observe, NULL);
	store_campaign(&c.s, &want, &k);
	client_account(&c, "office@x.example", ROLE_QUALITY_OFFICE, NULL, &office);
	client_account(&c, "lecturer@x.example", ROLE_LECTURER, NULL, &lecturer);
	client_account(&c, "leader@x.example", ROLE_LECTURER, NULL, &leader);
	STORE_OK(e, target_link(c.s.db, k.id, 2, NULL, lecturer.id, &e));
	for (int i = 0; i < 20; i++)
		send_one(1 + i % 3, i % 5);
	job.secret = &c.s.secret;
	memcpy(job.campaign, k.id, sizeof job.campaign);
	STORE_OK(e, db_transact(c.s.db, DB_WRITE, release_run, &job, &e));
	return 0;
}

static int end(void **state)
{
	(void)state;
	release_observe(NULL, NULL);
	client_close(&c);
	return 0;
}

static void program(const struct client_account *who)
{
	client_headers(&c, "Authorization", who->bearer, "Content-Type", "application/json", NULL);
}

/* Posts; the answer as JSON, the caller's. */
static json_t *post(const char *body, int status)
{
	struct reply *r = client_ask(&c, "POST", ANALYSES, body);
	json_t *v;

	if (r->status != status)
		print_error("%s: %d %s\n", body, r->status, r->body);
	assert_int_equal(r->status, status);
	v = reply_json(r);
	reply_free(r);
	return v;
}

static json_t *get(const char *path, int status)
{
	struct reply *r = client_ask(&c, "GET", path, NULL);
	json_t *v;

	assert_int_equal(r->status, status);
	v = reply_json(r);
	reply_free(r);
	return v;
}

static const char *text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void by_api(void **state)
{
	static const char alpha[] = "{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\"}";
	char path[128], csv[160], id[64];
	struct reply *r;
	json_t *v, *again, *list;

	(void)state;
	program(&office);
	v = post(alpha, 200);
	assert_string_equal(text_at(v, "state"), "done");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(v, "result"), "n_used")), 20);
	snprintf(id, sizeof id, "%s", text_at(v, "id"));
	snprintf(path, sizeof path, ANALYSES "/%s", id);
	json_decref(v);

	/* asked again it is the same; everybody else knows of none */
	again = post(alpha, 200);
	assert_string_equal(text_at(again, "id"), id);
	json_decref(again);
	json_decref(get(path, 200));
	list = get(ANALYSES, 200);
	assert_int_equal(json_array_size(json_object_get(list, "items")), 1);
	json_decref(list);
	snprintf(csv, sizeof csv, "%s/tables/items", path);
	r = client_ask(&c, "GET", csv, NULL);
	assert_int_equal(r->status, 200);
	assert_memory_equal(r->body, "row,n,raw_r", 11);
	reply_free(r);
	snprintf(csv, sizeof csv, "%s/tables/nothing", path);
	assert_int_equal(client_status(&c, "GET", csv, NULL), 404);
	assert_int_equal(client_status(&c, "DELETE", path, ""), 200);
	program(&lecturer);
	assert_int_equal(client_status(&c, "GET", path, NULL), 404);
	assert_int_equal(client_status(&c, "DELETE", path, ""), 404);
	assert_int_equal(client_status(&c, "GET", "/api/v1/methods", NULL), 200);
	client_headers(&c, "Content-Type", "application/json", NULL);
	assert_int_equal(client_status(&c, "POST", ANALYSES, alpha), 401);
	assert_int_equal(client_status(&c, "GET", path, NULL), 401);
}

static void refusals(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *field;
	} cases[] = {
		{ "", 422, NULL },
		{ "[]", 422, NULL },
		{ "{", 422, NULL },
		{ "[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]", 422, NULL },
		{ "{\"campaign\":\"trial\"}", 422, "/method" },
		{ "{\"campaign\":\"none\",\"method\":\"alpha\",\"scale\":\"s\"}", 404, NULL },
		{ "{\"campaign\":\"trial\",\"method\":\"nothing\",\"scale\":\"s\"}", 422, "/method" },
		{ "{\"campaign\":\"trial\",\"method\":\"alpha\",\"items\":[\"Q1\",\"why\"]}", 422, "/items/1" },
		{ "{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\",\"options\":{\"level\":\"x\"}}", 422,
		    "level" },
	};

	(void)state;
	program(&office);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *v = post(cases[i].body, cases[i].status);

		if (cases[i].field != NULL)
			assert_string_equal(text_at(json_array_get(json_object_get(v, "errors"), 0), "field"),
			    cases[i].field);
		json_decref(v);
	}
	/* one without targets of their own is not told what is asked there either */
	program(&leader);
	json_decref(post("{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\"}", 403));
	json_decref(post("{\"campaign\":\"trial\",\"method\":\"alpha\",\"items\":[\"none\"]}", 403));
}

/* Refused at once, or by the calculation. */
static void sent_back(const char *body)
{
	struct reply *r = client_ask(&c, "POST", ANALYSES, body);

	if (r->status != 422 && (r->status != 200 || strstr(r->body, "\"failed\"") == NULL)) {
		print_error("%.300s: %d %.600s\n", body, r->status, r->body);
		fail();
	}
	reply_free(r);
}

/* What no program would send. */
static void hostile(void **state)
{
	static const char *const bodies[] = {
		"{\"campaign\":\"trial\",\"method\":\"top_share\",\"items\":[\"Q1\"],\"options\":{\"from\":1e400}}",
		"{\"campaign\":\"trial\",\"method\":\"top_share\",\"items\":[\"Q1\"],\"options\":{\"from\":\"nan\"}}",
		"{\"campaign\":\"trial\",\"method\":\"top_share\",\"items\":[\"Q1\"],\"options\":{\"top\":-1}}",
		"{\"campaign\":\"trial\",\"method\":\"bootstrap\",\"items\":[\"Q1\"],\"options\":{\"replicates\":1e18}}",
		"{\"campaign\":\"trial\",\"method\":\"bootstrap\",\"items\":[\"Q1\"],\"options\":{\"replicates\":99999999999999}}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\\u0000\",\"scale\":\"s\"}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"\xff\xfe\"}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"\\ud800\"}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\",\"scale\":\"s\"}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\",\"items\":{}}",
		"{\"campaign\":\"trial\",\"method\":\"alpha\",\"items\":[[\"Q1\"]]}",
		"{\"campaign\":\"trial\",\"method\":\"describe\",\"items\":[\"Q1\"],\"filter\":{\"item\":\"g\",\"value\":1e400}}",
		"{\"campaign\":\"trial\",\"method\":\"distribution\",\"items\":[\"Q1\"],\"options\":{\"values\":\"0:1e9\"}}",
		"{\"campaign\":\"trial\",\"method\":\"crosstab\",\"options\":{\"row\":\"Q1,\",\"column\":\"Q3\"}}",
		"{\"campaign\":[],\"method\":{}}",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
	};
	size_t most = 70000;
	char *body = malloc(most + 200);

	(void)state;
	program(&office);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		sent_back(bodies[i]);
	snprintf(body, 200,
	    "{\"campaign\":\"trial\",\"method\":\"anova\",\"items\":[\"Q1\"],\"options\":{\"levels\":\"");
	memset(body + strlen(body), 'a', most);
	snprintf(body + most, 200, "\"}}");
	sent_back(body);
	free(body);
}

/* A lecturer computes over own targets; what these cannot show is withheld. */
static void own(void **state)
{
	char path[128];
	struct err e = { 0 };
	json_t *v;

	(void)state;
	program(&lecturer);
	v = post("{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\"}", 200);
	assert_string_equal(text_at(v, "state"), "done");
	assert_true(json_integer_value(json_object_get(json_object_get(v, "result"), "n_used")) < 10);
	snprintf(path, sizeof path, ANALYSES "/%s", text_at(v, "id"));
	json_decref(v);
	/* what was computed is not told once the right is gone */
	STORE_OK(e, target_link(c.s.db, k.id, 2, NULL, leader.id, &e));
	json_decref(get(path, 403));
	STORE_OK(e, target_link(c.s.db, k.id, 2, NULL, lecturer.id, &e));
	json_decref(get(path, 200));
}

static void page(const char *lang, const char *query, const char *const *with)
{
	char target[300];
	struct reply *r;

	snprintf(target, sizeof target, "/workbench?%s", query);
	client_headers(&c, "Cookie", office.cookie, "Accept", "text/html", "Accept-Language", lang, NULL);
	r = client_ask(&c, "GET", target, NULL);
	if (r->status != 200)
		print_error("%s: %d %s\n", query, r->status, r->body);
	assert_int_equal(r->status, 200);
	for (; *with != NULL; with++) {
		if (strstr(r->body, *with) == NULL)
			print_error("%s lacks %s in\n%s\n", query, *with, r->body);
		assert_non_null(strstr(r->body, *with));
	}
	reply_free(r);
}
#define WORDS(...)                                                                                                     \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

/* A method that names columns gets lists and ticks of them; one that needs other data says so. */
static void controls(void **state)
{
	(void)state;
	page("en", "campaign=trial&method=regression",
	    WORDS("<select id=\"o.outcome\"", "name=\"o.predictors\" value=\"Q2\" checked", "value=\"target\"",
		"What the answers are about", "More options", "<option value=\"0.95\" selected>95"));
	page("en", "campaign=trial&method=crosstab&o.row=target&o.column=Q1&run=1",
	    WORDS("<option value=\"target\" selected>", "id=\"result\""));
	page("en", "campaign=trial&method=survey_mean&items=Q1&items=Q2&o.cluster=target&run=1",
	    WORDS("<span class=\"ci\">(", " to ", "Standard error"));
	page("en", "campaign=trial&method=cfa", WORDS("value=\"s: Q1, Q2", "Factors and their items"));
	page("en", "campaign=trial&method=kr20", WORDS("It needs answers of 0 and 1"));
	page("en", "campaign=trial", WORDS("Methods that need other data", "It needs a table of p-values"));
	/* a comma as Vietnamese writes it; fields made for another method are not taken */
	page("vi", "campaign=trial&method=nps&items=Q1&o.promoter=3,5&run=1", WORDS("value=\"3,5\""));
	page("en", "campaign=trial&method=omega_h&o.factors=Q1&made=trial+anova2&run=1",
	    WORDS("name=\"o.factors\" value=\"3\"", "value=\"trial omega_h\""));
	/* dashes of the command line are names of controls here */
	page("en", "campaign=trial&method=ancova&items=Q1&group=target&run=1",
	    WORDS("This could not be computed",
		"\xE2\x80\x9C"
		"Covariates"
		"\xE2\x80\x9D"));
	page("en", "", WORDS("id=\"calculations\"", "finished", "method=crosstab"));
}

/* Few people behind a filter are withheld with how many are needed. */
static void withheld(void **state)
{
	(void)state;
	page("en", "campaign=trial&method=describe&items=Q1&only=Q1%3D1&run=1", WORDS("Only a question with answers"));
	page("en", "campaign=trial&method=describe&items=Q1&only=Q1%3Dx&run=1", WORDS("n = 20 of 20"));
}

static void drawing(void **state)
{
	json_t *v;
	char path[128];
	struct reply *r;

	(void)state;
	program(&office);
	v = post("{\"campaign\":\"trial\",\"method\":\"alpha\",\"scale\":\"s\"}", 200);
	snprintf(path, sizeof path, ANALYSES "/%s/chart", text_at(v, "id"));
	assert_string_equal(text_at(json_object_get(v, "asked"), "scale"), "s");
	json_decref(v);
	r = client_ask(&c, "GET", path, NULL);
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
	reply_free(r);
	program(&lecturer);
	assert_int_equal(client_status(&c, "GET", path, NULL), 404);
	program(&office);
	v = post("{\"campaign\":\"trial\",\"method\":\"correlation\",\"scale\":\"s\"}", 200);
	snprintf(path, sizeof path, ANALYSES "/%s/chart", text_at(v, "id"));
	json_decref(v);
	assert_int_equal(client_status(&c, "GET", path, NULL), 404);
}

static size_t calculations(void)
{
	json_t *v = get(ANALYSES, 200);
	size_t n = json_array_size(json_object_get(v, "items"));

	json_decref(v);
	return n;
}

/* Looking at one that was begun begins none, also where it failed, and also when it is gone. */
static void looks_again(void **state)
{
	char query[200];
	size_t n;
	json_t *v;

	(void)state;
	program(&office);
	v = post("{\"campaign\":\"trial\",\"method\":\"cfa\",\"options\":{\"model\":\"f: Q1\"}}", 200);
	assert_string_equal(text_at(v, "state"), "failed");
	n = calculations();
	snprintf(query, sizeof query, "campaign=trial&method=cfa&job=%s", text_at(v, "id"));
	json_decref(v);
	page("en", query, WORDS("This could not be computed"));
	page("en", "campaign=trial&method=alpha&scale=s&job=gone", WORDS("no such calculation"));
	program(&office);
	assert_int_equal(calculations(), n);
}

static void goes_back(const char *back, const char *to)
{
	char body[400];
	struct reply *r;

	client_headers(&c, "Cookie", office.cookie, "Content-Type", "application/x-www-form-urlencoded",
	    "Sec-Fetch-Site", "same-origin", NULL);
	snprintf(body, sizeof body, "csrf=%s&analysis=x&back=%s", office.csrf, back);
	r = client_ask(&c, "POST", "/workbench/stop", body);
	assert_int_equal(r->status, 303);
	assert_string_equal(reply_header(r, "Location"), to);
	reply_free(r);
}

static void stop(void **state)
{
	(void)state;
	goes_back("campaign%3Dtrial%26o.run%3D1%26run%3D1", "/workbench?campaign=trial&o.run=1#calculations");
	goes_back("", "/workbench#calculations");
	goes_back("a%3D%22%3E", "/workbench");
	goes_back("run%3D1", "/workbench#calculations");
}

static void workbench(void **state)
{
	struct reply *r;
	char body[200];

	(void)state;
	page("en", "", WORDS("Trial survey", "Cronbach", "Continue"));
	page("en", "campaign=trial&method=alpha", WORDS("name=\"items\" value=\"Q1\"", "name=\"o.level\"", "Compute"));
	page("en", "campaign=trial&method=alpha&scale=s&run=1",
	    WORDS("What this does not show", "Assumptions checked", "library(psych)", "/tables/items", "n = 20"));
	page("en", "campaign=trial&method=alpha&run=1", WORDS("This could not be computed", "Choose the items"));
	page("en", "campaign=none&method=alpha", WORDS("This could not be computed"));
	page("en", "campaign=trial&method=alpha&items=Q1&items=Q3&o.level=2&run=1",
	    WORDS("This could not be computed", "value=\"Q3\" checked", "value=\"2\""));
	page("en", "campaign=trial&method=distribution&items=Q1&group=target&run=1", WORDS("Section 1"));
	client_headers(&c, "Cookie", office.cookie, "Accept", "text/html", NULL);
	assert_int_equal(client_status(&c, "GET", "/workbench?o.nothing=1", NULL), 422);
	/* stopping one that is not there is no fault, but needs the form's token */
	client_headers(&c, "Cookie", office.cookie, "Content-Type", "application/x-www-form-urlencoded",
	    "Sec-Fetch-Site", "same-origin", NULL);
	assert_int_equal(client_status(&c, "POST", "/workbench/stop", "analysis=x"), 403);
	snprintf(body, sizeof body, "csrf=%s&analysis=x", office.csrf);
	r = client_ask(&c, "POST", "/workbench/stop", body);
	assert_int_equal(r->status, 303);
	reply_free(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(by_api), cmocka_unit_test(refusals),
		cmocka_unit_test(hostile), cmocka_unit_test(own), cmocka_unit_test(workbench),
		cmocka_unit_test(controls), cmocka_unit_test(withheld), cmocka_unit_test(drawing),
		cmocka_unit_test(looks_again), cmocka_unit_test(stop) };

	analysis_start();
	return cmocka_run_group_tests(tests, begin, end);
}
