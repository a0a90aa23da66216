/* Groups: analysis of variance, random intercepts, ranks.  Balanced designs have closed forms
 * (Searle, Casella & McCulloch 1992, ch. 4), which the fits are held to. */
#include "analysis/stats/compare/samples.h"
#include "analysis/stats/groups.h"
#include "analysis/stats/mixed/mixed.h"
#include "analysis/stats/numeric/sum.h"

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
/* {1, 2, 3} and {2, 4, 6}: between 6 on 1 df, within 10 on 4. */
static const struct an_group two[] = { { 3, 2, 2 }, { 3, 4, 8 } };

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

static void groups_from_rows(void **state)
{
	static const double x[] = { 1, 2, 2, 4, 3, 6, 9, 9 }, counts[] = { 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1 };
	static const double value[] = { 1, 2, 3, 4, 5, 6 };
	static const unsigned char why[] = { 0, 0, 0, 0, 0, 0, 0, AN_SKIPPED };
	static const size_t group[] = { 0, 1, 0, 1, 0, 1, 7, 1 };
	struct an_group g[3], h[2];
	struct an_missing missing;
	size_t outside;

	assert_int_equal(an_groups((struct an_view){ x, why, 8, 1, 1 }, 0, group, 3, *state, g, &missing, &outside),
	    AN_OK);
	for (int i = 0; i < 2; i++) {
		near(g[i].n, two[i].n, 0);
		near(g[i].mean, two[i].mean, 1e-15);
		near(g[i].within, two[i].within, 1e-15);
	}
	near(g[2].n, 0, 0);
	assert_int_equal(outside, 1);
	assert_int_equal(missing.by[AN_SKIPPED], 1);
	an_groups_from_counts(counts, value, 2, 6, h);
	near(h[1].mean, 4, 1e-15);
	near(h[1].within, 8, 1e-15);
}

static void anova(void **state)
{
	static const struct an_group flat[] = { { 2, 3, 0 }, { 2, 3, 0 } }, apart[] = { { 2, 3, 0 }, { 2, 4, 0 } };
	static const struct an_group single[] = { { 1, 3, 0 }, { 1, 4, 0 } }, wrong[] = { { 2, 3, 1 }, { -1, 3, 1 } };
	static const struct an_group same[] = { { 2, 3, 2 }, { 2, 3, 2 }, { 0, 0, 0 } };
	struct an_anova1 a;

	(void)state;
	assert_int_equal(an_anova1(two, 2, &a), AN_OK);
	near(a.ss_between, 6, 1e-15);
	near(a.ss_within, 10, 1e-15);
	near(a.f, 2.4, 1e-15);
	near(a.icc1, 3.5 / 11, 1e-15);
	near(a.icc2, 3.5 / 6, 1e-15);
	near(a.eta2, 6.0 / 16, 1e-15);
	near(a.deff, 1 + 2 * 3.5 / 11, 1e-15);
	assert_int_equal(an_anova1(flat, 2, &a), AN_ENOVARIANCE);
	assert_int_equal(an_anova1(apart, 2, &a), AN_OK);
	assert_false(a.has_f);
	near(a.icc1, 1, 1e-15);
	assert_int_equal(an_anova1(single, 2, &a), AN_ETOOFEW);
	assert_int_equal(an_anova1(two, 1, &a), AN_ETOOFEW);
	assert_int_equal(an_anova1(wrong, 2, &a), AN_EDATA);
	assert_int_equal(an_anova1(same, 3, &a), AN_OK);
	assert_int_equal(a.groups, 2); /* the empty one does not count */
	assert_false(a.has_icc2);
	near(a.icc1, -1, 1e-15); /* -1 / (size - 1) at worst */
}

/* -2 log likelihood of the two groups, from determinants and quadratic forms. */
static double minus_two_log(double between, double within, double mean)
{
	double d = 0;

	for (int i = 0; i < 2; i++) {
		double v = within + 3 * between, e = two[i].mean - mean;

		d += 2 * log(within) + log(v) + two[i].within / within + 3 * e * e / v;
	}
	return d + 6 * log(2 * acos(-1));
}

static void random_intercepts(void **state)
{
	struct an_shrunken s[2];
	struct an_mixed m;

	(void)state;
	assert_int_equal(an_mixed(two, 2, AN_REML, 0.95, &m, s), AN_OK);
	assert_true(m.fit.converged && !m.singular);
	near(m.mean, 3, 1e-12);
	near(m.mean_se, 1, 1e-9);	       /* sqrt(MSB / N) */
	near(m.sd_within, sqrt(2.5), 1e-9);    /* sqrt(MSW) */
	near(m.sd_group, sqrt(3.5 / 3), 1e-9); /* sqrt((MSB - MSW) / 3) */
	near(s[1].weight, 3.5 / 6, 1e-9);      /* 1 - MSW / MSB */
	near(s[1].effect, 3.5 / 6, 1e-9);
	near(s[0].shrunken, 3 - 3.5 / 6, 1e-9);
	near(s[0].posterior_sd, sqrt(3.5 / 3 * 2.5 / 6), 1e-9); /* sqrt(var (1 - weight)) */
	/* REML adds log(sum of inverse variances of the means) and takes away log 2 pi */
	near(m.deviance, minus_two_log(3.5 / 3, 2.5, 3) + log(6.0 / 6) - log(2 * acos(-1)), 1e-9);
	assert_int_equal(an_mixed(two, 2, AN_ML, 0.95, &m, NULL), AN_OK);
	near(m.sd_group, sqrt(0.5 / 3), 1e-9); /* (6/2 - 2.5) / 3 */
	near(m.sd_within, sqrt(2.5), 1e-9);
	near(m.deviance, minus_two_log(0.5 / 3, 2.5, 3), 1e-9);
}

static void random_intercepts_at_the_edge(void **state)
{
	static const struct an_group same[] = { { 4, 3, 2 }, { 0, 0, 0 }, { 4, 3, 2 } };
	static const struct an_group apart[] = { { 2, 3, 0 }, { 2, 4, 0 } }, single[] = { { 1, 3, 0 }, { 1, 4, 0 } };
	static const struct an_group far[] = { { 3, 0, 1e-30 }, { 3, 1e6, 1e-30 } };
	struct an_shrunken s[3];
	struct an_mixed m;

	(void)state;
	assert_int_equal(an_mixed(same, 3, AN_REML, 0.95, &m, s), AN_OK);
	assert_true(m.singular);
	near(m.sd_group, 0, 0);
	near(m.icc, 0, 0);
	near(s[0].effect, 0, 0);
	assert_false(s[1].present);
	assert_int_equal(an_mixed(apart, 2, AN_REML, 0.95, &m, s), AN_ENOVARIANCE);
	assert_int_equal(an_mixed(single, 2, AN_REML, 0.95, &m, s), AN_ETOOFEW);
	/* groups a million apart and next to nothing within: no ratio of variances to be found */
	assert_int_equal(an_mixed(far, 2, AN_REML, 0.95, &m, s), AN_ENOCONVERGE);
	assert_int_equal(an_mixed(two, 1, AN_REML, 0.95, &m, s), AN_ETOOFEW);
	assert_int_equal(an_mixed(two, 2, AN_REML, 1, &m, s), AN_EDATA);
}

/* Unbalanced and large: the reported optimum is better than its neighbours. */
static void optimum(void **state)
{
	struct an_group g[50];
	struct an_mixed m;

	(void)state;
	for (int i = 0; i < 50; i++)
		g[i] = (struct an_group){ 2 + i % 17, 3 + sin(i * 1.7) / 2, (1 + i % 17) * (1 + 0.1 * cos(i)) };
	assert_int_equal(an_mixed(g, 50, AN_REML, 0.95, &m, NULL), AN_OK);
	assert_true(m.fit.converged && m.fit.gradient < 1e-6);
	assert_true(m.sd_group > 0.1 && m.sd_group < 0.6);
}

static void ranks(void **state)
{
	struct an_shrunken clear[4], alike[70];
	struct an_rank r[70];

	for (int i = 0; i < 4; i++)
		clear[i] = (struct an_shrunken){ .present = i != 2, .shrunken = i, .posterior_sd = 0.05 };
	assert_int_equal(an_rank_ranges(clear, 4, 0.95, *state, r), AN_OK);
	assert_int_equal(r[3].lo, 1);
	assert_int_equal(r[3].hi, 1);
	assert_int_equal(r[0].lo, 3);
	assert_int_equal(r[0].hi, 3);
	assert_int_equal(r[2].lo, 0); /* not present */
	near(r[1].expected, 2, 1e-9);
	/* all alike: every rank is as likely; exact count and normal approximation agree */
	for (int i = 0; i < 70; i++)
		alike[i] = (struct an_shrunken){ .present = true, .shrunken = 5, .posterior_sd = 1 };
	assert_int_equal(an_rank_ranges(alike, 40, 0.95, *state, r), AN_OK);
	near(r[7].expected, 20.5, 1e-6);
	assert_true(r[7].lo <= 2 && r[7].hi >= 39);
	assert_int_equal(an_rank_ranges(alike, 70, 0.95, *state, r), AN_OK);
	near(r[7].expected, 35.5, 0.02);
	assert_true(r[7].lo <= 3 && r[7].hi >= 68);
	assert_int_equal(an_rank_ranges(alike, 1, 0.95, *state, r), AN_ETOOFEW);
	assert_int_equal(an_rank_ranges(alike, 2, 0, *state, r), AN_EDATA);
	/* no spread at all: the middle of the tie */
	for (int i = 0; i < 3; i++)
		alike[i].posterior_sd = 0;
	assert_int_equal(an_rank_ranges(alike, 3, 0.95, *state, r), AN_OK);
	near(r[0].expected, 2, 1e-12);
}

/* Four decimals whose doubles are off by up to 6e-5: squares between and within are 0.04 by hand, F is 2. */
static void decimals_far_from_zero(void **state)
{
	static const double x[] = { 1000000000000.2, 1000000000000.4, 1000000000000.4, 1000000000000.6 };
	static const size_t group[] = { 0, 0, 1, 1 };
	struct an_missing missing;
	struct an_group g[2];
	struct an_anova1 a;
	size_t outside;

	assert_int_equal(an_groups((struct an_view){ x, NULL, 4, 1, 1 }, 0, group, 2, *state, g, &missing, &outside),
	    AN_OK);
	assert_int_equal(an_anova1(g, 2, &a), AN_OK);
	near(a.ss_between, 0.04, 1e-14);
	near(a.ss_within, 0.04, 1e-14);
	near(a.f, 2, 1e-12);
	g[0] = an_group_of(x, 2);
	g[1] = an_group_of(x + 2, 2);
	assert_int_equal(an_anova1(g, 2, &a), AN_OK);
	near(a.f, 2, 1e-12);
	/* no decimal of 15 digits: as it is */
	assert_true(an_decimal_rest(1e12 / 3) == 0 && an_decimal_rest(0.1) == 0 && an_decimal_rest(1e13) == 0);
	assert_true(an_decimal_rest(-1000000000000.4) == -an_decimal_rest(1000000000000.4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(groups_from_rows, begin, end),
		cmocka_unit_test_setup_teardown(decimals_far_from_zero, begin, end),
		cmocka_unit_test(anova),
		cmocka_unit_test(random_intercepts),
		cmocka_unit_test(random_intercepts_at_the_edge),
		cmocka_unit_test(optimum),
		cmocka_unit_test_setup_teardown(ranks, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
