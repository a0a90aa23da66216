#include "web/form.h"

#include "core/clock.h"
#include "surveys/invitation.h"
#include "surveys/response.h"
#include "web/form_pages.h"
#include "web/form_view.h"

#include <string.h>

#define RETRY_SECONDS "30" /* said in the page too */

const struct web_field form_fields[] = {
	{ "t", WEB_TEXT, .max = 64, .doc = "Target: id or code of what the response is about" },
	{ "i", WEB_TEXT, .max = 64, .doc = "Invitation: the token of a personal link" },
	{ "q", WEB_TEXT, .max = 100, .doc = "Search in the list of targets" },
	{ "after", WEB_TEXT, .max = 64, .doc = "Go on in the list of targets after this one" },
	{ 0 },
};

/* ---- sending ---- */

static int send_model(struct web_request *rq, struct web_response *rs, int status, const char *template, json_t *model,
    struct err *e)
{
	int rc;

	if (model == NULL)
		return -1;
	web_header_add(rq, rs, "Cache-Control", "no-store");
	rc = web_send_page(rq, rs, status, template, model, e);
	json_decref(model);
	return rc;
}

static int send_notice(struct web_request *rq, struct web_response *rs, int status, enum form_notice what,
    const struct campaign_open *open, struct err *e)
{
	return send_model(rq, rs, status, "form_notice", form_view_notice(rq, what, open, e), e);
}

static int send_state(struct web_request *rq, struct web_response *rs, int status, const struct form_state *s,
    const struct form_alert *alert, struct err *e)
{
	return send_model(rq, rs, status, "form", form_view_page(rq, s, alert, true, e), e);
}

/* Renders a page, keeps it, and gives it with a reference for the caller. */
static struct form_bytes *keep(struct web_request *rq, const struct form_key *key, const char *template, json_t *model,
    int64_t closes_at, struct err *e)
{
	struct form_pages *pages = web_forms(rq->web);
	struct form_bytes *b = NULL;
	char *page;
	size_t len;

	if (model == NULL)
		return NULL;
	if (web_render(rq, template, model, &page, &len, e) == 0)
		b = form_bytes_new(form_pages_marks(pages), page, len, e);
	if (b != NULL)
		form_pages_put(pages, key, b, closes_at);
	json_decref(model);
	return b;
}

/* Lets go of the caller's reference. */
static int send_bytes(struct web_request *rq, struct web_response *rs, struct form_bytes *b,
    const char *const values[FORM_HOLE_COUNT], struct err *e)
{
	int rc = b == NULL ? -1 : form_bytes_send(b, rq, rs, values, e);

	form_bytes_drop(b);
	if (rc != 0)
		return -1;
	rs->status = 200;
	web_header_add(rq, rs, "Cache-Control", "no-store");
	return 0;
}

static int send_first(struct web_request *rq, struct web_response *rs, struct form_bytes *b, const char *invitation,
    struct err *e)
{
	char *id = arena_get(rq->arena, UUID_LEN + 1, 1);
	const char *values[FORM_HOLE_COUNT] = { [FORM_HOLE_ID] = id, [FORM_HOLE_INVITATION] = invitation };

	if (id == NULL) {
		form_bytes_drop(b);
		return err_nomem(e);
	}
	uuid_new(id);
	return send_bytes(rq, rs, b, values, e);
}

/* ---- GET ---- */

/* 0 go on (*target set where the invitation names one), 1 answered with a notice, -1. */
static int check_invitation(struct web_request *rq, struct web_response *rs, const struct campaign_open *open,
    const char *token, const struct campaign_target_ref **target, struct err *e)
{
	unsigned char hash[HASH_LEN];
	struct invitation inv;
	struct err why = { 0 };

	if (token == NULL && open->c.audience != CAMPAIGN_INVITED)
		return 0;
	if (token == NULL || strlen(token) != TOKEN_LEN ||
	    strspn(token, "0123456789abcdefghijklmnopqrstuvwxyz") != TOKEN_LEN)
		return send_notice(rq, rs, 403, FORM_NEEDS_LINK, open, e) == 0 ? 1 : -1;
	invitation_hash(web_secret(rq->web), token, hash);
	if (invitation_get(rq->db, hash, &inv, &why) != 0 && why.kind != ERR_ABSENT) {
		*e = why;
		return -1;
	}
	if (why.kind == ERR_ABSENT || strcmp(inv.campaign, open->c.id) != 0)
		return send_notice(rq, rs, 403, FORM_NEEDS_LINK, open, e) == 0 ? 1 : -1;
	if (inv.used)
		return send_notice(rq, rs, 409, FORM_ANSWERED, open, e) == 0 ? 1 : -1;
	for (size_t i = 0; inv.target != 0 && i < open->target_count; i++)
		if (open->targets[i].number == inv.target)
			*target = &open->targets[i];
	return 0;
}

static struct form_bytes *first_page(struct web_request *rq, const struct form_key *key,
    const struct campaign_open *open, const struct campaign_target_ref *target, bool invited, struct err *e)
{
	const struct form_marks *marks = form_pages_marks(web_forms(rq->web));
	struct form_state *s = form_state_new(rq, open, marks->text[FORM_HOLE_ID],
	    invited ? marks->text[FORM_HOLE_INVITATION] : NULL, target, e);

	if (s == NULL)
		return NULL;
	return keep(rq, key, "form", form_view_page(rq, s, NULL, false, e), open->c.closes_at, e);
}

static int send_not_open(struct web_request *rq, struct web_response *rs, int status, const struct campaign_open *open,
    struct err *e)
{
	bool planned = campaign_status(&open->c, clock_now()) == CAMPAIGN_PLANNED;

	return send_notice(rq, rs, status, planned ? FORM_PLANNED : FORM_CLOSED, open, e);
}

static bool takes_answers(const struct campaign_open *open)
{
	return open->c.origin == CAMPAIGN_COLLECTED && campaign_status(&open->c, clock_now()) == CAMPAIGN_OPEN;
}

/* The campaign, or NULL with *rc: 0 answered with a notice, -1. */
static const struct campaign_open *campaign_of(struct web_request *rq, struct web_response *rs, int *rc, struct err *e)
{
	const struct campaign_open *open = NULL;
	struct err why = { 0 };

	if (campaign_cache_get(rq->campaigns, rq->db, web_param(rq, "campaign"), &open, &why) == 0) {
		form_language(rq, open->instrument);
		return open;
	}
	if (why.kind == ERR_ABSENT) {
		*rc = send_notice(rq, rs, 404, FORM_UNKNOWN, NULL, e);
	} else {
		*e = why;
		*rc = -1;
	}
	return NULL;
}

static int show_work(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const char *t = web_input(rq, "t"), *token = web_input(rq, "i");
	struct form_key key = { token == NULL ? 'f' : 'i', rq->lang, web_param(rq, "campaign"), t == NULL ? "" : t };
	const struct campaign_target_ref *target = NULL;
	const struct campaign_open *open;
	struct form_bytes *b = NULL;
	int rc = -1;

	open = campaign_of(rq, rs, &rc, e);
	if (open == NULL)
		return rc;
	if (!takes_answers(open))
		return send_not_open(rq, rs, 200, open, e);
	rc = check_invitation(rq, rs, open, token, &target, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (target != NULL)
		key.target = target->id;
	else if (t != NULL && (target = form_target(open, t)) == NULL)
		key.target = ""; /* made-up targets shall not fill the cache */
	if (target == NULL && open->target_count == 1)
		target = &open->targets[0];
	if (target == NULL && open->target_count > 1)
		return send_model(rq, rs, 200, "form_targets", form_view_targets(rq, open, token, e), e);
	if (token != NULL)
		b = form_pages_get(web_forms(rq->web), &key);
	if (b == NULL)
		b = first_page(rq, &key, open, target, token != NULL, e);
	return send_first(rq, rs, b, token, e);
}

int form_show(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const char *t = web_input(rq, "t");
	struct form_key key = { 'f', rq->lang, web_param(rq, "campaign"), t == NULL ? "" : t };
	struct form_bytes *b = web_input(rq, "i") == NULL ? form_pages_get(web_forms(rq->web), &key) : NULL;

	if (b != NULL)
		return send_first(rq, rs, b, NULL, e);
	rs->work = show_work;
	return 0;
}

/* ---- the job ---- */

static void sent(struct write_job *job, const struct err *e)
{
	struct web_request *rq = ((struct response_submit *)job)->user;

	(void)e; /* the writer leaves it in job->err */
	rq->wake(rq);
}

static void free_buf(void *b)
{
	buf_free(b);
}

int form_submit(struct web_request *rq, struct web_response *rs, const struct form_send *send,
    int (*finish)(struct web_request *, struct web_response *, struct err *), struct err *e)
{
	struct response_submit *s = ARENA_NEW(rq->arena, struct response_submit);
	struct buf *packed = ARENA_NEW(rq->arena, struct buf);
	char *campaign = arena_strdup(rq->arena, send->open->c.id); /* the cache may drop its own meanwhile */

	if (s == NULL || packed == NULL || campaign == NULL || arena_defer(rq->arena, free_buf, packed) != 0)
		return err_nomem(e);
	buf_init(packed, ANSWERS_MOST + 1);
	answers_pack(send->open->instrument, send->answers, packed);
	if (packed->failed)
		return err_set(e, ERR_TOO_LARGE, "answers", "The answers are too long.", NULL);
	s->user = rq;
	s->job.done = sent;
	s->secret = web_secret(rq->web);
	s->campaign = campaign;
	s->target = send->target;
	s->client_id = send->id;
	s->answers = packed->p;
	s->answers_len = packed->len;
	s->simulated = send->simulated;
	s->invitation = send->invitation;
	if (response_submit_prepare(s, e) != 0)
		return -1;
	rs->job = &s->job;
	rs->finish = finish;
	return 0;
}

/* ---- POST ---- */

static int send_receipt(struct web_request *rq, struct web_response *rs, const struct response_submit *s, struct err *e)
{
	const char *values[FORM_HOLE_COUNT] = { [FORM_HOLE_RECEIPT] = s->receipt };
	struct form_pages *pages = web_forms(rq->web);
	struct form_key key = { 'r', rq->lang, web_param(rq, "campaign"), rs->state };
	struct form_bytes *b = form_pages_get(pages, &key);
	const struct campaign_open *open;

	if (b == NULL) {
		if (campaign_cache_get(rq->campaigns, rq->db, key.campaign, &open, e) != 0)
			return -1;
		b = keep(rq, &key, "receipt",
		    form_view_receipt(rq, open, form_target(open, key.target),
			form_pages_marks(pages)->text[FORM_HOLE_RECEIPT], e),
		    open->c.closes_at, e);
	}
	return send_bytes(rq, rs, b, values, e);
}

/* The page as it was posted, with a sentence that it has to be sent again. */
static int send_busy(struct web_request *rq, struct web_response *rs, const struct campaign_open *open, struct err *e)
{
	struct form_state *s = form_state_read(rq, open, e);
	struct form_alert alert = { web_tr(rq, "The server is busy; your answers have not been sent"),
		web_tr(rq,
		    "Your answers are still on this page. Send them again in 30 seconds. Sending twice counts once.") };

	if (s == NULL)
		return -1;
	form_state_check(rq, s, 1, 0);
	web_header_add(rq, rs, "Retry-After", RETRY_SECONDS);
	return send_state(rq, rs, 503, s, &alert, e);
}

static int finish_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct response_submit *s = (struct response_submit *)rs->job;
	const struct err *why = &s->job.err;
	const struct campaign_open *open;
	int rc = -1;

	if (why->kind == ERR_NONE) {
		if (!s->repeated)
			web_count_accepted(rq->web);
		return send_receipt(rq, rs, s, e);
	}
	open = campaign_of(rq, rs, &rc, e);
	if (open == NULL)
		return rc;
	if (why->kind == ERR_BUSY)
		return send_busy(rq, rs, open, e);
	if (why->kind == ERR_CONFLICT)
		return send_notice(rq, rs, 409, strcmp(why->field, "id") == 0 ? FORM_OTHER_ANSWERS : FORM_ANSWERED,
		    open, e);
	if (why->kind == ERR_FORBIDDEN && strcmp(why->field, "campaign") == 0)
		return send_not_open(rq, rs, 403, open, e);
	if (why->kind == ERR_FORBIDDEN)
		return send_notice(rq, rs, 403, FORM_NEEDS_LINK, open, e);
	*e = *why;
	return -1;
}

/* All answers are good: 1 with rs->job set, 0 there are faults, -1. */
static int try_send(struct web_request *rq, struct web_response *rs, struct form_state *s, struct err *e)
{
	struct form_send send = { s->open, s->target == NULL ? 0 : s->target->number, s->id, s->invitation, s->answers,
		false };
	size_t bad = form_state_check(rq, s, 0, s->q->page_count - 1);

	if (bad != SIZE_MAX) {
		s->page = bad;
		return 0;
	}
	rs->state = arena_strdup(rq->arena, s->target == NULL ? "" : s->target->id);
	if (rs->state == NULL)
		return err_nomem(e);
	return form_submit(rq, rs, &send, finish_post, e) == 0 ? 1 : -1;
}

static int post_work(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct campaign_open *open;
	struct form_state *s;
	size_t bad = SIZE_MAX;
	int rc = -1;

	open = campaign_of(rq, rs, &rc, e);
	if (open == NULL)
		return rc;
	s = form_state_read(rq, open, e);
	if (s == NULL)
		return -1;
	if (s->go == FORM_SEND) {
		rc = try_send(rq, rs, s, e);
		return rc == 0 ? send_state(rq, rs, 422, s, NULL, e) : rc < 0 ? -1 : 0;
	}
	if (s->go == FORM_NEXT)
		bad = form_state_check(rq, s, s->page, s->page);
	else
		form_state_check(rq, s, 1, 0); /* for showing; no page is judged */
	if (s->go == FORM_STAY)
		rq->lang = instrument_has_language(s->q, s->lang_next) ? s->lang_next : rq->lang;
	else if (s->go == FORM_BACK && s->page > 0)
		s->page--;
	else if (s->go == FORM_NEXT && bad == SIZE_MAX && s->page + 1 < s->q->page_count)
		s->page++;
	return send_state(rq, rs, bad == SIZE_MAX ? 200 : 422, s, NULL, e);
}

int form_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct campaign_open *open;
	struct form_state *s;
	int rc;

	rs->work = post_work;
	if (campaign_cache_get(rq->campaigns, rq->db, web_param(rq, "campaign"), &open, e) != 0) {
		err_clear(e); /* the worker says what is wrong */
		return 0;
	}
	form_language(rq, open->instrument);
	s = form_state_read(rq, open, e);
	if (s == NULL)
		return -1;
	if (s->go != FORM_SEND)
		return 0;
	rc = try_send(rq, rs, s, e);
	if (rc == 1)
		rs->work = NULL;
	return rc < 0 ? -1 : 0;
}
