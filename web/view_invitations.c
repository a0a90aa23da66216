#include "web/view_invitations.h"

#include "core/audit.h"
#include "surveys/campaign.h"
#include "surveys/invitation.h"
#include "surveys/target.h"

#include <stdio.h>
#include <string.h>

const struct web_field invitation_fields[] = {
	{ .name = "target", .type = WEB_TEXT, .max = 64, .doc = "Id or code of the target that they are about" },
	{ .name = "count", .type = WEB_INT, .max = INVITATIONS_MOST, .doc = "How many, in an anonymous campaign" },
	{ .name = "people",
	    .type = WEB_LINES,
	    .max = 60000,
	    .doc = "One person a line, in a confidential or identified campaign: one invitation each" },
	{ 0 },
};

struct batch {
	const struct web_request *rq;
	struct campaign campaign;
	int64_t target, count;
	const char *const *people; /* NULL: nobody is named */
	char (*tokens)[TOKEN_LEN + 1];
};

static int write_batch(struct db *db, void *arg, struct err *e)
{
	struct batch *b = arg;
	char count[24];

	for (int64_t i = 0; i < b->count; i++)
		if (invitation_put(db, web_secret(b->rq->web), b->campaign.id, b->target,
			b->people != NULL ? b->people[i] : NULL, b->tokens[i], e) < 0)
			return -1;
	snprintf(count, sizeof count, "%lld", (long long)b->count);
	return audit_put(db, b->rq->who->id, "invite", b->campaign.code, count, e);
}

/* One name a line, blank lines left out; the array and the names are in the arena. */
static int people_take(struct web_request *rq, struct batch *b, struct err *e)
{
	char *text = arena_strdup(rq->arena, web_input(rq, "people")), *rest = text, *line;
	const char **people = ARENA_ARRAY(rq->arena, const char *, INVITATIONS_MOST);

	if (text == NULL || people == NULL)
		return err_nomem(e);
	while ((line = strsep(&rest, "\r\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		if (b->count == INVITATIONS_MOST)
			return err_set(e, ERR_INPUT, "people", "At most {1} invitations are made at a time.", "1000",
			    NULL);
		people[b->count++] = line;
	}
	b->people = people;
	return 0;
}

static int batch_check(struct web_request *rq, struct batch *b, struct err *e)
{
	const char *target = web_input(rq, "target"), *people = web_input(rq, "people");
	bool named = people != NULL && people[0] != '\0';
	struct target t;

	if (campaign_get(rq->db, web_param(rq, "campaign"), rq->arena, &b->campaign, e) < 0)
		return -1;
	if (b->campaign.audience != CAMPAIGN_INVITED)
		return err_set(e, ERR_CONFLICT, NULL, "This campaign is open to all: its address is the invitation.",
		    NULL);
	if (target != NULL && target[0] != '\0') {
		if (target_get(rq->db, b->campaign.id, target, rq->arena, &t, e) < 0)
			return -1;
		b->target = t.number;
	}
	if (named && b->campaign.mode == CAMPAIGN_ANONYMOUS)
		return err_set(e, ERR_INPUT, "people", "An anonymous campaign keeps no names: give a count instead.",
		    NULL);
	if (!named && b->campaign.mode != CAMPAIGN_ANONYMOUS)
		return err_set(e, ERR_INPUT, "people", "Who is invited? One person a line.", NULL);
	if (named)
		return people_take(rq, b, e);
	b->count = web_input_int(rq, "count", 0);
	if (b->count < 1)
		return err_set(e, ERR_INPUT, "count", "How many invitations? A number from 1 to {1}.", "1000", NULL);
	return 0;
}

int invitations_post(struct web_request *rq, struct web_response *rs, struct err *e)
{
	struct batch b = { .rq = rq };
	json_t *list, *model;
	int rc;

	if (batch_check(rq, &b, e) < 0)
		return -1;
	b.tokens = arena_get(rq->arena, (size_t)b.count, sizeof *b.tokens);
	if (b.tokens == NULL)
		return err_nomem(e);
	if (writer_do(rq->writer, write_batch, &b, e) < 0)
		return -1;
	list = json_array();
	for (int64_t i = 0; i < b.count; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s?}", "token", b.tokens[i], "href",
			arena_fmt(rq->arena, "/s/%s?i=%s", b.campaign.code, b.tokens[i]), "person",
			b.people != NULL ? b.people[i] : NULL));
	model =
	    json_pack("{s:{s:s, s:s}, s:o}", "campaign", "id", b.campaign.id, "code", b.campaign.code, "items", list);
	rc = model != NULL ? web_send_json(rq, rs, 201, model) : -1;
	json_decref(model);
	return rc < 0 ? err_nomem(e) : 0;
}
