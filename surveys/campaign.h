/* surveys/campaign.h -- an instrument sent to an audience in a window.
 * Times are ms UTC.  Status follows from window and clock: planned, open from opens_at, closed
 * from closes_at.  title, target_word, unit_word and note are stored JSON labels.
 * Numbers: accepted is public at once; released is what figures rest on.
 * Origin: 'collected' by elod; 'imported' responses; 'aggregate', where a source gives counts
 * and means only and no responses exist.
 * Texts of a struct campaign live in the arena given. */
#ifndef SURVEYS_CAMPAIGN_H
#define SURVEYS_CAMPAIGN_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"
#include "surveys/list.h"

#define CAMPAIGN_CODE_MOST 64

enum campaign_mode { CAMPAIGN_ANONYMOUS, CAMPAIGN_CONFIDENTIAL, CAMPAIGN_IDENTIFIED };
enum campaign_audience { CAMPAIGN_OPEN_TO_ALL, CAMPAIGN_INVITED };
enum campaign_origin { CAMPAIGN_COLLECTED, CAMPAIGN_IMPORTED, CAMPAIGN_AGGREGATE };
enum campaign_status { CAMPAIGN_PLANNED, CAMPAIGN_OPEN, CAMPAIGN_CLOSED };

struct campaign {
	char id[ID_LEN + 1], instrument[ID_LEN + 1];
	const char *code, *title, *target_word, *unit_word, *note; /* words: "" when there are none */
	enum campaign_mode mode;
	enum campaign_audience audience;
	enum campaign_origin origin;
	int k;
	int64_t opens_at, closes_at, closed_at; /* closed_at 0: the last release is still to come */
	int64_t invited;			/* -1: not known */
	double goal_rate;			/* response rate aimed at, 0..1; NAN: none */
	int64_t accepted, released, simulated;	/* simulated: of the accepted */
	int64_t targets;
};

const char *campaign_mode_name(enum campaign_mode mode);	     /* "anonymous", ... */
const char *campaign_audience_name(enum campaign_audience audience); /* "open", "invited" */
const char *campaign_origin_name(enum campaign_origin origin);
const char *campaign_status_name(enum campaign_status status);
enum campaign_status campaign_status(const struct campaign *c, int64_t now);

/* Stores a new one; fills c->id.  ERR_CONFLICT when the code is taken.  In a transaction. */
int campaign_put(struct db *db, struct campaign *c, struct err *e);
/* By id or by code; ERR_ABSENT. */
int campaign_get(struct db *db, const char *id_or_code, struct arena *a, struct campaign *out, struct err *e);
int campaign_note_set(struct db *db, const char *id, const char *note, struct err *e);

/* Sort: "opens" (default, descending by itself), "code", "title", "responses".
 * status: NULL all, else one of the names. */
int campaign_list(struct db *db, const struct list_query *query, const char *status, struct arena *a,
    struct campaign **out, struct list_page *page, struct err *e);

struct campaign_day {
	int day; /* yyyymmdd */
	int64_t accepted, simulated;
};
int campaign_days(struct db *db, const char *id, struct arena *a, struct campaign_day **out, size_t *n, struct err *e);

/* One advance of a campaign's figures. */
struct campaign_release {
	int64_t number, responses, simulated;
	unsigned char digest[HASH_LEN];
};
/* The last one; number 0 when there was none. */
int campaign_last_release(struct db *db, const char *id, struct campaign_release *out, struct err *e);

#endif
