/* Least squares and the terms of a linear model. */
#include "analysis/stats/groups.h"
#include "analysis/stats/numeric/lsq.h"
#include "analysis/stats/compare/terms.h"

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

/* Longley 1967 with the coefficients that NIST certifies; the columns all but follow from each other. */
static const double longley[16][7] = { { 83.0, 234289, 2356, 1590, 107608, 1947, 60323 },
	{ 88.5, 259426, 2325, 1456, 108632, 1948, 61122 }, { 88.2, 258054, 3682, 1616, 109773, 1949, 60171 },
	{ 89.5, 284599, 3351, 1650, 110929, 1950, 61187 }, { 96.2, 328975, 2099, 3099, 112075, 1951, 63221 },
	{ 98.1, 346999, 1932, 3594, 113270, 1952, 63639 }, { 99.0, 365385, 1870, 3547, 115094, 1953, 64989 },
	{ 100.0, 363112, 3578, 3350, 116219, 1954, 63761 }, { 101.2, 397469, 2904, 3048, 117388, 1955, 66019 },
	{ 104.6, 419180, 2822, 2857, 118734, 1956, 67857 }, { 108.4, 442769, 2936, 2798, 120445, 1957, 68169 },
	{ 110.8, 444546, 4681, 2637, 121950, 1958, 66513 }, { 112.6, 482704, 3813, 2552, 123366, 1959, 68655 },
	{ 114.2, 502601, 3931, 2514, 125368, 1960, 69564 }, { 115.7, 518173, 4806, 2572, 127852, 1961, 69331 },
	{ 116.9, 554894, 4007, 2827, 130081, 1962, 70551 } };

static void certified(void **state)
{
	static const double want[] = { -3482258.63459582, 15.0618722713733, -0.358191792925910e-1, -2.02022980381683,
		-1.03322686717359, -0.511041056535807e-1, 1829.15146461355 };
	double x[16 * 7], y[16], b[7], inverse[49], cov[49], sum = 0;
	struct an_lsq_data d = { .x = x, .y = y, .n = 16, .k = 7 };
	struct an_lsq f = { .b = b, .inverse = inverse };

	for (int i = 0; i < 16; i++) {
		x[i * 7] = 1;
		for (int j = 0; j < 6; j++)
			x[i * 7 + j + 1] = longley[i][j];
		y[i] = longley[i][6];
	}
	assert_int_equal(an_lsq(&d, *state, &f), AN_OK);
	assert_int_equal(f.rank, 7);
	for (int j = 0; j < 7; j++)
		near(b[j] / want[j], 1, 1e-8);
	an_lsq_covariance(inverse, 7, f.rss / 9, cov);
	near(f.rss, 836424.055505915, 1e-9);
	near(sqrt(cov[0]), 890420.383607373, 1e-8);
	near(sqrt(cov[48]), 455.478499142212, 1e-8);
	for (int i = 0; i < 16; i++) {
		double left = y[i] - an_lsq_fitted(x + i * 7, b, 7);

		sum += left * left;
	}
	near(sum, f.rss, 1e-6);
}

static void aliased(void **state)
{
	/* the third column is the sum of the first two */
	static const double x[] = { 1, 0, 1, 1, 1, 2, 1, 2, 3, 1, 3, 4, 1, 5, 6 }, y[] = { 1, 3, 5, 7, 11 };
	static const double weight[] = { 1, 2, 0, 1, 1 }, bad[] = { 1, -1, 1, 1, 1 };
	double b[3], effect[3], inverse[9];
	bool kept[3];
	struct an_lsq_data d = { .x = x, .y = y, .n = 5, .k = 3 };
	struct an_lsq f = { .b = b, .effect = effect, .inverse = inverse, .kept = kept };

	assert_int_equal(an_lsq(&d, *state, &f), AN_OK);
	assert_true(f.rank == 2 && kept[0] && kept[1] && !kept[2]);
	near(b[0], 1, 1e-14);
	near(b[1], 2, 1e-14);
	near(b[2], 0, 0);
	near(effect[2], 0, 0);
	near(inverse[8], 0, 0);
	near(f.rss, 0, 1e-26);
	d.w = weight;
	assert_int_equal(an_lsq(&d, *state, &f), AN_OK);
	near(b[1], 2, 1e-13);
	d.w = bad;
	assert_int_equal(an_lsq(&d, *state, &f), AN_EDATA);
	/* fewer rows than columns */
	d = (struct an_lsq_data){ .x = x, .y = y, .n = 1, .k = 3 };
	assert_int_equal(an_lsq(&d, *state, &f), AN_OK);
	assert_int_equal(f.rank, 1);
	/* not told to go on without it */
	d.n = 5;
	f.kept = NULL;
	assert_int_equal(an_lsq(&d, *state, &f), AN_ENOVARIANCE);
	assert_int_equal(f.dependent, 2);
	d.n = 0;
	assert_int_equal(an_lsq(&d, *state, &f), AN_ETOOFEW);
	b[0] = NAN;
	d = (struct an_lsq_data){ .x = x, .y = b, .n = 1, .k = 3 };
	assert_int_equal(an_lsq(&d, *state, &f), AN_EDATA);
}

/* A column in the middle that follows from the one before it: those behind it lose nothing. */
static void aliased_in_the_middle(void **state)
{
	static const double all[] = { 1, 0, 0, 3, 1, 1, 2, 1, 1, 2, 4, 4, 1, 3, 6, 1, 1, 4, 8, 5, 1, 5, 10, 9 };
	static const double y[] = { 2, 7, 1, 8, 2, 8 };
	double part[18], b[4], want[3], effect[4], effects[3], inverse[16], inverses[9];
	bool kept[4];
	struct an_lsq f = { .b = b, .effect = effect, .inverse = inverse, .kept = kept };
	struct an_lsq g = { .b = want, .effect = effects, .inverse = inverses };
	static const int at[] = { 0, 1, 3 };

	for (int i = 0; i < 18; i++)
		part[i] = all[i / 3 * 4 + at[i % 3]];
	assert_int_equal(an_lsq(&(struct an_lsq_data){ .x = all, .y = y, .n = 6, .k = 4 }, *state, &f), AN_OK);
	assert_int_equal(an_lsq(&(struct an_lsq_data){ .x = part, .y = y, .n = 6, .k = 3 }, *state, &g), AN_OK);
	assert_true(f.rank == 3 && !kept[2]);
	near(f.rss, g.rss, 1e-14);
	for (int i = 0; i < 3; i++) {
		near(b[at[i]], want[i], 1e-14);
		near(fabs(effect[at[i]]), fabs(effects[i]), 1e-14);
		for (int j = 0; j < 3; j++)
			near(fabs(inverse[at[i] * 4 + at[j]]), fabs(inverses[i * 3 + j]), 1e-14);
	}
}

/* Two factors of 2 and 3 levels; cell (a, b) has size[a * 3 + b] rows. */
static size_t design(const size_t *size, double *x, double *y)
{
	size_t n = 0;

	for (size_t a = 0; a < 2; a++)
		for (size_t b = 0; b < 3; b++)
			for (size_t i = 0; i < size[a * 3 + b]; i++, n++) {
				double *row = x + n * 6;

				row[0] = 1;
				an_terms_sum_code(a, 2, row + 1);
				an_terms_sum_code(b, 3, row + 2);
				row[4] = row[1] * row[2];
				row[5] = row[1] * row[3];
				y[n] = (double)(3 * a) - (double)(b * b) + sin(5.0 * (double)n) + (double)(a * b);
			}
	return n;
}

static void types(void **state)
{
	static const size_t even[] = { 3, 3, 3, 3, 3, 3 }, uneven[] = { 2, 5, 3, 4, 2, 6 }, start[] = { 1, 2, 4, 6 };
	static const size_t empty[] = { 3, 3, 0, 3, 3, 3 };
	static const unsigned within[] = { 4, 4, 0 };
	double x[32 * 6], y[32], row[6] = { 1, 1, 0, 0, 0, 0 };
	struct an_terms d = { 18, 6, 3, x, y, start, within };
	struct an_anova_term one[3], two[3], three[3];
	struct an_terms_fit fit;
	struct an_adjusted_mean e;

	design(even, x, y);
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 1, *state, one), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 2, *state, two), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 3, *state, three), AN_OK);
	for (int t = 0; t < 3; t++) { /* balanced: all the same */
		near(two[t].ss, one[t].ss, 1e-12);
		near(three[t].ss, one[t].ss, 1e-12);
	}
	d.rows = design(uneven, x, y);
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 1, *state, one), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 2, *state, two), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 3, *state, three), AN_OK);
	near(two[1].ss, one[1].ss, 1e-12); /* the last of the main effects, and the interaction */
	near(two[2].ss, one[2].ss, 1e-12);
	near(three[2].ss, one[2].ss, 1e-12);
	assert_true(fabs(two[0].ss - one[0].ss) > 1e-3);
	assert_int_equal(an_terms_mean(&fit, row, 0.95, &e), AN_OK);
	assert_true(e.se > 0 && e.interval.lo < e.mean);
	assert_int_equal(an_terms_mean(&fit, row, 0, &e), AN_EDATA);
	d.rows = design(empty, x, y);
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 2, *state, two), AN_OK);
	near(two[2].df, 1, 0);
	assert_int_equal(an_terms_mean(&fit, row, 0.95, &e), AN_EDATA);
	d.rows = 6;
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_OK);
	d.rows = 1;
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_ETOOFEW);
	d.rows = design(even, x, y);
	for (size_t i = 0; i < d.rows; i++)
		y[i] = x[i * 6 + 1];
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_ENOVARIANCE);
}

/* One factor alone is one-way analysis of variance. */
static void one_way(void **state)
{
	static const size_t size[] = { 4, 4, 4, 0, 0, 0 }, start[] = { 1, 3 };
	static const unsigned within[] = { 0 };
	double all[12 * 6], x[12 * 3], y[12];
	struct an_terms d = { 12, 3, 1, x, y, start, within };
	struct an_group g[3] = { { 0, 0, 0 } };
	struct an_missing missing;
	struct an_terms_fit fit;
	struct an_anova1 a;
	struct an_anova_term t;
	size_t of[12], outside;

	design(size, all, y);
	for (size_t i = 0; i < 12; i++) {
		memcpy(x + 3 * i, (double[]){ 1, all[6 * i + 2], all[6 * i + 3] }, 3 * sizeof *x);
		of[i] = i / 4;
	}
	assert_int_equal(an_terms_fit(&d, *state, &fit), AN_OK);
	assert_int_equal(an_terms_anova(&d, &fit, 3, *state, &t), AN_OK);
	assert_int_equal(an_groups((struct an_view){ y, NULL, 12, 1, 1 }, 0, of, 3, *state, g, &missing, &outside),
	    AN_OK);
	assert_int_equal(an_anova1(g, 3, &a), AN_OK);
	near(t.f, a.f, 1e-11);
	near(t.p, a.p, 1e-11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(certified, begin, end),
		cmocka_unit_test_setup_teardown(aliased, begin, end),
		cmocka_unit_test_setup_teardown(aliased_in_the_middle, begin, end),
		cmocka_unit_test_setup_teardown(types, begin, end),
		cmocka_unit_test_setup_teardown(one_way, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
