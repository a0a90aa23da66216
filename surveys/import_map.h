/* surveys/import_map.h -- the mapping of a file's columns, read and resolved (import_responses.h).
 * For the importers only.  Texts are borrowed from the mapping document; import_map_free(). */
#ifndef SURVEYS_IMPORT_MAP_H
#define SURVEYS_IMPORT_MAP_H

#include "core/arena.h"
#include "core/buf.h"
#include "surveys/campaign.h"
#include "surveys/csv.h"
#include "surveys/instrument.h"
#include "surveys/reader.h"

#define IMPORT_MAP_BYTES_MOST (1 << 20)

struct import_item {
	size_t item; /* index in the instrument */
	size_t column;
	bool keyed;
	const json_t *values; /* or NULL */
};
struct import_map {
	json_t *doc;
	struct arena *arena;
	struct campaign campaign;
	const struct instrument *instrument;
	bool aggregates;
	struct import_item *items;
	size_t item_count;
	const char *target_code, *unit_code;	 /* patterns; NULL: none */
	const json_t *target_label, *unit_label; /* labels of patterns */
	const json_t *na;			 /* array, or NULL */
	bool unreadable_missing;
	const json_t *unreadable_note;	 /* label of patterns, or NULL */
	size_t enrolled, answered, mean; /* columns; aggregates */
};

/* Finds campaign and instrument, and every column; ERR_INPUT with the JSON pointer. */
int import_map_read(struct db *db, const char *text, size_t len, const struct csv_table *csv, struct import_map *out,
    struct err *e);
void import_map_free(struct import_map *m);
/* A pattern for one row: {column} and {row}.  buf is emptied first. */
void import_pattern(const struct csv_table *csv, size_t row, const char *pattern, struct buf *out);
/* The same for each text of a label, as compact JSON in out. */
int import_pattern_label(const struct csv_table *csv, size_t row, const json_t *label, struct buf *out, struct err *e);
bool import_is_na(const struct import_map *m, const char *cell);

#endif
