/* analysis/stats/compare/ttest.h -- t tests and the F test of two variances, from n, mean and sum of
 * squares of each group (Student 1908; Welch 1947), as R's t.test and var.test.
 *   one      mean of a group (for pairs: of the differences) against null
 *   student  first minus second, variances taken as equal
 *   welch    first minus second, each with its own variance
 * With a one-sided alternative one end of the interval is infinite.
 * AN_ETOOFEW: a variance that needs two values.  AN_ENOVARIANCE: constant but for rounding.
 * AN_EDATA: level not inside 0..1, or figures that are not finite. */
#ifndef ANALYSIS_STATS_COMPARE_TTEST_H
#define ANALYSIS_STATS_COMPARE_TTEST_H

#include "analysis/stats/groups.h"
#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

enum an_alternative { AN_TWO_SIDED, AN_LESS, AN_GREATER };
#define AN_ALTERNATIVES (AN_GREATER + 1)
const char *an_alternative_name(enum an_alternative a); /* "two_sided", "less", "greater" */

struct an_ttest {
	double estimate, se, t, df, p;
	struct an_interval interval;
};
enum an_status an_ttest_one(const struct an_group *g, double null, enum an_alternative alternative, double level,
    struct an_ttest *out);
enum an_status an_ttest_student(const struct an_group *first, const struct an_group *second, double null,
    enum an_alternative alternative, double level, struct an_ttest *out);
enum an_status an_ttest_welch(const struct an_group *first, const struct an_group *second, double null,
    enum an_alternative alternative, double level, struct an_ttest *out);

/* Ratio of the first variance to the second, against 1. */
struct an_ftest {
	double ratio, df1, df2, p;
	struct an_interval interval;
};
enum an_status an_ftest_variances(const struct an_group *first, const struct an_group *second,
    enum an_alternative alternative, double level, struct an_ftest *out);

/* p of a statistic whose tails are known. */
double an_p_of(enum an_alternative alternative, double lower, double upper);

#endif
