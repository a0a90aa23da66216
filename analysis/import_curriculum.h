/* analysis/import_curriculum.h -- programmes, courses and the map between them, from one document.
 *
 *   {"units":   [{"code", "name"}],
 *    "terms":   [{"code", "name", "starts": "2014-10-01"}],
 *    "courses": [{"code", "name", "unit", "credits", "threshold", "goal", "note",
 *                 "outcomes": [{"code", "name", "threshold", "goal"}]}],
 *    "programmes": [{"code", "name", "unit", "threshold", "goal", "weights": {"direct", "indirect"},
 *                 "levels": {"I", "R", "M"}, "note", "courses": [course codes],
 *                 "outcomes": [{"code", "name", "threshold", "goal"}]}],
 *    "map":     [{"course", "outcome", "programme", "to", "level": "I" | "R" | "M", "weight", "note"}],
 *    "sections": [{"course", "term", "code", "name", "lecturers": [logins]}],
 *    "indirect": [{"programme", "outcome", "campaign", "item", "weight"}],
 *    "findings": [{"programme", "outcome", "text",
 *                  "actions": [{"kind", "what", "who", "starts", "ends", "measure", "resources"}]}]}
 * Every list is optional.  Names and notes are {"vi", "en"}.  Thresholds and goals are shares,
 * 0 to 1; weights of direct and indirect evidence add up to 1 (absent: 1 and 0); levels count 1, 2,
 * 3 and weights 1 unless set; a term starts at midnight UTC.
 *
 * Things are known by their codes: what is there already takes the document's values, what is new
 * is added, and nothing goes because the document is silent about it (the report's "kept" names
 * what of the document's own programmes and courses it did not mention).  An entry of map or
 * indirect with "remove": true takes that link away.  A finding whose text the programme has already
 * is passed over together with its actions.
 *
 * All or nothing, in a transaction of the caller: with any fault the result is -1, every fault is
 * in *bad with its JSON pointer as field, and the caller must roll back.
 * report: {"units": {"added", "changed"}, ..., "map": {"set", "removed"}, "kept": [...]}; the
 * caller's to json_decref(); set on success only. */
#ifndef ANALYSIS_IMPORT_CURRICULUM_H
#define ANALYSIS_IMPORT_CURRICULUM_H

#include "core/db.h"

#include <jansson.h>

#define CURRICULUM_BYTES_MOST ((size_t)8 << 20)

int import_curriculum(struct db *db, const char *text, size_t len, json_t **report, struct err_list *bad,
    struct err *e);

#endif
