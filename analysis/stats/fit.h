/* analysis/stats/fit.h -- how an iterative fit ended; its figures are shown only when it converged. */
#ifndef ANALYSIS_STATS_FIT_H
#define ANALYSIS_STATS_FIT_H

#include <stdbool.h>

struct an_fit {
	int iterations;
	double gradient; /* largest slope that is left, of parameters off their bounds */
	bool converged;
};

#endif
