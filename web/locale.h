/* web/locale.h -- the interface in the reader's language.
 * English is the source text and the msgid; other languages are GNU .mo tables (msgfmt
 * --check, embedded by the build).  Look-up is a binary search over the sorted table: no
 * setlocale(), no allocation, safe from any thread once the catalogue is made.
 *
 * A message without a translation is given back as it came, so a page is never empty; the
 * check tests/lint/messages keeps that from happening unseen.
 * Owner: locale_new() keeps the pointer to the table, which must outlive the catalogue
 * (embedded data does).  Errors: ERR_INTERNAL when the table is not a sound .mo file. */
#ifndef WEB_LOCALE_H
#define WEB_LOCALE_H

#include "core/err.h"

#include <stddef.h>

struct locale_catalogue;

/* lang: "vi", "en": at most 7 bytes.  mo NULL (len 0): English, every message is itself. */
struct locale_catalogue *locale_new(const char *lang, const void *mo, size_t len, struct err *e);
void locale_free(struct locale_catalogue *c);

const char *locale_lang(const struct locale_catalogue *c);
/* c NULL is allowed everywhere below and means English. */
const char *locale_text(const struct locale_catalogue *c, const char *msgid);
/* The form for n things.  Vietnamese has one form; English takes `one` for n == 1. */
const char *locale_plural(const struct locale_catalogue *c, const char *one, const char *many, unsigned long n);
/* True when the catalogue has one form for every number (so n need not be known). */
int locale_one_form(const struct locale_catalogue *c);

/* locale_text() in the shape that err_text() of core/err.h takes. */
const char *locale_translate(const void *catalogue, const char *msgid);

#endif
