#include "web/locale.h"

#include "core/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The GNU MO format, revision 0: seven 32-bit words (magic, revision, count, offset of the
 * table of originals, offset of the table of translations, hash size, hash offset), each table
 * an array of (length, offset); strings end in NUL, originals are sorted by their bytes. */
#define MO_MAGIC   0x950412deu
#define MO_SWAPPED 0xde120495u
#define MO_HEADER  28

struct locale_catalogue {
	char lang[8];
	const unsigned char *mo; /* NULL: English */
	size_t len;
	uint32_t count, originals, translations;
	bool swapped, one_form;
};

static uint32_t word(const struct locale_catalogue *c, size_t at)
{
	uint32_t v;

	memcpy(&v, c->mo + at, sizeof v);
	return c->swapped ? __builtin_bswap32(v) : v;
}

static const char *entry(const struct locale_catalogue *c, uint32_t table, uint32_t i, size_t *len)
{
	size_t at = table + (size_t)i * 8;

	*len = word(c, at);
	return (const char *)c->mo + word(c, at + 4);
}

/* every string lies inside the file and ends in NUL; originals are in order */
static int check_table(const struct locale_catalogue *c, uint32_t table, bool sorted, struct err *e)
{
	const char *before = NULL;

	if (table > c->len || c->count > (c->len - table) / 8)
		return err_internal(e, "catalogue %s: a table lies outside the file", c->lang);
	for (uint32_t i = 0; i < c->count; i++) {
		size_t at = table + (size_t)i * 8, len = word(c, at), off = word(c, at + 4);
		const char *s = (const char *)c->mo + off;

		if (off >= c->len || len >= c->len - off || s[len] != '\0')
			return err_internal(e, "catalogue %s: entry %u lies outside the file", c->lang, (unsigned)i);
		if (sorted && before != NULL && strcmp(before, s) >= 0)
			return err_internal(e, "catalogue %s: entry %u is out of order", c->lang, (unsigned)i);
		before = s;
	}
	return 0;
}

static int read_table(struct locale_catalogue *c, struct err *e)
{
	uint32_t magic;

	if (c->len < MO_HEADER)
		return err_internal(e, "catalogue %s: too short for a .mo file", c->lang);
	memcpy(&magic, c->mo, sizeof magic);
	if (magic != MO_MAGIC && magic != MO_SWAPPED)
		return err_internal(e, "catalogue %s: not a .mo file", c->lang);
	c->swapped = magic == MO_SWAPPED;
	if (word(c, 4) >> 16 != 0)
		return err_internal(e, "catalogue %s: .mo revision %u is not known", c->lang, (unsigned)word(c, 4));
	c->count = word(c, 8);
	c->originals = word(c, 12);
	c->translations = word(c, 16);
	if (check_table(c, c->originals, true, e) != 0 || check_table(c, c->translations, false, e) != 0)
		return -1;
	return 0;
}

/* the entry whose original begins with this text (a plural entry has its second form behind a NUL) */
static const char *find(const struct locale_catalogue *c, const char *msgid, size_t *len)
{
	uint32_t lo = 0, hi = c->count;
	size_t n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int order = strcmp(msgid, entry(c, c->originals, mid, &n));

		if (order == 0) {
			const char *s = entry(c, c->translations, mid, len);

			return *len > 0 ? s : NULL;
		}
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

struct locale_catalogue *locale_new(const char *lang, const void *mo, size_t len, struct err *e)
{
	struct locale_catalogue *c = calloc(1, sizeof *c);
	const char *header;
	size_t n;

	if (c == NULL) {
		err_nomem(e);
		return NULL;
	}
	if (strlen(lang) >= sizeof c->lang) {
		err_internal(e, "language \"%s\" is longer than 7 bytes", lang);
		goto fail;
	}
	memcpy(c->lang, lang, strlen(lang) + 1);
	c->mo = mo;
	c->len = len;
	if (mo == NULL)
		return c;
	if (read_table(c, e) != 0)
		goto fail;
	/* the entry with an empty msgid is the file's header */
	header = find(c, "", &n);
	c->one_form = header != NULL && strstr(header, "nplurals=1;") != NULL;
	return c;
fail:
	free(c);
	return NULL;
}

void locale_free(struct locale_catalogue *c)
{
	free(c);
}

const char *locale_lang(const struct locale_catalogue *c)
{
	return c == NULL ? "en" : c->lang;
}

int locale_one_form(const struct locale_catalogue *c)
{
	return c != NULL && c->one_form;
}

const char *locale_text(const struct locale_catalogue *c, const char *msgid)
{
	const char *s;
	size_t n;

	/* an empty msgid would find the header */
	if (c == NULL || c->mo == NULL || msgid[0] == '\0')
		return msgid;
	s = find(c, msgid, &n);
	return s != NULL ? s : msgid;
}

const char *locale_plural(const struct locale_catalogue *c, const char *one, const char *many, unsigned long n)
{
	const char *fallback = n == 1 ? one : many, *s;
	size_t len, first;

	if (c == NULL || c->mo == NULL || one[0] == '\0')
		return fallback;
	s = find(c, one, &len);
	if (s == NULL)
		return fallback;
	first = strlen(s);
	if (c->one_form || n == 1 || first >= len)
		return s;
	return s + first + 1;
}

const char *locale_translate(const void *catalogue, const char *msgid)
{
	return locale_text(catalogue, msgid);
}
