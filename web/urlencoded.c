#include "web/urlencoded.h"

#include "core/text.h"

#include <string.h>

#define NAME_MOST  64
#define VALUE_MOST (64 * 1024)

void urlencoded_start(struct urlencoded *u, struct arena *a, const char *text, size_t len)
{
	*u = (struct urlencoded){ .p = text,
		.end = text + len,
		.arena = a,
		.name_most = NAME_MOST,
		.value_most = VALUE_MOST };
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length, or -1 for a broken %XX. */
static long decode(const char *s, size_t len, char *out)
{
	char *to = out;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '+') {
			*to++ = ' ';
		} else if (s[i] != '%') {
			*to++ = s[i];
		} else {
			int high = i + 2 < len ? hex(s[i + 1]) : -1, low = i + 2 < len ? hex(s[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			*to++ = (char)(high << 4 | low);
			i += 2;
		}
	}
	*to = '\0';
	return (long)(to - out);
}

/* True when there was something to blank out. */
static bool blank_controls(char *s, size_t len)
{
	bool any = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		bool c1 = c == 0xC2 && i + 1 < len && (unsigned char)s[i + 1] >= 0x80 && (unsigned char)s[i + 1] < 0xA0;

		if (!c1 && c != 0x7F && (c >= 0x20 || c == '\n' || c == '\r' || c == '\t'))
			continue;
		any = true;
		s[i] = ' ';
		if (c1)
			s[++i] = ' ';
	}
	return any;
}

/* field: what an error names; NULL while the name itself is read. */
static int take(struct urlencoded *u, const char *s, size_t len, size_t most, const char *field, const char **out,
    struct err *e)
{
	char *text;
	long n;

	if (len > 3 * most)
		return err_set(e, ERR_TOO_LARGE, field, "A field of the form is too long.", NULL);
	text = arena_get(u->arena, len + 1, 1);
	if (text == NULL)
		return err_nomem(e);
	n = decode(s, len, text);
	if (n > 0 && field != NULL && u->soften)
		u->softened = blank_controls(text, (size_t)n);
	if (n < 0 || !text_valid(text, (size_t)n, field != NULL))
		return err_set(e, ERR_INPUT, field, "This text holds characters that cannot be stored.", NULL);
	if ((size_t)n > most)
		return err_set(e, ERR_TOO_LARGE, field, "A field of the form is too long.", NULL);
	*out = text;
	return 0;
}

int urlencoded_next(struct urlencoded *u, const char **name, const char **value, struct err *e)
{
	const char *end, *equals;
	size_t len;

	while (u->p < u->end && *u->p == '&')
		u->p++;
	if (u->p >= u->end)
		return 0;
	end = memchr(u->p, '&', (size_t)(u->end - u->p));
	if (end == NULL)
		end = u->end;
	equals = memchr(u->p, '=', (size_t)(end - u->p));
	len = equals == NULL ? (size_t)(end - u->p) : (size_t)(equals - u->p);
	if (take(u, u->p, len, u->name_most, NULL, name, e) != 0)
		return -1;
	if (**name == '\0')
		return err_set(e, ERR_INPUT, NULL, "A field of the form has no name.", NULL);
	*value = "";
	u->softened = false;
	if (equals != NULL && take(u, equals + 1, (size_t)(end - equals - 1), u->value_most, *name, value, e) != 0)
		return -1;
	u->p = end;
	return 1;
}

char *urlencoded_value(struct arena *a, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = strlen(text);
	char *out = len < ((size_t)1 << 24) ? arena_get(a, 3 * len + 1, 1) : NULL, *to = out;

	for (; out != NULL && *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr("-._~", c) != NULL) {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	return out;
}
