#include "surveys/import_documents.h"

#include "core/clock.h"
#include "surveys/campaign.h"
#include "surveys/import_documents.sql.h"
#include "surveys/instrument.h"
#include "surveys/label.h"
#include "surveys/reader.h"
#include "surveys/target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CAMPAIGN_BYTES_MOST ((size_t)64 << 20)

int import_instrument(struct db *db, const char *text, size_t len, json_t **report, struct err *e)
{
	struct instrument *q;
	char id[ID_LEN + 1];
	bool added;
	int rc = -1;

	*report = NULL;
	if (instrument_put(db, text, len, id, &added, e) < 0 || instrument_get(db, id, &q, e) < 0)
		return -1;
	*report = json_pack("{s:s, s:i, s:s, s:b, s:I}", "code", q->code, "version", q->version, "id", id, "added",
	    (int)added, "items", (json_int_t)q->item_count);
	rc = *report != NULL ? 0 : err_nomem(e);
	instrument_free(q);
	return rc;
}

/* A date or a time, UTC. */
static int64_t read_time(const struct place *p)
{
	const char *s = reader_text(p, 32);
	int64_t at = s != NULL ? clock_parse(s) : 0;

	if (at < 0)
		reader_fault(p, "“{1}” is no date; write 2026-11-01 or 2026-11-01T08:00:00Z.", s, NULL);
	return at;
}

static const char *stored_label(struct arena *a, const struct place *p, size_t most, const char *absent)
{
	const json_t *label = reader_present(p) ? reader_label(p, most) : NULL;
	char *text = label != NULL ? label_store(a, label) : NULL;

	if (label != NULL && text == NULL)
		err_nomem(p->r->err);
	return text != NULL ? text : absent;
}

static void find_instrument(struct db *db, const struct place *root, struct campaign *c)
{
	struct place code = reader_member(root, "instrument"), version = reader_optional(root, "version");
	const char *name = reader_code(&code, INSTRUMENT_CODE_MOST);
	int number = reader_present(&version) ? (int)reader_integer(&version, 1, 1000000) : 0;
	struct err why = { 0 };

	if (reader_failed(root) || instrument_find(db, name, number, c->instrument, &why) == 0)
		return;
	if (why.kind == ERR_ABSENT)
		reader_fault(number == 0 ? &code : &version,
		    "There is no questionnaire “{1}” in this version; import the questionnaire first.", name, NULL);
	else
		*root->r->err = why;
}

static void read_rules(const struct place *root, struct campaign *c)
{
	static const char *const modes[] = { "anonymous", "confidential", "identified", NULL };
	static const char *const audiences[] = { "open", "invited", NULL };
	static const char *const origins[] = { "collected", "imported", "aggregate", NULL };
	struct place mode = reader_member(root, "mode"), audience = reader_member(root, "audience");
	struct place k = reader_member(root, "k"), opens = reader_member(root, "opens");
	struct place closes = reader_member(root, "closes"), origin = reader_optional(root, "origin");
	struct place invited = reader_optional(root, "invited"), goal = reader_optional(root, "goal_rate");

	c->mode = (enum campaign_mode)reader_word(&mode, modes);
	c->audience = (enum campaign_audience)reader_word(&audience, audiences);
	c->k = (int)reader_integer(&k, 1, 1000000);
	c->opens_at = read_time(&opens);
	c->closes_at = read_time(&closes);
	c->origin = reader_present(&origin) ? (enum campaign_origin)reader_word(&origin, origins) : CAMPAIGN_COLLECTED;
	c->invited = reader_present(&invited) ? reader_integer(&invited, 0, 1000000000) : -1;
	c->goal_rate = reader_present(&goal) ? reader_number(&goal, 0, 1) : (double)NAN;
	if (reader_failed(root))
		return;
	if (c->closes_at <= c->opens_at)
		reader_fault(&closes, "The campaign must close after it opens.", NULL, NULL);
	/* with k = 1 a release would show each answer as it arrives */
	if (c->mode == CAMPAIGN_ANONYMOUS && c->origin == CAMPAIGN_COLLECTED && c->k < 2)
		reader_fault(&k, "An anonymous campaign needs k of 2 at least; 5 is usual.", NULL, NULL);
	if (c->mode != CAMPAIGN_ANONYMOUS && c->origin == CAMPAIGN_COLLECTED && c->audience != CAMPAIGN_INVITED)
		reader_fault(&audience, "Only an anonymous campaign may be open to all; write “invited”.", NULL, NULL);
}

static const char *find_account(struct db *db, const struct place *p, struct arena *a)
{
	const char *login = reader_present(p) ? reader_text(p, 254) : NULL, *id = NULL;
	struct db_rows rows;
	int rc;

	if (login == NULL)
		return NULL;
	rc = db_first(db, SQL_IMPORT_ACCOUNT, DB_ARGS(db_text(login)), &rows, p->r->err);
	if (rc == 1) {
		id = arena_strdup(a, db_col_text(&rows, 0));
		db_done(&rows);
	} else if (rc == 0) {
		reader_fault(p, "There is no account “{1}”.", login, NULL);
	}
	return id;
}

static int read_target(struct db *db, const struct place *p, struct arena *a, const char *campaign, int64_t number)
{
	static const char *const members[] = { "code", "label", "unit", "unit_label", "enrolled", "account", NULL };
	struct place code, label, unit, unit_label, enrolled, account;
	struct target t = { .number = number, .mean = NAN };

	if (!reader_object(p, members))
		return -1;
	code = reader_member(p, "code");
	label = reader_member(p, "label");
	unit = reader_optional(p, "unit");
	unit_label = reader_optional(p, "unit_label");
	enrolled = reader_optional(p, "enrolled");
	account = reader_optional(p, "account");
	t.code = reader_text(&code, TARGET_CODE_MOST);
	t.label = stored_label(a, &label, 300, "{}");
	t.unit = reader_present(&unit) ? reader_text(&unit, TARGET_CODE_MOST) : "";
	t.unit_label = stored_label(a, &unit_label, 300, "{}");
	t.enrolled = reader_present(&enrolled) ? reader_integer(&enrolled, 0, 1000000000) : -1;
	t.account = find_account(db, &account, a);
	return reader_failed(p) ? -1 : target_put(db, campaign, &t, p->r->err);
}

static int put_campaign(struct db *db, const struct place *root, struct arena *a, struct campaign *c, size_t *targets)
{
	static const char *const members[] = { "code", "title", "instrument", "version", "mode", "audience", "k",
		"opens", "closes", "origin", "target_word", "unit_word", "invited", "goal_rate", "note", "targets",
		NULL };
	struct place code, title, note, target_word, unit_word, list;

	if (!reader_object(root, members))
		return -1;
	code = reader_member(root, "code");
	title = reader_member(root, "title");
	note = reader_optional(root, "note");
	target_word = reader_optional(root, "target_word");
	unit_word = reader_optional(root, "unit_word");
	list = reader_optional(root, "targets");
	c->code = reader_code(&code, CAMPAIGN_CODE_MOST);
	c->title = stored_label(a, &title, 300, "{}");
	c->note = stored_label(a, &note, 4000, "{}");
	c->target_word = stored_label(a, &target_word, 80, "");
	c->unit_word = stored_label(a, &unit_word, 80, "");
	find_instrument(db, root, c);
	read_rules(root, c);
	*targets = reader_present(&list) ? reader_array(&list, 0, TARGETS_MOST) : 0;
	if (reader_failed(root) || campaign_put(db, c, root->r->err) < 0)
		return -1;
	for (size_t i = 0; i < *targets; i++) {
		struct place at = reader_element(&list, i);

		if (read_target(db, &at, a, c->id, (int64_t)i + 1) < 0)
			return -1;
	}
	return 0;
}

int import_campaign(struct db *db, const char *text, size_t len, json_t **report, struct err *e)
{
	struct arena *a = arena_new(1 << 14, 256 << 20);
	json_t *doc = reader_load(text, len, CAMPAIGN_BYTES_MOST, e);
	struct reader r = { .err = e };
	struct campaign c = { 0 };
	struct place root;
	size_t targets;
	int rc = -1;

	*report = NULL;
	if (a == NULL || doc == NULL) {
		err_nomem(e);
		goto out;
	}
	root = reader_root(&r, doc);
	if (put_campaign(db, &root, a, &c, &targets) < 0)
		goto out;
	*report = json_pack("{s:s, s:s, s:I}", "code", c.code, "id", c.id, "targets", (json_int_t)targets);
	rc = *report != NULL ? 0 : err_nomem(e);
out:
	json_decref(doc);
	arena_free(a);
	return rc;
}
