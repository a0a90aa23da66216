/* Fuzz: an urlencoded form.  Names and values are well-formed text within their limits, and each
 * value is an answer or a fault of the item that it names. */
#include "core/text.h"
#include "surveys/answers.h"
#include "tests/fuzz/form.h"
#include "web/urlencoded.h"

#include "tests/fuzz/fuzz.h"

static void answer(const char *name, const char *value, struct arena *a)
{
	const struct instrument *q = fuzz_form_instrument();
	size_t item = instrument_item_index(q, name);
	struct answer out = { 0 };
	struct err e = { 0 };

	if (item == SIZE_MAX)
		item = strlen(value) % q->item_count;
	if (answers_from_text(q, item, value, a, &out, &e) < 0)
		FUZZ_HOLDS(e.kind == ERR_INPUT);
	else
		FUZZ_HOLDS(out.why < ANSWER_WHY_COUNT && e.kind == ERR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096, 1 << 22);
	struct urlencoded u;
	const char *name, *value;
	struct err e = { 0 };
	int rc;

	if (len == 0) {
		arena_free(a);
		return 0;
	}
	urlencoded_start(&u, a, (const char *)data + 1, len - 1);
	u.name_most = 40;
	u.value_most = 4000;
	u.soften = data[0] & 1;
	while ((rc = urlencoded_next(&u, &name, &value, &e)) == 1) {
		FUZZ_HOLDS(name[0] != '\0' && strlen(name) <= u.name_most && text_valid(name, strlen(name), false));
		FUZZ_HOLDS(strlen(value) <= u.value_most && text_valid(value, strlen(value), true));
		answer(name, value, a);
	}
	FUZZ_HOLDS(rc == 0 ? e.kind == ERR_NONE : e.kind == ERR_INPUT || e.kind == ERR_TOO_LARGE);
	arena_free(a);
	return 0;
}
