#include "surveys/campaign.h"

#include "core/clock.h"
#include "core/text.h"
#include "surveys/campaign.sql.h"
#include "surveys/label.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const modes[] = { "anonymous", "confidential", "identified", NULL };
static const char *const audiences[] = { "open", "invited", NULL };
static const char *const origins[] = { "collected", "imported", "aggregate", NULL };
static const char *const statuses[] = { "planned", "open", "closed", NULL };

const char *campaign_mode_name(enum campaign_mode mode)
{
	return modes[mode];
}

const char *campaign_audience_name(enum campaign_audience audience)
{
	return audiences[audience];
}

const char *campaign_origin_name(enum campaign_origin origin)
{
	return origins[origin];
}

const char *campaign_status_name(enum campaign_status status)
{
	return statuses[status];
}

static int word_index(const char *const *words, const char *word)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

enum campaign_status campaign_status(const struct campaign *c, int64_t now)
{
	return now < c->opens_at ? CAMPAIGN_PLANNED : now < c->closes_at ? CAMPAIGN_OPEN : CAMPAIGN_CLOSED;
}

static struct db_value text_or_null(const char *s)
{
	return s != NULL && s[0] != '\0' ? db_text(s) : db_null();
}

int campaign_put(struct db *db, struct campaign *c, struct err *e)
{
	struct arena *a = arena_new(4096, 1 << 20);
	json_t *title = label_parse(c->title);
	char *names = a != NULL ? label_search(a, title) : NULL, *code = a != NULL ? text_search_key(a, c->code) : NULL;
	char *search = names != NULL && code != NULL ? arena_fmt(a, "%s | %s", names, code) : NULL;
	struct err why = { 0 };
	int64_t rc = -1;

	id_new(c->id);
	if (search == NULL) {
		err_nomem(e);
		goto out;
	}
	rc = db_run(db, SQL_CAMPAIGN_PUT,
	    DB_ARGS(db_text(c->id), db_text(c->code), db_text(c->title), db_text(search), db_text(c->instrument),
		db_text(modes[c->mode]), db_text(audiences[c->audience]), db_int(c->k), db_int(c->opens_at),
		db_int(c->closes_at), db_text(origins[c->origin]), c->invited < 0 ? db_null() : db_int(c->invited),
		isnan(c->goal_rate) ? db_null() : db_real(c->goal_rate), text_or_null(c->target_word),
		text_or_null(c->unit_word), db_text(c->note != NULL ? c->note : "{}"), db_int(clock_now())),
	    &why);
	if (rc < 0 && why.kind == ERR_CONFLICT)
		err_set(e, ERR_CONFLICT, "code", "There is already a campaign with the code “{1}”.", c->code, NULL);
	else if (rc < 0)
		*e = why;
out:
	json_decref(title);
	arena_free(a);
	return rc < 0 ? -1 : 0;
}

static void read_row(const struct db_rows *rows, struct arena *a, struct campaign *out)
{
	*out = (struct campaign){ .code = arena_strdup(a, db_col_text(rows, 2)),
		.title = arena_strdup(a, db_col_text(rows, 3)),
		.target_word = arena_strdup(a, db_col_text(rows, 4)),
		.unit_word = arena_strdup(a, db_col_text(rows, 5)),
		.note = arena_strdup(a, db_col_text(rows, 6)),
		.mode = (enum campaign_mode)word_index(modes, db_col_text(rows, 7)),
		.audience = (enum campaign_audience)word_index(audiences, db_col_text(rows, 8)),
		.origin = (enum campaign_origin)word_index(origins, db_col_text(rows, 9)),
		.k = (int)db_col_int(rows, 10),
		.opens_at = db_col_int(rows, 11),
		.closes_at = db_col_int(rows, 12),
		.closed_at = db_col_int(rows, 13),
		.invited = db_is_null(rows, 14) ? -1 : db_col_int(rows, 14),
		.goal_rate = db_is_null(rows, 15) ? (double)NAN : db_col_real(rows, 15),
		.accepted = db_col_int(rows, 16),
		.released = db_col_int(rows, 17),
		.simulated = db_col_int(rows, 18),
		.targets = db_col_int(rows, 19) };
	snprintf(out->id, sizeof out->id, "%s", db_col_text(rows, 0));
	snprintf(out->instrument, sizeof out->instrument, "%s", db_col_text(rows, 1));
}

int campaign_get(struct db *db, const char *id_or_code, struct arena *a, struct campaign *out, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_CAMPAIGN_GET, DB_ARGS(db_text(id_or_code)), &rows, e);

	if (rc == 0)
		return err_set(e, ERR_ABSENT, "campaign", "There is no such campaign.", NULL);
	if (rc < 0)
		return -1;
	read_row(&rows, a, out);
	db_done(&rows);
	return arena_failed(a) ? err_nomem(e) : 0;
}

int campaign_note_set(struct db *db, const char *id, const char *note, struct err *e)
{
	return db_run(db, SQL_CAMPAIGN_NOTE_SET, DB_ARGS(db_text(id), db_text(note)), e) < 0 ? -1 : 0;
}

int campaign_list(struct db *db, const struct list_query *query, const char *status, struct arena *a,
    struct campaign **out, struct list_page *page, struct err *e)
{
	const char *search = list_search(query, a, e), *sort = query->sort != NULL ? query->sort : "opens";
	const char *after = query->after != NULL ? query->after : "";
	/* without a wish the newest come first */
	bool down = query->descending || query->sort == NULL;
	size_t limit = list_limit(query);
	int64_t now = clock_now();
	struct db_rows rows;
	int rc;

	*page = (struct list_page){ 0 };
	*out = ARENA_ARRAY(a, struct campaign, limit + 1);
	status = status != NULL ? status : "";
	if (search == NULL || *out == NULL)
		return err_nomem(e);
	if (status[0] != '\0' && word_index(statuses, status) < 0)
		return err_set(e, ERR_INPUT, "status", "“{1}” is no status; there are planned, open and closed.",
		    status, NULL);
	if (db_first(db, SQL_CAMPAIGN_COUNT, DB_ARGS(db_text(search), db_text(status), db_int(now)), &rows, e) != 1)
		return -1;
	page->total = (size_t)db_col_int(&rows, 0);
	db_done(&rows);
	if (db_query(db, down ? SQL_CAMPAIGN_PAGE_DOWN : SQL_CAMPAIGN_PAGE,
		DB_ARGS(db_text(search), db_text(status), db_int(now), db_text(sort), db_text(after),
		    db_int((int64_t)limit + 1)),
		&rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		page->more = page->shown == limit;
		if (page->more || campaign_get(db, db_col_text(&rows, 0), a, &(*out)[page->shown], e) < 0) {
			db_done(&rows);
			return page->more ? 0 : -1;
		}
		page->shown++;
	}
	return rc;
}

int campaign_days(struct db *db, const char *id, struct arena *a, struct campaign_day **out, size_t *n, struct err *e)
{
	struct campaign_day *days = NULL;
	struct db_rows rows;
	size_t room = 0;
	int rc;

	*n = 0;
	if (db_query(db, SQL_CAMPAIGN_DAYS, DB_ARGS(db_text(id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		if (*n == room) {
			struct campaign_day *more =
			    ARENA_ARRAY(a, struct campaign_day, room = room == 0 ? 64 : room * 2);

			if (more == NULL) {
				db_done(&rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(more, days, *n * sizeof *days);
			days = more;
		}
		days[(*n)++] =
		    (struct campaign_day){ (int)db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2) };
	}
	*out = days;
	return rc;
}

int campaign_last_release(struct db *db, const char *id, struct campaign_release *out, struct err *e)
{
	struct db_rows rows;
	const void *digest;
	size_t len;
	int rc = db_first(db, SQL_CAMPAIGN_LAST_RELEASE, DB_ARGS(db_text(id)), &rows, e);

	memset(out, 0, sizeof *out);
	if (rc != 1)
		return rc;
	out->number = db_col_int(&rows, 0);
	out->responses = db_col_int(&rows, 1);
	out->simulated = db_col_int(&rows, 2);
	digest = db_col_blob(&rows, 3, &len);
	if (len == sizeof out->digest)
		memcpy(out->digest, digest, len);
	db_done(&rows);
	return len == sizeof out->digest ? 0 : err_internal(e, "the digest of a release has %zu bytes", len);
}
