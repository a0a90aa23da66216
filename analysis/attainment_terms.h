/* analysis/attainment_terms.h -- what of one term a reader without the right to see marks may see.
 * A course's figures over all its terms are shown too (attainment.h, programme outcomes), so a term
 * of fewer than k students could be had by subtraction from them and the other terms; by the rule of
 * figures.h the smallest of those is hidden with it.
 * For the files behind attainment.h alone.  Owner: the arena. */
#ifndef ANALYSIS_ATTAINMENT_TERMS_H
#define ANALYSIS_ATTAINMENT_TERMS_H

#include "analysis/outcome_scores.h"

struct term_hidden {
	bool all;      /* the term as a whole: its students, assessments and totals */
	bool *outcome; /* one for each outcome of the course, in its order */
};

/* term: an id, or NULL for a course without results: nothing is hidden. */
int attainment_term_hide(struct db *db, const struct course *c, const char *term, size_t k, struct arena *a,
    struct term_hidden *out, struct err *e);

#endif
