/* daemon/workers.h -- threads for what an event thread must not do: statistics, templates over
 * data, password hashes.  Each has a read connection and a campaign cache of its own.  The
 * queue is bounded: when it is full workers_put() says so and the request is answered 503. */
#ifndef DAEMON_WORKERS_H
#define DAEMON_WORKERS_H

#include "core/db.h"

#include <stdbool.h>
#include <stddef.h>

struct campaign_cache;

struct seat { /* what a thread that answers requests has of its own */
	struct db *db;
	struct campaign_cache *campaigns;
};
int seat_open(struct seat *s, const char *url, struct err *e);
void seat_close(struct seat *s);

struct workers;
typedef void worker_fn(void *item, struct seat *seat);

int workers_start(const char *url, size_t threads, size_t queue, worker_fn *fn, struct workers **out, struct err *e);
bool workers_put(struct workers *w, void *item);
void workers_stop(struct workers *w); /* finishes what waits; NULL is allowed */

#endif
