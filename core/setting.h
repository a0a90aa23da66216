/* core/setting.h -- values that belong to one database, by name.
 * 'secret' is the key of all keyed hashes (core/ids.h): made once, at random, never changed,
 * since every stored hash depends on it. */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

#include "core/db.h"
#include "core/ids.h"

/* The database's secret, made when there is none yet; needs a connection that may write then.
 * ERR_INTERNAL when what is stored has the wrong length. */
int secret_load(struct db *db, struct secret *out, struct err *e);

#endif
