/* analysis/stats/agreement/krippendorff.h -- Krippendorff's alpha (2011; 2019, Content analysis, ch. 12).
 * x: units (rows) x observers (columns), missing cells allowed; a unit with fewer than two values
 * cannot be paired and is left out.
 *   alpha = 1 - observed / expected disagreement, the mean squared distance of pairs within units
 *   over that of all pairs.  Distances: nominal 0 or 1; ordinal by mid-ranks of the values at hand;
 *   interval a - b; ratio (a - b) / (a + b), values of 0 or more (AN_EDATA otherwise).
 * The interval is the percentile one over resamples of whole units, each resample with the margins of
 * its own; one in which everything is the same has no alpha and is left out (counted in constant).
 * The same seed gives the same figures on any number of threads.
 * AN_ETOOFEW: under two units to pair, or fewer than 100 resamples when any are asked for.
 * AN_ENOVARIANCE: all values the same.  AN_EDATA: a non-finite value, level outside 0..1, or more
 * than AN_KRIPPENDORFF_RATIO different values (ratio alone, whose time grows with their square). */
#ifndef ANALYSIS_STATS_AGREEMENT_KRIPPENDORFF_H
#define ANALYSIS_STATS_AGREEMENT_KRIPPENDORFF_H

#include "analysis/stats/interval.h"
#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

#include <stdint.h>

#define AN_KRIPPENDORFF_RATIO 2000

enum an_krippendorff_distance { AN_NOMINAL, AN_ORDINAL, AN_INTERVAL, AN_RATIO };
#define AN_DISTANCES (AN_RATIO + 1)

struct an_krippendorff {
	size_t units, values, different;  /* that can be paired */
	double alpha, observed, expected; /* disagreements: mean squared distances */
	size_t replicates, constant;
	bool has_interval; /* half of the resamples or more have an alpha */
	struct an_interval interval;
	double below; /* share of resamples below AN_KRIPPENDORFF_ENOUGH */
};
#define AN_KRIPPENDORFF_ENOUGH 0.667 /* lowest alpha for tentative conclusions, Krippendorff 2004 */

const char *an_distance_name(enum an_krippendorff_distance d); /* "nominal", "ordinal", "interval", "ratio" */
/* replicates 0: no interval. */
enum an_status an_krippendorff(struct an_view x, enum an_krippendorff_distance distance, size_t replicates,
    double level, uint64_t seed, struct an_work *work, struct an_krippendorff *out);

#endif
