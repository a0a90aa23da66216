#include "analysis/stats/compare/effect.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/noncentral.h"
#include "analysis/stats/compare/samples.h"

#include <math.h>
#include <string.h>

/* value = t * sqrt(unit): the interval of the noncentrality of t on the same scale. */
static enum an_status by_t(double t, double df, double unit, double level, struct an_effect *out)
{
	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1) || !isfinite(t))
		return AN_EDATA;
	out->value = t * sqrt(unit);
	out->has_interval = an_noncentral_t_interval(t, df, level, &out->interval) == AN_OK;
	out->interval.lo *= sqrt(unit);
	out->interval.hi *= sqrt(unit);
	return AN_OK;
}

/* Hedges 1981, eq. 6e: takes the bias out. */
static struct an_effect unbiased(const struct an_effect *d, double df)
{
	double j = exp(lgamma(df / 2) - log(df / 2) / 2 - lgamma((df - 1) / 2));
	struct an_effect g = *d;

	g.value *= j;
	g.interval.lo *= j;
	g.interval.hi *= j;
	return g;
}

enum an_status an_effect_pooled(const struct an_group *first, const struct an_group *second, double level,
    struct an_effect *d, struct an_effect *g)
{
	double df = first->n + second->n - 2, unit = 1 / first->n + 1 / second->n, sd;
	enum an_status status;

	if (first->n < 2 || second->n < 2)
		return AN_ETOOFEW;
	sd = sqrt((first->within + second->within) / df);
	if (!(sd > 0))
		return AN_ENOVARIANCE;
	status = by_t((first->mean - second->mean) / (sd * sqrt(unit)), df, unit, level, d);
	*g = unbiased(d, df);
	return status;
}

enum an_status an_effect_glass(const struct an_group *first, const struct an_group *second, double level,
    struct an_effect *out)
{
	double v1, v2, unit;

	if (first->n < 2 || second->n < 2)
		return AN_ETOOFEW;
	v1 = an_group_variance(first);
	v2 = an_group_variance(second);
	if (!(v2 > 0))
		return AN_ENOVARIANCE;
	unit = 1 / second->n + v1 / (first->n * v2);
	return by_t((first->mean - second->mean) / sqrt(v2 * unit), second->n - 1, unit, level, out);
}

enum an_status an_effect_paired(const struct an_group *differences, double level, struct an_effect *d,
    struct an_effect *g)
{
	enum an_status status;
	double sd;

	if (differences->n < 2)
		return AN_ETOOFEW;
	sd = sqrt(an_group_variance(differences));
	if (!(sd > 0))
		return AN_ENOVARIANCE;
	status = by_t(differences->mean / sd * sqrt(differences->n), differences->n - 1, 1 / differences->n, level, d);
	*g = unbiased(d, differences->n - 1);
	if (differences->n < 3) /* the factor is 0 then */
		g->has_interval = false;
	return status;
}

static void by_fisher(double se, double level, struct an_effect *out)
{
	double half = an_normal_critical(level) * se, z = atanh(out->value);

	/* groups without overlap: z is infinite, and both ends are the value */
	out->has_interval = true;
	out->interval = (struct an_interval){ tanh(z - half), tanh(z + half) };
}

enum an_status an_effect_delta(double statistic, double n, double m, double level, struct an_effect *out)
{
	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	if (!(n >= 1 && m >= 1))
		return AN_ETOOFEW;
	out->value = 2 * statistic / (n * m) - 1;
	by_fisher(sqrt((n + m + 1) / (3 * n * m)), level, out);
	return AN_OK;
}

enum an_status an_effect_delta_paired(double statistic, double n, double level, struct an_effect *out)
{
	double most = n * (n + 1) / 2;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	if (!(n >= 1))
		return AN_ETOOFEW;
	out->value = 2 * statistic / most - 1;
	by_fisher(sqrt((2 * n * n * n + 3 * n * n + n) / 6) / most, level, out);
	return AN_OK;
}

struct an_effect an_effect_turned(const struct an_effect *e, double (*turn)(double))
{
	struct an_effect out = { turn(e->value), e->has_interval, { 0, 0 } };

	if (e->has_interval)
		out.interval = (struct an_interval){ turn(e->interval.lo), turn(e->interval.hi) };
	return out;
}

double an_superiority_of_d(double d)
{
	return 0.5 * erfc(-d / 2);
}

double an_superiority_of_delta(double delta)
{
	return (delta + 1) / 2;
}

/* The interval is that of the F which would give this very share. */
static void by_f(double value, double df1, double df2, double level, struct an_effect *out)
{
	double f = value / df1 / ((1 - value) / df2);
	struct an_interval lambda;

	out->value = value;
	out->has_interval = isfinite(f) && an_noncentral_f_interval(f, df1, df2, level, &lambda) == AN_OK;
	if (out->has_interval)
		out->interval = (struct an_interval){ lambda.lo / (lambda.lo + df2), lambda.hi / (lambda.hi + df2) };
}

enum an_status an_effect_of_f(double f, double df1, double df2, double level, struct an_effect_anova *out)
{
	double sum = f * df1 + df2;

	memset(out, 0, sizeof *out);
	if (!(f >= 0) || !isfinite(sum) || !(df1 > 0) || !(df2 > 0) || !(level > 0 && level < 1))
		return AN_EDATA;
	by_f(f * df1 / sum, df1, df2, level, &out->eta2);
	by_f(fmax(0, (f - 1) * df1 / (sum + 1)), df1, df2, level, &out->omega2);
	by_f(fmax(0, (f - 1) * df1 / sum), df1, df2, level, &out->epsilon2);
	return AN_OK;
}
