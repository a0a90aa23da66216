#include "web/html.h"

#include "core/buf.h"

#include <string.h>

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_escape(struct buf *out, const char *s, size_t len)
{
	size_t done = 0;

	for (size_t i = 0; i < len; i++) {
		const char *with = entity(s[i]);

		if (with == NULL)
			continue;
		buf_add(out, s + done, i - done);
		buf_puts(out, with);
		done = i + 1;
	}
	buf_add(out, s + done, len - done);
}

void html_text(struct buf *out, const char *s)
{
	if (s != NULL)
		html_escape(out, s, strlen(s));
}
