#include "surveys/list.h"

#include "core/text.h"

#include <string.h>

const char *list_search(const struct list_query *q, struct arena *a, struct err *e)
{
	const char *key;

	if (q->search == NULL)
		return "";
	if (!text_valid(q->search, strlen(q->search), false)) {
		err_set(e, ERR_INPUT, "search", "The words to look for are no valid text.", NULL);
		return NULL;
	}
	key = text_search_key(a, q->search);
	if (key == NULL)
		err_nomem(e);
	return key;
}
