#include "daemon/command.h"

#include "analysis/tally.h"
#include "core/migrate.h"

#include <stdio.h>

/* Whether the running statistics are what counting anew would give. */
static int check_campaign(struct db *db, const struct campaign *c, int *faults, struct err *e)
{
	struct instrument *q = NULL;
	bool same = true;

	if (c->released == 0 || c->origin == CAMPAIGN_AGGREGATE)
		return 0;
	if (instrument_get(db, c->instrument, &q, e) < 0)
		return -1;
	if (tally_verify(db, c->id, q, &same, e) < 0) {
		instrument_free(q);
		return -1;
	}
	instrument_free(q);
	if (!same)
		(*faults)++;
	printf("%-32s %lld accepted, %lld released, statistics %s\n", c->code, (long long)c->accepted,
	    (long long)c->released, same ? "agree" : "DIFFER from the responses");
	return 0;
}

static int check_campaigns(struct db *db, struct arena *a, int *faults, struct err *e)
{
	struct list_query query = { .sort = "code", .limit = LIST_MOST };
	struct list_page page = { .more = true };

	while (page.more) {
		struct campaign *list;

		if (campaign_list(db, &query, NULL, a, &list, &page, e) < 0)
			return -1;
		for (size_t i = 0; i < page.shown; i++)
			if (check_campaign(db, &list[i], faults, e) < 0)
				return -1;
		if (page.shown > 0)
			query.after = list[page.shown - 1].id;
	}
	return 0;
}

static int check(struct options *o, struct err *e)
{
	struct arena *a = arena_new(65536, 256 << 20);
	struct db *db = NULL;
	struct config c;
	int faults = 0, rc = EXIT_FAILED;

	if (a == NULL) {
		err_nomem(e);
		return EXIT_FAILED;
	}
	if (config_read(o, &c, e) < 0 || db_open(c.db, DB_OPEN_READ, &db, e) < 0)
		goto out;
	/* on a connection that cannot write, this only compares the schema with the program's */
	if (migrate(db, NULL, e) < 0) {
		if (e->kind == ERR_BUSY) {
			err_clear(e);
			err_set(e, ERR_CONFLICT, "db",
			    "The schema is older than this program; `elod serve` brings it up to date.", NULL);
		}
		goto out;
	}
	if (db_check(db, e) < 0)
		goto out;
	puts("integrity: fine; every statement prepares");
	/* one view of the database: a daemon beside this may release between two reads */
	if (db_begin(db, DB_READ, e) == 0 && check_campaigns(db, a, &faults, e) == 0 && db_commit(db, e) == 0 &&
	    faults == 0)
		rc = EXIT_FINE;
out:
	db_close(db);
	instrument_shared_free();
	arena_free(a);
	return rc;
}

const struct command cmd_check = {
	.name = "check",
	.usage = "[options]",
	.summary = "Check the database: integrity, schema, statements, running statistics",
	.run = check,
};
