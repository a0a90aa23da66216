/* Running sums, reliability and one-factor models. */
#include "analysis/stats/factor/factor.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/scale/reliability.h"
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
enum { ROWS = 400, ITEMS = 6 };

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

/* Answers 1 to 5 that hang together, one in ten missing, a few rows wholly. */
static void invent(double *data, unsigned char *why, unsigned char *code)
{
	struct an_rng r;

	an_rng_seed(&r, 1, 1);
	for (int i = 0; i < ROWS; i++) {
		size_t person = an_rng_below(&r, 3);

		for (int j = 0; j < ITEMS; j++) {
			int at = i * ITEMS + j;

			data[at] = (double)(1 + person + an_rng_below(&r, 3));
			why[at] = an_rng_below(&r, 10) == 0 || i % 97 == 5 ? AN_SKIPPED : AN_PRESENT;
			code[at] = (unsigned char)(why[at] == AN_PRESENT ? data[at] : AN_CODE_MISSING + AN_SKIPPED);
		}
	}
}

static bool same(const struct an_pairs *a, const struct an_pairs *b)
{
	return a->cells == b->cells && memcmp(a->cell, b->cell, a->cells * sizeof *a->cell) == 0;
}

/* Order, merging and the byte path change no bit. */
static void sums_are_exact(void **state)
{
	static double data[ROWS * ITEMS];
	static unsigned char why[ROWS * ITEMS], code[ROWS * ITEMS];
	struct an_view v = { data, why, ROWS, ITEMS, ITEMS };
	struct an_pairs *all = an_pairs_new(ITEMS), *back = an_pairs_new(ITEMS), *half = an_pairs_new(ITEMS);
	struct an_pairs *rest = an_pairs_new(ITEMS), *bytes = an_pairs_new(ITEMS);
	struct an_missing m;

	(void)state;
	invent(data, why, code);
	assert_int_equal(an_pairs_centre(all, v), AN_OK);
	assert_int_equal(an_pairs_add_view(all, v), AN_OK);
	for (int i = ROWS - 1; i >= 0; i--)
		assert_int_equal(an_pairs_add(back, data + i * ITEMS, why + i * ITEMS), AN_OK);
	assert_true(same(all, back));
	an_pairs_add_codes(bytes, code, ROWS, ITEMS);
	assert_true(same(all, bytes));
	v.rows = 150;
	an_pairs_add_view(half, v);
	v.rows = ROWS - 150;
	v.data += 150 * ITEMS;
	v.why += 150 * ITEMS;
	an_pairs_add_view(rest, v);
	assert_int_equal(an_pairs_merge(half, rest), AN_OK);
	assert_true(same(all, half));
	assert_int_equal(an_pairs_rows(all), ROWS);
	assert_int_equal(an_pairs_rows(all) - an_pairs_answered(all), 5); /* rows 5, 102, 199, 296, 393 */
	an_pairs_missing(all, 2, &m);
	assert_int_equal(m.by[AN_PRESENT], an_pairs_n(all, AN_PAIRWISE, 2, 2));
	an_pairs_free(all);
	an_pairs_free(back);
	an_pairs_free(half);
	an_pairs_free(rest);
	an_pairs_free(bytes);
}

/* Covariance over the rows that have both, the long way round. */
static double slow_cov(const double *data, const unsigned char *why, double offset, int a, int b)
{
	double n = 0, ma = 0, mb = 0, s = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < ROWS; i++) {
			if (why[i * ITEMS + a] != AN_PRESENT || why[i * ITEMS + b] != AN_PRESENT)
				continue;
			if (pass == 0) {
				n++;
				ma += (data[i * ITEMS + a] - offset - ma) / n;
				mb += (data[i * ITEMS + b] - offset - mb) / n;
			} else {
				s += (data[i * ITEMS + a] - offset - ma) * (data[i * ITEMS + b] - offset - mb);
			}
		}
	return s / (n - 1);
}

static void covariances(void **state)
{
	static double data[ROWS * ITEMS];
	static unsigned char why[ROWS * ITEMS], code[ROWS * ITEMS];
	struct an_view v = { data, why, ROWS, ITEMS, ITEMS };
	double cov[ITEMS * ITEMS], moved[ITEMS * ITEMS], r, r2;
	struct an_pairs *p = an_pairs_new(ITEMS), *far = an_pairs_new(ITEMS);
	struct an_score s, s2;

	(void)state;
	invent(data, why, code);
	an_pairs_add_view(p, v);
	assert_int_equal(an_pairs_cov(p, AN_PAIRWISE, cov), AN_OK);
	for (int a = 0; a < ITEMS; a++)
		for (int b = 0; b < ITEMS; b++)
			near(cov[a * ITEMS + b], slow_cov(data, why, 0, a, b), 1e-13);
	/* the same answers far from zero and not whole: origins keep the digits */
	for (int i = 0; i < ROWS * ITEMS; i++)
		data[i] = data[i] / 4 + 3e7;
	assert_int_equal(an_pairs_centre(far, v), AN_OK);
	assert_int_equal(an_pairs_add_view(far, v), AN_OK);
	assert_int_equal(an_pairs_cov(far, AN_PAIRWISE, moved), AN_OK);
	for (int i = 0; i < ITEMS * ITEMS; i++)
		near(moved[i], cov[i] / 16, 1e-13);
	assert_int_equal(an_pairs_score(p, AN_PAIRWISE, &s), AN_OK);
	assert_int_equal(an_pairs_score(far, AN_PAIRWISE, &s2), AN_OK);
	assert_int_equal(s.used, s2.used);
	near(s2.mean - 3e7, s.mean / 4, 1e-8);
	near(s2.sd, s.sd / 4, 1e-12);
	assert_int_equal(an_pairs_item_score_r(p, AN_PAIRWISE, 3, &r), AN_OK);
	assert_int_equal(an_pairs_item_score_r(far, AN_PAIRWISE, 3, &r2), AN_OK);
	near(r2, r, 1e-12);
	assert_int_equal(an_pairs_centre(far, v), AN_EDATA); /* not empty any more */
	assert_int_equal(an_pairs_merge(p, far), AN_EDATA);  /* other origins */
	an_pairs_free(p);
	an_pairs_free(far);
}

static void sums_refuse(void **state)
{
	static const double bad[] = { 1, NAN }, good[] = { 1, 2 };
	static const unsigned char hidden[] = { 0, AN_SKIPPED };
	struct an_pairs *p = an_pairs_new(2), *three = an_pairs_new(3);
	struct an_score s;
	double out[4], m;

	(void)state;
	assert_null(an_pairs_new(0));
	assert_null(an_pairs_new(AN_PAIRS_MOST + 1));
	assert_int_equal(an_pairs_cells(0), 0);
	assert_int_equal(an_pairs_add(p, bad, NULL), AN_EDATA);
	assert_int_equal(an_pairs_rows(p), 0);
	assert_int_equal(an_pairs_cov(p, AN_PAIRWISE, out), AN_ETOOFEW);
	assert_int_equal(an_pairs_mean(p, AN_PAIRWISE, 0, &m), AN_ETOOFEW);
	assert_int_equal(an_pairs_score(p, AN_PAIRWISE, &s), AN_ETOOFEW);
	assert_int_equal(an_pairs_add(p, bad, hidden), AN_OK);
	assert_int_equal(an_pairs_add(p, good, NULL), AN_OK);
	assert_int_equal(an_pairs_add(p, good, NULL), AN_OK);
	assert_int_equal(an_pairs_cov(p, AN_PAIRWISE, out), AN_OK);
	near(out[0], 0, 0);
	assert_int_equal(an_pairs_cor(p, AN_PAIRWISE, out), AN_ENOVARIANCE);
	assert_int_equal(an_pairs_merge(p, three), AN_EDATA);
	an_pairs_free(p);
	an_pairs_free(three);
	an_pairs_free(NULL);
}

/* Alpha of a complete table; the fractions are exact, by rational arithmetic. */
static void alpha_cases(void **state)
{
	static const double fair[] = { 2.5, 3.1, 2.2, 3.7, 4.4, 3.9, 1.2, 2.9, 1.7, 4.8, 4.1, 4.6 },
			    flat[] = { 3, 3, 3, 3 };
	static const double mirror[] = { 1, 3, 2, 2, 3, 1 }, one_flat[] = { 1, 5, 2, 2, 5, 4, 3, 5, 3 };
	static const struct {
		const char *name;
		struct an_view x;
		enum an_status want;
		double alpha;
		size_t used;
	} t[] = {
		{ "three items", { fair, NULL, 4, 3, 3 }, AN_OK, 4806.0 / 5137.0, 4 },
		{ "first column", { fair, NULL, 4, 1, 3 }, AN_ETOOFEW, 0, 0 },
		{ "one row", { fair, NULL, 1, 3, 3 }, AN_ETOOFEW, 0, 0 },
		{ "no variance", { flat, NULL, 2, 2, 2 }, AN_ENOVARIANCE, 0, 0 },
		{ "items cancel", { mirror, NULL, 3, 2, 2 }, AN_ENOVARIANCE, 0, 0 },
		/* the two that vary: variances 1 and 1, covariance 1/2; 2 * (1 - 2/3), as psych::alpha 2.2.9 */
		{ "one item constant", { one_flat, NULL, 3, 3, 3 }, AN_OK, 2.0 / 3, 3 },
		{ "one of two constant", { one_flat, NULL, 3, 2, 3 }, AN_ENOVARIANCE, 0, 0 },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct an_pairs *p = an_pairs_new(t[i].x.cols);
		struct an_alpha got;
		struct an_alpha_item items[3];

		print_message("  %s\n", t[i].name);
		an_pairs_centre(p, t[i].x);
		an_pairs_add_view(p, t[i].x);
		assert_int_equal(an_alpha(p, AN_PAIRWISE, 0.95, *state, &got, items), t[i].want);
		if (t[i].want == AN_OK) {
			near(got.total.raw, t[i].alpha, 1e-12);
			assert_int_equal(got.used, t[i].used);
			assert_true(got.interval.lo <= got.total.raw && got.total.raw <= got.interval.hi);
		}
		an_pairs_free(p);
	}
}

static void alpha_of_a_constant_item(void **state)
{
	static const double x[] = { 1, 5, 2, 2, 5, 4, 3, 5, 3 };
	struct an_pairs *p = an_pairs_new(3);
	struct an_alpha_item items[3];
	struct an_alpha a;

	an_pairs_add_view(p, (struct an_view){ x, NULL, 3, 3, 3 });
	assert_int_equal(an_alpha(p, AN_LISTWISE, 0.95, *state, &a, items), AN_OK);
	assert_int_equal(a.items, 2);
	near(a.total.std, 2.0 / 3, 1e-14);
	near(a.score.mean, 10.0 / 3, 1e-14); /* the score counts it */
	assert_false(items[1].has_r_drop || items[1].has_raw_r || items[1].has_std_r);
	assert_true(items[1].has_drop);
	assert_false(items[0].has_drop); /* one item would be left */
	near(items[1].drop.raw, a.total.raw, 0);
	near(items[1].mean, 5, 1e-14);
	near(items[0].r_drop, 0.5, 1e-14);
	assert_int_equal(an_alpha(p, AN_LISTWISE, 1.5, *state, &a, NULL), AN_EDATA);
	an_pairs_free(p);
}

/* cor(x, use = "pairwise") of R: what a constant item has not does not take away from the others. */
static void correlations_beside_a_constant_item(void **state)
{
	static const double x[] = { 1, 5, 2, 2, 5, 4, 3, 5, 3 };
	struct an_pairs *p = an_pairs_new(3);
	double cor[9];

	(void)state;
	an_pairs_add_view(p, (struct an_view){ x, NULL, 3, 3, 3 });
	assert_int_equal(an_pairs_cor(p, AN_PAIRWISE, cor), AN_ENOVARIANCE);
	near(cor[2], 0.5, 1e-14);
	near(cor[0], 1, 0);
	assert_true(isnan(cor[1]) && isnan(cor[4]) && isnan(cor[5]));
	an_pairs_free(p);
}

/* Items that contradict each other: psych::alpha 2.2.9, check.keys = FALSE, and sd * sqrt(1 - raw_alpha). */
static void alpha_below_zero(void **state)
{
	static const double x[] = { 1, 5, 2, 2, 4, 4, 3, 1, 3, 4, 2, 1, 5, 2, 2, 4, 1, 5 };
	struct an_pairs *p = an_pairs_new(3);
	struct an_alpha a;

	an_pairs_add_view(p, (struct an_view){ x, NULL, 6, 3, 3 });
	assert_int_equal(an_alpha(p, AN_LISTWISE, 0.95, *state, &a, NULL), AN_OK);
	near(a.total.raw, -4.0526315789474, 1e-12);
	near(a.total.std, -3.7228527871503, 1e-12);
	near(a.total.ase, 3.4268365056717, 1e-12);
	near(a.sem, 1.03279555898864, 1e-13);
	an_pairs_free(p);
}

static void feldt(void **state)
{
	struct an_interval ci;

	(void)state;
	/* n = 3, k = 2: F with 2 and 2 degrees of freedom, quantiles 39 and 1/39 */
	assert_int_equal(an_alpha_interval(0.8, 3, 2, 0.95, &ci), AN_OK);
	near(ci.lo, 1 - 0.2 * 39, 1e-12);
	near(ci.hi, 1 - 0.2 / 39, 1e-12);
	assert_int_equal(an_alpha_interval(0.8, 1, 2, 0.95, &ci), AN_ETOOFEW);
	assert_int_equal(an_alpha_interval(0.8, 3, 1, 0.95, &ci), AN_ETOOFEW);
	assert_int_equal(an_alpha_interval(1.2, 3, 2, 0.95, &ci), AN_EDATA);
}

static void halves(void **state)
{
	/* odd sums 2 4 6 8, even item 1 3 2 4: r = 0.8; sds 2.58 and 1.29 */
	static const double x[] = { 1, 1, 1, 2, 3, 2, 3, 2, 3, 4, 4, 4 }, flat[] = { 1, 2, 1, 3 };
	struct an_pairs *p = an_pairs_new(3), *q = an_pairs_new(2), *one = an_pairs_new(1);
	struct an_split s, other;

	an_pairs_add_view(p, (struct an_view){ x, NULL, 4, 3, 3 });
	assert_int_equal(an_split_half(p, AN_LISTWISE, *state, &s), AN_OK);
	near(s.r, 0.8, 1e-14);
	near(s.spearman_brown, 1.6 / 1.8, 1e-14);
	/* 4 cov / var of the whole: cov 8/3, variances 20/3 and 5/3 */
	near(s.flanagan, (32.0 / 3) / (25.0 / 3 + 16.0 / 3), 1e-14);
	/* other halves: items 1 and 2 against 3; the same the other way round */
	assert_int_equal(an_split(p, AN_LISTWISE, (const bool[]){ true, true, false }, *state, &s), AN_OK);
	assert_int_equal(an_split(p, AN_LISTWISE, (const bool[]){ false, false, true }, *state, &other), AN_OK);
	near(other.r, s.r, 1e-15);
	near(other.flanagan, s.flanagan, 1e-15);
	assert_int_equal(an_split(p, AN_LISTWISE, (const bool[]){ true, true, true }, *state, &s), AN_ENOVARIANCE);
	an_pairs_add_view(q, (struct an_view){ flat, NULL, 2, 2, 2 });
	assert_int_equal(an_split_half(q, AN_LISTWISE, *state, &s), AN_ENOVARIANCE);
	assert_int_equal(an_split_half(one, AN_LISTWISE, *state, &s), AN_ETOOFEW);
	an_pairs_free(p);
	an_pairs_free(q);
	an_pairs_free(one);
}

static void smc_and_eigen(void **state)
{
	/* two variables: smc = r^2, eigenvalues 1 + r and 1 - r */
	static const double two[] = { 1, 0.6, 0.6, 1 }, twins[] = { 1, 1, 1, 1 };
	double s[2], v[4];

	assert_int_equal(an_smc(two, 2, *state, s), AN_OK);
	near(s[0], 0.36, 1e-14);
	near(s[1], 0.36, 1e-14);
	assert_int_equal(an_smc(twins, 2, *state, s), AN_ENOVARIANCE);
	assert_int_equal(an_eigen(two, 2, s, v), AN_OK);
	near(s[0], 1.6, 1e-14);
	near(s[1], 0.4, 1e-14);
	near(fabs(v[0]), sqrt(0.5), 1e-14);
}

/* Correlations that one factor explains wholly give it back, by either method. */
static void factor_is_recovered(void **state)
{
	static const double l[] = { 0.9, 0.7, 0.5, 0.3, 0.6 };
	double cor[25], got[5], unique[5], sum = 3.0, rest = 5 - (0.81 + 0.49 + 0.25 + 0.09 + 0.36);
	struct an_factor f;

	for (int i = 0; i < 25; i++)
		cor[i] = i / 5 == i % 5 ? 1 : l[i / 5] * l[i % 5];
	for (int ml = 0; ml < 2; ml++) {
		assert_int_equal((ml ? an_factor_ml : an_factor_minres)(cor, 5, *state, got, unique, &f), AN_OK);
		assert_true(f.fit.converged && f.fit.iterations > 0);
		for (int i = 0; i < 5; i++) {
			near(got[i], l[i], 1e-8);
			near(unique[i], 1 - l[i] * l[i], 1e-8);
		}
		near(f.omega, sum * sum / (sum * sum + rest), 1e-9);
		near(f.objective, 0, 1e-12);
		assert_int_equal(f.heywood, 0);
	}
}

/* A variable against the others loads with the other sign. */
static void factor_signs(void **state)
{
	static const double l[] = { -0.4, 0.7, 0.8, 0.6 };
	double cor[16], got[4], unique[4];
	struct an_factor f;

	for (int i = 0; i < 16; i++)
		cor[i] = i / 4 == i % 4 ? 1 : l[i / 4] * l[i % 4];
	assert_int_equal(an_factor_minres(cor, 4, *state, got, unique, &f), AN_OK);
	for (int i = 0; i < 4; i++)
		near(got[i], l[i], 1e-8);
}

static void factor_refuses(void **state)
{
	/* r12 r13 / r23 = 1.62: the first variable would need a communality above 1 */
	static const double heywood[] = { 1, 0.9, 0.9, 0.9, 1, 0.5, 0.9, 0.5, 1 };
	static const double singular[] = { 1, 1, 0.5, 1, 1, 0.5, 0.5, 0.5, 1 };
	static const double wrong[] = { 1, 1.5, 0.5, 1.5, 1, 0.5, 0.5, 0.5, 1 };
	static const double nan[] = { 1, NAN, 0.5, NAN, 1, 0.5, 0.5, 0.5, 1 };
	double l[3], u[3];
	struct an_factor f;

	assert_int_equal(an_factor_minres(heywood, 3, *state, l, u, &f), AN_OK);
	assert_int_equal(f.heywood, 1);
	assert_true(u[0] < AN_UNIQUE_LEAST && f.omega > 0 && f.omega < 1);
	assert_int_equal(an_factor_ml(singular, 3, *state, l, u, &f), AN_ENOVARIANCE);
	for (int ml = 0; ml < 2; ml++) {
		assert_int_equal((ml ? an_factor_ml : an_factor_minres)(wrong, 3, *state, l, u, &f), AN_EDATA);
		assert_int_equal((ml ? an_factor_ml : an_factor_minres)(nan, 3, *state, l, u, &f), AN_EDATA);
		assert_int_equal((ml ? an_factor_ml : an_factor_minres)(heywood, 2, *state, l, u, &f), AN_ETOOFEW);
	}
}

/* Where scratch memory ends, a status says so, and what was taken has been given back. */
static void no_memory(void **state)
{
	static const double x[] = { 1, 2, 4, 2, 3, 1, 3, 5, 4, 4, 4, 6 };
	static const double cor[] = { 1, 0.5, 0.4, 0.5, 1, 0.3, 0.4, 0.3, 1 };
	struct an_pairs *p = an_pairs_new(3);
	double l[3], u[3];
	struct an_alpha a;
	struct an_alpha_item items[3];
	struct an_factor f;
	struct an_split s;

	(void)state;
	an_pairs_add_view(p, (struct an_view){ x, NULL, 4, 3, 3 });
	for (size_t limit = 1; limit < 100; limit += 7) {
		struct an_work *w = an_work_new(limit);
		struct an_work_mark before = an_work_mark(w);

		assert_int_equal(an_alpha(p, AN_PAIRWISE, 0.95, w, &a, items), AN_ENOMEM);
		assert_int_equal(an_split_half(p, AN_PAIRWISE, w, &s), limit < 99 ? AN_ENOMEM : AN_OK);
		assert_int_equal(an_factor_minres(cor, 3, w, l, u, &f), AN_ENOMEM);
		assert_int_equal(an_factor_ml(cor, 3, w, l, u, &f), AN_ENOMEM);
		assert_true(an_work_mark(w).block == before.block);
		an_work_free(w);
	}
	an_pairs_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(covariances),
		cmocka_unit_test(sums_refuse),
		cmocka_unit_test_setup_teardown(alpha_cases, begin, end),
		cmocka_unit_test_setup_teardown(alpha_of_a_constant_item, begin, end),
		cmocka_unit_test_setup_teardown(alpha_below_zero, begin, end),
		cmocka_unit_test(correlations_beside_a_constant_item),
		cmocka_unit_test(feldt),
		cmocka_unit_test_setup_teardown(halves, begin, end),
		cmocka_unit_test_setup_teardown(smc_and_eigen, begin, end),
		cmocka_unit_test_setup_teardown(factor_is_recovered, begin, end),
		cmocka_unit_test_setup_teardown(factor_signs, begin, end),
		cmocka_unit_test_setup_teardown(factor_refuses, begin, end),
		cmocka_unit_test(no_memory),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
