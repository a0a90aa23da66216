/* analysis/stats/describe/describe.h -- one variable described.
 * Conventions are those of psych::describe: sd with n - 1, 10 % trimmed at each end,
 * mad times 1.4826, skew and excess kurtosis of type 3 (Joanes & Gill 1998: b1 and b2).
 * x: one column of a view; missing cells are left out and counted.
 * AN_ETOOFEW: nothing present.  AN_EDATA: a non-finite cell, or magnitudes that overflow. */
#ifndef ANALYSIS_STATS_DESCRIBE_DESCRIBE_H
#define ANALYSIS_STATS_DESCRIBE_DESCRIBE_H

#include "analysis/stats/view.h"
#include "analysis/stats/work.h"

struct an_describe {
	size_t used;
	struct an_missing missing;
	double mean, median, trimmed, mad, min, max, range;
	bool has_sd;	/* two values or more */
	double sd, se;	/* se: standard error of the mean */
	bool has_shape; /* sd above zero */
	double skew, kurtosis;
};

enum an_status an_describe(struct an_view x, size_t col, struct an_work *work, struct an_describe *out);
/* Values already in a row, in any order, none missing; x is sorted in place. */
enum an_status an_describe_values(double *x, size_t n, struct an_work *work, struct an_describe *out);
/* Lag-1 autocorrelation in file order: sum d[t] d[t+1] / sum d[t]^2.  AN_ENOVARIANCE: constant. */
enum an_status an_lag1(const double *x, size_t n, double *out);

#endif
