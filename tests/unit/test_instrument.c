/* Questionnaires: what is read from a good document, and what is said of a bad one. */
#include "core/buf.h"
#include "surveys/instrument.h"
#include "surveys/label.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T2 "{\"vi\":\"v\",\"en\":\"e\"}"
#define POINTS                                                                                                         \
	"{\"points\":[{\"value\":1,\"label\":" T2 "},{\"value\":2,\"label\":" T2 "},{\"value\":3,\"label\":" T2 "}]}"
#define ROW(c) "{\"code\":\"" c "\",\"label\":" T2 "}"
#define MATRIX                                                                                                         \
	"{\"type\":\"matrix\",\"code\":\"m\",\"text\":" T2 ",\"scale\":" POINTS ",\"rows\":[" ROW("a") "," ROW("b") "]}"
#define TEXT(c) "{\"type\":\"text\",\"code\":\"" c "\",\"text\":" T2 "}"
#define DOC(questions, rest)                                                                                           \
	"{\"code\":\"x\",\"title\":" T2 ",\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":[" questions         \
	"]}]" rest "}"

static void good(void **state)
{
	static const char doc[] = DOC(MATRIX
	    ","
	    "{\"type\":\"single\",\"code\":\"s\",\"text\":" T2 ",\"nominal\":true,"
	    "\"not_applicable\":" T2 ",\"options\":[{\"value\":7,\"label\":" T2 "},{\"value\":-2,\"label\":" T2 "}]},"
	    "{\"type\":\"number\",\"code\":\"n\",\"text\":" T2 ",\"min\":0.5,\"unit\":" T2
	    ",\"integer\":false}," TEXT("t"),
	    ",\"scales\":[{\"code\":\"k\",\"title\":" T2 ",\"items\":[\"b\",\"a\"]}]");
	struct instrument *q;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(instrument_parse(doc, sizeof doc - 1, &q, &e), 0);
	assert_string_equal(q->code, "x");
	assert_int_equal(q->question_count, 4);
	assert_int_equal(q->item_count, 5); /* two rows, and one each */
	assert_string_equal(q->items[0].code, "a");
	assert_int_equal(q->items[1].type, ITEM_MATRIX);
	assert_true(q->items[0].min == 1 && q->items[0].max == 3);
	assert_int_equal(q->questions[0].item_count, 2);
	assert_int_equal(instrument_item_index(q, "s"), 2);
	assert_true(instrument_item_index(q, "m") == SIZE_MAX); /* a matrix is answered by its rows */
	assert_true(q->items[2].nominal && q->items[2].offers_na && q->items[2].na_label != NULL);
	assert_false(instrument_item_scaled(&q->items[2]));
	assert_true(q->items[2].min == -2 && q->items[2].max == 7);
	assert_true(q->items[3].min == 0.5 && isinf(q->items[3].max));
	assert_non_null(q->questions[2].unit);
	assert_int_equal(q->items[4].max_chars, 2000);
	assert_int_equal(q->scale_count, 1);
	assert_int_equal(q->scales[0].items[0], 1);
	assert_int_equal(q->straight_count, 2);
	assert_true(instrument_has_language(q, "en"));
	assert_false(instrument_has_language(q, "fr"));
	assert_string_equal(label_text(q->items[0].label, "en"), "e");
	instrument_free(q);
}

static const struct {
	const char *name, *doc, *field, *says;
} wrong[] = {
	{ "no JSON", "{\"code\":", "", "This is no valid JSON document (line:column 1:8): " },
	{ "a list", "[]", "/", "An object {…} must stand here." },
	{ "member twice", "{\"code\":\"x\",\"code\":\"y\"}", "", "This is no valid JSON document" },
	{ "no title", "{\"code\":\"x\",\"languages\":[\"vi\"],\"pages\":[]}", "/title", "“title” is missing here." },
	{ "code with a blank", "{\"code\":\"x y\",\"title\":" T2 ",\"languages\":[\"vi\",\"en\"],\"pages\":[]}",
	    "/code", "A code must stand here: a letter, then letters, digits, “_” or “-”, at most 40 in all." },
	{ "no page", "{\"code\":\"x\",\"title\":" T2 ",\"languages\":[\"vi\",\"en\"],\"pages\":[]}", "/pages",
	    "A list […] of 1 to 50 elements must stand here." },
	{ "language twice", "{\"code\":\"x\",\"title\":" T2 ",\"languages\":[\"vi\",\"vi\"],\"pages\":[]}",
	    "/languages/1", "Language “vi” stands here twice." },
	{ "title without English",
	    "{\"code\":\"x\",\"title\":{\"vi\":\"v\"},\"languages\":[\"vi\",\"en\"],\"pages\":[]}", "/title",
	    "The text in language “en” is missing." },
	{ "unknown member", DOC(TEXT("t"), ",\"pagse\":1"), "/pagse",
	    "There is no member “pagse” here; known are: code, title, languages, intro, pages, scales, straightlining." },
	{ "unknown type", DOC("{\"type\":\"stars\",\"code\":\"t\",\"text\":" T2 "}", ""), "/pages/0/questions/0/type",
	    "“stars” is not one of: single, matrix, number, text." },
	{ "options of a text", DOC("{\"type\":\"text\",\"code\":\"t\",\"text\":" T2 ",\"options\":[]}", ""),
	    "/pages/0/questions/0/options", "“options” does not belong to a question of type “text”." },
	{ "code twice", DOC(TEXT("t") "," TEXT("t"), ""), "/pages/0/questions/1",
	    "The item code “t” stands twice; every question and row needs its own." },
	{ "row code twice", DOC(MATRIX "," TEXT("a"), ""), "/pages/0/questions/1",
	    "The item code “a” stands twice; every question and row needs its own." },
	{ "scale down",
	    DOC("{\"type\":\"matrix\",\"code\":\"m\",\"text\":" T2 ",\"scale\":{\"points\":[{\"value\":2,\"label\":" T2
		"},{\"value\":1,\"label\":" T2 "}]},\"rows\":[" ROW("a") "]}",
		""),
	    "/pages/0/questions/0/scale/points/1/value", "The values of a scale must ascend from point to point." },
	{ "options alike",
	    DOC("{\"type\":\"single\",\"code\":\"m\",\"text\":" T2 ",\"options\":[{\"value\":2,\"label\":" T2
		"},{\"value\":2,\"label\":" T2 "}]}",
		""),
	    "/pages/0/questions/0/options/1/value", "Two options have the same value." },
	{ "half a point",
	    DOC("{\"type\":\"single\",\"code\":\"m\",\"text\":" T2 ",\"options\":[{\"value\":2.5,\"label\":" T2
		"},{\"value\":3,\"label\":" T2 "}]}",
		""),
	    "/pages/0/questions/0/options/0/value", "A whole number from -1000000 to 1000000 must stand here." },
	{ "min over max", DOC("{\"type\":\"number\",\"code\":\"n\",\"text\":" T2 ",\"min\":3,\"max\":2}", ""),
	    "/pages/0/questions/0/max", "“max” must not be smaller than “min”." },
	{ "scale item unknown", DOC(MATRIX, ",\"scales\":[{\"code\":\"k\",\"title\":" T2 ",\"items\":[\"a\",\"c\"]}]"),
	    "/scales/0/items/1", "There is no item “c”." },
	{ "text in a scale",
	    DOC(MATRIX "," TEXT("t"), ",\"scales\":[{\"code\":\"k\",\"title\":" T2 ",\"items\":[\"a\",\"t\"]}]"),
	    "/scales/0/items/1", "“t” has no scale, so it cannot stand here." },
	{ "control character",
	    DOC("{\"type\":\"text\",\"code\":\"t\",\"text\":{\"vi\":\"a\\u0007\",\"en\":\"e\"}}", ""),
	    "/pages/0/questions/0/text/vi",
	    "A text must stand here, of 1 to 1000 characters and without control characters." },
	{ "true in words", DOC("{\"type\":\"text\",\"code\":\"t\",\"text\":" T2 ",\"required\":\"yes\"}", ""),
	    "/pages/0/questions/0/required", "true or false must stand here." },
};

static void bad(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct instrument *q;
		struct err e = { 0 };
		char text[600];

		print_message("  %s\n", wrong[i].name);
		assert_int_equal(instrument_parse(wrong[i].doc, strlen(wrong[i].doc), &q, &e), -1);
		assert_null(q);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_string_equal(e.field, wrong[i].field);
		err_text(&e, NULL, NULL, text, sizeof text);
		if (strncmp(text, wrong[i].says, strlen(wrong[i].says)) != 0)
			assert_string_equal(text, wrong[i].says);
	}
}

static int parse_buf(struct buf *b, struct err *e)
{
	struct instrument *q;
	int rc = instrument_parse(b->p, b->len, &q, e);

	instrument_free(q);
	buf_free(b);
	return rc;
}

/* 401 items, 600 KiB, and a million brackets. */
static void too_much(void **state)
{
	struct err e = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, 4 << 20);
	buf_puts(&b,
	    "{\"code\":\"x\",\"title\":" T2
	    ",\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":[{\"type\":\"matrix\","
	    "\"code\":\"m\",\"text\":" T2 ",\"scale\":" POINTS ",\"rows\":[" ROW("a"));
	for (int i = 1; i < 399; i++)
		buf_addf(&b, ",{\"code\":\"r%d\",\"label\":" T2 "}", i);
	buf_puts(&b, "]}," TEXT("y") "," TEXT("z") "]}]}");
	assert_int_equal(parse_buf(&b, &e), -1);
	assert_string_equal(e.field, "/pages/0/questions/2");
	assert_string_equal(e.arg[0], "400");

	err_clear(&e);
	for (int i = 0; i < 600 * 1024; i++)
		buf_putc(&b, ' ');
	assert_int_equal(parse_buf(&b, &e), -1);
	assert_int_equal(e.kind, ERR_TOO_LARGE);

	err_clear(&e);
	for (int i = 0; i < 500000; i++)
		buf_putc(&b, '[');
	assert_int_equal(parse_buf(&b, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

/* The published schema and the reader know the same members and the same limits. */
static void schema_agrees(void **state)
{
	static const char *const question[] = { "single", "matrix", "number", "longtext" };
	json_t *s = json_load_file("surveys/instrument.schema.json", 0, NULL), *defs = json_object_get(s, "$defs");

	(void)state;
	assert_non_null(s); /* run from the top of the source */
	for (size_t i = 0; i < 4; i++) {
		json_t *props = json_object_get(json_object_get(defs, question[i]), "properties"), *value;
		const char *type = json_string_value(json_object_get(json_object_get(props, "type"), "const")), *name;

		json_object_foreach(props, name, value) {
			struct instrument *q;
			struct err e = { 0 };
			char doc[1024], text[600];

			if (strcmp(name, "type") == 0)
				continue;
			/* a value that is wrong everywhere: the complaint must be of the value, not of the name */
			snprintf(doc, sizeof doc,
			    DOC("{\"type\":\"%s\",\"code\":\"c\",\"text\":" T2 ",\"%s\":[[]]}", ""), type, name);
			assert_int_equal(instrument_parse(doc, strlen(doc), &q, &e), -1);
			err_text(&e, NULL, NULL, text, sizeof text);
			assert_null(strstr(text, "There is no member"));
			assert_null(strstr(text, "does not belong"));
		}
	}
	assert_int_equal(json_integer_value(
			     json_object_get(json_object_get(json_object_get(s, "properties"), "pages"), "maxItems")),
	    INSTRUMENT_PAGES_MOST);
	assert_int_equal(json_integer_value(
			     json_object_get(json_object_get(json_object_get(s, "properties"), "scales"), "maxItems")),
	    INSTRUMENT_SCALES_MOST);
	assert_int_equal(json_integer_value(
			     json_object_get(json_object_get(json_object_get(json_object_get(defs, "longtext"),
								 "properties"),
						 "max_chars"),
				 "maximum")),
	    INSTRUMENT_TEXT_MOST);
	json_decref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(too_much),
		cmocka_unit_test(schema_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
