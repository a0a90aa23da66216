/* How many factors, fitness of correlations for factors, distances of persons. */
#include "analysis/stats/scale/adequacy.h"
#include "analysis/stats/scale/mahalanobis.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/factor/retain.h"
#include "analysis/stats/numeric/rng.h"

#include <gsl/gsl_cdf.h>

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

static bool never(void *arg, double done)
{
	(void)arg;
	(void)done;
	return false;
}

/* Two blocks of four items: two components and two factors, on any number of threads. */
static void parallel_analysis(void **state)
{
	struct an_parallel_row rows[8], same[8];
	struct an_parallel_out out;
	double cor[64], sum = 0;
	struct an_parallel_in in = { cor, 8, 200, 70, 0.95, 7 };

	for (int i = 0; i < 64; i++)
		cor[i] = i / 8 == i % 8 ? 1 : i / 8 / 4 == i % 8 / 4 ? 0.5 : 0.05;
	an_threads_set(1);
	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_OK);
	assert_int_equal(out.components, 2);
	assert_true(out.has_factors);
	assert_int_equal(out.factors, 2);
	near(rows[0].component, 1 + 3 * 0.5 + 4 * 0.05, 1e-12);
	for (int i = 0; i < 8; i++) {
		sum += rows[i].component_mean;
		assert_true(rows[i].component_limit > rows[i].component_mean || i > 3);
	}
	near(sum, 8, 1e-12); /* traces of correlations */
	an_threads_set(3);
	assert_int_equal(an_parallel_analysis(&in, *state, same, &out), AN_OK);
	assert_memory_equal(rows, same, sizeof rows);
	in.seed = 8;
	assert_int_equal(an_parallel_analysis(&in, *state, same, &out), AN_OK);
	assert_true(rows[0].component_mean != same[0].component_mean);
	in.n = 8;
	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_ETOOFEW);
	in.n = 9; /* as few as can be */
	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_OK);
	in.quantile = 2;
	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_EDATA);
	in.quantile = 0.95;
	an_work_watch(*state, never, NULL);
	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
}

/* With very many people random eigenvalues come near 1: var of a correlation is 1 / (n - 1). */
static void random_law(void **state)
{
	static const double cor[] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
	struct an_parallel_row rows[3];
	struct an_parallel_out out;
	struct an_parallel_in in = { cor, 3, 101, 2000, 0.95, 1 };
	double spread = 0;

	assert_int_equal(an_parallel_analysis(&in, *state, rows, &out), AN_OK);
	/* the sum of squared eigenvalues is k + k (k - 1) E r^2, of which the means give a little less */
	for (int i = 0; i < 3; i++)
		spread += rows[i].component_mean * rows[i].component_mean;
	assert_true(spread > 3.04 && spread < 3.06);
	assert_int_equal(out.components, 0);
}

/* One general factor: nothing is left after it, and the least is there. */
static void minimum_average_partial(void **state)
{
	double cor[36], mean = 0;
	struct an_map_row rows[6];
	size_t square, fourth;

	for (int i = 0; i < 36; i++)
		cor[i] = i / 6 == i % 6 ? 1 : 0.5;
	assert_int_equal(an_map(cor, 6, *state, rows, &square, &fourth), AN_OK);
	near(rows[0].square, 0.25, 1e-14);
	near(rows[0].fourth, 0.0625, 1e-14);
	/* after the first component of equal correlations every partial one is -1 / (k - 1) */
	near(rows[1].square, 1.0 / 25, 1e-13);
	near(rows[1].fourth, 1.0 / 625, 1e-13);
	assert_int_equal(square, 1);
	assert_int_equal(fourth, 1);
	for (int i = 0; i < 36; i++)
		mean += i / 6 == i % 6 ? 0 : cor[i] / 30;
	near(mean, 0.5, 1e-14);
	assert_int_equal(an_map(cor, 1, *state, rows, &square, &fourth), AN_ETOOFEW);
	for (int i = 0; i < 36; i++)
		cor[i] = 1; /* all the same: the first component takes all */
	assert_int_equal(an_map(cor, 6, *state, rows, &square, &fourth), AN_OK);
	assert_true(rows[0].has && !rows[1].has);
}

static void adequacy(void **state)
{
	static const double two[] = { 1, 0.6, 0.6, 1 }, none[] = { 1, 0, 0, 1 }, twins[] = { 1, 1, 1, 1 };
	double equal[9], msa, each[3], r = 0.5, partial = r / (1 + r);
	struct an_bartlett b;

	assert_int_equal(an_kmo(two, 2, *state, &msa, each), AN_OK);
	near(msa, 0.5, 1e-14); /* of two variables the partial correlation is the correlation */
	for (int i = 0; i < 9; i++)
		equal[i] = i / 3 == i % 3 ? 1 : r;
	assert_int_equal(an_kmo(equal, 3, *state, &msa, each), AN_OK);
	near(msa, r * r / (r * r + partial * partial), 1e-14);
	near(each[1], msa, 1e-14);
	assert_int_equal(an_kmo(none, 2, *state, &msa, each), AN_ENOVARIANCE);
	assert_int_equal(an_kmo(twins, 2, *state, &msa, each), AN_ENOVARIANCE);
	assert_int_equal(an_kmo(two, 1, *state, &msa, each), AN_ETOOFEW);
	assert_int_equal(an_bartlett_sphericity(two, 2, 20, *state, &b), AN_OK);
	near(b.determinant, 0.64, 1e-14);
	near(b.chisq, -log(0.64) * (19 - 1.5), 1e-13);
	near(b.df, 1, 0);
	near(b.p, gsl_cdf_chisq_Q(b.chisq, 1), 1e-15);
	assert_int_equal(an_bartlett_sphericity(twins, 2, 20, *state, &b), AN_ENOVARIANCE);
	assert_int_equal(an_bartlett_sphericity(two, 2, 2, *state, &b), AN_ETOOFEW);
}

static void distances(void **state)
{
	double x[40 * 3], moved[40 * 3], sum = 0;
	unsigned char why[40 * 3] = { 0 };
	struct an_view v = { x, why, 40, 3, 3 }, w = { moved, why, 40, 3, 3 };
	struct an_pairs *p = an_pairs_new(3), *q = an_pairs_new(3), *flat = an_pairs_new(3);
	struct an_mahalanobis d[40], e[40];
	struct an_rng r;

	an_rng_seed(&r, 2, 0);
	for (int i = 0; i < 40; i++)
		for (int j = 0; j < 3; j++)
			x[i * 3 + j] = (double)an_rng_below(&r, 7);
	for (int i = 0; i < 40; i++) { /* other units and mixtures of the items */
		moved[i * 3] = 10 + 2 * x[i * 3] - x[i * 3 + 1];
		moved[i * 3 + 1] = -3 * x[i * 3 + 1];
		moved[i * 3 + 2] = x[i * 3 + 2] + x[i * 3];
	}
	an_pairs_add_view(p, v);
	an_pairs_add_view(q, w);
	assert_int_equal(an_mahalanobis(v, p, *state, d), AN_OK);
	assert_int_equal(an_mahalanobis(w, q, *state, e), AN_OK);
	for (int i = 0; i < 40; i++) {
		sum += d[i].d2;
		near(e[i].d2, d[i].d2, 1e-10);
		near(d[i].p, gsl_cdf_chisq_Q(d[i].d2, 3), 1e-14);
	}
	near(sum, 39 * 3, 1e-11); /* (n - 1) k */
	why[0] = why[1] = why[2] = AN_SKIPPED;
	assert_int_equal(an_mahalanobis(v, p, *state, d), AN_OK);
	assert_true(!d[0].has && !d[0].has_p && d[1].has);
	for (int i = 0; i < 40; i++)
		x[i * 3 + 2] = x[i * 3] + x[i * 3 + 1];
	an_pairs_add_view(flat, v);
	assert_int_equal(an_mahalanobis(v, flat, *state, d), AN_ENOVARIANCE);
	an_pairs_free(flat);
	flat = an_pairs_new(3);
	assert_int_equal(an_mahalanobis(v, flat, *state, d), AN_ETOOFEW);
	an_pairs_free(p);
	an_pairs_free(q);
	an_pairs_free(flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parallel_analysis),
		cmocka_unit_test(random_law),
		cmocka_unit_test(minimum_average_partial),
		cmocka_unit_test(adequacy),
		cmocka_unit_test(distances),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
