/* Omega hierarchical and Guttman's lambdas. */
#include "analysis/stats/scale/guttman.h"
#include "analysis/stats/numeric/rng.h"
#include "analysis/stats/factor/schmid.h"

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

/* Parallel items: every bound but the first and the fifth is Spearman and Brown's k r / (1 + (k - 1) r). */
static void parallel_items(void **state)
{
	double cor[36], r = 0.3, full = 6 * r / (1 + 5 * r), inverse = (1 + 4 * r) / ((1 - r) * (1 + 5 * r));
	struct an_guttman g;
	bool best[6];
	size_t half = 0;

	for (int i = 0; i < 36; i++)
		cor[i] = i / 6 == i % 6 ? 1 : r;
	assert_int_equal(an_guttman(cor, 6, 1, 1, *state, &g, best), AN_OK);
	near(g.lambda[0], full * 5 / 6, 1e-13);
	for (int i = 1; i < 4; i++)
		near(g.lambda[i], full, 1e-13);
	near(g.lambda[5], 1 - 6 / inverse / (6 + 30 * r), 1e-13);
	near(g.worst, full, 1e-13);
	near(g.mean, full, 1e-13);
	assert_true(g.exact);
	assert_int_equal(g.splits, 10); /* 6! / (3! 3!) / 2 */
	for (int i = 0; i < 6; i++)
		half += best[i];
	assert_int_equal(half, 3);
	for (int i = 0; i < 36; i++)
		cor[i] *= 4; /* covariances of another unit */
	assert_int_equal(an_guttman(cor, 6, 1, 1, *state, &g, best), AN_OK);
	near(g.lambda[5], 1 - 6 / inverse / (6 + 30 * r), 1e-13);
}

/* Alpha is the mean of all splits of an even number of items (Cronbach 1951), and lambda 2 not below it. */
static void mean_split_is_alpha(void **state)
{
	struct an_guttman g, turned;
	double cov[64], x[8][30], moved[64];
	bool best[8];
	struct an_rng r;

	an_rng_seed(&r, 5, 0);
	for (int p = 0; p < 30; p++)
		for (int i = 0; i < 8; i++)
			x[i][p] = (double)an_rng_below(&r, 5) + (double)(p % 4);
	for (int i = 0; i < 64; i++) {
		double a = 0, b = 0;

		cov[i] = 0;
		for (int p = 0; p < 30; p++) {
			a += x[i / 8][p] / 30;
			b += x[i % 8][p] / 30;
		}
		for (int p = 0; p < 30; p++)
			cov[i] += (x[i / 8][p] - a) * (x[i % 8][p] - b) / 29;
	}
	assert_int_equal(an_guttman(cov, 8, 1, 1, *state, &g, best), AN_OK);
	near(g.mean, g.lambda[2], 1e-13);
	assert_int_equal(g.splits, 35);
	assert_true(g.lambda[1] >= g.lambda[2] && g.lambda[2] > g.lambda[0]);
	assert_true(g.lambda[3] > g.mean && g.worst < g.mean);
	for (int i = 0; i < 64; i++)
		moved[(7 - i / 8) * 8 + 7 - i % 8] = cov[i];
	assert_int_equal(an_guttman(moved, 8, 1, 1, *state, &turned, best), AN_OK);
	for (int i = 0; i < 6; i++)
		near(turned.lambda[i], g.lambda[i], 1e-12);
}

/* Five items by hand: pairs that go together belong to different halves. */
static void odd_number(void **state)
{
	static const double cor[] = { 1, 0.9, 0, 0, 0, 0.9, 1, 0, 0, 0, 0, 0, 1, 0.8, 0, 0, 0, 0.8, 1, 0, 0, 0, 0, 0,
		1 };
	struct an_guttman g;
	bool best[5];

	assert_int_equal(an_guttman(cor, 5, 1, 1, *state, &g, best), AN_OK);
	assert_int_equal(g.splits, 10);
	near(g.lambda[3], 4 * 1.7 / 8.4, 1e-14);
	near(g.worst, 0, 1e-14);
	assert_true(best[0] != best[1] && best[2] != best[3]);
}

/* Too many items to look at all splits: pairs that go together are parted all the same. */
static void search(void **state)
{
	static double cor[40 * 40];
	struct an_guttman g, again;
	bool best[40];

	for (int i = 0; i < 1600; i++)
		cor[i] = i / 40 == i % 40 ? 1 : (i / 40) / 2 == (i % 40) / 2 ? 0.9 : 0.1;
	assert_int_equal(an_guttman(cor, 40, 20, 3, *state, &g, best), AN_OK);
	assert_false(g.exact);
	assert_int_equal(g.splits, 20);
	near(g.lambda[3], 4 * (20 * 0.9 + 380 * 0.1) / (40 + 40 * 0.9 + 1520 * 0.1), 1e-12);
	for (int i = 0; i < 40; i += 2)
		assert_true(best[i] != best[i + 1]);
	assert_int_equal(an_guttman(cor, 40, 20, 3, *state, &again, best), AN_OK);
	assert_memory_equal(&g, &again, sizeof g);
}

static void guttman_refuses(void **state)
{
	static const double two[] = { 1, 0.5, 0.5, 1 }, cancel[] = { 1, -0.5, -0.5, -0.5, 1, -0.5, -0.5, -0.5, 1 };
	static const double flat[] = { 1, 0, 0.5, 0, 0, 0, 0.5, 0, 1 };
	struct an_guttman g;
	bool best[3];

	assert_int_equal(an_guttman(two, 2, 1, 1, *state, &g, best), AN_ETOOFEW);
	assert_int_equal(an_guttman(flat, 3, 0, 1, *state, &g, best), AN_ETOOFEW);
	assert_int_equal(an_guttman(cancel, 3, 1, 1, *state, &g, best), AN_ENOVARIANCE);
	assert_int_equal(an_guttman(flat, 3, 1, 1, *state, &g, best), AN_ENOVARIANCE);
}

struct room {
	double general[9], group[27], unique[9], pattern[27], phi[9], second[3];
	bool against[9];
	struct an_omega_group groups[3];
};

static struct an_schmid schmid_in(struct room *r)
{
	return (struct an_schmid){ .general = r->general,
		.group = r->group,
		.unique = r->unique,
		.pattern = r->pattern,
		.phi = r->phi,
		.second = r->second,
		.against = r->against,
		.groups = r->groups };
}

/* Nine items that a general factor above three groups explains wholly; sign: their keying. */
static void hierarchy(const double *sign, double *cor, double *general, double *unique)
{
	static const double l[] = { 0.8, 0.7, 0.6, 0.7, 0.6, 0.5, 0.6, 0.5, 0.4 }, g[] = { 0.9, 0.8, 0.7 };

	for (int i = 0; i < 81; i++) {
		int a = i / 9, b = i % 9;
		double f = a / 3 == b / 3 ? 1 : g[a / 3] * g[b / 3];

		cor[i] = a == b ? 1 : sign[a] * sign[b] * f * l[a] * l[b];
		general[a] = l[a] * g[a / 3];
		unique[a] = 1 - l[a] * l[a];
	}
}

static void schmid_leiman(void **state)
{
	double sign[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, cor[81], general[9], unique[9], v = 0, sum = 0, rest = 0;
	struct room r;
	struct an_schmid s = schmid_in(&r), turned;

	hierarchy(sign, cor, general, unique);
	for (int i = 0; i < 81; i++)
		v += cor[i];
	for (int i = 0; i < 9; i++) {
		sum += general[i];
		rest += unique[i];
	}
	assert_int_equal(an_schmid(cor, 9, 3, *state, &s), AN_OK);
	near(s.omega_h, sum * sum / v, 2e-3);
	near(s.omega_total, 1 - rest / v, 1e-3);
	near(s.omega_lim, s.omega_h / s.omega_total, 1e-12);
	near(s.alpha, (v - 9) / v * 9 / 8, 1e-13);
	assert_true(s.ecv > 0 && s.ecv < 1 && s.flipped == 0 && !s.heywood_general);
	for (int i = 0; i < 9; i++)
		near(r.general[i], general[i], 5e-3);
	for (int q = 0; q < 3; q++) {
		assert_true(r.groups[q].has);
		assert_int_equal(r.groups[q].items, 3);
		near(r.groups[q].total, r.groups[q].general + r.groups[q].own, 1e-14);
	}
	/* items worded the other way change nothing but their mark */
	sign[1] = sign[5] = -1;
	hierarchy(sign, cor, general, unique);
	turned = s;
	assert_int_equal(an_schmid(cor, 9, 3, *state, &turned), AN_OK);
	assert_int_equal(turned.flipped, 2);
	assert_true(r.against[1] && r.against[5] && !r.against[0]);
	near(turned.omega_h, s.omega_h, 1e-3);
	near(turned.alpha, s.alpha, 1e-13);
}

static void schmid_of_two_and_refusals(void **state)
{
	double sign[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, cor[81], general[9], unique[9];
	struct room r;
	struct an_schmid s = schmid_in(&r);

	hierarchy(sign, cor, general, unique);
	assert_int_equal(an_schmid(cor, 9, 2, *state, &s), AN_OK);
	near(r.second[0], sqrt(fabs(r.phi[1])), 1e-14);
	near(fabs(r.second[1]), r.second[0], 1e-14);
	assert_int_equal(an_schmid(cor, 9, 1, *state, &s), AN_ETOOFEW);
	assert_int_equal(an_schmid(cor, 2, 2, *state, &s), AN_ETOOFEW);
	cor[1] = NAN;
	assert_int_equal(an_schmid(cor, 9, 3, *state, &s), AN_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parallel_items),
		cmocka_unit_test(mean_split_is_alpha),
		cmocka_unit_test(odd_number),
		cmocka_unit_test(search),
		cmocka_unit_test(guttman_refuses),
		cmocka_unit_test(schmid_leiman),
		cmocka_unit_test(schmid_of_two_and_refusals),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
