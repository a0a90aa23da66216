#include "surveys/label.h"

#include "core/text.h"

#include <string.h>

const char *label_text(const json_t *label, const char *language)
{
	const char *const order[] = { language, "vi", "en" };
	const char *key;
	json_t *value;

	if (!json_is_object(label))
		return "";
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const char *text = order[i] != NULL ? json_string_value(json_object_get(label, order[i])) : NULL;

		if (text != NULL)
			return text;
	}
	json_object_foreach((json_t *)label, key, value)
		if (json_is_string(value))
			return json_string_value(value);
	return "";
}

char *label_search(struct arena *a, const json_t *label)
{
	const char *key;
	json_t *value;
	char *all = arena_strdup(a, "");

	json_object_foreach((json_t *)label, key, value) {
		char *one = json_is_string(value) ? text_search_key(a, json_string_value(value)) : NULL;

		if (one != NULL && all != NULL)
			all = all[0] == '\0' ? one : arena_fmt(a, "%s | %s", all, one);
	}
	return all;
}

json_t *label_parse(const char *stored)
{
	json_t *label = stored != NULL ? json_loads(stored, 0, NULL) : NULL;

	if (json_is_object(label))
		return label;
	json_decref(label);
	return json_object();
}

char *label_store(struct arena *a, const json_t *label)
{
	size_t size = json_dumpb(label, NULL, 0, JSON_COMPACT);
	char *out = arena_get(a, size + 1, 1);

	if (out == NULL || size == 0)
		return NULL;
	json_dumpb(label, out, size, JSON_COMPACT);
	return out;
}
