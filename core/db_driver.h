/* core/db_driver.h -- all that a database back end must supply; for core/db*.c alone. */
#ifndef CORE_DB_DRIVER_H
#define CORE_DB_DRIVER_H

#include "core/db.h"

struct db_driver {
	const char *name;
	const char *const *tokens; /* pairs: "@ID@", "TEXT", ..., NULL */
	int (*open)(struct db *, const char *where, enum db_mode, struct err *);
	void (*close)(struct db *);
	int (*query)(struct db *, const struct db_stmt *, const struct db_value *, size_t, struct db_rows *,
	    struct err *);
	int (*next)(struct db_rows *, struct err *);
	void (*done)(struct db_rows *);
	enum db_type (*type)(const struct db_rows *, int);
	int64_t (*col_int)(const struct db_rows *, int);
	double (*col_real)(const struct db_rows *, int);
	const void *(*col_bytes)(const struct db_rows *, int, enum db_type, size_t *);
	int64_t (*changes)(struct db *);
	int (*script)(struct db *, const char *, struct err *);
	int (*begin)(struct db *, enum db_access, struct err *);
	bool (*in_transaction)(struct db *);
	int (*forget_log)(struct db *, struct err *);
	int (*fold_log)(struct db *, struct err *);
	int (*check)(struct db *, struct err *);
};

struct db {
	const struct db_driver *driver;
	void *handle;
	void **prepared; /* by statement slot; the driver's own structure */
};

extern const struct db_driver db_sqlite;

#endif
