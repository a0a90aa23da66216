#include "daemon/command.h"

#include "core/account.h"
#include "core/migrate.h"
#include "core/setting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int open_for_change(const struct config *c, bool make, struct db **out, struct secret *secret, struct err *e)
{
	struct secret own;
	/* a new file holds answers and the key of all hashes: for its owner's eyes; its log has the same mode */
	mode_t mask = umask(077);
	int rc = db_open(c->db, make ? DB_OPEN_CREATE : DB_OPEN_WRITE, out, e);

	umask(mask);
	if (rc < 0)
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

unsigned role_word(const char *word, const char **programme, struct err *e)
{
	const char *colon = strchr(word, ':');
	char name[40];
	unsigned role;

	snprintf(name, sizeof name, "%.*s", (int)(colon != NULL ? colon - word : (long)strlen(word)), word);
	role = role_from_name(name);
	*programme = colon != NULL ? colon + 1 : NULL;
	if (role == 0)
		err_set(e, ERR_INPUT, "role",
		    "There is no role {1}; there are: administrator, quality_office, programme_leader:CODE, lecturer.",
		    word, NULL);
	return role;
}

int role_word_add(struct db *db, const char *account, const char *word, struct err *e)
{
	const char *programme;
	unsigned role = role_word(word, &programme, e);

	return role == 0 ? -1 : account_role_add(db, NULL, account, (enum role)role, programme, e);
}

void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	putchar('\n');
}

int output_end(struct err *e)
{
	/* an earlier write may have failed, and its reason is gone */
	int why = fflush(stdout) != 0 ? errno : ferror(stdout) ? EIO : 0;

	return why == 0
	    ? 0
	    : err_set(e, ERR_BUSY, NULL, "{1} cannot be written: {2}.", "Standard output", strerror(why), NULL);
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
