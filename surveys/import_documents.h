/* surveys/import_documents.h -- questionnaires and campaigns from JSON documents.
 *
 * Campaign: {"code", "title": {..}, "instrument": code, "version": n (default: the newest),
 *   "mode": "anonymous" | "confidential" | "identified", "audience": "open" | "invited", "k": 5,
 *   "opens": "2026-11-01", "closes": "2027-12-31", "origin": "collected" | "imported" | "aggregate",
 *   "target_word": {..}, "unit_word": {..}, "invited": n, "goal_rate": 0.6, "note": {..},
 *   "targets": [{"code", "label": {..}, "unit": code, "unit_label": {..}, "enrolled": n, "account": login}]}
 * Optional: version, origin (collected), the words, invited, goal_rate, note, targets.
 * Times are UTC; a date alone is its midnight.  Both run in a transaction of the caller. */
#ifndef SURVEYS_IMPORT_DOCUMENTS_H
#define SURVEYS_IMPORT_DOCUMENTS_H

#include "core/db.h"

#include <jansson.h>

/* report: {"code", "version", "id", "added": bool, "items": n}; the caller's to json_decref(). */
int import_instrument(struct db *db, const char *text, size_t len, json_t **report, struct err *e);
/* report: {"code", "id", "targets": n} */
int import_campaign(struct db *db, const char *text, size_t len, json_t **report, struct err *e);

#endif
