/* surveys/label.h -- texts in several languages: {"vi": "...", "en": "..."}.
 * Borrowed from the JSON value; nothing here allocates except label_search(). */
#ifndef SURVEYS_LABEL_H
#define SURVEYS_LABEL_H

#include "core/arena.h"

#include <jansson.h>

/* The text in that language, else Vietnamese, else English, else whichever there is; "" for none. */
const char *label_text(const json_t *label, const char *language);
/* All texts joined, as a search key (core/text.h); NULL: out of memory. */
char *label_search(struct arena *a, const json_t *label);
/* Parses a stored label; {} when it is none.  The caller's to json_decref(). */
json_t *label_parse(const char *stored);
/* Compact JSON in the arena, for storing; NULL: out of memory. */
char *label_store(struct arena *a, const json_t *label);

#endif
