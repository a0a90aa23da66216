#include "analysis/stats/resample/bootstrap.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/rng.h"
#include "analysis/stats/numeric/sum.h"

#include <math.h>
#include <string.h>

#define REPLICATES_LEAST 100
#define REPLICATES_MOST	 1000000

static double replicate(const double *value, size_t n, uint64_t seed, size_t stream)
{
	struct an_rng rng;
	double s = 0;

	an_rng_seed(&rng, seed, stream);
	for (size_t i = 0; i < n; i++)
		s += value[an_rng_below(&rng, n)];
	return s / (double)n;
}

enum an_status an_bootstrap_mean(const double *value, size_t n, size_t replicates, double level, uint64_t seed,
    struct an_work *work, struct an_bootstrap *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *mean, tail = (1 - level) / 2;
	struct an_central c;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || replicates > REPLICATES_MOST)
		return AN_EDATA;
	if (n < 2 || replicates < REPLICATES_LEAST)
		return AN_ETOOFEW;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(value[i]))
			return AN_EDATA;
	mean = AN_WORK_ARRAY(work, double, replicates);
	if (mean == NULL)
		return AN_ENOMEM;
	for (size_t r = 0; r < replicates; r++)
		mean[r] = replicate(value, n, seed, r);
	out->used = n;
	out->mean = an_mean(value, n);
	an_central_of(mean, replicates, &c);
	out->se = sqrt(c.m2 / (double)(replicates - 1));
	an_sort(mean, replicates);
	an_quantile(mean, replicates, tail, AN_QUANTILE_7, &out->interval.lo);
	an_quantile(mean, replicates, 1 - tail, AN_QUANTILE_7, &out->interval.hi);
	an_work_release(work, mark);
	return isfinite(out->mean) && isfinite(out->se) ? AN_OK : AN_EDATA;
}
