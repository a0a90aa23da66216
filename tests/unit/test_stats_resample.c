/* Bootstrap, jackknife, net promoter score, finite populations. */
#include "analysis/stats/describe/net_promoter.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/resample/resample.h"
#include "analysis/stats/describe/proportion.h"

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
	an_init();
	*state = an_work_new(0);
	return *state == NULL;
}

static int end(void **state)
{
	an_work_free(*state);
	return 0;
}

static const double x[] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3 };

static struct an_resample of(enum an_statistic s)
{
	return (struct an_resample){ .statistic = s, .x = x, .rows = 10, .cols = 1 };
}

/* The bootstrap of a mean has the standard error sqrt(m2) / n, without n - 1. */
static void bootstrap_mean(void **state)
{
	struct an_resample d = of(AN_STATISTIC_MEAN);
	struct an_bootstrap b;

	assert_int_equal(an_resample_bootstrap(&d, 20000, 7, 0.95, *state, &b, NULL), AN_OK);
	near(b.value, 3.9, 1e-15);
	near(b.se, sqrt(54.9) / 10, 0.01);
	assert_true(fabs(b.bias) < 0.02);
	assert_int_equal(b.units, 10);
	near(b.basic.lo, 2 * b.value - b.percentile.hi, 1e-14);
	assert_true(b.has_bca && b.bca.lo < b.value && b.value < b.bca.hi);
	/* skewed to the right: BCa leans that way */
	assert_true(b.acceleration > 0 && b.bca.lo > b.basic.lo);
	near(b.acceleration, 87.48 / (6 * 54.9 * sqrt(54.9)), 1e-9); /* sum d^3 / (6 (sum d^2)^1.5) */
}

static void threads(void **state)
{
	static const size_t cluster[] = { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4 };
	double one[500], two[500];

	for (int s = AN_STATISTIC_MEAN; s <= AN_STATISTIC_SD; s++)
		for (int clustered = 0; clustered < 2; clustered++) {
			struct an_resample d = of((enum an_statistic)s);
			struct an_bootstrap a, b;

			d.cluster = clustered ? cluster : NULL;
			d.clusters = 5;
			an_threads_set(1);
			assert_int_equal(an_resample_bootstrap(&d, 500, 3, 0.9, *state, &a, one), AN_OK);
			an_threads_set(2);
			assert_int_equal(an_resample_bootstrap(&d, 500, 3, 0.9, *state, &b, two), AN_OK);
			an_threads_set(0);
			assert_memory_equal(one, two, sizeof one);
			assert_memory_equal(&a.bca, &b.bca, sizeof a.bca);
		}
}

/* Strata of equal values: nothing varies between draws. */
static void strata(void **state)
{
	static const double y[] = { 1, 1, 1, 5, 5, 5 };
	static const size_t stratum[] = { 0, 0, 0, 1, 1, 1 }, crossing[] = { 0, 1, 2, 0, 1, 2 },
			    alone[] = { 0, 0, 0, 0, 0, 1 };
	struct an_resample d = { .statistic = AN_STATISTIC_MEAN,
		.x = y,
		.rows = 6,
		.cols = 1,
		.stratum = stratum,
		.strata = 2 };
	struct an_bootstrap b;
	struct an_jackknife j;

	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_OK);
	near(b.se, 0, 1e-15);
	assert_false(b.has_bca);
	assert_int_equal(an_resample_jackknife(&d, *state, &j), AN_OK);
	near(j.se, 0, 1e-15);
	assert_int_equal(j.strata, 2);
	d.cluster = crossing;
	d.clusters = 3;
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_EDATA);
	d.cluster = NULL;
	d.stratum = alone;
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_ETOOFEW);
}

/* Whole clusters of the same size: as good as their means. */
static void clusters(void **state)
{
	static const size_t cluster[] = { 2, 2, 0, 0, 1, 1, 4, 4, 3, 3 };
	static const double means[] = { 2, 2.5, 7, 4, 4 };
	struct an_resample rows = of(AN_STATISTIC_MEAN),
			   units = { .statistic = AN_STATISTIC_MEAN, .x = means, .rows = 5, .cols = 1 };
	struct an_bootstrap a, b;
	struct an_jackknife i, j;

	rows.cluster = cluster;
	rows.clusters = 5;
	assert_int_equal(an_resample_bootstrap(&rows, 300, 9, 0.95, *state, &a, NULL), AN_OK);
	assert_int_equal(an_resample_bootstrap(&units, 300, 9, 0.95, *state, &b, NULL), AN_OK);
	assert_int_equal(a.units, 5);
	near(a.se, b.se, 1e-13); /* clusters are numbered as they come, so that the draws are the same */
	assert_int_equal(an_resample_jackknife(&rows, *state, &i), AN_OK);
	assert_int_equal(an_resample_jackknife(&units, *state, &j), AN_OK);
	near(i.se, j.se, 1e-14);
}

/* Of a mean: sd / sqrt(n) and no bias.  Of the variance's root the bias is there. */
static void jackknife(void **state)
{
	static const size_t group[] = { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1 };
	struct an_resample d = of(AN_STATISTIC_MEAN);
	struct an_jackknife j;

	assert_int_equal(an_resample_jackknife(&d, *state, &j), AN_OK);
	near(j.se, sqrt(54.9 / 9 / 10), 1e-14);
	near(j.bias, 0, 1e-13);
	d = of(AN_STATISTIC_SD);
	assert_int_equal(an_resample_jackknife(&d, *state, &j), AN_OK);
	near(j.value, sqrt(54.9 / 9), 1e-14);
	assert_true(j.bias < 0);
	d = of(AN_STATISTIC_DIFFERENCE);
	d.group = group;
	assert_int_equal(an_resample_jackknife(&d, *state, &j), AN_OK);
	near(j.value, 2.8 - 5, 1e-14);
	near(j.se, sqrt(12.8 / 4 / 5 + 30 / 4.0 / 5), 1e-14); /* sums of squares 12.8 and 30 */
}

/* Median, correlation and alpha against what they are by hand. */
static void statistics(void **state)
{
	static const double same[] = { 1, 2, 3, 6, 5, 10, 2, 4 }, flat[] = { 1, 1, 1, 1, 1, 1 };
	struct an_resample d = of(AN_STATISTIC_MEDIAN),
			   two = { .statistic = AN_STATISTIC_CORRELATION, .x = same, .rows = 4, .cols = 2 };
	struct an_bootstrap b;
	struct an_jackknife j;

	assert_int_equal(an_resample_jackknife(&d, *state, &j), AN_OK);
	near(j.value, 3.5, 1e-15);
	assert_int_equal(an_resample_jackknife(&two, *state, &j), AN_OK);
	near(j.value, 1, 1e-14);
	near(j.se, 0, 1e-12);
	two.statistic = AN_STATISTIC_ALPHA;
	assert_int_equal(an_resample_jackknife(&two, *state, &j), AN_OK);
	near(j.value, 2 * (1 - 5 / 9.0), 1e-14); /* variances v and 4 v, of the sum 9 v */
	two.x = flat;
	two.rows = 3;
	assert_int_equal(an_resample_bootstrap(&two, 200, 1, 0.95, *state, &b, NULL), AN_ENOVARIANCE);
}

static bool no_longer(void *arg, double done)
{
	(void)arg;
	(void)done;
	return false;
}

static void awkward(void **state)
{
	static const double odd[] = { 1, NAN, 2 };
	static const size_t one[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct an_resample d = of(AN_STATISTIC_MEAN);
	struct an_bootstrap b;

	assert_int_equal(an_resample_bootstrap(&d, 99, 1, 0.95, *state, &b, NULL), AN_ETOOFEW);
	assert_int_equal(an_resample_bootstrap(&d, 2000000, 1, 0.95, *state, &b, NULL), AN_EDATA);
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 1, *state, &b, NULL), AN_EDATA);
	d.rows = 1;
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_ETOOFEW);
	d = of(AN_STATISTIC_MEAN);
	d.x = odd;
	d.rows = 3;
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_EDATA);
	d = of(AN_STATISTIC_DIFFERENCE);
	d.group = one;
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_ETOOFEW);
	d = of(AN_STATISTIC_CORRELATION);
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_ETOOFEW);
	d = of(AN_STATISTIC_MEAN);
	an_work_watch(*state, no_longer, NULL);
	assert_int_equal(an_resample_bootstrap(&d, 200, 1, 0.95, *state, &b, NULL), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
}

/* Largest likelihood of b, c of n at the difference delta, over a fine grid of the smaller share. */
static double best_share(double b, double c, double n, double delta)
{
	double best = -INFINITY, at = 0;

	for (int i = 1; i < 200000; i++) {
		double q = i / 200000.0, p = q + delta, rest = 1 - p - q, l;

		if (!(p > 0) || !(rest > 0))
			continue;
		l = b * log(p) + c * log(q) + (n - b - c) * log(rest);
		if (l > best) {
			best = l;
			at = q;
		}
	}
	return at;
}

static void net_promoter(void **state)
{
	static const double t[][3] = { { 40, 25, 100 }, { 3, 9, 17 }, { 12, 1, 30 } };
	struct an_net_promoter a, b;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double n = t[i][2];

		assert_int_equal(an_net_promoter(t[i][0], t[i][1], n, 0.95, &a), AN_OK);
		near(a.score, (t[i][0] - t[i][1]) / n, 1e-15);
		for (int side = 0; side < 2; side++) {
			double d = side == 0 ? a.interval.lo : a.interval.hi, q = best_share(t[i][0], t[i][1], n, d);
			double z = (t[i][0] - t[i][1] - n * d) / sqrt(n * (2 * q + d - d * d));

			near(z, side == 0 ? 1.959963984540054 : -1.959963984540054, 2e-4);
		}
		assert_int_equal(an_net_promoter(t[i][1], t[i][0], n, 0.95, &b), AN_OK);
		near(b.interval.lo, -a.interval.hi, 1e-12);
	}
	assert_int_equal(an_net_promoter(5, 0, 5, 0.95, &a), AN_OK);
	near(a.interval.hi, 1, 0);
	assert_true(a.interval.lo < 1 && a.interval.lo > 0); /* where Wald has no width */
	near(a.wald.lo, 1, 1e-15);
	assert_int_equal(an_net_promoter(0, 0, 8, 0.95, &a), AN_OK);
	assert_true(a.interval.lo < 0 && a.interval.hi > 0);
	assert_int_equal(an_net_promoter(0, 0, 0, 0.95, &a), AN_ETOOFEW);
	assert_int_equal(an_net_promoter(5, 1, 5, 0.95, &a), AN_EDATA);
}

static void finite_population(void **state)
{
	struct an_interval all, half, many;

	(void)state;
	for (int m = 0; m < AN_PROPORTION_METHODS; m++) {
		enum an_proportion_method how = (enum an_proportion_method)m;

		assert_int_equal(an_proportion(30, 100, how, 0.95, &many), AN_OK);
		assert_int_equal(an_proportion_finite(30, 100, 1e9, how, 0.95, &all), AN_OK);
		near(all.lo, many.lo, 1e-6);
		assert_int_equal(an_proportion_finite(30, 100, 200, how, 0.95, &half), AN_OK);
		assert_true(half.lo > many.lo && half.hi < many.hi);
		assert_int_equal(an_proportion_finite(30, 100, 100, how, 0.95, &all), AN_OK);
		near(all.lo, 0.3, 1e-15);
		near(all.hi, 0.3, 1e-15);
	}
	assert_int_equal(an_proportion_finite(30, 100, 99, AN_WILSON, 0.95, &all), AN_EDATA);
	assert_int_equal(an_proportion_finite(0, 0, 10, AN_WILSON, 0.95, &all), AN_ETOOFEW);
	/* Wald: the textbook standard error with (N - n) / (N - 1) */
	assert_int_equal(an_proportion_finite(30, 100, 200, AN_WALD, 0.95, &half), AN_OK);
	near(half.hi - 0.3, 1.959963984540054 * sqrt(0.21 / 100 * 100 / 199), 1e-13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bootstrap_mean),
		cmocka_unit_test(threads),
		cmocka_unit_test(strata),
		cmocka_unit_test(clusters),
		cmocka_unit_test(jackknife),
		cmocka_unit_test(statistics),
		cmocka_unit_test(awkward),
		cmocka_unit_test(net_promoter),
		cmocka_unit_test(finite_population),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
