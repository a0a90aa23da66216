/* Instruments in the database. */
#include "surveys/instrument.h"

#include "core/clock.h"
#include "core/text.h"
#include "surveys/instrument.sql.h"
#include "surveys/label.h"

#include <pthread.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* The same for documents that differ only in blanks and order of members; no secret. */
static int checksum(const json_t *doc, char out[33], struct err *e)
{
	static const struct secret none;
	char *text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);
	unsigned char hash[HASH_LEN];

	if (text == NULL)
		return err_nomem(e);
	hash_keyed(&none, "instrument", text, strlen(text), hash);
	hash_hex(hash, 16, out);
	free(text);
	return 0;
}

static int newest(struct db *db, const char *code, char id[ID_LEN + 1], int *version, char sum[33], struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, SQL_INSTRUMENT_NEWEST, DB_ARGS(db_text(code)), &rows, e);

	*version = 0;
	if (rc != 1)
		return rc;
	snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
	*version = (int)db_col_int(&rows, 1);
	snprintf(sum, 33, "%s", db_col_text(&rows, 2));
	db_done(&rows);
	return 1;
}

static int insert(struct db *db, struct instrument *q, const char *sum, struct err *e)
{
	char *title = label_store(q->arena, q->title), *names = label_search(q->arena, q->title);
	char *code = text_search_key(q->arena, q->code);
	char *search = names != NULL && code != NULL ? arena_fmt(q->arena, "%s | %s", names, code) : NULL;
	char *doc = json_dumps(q->doc, JSON_COMPACT);
	int rc = -1;

	if (title == NULL || search == NULL || doc == NULL)
		err_nomem(e);
	else if (db_run(db, SQL_INSTRUMENT_PUT,
		     DB_ARGS(db_text(q->id), db_text(q->code), db_int(q->version), db_text(title), db_text(search),
			 db_text(doc), db_text(sum), db_int((int64_t)q->item_count), db_int(clock_now())),
		     e) >= 0)
		rc = 0;
	free(doc);
	return rc;
}

int instrument_put(struct db *db, const char *text, size_t len, char id[ID_LEN + 1], bool *added, struct err *e)
{
	struct instrument *q;
	char sum[33], known[33] = "";
	int rc;

	*added = false;
	if (instrument_parse(text, len, &q, e) < 0)
		return -1;
	rc = checksum(q->doc, sum, e);
	if (rc == 0)
		rc = newest(db, q->code, id, &q->version, known, e);
	if (rc >= 0 && strcmp(sum, known) != 0) {
		id_new(q->id);
		memcpy(id, q->id, sizeof q->id);
		q->version++;
		rc = insert(db, q, sum, e);
		*added = rc == 0;
	}
	instrument_free(q);
	return rc < 0 ? -1 : 0;
}

int instrument_get(struct db *db, const char *id, struct instrument **out, struct err *e)
{
	struct db_rows rows;
	const char *doc;
	int rc = db_first(db, SQL_INSTRUMENT_GET, DB_ARGS(db_text(id)), &rows, e);

	*out = NULL;
	if (rc == 0)
		return err_set(e, ERR_ABSENT, "instrument", "There is no such questionnaire.", NULL);
	if (rc < 0)
		return -1;
	doc = db_col_text(&rows, 2);
	rc = instrument_parse(doc, strlen(doc), out, e);
	if (rc == 0) {
		snprintf((*out)->id, sizeof(*out)->id, "%s", db_col_text(&rows, 0));
		(*out)->version = (int)db_col_int(&rows, 1);
	}
	db_done(&rows);
	return rc;
}

int instrument_find(struct db *db, const char *code, int version, char id[ID_LEN + 1], struct err *e)
{
	struct db_rows rows;
	char number[16];
	int rc = version == 0 ? db_first(db, SQL_INSTRUMENT_NEWEST, DB_ARGS(db_text(code)), &rows, e)
			      : db_first(db, SQL_INSTRUMENT_VERSION, DB_ARGS(db_text(code), db_int(version)), &rows, e);

	if (rc < 0)
		return -1;
	if (rc == 0 && version == 0)
		return err_set(e, ERR_ABSENT, "instrument", "There is no questionnaire “{1}”.", code, NULL);
	if (rc == 0) {
		snprintf(number, sizeof number, "%d", version);
		return err_set(e, ERR_ABSENT, "version", "Questionnaire “{1}” has no version {2}.", code, number, NULL);
	}
	snprintf(id, ID_LEN + 1, "%s", db_col_text(&rows, 0));
	db_done(&rows);
	return 0;
}

/* Documents never change, so a parsed one serves every thread until the process ends.  There
 * are as many as questionnaires in use, which people write by hand. */
static struct {
	pthread_mutex_t lock;
	struct instrument **all;
	size_t n;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const struct instrument *shared_find(const char *id)
{
	for (size_t i = 0; i < shared.n; i++)
		if (strcmp(shared.all[i]->id, id) == 0)
			return shared.all[i];
	return NULL;
}

int instrument_shared(struct db *db, const char *id, const struct instrument **out, struct err *e)
{
	struct instrument *fresh = NULL, **more;
	int rc = 0;

	pthread_mutex_lock(&shared.lock);
	*out = shared_find(id);
	pthread_mutex_unlock(&shared.lock);
	if (*out != NULL)
		return 0;
	if (instrument_get(db, id, &fresh, e) < 0)
		return -1;
	pthread_mutex_lock(&shared.lock);
	*out = shared_find(id); /* another thread may have been quicker */
	if (*out == NULL) {
		more = realloc(shared.all, (shared.n + 1) * sizeof *more);
		if (more != NULL) {
			shared.all = more;
			*out = shared.all[shared.n++] = fresh;
			fresh = NULL;
		} else {
			rc = err_nomem(e);
		}
	}
	pthread_mutex_unlock(&shared.lock);
	instrument_free(fresh);
	return rc;
}

void instrument_shared_free(void)
{
	pthread_mutex_lock(&shared.lock);
	for (size_t i = 0; i < shared.n; i++)
		instrument_free(shared.all[i]);
	free(shared.all);
	shared.all = NULL;
	shared.n = 0;
	pthread_mutex_unlock(&shared.lock);
}

static int list_read(struct db_rows *rows, struct arena *a, struct instrument_info *out, size_t limit,
    struct list_page *page, struct err *e)
{
	int rc;

	while ((rc = db_next(rows, e)) == 1) {
		struct instrument_info *i = &out[page->shown];

		if (page->shown == limit) {
			page->more = true;
			db_done(rows);
			return 0;
		}
		*i = (struct instrument_info){ .id = arena_strdup(a, db_col_text(rows, 0)),
			.code = arena_strdup(a, db_col_text(rows, 1)),
			.title = arena_strdup(a, db_col_text(rows, 2)),
			.version = (int)db_col_int(rows, 3),
			.items = (int)db_col_int(rows, 4),
			.created_at = db_col_int(rows, 5),
			.campaigns = (int)db_col_int(rows, 6) };
		page->shown++;
	}
	return rc;
}

int instrument_list(struct db *db, const struct list_query *query, struct arena *a, struct instrument_info **out,
    struct list_page *page, struct err *e)
{
	const char *search = list_search(query, a, e);
	const char *sort = query->sort != NULL ? query->sort : "code",
		   *after = query->after != NULL ? query->after : "";
	size_t limit = list_limit(query);
	struct db_rows rows;
	int rc;

	*page = (struct list_page){ 0 };
	*out = ARENA_ARRAY(a, struct instrument_info, limit + 1);
	if (search == NULL || *out == NULL)
		return err_nomem(e); /* changes nothing when list_search() has said what is wrong */
	if (db_first(db, SQL_INSTRUMENT_COUNT, DB_ARGS(db_text(search)), &rows, e) != 1)
		return -1;
	page->total = (size_t)db_col_int(&rows, 0);
	db_done(&rows);
	if (db_query(db, query->descending ? SQL_INSTRUMENT_LIST_DOWN : SQL_INSTRUMENT_LIST,
		DB_ARGS(db_text(search), db_text(sort), db_text(after), db_int((int64_t)limit + 1)), &rows, e) < 0)
		return -1;
	rc = list_read(&rows, a, *out, limit, page, e);
	return rc == 0 && arena_failed(a) ? err_nomem(e) : rc;
}
