/* Tests of two samples: printed values, all arrangements gone through one by one, and invariances. */
#include "analysis/stats/compare/effect.h"
#include "analysis/stats/compare/gain.h"
#include "analysis/stats/numeric/midrank.h"
#include "analysis/stats/numeric/quantile.h"
#include "analysis/stats/compare/samples.h"
#include "analysis/stats/compare/smirnov.h"
#include "analysis/stats/compare/wilcoxon.h"

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
static int begin(void **state)
{
	*state = an_work_new(0);
	return *state == NULL;
}

static int end(void **state)
{
	an_work_free(*state);
	return 0;
}

/* Moore & McCabe, reading scores (DRP): treated n 21, mean 51.48, sd 11.01; control n 23, mean
 * 41.52, sd 17.15.  Welch's t is 2.31 on 37.9 degrees of freedom; pooled 2.27 on 42. */
static const struct an_group treated = { 21, 51.476, 20 * 11.007 * 11.007 };
static const struct an_group control = { 23, 41.522, 22 * 17.149 * 17.149 };

static void t_printed(void **state)
{
	struct an_ttest t, back, less;

	(void)state;
	assert_int_equal(an_ttest_welch(&treated, &control, 0, AN_TWO_SIDED, 0.95, &t), AN_OK);
	near(t.t, 2.31, 0.005 / 2.31);
	near(t.df, 37.9, 0.05 / 37.9);
	near(t.p, 0.0264, 0.0005 / 0.0264);
	near(t.interval.lo, 1.23, 0.02);
	assert_int_equal(an_ttest_welch(&control, &treated, 0, AN_TWO_SIDED, 0.95, &back), AN_OK);
	near(back.interval.hi, -t.interval.lo, 1e-13);
	assert_int_equal(an_ttest_welch(&treated, &control, 0, AN_LESS, 0.95, &less), AN_OK);
	near(less.p, 1 - t.p / 2, 1e-12);
	assert_true(isinf(less.interval.lo));
	assert_int_equal(an_ttest_student(&treated, &control, 0, AN_TWO_SIDED, 0.95, &t), AN_OK);
	near(t.t, 2.27, 0.005 / 2.27);
	assert_true(t.df == 42);
	/* a difference tested against itself */
	assert_int_equal(an_ttest_student(&treated, &control, t.estimate, AN_GREATER, 0.95, &t), AN_OK);
	near(t.p, 0.5, 1e-12);
}

static void t_refusals(void **state)
{
	static const struct an_group one = { 1, 3, 0 }, flat = { 5, 1e6, 0 }, bad = { 5, NAN, 1 };
	struct an_ttest t;
	struct an_ftest f;

	(void)state;
	assert_int_equal(an_ttest_one(&one, 0, AN_TWO_SIDED, 0.95, &t), AN_ETOOFEW);
	assert_int_equal(an_ttest_one(&flat, 0, AN_TWO_SIDED, 0.95, &t), AN_ENOVARIANCE);
	assert_int_equal(an_ttest_one(&bad, 0, AN_TWO_SIDED, 0.95, &t), AN_EDATA);
	assert_int_equal(an_ttest_one(&treated, NAN, AN_TWO_SIDED, 0.95, &t), AN_EDATA);
	assert_int_equal(an_ttest_one(&treated, 0, AN_TWO_SIDED, 1, &t), AN_EDATA);
	assert_int_equal(an_ttest_welch(&treated, &one, 0, AN_TWO_SIDED, 0.95, &t), AN_ETOOFEW);
	assert_int_equal(an_ttest_student(&treated, &one, 0, AN_TWO_SIDED, 0.95, &t), AN_OK);
	assert_int_equal(an_ttest_student(&one, &one, 0, AN_TWO_SIDED, 0.95, &t), AN_ETOOFEW);
	assert_int_equal(an_ttest_welch(&flat, &flat, 0, AN_TWO_SIDED, 0.95, &t), AN_ENOVARIANCE);
	assert_int_equal(an_ftest_variances(&treated, &flat, AN_TWO_SIDED, 0.95, &f), AN_ENOVARIANCE);
	assert_int_equal(an_ftest_variances(&flat, &treated, AN_TWO_SIDED, 0.95, &f), AN_ENOVARIANCE);
	assert_int_equal(an_ftest_variances(&one, &treated, AN_TWO_SIDED, 0.95, &f), AN_ETOOFEW);
}

static void variances(void **state)
{
	struct an_ftest f, back;

	(void)state;
	assert_int_equal(an_ftest_variances(&treated, &control, AN_TWO_SIDED, 0.9, &f), AN_OK);
	assert_int_equal(an_ftest_variances(&control, &treated, AN_TWO_SIDED, 0.9, &back), AN_OK);
	near(f.ratio * back.ratio, 1, 1e-14);
	near(f.p, back.p, 1e-12);
	near(f.interval.lo * back.interval.hi, 1, 1e-12);
}

/* Every choice of n ranks out of n + m. */
static void mann_whitney_exact(void **state)
{
	double cdf[21], count[21] = { 0 }, sum = 0;

	(void)state;
	for (unsigned set = 0; set < 1u << 9; set++)
		if (__builtin_popcount(set) == 4) {
			int u = -10;

			for (int i = 0; i < 9; i++)
				u += set >> i & 1 ? i + 1 : 0;
			count[u]++;
		}
	assert_int_equal(an_mann_whitney_cdf(4, 5, cdf), AN_OK);
	for (int u = 0; u <= 20; u++) {
		sum += count[u];
		near(cdf[u], sum / 126, 1e-14);
	}
	assert_int_equal(an_mann_whitney_cdf(999, 2, cdf), AN_EDATA);
	assert_int_equal(an_signed_rank_cdf(1001, cdf), AN_EDATA);
}

/* Owen 1962: P(V <= 3) with n = 8 is 5 / 256; P(U <= 2) with 5 and 5 is 4 / 252. */
static void exact_printed(void **state)
{
	double cdf[50], *big = an_work_get(*state, 500 * 500 + 1, sizeof *big);

	assert_int_equal(an_signed_rank_cdf(8, cdf), AN_OK);
	near(cdf[3], 5.0 / 256, 1e-15);
	assert_int_equal(an_mann_whitney_cdf(5, 5, cdf), AN_OK);
	near(cdf[2], 4.0 / 252, 1e-15);
	assert_non_null(big);
	assert_int_equal(an_mann_whitney_cdf(500, 500, big), AN_OK);
	assert_true(big[0] > 0 && big[0] < 1e-290);
	near(big[125000] - 0.5, 0.5 - big[124999], 1e-12);
	/* the normal approximation is good by now */
	near(big[120000], 0.5 * erfc((125000 - 120000.5) / sqrt(500.0 * 500 * 1001 / 12) * M_SQRT1_2), 1e-3);
}

static const double x[] = { 1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
static const double y[] = { 0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };

/* Hollander & Wolfe 1973, table 3.1 (depression scale, nine patients): V = 40, one-sided 0.019. */
static void signed_rank(void **state)
{
	struct an_rank_options o = { AN_GREATER, AN_EXACT_AUTO, true, true, 0.95 };
	struct an_rank_test t, normal;
	double d[9], turned[9];

	for (int i = 0; i < 9; i++) {
		d[i] = x[i] - y[i];
		turned[i] = -d[i];
	}
	assert_int_equal(an_signed_rank(d, 9, &o, *state, &t), AN_OK);
	assert_true(t.exact && t.statistic == 40);
	near(t.p, 10.0 / 512, 1e-14);
	near(t.shift, 0.46, 1e-12);
	o.alternative = AN_TWO_SIDED;
	o.exact = AN_EXACT_NO;
	assert_int_equal(an_signed_rank(d, 9, &o, *state, &t), AN_OK);
	assert_int_equal(an_signed_rank(turned, 9, &o, *state, &normal), AN_OK);
	near(normal.p, t.p, 1e-14);
	near(normal.shift, -t.shift, 0.05);
	near(normal.interval.lo, -t.interval.hi, 1e-9);
}

/* Hollander & Wolfe 1973, table 4.1 (permeability of membranes): W = 35, one-sided 0.127. */
static void rank_sum(void **state)
{
	static const double a[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
	static const double b[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct an_rank_options o = { AN_GREATER, AN_EXACT_AUTO, true, true, 0.95 };
	double logs[15], all[50];
	struct an_rank_test t, l;
	size_t n = 0;

	assert_int_equal(an_mann_whitney(a, 10, b, 5, &o, *state, &t), AN_OK);
	assert_true(t.exact && t.statistic == 35);
	near(t.p, 0.1272, 0.0001);
	for (int i = 0; i < 10; i++)
		for (int j = 0; j < 5; j++)
			all[n++] = a[i] - b[j];
	an_sort(all, n);
	near(t.shift, an_median(all, n), 1e-14);
	/* only the order counts */
	for (int i = 0; i < 15; i++)
		logs[i] = log(i < 10 ? a[i] : b[i - 10]);
	assert_int_equal(an_mann_whitney(logs, 10, logs + 10, 5, &o, *state, &l), AN_OK);
	near(l.p, t.p, 1e-15);
	o.exact = AN_EXACT_NO;
	o.alternative = AN_TWO_SIDED;
	assert_int_equal(an_mann_whitney(a, 10, b, 5, &o, *state, &t), AN_OK);
	assert_true(t.has_z && t.has_interval && t.interval.lo < t.shift && t.shift < t.interval.hi);
}

/* R 4.2.2, wilcox.test(x, y, exact = FALSE, conf.int = TRUE), whose search stops 1e-4 wide: 2e-5, and
 * -1e-5 to 0.99994. */
static void shift_of_answers_yes_or_no(void **state)
{
	static const double one[] = { 0, 0, 0, 1, 1, 0, 1, 0 }, two[] = { 0, 1, 0, 0, 1, 0, 0, 0, 1 };
	struct an_rank_options o = { AN_TWO_SIDED, AN_EXACT_NO, true, true, 0.95 };
	struct an_rank_test t;

	assert_int_equal(an_mann_whitney(one, 8, two, 9, &o, *state, &t), AN_OK);
	assert_true(t.has_shift && t.has_interval);
	near(t.shift, 0, 1e-12);
	near(t.interval.lo, 0, 1e-12);
	near(t.interval.hi, 1, 1e-12);
}

static void rank_refusals(void **state)
{
	static const double flat[] = { 2, 2, 2, 2 }, zero[] = { 0, 0 }, bad[] = { 1, INFINITY };
	struct an_rank_options o = { AN_TWO_SIDED, AN_EXACT_YES, true, true, 0.95 };
	struct an_rank_test t;
	struct an_smirnov s;

	assert_int_equal(an_mann_whitney(flat, 2, flat, 2, &o, *state, &t), AN_ENOVARIANCE);
	assert_int_equal(an_mann_whitney(flat, 0, flat, 2, &o, *state, &t), AN_ETOOFEW);
	assert_int_equal(an_mann_whitney(bad, 2, flat, 2, &o, *state, &t), AN_EDATA);
	assert_int_equal(an_signed_rank(zero, 2, &o, *state, &t), AN_ETOOFEW);
	assert_int_equal(an_signed_rank(bad, 2, &o, *state, &t), AN_EDATA);
	assert_int_equal(an_signed_rank(flat, 4, &o, *state, &t), AN_OK);
	assert_false(t.exact || t.has_shift);
	o.level = 0;
	assert_int_equal(an_signed_rank(flat, 4, &o, *state, &t), AN_EDATA);
	assert_int_equal(an_smirnov(flat, 0, flat, 2, AN_TWO_SIDED, AN_EXACT_AUTO, *state, &s), AN_ETOOFEW);
	assert_int_equal(an_smirnov(bad, 2, flat, 2, AN_TWO_SIDED, AN_EXACT_AUTO, *state, &s), AN_EDATA);
	assert_int_equal(an_smirnov(flat, 2, flat, 2, AN_TWO_SIDED, AN_EXACT_AUTO, *state, &s), AN_OK);
	assert_true(s.d == 0);
	near(s.p, 1, 1e-15);
}

/* All 126 orders of pooled values with ties. */
static void smirnov(void **state)
{
	static const double pooled[] = { 1, 1, 2, 3, 3, 3, 4, 5, 6 };
	static const double a[] = { 1, 2, 1, 3 }, b[] = { 3, 3, 4, 5, 6 };
	static const enum an_alternative kinds[] = { AN_TWO_SIDED, AN_LESS, AN_GREATER };
	struct an_smirnov s, one, mirror;

	for (int k = 0; k < 3; k++) {
		double hits = 0;

		assert_int_equal(an_smirnov(a, 4, b, 5, kinds[k], AN_EXACT_YES, *state, &s), AN_OK);
		for (unsigned set = 0; set < 1u << 9; set++) {
			double u[4], v[5];
			size_t n = 0, m = 0;

			if (__builtin_popcount(set) != 4)
				continue;
			for (int i = 0; i < 9; i++)
				if (set >> i & 1)
					u[n++] = pooled[i];
				else
					v[m++] = pooled[i];
			an_smirnov(u, 4, v, 5, kinds[k], AN_EXACT_NO, *state, &one);
			hits += one.d >= s.d - 1e-9;
		}
		near(s.p, hits / 126, 1e-14);
	}
	assert_int_equal(an_smirnov(b, 5, a, 4, AN_LESS, AN_EXACT_YES, *state, &mirror), AN_OK);
	near(mirror.p, s.p, 1e-14);
}

static void effects(void **state)
{
	static const struct an_group one = { 1, 3, 0 }, flat = { 5, 3, 0 };
	struct an_effect d, g, back, glass;
	struct an_effect_anova f;

	(void)state;
	assert_int_equal(an_effect_pooled(&treated, &control, 0.95, &d, &g), AN_OK);
	/* Hedges 1981, table 1: the factor for 42 degrees of freedom is 1 - 3 / (4 * 42 - 1) or nearly */
	near(g.value / d.value, 1 - 3.0 / (4 * 42 - 1), 1e-4);
	assert_int_equal(an_effect_pooled(&control, &treated, 0.95, &back, &g), AN_OK);
	near(back.value, -d.value, 1e-14);
	near(back.interval.lo, -d.interval.hi, 1e-9);
	assert_int_equal(an_effect_glass(&treated, &control, 0.95, &glass), AN_OK);
	near(glass.value, (51.476 - 41.522) / 17.149, 1e-12);
	assert_int_equal(an_effect_pooled(&one, &control, 0.95, &d, &g), AN_ETOOFEW);
	assert_int_equal(an_effect_pooled(&flat, &flat, 0.95, &d, &g), AN_ENOVARIANCE);
	assert_int_equal(an_effect_glass(&treated, &flat, 0.95, &d), AN_ENOVARIANCE);
	assert_int_equal(an_effect_paired(&one, 0.95, &d, &g), AN_ETOOFEW);
	assert_int_equal(an_effect_paired(&flat, 0.95, &d, &g), AN_ENOVARIANCE);
	assert_int_equal(an_effect_delta(10, 2, 5, 0.95, &d), AN_OK);
	/* R, effectsize 0.8.3: rank_biserial(c(5, 6), c(1, 2, 3, 4, 4.5)) is 1 with an interval from 1 to 1 */
	assert_true(d.value == 1 && d.has_interval && d.interval.lo == 1 && d.interval.hi == 1);
	assert_int_equal(an_effect_delta(5, 2, 5, 0.95, &d), AN_OK);
	assert_true(d.value == 0 && d.has_interval);
	assert_int_equal(an_effect_delta(0, 0, 5, 0.95, &d), AN_ETOOFEW);
	assert_int_equal(an_effect_of_f(0.4, 2, 20, 0.95, &f), AN_OK);
	assert_true(f.omega2.value == 0 && f.epsilon2.value == 0 && f.eta2.value > 0 && f.eta2.interval.lo == 0);
	assert_int_equal(an_effect_of_f(-1, 2, 20, 0.95, &f), AN_EDATA);
}

static void gains(void **state)
{
	static const double before[] = { 4, 6, 8, 10 }, after[] = { 7, 8, 9, 10 };
	struct an_gain g;

	assert_int_equal(an_gain(before, after, 4, 10, 0.95, *state, &g), AN_OK);
	near(g.gain, 1.5 / 3, 1e-15);
	near(g.individual, 0.5, 1e-15);
	assert_true(g.at_most == 1 && g.individuals == 3);
	near(g.se, 0, 1e-15); /* everyone who could gained half */
	assert_int_equal(an_gain(before, after, 4, 9, 0.95, *state, &g), AN_EDATA);
	assert_int_equal(an_gain(before, after, 1, 10, 0.95, *state, &g), AN_ETOOFEW);
	assert_int_equal(an_gain(after + 3, after + 3, 1, 10, 0.95, *state, &g), AN_ETOOFEW);
	assert_int_equal(an_gain(before, after, 4, NAN, 0.95, *state, &g), AN_EDATA);
}

static void ranks(void **state)
{
	static const double v[] = { 3, 1, 3, -2, 3 };
	double r[5], ties;

	assert_int_equal(an_midranks(v, 5, *state, r, &ties), AN_OK);
	assert_true(r[0] == 4 && r[1] == 2 && r[2] == 4 && r[3] == 1 && r[4] == 4 && ties == 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_printed),
		cmocka_unit_test(t_refusals),
		cmocka_unit_test(variances),
		cmocka_unit_test(mann_whitney_exact),
		cmocka_unit_test_setup_teardown(exact_printed, begin, end),
		cmocka_unit_test_setup_teardown(signed_rank, begin, end),
		cmocka_unit_test_setup_teardown(rank_sum, begin, end),
		cmocka_unit_test_setup_teardown(shift_of_answers_yes_or_no, begin, end),
		cmocka_unit_test_setup_teardown(rank_refusals, begin, end),
		cmocka_unit_test_setup_teardown(smirnov, begin, end),
		cmocka_unit_test(effects),
		cmocka_unit_test_setup_teardown(gains, begin, end),
		cmocka_unit_test_setup_teardown(ranks, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
