/* tests/store/store.h -- a database in a file of its own, for tests of what is stored. */
#ifndef TESTS_STORE_STORE_H
#define TESTS_STORE_STORE_H

#include "core/clock.h"
#include "core/db.h"
#include "core/ids.h"
#include "core/migrate.h"
#include "core/setting.h"
#include "surveys/answers.h"
#include "surveys/campaign.h"
#include "surveys/instrument.h"
#include "surveys/response.h"
#include "surveys/target.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct store {
	char dir[64], file[96], url[128];
	struct db *db;
	struct secret secret;
	struct arena *a;
};

#define STORE_OK(e, call)                                                                                              \
	do {                                                                                                           \
		if ((call) < 0) {                                                                                      \
			char text_[400];                                                                               \
			err_text(&(e), NULL, NULL, text_, sizeof text_);                                               \
			print_error("%s\n  %s: %s (%s)\n", #call, (e).field, text_, (e).log);                          \
			fail();                                                                                        \
		}                                                                                                      \
	} while (0)

static inline void store_open(struct store *s)
{
	struct err e = { 0 };

	snprintf(s->dir, sizeof s->dir, "%s/elod-store-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->file, sizeof s->file, "%s/db", s->dir);
	snprintf(s->url, sizeof s->url, "sqlite:%s", s->file);
	STORE_OK(e, ids_init(&e));
	STORE_OK(e, db_open(s->url, DB_OPEN_CREATE, &s->db, &e));
	STORE_OK(e, migrate(s->db, NULL, &e));
	STORE_OK(e, secret_load(s->db, &s->secret, &e));
	s->a = arena_new(1 << 16, 64 << 20);
	assert_non_null(s->a);
}

static inline void store_close(struct store *s)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	db_close(s->db);
	arena_free(s->a);
	for (size_t i = 0; i < 3; i++) {
		char name[128];

		snprintf(name, sizeof name, "%s%s", s->file, ends[i]);
		unlink(name);
	}
	rmdir(s->dir);
	clock_fix(0);
}

/* Three rating rows, a number and a text. */
static const char *const store_instrument =
    "{\"code\":\"short\",\"title\":{\"vi\":\"Phiếu ngắn\",\"en\":\"Short form\"},\"languages\":[\"vi\",\"en\"],"
    "\"pages\":[{\"questions\":["
    "{\"type\":\"matrix\",\"code\":\"m\",\"text\":{\"vi\":\"Bạn nghĩ sao?\",\"en\":\"What do you think?\"},"
    "\"required\":true,\"not_applicable\":true,\"scale\":{\"points\":["
    "{\"value\":1,\"label\":{\"vi\":\"Không\",\"en\":\"No\"}},{\"value\":2,\"label\":{\"vi\":\"Hơi không\",\"en\":\"Rather no\"}},"
    "{\"value\":3,\"label\":{\"vi\":\"Giữa\",\"en\":\"Middle\"}},{\"value\":4,\"label\":{\"vi\":\"Hơi có\",\"en\":\"Rather yes\"}},"
    "{\"value\":5,\"label\":{\"vi\":\"Có\",\"en\":\"Yes\"}}]},\"rows\":["
    "{\"code\":\"Q1\",\"label\":{\"vi\":\"Một\",\"en\":\"One\"}},"
    "{\"code\":\"Q2\",\"label\":{\"vi\":\"Hai\",\"en\":\"Two\"},\"reverse\":true},"
    "{\"code\":\"Q3\",\"label\":{\"vi\":\"Ba\",\"en\":\"Three\"}}]},"
    "{\"type\":\"number\",\"code\":\"hours\",\"text\":{\"vi\":\"Số giờ\",\"en\":\"Hours\"},\"min\":0,\"max\":80},"
    "{\"type\":\"text\",\"code\":\"why\",\"text\":{\"vi\":\"Vì sao?\",\"en\":\"Why?\"},\"max_chars\":400,\"comment\":true}"
    "]}],\"scales\":[{\"code\":\"s\",\"title\":{\"vi\":\"Thang\",\"en\":\"Scale\"},\"items\":[\"Q1\",\"Q2\",\"Q3\"]}]}";

#define STORE_OPENS  INT64_C(1793491200000) /* 2026-11-01 */
#define STORE_CLOSES INT64_C(1796083200000) /* 2026-12-01 */
#define STORE_INSIDE INT64_C(1794000000000)

struct store_campaign_want {
	const char *code;
	enum campaign_mode mode;
	enum campaign_audience audience;
	int k, targets;
};

static int store_campaign_put(struct db *db, void *arg, struct err *e)
{
	void **both = arg;
	const struct store_campaign_want *w = both[0];
	struct campaign *c = both[1];
	bool added;

	if (instrument_put(db, store_instrument, strlen(store_instrument), c->instrument, &added, e) < 0)
		return -1;
	c->code = w->code;
	c->title = "{\"vi\":\"Khảo sát thử\",\"en\":\"Trial survey\"}";
	c->mode = w->mode;
	c->audience = w->audience;
	c->k = w->k;
	c->opens_at = STORE_OPENS;
	c->closes_at = STORE_CLOSES;
	c->invited = -1;
	c->goal_rate = NAN;
	if (campaign_put(db, c, e) < 0)
		return -1;
	for (int i = 1; i <= w->targets; i++) {
		char code[16], label[64];
		struct target t = { .number = i, .code = code, .label = label, .enrolled = -1, .mean = NAN };

		snprintf(code, sizeof code, "T%d", i);
		snprintf(label, sizeof label, "{\"vi\":\"Lớp %d\",\"en\":\"Section %d\"}", i, i);
		if (target_put(db, c->id, &t, e) < 0)
			return -1;
	}
	return 0;
}

/* A campaign on store_instrument, its id in c->id; the clock stands inside its window. */
static inline void store_campaign(struct store *s, const struct store_campaign_want *want, struct campaign *c)
{
	void *both[] = { (void *)(uintptr_t)want, c };
	struct err e = { 0 };

	memset(c, 0, sizeof *c);
	STORE_OK(e, db_transact(s->db, DB_WRITE, store_campaign_put, both, &e));
	clock_fix(STORE_INSIDE);
}

static int store_submit_run(struct db *db, void *arg, struct err *e)
{
	struct response_submit *r = arg;

	return response_submit_run(db, &r->job, e);
}

/* One response of the packed bytes, in a transaction of its own. */
static inline int store_submit(struct store *s, struct response_submit *r, struct err *e)
{
	r->secret = &s->secret;
	if (response_submit_prepare(r, e) < 0)
		return -1;
	return db_transact(s->db, DB_WRITE, store_submit_run, r, e);
}

/* The first value of a query, read past the program on a connection of its own. */
static inline int64_t store_int(struct store *s, const char *sql)
{
	sqlite3 *h;
	sqlite3_stmt *stmt;
	int64_t n;

	assert_int_equal(sqlite3_open(s->file, &h), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(h);
	return n;
}

#endif
