/* Fuzz: a questionnaire as JSON.  What is accepted can be used without a further check. */
#include "core/text.h"
#include "surveys/instrument.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct instrument *q = NULL;
	struct err e = { 0 };

	if (instrument_parse((const char *)data, len, &q, &e) < 0) {
		FUZZ_HOLDS(q == NULL && e.kind != ERR_NONE && e.kind != ERR_INTERNAL);
		return 0;
	}
	FUZZ_HOLDS(q->item_count >= 1 && q->item_count <= INSTRUMENT_ITEMS_MOST);
	FUZZ_HOLDS(text_is_code(q->code, INSTRUMENT_CODE_MOST));
	for (size_t i = 0; i < q->item_count; i++) {
		const struct instrument_item *it = &q->items[i];

		FUZZ_HOLDS(instrument_item_index(q, it->code) == i);
		FUZZ_HOLDS(it->page < q->page_count && it->question < q->question_count);
		FUZZ_HOLDS(it->point_count <= INSTRUMENT_POINTS_MOST);
		for (size_t p = 0; p < it->point_count; p++)
			FUZZ_HOLDS(json_is_object(it->points[p].label));
	}
	for (size_t s = 0; s < q->scale_count; s++)
		for (size_t i = 0; i < q->scales[s].item_count; i++)
			FUZZ_HOLDS(q->scales[s].items[i] < q->item_count);
	FUZZ_HOLDS(instrument_item_index(q, "no such item") == SIZE_MAX);
	instrument_free(q);
	return 0;
}
