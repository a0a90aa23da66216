/* analysis/stats/work.h -- scratch memory for calculations.
 * The caller makes one and lends it; functions take what they need and give it back before
 * they return, so nothing that a caller sees points into it.  A limit (bytes, 0 for none)
 * bounds what hostile sizes can claim.  Not for two threads at the same time.
 *
 * It also carries the wish of whoever waits: a long calculation says now and then how far it is
 * (share done, 0 to 1) by an_work_go_on(), and ends with AN_ESTOPPED when that says false. */
#ifndef ANALYSIS_STATS_WORK_H
#define ANALYSIS_STATS_WORK_H

#include <stdbool.h>
#include <stddef.h>

struct an_work;
struct an_work_block;
struct an_work_mark {
	struct an_work_block *block;
	size_t used;
};

struct an_work *an_work_new(size_t limit); /* NULL: out of memory */
void an_work_free(struct an_work *w);	   /* NULL is allowed */
/* count * each zeroed bytes; NULL past the limit, on overflow or out of memory. */
void *an_work_get(struct an_work *w, size_t count, size_t each);
struct an_work_mark an_work_mark(const struct an_work *w);
void an_work_release(struct an_work *w, struct an_work_mark m); /* all got since the mark */

/* fn: called with the share done; false stops.  NULL: nobody waits. */
typedef bool an_watch_fn(void *arg, double done);
void an_work_watch(struct an_work *w, an_watch_fn *fn, void *arg);
bool an_work_go_on(struct an_work *w, double done);
bool an_work_still(struct an_work *w);	       /* the same where nobody knows how far it is: the share stays */
bool an_work_stopped(const struct an_work *w); /* whoever waited said false at some time */

#define AN_WORK_ARRAY(w, type, n) ((type *)an_work_get((w), (n), sizeof(type)))

#endif
