#include "analysis/attainment_terms.h"

#include <string.h>

/* Students of each term, as a whole (row 0) and with a score on each outcome (rows 1 and on). */
static int terms_count(struct db *db, const struct course *c, const struct term *terms, size_t count, struct arena *a,
    size_t *n, struct err *e)
{
	for (size_t t = 0; t < count; t++) {
		struct outcome_scores s;

		if (outcome_scores_load(db, c, terms[t].id, a, &s, e) < 0)
			return -1;
		n[t] = s.r.students;
		for (size_t o = 0; o < s.outcome_count; o++)
			for (size_t i = 0; i < s.r.students; i++)
				n[(o + 1) * count + t] += s.has[i * s.outcome_count + o] == SCORE_MARKED;
	}
	return 0;
}

int attainment_term_hide(struct db *db, const struct course *c, const char *term, size_t k, struct arena *a,
    struct term_hidden *out, struct err *e)
{
	struct outcome *outcomes;
	struct term *terms;
	size_t outcome_count, count, at = 0, *n;
	bool *hidden;

	if (course_outcomes(db, c, a, &outcomes, &outcome_count, e) < 0 ||
	    results_terms(db, c->id, a, &terms, &count, e) < 0)
		return -1;
	*out = (struct term_hidden){ .outcome = ARENA_ARRAY(a, bool, outcome_count + 1) };
	n = ARENA_ARRAY(a, size_t, count * (outcome_count + 1) + 1);
	hidden = ARENA_ARRAY(a, bool, count + 1);
	if (out->outcome == NULL || n == NULL || hidden == NULL)
		return err_nomem(e);
	while (term != NULL && at < count && strcmp(terms[at].id, term) != 0)
		at++;
	if (term == NULL || at == count)
		return 0;
	if (terms_count(db, c, terms, count, a, n, e) < 0)
		return -1;
	for (size_t o = 0; o <= outcome_count; o++) {
		memset(hidden, 0, count * sizeof *hidden);
		figure_suppress(n + o * count, hidden, count, 0, k);
		if (o == 0)
			out->all = hidden[at];
		else
			out->outcome[o - 1] = out->all || hidden[at];
	}
	return 0;
}
