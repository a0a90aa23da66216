/* analysis/stats/compare/oneway.h -- do k samples differ?  Beside the analysis of variance of groups.h.
 *   welch       means, variances of their own (Welch 1951), as R's oneway.test
 *   kruskal     rank sums, corrected for ties (Kruskal & Wallis 1952); epsilon2 = H / (N - 1)
 *   friedman    rank sums within n blocks of k (Friedman 1937), corrected for ties; w: Kendall's
 *   levene      variances: analysis of variance of |x - mean| (Levene 1960) or |x - median|
 *               (Brown & Forsythe 1974), as car::leveneTest
 *   bartlett    variances, under normality (Bartlett 1937)
 *   fligner     variances by normal scores of ranked |x - median| (Fligner & Killeen 1976;
 *               Conover, Johnson & Johnson 1981), as R's fligner.test
 * AN_ETOOFEW: under two samples, an empty one, or with one value where a variance is needed.
 * AN_ENOVARIANCE: no variation (welch, bartlett: in one sample).  AN_EDATA: a value that is not
 * finite.  AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_ONEWAY_H
#define ANALYSIS_STATS_COMPARE_ONEWAY_H

#include "analysis/stats/compare/samples.h"

struct an_chi {
	double statistic, df, p;
};

struct an_welch {
	double f, df1, df2, p;
};
enum an_status an_welch_anova(const struct an_group *g, size_t groups, struct an_welch *out);

/* mean_rank: room for one a sample. */
struct an_kruskal {
	struct an_chi test;
	double epsilon2, ties; /* ties: sum of t^3 - t */
};
enum an_status an_kruskal(const struct an_samples *s, struct an_work *work, double *mean_rank, struct an_kruskal *out);

/* x: n x k, block by block; mean_rank: room for k. */
struct an_friedman {
	struct an_chi test;
	double w;
};
enum an_status an_friedman(const double *x, size_t n, size_t k, struct an_work *work, double *mean_rank,
    struct an_friedman *out);

enum an_status an_levene(const struct an_samples *s, bool median, struct an_work *work, struct an_anova1 *out);
enum an_status an_bartlett(const struct an_group *g, size_t groups, struct an_chi *out);
enum an_status an_fligner(const struct an_samples *s, struct an_work *work, struct an_chi *out);

#endif
