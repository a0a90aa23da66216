/* Items that work differently for two groups, and answers chosen in multiple-choice questions. */
#include "analysis/stats/test/dif.h"
#include "analysis/stats/test/distractor.h"
#include "analysis/stats/numeric/rng.h"

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

enum { MOST = 120 };

/* One item and a score to match on, from tables of right and wrong by group. */
static size_t from_tables(const int (*t)[4], size_t tables, double *x, double *score, size_t *group)
{
	size_t n = 0;

	for (size_t s = 0; s < tables; s++)
		for (size_t cell = 0; cell < 4; cell++)
			for (int i = 0; i < t[s][cell]; i++, n++) {
				x[n] = cell % 2 == 0;
				group[n] = cell / 2;
				score[n] = (double)s;
			}
	assert_true(n <= MOST);
	return n;
}

/* R 4.2.2: mantelhaen.test(array(c(2,5,3,6, 4,6,4,2, 10,3,4,5), c(2,2,3))), whose cells are, column by
 * column, right and wrong of the reference group, then of the focal one. */
static void against_mantelhaen(void **state)
{
	static const int t[3][4] = { { 2, 5, 3, 6 }, { 4, 6, 4, 2 }, { 10, 3, 4, 5 } };
	double x[MOST], score[MOST], s;
	size_t group[MOST], n = from_tables(t, 3, x, score, group);
	struct an_dif_rule rule = { false, 0.05 };
	struct an_dif_all all;
	struct an_dif d, turned;

	assert_int_equal(an_dif((struct an_view){ x, NULL, n, 1, 1 }, group, score, rule, *state, &all, &d), AN_OK);
	assert_int_equal(d.strata, 3);
	assert_int_equal(all.used[0], 30);
	assert_int_equal(all.used[1], 24);
	near(d.chi2, 0.000495635374205, 1e-12);
	near(d.p, 0.982238267099076, 1e-12);
	near(d.ratio, 1.180952380952381, 1e-13);
	near(d.ratio * exp(-1.959963984540054 * d.log_se), 0.398125818956588, 1e-12);
	near(d.delta, -2.35 * log(1.180952380952381), 1e-12);
	assert_int_equal(d.class, 'A');
	/* by hand: focal 9, 6, 9 people; differences 1/3 - 2/7, 4/6 - 4/10, 4/9 - 10/13 */
	s = 9 * (1.0 / 3 - 2.0 / 7) + 6 * (4.0 / 6 - 0.4) + 9 * (4.0 / 9 - 10.0 / 13);
	near(d.p_dif, s / 24, 1e-14);
	/* groups exchanged */
	for (size_t i = 0; i < n; i++)
		group[i] = 1 - group[i];
	assert_int_equal(an_dif((struct an_view){ x, NULL, n, 1, 1 }, group, score, rule, *state, &all, &turned),
	    AN_OK);
	near(turned.chi2, d.chi2, 1e-13);
	near(turned.delta, -d.delta, 1e-13);
	near(turned.delta_se, d.delta_se, 1e-13);
	/* answers exchanged */
	for (size_t i = 0; i < n; i++)
		x[i] = 1 - x[i];
	assert_int_equal(an_dif((struct an_view){ x, NULL, n, 1, 1 }, group, score, rule, *state, &all, &turned),
	    AN_OK);
	near(turned.delta, d.delta, 1e-13);
	near(turned.p_dif, turned.p_dif, 0);
}

static void classes(void **state)
{
	static const struct {
		int t[1][4];
		char class;
	} c[] = {
		{ { { 20, 20, 20, 20 } }, 'A' },
		{ { { 12, 8, 8, 12 } }, 'A' },	 /* delta -1.9, far from significant */
		{ { { 34, 26, 20, 40 } }, 'B' }, /* delta -2.3, not significantly above 1 */
		{ { { 50, 10, 15, 45 } }, 'C' },
	};
	struct an_dif_rule rule = { false, 0.05 };
	double x[MOST], score[MOST];
	size_t group[MOST];
	struct an_dif_all all;
	struct an_dif d;

	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		size_t n = from_tables(c[i].t, 1, x, score, group);

		assert_int_equal(an_dif((struct an_view){ x, NULL, n, 1, 1 }, group, score, rule, *state, &all, &d),
		    AN_OK);
		if (d.class != c[i].class)
			fail_msg("case %zu: %c, delta %g (%g), p %g", i, d.class, d.delta, d.delta_se, d.p);
	}
}

/* 8 items; the first two are much harder for the focal group: purification takes them out of the
 * score, and the others then look fair. */
static void purification(void **state)
{
	enum { N = 4000, K = 8 };
	static double x[N * K];
	static size_t group[N];
	struct an_dif_rule rule = { true, 1e-4 };
	struct an_view v = { x, NULL, N, K, K };
	struct an_dif plain[K], pure[K];
	struct an_dif_all all;
	struct an_rng r;

	an_rng_seed(&r, 3, 0);
	for (size_t i = 0; i < N; i++) {
		double theta = 4 * an_rng_uniform(&r) - 2;

		group[i] = i % 2;
		for (size_t j = 0; j < K; j++) {
			double b = j < 2 && group[i] == 1 ? 1.5 : 0;

			x[i * K + j] = an_rng_uniform(&r) < 1 / (1 + exp(b - theta));
		}
	}
	assert_int_equal(an_dif(v, group, NULL, rule, *state, &all, pure), AN_OK);
	assert_true(all.settled && all.rounds >= 1);
	rule.purify = false;
	assert_int_equal(an_dif(v, group, NULL, rule, *state, &all, plain), AN_OK);
	for (size_t j = 0; j < K; j++) {
		assert_int_equal(pure[j].flagged, j < 2);
		assert_false(plain[j].flagged);
		if (j < 2)
			assert_int_equal(pure[j].class, 'C');
		else
			assert_true(fabs(pure[j].delta) < 0.5 && plain[j].delta > 0.5);
	}
	near(pure[0].delta, -2.35 * 1.5, 0.4);
}

static void dif_limits(void **state)
{
	static const double x[] = { 1, 0, 1, 1, 0, 0, 1, 0 }, two[] = { 1, 2, 1, 0 }, flat[] = { 1, 1, 1, 1 };
	static const size_t group[] = { 0, 0, 1, 1 }, one[] = { 0, 0, 0, 0 }, neither[] = { 2, 2, 2, 2 };
	static const unsigned char why[] = { 1, 0, 0, 0, 0, 1, 0, 0 };
	const double bad[] = { 1, NAN, 1, 1 };
	struct an_dif_rule rule = { false, 0.05 };
	struct an_dif_all all;
	struct an_dif d[2];

	assert_int_equal(an_dif((struct an_view){ x, NULL, 4, 2, 2 }, one, NULL, rule, *state, &all, d), AN_ETOOFEW);
	assert_int_equal(an_dif((struct an_view){ x, NULL, 4, 2, 2 }, neither, NULL, rule, *state, &all, d),
	    AN_ETOOFEW);
	assert_int_equal(an_dif((struct an_view){ x, NULL, 0, 2, 2 }, group, NULL, rule, *state, &all, d), AN_ETOOFEW);
	assert_int_equal(an_dif((struct an_view){ two, NULL, 4, 1, 1 }, group, NULL, rule, *state, &all, d), AN_EDATA);
	assert_int_equal(an_dif((struct an_view){ bad, NULL, 4, 1, 1 }, group, NULL, rule, *state, &all, d), AN_EDATA);
	assert_int_equal(an_dif((struct an_view){ flat, NULL, 4, 1, 1 }, group, bad, rule, *state, &all, d), AN_EDATA);
	/* incomplete rows are left out; here the focal group keeps both of its people */
	assert_int_equal(an_dif((struct an_view){ x, why, 4, 2, 2 }, group, NULL, rule, *state, &all, d), AN_OK);
	assert_int_equal(all.used[0], 1);
	/* everybody right: nothing can be told, and nothing is */
	assert_int_equal(an_dif((struct an_view){ flat, NULL, 4, 1, 1 }, group, NULL, rule, *state, &all, d), AN_OK);
	assert_false(d[0].has_test || d[0].has_ratio);
	assert_int_equal(d[0].class, 0);
}

/* In each score all of the reference group are right: the odds ratio is infinite, but the test and the size exist.
 * R 4.2.2, mantelhaen.test(table(item, group, score), correct = TRUE). */
static void infinite_ratio(void **state)
{
	static const double x[] = { 1, 1, 1, 1, 0, 0, 1, 1, 1, 0 }, score[] = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 2 };
	static const size_t group[] = { 0, 0, 0, 1, 1, 1, 0, 0, 1, 1 }, other[] = { 1, 1, 1, 0, 0, 0, 1, 1, 0, 0 };
	struct an_view v = { x, NULL, 10, 1, 1 };
	struct an_dif_rule rule = { false, 0.05 };
	struct an_dif_all all;
	struct an_dif d;

	assert_int_equal(an_dif(v, group, score, rule, *state, &all, &d), AN_OK);
	near(d.chi2, 20.0 / 13, 1e-13); /* 1.53846153846154 */
	assert_true(d.has_ratio && isinf(d.ratio) && d.delta < 0 && isinf(d.delta));
	assert_int_equal(d.class, 'A');
	assert_int_equal(an_dif(v, other, score, rule, *state, &all, &d), AN_OK);
	near(d.ratio, 0, 0);
	assert_true(d.delta > 0 && isinf(d.delta));
}

/* Five people, two questions with keys a and b (places 0 and 1). */
static void answers(void **state)
{
	static const unsigned char choice[] = { 0, 1, 0, 1, 1, 0, 2, AN_NO_CHOICE, 0, 0 };
	static const size_t answers_of[] = { 3, 2 };
	unsigned char right[2 * AN_CHOICES] = { 0 };
	struct an_choice out[2 * (AN_CHOICES + 1)];
	struct an_choices all;
	double total[5];

	right[0] = 1;
	right[AN_CHOICES + 1] = 1;
	assert_int_equal(an_distractors(choice, 5, 2, answers_of, right, *state, &all, out, total), AN_OK);
	assert_int_equal(all.group, 1);
	near(total[0], 2, 0);
	near(total[3], 0, 0);
	near(all.total_mean, 1, 1e-15); /* 2 2 0 0 1 */
	assert_int_equal(out[0].n, 3);
	near(out[0].share, 0.6, 1e-15);
	near(out[0].mean_total, 5.0 / 3, 1e-15);
	/* with the other question's marks 1 1 0 0 0: covariance 0.4 over sqrt(1.2 * 1.2) */
	near(out[0].r_rest, 0.8 / 1.2, 1e-14);
	near(out[1].r_rest, -0.4 / sqrt(0.8 * 1.2), 1e-14);
	near(out[0].upper - out[0].lower, 1, 0);
	near(out[1].lower, 1, 0); /* the third person is the worst, before the fourth */
	assert_int_equal(out[AN_CHOICES].n, 0);
	assert_int_equal(out[2 * (AN_CHOICES + 1) - 1].n, 1);
	near(out[2 * (AN_CHOICES + 1) - 1].mean_total, 0, 0);
	assert_int_equal(an_distractors(choice, 1, 2, answers_of, right, *state, &all, out, NULL), AN_ETOOFEW);
	assert_int_equal(an_distractors(choice, 5, 0, answers_of, right, *state, &all, out, NULL), AN_ETOOFEW);
	assert_int_equal(an_distractors(choice, 5, 2, (size_t[]){ 2, 2 }, right, *state, &all, out, NULL), AN_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(against_mantelhaen, begin, end),
		cmocka_unit_test_setup_teardown(classes, begin, end),
		cmocka_unit_test_setup_teardown(purification, begin, end),
		cmocka_unit_test_setup_teardown(dif_limits, begin, end),
		cmocka_unit_test_setup_teardown(infinite_ratio, begin, end),
		cmocka_unit_test_setup_teardown(answers, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
