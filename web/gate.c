/* Who is there, and whether the row lets them in.  Everything that is not allowed is refused. */
#include "web/site.h"

#include "analysis/access.h"
#include "core/session.h"
#include "core/writer.h"

#include <string.h>
#include <strings.h>

static int bearer(struct web_request *rq, const char *token, struct account *who, struct err *e)
{
	int rc = token_find(rq->db, &rq->web->secret, rq->arena, token, who, e);

	if (rc == 0)
		return err_set(e, ERR_LOGIN, "Authorization",
		    "The bearer token is unknown, has expired or was revoked.", NULL);
	if (rc == 1)
		rq->who = who;
	return rc < 0 ? -1 : 0;
}

static bool changes(const struct web_request *rq)
{
	return strcmp(rq->route->method, "GET") != 0;
}

int web_identify(struct web_request *rq, struct err *e)
{
	const char *header = rq->header(rq, "Authorization"), *cookie;
	struct account *who;
	int rc;

	/* the pages know no bearer tokens: a program reads the API */
	if (header != NULL && rq->face == WEB_API) {
		who = ARENA_NEW(rq->arena, struct account);
		if (who == NULL)
			return err_nomem(e);
		if (strncasecmp(header, "Bearer ", 7) != 0)
			return err_set(e, ERR_LOGIN, "Authorization", "Send `Authorization: Bearer TOKEN`.", NULL);
		return bearer(rq, header + 7 + strspn(header + 7, " "), who, e);
	}
	if (rq->route->perm == WEB_PUBLIC && rq->route->flags & WEB_FAST)
		return 0;
	/* a browser sends its cookie along whoever asks it to: not enough to change things by the API */
	if (rq->face == WEB_API && changes(rq))
		return 0;
	cookie = web_cookie(rq, "elod_session");
	who = cookie != NULL ? ARENA_NEW(rq->arena, struct account) : NULL;
	if (who == NULL)
		return 0;
	rc = session_find(rq->db, &rq->web->secret, rq->arena, cookie, who, &rq->session_due, e);
	if (rc == 1) {
		rq->who = who;
		rq->session = cookie;
	}
	return rc < 0 ? -1 : 0;
}

static int may(struct web_request *rq, struct err *e)
{
	const struct account *who = rq->who;
	bool quality = who->roles & ROLE_QUALITY_OFFICE;

	switch (rq->route->perm) {
	case WEB_PUBLIC:
	case WEB_STAFF:
		return 1;
	case WEB_CAMPAIGN:
		return quality ? 1 : access_campaign(rq->db, who, web_param(rq, "campaign"), e);
	case WEB_PROGRAMME:
		return quality ? 1 : access_programme(rq->db, who, web_param(rq, "programme"), e);
	case WEB_COURSE:
		return quality ? 1 : access_course(rq->db, who, web_param(rq, "course"), e);
	case WEB_ASSESSMENT:
		return quality ? 1 : access_assessment(rq->db, who, web_param(rq, "assessment"), e);
	case WEB_QUALITY:
		return quality;
	case WEB_ADMIN:
		return (who->roles & ROLE_ADMINISTRATOR) != 0;
	}
	return 0;
}

int web_permit(struct web_request *rq, struct err *e)
{
	int rc;

	if (rq->route->perm == WEB_PUBLIC)
		return 0;
	if (rq->who == NULL)
		return err_set(e, ERR_LOGIN, NULL, "Sign in to see this.", NULL);
	rc = may(rq, e);
	if (rc == 1)
		return 0;
	if (rc < 0)
		return -1;
	if (rq->route->perm == WEB_ADMIN)
		return err_set(e, ERR_FORBIDDEN, NULL,
		    "Your account has no right to this. An administrator can grant it.", NULL);
	return err_set(e, ERR_FORBIDDEN, NULL, "Your account has no right to this. The quality office can grant it.",
	    NULL);
}

/* "https://elod.example:8443" against "elod.example:8443" */
static bool origin_is_host(const char *origin, const char *host)
{
	const char *p = strstr(origin, "://");

	return p != NULL && host != NULL && strcasecmp(p + 3, host) == 0;
}

int web_same_origin(struct web_request *rq, struct err *e)
{
	const char *site = rq->header(rq, "Sec-Fetch-Site"), *origin = rq->header(rq, "Origin");

	/* Where the browser says who asks, that decides.  Otherwise the origin does; it is "null" for
	 * our own forms too, because of our own Referrer-Policy, and then the session's token decides. */
	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		goto refuse;
	if (site == NULL && origin != NULL && strcmp(origin, "null") != 0 &&
	    !origin_is_host(origin, rq->header(rq, "Host")))
		goto refuse;
	return 0;
refuse:
	return err_set(e, ERR_FORBIDDEN, NULL,
	    "This form was sent from another site. Open the page here and send it again.", NULL);
}

int web_csrf(struct web_request *rq, const char *given, struct err *e)
{
	if (rq->session != NULL && given != NULL && session_csrf_right(&rq->web->secret, rq->session, given))
		return 0;
	return err_set(e, ERR_FORBIDDEN, NULL,
	    "The form is older than your session. Nothing was changed: open the page again and send it once more.",
	    NULL);
}
