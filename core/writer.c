#include "core/writer.h"

#include "core/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct writer {
	struct db *db;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct write_job *first, **last;
	size_t waiting, limit;
	bool stopping;
	struct writer_counts counts;
};

/* Up to WRITER_GROUP waiting jobs; one with an after() step goes alone. */
static struct write_job *take(struct writer *w)
{
	struct write_job *group, **end = &group;
	size_t n = 0;

	while (w->first != NULL && n < WRITER_GROUP) {
		struct write_job *job = w->first;

		if (job->after != NULL && n > 0)
			break;
		w->first = job->next;
		*end = job;
		end = &job->next;
		n++;
		if (job->after != NULL)
			break;
	}
	*end = NULL;
	if (w->first == NULL)
		w->last = &w->first;
	w->waiting -= n;
	w->counts.groups++;
	w->counts.jobs += n;
	return group;
}

static int run_one(struct db *db, struct write_job *job, bool alone)
{
	struct err stuck = { 0 };

	if (!alone && db_savepoint(db, &job->err) < 0)
		return -1;
	if (job->run(db, job, &job->err) < 0) {
		if (job->err.kind == ERR_NONE)
			err_internal(&job->err, "a write failed without saying why");
		/* a full disk undoes the whole transaction: then all of the group must hear of it */
		if (alone || !db_in_transaction(db))
			return -1;
		if (db_rollback_savepoint(db, &stuck) < 0) {
			job->err = stuck;
			return -1;
		}
		return 0; /* told to this job alone */
	}
	return alone ? 0 : db_release_savepoint(db, &job->err);
}

static int run_all(struct db *db, struct write_job *group, struct err *e)
{
	bool alone = group->next == NULL;

	if (db_begin(db, DB_WRITE, e) < 0)
		return -1;
	for (struct write_job *job = group; job != NULL; job = job->next) {
		if (run_one(db, job, alone) < 0) {
			*e = job->err;
			db_rollback(db);
			return -1;
		}
	}
	if (db_commit(db, e) < 0) {
		db_rollback(db);
		return -1;
	}
	return 0;
}

static void finish(struct writer *w, struct write_job *group)
{
	struct err e = { 0 }, after = { 0 };
	int failed = run_all(w->db, group, &e);

	if (failed == 0 && group->after != NULL && group->err.kind == ERR_NONE &&
	    group->after(w->db, group, &after) < 0)
		log_err("after-write", &after);
	for (struct write_job *job = group, *next; job != NULL; job = next) {
		next = job->next;
		if (failed < 0)
			job->err = e;
		if (job->err.kind != ERR_NONE) {
			pthread_mutex_lock(&w->lock);
			w->counts.failed++;
			pthread_mutex_unlock(&w->lock);
		}
		job->done(job, &job->err);
	}
}

static void *work(void *arg)
{
	struct writer *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct write_job *group;

		while (w->first == NULL && !w->stopping)
			pthread_cond_wait(&w->wake, &w->lock);
		if (w->first == NULL)
			break;
		group = take(w);
		pthread_mutex_unlock(&w->lock);
		finish(w, group);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int writer_start(const char *url, size_t queue_limit, struct writer **out, struct err *e)
{
	struct writer *w = calloc(1, sizeof *w);

	*out = NULL;
	if (w == NULL)
		return err_nomem(e);
	if (db_open(url, DB_OPEN_WRITE, &w->db, e) < 0) {
		free(w);
		return -1;
	}
	w->last = &w->first;
	w->limit = queue_limit;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	if (pthread_create(&w->thread, NULL, work, w) != 0) {
		db_close(w->db);
		free(w);
		return err_internal(e, "the writer thread could not be started");
	}
	*out = w;
	return 0;
}

void writer_stop(struct writer *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	db_close(w->db);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int writer_put(struct writer *w, struct write_job *job, struct err *e)
{
	bool full;

	err_clear(&job->err);
	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	full = w->stopping || w->waiting >= w->limit;
	if (!full) {
		*w->last = job;
		w->last = &job->next;
		if (w->waiting++ == 0)
			pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	return full ? err_busy(e, "the write queue is full or closing") : 0;
}

struct waiting_job {
	struct write_job job; /* first: the writer hands this back */
	db_work_fn *fn, *then;
	void *arg;
	struct err err;
	pthread_mutex_t lock;
	pthread_cond_t ready;
	bool over;
};

static int waiting_run(struct db *db, struct write_job *job, struct err *e)
{
	struct waiting_job *j = (struct waiting_job *)job;

	return j->fn(db, j->arg, e);
}

static int waiting_after(struct db *db, struct write_job *job, struct err *e)
{
	struct waiting_job *j = (struct waiting_job *)job;

	return j->then(db, j->arg, e);
}

static void waiting_done(struct write_job *job, const struct err *e)
{
	struct waiting_job *j = (struct waiting_job *)job;

	pthread_mutex_lock(&j->lock);
	j->err = *e;
	j->over = true;
	pthread_cond_signal(&j->ready);
	pthread_mutex_unlock(&j->lock);
}

int writer_do_after(struct writer *w, db_work_fn *fn, db_work_fn *after, void *arg, struct err *e)
{
	struct waiting_job j = { .job = { .run = waiting_run, .done = waiting_done },
		.fn = fn,
		.then = after,
		.arg = arg };
	int rc;

	if (after != NULL)
		j.job.after = waiting_after;
	pthread_mutex_init(&j.lock, NULL);
	pthread_cond_init(&j.ready, NULL);
	rc = writer_put(w, &j.job, e);
	if (rc == 0) {
		pthread_mutex_lock(&j.lock);
		while (!j.over)
			pthread_cond_wait(&j.ready, &j.lock);
		pthread_mutex_unlock(&j.lock);
		if (j.err.kind != ERR_NONE) {
			*e = j.err;
			rc = -1;
		}
	}
	pthread_cond_destroy(&j.ready);
	pthread_mutex_destroy(&j.lock);
	return rc;
}

int writer_do(struct writer *w, db_work_fn *fn, void *arg, struct err *e)
{
	return writer_do_after(w, fn, NULL, arg, e);
}

void writer_counts(struct writer *w, struct writer_counts *out)
{
	pthread_mutex_lock(&w->lock);
	*out = w->counts;
	out->waiting = w->waiting;
	pthread_mutex_unlock(&w->lock);
}
