/* web/html.h -- text made safe for markup.
 * The one place where characters of HTML, SVG and XML text and quoted attribute values are
 * escaped: & < > " '.  Input is well-formed UTF-8 (jansson and core/text.h see to that). */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <stddef.h>

struct buf;

void html_escape(struct buf *out, const char *s, size_t len);
void html_text(struct buf *out, const char *s); /* NUL-terminated; NULL adds nothing */

#endif
