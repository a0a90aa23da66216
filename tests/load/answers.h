/* tests/load/answers.h -- valid random answers to a questionnaire read from its JSON document. */
#ifndef TESTS_LOAD_ANSWERS_H
#define TESTS_LOAD_ANSWERS_H

#include "core/buf.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS  400
#define MAX_POINTS 64

struct item {
	char code[64];
	enum { CHOICE, NUMBER, TEXT } kind;
	char answers[MAX_POINTS][96]; /* "code":value, for each point, ready to be sent */
	size_t points;
	long min, max;
	bool not_applicable, required;
};

struct form {
	struct item items[MAX_ITEMS];
	size_t item_count;
	char **targets; /* ids */
	size_t target_count;
};

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "load_responses: %s%s%s\n", what, detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
	exit(2);
}

/* splitmix64 (Steele, Lea, Flood 2014): small, and any state is a good start. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline size_t below(uint64_t *state, size_t n)
{
	return (size_t)(next_random(state) % n);
}

static inline void add_point(struct item *it, const json_t *value)
{
	char code[sizeof it->code], *to;

	if (it->points >= MAX_POINTS)
		return;
	to = it->answers[it->points++];
	memcpy(code, it->code, sizeof code);
	snprintf(to, sizeof it->answers[0], "\"%s\":%.15g,", code, json_number_value(value));
}

static inline struct item *add_item(struct form *f, const json_t *from, const json_t *question)
{
	struct item *it = &f->items[f->item_count];
	const char *code = json_string_value(json_object_get(from, "code"));

	if (code == NULL || f->item_count == MAX_ITEMS)
		die("the questionnaire is not one this tool can answer", code);
	f->item_count++;
	snprintf(it->code, sizeof it->code, "%s", code);
	it->required = json_is_true(json_object_get(question, "required"));
	json_t *na = json_object_get(question, "not_applicable");
	it->not_applicable = na != NULL && !json_is_false(na) && !json_is_null(na);
	return it;
}

static inline void read_question(struct form *f, const json_t *q)
{
	const char *type = json_string_value(json_object_get(q, "type"));
	json_t *points = json_object_get(json_object_get(q, "scale"), "points"), *row, *point;
	size_t i, j;

	if (type == NULL)
		die("a question without a type", NULL);
	if (strcmp(type, "matrix") == 0) {
		json_array_foreach(json_object_get(q, "rows"), i, row) {
			struct item *it = add_item(f, row, q);
			json_array_foreach(points, j, point)
				add_point(it, json_object_get(point, "value"));
		}
		return;
	}
	struct item *it = add_item(f, q, q);
	if (strcmp(type, "single") == 0) {
		json_array_foreach(json_object_get(q, "options"), j, point)
			add_point(it, json_object_get(point, "value"));
	} else if (strcmp(type, "number") == 0) {
		json_t *max = json_object_get(q, "max");
		it->kind = NUMBER;
		it->min = (long)json_number_value(json_object_get(q, "min"));
		it->max = max == NULL ? it->min + 10 : (long)json_number_value(max);
	} else {
		it->kind = TEXT;
	}
}

static inline void read_instrument(struct form *f, const json_t *root)
{
	json_t *pages = json_object_get(root, "pages"), *page, *question;
	size_t i, j;

	json_array_foreach(pages, i, page)
		json_array_foreach(json_object_get(page, "questions"), j, question)
			read_question(f, question);
	if (f->item_count == 0)
		die("the questionnaire has no questions", NULL);
}

static inline void read_targets(struct form *f, const json_t *root)
{
	json_t *list = json_object_get(root, "items"), *t;
	size_t i;

	f->targets = calloc(json_array_size(list) + 1, sizeof *f->targets);
	json_array_foreach(list, i, t) {
		const char *id = json_string_value(json_object_get(t, "id"));
		if (id != NULL)
			f->targets[f->target_count++] = strdup(id);
	}
}

static inline void uuid_of(uint64_t *state, char out[37])
{
	uint64_t a = next_random(state), b = next_random(state);

	snprintf(out, 37, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
	    (unsigned)a & 0xfff, ((unsigned)(b >> 48) & 0x3fff) | 0x8000, b & 0xffffffffffffu);
}

static inline void add_answer(struct buf *b, const struct item *it, uint64_t *state)
{
	static const char *const texts[] = { "Nên có thêm bài tập và chữa bài trên lớp.", "Giảng viên rất tận tâm.",
		"More worked examples before the test, please.", "Tài liệu \\\"mới\\\" dễ đọc hơn\\nnăm trước." };

	if (it->not_applicable && below(state, 20) == 0) {
		buf_addf(b, "\"%s\":{\"missing\":\"not_applicable\"},", it->code);
	} else if (it->kind == TEXT) {
		if (it->required || below(state, 3) == 0)
			buf_addf(b, "\"%s\":\"%s\",", it->code, texts[below(state, 4)]);
	} else if (it->kind == NUMBER) {
		buf_addf(b, "\"%s\":%ld,", it->code, it->min + (long)below(state, (size_t)(it->max - it->min) + 1));
	} else {
		buf_puts(b, it->answers[below(state, it->points)]);
	}
}

#endif
