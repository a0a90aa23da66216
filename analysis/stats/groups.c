#include "analysis/stats/groups.h"
#include "analysis/stats/numeric/sum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static bool belongs(struct an_view x, size_t col, const size_t *group, size_t groups, size_t i)
{
	return group[i] < groups && an_view_has(x, i, col);
}

enum an_status an_groups(struct an_view x, size_t col, const size_t *group, size_t groups, struct an_work *work,
    struct an_group *out, struct an_missing *missing, size_t *outside)
{
	struct an_work_mark mark = an_work_mark(work);
	struct an_sum *s = AN_WORK_ARRAY(work, struct an_sum, groups), *d = AN_WORK_ARRAY(work, struct an_sum, groups);
	enum an_status status;

	*outside = 0;
	memset(out, 0, groups * sizeof *out);
	status = s == NULL || d == NULL ? AN_ENOMEM : an_view_check(an_view_item(x, col), missing);
	if (status != AN_OK)
		goto done;
	for (size_t i = 0; i < x.rows; i++) {
		*outside += group[i] >= groups;
		if (belongs(x, col, group, groups, i)) {
			out[group[i]].n++;
			an_sum_add(s + group[i], an_view_at(x, i, col));
		}
	}
	for (size_t g = 0; g < groups; g++) {
		out[g].mean = out[g].n > 0 ? an_sum_of(s + g) / out[g].n : 0;
		s[g] = (struct an_sum){ 0, 0 };
	}
	for (size_t i = 0; i < x.rows; i++)
		if (belongs(x, col, group, groups, i)) {
			double at = an_view_at(x, i, col), e = at - out[group[i]].mean + an_decimal_rest(at);

			an_sum_add(s + group[i], e * e);
			an_sum_add(d + group[i], e);
		}
	for (size_t g = 0; g < groups; g++)
		if (out[g].n > 0) {
			double over = an_sum_of(d + g), mean = out[g].mean + over / out[g].n;

			out[g].rest = over / out[g].n - (mean - out[g].mean);
			out[g].mean = mean;
			out[g].within = fmax(0, an_sum_of(s + g) - over * over / out[g].n);
		}
done:
	an_work_release(work, mark);
	return status;
}

void an_groups_from_counts(const double *counts, const double *value, size_t groups, size_t values,
    struct an_group *out)
{
	for (size_t g = 0; g < groups; g++, counts += values) {
		double n = 0, sum = 0, within = 0, mean;

		for (size_t v = 0; v < values; v++) {
			n += counts[v];
			sum += counts[v] * value[v];
		}
		mean = n > 0 ? sum / n : 0;
		for (size_t v = 0; v < values; v++)
			within += counts[v] * (value[v] - mean) * (value[v] - mean);
		out[g] = (struct an_group){ n, mean, within, 0 };
	}
}

/* Sums over groups; false where a group is impossible. */
static bool pool(const struct an_group *g, size_t groups, struct an_anova1 *out)
{
	struct an_sum n = { 0, 0 }, all = { 0, 0 }, within = { 0, 0 }, between = { 0, 0 }, over = { 0, 0 };

	for (size_t i = 0; i < groups; i++) {
		if (!(g[i].n >= 0) || !isfinite(g[i].n) || !isfinite(g[i].mean) || !(g[i].within >= 0))
			return false;
		if (g[i].n == 0)
			continue;
		out->groups++;
		out->n0 += g[i].n * g[i].n;
		an_sum_add(&n, g[i].n);
		an_sum_add(&all, g[i].n * g[i].mean);
		an_sum_add(&within, g[i].within);
	}
	out->n = an_sum_of(&n);
	if (out->groups == 0)
		return true;
	out->mean = an_sum_of(&all) / out->n;
	for (size_t i = 0; i < groups; i++) {
		double d = g[i].mean - out->mean + g[i].rest;

		an_sum_add(&over, g[i].n * d);
		an_sum_add(&between, g[i].n * d * d);
	}
	out->ss_within = an_sum_of(&within);
	out->ss_between = fmax(0, an_sum_of(&between) - an_sum_of(&over) * an_sum_of(&over) / out->n);
	return isfinite(out->ss_within) && isfinite(out->ss_between);
}

enum an_status an_anova1(const struct an_group *g, size_t groups, struct an_anova1 *out)
{
	memset(out, 0, sizeof *out);
	if (!pool(g, groups, out))
		return AN_EDATA;
	out->df_between = (double)out->groups - 1;
	out->df_within = out->n - (double)out->groups;
	if (out->groups < 2 || out->df_within < 1)
		return AN_ETOOFEW;
	if (!(out->ss_within + out->ss_between > 0))
		return AN_ENOVARIANCE;
	out->ms_between = out->ss_between / out->df_between;
	out->ms_within = out->ss_within / out->df_within;
	out->has_f = out->ms_within > 0 && isfinite(out->ms_between / out->ms_within);
	if (out->has_f) {
		out->f = out->ms_between / out->ms_within;
		out->p = gsl_cdf_fdist_Q(out->f, out->df_between, out->df_within);
	}
	out->eta2 = out->ss_between / (out->ss_between + out->ss_within);
	out->mean_size = out->n / (double)out->groups;
	out->icc1 = (out->ms_between - out->ms_within) / (out->ms_between + (out->mean_size - 1) * out->ms_within);
	out->n0 = (out->n - out->n0 / out->n) / (double)(out->groups - 1);
	out->icc1_n0 = (out->ms_between - out->ms_within) / (out->ms_between + (out->n0 - 1) * out->ms_within);
	out->deff = 1 + (out->mean_size - 1) * out->icc1;
	out->has_icc2 = out->ms_between > 0;
	if (out->has_icc2)
		out->icc2 = (out->ms_between - out->ms_within) / out->ms_between;
	return AN_OK;
}
