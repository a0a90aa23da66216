/* Distributions of largest differences, and noncentral ones: printed tables, and identities that
 * tie each to another distribution. */
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/noncentral.h"
#include "analysis/stats/numeric/root.h"
#include "analysis/stats/compare/simultaneous.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"

/* Harter 1960, Tables of range and studentized range. */
static void printed_range(void **state)
{
	static const struct {
		double p, k, df, q;
	} t[] = { { 0.95, 3, 10, 3.877 }, { 0.95, 5, 20, 4.232 }, { 0.99, 3, 10, 5.270 }, { 0.99, 5, 20, 5.294 },
		{ 0.95, 10, 60, 4.646 }, { 0.95, 2, 5, 3.635 } };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double q;

		assert_int_equal(an_range_quantile(t[i].p, t[i].k, t[i].df, &q), AN_OK);
		near(q, t[i].q, 0.002 / t[i].q);
		near(an_range_upper(q, t[i].k, t[i].df), 1 - t[i].p, 1e-11);
	}
}

/* Two means: the range is sqrt 2 times |t|.  Also far out, where 1 - (1 - p) would have no digits. */
static void range_of_two(void **state)
{
	static const double df[] = { 1, 2.5, 10, 1000 }, q[] = { 0.01, 1, 4, 40 };

	(void)state;
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++) {
			double want = 2 * an_t_upper(q[j] / M_SQRT2, df[i]);

			if (want > 1e-20)
				near(an_range_upper(q[j], 2, df[i]) / want, 1, 1e-10);
		}
	assert_true(an_range_upper(0, 3, 5) == 1);
}

static void range_refusals(void **state)
{
	double q;

	(void)state;
	assert_int_equal(an_range_quantile(0, 3, 10, &q), AN_EDATA);
	assert_int_equal(an_range_quantile(0.95, 1, 10, &q), AN_EDATA);
	assert_int_equal(an_range_quantile(0.95, 3, 0.5, &q), AN_EDATA);
	assert_int_equal(an_range_quantile(0.95, 3, INFINITY, &q), AN_EDATA);
}

/* Dunnett 1964, New tables: two-sided 5 % points with equal sizes. */
static void dunnett(void **state)
{
	static const double equal[] = { 0.5, 0.5, 0.5, 0.5 }, no[] = { 1 };
	double d;

	(void)state;
	assert_int_equal(an_dunnett_quantile(0.95, equal, 2, 10, &d), AN_OK);
	near(d, 2.57, 0.005 / 2.57);
	assert_int_equal(an_dunnett_quantile(0.95, equal, 3, 20, &d), AN_OK);
	near(d, 2.54, 0.005 / 2.54);
	near(an_dunnett_upper(2.1, equal, 1, 13), 2 * an_t_upper(2.1, 13), 1e-12);
	assert_true(an_dunnett_upper(2.1, equal, 4, 13) > an_dunnett_upper(2.1, equal, 2, 13));
	assert_int_equal(an_dunnett_quantile(0.95, no, 1, 10, &d), AN_EDATA);
	assert_int_equal(an_dunnett_quantile(0.95, equal, 0, 10, &d), AN_EDATA);
}

static void student(void **state)
{
	static const double df[] = { 1, 3.3, 30, 31, 461, 1e6 }, t[] = { 1e-6, 0.7, 2, 12 };

	(void)state;
	near(an_t_upper(1, 1), 0.25, 1e-15); /* Cauchy */
	near(an_t_upper(-1, 1), 0.75, 1e-15);
	near(an_t_quantile(0.975, 10), 2.2281388519649385, 1e-10);
	near(an_t_quantile(0.025, 461), -1.9651231, 1e-7);
	assert_true(an_t_quantile(0.5, 7) == 0);
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 4; j++) {
			/* t^2 is F on 1 and df */
			near(2 * an_t_upper(t[j], df[i]), gsl_cdf_fdist_Q(t[j] * t[j], 1, df[i]), 1e-9);
			if (t[j] < 5)
				near(an_t_quantile(1 - an_t_upper(t[j], df[i]), df[i]), t[j],
				    t[j] < 1e-3 ? 1e-9 : 1e-11);
		}
}

/* Exactly: with df = 2 and ncp = 0 it is 1 - exp(-x/2); with one degree of freedom
 * Phi(sqrt x - d) - Phi(-sqrt x - d), where d^2 = ncp. */
static void noncentral_chi_square(void **state)
{
	(void)state;
	near(an_noncentral_chisq_lower(3, 2, 0), 1 - exp(-1.5), 1e-15);
	near(an_noncentral_chisq_lower(5, 3, 2), 0.593405180083156, 1e-13);    /* R 4.2, pchisq */
	near(an_noncentral_chisq_lower(100, 6, 80), 0.785548498541045, 1e-12); /* likewise */
	near(an_noncentral_chisq_lower(1e6, 4, 1e6), 0.4993, 1e-3);	       /* a little below its mean */
	near(an_noncentral_chisq_lower(0, 2, 5), 0, 0);
	for (double d = 0.1; d < 40; d *= 1.7)
		for (double x = 0.5; x < 2000; x *= 2.3)
			near(an_noncentral_chisq_lower(x, 1, d * d),
			    gsl_cdf_ugaussian_P(sqrt(x) - d) - gsl_cdf_ugaussian_P(-sqrt(x) - d), 1e-12);
	for (double ncp = 1; ncp < 1e5; ncp *= 7) {
		double x = ncp + 10, p = an_noncentral_chisq_lower(x, 10, ncp);

		assert_true(p > 0.3 && p < 0.7);
		near(an_noncentral_chisq_ncp(p, x, 10) / ncp, 1, 1e-7);
	}
	near(an_noncentral_chisq_lower(5, 3, an_noncentral_chisq_ncp(0.025, 5, 3)), 0.025, 1e-12);
	near(an_noncentral_chisq_ncp(0.95, 1, 10), 0, 0); /* below it already at 0 */
}

static void noncentral(void **state)
{
	struct an_interval i, j;
	double both;

	(void)state;
	near(an_noncentral_t_lower(1.3, 7, 0), 1 - an_t_upper(1.3, 7), 1e-13);
	near(an_noncentral_t_lower(-2, 7, -1.5), 1 - an_noncentral_t_lower(2, 7, 1.5), 1e-12);
	near(an_noncentral_f_lower(2.2, 3, 17, 0), gsl_cdf_fdist_P(2.2, 3, 17), 1e-13);
	both = an_noncentral_t_lower(sqrt(3.1), 12, 1.4) - an_noncentral_t_lower(-sqrt(3.1), 12, 1.4);
	near(an_noncentral_f_lower(3.1, 1, 12, 1.4 * 1.4), both, 1e-11);
	assert_true(an_noncentral_f_lower(0, 3, 9, 2) == 0);
	assert_int_equal(an_noncentral_t_interval(2.5, 20, 0.95, &i), AN_OK);
	near(an_noncentral_t_lower(2.5, 20, i.lo), 0.975, 1e-11);
	near(an_noncentral_t_lower(2.5, 20, i.hi), 0.025, 1e-10);
	assert_int_equal(an_noncentral_t_interval(-2.5, 20, 0.95, &j), AN_OK);
	near(j.hi, -i.lo, 1e-10);
	/* Steiger 2004: F too small for any noncentrality */
	assert_int_equal(an_noncentral_f_interval(0.2, 3, 40, 0.9, &i), AN_OK);
	assert_true(i.lo == 0 && i.hi > 0);
	assert_int_equal(an_noncentral_f_interval(0.01, 3, 40, 0.9, &i), AN_OK);
	assert_true(i.lo == 0 && i.hi == 0);
	assert_int_equal(an_noncentral_t_interval(NAN, 20, 0.95, &i), AN_EDATA);
	assert_int_equal(an_noncentral_t_interval(1, 20, 1, &i), AN_EDATA);
	assert_int_equal(an_noncentral_t_interval(1e5, 20, 0.95, &i), AN_EDATA);
	assert_int_equal(an_noncentral_f_interval(-1, 3, 20, 0.95, &i), AN_EDATA);
}

static double cube(void *arg, double x)
{
	return x * x * x - *(double *)arg;
}

static double leap(void *arg, double x)
{
	return x < *(double *)arg ? -1 : 2;
}

static double hole(void *arg, double x)
{
	(void)arg;
	return x > 0.5 ? NAN : x - 1;
}

static void roots(void **state)
{
	double goal = 10, x;

	(void)state;
	assert_int_equal(an_root(cube, &goal, 0, 10, 0, &x), AN_OK);
	near(x, cbrt(10), 1e-15);
	assert_int_equal(an_root(leap, &goal, -5, 777, 0, &x), AN_OK);
	near(x, 10, 1e-14);
	assert_int_equal(an_root(cube, &goal, 3, 10, 0, &x), AN_EDATA);
	assert_int_equal(an_root(hole, &goal, 0, 1, 0, &x), AN_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_range),
		cmocka_unit_test(range_of_two),
		cmocka_unit_test(range_refusals),
		cmocka_unit_test(dunnett),
		cmocka_unit_test(student),
		cmocka_unit_test(noncentral_chi_square),
		cmocka_unit_test(noncentral),
		cmocka_unit_test(roots),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
