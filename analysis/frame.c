#include "analysis/frame.h"
#include "core/text.h"

#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_LEAST 256

void frame_init(struct frame *f)
{
	memset(f, 0, sizeof *f);
}

static void nothing(void *p)
{
	(void)p;
}

/* A level under its text, for tsearch(). */
struct named_level {
	char *text;
	uint32_t at;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct named_level *)a)->text, ((const struct named_level *)b)->text);
}

static void column_free(struct frame_column *c)
{
	tdestroy(c->index, c->kind == FRAME_TEXTS ? free : nothing);
	for (size_t i = 0; i < c->level_count; i++)
		free(c->levels[i]);
	free(c->levels);
	free(c->level);
	free(c->code);
	free(c->real);
	free(c->why);
	free(c->name);
}

void frame_free(struct frame *f)
{
	for (size_t j = 0; j < f->cols; j++)
		column_free(f->column + j);
	while (f->held != NULL) {
		struct frame_held *next = f->held->next;

		free(f->held);
		f->held = next;
	}
	free(f->column);
	free(f->lines);
	memset(f, 0, sizeof *f);
}

char *frame_hold(struct frame *f, size_t size)
{
	struct frame_held *h = malloc(sizeof *h + size);

	if (h == NULL)
		return NULL;
	h->next = f->held;
	f->held = h;
	return h->text;
}

/* Makes the arrays of a column's kind hold room rows. */
static int fit(struct frame_column *c, size_t room, struct err *e)
{
	void *p;

	if (c->kind == FRAME_CODES) {
		p = realloc(c->code, room);
		if (p == NULL)
			return err_nomem(e);
		c->code = p;
	} else if (c->kind == FRAME_TEXTS) {
		p = reallocarray(c->level, room, sizeof *c->level);
		if (p == NULL)
			return err_nomem(e);
		c->level = p;
	} else {
		p = reallocarray(c->real, room, sizeof *c->real);
		if (p == NULL)
			return err_nomem(e);
		c->real = p;
		p = realloc(c->why, room);
		if (p == NULL)
			return err_nomem(e);
		c->why = p;
	}
	return 0;
}

/* Puts AN_SKIPPED into a new row of every column. */
static void blank(struct frame *f, size_t row)
{
	for (size_t j = 0; j < f->cols; j++) {
		struct frame_column *c = f->column + j;

		if (c->kind == FRAME_CODES)
			c->code[row] = AN_CODE_MISSING + AN_SKIPPED;
		else if (c->kind == FRAME_TEXTS)
			c->level[row] = FRAME_MISSING + AN_SKIPPED;
		else
			c->why[row] = AN_SKIPPED;
	}
}

/* A row is begun when its first cell is put; then rows + 1 of them are there. */
static int begin(struct frame *f, struct err *e)
{
	size_t room = f->room == 0 ? ROOM_LEAST : f->room + f->room / 2;

	if (f->rows < f->room)
		return 0;
	for (size_t j = 0; j < f->cols; j++)
		if (fit(f->column + j, room, e) != 0)
			return -1;
	f->room = room;
	blank(f, f->rows);
	return 0;
}

/* Rows that hold something when a cell of this row is about to be put. */
static size_t filled(const struct frame *f, size_t row)
{
	return row < f->rows ? f->rows : row;
}

int frame_add_column(struct frame *f, const char *name, size_t *column, struct err *e)
{
	struct frame_column *more, *c;

	if (frame_find(f, name) != SIZE_MAX)
		return err_set(e, ERR_INPUT, name, "Two columns have the name {1}.", name, (char *)NULL);
	more = reallocarray(f->column, f->cols + 1, sizeof *more);
	if (more == NULL)
		return err_nomem(e);
	f->column = more;
	c = more + f->cols;
	memset(c, 0, sizeof *c);
	c->name = strdup(name);
	if (c->name == NULL)
		return err_nomem(e);
	if (f->room > 0 && fit(c, f->room, e) != 0) {
		free(c->name);
		return -1;
	}
	if (f->room > 0)
		memset(c->code, AN_CODE_MISSING + AN_SKIPPED, f->room);
	*column = f->cols++;
	return 0;
}

enum an_why frame_why(const struct frame *f, size_t row, size_t column)
{
	const struct frame_column *c = f->column + column;

	if (c->kind == FRAME_CODES)
		return c->code[row] < AN_CODE_MISSING ? AN_PRESENT : (enum an_why)(c->code[row] - AN_CODE_MISSING);
	if (c->kind == FRAME_TEXTS)
		return c->level[row] < FRAME_MISSING ? AN_PRESENT : (enum an_why)(c->level[row] - FRAME_MISSING);
	return (enum an_why)c->why[row];
}

enum an_why frame_number(const struct frame *f, size_t row, size_t column, double *x)
{
	const struct frame_column *c = f->column + column;
	enum an_why why = frame_why(f, row, column);

	if (why != AN_PRESENT)
		return why;
	if (c->kind == FRAME_CODES)
		*x = c->code[row];
	else if (c->kind == FRAME_REALS)
		*x = c->real[row];
	else if (!text_number(c->levels[c->level[row]], x))
		return AN_UNREADABLE;
	return AN_PRESENT;
}

const char *frame_text(const struct frame *f, size_t row, size_t column, char room[FRAME_TEXT_ROOM])
{
	const struct frame_column *c = f->column + column;
	double x = 0;

	if (frame_why(f, row, column) != AN_PRESENT)
		return NULL;
	if (c->kind == FRAME_TEXTS)
		return c->levels[c->level[row]];
	frame_number(f, row, column, &x);
	snprintf(room, FRAME_TEXT_ROOM, "%.15g", x);
	return room;
}

bool frame_is_number(const struct frame *f, size_t column)
{
	const struct frame_column *c = f->column + column;
	double x;

	for (size_t i = 0; c->kind == FRAME_TEXTS && i < c->level_count; i++)
		if (!text_number(c->levels[i], &x))
			return false;
	return true;
}

static int to_reals(struct frame *f, struct frame_column *c, size_t rows, struct err *e)
{
	unsigned char *code = c->code;

	c->kind = FRAME_REALS;
	if (fit(c, f->room, e) != 0) {
		free(c->real);
		c->real = NULL;
		c->kind = FRAME_CODES;
		return -1;
	}
	for (size_t i = 0; i < rows; i++) {
		bool has = code[i] < AN_CODE_MISSING;

		c->real[i] = has ? code[i] : 0;
		c->why[i] = has ? AN_PRESENT : (unsigned char)(code[i] - AN_CODE_MISSING);
	}
	free(code);
	c->code = NULL;
	return 0;
}

/* Index of a level, made when it is new. */
static int intern(struct frame_column *c, const char *text, uint32_t *at, struct err *e)
{
	struct named_level want = { .text = (char *)(uintptr_t)text }, **found = tfind(&want, &c->index, by_text),
			   *made;
	char **more;

	if (found != NULL) {
		*at = (*found)->at;
		return 0;
	}
	/* grows by doubling at the powers of two */
	if ((c->level_count & (c->level_count - 1)) == 0) {
		more = reallocarray(c->levels, c->level_count == 0 ? 1 : c->level_count * 2, sizeof *more);
		if (more == NULL)
			return err_nomem(e);
		c->levels = more;
	}
	made = malloc(sizeof *made);
	want.text = strdup(text);
	if (made == NULL || want.text == NULL)
		goto fail;
	*made = want;
	made->at = (uint32_t)c->level_count;
	if (tsearch(made, &c->index, by_text) == NULL)
		goto fail;
	*at = made->at;
	c->levels[c->level_count++] = made->text;
	return 0;
fail:
	free(made);
	free(want.text);
	return err_nomem(e);
}

static int to_texts(struct frame *f, size_t column, size_t rows, struct err *e)
{
	struct frame_column *c = f->column + column, texts = { .name = c->name, .kind = FRAME_TEXTS };
	char room[FRAME_TEXT_ROOM];

	if (fit(&texts, f->room, e) != 0)
		return -1;
	for (size_t i = 0; i < rows; i++) {
		const char *text = frame_text(f, i, column, room);

		if (text == NULL)
			texts.level[i] = (uint32_t)(FRAME_MISSING + frame_why(f, i, column));
		else if (intern(&texts, text, texts.level + i, e) != 0) {
			texts.name = NULL;
			column_free(&texts);
			return -1;
		}
	}
	texts.misspelt = c->respelt;
	c->name = NULL;
	column_free(c);
	*c = texts;
	return 0;
}

int frame_make_texts(struct frame *f, size_t column, struct err *e)
{
	if (f->room > 0)
		return to_texts(f, column, filled(f, f->rows), e);
	f->column[column].kind = FRAME_TEXTS;
	return 0;
}

int frame_put_number(struct frame *f, size_t row, size_t column, double x, struct err *e)
{
	struct frame_column *c = f->column + column;
	char text[FRAME_TEXT_ROOM];

	if (row == f->rows && begin(f, e) != 0)
		return -1;
	if (!isfinite(x))
		return frame_put_missing(f, row, column, AN_UNREADABLE, e);
	if (c->kind == FRAME_TEXTS) {
		snprintf(text, sizeof text, "%.15g", x);
		return intern(c, text, c->level + row, e);
	}
	if (c->kind == FRAME_CODES && !(x >= 0 && x < AN_CODE_MISSING && x == floor(x) && !signbit(x)) &&
	    to_reals(f, c, filled(f, row), e) != 0)
		return -1;
	if (c->kind == FRAME_CODES) {
		c->code[row] = (unsigned char)x;
	} else {
		c->real[row] = x;
		c->why[row] = AN_PRESENT;
	}
	return 0;
}

/* Whether "%.15g" surely writes the number of this text as the text itself. */
static bool is_canonical(const char *text)
{
	const char *p = text + (*text == '-'), *first = p, *point;
	size_t digits = strspn(p, "0123456789"), after;

	if (digits == 0 || digits > 15 || (*first == '0' && digits > 1))
		return false;
	point = p + digits;
	if (*point == '\0')
		return true;
	after = *point == '.' ? strspn(point + 1, "0123456789") : 0;
	return after > 0 && point[1 + after] == '\0' && point[after] != '0' && digits + after <= 15 &&
	    !(*first == '0' && strncmp(point + 1, "0000", 4) == 0);
}

int frame_put_text(struct frame *f, size_t row, size_t column, const char *text, struct err *e)
{
	struct frame_column *c = f->column + column;
	double x;

	if (row == f->rows && begin(f, e) != 0)
		return -1;
	if (c->kind != FRAME_TEXTS) {
		/* nearly every cell of nearly every file is one or two digits */
		if (text[0] >= '0' && text[0] <= '9' && text[1] == '\0')
			return frame_put_number(f, row, column, text[0] - '0', e);
		if (text_number(text, &x)) {
			c->respelt = c->respelt || !is_canonical(text);
			return frame_put_number(f, row, column, x, e);
		}
		if (to_texts(f, column, filled(f, row), e) != 0)
			return -1;
	}
	return intern(c, text, c->level + row, e);
}

int frame_put_missing(struct frame *f, size_t row, size_t column, enum an_why why, struct err *e)
{
	struct frame_column *c = f->column + column;

	if (row == f->rows && begin(f, e) != 0)
		return -1;
	if (c->kind == FRAME_CODES)
		c->code[row] = (unsigned char)(AN_CODE_MISSING + why);
	else if (c->kind == FRAME_TEXTS)
		c->level[row] = (uint32_t)(FRAME_MISSING + why);
	else
		c->why[row] = (unsigned char)why;
	return 0;
}

int frame_end_row(struct frame *f, struct err *e)
{
	if (begin(f, e) != 0)
		return -1;
	f->rows++;
	if (f->rows < f->room)
		blank(f, f->rows);
	return 0;
}

size_t frame_find(const struct frame *f, const char *name)
{
	for (size_t j = 0; j < f->cols; j++)
		if (strcmp(f->column[j].name, name) == 0)
			return j;
	return SIZE_MAX;
}

unsigned long frame_line(const struct frame *f, size_t row)
{
	size_t lo = 0, hi = f->line_count;

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (f->lines[mid].row <= row)
			lo = mid;
		else
			hi = mid;
	}
	return f->line_count > 0 ? f->lines[lo].line + (row - f->lines[lo].row) : row + 2;
}

static void keep_column(struct frame_column *c, const unsigned char *keep, size_t rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows; i++) {
		if (keep[i] == 0)
			continue;
		if (c->kind == FRAME_CODES) {
			c->code[n] = c->code[i];
		} else if (c->kind == FRAME_TEXTS) {
			c->level[n] = c->level[i];
		} else {
			c->real[n] = c->real[i];
			c->why[n] = c->why[i];
		}
		n++;
	}
}

static int keep_lines(struct frame *f, const unsigned char *keep, struct err *e)
{
	struct frame_line *lines = NULL, *more;
	size_t n = 0, row = 0, room = 0;

	for (size_t i = 0; i < f->rows; i++) {
		unsigned long line = frame_line(f, i);

		if (keep[i] == 0)
			continue;
		if (n == 0 || lines[n - 1].line + (row - lines[n - 1].row) != line) {
			if (n == room) {
				room = room == 0 ? 16 : room * 2;
				more = reallocarray(lines, room, sizeof *lines);
				if (more == NULL) {
					free(lines);
					return err_nomem(e);
				}
				lines = more;
			}
			lines[n++] = (struct frame_line){ row, line };
		}
		row++;
	}
	free(f->lines);
	f->lines = lines;
	f->line_count = n;
	return 0;
}

int frame_keep(struct frame *f, const unsigned char *keep, struct err *e)
{
	size_t rows = 0;

	if (keep_lines(f, keep, e) != 0)
		return -1;
	for (size_t j = 0; j < f->cols; j++)
		keep_column(f->column + j, keep, f->rows);
	for (size_t i = 0; i < f->rows; i++)
		rows += keep[i] != 0;
	f->rows = rows;
	if (f->rows < f->room)
		blank(f, f->rows);
	return 0;
}
