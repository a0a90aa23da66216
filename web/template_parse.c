#include "web/template_node.h"

#include "core/err.h"
#include "web/format.h"
#include "web/locale.h"

#include <string.h>

#define DELIMITER_MAX 8

struct parser {
	struct template_set *set;
	const struct template *t;
	const char *begin, *end, *pos;
	unsigned line, depth;
	bool message; /* inside a message: the text begins in the middle of a line */
	char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
	struct err *err;
};

/* A tag as found: text between the delimiters without its sigil, trimmed. */
struct tag {
	char sigil; /* # ^ / ! = > & { | or 0 for a plain name */
	const char *s;
	size_t len;
	const char *start, *after; /* of the whole tag in the source */
	unsigned line;
	const char *indent; /* the line holds nothing else: what stands before the tag */
	size_t indent_len;
};

struct list {
	struct template_node *first, **tail;
};

static int parse_run(struct parser *p, struct list *out, const struct tag *opened);

static int fail(struct parser *p, unsigned line, const char *what, const char *s, size_t len)
{
	return err_internal(p->err, "template %s, line %u%s: %s%.*s", p->t->name, line,
	    p->message ? " (in a message or its translation)" : "", what, (int)(len > 60 ? 60 : len), s);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **s, size_t *len)
{
	while (*len > 0 && blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && blank((*s)[*len - 1]))
		(*len)--;
}

static const char *search(const char *from, const char *end, const char *what)
{
	return from < end ? memmem(from, (size_t)(end - from), what, strlen(what)) : NULL;
}

static void advance(struct parser *p, const char *to)
{
	for (; p->pos < to; p->pos++)
		p->line += *p->pos == '\n';
}

static struct template_node *node_new(struct parser *p, struct list *out, enum template_kind kind, const struct tag *g)
{
	struct template_node *n = ARENA_NEW(p->set->arena, struct template_node);

	if (n == NULL) {
		err_nomem(p->err);
		return NULL;
	}
	n->kind = kind;
	n->line = g != NULL ? g->line : p->line;
	n->text = g != NULL ? arena_strndup(p->set->arena, g->s, g->len) : "";
	n->len = g != NULL ? g->len : 0;
	*out->tail = n;
	out->tail = &n->next;
	return n;
}

/* ---- tags ---- */

/* the closing that belongs to what follows the opening delimiter */
static void closing_of(const struct parser *p, char sigil, char out[DELIMITER_MAX + 2])
{
	char *to = out;

	if (sigil == '{')
		*to++ = '}';
	else if (sigil == '=')
		*to++ = '=';
	memcpy(to, p->close, strlen(p->close) + 1);
}

/* Reads the tag whose opening delimiter stands at start; p->line is the line of p->pos. */
static int read_tag(struct parser *p, const char *start, struct tag *g)
{
	char closing[DELIMITER_MAX + 2];
	const char *inner = start + strlen(p->open), *stop;

	memset(g, 0, sizeof *g);
	g->start = start;
	g->line = p->line;
	for (const char *c = p->pos; c < start; c++)
		g->line += *c == '\n';
	if (inner < p->end && *inner != '\0' && strchr("#^/!=>&{|", *inner) != NULL)
		g->sigil = *inner++;
	closing_of(p, g->sigil, closing);
	stop = search(inner, p->end, closing);
	if (stop == NULL)
		return fail(p, g->line, "a tag is not closed; expected ", closing, strlen(closing));
	g->s = inner;
	g->len = (size_t)(stop - inner);
	g->after = stop + strlen(closing);
	trim(&g->s, &g->len);
	return 0;
}

/* A tag that stands alone on its line takes the whole line with it. */
static void look_around(const struct parser *p, struct tag *g)
{
	const char *before = g->start, *after = g->after;

	while (before > p->begin && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	if (before > p->begin ? before[-1] != '\n' : p->message)
		return;
	while (after < p->end && (*after == ' ' || *after == '\t'))
		after++;
	if (after + 1 < p->end && after[0] == '\r' && after[1] == '\n')
		after++;
	if (after < p->end && *after != '\n')
		return;
	g->indent = before;
	g->indent_len = (size_t)(g->start - before);
	g->after = after < p->end ? after + 1 : after;
}

static int check_name(struct parser *p, const struct tag *g)
{
	if (g->len == 0)
		return fail(p, g->line, "a tag without a name", "", 0);
	if (g->len > TEMPLATE_NAME_MAX)
		return fail(p, g->line, "a name longer than 128 bytes: ", g->s, g->len);
	for (size_t i = 0; i < g->len; i++) {
		if (blank(g->s[i]))
			return fail(p, g->line, "a name holds no blanks: ", g->s, g->len);
	}
	return 0;
}

static int parse_name(struct parser *p, const struct tag *g, struct template_name *out)
{
	size_t parts = 0, at = 0;
	char *s;

	if (check_name(p, g) != 0)
		return -1;
	s = arena_strndup(p->set->arena, g->s, g->len);
	out->rest = ARENA_ARRAY(p->set->arena, const char *, g->len + 1);
	if (s == NULL || out->rest == NULL)
		return err_nomem(p->err);
	if (strcmp(s, ".") == 0)
		return 0;
	for (size_t i = 0; i <= g->len; i++) {
		if (s[i] != '.' && s[i] != '\0')
			continue;
		s[i] = '\0';
		if (i == at && at > 0)
			return fail(p, g->line, "an empty part in the name ", g->s, g->len);
		if (parts++ > 0)
			out->rest[out->rest_count++] = s + at;
		else
			out->head = i > 0 ? s : NULL; /* ".x": a part of the current item */
		at = i + 1;
	}
	return 0;
}

static const char *last_part(const struct template_name *n)
{
	return n->rest_count > 0 ? n->rest[n->rest_count - 1] : n->head;
}

/* ---- pieces ---- */

static bool at_line_start(const struct parser *p, const char *s)
{
	return s > p->begin ? s[-1] == '\n' : !p->message;
}

static int add_text(struct parser *p, struct list *out, const char *from, const char *to)
{
	struct template_node *n;

	if (from >= to)
		return 0;
	n = node_new(p, out, TEMPLATE_TEXT, NULL);
	if (n == NULL)
		return -1;
	n->len = (size_t)(to - from);
	n->text = arena_strndup(p->set->arena, from, n->len);
	n->bol = at_line_start(p, from);
	return n->text == NULL ? err_nomem(p->err) : 0;
}

/* a line that begins with a tag is indented too */
static int add_line_start(struct parser *p, struct list *out)
{
	struct template_node *n = node_new(p, out, TEMPLATE_TEXT, NULL);

	if (n == NULL)
		return -1;
	n->bol = true;
	return 0;
}

static int add_value(struct parser *p, struct list *out, const struct tag *g)
{
	struct template_node *n = node_new(p, out, TEMPLATE_VALUE, g);

	if (n == NULL || parse_name(p, g, &n->name) != 0)
		return -1;
	if (p->set->env.style != NULL && n->name.rest_count > 0 && format_known(last_part(&n->name)))
		n->format = last_part(&n->name);
	return 0;
}

static template_draw_fn *find_drawing(const struct template_env *env, const char *name)
{
	for (const struct template_draw *const *table = env->draws; table != NULL && *table != NULL; table++) {
		for (const struct template_draw *d = *table; d->name != NULL; d++) {
			if (strcmp(d->name, name) == 0)
				return d->fn;
		}
	}
	return NULL;
}

static int add_unescaped(struct parser *p, struct list *out, const struct tag *g)
{
	bool raw = p->set->env.raw_values;
	struct template_node *n = node_new(p, out, raw ? TEMPLATE_RAW : TEMPLATE_DRAWING, g);

	if (n == NULL || parse_name(p, g, &n->name) != 0)
		return -1;
	if (raw)
		return 0;
	if (last_part(&n->name) != NULL)
		n->draw = find_drawing(&p->set->env, last_part(&n->name));
	if (n->draw == NULL)
		return fail(p, g->line, "only drawings made by the program go out unescaped, and there is none named ",
		    g->s, g->len);
	n->has_name = n->name.rest_count > 0;
	if (n->has_name)
		n->name.rest_count--;
	return 0;
}

static int add_partial(struct parser *p, struct list *out, const struct tag *g)
{
	struct template_node *n;

	if (check_name(p, g) != 0)
		return -1;
	n = node_new(p, out, TEMPLATE_PARTIAL, g);
	if (n == NULL)
		return -1;
	n->indent = arena_strndup(p->set->arena, g->indent != NULL ? g->indent : "", g->indent_len);
	return n->text == NULL || n->indent == NULL ? err_nomem(p->err) : 0;
}

static int add_section(struct parser *p, struct list *out, const struct tag *g)
{
	struct template_node *n = node_new(p, out, g->sigil == '#' ? TEMPLATE_SECTION : TEMPLATE_INVERTED, g);
	struct list inner;
	int rc;

	if (n == NULL || parse_name(p, g, &n->name) != 0)
		return -1;
	if (++p->depth > TEMPLATE_DEPTH)
		return fail(p, g->line, "more than 64 sections inside each other at ", g->s, g->len);
	inner.first = NULL;
	inner.tail = &inner.first;
	rc = parse_run(p, &inner, g);
	n->child = inner.first;
	p->depth--;
	return rc;
}

static int set_delimiters(struct parser *p, const struct tag *g)
{
	const char *s = g->s;
	size_t a = 0, b;

	while (a < g->len && !blank(s[a]))
		a++;
	for (b = a; b < g->len && blank(s[b]); b++)
		;
	if (a == 0 || b == g->len || a > DELIMITER_MAX || g->len - b > DELIMITER_MAX)
		return fail(p, g->line, "new delimiters are written {{=<% %>=}}, not ", g->s, g->len);
	for (size_t i = 0; i < g->len; i++) {
		if (s[i] == '=' || s[i] == '\0' || (i >= b && blank(s[i])))
			return fail(p, g->line, "delimiters hold neither = nor blanks: ", g->s, g->len);
	}
	memcpy(p->open, s, a);
	p->open[a] = '\0';
	memcpy(p->close, s + b, g->len - b);
	p->close[g->len - b] = '\0';
	return 0;
}

/* ---- messages ---- */

static bool is_message(const struct parser *p, const struct tag *g)
{
	return p->set->env.messages && g->sigil == '#' && g->len > 0 && g->s[0] == 't' &&
	    (g->len == 1 || blank(g->s[1]));
}

/* runs of white space become one blank, none at the ends */
static char *collapse(struct arena *a, const char *s, size_t len)
{
	char *out = arena_get(a, len + 1, 1);
	size_t n = 0;

	trim(&s, &len);
	for (size_t i = 0; i < len && out != NULL; i++) {
		if (!blank(s[i]))
			out[n++] = s[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return out;
}

/* Compiles one message text into a list of its own. */
static int parse_message(struct parser *p, const struct tag *g, const char *text, struct list *out)
{
	struct parser sub = *p;

	sub.begin = sub.pos = text;
	sub.end = text + strlen(text);
	sub.line = g->line;
	sub.message = true;
	return parse_run(&sub, out, NULL);
}

/* Finds {{/t}} and, in between, {{|}}; stop and bar are set to those tags. */
static int find_end(struct parser *p, const struct tag *g, struct tag *stop, struct tag *bar)
{
	const char *from = g->after, *at;

	memset(bar, 0, sizeof *bar);
	while ((at = search(from, p->end, p->open)) != NULL) {
		if (read_tag(p, at, stop) != 0)
			return -1;
		if (is_message(p, stop))
			return fail(p, stop->line, "a message inside a message", "", 0);
		if (stop->sigil == '/' && stop->len == 1 && stop->s[0] == 't')
			return 0;
		if (stop->sigil == '|' && bar->start != NULL)
			return fail(p, stop->line, "a message has two forms at most", "", 0);
		if (stop->sigil == '|')
			*bar = *stop;
		from = stop->after;
	}
	return fail(p, g->line, "a message is not closed by {{/t}}", "", 0);
}

static int add_plural(struct parser *p, struct list *out, const struct tag *g, const char *one, const char *many)
{
	const struct locale_catalogue *words = p->set->env.words;
	struct tag name = *g;
	struct template_node *n;
	struct list form;

	if (locale_one_form(words))
		return parse_message(p, g, locale_plural(words, one, many, 2), out);
	name.s++;
	name.len--;
	trim(&name.s, &name.len);
	n = node_new(p, out, TEMPLATE_PLURAL, &name);
	if (n == NULL || parse_name(p, &name, &n->name) != 0)
		return -1;
	form.tail = &form.first;
	form.first = NULL;
	if (parse_message(p, g, locale_plural(words, one, many, 1), &form) != 0)
		return -1;
	n->child = form.first;
	form.tail = &form.first;
	form.first = NULL;
	if (parse_message(p, g, locale_plural(words, one, many, 2), &form) != 0)
		return -1;
	n->other = form.first;
	return 0;
}

static int add_message(struct parser *p, struct list *out, const struct tag *g)
{
	bool plural = g->len > 1;
	struct tag stop, bar;
	char *one, *many;

	if (p->message)
		return fail(p, g->line, "a message inside a message", "", 0);
	if (find_end(p, g, &stop, &bar) != 0)
		return -1;
	if (plural != (bar.start != NULL))
		return fail(p, g->line, "{{#t n}} has two forms parted by {{|}}, {{#t}} has one", "", 0);
	one = collapse(p->set->arena, g->after, (size_t)((plural ? bar.start : stop.start) - g->after));
	many = plural ? collapse(p->set->arena, bar.after, (size_t)(stop.start - bar.after)) : one;
	if (one == NULL || many == NULL)
		return err_nomem(p->err);
	if (one[0] == '\0' || many[0] == '\0')
		return fail(p, g->line, "an empty message", "", 0);
	advance(p, stop.after);
	if (plural)
		return add_plural(p, out, g, one, many);
	return parse_message(p, g, locale_text(p->set->env.words, one), out);
}

/* ---- the run of a template ---- */

/* 1: the closing tag of `opened`; 0: go on; -1: error */
static int closes(struct parser *p, const struct tag *g, const struct tag *opened)
{
	if (g->sigil != '/')
		return 0;
	if (opened == NULL)
		return fail(p, g->line, "nothing is open that could be closed by ", g->s, g->len);
	if (g->len != opened->len || memcmp(g->s, opened->s, g->len) != 0)
		return fail(p, g->line, "expected the end of the section ", opened->s, opened->len);
	return 1;
}

static int add_tag(struct parser *p, struct list *out, const struct tag *g)
{
	switch (g->sigil) {
	case '!':
		return 0;
	case '=':
		return set_delimiters(p, g);
	case '>':
		return add_partial(p, out, g);
	case '#':
		return is_message(p, g) ? add_message(p, out, g) : add_section(p, out, g);
	case '^':
		return add_section(p, out, g);
	case '&':
	case '{':
		return add_unescaped(p, out, g);
	case '|':
		return fail(p, g->line, "{{|}} stands only in a message {{#t n}}", "", 0);
	default:
		return add_value(p, out, g);
	}
}

/* until the tag that closes `opened`, or the end of the text when that is NULL */
static int parse_run(struct parser *p, struct list *out, const struct tag *opened)
{
	const char *at;
	struct tag g;
	int closed;

	while ((at = search(p->pos, p->end, p->open)) != NULL) {
		if (read_tag(p, at, &g) != 0)
			return -1;
		if (g.sigil != 0 && g.sigil != '{' && g.sigil != '&' && !is_message(p, &g))
			look_around(p, &g);
		/* a line that holds only a tag goes without a trace */
		if (add_text(p, out, p->pos, g.indent != NULL ? g.indent : at) != 0)
			return -1;
		if (g.indent == NULL && at_line_start(p, at) && add_line_start(p, out) != 0)
			return -1;
		advance(p, g.after);
		closed = closes(p, &g, opened);
		if (closed != 0)
			return closed < 0 ? -1 : 0;
		if (add_tag(p, out, &g) != 0)
			return -1;
	}
	if (opened != NULL)
		return fail(p, opened->line, "this section is not closed: ", opened->s, opened->len);
	if (add_text(p, out, p->pos, p->end) != 0)
		return -1;
	advance(p, p->end);
	return 0;
}

int template_parse(struct template_set *set, struct template *t, const char *text, size_t len, struct err *e)
{
	struct parser p = { .set = set,
		.t = t,
		.begin = text,
		.end = text + len,
		.pos = text,
		.line = 1,
		.open = "{{",
		.close = "}}",
		.err = e };
	struct list nodes;
	int rc;

	nodes.first = NULL;
	nodes.tail = &nodes.first;
	rc = parse_run(&p, &nodes, NULL);
	t->nodes = nodes.first;
	return rc;
}
