/* analysis/stats/numeric/line_search.h -- a step length that goes down enough and flattens the slope:
 * Moré & Thuente 1994, Line search algorithms with guaranteed sufficient decrease.
 * Asked for one trial after another: begin, then give value and slope at l->step until it is done. */
#ifndef ANALYSIS_STATS_NUMERIC_LINE_SEARCH_H
#define ANALYSIS_STATS_NUMERIC_LINE_SEARCH_H

#include <stdbool.h>

struct an_line_search {
	double step, most;
	/* the best step so far and the other end of the interval: step, value, slope */
	double x[3], y[3];
	double value, slope, least, greatest, width, width_before;
	bool bracketed, second;
};

/* value, slope (negative): at step 0; step: the first trial. */
void an_line_search_begin(struct an_line_search *l, double value, double slope, double step, double most);
/* What stands at l->step.  True: l->step is good enough, or no better one can be found. */
bool an_line_search_done(struct an_line_search *l, double value, double slope);

#endif
