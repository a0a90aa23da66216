/* Answers as they arrive, checked against the questionnaire. */
#include "surveys/answers.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "1, 2, 3, 4, 5" */
static void list_points(const struct instrument_item *it, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < it->point_count && n < size; i++) {
		int add = snprintf(out + n, size - n, "%s%.15g", i > 0 ? ", " : "", it->points[i].value);

		if (add < 0)
			return;
		n += (size_t)add;
	}
}

static int set_point(const struct instrument_item *it, double value, struct answer *out, struct err *e)
{
	char points[96], got[32];

	for (size_t i = 0; i < it->point_count; i++) {
		if (it->points[i].value == value) {
			out->why = ANSWER_GIVEN;
			out->point = (unsigned)i;
			return 0;
		}
	}
	list_points(it, points, sizeof points);
	snprintf(got, sizeof got, "%.15g", value);
	return err_set(e, ERR_INPUT, it->code, "{1} is not one of the values offered: {2}.", got, points, NULL);
}

static int set_number(const struct instrument_item *it, double value, struct answer *out, struct err *e)
{
	char lo[32], hi[32];

	if (it->integer && value != floor(value))
		return err_set(e, ERR_INPUT, it->code, "Please write a whole number.", NULL);
	snprintf(lo, sizeof lo, "%.15g", it->min);
	snprintf(hi, sizeof hi, "%.15g", it->max);
	if (value < it->min)
		return err_set(e, ERR_INPUT, it->code, "Please write a number not smaller than {1}.", lo, NULL);
	if (value > it->max)
		return err_set(e, ERR_INPUT, it->code, "Please write a number not larger than {1}.", hi, NULL);
	out->why = ANSWER_GIVEN;
	out->number = value;
	return 0;
}

/* Line ends of every kind become one, and blanks around the text go: the same answer, sent by a
 * form or by a program, has the same bytes. */
static int set_text(const struct instrument_item *it, const char *s, size_t len, struct arena *a, struct answer *out,
    struct err *e)
{
	char *copy, most[24];
	size_t n = 0;

	if (!text_valid(s, len, true))
		return err_set(e, ERR_INPUT, it->code, "This text holds characters that cannot be stored.", NULL);
	s = text_trim(s, &len);
	if (len == 0) {
		out->why = ANSWER_SKIPPED;
		return 0;
	}
	copy = arena_get(a, len + 1, 1);
	if (copy == NULL)
		return err_nomem(e);
	for (size_t i = 0; i < len; i++)
		if (!(s[i] == '\r' && i + 1 < len && s[i + 1] == '\n'))
			copy[n++] = s[i] == '\r' ? '\n' : s[i];
	if (text_chars(copy, n) > it->max_chars) {
		snprintf(most, sizeof most, "%zu", it->max_chars);
		return err_set(e, ERR_INPUT, it->code, "Please shorten this text to {1} characters at most.", most,
		    NULL);
	}
	out->why = ANSWER_GIVEN;
	out->text = copy;
	out->text_len = n;
	return 0;
}

static int set_missing(const struct instrument_item *it, bool not_applicable, struct answer *out, struct err *e)
{
	if (not_applicable && !it->offers_na)
		return err_set(e, ERR_INPUT, it->code, "“Not applicable” is not offered for this question.", NULL);
	out->why = not_applicable ? ANSWER_NOT_APPLICABLE : ANSWER_SKIPPED;
	return 0;
}

/* {"missing": "not_applicable"} */
static int read_missing(const struct instrument_item *it, const json_t *value, struct answer *out, struct err *e)
{
	const char *word = json_string_value(json_object_get(value, "missing"));

	if (json_object_size(value) == 1 && word != NULL && strcmp(word, "not_applicable") == 0)
		return set_missing(it, true, out, e);
	if (json_object_size(value) == 1 && word != NULL && strcmp(word, "skipped") == 0)
		return set_missing(it, false, out, e);
	return err_set(e, ERR_INPUT, it->code,
	    "In place of an answer write {\"missing\": \"not_applicable\"} or {\"missing\": \"skipped\"}.", NULL);
}

static int read_value(const struct instrument_item *it, const json_t *value, struct arena *a, struct answer *out,
    struct err *e)
{
	if (json_is_null(value))
		return set_missing(it, false, out, e);
	if (json_is_object(value))
		return read_missing(it, value, out, e);
	if (it->type == ITEM_TEXT) {
		if (json_is_string(value))
			return set_text(it, json_string_value(value), json_string_length(value), a, out, e);
		return err_set(e, ERR_INPUT, it->code, "The answer to this question is a text, in quotation marks.",
		    NULL);
	}
	if (!json_is_number(value))
		return err_set(e, ERR_INPUT, it->code,
		    "The answer to this question is a number, without quotation marks.", NULL);
	if (it->type == ITEM_NUMBER)
		return set_number(it, json_number_value(value), out, e);
	return set_point(it, json_number_value(value), out, e);
}

int answers_from_json(const struct instrument *q, const json_t *object, struct arena *a, struct answer *out,
    struct err_list *errors)
{
	size_t before = errors->total;
	const char *key;
	json_t *value;
	struct err e = { 0 };

	for (size_t i = 0; i < q->item_count; i++)
		out[i] = (struct answer){ .why = ANSWER_SKIPPED };
	if (!json_is_object(object)) {
		err_set(&e, ERR_INPUT, "answers", "The answers must be an object: {\"code\": value, …}.", NULL);
		err_list_add(errors, 0, &e);
		return -1;
	}
	json_object_foreach((json_t *)object, key, value) {
		size_t i = instrument_item_index(q, key);

		err_clear(&e);
		if (i == SIZE_MAX)
			err_set(&e, ERR_INPUT, key, "The questionnaire has no item “{1}”.", key, NULL);
		else
			read_value(&q->items[i], value, a, &out[i], &e);
		if (e.kind != ERR_NONE)
			err_list_add(errors, 0, &e);
	}
	return errors->total == before ? 0 : -1;
}

int answers_from_text(const struct instrument *q, size_t item, const char *text, struct arena *a, struct answer *out,
    struct err *e)
{
	const struct instrument_item *it = &q->items[item];
	size_t len = strlen(text);
	const char *trimmed;
	char number[64];
	double value;

	*out = (struct answer){ .why = ANSWER_SKIPPED };
	if (it->type == ITEM_TEXT)
		return set_text(it, text, len, a, out, e);
	trimmed = text_trim(text, &len);
	if (len == 0)
		return 0;
	if (len == 2 && memcmp(trimmed, "na", 2) == 0)
		return set_missing(it, true, out, e);
	snprintf(number, sizeof number, "%.*s", (int)(len < sizeof number ? len : sizeof number - 1), trimmed);
	for (char *c = number; *c != '\0'; c++) /* people write 2,5 where the keyboard has a comma */
		if (*c == ',')
			*c = '.';
	if (len >= sizeof number || !text_number(number, &value))
		return err_set(e, ERR_INPUT, it->code, "Please write a number.", NULL);
	return it->type == ITEM_NUMBER ? set_number(it, value, out, e) : set_point(it, value, out, e);
}

int answers_required(const struct instrument *q, const struct answer *given, struct err_list *errors)
{
	size_t before = errors->total;

	for (size_t i = 0; i < q->item_count; i++) {
		const struct instrument_item *it = &q->items[i];
		struct err e = { 0 };

		if (!it->required || given[i].why != ANSWER_SKIPPED)
			continue;
		if (it->type == ITEM_TEXT || it->type == ITEM_NUMBER)
			err_set(&e, ERR_INPUT, it->code, "Please answer this question.", NULL);
		else if (it->offers_na)
			err_set(&e, ERR_INPUT, it->code, "Please choose one answer, or “Not applicable”.", NULL);
		else
			err_set(&e, ERR_INPUT, it->code, "Please choose one answer.", NULL);
		err_list_add(errors, 0, &e);
	}
	return errors->total == before ? 0 : -1;
}
