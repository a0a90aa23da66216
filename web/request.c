#include "web/site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cookies and language ---- */

const char *web_cookie(struct web_request *rq, const char *name)
{
	const char *s = rq->header(rq, "Cookie");
	size_t len = strlen(name);

	while (s != NULL && *s != '\0') {
		size_t n;

		s += strspn(s, "; ");
		n = strcspn(s, ";");
		if (n > len && memcmp(s, name, len) == 0 && s[len] == '=')
			return arena_strndup(rq->arena, s + len + 1, n - len - 1);
		s += n;
	}
	return NULL;
}

static const char *known_language(const char *s, size_t len)
{
	if (len >= 2 && strncmp(s, "vi", 2) == 0 && (len == 2 || s[2] == '-'))
		return "vi";
	if (len >= 2 && strncmp(s, "en", 2) == 0 && (len == 2 || s[2] == '-'))
		return "en";
	return NULL;
}

/* The first of the two languages that the header names; weights seldom disagree with order. */
static const char *accepted_language(const char *s)
{
	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, ",");
		const char *lang;

		while (n > 0 && *s == ' ')
			s++, n--;
		lang = known_language(s, strcspn(s, ",; "));
		if (lang != NULL)
			return lang;
		s += n;
		s += *s == ',';
	}
	return NULL;
}

static const char *query_language(const char *query)
{
	const char *s = query;

	while (*s != '\0') {
		size_t n = strcspn(s, "&");

		if (n > 5 && memcmp(s, "lang=", 5) == 0)
			return known_language(s + 5, n - 5);
		s += n;
		s += *s == '&';
	}
	return NULL;
}

void web_language(struct web_request *rq)
{
	const char *cookie;

	rq->lang = query_language(rq->query);
	rq->lang_set = rq->lang != NULL;
	if (rq->lang == NULL) {
		cookie = web_cookie(rq, "elod_lang");
		rq->lang = cookie != NULL ? known_language(cookie, strlen(cookie)) : NULL;
	}
	if (rq->lang == NULL)
		rq->lang = accepted_language(rq->header(rq, "Accept-Language"));
	if (rq->lang == NULL)
		rq->lang = "vi";
}

/* ---- what the answer may be ---- */

/* The weight of a media type in an Accept header; exact beats type/ * beats * / *. */
static double accept_weight(const char *accept, const char *type)
{
	size_t major = strcspn(type, "/") + 1;
	double best = 0;
	int rank = -1;

	for (const char *s = accept; *s != '\0';) {
		size_t n = strcspn(s, ","), len;
		const char *q = NULL;
		double weight = 1;
		int r = -1;

		while (n > 0 && *s == ' ')
			s++, n--;
		len = strcspn(s, ",; ");
		if (len == strlen(type) && strncmp(s, type, len) == 0)
			r = 2;
		else if (len == major + 1 && strncmp(s, type, major) == 0 && s[major] == '*')
			r = 1;
		else if (len == 3 && strncmp(s, "*/*", 3) == 0)
			r = 0;
		for (const char *p = s; p + 2 < s + n; p++)
			if (p[0] == 'q' && p[1] == '=')
				q = p + 2;
		if (q != NULL)
			weight = strtod(q, NULL);
		if (r > rank) {
			rank = r;
			best = weight;
		}
		s += n;
		s += *s == ',';
	}
	return best;
}

int web_negotiate(struct web_request *rq, struct err *e)
{
	const char *accept = rq->header(rq, "Accept"), *asked = NULL;
	bool table = rq->route->table != NULL;
	double json, csv;

	rq->format = rq->face == WEB_PAGE ? WEB_HTML : WEB_JSON;
	if (rq->face == WEB_PAGE || strcmp(rq->route->method, "GET") != 0)
		return 0;
	for (const char *s = rq->query; s != NULL; s = strchr(s, '&') != NULL ? strchr(s, '&') + 1 : NULL)
		if (strncmp(s, "format=", 7) == 0)
			asked = s + 7;
	if (asked != NULL) {
		size_t n = strcspn(asked, "&");

		if (n == 3 && strncmp(asked, "csv", 3) == 0 && table)
			rq->format = WEB_CSV;
		else if (n != 4 || strncmp(asked, "json", 4) != 0)
			return err_set(e, ERR_INPUT, "format", "This can be given as: {1}.",
			    table ? "json, csv" : "json", NULL);
		return 0;
	}
	if (accept == NULL || accept[0] == '\0')
		return 0;
	json = fmax(accept_weight(accept, "application/json"), accept_weight(accept, "application/problem+json"));
	csv = table ? accept_weight(accept, "text/csv") : 0;
	if (csv > json)
		rq->format = WEB_CSV;
	/* a browser that opens an address of the API asks for HTML or anything: it gets JSON */
	else if (json <= 0 && accept_weight(accept, "text/html") <= 0)
		return err_set(e, ERR_INPUT, "Accept", "This can be given as: {1}.",
		    table ? "application/json, text/csv" : "application/json", NULL);
	return 0;
}
