/* analysis/stats/survey/survey.h -- estimates from a sample that was drawn by a design, with standard errors
 * by Taylor linearisation (Binder 1983; Sarndal, Swensson & Wretman 1992, ch. 5), as R's package
 * survey gives them (Lumley 2010).
 *
 * Design:  rows with a weight each (0 leaves a row out), in strata, in primary sampling units nested
 *          in the strata; the first stage carries the variance ("ultimate clusters"), with its
 *          finite-population correction where the strata's numbers of units are known.
 * Calibrated weights (calibrate.h): the variance is that of residuals from the calibration.
 * Domain:  in[i] says whether row i counts (present and of the domain); NULL for all.  Rows outside
 *          stay in the design with an influence of 0, so that the number of units is not taken as chosen.
 * Missing: the caller leaves rows out through in.
 *
 * AN_EDATA: a value or weight that is not finite, a negative weight, a unit in two strata.
 * AN_ETOOFEW: no row with a weight, or a stratum with a single unit where lonely says AN_LONELY_FAIL.
 * AN_ENOVARIANCE: a quantity that the estimate divides by is 0.
 * Borrowed pointers throughout; scratch from work is given back. */
#ifndef ANALYSIS_STATS_SURVEY_SURVEY_H
#define ANALYSIS_STATS_SURVEY_SURVEY_H

#include "analysis/stats/interval.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stdbool.h>
#include <stddef.h>

/* What a stratum with one sampled unit gives: nothing can be said; no variance; its distance from the
 * mean of all; or the average of the other strata. */
enum an_lonely { AN_LONELY_FAIL, AN_LONELY_CERTAINTY, AN_LONELY_ADJUST, AN_LONELY_AVERAGE };

struct an_calibration; /* calibrate.h */

struct an_design {
	size_t rows, strata, units;
	const double *weight;	  /* rows */
	const size_t *unit;	  /* rows: 0 .. units - 1 */
	const size_t *stratum_of; /* units: 0 .. strata - 1 */
	const size_t *sampled;	  /* strata: units */
	const double *population; /* strata: units there are; NULL when unknown (or very many) */
	enum an_lonely lonely;
	const struct an_calibration *calibration; /* NULL: weights as drawn */
};

/* Whether row i is among those that in names (NULL: all) and has a weight. */
static inline bool an_design_counts(const struct an_design *d, const bool *in, size_t i)
{
	return (in == NULL || in[i]) && d->weight[i] > 0;
}

/* Numbers the units: rows of the same stratum and cluster are one.  stratum NULL: one stratum; cluster
 * NULL: each row is a unit.  unit has room for rows, stratum_of for rows, sampled for strata. */
enum an_status an_design_units(size_t rows, const size_t *stratum, size_t strata, const size_t *cluster,
    struct an_work *work, size_t *unit, size_t *stratum_of, size_t *sampled, size_t *units);
/* Units less strata, over rows with a weight that count (in as above). */
size_t an_design_df(const struct an_design *d, const bool *in, struct an_work *work);
/* Covariances, k x k, of totals: influence holds, row by row, k weighted contributions (0 for rows
 * outside the domain). */
enum an_status an_design_variance(const struct an_design *d, const double *influence, size_t k, struct an_work *work,
    double *cov);

struct an_estimate {
	size_t used; /* rows behind it, with a weight */
	double value, se;
	bool has_deff; /* against a simple random sample without replacement of as many rows */
	double deff;
};
/* x: a value each row (anything where in says no). */
enum an_status an_survey_mean(const struct an_design *d, const double *x, const bool *in, struct an_work *work,
    struct an_estimate *out);
enum an_status an_survey_total(const struct an_design *d, const double *x, const bool *in, struct an_work *work,
    struct an_estimate *out);
/* Total of x over total of y. */
enum an_status an_survey_ratio(const struct an_design *d, const double *x, const double *y, const bool *in,
    struct an_work *work, struct an_estimate *out);
/* Smallest value up to which at least the share p of the weight lies; interval by Woodruff (1952) with
 * limits of that share by t on df (0: none).  p inside 0..1. */
struct an_survey_quantile {
	size_t used;
	double value;
	bool has_lo, has_hi, has_se;
	double lo, hi, se;
};
enum an_status an_survey_quantile(const struct an_design *d, const double *x, const bool *in, double p, double level,
    size_t df, struct an_work *work, struct an_survey_quantile *out);
/* value -+ t se; AN_ETOOFEW: df 0. */
enum an_status an_survey_interval(double value, double se, size_t df, double level, struct an_interval *out);
/* t = value / se and its two-sided p.  AN_ETOOFEW: df 0.  AN_ENOVARIANCE: se 0. */
enum an_status an_survey_test(double value, double se, size_t df, double *t, double *p);
/* Interval of a share on the logit scale, so that it stays inside 0..1.  AN_ENOVARIANCE: share 0 or 1. */
enum an_status an_survey_logit(double share, double se, size_t df, double level, struct an_interval *out);

/* Kish (1965): n sum w^2 / (sum w)^2, what unequal weights cost; weights of 0 are left out. */
struct an_kish {
	size_t n;
	double sum, least, most, deff, effective;
};
enum an_status an_kish(const double *weight, size_t rows, struct an_kish *out);

#endif
