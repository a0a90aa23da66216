/* First byte even: the rest are packed answers from a damaged file.  Odd: they are a JSON body,
 * and what is accepted must come back unchanged from its packed form. */
#include "surveys/answers.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define T "{\"en\":\"e\"}"
static const char document[] =
    "{\"code\":\"x\",\"title\":" T ",\"languages\":[\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":" T ",\"scale\":{\"points\":[{\"value\":1,\"label\":" T
    "},{\"value\":2,\"label\":" T "}]},\"rows\":[{\"code\":\"a\",\"label\":" T "},{\"code\":\"b\",\"label\":" T "}]},"
    "{\"type\":\"number\",\"code\":\"n\",\"text\":" T ",\"not_applicable\":true},"
    "{\"type\":\"text\",\"code\":\"t\",\"text\":" T "}]}]}";

static void round_trip(const struct instrument *q, const struct answer *given)
{
	struct answer back[4];
	struct err e = { 0 };
	struct buf one, two;

	buf_init(&one, ANSWERS_MOST);
	buf_init(&two, ANSWERS_MOST);
	answers_pack(q, given, &one);
	if (one.failed || answers_unpack(q, one.p, one.len, back, &e) < 0)
		abort();
	answers_pack(q, back, &two);
	if (one.len != two.len || memcmp(one.p, two.p, one.len) != 0)
		abort();
	buf_free(&one);
	buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct instrument *q;
	struct arena *a = arena_new(4096, 4 << 20);
	struct answer out[4];
	struct err e = { 0 };
	struct err_list errors = { 0 };
	json_t *body;

	if (q == NULL && instrument_parse(document, sizeof document - 1, &q, &e) < 0)
		abort();
	if (size > 0 && data[0] % 2 == 0) {
		answers_unpack(q, data + 1, size - 1, out, &e);
	} else if (size > 0) {
		body = json_loadb((const char *)data + 1, size - 1, 0, NULL);
		if (body != NULL && answers_from_json(q, body, a, out, &errors) == 0)
			round_trip(q, out);
		json_decref(body);
	}
	err_list_free(&errors);
	arena_free(a);
	return 0;
}
