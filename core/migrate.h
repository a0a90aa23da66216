/* core/migrate.h -- the schema, forward only.
 * core/schema/NNNN_name.sql, in order, each in one transaction.  Version and checksum of what
 * was applied are stored; a file changed after it was applied, or a database of a newer
 * program, is refused and nothing is touched. */
#ifndef CORE_MIGRATE_H
#define CORE_MIGRATE_H

#include "core/db.h"

int migrate(struct db *db, int *applied, struct err *e); /* applied may be NULL */

#endif
