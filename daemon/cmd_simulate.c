/* Seeded answers over HTTP, as real respondents send them, marked as simulated.  The same seed
 * and number make the same identifier and the same answers: run twice, nothing is added. */
#include "daemon/command.h"

#include "core/clock.h"
#include "surveys/instrument.h"

#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPLY_MOST ((size_t)16 << 20)

static const struct option_row rows[] = {
	{ .name = "url", .arg = "URL", .fallback = "http://127.0.0.1:8080", .help = "the running daemon" },
	{ .name = "campaign", .arg = "CODE", .help = "the campaign to answer (needed)" },
	{ .name = "count", .arg = "N", .fallback = "10", .help = "how many responses" },
	{ .name = "seed", .arg = "N", .fallback = "1", .help = "another seed, other respondents" },
	{ .name = "interval", .arg = "MS", .fallback = "0", .help = "milliseconds between two responses" },
	{ .name = "token-file",
	    .arg = "FILE",
	    .fallback = "build/demo/token",
	    .help = "a token of the quality office: others may not send simulated answers" },
	{ 0 },
};

struct simulation {
	CURL *curl;
	struct curl_slist *headers;
	const char *url, *campaign;
	struct instrument *q;
	json_t *targets;
	struct buf reply;
	uint64_t state;
};

/* ---- numbers: splitmix64, so that a seed gives the same answers on every machine ---- */

static uint64_t next(struct simulation *s)
{
	uint64_t z = (s->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double unit(struct simulation *s) /* 0 <= u < 1 */
{
	return (double)(next(s) >> 11) * 0x1.0p-53;
}

/* near enough to normal: the sum of twelve uniforms has variance 1 */
static double about_normal(struct simulation *s)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += unit(s);
	return sum;
}

/* ---- answers ---- */

static json_t *scaled(struct simulation *s, const struct instrument_item *it, double attitude)
{
	double place = 0.62 + 0.16 * attitude + 0.14 * about_normal(s);
	size_t i;

	if (it->reverse)
		place = 1 - place;
	place = place < 0 ? 0 : place > 0.999 ? 0.999 : place;
	i = it->nominal ? (size_t)(unit(s) * (double)it->point_count) : (size_t)(place * (double)it->point_count);
	return json_real(it->points[i].value);
}

static json_t *number(struct simulation *s, const struct instrument_item *it)
{
	double lo = isfinite(it->min) ? it->min : 0, hi = isfinite(it->max) ? it->max : lo + 10;
	double v = lo + unit(s) * (hi - lo);

	return it->integer ? json_integer((json_int_t)floor(v)) : json_real(floor(v * 10) / 10);
}

static json_t *sentence(struct simulation *s)
{
	static const char *const some[] = {
		"Ví dụ minh hoạ rõ, bài tập sát với đề thi.",
		"Nên có thêm thời gian thảo luận trên lớp.",
		"Phản hồi về bài tập lớn đến hơi muộn.",
		"The examples made the theory clear.",
		"More practice with real data, please.",
		"The workload was well spread over the term.",
	};
	return json_string(some[next(s) % (sizeof some / sizeof *some)]);
}

static json_t *answer(struct simulation *s, const struct instrument_item *it, double attitude)
{
	if (it->offers_na && unit(s) < 0.04)
		return json_pack("{s:s}", "missing", "not_applicable");
	if (it->type == ITEM_TEXT)
		return it->required || unit(s) < 0.25 ? sentence(s) : NULL;
	if (!it->required && unit(s) < 0.03)
		return NULL;
	return it->type == ITEM_NUMBER ? number(s, it) : scaled(s, it, attitude);
}

static json_t *response(struct simulation *s, int64_t seed, int64_t nth)
{
	json_t *answers = json_object(), *body;
	size_t targets = json_array_size(s->targets);
	double attitude;
	char id[UUID_LEN + 1];
	uint64_t a, b;

	s->state = (uint64_t)seed * 0x100000001b3u ^ (uint64_t)nth * 0x9e3779b97f4a7c15u;
	a = next(s);
	b = next(s);
	snprintf(id, sizeof id, "%08x-%04x-4%03x-a%03x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
	    (unsigned)a & 0xfff, (unsigned)(b >> 52), (unsigned long long)b & 0xffffffffffffULL);
	attitude = about_normal(s);
	body = json_pack("{s:s, s:s, s:b, s:o}", "id", id, "language", next(s) & 1 ? "vi" : "en", "simulated", 1,
	    "answers", answers);
	if (targets > 0)
		json_object_set(body, "target", json_object_get(json_array_get(s->targets, next(s) % targets), "id"));
	for (size_t i = 0; i < s->q->item_count; i++) {
		json_t *one = answer(s, &s->q->items[i], attitude);

		if (one != NULL)
			json_object_set_new(answers, s->q->items[i].code, one);
	}
	return body;
}

/* ---- HTTP ---- */

static size_t keep(char *p, size_t size, size_t n, void *to)
{
	struct buf *b = to;

	buf_add(b, p, size * n);
	return b->failed ? 0 : size * n;
}

/* The status, or -1 with err. */
static long request(struct simulation *s, const char *path, const char *body, struct err *e)
{
	char address[512];
	CURLcode rc;
	long status = -1;

	snprintf(address, sizeof address, "%s/api/v1/campaigns/%s%s", s->url, s->campaign, path);
	buf_clear(&s->reply);
	curl_easy_setopt(s->curl, CURLOPT_URL, address);
	curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, &s->reply);
	curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, 60L);
	if (body != NULL)
		curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, body);
	else
		curl_easy_setopt(s->curl, CURLOPT_HTTPGET, 1L);
	rc = curl_easy_perform(s->curl);
	if (rc != CURLE_OK)
		return err_set(e, ERR_INPUT, "url", "{1} does not answer: {2}.", s->url, curl_easy_strerror(rc), NULL);
	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static int refused(struct simulation *s, long status, struct err *e)
{
	json_t *problem = s->reply.p != NULL ? json_loadb(s->reply.p, s->reply.len, 0, NULL) : NULL;
	const char *detail = json_string_value(json_object_get(problem, "detail"));
	char number[16];

	snprintf(number, sizeof number, "%ld", status);
	err_set(e, ERR_INPUT, NULL, "The daemon answered {1}: {2}", number, detail != NULL ? detail : "", NULL);
	json_decref(problem);
	return -1;
}

static json_t *get(struct simulation *s, const char *path, struct err *e)
{
	long status = request(s, path, NULL, e);
	json_t *v = NULL;

	if (status == 200)
		v = json_loadb(s->reply.p, s->reply.len, 0, NULL);
	if (v == NULL && status >= 0)
		refused(s, status, e);
	return v;
}

/* The document as it was published: without what the interface adds beside it. */
static char *document_of(json_t *reply)
{
	static const char *const parts[] = { "code", "title", "languages", "intro", "pages", "scales",
		"straightlining" };
	json_t *doc = json_object();
	char *text;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (json_object_get(reply, parts[i]) != NULL)
			json_object_set(doc, parts[i], json_object_get(reply, parts[i]));
	text = json_dumps(doc, 0);
	json_decref(doc);
	return text;
}

static int read_campaign(struct simulation *s, struct err *e)
{
	json_t *reply = get(s, "/instrument", e), *targets;
	char *text;
	int rc;

	if (reply == NULL)
		return -1;
	text = document_of(reply);
	json_decref(reply);
	if (text == NULL)
		return err_nomem(e);
	rc = instrument_parse(text, strlen(text), &s->q, e);
	free(text);
	targets = rc == 0 ? get(s, "/targets?limit=500", e) : NULL;
	if (targets == NULL)
		return -1;
	s->targets = json_incref(json_object_get(targets, "items"));
	json_decref(targets);
	return 0;
}

static int send_all(struct simulation *s, int64_t count, int64_t seed, int64_t interval, struct err *e)
{
	for (int64_t i = 0; i < count; i++) {
		struct timespec pause = { interval / 1000, interval % 1000 * 1000000 };
		json_t *body = response(s, seed, i);
		char *text = json_dumps(body, JSON_COMPACT);
		long status = text != NULL ? request(s, "/responses", text, e) : err_nomem(e);

		json_decref(body);
		free(text);
		if (status < 0 || (status != 200 && status != 201 && refused(s, status, e) < 0))
			return -1;
		if (interval > 0)
			nanosleep(&pause, NULL);
	}
	printf("%lld simulated responses were accepted\n", (long long)count);
	return 0;
}

static int headers(struct simulation *s, const char *file, struct err *e)
{
	char *token, line[256];
	size_t len;

	if (read_file_whole(file, 4096, &token, &len, e) < 0)
		return -1;
	token[strcspn(token, "\r\n")] = '\0';
	snprintf(line, sizeof line, "Authorization: Bearer %.200s", token);
	free(token);
	s->headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"), line);
	s->headers = curl_slist_append(s->headers, "Accept-Language: en");
	return 0;
}

static int simulate(struct options *o, struct err *e)
{
	struct simulation s = { .url = option(o, "url"), .campaign = option(o, "campaign") };
	int64_t count, seed, interval;
	int rc = -1;

	if (s.campaign == NULL ||
	    strspn(s.campaign, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") !=
		strlen(s.campaign)) {
		err_set(e, ERR_INPUT, "campaign", "Name the campaign: --campaign CODE.", NULL);
		return EXIT_USAGE;
	}
	if (option_int(o, "count", 1, 1000000, &count, e) < 0 || option_int(o, "seed", 0, INT64_MAX, &seed, e) < 0 ||
	    option_int(o, "interval", 0, 3600000, &interval, e) < 0)
		return EXIT_USAGE;
	buf_init(&s.reply, REPLY_MOST);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	s.curl = curl_easy_init();
	if (s.curl == NULL)
		err_nomem(e);
	else if (headers(&s, option(o, "token-file"), e) == 0 && read_campaign(&s, e) == 0)
		rc = send_all(&s, count, seed, interval, e);
	curl_slist_free_all(s.headers);
	curl_easy_cleanup(s.curl);
	curl_global_cleanup();
	json_decref(s.targets);
	instrument_free(s.q);
	buf_free(&s.reply);
	return rc == 0 ? EXIT_FINE : EXIT_FAILED;
}

const struct command cmd_simulate = {
	.name = "simulate",
	.usage = "--campaign CODE [--url URL] [--count N] [--seed N] [--interval MS] [--token-file FILE]",
	.summary = "Answer a campaign over HTTP with seeded answers, marked as simulated",
	.options = rows,
	.run = simulate,
};
