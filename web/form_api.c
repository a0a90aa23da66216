/* One response by the API. */
#include "web/form.h"

#include "surveys/response.h"

#include <stdio.h>
#include <string.h>

static const char members[] = "id, language, target, answers, invitation, simulated";

static void release_json(void *root)
{
	json_decref(root);
}

struct body {
	const char *id, *language, *target, *invitation;
	const json_t *answers;
	bool simulated;
};

static int text_member(const char *name, const json_t *value, const char **out, struct err *e)
{
	if (json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return err_set(e, ERR_INPUT, name, "“{1}” must be a text.", name, NULL);
	*out = json_string_value(value);
	return 0;
}

static int member(const char *name, const json_t *value, struct body *out, struct err *e)
{
	if (strcmp(name, "id") == 0)
		return text_member(name, value, &out->id, e);
	if (strcmp(name, "answers") == 0) {
		out->answers = value;
		return 0;
	}
	if (strcmp(name, "target") == 0)
		return text_member(name, value, &out->target, e);
	if (strcmp(name, "language") == 0)
		return text_member(name, value, &out->language, e);
	if (strcmp(name, "invitation") == 0)
		return text_member(name, value, &out->invitation, e);
	if (strcmp(name, "simulated") == 0) {
		if (!json_is_boolean(value))
			return err_set(e, ERR_INPUT, name, "“{1}” must be true or false.", name, NULL);
		out->simulated = json_is_true(value);
		return 0;
	}
	return err_set(e, ERR_INPUT, name, "There is no member “{1}” here. There are: {2}.", name, members, NULL);
}

static void list_languages(const struct instrument *q, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < q->language_count && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? ", " : "", q->languages[i]);
}

/* What surrounds the answers; all faults at once. */
static void check_frame(struct web_request *rq, const json_t *root, const struct campaign_open *open, struct body *b,
    int64_t *target, struct err_list *bad)
{
	const char *name;
	char languages[96];
	json_t *value;
	struct err e;

	json_object_foreach((json_t *)root, name, value) {
		err_clear(&e);
		if (member(name, value, b, &e) != 0)
			err_list_add(bad, 0, &e);
	}
	err_clear(&e);
	if (b->id == NULL || !uuid_valid(b->id)) {
		err_set(&e, ERR_INPUT, "id",
		    "“id” must be a UUID made by the sender, as 123e4567-e89b-42d3-a456-426614174000.", NULL);
		err_list_add(bad, 0, &e);
	}
	err_clear(&e);
	if (b->language != NULL && !instrument_has_language(open->instrument, b->language)) {
		list_languages(open->instrument, languages, sizeof languages);
		err_set(&e, ERR_INPUT, "language", "This survey is not there in “{1}”. It is in: {2}.", b->language,
		    languages, NULL);
		err_list_add(bad, 0, &e);
	}
	err_clear(&e);
	if (campaign_open_target_choose(open, b->target, target, &e) != 0)
		err_list_add(bad, 0, &e);
	err_clear(&e);
	if (b->simulated && (rq->who == NULL || (rq->who->roles & ROLE_QUALITY_OFFICE) == 0)) {
		err_set(&e, ERR_INPUT, "simulated",
		    "Only the quality office may send simulated answers (with its token).", NULL);
		err_list_add(bad, 0, &e);
	}
}

static int finish_answer(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct response_submit *s = (struct response_submit *)rs->job;
	char *body;

	if (s->job.err.kind != ERR_NONE) {
		*e = s->job.err;
		if (e->kind == ERR_BUSY)
			web_header_add(rq, rs, "Retry-After", "5");
		return -1;
	}
	if (!s->repeated)
		web_count_accepted(rq->web);
	body = arena_fmt(rq->arena, "{\"receipt\":\"%s\"}\n", s->receipt);
	if (body == NULL)
		return err_nomem(e);
	return web_send(rq, rs, s->repeated ? 200 : 201, "application/json", body, strlen(body));
}

int form_answer(struct web_request *rq, struct web_response *rs, struct err *e)
{
	const struct campaign_open *open;
	struct err_list bad = { 0 };
	struct body b = { 0 };
	struct form_send send = { 0 };
	struct answer *answers;
	json_t *root;
	int rc = -1;

	if (campaign_cache_get(rq->campaigns, rq->db, web_param(rq, "campaign"), &open, e) != 0)
		return -1;
	root = web_body_json(rq, members, e);
	if (root == NULL)
		return -1;
	answers = ARENA_ARRAY(rq->arena, struct answer, open->instrument->item_count);
	if (answers == NULL || arena_defer(rq->arena, release_json, root) != 0) {
		json_decref(root);
		return err_nomem(e);
	}
	check_frame(rq, root, open, &b, &send.target, &bad);
	if (answers_from_json(open->instrument, b.answers, rq->arena, answers, &bad) == 0)
		answers_required(open->instrument, answers, &bad);
	if (bad.total > 0) {
		web_send_errors(rq, rs, &bad);
		rc = 0;
		goto out;
	}
	send.open = open;
	send.id = b.id;
	send.invitation = b.invitation;
	send.answers = answers;
	send.simulated = b.simulated;
	rc = form_submit(rq, rs, &send, finish_answer, e);
out:
	err_list_free(&bad);
	return rc;
}
