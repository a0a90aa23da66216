/* analysis/stats/numeric/quantile.h -- sample quantiles (Hyndman & Fan 1996, types 6 and 7) and the
 * interpolated (grouped) median.
 * Input is sorted ascending, n >= 1, finite.  type 7 is what R gives unless told otherwise;
 * type 6 is what SPSS and Minitab give. */
#ifndef ANALYSIS_STATS_NUMERIC_QUANTILE_H
#define ANALYSIS_STATS_NUMERIC_QUANTILE_H

#include "analysis/stats/status.h"

#include <stddef.h>

enum an_quantile_type { AN_QUANTILE_6 = 6, AN_QUANTILE_7 = 7 };

void an_sort(double *x, size_t n); /* ascending, in place */
/* How many of n ascending values lie below x: where x stands, or would. */
size_t an_place(const double *sorted, size_t n, double x);
/* AN_ETOOFEW: n == 0.  AN_EDATA: p outside 0..1 or another type. */
enum an_status an_quantile(const double *sorted, size_t n, double p, enum an_quantile_type type, double *out);
double an_median(const double *sorted, size_t n); /* n >= 1 */
/* Each value stands for the interval of the given width around it; answers equal to the median
 * are spread evenly over theirs (as psych::interp.median).  AN_ETOOFEW: n == 0.
 * AN_EDATA: width not positive. */
enum an_status an_interpolated_median(const double *sorted, size_t n, double width, double *out);
/* The same from counts: count[i] answers of value[i], values ascending; all counts 0 is AN_ETOOFEW. */
enum an_status an_interpolated_median_counts(const double *value, const double *count, size_t values, double width,
    double *out);

#endif
