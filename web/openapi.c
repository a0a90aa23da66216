#include "web/openapi.h"

#include "web/assets.h"
#include "web/site.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API "/api/v1"

static json_t *ref(const char *kind, const char *name)
{
	return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%s", kind, name));
}

/* ---- fields ---- */

static json_t *words_array(const char *const *words)
{
	json_t *list = json_array();

	for (; *words != NULL; words++)
		json_array_append_new(list, json_string(*words));
	return list;
}

static json_t *field_schema(const struct web_field *f)
{
	switch (f->type) {
	case WEB_INT:
		return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum",
		    (json_int_t)(f->max > 0 ? f->max : 1000000000));
	case WEB_NUMBER:
		return json_pack("{s:s}", "type", "number");
	case WEB_DATE:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date");
	case WEB_CODE:
		return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[A-Za-z][A-Za-z0-9_-]*$");
	case WEB_WORD:
		return json_pack("{s:s, s:o, s:s}", "type", "string", "enum", words_array(f->words), "default",
		    f->words[0]);
	default:
		return json_pack("{s:s, s:I}", "type", "string", "maxLength", (json_int_t)(f->max > 0 ? f->max : 200));
	}
}

static void add_query(json_t *parameters, const struct web_field *fields)
{
	for (const struct web_field *f = fields; f != NULL && f->name != NULL; f++)
		json_array_append_new(parameters,
		    json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", f->name, "in", "query", "required", f->required != 0,
			"description", f->doc != NULL ? f->doc : "", "schema", field_schema(f)));
}

static void add_path_names(json_t *parameters, const char *path)
{
	for (const char *s = path; (s = strchr(s, '{')) != NULL; s++) {
		size_t n = strcspn(s + 1, "}");

		json_array_append_new(parameters,
		    json_pack("{s:s%, s:s, s:b, s:s, s:{s:s}}", "name", s + 1, n, "in", "path", "required", 1,
			"description", "Identifier or code", "schema", "type", "string"));
	}
}

static json_t *body_schema(const struct web_route *r)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct web_field *f = r->fields; f != NULL && f->name != NULL; f++) {
		json_t *schema = field_schema(f);

		json_object_set_new(schema, "description", json_string(f->doc != NULL ? f->doc : ""));
		json_object_set_new(properties, f->name, schema);
		if (f->required)
			json_array_append_new(required, json_string(f->name));
	}
	return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "properties", properties,
	    "required", required);
}

/* ---- operations ---- */

static const char *permission_text(enum web_perm perm)
{
	static const char *const texts[] = {
		[WEB_PUBLIC] = "Anybody.",
		[WEB_STAFF] = "Anybody signed in; lists hold what the account may read.",
		[WEB_CAMPAIGN] = "Quality office; lecturers with targets of their own in the campaign.",
		[WEB_PROGRAMME] = "Quality office; the programme's leader.",
		[WEB_COURSE] = "Quality office; leaders of the course's programmes; its lecturers.",
		[WEB_ASSESSMENT] = "As the assessment's course.",
		[WEB_QUALITY] = "Quality office.",
		[WEB_ADMIN] = "Administrator.",
	};
	return texts[perm];
}

static json_t *content(const struct web_route *r)
{
	json_t *o = json_object();

	if (strcmp(r->api, "/metrics") == 0)
		json_object_set_new(o, "text/plain", json_pack("{s:{s:s}}", "schema", "type", "string"));
	else
		json_object_set_new(o, "application/json",
		    json_pack("{s:o}", "schema",
			r->model != NULL ? ref("schemas", r->model) : json_pack("{s:s}", "type", "object")));
	if (r->table != NULL)
		json_object_set_new(o, "text/csv", json_pack("{s:{s:s}}", "schema", "type", "string"));
	return o;
}

static json_t *responses(const struct web_route *r)
{
	bool open = r->perm == WEB_PUBLIC;
	json_t *o = json_object();

	json_object_set_new(o, r->flags & WEB_CREATES ? "201" : "200",
	    json_pack("{s:s, s:o}", "description", r->flags & WEB_CREATES ? "Stored" : "Found", "content", content(r)));
	if (!open)
		json_object_set_new(o, "401", ref("responses", "Problem"));
	json_object_set_new(o, "4XX", ref("responses", "Problem"));
	json_object_set_new(o, "5XX", ref("responses", "Problem"));
	return o;
}

/* "/api/v1/campaigns/{campaign}/statistics" of GET: get_campaigns_campaign_statistics */
static json_t *operation_id(const struct web_route *r)
{
	const char *path = strncmp(r->api, API, strlen(API)) == 0 ? r->api + strlen(API) : r->api;
	char id[160];
	size_t n = 0;

	for (const char *s = r->method; *s != '\0' && n + 2 < sizeof id; s++)
		id[n++] = (char)tolower((unsigned char)*s);
	for (; *path != '\0' && n + 2 < sizeof id; path++) {
		if (isalnum((unsigned char)*path))
			id[n++] = *path;
		else if (id[n - 1] != '_')
			id[n++] = '_';
	}
	while (n > 0 && id[n - 1] == '_')
		n--;
	return json_stringn(id, n);
}

static json_t *tag_of(const struct web_route *r)
{
	const char *s = strncmp(r->api, API "/", strlen(API) + 1) == 0 ? r->api + strlen(API) + 1 : "service";
	size_t n = strcspn(s, "/");

	if (memchr(s, '.', n) != NULL)
		return json_string("service");
	return json_stringn(s, n);
}

static json_t *operation(const struct web_route *r)
{
	bool get = strcmp(r->method, "GET") == 0, raw = r->flags & WEB_RAW_BODY;
	json_t *o = json_pack("{s:o, s:s, s:s, s:[o], s:o}", "operationId", operation_id(r), "summary", r->doc,
	    "description", permission_text(r->perm), "tags", tag_of(r), "responses", responses(r));
	json_t *parameters = json_array();

	add_path_names(parameters, r->api);
	if (get || raw)
		add_query(parameters, r->fields);
	if (json_array_size(parameters) > 0)
		json_object_set(o, "parameters", parameters);
	json_decref(parameters);
	if (!get && strcmp(r->method, "DELETE") != 0)
		json_object_set_new(o, "requestBody",
		    json_pack("{s:b, s:{s:{s:o}}}", "required", 1, "content", "application/json", "schema",
			raw ? ref("schemas", r->body != NULL ? r->body : "Document") : body_schema(r)));
	json_object_set_new(o, "security",
	    r->perm == WEB_PUBLIC ? json_array()
		: get		  ? json_pack("[{s:[]}, {s:[]}]", "bearer", "session")
				  : json_pack("[{s:[]}]", "bearer"));
	return o;
}

static json_t *paths(void)
{
	json_t *o = json_object();

	for (const struct web_route *r = web_routes; r->method != NULL; r++) {
		char method[12] = "";
		json_t *path;

		if (r->api == NULL)
			continue;
		path = json_object_get(o, r->api);
		if (path == NULL) {
			path = json_object();
			json_object_set_new(o, r->api, path);
		}
		for (size_t i = 0; i < sizeof method - 1 && r->method[i] != '\0'; i++)
			method[i] = (char)tolower((unsigned char)r->method[i]);
		json_object_set_new(path, method, operation(r));
	}
	return o;
}

/* Names that rows use and the file does not have are given as objects without a promise;
 * tests/e2e/schemas.test.mjs fails on them. */
static void schemas_complete(json_t *schemas)
{
	for (const struct web_route *r = web_routes; r->method != NULL; r++) {
		const char *names[] = { r->model, r->body };

		for (size_t i = 0; i < 2; i++)
			if (names[i] != NULL && json_object_get(schemas, names[i]) == NULL)
				json_object_set_new(schemas, names[i], json_pack("{s:s}", "type", "object"));
	}
}

static json_t *components(struct err *e)
{
	const struct asset *file = asset_find("static/schemas.json");
	json_error_t fault = { 0 };
	json_t *schemas =
	    file == NULL ? NULL : json_loadb((const char *)file->data, file->len, JSON_REJECT_DUPLICATES, &fault);

	if (schemas == NULL) {
		err_internal(e, "static/schemas.json: line %d: %s", fault.line, fault.text);
		return NULL;
	}
	schemas_complete(schemas);
	return json_pack("{s:o, s:{s:{s:s, s:s}, s:{s:s, s:s, s:s}}, s:{s:{s:s, s:{s:{s:o}}}}}", "schemas", schemas,
	    "securitySchemes", "bearer", "type", "http", "scheme", "bearer", "session", "type", "apiKey", "in",
	    "cookie", "name", "elod_session", "responses", "Problem", "description",
	    "What went wrong, and what would be right", "content", "application/problem+json", "schema",
	    ref("schemas", "Problem"));
}

int openapi_make(struct web *w, struct err *e)
{
	json_t *parts = components(e), *doc;
	unsigned char hash[HASH_LEN];

	if (parts == NULL)
		return -1;
	doc = json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:o, s:o}", "openapi", "3.1.0", "info",
	    "title", "elod", "version", ELOD_VERSION, "description",
	    "Every figure of the pages as JSON. Shares are 0 to 1 and unrounded, identifiers are random texts, times "
	    "are UTC. Send a token as `Authorization: Bearer TOKEN`.",
	    "license", "name", "GPL-3.0-or-later", "identifier", "GPL-3.0-or-later", "servers", "url", "/", "paths",
	    paths(), "components", parts);
	if (doc == NULL)
		return err_nomem(e);
	w->openapi = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	if (w->openapi == NULL)
		return err_nomem(e);
	w->openapi_len = strlen(w->openapi);
	hash_keyed(&w->secret, "etag", w->openapi, w->openapi_len, hash);
	w->openapi_tag[0] = '"';
	hash_hex(hash, 8, w->openapi_tag + 1);
	memcpy(w->openapi_tag + 17, "\"", 2);
	return 0;
}

int openapi_send(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct web *w = rq->web;
	const char *seen = rq->header(rq, "If-None-Match");

	(void)e;
	web_header_add(rq, rs, "ETag", w->openapi_tag);
	web_header_add(rq, rs, "Cache-Control", "public, no-cache");
	if (seen != NULL && strstr(seen, w->openapi_tag) != NULL)
		return web_send(rq, rs, 304, NULL, "", 0);
	return web_send(rq, rs, 200, "application/json", w->openapi, w->openapi_len);
}

/* ---- the readable page ---- */

static const char *type_name(const struct web_field *f)
{
	static const char *const names[] = {
		[WEB_TEXT] = "text",
		[WEB_LINES] = "text",
		[WEB_INT] = "integer",
		[WEB_NUMBER] = "number",
		[WEB_DATE] = "date",
		[WEB_CODE] = "code",
		[WEB_WORD] = "word",
	};
	return names[f->type];
}

static json_t *field_row(const struct web_field *f)
{
	json_t *o = json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", f->name, "type", type_name(f), "required",
	    f->required != 0, "doc", f->doc != NULL ? f->doc : "", "words", json_array());

	for (const char *const *w = f->words; w != NULL && *w != NULL; w++)
		json_array_append_new(json_object_get(o, "words"), json_string(*w));
	return o;
}

static json_t *route_row(const struct web_route *r)
{
	json_t *fields = json_array();

	for (const struct web_field *f = r->fields; f != NULL && f->name != NULL; f++)
		json_array_append_new(fields, field_row(f));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s?, s:s?, s:b, s:b}", "method", r->method, "path", r->api, "doc",
	    r->doc, "permission", permission_text(r->perm), "fields", fields, "model", r->model, "body", r->body, "csv",
	    r->table != NULL, "has_fields", r->fields != NULL);
}

static json_t *problems(void)
{
	static const short statuses[] = { 0, 422, 401, 403, 404, 409, 503, 413, 500 };
	json_t *list = json_array();

	for (int kind = ERR_INPUT; kind <= ERR_INTERNAL; kind++)
		json_array_append_new(list,
		    json_pack("{s:s, s:i}", "type", err_kind_name((enum err_kind)kind), "status", statuses[kind]));
	return list;
}

int openapi_view(struct web_request *rq, json_t *model, struct err *e)
{
	json_t *groups = json_array();

	json_object_set_new(model, "title", json_string(web_tr(rq, "Interface for programs")));
	for (const struct web_route *r = web_routes; r->method != NULL; r++) {
		json_t *tag, *group = NULL, *one;
		size_t i;

		if (r->api == NULL)
			continue;
		tag = tag_of(r);
		json_array_foreach(groups, i, one) {
			if (json_equal(json_object_get(one, "name"), tag))
				group = one;
		}
		if (group == NULL) {
			group = json_pack("{s:O, s:[]}", "name", tag, "routes");
			json_array_append_new(groups, group);
		}
		json_decref(tag);
		json_array_append_new(json_object_get(group, "routes"), route_row(r));
	}
	json_object_set_new(model, "problems", problems());
	return json_object_set_new(model, "groups", groups) < 0 ? err_nomem(e) : 0;
}
