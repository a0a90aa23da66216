/* surveys/reader.h -- reads a JSON document from outside member by member, with exact faults.
 * Each function takes a place (the value and its JSON pointer) and fills one struct err with
 * field = pointer, message = what is wrong and what would be right.  The first fault wins; after
 * it every call gives a harmless default, so that a reader may run on and check once at the end.
 * Texts returned are borrowed from the document. */
#ifndef SURVEYS_READER_H
#define SURVEYS_READER_H

#include "core/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define READER_POINTER 160

struct reader {
	struct err *err;
	const char *const *languages; /* that every label must have; NULL: at least one text */
	size_t language_count;
};
struct place {
	struct reader *r;
	const json_t *value; /* NULL where a fault was met, or an optional member is absent */
	char at[READER_POINTER];
};

/* Parses text (at most limit bytes, valid UTF-8, no member twice); NULL with the error, line and
 * column in it. The caller's to json_decref(). */
json_t *reader_load(const char *text, size_t len, size_t limit, struct err *e);
struct place reader_root(struct reader *r, const json_t *doc);
bool reader_failed(const struct place *p);
/* Says that the value at p is wrong; message may have {1} {2} for a and b (NULL: none). */
void reader_fault(const struct place *p, const char *message, const char *a, const char *b);

/* An object whose members are all among known (NULL-terminated). */
bool reader_object(const struct place *p, const char *const *known);
struct place reader_member(const struct place *p, const char *name); /* must be there */
struct place reader_optional(const struct place *p, const char *name);
bool reader_present(const struct place *p);
/* An array of least to most elements; how many, 0 after a fault. */
size_t reader_array(const struct place *p, size_t least, size_t most);
struct place reader_element(const struct place *p, size_t i);

const char *reader_text(const struct place *p, size_t most_chars); /* not empty; NULL after a fault */
const char *reader_code(const struct place *p, size_t most);	   /* core/text.h: text_is_code() */
/* One of the words (NULL-terminated); its index, 0 after a fault. */
size_t reader_word(const struct place *p, const char *const *words);
/* Text per language; the value itself, NULL after a fault. */
const json_t *reader_label(const struct place *p, size_t most_chars);
bool reader_bool(const struct place *p, bool otherwise); /* otherwise: absent */
double reader_number(const struct place *p, double least, double most);
long long reader_integer(const struct place *p, long long least, long long most);

#endif
