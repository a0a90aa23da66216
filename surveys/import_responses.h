/* surveys/import_responses.h -- responses collected elsewhere, from a CSV and a mapping.
 *
 * Mapping, one JSON document:
 *   {"campaign": code, "format": "responses" (default) | "aggregates",
 *    "items": {item code: {"column": name, "keyed": true, "values": {"text in the file": value}}},
 *    "target": {"code": pattern, "label": {language: pattern}},
 *    "unit": {"code": pattern, "label": {language: pattern}},
 *    "na": ["NA"], "ignored": [columns],
 *    "unreadable": {"as": "missing", "note": {language: pattern}}}
 * A pattern holds {column} for the row's field and {row} for the row's number.
 * keyed: the file holds a reverse-worded item already turned; it is turned back before storing,
 *        since elod keeps what respondents marked.
 * na:    texts that mean "no answer", besides the empty field.
 * unreadable: without it, a number that is not on the item's scale is an error.  With it such a
 *        cell becomes missing (ANSWER_SET_ASIDE), is counted in the report, and the note, with
 *        {cells} and {rows} filled in, is added to the campaign's own, for every reader to see.
 * Every column must be used or listed as ignored.
 * format "aggregates": {"target", "unit", "enrolled": column, "answered": column, "mean": column}:
 *        targets with counts and a mean; no responses are invented.
 *
 * All or nothing, in a transaction of the caller; the campaign must have no responses yet.
 * Faults of the file are added to bad with their lines; then the result is -1 with e saying how
 * many.  report: {"campaign", "rows", "imported", "targets", "set_missing": {"cells", "rows",
 * "by_item": {code: cells}}}; the caller's to json_decref(). */
#ifndef SURVEYS_IMPORT_RESPONSES_H
#define SURVEYS_IMPORT_RESPONSES_H

#include "core/db.h"
#include "core/ids.h"

#include <jansson.h>

struct import_files {
	const char *csv, *map; /* texts, not names */
	size_t csv_len, map_len;
};
int import_responses(struct db *db, const struct secret *secret, const struct import_files *files, json_t **report,
    struct err_list *bad, struct err *e);

#endif
