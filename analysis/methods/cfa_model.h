/* analysis/methods/cfa_model.h -- a factor model as text, over the columns of a table.
 *   statements parted by ;, in any order:
 *     factor: item, item, ...      or lavaan's   factor =~ item + item + ...
 *     item ~~ item                 their residuals covary
 *     factor ~~ factor             the factors covary, also where the others are kept apart
 * The terms stand in lavaan's order: those written, then the variances of residuals, of factors, and
 * the covariances of factors.  Scale: the first item of each factor has loading 1 (marker), or each
 * factor has variance 1 (unit).  The single item of a factor has no residual. */
#ifndef ANALYSIS_METHODS_CFA_MODEL_H
#define ANALYSIS_METHODS_CFA_MODEL_H

#include "analysis/methods/method.h"
#include "analysis/stats/factor/cfa.h"

#define CFA_FACTORS_MOST 32

struct cfa_model {
	struct an_cfa_model model; /* on scratch memory, as all here */
	size_t room;		   /* for terms */
	char *factor[CFA_FACTORS_MOST];
	size_t column[AN_CFA_ITEMS_MOST];
	const char *item[AN_CFA_ITEMS_MOST];
};

int cfa_model_read(const struct analyse *a, bool unit, bool orthogonal, struct cfa_model *out, struct err *e);
/* "visual", "=~" and "x1" of a term; strings are borrowed. */
void cfa_term_names(const struct cfa_model *m, const struct an_cfa_term *t, const char **lhs, const char **op,
    const char **rhs);

#endif
