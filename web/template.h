/* web/template.h -- Mustache templates, compiled once at start, one set per language.
 *
 * Language: the Mustache specification 1.x without lambdas: {{x}} {{#x}}{{/x}} {{^x}}{{/x}}
 * {{! }} {{= =}} {{> partial}} with its rules for lines that hold only a tag.  On top of it:
 *
 *  {{x}}             always escaped.  Numbers print as in JSON, null and missing as nothing; with
 *                    env.messages, {"vi": ..., "en": ...} prints its text in the reader's language.
 *  {{x.FORMAT}}      a last part that names a format (web/format.h) and is no member of what x
 *                    is: the value of x in that format, escaped; missing prints “–”.
 *                    {{.FORMAT}} formats the current item of a list.
 *  {{{d}}} {{&d}}    never interpolates.  d names a drawing: C code that writes markup from the
 *                    context.  {{{x.d}}} draws with x as the innermost context, and draws
 *                    nothing when x is missing, null or false.  An unknown drawing fails the
 *                    compilation.
 *  {{#t}}...{{/t}}   a message: what stands between, with runs of white space made one blank
 *                    and none at the ends, is looked up in the catalogue at compile time; the
 *                    translation (a template too) is compiled in its place.  No t inside t.
 *  {{#t n}}one{{|}}many{{/t}}   a message that depends on the number n (a name): the form
 *                    `one` for 1, else `many`; both may hold tags.  In the catalogue it is an
 *                    entry with msgid and msgid_plural.
 * False for a section: missing, null, false, "", [].  0 and {} are true: zero is a value.
 *
 * Context: a stack of JSON values; a name is looked for from the innermost object outward, the
 * parts after its first dot only inside what the first part named; a part that is a number names
 * an element of a list.
 *
 * Limits: TEMPLATE_DEPTH nested sections and partials (compile time: sections; render time:
 * both together), the ceiling of the output buffer.
 * Errors: compile: ERR_INTERNAL whose log text names template, line and what would be right.
 * Render: ERR_INTERNAL (depth, output ceiling, a drawing that failed, or a missing name when
 * env.strict).
 * Threads: after template_set_link() a set is read-only and may be used by all threads.
 * Owner: a set copies names and texts; the env's tables and pointers must outlive it. */
#ifndef WEB_TEMPLATE_H
#define WEB_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;
struct format_style;
struct locale_catalogue;

#define TEMPLATE_DEPTH 64

struct template_set;
struct template_view; /* one rendering under way, as a drawing sees it */

/* Writes markup to template_out(view); 0, or -1 with err filled.  Text that came from outside
 * goes through html_text() (web/html.h). */
typedef int template_draw_fn(struct template_view *view, struct err *e);
struct template_draw {
	const char *name;
	template_draw_fn *fn;
};

struct template_env {
	const struct locale_catalogue *words;	  /* translations; NULL: English */
	const struct format_style *style;	  /* for formats and drawings; NULL: no formats at all */
	const struct template_draw *const *draws; /* tables, each ended by a row with name NULL; NULL-ended; or NULL */
	bool messages;				  /* {{#t}} means a message (always, in the product) */
	bool raw_values;       /* {{{x}}} interpolates without escaping: for the specification's cases only */
	bool missing_partials; /* an unknown partial is empty: for the specification's cases only */
	bool strict;	       /* rendering a name that is found nowhere fails: for tests */
};

struct template_set *template_set_new(const struct template_env *env, struct err *e);
void template_set_free(struct template_set *set); /* NULL is allowed */

/* Compiles one template.  name: as partials and template_render() call it. */
int template_set_add(struct template_set *set, const char *name, const char *text, size_t len, struct err *e);
/* After the last add: joins partials to their templates; fails on an unknown one. */
int template_set_link(struct template_set *set, struct err *e);

/* page is the innermost context at the start, shared (what every page has: nav, user, asset
 * addresses) lies under it; shared may be NULL. */
int template_render(const struct template_set *set, const char *name, const json_t *shared, const json_t *page,
    struct buf *out, struct err *e);

/* ---- for drawings ---- */
struct buf *template_out(struct template_view *view);
/* The value of a dotted name, or NULL.  "." is the innermost context. */
const json_t *template_lookup(const struct template_view *view, const char *dotted);
/* A string, or the reader's text of an object of language to text; NULL for anything else. */
const char *template_string(const struct template_view *view, const json_t *value);
const struct format_style *template_style(const struct template_view *view);
/* 1, 2, 3, ... within one page: for id attributes. */
unsigned template_next_id(struct template_view *view);

#endif
