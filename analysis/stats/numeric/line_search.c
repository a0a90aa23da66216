#include "analysis/stats/numeric/line_search.h"

#include <math.h>

#define ENOUGH 1e-3 /* share of the first slope that the value must follow */
#define FLAT   0.9  /* of the first slope */
#define NARROW 0.1  /* of the interval's upper end */

void an_line_search_begin(struct an_line_search *l, double value, double slope, double step, double most)
{
	*l = (struct an_line_search){ .step = step, .most = most, .value = value, .slope = slope };
	l->x[1] = l->y[1] = value;
	l->x[2] = l->y[2] = slope;
	l->greatest = 5 * step;
	l->width = most;
	l->width_before = 2 * most;
}

/* Root of the square under gamma in the cubic through two points with their slopes. */
static double cubic_gamma(double theta, double da, double db)
{
	double s = fmax(fabs(theta), fmax(fabs(da), fabs(db)));
	double under = (theta / s) * (theta / s) - (da / s) * (db / s);

	return s * sqrt(fmax(0, under));
}

/* A higher value: between the minimum of the cubic and that of the parabola. */
static double after_higher(const double *x, double step, double f, double d)
{
	double theta = 3 * (x[1] - f) / (step - x[0]) + x[2] + d, gamma = cubic_gamma(theta, x[2], d);
	double cubic, square;

	if (step < x[0])
		gamma = -gamma;
	cubic = x[0] + (gamma - x[2] + theta) / (gamma - x[2] + gamma + d) * (step - x[0]);
	square = x[0] + x[2] / ((x[1] - f) / (step - x[0]) + x[2]) / 2 * (step - x[0]);
	return fabs(cubic - x[0]) < fabs(square - x[0]) ? cubic : cubic + (square - cubic) / 2;
}

/* A lower value, slopes of both signs: the farther of cubic and secant. */
static double after_turn(const double *x, double step, double f, double d)
{
	double theta = 3 * (x[1] - f) / (step - x[0]) + x[2] + d, gamma = cubic_gamma(theta, x[2], d);
	double cubic, secant = step + d / (d - x[2]) * (x[0] - step);

	if (step > x[0])
		gamma = -gamma;
	cubic = step + (gamma - d + theta) / (gamma - d + gamma + x[2]) * (x[0] - step);
	return fabs(cubic - step) > fabs(secant - step) ? cubic : secant;
}

/* A lower value and a gentler slope of the same sign. */
static double after_gentler(const struct an_line_search *l, const double *x, const double *y, double f, double d)
{
	double step = l->step, theta = 3 * (x[1] - f) / (step - x[0]) + x[2] + d, gamma = cubic_gamma(theta, x[2], d);
	double r, cubic, secant = step + d / (d - x[2]) * (x[0] - step), next, limit;

	if (step > x[0])
		gamma = -gamma;
	r = (gamma - d + theta) / (gamma + (x[2] - d) + gamma);
	if (r < 0 && gamma != 0)
		cubic = step + r * (x[0] - step);
	else
		cubic = step > x[0] ? l->greatest : l->least;
	if (!l->bracketed) {
		next = fabs(cubic - step) > fabs(secant - step) ? cubic : secant;
		return fmax(l->least, fmin(l->greatest, next));
	}
	next = fabs(cubic - step) < fabs(secant - step) ? cubic : secant;
	limit = step + 0.66 * (y[0] - step);
	return step > x[0] ? fmin(limit, next) : fmax(limit, next);
}

/* A lower value and a slope no gentler. */
static double after_steeper(const struct an_line_search *l, const double *x, const double *y, double f, double d)
{
	double step = l->step, theta, gamma;

	if (!l->bracketed)
		return step > x[0] ? l->greatest : l->least;
	theta = 3 * (f - y[1]) / (y[0] - step) + y[2] + d;
	gamma = cubic_gamma(theta, y[2], d);
	if (step > y[0])
		gamma = -gamma;
	return step + (gamma - d + theta) / (gamma - d + gamma + y[2]) * (y[0] - step);
}

/* The next trial, and the interval with the present one as an end. */
static void shrink(struct an_line_search *l, double *x, double *y, double f, double d)
{
	double next, turn = d * (x[2] / fabs(x[2])), here[3] = { l->step, f, d };
	double *end = f > x[1] ? y : x;

	if (f > x[1])
		next = after_higher(x, l->step, f, d);
	else if (turn < 0)
		next = after_turn(x, l->step, f, d);
	else if (fabs(d) < fabs(x[2]))
		next = after_gentler(l, x, y, f, d);
	else
		next = after_steeper(l, x, y, f, d);
	l->bracketed = l->bracketed || f > x[1] || turn < 0;
	for (int i = 0; i < 3; i++) {
		if (f <= x[1] && turn < 0)
			y[i] = x[i];
	}
	for (int i = 0; i < 3; i++)
		end[i] = here[i];
	l->step = next;
}

static void advance(struct an_line_search *l, double f, double d)
{
	double gentle = ENOUGH * l->slope;

	if (!l->second && f <= l->x[1] && f > l->value + l->step * gentle) {
		/* the same with what is enough taken off, which brings the wanted step nearer */
		double x[3] = { l->x[0], l->x[1] - l->x[0] * gentle, l->x[2] - gentle };
		double y[3] = { l->y[0], l->y[1] - l->y[0] * gentle, l->y[2] - gentle };

		shrink(l, x, y, f - l->step * gentle, d - gentle);
		l->x[0] = x[0];
		l->y[0] = y[0];
		l->x[1] = x[1] + x[0] * gentle;
		l->y[1] = y[1] + y[0] * gentle;
		l->x[2] = x[2] + gentle;
		l->y[2] = y[2] + gentle;
	} else {
		shrink(l, l->x, l->y, f, d);
	}
	if (l->bracketed) {
		if (fabs(l->y[0] - l->x[0]) >= 0.66 * l->width_before)
			l->step = l->x[0] + (l->y[0] - l->x[0]) / 2;
		l->width_before = l->width;
		l->width = fabs(l->y[0] - l->x[0]);
		l->least = fmin(l->x[0], l->y[0]);
		l->greatest = fmax(l->x[0], l->y[0]);
	} else {
		l->least = l->step + 1.1 * (l->step - l->x[0]);
		l->greatest = l->step + 4 * (l->step - l->x[0]);
	}
	l->step = fmin(l->most, fmax(0, l->step));
	if (l->bracketed &&
	    (l->step <= l->least || l->step >= l->greatest || l->greatest - l->least <= NARROW * l->greatest))
		l->step = l->x[0];
}

bool an_line_search_done(struct an_line_search *l, double f, double d)
{
	double enough = l->value + l->step * ENOUGH * l->slope;

	if (!l->second && f <= enough && d >= 0)
		l->second = true;
	if (l->bracketed && (l->step <= l->least || l->step >= l->greatest))
		return true;
	if (l->bracketed && l->greatest - l->least <= NARROW * l->greatest)
		return true;
	if (l->step == l->most && f <= enough && d <= ENOUGH * l->slope)
		return true;
	if (l->step <= 0 || (f <= enough && fabs(d) <= -FLAT * l->slope))
		return true;
	advance(l, f, d);
	return false;
}
