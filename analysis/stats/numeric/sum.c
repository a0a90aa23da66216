#include "analysis/stats/numeric/sum.h"

#include <math.h>

void an_sum_add(struct an_sum *a, double x)
{
	double t = a->s + x;

	if (fabs(a->s) >= fabs(x))
		a->c += (a->s - t) + x;
	else
		a->c += (x - t) + a->s;
	a->s = t;
}

double an_mean(const double *x, size_t n)
{
	struct an_sum a = { 0, 0 }, r = { 0, 0 };
	double m;

	for (size_t i = 0; i < n; i++)
		an_sum_add(&a, x[i]);
	m = an_sum_of(&a) / (double)n;
	/* one step of iterative refinement: the mean of what is left over */
	for (size_t i = 0; i < n; i++)
		an_sum_add(&r, x[i] - m);
	return m + an_sum_of(&r) / (double)n;
}

double an_decimal_rest(double x)
{
	double whole = trunc(x), size = fabs(x), unit = 1e9, most = 1e6, part;

	if (size < 1e5 || size >= 1e14 || x == whole)
		return 0;
	for (; size >= most; most *= 10) /* 15 digits, those before the point among them */
		unit /= 10;
	part = rint((x - whole) * unit) / unit;
	return whole + part == x ? part - (x - whole) : 0;
}

void an_central_of(const double *x, size_t n, struct an_central *out)
{
	struct an_sum s1 = { 0, 0 }, s2 = { 0, 0 }, s3 = { 0, 0 }, s4 = { 0, 0 };
	double m = an_mean(x, n);

	for (size_t i = 0; i < n; i++) {
		double d = x[i] - m + an_decimal_rest(x[i]);

		an_sum_add(&s1, d);
		an_sum_add(&s2, d * d);
		an_sum_add(&s3, d * d * d);
		an_sum_add(&s4, d * d * d * d);
	}
	out->n = n;
	out->mean = m;
	out->rest = an_sum_of(&s1) / (double)n;
	out->m2 = an_sum_of(&s2) - an_sum_of(&s1) * an_sum_of(&s1) / (double)n;
	if (out->m2 < 0)
		out->m2 = 0;
	out->m3 = an_sum_of(&s3);
	out->m4 = an_sum_of(&s4);
}
