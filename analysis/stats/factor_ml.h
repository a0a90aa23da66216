/* analysis/stats/factor_ml.h -- the maximum-likelihood fit behind an_factor_ml(); same terms. */
#ifndef ANALYSIS_STATS_FACTOR_ML_H
#define ANALYSIS_STATS_FACTOR_ML_H

#include "analysis/stats/factor.h"

enum an_status an_factor_ml_fit(const double *cor, size_t k, struct an_work *work, double *loading, double *unique,
    struct an_factor *out);

#endif
