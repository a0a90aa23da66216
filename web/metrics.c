#include "web/metrics.h"

#include "web/site.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* the statuses that the program answers with; the last place is for any other */
static const short statuses[] = { 200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 431,
	500, 503, 0 };
#define STATUSES (sizeof statuses / sizeof *statuses)

/* upper bounds in seconds */
static const double bounds[] = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10 };
#define BOUNDS (sizeof bounds / sizeof *bounds)

struct row {
	_Atomic uint64_t by_status[STATUSES];
};
struct web_metrics {
	_Atomic uint64_t under[BOUNDS + 1], count, ns, accepted;
	size_t rows; /* one more than routes: requests that met none */
	struct row row[];
};

struct web_metrics *metrics_new(void)
{
	struct web_metrics *m = calloc(1, sizeof *m + (web_route_count + 1) * sizeof *m->row);

	if (m != NULL)
		m->rows = web_route_count + 1;
	return m;
}

void metrics_free(struct web_metrics *m)
{
	free(m);
}

static void add(_Atomic uint64_t *to, uint64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

void metrics_count(struct web_metrics *m, const struct web_route *route, int status, int64_t ns)
{
	size_t row = route != NULL ? (size_t)(route - web_routes) : m->rows - 1, s = 0, b = 0;

	while (s < STATUSES - 1 && statuses[s] != status)
		s++;
	while (b < BOUNDS && (double)ns > bounds[b] * 1e9)
		b++;
	add(&m->row[row].by_status[s], 1);
	add(&m->under[b], 1);
	add(&m->count, 1);
	add(&m->ns, ns > 0 ? (uint64_t)ns : 0);
}

void metrics_accepted(struct web_metrics *m)
{
	add(&m->accepted, 1);
}

static void write_requests(const struct web_metrics *m, struct buf *out)
{
	buf_puts(out,
	    "# HELP elod_http_requests_total Requests answered, by route and status.\n"
	    "# TYPE elod_http_requests_total counter\n");
	for (size_t i = 0; i < m->rows; i++) {
		const struct web_route *r = i + 1 < m->rows ? &web_routes[i] : NULL;
		const char *pattern = r == NULL ? "none" : r->page != NULL ? r->page : r->api;

		for (size_t s = 0; s < STATUSES; s++) {
			uint64_t n = get(&m->row[i].by_status[s]);

			if (n > 0)
				buf_addf(out,
				    "elod_http_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"} %llu\n",
				    r == NULL ? "any" : r->method, pattern, statuses[s], (unsigned long long)n);
		}
	}
}

static void write_latency(const struct web_metrics *m, struct buf *out)
{
	uint64_t sum = 0;

	buf_puts(out,
	    "# HELP elod_http_request_seconds Time from a whole request to its answer.\n"
	    "# TYPE elod_http_request_seconds histogram\n");
	for (size_t b = 0; b < BOUNDS; b++) {
		sum += get(&m->under[b]);
		buf_addf(out, "elod_http_request_seconds_bucket{le=\"%g\"} %llu\n", bounds[b], (unsigned long long)sum);
	}
	sum += get(&m->under[BOUNDS]);
	buf_addf(out, "elod_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)sum);
	buf_addf(out, "elod_http_request_seconds_sum %.6f\n", (double)get(&m->ns) / 1e9);
	buf_addf(out, "elod_http_request_seconds_count %llu\n", (unsigned long long)sum);
}

static void write_one(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name, (unsigned long long)value);
}

void metrics_write(const struct web_metrics *m, struct writer *writer, struct buf *out)
{
	struct writer_counts w = { 0 };

	write_requests(m, out);
	write_latency(m, out);
	write_one(out, "elod_responses_accepted_total", "counter", "Survey responses accepted since the start.",
	    get(&m->accepted));
	if (writer == NULL)
		return;
	writer_counts(writer, &w);
	write_one(out, "elod_writer_groups_total", "counter", "Transactions committed, each one fsync.", w.groups);
	write_one(out, "elod_writer_jobs_total", "counter", "Writes done in those transactions.", w.jobs);
	write_one(out, "elod_writer_failed_total", "counter", "Writes that failed or were refused.", w.failed);
	write_one(out, "elod_writer_waiting", "gauge", "Writes waiting now.", w.waiting);
}

void web_count(const struct web_request *rq, int status, int64_t ns)
{
	metrics_count(rq->web->metrics, rq->route, status, ns);
}

void web_count_accepted(const struct web *w)
{
	metrics_accepted(w->metrics);
}
