/* web/template_node.h -- what a compiled template is made of; for web/template*.c only.
 * Everything lives in the set's arena. */
#ifndef WEB_TEMPLATE_NODE_H
#define WEB_TEMPLATE_NODE_H

#include "core/arena.h"
#include "web/template.h"

#define TEMPLATE_NAME_MAX 128 /* bytes of a tag's name */

/* a.b.c: head "a", rest { "b", "c" }; "." and ".x" begin at the current item: head NULL */
struct template_name {
	const char *head, **rest;
	size_t rest_count;
};

enum template_kind {
	TEMPLATE_TEXT,
	TEMPLATE_VALUE, /* escaped */
	TEMPLATE_RAW,	/* not escaped; only with env.raw_values */
	TEMPLATE_DRAWING,
	TEMPLATE_SECTION,
	TEMPLATE_INVERTED,
	TEMPLATE_PARTIAL,
	TEMPLATE_PLURAL
};

struct template;

struct template_node {
	enum template_kind kind;
	unsigned line;
	struct template_node *next;
	const char *text; /* TEXT; the name as written, of all others */
	size_t len;
	bool bol; /* TEXT that begins a line: an indented partial puts its indentation before it */
	struct template_name name;
	const char *format;		/* VALUE: last part of its name, when that is a format */
	template_draw_fn *draw;		/* DRAWING */
	bool has_name;			/* DRAWING: has a context of its own, {{{x.d}}} */
	struct template_node *child;	/* SECTION, INVERTED; PLURAL: the form for one */
	struct template_node *other;	/* PLURAL: the form for many */
	const struct template *partial; /* PARTIAL, after link; NULL: empty */
	const char *indent;		/* PARTIAL on a line of its own */
};

struct template
{
	const char *name;
	struct template_node *nodes;
	struct template *next;
};

struct template_set {
	struct arena *arena;
	struct template_env env;
	struct template *templates;
};

/* web/template_parse.c */
int template_parse(struct template_set *set, struct template *t, const char *text, size_t len, struct err *e);

#endif
