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
