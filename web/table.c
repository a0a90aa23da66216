/* A table of a view model as CSV (RFC 4180): UTF-8, CRLF, a header row.
 * A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are
 * written as they are, in C notation. */
#include "web/site.h"

#include <stdlib.h>
#include <string.h>

#define CSV_MOST ((size_t)64 << 20)

/* "interval.0", "name.vi" */
static const json_t *at_path(const json_t *v, const char *path)
{
	char part[64];

	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (n >= sizeof part)
			return NULL;
		memcpy(part, path, n);
		part[n] = '\0';
		v = json_is_array(v) ? json_array_get(v, strtoul(part, NULL, 10)) : json_object_get(v, part);
		path += n;
		path += *path == '.';
	}
	return v;
}

static void add_text(struct buf *b, const char *s)
{
	bool formula = s[0] != '\0' && strchr("=+-@\t\r", s[0]) != NULL;
	bool quoted = strpbrk(s, ",\"\r\n") != NULL;

	if (quoted)
		buf_putc(b, '"');
	if (formula)
		buf_putc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_putc(b, '"');
		buf_putc(b, *s);
	}
	if (quoted)
		buf_putc(b, '"');
}

static void add_value(struct web_request *rq, struct buf *b, const json_t *v)
{
	if (json_is_string(v))
		add_text(b, json_string_value(v));
	else if (json_is_integer(v))
		buf_addf(b, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		buf_addf(b, "%.17g", json_real_value(v));
	else if (json_is_boolean(v))
		buf_putc(b, json_is_true(v) ? '1' : '0');
	else if (json_is_object(v))
		add_text(b, web_named(rq, v));
}

int web_send_table(struct web_request *rq, struct web_response *rs, const json_t *model, struct err *e)
{
	const struct web_route *row = rq->route;
	const json_t *line;
	struct buf b;
	size_t i;

	buf_init(&b, CSV_MOST);
	for (const struct web_column *c = row->columns; c->name != NULL; c++) {
		add_text(&b, c->name);
		buf_puts(&b, c[1].name != NULL ? "," : "\r\n");
	}
	json_array_foreach(at_path(model, row->table), i, line) {
		for (const struct web_column *c = row->columns; c->name != NULL; c++) {
			add_value(rq, &b, at_path(line, c->path));
			buf_puts(&b, c[1].name != NULL ? "," : "\r\n");
		}
	}
	web_header_add(rq, rs, "Content-Disposition", "attachment; filename=\"elod.csv\"");
	if (web_send_buf(rq, rs, 200, "text/csv; charset=utf-8; header=present", &b) < 0)
		return err_nomem(e);
	return 0;
}

int web_send_sheet(struct web_request *rq, struct web_response *rs, const json_t *table, struct err *e)
{
	const json_t *cols = json_object_get(table, "cols"), *rows = json_object_get(table, "rows"), *line, *cell;
	struct buf b;
	size_t i, j;

	buf_init(&b, CSV_MOST);
	buf_puts(&b, "row");
	json_array_foreach(cols, j, cell) {
		buf_putc(&b, ',');
		add_value(rq, &b, cell);
	}
	buf_puts(&b, "\r\n");
	json_array_foreach(json_object_get(table, "values"), i, line) {
		add_value(rq, &b, json_array_get(rows, i));
		json_array_foreach(line, j, cell) {
			buf_putc(&b, ',');
			add_value(rq, &b, cell);
		}
		buf_puts(&b, "\r\n");
	}
	web_header_add(rq, rs, "Content-Disposition", "attachment; filename=\"elod.csv\"");
	if (web_send_buf(rq, rs, 200, "text/csv; charset=utf-8; header=present", &b) < 0)
		return err_nomem(e);
	return 0;
}
