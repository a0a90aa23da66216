/* import_results_paths(): the files behind an import, by name. */
#include "analysis/import_results.h"

#include "analysis/import_mapping.h"
#include "core/buf.h"
#include "surveys/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int slurp(const char *path, struct import_text *out, struct err *e)
{
	FILE *f = fopen(path, "rb");
	char piece[65536];
	struct buf b;
	size_t n;

	buf_init(&b, CSV_BYTES_MOST);
	if (f == NULL)
		return err_set(e, ERR_INPUT, "", "The file “{1}” cannot be read: {2}.", path, strerror(errno), NULL);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, piece, n);
	n = ferror(f) != 0;
	fclose(f);
	buf_add(&b, "", 0);
	out->p = buf_take(&b, &out->len);
	if (n != 0 || out->p == NULL) {
		buf_free(&b);
		return n != 0
		    ? err_set(e, ERR_INPUT, "", "The file “{1}” cannot be read: {2}.", path, strerror(EIO), NULL)
		    : err_set(e, ERR_TOO_LARGE, "", "The file “{1}” is too large.", path, NULL);
	}
	return 0;
}

static int beside(const char *csv, const char *name, struct import_text *out, struct err *e)
{
	const char *slash = strrchr(csv, '/');
	char path[4096];
	int n;

	if (name == NULL)
		return 0;
	n = snprintf(path, sizeof path, "%.*s%s", slash != NULL ? (int)(slash - csv + 1) : 0, csv, name);
	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(e, ERR_INPUT, "", "The file name “{1}” is too long.", name, NULL);
	return slurp(path, out, e);
}

int import_results_paths(struct db *db, const char *csv, const char *map, json_t **report, struct err_list *bad,
    struct err *e)
{
	struct import_result_files files = { 0 };
	struct arena *a = arena_new(1 << 16, 64u << 20);
	struct mapping m;
	json_t *doc = NULL;
	int rc = -1;

	*report = NULL;
	if (a == NULL)
		err_nomem(e);
	if (a == NULL || slurp(csv, &files.csv, e) < 0 || slurp(map, &files.map, e) < 0)
		goto out;
	doc = reader_load(files.map.p, files.map.len, files.map.len, e);
	if (doc == NULL || mapping_read(doc, a, &m, e) < 0 || beside(csv, m.join_file, &files.join, e) < 0 ||
	    beside(csv, m.qmatrix_file, &files.qmatrix, e) < 0)
		goto out;
	rc = import_results(db, &files, report, bad, e);
out:
	free((char *)files.csv.p);
	free((char *)files.map.p);
	free((char *)files.join.p);
	free((char *)files.qmatrix.p);
	json_decref(doc);
	arena_free(a);
	return rc;
}
