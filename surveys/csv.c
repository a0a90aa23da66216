#include "surveys/csv.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MOST ((size_t)256 << 20) /* of a file that is held whole */
#define CHUNK	   ((size_t)65536)

struct filling {
	struct csv_table *out;
	char *at; /* next free byte of out->text */
	size_t cell_room, line_room;
};

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

static int take_header(void *arg, char *const *name, size_t cols, struct err *e)
{
	struct csv_table *t = ((struct filling *)arg)->out;

	t->name = calloc(cols, sizeof *t->name);
	if (t->name == NULL)
		return err_nomem(e);
	for (t->cols = 0; t->cols < cols; t->cols++) {
		t->name[t->cols] = strdup(name[t->cols]);
		if (t->name[t->cols] == NULL)
			return err_nomem(e);
	}
	return 0;
}

static int take_cell(void *arg, size_t row, size_t col, const char *text, size_t len, struct err *e)
{
	struct filling *f = arg;
	struct csv_table *t = f->out;
	char **more = grow(t->cell, &f->cell_room, row * t->cols + col + 1, sizeof *more);

	if (more == NULL)
		return err_nomem(e);
	t->cell = more;
	t->cell[row * t->cols + col] = f->at;
	/* a field is never longer than its bytes in the file, and its delimiter pays for the NUL */
	memcpy(f->at, text, len + 1);
	f->at += len + 1;
	return 0;
}

static int take_row(void *arg, size_t row, unsigned long line, struct err *e)
{
	struct filling *f = arg;
	unsigned long *more = grow(f->out->line, &f->line_room, row + 1, sizeof *more);

	if (more == NULL)
		return err_nomem(e);
	f->out->line = more;
	f->out->line[row] = line;
	f->out->rows = row + 1;
	return 0;
}

void csv_table_free(struct csv_table *c)
{
	for (size_t j = 0; j < c->cols; j++)
		free(c->name[j]);
	free(c->name);
	free(c->cell);
	free(c->line);
	free(c->text);
	memset(c, 0, sizeof *c);
}

int csv_table_read(const char *data, size_t len, const struct csv_limits *limits, struct csv_table *out,
    struct err_list *bad, struct err *e)
{
	struct filling f = { .out = out };
	struct csv_sink sink = { take_header, take_cell, take_row, &f };

	memset(out, 0, sizeof *out);
	out->text = f.at = malloc(len + 2);
	if (out->text == NULL)
		return err_nomem(e);
	if (csv_scan(data, len, limits, &sink, bad, e) == 0)
		return 0;
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
	struct csv_limits most = limits != NULL ? *limits : (struct csv_limits){ 0, 0, 0 };
	FILE *f = fopen(path, "rbe");
	char *data;
	size_t len;
	int rc = -1;

	memset(out, 0, sizeof *out);
	if (f == NULL)
		return err_set(e, ERR_INPUT, "", "The file {1} cannot be opened: {2}.", path, strerror(errno),
		    (char *)NULL);
	most.bytes = most.bytes != 0 ? most.bytes : BYTES_MOST;
	data = slurp(f, most.bytes, &len, e);
	if (data != NULL)
		rc = csv_table_read(data, len, &most, out, bad, e);
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
