/* Shares and their intervals, p-values, seeded numbers.  Expected values by hand or, where
 * named, printed by others. */
#include "analysis/stats/association/correlate.h"
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/numeric/padjust.h"
#include "analysis/stats/describe/proportion.h"
#include "analysis/stats/numeric/rng.h"

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
#define Z 1.9599639845400545 /* normal quantile of 0.975 */

static void ends(void **state)
{
	struct an_interval ci;

	(void)state;
	/* none of 20: closed forms */
	assert_int_equal(an_proportion(0, 20, AN_WILSON, 0.95, &ci), AN_OK);
	near(ci.lo, 0, 0);
	near(ci.hi, Z * Z / (20 + Z * Z), 1e-14);
	assert_int_equal(an_proportion(0, 20, AN_CLOPPER_PEARSON, 0.95, &ci), AN_OK);
	near(ci.lo, 0, 0);
	near(ci.hi, 1 - pow(0.025, 1.0 / 20), 1e-14);
	/* all of 20: the mirror image */
	assert_int_equal(an_proportion(20, 20, AN_WILSON, 0.95, &ci), AN_OK);
	near(ci.lo, 20 / (20 + Z * Z), 1e-14);
	near(ci.hi, 1, 0);
	assert_int_equal(an_proportion(20, 20, AN_CLOPPER_PEARSON, 0.95, &ci), AN_OK);
	near(ci.lo, pow(0.025, 1.0 / 20), 1e-14);
	near(ci.hi, 1, 0);
	assert_int_equal(an_proportion(20, 20, AN_JEFFREYS, 0.95, &ci), AN_OK);
	near(ci.hi, 1, 0);
}

static void middle(void **state)
{
	struct an_interval ci;

	(void)state;
	/* half of n: Wilson is 1/2 -+ z / (2 sqrt(n + z^2)), Wald 1/2 -+ z / (2 sqrt(n)) */
	assert_int_equal(an_proportion(50, 100, AN_WILSON, 0.95, &ci), AN_OK);
	near(ci.lo, 0.5 - Z / (2 * sqrt(100 + Z * Z)), 1e-14);
	near(ci.hi, 0.5 + Z / (2 * sqrt(100 + Z * Z)), 1e-14);
	assert_int_equal(an_proportion(50, 100, AN_WALD, 0.95, &ci), AN_OK);
	near(ci.lo, 0.5 - Z / 20, 1e-14);
	assert_int_equal(an_proportion(50, 100, AN_AGRESTI_COULL, 0.95, &ci), AN_OK);
	near(ci.hi, 0.5 + Z / (2 * sqrt(100 + Z * Z)), 1e-14);
	/* the correction is min(1/2, |x - n/2|) = 0 here */
	assert_int_equal(an_proportion(50, 100, AN_WILSON_CONTINUITY, 0.95, &ci), AN_OK);
	near(ci.hi, 0.5 + Z / (2 * sqrt(100 + Z * Z)), 1e-14);
	/* one of one: the correction would pass the end */
	assert_int_equal(an_proportion(1, 1, AN_WILSON_CONTINUITY, 0.95, &ci), AN_OK);
	near(ci.hi, 1, 0);
}

static void shares_that_cannot_be(void **state)
{
	static const struct {
		double hits, n, level;
		enum an_status want;
	} t[] = {
		{ 0, 0, 0.95, AN_ETOOFEW },
		{ 3, 2, 0.95, AN_EDATA },
		{ -1, 2, 0.95, AN_EDATA },
		{ 1, 2, 0, AN_EDATA },
		{ 1, 2, 1, AN_EDATA },
		{ NAN, 2, 0.95, AN_EDATA },
		{ 1, NAN, 0.95, AN_EDATA },
		{ 1, INFINITY, 0.95, AN_EDATA },
	};
	struct an_interval ci;
	double p;

	(void)state;
	for (int m = 0; m < AN_PROPORTION_METHODS; m++)
		for (size_t i = 0; i < sizeof t / sizeof *t; i++)
			assert_int_equal(an_proportion(t[i].hits, t[i].n, (enum an_proportion_method)m, t[i].level,
					     &ci),
			    t[i].want);
	assert_int_equal(an_proportion(1, 2, (enum an_proportion_method)99, 0.95, &ci), AN_EDATA);
	assert_int_equal(an_binomial_test(1.5, 2, 0.5, &p), AN_EDATA);
	assert_int_equal(an_binomial_test(0, 0, 0.5, &p), AN_ETOOFEW);
	assert_int_equal(an_binomial_test(1, 2, 2, &p), AN_EDATA);
}

static void binomial(void **state)
{
	double p;

	(void)state;
	assert_int_equal(an_binomial_test(5, 5, 0.5, &p), AN_OK);
	near(p, 2.0 / 32, 1e-15);
	assert_int_equal(an_binomial_test(1, 5, 0.5, &p), AN_OK);
	near(p, 12.0 / 32, 1e-15);
	assert_int_equal(an_binomial_test(3, 6, 0.5, &p), AN_OK);
	near(p, 1, 1e-15);
}

static void quantiles_of_distributions(void **state)
{
	(void)state;
	/* beta(1, b): 1 - (1 - p)^(1/b); beta(a, 1): p^(1/a); F of 2 and 2 df: p / (1 - p) */
	near(an_beta_quantile(0.3, 1, 7), 1 - pow(0.7, 1.0 / 7), 1e-15);
	near(an_beta_quantile(0.3, 9, 1), pow(0.3, 1.0 / 9), 1e-15);
	near(an_f_quantile(0.975, 2, 2), 39, 1e-13);
	near(an_f_quantile(0.025, 2, 2), 1.0 / 39, 1e-15);
	near(an_normal_quantile(0.975), Z, 1e-15);
	near(an_normal_quantile(0.025), -Z, 1e-15);
	/* far into the tail of a large beta, where a bare Newton step leaves the interval */
	near(an_beta_quantile(1e-12, 0.5, 5e6) > 0, 1, 0);
}

static void adjusted(void **state)
{
	static const double p[] = { 0.03, 0.01, 0.02 };
	static const double want[AN_PADJUST_METHODS][3] = {
		[AN_BH] = { 0.03, 0.03, 0.03 },
		[AN_BY] = { 0.055, 0.055, 0.055 },
		[AN_HOLM] = { 0.04, 0.03, 0.04 },
		[AN_HOCHBERG] = { 0.03, 0.03, 0.03 },
		[AN_HOMMEL] = { 0.03, 0.03, 0.03 },
		[AN_BONFERRONI] = { 0.09, 0.03, 0.06 },
	};
	static const double big[] = { 0.9, 0.8 }, bad[] = { 0.5, 1.01 }, nan[] = { NAN };
	struct an_work *w = an_work_new(0);
	double out[3];

	(void)state;
	for (int m = 0; m < AN_PADJUST_METHODS; m++) {
		assert_int_equal(an_p_adjust(p, 3, (enum an_padjust)m, w, out), AN_OK);
		for (int i = 0; i < 3; i++)
			near(out[i], want[m][i], 1e-15);
		assert_int_equal(an_p_adjust(big, 2, (enum an_padjust)m, w, out), AN_OK);
		assert_true(out[0] <= 1 && out[1] <= 1);
		assert_int_equal(an_p_adjust(big, 1, (enum an_padjust)m, w, out), AN_OK);
		near(out[0], 0.9, 1e-15); /* one comparison is no comparison */
		assert_int_equal(an_p_adjust(bad, 2, (enum an_padjust)m, w, out), AN_EDATA);
		assert_int_equal(an_p_adjust(nan, 1, (enum an_padjust)m, w, out), AN_EDATA);
		assert_int_equal(an_p_adjust(p, 0, (enum an_padjust)m, w, out), AN_ETOOFEW);
	}
	an_work_free(w);
}

static void seeded_numbers(void **state)
{
	/* the first outputs that the authors' program gives for the state 1, 2, 3, 4 */
	static const uint64_t want[] = { 11520, 0, 1509978240, 1215971899390074240u };
	struct an_rng r = { { 1, 2, 3, 4 } }, a, b;
	size_t seen[3] = { 0, 0, 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_true(an_rng_next(&r) == want[i]);
	an_rng_seed(&a, 7, 0);
	an_rng_seed(&b, 7, 1);
	assert_true(an_rng_next(&a) != an_rng_next(&b));
	for (int i = 0; i < 30000; i++) {
		double u = an_rng_uniform(&a);

		assert_true(u >= 0 && u < 1);
		seen[an_rng_below(&b, 3)]++;
	}
	for (int i = 0; i < 3; i++)
		assert_in_range(seen[i], 9600, 10400); /* 10,000 expected, sd 82 */
}

static void correlation(void **state)
{
	struct an_correlation c;

	(void)state;
	/* r = 0.6, n = 18: t = 0.6 * sqrt(16 / 0.64) = 3 */
	assert_int_equal(an_correlation_test(0.6, 18, 0.95, &c), AN_OK);
	near(c.t, 3, 1e-14);
	near(c.interval.lo, tanh(atanh(0.6) - Z / sqrt(15)), 1e-14);
	/* n = 3: t has one degree of freedom, so p = 1 - 2 atan(t) / pi */
	assert_int_equal(an_correlation_test(0.6, 3, 0.95, &c), AN_OK);
	near(c.p, 1 - 2 * atan(0.75) / acos(-1), 1e-14);
	assert_false(c.has_interval);
	/* R 4.2.2: 2 * pt(-0.6 * sqrt(48 / (1 - 0.36)), 48) */
	assert_int_equal(an_correlation_test(0.6, 50, 0.95, &c), AN_OK);
	near(c.p, 4.1202159309776631e-06, 1e-18);
	assert_int_equal(an_correlation_test(-1, 9, 0.95, &c), AN_OK);
	assert_false(c.has_t || c.has_interval);
	assert_int_equal(an_correlation_test(0.5, 2, 0.95, &c), AN_ETOOFEW);
	assert_int_equal(an_correlation_test(NAN, 9, 0.95, &c), AN_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),
		cmocka_unit_test(middle),
		cmocka_unit_test(shares_that_cannot_be),
		cmocka_unit_test(binomial),
		cmocka_unit_test(quantiles_of_distributions),
		cmocka_unit_test(adjusted),
		cmocka_unit_test(seeded_numbers),
		cmocka_unit_test(correlation),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
