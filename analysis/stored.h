/* analysis/stored.h -- a method (analysis/analyse.h) over the stored responses of a campaign.
 *
 * What is asked for, as JSON:
 *   {"campaign": code or id, "method": name,
 *    "items": [codes] or "scale": code,          methods that take items
 *    "group": "target" | "unit" | item code,     methods with --by
 *    "filter": {"unit", "target", "part": "all" | "careful", "item", "value"},
 *    "options": {name: text or number}}          the method's others
 * Answers are scored (reverse-worded items turned); texts are no data here.  Besides the items a
 * method may name the columns "target" and "unit".
 *
 * The rule of k holds for whatever is asked (analysis/suppress.h): a selection that may not be
 * shown gives {"withheld": {"reason", "k"}} instead of a result; levels of a grouping column that
 * hold too few, and as many others as are needed so that these cannot be told from the rest, are
 * set aside before anything is computed, and counted in "left_out"; so are the answers to an item
 * within a group that too few gave.  Items that fewer than k answered, alone or two together, and
 * groups that cross to fewer than k, are refused by name.  Single persons are never listed, and
 * lowest and highest of a free number are left out.
 *
 * The answer is that of analyse_run() with "campaign", "left_out", "labels" (of the groups),
 * "levels" (labels of the levels of each column),
 * "withheld" (or null) and "fingerprint". */
#ifndef ANALYSIS_STORED_H
#define ANALYSIS_STORED_H

#include "analysis/stats/work.h"
#include "core/db.h"

#include <jansson.h>

struct stored;

/* Reads and checks what is asked; account: the viewer sees only targets of this account, or NULL.
 * A fault names the member by its JSON pointer.  The right to the campaign is the caller's to check:
 * its id is stored_campaign(). */
int stored_read(struct db *db, const json_t *doc, const char *account, struct stored **out, struct err *e);
void stored_free(struct stored *s); /* NULL is allowed */
const char *stored_campaign(const struct stored *s);
const char *stored_method(const struct stored *s);
/* The same for the same question over the same releases: what a kept result goes by. */
#define STORED_KEY 24
int stored_key(const struct stored *s, struct db *db, char key[STORED_KEY], struct err *e);
/* A new reference; NULL with *e filled, ERR_CONFLICT when watch stopped it. */
json_t *stored_run(struct stored *s, struct db *db, an_watch_fn *watch, void *watch_arg, struct err *e);

#endif
