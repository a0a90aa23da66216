/* core/err.h -- one way to say what went wrong.
 * A function that can fail returns 0 or -1 and fills the struct err given last.
 * First error wins: a later err_set() on a filled struct changes nothing.
 * message is an English msgid, static, with the places {1} {2} {3} for up to three
 * arguments; the face that shows it may look up a translation before the places are
 * filled (err_text).  It never holds SQL, a path, or another person's data.
 * log is for the machine room and never leaves the process. */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stddef.h>

enum err_kind {
	ERR_NONE,
	ERR_INPUT,     /* what was sent is wrong: field and message say where and what would be right */
	ERR_LOGIN,     /* nobody is signed in, or the credentials are wrong */
	ERR_FORBIDDEN, /* signed in, but without the right */
	ERR_ABSENT,    /* no such thing */
	ERR_CONFLICT,  /* true once, but not together with what is already stored */
	ERR_BUSY,      /* database locked, disk full, queue full: try again */
	ERR_TOO_LARGE, /* over a stated limit */
	ERR_INTERNAL   /* a fault of the program or the machine */
};

/* Marks a message that is passed on before it reaches err_set(), so that translators find it. */
#define N_(msgid) msgid

#define ERR_ARGS 3

struct err {
	enum err_kind kind;
	const char *message;
	char field[64]; /* offending input field, option or column; "" when none */
	char arg[ERR_ARGS][96];
	char log[320];
};

/* Always returns -1.  Arguments after message are const char *, the last one NULL. */
int err_set(struct err *e, enum err_kind kind, const char *field, const char *message, ...)
    __attribute__((sentinel, cold));
/* ERR_INTERNAL (or ERR_BUSY) with a text for the log alone; always returns -1. */
int err_internal(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3), cold));
int err_busy(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3), cold));
int err_nomem(struct err *e);
void err_clear(struct err *e);

/* The message with its places filled, in a caller's buffer; translate may be NULL (English). */
typedef const char *err_translate_fn(const void *catalogue, const char *msgid);
void err_text(const struct err *e, err_translate_fn *translate, const void *catalogue, char *out, size_t size);
/* A short stable word for a kind ("input", "conflict", ...), for logs and problem documents. */
const char *err_kind_name(enum err_kind kind);

/* Errors by place, for imports that must report every bad line.  At most ERR_LIST_SHOWN are
 * kept, all are counted.  line 0 means the whole file. */
#define ERR_LIST_SHOWN 100
struct err_at {
	unsigned long line;
	struct err err;
};
struct err_list {
	struct err_at *at; /* malloc'd, ERR_LIST_SHOWN entries once the first error arrives */
	size_t shown, total;
};
void err_list_add(struct err_list *l, unsigned long line, const struct err *e);
void err_list_free(struct err_list *l);

#endif
