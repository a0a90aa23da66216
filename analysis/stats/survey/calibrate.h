/* analysis/stats/survey/calibrate.h -- weights moved so that the sample agrees with known totals of its population.
 *   raking          Deming & Stephan 1940, iterative proportional fitting: one margin after the other
 *                   (poststratification: one margin, which takes one step)
 *   calibrate       Deville & Sarndal 1992: the weights nearest to those drawn, by a distance, that give
 *                   the totals of k variables: linear (GREG), raking (multiplicative) or logit (bounded)
 * weight and out: rows; a weight of 0 stays 0.  Totals are of the population, not of the sample.
 * An fit reports iterations, whether it converged, and as gradient the largest relative miss of a total.
 * AN_EDATA: a negative or non-finite weight or total, a cell beyond the levels, a total above 0 where the
 * sample has nobody or of 0 where it has.  AN_ENOCONVERGE: totals that contradict each other or the
 * bounds; out is not to be shown.  AN_ENOVARIANCE: one variable follows from the others. */
#ifndef ANALYSIS_STATS_SURVEY_CALIBRATE_H
#define ANALYSIS_STATS_SURVEY_CALIBRATE_H

#include "analysis/stats/fit.h"
#include "analysis/stats/status.h"
#include "analysis/stats/work.h"

#include <stddef.h>

struct an_margin {
	const size_t *cell; /* rows: 0 .. levels - 1 */
	size_t levels;
	const double *target; /* levels */
};

/* Limits of a weight: least and most times the mean of the weights drawn, after scaling to the first
 * margin's sum; 0 and INFINITY for none.  step: margins x rows, the weights after each margin's last
 * turn (an_calibration needs them), or NULL. */
enum an_status an_rake(const double *weight, size_t rows, const struct an_margin *margin, size_t margins, double least,
    double most, struct an_work *work, double *out, double *step, struct an_fit *fit);

enum an_calibration_distance { AN_DISTANCE_LINEAR, AN_DISTANCE_RAKING, AN_DISTANCE_LOGIT };
/* x: rows x k; total: k.  least < 1 < most bound new over old weight (linear: 0 or less and INFINITY for
 * none; logit needs both). */
enum an_status an_calibrate(const double *weight, const double *x, size_t rows, size_t k, const double *total,
    enum an_calibration_distance distance, double least, double most, struct an_work *work, double *out,
    struct an_fit *fit);

/* How the weights of a design came about, for the variance (survey.h).  By cells: residuals from the cell
 * means, one margin after another, ten rounds for raking (survey::rake's way); by x: from a regression. */
struct an_calibration {
	size_t rows;
	const double *before, *after; /* rows: weights */
	size_t margins;
	const struct an_margin *margin;
	const double *step; /* raking: margins x rows */
	const double *x;    /* calibrate: rows x k, with margins 0 */
	size_t k;
};
/* Takes the calibration out of k columns of weighted contributions, row by row, in place. */
enum an_status an_calibration_residuals(const struct an_calibration *c, double *influence, size_t k,
    struct an_work *work);

#endif
