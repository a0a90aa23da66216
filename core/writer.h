/* core/writer.h -- the one thread that writes.
 * Jobs wait in a queue; the thread takes whatever waits (at most WRITER_GROUP), runs each
 * inside a savepoint of one transaction, commits with fsync, and only then tells each job how
 * it ended.  So many small writes share one fsync, and one bad job spoils no other.
 *
 * job->run     in the transaction; an error undoes this job alone
 * job->after   optional, when the commit has succeeded, outside any transaction (this job then
 *              runs in a transaction of its own); its error is only logged
 * job->done    last, on the writer's thread, with kind ERR_NONE or what went wrong; may free
 *              the job.  It must not block.
 * Owner: the job belongs to the caller; it must live until done() was called. */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "core/db.h"

#define WRITER_GROUP 256

struct writer;
struct write_job {
	int (*run)(struct db *db, struct write_job *job, struct err *e);
	int (*after)(struct db *db, struct write_job *job, struct err *e);
	void (*done)(struct write_job *job, const struct err *e);
	struct write_job *next; /* the queue's */
	struct err err;		/* the writer's */
};
struct writer_counts {
	uint64_t groups, jobs, failed;
	size_t waiting;
};

int writer_start(const char *url, size_t queue_limit, struct writer **out, struct err *e);
void writer_stop(struct writer *w); /* finishes what waits, then ends; NULL is allowed */
/* 0, or -1 with ERR_BUSY when the queue is full or the writer is stopping (done() is not called). */
int writer_put(struct writer *w, struct write_job *job, struct err *e);
/* Runs fn in a transaction on the writer's connection and waits for the commit. */
int writer_do(struct writer *w, db_work_fn *fn, void *arg, struct err *e);
/* The same with a step after the commit, e.g. to empty the write-ahead log. */
int writer_do_after(struct writer *w, db_work_fn *fn, db_work_fn *after, void *arg, struct err *e);
void writer_counts(struct writer *w, struct writer_counts *out);

#endif
