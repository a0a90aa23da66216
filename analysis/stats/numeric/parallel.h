/* analysis/stats/numeric/parallel.h -- tasks side by side.
 * fn(arg, i) is called once for each i in 0..tasks-1, on as many threads as an_threads() says
 * (the caller's among them); which thread takes which task is not defined.  A task writes only
 * what is its own, or leaves a partial result that the caller then combines in the order of i:
 * so a figure never depends on the number of threads.  Where no thread can be made, the caller
 * does all. */
#ifndef ANALYSIS_STATS_NUMERIC_PARALLEL_H
#define ANALYSIS_STATS_NUMERIC_PARALLEL_H

#include <stddef.h>

typedef void an_task_fn(void *arg, size_t task);

void an_parallel(size_t tasks, an_task_fn *fn, void *arg);
/* How many tasks of so many steps (a multiplication or two) each make a round of a fraction of a
 * second, after which whoever waits can be asked: at least a task a thread, at most `most`. */
size_t an_round(size_t most, double steps);
size_t an_threads(void); /* at most AN_THREADS_MOST; the processors that are there unless set */
/* 0: as many as there are processors.  Before any calculation. */
void an_threads_set(size_t n);
#define AN_THREADS_MOST 16

#endif
