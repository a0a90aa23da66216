#include "analysis/stats/numeric/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_size_t wanted; /* 0: not asked yet */

void an_threads_set(size_t n)
{
	atomic_store(&wanted, n < AN_THREADS_MOST ? n : AN_THREADS_MOST);
}

size_t an_round(size_t most, double steps)
{
	const double a_thread = 1e7;
	double fit = a_thread * (double)an_threads() / steps;
	size_t least = an_threads() < most ? an_threads() : most;

	return fit > (double)most ? most : fit > (double)least ? (size_t)fit : least;
}

size_t an_threads(void)
{
	size_t n = atomic_load(&wanted);

	if (n == 0) {
		long online = sysconf(_SC_NPROCESSORS_ONLN);

		n = online < 1 ? 1 : online > AN_THREADS_MOST ? AN_THREADS_MOST : (size_t)online;
		atomic_store(&wanted, n);
	}
	return n;
}

struct crew {
	an_task_fn *fn;
	void *arg;
	size_t tasks;
	atomic_size_t next;
};

static void *work(void *p)
{
	struct crew *c = p;

	for (size_t i; (i = atomic_fetch_add(&c->next, 1)) < c->tasks;)
		c->fn(c->arg, i);
	return NULL;
}

void an_parallel(size_t tasks, an_task_fn *fn, void *arg)
{
	struct crew c = { .fn = fn, .arg = arg, .tasks = tasks };
	pthread_t thread[AN_THREADS_MOST];
	size_t n = an_threads() < tasks ? an_threads() : tasks, started = 0;

	while (started + 1 < n && pthread_create(thread + started, NULL, work, &c) == 0)
		started++;
	work(&c);
	while (started > 0)
		pthread_join(thread[--started], NULL);
}
