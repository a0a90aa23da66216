/* analysis/stats/test/outcomes.h -- from item marks to outcomes through a Q-matrix.
 * marks: people x items, already in 0..1 of each item's best mark.
 * weight: items x outcomes, row by row, >= 0; 0 means that the item does not serve the outcome.
 * Score of a person on an outcome: weighted mean of the marks that are present, when these
 * carry at least need (0..1) of the outcome's weight; else the score is missing.  With need = 1
 * any missing mark makes the score missing.
 * Reached: score >= threshold, where a shortfall under AN_ROUNDING counts as none, so that the
 * rounding of weights costs nobody an outcome.
 * Share reached: with Wilson's interval, over people who have a score.
 * AN_ETOOFEW: an outcome without items, or no item or outcome.  AN_EDATA: a non-finite mark or
 * weight, a negative weight, need, threshold or level outside its range. */
#ifndef ANALYSIS_STATS_TEST_OUTCOMES_H
#define ANALYSIS_STATS_TEST_OUTCOMES_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/view.h"

#define AN_ROUNDING 1e-12

struct an_outcome_rule {
	double need, threshold, level;
};

struct an_outcome {
	size_t used; /* people with a score */
	double mean, sd;
	bool has_sd;
	double reached, share; /* how many, and of used */
	struct an_interval interval;
};

/* Shares an item's weight among its outcomes, so that each item counts once in all. */
void an_outcome_split(double *weight, size_t items, size_t outcomes);
/* score: rows x outcomes; has: the same shape, 0 where there is no score. */
enum an_status an_outcome_scores(struct an_view marks, const double *weight, size_t outcomes, double need,
    double *score, unsigned char *has);
/* An outcome nobody has a score for gets used = 0 and nothing else.
 * *all: people who have a score on every outcome (of) and reached each (reached). */
struct an_outcome_all {
	size_t used, reached;
};
enum an_status an_outcomes(const double *score, const unsigned char *has, size_t rows, size_t outcomes,
    struct an_outcome_rule rule, struct an_outcome *out, struct an_outcome_all *all);

#endif
