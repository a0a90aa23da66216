/* Any bytes as a questionnaire: a struct or a fault, and what is accepted keeps its promises. */
#include "surveys/instrument.h"

#include <stdint.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct instrument *q;
	struct err e = { 0 };

	if (instrument_parse((const char *)data, size, &q, &e) < 0) {
		if (e.kind == ERR_NONE || q != NULL)
			abort();
		return 0;
	}
	for (size_t i = 0; i < q->item_count; i++)
		if (instrument_item_index(q, q->items[i].code) != i || q->items[i].question >= q->question_count)
			abort();
	instrument_free(q);
	return 0;
}
