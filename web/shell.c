/* What every page has around its own model: language, navigation, who is signed in. */
#include "web/site.h"

#include "core/session.h"

#include <string.h>

static const struct place {
	const char *href, *label; /* msgid */
	unsigned roles;		  /* who can open it; 0: anybody signed in */
} places[] = {
	{ "/", N_("Overview"), 0 },
	{ "/campaigns", N_("Campaigns"), ROLE_QUALITY_OFFICE | ROLE_LECTURER | ROLE_PROGRAMME_LEADER },
	{ "/instruments", N_("Questionnaires"), ROLE_QUALITY_OFFICE },
	{ "/programmes", N_("Programmes"), ROLE_QUALITY_OFFICE | ROLE_PROGRAMME_LEADER },
	{ "/courses", N_("Courses"), ROLE_QUALITY_OFFICE | ROLE_PROGRAMME_LEADER | ROLE_LECTURER },
	{ "/workbench", N_("Workbench"), ROLE_QUALITY_OFFICE | ROLE_LECTURER },
	{ "/reports", N_("Reports"), ROLE_QUALITY_OFFICE | ROLE_PROGRAMME_LEADER },
};

static bool is_current(const char *href, const char *path)
{
	size_t n = strlen(href);

	if (n == 1)
		return strcmp(path, "/") == 0;
	return strncmp(path, href, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static json_t *nav(const struct web_request *rq)
{
	json_t *list = json_array();

	for (size_t i = 0; rq->who != NULL && i < sizeof places / sizeof *places; i++) {
		const struct place *p = &places[i];

		if (p->roles != 0 && !(p->roles & rq->who->roles))
			continue;
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:b}", "href", p->href, "label", web_tr(rq, p->label), "current",
			is_current(p->href, rq->path)));
	}
	return list;
}

/* The same address in the other language: the query kept, only lang changed. */
static char *with_language(const struct web_request *rq, const char *lang)
{
	struct buf b;
	char *out;

	buf_init(&b, 16384);
	buf_addf(&b, "%s?", rq->path);
	for (const char *s = rq->query; *s != '\0';) {
		size_t n = strcspn(s, "&");

		if (n > 0 && strncmp(s, "lang=", 5) != 0) {
			buf_add(&b, s, n);
			buf_putc(&b, '&');
		}
		s += n;
		s += *s == '&';
	}
	buf_addf(&b, "lang=%s", lang);
	out = b.failed ? NULL : arena_strdup(rq->arena, b.p);
	buf_free(&b);
	return out;
}

static json_t *lang_links(const struct web_request *rq)
{
	static const char *const langs[][3] = { { "vi", "VI", "Tiếng Việt" }, { "en", "EN", "English" } };
	json_t *list = json_array();

	for (size_t i = 0; i < 2; i++) {
		char *href = with_language(rq, langs[i][0]);

		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "lang", langs[i][0], "code", langs[i][1], "name",
			langs[i][2], "href", href != NULL ? href : "?lang=vi", "current",
			strcmp(langs[i][0], rq->lang) == 0, "button", 0));
	}
	return list;
}

static json_t *user(const struct web_request *rq)
{
	static const char *const titles[] = { N_("Administrator"), N_("Quality office"), N_("Programme leader"),
		N_("Lecturer") };
	json_t *roles = json_array();
	struct buf words;
	json_t *o;

	buf_init(&words, 400);
	for (unsigned i = 0; role_names[i] != NULL; i++) {
		if (!(rq->who->roles & 1u << i))
			continue;
		json_array_append_new(roles, json_string(role_names[i]));
		buf_addf(&words, "%s%s", words.len > 0 ? ", " : "", web_tr(rq, titles[i]));
	}
	o = json_pack("{s:s, s:s, s:s, s:o}", "name", rq->who->name, "login", rq->who->login, "role",
	    words.p != NULL ? words.p : "", "roles", roles);
	buf_free(&words);
	return o;
}

static const char *current_place(const struct web_request *rq)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (is_current(places[i].href, rq->path))
			return web_tr(rq, places[i].label);
	return NULL;
}

json_t *web_shell(struct web_request *rq)
{
	const struct web_options *o = &rq->web->options;
	bool en = strcmp(rq->lang, "en") == 0;
	json_t *shell = json_pack("{s:s, s:b, s:b, s:O, s:o, s:s?, s:o, s:s, s:b, s:s, s:s, s:n, s:[]}", "lang",
	    rq->lang, "vi", !en, "en", en, "assets", rq->web->assets, "nav", nav(rq), "nav_current", current_place(rq),
	    "lang_links", lang_links(rq), "institution", en ? o->institution_en : o->institution_vi, "demonstration",
	    o->demonstration, "path", rq->path, "version", ELOD_VERSION, "refresh", "crumbs");
	char csrf[CSRF_LEN + 1];

	if (shell == NULL)
		return NULL;
	/* templates link only where the link leads somewhere for this reader */
	json_object_set_new(shell, "can",
	    json_pack("{s:b, s:b}", "quality", rq->who != NULL && (rq->who->roles & ROLE_QUALITY_OFFICE) != 0,
		"programmes",
		rq->who != NULL && (rq->who->roles & (ROLE_QUALITY_OFFICE | ROLE_PROGRAMME_LEADER)) != 0));
	json_object_set_new(shell, "user", rq->who != NULL ? user(rq) : json_null());
	if (rq->session != NULL) {
		session_csrf(&rq->web->secret, rq->session, csrf);
		json_object_set_new(shell, "csrf", json_string(csrf));
	}
	return shell;
}
