/* core/gen_sql.c -- a program of the build: gen_sql OUTDIR migrations... -- statements...
 * Reads the migrations and the named statements, applies the first to an empty SQLite database,
 * prepares each of the second against it, and stops the build at the first fault, naming file
 * and line.  Writes OUTDIR/sql.c (both tables) and OUTDIR/<module>/<x>.sql.h (SQL_<NAME>).
 *
 * A statement:    -- name: response_put write
 *                 INSERT INTO ... VALUES ($1, $2);
 * read or write must agree with what SQLite says of it; parameters are $1..$n without gaps. */
#include "core/db.h"
#include "core/db_driver.h"

#include <ctype.h>
#include <libgen.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* core/db_sqlite.c is linked for its type tokens; it wants the tables that this program makes */
const struct db_stmt *const db_statements[] = { NULL };
const size_t db_statement_count = 0;

static sqlite3 *db;
static int slots;
static FILE *list; /* the table of all statements, while they are being read */

static _Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t n;

	if (f == NULL || text == NULL)
		die("%s: cannot be read", path);
	n = fread(text, 1, (1 << 20) - 1, f);
	if (n == (1 << 20) - 1)
		die("%s: longer than a megabyte", path);
	fclose(f);
	return text;
}

static FILE *create(const char *dir, const char *name, const char *suffix)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s%s", dir, name, suffix);
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	f = fopen(path, "w");
	if (f == NULL)
		die("%s: cannot be written", path);
	return f;
}

static void put_string(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			fputs("\\n\"\n\t\t\"", f);
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s == '\t')
			fputs("\\t", f);
		else
			fputc(*s, f);
	}
	fputc('"', f);
}

static char *with_tokens(const char *text)
{
	char *out = calloc(1, strlen(text) * 2 + 1);
	size_t n = 0;

	while (out != NULL && *text != '\0') {
		const char *const *t = db_sqlite.tokens;

		for (; *t != NULL; t += 2)
			if (strncmp(text, t[0], strlen(t[0])) == 0)
				break;
		if (*t == NULL) {
			out[n++] = *text++;
			continue;
		}
		memcpy(out + n, t[1], strlen(t[1]));
		n += strlen(t[1]);
		text += strlen(t[0]);
	}
	return out;
}

static void migration(FILE *out, const char *path)
{
	char *text = slurp(path), *sql = with_tokens(text), *copy = strdup(path), *base, *msg = NULL;
	unsigned char hash[32];
	char hex[65];

	base = basename(copy);
	if (strlen(base) < 10 || strspn(base, "0123456789") != 4 || base[4] != '_')
		die("%s: a migration is named NNNN_name.sql", path);
	if (sqlite3_exec(db, sql, NULL, NULL, &msg) != SQLITE_OK)
		die("%s: %s", path, msg);
	crypto_generichash(hash, sizeof hash, (unsigned char *)text, strlen(text), NULL, 0);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	base[strlen(base) - 4] = '\0';
	fprintf(out, "\t{ %ld, \"%s\",\n\t\t", strtol(base, NULL, 10), base + 5);
	put_string(out, text);
	fprintf(out, ",\n\t\t\"%s\" },\n", hex);
	free(text);
	free(sql);
	free(copy);
}

/* What SQLite says of a statement, against what the file says of it. */
static int statement_check(const char *path, int line, const char *name, const char *text, int writes)
{
	sqlite3_stmt *stmt = NULL;
	int n;

	if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK || stmt == NULL)
		die("%s:%d: %s: %s", path, line, name, sqlite3_errmsg(db));
	if (sqlite3_stmt_readonly(stmt) == writes)
		die("%s:%d: %s: is marked %s but does the other", path, line, name, writes ? "write" : "read");
	n = sqlite3_bind_parameter_count(stmt);
	if (n > DB_MAX_PARAMS)
		die("%s:%d: %s: more than %d parameters", path, line, name, DB_MAX_PARAMS);
	for (int i = 1; i <= n; i++) {
		char want[8];

		snprintf(want, sizeof want, "$%d", i);
		if (sqlite3_bind_parameter_index(stmt, want) == 0)
			die("%s:%d: %s: parameters must be $1 to $%d; %s is missing", path, line, name, n, want);
	}
	sqlite3_finalize(stmt);
	return n;
}

static void statement(FILE *out, FILE *header, const char *path, int line, char *name, char *text)
{
	char *kind = strchr(name, ' ');
	size_t len = strlen(text);
	int writes, params;

	if (kind == NULL)
		die("%s:%d: write `-- name: the_name read` or `write`", path, line);
	*kind++ = '\0';
	writes = strcmp(kind, "write") == 0;
	if (!writes && strcmp(kind, "read") != 0)
		die("%s:%d: %s: “%s” is neither read nor write", path, line, name, kind);
	while (len > 0 && (isspace((unsigned char)text[len - 1]) || text[len - 1] == ';'))
		text[--len] = '\0';
	params = statement_check(path, line, name, text, writes);
	fprintf(out, "const struct db_stmt sql_%s = { \"%s\",\n\t\t", name, name);
	put_string(out, text);
	fprintf(out, ",\n\t\t%s, %d, %d };\n", writes ? "DB_WRITE" : "DB_READ", params, slots++);
	fprintf(list, "\t&sql_%s,\n", name);
	fprintf(header, "extern const struct db_stmt sql_%s;\n#define SQL_", name);
	for (const char *c = name; *c != '\0'; c++)
		fputc(toupper((unsigned char)*c), header);
	fprintf(header, " (&sql_%s)\n", name);
}

/* Whether the header is there already: an unchanged one keeps its time, and nothing is built anew. */
static int same(const char *dir, const char *path, const char *made)
{
	char name[4096], *text;
	int rc;

	snprintf(name, sizeof name, "%s/%s.h", dir, path);
	if (access(name, R_OK) != 0)
		return 0;
	text = slurp(name);
	rc = strcmp(text, made) == 0;
	free(text);
	return rc;
}

static void statements(FILE *out, const char *dir, const char *path)
{
	char *text = slurp(path), *line = text, *name = NULL, *body = NULL;
	size_t len = 0;
	char *made = NULL;
	FILE *header = open_memstream(&made, &len);
	int number = 1, at = 0;

	if (header == NULL)
		die("out of memory");

	fprintf(header, "/* made by the build from %s */\n#include \"core/db.h\"\n", path);
	while (line != NULL && *line != '\0') {
		char *end = strchr(line, '\n');

		if (strncmp(line, "-- name: ", 9) == 0) {
			if (name != NULL) {
				line[-1] = '\0';
				statement(out, header, path, at, name, body);
			}
			name = line + 9;
			at = number;
			if (end == NULL)
				die("%s:%d: a name without a statement", path, number);
			*end = '\0';
			body = end + 1;
		}
		line = end == NULL ? NULL : end + 1;
		number++;
	}
	if (name != NULL)
		statement(out, header, path, at, name, body);
	fclose(header);
	if (!same(dir, path, made)) {
		FILE *f = create(dir, path, ".h");

		if (fputs(made, f) < 0 || fclose(f) != 0)
			die("%s/%s.h: could not be written", dir, path);
	}
	free(made);
	free(text);
}

int main(int argc, char **argv)
{
	char *table = NULL;
	size_t len = 0;
	int i = 2;
	FILE *out;

	if (argc < 3 || sodium_init() < 0 || sqlite3_open(":memory:", &db) != SQLITE_OK)
		die("gen_sql OUTDIR migrations... -- statements...");
	out = create(argv[1], "sql", ".c");
	fputs("/* made by the build */\n#include \"core/db.h\"\n\nconst struct db_migration db_migrations[] = {\n",
	    out);
	sqlite3_exec(db,
	    "CREATE TABLE migration(version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
	    NULL, NULL, NULL);
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		migration(out, argv[i]);
	fputs("};\nconst size_t db_migration_count = sizeof db_migrations / sizeof *db_migrations;\n\n", out);
	list = open_memstream(&table, &len);
	if (list == NULL)
		die("out of memory");
	for (i++; i < argc; i++)
		statements(out, argv[1], argv[i]);
	fclose(list);
	fprintf(out,
	    "\nconst struct db_stmt *const db_statements[] = {\n%s};\n"
	    "const size_t db_statement_count = sizeof db_statements / sizeof *db_statements;\n",
	    table);
	free(table);
	if (fclose(out) != 0)
		die("%s/sql.c: could not be written", argv[1]);
	sqlite3_close(db);
	return 0;
}
