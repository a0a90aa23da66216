/* analysis/stats/numeric/padjust.h -- p-values adjusted for many comparisons.
 * Benjamini & Hochberg 1995 (BH), Benjamini & Yekutieli 2001 (BY), Holm 1979, Hochberg 1988,
 * Hommel 1988, Bonferroni.  p[i] and out[i] belong together; out may be p itself.
 * AN_EDATA: a p-value outside 0..1.  AN_ETOOFEW: n is 0. */
#ifndef ANALYSIS_STATS_NUMERIC_PADJUST_H
#define ANALYSIS_STATS_NUMERIC_PADJUST_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

enum an_padjust { AN_BH, AN_BY, AN_HOLM, AN_HOCHBERG, AN_HOMMEL, AN_BONFERRONI };
#define AN_PADJUST_METHODS (AN_BONFERRONI + 1)

const char *an_padjust_name(enum an_padjust m); /* "BH", "BY", "holm", ... */
enum an_status an_p_adjust(const double *p, size_t n, enum an_padjust method, struct an_work *work, double *out);

#endif
