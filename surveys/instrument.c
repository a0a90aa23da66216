#include "surveys/instrument.h"

#include <stdlib.h>
#include <string.h>

const char *item_type_name(enum item_type type)
{
	static const char *const names[] = {
		[ITEM_SINGLE] = "single",
		[ITEM_MATRIX] = "matrix",
		[ITEM_NUMBER] = "number",
		[ITEM_TEXT] = "text",
	};
	return names[type];
}

void instrument_free(struct instrument *q)
{
	if (q == NULL)
		return;
	json_decref(q->doc);
	arena_free(q->arena);
	free(q);
}

size_t instrument_item_index(const struct instrument *q, const char *code)
{
	size_t from = 0, to = q->item_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int order = strcmp(code, q->items[q->by_code[mid]].code);

		if (order == 0)
			return q->by_code[mid];
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return SIZE_MAX;
}

bool instrument_has_language(const struct instrument *q, const char *language)
{
	for (size_t i = 0; i < q->language_count; i++)
		if (strcmp(q->languages[i], language) == 0)
			return true;
	return false;
}
