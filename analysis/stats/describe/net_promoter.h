/* analysis/stats/describe/net_promoter.h -- net promoter score, share of promoters less share of detractors
 * (Reichheld 2003), from -1 to 1.
 *   se        sqrt((p + d - (p - d)^2) / n), of the two shares of one multinomial
 *   wald      score -+ z se
 *   interval  score interval of the difference of two shares of the same people (Tango 1998, eq. 2-4),
 *             which holds for small n and at the ends, where the Wald interval does not
 * AN_ETOOFEW: n is 0.  AN_EDATA: counts below 0 or over n together, level outside 0..1. */
#ifndef ANALYSIS_STATS_DESCRIBE_NET_PROMOTER_H
#define ANALYSIS_STATS_DESCRIBE_NET_PROMOTER_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"

struct an_net_promoter {
	double score, se;
	struct an_interval interval, wald;
};

enum an_status an_net_promoter(double promoters, double detractors, double n, double level,
    struct an_net_promoter *out);

#endif
