#include "daemon/releases.h"

#include "core/log.h"
#include "surveys/release.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct releases {
	struct db *db; /* for looking */
	struct secret secret;
	struct writer *writer;
	struct arena *arena;
	int seconds;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
};

static bool stopping(struct releases *r)
{
	bool yes;

	pthread_mutex_lock(&r->lock);
	yes = r->stopping;
	pthread_mutex_unlock(&r->lock);
	return yes;
}

/* Chunk after chunk, with other writes between them. */
static void one(struct releases *r, const char *campaign)
{
	struct release_job job = { .secret = &r->secret };
	char responses[24];

	snprintf(job.campaign, sizeof job.campaign, "%s", campaign);
	do {
		struct err e = { 0 };

		job.more = false;
		job.released = job.simulated = 0;
		if (writer_do(r->writer, release_run, &job, &e) < 0) {
			log_err("release-failed", &e);
			return;
		}
		snprintf(responses, sizeof responses, "%zu", job.released);
		if (job.released > 0 || job.closed)
			log_event(LOG_INFO, "release", "campaign", campaign, "responses", responses, NULL);
	} while (job.more && !stopping(r));
}

static int nothing(struct db *db, void *arg, struct err *e)
{
	(void)db;
	(void)arg;
	(void)e;
	return 0;
}

/* Folding first, beside the writer, leaves it only the end of the log to wait for. */
static void forget(struct releases *r)
{
	struct err fold = { 0 }, e = { 0 };

	if (db_fold_log(r->db, &fold) < 0)
		log_err("release-log", &fold);
	if (writer_do_after(r->writer, nothing, release_forget, NULL, &e) < 0)
		log_err("release-log", &e);
}

static void look(struct releases *r)
{
	char(*ids)[ID_LEN + 1];
	struct err e = { 0 };
	size_t n;

	if (release_due(r->db, r->arena, &ids, &n, &e) < 0) {
		log_err("release-look-failed", &e);
		n = 0;
	}
	for (size_t i = 0; i < n && !stopping(r); i++)
		one(r, ids[i]);
	/* also when readers were in the way of it the last time */
	if (n > 0 || release_owes_log())
		forget(r);
	arena_reset(r->arena);
}

static void *work(void *arg)
{
	struct releases *r = arg;

	/* the process may have died between a release and the end of its log */
	forget(r);
	while (!stopping(r)) {
		struct timespec until;

		look(r);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += r->seconds;
		pthread_mutex_lock(&r->lock);
		if (!r->stopping)
			pthread_cond_timedwait(&r->wake, &r->lock, &until);
		pthread_mutex_unlock(&r->lock);
	}
	return NULL;
}

int releases_start(const char *url, const struct secret *secret, struct writer *writer, int seconds,
    struct releases **out, struct err *e)
{
	struct releases *r = calloc(1, sizeof *r);

	*out = NULL;
	if (r == NULL)
		return err_nomem(e);
	r->secret = *secret;
	r->writer = writer;
	r->seconds = seconds;
	r->arena = arena_new(16384, 16 << 20);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	if (r->arena == NULL)
		err_nomem(e);
	else if (db_open(url, DB_OPEN_READ, &r->db, e) == 0 && pthread_create(&r->thread, NULL, work, r) == 0)
		*out = r;
	else
		err_internal(e, "the release thread could not be started");
	if (*out != NULL)
		return 0;
	db_close(r->db);
	arena_free(r->arena);
	free(r);
	return -1;
}

void releases_stop(struct releases *r)
{
	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	db_close(r->db);
	arena_free(r->arena);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
