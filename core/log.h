/* core/log.h -- one line per event, key=value, to stderr or a file.
 * Never an answer, a token, a password, or an address beside an answer.  Values are quoted
 * when they hold blanks or control characters, so that one event stays one line. */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

int log_open(const char *path, struct err *e); /* NULL: stderr */
int log_reopen(struct err *e);		       /* after a rotation; keeps the old file when it fails */
void log_level_set(enum log_level level);
/* Pairs of key and value, ended by NULL: log_event(LOG_INFO, "release", "campaign", id, NULL). */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
void log_err(const char *event, const struct err *e);

#endif
