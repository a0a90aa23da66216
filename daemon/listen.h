/* daemon/listen.h -- a listening socket for "ADDR:PORT", "[::1]:PORT" or "PORT" (loopback). */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include "core/err.h"

/* A non-blocking descriptor, the caller's; port 0 takes a free one.  ERR_INPUT field "listen". */
int listen_open(const char *where, int *port, struct err *e);

#endif
