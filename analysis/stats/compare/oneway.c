#include "analysis/stats/compare/oneway.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/midrank.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* At least two groups of two values or more, each with some variance. */
static enum an_status all_vary(const struct an_group *g, size_t groups)
{
	if (groups < 2)
		return AN_ETOOFEW;
	for (size_t i = 0; i < groups; i++) {
		if (!isfinite(g[i].n) || !isfinite(g[i].mean) || !isfinite(g[i].within))
			return AN_EDATA;
		if (g[i].n < 2)
			return AN_ETOOFEW;
	}
	for (size_t i = 0; i < groups; i++)
		if (!(g[i].within > 0))
			return AN_ENOVARIANCE;
	return AN_OK;
}

enum an_status an_welch_anova(const struct an_group *g, size_t groups, struct an_welch *out)
{
	double weights = 0, sum = 0, spread = 0, lost = 0, k = (double)groups, mean;
	enum an_status status = all_vary(g, groups);

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	for (size_t i = 0; i < groups; i++) {
		weights += g[i].n / an_group_variance(g + i);
		sum += g[i].n / an_group_variance(g + i) * (g[i].mean - g[0].mean);
	}
	mean = g[0].mean + sum / weights;
	for (size_t i = 0; i < groups; i++) {
		double weight = g[i].n / an_group_variance(g + i), rest = 1 - weight / weights;

		spread += weight * (g[i].mean - mean) * (g[i].mean - mean);
		lost += rest * rest / (g[i].n - 1);
	}
	lost /= k * k - 1;
	out->f = spread / ((k - 1) * (1 + 2 * (k - 2) * lost));
	out->df1 = k - 1;
	out->df2 = 1 / (3 * lost);
	if (!isfinite(out->f) || !isfinite(out->df2))
		return AN_EDATA;
	out->p = gsl_cdf_fdist_Q(out->f, out->df1, out->df2);
	return AN_OK;
}

enum an_status an_kruskal(const struct an_samples *s, struct an_work *work, double *mean_rank, struct an_kruskal *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t total = an_samples_total(s);
	double *rank = AN_WORK_ARRAY(work, double, total), n = (double)total, h = 0, even;
	enum an_status status = an_samples_check(s, 2, 1);

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = rank == NULL ? AN_ENOMEM : an_midranks(s->x, total, work, rank, &out->ties);
	if (status == AN_OK) {
		for (size_t g = 0; g < s->groups; g++) {
			double size = (double)an_samples_size(s, g);

			mean_rank[g] = an_mean(rank + s->start[g], an_samples_size(s, g));
			h += size * (mean_rank[g] - (n + 1) / 2) * (mean_rank[g] - (n + 1) / 2);
		}
		even = 1 - out->ties / (n * n * n - n);
		if (n < 2 || !(even > 0))
			status = AN_ENOVARIANCE;
	}
	if (status == AN_OK) {
		out->test.statistic = 12 * h / (n * (n + 1)) / even;
		out->test.df = (double)s->groups - 1;
		out->test.p = gsl_cdf_chisq_Q(out->test.statistic, out->test.df);
		out->epsilon2 = out->test.statistic / (n - 1);
	}
	an_work_release(work, mark);
	return status;
}

enum an_status an_friedman(const double *x, size_t n, size_t k, struct an_work *work, double *mean_rank,
    struct an_friedman *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *rank = AN_WORK_ARRAY(work, double, k), blocks = (double)n, items = (double)k, ties = 0, sum = 0, most;
	enum an_status status = AN_OK;

	memset(out, 0, sizeof *out);
	if (rank == NULL)
		return AN_ENOMEM;
	if (n < 1 || k < 2)
		status = AN_ETOOFEW;
	memset(mean_rank, 0, k * sizeof *mean_rank);
	for (size_t i = 0; status == AN_OK && i < n; i++) {
		double t = 0;

		for (size_t j = 0; j < k; j++)
			if (!isfinite(x[i * k + j]))
				status = AN_EDATA;
		if (status == AN_OK)
			status = an_midranks(x + i * k, k, work, rank, &t);
		ties += t;
		for (size_t j = 0; status == AN_OK && j < k; j++)
			mean_rank[j] += rank[j] / blocks;
	}
	most = blocks * items * (items + 1) - ties / (items - 1);
	if (status == AN_OK && !(most > 1e-9 * blocks))
		status = AN_ENOVARIANCE;
	for (size_t j = 0; status == AN_OK && j < k; j++)
		sum += pow(blocks * (mean_rank[j] - (items + 1) / 2), 2);
	if (status == AN_OK) {
		out->test.statistic = 12 * sum / most;
		out->test.df = items - 1;
		out->test.p = gsl_cdf_chisq_Q(out->test.statistic, out->test.df);
		out->w = out->test.statistic / (blocks * (items - 1));
	}
	an_work_release(work, mark);
	return status;
}

/* |x - centre| of each sample, into out, in the same layout. */
static enum an_status deviations(const struct an_samples *s, bool median, struct an_work *work, double *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *copy = AN_WORK_ARRAY(work, double, an_samples_total(s));

	if (copy == NULL)
		return AN_ENOMEM;
	for (size_t g = 0; g < s->groups; g++) {
		const double *x = an_samples_of(s, g);
		size_t n = an_samples_size(s, g);
		double centre;

		if (median) {
			memcpy(copy, x, n * sizeof *copy);
			an_sort(copy, n);
			centre = an_median(copy, n);
		} else {
			centre = an_mean(x, n);
		}
		for (size_t i = 0; i < n; i++)
			out[s->start[g] + i] = fabs(x[i] - centre);
	}
	an_work_release(work, mark);
	return AN_OK;
}

enum an_status an_levene(const struct an_samples *s, bool median, struct an_work *work, struct an_anova1 *out)
{
	struct an_work_mark mark = an_work_mark(work);
	double *away = AN_WORK_ARRAY(work, double, an_samples_total(s));
	struct an_group *g = AN_WORK_ARRAY(work, struct an_group, s->groups);
	struct an_samples from = { s->groups, s->start, away };
	enum an_status status = an_samples_check(s, 2, 1);

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = away == NULL || g == NULL ? AN_ENOMEM : deviations(s, median, work, away);
	if (status == AN_OK) {
		an_samples_groups(&from, g);
		status = an_anova1(g, s->groups, out);
	}
	if (status == AN_OK && !out->has_f)
		status = AN_ENOVARIANCE;
	an_work_release(work, mark);
	return status;
}

enum an_status an_bartlett(const struct an_group *g, size_t groups, struct an_chi *out)
{
	double df = 0, within = 0, logs = 0, inverse = 0;
	enum an_status status = all_vary(g, groups);

	memset(out, 0, sizeof *out);
	if (status != AN_OK)
		return status;
	for (size_t i = 0; i < groups; i++) {
		df += g[i].n - 1;
		within += g[i].within;
		inverse += 1 / (g[i].n - 1);
	}
	for (size_t i = 0; i < groups; i++)
		logs += (g[i].n - 1) * log(within / df / an_group_variance(g + i));
	out->df = (double)groups - 1;
	out->statistic = logs / (1 + (inverse - 1 / df) / (3 * out->df));
	if (!isfinite(out->statistic))
		return AN_EDATA;
	out->p = gsl_cdf_chisq_Q(fmax(0, out->statistic), out->df);
	return AN_OK;
}

enum an_status an_fligner(const struct an_samples *s, struct an_work *work, struct an_chi *out)
{
	struct an_work_mark mark = an_work_mark(work);
	size_t total = an_samples_total(s);
	double *away = AN_WORK_ARRAY(work, double, total), *score = AN_WORK_ARRAY(work, double, total), ties;
	enum an_status status = an_samples_check(s, 2, 1);
	struct an_group all;

	memset(out, 0, sizeof *out);
	if (status == AN_OK)
		status = away == NULL || score == NULL ? AN_ENOMEM : deviations(s, true, work, away);
	if (status == AN_OK)
		status = an_midranks(away, total, work, score, &ties);
	if (status == AN_OK) {
		for (size_t i = 0; i < total; i++)
			score[i] = an_normal_quantile((1 + score[i] / ((double)total + 1)) / 2);
		all = an_group_of(score, total);
		if (total < 3 || !(all.within > 1e-12 * (double)total))
			status = AN_ENOVARIANCE;
	}
	for (size_t g = 0; status == AN_OK && g < s->groups; g++) {
		double off = an_mean(score + s->start[g], an_samples_size(s, g)) - all.mean;

		out->statistic += (double)an_samples_size(s, g) * off * off / an_group_variance(&all);
	}
	if (status == AN_OK) {
		out->df = (double)s->groups - 1;
		out->p = gsl_cdf_chisq_Q(out->statistic, out->df);
	}
	an_work_release(work, mark);
	return status;
}
