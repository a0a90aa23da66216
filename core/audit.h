/* core/audit.h -- who did what, written in the transaction of the change itself.
 * action is a word of the program ("account-create"); object names the thing (an id or code);
 * detail is free text without secrets.  Never an answer, a password or a token. */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "core/arena.h"
#include "core/db.h"

#include <stddef.h>
#include <stdint.h>

struct audit {
	const char *id, *account, *login, *action, *object, *detail; /* account "": the command line */
	int64_t at;
};

/* account: NULL for the command line.  detail may be NULL. */
int audit_put(struct db *db, const char *account, const char *action, const char *object, const char *detail,
    struct err *e);
/* The newest first; before: ms UTC of the last one seen, INT64_MAX for the first page. */
int audit_list(struct db *db, struct arena *a, int64_t before, size_t limit, struct audit **out, size_t *n,
    struct err *e);

#endif
