/* tests/unit/analysing.h -- a method over the text of a CSV file, and figures out of its result.
 * Include after <cmocka.h>. */
#ifndef TESTS_UNIT_ANALYSING_H
#define TESTS_UNIT_ANALYSING_H

#include "analysis/analyse.h"

#include <stdlib.h>
#include <string.h>

static inline json_t *analysed(const char *method, const char *text, const struct analyse_arg *args, size_t n,
    struct err *e)
{
	struct analyse_call call = { .method = method, .args = args, .n = n };
	struct err_list bad = { 0 };
	const char *na = "";
	struct frame f;
	json_t *out;

	for (size_t i = 0; i < n; i++)
		if (strcmp(args[i].name, "na") == 0)
			na = args[i].value;
	assert_int_equal(frame_read_csv(text, strlen(text), na, &f, &bad, e), 0);
	out = analyse_run(&call, &f, e);
	frame_free(&f);
	return out;
}

/* The same with arguments up to one without a name. */
static inline json_t *analysed_with(const char *method, const char *text, const struct analyse_arg *args, struct err *e)
{
	size_t n = 0;

	while (args[n].name != NULL)
		n++;
	return analysed(method, text, args, n, e);
}

/* What stands at /a/b/0 of a result, or NULL; borrowed. */
static inline json_t *result_at(json_t *v, const char *pointer)
{
	while (v != NULL && *pointer == '/') {
		size_t n = strcspn(++pointer, "/");

		v = json_is_array(v) ? json_array_get(v, (size_t)strtoul(pointer, NULL, 10))
				     : json_object_getn(v, pointer, n);
		pointer += n;
	}
	return v;
}

static inline double number_at(json_t *v, const char *pointer)
{
	v = result_at(v, pointer);
	assert_true(json_is_number(v));
	return json_number_value(v);
}

static inline const char *text_at(json_t *v, const char *pointer)
{
	v = result_at(v, pointer);
	assert_true(json_is_string(v));
	return json_string_value(v);
}

#endif
