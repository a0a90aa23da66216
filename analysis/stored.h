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
 * The rule of k holds for whatever is asked, and for what two questions differ by:
 *   methods  those whose rows are points in time, units with counts or persons to be listed work over
 *            a file alone; so do options that weigh, name or count rows, or read them otherwise.
 *   groups   are made by target, unit and questions of their own; never by one of a set of ratings or
 *            by a free number.  So is a filter.
 *   cells    of all groups crossed, the filter's choice among them, hold none or at least k people, and
 *            so do the hidden ones along each line of cells (analysis/suppress.h).  The rows of hidden
 *            cells are set aside before anything is computed, and counted in "left_out"; so are the
 *            answers to an item within cells where too few gave one.
 *   tables   the levels of a row or column hold none or at least k among those who have both; the cells
 *            inside are counts over these, as a distribution is.
 *   gaps     where several items are asked for, those who left one out are none or at least k, whatever
 *            else is asked (stored_gaps.c): answers beside theirs are set aside until it is so.
 *   items    that fewer than k answered are refused by name; with several items also those to which
 *            all but fewer than k gave the same answer.
 *   figures  of single persons are never listed; lowest and highest of a free number, rows of a table
 *            over fewer than k, and groups that a method makes by itself of fewer than k are left out.
 *            What shows how often single values are takes no free numbers.
 *   words    no message names a row or quotes an answer.
 * A selection that may not be shown at all gives {"withheld": {"reason", "k"}} instead of a result.
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
