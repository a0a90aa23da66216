#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes were copied: fewer than there are when they do not fit. */
static size_t copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);

	if (n >= size) {
		n = size - 1;
		/* never cut a UTF-8 sequence in two */
		while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
			n--;
	}
	memcpy(to, from, n);
	to[n] = '\0';
	return n;
}

int err_set(struct err *e, enum err_kind kind, const char *field, const char *message, ...)
{
	va_list ap;

	if (e == NULL || e->kind != ERR_NONE)
		return -1;
	e->kind = kind;
	e->message = message;
	copy(e->field, sizeof e->field, field != NULL ? field : "");
	va_start(ap, message);
	for (int i = 0; i < ERR_ARGS; i++) {
		const char *arg = va_arg(ap, const char *);

		if (arg == NULL)
			break;
		copy(e->arg[i], sizeof e->arg[i], arg);
	}
	va_end(ap);
	return -1;
}

static void log_text(struct err *e, enum err_kind kind, const char *message, const char *fmt, va_list ap)
{
	if (e->kind != ERR_NONE)
		return;
	e->kind = kind;
	e->message = message;
	vsnprintf(e->log, sizeof e->log, fmt, ap);
}

int err_internal(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return -1;
	va_start(ap, fmt);
	log_text(e, ERR_INTERNAL, "Something failed inside the program. Nothing was changed.", fmt, ap);
	va_end(ap);
	return -1;
}

int err_busy(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return -1;
	va_start(ap, fmt);
	log_text(e, ERR_BUSY, "The server is busy. Nothing was stored; please try again shortly.", fmt, ap);
	va_end(ap);
	return -1;
}

int err_nomem(struct err *e)
{
	return err_internal(e, "out of memory");
}

/* Not the whole of it: this runs once an answer. */
void err_clear(struct err *e)
{
	e->kind = ERR_NONE;
	e->message = NULL;
	e->field[0] = e->log[0] = '\0';
	for (int i = 0; i < ERR_ARGS; i++)
		e->arg[i][0] = '\0';
}

void err_text(const struct err *e, err_translate_fn *translate, const void *catalogue, char *out, size_t size)
{
	const char *s = e->message != NULL ? e->message : "";
	size_t n = 0;

	if (size == 0)
		return;
	if (translate != NULL)
		s = translate(catalogue, s);
	while (*s != '\0' && n + 1 < size) {
		if (s[0] == '{' && s[1] >= '1' && s[1] <= '0' + ERR_ARGS && s[2] == '}') {
			const char *arg = e->arg[s[1] - '1'];
			size_t copied = copy(out + n, size - n, arg);

			n += copied;
			if (arg[copied] != '\0')
				break;
			s += 3;
		} else {
			out[n++] = *s++;
		}
	}
	/* a full buffer may have ended inside a character of the message */
	if (*s != '\0' && ((unsigned char)*s & 0xC0) == 0x80) {
		while (n > 0 && ((unsigned char)out[n - 1] & 0xC0) == 0x80)
			n--;
		if (n > 0)
			n--;
	}
	out[n] = '\0';
}

const char *err_kind_name(enum err_kind kind)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",
		[ERR_INPUT] = "invalid-input",
		[ERR_LOGIN] = "sign-in-needed",
		[ERR_FORBIDDEN] = "forbidden",
		[ERR_ABSENT] = "not-found",
		[ERR_CONFLICT] = "conflict",
		[ERR_BUSY] = "busy",
		[ERR_TOO_LARGE] = "too-large",
		[ERR_INTERNAL] = "internal",
	};
	return names[kind];
}

void err_list_add(struct err_list *l, unsigned long line, const struct err *e)
{
	l->total++;
	if (l->at == NULL)
		l->at = calloc(ERR_LIST_SHOWN, sizeof *l->at);
	if (l->at == NULL || l->shown == ERR_LIST_SHOWN)
		return;
	l->at[l->shown].line = line;
	l->at[l->shown++].err = *e;
}

void err_list_free(struct err_list *l)
{
	free(l->at);
	memset(l, 0, sizeof *l);
}
