#include "surveys/csv_scan.h"
#include "core/text.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK	  ((size_t)1 << 20) /* holds a whole header, so that its delimiter can be seen */
#define NAME_MOST 200

struct scan {
	struct csv_parser parser;
	const struct csv_sink *sink;
	struct csv_limits most;
	struct err_list *bad;
	size_t bad_before;
	struct err fatal;
	char **name; /* of the header */
	size_t cols, rows, fields, bytes;
	unsigned long line, began; /* of the row being read */
	bool header_done, after_cr, begun;
};

static void complain(struct scan *s, const char *field, const char *message, const char *a, const char *b)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, field, message, a, b, (char *)NULL);
	err_list_add(s->bad, s->began, &e);
}

static const char *number(char room[24], size_t n)
{
	snprintf(room, 24, "%zu", n);
	return room;
}

static void count_lines(struct scan *s, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n')))
			s->line++;
}

static void keep_name(struct scan *s, const char *text)
{
	char **more = reallocarray(s->name, s->fields, sizeof *more), *copy = strdup(text);

	if (more != NULL)
		s->name = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		err_nomem(&s->fatal);
		return;
	}
	s->name[s->cols++] = copy;
}

static void on_field(void *data, size_t len, void *arg)
{
	struct scan *s = arg;
	const char *text = data != NULL ? data : "";
	size_t col = s->fields++;
	char room[24];

	s->after_cr = false;
	if (s->fatal.kind != ERR_NONE)
		return;
	if (s->fields > s->most.cols) {
		err_set(&s->fatal, ERR_TOO_LARGE, "", "The file has more than {1} columns.", number(room, s->most.cols),
		    (char *)NULL);
		return;
	}
	if (!text_valid(text, len, true)) {
		complain(s, s->header_done && col < s->cols ? s->name[col] : "",
		    N_("Field {1} of this line is not UTF-8 text, or holds control characters."),
		    number(room, s->fields), NULL);
		text = "?"; /* holds the place of a name that cannot be said */
		len = 1;
	}
	count_lines(s, text, len);
	if (!s->header_done)
		keep_name(s, text);
	else if (col < s->cols && s->bad->total == s->bad_before)
		s->sink->cell(s->sink->arg, s->rows, col, text, len, &s->fatal);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void end_header(struct scan *s)
{
	char **sorted, room[24];

	s->header_done = true;
	for (size_t j = 0; j < s->cols; j++)
		if (s->name[j][0] == '\0' || strlen(s->name[j]) > NAME_MOST)
			complain(s, "", N_("Column {1} needs a name of at most {2} bytes."), number(room, j + 1),
			    "200");
	sorted = malloc(s->cols * sizeof *sorted);
	if (sorted == NULL) {
		err_nomem(&s->fatal);
		return;
	}
	memcpy(sorted, s->name, s->cols * sizeof *sorted);
	qsort(sorted, s->cols, sizeof *sorted, by_name);
	for (size_t j = 1; j < s->cols; j++)
		if (strcmp(sorted[j], sorted[j - 1]) == 0)
			complain(s, sorted[j], N_("Two columns have the name {1}."), sorted[j], NULL);
	free(sorted);
	s->sink->header(s->sink->arg, s->name, s->cols, &s->fatal);
}

static void end_row(struct scan *s)
{
	char a[24], b[24];

	if (s->fields != s->cols) {
		complain(s, "", N_("This line has {1} fields; the header has {2}."), number(a, s->fields),
		    number(b, s->cols));
		return;
	}
	if (s->rows == s->most.rows) {
		err_set(&s->fatal, ERR_TOO_LARGE, "", "The file has more than {1} rows.", number(a, s->most.rows),
		    (char *)NULL);
		return;
	}
	if (s->bad->total == s->bad_before)
		s->sink->row(s->sink->arg, s->rows, s->began, &s->fatal);
	s->rows++;
}

/* c: the character that ended the row, or -1 at the end of the file.  Every line break is
 * reported, so that lines can be counted; one without fields before it is a blank line. */
static void on_row(int c, void *arg)
{
	struct scan *s = arg;

	if (c == '\n' && s->after_cr) {
		s->after_cr = false; /* second half of a CRLF */
		return;
	}
	if (s->fatal.kind == ERR_NONE && s->fields > 0) {
		if (s->header_done)
			end_row(s);
		else
			end_header(s);
	}
	s->fields = 0;
	s->after_cr = c == '\r';
	s->line++;
	s->began = s->line;
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

static int broken(struct scan *s)
{
	complain(s, "",
	    N_("The quotes of this field do not match: a quote inside a quoted field is written twice, and the "
	       "field ends with one."),
	    NULL, NULL);
	return -1;
}

static int start(struct scan *s, const struct csv_limits *given, const struct csv_sink *sink, struct err_list *bad,
    struct err *e)
{
	struct csv_limits l = given != NULL ? *given : (struct csv_limits){ 0, 0, 0 };

	memset(s, 0, sizeof *s);
	s->sink = sink;
	s->bad = bad;
	s->bad_before = bad->total;
	s->line = s->began = 1;
	s->most.bytes = l.bytes != 0 ? l.bytes : CSV_BYTES_MOST;
	s->most.rows = l.rows != 0 ? l.rows : CSV_ROWS_MOST;
	s->most.cols = l.cols != 0 ? l.cols : CSV_COLS_MOST;
	if (csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_APPEND_NULL) != 0)
		return err_nomem(e);
	return 0;
}

/* -1: nothing more can be read; why is in fatal or in the list. */
static int feed(struct scan *s, const char *data, size_t len)
{
	char room[24];

	s->bytes += len;
	if (s->bytes > s->most.bytes)
		return err_set(&s->fatal, ERR_TOO_LARGE, "", "The file is larger than {1} bytes.",
		    number(room, s->most.bytes), (char *)NULL);
	if (!s->begun) {
		unsigned char between;

		s->begun = true;
		if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
			data += 3;
			len -= 3;
		}
		between = delimiter(data, len);
		csv_set_delim(&s->parser, between);
		if (s->sink->delimiter != NULL)
			*s->sink->delimiter = (char)between;
	}
	if (csv_parse(&s->parser, data, len, on_field, on_row, s) != len)
		return csv_error(&s->parser) == CSV_EPARSE ? broken(s) : err_nomem(&s->fatal);
	return s->fatal.kind == ERR_NONE ? 0 : -1;
}

static int finish(struct scan *s, int rc, struct err *e)
{
	size_t found;
	char room[24];

	if (rc == 0 && csv_fini(&s->parser, on_field, on_row, s) != 0)
		broken(s);
	found = s->bad->total - s->bad_before;
	if (s->fatal.kind == ERR_NONE && found == 0 && !s->header_done)
		err_set(&s->fatal, ERR_INPUT, "", "The file is empty; its first line must name the columns.",
		    (char *)NULL);
	csv_free(&s->parser);
	for (size_t j = 0; j < s->cols; j++)
		free(s->name[j]);
	free(s->name);
	if (s->fatal.kind != ERR_NONE) {
		*e = e->kind == ERR_NONE ? s->fatal : *e;
		return -1;
	}
	return found == 0 ? 0
			  : err_set(e, ERR_INPUT, "", "The file has {1} errors; nothing of it was used.",
				number(room, found), (char *)NULL);
}

int csv_scan(const char *data, size_t len, const struct csv_limits *limits, const struct csv_sink *sink,
    struct err_list *bad, struct err *e)
{
	struct scan s;
	int rc = start(&s, limits, sink, bad, e);

	if (rc != 0)
		return -1;
	rc = feed(&s, data, len);
	return finish(&s, rc, e);
}

int csv_scan_file(const char *path, const struct csv_limits *limits, const struct csv_sink *sink, struct err_list *bad,
    struct err *e)
{
	FILE *f = fopen(path, "rbe");
	char *chunk = malloc(CHUNK);
	struct scan s;
	size_t n;
	int rc;

	if (f == NULL || chunk == NULL) {
		if (f == NULL)
			err_set(e, ERR_INPUT, "", "The file {1} cannot be opened: {2}.", path, strerror(errno),
			    (char *)NULL);
		else
			err_nomem(e);
		goto fail;
	}
	if (start(&s, limits, sink, bad, e) != 0)
		goto fail;
	do {
		n = fread(chunk, 1, CHUNK, f);
		rc = feed(&s, chunk, n);
	} while (rc == 0 && n == CHUNK);
	if (ferror(f))
		rc = err_set(&s.fatal, ERR_INPUT, "", "The file cannot be read: {1}.", strerror(errno), (char *)NULL);
	rc = finish(&s, rc, e);
	free(chunk);
	fclose(f);
	return rc;
fail:
	free(chunk);
	if (f != NULL)
		fclose(f);
	return -1;
}
