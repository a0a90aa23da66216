#include "web/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const view_orders[] = { "", "asc", "desc", NULL };

bool view_is_page(const struct web_request *rq)
{
	return rq->format == WEB_HTML;
}

int view_heading(struct web_request *rq, json_t *model, const char *title, const char *crumb, ...)
{
	json_t *crumbs;
	const char *href;
	va_list ap;
	int bad = 0;

	if (!view_is_page(rq))
		return 0;
	crumbs = json_array();
	va_start(ap, crumb);
	while ((href = va_arg(ap, const char *)) != NULL)
		bad |= json_array_append_new(crumbs,
		    json_pack("{s:s, s:s}", "href", href, "label", va_arg(ap, const char *)));
	va_end(ap);
	bad |= json_array_append_new(crumbs, json_pack("{s:n, s:s}", "href", "label", crumb != NULL ? crumb : title));
	bad |= json_object_set_new(model, "title", json_string(title));
	bad |= json_object_set_new(model, "crumbs", crumbs);
	return bad ? -1 : 0;
}

void view_list_query(const struct web_request *rq, bool down, struct list_query *out)
{
	const char *order = web_input(rq, "order");

	*out = (struct list_query){ .search = web_input(rq, "q"),
		.sort = web_input(rq, "sort"),
		.descending = order != NULL && *order != '\0' ? strcmp(order, "desc") == 0 : down,
		.after = web_input(rq, "after"),
		.limit = (size_t)web_input_int(rq, "limit", 0) };
}

int view_sort_check(const struct web_request *rq, const char *const *columns, struct err *e)
{
	const char *sort = web_input(rq, "sort");
	struct buf names;

	if (sort == NULL || sort[0] == '\0')
		return 0;
	buf_init(&names, 1000);
	for (size_t i = 0; columns[i] != NULL; i++) {
		if (strcmp(sort, columns[i]) == 0) {
			buf_free(&names);
			return 0;
		}
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", columns[i]);
	}
	err_set(e, ERR_INPUT, "sort", "This list is not sorted by “{1}”, but by one of: {2}.", sort,
	    names.p != NULL ? names.p : "", NULL);
	buf_free(&names);
	return -1;
}

static void add_escaped(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-_.", c) != NULL)
			buf_putc(b, *s);
		else
			buf_addf(b, "%%%02X", c);
	}
}

static void add_field(struct buf *b, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_putc(b, b->len == 0 || strchr(b->p, '?') == NULL ? '?' : '&');
	buf_puts(b, name);
	buf_putc(b, '=');
	add_escaped(b, value);
}

/* The query as it was understood, with up to two fields changed. */
static const char *address(struct web_request *rq, const char *path, const char *name, const char *value,
    const char *name2, const char *value2)
{
	const char *key;
	struct buf b;
	json_t *v;
	char *out;

	buf_init(&b, 16384);
	buf_puts(&b, path);
	json_object_foreach(rq->input, key, v) {
		char number[32];

		if (strcmp(key, name) == 0 || strcmp(key, name2) == 0 || strcmp(key, "after") == 0 ||
		    strcmp(key, "from") == 0 || strcmp(key, "lang") == 0 || strcmp(key, "format") == 0)
			continue;
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
		add_field(&b, key, json_is_string(v) ? json_string_value(v) : json_is_integer(v) ? number : NULL);
	}
	add_field(&b, name, value);
	add_field(&b, name2, value2);
	out = b.failed ? NULL : arena_strdup(rq->arena, b.p);
	buf_free(&b);
	return out != NULL ? out : path;
}

const char *view_address(struct web_request *rq, const char *name, const char *value)
{
	return address(rq, rq->path, name, value, "", NULL);
}

static json_t *sort_link(struct web_request *rq, const char *column, const struct list_query *q, const char *current)
{
	bool here = strcmp(column, current) == 0;
	const char *order = here && !q->descending ? "desc" : here ? "asc" : "";

	return json_pack("{s:s, s:s}", "href", address(rq, rq->path, "sort", column, "order", order), "sort",
	    !here		? "none"
		: q->descending ? "descending"
				: "ascending");
}

int view_list_page(struct web_request *rq, json_t *model, size_t shown, size_t total, const char *next,
    const char *const *columns, bool down)
{
	int64_t from = web_input_int(rq, "from", 0);
	const char *current;
	json_t *sorts = json_object();
	struct list_query q;
	int bad = 0;

	if (!view_is_page(rq)) {
		json_decref(sorts);
		return 0;
	}
	view_list_query(rq, down, &q);
	current = q.sort != NULL && *q.sort != '\0' ? q.sort : columns[0];
	for (size_t i = 0; columns[i] != NULL; i++)
		bad |= json_object_set_new(sorts, columns[i], sort_link(rq, columns[i], &q, current));
	bad |= json_object_set_new(model, "sorts", sorts);
	bad |= json_object_set_new(model, "filter",
	    json_pack("{s:s, s:s, s:s, s:b, s:s}", "q", q.search != NULL ? q.search : "", "sort", current, "order",
		q.descending ? "desc" : "asc", "active", q.search != NULL && *q.search != '\0', "clear", rq->path));
	bad |= json_object_set_new(model, "pager",
	    total == 0 ? json_null()
		       : json_pack("{s:I, s:I, s:I, s:s?, s:s?}", "from", (json_int_t)from + 1, "to",
			     (json_int_t)from + (json_int_t)shown, "total", (json_int_t)total, "first",
			     from > 0 ? view_address(rq, "after", NULL) : NULL, "next",
			     next != NULL ? address(rq, rq->path, "after", next, "from",
						arena_fmt(rq->arena, "%lld", (long long)from + (long long)shown))
					  : NULL));
	return bad ? -1 : 0;
}

int view_is(const struct web_request *rq, json_t *value, const char *key)
{
	const char *word;
	json_t *one;
	size_t i;
	int bad = 0;

	if (!view_is_page(rq) || value == NULL || json_is_null(value))
		return 0;
	if (json_is_array(value)) {
		json_array_foreach(value, i, one)
			bad |= view_is(rq, one, key);
		return bad;
	}
	word = json_string_value(json_object_get(value, key));
	return json_object_set_new(value, "is", json_pack("{s:b}", word != NULL ? word : "none", 1));
}

int view_exports(struct web_request *rq, json_t *model, const char *api_path, bool csv)
{
	json_t *list;
	int bad = 0;

	if (!view_is_page(rq))
		return 0;
	list = json_array();
	if (csv)
		bad |= json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s}", "href", address(rq, api_path, "format", "csv", "", NULL), "label",
			"CSV", "note", web_tr(rq, "the table of this page, for a spreadsheet")));
	bad |= json_array_append_new(list,
	    json_pack("{s:s, s:s, s:s}", "href", address(rq, api_path, "format", "json", "", NULL), "label",
		"JSON (API)", "note", web_tr(rq, "exactly the figures of this page")));
	bad |= json_object_set_new(model, "exports", list);
	return bad ? -1 : 0;
}
