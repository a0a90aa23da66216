/* web/urlencoded.h -- pairs of a query or of a form body: "a=1&b=%C3%A0+x".
 * Reads one pair after another.  Names and values are decoded into the arena, NUL-terminated,
 * and are well-formed UTF-8 without control characters (line breaks and tabs may stand in
 * values).  "a" alone is "a" with the value "".  Empty pairs ("&&") are passed over.
 * With soften, control characters in a value become blanks instead of an error, and softened
 * says that the last value had some: people paste them without seeing them.
 * Errors: ERR_INPUT for a broken %XX, bytes that are no text, or an empty name (field: the
 * name, as far as it is known); ERR_TOO_LARGE for a name or value over its limit. */
#ifndef WEB_URLENCODED_H
#define WEB_URLENCODED_H

#include "core/arena.h"
#include "core/err.h"

#include <stdbool.h>

struct urlencoded {
	const char *p, *end;
	struct arena *arena;
	size_t name_most, value_most; /* bytes as decoded */
	bool soften, softened;
};

void urlencoded_start(struct urlencoded *u, struct arena *a, const char *text, size_t len);
/* 1 a pair, 0 the end, -1 an error. */
int urlencoded_next(struct urlencoded *u, const char **name, const char **value, struct err *e);
/* text for use as a value in an address: all but letters, digits and -._~ as %XX. */
char *urlencoded_value(struct arena *a, const char *text);

#endif
