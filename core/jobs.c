#include "core/jobs.h"

#include "core/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MOST 8

struct job {
	struct jobs *all;
	char id[ID_LEN + 1], owner[ID_LEN + 1], key[80], title[JOB_TITLE];
	struct job_spec spec;
	enum job_stage stage;
	bool wanted; /* false: whoever began it wants it to end */
	double done;
	int64_t begun_at, ended_at, runs_since;
	bool late;	/* it ran JOBS_RUN_MS, and was told to end */
	uint64_t order; /* of beginning */
	char *about, *result;
	struct err err;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct job *slot[JOBS_KEPT];
	uint64_t count;
	bool stopping;
	size_t threads;
	struct db *db[THREADS_MOST];
	pthread_t thread[THREADS_MOST];
	size_t next_seat;
};

const char *job_stage_name(enum job_stage s)
{
	static const char *const names[] = { "waiting", "running", "done", "failed", "stopped" };

	return names[s];
}

static bool has_ended(const struct job *job)
{
	return job->stage >= JOB_DONE;
}

bool job_go_on(void *arg, double done)
{
	struct job *job = arg;
	bool on;

	pthread_mutex_lock(&job->all->lock);
	job->done = done < 0 ? 0 : done > 1 ? 1 : done;
	job->late = job->late || clock_now() - job->runs_since > JOBS_RUN_MS;
	on = job->wanted && !job->late && !job->all->stopping;
	pthread_mutex_unlock(&job->all->lock);
	return on;
}

static void job_free(struct job *job)
{
	free(job->about);
	free(job->result);
	free(job);
}

static size_t running_of(const struct jobs *j, const char *owner)
{
	size_t n = 0;

	for (size_t i = 0; i < JOBS_KEPT; i++)
		n += j->slot[i] != NULL && j->slot[i]->stage == JOB_RUNNING && strcmp(j->slot[i]->owner, owner) == 0;
	return n;
}

/* Of the owner with the fewest that run, the one that has waited longest, so that nobody holds every
 * thread while others wait; NULL: none. */
static struct job *next_waiting(const struct jobs *j)
{
	struct job *found = NULL;
	size_t least = 0;

	for (size_t i = 0; i < JOBS_KEPT; i++) {
		struct job *job = j->slot[i];
		size_t n;

		if (job == NULL || job->stage != JOB_WAITING)
			continue;
		n = running_of(j, job->owner);
		if (found != NULL && (n > least || (n == least && job->order > found->order)))
			continue;
		found = job;
		least = n;
	}
	return found;
}

static void end(struct job *job, char *result, const struct err *e)
{
	if (job->spec.free_arg != NULL)
		job->spec.free_arg(job->spec.arg);
	pthread_mutex_lock(&job->all->lock);
	job->result = result;
	job->err = *e;
	if (result == NULL && job->late) {
		err_clear(&job->err);
		err_set(&job->err, ERR_TOO_LARGE, "",
		    "The calculation was ended after 10 minutes. Choose fewer items, groups or replications.", NULL);
	}
	job->stage = result != NULL ? JOB_DONE : job->wanted ? JOB_FAILED : JOB_STOPPED;
	job->done = result != NULL ? 1 : job->done;
	job->ended_at = clock_now();
	pthread_cond_broadcast(&job->all->ended);
	pthread_mutex_unlock(&job->all->lock);
}

static void *seat(void *arg)
{
	struct jobs *j = arg;
	struct db *db;

	pthread_mutex_lock(&j->lock);
	db = j->db[j->next_seat++];
	while (!j->stopping) {
		struct job *job = next_waiting(j);
		struct err e = { 0 };
		char *result = NULL;

		if (job == NULL) {
			pthread_cond_wait(&j->work, &j->lock);
			continue;
		}
		job->stage = JOB_RUNNING;
		job->runs_since = clock_now();
		pthread_mutex_unlock(&j->lock);
		if (job_go_on(job, 0))
			result = job->spec.run(job->spec.arg, db, job, &e);
		end(job, result, &e);
		pthread_mutex_lock(&j->lock);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

int jobs_start(const char *url, size_t threads, struct jobs **out, struct err *e)
{
	struct jobs *j = calloc(1, sizeof *j);
	pthread_condattr_t steady;

	*out = NULL;
	if (j == NULL)
		return err_nomem(e);
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->work, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&j->ended, &steady);
	pthread_condattr_destroy(&steady);
	for (size_t i = 0; i < threads && i < THREADS_MOST; i++) {
		if (db_open(url, DB_OPEN_READ, &j->db[i], e) < 0 ||
		    (pthread_create(&j->thread[i], NULL, seat, j) != 0 &&
			err_internal(e, "a thread for long calculations could not be started") < 0)) {
			db_close(j->db[i]);
			jobs_stop(j);
			return -1;
		}
		j->threads++;
	}
	*out = j;
	return 0;
}

void jobs_stop(struct jobs *j)
{
	if (j == NULL)
		return;
	pthread_mutex_lock(&j->lock);
	j->stopping = true;
	pthread_cond_broadcast(&j->work);
	pthread_cond_broadcast(&j->ended);
	pthread_mutex_unlock(&j->lock);
	for (size_t i = 0; i < j->threads; i++) {
		pthread_join(j->thread[i], NULL);
		db_close(j->db[i]);
	}
	for (size_t i = 0; i < JOBS_KEPT; i++) {
		struct job *job = j->slot[i];

		if (job == NULL)
			continue;
		if (!has_ended(job) && job->spec.free_arg != NULL)
			job->spec.free_arg(job->spec.arg);
		job_free(job);
	}
	pthread_cond_destroy(&j->work);
	pthread_cond_destroy(&j->ended);
	pthread_mutex_destroy(&j->lock);
	free(j);
}

static void forget_old(struct jobs *j)
{
	int64_t now = clock_now();

	for (size_t i = 0; i < JOBS_KEPT; i++)
		if (j->slot[i] != NULL && has_ended(j->slot[i]) && now - j->slot[i]->ended_at > JOBS_KEPT_MS) {
			job_free(j->slot[i]);
			j->slot[i] = NULL;
		}
}

/* A free place, if need be that of the one that ended first. */
static struct job **place(struct jobs *j)
{
	struct job **free_at = NULL, **oldest = NULL;

	for (size_t i = 0; i < JOBS_KEPT; i++) {
		struct job **at = &j->slot[i];

		if (*at == NULL)
			free_at = at;
		else if (has_ended(*at) && (oldest == NULL || (*at)->ended_at < (*oldest)->ended_at))
			oldest = at;
	}
	if (free_at == NULL && oldest != NULL) {
		job_free(*oldest);
		*oldest = NULL;
		free_at = oldest;
	}
	return free_at;
}

static struct job *same(const struct jobs *j, const struct job_spec *spec, size_t *unfinished)
{
	struct job *found = NULL;

	*unfinished = 0;
	for (size_t i = 0; i < JOBS_KEPT; i++) {
		struct job *job = j->slot[i];

		if (job == NULL || strcmp(job->owner, spec->owner) != 0)
			continue;
		*unfinished += !has_ended(job);
		if (strcmp(job->key, spec->key) == 0 && job->wanted && job->stage <= JOB_DONE)
			found = job;
	}
	return found;
}

static struct job *make(struct jobs *j, const struct job_spec *spec, struct err *e)
{
	struct job *job = calloc(1, sizeof *job);
	char *about = NULL;

	if (job == NULL || (spec->about != NULL && (about = strdup(spec->about)) == NULL)) {
		free(job);
		err_nomem(e);
		return NULL;
	}
	*job = (struct job){ .all = j, .spec = *spec, .stage = JOB_WAITING, .wanted = true, .about = about };
	id_new(job->id);
	snprintf(job->owner, sizeof job->owner, "%s", spec->owner);
	snprintf(job->key, sizeof job->key, "%s", spec->key);
	snprintf(job->title, sizeof job->title, "%s", spec->title);
	job->begun_at = clock_now();
	job->order = j->count++;
	return job;
}

int jobs_put(struct jobs *j, const struct job_spec *spec, char id[ID_LEN + 1], struct err *e)
{
	struct job *job, **at;
	size_t unfinished;
	bool taken = false;
	int rc = 0;

	pthread_mutex_lock(&j->lock);
	forget_old(j);
	job = same(j, spec, &unfinished);
	if (job == NULL && unfinished >= JOBS_EACH) {
		rc = err_busy(e, "one account has too many calculations under way");
	} else if (job == NULL) {
		at = place(j);
		job = at != NULL ? make(j, spec, e) : NULL;
		if (at == NULL)
			err_busy(e, "every place for calculations is taken");
		rc = job != NULL ? 0 : -1;
		taken = rc == 0;
		if (taken) {
			*at = job;
			pthread_cond_signal(&j->work);
		}
	}
	if (job != NULL)
		memcpy(id, job->id, sizeof job->id);
	pthread_mutex_unlock(&j->lock);
	if (!taken && spec->free_arg != NULL)
		spec->free_arg(spec->arg);
	return rc;
}

static struct job *find(struct jobs *j, const char *owner, const char *id)
{
	for (size_t i = 0; i < JOBS_KEPT; i++)
		if (j->slot[i] != NULL && strcmp(j->slot[i]->id, id) == 0 && strcmp(j->slot[i]->owner, owner) == 0)
			return j->slot[i];
	return NULL;
}

static int show(const struct job *job, bool result, struct arena *a, struct job_view *out, struct err *e)
{
	*out = (struct job_view){ .stage = job->stage,
		.done = job->done,
		.begun_at = job->begun_at,
		.ended_at = job->ended_at,
		.err = job->err };
	memcpy(out->id, job->id, sizeof out->id);
	out->title = arena_strdup(a, job->title);
	out->key = arena_strdup(a, job->key);
	out->about = arena_strdup(a, job->about != NULL ? job->about : "");
	out->result = result && job->result != NULL ? arena_strdup(a, job->result) : NULL;
	if (out->title == NULL || out->key == NULL || out->about == NULL ||
	    (result && job->result != NULL && out->result == NULL))
		return err_nomem(e);
	return 0;
}

static int absent(struct err *e)
{
	return err_set(e, ERR_ABSENT, NULL,
	    "There is no such calculation any more: results are kept for an hour. Ask for it again.", NULL);
}

int jobs_look(struct jobs *j, const char *owner, const char *id, int wait_ms, struct arena *a, struct job_view *out,
    struct err *e)
{
	struct timespec until;
	struct job *job;
	int rc;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&j->lock);
	forget_old(j);
	/* looked up anew after each wait: it may have made room for another */
	while ((job = find(j, owner, id)) != NULL && !has_ended(job) && !j->stopping && wait_ms > 0)
		if (pthread_cond_timedwait(&j->ended, &j->lock, &until) == ETIMEDOUT)
			wait_ms = 0;
	rc = job == NULL ? absent(e) : show(job, true, a, out, e);
	pthread_mutex_unlock(&j->lock);
	return rc;
}

int jobs_cancel(struct jobs *j, const char *owner, const char *id, struct err *e)
{
	struct job *job;
	void *arg = NULL;
	void (*release)(void *) = NULL;

	pthread_mutex_lock(&j->lock);
	job = find(j, owner, id);
	if (job != NULL && !has_ended(job))
		job->wanted = false;
	if (job != NULL && job->stage == JOB_WAITING) {
		job->stage = JOB_STOPPED;
		job->ended_at = clock_now();
		arg = job->spec.arg;
		release = job->spec.free_arg;
		pthread_cond_broadcast(&j->ended);
	}
	pthread_mutex_unlock(&j->lock);
	if (release != NULL)
		release(arg);
	return job != NULL ? 0 : absent(e);
}

int jobs_list(struct jobs *j, const char *owner, struct arena *a, struct job_view **out, size_t *n, struct err *e)
{
	struct job *mine[JOBS_KEPT] = { 0 };
	int rc = 0;

	*n = 0;
	pthread_mutex_lock(&j->lock);
	forget_old(j);
	for (size_t i = 0; i < JOBS_KEPT; i++) {
		size_t at = *n;

		if (j->slot[i] == NULL || strcmp(j->slot[i]->owner, owner) != 0)
			continue;
		for (; at > 0 && mine[at - 1]->order < j->slot[i]->order; at--)
			mine[at] = mine[at - 1];
		mine[at] = j->slot[i];
		(*n)++;
	}
	*out = ARENA_ARRAY(a, struct job_view, *n + 1);
	if (*out == NULL)
		rc = err_nomem(e);
	for (size_t i = 0; rc == 0 && i < *n; i++)
		rc = show(mine[i], false, a, &(*out)[i], e);
	pthread_mutex_unlock(&j->lock);
	return rc;
}
