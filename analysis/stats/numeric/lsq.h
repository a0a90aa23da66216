/* analysis/stats/numeric/lsq.h -- linear least squares, numerically sound: what every regression stands on.
 *
 * Rows are folded block by block into a triangle by Householder reflections in long double, so
 * that memory does not grow with the number of rows; the solution is then refined once against the
 * residuals of the data themselves (corrected seminormal equations, Bjorck 1996, ch. 6.6).  No
 * cross products of the data are formed on the way.
 *
 * The columns keep their order: what column j adds to those before it is its own effect, so sums of
 * squares in sequence cost nothing more.  A column that the ones before it give stops the fit:
 * AN_ENOVARIANCE with *dependent saying which; or, where kept is given, it is set aside, with a
 * coefficient and an effect of 0, as R's lm gives NA. */
#ifndef ANALYSIS_STATS_NUMERIC_LSQ_H
#define ANALYSIS_STATS_NUMERIC_LSQ_H

#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

#define AN_LSQ_TOLERANCE 1e-10L /* of a column's length: what is left of it when it stops the fit */
#define AN_LSQ_ALIASED	 1e-7L	/* likewise, when it is set aside (R's lm) */
#define AN_LSQ_MOST	 2500	/* columns */

/* n rows of k predictors, row by row; y: outcome; w: weights of 0 or more, or NULL. */
struct an_lsq_data {
	const double *x, *y, *w;
	size_t n, k;
};
static inline double an_lsq_weight(const struct an_lsq_data *d, size_t row)
{
	return d->w != NULL ? d->w[row] : 1;
}

/* b, effect, kept: room for k.  root: k x k upper triangle by rows with root' root = X'WX; inverse:
 * its inverse, upper as well; both 0 in the rows and columns set aside.  rss: weighted sum of
 * squared residuals.  effect[j]^2 is the sum of squares that column j adds. */
struct an_lsq {
	double *b, *effect, *root, *inverse;
	bool *kept;
	size_t rank;
	double rss;
	size_t dependent; /* with AN_ENOVARIANCE: the column; else SIZE_MAX */
};

/* AN_ETOOFEW: no rows or no columns.  AN_EDATA: a value not finite, a negative weight, k over
 * AN_LSQ_MOST.  The caller has set the pointers of *out, and NULL where it wants none but b. */
enum an_status an_lsq(const struct an_lsq_data *d, struct an_work *work, struct an_lsq *out);

/* (X'WX)^-1 as k x k from the inverse of the root. */
void an_lsq_covariance(const double *inverse, size_t k, double scale, double *out);
/* row (X'WX)^-1 row', by the inverse of the root. */
double an_lsq_leverage(const double *inverse, size_t k, const double *row);
/* Sum of row[j] b[j]. */
double an_lsq_fitted(const double *row, const double *b, size_t k);

#endif
