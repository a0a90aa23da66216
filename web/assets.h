/* web/assets.h -- files built into the program: style sheet, scripts, templates, catalogues.
 * The table is written by the build (web/gen_assets.c); everything in it is constant.
 * name is the path below web/: "static/elod.css", "templates/form.mustache", "locale/vi.mo".
 * Data of text files has a NUL after it that len does not count.
 * A static file is addressed as /static/elod.css?v=HASH: it may be cached for ever, since
 * another content has another address. */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <jansson.h>
#include <stddef.h>

struct asset {
	const char *name;
	const char *type; /* media type with charset where it applies */
	const unsigned char *data;
	size_t len;
	const char *hash;	 /* 16 hexadecimal digits of the content */
	const unsigned char *gz; /* the same content packed by gzip, or NULL */
	size_t gz_len;
};

extern const struct asset assets[]; /* sorted by name */
extern const size_t asset_count;

/* By whole name; NULL when there is none. */
const struct asset *asset_find(const char *name);
/* A new object with the address of every static file: {"elod_css": "/static/elod.css?v=..."};
 * characters of the file name other than letters and digits become _.  NULL: out of memory.
 * Pages find it as {{assets.elod_css}}. */
json_t *asset_addresses(void);

#endif
