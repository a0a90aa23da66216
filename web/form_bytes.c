#include "web/form_bytes.h"

#include "core/ids.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define HOLES_MOST 32

struct piece { /* the bytes before a hole; the last piece has none after it */
	size_t from, len;
	int hole; /* enum form_hole; -1: none */
};

struct form_bytes {
	atomic_uint refs;
	size_t len, piece_count;
	struct piece pieces[HOLES_MOST + 1];
	char page[];
};

void form_marks_new(struct form_marks *out)
{
	char random[TOKEN_LEN + 1];

	/* one stem, so that cutting looks for one word; its last letter tells which hole */
	token_new(random);
	for (int i = 0; i < FORM_HOLE_COUNT; i++) {
		memcpy(out->text[i], random, FORM_MARK_LEN - 1);
		out->text[i][FORM_MARK_LEN - 1] = (char)('a' + i);
		out->text[i][FORM_MARK_LEN] = '\0';
	}
}

static int cut(struct form_bytes *b, const struct form_marks *marks, struct err *e)
{
	const char *stem = marks->text[0];
	size_t from = 0;

	for (;;) {
		const char *at = memmem(b->page + from, b->len - from, stem, FORM_MARK_LEN - 1);
		struct piece *p = &b->pieces[b->piece_count++];

		p->from = from;
		p->hole = -1;
		p->len = at == NULL ? b->len - from : (size_t)(at - b->page) - from;
		if (at == NULL)
			return 0;
		if (b->piece_count > HOLES_MOST)
			return err_internal(e, "form: a page with more than %d holes", HOLES_MOST);
		from += p->len + FORM_MARK_LEN;
		if (from > b->len || (p->hole = b->page[from - 1] - 'a') < 0 || p->hole >= FORM_HOLE_COUNT)
			return err_internal(e, "form: a broken mark in a page");
	}
}

struct form_bytes *form_bytes_new(const struct form_marks *marks, const char *page, size_t len, struct err *e)
{
	struct form_bytes *b = malloc(sizeof *b + len);

	if (b == NULL) {
		err_nomem(e);
		return NULL;
	}
	atomic_init(&b->refs, 1);
	b->len = len;
	b->piece_count = 0;
	memcpy(b->page, page, len);
	if (cut(b, marks, e) != 0) {
		free(b);
		return NULL;
	}
	return b;
}

struct form_bytes *form_bytes_take(struct form_bytes *b)
{
	atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
	return b;
}

void form_bytes_drop(struct form_bytes *b)
{
	if (b != NULL && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
		free(b);
}

static void drop_deferred(void *b)
{
	form_bytes_drop(b);
}

int form_bytes_send(struct form_bytes *b, struct web_request *rq, struct web_response *rs,
    const char *const values[FORM_HOLE_COUNT], struct err *e)
{
	struct web_part *parts = ARENA_ARRAY(rq->arena, struct web_part, b->piece_count * 2);
	size_t n = 0;

	if (parts == NULL || arena_defer(rq->arena, drop_deferred, b) != 0)
		return err_nomem(e);
	form_bytes_take(b);
	for (size_t i = 0; i < b->piece_count; i++) {
		const struct piece *p = &b->pieces[i];
		const char *value = p->hole < 0 ? NULL : values[p->hole];

		if (p->len > 0)
			parts[n++] = (struct web_part){ b->page + p->from, p->len };
		if (value != NULL && *value != '\0')
			parts[n++] = (struct web_part){ value, strlen(value) };
	}
	rs->type = "text/html; charset=utf-8";
	rs->parts = parts;
	rs->part_count = n;
	return 0;
}
