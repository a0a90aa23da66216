/* Rank association by counting pairs, and partial correlations. */
#include "analysis/stats/association/concord.h"
#include "analysis/stats/association/partial.h"
#include "analysis/stats/numeric/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Agresti 2002, Categorical data analysis, table 2.8 (income by job satisfaction): 1331 concordant and
 * 849 discordant pairs, gamma 0.221 with standard error 0.117. */
static const double income[4][4] = { { 1, 3, 10, 6 }, { 2, 3, 10, 7 }, { 1, 6, 14, 12 }, { 0, 1, 9, 11 } };

static size_t table(double *x, double *y, double *w)
{
	for (size_t i = 0; i < 16; i++) {
		x[i] = (double)(i / 4);
		y[i] = (double)(i % 4);
		w[i] = income[i / 4][i % 4];
	}
	return 16;
}

static void published(void **state)
{
	double x[16], y[16], w[16];
	struct an_concord c;

	assert_int_equal(an_concord(x, y, w, table(x, y, w), 0.95, *state, &c), AN_OK);
	near(c.n, 96, 0);
	near(c.concordant, 1331, 0);
	near(c.discordant, 849, 0);
	near(c.gamma.value, 482.0 / 2180, 1e-15);
	near(c.gamma.se, 0.117, 5e-4);
	near(c.gamma.interval.hi - c.gamma.interval.lo, 2 * 1.959963984540054 * c.gamma.se, 1e-14);
}

/* Each way of counting people gives the same: a table of counts, or a row for everyone in any order. */
static void weights_are_people(void **state)
{
	double x[16], y[16], w[16], a[96], b[96];
	struct an_concord table_of, rows, turned;
	size_t n = 0;

	table(x, y, w);
	for (size_t r = 15; r < 16; r--)
		for (size_t c = 0; c < (size_t)w[r]; c++, n++) {
			a[n] = x[r];
			b[n] = y[r];
		}
	assert_int_equal(an_concord(x, y, w, 16, 0.9, *state, &table_of), AN_OK);
	assert_int_equal(an_concord(a, b, NULL, n, 0.9, *state, &rows), AN_OK);
	near(rows.tau.value, table_of.tau.value, 1e-15);
	near(rows.tau.se, table_of.tau.se, 1e-14);
	near(rows.z, table_of.z, 1e-14);
	near(rows.d_yx.se, table_of.d_yx.se, 1e-14);
	/* the other way round: d_yx and d_xy change places; downward: signs do */
	assert_int_equal(an_concord(b, a, NULL, n, 0.9, *state, &turned), AN_OK);
	near(turned.d_yx.value, rows.d_xy.value, 1e-15);
	near(turned.d_xy.se, rows.d_yx.se, 1e-15);
	near(rows.tau.value * rows.tau.value, rows.d_yx.value * rows.d_xy.value, 1e-15);
	for (size_t i = 0; i < n; i++)
		b[i] = -3 * b[i];
	assert_int_equal(an_concord(a, b, NULL, n, 0.9, *state, &turned), AN_OK);
	near(turned.gamma.value, -rows.gamma.value, 1e-15);
	near(turned.gamma.se, rows.gamma.se, 1e-15);
	near(turned.p, rows.p, 1e-14);
}

/* Counting every pair by hand. */
static void slow_count(void **state)
{
	enum { N = 211 };
	double x[N], y[N], con = 0, dis = 0, tx = 0;
	struct an_concord c;
	struct an_rng r;

	an_rng_seed(&r, 7, 1);
	for (int i = 0; i < N; i++) {
		x[i] = (double)an_rng_below(&r, 12);
		y[i] = (double)an_rng_below(&r, 9) + x[i] / 3;
	}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < i; j++) {
			double s = (x[i] - x[j]) * (y[i] - y[j]);

			con += s > 0;
			dis += s < 0;
			tx += x[i] == x[j];
		}
	assert_int_equal(an_concord(x, y, NULL, N, 0.95, *state, &c), AN_OK);
	near(c.concordant, con, 0);
	near(c.discordant, dis, 0);
	near(c.tied_x, tx, 0);
}

/* By counting orders: 1 of 24 has no inversion, 4 of 24 at most one, 9 at most two. */
static void exact_kendall(void **state)
{
	double p;

	assert_int_equal(an_kendall_exact(1, 4, *state, &p), AN_OK);
	near(p, 2.0 / 24, 1e-15);
	assert_int_equal(an_kendall_exact(-4.0 / 6, 4, *state, &p), AN_OK);
	near(p, 8.0 / 24, 1e-15);
	assert_int_equal(an_kendall_exact(2.0 / 6, 4, *state, &p), AN_OK);
	near(p, 18.0 / 24, 1e-15);
	assert_int_equal(an_kendall_exact(0, 4, *state, &p), AN_OK);
	near(p, 1, 0);
	assert_int_equal(an_kendall_exact(0.5, 1, *state, &p), AN_EDATA);
	assert_int_equal(an_kendall_exact(0.5, AN_KENDALL_EXACT + 1, *state, &p), AN_EDATA);
}

static void spearman(void **state)
{
	static const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 1, 2, 3, 5, 4 }, tied[] = { 1, 1, 2, 3, 3 };
	struct an_spearman s;

	assert_int_equal(an_spearman(x, y, 5, *state, &s), AN_OK);
	near(s.rho, 0.9, 1e-15);
	near(s.s, 2, 1e-14);
	assert_true(s.has_exact);
	near(s.p_exact, 2 * 5.0 / 120, 1e-15); /* the order itself and four with one neighbouring exchange */
	assert_int_equal(an_spearman(x, x, 5, *state, &s), AN_OK);
	near(s.p, 0, 0);
	near(s.p_exact, 2.0 / 120, 1e-15);
	assert_false(s.has_t);
	assert_int_equal(an_spearman(x, tied, 5, *state, &s), AN_OK);
	assert_false(s.has_exact);
}

static void refusals(void **state)
{
	static const double x[] = { 1, 2, 3 }, flat[] = { 4, 4, 4 }, bad[] = { 1, NAN, 2 }, w[] = { 1, -1, 1 };
	struct an_spearman s;
	struct an_concord c;

	assert_int_equal(an_concord(x, flat, NULL, 3, 0.95, *state, &c), AN_ENOVARIANCE);
	assert_int_equal(an_concord(x, bad, NULL, 3, 0.95, *state, &c), AN_EDATA);
	assert_int_equal(an_concord(x, x, w, 3, 0.95, *state, &c), AN_EDATA);
	assert_int_equal(an_concord(x, x, NULL, 3, 1, *state, &c), AN_EDATA);
	assert_int_equal(an_concord(x, x, NULL, 1, 0.95, *state, &c), AN_ETOOFEW);
	assert_int_equal(an_concord(x, x, NULL, 0, 0.95, *state, &c), AN_ETOOFEW);
	assert_int_equal(an_concord(x, x, NULL, 2, 0.95, *state, &c), AN_OK);
	assert_false(c.has_z);
	assert_int_equal(an_spearman(x, flat, 3, *state, &s), AN_ENOVARIANCE);
	assert_int_equal(an_spearman(x, bad, 3, *state, &s), AN_EDATA);
	assert_int_equal(an_spearman(x, x, 2, *state, &s), AN_ETOOFEW);
}

/* Of three variables by the textbook's formula. */
static void partial(void **state)
{
	static const double r[] = { 1, 0.6, 0.5, 0.6, 1, 0.4, 0.5, 0.4, 1 };
	static const double follows[] = { 1, 1, 0.5, 1, 1, 0.5, 0.5, 0.5, 1 };
	static const size_t third[] = { 2 }, twice[] = { 2, 2 };
	double p[9], semi[9], held[4], held_semi[4], want = (0.6 - 0.5 * 0.4) / sqrt((1 - 0.25) * (1 - 0.16));

	assert_int_equal(an_partial(r, 3, NULL, 0, *state, p, semi), AN_OK);
	near(p[1], want, 1e-14);
	near(p[3], want, 1e-14);
	near(p[0], 1, 0);
	near(semi[1], (0.6 - 0.5 * 0.4) / sqrt(1 - 0.16), 1e-14); /* the first whole, the second without the third */
	near(semi[3], (0.6 - 0.5 * 0.4) / sqrt(1 - 0.25), 1e-14);
	assert_int_equal(an_partial(r, 3, third, 1, *state, held, held_semi), AN_OK);
	near(held[1], want, 1e-14);
	near(held_semi[1], semi[1], 1e-14);
	assert_int_equal(an_partial(follows, 3, NULL, 0, *state, p, NULL), AN_ENOVARIANCE);
	assert_int_equal(an_partial(r, 3, twice, 2, *state, p, NULL), AN_EDATA);
	assert_int_equal(an_partial(r, 2, third, 1, *state, p, NULL), AN_EDATA);
	assert_int_equal(an_partial(r, 1, NULL, 0, *state, p, NULL), AN_ETOOFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published),
		cmocka_unit_test(weights_are_people),
		cmocka_unit_test(slow_count),
		cmocka_unit_test(exact_kendall),
		cmocka_unit_test(spearman),
		cmocka_unit_test(refusals),
		cmocka_unit_test(partial),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
