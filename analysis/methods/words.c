/* Sentences of a result: the message, what stands in its places, and both together in English. */
#include "analysis/methods/method.h"
#include "core/buf.h"

#define TEXT_MOST ((size_t)1 << 20)

static void english(const struct say *s, struct buf *out)
{
	switch (s->kind) {
	case SAY_NUMBER:
		buf_addf(out, "%.*f", s->decimals, s->x);
		break;
	case SAY_SHARE:
		buf_addf(out, "%.0f %%", s->x * 100);
		break;
	case SAY_P_VALUE:
		buf_addf(out, s->x < 0.001 ? "< 0.001" : "%.3f", s->x);
		break;
	case SAY_COUNT:
		buf_addf(out, "%.0f", s->x);
		break;
	case SAY_WORDS:
		buf_puts(out, s->text);
		break;
	case SAY_NONE:
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

/* Adds whole words and places alone, so that a text that meets the ceiling still ends with a character. */
static void fill(const char *message, const struct say *places, size_t n, struct buf *out)
{
	const char *from = message;

	for (const char *p = message; *p != '\0'; p++) {
		size_t place = (size_t)(p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}' ? p[1] - '0' : 0);

		if (place == 0 || place > n)
			continue;
		buf_add(out, from, (size_t)(p - from));
		english(places + place - 1, out);
		p += 2;
		from = p + 1;
	}
	buf_puts(out, from);
}

void analyse_words(json_t *list, int holds, const char *message, const struct say *places)
{
	json_t *args = json_array(), *one;
	struct buf text;
	size_t n = 0;

	while (places[n].kind != SAY_NONE)
		json_array_append_new(args, place_json(places + n++));
	buf_init(&text, TEXT_MOST);
	fill(message, places, n, &text);
	one = json_pack("{s:s, s:o, s:s}", "message", message, "args", args, "text", text.p != NULL ? text.p : "");
	buf_free(&text);
	if (holds >= 0)
		json_object_set_new(one, "holds", json_boolean(holds));
	json_array_append_new(list, one);
}
