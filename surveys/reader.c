#include "surveys/reader.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

json_t *reader_load(const char *text, size_t len, size_t limit, struct err *e)
{
	json_error_t fault;
	json_t *doc;
	char at[48], most[24];

	if (len > limit) {
		snprintf(most, sizeof most, "%zu", limit);
		err_set(e, ERR_TOO_LARGE, NULL, "The document is larger than {1} bytes.", most, NULL);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
	if (doc == NULL) {
		snprintf(at, sizeof at, "%d:%d", fault.line, fault.column);
		err_set(e, ERR_INPUT, NULL, "This is no valid JSON document (line:column {1}): {2}.", at, fault.text,
		    NULL);
	}
	return doc;
}

struct place reader_root(struct reader *r, const json_t *doc)
{
	return (struct place){ .r = r, .value = doc };
}

bool reader_failed(const struct place *p)
{
	return p->r->err->kind != ERR_NONE;
}

bool reader_present(const struct place *p)
{
	return p->value != NULL;
}

void reader_fault(const struct place *p, const char *message, const char *a, const char *b)
{
	err_set(p->r->err, ERR_INPUT, p->at[0] != '\0' ? p->at : "/", message, a != NULL ? a : "", b != NULL ? b : "",
	    NULL);
}

/* RFC 6901: ~ and / inside a name are written ~0 and ~1 */
static struct place below(const struct place *p, const char *name, const json_t *value)
{
	struct place out = { .r = p->r, .value = value };
	size_t n = strnlen(p->at, sizeof out.at - 2);

	memcpy(out.at, p->at, n);
	out.at[n++] = '/';
	for (; *name != '\0' && n + 3 < sizeof out.at; name++) {
		if (*name == '~' || *name == '/') {
			out.at[n++] = '~';
			out.at[n++] = *name == '~' ? '0' : '1';
		} else {
			out.at[n++] = *name;
		}
	}
	out.at[n] = '\0';
	return out;
}

static void join(char *out, size_t size, const char *const *words)
{
	size_t n = 0;

	out[0] = '\0';
	for (; *words != NULL && n < size; words++) {
		int add = snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", *words);

		if (add < 0)
			return;
		n += (size_t)add;
	}
}

bool reader_object(const struct place *p, const char *const *known)
{
	const char *key, *const *k;
	json_t *value;
	char all[256];

	if (reader_failed(p))
		return false;
	if (!json_is_object(p->value)) {
		reader_fault(p, "An object {…} must stand here.", NULL, NULL);
		return false;
	}
	json_object_foreach((json_t *)p->value, key, value) {
		for (k = known; *k != NULL && strcmp(*k, key) != 0; k++)
			;
		if (*k == NULL) {
			struct place at = below(p, key, value);

			join(all, sizeof all, known);
			reader_fault(&at, "There is no member “{1}” here; known are: {2}.", key, all);
			return false;
		}
	}
	return true;
}

struct place reader_optional(const struct place *p, const char *name)
{
	json_t *value = reader_failed(p) ? NULL : json_object_get(p->value, name);

	return below(p, name, value);
}

struct place reader_member(const struct place *p, const char *name)
{
	struct place at = reader_optional(p, name);

	if (at.value == NULL)
		reader_fault(&at, "“{1}” is missing here.", name, NULL);
	return at;
}

size_t reader_array(const struct place *p, size_t least, size_t most)
{
	size_t n = json_array_size(p->value);
	char lo[24], hi[24];

	if (reader_failed(p))
		return 0;
	snprintf(lo, sizeof lo, "%zu", least);
	snprintf(hi, sizeof hi, "%zu", most);
	if (json_is_array(p->value) && n >= least && n <= most)
		return n;
	reader_fault(p, "A list […] of {1} to {2} elements must stand here.", lo, hi);
	return 0;
}

struct place reader_element(const struct place *p, size_t i)
{
	char index[24];

	snprintf(index, sizeof index, "%zu", i);
	return below(p, index, reader_failed(p) ? NULL : json_array_get(p->value, i));
}

const char *reader_text(const struct place *p, size_t most_chars)
{
	const char *s = json_string_value(p->value);
	size_t len = json_string_length(p->value);
	char most[24];

	if (reader_failed(p))
		return NULL;
	snprintf(most, sizeof most, "%zu", most_chars);
	if (s == NULL || len == 0 || strlen(s) != len || !text_valid(s, len, true))
		reader_fault(p, "A text must stand here, of 1 to {1} characters and without control characters.", most,
		    NULL);
	else if (text_chars(s, len) > most_chars)
		reader_fault(p, "This text is longer than {1} characters.", most, NULL);
	return reader_failed(p) ? NULL : s;
}

const char *reader_code(const struct place *p, size_t most)
{
	const char *s = json_string_value(p->value);
	char limit[24];

	if (reader_failed(p))
		return NULL;
	snprintf(limit, sizeof limit, "%zu", most);
	if (s == NULL || strlen(s) != json_string_length(p->value) || !text_is_code(s, most)) {
		reader_fault(p,
		    "A code must stand here: a letter, then letters, digits, “_” or “-”, at most {1} in all.", limit,
		    NULL);
		return NULL;
	}
	return s;
}

size_t reader_word(const struct place *p, const char *const *words)
{
	const char *s = json_string_value(p->value);
	char all[256];

	if (reader_failed(p))
		return 0;
	for (size_t i = 0; s != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	join(all, sizeof all, words);
	reader_fault(p, "“{1}” is not one of: {2}.", s != NULL ? s : "…", all);
	return 0;
}

const json_t *reader_label(const struct place *p, size_t most_chars)
{
	const char *key;
	json_t *value;

	if (reader_failed(p))
		return NULL;
	if (!json_is_object(p->value) || json_object_size(p->value) == 0) {
		reader_fault(p, "A text in each language must stand here, as {\"vi\": \"…\", \"en\": \"…\"}.", NULL,
		    NULL);
		return NULL;
	}
	json_object_foreach((json_t *)p->value, key, value) {
		struct place at = below(p, key, value);

		if (!text_is_code(key, 12))
			reader_fault(&at, "“{1}” is no language code; write vi or en, for example.", key, NULL);
		else
			reader_text(&at, most_chars);
	}
	for (size_t i = 0; i < p->r->language_count; i++)
		if (json_object_get(p->value, p->r->languages[i]) == NULL)
			reader_fault(p, "The text in language “{1}” is missing.", p->r->languages[i], NULL);
	return reader_failed(p) ? NULL : p->value;
}

bool reader_bool(const struct place *p, bool otherwise)
{
	if (reader_failed(p) || p->value == NULL)
		return otherwise;
	if (!json_is_boolean(p->value))
		reader_fault(p, "true or false must stand here.", NULL, NULL);
	return json_is_true(p->value);
}

double reader_number(const struct place *p, double least, double most)
{
	double x = json_number_value(p->value);
	char lo[32], hi[32];

	if (reader_failed(p))
		return 0;
	if (json_is_number(p->value) && isfinite(x) && x >= least && x <= most)
		return x;
	snprintf(lo, sizeof lo, "%.15g", least);
	snprintf(hi, sizeof hi, "%.15g", most);
	reader_fault(p, "A number from {1} to {2} must stand here.", lo, hi);
	return 0;
}

long long reader_integer(const struct place *p, long long least, long long most)
{
	long long x = json_integer_value(p->value);
	char lo[32], hi[32];

	if (reader_failed(p))
		return 0;
	if (json_is_integer(p->value) && x >= least && x <= most)
		return x;
	snprintf(lo, sizeof lo, "%lld", least);
	snprintf(hi, sizeof hi, "%lld", most);
	reader_fault(p, "A whole number from {1} to {2} must stand here.", lo, hi);
	return 0;
}
