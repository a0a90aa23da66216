/* surveys/answers.h -- what one respondent answered, typed, checked and packed.
 *
 * In memory: one struct answer an item of the instrument.  why == ANSWER_GIVEN: point (single,
 * matrix: index into the item's points), number, or text is set; else why says what is missing.
 *
 * Packed (the form that is stored and hashed; equal answers give equal bytes whatever the order
 * in which they were sent): one byte 1 (version), then by item
 *   single, matrix  1 byte: index of the point, or ANSWER_CODE + why
 *   number          1 byte: 0 or ANSWER_CODE + why; when 0, 8 bytes little-endian double
 *   text            1 byte: 0 or ANSWER_CODE + why; when 0, length (7 bits a byte, low first), bytes
 *
 * Reasons have the numbers of analysis/stats/view.h (enum an_why); tests hold them together. */
#ifndef SURVEYS_ANSWERS_H
#define SURVEYS_ANSWERS_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "surveys/instrument.h"

#include <jansson.h>

#define ANSWER_CODE    240
#define ANSWERS_FORMAT 1
#define ANSWERS_MOST   (256 * 1024) /* bytes packed */

enum answer_why {
	ANSWER_GIVEN,
	ANSWER_SKIPPED,
	ANSWER_NOT_SHOWN,
	ANSWER_NOT_APPLICABLE,
	ANSWER_UNREADABLE,
	ANSWER_NOT_SUBMITTED,
	ANSWER_EXCUSED,
	ANSWER_SET_ASIDE,
	ANSWER_WHY_COUNT
};
struct answer {
	enum answer_why why;
	unsigned point;
	double number;
	const char *text; /* borrowed; not NUL-terminated when unpacked */
	size_t text_len;
};

const char *answer_why_name(enum answer_why why); /* "given", "skipped", "not_applicable", ... */

/* {"Q1": 5, "Q2": "text", "Q3": {"missing": "not_applicable" | "skipped"}}; a member left out is
 * skipped.  out has instrument->item_count places.  Every fault is added to errors, line 0, with
 * field = item code; -1 when there was any. */
int answers_from_json(const struct instrument *q, const json_t *object, struct arena *a, struct answer *out,
    struct err_list *errors);
/* One field of a form: "" skipped, "na" not applicable, a value, or text.  -1 with the fault. */
int answers_from_text(const struct instrument *q, size_t item, const char *text, struct arena *a, struct answer *out,
    struct err *e);
/* Required items that were skipped, each as a fault of its code; -1 when there was any. */
int answers_required(const struct instrument *q, const struct answer *given, struct err_list *errors);
size_t answers_count(const struct instrument *q, const struct answer *given); /* answered or not applicable */

void answers_pack(const struct instrument *q, const struct answer *given, struct buf *out);
/* ERR_INTERNAL when the bytes are no packed answers of this instrument. */
int answers_unpack(const struct instrument *q, const void *packed, size_t len, struct answer *out, struct err *e);
/* Straight to scores: values[i] on the item's own scale (reverse applied when scored), why[i];
 * nominal choices as they are, texts count as given with value 0. */
int answers_scores(const struct instrument *q, const void *packed, size_t len, bool scored, double *values,
    unsigned char *why, struct err *e);

#endif
