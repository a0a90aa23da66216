/* Sentences of a result: the message, what stands in its places, and both together in English. */
#include "analysis/methods/method.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void english(const struct say *s, char *out, size_t size)
{
	switch (s->kind) {
	case SAY_NUMBER:
		snprintf(out, size, "%.*f", s->decimals, s->x);
		break;
	case SAY_SHARE:
		snprintf(out, size, "%.0f %%", s->x * 100);
		break;
	case SAY_P_VALUE:
		snprintf(out, size, s->x < 0.001 ? "< 0.001" : "%.3f", s->x);
		break;
	case SAY_COUNT:
		snprintf(out, size, "%.0f", s->x);
		break;
	case SAY_WORDS:
		snprintf(out, size, "%s", s->text);
		break;
	case SAY_NONE:
		out[0] = '\0';
		break;
	}
}

static json_t *place_json(const struct say *s)
{
	switch (s->kind) {
	case SAY_NUMBER:
		return json_pack("{s:o, s:i}", "number", analyse_real(s->x), "decimals", s->decimals);
	case SAY_SHARE:
		return json_pack("{s:o}", "share", analyse_real(s->x));
	case SAY_P_VALUE:
		return json_pack("{s:o}", "p", analyse_real(s->x));
	case SAY_COUNT:
		return json_pack("{s:I}", "count", (json_int_t)s->x);
	case SAY_WORDS:
		return json_pack("{s:s}", "text", s->text);
	case SAY_NONE:
		break;
	}
	return json_null();
}

static void fill(const char *message, const struct say *places, size_t n, char *out, size_t size)
{
	size_t at = 0;

	for (const char *p = message; *p != '\0' && at + 1 < size; p++) {
		size_t place = (size_t)(p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}' ? p[1] - '0' : 0);

		if (place > 0 && place <= n) {
			english(places + place - 1, out + at, size - at);
			at += strlen(out + at);
			p += 2;
		} else {
			out[at++] = *p;
		}
	}
	out[at] = '\0';
}

void analyse_words(json_t *list, int holds, const char *message, const struct say *places)
{
	json_t *args = json_array(), *one;
	char text[1024];
	size_t n = 0;

	while (places[n].kind != SAY_NONE)
		json_array_append_new(args, place_json(places + n++));
	fill(message, places, n, text, sizeof text);
	one = json_pack("{s:s, s:o, s:s}", "message", message, "args", args, "text", text);
	if (holds >= 0)
		json_object_set_new(one, "holds", json_boolean(holds));
	json_array_append_new(list, one);
}
