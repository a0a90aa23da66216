/* web/web.h -- a request in, a response out, without a socket.
 *
 * One row of the route table says all that must hold before anything runs: method, the page's
 * path and its twin under /api/v1, the permission, the input fields, the view.  A route that is
 * not in the table does not exist; a row without a permission does not compile.
 *
 * GET rows name a view: a function that fills one jansson object (the view model).  The page
 * renders it through a template, the API returns it as JSON, and a row that names a table of it
 * can also return that table as text/csv.  So a page never shows a number that the API cannot
 * give.  Rows that change something name a handler instead.
 *
 * web_handle() and web_work() say how to go on:
 *   WEB_DONE    rs is complete
 *   WEB_WORKER  the route may take longer than an event thread may be held (a page with
 *               statistics, a password hash), or a fast handler found such work and set
 *               rs->work: call web_work() on another thread
 *   WEB_WAIT    rs->job must be given to the writer; when its done() has called rq->wake(rq),
 *               call web_finish().  When the writer refuses the job, its error goes into
 *               rs->job->err and web_finish() is called all the same
 * Everything in rq and rs lives in rq->arena and ends with it (arena_defer() for the rest, such
 * as rq->input), so the arena is reset only when the body has been sent. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "core/account.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/writer.h"

#include <jansson.h>

struct campaign_cache;
struct form_pages;
struct jobs;
struct web; /* templates, catalogues, secret, configuration: made once, read by all threads */

enum web_turn { WEB_DONE, WEB_WORKER, WEB_WAIT };
enum web_face { WEB_PAGE, WEB_API };
enum web_format { WEB_HTML, WEB_JSON, WEB_CSV };

#define WEB_MAX_PARAMS 4
struct web_param {
	const char *name, *value;
};

struct web_request {
	/* from the server (or a test) */
	const struct web *web;
	struct arena *arena;
	struct db *db;						       /* this thread's read connection */
	struct campaign_cache *campaigns;			       /* this thread's (surveys/campaign_cache.h) */
	struct writer *writer;					       /* for changes made on a worker thread */
	struct jobs *jobs;					       /* for what outlasts the request (core/jobs.h) */
	const char *method, *path, *query;			       /* query: without '?', or "" */
	const char *(*header)(struct web_request *, const char *name); /* NULL when absent */
	void *server;						       /* the server's own */
	void (*wake)(struct web_request *);
	const char *body;
	size_t body_len;
	char id[ID_LEN + 1]; /* in every log line and error page */

	/* found out by web_handle() */
	const struct web_route *route;
	enum web_face face;
	struct web_param params[WEB_MAX_PARAMS]; /* {campaign} in the pattern */
	size_t param_count;
	enum web_format format; /* of the answer */
	/* NULL: nobody is signed in.  On a row that is WEB_PUBLIC and WEB_FAST only a bearer token is
	 * looked at, so that such a row costs no read. */
	const struct account *who;
	const char *session;	    /* the cookie, for the CSRF token; NULL with a bearer token */
	const char *lang;	    /* "vi" or "en" */
	json_t *input;		    /* accepted query or form fields by name, checked by their rows */
	bool session_due, lang_set; /* the dispatcher's own */
};

struct web_header {
	const char *name, *value;
	struct web_header *next;
};
struct web_part { /* one piece of a body; all pieces together are what is sent */
	const void *p;
	size_t len;
};
struct web_response {
	int status;
	const char *type;
	struct web_header *headers;
	struct web_part *parts; /* in rq->arena, or in memory that outlives every request */
	size_t part_count;
	struct write_job *job;
	/* After job, whether it succeeded or not: rs->job->err says.  To answer with that error in the
	 * usual way, copy it to the last argument and return -1.  NULL: an error is answered, and a
	 * response made before stays. */
	int (*finish)(struct web_request *, struct web_response *, struct err *);
	int (*work)(struct web_request *, struct web_response *, struct err *); /* what a fast handler left */
	void *state;
};

enum web_perm {
	WEB_PUBLIC = 1, /* anybody: forms, receipts, sign-in, health */
	WEB_STAFF,	/* anybody signed in */
	WEB_CAMPAIGN,	/* may read the campaign of {campaign}: quality office; lecturers with targets of their own */
	WEB_PROGRAMME,	/* ... the programme of {programme}: quality office, its leader */
	WEB_COURSE,	/* ... the course of {course}: quality office, leaders of its programmes, its lecturers */
	WEB_ASSESSMENT, /* ... the course of {assessment} */
	WEB_QUALITY,	/* quality office (an administrator is not one: the machine room sees no answers) */
	WEB_ADMIN
};

/* One input: of the query for GET and for WEB_RAW_BODY, else of the form or JSON body.  What is
 * not listed is refused, except in the query of a public page (links that are passed around
 * get things appended).  Known everywhere: lang; csrf in forms; format (json, csv) for GET of
 * the API. */
struct web_field {
	const char *name;
	enum web_field_type { WEB_TEXT, WEB_LINES, WEB_INT, WEB_NUMBER, WEB_DATE, WEB_CODE, WEB_WORD, WEB_MANY } type;
	/* WEB_MANY: a text that may be given several times; an array in rq->input */
	unsigned required, max;	  /* max: characters of a text (0: 200), or the largest integer (0: 1e9) */
	const char *const *words; /* WEB_WORD: the allowed ones, NULL-terminated; the first is the default */
	const char *doc;
};
struct web_column { /* of a table: CSV column and the path of its value in a row */
	const char *name, *path;
};

struct web_route {
	const char *method;
	const char *page, *api; /* patterns; either may be NULL */
	enum web_perm perm;
	unsigned flags;
	const struct web_field *fields;
	int (*view)(struct web_request *, json_t *model, struct err *);
	const char *template; /* of the page */
	const char *table;    /* key of the array in the model that CSV gives */
	const struct web_column *columns;
	int (*handle)(struct web_request *, struct web_response *, struct err *);
	/* for the API description: one sentence; schema of the answer and of a WEB_RAW_BODY body in
	 * web/static/schemas.json */
	const char *doc, *model, *body;
	size_t body_limit; /* bytes; 0: WEB_BODY_LIMIT */
};
enum {
	WEB_FAST = 1,	  /* runs on the event thread */
	WEB_RAW_BODY = 2, /* the handler reads rq->body itself */
	WEB_CREATES = 4,  /* answers 201; for the API description */
};
#define WEB_BODY_LIMIT ((size_t)256 * 1024)

extern const struct web_route web_routes[]; /* web/routes.c; ends with method NULL */
extern const size_t web_route_count;

struct web_options {
	const char *institution_vi, *institution_en; /* name over the forms */
	int utc_offset_minutes;			     /* for pages; 420 is Vietnam */
	bool secure_cookies;
	bool demonstration;
};
int web_new(const struct web_options *, const struct secret *, struct web **out, struct err *);
void web_free(struct web *);
const struct secret *web_secret(const struct web *);
struct form_pages *web_forms(const struct web *); /* pages of forms, rendered once (web/form_pages.h) */

enum web_turn web_handle(struct web_request *, struct web_response *);
enum web_turn web_work(struct web_request *, struct web_response *);
void web_finish(struct web_request *, struct web_response *);

/* Before the body has arrived: the route's limit for it (WEB_BODY_LIMIT when there is no route). */
size_t web_body_limit(const struct web *, const char *method, const char *path);
/* For errors of the server itself (413, 408, 431): rq needs what "from the server" lists. */
void web_refuse(struct web_request *, struct web_response *, enum err_kind);
/* After the response is complete, for /metrics: ns from first byte to here. */
void web_count(const struct web_request *, int status, int64_t ns);
/* One response accepted (a repeated one does not count). */
void web_count_accepted(const struct web *);

/* For handlers and views. */
/* The body of a WEB_RAW_BODY row as a JSON object, the caller's; members: what it holds, for the
 * message when it is none.  NULL with *e filled on failure. */
json_t *web_body_json(const struct web_request *, const char *members, struct err *);
const char *web_param(const struct web_request *, const char *name); /* never NULL for a name of the pattern */
const char *web_input(const struct web_request *, const char *name); /* text; NULL when not given */
int64_t web_input_int(const struct web_request *, const char *name, int64_t otherwise);
double web_input_number(const struct web_request *, const char *name, double otherwise);
const struct secret *web_secret(const struct web *);
const struct web_options *web_options(const struct web *);
/* Name and value live in the arena or are constant. */
void web_header_add(struct web_request *, struct web_response *, const char *name, const char *value);
/* p: in the arena or constant. */
int web_send(struct web_request *, struct web_response *, int status, const char *type, const void *p, size_t len);
/* Does not take the reference.  A GET of the API carries an ETag and may become 304. */
int web_send_json(struct web_request *, struct web_response *, int status, const json_t *);
/* A {"rows", "cols", "values"} (analysis/analyse.h) as CSV, its row names first. */
int web_send_sheet(struct web_request *, struct web_response *, const json_t *table, struct err *);
/* Does not take the reference of model, which brings "title" and "crumbs" [{label, href or null}].
 * The page's shared context under it: "lang", "vi" and "en" (one of them true), "assets", "nav"
 * [{href, label, current}], "nav_current", "user" {name, login, role, roles} or null, "csrf",
 * "lang_links" [{lang, code, name, href, current}], "institution", "demonstration", "path", "version". */
int web_send_page(struct web_request *, struct web_response *, int status, const char *template, json_t *model,
    struct err *);
/* A page as bytes in the arena, without sending it: for pages that are kept. */
int web_render(struct web_request *, const char *template, const json_t *model, char **out, size_t *len, struct err *);
int web_redirect(struct web_request *, struct web_response *, const char *to); /* 303 */
/* Several errors of the same input as a problem document or a page, by face: 422, errors[] with
 * field and detail.  A single one is returned with -1. */
void web_send_errors(struct web_request *, struct web_response *, const struct err_list *);
/* An error's message in this request's language, in the arena. */
const char *web_err_text(const struct web_request *, const struct err *);
const char *web_tr(const struct web_request *, const char *msgid);
/* The text of {"vi": ..., "en": ...} for this request's language, else the other one. */
const char *web_named(const struct web_request *, const json_t *texts);

#endif
