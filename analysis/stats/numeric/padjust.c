#include "analysis/stats/numeric/padjust.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
	double p;
	size_t at;
};

const char *an_padjust_name(enum an_padjust m)
{
	static const char *const names[AN_PADJUST_METHODS] = {
		[AN_BH] = "BH",
		[AN_BY] = "BY",
		[AN_HOLM] = "holm",
		[AN_HOCHBERG] = "hochberg",
		[AN_HOMMEL] = "hommel",
		[AN_BONFERRONI] = "bonferroni",
	};

	return (unsigned)m < AN_PADJUST_METHODS ? names[m] : "unknown";
}

static int ascending(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* s: ascending; by[i]: the factor of the i-th smallest.  From the largest down, never rising. */
static void step_up(struct ranked *s, size_t n, double (*by)(size_t i, size_t n), double constant)
{
	double least = 1;

	for (size_t i = n; i-- > 0;) {
		least = fmin(least, constant * by(i, n) * s[i].p);
		s[i].p = least;
	}
}

/* From the smallest up, never falling. */
static void step_down(struct ranked *s, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, (double)(n - i) * s[i].p));
		s[i].p = most;
	}
}

static double by_rank(size_t i, size_t n)
{
	return (double)n / (double)(i + 1);
}

static double by_left(size_t i, size_t n)
{
	return (double)(n - i);
}

/* Closed testing with Simes' test (Hommel 1988; algorithm of Wright 1992).  q, a: room for n. */
static void hommel(struct ranked *s, size_t n, double *q, double *a)
{
	double least = 1;

	for (size_t i = 0; i < n; i++)
		least = fmin(least, (double)n * s[i].p / (double)(i + 1));
	for (size_t i = 0; i < n; i++)
		q[i] = a[i] = fmin(1, least);
	for (size_t m = n - 1; m >= 2 && m < n; m--) {
		size_t small = n - m + 1; /* how many lie below the m - 1 largest */
		double most = INFINITY;

		for (size_t i = small; i < n; i++)
			most = fmin(most, (double)m * s[i].p / (double)(i - small + 2));
		for (size_t i = 0; i < small; i++)
			q[i] = fmin((double)m * s[i].p, most);
		for (size_t i = small; i < n; i++)
			q[i] = q[small - 1];
		for (size_t i = 0; i < n; i++)
			a[i] = fmax(a[i], q[i]);
	}
	for (size_t i = 0; i < n; i++)
		s[i].p = fmin(1, fmax(a[i], s[i].p));
}

enum an_status an_p_adjust(const double *p, size_t n, enum an_padjust method, struct an_work *work, double *out)
{
	struct an_work_mark mark = an_work_mark(work);
	struct ranked *s = AN_WORK_ARRAY(work, struct ranked, n);
	double *room = AN_WORK_ARRAY(work, double, n), *room2 = AN_WORK_ARRAY(work, double, n), harmonic = 0;
	enum an_status status = s != NULL && room != NULL && room2 != NULL ? AN_OK : AN_ENOMEM;

	if (status == AN_OK && n == 0)
		status = AN_ETOOFEW;
	for (size_t i = 0; status == AN_OK && i < n; i++) {
		if (!(p[i] >= 0 && p[i] <= 1))
			status = AN_EDATA;
		s[i] = (struct ranked){ p[i], i };
		harmonic += 1 / (double)(i + 1);
	}
	if (status != AN_OK)
		goto done;
	qsort(s, n, sizeof *s, ascending);
	switch (method) {
	case AN_BH:
		step_up(s, n, by_rank, 1);
		break;
	case AN_BY:
		step_up(s, n, by_rank, harmonic);
		break;
	case AN_HOLM:
		step_down(s, n);
		break;
	case AN_HOCHBERG:
		step_up(s, n, by_left, 1);
		break;
	case AN_HOMMEL:
		hommel(s, n, room, room2);
		break;
	case AN_BONFERRONI:
		for (size_t i = 0; i < n; i++)
			s[i].p = fmin(1, (double)n * s[i].p);
		break;
	}
	for (size_t i = 0; i < n; i++)
		out[s[i].at] = s[i].p;
done:
	an_work_release(work, mark);
	return status;
}
