/* analysis/stats/codes_simd.h -- for codes_kernel.c: the inner loops for one kind of processor.
 * The set of that name, or the fastest for NULL, that this processor has; NULL when none. */
#ifndef ANALYSIS_STATS_CODES_SIMD_H
#define ANALYSIS_STATS_CODES_SIMD_H

#include "analysis/stats/codes_kernel.h"

const struct an_kernel *an_kernel_simd(const char *name);

#endif
