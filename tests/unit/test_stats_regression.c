/* Least squares and what stands on it: linear, logistic, Poisson and ordered regression. */
#include "analysis/stats/regression/glm.h"
#include "analysis/stats/regression/ols.h"
#include "analysis/stats/regression/ordered.h"
#include "analysis/stats/numeric/rng.h"

#include <setjmp.h>
#include <stdarg.h>
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

/* NIST StRD, Longley 1967: highly collinear, certified to 15 digits. */
static const double longley_y[16] = { 60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169,
	66513, 68655, 69564, 69331, 70551 };
static const double longley_x[16 * 7] = { 1, 83.0, 234289, 2356, 1590, 107608, 1947, 1, 88.5, 259426, 2325, 1456,
	108632, 1948, 1, 88.2, 258054, 3682, 1616, 109773, 1949, 1, 89.5, 284599, 3351, 1650, 110929, 1950, 1, 96.2,
	328975, 2099, 3099, 112075, 1951, 1, 98.1, 346999, 1932, 3594, 113270, 1952, 1, 99.0, 365385, 1870, 3547,
	115094, 1953, 1, 100.0, 363112, 3578, 3350, 116219, 1954, 1, 101.2, 397469, 2904, 3048, 117388, 1955, 1, 104.6,
	419180, 2822, 2857, 118734, 1956, 1, 108.4, 442769, 2936, 2798, 120445, 1957, 1, 110.8, 444546, 4681, 2637,
	121950, 1958, 1, 112.6, 482704, 3813, 2552, 123366, 1959, 1, 114.2, 502601, 3931, 2514, 125368, 1960, 1, 115.7,
	518173, 4806, 2572, 127852, 1961, 1, 116.9, 554894, 4007, 2827, 130081, 1962 };
static const size_t longley_term[7] = { 0, 0, 1, 2, 3, 4, 5 };

static struct an_model longley(void)
{
	return (struct an_model){ .data = { longley_x, longley_y, NULL, 16, 7 },
		.intercept = true,
		.term = longley_term,
		.terms = 6 };
}

static void certified(void **state)
{
	static const double want[7][2] = { { -3482258.63459582, 890420.383607373 },
		{ 15.0618722713733, 84.9149257747669 }, { -0.358191792925910E-01, 0.334910077722432E-01 },
		{ -2.02022980381683, 0.488399681651699 }, { -1.03322686717359, 0.214274163161675 },
		{ -0.511041056535807E-01, 0.226073200069370 }, { 1829.15146461355, 455.478499142212 } };
	struct an_model m = longley();
	struct an_coefficient each[7];
	struct an_ols s;

	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_OK);
	for (int j = 0; j < 7; j++) {
		assert_true(fabs(each[j].estimate / want[j][0] - 1) < 1e-12);
		assert_true(fabs(each[j].se / want[j][1] - 1) < 1e-12);
	}
	near(s.sigma, 304.854073561965, 1e-12);
	near(s.r2, 0.995479004577296, 1e-14);
	near(s.f, 330.285339234588, 1e-12);
}

/* A whole model from parts: sums of squares add up, leverages sum to the number of columns, residuals
 * stand at right angles to every column, and leaving one column out is the square of its t. */
static void identities(void **state)
{
	struct an_model m = longley();
	struct an_coefficient each[7];
	struct an_term terms[6];
	struct an_case cases[16];
	double cov[49], ss = 0, leverage = 0, total = 0, mean = 0;
	struct an_ols s;

	assert_int_equal(an_ols(&m, 0.9, *state, &s, each, cov, terms, cases), AN_OK);
	for (int t = 0; t < 6; t++) {
		ss += terms[t].ss;
		near(terms[t].f, each[t + 1].t * each[t + 1].t, 1e-7);
		near(terms[t].p, each[t + 1].p, 1e-7);
	}
	for (int i = 0; i < 16; i++) {
		leverage += cases[i].leverage;
		mean += longley_y[i] / 16;
	}
	for (int i = 0; i < 16; i++)
		total += (longley_y[i] - mean) * (longley_y[i] - mean);
	near(ss + s.rss, total, 1e-12);
	near(leverage, 7, 1e-9);
	for (int j = 0; j < 7; j++) {
		double sum = 0, size = 0;

		near(cov[j * 7 + j], each[j].se * each[j].se, 1e-12);
		for (int i = 0; i < 16; i++) {
			sum += cases[i].residual * longley_x[i * 7 + j];
			size += fabs(cases[i].residual * longley_x[i * 7 + j]);
		}
		assert_true(fabs(sum) < 1e-9 * size);
	}
}

/* Whole weights are rows given several times, but for what counts rows. */
static void weights(void **state)
{
	enum { N = 40 };
	double x[N * 2], y[N], w[N], xx[4 * N * 2], yy[4 * N];
	static const size_t term[] = { 0, 0 };
	struct an_coefficient once[2], often[2];
	struct an_ols a, b;
	struct an_rng r;
	size_t rows = 0;

	an_rng_seed(&r, 3, 1);
	for (size_t i = 0; i < N; i++) {
		x[2 * i] = 1;
		x[2 * i + 1] = an_rng_uniform(&r);
		y[i] = 2 + 3 * x[2 * i + 1] + an_rng_uniform(&r);
		w[i] = (double)an_rng_below(&r, 4);
		for (size_t c = 0; c < (size_t)w[i]; c++, rows++) {
			memcpy(xx + 2 * rows, x + 2 * i, 2 * sizeof *x);
			yy[rows] = y[i];
		}
	}
	struct an_model m = { .data = { x, y, w, N, 2 }, .intercept = true, .term = term, .terms = 1 };
	struct an_model l = { .data = { xx, yy, NULL, rows, 2 }, .intercept = true, .term = term, .terms = 1 };

	assert_int_equal(an_ols(&m, 0.95, *state, &a, once, NULL, NULL, NULL), AN_OK);
	assert_int_equal(an_ols(&l, 0.95, *state, &b, often, NULL, NULL, NULL), AN_OK);
	assert_true(a.n < N);
	near(once[1].estimate, often[1].estimate, 1e-13);
	near(once[1].beta, often[1].beta, 1e-13);
	near(a.rss, b.rss, 1e-13);
	near(a.r2, b.r2, 1e-13);
	near(once[1].se * sqrt((double)a.df), often[1].se * sqrt((double)b.df), 1e-13);
}

static void ols_refusals(void **state)
{
	static const double x[] = { 1, 1, 2, 1, 2, 4, 1, 3, 6, 1, 4, 8, 1, 5, 10 }, y[] = { 1, 2, 2, 4, 5 };
	static const double flat[] = { 3, 3, 3, 3, 3 }, bad[] = { 1, 2, INFINITY, 4, 5 }, w[] = { 1, 1, -1, 1, 1 };
	static const double line[] = { 1, 2, 3, 4, 5 };
	static const size_t term[] = { 0, 0, 1 }, outside[] = { 0, 0, 7 };
	struct an_model m = { .data = { x, y, NULL, 5, 3 }, .intercept = true, .term = term, .terms = 2 };
	struct an_coefficient each[3];
	double narrow[10];
	struct an_ols s;

	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_ENOVARIANCE);
	assert_int_equal(s.dependent, 2);
	m.term = outside;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_EDATA);
	for (int i = 0; i < 5; i++)
		memcpy(narrow + 2 * i, x + 3 * i, 2 * sizeof *x);
	m = (struct an_model){ .data = { narrow, flat, NULL, 5, 2 }, .intercept = true, .term = term, .terms = 1 };
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_ENOVARIANCE);
	assert_int_equal(s.dependent, SIZE_MAX);
	m.data.y = bad;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_EDATA);
	m.data.y = y;
	assert_int_equal(an_ols(&m, 1, *state, &s, each, NULL, NULL, NULL), AN_EDATA);
	m.data.w = w;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_EDATA);
	m.data.w = NULL;
	m.data.n = 2;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_ETOOFEW);
	m.data.n = 0;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_ETOOFEW);
	/* an exact line has coefficients and no tests */
	m.data.n = 5;
	m.data.y = line;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_OK);
	near(each[1].estimate, 1, 1e-15);
	near(s.r2, 1, 0);
	assert_false(s.has_test);
	assert_false(each[1].has_test);
	assert_false(s.has_f);
}

/* Rows in clusters of one are rows alone. */
static void clusters(void **state)
{
	static const size_t own[16] = { 3, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct an_model m = longley();
	struct an_coefficient each[7];
	struct an_ols s;

	m.cluster = own;
	m.clusters = 17;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_OK);
	assert_int_equal(s.clusters, 16);
	for (int j = 0; j < 7; j++) {
		near(each[j].cr[0], each[j].hc[AN_HC0], 1e-10);
		near(each[j].cr[1], each[j].hc[AN_HC1], 1e-10);
	}
	m.clusters = 15;
	assert_int_equal(an_ols(&m, 0.95, *state, &s, each, NULL, NULL, NULL), AN_EDATA);
}

/* Dobson 1990, p. 93, as in the help of R's glm: counts by outcome and treatment; deviance 5.1291 on 4,
 * null deviance 10.5814. */
static void poisson(void **state)
{
	static const double y[] = { 18, 17, 15, 20, 10, 20, 25, 13, 12 };
	static const size_t term[] = { 0, 0, 0, 1, 1 };
	static const double want[] = { 3.044522437723423, -0.4542552722775950, -0.2929871246814, 0, 0 };
	struct an_glm_coefficient each[5];
	struct an_glm_term terms[2];
	double x[45] = { 0 };
	struct an_glm s;

	for (size_t i = 0; i < 9; i++) {
		x[i * 5] = 1;
		if (i % 3 > 0)
			x[i * 5 + i % 3] = 1;
		if (i / 3 > 0)
			x[i * 5 + 2 + i / 3] = 1;
	}
	struct an_model m = { .data = { x, y, NULL, 9, 5 }, .intercept = true, .term = term, .terms = 2 };

	assert_int_equal(an_glm(&m, AN_POISSON, 0.95, *state, &s, each, NULL, NULL), AN_OK);
	for (int j = 0; j < 5; j++)
		near(each[j].estimate, want[j], 1e-9);
	near(s.deviance, 5.12914107700114, 1e-9);
	near(s.null_deviance, 10.5814458637509, 1e-9);
	near(each[1].se, 0.2021708, 1e-6);
	near(s.aic, 56.76132, 1e-6);
	assert_int_equal(an_glm_terms(&m, AN_POISSON, *state, terms), AN_OK);
	near(terms[0].deviance, 5.4523, 1e-4);
	near(terms[1].deviance, 0, 1e-8);
	assert_int_equal(terms[1].rest_df, 4);
}

/* Of a two-by-two table everything is known: log(ad / bc), variance the sum of reciprocals. */
static void two_by_two(void **state)
{
	static const double x[] = { 1, 0, 1, 0, 1, 1, 1, 1 }, y[] = { 0, 1, 0, 1 }, w[] = { 30, 10, 12, 28 };
	static const double probability[] = { 0.25, 0.25, 0.7, 0.7 };
	static const size_t term[] = { 0, 0 };
	struct an_model m = { .data = { x, y, w, 4, 2 }, .intercept = true, .term = term, .terms = 1 };
	struct an_glm_coefficient each[2];
	struct an_logit_quality q;
	struct an_profile profile;
	struct an_glm_term one;
	struct an_glm s;
	double cov[4], p[4];

	assert_int_equal(an_glm(&m, AN_LOGIT, 0.95, *state, &s, each, cov, p), AN_OK);
	near(each[1].estimate, log(30.0 * 28 / (10 * 12)), 1e-7); /* R stops there */
	near(each[1].se, sqrt(1 / 30.0 + 1 / 10.0 + 1 / 12.0 + 1 / 28.0), 1e-4);
	near(cov[3], each[1].se * each[1].se, 1e-14);
	for (int i = 0; i < 4; i++)
		near(p[i], probability[i], 1e-7);
	assert_int_equal(an_glm_terms(&m, AN_LOGIT, *state, &one), AN_OK);
	near(one.deviance, s.null_deviance - s.deviance, 1e-8);
	near(one.lr, one.deviance, 1e-10);
	/* 28 of 38 events and 12 of 42 others lie at 0.7 */
	assert_int_equal(an_logit_quality(&m, &s, p, *state, &q), AN_OK);
	near(q.auc, 28.0 / 38 * 30 / 42 + 0.5 * (28.0 / 38 * 12 / 42 + 10.0 / 38 * 30 / 42), 1e-14);
	assert_false(q.has_hl);
	assert_int_equal(an_glm_profile(&m, AN_LOGIT, &s, each, 1, 0.95, *state, &profile), AN_OK);
	assert_true(profile.has_lo && profile.has_hi);
	assert_true(
	    profile.lo > 0.9 && profile.lo < each[1].estimate && profile.hi > each[1].estimate && profile.hi < 3.1);
}

static void separation(void **state)
{
	static const double x[] = { 1, 0, 5, 1, 1, 3, 1, 0, 2, 1, 1, 7, 1, 0, 9, 1, 1, 8, 1, 0, 1, 1, 1, 6 };
	static const double apart[] = { 0, 0, 0, 1, 1, 1, 0, 1 }, same[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	static const double two[] = { 0, 2, 0, 1, 1, 1, 0, 1 };
	static const size_t term[] = { 0, 0, 1 };
	struct an_model m = { .data = { x, apart, NULL, 8, 3 }, .intercept = true, .term = term, .terms = 2 };
	struct an_glm s;

	assert_int_equal(an_glm(&m, AN_LOGIT, 0.95, *state, &s, NULL, NULL, NULL), AN_ENOCONVERGE);
	assert_int_equal(s.separated, 2);
	m.data.y = same;
	assert_int_equal(an_glm(&m, AN_LOGIT, 0.95, *state, &s, NULL, NULL, NULL), AN_ENOVARIANCE);
	m.data.y = two;
	assert_int_equal(an_glm(&m, AN_LOGIT, 0.95, *state, &s, NULL, NULL, NULL), AN_EDATA);
	m.data.y = apart;
	m.data.n = 3;
	assert_int_equal(an_glm(&m, AN_LOGIT, 0.95, *state, &s, NULL, NULL, NULL), AN_ETOOFEW);
}

/* An ordered outcome with one column, from a seed. */
enum { PEOPLE = 300 };
static void invent(double *x, double *y)
{
	struct an_rng r;

	an_rng_seed(&r, 11, 1);
	for (size_t i = 0; i < PEOPLE; i++) {
		double u = an_rng_uniform(&r), v = an_rng_uniform(&r), z;

		x[i] = 10 + 4 * u;
		z = x[i] / 2 + log(v / (1 - v));
		y[i] = z < 5 ? 0 : z < 6 ? 1 : z < 7.2 ? 2 : 3;
	}
}

static void ordered(void **state)
{
	static const size_t term[] = { 0 };
	double x[PEOPLE], y[PEOPLE], turned[PEOPLE], w[PEOPLE], moved[PEOPLE], cov[16];
	struct an_model m = { .data = { x, y, NULL, PEOPLE, 1 }, .term = term, .terms = 1 };
	struct an_glm_coefficient a[4], b[4];
	struct an_brant all;
	struct an_glm s, t;

	invent(x, y);
	assert_int_equal(an_ordered(&m, 4, AN_LOGISTIC, 0.95, *state, &s, a, cov), AN_OK);
	near(a[0].estimate, 0.5, 0.4);
	assert_true(a[1].estimate < a[2].estimate && a[2].estimate < a[3].estimate);
	near(cov[0], a[0].se * a[0].se, 1e-12);
	/* levels the other way round: the coefficient changes its sign, thresholds sign and order */
	for (size_t i = 0; i < PEOPLE; i++) {
		turned[i] = 3 - y[i];
		w[i] = 3;
		moved[i] = 2 * x[i] - 100;
	}
	m.data.y = turned;
	assert_int_equal(an_ordered(&m, 4, AN_LOGISTIC, 0.95, *state, &t, b, NULL), AN_OK);
	near(b[0].estimate, -a[0].estimate, 1e-9);
	near(b[1].estimate, -a[3].estimate, 1e-9);
	near(b[3].se, a[1].se, 1e-9);
	near(t.deviance, s.deviance, 1e-12);
	/* everyone three times, in other units */
	m.data.y = y;
	m.data.w = w;
	m.data.x = moved;
	assert_int_equal(an_ordered(&m, 4, AN_LOGISTIC, 0.95, *state, &t, b, NULL), AN_OK);
	near(2 * b[0].estimate, a[0].estimate, 1e-9);
	near(2 * b[0].se * sqrt(3), a[0].se, 1e-9);
	near(t.deviance, 3 * s.deviance, 1e-12);
	near(b[1].estimate, a[1].estimate - 50 * a[0].estimate, 1e-9);
	/* made with one slope for all steps */
	assert_int_equal(an_brant(&m, 4, *state, &all, NULL), AN_OK);
	near(all.df, 2, 0);
	m.data.w = NULL;
	assert_int_equal(an_brant(&m, 4, *state, &all, NULL), AN_OK);
	assert_true(all.p > 0.01);
}

static void ordered_refusals(void **state)
{
	static const double x[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, y[] = { 0, 0, 0, 1, 1, 1, 2, 2, 2 };
	static const double gap[] = { 0, 0, 0, 2, 2, 2, 2, 2, 0 }, half[] = { 0, 0.5, 0, 1, 1, 1, 2, 2, 2 };
	static const double flat[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	static const size_t term[] = { 0 };
	struct an_model m = { .data = { x, y, NULL, 9, 1 }, .term = term, .terms = 1 };
	struct an_glm_coefficient each[3];
	struct an_glm s;

	assert_int_equal(an_ordered(&m, 3, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_ENOCONVERGE);
	assert_int_equal(s.separated, 0);
	assert_int_equal(an_ordered(&m, 3, AN_PROBIT, 0.95, *state, &s, each, NULL), AN_ENOCONVERGE);
	m.data.y = gap;
	assert_int_equal(an_ordered(&m, 3, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_ETOOFEW);
	m.data.y = half;
	assert_int_equal(an_ordered(&m, 3, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_EDATA);
	m.data.y = y;
	assert_int_equal(an_ordered(&m, 2, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_EDATA);
	m.data.x = flat;
	assert_int_equal(an_ordered(&m, 3, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_ENOVARIANCE);
	assert_int_equal(s.dependent, 0);
	m.data.n = 0;
	assert_int_equal(an_ordered(&m, 3, AN_LOGISTIC, 0.95, *state, &s, each, NULL), AN_ETOOFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certified),
		cmocka_unit_test(identities),
		cmocka_unit_test(weights),
		cmocka_unit_test(ols_refusals),
		cmocka_unit_test(clusters),
		cmocka_unit_test(poisson),
		cmocka_unit_test(two_by_two),
		cmocka_unit_test(separation),
		cmocka_unit_test(ordered),
		cmocka_unit_test(ordered_refusals),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
