/* core/buf.h -- a growing run of bytes with a ceiling.
 * Always NUL-terminated after the first addition.  After a failed addition (ceiling reached or
 * out of memory) failed is set, nothing more is added, and what was there stays valid.
 * Owner: whoever called buf_init(); buf_free() releases, buf_take() hands the bytes over. */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *p;
	size_t len, cap, limit;
	bool failed;
};

void buf_init(struct buf *b, size_t limit);
void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* empty again, memory kept */
void buf_add(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *buf_take(struct buf *b, size_t *len); /* malloc'd, the caller's; NULL if the buffer failed */

#endif
