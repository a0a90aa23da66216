/* Input by the fields of a row: what is not listed is refused, and every error is told at once. */
#include "web/site.h"
#include "web/urlencoded.h"

#include "core/clock.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TEXT_DEFAULT 200
#define INT_DEFAULT  1000000000LL
#define DEPTH_MOST   16
#define MANY_MOST    200

static void complain(struct err_list *bad, const char *field, const char *message, const char *arg)
{
	struct err e = { 0 };

	err_set(&e, ERR_INPUT, field, message, arg, NULL);
	err_list_add(bad, 0, &e);
}

static const char *joined(const char *const *words, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (; *words != NULL && n < size; words++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", *words);
	return out;
}

static json_t *read_text(const struct web_field *f, const char *s, struct err_list *bad)
{
	unsigned most = f->max > 0 ? f->max : TEXT_DEFAULT;
	size_t len = strlen(s);
	char number[24];

	if (!text_valid(s, len, f->type == WEB_LINES)) {
		complain(bad, f->name, N_("This is a text on one line, without control characters."), NULL);
		return NULL;
	}
	if (text_chars(s, len) > most) {
		snprintf(number, sizeof number, "%u", most);
		complain(bad, f->name, N_("This has at most {1} characters."), number);
		return NULL;
	}
	return json_stringn(s, len);
}

static json_t *read_int(const struct web_field *f, const char *s, struct err_list *bad)
{
	long long v, most = f->max > 0 ? f->max : INT_DEFAULT;
	char number[24];

	if (text_integer(s, &v) && v >= 0 && v <= most)
		return json_integer(v);
	snprintf(number, sizeof number, "%lld", most);
	complain(bad, f->name, N_("This is a whole number from 0 to {1}."), number);
	return NULL;
}

static json_t *read_number(const struct web_field *f, const char *s, struct err_list *bad)
{
	double v;

	if (text_number(s, &v))
		return json_real(v);
	complain(bad, f->name, N_("This is a number, with a point before its decimals."), NULL);
	return NULL;
}

static json_t *read_word(const struct web_field *f, const char *s, struct err_list *bad)
{
	char words[96];

	for (const char *const *w = f->words; *w != NULL; w++)
		if (strcmp(*w, s) == 0)
			return json_string(s);
	complain(bad, f->name, N_("This is one of: {1}."), joined(f->words, words, sizeof words));
	return NULL;
}

static json_t *read_one(const struct web_field *f, const char *s, struct err_list *bad)
{
	switch (f->type) {
	case WEB_INT:
		return read_int(f, s, bad);
	case WEB_NUMBER:
		return read_number(f, s, bad);
	case WEB_WORD:
		return read_word(f, s, bad);
	case WEB_DATE:
		if (strlen(s) == 10 && clock_parse(s) != -1)
			return json_string(s);
		complain(bad, f->name, N_("This is a date written as 2026-11-22."), NULL);
		return NULL;
	case WEB_CODE:
		if (text_is_code(s, f->max > 0 ? f->max : 64))
			return json_string(s);
		complain(bad, f->name, N_("A code is a letter followed by letters, digits, _ or -."), NULL);
		return NULL;
	default:
		return read_text(f, s, bad);
	}
}

static const struct web_field *field_of(const struct web_route *route, const char *name)
{
	for (const struct web_field *f = route->fields; f != NULL && f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static void unknown(const struct web_request *rq, const char *name, struct err_list *bad)
{
	const char *names[64];
	char known[96];
	size_t n = 0;

	for (const struct web_field *f = rq->route->fields; f != NULL && f->name != NULL && n < 63; f++)
		names[n++] = f->name;
	names[n] = NULL;
	if (n == 0)
		complain(bad, name, N_("Nothing of this name is taken here."), NULL);
	else
		complain(bad, name, N_("Nothing of this name is taken here; there are: {1}."),
		    joined(names, known, sizeof known));
}

/* One of several values of the same name. */
static void take_many(struct web_request *rq, const struct web_field *f, const char *value, struct err_list *bad)
{
	json_t *list = json_object_get(rq->input, f->name), *v;
	char number[24];

	if (value[0] == '\0')
		return;
	if (list == NULL) {
		list = json_array();
		json_object_set_new(rq->input, f->name, list);
	}
	if (json_array_size(list) == MANY_MOST) {
		snprintf(number, sizeof number, "%d", MANY_MOST);
		complain(bad, f->name, N_("At most {1} of these are taken."), number);
		return;
	}
	v = read_text(f, value, bad);
	if (v != NULL)
		json_array_append_new(list, v);
}

static void take(struct web_request *rq, const char *name, const char *value, bool lenient, struct err_list *bad)
{
	const struct web_field *f = field_of(rq->route, name);
	size_t len = strlen(value);
	const char *s;
	json_t *v;

	if (f == NULL) {
		if (!lenient)
			unknown(rq, name, bad);
		return;
	}
	if (f->type == WEB_MANY) {
		take_many(rq, f, value, bad);
		return;
	}
	if (json_object_get(rq->input, name) != NULL) {
		complain(bad, name, N_("This is given twice."), NULL);
		return;
	}
	s = text_trim(value, &len);
	if (len == 0)
		return;
	s = arena_strndup(rq->arena, s, len);
	v = s != NULL ? read_one(f, s, bad) : NULL;
	if (v != NULL)
		json_object_set_new(rq->input, f->name, v);
}

/* What was left out: an error, or the first word. */
static void complete(struct web_request *rq, struct err_list *bad)
{
	for (const struct web_field *f = rq->route->fields; f != NULL && f->name != NULL; f++) {
		bool complained = false;

		if (json_object_get(rq->input, f->name) != NULL)
			continue;
		for (size_t i = 0; i < bad->shown; i++)
			complained |= strcmp(bad->at[i].err.field, f->name) == 0;
		if (f->required && !complained)
			complain(bad, f->name, N_("This is needed."), NULL);
		else if (f->type == WEB_WORD && !complained)
			json_object_set_new(rq->input, f->name, json_string(f->words[0]));
	}
}

/* 1 a pair, 0 the end, -1 */
static int next_pair(struct urlencoded *u, size_t *seen, const char **name, const char **value, struct err *e)
{
	if (++*seen > WEB_PAIRS_MOST)
		return err_set(e, ERR_TOO_LARGE, NULL, "More fields were sent than are accepted.", NULL);
	return urlencoded_next(u, name, value, e);
}

static int from_query(struct web_request *rq, struct err_list *bad, struct err *e)
{
	bool get = strcmp(rq->route->method, "GET") == 0;
	bool lenient = rq->face == WEB_PAGE && rq->route->perm == WEB_PUBLIC;
	size_t len = strlen(rq->query), seen = 0;
	const char *name, *value;
	struct urlencoded u;
	int rc;

	if (len > WEB_PAIRS_BYTES)
		return err_set(e, ERR_TOO_LARGE, NULL, "The address is too long.", NULL);
	urlencoded_start(&u, rq->arena, rq->query, len);
	while ((rc = next_pair(&u, &seen, &name, &value, e)) == 1) {
		if (strcmp(name, "lang") == 0)
			continue;
		if (get && rq->face == WEB_API && strcmp(name, "format") == 0)
			continue;
		take(rq, name, value, lenient, bad);
	}
	return rc;
}

static bool content_type_is(struct web_request *rq, const char *type)
{
	const char *given = rq->header(rq, "Content-Type");
	size_t len = strlen(type);

	return given != NULL && strncasecmp(given, type, len) == 0 && (given[len] == '\0' || strchr("; ", given[len]));
}

static int from_form(struct web_request *rq, struct err_list *bad, struct err *e)
{
	const char *csrf = NULL, *name, *value;
	struct urlencoded u;
	size_t seen = 0;
	int rc;

	if (rq->body_len > 0 && !content_type_is(rq, "application/x-www-form-urlencoded"))
		return err_set(e, ERR_INPUT, "Content-Type", "Send this as {1}.", "application/x-www-form-urlencoded",
		    NULL);
	if (rq->body_len > WEB_PAIRS_BYTES)
		return err_set(e, ERR_TOO_LARGE, NULL, "The form is larger than is accepted.", NULL);
	urlencoded_start(&u, rq->arena, rq->body, rq->body_len);
	while ((rc = next_pair(&u, &seen, &name, &value, e)) == 1) {
		if (strcmp(name, "csrf") == 0)
			csrf = value;
		else
			take(rq, name, value, false, bad);
	}
	if (rc < 0)
		return -1;
	return rq->route->perm == WEB_PUBLIC ? 0 : web_csrf(rq, csrf, e);
}

static void take_json(struct web_request *rq, const char *name, const json_t *v, struct err_list *bad)
{
	const struct web_field *f = field_of(rq->route, name);
	bool number = f != NULL && (f->type == WEB_INT || f->type == WEB_NUMBER);

	if (f == NULL) {
		unknown(rq, name, bad);
	} else if (json_is_string(v) && !number) {
		take(rq, name, json_string_value(v), false, bad);
	} else if (json_is_integer(v) && number) {
		take(rq, name, arena_fmt(rq->arena, "%lld", (long long)json_integer_value(v)), false, bad);
	} else if (json_is_real(v) && f->type == WEB_NUMBER) {
		json_object_set_new(rq->input, f->name, json_real(json_real_value(v)));
	} else if (!json_is_null(v)) {
		complain(bad, name, number ? N_("This is a JSON number.") : N_("This is a JSON string."), NULL);
	}
}

static int from_json(struct web_request *rq, struct err_list *bad, struct err *e)
{
	json_error_t fault;
	json_t *body, *v;
	const char *name;
	char line[24];

	if (!content_type_is(rq, "application/json"))
		return err_set(e, ERR_INPUT, "Content-Type", "Send this as {1}.", "application/json", NULL);
	if (rq->body_len > WEB_PAIRS_BYTES)
		return err_set(e, ERR_TOO_LARGE, NULL, "The document is larger than is accepted.", NULL);
	body = json_loadb(rq->body != NULL ? rq->body : "", rq->body_len, JSON_REJECT_DUPLICATES, &fault);
	if (body == NULL) {
		snprintf(line, sizeof line, "%d", fault.line);
		return err_set(e, ERR_INPUT, NULL, "The body is not JSON: line {1}: {2}.", line, fault.text, NULL);
	}
	if (!json_is_object(body)) {
		json_decref(body);
		return err_set(e, ERR_INPUT, NULL, "The body must be a JSON object.", NULL);
	}
	json_object_foreach(body, name, v) {
		take_json(rq, name, v, bad);
	}
	json_decref(body);
	return 0;
}

static void drop(void *json)
{
	json_decref(json);
}

int web_decode(struct web_request *rq, struct err_list *bad, struct err *e)
{
	bool bare = strcmp(rq->route->method, "GET") == 0 || strcmp(rq->route->method, "DELETE") == 0;
	bool raw = rq->route->flags & WEB_RAW_BODY;
	int rc;

	rq->input = json_object();
	if (rq->input == NULL || arena_defer(rq->arena, drop, rq->input) < 0)
		return err_nomem(e);
	if (bare || raw)
		rc = from_query(rq, bad, e);
	else if (rq->face == WEB_PAGE)
		rc = from_form(rq, bad, e);
	else
		rc = from_json(rq, bad, e);
	if (rc < 0)
		return -1;
	complete(rq, bad);
	return 0;
}

/* ---- for handlers ---- */

/* The parser's own limit is thousands deep; what is sent here needs three. */
static bool too_deep(const char *s, size_t len)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > DEPTH_MOST)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

json_t *web_body_json(const struct web_request *rq, const char *members, struct err *e)
{
	json_error_t wrong;
	char line[24], column[24];
	json_t *root;

	if (rq->body == NULL || rq->body_len == 0) {
		err_set(e, ERR_INPUT, NULL, "The body must be a JSON object with: {1}.", members, NULL);
		return NULL;
	}
	if (too_deep(rq->body, rq->body_len)) {
		err_set(e, ERR_INPUT, NULL, "The JSON is nested too deeply.", NULL);
		return NULL;
	}
	root = json_loadb(rq->body, rq->body_len, JSON_REJECT_DUPLICATES, &wrong);
	if (root == NULL) {
		snprintf(line, sizeof line, "%d", wrong.line);
		snprintf(column, sizeof column, "%d", wrong.column);
		err_set(e, ERR_INPUT, NULL, "The body is not JSON: line {1}, column {2}: {3}.", line, column,
		    wrong.text, NULL);
		return NULL;
	}
	if (!json_is_object(root)) {
		json_decref(root);
		err_set(e, ERR_INPUT, NULL, "The body must be a JSON object with: {1}.", members, NULL);
		return NULL;
	}
	return root;
}

const char *web_param(const struct web_request *rq, const char *name)
{
	for (size_t i = 0; i < rq->param_count; i++)
		if (strcmp(rq->params[i].name, name) == 0)
			return rq->params[i].value;
	return "";
}

const char *web_input(const struct web_request *rq, const char *name)
{
	return json_string_value(json_object_get(rq->input, name));
}

int64_t web_input_int(const struct web_request *rq, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(rq->input, name);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

double web_input_number(const struct web_request *rq, const char *name, double otherwise)
{
	const json_t *v = json_object_get(rq->input, name);

	return json_is_number(v) ? json_number_value(v) : otherwise;
}
