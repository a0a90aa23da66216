/* analysis/stats/compare/samples.h -- k samples of numbers, one after another in one array.
 * Shape:   sample g is x[start[g]] to x[start[g + 1] - 1]; start has groups + 1 places from 0.
 * Owner:   the caller; nothing here keeps the pointers. */
#ifndef ANALYSIS_STATS_COMPARE_SAMPLES_H
#define ANALYSIS_STATS_COMPARE_SAMPLES_H

#include "analysis/stats/groups.h"

struct an_samples {
	size_t groups;
	const size_t *start;
	const double *x;
};

static inline size_t an_samples_size(const struct an_samples *s, size_t g)
{
	return s->start[g + 1] - s->start[g];
}

static inline const double *an_samples_of(const struct an_samples *s, size_t g)
{
	return s->x + s->start[g];
}

static inline size_t an_samples_total(const struct an_samples *s)
{
	return s->start[s->groups];
}

/* AN_EDATA: a value that is not finite.  AN_ETOOFEW: fewer than groups samples, or one with fewer
 * than each values. */
enum an_status an_samples_check(const struct an_samples *s, size_t groups, size_t each);
/* n, mean and sum of squares of one sample (n may be 0), and of each. */
struct an_group an_group_of(const double *x, size_t n);
void an_samples_groups(const struct an_samples *s, struct an_group *out);

static inline double an_group_variance(const struct an_group *g) /* n >= 2 */
{
	return g->within / (g->n - 1);
}

#endif
