/* Fuzz: the answers of a response as JSON.  What is accepted packs, and unpacks to the same. */
#include "surveys/answers.h"
#include "tests/fuzz/form.h"

#include "tests/fuzz/fuzz.h"

static void packs_and_unpacks(const struct instrument *q, const struct answer *given, struct arena *a)
{
	struct answer *back = ARENA_ARRAY(a, struct answer, q->item_count);
	struct buf one, two;
	struct err e = { 0 };

	buf_init(&one, ANSWERS_MOST);
	buf_init(&two, ANSWERS_MOST);
	answers_pack(q, given, &one);
	FUZZ_HOLDS(back != NULL && !one.failed);
	FUZZ_HOLDS(answers_unpack(q, one.p, one.len, back, &e) == 0);
	answers_pack(q, back, &two);
	FUZZ_HOLDS(one.len == two.len && memcmp(one.p, two.p, one.len) == 0);
	buf_free(&one);
	buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct instrument *q = fuzz_form_instrument();
	struct arena *a = arena_new(4096, 1 << 22);
	struct answer *given = ARENA_ARRAY(a, struct answer, q->item_count);
	json_t *body = json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES, NULL);
	struct err_list bad = { 0 };
	struct err e = { 0 };

	if (answers_from_json(q, body, a, given, &bad) == 0)
		packs_and_unpacks(q, given, a);
	else
		FUZZ_HOLDS(bad.total > 0);
	/* the same bytes as if they came from the database */
	if (answers_unpack(q, data, len, given, &e) == 0)
		packs_and_unpacks(q, given, a);
	err_list_free(&bad);
	json_decref(body);
	arena_free(a);
	return 0;
}
