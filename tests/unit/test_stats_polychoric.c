/* The bivariate normal distribution and polychoric correlations. */
#include "analysis/stats/numeric/bvn.h"
#include "analysis/stats/numeric/matrix.h"
#include "analysis/stats/factor/ordinal.h"
#include "analysis/stats/numeric/rng.h"

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

/* Values by quadrature of 30 digits (mpmath), over all ways of the calculation. */
static void bivariate_normal(void **state)
{
	static const double t[][4] = { { 1, -0.5, 0.3, 0.28313842024448095 }, { -2, -1.5, 0.8, 0.01650592949780985 },
		{ 0.25, 0.5, -0.95, 0.29054330391686134 }, { 3, 2.9, 0.999, 0.99813317449890727 },
		{ -1, 1.1, -0.99, 0.02757790824884576 } };
	static const double r[] = { -0.9999, -0.95, -0.5, 0, 0.2, 0.924, 0.926, 0.99999 };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		near(an_bvn(t[i][0], t[i][1], t[i][2]), t[i][3], 1e-15);
	for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
		near(an_bvn(0, 0, r[i]), 0.25 + asin(r[i]) / (2 * M_PI), 1e-15); /* Sheppard 1899 */
		near(an_bvn(0.3, -1.2, r[i]), an_bvn(-1.2, 0.3, r[i]), 1e-15);
		near(an_bvn(0.3, -1.2, r[i]) + an_bvn(0.3, 1.2, -r[i]), an_bvn(0.3, INFINITY, r[i]), 2e-15);
		near(an_bvn(-INFINITY, 1, r[i]), 0, 0);
		near(an_bvn(INFINITY, INFINITY, r[i]), 1, 0);
	}
	near(an_bvn(0.7, -0.2, 1), an_bvn(-0.2, INFINITY, 0), 1e-16);
	near(an_bvn(0.7, 0.2, -1), an_bvn(0.7, INFINITY, 0) + an_bvn(0.2, INFINITY, 0) - 1, 1e-15);
	near(an_bvn(0.7, -0.9, -1), 0, 0);
}

static void derivatives(void **state)
{
	const double h = 0.4, k = -0.9, by = 1e-5;

	(void)state;
	for (double r = -0.9; r < 0.95; r += 0.3) {
		near((an_bvn(h, k, r + by) - an_bvn(h, k, r - by)) / (2 * by), an_bvn_density(h, k, r), 1e-8);
		near((an_bvn(h + by, k, r) - an_bvn(h - by, k, r)) / (2 * by), an_bvn_slope(h, k, r), 1e-9);
		near((an_bvn_density(h, k, r + by) - an_bvn_density(h, k, r - by)) / (2 * by),
		    an_bvn_density_slope(h, k, r), 1e-7);
	}
	near(an_bvn_density(INFINITY, 0, 0.5), 0, 0);
	near(an_bvn_slope(-INFINITY, 0, 0.5), 0, 0);
}

/* Equal margins: rho = sin(pi/2 (a - b) / (a + b)), exactly; ?tetrachoric of psych prints what
 * Mplus gives for the other two tables, .35 and -.10. */
static void tetrachoric(void **state)
{
	static const double even[] = { 40, 10, 10, 40 }, plus[] = { 61661, 85, 1610, 20 },
			    minus[] = { 62503, 768, 105, 0 };
	struct an_polychoric x, ml;

	assert_int_equal(an_polychoric(even, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	near(x.rho, sin(M_PI / 2 * 0.6), 1e-13);
	assert_false(x.has_g2); /* no degree of freedom is left */
	assert_int_equal(an_polychoric_ml(even, 2, 2, 0.95, *state, NULL, NULL, &ml), AN_OK);
	near(ml.rho, x.rho, 1e-9); /* a table of four fits wholly, so both ways agree */
	assert_int_equal(an_polychoric(plus, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	near(x.rho, 0.35, 0.005);
	assert_true(x.has_se && x.interval.lo < x.rho && x.rho < x.interval.hi);
	assert_int_equal(an_polychoric(minus, 2, 2, NULL, NULL, 0.5, 0.95, *state, &x), AN_OK);
	near(x.rho, -0.10, 0.005);
	assert_int_equal(x.empty, 1);
}

/* Counts that a correlation of 0.6 makes give it back, by either way, and no misfit. */
static void recovers(void **state)
{
	static const double a[] = { -INFINITY, -0.8, 0.1, 1.2, INFINITY }, b[] = { -INFINITY, -0.3, 0.7, INFINITY };
	double count[12], row[3], col[2], turned[12];
	struct an_polychoric x, y;

	for (int i = 0; i < 12; i++) {
		int r = i / 3, c = i % 3;

		count[i] = 1e4 *
		    (an_bvn(a[r + 1], b[c + 1], 0.6) - an_bvn(a[r], b[c + 1], 0.6) - an_bvn(a[r + 1], b[c], 0.6) +
			an_bvn(a[r], b[c], 0.6));
		turned[(3 - r) * 3 + c] = count[i];
	}
	assert_int_equal(an_polychoric(count, 4, 3, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	near(x.rho, 0.6, 1e-12);
	near(x.g2, 0, 1e-6);
	near(x.df, 5, 0);
	near(x.p, 1, 1e-6);
	assert_int_equal(an_polychoric_ml(count, 4, 3, 0.95, *state, row, col, &y), AN_OK);
	near(y.rho, 0.6, 1e-9);
	for (int i = 0; i < 3; i++)
		near(row[i], a[i + 1], 1e-9);
	for (int i = 0; i < 2; i++)
		near(col[i], b[i + 1], 1e-9);
	assert_true(y.se > x.se); /* thresholds are estimated too */
	assert_int_equal(an_polychoric(turned, 4, 3, NULL, NULL, 0, 0.95, *state, &y), AN_OK);
	near(y.rho, -x.rho, 1e-12);
	near(y.se, x.se, 1e-12);
	/* thresholds given: the same figure; empty categories at the ends change nothing */
	assert_int_equal(an_polychoric(count, 4, 3, a + 1, b + 1, 0, 0.95, *state, &y), AN_OK);
	near(y.rho, 0.6, 1e-12);
}

static void empty_categories_go(void **state)
{
	static const double with[] = { 0, 0, 0, 0, 12, 0, 5, 1, 0, 0, 0, 0, 4, 0, 9, 6 };
	static const double without[] = { 12, 5, 1, 4, 9, 6 };
	struct an_polychoric x, y;

	assert_int_equal(an_polychoric(with, 4, 4, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	assert_int_equal(an_polychoric(without, 2, 3, NULL, NULL, 0, 0.95, *state, &y), AN_OK);
	near(x.rho, y.rho, 0);
	near(x.se, y.se, 0);
	assert_int_equal(x.rows, 2);
	assert_int_equal(x.cols, 3);
	assert_int_equal(x.empty, 0);
	near(x.n, 37, 0);
}

/* Tables whose likelihood grows up to the edge. */
static void perfect(void **state)
{
	static const double line[] = { 10, 0, 0, 0, 20, 0, 0, 0, 5 }, corner[] = { 52, 0, 68, 7 };
	static const double against[] = { 0, 30, 20, 0 };
	struct an_polychoric x;

	assert_int_equal(an_polychoric(line, 3, 3, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	assert_true(x.at_bound && !x.has_se && !x.has_g2);
	near(x.rho, 1, 0);
	assert_int_equal(an_polychoric(corner, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	assert_true(x.at_bound);
	near(x.rho, 1, 0);
	assert_int_equal(an_polychoric_ml(against, 2, 2, 0.95, *state, NULL, NULL, &x), AN_OK);
	assert_true(x.at_bound);
	near(x.rho, -1, 0);
	/* with something in the empty cells there is an estimate */
	assert_int_equal(an_polychoric(corner, 2, 2, NULL, NULL, 0.5, 0.95, *state, &x), AN_OK);
	assert_false(x.at_bound);
	assert_true(x.rho > 0.5 && x.rho < 0.99 && x.has_se);
}

/* One person far off among a million: the cell's probability stays above what doubles can tell. */
static void outlier(void **state)
{
	static const double count[] = { 300000, 50000, 1, 40000, 220000, 40000, 0, 50000, 300000 };
	struct an_polychoric x, y;

	assert_int_equal(an_polychoric(count, 3, 3, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	assert_int_equal(an_polychoric_ml(count, 3, 3, 0.95, *state, NULL, NULL, &y), AN_OK);
	assert_true(x.rho > 0.9 && x.rho < 1 && x.has_se && y.has_se);
	near(x.rho, y.rho, 0.02);
}

static void refuses(void **state)
{
	static const double none[4] = { 0 }, row[] = { 3, 4, 0, 0 }, below[] = { 1, -1, 2, 2 },
			    wild[] = { 1, INFINITY, 2, 2 }, good[] = { 5, 2, 1, 6 };
	static const double up[] = { 0.2, 0.1 }, flat[] = { INFINITY }, mid[] = { 0 };
	static const double three[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct an_polychoric x;
	double tau[2];

	assert_int_equal(an_polychoric(none, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_ETOOFEW);
	assert_int_equal(an_polychoric(row, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_ENOVARIANCE);
	assert_int_equal(an_polychoric(good, 1, 4, NULL, NULL, 0, 0.95, *state, &x), AN_ENOVARIANCE);
	assert_int_equal(an_polychoric(below, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(wild, 2, 2, NULL, NULL, 0, 0.95, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(good, 2, 2, NULL, NULL, 0, 1, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(good, 2, 2, NULL, NULL, NAN, 0.95, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(good, AN_POLYCHORIC_MOST + 1, 2, NULL, NULL, 0, 0.95, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(three, 3, 3, up, up, 0, 0.95, *state, &x), AN_EDATA);
	assert_int_equal(an_polychoric(good, 2, 2, flat, mid, 0, 0.95, *state, &x), AN_ENOVARIANCE);
	assert_int_equal(an_polychoric_ml(row, 2, 2, 0.95, *state, NULL, NULL, &x), AN_ENOVARIANCE);
	assert_int_equal(an_polychoric_ml(good, 2, 2, 0, *state, NULL, NULL, &x), AN_EDATA);
	assert_int_equal(an_thresholds(none, 3, tau), AN_ETOOFEW);
	assert_int_equal(an_thresholds(below, 3, tau), AN_EDATA);
}

static void no_memory(void **state)
{
	static const double good[] = { 5, 2, 1, 6, 8, 3 };
	struct an_polychoric x;

	(void)state;
	for (size_t limit = 1; limit < 300; limit += 13) {
		struct an_work *w = an_work_new(limit);
		struct an_work_mark before = an_work_mark(w);

		assert_int_equal(an_polychoric(good, 2, 3, NULL, NULL, 0, 0.95, w, &x), AN_ENOMEM);
		assert_int_equal(an_polychoric_ml(good, 2, 3, 0.95, w, NULL, NULL, &x), AN_ENOMEM);
		assert_true(an_work_mark(w).block == before.block && an_work_mark(w).used == before.used);
		an_work_free(w);
	}
}

enum { ROWS = 500, ITEMS = 4 };

static void answers(double *data, unsigned char *why)
{
	struct an_rng r;

	an_rng_seed(&r, 7, 1);
	for (int i = 0; i < ROWS; i++) {
		size_t person = an_rng_below(&r, 4);

		for (int j = 0; j < ITEMS; j++) {
			data[i * ITEMS + j] = (double)(1 + (person + an_rng_below(&r, 4)) / 2);
			why[i * ITEMS + j] = an_rng_below(&r, 8) == 0 ? AN_SKIPPED : AN_PRESENT;
		}
	}
}

static void all_pairs(void **state)
{
	static double data[ROWS * ITEMS];
	static unsigned char why[ROWS * ITEMS], code[ROWS * ITEMS];
	struct an_polychoric_way way = { .level = 0.95 };
	struct an_polychoric_pair pair[6];
	struct an_ordinal o;
	struct an_polychoric x;
	enum an_thresholds_by by;
	double rho[16], tau[4 * AN_POLYCHORIC_MOST], table[AN_POLYCHORIC_MOST * AN_POLYCHORIC_MOST], n = 0;
	bool complete;

	answers(data, why);
	assert_int_equal(an_ordinal_code((struct an_view){ data, why, ROWS, ITEMS, ITEMS }, AN_PAIRWISE, code, &o),
	    AN_OK);
	assert_int_equal(o.categories, 4);
	near(o.value[0], 1, 0);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, tau, &complete, &by), AN_OK);
	assert_true(complete);
	assert_int_equal(by, AN_THRESHOLDS_ITEM);
	an_ordinal_table(&o, 1, 3, table);
	for (int i = 0; i < 16; i++)
		n += table[i];
	assert_int_equal(pair[4].i, 1);
	assert_int_equal(pair[4].j, 3);
	near(pair[4].x.n, n, 0);
	near(rho[1 * 4 + 3], pair[4].x.rho, 0);
	near(rho[3 * 4 + 1], rho[1 * 4 + 3], 0);
	/* an item of fewer answers: thresholds by pair, and each pair as by itself */
	for (int i = 0; i < ROWS; i++)
		data[i * ITEMS] = fmin(data[i * ITEMS], 3);
	assert_int_equal(an_ordinal_code((struct an_view){ data, why, ROWS, ITEMS, ITEMS }, AN_LISTWISE, code, &o),
	    AN_OK);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, NULL, &complete, &by), AN_OK);
	assert_int_equal(by, AN_THRESHOLDS_PAIR);
	an_ordinal_table(&o, 0, 2, table);
	assert_int_equal(an_polychoric(table, 4, 4, NULL, NULL, 0, 0.95, *state, &x), AN_OK);
	near(rho[2], x.rho, 0);
	assert_int_equal(x.rows, 3);
}

static bool stop(void *arg, double done)
{
	(void)done;
	return --*(int *)arg > 0;
}

static void all_pairs_refuse(void **state)
{
	static const double flat[] = { 1, 2, 1, 3, 1, 2 }, same[] = { 2, 2, 2, 2 }, wide[] = { 1, 900, 2, 5 };
	static double many[51];
	static const double half[] = { 0.5, 1.5, 0.5, 2.5 };
	unsigned char code[51];
	struct an_polychoric_way way = { .level = 0.95 };
	struct an_polychoric_pair pair[3];
	struct an_ordinal o;
	enum an_thresholds_by by;
	double rho[9];
	int left = 1;
	bool complete;

	/* whole numbers far apart count as they are; over 50 different ones are no ordered answers */
	assert_int_equal(an_ordinal_code((struct an_view){ wide, NULL, 2, 2, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	assert_int_equal(o.categories, 4);
	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		many[i] = (double)i;
	assert_int_equal(an_ordinal_code((struct an_view){ many, NULL, 51, 1, 1 }, AN_PAIRWISE, code, &o), AN_EDATA);
	assert_int_equal(an_ordinal_code((struct an_view){ half, NULL, 0, 2, 2 }, AN_PAIRWISE, code, &o), AN_ETOOFEW);
	assert_int_equal(an_ordinal_code((struct an_view){ half, NULL, 2, 2, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	assert_int_equal(o.categories, 3); /* halves: no gap is filled */
	an_ordinal_by_item(&o);
	assert_int_equal(o.categories, 2);
	assert_int_equal(an_ordinal_code((struct an_view){ same, NULL, 2, 2, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, NULL, &complete, &by), AN_ENOVARIANCE);
	assert_int_equal(an_ordinal_code((struct an_view){ flat, NULL, 3, 2, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, NULL, &complete, &by), AN_ENOVARIANCE);
	assert_int_equal(an_ordinal_code((struct an_view){ flat, NULL, 3, 1, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, NULL, &complete, &by), AN_ETOOFEW);
	assert_int_equal(an_ordinal_code((struct an_view){ half, NULL, 2, 2, 2 }, AN_PAIRWISE, code, &o), AN_OK);
	an_work_watch(*state, stop, &left);
	assert_int_equal(an_polychoric_all(&o, &way, *state, pair, rho, NULL, &complete, &by), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
}

/* A matrix that no variables can have: 0.9, 0.9 and -0.9. */
static void smoothing(void **state)
{
	double bad[] = { 1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1 }, good[] = { 1, 0.5, 0.5, 1 }, least, value[3];
	bool changed;

	assert_int_equal(an_cor_smooth(bad, 3, *state, &least, &changed), AN_OK);
	assert_true(changed);
	near(least, -0.8, 1e-12); /* eigenvalues 1.9, 1.9, -0.8 */
	for (int i = 0; i < 9; i++)
		near(bad[i], i % 4 == 0 ? 1 : i == 5 || i == 7 ? -0.5 : 0.5, 1e-9); /* two planes: +-1/2 */
	assert_int_equal(an_eigen(bad, 3, value, NULL), AN_OK);
	assert_true(value[2] > 0);
	assert_int_equal(an_cor_smooth(good, 2, *state, &least, &changed), AN_OK);
	assert_false(changed);
	near(good[1], 0.5, 0);
	near(least, 0.5, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bivariate_normal),
		cmocka_unit_test(derivatives),
		cmocka_unit_test_setup_teardown(tetrachoric, begin, end),
		cmocka_unit_test_setup_teardown(recovers, begin, end),
		cmocka_unit_test_setup_teardown(empty_categories_go, begin, end),
		cmocka_unit_test_setup_teardown(perfect, begin, end),
		cmocka_unit_test_setup_teardown(outlier, begin, end),
		cmocka_unit_test_setup_teardown(refuses, begin, end),
		cmocka_unit_test(no_memory),
		cmocka_unit_test_setup_teardown(all_pairs, begin, end),
		cmocka_unit_test_setup_teardown(all_pairs_refuse, begin, end),
		cmocka_unit_test_setup_teardown(smoothing, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
