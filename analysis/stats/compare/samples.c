#include "analysis/stats/compare/samples.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>

enum an_status an_samples_check(const struct an_samples *s, size_t groups, size_t each)
{
	if (s->groups < groups)
		return AN_ETOOFEW;
	for (size_t i = 0; i < an_samples_total(s); i++)
		if (!isfinite(s->x[i]))
			return AN_EDATA;
	for (size_t g = 0; g < s->groups; g++)
		if (an_samples_size(s, g) < each)
			return AN_ETOOFEW;
	return AN_OK;
}

struct an_group an_group_of(const double *x, size_t n)
{
	struct an_central c;

	if (n == 0)
		return (struct an_group){ 0, 0, 0, 0 };
	an_central_of(x, n, &c);
	return (struct an_group){ (double)n, c.mean, c.m2, c.rest };
}

void an_samples_groups(const struct an_samples *s, struct an_group *out)
{
	for (size_t g = 0; g < s->groups; g++)
		out[g] = an_group_of(an_samples_of(s, g), an_samples_size(s, g));
}
