/* analysis/import_results.h -- results of an assessment, from a CSV and a mapping.
 *
 * Mapping, one JSON document:
 *   {"assessment": {"code", "name", "course", "term", "weight": 1, "note",
 *                   "missing_policy": "missing" | "zero"},          (results.h says what they mean)
 *    "format": "wide" (default: a row a student) | "long" (a row a mark),
 *    "student": pattern, "section": {"code": pattern, "name": {language: pattern}},
 *    "attempt": column, "variables": {name: column},
 *    "items": [{"code", "name", "max": 1, "outcomes": {course outcome: weight},
 *               "column": name (wide; default: the code), "value": text (long; default: the code),
 *               "values": {text: mark or state}, "empty": state}],
 *    "values", "empty": the same for every item without its own,
 *    "na": [texts that stand for an empty field], "ignored": [columns],
 *    "item": column, "score": column, "other_items": "error" (default) | "ignored",
 *    "no_row": state                                                (long: where a mark has no row)
 *    "join_by_row": {"file", "as"}, "qmatrix": {"file", "item"}}
 * A pattern holds {column} for the row's field and {row} for the row's number, from 1: where the
 * file has no student numbers, "M14-{row}" makes some.  States: not_attempted, absent, excused,
 * not_submitted (what an empty field means unless "empty" says otherwise), unreadable.
 * join_by_row: a second file with the same rows in the same order; its columns are written with
 * the prefix "as" and a dot ("credits.quad").  qmatrix: a file with a row an item and a column an
 * outcome; "item" names the column of item codes.  Both files lie beside the CSV: their names
 * hold no directories.
 * Every column must be used or ignored.  A section is made where the course has none of that code
 * in the term.
 *
 * All or nothing, in a transaction of the caller.  Faults of the mapping (JSON pointer) and of the
 * files (line, and the column as field) are added to bad; then the result is -1, e says how many,
 * and the caller must roll back.  The same assessment again: results of the students in the file
 * are replaced, others stay; its items cannot change once there are results of other students.
 * report: {"assessment", "id", "rows", "students", "new_students", "replaced", "kept", "items",
 * "outcomes", "cells": {state: n}, "ignored_rows", "sections"}; the caller's to json_decref(). */
#ifndef ANALYSIS_IMPORT_RESULTS_H
#define ANALYSIS_IMPORT_RESULTS_H

#include "core/db.h"

#include <jansson.h>

#define RESULTS_CELLS_MOST ((size_t)40000000)

struct import_text { /* contents of a file; p NULL: not given */
	const char *p;
	size_t len;
};
struct import_result_files {
	struct import_text csv, map, join, qmatrix;
};
int import_results(struct db *db, const struct import_result_files *files, json_t **report, struct err_list *bad,
    struct err *e);
/* The same from files by name; those that the mapping names are read from the CSV's directory. */
int import_results_paths(struct db *db, const char *csv, const char *map, json_t **report, struct err_list *bad,
    struct err *e);

#endif
