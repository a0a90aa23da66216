/* surveys/instrument.h -- one immutable version of a questionnaire.
 *
 * The document is JSON (surveys/instrument.schema.json says exactly which):
 *   {"code", "title": {"vi", "en"}, "languages": ["vi", "en"], "intro": {..},
 *    "pages": [{"title": {..}, "questions": [{"type": "single" | "matrix" | "number" | "text", ...}]}],
 *    "scales": [{"code", "title", "items": [codes]}], "straightlining": [codes]}
 * instrument_parse() agrees with the schema and says more: duplicate codes, missing languages,
 * scale items that do not exist.  Faults name the JSON pointer (struct err field).
 *
 * A response holds one answer an item, in the order of `items`: a single, number or text
 * question is one item with the question's code; a matrix is one item a row, with the row's
 * code.  Values are always stored as the respondent gave them; `reverse` says that an item is
 * worded against its scale, so that scoring takes min + max - value.
 *
 * Labels are borrowed JSON objects of language to text (surveys/label.h).
 * Owner: instrument_free(); one got by instrument_shared() belongs to the process. */
#ifndef SURVEYS_INSTRUMENT_H
#define SURVEYS_INSTRUMENT_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "surveys/list.h"

#include <jansson.h>

#define INSTRUMENT_BYTES_MOST	  (512 * 1024)
#define INSTRUMENT_ITEMS_MOST	  400
#define INSTRUMENT_PAGES_MOST	  50
#define INSTRUMENT_POINTS_MOST	  50 /* options of a choice, points of a scale */
#define INSTRUMENT_SCALES_MOST	  50
#define INSTRUMENT_LANGUAGES_MOST 8
#define INSTRUMENT_CODE_MOST	  40
#define INSTRUMENT_TEXT_MOST	  10000 /* characters of a long text, when the document sets no limit: 2000 */

enum item_type { ITEM_SINGLE, ITEM_MATRIX, ITEM_NUMBER, ITEM_TEXT };

struct instrument_point {
	double value; /* ascending within a scale; options keep the document's order */
	const json_t *label;
};
struct instrument_item {
	const char *code;
	enum item_type type;
	bool required, reverse;
	bool integer;			       /* number: whole numbers only */
	bool nominal;			       /* single: the values are names without order */
	bool comment;			       /* text: shown under the rule for comments */
	bool offers_na;			       /* "not applicable" may be chosen */
	const json_t *na_label;		       /* own wording for it, or NULL */
	const json_t *label;		       /* what is asked: the question's text, or the row's label */
	const struct instrument_point *points; /* single, matrix */
	size_t point_count;
	double min, max;       /* lowest and highest value; a number without bounds: -INFINITY, INFINITY */
	size_t max_chars;      /* text */
	size_t page, question; /* indexes */
};
struct instrument_question {
	const char *code;
	enum item_type type;
	bool required;
	const json_t *text, *hint, *unit; /* hint, unit: or NULL */
	size_t page, first_item, item_count;
};
struct instrument_page {
	const json_t *title; /* or NULL */
	size_t first_question, question_count;
};
struct instrument_scale { /* items that measure one thing together */
	const char *code;
	const json_t *title;
	const size_t *items; /* indexes of items */
	size_t item_count;
};
struct instrument {
	char id[ID_LEN + 1]; /* "" before it is stored */
	int version;
	const char *code;
	const json_t *title, *intro; /* intro: or NULL */
	const char *const *languages;
	size_t language_count;
	const struct instrument_page *pages;
	size_t page_count;
	const struct instrument_question *questions;
	size_t question_count;
	const struct instrument_item *items;
	size_t item_count;
	const struct instrument_scale *scales;
	size_t scale_count;
	const size_t *straight; /* items of the straight-lining index, in order of the form; may be none */
	size_t straight_count;
	json_t *doc;
	struct arena *arena;   /* all of the above */
	const size_t *by_code; /* item indexes sorted by code */
};

int instrument_parse(const char *text, size_t len, struct instrument **out, struct err *e);
void instrument_free(struct instrument *q); /* NULL is allowed */

/* Index of an item, SIZE_MAX when there is none. */
size_t instrument_item_index(const struct instrument *q, const char *code);
/* Choice or matrix row with ordered values: has points, mean and distribution. */
static inline bool instrument_item_scaled(const struct instrument_item *it)
{
	return it->type == ITEM_MATRIX || (it->type == ITEM_SINGLE && !it->nominal);
}
bool instrument_has_language(const struct instrument *q, const char *language);
const char *item_type_name(enum item_type type); /* "single", "matrix", "number", "text" */

/* Stores a document; in a transaction.  The same content again gives the version that is there
 * (*added false); other content under a known code becomes the next version. */
int instrument_put(struct db *db, const char *text, size_t len, char id[ID_LEN + 1], bool *added, struct err *e);
int instrument_get(struct db *db, const char *id, struct instrument **out, struct err *e); /* ERR_ABSENT */
/* The newest version (version 0) or that version of a code; its id. */
int instrument_find(struct db *db, const char *code, int version, char id[ID_LEN + 1], struct err *e);
/* The same for all threads, parsed once and kept until instrument_shared_free(): documents never
 * change.  Read only. */
int instrument_shared(struct db *db, const char *id, const struct instrument **out, struct err *e);
void instrument_shared_free(void); /* when no thread uses any more */

struct instrument_info {
	const char *id, *code, *title; /* title: stored JSON label */
	int version, items, campaigns; /* campaigns: how many use it */
	int64_t created_at;
};
/* Sort: "code" (default), "title", "created".  Rows live in the arena. */
int instrument_list(struct db *db, const struct list_query *query, struct arena *a, struct instrument_info **out,
    struct list_page *page, struct err *e);

#endif
