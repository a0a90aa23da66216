/* analysis/tally.h -- running statistics of campaigns, advanced by releases.
 *
 * One row per campaign, part and target (table tally): part 'all' holds every released response,
 * 'careful' those without straight-lining (analysis/tally_shape.h; absent where the instrument
 * has no straight-lining index).  Target 0 is the whole campaign, with the sums of its scales;
 * each target of its own has counts and the overall score.  What is stored is
 * analysis/tally_sums.h.
 *
 * Reading costs the same however many have answered.  Since all sums are exact, rows advanced
 * release by release and rows counted anew are equal byte by byte; tally_verify() looks. */
#ifndef ANALYSIS_TALLY_H
#define ANALYSIS_TALLY_H

#include "analysis/tally_sums.h"
#include "core/db.h"
#include "surveys/release.h"

enum tally_part { TALLY_ALL, TALLY_CAREFUL };
#define TALLY_PARTS (TALLY_CAREFUL + 1)
const char *tally_part_name(enum tally_part part); /* "all", "careful" */

/* A release_observer_fn (surveys/release.h): adds the rows of one release. arg is not used. */
int tally_observe(struct db *db, const struct campaign *c, const struct instrument *q, const struct released_row *rows,
    size_t n, void *arg, struct err *e);
/* Counts a campaign anew from its responses, replacing what is kept.  In a transaction. */
int tally_rebuild(struct db *db, const char *campaign, const struct instrument *q, struct err *e);
/* *same: what is kept equals what would be counted anew. */
int tally_verify(struct db *db, const char *campaign, const struct instrument *q, bool *same, struct err *e);

/* Fills t (made with whole == (target == 0)); nothing kept leaves it empty and *found false.
 * found may be NULL. */
int tally_load(struct db *db, const char *campaign, enum tally_part part, int64_t target, struct tally_sums *t,
    bool *found, struct err *e);
/* Every target that has responses, by number; t lives until fn returns. fn: 0, or -1 to stop with e filled. */
typedef int tally_target_fn(void *arg, int64_t target, const struct tally_sums *t, struct err *e);
int tally_each_target(struct db *db, const char *campaign, enum tally_part part, const struct tally_shape *shape,
    tally_target_fn *fn, void *arg, struct err *e);

#endif
