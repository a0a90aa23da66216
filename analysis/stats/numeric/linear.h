/* analysis/stats/numeric/linear.h -- least squares by Householder's QR (Golub & Van Loan 2013, ch. 5).
 * x:       n x p by rows, with its column of ones where there is to be an intercept
 * w:       weights of 0 or more, or NULL
 * Columns are taken in their order; one of which, beside those before it, less than 1e-7 of its
 * length is left is set aside: its coefficient is 0 and kept[j] false, as R's lm gives NA.
 * effect:  coordinates of y along the columns: the sum of squares that column j adds to those
 *          before it is effect[j]^2 (0 where it is set aside)
 * cov:     (X'WX)^-1, 0 in the rows and columns set aside; NULL when not wanted
 * residual: y less fit, not weighted; NULL when not wanted
 * AN_EDATA: a number that is not finite, a weight below 0.  AN_ETOOFEW: no row or column.
 * AN_ENOMEM.  A fit without degrees of freedom is AN_OK: see rows and rank. */
#ifndef ANALYSIS_STATS_NUMERIC_LINEAR_H
#define ANALYSIS_STATS_NUMERIC_LINEAR_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

struct an_linear {
	size_t rows, cols, rank; /* rows: of weight above 0 */
	double rss;		 /* weighted residual sum of squares */
	double *coef, *effect;	 /* cols; the caller's */
	bool *kept;		 /* cols; the caller's */
	double *cov, *residual;	 /* cols x cols and rows; the caller's or NULL */
};

enum an_status an_linear_fit(const double *x, const double *y, const double *w, size_t n, size_t p,
    struct an_work *work, struct an_linear *out);

#endif
