/* Confirmatory factor models. */
#include "analysis/stats/factor/cfa.h"
#include "analysis/stats/status.h"

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

enum { MOST = 40 };

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

/* Factors of consecutive items, sizes ended by 0; marker items or unit variances; factors correlate. */
static struct an_cfa_model factors(struct an_cfa_term *term, const size_t *size, bool unit, bool correlate)
{
	struct an_cfa_model m = { .term = term };

	for (; size[m.factors] > 0; m.factors++)
		for (size_t i = 0; i < size[m.factors]; i++, m.items++)
			term[m.terms++] =
			    (struct an_cfa_term){ .i = m.factors, .j = m.items, .free = unit || i > 0, .est = 1 };
	for (size_t j = 0; j < m.items; j++)
		term[m.terms++] = (struct an_cfa_term){ .kind = AN_CFA_RESIDUAL, .i = j, .j = j, .free = true };
	for (size_t f = 0; f < m.factors; f++)
		for (size_t g = f; g < m.factors && (correlate || g == f); g++)
			term[m.terms++] = (struct an_cfa_term){ .kind = AN_CFA_FACTOR,
				.i = f,
				.j = g,
				.free = f != g || !unit,
				.est = 1 };
	return m;
}

static struct an_cfa_term *find(const struct an_cfa_model *m, enum an_cfa_kind kind, size_t i, size_t j)
{
	for (size_t t = 0; t < m->terms; t++)
		if (m->term[t].kind == kind && m->term[t].i == i && m->term[t].j == j)
			return m->term + t;
	fail();
	return NULL;
}

/* Covariances (over n = 75) of Bollen's (1989) data on industrialisation and democracy: x1-x3, y1-y8. */
static void bollen(double *cov)
{
	static const double lower[] = { 0.5299867462, 0.9771562662, 2.251678894, 0.8124450297, 1.782009388, 1.949677109,
		0.7246010697, 1.256415292, 0.8993020138, 6.786851556, 0.6112355916, 1.471389225, 1.154215629,
		6.168014376, 15.37208534, 0.7763869623, 1.531242606, 1.025225156, 5.760984276, 5.760777458, 10.62072398,
		1.135121819, 2.211077622, 1.813516276, 6.007460757, 9.381772655, 6.598764493, 11.06934602, 1.067204268,
		2.036216396, 1.562351895, 4.996293337, 5.528364631, 4.873173392, 5.626031083, 6.734680881, 0.8414183847,
		1.781413193, 1.551105274, 5.669215145, 9.261138774, 4.664364382, 7.342952976, 4.910447109, 11.22365409,
		0.9243461671, 1.968987288, 1.60427412, 5.734450588, 7.434989487, 6.913015603, 7.388158795, 5.743747998,
		6.658144109, 10.65538029, 1.08817619, 2.204447138, 1.669594846, 5.595443515, 7.654770341, 5.563950545,
		7.905811013, 5.268194109, 8.136871961, 7.491200689, 10.39342006 };
	size_t at = 0;

	for (size_t i = 0; i < 11; i++)
		for (size_t j = 0; j <= i; j++)
			cov[i * 11 + j] = cov[j * 11 + i] = lower[at++];
}

/* Y numbers its items 1 to 8 from column 3. */
static void share_residuals(struct an_cfa_model *m)
{
	static const size_t pair[][2] = { { 1, 5 }, { 2, 4 }, { 2, 6 }, { 3, 7 }, { 4, 8 }, { 6, 8 } };

	for (size_t p = 0; p < 6; p++)
		m->term[m->terms++] = (struct an_cfa_term){ .kind = AN_CFA_RESIDUAL,
			.i = pair[p][0] + 2,
			.j = pair[p][1] + 2,
			.free = true };
}

/* What Rosseel (2012, Journal of Statistical Software 48(2), section 4) prints; his regressions among the
 * three factors say no more than that these correlate. */
static void political_democracy(void **state)
{
	static const size_t size[] = { 3, 4, 4, 0 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, false, true);
	struct an_cfa fit;
	double cov[121];

	bollen(cov);
	share_residuals(&m);
	assert_int_equal(an_cfa(cov, 75, &m, *state, NULL, &fit), AN_OK);
	assert_true(fit.fit.converged && fit.identified);
	assert_int_equal(fit.free, 31);
	near(fit.df, 35, 0);
	near(fit.chisq, 38.125, 2e-5);
	near(fit.p, 0.329, 5e-4);
	near(fit.cfi, 0.995, 5e-4);
	near(fit.tli, 0.993, 5e-4);
	near(fit.rmsea, 0.035, 5e-4);
	near(fit.rmsea_interval.lo, 0, 0);
	near(fit.rmsea_interval.hi, 0.092, 5e-4);
	near(fit.srmr, 0.044, 5e-4);
	near(fit.logl, -1547.791, 1e-6);
	near(fit.aic, 3157.582, 1e-6);
	near(fit.bic, 3229.424, 1e-6);
	near(find(&m, AN_CFA_LOADING, 0, 1)->est, 2.180, 5e-4);
	near(find(&m, AN_CFA_LOADING, 0, 1)->se, 0.139, 5e-4);
	near(find(&m, AN_CFA_LOADING, 1, 4)->est, 1.257, 5e-4);
	near(find(&m, AN_CFA_LOADING, 1, 4)->se, 0.182, 5e-4);
	near(find(&m, AN_CFA_RESIDUAL, 3, 7)->est, 0.624, 5e-4);
	near(find(&m, AN_CFA_RESIDUAL, 3, 7)->se, 0.358, 5e-4);
}

/* Covariances that a model makes give it back; the fit is perfect. */
static void recovers(void **state)
{
	static const double l[] = { 0.8, 0.7, -0.6, 0.9, 0.5, 0.4, 0.75 };
	static const size_t size[] = { 3, 4, 0 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, true, true);
	struct an_cfa_factor f[2];
	struct an_cfa fit;
	double cov[49], implied[49], sum = 0.9 + 0.5 + 0.4 + 0.75, error = 0, squares = 0, htmt[4];

	for (int i = 0; i < 49; i++) {
		int a = i / 7, b = i % 7;

		cov[i] = a == b ? 1 : l[a] * l[b] * ((a < 3) == (b < 3) ? 1 : 0.4);
	}
	for (int i = 3; i < 7; i++) {
		error += 1 - l[i] * l[i];
		squares += l[i] * l[i];
	}
	assert_int_equal(an_cfa(cov, 200, &m, *state, implied, &fit), AN_OK);
	for (int i = 0; i < 7; i++)
		near(m.term[i].est, l[i], 1e-7);
	near(find(&m, AN_CFA_FACTOR, 0, 1)->est, 0.4, 1e-7);
	for (int i = 0; i < 49; i++)
		near(implied[i], cov[i], 1e-7);
	near(fit.chisq, 0, 1e-9);
	near(fit.p, 1, 1e-9);
	near(fit.cfi, 1, 0);
	near(fit.rmsea, 0, 0);
	near(fit.srmr, 0, 1e-7);
	an_cfa_factors(&m, implied, f);
	assert_true(f[1].has);
	assert_int_equal(f[1].items, 4);
	near(f[1].reliability, sum * sum / (sum * sum + error), 1e-6);
	near(f[1].std_reliability, f[1].reliability, 1e-6); /* variances are 1 */
	near(f[1].ave, squares / 4, 1e-6);
	an_cfa_htmt(&m, cov, htmt);
	near(htmt[0], 1, 0);
	near(htmt[1], htmt[2], 1e-15);
	assert_true(htmt[1] > 0.3 && htmt[1] < 0.5);
}

/* Units of the items and the way to fix the scale change neither fit nor standardised figures. */
static void invariances(void **state)
{
	static const size_t size[] = { 3, 4, 4, 0 };
	static const double unit_of[] = { 1, 10, 0.01, 5, 1, 1, 1000, 1, 0.5, 3, 7 };
	struct an_cfa_term a[MOST], b[MOST], c[MOST];
	struct an_cfa_model marker = factors(a, size, false, true), unit = factors(b, size, true, true);
	struct an_cfa_model scaled = factors(c, size, false, true);
	struct an_cfa x, y, z;
	double cov[121], other[121];

	bollen(cov);
	for (int i = 0; i < 121; i++)
		other[i] = cov[i] * unit_of[i / 11] * unit_of[i % 11];
	assert_int_equal(an_cfa(cov, 75, &marker, *state, NULL, &x), AN_OK);
	assert_int_equal(an_cfa(cov, 75, &unit, *state, NULL, &y), AN_OK);
	assert_int_equal(an_cfa(other, 75, &scaled, *state, NULL, &z), AN_OK);
	near(y.chisq, x.chisq, 1e-9);
	near(z.chisq, x.chisq, 1e-9);
	near(z.srmr, x.srmr, 1e-7);
	near(z.rmsea_interval.hi, x.rmsea_interval.hi, 1e-9);
	for (size_t t = 0; t < marker.terms; t++) {
		near(b[t].std, a[t].std, 1e-6);
		near(b[t].std_se, a[t].std_se, 1e-6);
		near(c[t].std, a[t].std, 1e-6);
		near(c[t].std_se, a[t].std_se, 1e-6);
	}
}

/* A modification index is close to what chi-square drops when the term is freed (it is the
 * quadratic approximation to it), and epc to the estimate. */
static void changes(void **state)
{
	static const size_t size[] = { 3, 4, 4, 0 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, false, true);
	struct an_cfa_change c[] = {
		{ .term = { .kind = AN_CFA_RESIDUAL, .i = 4, .j = 8 } }, /* y2 with y6 */
		{ .term = { .kind = AN_CFA_LOADING, .i = 0, .j = 3 } },
		{ .term = { .kind = AN_CFA_LOADING, .i = 0, .j = 0 } }, /* the marker: cannot be freed */
	};
	struct an_cfa before, after;
	double cov[121];

	bollen(cov);
	assert_int_equal(an_cfa(cov, 75, &m, *state, NULL, &before), AN_OK);
	assert_int_equal(an_cfa_changes(cov, 75, &m, *state, c, 3), AN_OK);
	assert_true(c[0].has && c[1].has && !c[2].has);
	assert_true(c[0].mi > c[1].mi);
	m.term[m.terms] = c[0].term;
	m.term[m.terms++].free = true;
	assert_int_equal(an_cfa(cov, 75, &m, *state, NULL, &after), AN_OK);
	near((before.chisq - after.chisq) / c[0].mi, 1, 0.15);
	near(m.term[m.terms - 1].est / c[0].epc, 1, 0.25);
	near(m.term[m.terms - 1].std / c[0].epc_std, 1, 0.25);
	/* what is free already has nothing to gain */
	assert_int_equal(an_cfa_changes(cov, 75, &m, *state, c, 1), AN_OK);
	assert_false(c[0].has);
}

/* r12 r13 / r23 = 1.28: the first item would have a negative residual variance, and has. */
static void negative_variance(void **state)
{
	static const size_t size[] = { 3, 0 };
	static const double cov[] = { 1, 0.8, 0.8, 0.8, 1, 0.5, 0.8, 0.5, 1 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, true, true);
	struct an_cfa_factor f;
	struct an_cfa fit;
	double implied[9];

	assert_int_equal(an_cfa(cov, 100, &m, *state, implied, &fit), AN_OK);
	assert_int_equal(fit.negative, 1);
	near(find(&m, AN_CFA_RESIDUAL, 0, 0)->est, 1 - 0.8 * 0.8 / 0.5, 1e-7);
	near(fit.df, 0, 0);
	near(fit.tli, 1, 0);
	an_cfa_factors(&m, implied, &f);
	assert_false(f.has);
}

/* No degrees of freedom, and little in the data to fit (baseline chi-square 2.96 on 3): what rounding leaves is no
 * misfit.  lavaan 0.6.14, cfa("f1 =~ q1+q2+q3", sample.cov = S, sample.nobs = 50): CFI 1. */
static void saturated(void **state)
{
	static const double cov[] = { 2.28, 0.2600, 0.1800, 0.26, 2.1744, 0.4624, 0.18, 0.4624, 2.3604 };
	static const size_t size[] = { 3, 0 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, false, true);
	struct an_cfa fit;

	assert_int_equal(an_cfa(cov, 50, &m, *state, NULL, &fit), AN_OK);
	assert_true(fit.base_chisq < fit.base_df);
	near(fit.cfi, 1, 0);
	near(fit.tli, 1, 0);
}

/* A factor with a single item is that item. */
static void single_item(void **state)
{
	static const size_t size[] = { 3, 1, 0 };
	static const double cov[] = { 2, 1, 0.9, 0.5, 1, 2, 1.1, 0.4, 0.9, 1.1, 2, 0.6, 0.5, 0.4, 0.6, 3 };
	struct an_cfa_term term[MOST], *x;
	struct an_cfa_model m = factors(term, size, false, true);
	struct an_cfa_factor f[2];
	struct an_cfa fit;
	double implied[16], htmt[4];

	x = find(&m, AN_CFA_RESIDUAL, 3, 3);
	x->free = false;
	x->est = 0;
	assert_int_equal(an_cfa(cov, 100, &m, *state, implied, &fit), AN_OK);
	x = find(&m, AN_CFA_LOADING, 1, 3);
	near(x->std, 1, 1e-9);
	near(x->std_se, 0, 1e-7);
	near(find(&m, AN_CFA_FACTOR, 1, 1)->est, 3, 1e-6);
	an_cfa_factors(&m, implied, f);
	assert_true(f[1].has);
	near(f[1].reliability, 1, 1e-9);
	an_cfa_htmt(&m, cov, htmt);
	near(htmt[1], -1, 0);
}

static void refuses(void **state)
{
	static const size_t two[] = { 2, 2, 0 }, three[] = { 3, 0 }, one[] = { 2, 0 };
	static const double cov[] = { 1, 0.5, 0.3, 0.3, 0.5, 1, 0.3, 0.3, 0.3, 0.3, 1, 0.5, 0.3, 0.3, 0.5, 1 };
	static const double follows[] = { 1, 1, 0.5, 1, 1, 0.5, 0.5, 0.5, 1 };
	static const double nan[] = { 1, NAN, 0.5, NAN, 1, 0.5, 0.5, 0.5, 1 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, two, false, false);
	struct an_cfa fit;

	/* two items a factor, and the factors apart: nothing tells their loadings */
	assert_int_equal(an_cfa(cov, 100, &m, *state, NULL, &fit), AN_ENOCONVERGE);
	assert_false(fit.identified);
	m = factors(term, two, false, true);
	assert_int_equal(an_cfa(cov, 100, &m, *state, NULL, &fit), AN_OK);
	assert_int_equal(an_cfa(cov, 4, &m, *state, NULL, &fit), AN_ETOOFEW);
	m.term[0].j = 4;
	assert_int_equal(an_cfa(cov, 100, &m, *state, NULL, &fit), AN_EDATA);
	m = factors(term, one, false, true);
	assert_int_equal(an_cfa(cov, 100, &m, *state, NULL, &fit), AN_ETOOFEW); /* 4 unknowns, 3 known */
	m = factors(term, three, false, true);
	assert_int_equal(an_cfa(follows, 100, &m, *state, NULL, &fit), AN_ENOVARIANCE);
	assert_int_equal(an_cfa(nan, 100, &m, *state, NULL, &fit), AN_EDATA);
	m.factors = 0;
	assert_int_equal(an_cfa(cov, 100, &m, *state, NULL, &fit), AN_ETOOFEW);
}

static bool stop(void *arg, double done)
{
	(void)arg;
	(void)done;
	return false;
}

static void stops(void **state)
{
	static const size_t size[] = { 3, 4, 4, 0 };
	struct an_cfa_term term[MOST];
	struct an_cfa_model m = factors(term, size, false, true);
	struct an_cfa fit;
	double cov[121];

	bollen(cov);
	an_work_watch(*state, stop, NULL);
	assert_int_equal(an_cfa(cov, 75, &m, *state, NULL, &fit), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
	for (size_t limit = 1; limit < 20000; limit += 999) {
		struct an_work *w = an_work_new(limit);
		struct an_work_mark before = an_work_mark(w);

		assert_int_equal(an_cfa(cov, 75, &m, w, NULL, &fit), AN_ENOMEM);
		assert_true(an_work_mark(w).block == before.block);
		an_work_free(w);
	}
}

/* Exactly: with df = 2 and ncp = 0 it is 1 - exp(-x/2); with one degree of freedom
 * Phi(sqrt x - d) - Phi(-sqrt x - d), where d^2 = ncp. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(political_democracy, begin, end),
		cmocka_unit_test_setup_teardown(recovers, begin, end),
		cmocka_unit_test_setup_teardown(invariances, begin, end),
		cmocka_unit_test_setup_teardown(changes, begin, end),
		cmocka_unit_test_setup_teardown(negative_variance, begin, end),
		cmocka_unit_test_setup_teardown(saturated, begin, end),
		cmocka_unit_test_setup_teardown(single_item, begin, end),
		cmocka_unit_test_setup_teardown(refuses, begin, end),
		cmocka_unit_test_setup_teardown(stops, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
