#include "analysis/stats/numeric/quantile.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void an_sort(double *x, size_t n)
{
	if (n > 1)
		qsort(x, n, sizeof *x, ascending);
}

size_t an_place(const double *sorted, size_t n, double x)
{
	size_t lo = 0;

	while (lo < n) {
		size_t middle = lo + (n - lo) / 2;

		if (sorted[middle] < x)
			lo = middle + 1;
		else
			n = middle;
	}
	return lo;
}

enum an_status an_quantile(const double *sorted, size_t n, double p, enum an_quantile_type type, double *out)
{
	double h, whole, part;
	size_t i;

	if (!(p >= 0 && p <= 1) || (type != AN_QUANTILE_6 && type != AN_QUANTILE_7))
		return AN_EDATA;
	if (n == 0)
		return AN_ETOOFEW;
	/* h: position counted from 1 */
	h = type == AN_QUANTILE_7 ? 1 + (double)(n - 1) * p : (double)(n + 1) * p;
	if (h <= 1) {
		*out = sorted[0];
		return AN_OK;
	}
	if (h >= (double)n) {
		*out = sorted[n - 1];
		return AN_OK;
	}
	/* rounding of p must not pick the neighbour: 0.1 * 30 is to be 3 */
	whole = floor(h + 4e-16 * h);
	part = h - whole;
	if (fabs(part) < 4e-16 * h * 4)
		part = 0;
	i = (size_t)whole;
	*out = part == 0 ? sorted[i - 1] : (1 - part) * sorted[i - 1] + part * sorted[i];
	return AN_OK;
}

double an_median(const double *sorted, size_t n)
{
	size_t half = n / 2;

	return n % 2 == 1 ? sorted[half] : sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;
}

static double spread(double median, double n, double below, double equal, double width)
{
	if (equal <= 1)
		return median;
	return median - width / 2 + width * (n / 2 - below) / equal;
}

enum an_status an_interpolated_median(const double *sorted, size_t n, double width, double *out)
{
	double m, below = 0, equal = 0;

	if (!(width > 0) || !isfinite(width))
		return AN_EDATA;
	if (n == 0)
		return AN_ETOOFEW;
	m = an_median(sorted, n);
	for (size_t i = 0; i < n; i++) {
		below += sorted[i] < m;
		equal += sorted[i] == m;
	}
	*out = spread(m, (double)n, below, equal, width);
	return AN_OK;
}

/* Value of the answer at 1-based position at. */
static double at_position(const double *value, const double *count, size_t values, double at)
{
	double seen = 0, last = value[0];

	for (size_t i = 0; i < values; i++) {
		if (count[i] <= 0)
			continue;
		seen += count[i];
		last = value[i];
		if (seen >= at)
			break;
	}
	return last;
}

enum an_status an_interpolated_median_counts(const double *value, const double *count, size_t values, double width,
    double *out)
{
	double n = 0, m, low, below = 0, equal = 0;

	if (!(width > 0) || !isfinite(width))
		return AN_EDATA;
	for (size_t i = 0; i < values; i++)
		n += count[i];
	if (n < 1)
		return AN_ETOOFEW;
	low = at_position(value, count, values, ceil(n / 2));
	m = low + (at_position(value, count, values, floor(n / 2) + 1) - low) / 2;
	for (size_t i = 0; i < values; i++) {
		below += value[i] < m ? count[i] : 0;
		equal += value[i] == m ? count[i] : 0;
	}
	*out = spread(m, n, below, equal, width);
	return AN_OK;
}
