#include "daemon/command.h"

#include "core/migrate.h"
#include "core/setting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int open_for_change(const struct config *c, bool make, struct db **out, struct secret *secret, struct err *e)
{
	struct secret own;

	if (db_open(c->db, make ? DB_OPEN_CREATE : DB_OPEN_WRITE, out, e) < 0)
		return -1;
	if (migrate(*out, NULL, e) < 0 || secret_load(*out, secret != NULL ? secret : &own, e) < 0) {
		db_close(*out);
		*out = NULL;
		return -1;
	}
	return 0;
}

int read_file_whole(const char *path, size_t most, char **text, size_t *len, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	struct buf b;
	char part[65536];
	size_t n;

	if (f == NULL)
		return err_set(e, ERR_INPUT, "file", "{1} cannot be read: {2}.", path, strerror(errno), NULL);
	buf_init(&b, most);
	buf_add(&b, "", 0);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&b, part, n);
	if (ferror(f))
		err_set(e, ERR_INPUT, "file", "{1} cannot be read: {2}.", path, strerror(errno), NULL);
	else if (b.failed)
		err_set(e, ERR_TOO_LARGE, "file", "{1} is larger than is accepted.", path, NULL);
	if (f != stdin)
		fclose(f);
	*text = e->kind == ERR_NONE ? buf_take(&b, len) : NULL;
	if (*text == NULL) {
		buf_free(&b);
		return e->kind != ERR_NONE ? -1 : err_nomem(e);
	}
	return 0;
}

void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	putchar('\n');
}

void print_err(const struct err *e)
{
	char text[768];

	err_text(e, NULL, NULL, text, sizeof text);
	/* the place in a document, unless the sentence has it */
	if (e->field[0] != '\0' && strstr(text, e->field) == NULL)
		fprintf(stderr, "elod: %s: %s\n", e->field, text);
	else
		fprintf(stderr, "elod: %s\n", text);
	if (e->log[0] != '\0')
		fprintf(stderr, "      %s\n", e->log);
}

void print_err_list(const struct err_list *bad)
{
	for (size_t i = 0; i < bad->shown; i++) {
		const struct err_at *at = &bad->at[i];
		char text[768];

		err_text(&at->err, NULL, NULL, text, sizeof text);
		if (at->line > 0)
			fprintf(stderr, "line %lu: ", at->line);
		fprintf(stderr, "%s%s%s\n", at->err.field, at->err.field[0] != '\0' ? ": " : "", text);
	}
	if (bad->total > bad->shown)
		fprintf(stderr, "and %zu more\n", bad->total - bad->shown);
}
