/* analysis/figures.h -- how a share of students is computed, judged, hidden and written down.
 * Used by everything that shows attainment, so that a figure means the same everywhere. */
#ifndef ANALYSIS_FIGURES_H
#define ANALYSIS_FIGURES_H

#include "analysis/results.h"
#include "analysis/stats/interval.h"

#include <jansson.h>

/* What stands behind a student's score.  A rule may count a missing mark as zero; such a student is
 * in the figure but hides nobody: who knows the rule can take the zeros out again. */
enum score_basis { SCORE_NONE, SCORE_RULE, SCORE_MARKED };

struct scores { /* a column of students' scores; has[i * stride]: enum score_basis */
	const double *score;
	const unsigned char *has;
	size_t rows, stride;
};

struct figure {
	size_t n, reached;
	size_t marked; /* of n: with a mark of their own; what the rule of k counts */
	double share, mean, sd;
	bool has_sd;		     /* two students or more */
	struct an_interval interval; /* Wilson */
};

/* Over the students listed (rows == NULL: all).  n = 0 leaves the rest at 0.
 * ERR_INTERNAL when a score is not finite. */
int figure_compute(struct scores s, const size_t *rows, size_t row_count, double threshold, struct arena *a,
    struct figure *out, struct err *e);
#define FIGURE_FEWEST 5 /* students of a figure that readers without the right to see marks may see */

/* "met", "not_met", "uncertain", "few" by interval, goal and the fewest that may be judged. */
const char *figure_status(size_t n, struct an_interval interval, double goal, size_t k);
/* hidden[i] is set where 0 < n[i] < k, and then where the hidden ones together are fewer than k
 * and could be computed from the total: the smallest that is still shown, until they are k.  What
 * was true beforehand stays true.  loose: how many are in the total but in none of the groups. */
void figure_suppress(const size_t *n, bool *hidden, size_t count, size_t loose, size_t k);

/* Adds interval ([lo, hi] or null), interval_method and level. */
int figure_interval_put(json_t *to, bool has, struct an_interval i, const char *method);
/* Adds n_used, reached, share, interval (Wilson), mean, sd. */
int figure_put(json_t *to, const struct figure *f);
/* {"bins": [{"from", "to", "count"}], "threshold"}: equal bins of 0..1, the last one closed. */
json_t *figure_histogram_json(struct scores s, size_t bins, double threshold);
/* {"total", "reasons": {name: n}} of students by reason, without zeros. */
json_t *figure_missing_json(const size_t by[RESULT_STATES]);

#endif
