/* tests/store/pages.h -- a SQLite file as bytes: b-tree pages, their live cells, and the rest.
 * Written from the published file format (sqlite.org/fileformat2.html), not through SQLite, so
 * that it sees what a holder of the file sees.  Overflow chains are not followed: the tests use
 * records that fit a page. */
#ifndef TESTS_STORE_PAGES_H
#define TESTS_STORE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct raw_file {
	unsigned char *p;
	size_t len;
};
struct raw_cell {
	size_t page;	/* 1, 2, ... */
	size_t at, len; /* in the file */
};
struct raw_cells {
	struct raw_cell *cell;
	size_t n, room;
};

static inline struct raw_file raw_read(const char *path)
{
	struct raw_file f = { 0 };
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		return f;
	fseek(in, 0, SEEK_END);
	f.len = (size_t)ftell(in);
	rewind(in);
	f.p = malloc(f.len + 1);
	f.len = fread(f.p, 1, f.len, in);
	fclose(in);
	return f;
}

static inline size_t raw_be(const unsigned char *p, int n)
{
	size_t x = 0;

	for (int i = 0; i < n; i++)
		x = x << 8 | p[i];
	return x;
}

static inline size_t raw_page_size(const struct raw_file *f)
{
	size_t n = raw_be(f->p + 16, 2);

	return n == 1 ? 65536 : n;
}

static inline size_t raw_varint(const unsigned char *p, size_t *out)
{
	size_t n = 0;

	*out = 0;
	do
		*out = *out << 7 | (p[n] & 127);
	while (n < 8 && p[n++] & 128);
	return n;
}

static inline void raw_add(struct raw_cells *c, size_t page, size_t at, size_t len)
{
	if (c->n == c->room) {
		c->room = c->room == 0 ? 256 : c->room * 2;
		c->cell = realloc(c->cell, c->room * sizeof *c->cell);
	}
	c->cell[c->n++] = (struct raw_cell){ page, at, len };
}

/* Live cells of an index b-tree (a table WITHOUT ROWID) from its root page. */
static inline void raw_tree(const struct raw_file *f, size_t page, struct raw_cells *out)
{
	size_t size = raw_page_size(f), start = (page - 1) * size, head = page == 1 ? 100 : 0;
	const unsigned char *h = f->p + start + head;
	bool leaf = h[0] == 10;
	size_t cells = raw_be(h + 3, 2);

	if (h[0] != 10 && h[0] != 2)
		return;
	for (size_t i = 0; i < cells; i++) {
		size_t at = raw_be(h + (leaf ? 8 : 12) + 2 * i, 2), payload;
		const unsigned char *p = f->p + start + at;
		size_t n = leaf ? 0 : 4;

		if (!leaf)
			raw_tree(f, raw_be(p, 4), out);
		n += raw_varint(p + n, &payload);
		raw_add(out, page, start + at, n + payload);
	}
	if (!leaf)
		raw_tree(f, raw_be(h + 8, 4), out);
}

static inline bool raw_live(const struct raw_cells *c, size_t at)
{
	for (size_t i = 0; i < c->n; i++)
		if (at >= c->cell[i].at && at < c->cell[i].at + c->cell[i].len)
			return true;
	return false;
}

/* Order in which cells were put into their pages: a page fills from its end. */
static inline int raw_by_position(const void *a, const void *b)
{
	const struct raw_cell *x = a, *y = b;

	if (x->page != y->page)
		return x->page < y->page ? -1 : 1;
	return x->at > y->at ? -1 : x->at < y->at;
}

#endif
