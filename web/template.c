#include "web/template_node.h"

#include "core/buf.h"
#include "core/err.h"
#include "web/format.h"
#include "web/html.h"
#include "web/locale.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST (64 * 1024)
#define ARENA_LIMIT (16 * 1024 * 1024)
#define INDENT_MAX  256
#define VALUE_MAX   (1024 * 1024)

struct template_view {
	const struct template_set *set;
	struct buf *out;
	struct buf scratch; /* a formatted value before it is escaped */
	const json_t *stack[TEMPLATE_DEPTH + 3];
	size_t height;	 /* of the stack */
	unsigned nested; /* sections and partials under way */
	unsigned next_id;
	char indent[INDENT_MAX];
	size_t indent_len;
	const struct template *t; /* for messages */
	struct err *err;
};

static int render_list(struct template_view *v, const struct template_node *n);

/* ---- sets ---- */

struct template_set *template_set_new(const struct template_env *env, struct err *e)
{
	struct template_set *set = calloc(1, sizeof *set);

	if (set != NULL)
		set->arena = arena_new(ARENA_FIRST, ARENA_LIMIT);
	if (set == NULL || set->arena == NULL) {
		free(set);
		err_nomem(e);
		return NULL;
	}
	set->env = *env;
	return set;
}

void template_set_free(struct template_set *set)
{
	if (set == NULL)
		return;
	arena_free(set->arena);
	free(set);
}

static struct template *find_template(const struct template_set *set, const char *name)
{
	for (struct template *t = set->templates; t != NULL; t = t->next) {
		if (strcmp(t->name, name) == 0)
			return t;
	}
	return NULL;
}

int template_set_add(struct template_set *set, const char *name, const char *text, size_t len, struct err *e)
{
	struct template *t;

	if (find_template(set, name) != NULL)
		return err_internal(e, "template %s: there are two of this name", name);
	t = ARENA_NEW(set->arena, struct template);
	if (t == NULL || (t->name = arena_strdup(set->arena, name)) == NULL)
		return err_nomem(e);
	if (template_parse(set, t, text, len, e) != 0)
		return -1;
	if (arena_failed(set->arena))
		return err_nomem(e);
	t->next = set->templates;
	set->templates = t;
	return 0;
}

static int link_list(struct template_set *set, const struct template *t, struct template_node *n, struct err *e)
{
	for (; n != NULL; n = n->next) {
		if (link_list(set, t, n->child, e) != 0 || link_list(set, t, n->other, e) != 0)
			return -1;
		if (n->kind != TEMPLATE_PARTIAL)
			continue;
		n->partial = find_template(set, n->text);
		if (n->partial == NULL && !set->env.missing_partials)
			return err_internal(e, "template %s, line %u: there is no template named %s", t->name, n->line,
			    n->text);
	}
	return 0;
}

int template_set_link(struct template_set *set, struct err *e)
{
	for (struct template *t = set->templates; t != NULL; t = t->next) {
		if (link_list(set, t, t->nodes, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- context ---- */

static const json_t *find_head(const struct template_view *v, const char *head)
{
	for (size_t i = v->height; i > 0; i--) {
		const json_t *found = json_object_get(v->stack[i - 1], head);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* A member of an object, or an element of a list by its number: {{#items.1}} asks whether there
 * are at least two. */
static const json_t *part_of(const json_t *value, const char *part)
{
	if (json_is_array(value) && part[0] >= '0' && part[0] <= '9')
		return json_array_get(value, strtoul(part, NULL, 10));
	return json_object_get(value, part);
}

/* the value of the name without its last `less` parts */
static const json_t *find(const struct template_view *v, const struct template_name *name, size_t less)
{
	const json_t *value = name->head == NULL ? v->stack[v->height - 1] : find_head(v, name->head);

	for (size_t i = 0; i + less < name->rest_count && value != NULL; i++)
		value = part_of(value, name->rest[i]);
	return value;
}

static bool is_true(const json_t *v)
{
	if (v == NULL || json_is_null(v) || json_is_false(v))
		return false;
	if (json_is_string(v))
		return json_string_length(v) > 0;
	if (json_is_array(v))
		return json_array_size(v) > 0;
	return true;
}

/* ---- rendering ---- */

static int fail(struct template_view *v, const struct template_node *n, const char *what)
{
	return err_internal(v->err, "template %s, line %u: %s (%s)", v->t->name, n->line, what, n->text);
}

static int missing(struct template_view *v, const struct template_node *n)
{
	return v->set->env.strict ? fail(v, n, "no such name in the page's data") : 0;
}

static void put_text(struct template_view *v, const struct template_node *n)
{
	const char *s = n->text, *end = n->text + n->len;

	if (v->indent_len == 0) {
		buf_add(v->out, s, n->len);
		return;
	}
	if (n->bol)
		buf_add(v->out, v->indent, v->indent_len);
	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl != NULL ? nl + 1 : end;

		buf_add(v->out, s, (size_t)(stop - s));
		s = stop;
		if (s < end)
			buf_add(v->out, v->indent, v->indent_len);
	}
}

/* a real number in the fewest digits that read back as itself */
static void put_real(struct buf *out, double d)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	buf_puts(out, text);
}

/* An object of language to text stands for its text in the reader's language, or for the first
 * one that it has: a course without an English name still has a name. */
static const json_t *in_language(const struct template_view *v, const json_t *value)
{
	const char *lang = v->set->env.words != NULL ? locale_lang(v->set->env.words) : "en";
	const json_t *text;

	if (!v->set->env.messages || !json_is_object(value))
		return value;
	text = json_object_get(value, lang);
	if (text == NULL)
		text = json_object_iter_value(json_object_iter((json_t *)(uintptr_t)value));
	return json_is_string(text) ? text : value;
}

const char *template_string(const struct template_view *v, const json_t *value)
{
	return json_string_value(in_language(v, value));
}

static void put_plain(struct template_view *v, const json_t *value, bool escape)
{
	value = in_language(v, value);
	if (json_is_string(value) && escape)
		html_escape(v->out, json_string_value(value), json_string_length(value));
	else if (json_is_string(value))
		buf_add(v->out, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		buf_addf(v->out, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		put_real(v->out, json_real_value(value));
	else if (json_is_boolean(value))
		buf_puts(v->out, json_is_true(value) ? "true" : "false");
}

static int put_value(struct template_view *v, const struct template_node *n)
{
	const json_t *value = find(v, &n->name, 0);

	if (n->format == NULL || value != NULL) {
		put_plain(v, value, n->kind != TEMPLATE_RAW);
		return value == NULL ? missing(v, n) : 0;
	}
	value = find(v, &n->name, 1);
	buf_clear(&v->scratch);
	format_value(v->set->env.style, n->format, value, &v->scratch);
	if (v->scratch.failed)
		return fail(v, n, "a value is over the limit of 1 MiB");
	html_escape(v->out, v->scratch.p != NULL ? v->scratch.p : "", v->scratch.len);
	return value == NULL ? missing(v, n) : 0;
}

static int put_drawing(struct template_view *v, const struct template_node *n)
{
	struct err *e = v->err;
	const json_t *value;
	int rc;

	if (!n->has_name)
		return n->draw(v, e);
	value = find(v, &n->name, 0);
	if (!is_true(value))
		return value == NULL ? missing(v, n) : 0;
	v->stack[v->height++] = value;
	rc = n->draw(v, e);
	v->height--;
	return rc;
}

static int put_section(struct template_view *v, const struct template_node *n)
{
	const json_t *value = find(v, &n->name, 0);
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	int rc = 0;

	if (is_true(value) == (n->kind == TEMPLATE_INVERTED))
		return 0;
	if (n->kind == TEMPLATE_INVERTED)
		return render_list(v, n->child);
	for (size_t i = 0; i < count && rc == 0; i++) {
		v->stack[v->height++] = json_is_array(value) ? json_array_get(value, i) : value;
		rc = render_list(v, n->child);
		v->height--;
	}
	return rc;
}

static int put_partial(struct template_view *v, const struct template_node *n)
{
	size_t before = v->indent_len, more = strlen(n->indent);
	const struct template *t = v->t;
	int rc;

	if (n->partial == NULL)
		return 0;
	if (more > INDENT_MAX - before)
		return fail(v, n, "partials are indented by more than 256 bytes");
	memcpy(v->indent + before, n->indent, more);
	v->indent_len += more;
	v->t = n->partial;
	rc = render_list(v, n->partial->nodes);
	v->t = t;
	v->indent_len = before;
	return rc;
}

static int put_plural(struct template_view *v, const struct template_node *n)
{
	const json_t *value = find(v, &n->name, 0);
	bool one = json_is_number(value) && json_number_value(value) == 1;

	if (value == NULL && missing(v, n) != 0)
		return -1;
	return render_list(v, one ? n->child : n->other);
}

static int render_node(struct template_view *v, const struct template_node *n)
{
	switch (n->kind) {
	case TEMPLATE_TEXT:
		put_text(v, n);
		return 0;
	case TEMPLATE_VALUE:
	case TEMPLATE_RAW:
		return put_value(v, n);
	case TEMPLATE_DRAWING:
		return put_drawing(v, n);
	case TEMPLATE_SECTION:
	case TEMPLATE_INVERTED:
		return put_section(v, n);
	case TEMPLATE_PARTIAL:
		return put_partial(v, n);
	case TEMPLATE_PLURAL:
		return put_plural(v, n);
	}
	return 0;
}

static int render_list(struct template_view *v, const struct template_node *n)
{
	int rc = 0;

	if (n == NULL)
		return 0;
	if (v->nested++ > TEMPLATE_DEPTH)
		return fail(v, n, "more than 64 sections and partials inside each other");
	for (; n != NULL && rc == 0; n = n->next) {
		rc = render_node(v, n);
		if (rc == 0 && v->out->failed)
			rc = fail(v, n, "the page is over its limit of size");
	}
	v->nested--;
	return rc;
}

int template_render(const struct template_set *set, const char *name, const json_t *shared, const json_t *page,
    struct buf *out, struct err *e)
{
	struct template_view v = { .set = set, .out = out, .err = e };
	int rc;

	v.t = find_template(set, name);
	if (v.t == NULL)
		return err_internal(e, "there is no template named %s", name);
	buf_init(&v.scratch, VALUE_MAX);
	if (shared != NULL)
		v.stack[v.height++] = shared;
	v.stack[v.height++] = page;
	rc = render_list(&v, v.t->nodes);
	buf_free(&v.scratch);
	return rc;
}

/* ---- for drawings ---- */

struct buf *template_out(struct template_view *view)
{
	return view->out;
}

const json_t *template_lookup(const struct template_view *view, const char *dotted)
{
	char part[TEMPLATE_NAME_MAX + 1];
	const json_t *value = NULL;
	bool first = true;

	if (strcmp(dotted, ".") == 0)
		return view->stack[view->height - 1];
	for (const char *s = dotted; s != NULL && (first || value != NULL); first = false) {
		const char *dot = strchr(s, '.');
		size_t n = dot != NULL ? (size_t)(dot - s) : strlen(s);

		if (n > TEMPLATE_NAME_MAX)
			return NULL;
		memcpy(part, s, n);
		part[n] = '\0';
		value = first ? find_head(view, part) : json_object_get(value, part);
		s = dot != NULL ? dot + 1 : NULL;
	}
	return value;
}

const struct format_style *template_style(const struct template_view *view)
{
	return view->set->env.style;
}

unsigned template_next_id(struct template_view *view)
{
	return ++view->next_id;
}
