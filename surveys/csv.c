#include "surveys/csv.h"
#include "core/text.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK	  65536
#define NAME_MOST 200
#define N_(msgid) msgid /* a message that complain() shows */

struct reader {
	struct csv_table *out;
	struct csv_limits most;
	struct err_list *bad;
	struct err fatal;
	char *at; /* next free byte of out->text */
	size_t cell_room, line_room, fields;
	unsigned long line, began; /* of the row being read */
	bool header_done, after_cr;
};

static void complain(struct reader *r, const char *field, const char *message, const char *a, const char *b)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, field, message, a, b, (char *)NULL);
	err_list_add(r->bad, r->began, &e);
}

static const char *number(char room[24], size_t n)
{
	snprintf(room, 24, "%zu", n);
	return room;
}

/* p with room for need elements, moved or not; NULL when out of memory, p untouched then. */
static void *grow(void *p, size_t *room, size_t need, size_t each)
{
	size_t next = *room == 0 ? 256 : *room;
	void *more;

	if (need <= *room)
		return p;
	while (next < need)
		next *= 2;
	more = reallocarray(p, next, each);
	if (more != NULL)
		*room = next;
	return more;
}

static void count_lines(struct reader *r, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\n' || (s[i] == '\r' && (i + 1 == len || s[i + 1] != '\n')))
			r->line++;
}

static void check_text(struct reader *r, const char *s, size_t len)
{
	char room[24];
	size_t col = r->fields - 1;
	const char *name = r->header_done && col < r->out->cols ? r->out->name[col] : "";

	if (!text_valid(s, len, true))
		complain(r, name, N_("Field {1} of this line is not UTF-8 text, or holds control characters."),
		    number(room, r->fields), NULL);
}

static void on_field(void *data, size_t len, void *arg)
{
	struct reader *r = arg;
	struct csv_table *c = r->out;
	char **more;
	size_t at;

	r->after_cr = false;
	r->fields++;
	if (r->fatal.kind != ERR_NONE)
		return;
	if (r->fields > r->most.cols) {
		char room[24];

		err_set(&r->fatal, ERR_TOO_LARGE, "", "The file has more than {1} columns.", number(room, r->most.cols),
		    (char *)NULL);
		return;
	}
	/* a field is never longer than its bytes in the file, and its delimiter pays for the NUL */
	if (len > 0)
		memcpy(r->at, data, len);
	r->at[len] = '\0';
	check_text(r, r->at, len);
	count_lines(r, r->at, len);
	at = r->header_done ? c->rows * c->cols + r->fields - 1 : r->fields - 1;
	if (r->header_done && r->fields > c->cols)
		return;
	more = grow(r->header_done ? c->cell : c->name, &r->cell_room, at + 1, sizeof *more);
	if (more == NULL) {
		err_nomem(&r->fatal);
		return;
	}
	more[at] = r->at;
	if (r->header_done)
		c->cell = more;
	else
		c->name = more;
	r->at += len + 1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void end_header(struct reader *r)
{
	struct csv_table *c = r->out;
	char **sorted, room[24];

	c->cols = r->fields;
	r->header_done = true;
	r->cell_room = 0; /* from here on that of the cells */
	for (size_t j = 0; j < c->cols; j++)
		if (c->name[j][0] == '\0' || strlen(c->name[j]) > NAME_MOST)
			complain(r, "", N_("Column {1} needs a name of at most {2} bytes."), number(room, j + 1),
			    "200");
	sorted = malloc(c->cols * sizeof *sorted);
	if (sorted == NULL) {
		err_nomem(&r->fatal);
		return;
	}
	memcpy(sorted, c->name, c->cols * sizeof *sorted);
	qsort(sorted, c->cols, sizeof *sorted, by_name);
	for (size_t j = 1; j < c->cols; j++)
		if (strcmp(sorted[j], sorted[j - 1]) == 0)
			complain(r, sorted[j], N_("Two columns have the name {1}."), sorted[j], NULL);
	free(sorted);
}

static void end_row(struct reader *r)
{
	struct csv_table *c = r->out;
	unsigned long *more;
	char a[24], b[24];

	if (r->fields != c->cols) {
		complain(r, "", N_("This line has {1} fields; the header has {2}."), number(a, r->fields),
		    number(b, c->cols));
		return;
	}
	if (c->rows == r->most.rows) {
		err_set(&r->fatal, ERR_TOO_LARGE, "", "The file has more than {1} rows.", number(a, r->most.rows),
		    (char *)NULL);
		return;
	}
	more = grow(c->line, &r->line_room, c->rows + 1, sizeof *more);
	if (more == NULL) {
		err_nomem(&r->fatal);
		return;
	}
	c->line = more;
	c->line[c->rows++] = r->began;
}

/* c: the character that ended the row, or -1 at the end of the file.  Every line break is
 * reported, so that lines can be counted; one without fields before it is a blank line. */
static void on_row(int c, void *arg)
{
	struct reader *r = arg;

	if (c == '\n' && r->after_cr) {
		r->after_cr = false; /* second half of a CRLF */
		return;
	}
	if (r->fatal.kind == ERR_NONE && r->fields > 0) {
		if (r->header_done)
			end_row(r);
		else
			end_header(r);
	}
	r->fields = 0;
	r->after_cr = c == '\r';
	r->line++;
	r->began = r->line;
}

static unsigned char delimiter(const char *data, size_t len)
{
	bool semicolon = false, tab = false;

	for (size_t i = 0; i < len && data[i] != '\n' && data[i] != '\r'; i++) {
		if (data[i] == ',')
			return ',';
		semicolon = semicolon || data[i] == ';';
		tab = tab || data[i] == '\t';
	}
	return semicolon ? ';' : tab ? '\t' : ',';
}

static void broken(struct reader *r)
{
	complain(r, "",
	    N_("The quotes of this field do not match: a quote inside a quoted field is written twice, and the "
	       "field ends with one."),
	    NULL, NULL);
}

static void parse(struct reader *r, const char *data, size_t len)
{
	struct csv_parser p;

	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		err_nomem(&r->fatal);
		return;
	}
	csv_set_delim(&p, delimiter(data, len));
	for (size_t at = 0; at < len && r->fatal.kind == ERR_NONE;) {
		size_t n = len - at < CHUNK ? len - at : CHUNK;

		if (csv_parse(&p, data + at, n, on_field, on_row, r) != n) {
			if (csv_error(&p) == CSV_EPARSE)
				broken(r);
			else
				err_nomem(&r->fatal);
			goto done;
		}
		at += n;
	}
	if (csv_fini(&p, on_field, on_row, r) != 0)
		broken(r);
	else if (r->fatal.kind == ERR_NONE && !r->header_done)
		err_set(&r->fatal, ERR_INPUT, "", "The file is empty; its first line must name the columns.",
		    (char *)NULL);
done:
	csv_free(&p);
}

void csv_table_free(struct csv_table *c)
{
	free(c->name);
	free(c->cell);
	free(c->line);
	free(c->text);
	memset(c, 0, sizeof *c);
}

static struct csv_limits limits_of(const struct csv_limits *given)
{
	struct csv_limits l = given != NULL ? *given : (struct csv_limits){ 0, 0, 0 };

	l.bytes = l.bytes != 0 ? l.bytes : CSV_BYTES_MOST;
	l.rows = l.rows != 0 ? l.rows : CSV_ROWS_MOST;
	l.cols = l.cols != 0 ? l.cols : CSV_COLS_MOST;
	return l;
}

int csv_table_read(const char *data, size_t len, const struct csv_limits *limits, struct csv_table *out,
    struct err_list *bad, struct err *e)
{
	struct reader r = { .out = out, .most = limits_of(limits), .bad = bad, .line = 1, .began = 1 };
	size_t before = bad->total;
	char room[24];

	memset(out, 0, sizeof *out);
	if (len > r.most.bytes)
		return err_set(e, ERR_TOO_LARGE, "", "The file is larger than {1} bytes.", number(room, r.most.bytes),
		    (char *)NULL);
	if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
		data += 3;
		len -= 3;
	}
	out->text = r.at = malloc(len + 2);
	if (r.at == NULL)
		return err_nomem(e);
	parse(&r, data, len);
	if (r.fatal.kind != ERR_NONE) {
		*e = e->kind == ERR_NONE ? r.fatal : *e;
		goto fail;
	}
	if (bad->total > before) {
		err_set(e, ERR_INPUT, "", "The file has {1} errors; nothing of it was used.",
		    number(room, bad->total - before), (char *)NULL);
		goto fail;
	}
	return 0;
fail:
	csv_table_free(out);
	return -1;
}

/* The whole file, at most one byte more than the limit; NULL with *e filled on failure. */
static char *slurp(FILE *f, size_t most, size_t *len, struct err *e)
{
	size_t room = 0, n;
	char *p = NULL, *more;

	*len = 0;
	do {
		more = grow(p, &room, *len + CHUNK, 1);
		if (more == NULL) {
			free(p);
			err_nomem(e);
			return NULL;
		}
		p = more;
		n = fread(p + *len, 1, room - *len, f);
		*len += n;
	} while (n > 0 && *len <= most);
	if (ferror(f)) {
		err_set(e, ERR_INPUT, "", "The file cannot be read: {1}.", strerror(errno), (char *)NULL);
		free(p);
		return NULL;
	}
	return p;
}

int csv_table_read_file(const char *path, const struct csv_limits *limits, struct csv_table *out, struct err_list *bad,
    struct err *e)
{
	FILE *f = fopen(path, "rbe");
	char *data;
	size_t len;
	int rc = -1;

	memset(out, 0, sizeof *out);
	if (f == NULL)
		return err_set(e, ERR_INPUT, "", "The file {1} cannot be opened: {2}.", path, strerror(errno),
		    (char *)NULL);
	data = slurp(f, limits_of(limits).bytes, &len, e);
	if (data != NULL)
		rc = csv_table_read(data, len, limits, out, bad, e);
	free(data);
	fclose(f);
	return rc;
}

long csv_table_column(const struct csv_table *c, const char *name)
{
	for (size_t j = 0; j < c->cols; j++)
		if (strcmp(c->name[j], name) == 0)
			return (long)j;
	return -1;
}
