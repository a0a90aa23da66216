/* core/jobs.h -- work that outlasts a request: it is begun, looked at, and may be stopped.
 * A job runs on one of a few threads, each with a read connection of its own, and leaves a text
 * or an error.  Whoever began it (owner) looks at it by its identifier; nobody else can.  A key
 * names what is asked: the same key of the same owner again is the same job, so that an address
 * that is loaded twice computes once.
 * Kept in memory alone: at most JOBS_KEPT, of which the ones that ended longest ago make room,
 * and none longer than JOBS_KEPT_MS after its end.  One owner may have JOBS_EACH unfinished; of those
 * that wait, the one whose owner has the fewest running goes first.  One that runs JOBS_RUN_MS is ended with
 * an error. */
#ifndef CORE_JOBS_H
#define CORE_JOBS_H

#include "core/arena.h"
#include "core/db.h"
#include "core/ids.h"

#define JOBS_KEPT    128
#define JOBS_KEPT_MS (60 * 60 * 1000)
#define JOBS_RUN_MS  (10 * 60 * 1000)
#define JOBS_EACH    4
#define JOB_TITLE    80

enum job_stage { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_STOPPED };
const char *job_stage_name(enum job_stage s); /* "waiting", "running", ... */

struct jobs;
struct job;
/* The result, malloc'd, or NULL with *e filled.  A long one calls job_go_on(job, share done) now
 * and then and ends when that says false, with any error. */
typedef char *job_fn(void *arg, struct db *db, struct job *job, struct err *e);
bool job_go_on(void *job, double done);

struct job_spec {
	const char *owner, *key, *title; /* copied; key: hexadecimal digest or the like, under 80 bytes */
	job_fn *run;
	void *arg;
	void (*free_arg)(void *arg); /* when it has ended, or at once when jobs_put() fails */
	const char *about;	     /* copied: what was asked, for whoever began it; or NULL */
};

/* What is known of one; texts live in the arena that was given. */
struct job_view {
	char id[ID_LEN + 1];
	const char *title, *key, *about; /* about: "" for none */
	enum job_stage stage;
	double done;		    /* 0..1 */
	int64_t begun_at, ended_at; /* ms UTC; 0: not yet */
	const char *result;	    /* of one that is done, where it was asked for */
	struct err err;		    /* of one that failed */
};

int jobs_start(const char *url, size_t threads, struct jobs **out, struct err *e);
void jobs_stop(struct jobs *j); /* stops what runs; NULL is allowed */

/* ERR_BUSY: too many unfinished.  A live or finished job of the same owner and key is taken
 * instead of a new one, but for one that failed or was stopped. */
int jobs_put(struct jobs *j, const struct job_spec *spec, char id[ID_LEN + 1], struct err *e);
/* Waits at most wait_ms for its end.  ERR_ABSENT: no such job of this owner. */
int jobs_look(struct jobs *j, const char *owner, const char *id, int wait_ms, struct arena *a, struct job_view *out,
    struct err *e);
int jobs_cancel(struct jobs *j, const char *owner, const char *id, struct err *e); /* ended ones: no effect */
/* The owner's, newest first, without results. */
int jobs_list(struct jobs *j, const char *owner, struct arena *a, struct job_view **out, size_t *n, struct err *e);

#endif
