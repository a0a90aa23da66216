/* analysis/stats/compare/pairwise.h -- which samples differ from which: every pair, or all against the
 * first.  Differences are second minus first, pairs in the order (0,1) (0,2) ... (1,2) ...
 *   tukey         pooled variance, studentized range; unequal sizes as Kramer 1956; as TukeyHSD
 *   games_howell  variances of their own, Welch's df, studentized range (Games & Howell 1976);
 *                 se is that of the studentized range, statistic the size of Welch's t
 *   t             pooled variance, or Welch, p adjusted by a method of padjust.h; intervals are not
 *   dunn          mean ranks, corrected for ties (Dunn 1964); statistic: z, estimate: of mean ranks
 *   wilcoxon      Mann-Whitney of each pair; statistic: of the second against the first
 *   dunnett       all against the first, pooled variance; adjusted and interval by Dunnett's
 *                 multivariate t (1955)
 * A NULL adjust leaves p as it is.  A pair that has no answer (no variance) has has false and
 * takes no part in the adjustment.
 * AN_ETOOFEW: under two groups, an empty one, no degrees of freedom (games_howell, t with own
 * variances: a group of one value).  AN_ENOVARIANCE: no variation within.  AN_EDATA: figures that
 * are not finite, level not inside 0..1.  AN_ENOCONVERGE: a quantile was not found.  AN_ESTOPPED.
 * AN_ENOMEM. */
#ifndef ANALYSIS_STATS_COMPARE_PAIRWISE_H
#define ANALYSIS_STATS_COMPARE_PAIRWISE_H

#include "analysis/stats/numeric/padjust.h"
#include "analysis/stats/compare/samples.h"
#include "analysis/stats/compare/wilcoxon.h"

struct an_pair {
	size_t first, second;
	bool has, has_interval;
	double estimate, se, statistic, df, p, adjusted; /* df, se: 0 where there is none */
	struct an_interval interval;
};

static inline size_t an_pairs_of(size_t groups)
{
	return groups * (groups - 1) / 2;
}

enum an_status an_tukey(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out);
enum an_status an_games_howell(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out);
enum an_status an_pairwise_t(const struct an_group *g, size_t groups, bool pooled, double level,
    const enum an_padjust *adjust, struct an_work *work, struct an_pair *out);
enum an_status an_dunn(const struct an_samples *s, const enum an_padjust *adjust, struct an_work *work,
    struct an_pair *out);
enum an_status an_pairwise_wilcoxon(const struct an_samples *s, const struct an_rank_options *o,
    const enum an_padjust *adjust, struct an_work *work, struct an_pair *out);
/* out: room for groups - 1. */
enum an_status an_dunnett(const struct an_group *g, size_t groups, double level, struct an_work *work,
    struct an_pair *out);

#endif
