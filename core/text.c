#include "core/text.h"

#include "core/arena.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

bool text_valid(const char *s, size_t len, bool multiline)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == 0x7F || (c < 0x20 && !(multiline && (c == '\n' || c == '\t' || c == '\r'))))
			return false;
		/* C1 controls are U+0080 to U+009F: C2 80 to C2 9F */
		if (c == 0xC2 && i + 1 < len && (unsigned char)s[i + 1] < 0xA0)
			return false;
	}
	return u8_check((const uint8_t *)s, len) == NULL;
}

size_t text_chars(const char *s, size_t len)
{
	return u8_mbsnlen((const uint8_t *)s, len);
}

bool text_is_code(const char *s, size_t max)
{
	size_t n = 0;

	for (; s[n] != '\0'; n++) {
		bool letter = (s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z');
		bool later = (s[n] >= '0' && s[n] <= '9') || s[n] == '_' || s[n] == '-';

		if (n >= max || !(letter || (later && n > 0)))
			return false;
	}
	return n > 0;
}

char *text_search_key(struct arena *a, const char *s)
{
	size_t len = strlen(s), n = 0, out = 0;
	uint32_t *wide = NULL, *norm = NULL;
	char *key = NULL;

	if (!text_valid(s, len, true))
		return NULL;
	wide = u8_to_u32((const uint8_t *)s, len, NULL, &n);
	if (wide == NULL)
		return NULL;
	norm = u32_casefold(wide, n, NULL, UNINORM_NFD, NULL, &n);
	free(wide);
	if (norm == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (uc_combining_class((ucs4_t)norm[i]) != 0)
			continue;
		norm[out++] = norm[i] == 0x0111 ? 'd' : norm[i];
	}
	key = arena_get(a, out * 4 + 1, 1);
	if (key != NULL) {
		size_t bytes = out * 4;
		uint8_t *p = u32_to_u8(norm, out, (uint8_t *)key, &bytes);

		if (p == NULL)
			key = NULL;
		else
			key[bytes] = '\0';
	}
	free(norm);
	return key;
}

/* Place of a code point in the alphabet, 0 for a mark, which has none of its own.  The signs stand as the
 * Unicode collation has them (CLDR root). */
static ucs4_t alphabet_place(ucs4_t c)
{
	static const char before[] = "\n\t\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
	ucs4_t part[UC_DECOMPOSITION_MAX_LENGTH];
	const char *sign;

	while (c >= 0x80 && uc_canonical_decomposition(c, part) > 0)
		c = part[0];
	if (c >= 0x80 && uc_combining_class(c) != 0)
		return 0;
	c = uc_tolower(c);
	sign = c < 0x80 ? strchr(before, (int)c) : NULL;
	if (sign != NULL && *sign != '\0')
		return (ucs4_t)(sign - before) + 1;
	return c == 0x0111 ? 2 * 'd' + 1 : 2 * c; /* đ follows d */
}

/* The next code point that has a place, as the place or itself in small; 0 at the end. */
static ucs4_t next_letter(const char **s, bool place)
{
	ucs4_t c, out = 0;

	while (out == 0 && **s != '\0') {
		*s += u8_mbtouc(&c, (const uint8_t *)*s, strlen(*s));
		out = place ? alphabet_place(c) : uc_tolower(c);
	}
	return out;
}

int text_order(const char *x, const char *y)
{
	for (int marks = 0; marks < 2; marks++) {
		const char *a = x, *b = y;
		ucs4_t p, q;

		do {
			p = next_letter(&a, marks == 0);
			q = next_letter(&b, marks == 0);
		} while (p == q && p != 0);
		if (p != q)
			return p < q ? -1 : 1;
	}
	return strcmp(y, x); /* only case is left, and small letters have the higher codes */
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *text_trim(const char *s, size_t *len)
{
	const char *end = s + *len;

	while (s < end && blank(*s))
		s++;
	while (end > s && blank(end[-1]))
		end--;
	*len = (size_t)(end - s);
	return s;
}

bool text_number(const char *s, double *out)
{
	char *end;

	/* strtod would also take hexadecimal, "inf" and leading blanks */
	if (s[0] == '\0' || s[strspn(s, "0123456789+-.eE")] != '\0')
		return false;
	errno = 0;
	*out = strtod(s, &end);
	return *end == '\0' && end != s && isfinite(*out);
}

bool text_integer(const char *s, long long *out)
{
	char *end;

	if (s[0] == '\0' || s[strspn(s, "0123456789+-")] != '\0')
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && *end == '\0' && end != s;
}
