#include "analysis/stats/test/outcomes.h"
#include "analysis/stats/describe/proportion.h"

#include <math.h>
#include <string.h>

void an_outcome_split(double *weight, size_t items, size_t outcomes)
{
	for (size_t j = 0; j < items; j++) {
		double sum = 0;

		for (size_t o = 0; o < outcomes; o++)
			sum += weight[j * outcomes + o];
		for (size_t o = 0; sum > 0 && o < outcomes; o++)
			weight[j * outcomes + o] /= sum;
	}
}

static enum an_status check(struct an_view marks, const double *weight, size_t outcomes, double need)
{
	struct an_missing missing;

	if (!(need >= 0 && need <= 1) || an_view_check(marks, &missing) != AN_OK)
		return AN_EDATA;
	if (marks.cols == 0 || outcomes == 0)
		return AN_ETOOFEW;
	for (size_t i = 0; i < marks.cols * outcomes; i++)
		if (!(weight[i] >= 0) || !isfinite(weight[i]))
			return AN_EDATA;
	for (size_t o = 0; o < outcomes; o++) {
		double sum = 0;

		for (size_t j = 0; j < marks.cols; j++)
			sum += weight[j * outcomes + o];
		if (!(sum > 0))
			return AN_ETOOFEW;
	}
	return AN_OK;
}

enum an_status an_outcome_scores(struct an_view marks, const double *weight, size_t outcomes, double need,
    double *score, unsigned char *has)
{
	enum an_status status = check(marks, weight, outcomes, need);

	for (size_t i = 0; status == AN_OK && i < marks.rows; i++)
		for (size_t o = 0; o < outcomes; o++) {
			double got = 0, there = 0, all = 0;

			for (size_t j = 0; j < marks.cols; j++) {
				double w = weight[j * outcomes + o];

				all += w;
				if (!an_view_has(marks, i, j))
					continue;
				there += w;
				got += w * an_view_at(marks, i, j);
			}
			has[i * outcomes + o] = there > 0 && there >= need * all * (1 - AN_ROUNDING);
			score[i * outcomes + o] = has[i * outcomes + o] ? got / there : 0;
		}
	return status;
}

static enum an_status one(const double *score, const unsigned char *has, size_t rows, size_t step,
    struct an_outcome_rule rule, struct an_outcome *out)
{
	double m2 = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < rows; i++) {
		double d;

		if (!has[i * step])
			continue;
		out->used++;
		d = score[i * step] - out->mean;
		out->mean += d / (double)out->used;
		m2 += d * (score[i * step] - out->mean);
		out->reached += score[i * step] >= rule.threshold - AN_ROUNDING;
	}
	out->has_sd = out->used > 1;
	if (out->has_sd)
		out->sd = sqrt(m2 / (double)(out->used - 1));
	if (out->used == 0)
		return AN_OK;
	out->share = out->reached / (double)out->used;
	return an_proportion(out->reached, (double)out->used, AN_WILSON, rule.level, &out->interval);
}

enum an_status an_outcomes(const double *score, const unsigned char *has, size_t rows, size_t outcomes,
    struct an_outcome_rule rule, struct an_outcome *out, struct an_outcome_all *all)
{
	enum an_status status = isfinite(rule.threshold) && rule.level > 0 && rule.level < 1 ? AN_OK : AN_EDATA;

	memset(all, 0, sizeof *all);
	for (size_t o = 0; status == AN_OK && o < outcomes; o++)
		status = one(score + o, has + o, rows, outcomes, rule, out + o);
	for (size_t i = 0; status == AN_OK && i < rows; i++) {
		bool scored = outcomes > 0, reached = true;

		for (size_t o = 0; o < outcomes; o++) {
			scored = scored && has[i * outcomes + o];
			reached = reached && score[i * outcomes + o] >= rule.threshold - AN_ROUNDING;
		}
		all->used += scored;
		all->reached += scored && reached;
	}
	return status;
}
