/* web/metrics.h -- counters for /metrics (Prometheus text format 0.0.4).
 * Counted by route pattern and status, never by address, account or answer.  Safe from any
 * thread; reading them while they move is fine, each number is whole. */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "core/buf.h"
#include "core/writer.h"

struct web_route;
struct web_metrics;

struct web_metrics *metrics_new(void); /* NULL: out of memory */
void metrics_free(struct web_metrics *m);
void metrics_count(struct web_metrics *m, const struct web_route *route, int status, int64_t ns);
void metrics_accepted(struct web_metrics *m);
void metrics_write(const struct web_metrics *m, struct writer *writer, struct buf *out);

#endif
