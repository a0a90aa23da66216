#include "analysis/stats/numeric/bvn.h"

#include <math.h>
#include <stddef.h>

#define POINTS 10

/* Gauss-Legendre, 20 points on -1..1: the positive half, and weights. */
static const double node[POINTS] = { 0.9931285991850949248, 0.9639719272779137913, 0.9122344282513259059,
	0.8391169718222188234, 0.7463319064601507926, 0.6360536807265150255, 0.510867001950827098,
	0.3737060887154195607, 0.2277858511416450781, 0.07652652113349733375 };
static const double weight[POINTS] = { 0.01761400713915211831, 0.04060142980038694133, 0.06267204833410906357,
	0.08327674157670474872, 0.101930119817240435, 0.1181945319615184173, 0.1316886384491766269,
	0.1420961093183820513, 0.1491729864726037468, 0.1527533871307258507 };

static double below(double x)
{
	return erfc(-x / M_SQRT2) / 2;
}

/* P(X > h, Y > k) for |r| away from one: Plackett's integral over the arc sine of r. */
static double moderate(double h, double k, double r)
{
	double half = asin(r) / 2, squares = (h * h + k * k) / 2, product = h * k, sum = 0;

	for (size_t i = 0; i < POINTS; i++)
		for (int side = -1; side <= 1; side += 2) {
			double s = sin(half * (1 + side * node[i]));

			sum += weight[i] * exp((s * product - squares) / (1 - s * s));
		}
	return below(-h) * below(-k) + sum * half / (2 * M_PI);
}

/* What P(X > h, Y > k) lacks, times 2 pi, to its value at r = 1: a series taken out in closed form
 * and the rest by quadrature (Genz 2004, eq. 6; r >= 0). */
static double lacking(double h, double k, double r)
{
	double product = h * k, as = (1 - r) * (1 + r), a = sqrt(as), apart = fabs(h - k), bs = apart * apart;
	double c = (4 - product) / 8, d = (12 - product) / 16, e = -(bs / as + product) / 2, sum = 0;

	if (e > -100)
		sum = a * exp(e) * (1 - c * (bs - as) * (1 - d * bs / 5) / 3 + c * d * as * as / 5);
	if (product > -100)
		sum -= exp(-product / 2) * sqrt(2 * M_PI) * below(-apart / a) * apart *
		    (1 - c * bs * (1 - d * bs / 5) / 3);
	for (size_t i = 0; i < POINTS; i++)
		for (int side = -1; side <= 1; side += 2) {
			double root = a / 2 * (1 + side * node[i]), x = root * root, rs = sqrt(1 - x);

			e = -(bs / x + product) / 2;
			if (e > -100)
				sum += a / 2 * weight[i] * exp(e) *
				    (exp(-product * x / (2 * (1 + rs) * (1 + rs))) / rs - (1 + c * x * (1 + d * x)));
		}
	return sum;
}

/* P(X > h, Y > k), both finite. */
static double above(double h, double k, double r)
{
	double lack;

	if (fabs(r) < 0.925)
		return moderate(h, k, r);
	if (r > 0) {
		lack = r < 1 ? lacking(h, k, r) / (2 * M_PI) : 0;
		return below(-fmax(h, k)) - lack;
	}
	lack = r > -1 ? lacking(h, -k, -r) / (2 * M_PI) : 0;
	if (-k <= h)
		return lack;
	/* P(h < X < -k), in the tail that keeps its digits */
	return lack + (h < 0 ? below(-k) - below(h) : below(-h) - below(k));
}

double an_bvn(double h, double k, double r)
{
	double p;

	if (h == -INFINITY || k == -INFINITY)
		return 0;
	if (h == INFINITY)
		return k == INFINITY ? 1 : below(k);
	if (k == INFINITY)
		return below(h);
	p = above(-h, -k, r);
	return fmin(1, fmax(0, p));
}

double an_bvn_density(double h, double k, double r)
{
	double rest = (1 - r) * (1 + r);

	if (isinf(h) || isinf(k))
		return 0;
	return exp(-(h * h - 2 * r * h * k + k * k) / (2 * rest)) / (2 * M_PI * sqrt(rest));
}

double an_bvn_slope(double h, double k, double r)
{
	if (isinf(h))
		return 0;
	return exp(-h * h / 2) / sqrt(2 * M_PI) * below((k - r * h) / sqrt((1 - r) * (1 + r)));
}

double an_bvn_density_slope(double h, double k, double r)
{
	double rest = (1 - r) * (1 + r);

	if (isinf(h) || isinf(k))
		return 0;
	return an_bvn_density(h, k, r) * (r * rest + h * k * (1 + r * r) - r * (h * h + k * k)) / (rest * rest);
}
