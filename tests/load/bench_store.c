/* How much of what the disk can commit is left for whole responses.
 * Groups of 64, one fsync a group, on the file system of the working directory or DIR:
 *   bare    rows of 300 bytes into one table, a prepared INSERT each, in a loop that never waits
 *   waiting the same rows, each handed over by one of 64 threads that waits until its row is
 *	     durable before it hands over the next: what 64 connections can get at most
 *   whole   responses: identifier looked up, window, invitation none, holding, counts
 * Prints both rates and their ratio.  bench_store [SECONDS [DIR]] */
#include "core/clock.h"
#include "core/migrate.h"
#include "core/setting.h"
#include "surveys/answers.h"
#include "surveys/response.h"

#include "tests/store/store.h"

#include <pthread.h>
#include <sqlite3.h>

#define GROUP 64

static double bare(const char *file, double seconds)
{
	sqlite3 *h;
	sqlite3_stmt *put;
	unsigned char row[300];
	int64_t from, n = 0;

	sqlite3_open(file, &h);
	sqlite3_exec(h,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)", NULL,
	    NULL, NULL);
	sqlite3_prepare_v2(h, "INSERT INTO t(b) VALUES (?)", -1, &put, NULL);
	from = clock_mono_ns();
	while ((double)(clock_mono_ns() - from) < seconds * 1e9) {
		sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (int i = 0; i < GROUP; i++, n++) {
			random_bytes(row, sizeof row);
			sqlite3_bind_blob(put, 1, row, sizeof row, SQLITE_STATIC);
			sqlite3_step(put);
			sqlite3_reset(put);
		}
		sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
	}
	seconds = (double)(clock_mono_ns() - from) / 1e9;
	sqlite3_finalize(put);
	sqlite3_close(h);
	return (double)n / seconds;
}

/* ---- 64 clients, each waiting for its own commit ---- */

struct row {
	unsigned char bytes[300];
	bool durable;
	pthread_cond_t told;
	struct row *next;
};
static struct queue {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct row *first, **last;
	bool over;
	int64_t rows;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER, .last = &queue.first };

static void *client(void *arg)
{
	struct row r = { .told = PTHREAD_COND_INITIALIZER };

	(void)arg;
	random_bytes(r.bytes, sizeof r.bytes);
	pthread_mutex_lock(&queue.lock);
	while (!queue.over) {
		r.durable = false;
		r.next = NULL;
		*queue.last = &r;
		queue.last = &r.next;
		pthread_cond_signal(&queue.more);
		while (!r.durable)
			pthread_cond_wait(&r.told, &queue.lock);
		queue.rows++;
	}
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

static void commit_rows(sqlite3 *h, sqlite3_stmt *put, const struct row *group)
{
	sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (; group != NULL; group = group->next) {
		sqlite3_bind_blob(put, 1, group->bytes, sizeof group->bytes, SQLITE_STATIC);
		sqlite3_step(put);
		sqlite3_reset(put);
	}
	sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
}

static double waiting(const char *file, double seconds)
{
	pthread_t clients[GROUP];
	sqlite3 *h;
	sqlite3_stmt *put;
	int64_t from = clock_mono_ns();

	sqlite3_open(file, &h);
	sqlite3_exec(h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL);
	sqlite3_prepare_v2(h, "INSERT INTO t(b) VALUES (?)", -1, &put, NULL);
	for (int i = 0; i < GROUP; i++)
		pthread_create(&clients[i], NULL, client, NULL);
	pthread_mutex_lock(&queue.lock);
	while (!queue.over) {
		struct row *group, *next;

		while (queue.first == NULL)
			pthread_cond_wait(&queue.more, &queue.lock);
		group = queue.first;
		queue.first = NULL;
		queue.last = &queue.first;
		pthread_mutex_unlock(&queue.lock);
		commit_rows(h, put, group);
		pthread_mutex_lock(&queue.lock);
		queue.over = (double)(clock_mono_ns() - from) >= seconds * 1e9;
		for (; group != NULL; group = next) {
			next = group->next;
			group->durable = true;
			pthread_cond_signal(&group->told);
		}
	}
	while (queue.first != NULL) { /* who handed over meanwhile is not left waiting */
		queue.first->durable = true;
		pthread_cond_signal(&queue.first->told);
		queue.first = queue.first->next;
	}
	pthread_mutex_unlock(&queue.lock);
	for (int i = 0; i < GROUP; i++)
		pthread_join(clients[i], NULL);
	sqlite3_finalize(put);
	sqlite3_close(h);
	return (double)queue.rows / ((double)(clock_mono_ns() - from) / 1e9);
}

static void group_of_responses(struct store *s, const struct campaign *c, const unsigned char *packed, size_t len)
{
	struct err e = { 0 };

	STORE_OK(e, db_begin(s->db, DB_WRITE, &e));
	for (int i = 0; i < GROUP; i++) {
		char id[UUID_LEN + 1];
		struct response_submit r = { .secret = &s->secret,
			.campaign = c->id,
			.target = 1 + i % 3,
			.client_id = id,
			.answers = packed,
			.answers_len = len };

		uuid_new(id);
		STORE_OK(e, response_submit_prepare(&r, &e));
		STORE_OK(e, db_savepoint(s->db, &e));
		STORE_OK(e, response_submit_run(s->db, &r.job, &e));
		STORE_OK(e, db_release_savepoint(s->db, &e));
	}
	STORE_OK(e, db_commit(s->db, &e));
}

static double whole(struct store *s, double seconds)
{
	static const struct store_campaign_want want = { "bench", CAMPAIGN_ANONYMOUS, CAMPAIGN_OPEN_TO_ALL, 5, 3 };
	const struct instrument *q;
	struct campaign c;
	struct err e = { 0 };
	struct answer given[5] = { { .point = 3 }, { .point = 1 }, { .why = ANSWER_NOT_APPLICABLE }, { .number = 6 },
		{ .text = "Bài giảng rõ ràng, nhưng bài tập về nhà nhiều quá so với số tín chỉ của học phần.",
		    .text_len = 100 } };
	struct buf packed;
	int64_t from, n = 0;

	store_campaign(s, &want, &c);
	STORE_OK(e, instrument_shared(s->db, c.instrument, &q, &e));
	buf_init(&packed, 4096);
	answers_pack(q, given, &packed);
	from = clock_mono_ns();
	while ((double)(clock_mono_ns() - from) < seconds * 1e9) {
		group_of_responses(s, &c, (unsigned char *)packed.p, packed.len);
		n += GROUP;
	}
	seconds = (double)(clock_mono_ns() - from) / 1e9;
	buf_free(&packed);
	return (double)n / seconds;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 3, b, c, w;
	struct store s;
	char file[128];

	if (argc > 2)
		setenv("TMPDIR", argv[2], 1);
	store_open(&s);
	snprintf(file, sizeof file, "%s/bare", s.dir);
	b = bare(file, seconds);
	c = waiting(file, seconds);
	unlink(file);
	w = whole(&s, seconds);
	printf(
	    "bare INSERT of 300 bytes, groups of %d: %.0f/s\nbare INSERT, %d clients waiting: %.0f/s\nwhole responses, groups of %d: %.0f/s\nratio %.2f\n",
	    GROUP, b, GROUP, c, GROUP, w, w / b);
	store_close(&s);
	instrument_shared_free();
	return 0;
}
