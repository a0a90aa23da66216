/* One variable: moments, quantiles, interpolated median, distribution.  Expected values are
 * worked out by hand; the comments show how. */
#include "analysis/stats/describe/describe.h"
#include "analysis/stats/describe/distribution.h"
#include "analysis/stats/numeric/quantile.h"
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

static void describe_five(void **state)
{
	/* deviations from 4: -3 -2 -1 0 6; squares sum to 50, cubes to 180, fourths to 1394 */
	double x[] = { 10, 3, 1, 4, 2 };
	struct an_describe d;

	assert_int_equal(an_describe_values(x, 5, *state, &d), AN_OK);
	assert_int_equal(d.used, 5);
	near(d.mean, 4, 1e-15);
	near(d.sd, sqrt(12.5), 1e-15);
	near(d.se, sqrt(2.5), 1e-15);
	near(d.median, 3, 0);
	near(d.trimmed, 4, 1e-15);  /* a tenth of five is less than one */
	near(d.mad, 1.4826, 1e-15); /* distances from 3: 2 1 0 1 7 */
	near(d.skew, 36 / pow(12.5, 1.5), 1e-14);
	near(d.kurtosis, 278.8 / 156.25 - 3, 1e-14);
	near(d.min, 1, 0);
	near(d.max, 10, 0);
	near(d.range, 9, 0);
}

static void describe_trims(void **state)
{
	double x[] = { 100, 2, 3, 4, 5, 6, 7, 8, 9, -50 };
	struct an_describe d;

	assert_int_equal(an_describe_values(x, 10, *state, &d), AN_OK);
	near(d.trimmed, 44.0 / 8, 1e-15); /* 2 to 9 */
}

static void describe_missing_and_awkward(void **state)
{
	static const double data[] = { 1, 9, NAN, 9, 3, 9 };
	static const unsigned char why[] = { 0, 0, AN_NOT_APPLICABLE, AN_SKIPPED, 0, 99 };
	struct an_view v = { data, why, 3, 2, 2 };
	struct an_describe d;
	double one[] = { 7 }, same[] = { 2.1, 2.1, 2.1 }, bad[] = { 1, INFINITY }, huge[] = { 1e308, -1e308, 1e308 };

	assert_int_equal(an_describe(v, 0, *state, &d), AN_OK);
	assert_int_equal(d.used, 2);
	assert_int_equal(d.missing.by[AN_NOT_APPLICABLE], 1);
	near(d.mean, 2, 0);
	assert_int_equal(an_describe(v, 1, *state, &d), AN_OK);
	assert_int_equal(d.used, 1);
	assert_int_equal(d.missing.by[AN_SKIPPED], 1);
	assert_int_equal(d.missing.by[AN_UNREADABLE], 1); /* a reason that nobody knows */
	assert_false(d.has_sd);
	v.why = NULL;
	assert_int_equal(an_describe(v, 0, *state, &d), AN_EDATA);
	assert_int_equal(an_describe_values(one, 1, *state, &d), AN_OK);
	assert_false(d.has_sd || d.has_shape);
	assert_int_equal(an_describe_values(same, 3, *state, &d), AN_OK);
	assert_true(d.has_sd);
	near(d.sd, 0, 0);
	assert_false(d.has_shape);
	assert_int_equal(an_describe_values(bad, 2, *state, &d), AN_EDATA);
	assert_int_equal(an_describe_values(huge, 3, *state, &d), AN_EDATA);
	assert_int_equal(an_describe_values(one, 0, *state, &d), AN_ETOOFEW);
}

/* A large offset must cost nothing: same sd as without it, which naive sums lose altogether. */
static void describe_offset(void **state)
{
	double x[1000];
	struct an_describe d;

	for (int i = 0; i < 1000; i++)
		x[i] = 1e9 + (i % 2 ? 1 : -1);
	assert_int_equal(an_describe_values(x, 1000, *state, &d), AN_OK);
	near(d.mean - 1e9, 0, 1e-15);
	near(d.sd, sqrt(1000.0 / 999), 1e-15);
}

static void compensated_sum(void **state)
{
	struct an_sum s = { 0, 0 };

	(void)state;
	an_sum_add(&s, 1);
	an_sum_add(&s, 1e100);
	an_sum_add(&s, 1);
	an_sum_add(&s, -1e100);
	near(an_sum_of(&s), 2, 0); /* Neumaier's own example; plain sums give 0 */
}

static void lag1(void **state)
{
	static const double x[] = { 1, 2, 3, 4 }, same[] = { 5, 5 };
	double r, numacc4[1001];

	(void)state;
	/* d = -1.5 -0.5 0.5 1.5: (0.75 - 0.25 + 0.75) / 5 */
	assert_int_equal(an_lag1(x, 4, &r), AN_OK);
	near(r, 0.25, 1e-15);
	/* NIST StRD NumAcc4: certified -0.999 */
	for (int i = 0; i < 1001; i++)
		numacc4[i] = i == 0 ? 10000000.2 : i % 2 == 1 ? 10000000.1 : 10000000.3;
	assert_int_equal(an_lag1(numacc4, 1001, &r), AN_OK);
	near(r, -0.999, 1e-13);
	assert_int_equal(an_lag1(same, 2, &r), AN_ENOVARIANCE);
	assert_int_equal(an_lag1(x, 1, &r), AN_ETOOFEW);
}

static void quantiles(void **state)
{
	static const double x[] = { 1, 2, 3, 4 }, ten[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	static const struct {
		double p;
		enum an_quantile_type type;
		double want;
	} t[] = {
		{ 0, 7, 1 },
		{ 1, 7, 4 },
		{ 0.25, 7, 1.75 },
		{ 0.5, 7, 2.5 },
		{ 0.1, 6, 1 },
		{ 0.25, 6, 1.25 },
		{ 0.95, 6, 4 },
	};
	double q;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(an_quantile(x, 4, t[i].p, t[i].type, &q), AN_OK);
		near(q, t[i].want, 1e-15);
	}
	assert_int_equal(an_quantile(ten, 10, 0.3, AN_QUANTILE_7, &q), AN_OK);
	near(q, 3.7, 1e-15);
	assert_int_equal(an_quantile(x, 0, 0.5, AN_QUANTILE_7, &q), AN_ETOOFEW);
	assert_int_equal(an_quantile(x, 4, 1.5, AN_QUANTILE_7, &q), AN_EDATA);
	assert_int_equal(an_quantile(x, 4, NAN, AN_QUANTILE_7, &q), AN_EDATA);
	assert_int_equal(an_quantile(x, 4, 0.5, (enum an_quantile_type)5, &q), AN_EDATA);
}

static void interpolated(void **state)
{
	static const struct {
		double x[6];
		size_t n;
		double width, want;
	} t[] = {
		{ { 1, 2, 2, 3, 3, 3 }, 6, 1, 2.5 },	      /* the middle falls between two answers */
		{ { 1, 2, 2, 2, 3 }, 5, 1, 1.5 + 1.5 / 3 },   /* one below, three equal */
		{ { 2, 2, 3 }, 3, 1, 1.5 + 1.5 / 2 },	      /* none below, two equal */
		{ { 10, 20, 20, 30 }, 4, 10, 15 + 10 * 0.5 }, /* wider steps */
		{ { 4 }, 1, 1, 4 },
	};
	static const double value[] = { 1, 2, 3 }, count[] = { 1, 3, 1 }, none[] = { 0, 0, 0 }, even[] = { 3, 0, 3 };
	double m;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(an_interpolated_median(t[i].x, t[i].n, t[i].width, &m), AN_OK);
		near(m, t[i].want, 1e-15);
	}
	assert_int_equal(an_interpolated_median_counts(value, count, 3, 1, &m), AN_OK);
	near(m, 2, 1e-15); /* the second case above */
	assert_int_equal(an_interpolated_median_counts(value, even, 3, 1, &m), AN_OK);
	near(m, 2, 1e-15);
	assert_int_equal(an_interpolated_median_counts(value, none, 3, 1, &m), AN_ETOOFEW);
	assert_int_equal(an_interpolated_median(t[0].x, 0, 1, &m), AN_ETOOFEW);
	assert_int_equal(an_interpolated_median(t[0].x, 6, 0, &m), AN_EDATA);
}

static void distribution(void **state)
{
	static const double x[] = { 5, 3, 5, 1, 9, 0 }, scale[] = { 1, 2, 3, 4, 5 };
	static const unsigned char why[] = { 0, 0, 0, 0, 0, AN_NOT_SHOWN };
	struct an_view v = { x, why, 6, 1, 1 };
	struct an_distribution d;
	double value[4];
	size_t count[5], found;

	assert_int_equal(an_distribution(v, 0, scale, 5, count, &d), AN_OK);
	assert_int_equal(d.used, 5);
	assert_int_equal(d.missing.by[AN_NOT_SHOWN], 1);
	assert_int_equal(d.outside, 1); /* the 9 */
	assert_int_equal(count[0], 1);
	assert_int_equal(count[1], 0);
	assert_int_equal(count[4], 2);
	assert_int_equal(an_distinct(v, 0, *state, value, 4, &found), AN_OK);
	assert_int_equal(found, 4);
	near(value[3], 9, 0);
	assert_int_equal(an_distinct(v, 0, *state, value, 3, &found), AN_ETOOFEW);
	v.rows = 0;
	assert_int_equal(an_distribution(v, 0, scale, 5, count, &d), AN_ETOOFEW);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(an_status_name(AN_ENOCONVERGE), "not_converged");
	assert_string_equal(an_why_name(AN_SET_ASIDE), "set_aside");
	assert_string_equal(an_why_name((enum an_why)77), "unreadable");
}

static void scratch(void **state)
{
	struct an_work *w = an_work_new(200000);
	struct an_work_mark mark;
	unsigned char *p;

	(void)state;
	assert_non_null(w);
	mark = an_work_mark(w);
	p = an_work_get(w, 1000, 1);
	assert_non_null(p);
	memset(p, 1, 1000);
	an_work_release(w, mark);
	p = an_work_get(w, 1000, 1);
	assert_non_null(p);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0); /* zeroed each time */
	assert_non_null(an_work_get(w, 0, 8));
	assert_null(an_work_get(w, 1000000, 1));
	assert_null(an_work_get(w, SIZE_MAX / 2, 16));
	an_work_free(w);
	an_work_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(describe_five, begin, end),
		cmocka_unit_test_setup_teardown(describe_trims, begin, end),
		cmocka_unit_test_setup_teardown(describe_missing_and_awkward, begin, end),
		cmocka_unit_test_setup_teardown(describe_offset, begin, end),
		cmocka_unit_test(compensated_sum),
		cmocka_unit_test(lag1),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(interpolated),
		cmocka_unit_test_setup_teardown(distribution, begin, end),
		cmocka_unit_test(names),
		cmocka_unit_test(scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
