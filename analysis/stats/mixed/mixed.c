#include "analysis/stats/mixed/mixed.h"
#include "analysis/stats/numeric/dist.h"

#include <math.h>
#include <string.h>

#define GRID_LOW  (-20.0) /* log lambda */
#define GRID_HIGH 20.0
#define GRID_STEP 0.25
#define LOG_2PI	  1.8378770664093454836

/* The criterion and its parts at one lambda, everything in units of the residual variance. */
struct at {
	double weights, mean, rss, df, variance, deviance, slope;
};

static void evaluate(const struct an_group *g, size_t groups, enum an_likelihood by, double lambda, struct at *out)
{
	double w1 = 0, w2 = 0, wm = 0, q = 0, q2 = 0, n = 0, within = 0;

	for (size_t i = 0; i < groups; i++) {
		double w = g[i].n / (1 + g[i].n * lambda);

		w1 += w;
		w2 += w * w;
		wm += w * g[i].mean;
		n += g[i].n;
		within += g[i].within;
	}
	out->mean = wm / w1;
	for (size_t i = 0; i < groups; i++) {
		double w = g[i].n / (1 + g[i].n * lambda), e = g[i].mean - out->mean;

		q += w * e * e;
		q2 += w * w * e * e;
	}
	out->weights = w1;
	out->rss = within + q;
	out->df = by == AN_REML ? n - 1 : n;
	out->variance = out->rss / out->df;
	out->slope = -q2 / out->variance + w1;
	if (by == AN_REML)
		out->slope -= w2 / w1;
}

/* The criterion itself: its logarithms cost more than all else, and only minima need it. */
static void set_deviance(const struct an_group *g, size_t groups, enum an_likelihood by, double lambda, struct at *out)
{
	double logs = 0;

	for (size_t i = 0; i < groups; i++)
		logs += log1p(g[i].n * lambda);
	out->deviance = out->df * (LOG_2PI + log(out->variance) + 1) + logs;
	if (by == AN_REML)
		out->deviance += log(out->weights);
}

/* Root of the slope in log lambda between lo (falling) and hi (rising). */
static double root(const struct an_group *g, size_t groups, enum an_likelihood by, double lo, double hi,
    struct an_fit *fit)
{
	struct at a;

	for (; fit->iterations < 200; fit->iterations++) {
		double mid = lo + (hi - lo) / 2;

		if (mid <= lo || mid >= hi)
			break;
		evaluate(g, groups, by, exp(mid), &a);
		if (a.slope < 0)
			lo = mid;
		else
			hi = mid;
	}
	return exp(lo + (hi - lo) / 2);
}

/* The best lambda: 0, or the best of the minima that the grid brackets. */
static enum an_status search(const struct an_group *g, size_t groups, enum an_likelihood by, double *lambda,
    struct an_fit *fit)
{
	double best, before = -1;
	struct at a;

	evaluate(g, groups, by, 0, &a);
	set_deviance(g, groups, by, 0, &a);
	*lambda = 0;
	best = a.deviance;
	fit->converged = a.slope >= 0;
	for (double l = GRID_LOW; l <= GRID_HIGH; l += GRID_STEP) {
		evaluate(g, groups, by, exp(l), &a);
		if (before < 0 && a.slope >= 0) {
			struct an_fit here = { 0, 0, false };
			double at = root(g, groups, by, l - GRID_STEP, l, &here);

			fit->iterations += here.iterations;
			evaluate(g, groups, by, at, &a);
			set_deviance(g, groups, by, at, &a);
			if (a.deviance < best) {
				*lambda = at;
				best = a.deviance;
				fit->converged = true;
			}
			evaluate(g, groups, by, exp(l), &a);
		}
		before = a.slope;
	}
	/* still falling where the grid ends: no variance within, in effect */
	if (before < 0 || !isfinite(best))
		return AN_ENOCONVERGE;
	evaluate(g, groups, by, *lambda, &a);
	fit->gradient = *lambda > 0 ? fabs(a.slope * *lambda) : 0;
	fit->converged = fit->converged && fit->gradient < 1e-6 * (1 + a.df);
	return fit->converged ? AN_OK : AN_ENOCONVERGE;
}

static void shrink(const struct an_group *g, const struct at *a, double lambda, double z, struct an_shrunken *out)
{
	double w = g->n / (1 + g->n * lambda), sd;

	memset(out, 0, sizeof *out);
	out->present = g->n > 0;
	if (!out->present)
		return;
	out->weight = lambda * w;
	out->effect = out->weight * (g->mean - a->mean);
	out->posterior_sd = sqrt(a->variance * lambda / (1 + g->n * lambda));
	out->shrunken = a->mean + out->effect;
	sd = sqrt(
	    out->posterior_sd * out->posterior_sd + (1 - out->weight) * (1 - out->weight) * a->variance / a->weights);
	out->interval = (struct an_interval){ out->shrunken - z * sd, out->shrunken + z * sd };
}

enum an_status an_mixed(const struct an_group *g, size_t groups, enum an_likelihood by, double level,
    struct an_mixed *out, struct an_shrunken *each)
{
	struct an_anova1 anova;
	enum an_status status;
	double lambda = 0, z;
	struct at a;

	memset(out, 0, sizeof *out);
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	status = an_anova1(g, groups, &anova);
	if (status == AN_OK && !(anova.ss_within > 0))
		status = AN_ENOVARIANCE;
	if (status == AN_OK)
		status = search(g, groups, by, &lambda, &out->fit);
	out->groups = anova.groups;
	out->n = anova.n;
	if (status != AN_OK)
		return status;
	evaluate(g, groups, by, lambda, &a);
	set_deviance(g, groups, by, lambda, &a);
	out->mean = a.mean;
	out->mean_se = sqrt(a.variance / a.weights);
	out->sd_within = sqrt(a.variance);
	out->sd_group = sqrt(lambda * a.variance);
	out->icc = lambda / (1 + lambda);
	out->deviance = a.deviance;
	out->singular = lambda == 0;
	z = an_normal_critical(level);
	for (size_t i = 0; each != NULL && i < groups; i++)
		shrink(g + i, &a, lambda, z, each + i);
	return AN_OK;
}
