/* analysis/stats/compare/gain.h -- normalised gain from before to after (Hake 1998): what was gained of
 * what could have been.
 *   gain        of the class: (mean after - mean before) / (most - mean before); se and interval
 *               by the delta method over pairs, t on n - 1 degrees of freedom
 *   individual  mean of (after - before) / (most - before) over those not at most before
 * AN_ETOOFEW: under two pairs.  AN_ENOVARIANCE: all at most before.  AN_EDATA: a value that is not
 * finite or above most, level not inside 0..1. */
#ifndef ANALYSIS_STATS_COMPARE_GAIN_H
#define ANALYSIS_STATS_COMPARE_GAIN_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

struct an_gain {
	double before, after, gain, se;
	struct an_interval interval;
	size_t individuals, at_most; /* at_most: at the most already before */
	bool has_individual;
	double individual;
};

enum an_status an_gain(const double *before, const double *after, size_t n, double most, double level,
    struct an_work *work, struct an_gain *out);

#endif
