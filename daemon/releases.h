/* daemon/releases.h -- the thread that looks for releases of anonymous campaigns.
 * Each one goes through the writer, with the emptying of the log after it
 * (surveys/release.h).  One that fails is logged and tried again the next time. */
#ifndef DAEMON_RELEASES_H
#define DAEMON_RELEASES_H

#include "core/writer.h"
#include "core/ids.h"

struct releases;

int releases_start(const char *url, const struct secret *secret, struct writer *writer, int seconds,
    struct releases **out, struct err *e);
void releases_stop(struct releases *r); /* NULL is allowed */

#endif
