#include "analysis/campaign_list.h"
#include "analysis/access.h"
#include "analysis/campaign_list.sql.h"
#include "analysis/estimate.h"
#include "core/clock.h"
#include "surveys/instrument.h"
#include "surveys/label.h"

#include <math.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

/* How many were asked: the invitations, else the sum of all enrolments when each is known; -1. */
static int64_t asked_of(struct db *db, const struct campaign *c, const char **from, struct err *e)
{
	struct db_rows rows;
	int64_t asked = -1;

	*from = "invited";
	if (c->invited >= 0)
		return c->invited;
	*from = NULL;
	if (db_first(db, SQL_CAMPAIGN_ENROLLED, DB_ARGS(db_text(c->id)), &rows, e) <= 0)
		return -1;
	if (db_col_int(&rows, 0) > 0 && db_col_int(&rows, 0) == db_col_int(&rows, 2)) {
		asked = db_col_int(&rows, 1);
		*from = "enrolled";
	}
	db_done(&rows);
	return asked;
}

static const char *status_of(const json_t *estimate, double goal)
{
	const json_t *interval = json_object_get(estimate, "interval");

	if (!json_is_array(interval) || !isfinite(goal))
		return NULL;
	if (json_number_value(json_array_get(interval, 0)) >= goal)
		return "met";
	return json_number_value(json_array_get(interval, 1)) < goal ? "not_met" : "uncertain";
}

int campaign_rate_json(struct db *db, const struct campaign *c, json_t **out, struct err *e)
{
	const char *from;
	int64_t asked = asked_of(db, c, &from, e), people = c->accepted - c->simulated;
	json_t *share = NULL, *o;

	*out = NULL;
	if (e->kind != ERR_NONE)
		return -1;
	if (asked > 0 && people >= 0 && people <= asked)
		share = estimate_share((uint64_t)people, (uint64_t)asked);
	o = json_pack("{s:I, s:I, s:I, s:o, s:s?, s:n, s:n, s:n, s:o, s:s?}", "responses", (json_int_t)c->accepted,
	    "people", (json_int_t)people, "simulated", (json_int_t)c->simulated, "invited",
	    asked >= 0 ? json_integer(asked) : json_null(), "invited_from", from, "share", "n", "interval", "goal",
	    estimate_number(c->goal_rate), "status", status_of(share, c->goal_rate));
	if (o != NULL && json_is_object(share) && json_object_update(o, share) == 0)
		estimate_about(o, "responses of people over people asked; Wilson score interval, 95 %",
		    "Wilson 1927, JASA 22");
	json_decref(share);
	*out = o;
	return o != NULL ? 0 : err_nomem(e);
}

static json_t *instrument_of(struct db *db, const struct campaign *c, struct err *e)
{
	const struct instrument *q;

	if (instrument_shared(db, c->instrument, &q, e) < 0)
		return NULL;
	return json_pack("{s:s, s:s, s:i, s:O, s:I}", "id", q->id, "code", q->code, "version", q->version, "title",
	    q->title, "items", (json_int_t)q->item_count);
}

static json_t *days_left(const struct campaign *c, int64_t now)
{
	if (campaign_status(c, now) != CAMPAIGN_OPEN)
		return json_null();
	return json_integer((c->closes_at - now + DAY_MS - 1) / DAY_MS);
}

/* Texts, or null where none were given. */
static json_t *texts_or_null(const char *stored)
{
	json_t *label = label_parse(stored);

	if (json_object_size(label) > 0)
		return label;
	json_decref(label);
	return json_null();
}

int campaign_json(struct db *db, const struct campaign *c, json_t **out, struct err *e)
{
	json_t *rate = NULL, *instrument = instrument_of(db, c, e);
	int64_t now = clock_now();
	char opens[32], closes[32];

	*out = NULL;
	if (instrument == NULL)
		return e->kind != ERR_NONE ? -1 : err_nomem(e);
	if (campaign_rate_json(db, c, &rate, e) < 0) {
		json_decref(instrument);
		return -1;
	}
	clock_iso(c->opens_at, opens, sizeof opens);
	clock_iso(c->closes_at, closes, sizeof closes);
	*out = json_pack(
	    "{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o}",
	    "id", c->id, "code", c->code, "title", label_parse(c->title), "instrument", instrument, "mode",
	    campaign_mode_name(c->mode), "audience", campaign_audience_name(c->audience), "origin",
	    campaign_origin_name(c->origin), "status", campaign_status_name(campaign_status(c, now)), "k", c->k,
	    "opens_at", opens, "closes_at", closes, "days_left", days_left(c, now), "target_word",
	    texts_or_null(c->target_word), "unit_word", texts_or_null(c->unit_word), "note", texts_or_null(c->note),
	    "targets", (json_int_t)c->targets, "responses", (json_int_t)c->accepted, "released",
	    (json_int_t)c->released, "simulated", (json_int_t)c->simulated, "rate", rate);
	return *out != NULL ? 0 : err_nomem(e);
}

/* ---- lists ---- */

struct listing {
	struct db *db;
	const struct account *who;
	json_t *items;
	size_t limit, total;
	bool past, more; /* past the cursor */
	const char *after;
};

static int list_one(struct listing *l, const struct campaign *c, struct err *e)
{
	int may = l->who == NULL ? 1 : access_campaign(l->db, l->who, c->id, e);
	json_t *o;

	if (may <= 0)
		return may;
	l->total++;
	if (!l->past) {
		l->past = strcmp(c->id, l->after) == 0;
		return 0;
	}
	if (json_array_size(l->items) == l->limit) {
		l->more = true;
		return 0;
	}
	if (campaign_json(l->db, c, &o, e) < 0)
		return -1;
	return json_array_append_new(l->items, o) == 0 ? 0 : err_nomem(e);
}

/* All pages of the store, one after another: which are a lecturer's is not for the store to say. */
static int list_own(struct listing *l, const struct list_query *query, const char *status, struct arena *a,
    struct err *e)
{
	struct list_query all = *query;
	struct list_page page = { .more = true };

	all.limit = LIST_MOST;
	all.after = NULL;
	while (page.more) {
		struct campaign *rows;

		if (campaign_list(l->db, &all, status, a, &rows, &page, e) < 0)
			return -1;
		for (size_t i = 0; i < page.shown; i++)
			if (list_one(l, &rows[i], e) < 0)
				return -1;
		if (page.shown == 0)
			break;
		all.after = rows[page.shown - 1].id;
	}
	return 0;
}

static int list_all(struct listing *l, const struct list_query *query, const char *status, struct arena *a,
    struct err *e)
{
	struct list_page page;
	struct campaign *rows;

	if (campaign_list(l->db, query, status, a, &rows, &page, e) < 0)
		return -1;
	l->past = true;
	for (size_t i = 0; i < page.shown; i++)
		if (list_one(l, &rows[i], e) < 0)
			return -1;
	l->total = page.total;
	l->more = page.more;
	return 0;
}

int campaigns_json(struct db *db, const struct account *who, const struct list_query *query, const char *status,
    struct arena *a, json_t **out, struct err *e)
{
	struct listing l = { .db = db,
		.who = who,
		.items = json_array(),
		.limit = list_limit(query),
		.after = query->after };
	int rc;

	*out = NULL;
	if (l.items == NULL)
		return err_nomem(e);
	l.past = query->after == NULL || query->after[0] == '\0';
	rc = who != NULL ? list_own(&l, query, status, a, e) : list_all(&l, query, status, a, e);
	if (rc == 0) {
		const json_t *last = json_array_get(l.items, json_array_size(l.items) - 1);

		*out = json_pack("{s:O, s:I, s:b, s:s?}", "items", l.items, "total", (json_int_t)l.total, "more",
		    l.more, "next", l.more ? json_string_value(json_object_get(last, "id")) : NULL);
		rc = *out != NULL ? 0 : err_nomem(e);
	}
	json_decref(l.items);
	return rc;
}
