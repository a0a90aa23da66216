/* core/text.h -- UTF-8 text from strangers and for readers.
 * Lengths are bytes unless a name says characters.  Nothing here depends on the locale. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Well-formed UTF-8 without control characters; line breaks and tabs only when multiline. */
bool text_valid(const char *s, size_t len, bool multiline);
size_t text_chars(const char *s, size_t len); /* code points of well-formed text */
/* [a-zA-Z][a-zA-Z0-9_-]*, 1 to max bytes: a code that people give to things. */
bool text_is_code(const char *s, size_t max);
/* For search: lower case, marks removed, d for đ; composed or decomposed input alike.
 * NULL when out of memory or the text is not well-formed. */
char *text_search_key(struct arena *a, const char *s);
/* Order of names in a list, as strcmp says it: by the letters, whatever their case and marks; blanks and
 * signs, then digits, stand before letters.  Where only those differ: the plain letter, the small one first. */
int text_order(const char *x, const char *y);
/* Without leading and trailing white space; points into s, *len is set. */
const char *text_trim(const char *s, size_t *len);
/* A decimal number in C notation ("12", "-0.5", "1e3"), whole string, finite. */
bool text_number(const char *s, double *out);
bool text_integer(const char *s, long long *out);

#endif
