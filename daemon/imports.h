/* daemon/imports.h -- one import, as `elod import` and `elod demo` do it: all or nothing.
 * kind: instrument, campaign, curriculum (file: JSON); responses, results (file: CSV, map: JSON).
 * *report is the caller's (json_decref); faults of the file are in bad, which the caller frees. */
#ifndef DAEMON_IMPORTS_H
#define DAEMON_IMPORTS_H

#include "core/db.h"
#include "core/ids.h"

#include <jansson.h>

extern const char *const import_kinds[]; /* ended by NULL */

struct import {
	const char *kind, *file, *map;
	const struct secret *secret;
	json_t *report;
	struct err_list bad;
};
int import_do(struct db *db, struct import *i, struct err *e);

#endif
