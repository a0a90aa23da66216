/* One scale for all rows of a panel, as the JSON object that the drawings read. */
#include "web/svg.h"

#include <math.h>

struct extent {
	double lo, hi;
};

static void widen(struct extent *x, const json_t *v)
{
	if (!json_is_number(v))
		return;
	x->lo = fmin(x->lo, json_number_value(v));
	x->hi = fmax(x->hi, json_number_value(v));
}

static json_t *number_or_null(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* 1e-9: a sum of shares that is 0.4 but for rounding stays at 0.4 */
static double up_to_tenth(double v)
{
	return fmin(fmax(ceil(v * 10 - 1e-9) / 10, 0.1), 1);
}

/* the sums of one row's shares below, in and above the middle */
static void likert_sums(const json_t *counts, size_t points, double sum[3])
{
	double n = 0, part[3] = { 0 };

	if (json_array_size(counts) != points)
		return;
	for (size_t i = 0; i < points; i++) {
		const json_t *k = json_array_get(counts, i);
		double v = json_is_number(k) ? fmax(json_number_value(k), 0) : 0;
		bool middle = points % 2 == 1 && i == points / 2;

		part[middle ? 1 : i < points / 2 ? 0 : 2] += v;
		n += v;
	}
	for (int i = 0; i < 3 && n > 0; i++)
		sum[i] = fmax(sum[i], part[i] / n);
}

json_t *chart_likert_fit(const json_t *rows, size_t points, json_t *words)
{
	double sum[3] = { 0 };
	json_t *o;

	for (size_t i = 0; i < json_array_size(rows); i++)
		likert_sums(json_object_get(json_array_get(rows, i), "distribution"), points, sum);
	o = json_pack("{s:I,s:f,s:f,s:f}", "points", (json_int_t)points, "below", up_to_tenth(sum[0]), "middle",
	    points % 2 == 1 ? up_to_tenth(sum[1]) : 0.0, "above", up_to_tenth(sum[2]));
	if (o != NULL && words != NULL)
		json_object_set(o, "labels", words);
	return o;
}

json_t *chart_interval_fit(const json_t *rows, double goal)
{
	struct extent x = { INFINITY, -INFINITY };
	double step;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *est = json_object_get(row, "estimate");
		const json_t *o = json_is_object(est) ? est : row, *pair = json_object_get(o, "interval");

		widen(&x, json_object_get(o, "share"));
		widen(&x, json_object_get(o, "goal"));
		widen(&x, json_array_get(pair, 0));
		widen(&x, json_array_get(pair, 1));
	}
	if (isfinite(goal)) {
		x.lo = fmin(x.lo, goal);
		x.hi = fmax(x.hi, goal);
	}
	if (!(x.lo <= x.hi))
		x = (struct extent){ 0, 1 };
	/* never less than 20 points of percent: small differences should look small */
	if (x.hi - x.lo < 0.2)
		x = (struct extent){ (x.lo + x.hi) / 2 - 0.1, (x.lo + x.hi) / 2 + 0.1 };
	step = fmax(chart_step(x.hi - x.lo, 6), 0.05);
	x.lo = fmax(floor(x.lo / step + 1e-9) * step, 0);
	x.hi = fmin(ceil(x.hi / step - 1e-9) * step, 1);
	return json_pack("{s:f,s:f,s:o}", "min", x.lo, "max", x.hi, "goal", number_or_null(goal));
}

json_t *chart_group_fit(const json_t *rows, double overall, bool share)
{
	struct extent x = { INFINITY, -INFINITY };
	double step;
	json_t *o;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *pair = json_object_get(row, "interval");

		widen(&x, json_object_get(row, "estimate"));
		widen(&x, json_object_get(row, "raw"));
		widen(&x, json_array_get(pair, 0));
		widen(&x, json_array_get(pair, 1));
	}
	if (isfinite(overall)) {
		x.lo = fmin(x.lo, overall);
		x.hi = fmax(x.hi, overall);
	}
	if (!(x.lo <= x.hi))
		x = (struct extent){ 0, 1 };
	/* values that differ by less than anybody can read stand in one place */
	if (x.hi - x.lo <= fmax(1e-3 * fmax(fabs(x.lo), fabs(x.hi)), 1e-6))
		x = (struct extent){ (x.lo + x.hi) / 2 - 0.5, (x.lo + x.hi) / 2 + 0.5 };
	step = chart_step(x.hi - x.lo, 5);
	x.lo = floor(x.lo / step + 1e-9) * step;
	x.hi = ceil(x.hi / step - 1e-9) * step;
	if (share)
		x = (struct extent){ fmax(x.lo, 0), fmin(x.hi, 1) };
	o = json_pack("{s:f,s:f,s:o}", "min", x.lo, "max", x.hi, "overall", number_or_null(overall));
	if (o != NULL && share)
		json_object_set_new(o, "unit", json_string("share"));
	return o;
}
