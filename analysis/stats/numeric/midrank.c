#include "analysis/stats/numeric/midrank.h"

#include <stdlib.h>

struct placed {
	double x;
	size_t at;
};

static int ascending(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return (x->x > y->x) - (x->x < y->x);
}

enum an_status an_midranks(const double *x, size_t n, struct an_work *work, double *rank, double *ties)
{
	struct an_work_mark mark = an_work_mark(work);
	struct placed *s = AN_WORK_ARRAY(work, struct placed, n);

	*ties = 0;
	if (s == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		s[i] = (struct placed){ x[i], i };
	if (n > 0)
		qsort(s, n, sizeof *s, ascending);
	for (size_t i = 0, j; i < n; i = j) {
		double t;

		for (j = i + 1; j < n && s[j].x == s[i].x;)
			j++;
		t = (double)(j - i);
		*ties += t * t * t - t;
		for (size_t m = i; m < j; m++)
			rank[s[m].at] = (double)(i + 1 + j) / 2;
	}
	an_work_release(work, mark);
	return AN_OK;
}
