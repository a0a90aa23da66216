/* surveys/target.h -- what one response is about: a section, a lecturer, a service.
 * Numbered 1, 2, ... within its campaign; number 0 in responses means "no target".
 * label and unit_label are stored JSON labels; unit is the code of a group, "" none. */
#ifndef SURVEYS_TARGET_H
#define SURVEYS_TARGET_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "surveys/list.h"

#define TARGET_CODE_MOST 64
#define TARGETS_MOST	 100000

struct target {
	char id[ID_LEN + 1];
	int64_t number;
	const char *code, *label, *unit, *unit_label;
	const char *section, *account; /* ids, "" none */
	int64_t enrolled;	       /* -1: not known */
	int64_t accepted, released;
	double mean; /* aggregates only, else NAN */
};

/* Stores one (c: its number and label etc. as set); fills t->id.  In a transaction. */
int target_put(struct db *db, const char *campaign, struct target *t, struct err *e);
/* ERR_ABSENT; by id or code, and by number. */
int target_get(struct db *db, const char *campaign, const char *id_or_code, struct arena *a, struct target *out,
    struct err *e);
int target_at(struct db *db, const char *campaign, int64_t number, struct arena *a, struct target *out, struct err *e);
/* Links an existing target to a section or account (ids; NULL keeps what is there). */
int target_link(struct db *db, const char *campaign, int64_t number, const char *section, const char *account,
    struct err *e);

/* Sort: "number" (default), "label", "unit", "accepted".  unit: only that group; NULL all. */
int target_list(struct db *db, const char *campaign, const struct list_query *query, const char *unit, struct arena *a,
    struct target **out, struct list_page *page, struct err *e);
/* All of a campaign by number. */
int target_all(struct db *db, const char *campaign, struct arena *a, struct target **out, size_t *n, struct err *e);

#endif
