/* analysis/import_parts.h -- what the readers of a curriculum document share; for
 * import_curriculum.c and import_links.c alone.
 * A part's reader gets the place of one entry with a reader of its own, so that each entry can
 * have one fault; it returns -1 only when the database failed. */
#ifndef ANALYSIS_IMPORT_PARTS_H
#define ANALYSIS_IMPORT_PARTS_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "surveys/reader.h"

#define IMPORT_NAME_MOST 300
#define IMPORT_NOTE_MOST 4000
#define IMPORT_CODE_MOST 40

struct import {
	struct db *db;
	struct arena *arena;
	struct err_list *bad;
	struct err *e;
	json_t *report;
	json_t *seen; /* what the document mentions, by the keys of the *_things statements */
};

typedef int import_part_fn(struct import *im, const struct place *at, size_t index, const void *owner);
/* Runs one() on each entry of the list `member` (absent: none). */
int import_each(struct import *im, const struct place *at, const char *member, size_t most, import_part_fn *one,
    const void *owner);
/* Runs an upsert whose first argument is a new id and that returns the row's id; counts it in the
 * report under kind, and remembers it as seen. */
int import_put(struct import *im, const char *kind, const struct db_stmt *s, const struct db_value *args, size_t n,
    char id[ID_LEN + 1]);
void import_count(struct import *im, const char *kind, const char *what);
/* An id by code(s), the last of args: 1 found, 0 not (absent, with the code as {1}, becomes the
 * fault at that place), -1. */
int import_find(struct import *im, const struct place *at, const struct db_stmt *s, const struct db_value *args,
    size_t n, const char *absent, char id[ID_LEN + 1]);
/* A name or note as stored text: "{}" when absent and optional. */
const char *import_label(struct import *im, const struct place *at, const char *member, bool required, size_t most);
/* A number member that may be absent. */
double import_number(const struct place *at, const char *member, double least, double most, double otherwise);
/* The same as a value to bind: NULL when absent. */
struct db_value import_number_or_null(const struct place *at, const char *member, double least, double most);

import_part_fn import_map_entry, import_section, import_indirect, import_finding;

#endif
