#include "analysis/stats/compare/pairwise.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/compare/oneway.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/compare/simultaneous.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define AT_ONCE 64 /* pairs between two looks at whether anybody still waits */

static void name_pairs(size_t groups, struct an_pair *out)
{
	for (size_t i = 0; i < groups; i++)
		for (size_t j = i + 1; j < groups; j++)
			*out++ = (struct an_pair){ .first = i, .second = j };
}

static enum an_status check(const struct an_group *g, size_t groups, double least, double level)
{
	if (!(level > 0 && level < 1))
		return AN_EDATA;
	if (groups < 2)
		return AN_ETOOFEW;
	for (size_t i = 0; i < groups; i++) {
		if (!isfinite(g[i].n) || !isfinite(g[i].mean) || !isfinite(g[i].within))
			return AN_EDATA;
		if (g[i].n < least)
			return AN_ETOOFEW;
	}
	return AN_OK;
}

/* Mean square within all groups, and its degrees of freedom. */
static enum an_status pooled_variance(const struct an_group *g, size_t groups, double *variance, double *df)
{
	double within = 0, n = 0, size = 0;

	for (size_t i = 0; i < groups; i++) {
		within += g[i].within;
		n += g[i].n;
		size = fmax(size, fabs(g[i].mean));
	}
	*df = n - (double)groups;
	if (*df < 1)
		return AN_ETOOFEW;
	*variance = within / *df;
	return sqrt(*variance) > 10 * DBL_EPSILON * size ? AN_OK : AN_ENOVARIANCE;
}

struct ranges {
	struct an_pair *pair;
	double groups, level, quantile; /* quantile: 0 where each pair has its own */
	size_t from;
};

/* p and interval from statistic, df and se (that of the studentized range). */
static void range_of(void *arg, size_t task)
{
	const struct ranges *r = arg;
	struct an_pair *p = r->pair + r->from + task;
	double quantile = r->quantile;

	p->p = p->adjusted = an_range_upper(fabs(p->statistic) * M_SQRT2, r->groups, p->df);
	p->has = true;
	p->has_interval = quantile > 0 || an_range_quantile(r->level, r->groups, p->df, &quantile) == AN_OK;
	p->interval = (struct an_interval){ p->estimate - quantile * p->se, p->estimate + quantile * p->se };
}

static enum an_status all_ranges(struct ranges *r, struct an_work *work)
{
	size_t pairs = an_pairs_of((size_t)r->groups);

	for (r->from = 0; r->from < pairs; r->from += AT_ONCE) {
		if (!an_work_go_on(work, (double)r->from / (double)pairs))
			return AN_ESTOPPED;
		an_parallel(pairs - r->from < AT_ONCE ? pairs - r->from : AT_ONCE, range_of, r);
	}
	return AN_OK;
}

enum an_status an_tukey(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out)
{
	struct ranges r = { out, (double)groups, level, 0, 0 };
	enum an_status status = check(g, groups, 1, level);
	double variance, df;

	if (status == AN_OK)
		status = pooled_variance(g, groups, &variance, &df);
	if (status == AN_OK)
		status = an_range_quantile(level, (double)groups, df, &r.quantile);
	if (status != AN_OK)
		return status;
	name_pairs(groups, out);
	for (size_t i = 0; i < an_pairs_of(groups); i++) {
		const struct an_group *a = g + out[i].first, *b = g + out[i].second;

		out[i].estimate = b->mean - a->mean;
		out[i].se = sqrt(variance / 2 * (1 / a->n + 1 / b->n));
		out[i].statistic = out[i].estimate / (M_SQRT2 * out[i].se);
		out[i].df = df;
	}
	return all_ranges(&r, work);
}

enum an_status an_games_howell(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out)
{
	struct ranges r = { out, (double)groups, level, 0, 0 };
	enum an_status status = check(g, groups, 2, level);

	if (status != AN_OK)
		return status;
	name_pairs(groups, out);
	for (size_t i = 0; i < an_pairs_of(groups); i++) {
		struct an_ttest t;

		status = an_ttest_welch(g + out[i].second, g + out[i].first, 0, AN_TWO_SIDED, level, &t);
		if (status != AN_OK)
			return status;
		out[i].estimate = t.estimate;
		out[i].se = t.se / M_SQRT2;
		out[i].statistic = fabs(t.t);
		out[i].df = t.df;
	}
	return all_ranges(&r, work);
}

/* Adjusts over the pairs that have an answer. */
static enum an_status adjust_all(struct an_pair *out, size_t n, const enum an_padjust *adjust, struct an_work *work)
{
	struct an_work_mark mark = an_work_mark(work);
	double *p = AN_WORK_ARRAY(work, double, n);
	enum an_status status = AN_OK;
	size_t used = 0;

	if (p == NULL)
		return AN_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (out[i].has)
			p[used++] = out[i].p;
	if (adjust != NULL && used > 0)
		status = an_p_adjust(p, used, *adjust, work, p);
	for (size_t i = 0, at = 0; status == AN_OK && i < n; i++)
		if (out[i].has)
			out[i].adjusted = p[at++];
	an_work_release(work, mark);
	return status;
}

/* With the variance of all groups; se and df of the pair. */
static void pooled_t(const struct an_group *g, double variance, double df, double level, struct an_pair *p)
{
	const struct an_group *a = g + p->first, *b = g + p->second;
	double half;

	p->estimate = b->mean - a->mean;
	p->se = sqrt(variance * (1 / a->n + 1 / b->n));
	p->statistic = p->estimate / p->se;
	p->df = df;
	p->p = p->adjusted = an_t_two_sided(p->statistic, df);
	half = an_t_critical(level, df) * p->se;
	p->has = p->has_interval = true;
	p->interval = (struct an_interval){ p->estimate - half, p->estimate + half };
}

enum an_status an_pairwise_t(const struct an_group *g, size_t groups, bool pooled, double level,
    const enum an_padjust *adjust, struct an_work *work, struct an_pair *out)
{
	enum an_status status = check(g, groups, pooled ? 1 : 2, level);
	double variance = 0, df = 0;

	if (status == AN_OK && pooled)
		status = pooled_variance(g, groups, &variance, &df);
	if (status != AN_OK)
		return status;
	name_pairs(groups, out);
	for (size_t i = 0; i < an_pairs_of(groups); i++) {
		struct an_ttest t;

		if (pooled) {
			pooled_t(g, variance, df, level, out + i);
		} else if (an_ttest_welch(g + out[i].second, g + out[i].first, 0, AN_TWO_SIDED, level, &t) == AN_OK) {
			out[i] = (struct an_pair){ out[i].first, out[i].second, true, true, t.estimate, t.se, t.t, t.df,
				t.p, t.p, t.interval };
		}
	}
	return adjust_all(out, an_pairs_of(groups), adjust, work);
}

enum an_status an_dunn(const struct an_samples *s, const enum an_padjust *adjust, struct an_work *work,
    struct an_pair *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *mean_rank = AN_WORK_ARRAY(work, double, s->groups), n = (double)an_samples_total(s), variance;
	struct an_kruskal k;
	enum an_status status = mean_rank == NULL ? AN_ENOMEM : an_kruskal(s, work, mean_rank, &k);

	if (status == AN_OK) {
		variance = n * (n + 1) / 12 - k.ties / (12 * (n - 1));
		name_pairs(s->groups, out);
		for (size_t i = 0; i < an_pairs_of(s->groups); i++) {
			size_t a = out[i].first, b = out[i].second;

			out[i].has = true;
			out[i].estimate = mean_rank[b] - mean_rank[a];
			out[i].se =
			    sqrt(variance * (1 / (double)an_samples_size(s, a) + 1 / (double)an_samples_size(s, b)));
			out[i].statistic = out[i].estimate / out[i].se;
			out[i].p = 2 * gsl_cdf_ugaussian_Q(fabs(out[i].statistic));
		}
		status = adjust_all(out, an_pairs_of(s->groups), adjust, work);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_pairwise_wilcoxon(const struct an_samples *s, const struct an_rank_options *o,
    const enum an_padjust *adjust, struct an_work *work, struct an_pair *out)
{
	enum an_status status = an_samples_check(s, 2, 1);
	size_t pairs = status == AN_OK ? an_pairs_of(s->groups) : 0;

	if (status == AN_OK)
		name_pairs(s->groups, out);
	for (size_t i = 0; i < pairs && status == AN_OK; i++) {
		size_t a = out[i].first, b = out[i].second;
		struct an_rank_test t;

		if (!an_work_go_on(work, (double)i / (double)pairs))
			return AN_ESTOPPED;
		status = an_mann_whitney(an_samples_of(s, b), an_samples_size(s, b), an_samples_of(s, a),
		    an_samples_size(s, a), o, work, &t);
		if (status == AN_ENOVARIANCE) {
			status = AN_OK;
			continue;
		}
		out[i].has = status == AN_OK;
		out[i].has_interval = t.has_interval;
		out[i].estimate = t.shift;
		out[i].interval = t.interval;
		out[i].statistic = t.statistic;
		out[i].p = t.p;
	}
	return status == AN_OK ? adjust_all(out, pairs, adjust, work) : status;
}

enum an_status an_dunnett(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *share = AN_WORK_ARRAY(work, double, groups), variance = 0, df = 0, quantile = 0;
	enum an_status status = check(g, groups, 1, level);

	if (status == AN_OK)
		status = share == NULL ? AN_ENOMEM : pooled_variance(g, groups, &variance, &df);
	for (size_t i = 1; status == AN_OK && i < groups; i++) {
		out[i - 1] = (struct an_pair){ .first = 0, .second = i };
		pooled_t(g, variance, df, level, out + i - 1);
		share[i - 1] = g[i].n / (g[0].n + g[i].n);
	}
	if (status == AN_OK)
		status = an_dunnett_quantile(level, share, groups - 1, df, &quantile);
	for (size_t i = 0; status == AN_OK && i + 1 < groups; i++) {
		if (!an_work_go_on(work, (double)i / (double)groups))
			status = AN_ESTOPPED;
		out[i].adjusted = an_dunnett_upper(fabs(out[i].statistic), share, groups - 1, df);
		out[i].interval = (struct an_interval){ out[i].estimate - quantile * out[i].se,
			out[i].estimate + quantile * out[i].se };
	}
	an_work_release(work, mark);
	return status;
}
