#include "daemon/workers.h"

#include "surveys/campaign_cache.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
	struct workers *pool;
	struct seat seat;
	pthread_t thread;
};
struct workers {
	worker_fn *fn;
	pthread_mutex_t lock;
	pthread_cond_t ready;
	void **ring;
	size_t room, first, waiting, threads;
	bool stopping;
	struct worker worker[];
};

int seat_open(struct seat *s, const char *url, struct err *e)
{
	s->campaigns = campaign_cache_new();
	if (s->campaigns == NULL)
		return err_nomem(e);
	return db_open(url, DB_OPEN_READ, &s->db, e);
}

void seat_close(struct seat *s)
{
	if (s->campaigns != NULL)
		campaign_cache_free(s->campaigns);
	db_close(s->db);
	s->campaigns = NULL;
	s->db = NULL;
}

static void *work(void *arg)
{
	struct worker *me = arg;
	struct workers *w = me->pool;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		void *item;

		while (w->waiting == 0 && !w->stopping)
			pthread_cond_wait(&w->ready, &w->lock);
		if (w->waiting == 0)
			break;
		item = w->ring[w->first];
		w->first = (w->first + 1) % w->room;
		w->waiting--;
		pthread_mutex_unlock(&w->lock);
		w->fn(item, &me->seat);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

int workers_start(const char *url, size_t threads, size_t queue, worker_fn *fn, struct workers **out, struct err *e)
{
	struct workers *w = calloc(1, sizeof *w + threads * sizeof *w->worker);

	*out = NULL;
	if (w == NULL || (w->ring = calloc(queue, sizeof *w->ring)) == NULL) {
		free(w);
		return err_nomem(e);
	}
	w->fn = fn;
	w->room = queue;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->ready, NULL);
	for (size_t i = 0; i < threads; i++) {
		struct worker *one = &w->worker[i];

		one->pool = w;
		if (seat_open(&one->seat, url, e) < 0 ||
		    (pthread_create(&one->thread, NULL, work, one) != 0 &&
			err_internal(e, "a worker thread could not be started") < 0)) {
			seat_close(&one->seat);
			workers_stop(w);
			return -1;
		}
		w->threads++;
	}
	*out = w;
	return 0;
}

bool workers_put(struct workers *w, void *item)
{
	bool taken;

	pthread_mutex_lock(&w->lock);
	taken = w->waiting < w->room && !w->stopping;
	if (taken) {
		w->ring[(w->first + w->waiting++) % w->room] = item;
		pthread_cond_signal(&w->ready);
	}
	pthread_mutex_unlock(&w->lock);
	return taken;
}

void workers_stop(struct workers *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->ready);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->threads; i++) {
		pthread_join(w->worker[i].thread, NULL);
		seat_close(&w->worker[i].seat);
	}
	pthread_cond_destroy(&w->ready);
	pthread_mutex_destroy(&w->lock);
	free(w->ring);
	free(w);
}
