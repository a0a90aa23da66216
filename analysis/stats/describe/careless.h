/* analysis/stats/describe/careless.h -- signs of answering without reading (Meade & Craig 2012;
 * Johnson 2005 for long strings; Dunn et al. 2018 for the spread within a person).
 * x must be as answered: before reverse keying, in the order of the form.  Missing cells are
 * stepped over, so a run continues across them.
 *   longest   longest run of the same answer
 *   straight  every answer the same, of at least least_answers
 *   long_run  longest >= run_limit (0: no limit set, never flagged)
 *   irv       sd of a person's own answers; has_irv: two answers or more
 * AN_ETOOFEW: nobody answered anything.  AN_EDATA: a non-finite cell. */
#ifndef ANALYSIS_STATS_DESCRIBE_CARELESS_H
#define ANALYSIS_STATS_DESCRIBE_CARELESS_H

#include "analysis/stats/view.h"

struct an_careless_person {
	size_t answered, longest;
	bool straight, long_run, has_irv;
	double irv;
};

struct an_careless {
	size_t used; /* people with an answer */
	struct an_missing missing;
	size_t straight, long_run, flagged; /* flagged: either */
	size_t longest;
};

/* each: room for x.rows, or NULL. */
enum an_status an_careless(struct an_view x, size_t least_answers, size_t run_limit, struct an_careless *out,
    struct an_careless_person *each);

#endif
