#include "daemon/imports.h"

#include "daemon/command.h"

#include "analysis/import_curriculum.h"
#include "analysis/import_results.h"
#include "core/audit.h"
#include "surveys/import_documents.h"
#include "surveys/import_responses.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MOST ((size_t)16 << 20)
#define CSV_MOST      ((size_t)256 << 20)

const char *const import_kinds[] = { "instrument", "campaign", "responses", "curriculum", "results", NULL };

struct texts {
	struct import *i;
	char *file, *map;
	size_t file_len, map_len;
};

static int one(struct db *db, struct texts *t, struct err *e)
{
	struct import *i = t->i;
	const char *kind = i->kind;

	if (strcmp(kind, "instrument") == 0)
		return import_instrument(db, t->file, t->file_len, &i->report, e);
	if (strcmp(kind, "campaign") == 0)
		return import_campaign(db, t->file, t->file_len, &i->report, e);
	if (strcmp(kind, "curriculum") == 0)
		return import_curriculum(db, t->file, t->file_len, &i->report, &i->bad, e);
	if (strcmp(kind, "responses") == 0) {
		struct import_files files = { .csv = t->file,
			.csv_len = t->file_len,
			.map = t->map,
			.map_len = t->map_len };

		return import_responses(db, i->secret, &files, &i->report, &i->bad, e);
	}
	return import_results_paths(db, i->file, i->map, &i->report, &i->bad, e);
}

static int run(struct db *db, void *arg, struct err *e)
{
	struct texts *t = arg;

	/* a transaction that met a busy database is run again: nothing may be left of the first try */
	json_decref(t->i->report);
	t->i->report = NULL;
	err_list_free(&t->i->bad);
	if (one(db, t, e) < 0)
		return -1;
	return audit_put(db, NULL, "import", t->i->kind, NULL, e);
}

int import_do(struct db *db, struct import *i, struct err *e)
{
	struct texts t = { .i = i };
	bool results = strcmp(i->kind, "results") == 0, mapped = results || strcmp(i->kind, "responses") == 0;
	int rc = -1;

	if (mapped && i->map == NULL)
		return err_set(e, ERR_INPUT, "map", "This import needs a mapping: --map FILE.json.", NULL);
	/* results are read by their importer, which knows which further files belong to them */
	if (!results && read_file_whole(i->file, mapped ? CSV_MOST : DOCUMENT_MOST, &t.file, &t.file_len, e) < 0)
		return -1;
	if (results || !mapped || read_file_whole(i->map, DOCUMENT_MOST, &t.map, &t.map_len, e) == 0)
		rc = db_transact(db, DB_WRITE, run, &t, e);
	free(t.file);
	free(t.map);
	return rc;
}
