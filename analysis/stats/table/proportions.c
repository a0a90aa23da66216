#include "analysis/stats/table/proportions.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/table/table.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static enum an_status pool(const double *x, const double *n, size_t groups, double level, double *share, double *all)
{
	double hits = 0;

	*all = 0;
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	for (size_t i = 0; i < groups; i++) {
		if (!(x[i] >= 0) || !(x[i] <= n[i]) || !isfinite(n[i]))
			return AN_EDATA;
		if (!(n[i] > 0))
			return AN_ETOOFEW;
		hits += x[i];
		*all += n[i];
	}
	if (groups < 2)
		return AN_ETOOFEW;
	*share = hits / *all;
	return hits > 0 && hits < *all ? AN_OK : AN_ENOVARIANCE;
}

static struct an_interval cut(double middle, double half)
{
	return (struct an_interval){ fmax(-1, middle - half), fmin(1, middle + half) };
}

static enum an_status two_groups(const double *x, const double *n, double level, struct an_proportions *out)
{
	double p1 = x[0] / n[0], p2 = x[1] / n[1], inverse = 1 / n[0] + 1 / n[1], d = p1 - p2;
	double correction = fmin(0.5, fabs(d) / inverse);
	double half = an_normal_critical(level) * sqrt(p1 * (1 - p1) / n[0] + p2 * (1 - p2) / n[1]);

	out->two = true;
	out->difference = d;
	out->wald = cut(d, half);
	out->wald_corrected = cut(d, half + correction * inverse);
	for (int i = 0; i < 2; i++) {
		double yes = n[i] * out->pooled, no = n[i] - yes, off = fabs(x[i] - yes) - correction;

		out->corrected += off * off / yes + off * off / no;
	}
	out->corrected_p = gsl_cdf_chisq_Q(out->corrected, 1);
	return an_newcombe(x[0], n[0], x[1], n[1], level, &out->newcombe);
}

enum an_status an_proportions(const double *x, const double *n, size_t groups, double level, struct an_proportions *out)
{
	double all;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = pool(x, n, groups, level, &out->pooled, &all);
	if (status != AN_OK)
		return status;
	out->least = INFINITY;
	for (size_t i = 0; i < groups; i++) {
		double yes = n[i] * out->pooled, no = n[i] * (1 - out->pooled), off = x[i] - yes;

		out->chi2 += off * off / yes + off * off / no;
		out->least = fmin(out->least, fmin(yes, no));
	}
	out->df = (double)groups - 1;
	out->p = gsl_cdf_chisq_Q(out->chi2, out->df);
	if (groups == 2)
		status = two_groups(x, n, level, out);
	return status == AN_OK && !(isfinite(out->chi2) && isfinite(out->corrected)) ? AN_EDATA : status;
}

enum an_status an_proportion_trend(const double *x, const double *n, const double *score, size_t groups, double level,
    struct an_proportion_trend *out)
{
	double share, all, mean = 0, sxx = 0, sxy = 0, variance, spread = 0, chi2 = 0;
	enum an_status status;

	memset(out, 0, sizeof *out);
	status = pool(x, n, groups, level, &share, &all);
	if (status != AN_OK)
		return status;
	for (size_t i = 0; i < groups; i++)
		mean += n[i] / all * score[i];
	for (size_t i = 0; i < groups; i++) {
		sxx += n[i] * (score[i] - mean) * (score[i] - mean);
		sxy += (x[i] - n[i] * share) * (score[i] - mean);
	}
	if (!isfinite(sxx) || !isfinite(sxy))
		return AN_EDATA;
	if (!(sxx > 0))
		return AN_ENOVARIANCE;
	variance = share * (1 - share);
	out->slope = sxy / sxx;
	out->chi2 = sxy / sxx * sxy / variance;
	out->p = gsl_cdf_chisq_Q(out->chi2, 1);
	for (size_t i = 0; i < groups; i++) {
		double p = x[i] / n[i], off = x[i] - n[i] * share;

		chi2 += off / n[i] * off / variance;
		spread += n[i] * (score[i] - mean) / sxx * (score[i] - mean) / sxx * p * (1 - p);
	}
	if (!isfinite(chi2) || !isfinite(spread) || !isfinite(out->chi2))
		return AN_EDATA;
	out->slope_interval.lo = out->slope - an_normal_critical(level) * sqrt(spread);
	out->slope_interval.hi = out->slope + an_normal_critical(level) * sqrt(spread);
	out->departure = fmax(0, chi2 - out->chi2);
	out->departure_df = (double)groups - 2;
	out->departure_p = groups > 2 ? gsl_cdf_chisq_Q(out->departure, out->departure_df) : 1;
	return AN_OK;
}

enum an_status an_proportion_sample(double share, double margin, double level, double population, double *n)
{
	double z;

	*n = 0;
	if (!(share > 0 && share < 1) || !(margin > 0 && margin < 1) || !(level > 0 && level < 1) ||
	    !(population >= 0) || !isfinite(population))
		return AN_EDATA;
	z = an_normal_critical(level);
	*n = z * z * share * (1 - share) / (margin * margin);
	if (population > 0)
		*n = *n / (1 + (*n - 1) / population);
	*n = fmin(population > 0 ? population : INFINITY, ceil(*n - 1e-9));
	return isfinite(*n) ? AN_OK : AN_EDATA;
}

static bool shares_are(double p1, double p2, double level)
{
	return p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1 && level > 0 && level < 1;
}

enum an_status an_proportions_sample(double p1, double p2, double power, double level, double *n)
{
	double pooled, apart, root;

	*n = 0;
	if (!shares_are(p1, p2, level) || !(power > 0 && power < 1))
		return AN_EDATA;
	if (p1 == p2)
		return AN_ENOVARIANCE;
	pooled = p1 + p2;
	apart = p1 * (1 - p1) + p2 * (1 - p2);
	root = (an_normal_critical(level) * sqrt(pooled * (1 - pooled / 2)) + an_normal_quantile(power) * sqrt(apart)) /
	    fabs(p1 - p2);
	*n = ceil(fmax(1, root * fmax(0, root)) - 1e-9);
	return isfinite(*n) ? AN_OK : AN_EDATA;
}
