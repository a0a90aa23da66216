/* analysis/methods/each.h -- what a method on one variable goes through: the items, or one item in each
 * group of --by.  For this folder alone. */
#ifndef ANALYSIS_METHODS_EACH_H
#define ANALYSIS_METHODS_EACH_H

#include "analysis/methods/method.h"

#define MISSING_EACH N_("each variable from the answers that it has")

struct each {
	struct analyse_groups groups; /* the caller frees them */
	bool grouped;
	size_t count;
};

int each_begin(const struct analyse *a, struct each *out, struct err *e);
/* On scratch memory where grouped. */
int each_view(const struct analyse *a, const struct each *s, size_t i, struct an_view *out, struct err *e);
json_t *each_names(const struct analyse *a, const struct each *s);
const char *each_name(const struct analyse *a, const struct each *s, size_t i);
size_t each_answered(const struct analyse *a); /* people with at least one of the items */

#endif
