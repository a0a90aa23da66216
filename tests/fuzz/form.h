/* tests/fuzz/form.h -- a questionnaire with every kind of question, for inputs that answer one. */
#ifndef TESTS_FUZZ_FORM_H
#define TESTS_FUZZ_FORM_H

#include "surveys/instrument.h"

#include <stdlib.h>
#include <string.h>

static const char fuzz_form[] =
    "{\"code\":\"f\",\"title\":{\"vi\":\"F\",\"en\":\"F\"},\"languages\":[\"vi\",\"en\"],\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":{\"vi\":\"a\",\"en\":\"a\"},\"required\":true,\"not_applicable\":true,"
    "\"scale\":{\"points\":[{\"value\":1,\"label\":{\"vi\":\"1\",\"en\":\"1\"}},{\"value\":2,\"label\":{\"vi\":\"2\",\"en\":\"2\"}},"
    "{\"value\":5,\"label\":{\"vi\":\"5\",\"en\":\"5\"}}]},"
    "\"rows\":[{\"code\":\"Q1\",\"label\":{\"vi\":\"a\",\"en\":\"a\"}},{\"code\":\"Q2\",\"label\":{\"vi\":\"b\",\"en\":\"b\"}}]},"
    "{\"type\":\"number\",\"code\":\"N\",\"text\":{\"vi\":\"a\",\"en\":\"a\"},\"min\":0,\"max\":80}]},{\"questions\":["
    "{\"type\":\"single\",\"code\":\"S\",\"text\":{\"vi\":\"a\",\"en\":\"a\"},\"options\":["
    "{\"value\":1,\"label\":{\"vi\":\"x\",\"en\":\"x\"}},{\"value\":2,\"label\":{\"vi\":\"y\",\"en\":\"y\"}}]},"
    "{\"type\":\"text\",\"code\":\"T\",\"text\":{\"vi\":\"a\",\"en\":\"a\"},\"max_chars\":50,\"comment\":true}]}]}";

static inline const struct instrument *fuzz_form_instrument(void)
{
	static struct instrument *q;
	struct err e = { 0 };

	if (q == NULL && instrument_parse(fuzz_form, strlen(fuzz_form), &q, &e) < 0)
		abort();
	return q;
}

#endif
