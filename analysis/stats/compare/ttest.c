#include "analysis/stats/compare/ttest.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/compare/samples.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

const char *an_alternative_name(enum an_alternative a)
{
	static const char *const names[AN_ALTERNATIVES] = { "two_sided", "less", "greater" };

	return (unsigned)a < AN_ALTERNATIVES ? names[a] : "unknown";
}

double an_p_of(enum an_alternative alternative, double lower, double upper)
{
	switch (alternative) {
	case AN_LESS:
		return lower;
	case AN_GREATER:
		return upper;
	case AN_TWO_SIDED:
		break;
	}
	return fmin(1, 2 * fmin(lower, upper));
}

static bool sound(const struct an_group *g)
{
	return isfinite(g->n) && isfinite(g->mean) && isfinite(g->within) && g->within >= 0;
}

/* out has estimate, se and df; size: of the means, beside which a se of rounding alone is none. */
static enum an_status finish(struct an_ttest *out, double null, double size, enum an_alternative alternative,
    double level)
{
	double half;

	if (!(level > 0 && level < 1) || !isfinite(null) || !isfinite(out->se))
		return AN_EDATA;
	if (!(out->se > 10 * DBL_EPSILON * size))
		return AN_ENOVARIANCE;
	out->t = (out->estimate - null) / out->se;
	if (!isfinite(out->t))
		return AN_EDATA;
	out->p = an_p_of(alternative, an_t_upper(-out->t, out->df), an_t_upper(out->t, out->df));
	half = an_t_quantile(alternative == AN_TWO_SIDED ? 1 - (1 - level) / 2 : level, out->df) * out->se;
	out->interval.lo = alternative == AN_LESS ? -INFINITY : out->estimate - half;
	out->interval.hi = alternative == AN_GREATER ? INFINITY : out->estimate + half;
	return AN_OK;
}

enum an_status an_ttest_one(const struct an_group *g, double null, enum an_alternative alternative, double level,
    struct an_ttest *out)
{
	memset(out, 0, sizeof *out);
	if (!sound(g))
		return AN_EDATA;
	if (g->n < 2)
		return AN_ETOOFEW;
	out->estimate = g->mean;
	out->df = g->n - 1;
	out->se = sqrt(an_group_variance(g) / g->n);
	return finish(out, null, fabs(g->mean), alternative, level);
}

enum an_status an_ttest_student(const struct an_group *first, const struct an_group *second, double null,
    enum an_alternative alternative, double level, struct an_ttest *out)
{
	memset(out, 0, sizeof *out);
	if (!sound(first) || !sound(second))
		return AN_EDATA;
	if (first->n < 1 || second->n < 1 || first->n + second->n < 3)
		return AN_ETOOFEW;
	out->estimate = first->mean - second->mean;
	out->df = first->n + second->n - 2;
	out->se = sqrt((first->within + second->within) / out->df * (1 / first->n + 1 / second->n));
	return finish(out, null, fmax(fabs(first->mean), fabs(second->mean)), alternative, level);
}

enum an_status an_ttest_welch(const struct an_group *first, const struct an_group *second, double null,
    enum an_alternative alternative, double level, struct an_ttest *out)
{
	double v1, v2;

	memset(out, 0, sizeof *out);
	if (!sound(first) || !sound(second))
		return AN_EDATA;
	if (first->n < 2 || second->n < 2)
		return AN_ETOOFEW;
	v1 = an_group_variance(first) / first->n;
	v2 = an_group_variance(second) / second->n;
	out->estimate = first->mean - second->mean;
	out->se = sqrt(v1 + v2);
	if (out->se > 0) {
		double share = v1 / (v1 + v2); /* of the larger numbers no square is taken */

		out->df = 1 / (share * share / (first->n - 1) + (1 - share) * (1 - share) / (second->n - 1));
	}
	return finish(out, null, fmax(fabs(first->mean), fabs(second->mean)), alternative, level);
}

enum an_status an_ftest_variances(const struct an_group *first, const struct an_group *second,
    enum an_alternative alternative, double level, struct an_ftest *out)
{
	double tail = alternative == AN_TWO_SIDED ? (1 - level) / 2 : 1 - level;

	memset(out, 0, sizeof *out);
	if (!sound(first) || !sound(second) || !(level > 0 && level < 1))
		return AN_EDATA;
	if (first->n < 2 || second->n < 2)
		return AN_ETOOFEW;
	out->df1 = first->n - 1;
	out->df2 = second->n - 1;
	out->ratio = an_group_variance(first) / an_group_variance(second);
	if (!(first->within > 0) || !isfinite(out->ratio) || !(out->ratio > 0))
		return AN_ENOVARIANCE;
	out->p = an_p_of(alternative, gsl_cdf_fdist_P(out->ratio, out->df1, out->df2),
	    gsl_cdf_fdist_Q(out->ratio, out->df1, out->df2));
	out->interval.lo = alternative == AN_LESS ? 0 : out->ratio / an_f_quantile(1 - tail, out->df1, out->df2);
	out->interval.hi = alternative == AN_GREATER ? INFINITY : out->ratio / an_f_quantile(tail, out->df1, out->df2);
	return AN_OK;
}
