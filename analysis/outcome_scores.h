/* analysis/outcome_scores.h -- each student's score on each outcome of a course, in one term.
 * weight: items x outcomes, item weight in the Q-matrix times the assessment's weight; 0 where the
 * item does not serve the outcome.  score, has (enum score_basis): students x outcomes.
 * An outcome that no item serves has items[o] == 0 and no scores.  Owner: the arena. */
#ifndef ANALYSIS_OUTCOME_SCORES_H
#define ANALYSIS_OUTCOME_SCORES_H

#include "analysis/figures.h"

struct outcome_scores {
	struct course course;
	struct outcome *outcomes;
	size_t outcome_count;
	struct results r;
	struct an_view shares; /* marks as shares of the items' max */
	double *weight;
	size_t *items; /* outcomes: how many items serve each */
	double *score;
	unsigned char *has;
};

/* term: an id, NULL when the course has no assessment (then everything is empty). */
int outcome_scores_load(struct db *db, const struct course *course, const char *term, struct arena *a,
    struct outcome_scores *out, struct err *e);
static inline struct scores outcome_column(const struct outcome_scores *s, size_t o)
{
	return (struct scores){ s->score + o, s->has + o, s->r.students, s->outcome_count };
}
/* Students without a score on outcome o, by the commonest state among its items. */
void outcome_missing(const struct outcome_scores *s, size_t o, size_t by[RESULT_STATES]);
/* Cells of outcome o that the missing rule counts as 0 marks. */
size_t outcome_zeros(const struct outcome_scores *s, size_t o);
/* {"method", "alpha", "interval", "items", "n_used", "reason"}: Cronbach's alpha of the items, hidden
 * where fewer than `few` students have every one of them. */
json_t *outcome_reliability_json(const struct outcome_scores *s, size_t o, size_t few, struct err *e);

#endif
