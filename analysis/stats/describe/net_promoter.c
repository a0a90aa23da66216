#include "analysis/stats/describe/net_promoter.h"
#include "analysis/stats/numeric/dist.h"

#include <math.h>

/* Tango's statistic at a difference: falls as delta rises. */
static double statistic(double b, double c, double n, double delta)
{
	double half = 2 * n, side = -b - c + (2 * n - b + c) * delta, end = -c * delta * (1 - delta);
	double q = (sqrt(fmax(side * side - 4 * half * end, 0)) - side) / (2 * half);
	double variance = n * (2 * q + delta * (1 - delta));

	return variance > 0	    ? (b - c - n * delta) / sqrt(variance)
	    : b - c - n * delta > 0 ? INFINITY
	    : b - c - n * delta < 0 ? -INFINITY
				    : 0;
}

/* Where the statistic equals z, between -1 and 1. */
static double limit(double b, double c, double n, double z)
{
	double lo = -1, hi = 1;

	for (int i = 0; i < 200 && lo < hi; i++) {
		double mid = lo + (hi - lo) / 2;

		if (mid <= lo || mid >= hi)
			break;
		if (statistic(b, c, n, mid) > z)
			lo = mid;
		else
			hi = mid;
	}
	return lo + (hi - lo) / 2;
}

enum an_status an_net_promoter(double promoters, double detractors, double n, double level, struct an_net_promoter *out)
{
	double z;

	*out = (struct an_net_promoter){ 0 };
	if (!(level > 0 && level < 1) || !(promoters >= 0) || !(detractors >= 0) || !isfinite(n) ||
	    promoters + detractors > n)
		return AN_EDATA;
	if (!(n > 0))
		return AN_ETOOFEW;
	z = an_normal_critical(level);
	out->score = (promoters - detractors) / n;
	out->se = sqrt(fmax((promoters + detractors) / n - out->score * out->score, 0) / n);
	out->wald = (struct an_interval){ out->score - z * out->se, out->score + z * out->se };
	out->interval.lo = detractors >= n ? -1 : limit(promoters, detractors, n, z);
	out->interval.hi = promoters >= n ? 1 : limit(promoters, detractors, n, -z);
	return AN_OK;
}
