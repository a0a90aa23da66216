/* Trends, control charts, funnels. */
#include "analysis/stats/trend/control.h"
#include "analysis/stats/trend/funnel.h"
#include "analysis/stats/trend/trend.h"

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

static const double steps[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

/* Gilbert 1987, section 16.4.1: 10, 15, 14, 20 have S = 4. */
static void mann_kendall(void **state)
{
	static const double y[] = { 10, 15, 14, 20 }, tied[] = { 1, 1, 2, 2, 3 };
	double down[4];
	struct an_mann_kendall k, turned;

	assert_int_equal(an_mann_kendall(steps, y, 4, *state, &k), AN_OK);
	near(k.s, 4, 0);
	near(k.var, 4 * 3 * 13 / 18.0, 1e-15);
	near(k.z, 3 / sqrt(4 * 3 * 13 / 18.0), 1e-15);
	near(k.tau, 4 / 6.0, 1e-15);
	for (int i = 0; i < 4; i++)
		down[i] = 7 - 3 * y[i];
	assert_int_equal(an_mann_kendall(steps, down, 4, *state, &turned), AN_OK);
	near(turned.s, -k.s, 0);
	near(turned.p, k.p, 0);
	assert_int_equal(an_mann_kendall(steps, tied, 5, *state, &k), AN_OK);
	near(k.s, 8, 0);
	near(k.var, (5 * 4 * 15 - 2 * 2 * 1 * 9) / 18.0, 1e-14);
	near(k.tau, 8 / sqrt(10.0 * 8), 1e-15); /* tau-b */
	/* time and value trade places without a change */
	assert_int_equal(an_mann_kendall(tied, steps, 5, *state, &turned), AN_OK);
	near(turned.var, k.var, 1e-14);
	near(turned.tau, k.tau, 1e-15);
}

/* Two seasons that go opposite ways cancel; one season is the plain test. */
static void seasons(void **state)
{
	static const double t[] = { 1, 1, 2, 2, 3, 3, 4, 4 }, y[] = { 1, 9, 2, 8, 3, 7, 4, 6 };
	static const size_t by_turn[] = { 0, 1, 0, 1, 0, 1, 0, 1 }, one[8] = { 0 };
	struct an_mann_kendall k, plain;
	struct an_sen sen;

	assert_int_equal(an_mann_kendall_seasonal(t, y, by_turn, 8, 2, *state, &k), AN_OK);
	near(k.s, 0, 0);
	near(k.var, 2 * 4 * 3 * 13 / 18.0, 1e-14);
	near(k.p, 1, 1e-15);
	assert_int_equal(an_mann_kendall_seasonal(t, y, one, 8, 1, *state, &k), AN_OK);
	assert_int_equal(an_mann_kendall(t, y, 8, *state, &plain), AN_OK);
	near(k.var, plain.var, 0);
	assert_int_equal(an_sen(t, y, by_turn, 8, k.var, 0.95, *state, &sen), AN_OK);
	assert_int_equal(sen.pairs, 12);
	near(sen.slope, 0, 1e-15);
}

static void sen(void **state)
{
	static const double y[] = { 3, 5, 7, 9, 11, 13, 15, 17, 19, 90 };
	double more[10];
	struct an_sen a, b;
	struct an_mann_kendall k;

	assert_int_equal(an_mann_kendall(steps, y, 10, *state, &k), AN_OK);
	assert_int_equal(an_sen(steps, y, NULL, 10, k.var, 0.95, *state, &a), AN_OK);
	assert_int_equal(a.pairs, 45);
	near(a.slope, 2, 1e-15); /* one wild value does not count */
	near(a.lo, 2, 1e-15);
	near(a.lo_rank + a.hi_rank, 46, 1e-12);
	for (int i = 0; i < 10; i++)
		more[i] = 100 - 0.5 * y[i];
	assert_int_equal(an_sen(steps, more, NULL, 10, k.var, 0.95, *state, &b), AN_OK);
	near(b.slope, -1, 1e-15);
	near(b.lo, -0.5 * a.hi, 1e-13);
	assert_int_equal(an_sen(steps, y, NULL, 3, 1e6, 0.95, *state, &b), AN_OK);
	assert_false(b.has_lo || b.has_hi); /* ranks beyond the slopes there are */
	assert_int_equal(an_sen(steps, y, NULL, 10, k.var, 1, *state, &b), AN_EDATA);
}

/* Ten points of y = 3 + 2 t with residuals 1, -1 in turn. */
static void line(void **state)
{
	static const double flat[] = { 4, 4, 4, 4 };
	double y[10], r[3], q, p;
	struct an_trend_line l;

	(void)state;
	for (int i = 0; i < 10; i++)
		y[i] = 3 + 2 * steps[i];
	assert_int_equal(an_trend_line(steps, y, 10, 0.95, &l), AN_OK);
	near(l.slope.value, 2, 1e-14);
	near(l.intercept.value, 3, 1e-13);
	near(l.r2, 1, 1e-14);
	assert_int_equal(an_trend_line(steps, flat, 4, 0.95, &l), AN_OK);
	near(l.slope.value, 0, 0);
	assert_int_equal(an_trend_line(flat, steps, 4, 0.95, &l), AN_ENOVARIANCE);
	for (int i = 0; i < 10; i++)
		y[i] = i % 2 == 0 ? 1 : -1;
	assert_int_equal(an_autocorrelation(y, 10, 3, r), AN_OK);
	near(r[0], -0.9, 1e-15);
	near(r[1], 0.8, 1e-15);
	assert_int_equal(an_ljung_box(r, 10, 2, &q, &p), AN_OK);
	near(q, 10 * 12 * (0.81 / 9 + 0.64 / 8), 1e-13);
	near(p, exp(-q / 2), 1e-13); /* chi squared on 2 degrees of freedom */
	assert_int_equal(an_autocorrelation(flat, 4, 2, r), AN_ENOVARIANCE);
	assert_int_equal(an_autocorrelation(y, 3, 3, r), AN_ETOOFEW);
}

static void awkward_series(void **state)
{
	static const double flat[] = { 2, 2, 2, 2 }, odd[] = { 1, INFINITY, 2, 3 }, back[] = { 1, 3, 2, 4 };
	double level[4], sse;
	struct an_mann_kendall k;
	struct an_sen s;

	assert_int_equal(an_mann_kendall(steps, flat, 4, *state, &k), AN_ENOVARIANCE);
	assert_int_equal(an_mann_kendall(flat, steps, 4, *state, &k), AN_ENOVARIANCE);
	assert_int_equal(an_mann_kendall(steps, odd, 4, *state, &k), AN_EDATA);
	assert_int_equal(an_mann_kendall(back, steps, 4, *state, &k), AN_EDATA);
	assert_int_equal(an_mann_kendall(steps, steps, 2, *state, &k), AN_ETOOFEW);
	assert_int_equal(an_mann_kendall(steps, steps, 0, *state, &k), AN_ETOOFEW);
	assert_int_equal(an_sen(steps, flat, NULL, 4, 0, 0.95, *state, &s), AN_OK);
	near(s.slope, 0, 0);
	assert_int_equal(an_smoothing(steps, 4, 0.5, level, &sse), AN_OK);
	near(level[3], 3.125, 1e-15);
	near(sse, 1 + 2.25 + 3.0625, 1e-15);
	assert_int_equal(an_smoothing(steps, 4, 0, level, &sse), AN_EDATA);
	assert_int_equal(an_smoothing(odd, 4, 0.5, level, &sse), AN_EDATA);
	assert_int_equal(an_smoothing(odd, 0, 0.5, level, &sse), AN_ETOOFEW);
}

/* Montgomery 2013, Introduction to Statistical Quality Control, example 7.1: cans of orange juice. */
static void p_chart(void **state)
{
	static const double bad[] = { 12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18,
		24, 15, 9, 12, 7, 13, 9, 6 };
	double size[30], rate[30];
	struct an_control_point p[30], u[30];
	struct an_control c;

	(void)state;
	for (int i = 0; i < 30; i++)
		size[i] = 50;
	assert_int_equal(an_control_p(bad, size, 30, false, &c, p), AN_OK);
	near(c.centre, 0.2313, 5e-5);
	near(p[0].lo, 0.0524, 5e-5);
	near(p[0].hi, 0.4102, 5e-5);
	for (int i = 0; i < 30; i++)
		assert_int_equal(p[i].out, i == 14 || i == 22);
	/* Laney's limits are the plain ones times sigma z */
	assert_int_equal(an_control_p(bad, size, 30, true, &c, u), AN_OK);
	near(u[0].hi - c.centre, c.sigma_z * (p[0].hi - c.centre), 1e-14);
	near(u[3].z * c.sigma_z, p[3].z, 1e-13);
	/* a rate does not mind the unit of its size but for the scale of the rate */
	assert_int_equal(an_control_u(bad, size, 30, false, &c, p), AN_OK);
	for (int i = 0; i < 30; i++)
		rate[i] = 1;
	assert_int_equal(an_control_u(bad, rate, 30, false, &c, u), AN_OK);
	near(u[5].z, p[5].z, 1e-13);
	near(u[5].hi, 50 * p[5].hi, 1e-13);
	size[4] = 0;
	assert_int_equal(an_control_p(bad, size, 30, false, &c, p), AN_EDATA);
	size[4] = 3;
	assert_int_equal(an_control_p(bad, size, 30, false, &c, p), AN_EDATA); /* 4 of 3 */
	assert_int_equal(an_control_p(bad, size, 1, false, &c, p), AN_ETOOFEW);
	assert_int_equal(an_control_p(size, size, 4, false, &c, p), AN_ENOVARIANCE);
}

/* Montgomery 2013, tables 9.1 to 9.3 and example 9.2: a shift after the twentieth value. */
static void small_shifts(void **state)
{
	static const double x[] = { 9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51,
		9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62,
		11.31, 10.52 };
	double target = 10, sigma = 1, up[30], down[30];
	struct an_control_point p[30];
	struct an_control c;

	(void)state;
	assert_int_equal(an_control_cusum(x, 30, 0.5, 5, &target, &sigma, &c, p, up, down), AN_OK);
	near(up[28], 5.28, 1e-9);
	near(down[1], 1.56, 1e-9);
	for (int i = 0; i < 30; i++)
		assert_int_equal(p[i].out, i >= 28);
	assert_int_equal(an_control_ewma(x, 30, 0.1, 2.7, &target, &sigma, &c, p), AN_OK);
	near(p[0].value, 9.945, 1e-12);
	near(p[0].hi, 10.27, 5e-4);
	near(p[1].hi, 10.36, 5e-3);
	near(p[29].hi, 10.62, 5e-3);
	for (int i = 0; i < 30; i++)
		assert_int_equal(p[i].out, i >= 28);
	assert_int_equal(an_control_ewma(x, 30, 1.5, 2.7, &target, &sigma, &c, p), AN_EDATA);
	assert_int_equal(an_control_cusum(x, 30, 0.5, 0, &target, &sigma, &c, p, up, down), AN_EDATA);
	sigma = 0;
	assert_int_equal(an_control_cusum(x, 30, 0.5, 5, &target, &sigma, &c, p, up, down), AN_ENOVARIANCE);
}

static void individuals(void **state)
{
	static const double x[] = { 1, 3, 2, 4 }, flat[] = { 5, 5, 5 }, odd[] = { 1, NAN };
	struct an_control_point p[4];
	struct an_control c;

	(void)state;
	assert_int_equal(an_control_xmr(x, 4, &c, p), AN_OK);
	near(c.range, 5 / 3.0, 1e-15);
	near(p[0].hi, 2.5 + 2.66 * 5 / 3, 1e-14);
	near(c.range_hi, 3.267 * 5 / 3, 1e-14);
	assert_int_equal(an_control_xmr(flat, 3, &c, p), AN_ENOVARIANCE);
	assert_int_equal(an_control_xmr(odd, 2, &c, p), AN_EDATA);
	assert_int_equal(an_control_xmr(x, 1, &c, p), AN_ETOOFEW);
}

/* One pattern a rule, each shown to end where it should and not before. */
static void rules(void **state)
{
	static const struct {
		unsigned rule;
		size_t n, first; /* first point that completes the pattern */
		double z[16];
	} t[] = {
		{ 1, 3, 1, { 0, 3.1, 0 } },
		{ 2, 10, 8, { .1, .2, .1, .2, .1, .2, .1, .2, .1, .2 } },
		{ 3, 7, 5, { -.3, -.2, -.1, 0, .1, .2, .3 } },
		{ 4, 15, 13, { .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1, -.1, .1 } },
		{ 5, 3, 2, { 2.1, 0, 2.2 } },
		{ 6, 5, 4, { -1.1, -1.2, 0, -1.1, -1.3 } },
		{ 7, 16, 14, { .1, .5, -.5, .9, -.9, .1, .1, -.1, .3, .2, -.3, .1, 0, .1, .2, .3 } },
		{ 8, 9, 7, { 1.5, -1.5, 1.5, 1.5, -1.5, 1.2, -1.1, 1.5, 1.3 } },
	};

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		struct an_control_point p[16] = { 0 };
		unsigned got[16], none[16];

		for (size_t i = 0; i < t[c].n; i++) {
			p[i].value = p[i].z = t[c].z[i];
			p[i].out = fabs(p[i].z) > 3;
		}
		an_control_rules(p, t[c].n, 1u << (t[c].rule - 1), got);
		an_control_rules(p, t[c].n, 0, none);
		for (size_t i = 0; i < t[c].n; i++) {
			print_message("  rule %u point %zu\n", t[c].rule, i);
			assert_int_equal(got[i] != 0, t[c].rule == 1 ? i == t[c].first : i >= t[c].first);
			assert_int_equal(none[i], 0);
		}
	}
}

static void funnels(void **state)
{
	static const double hits[] = { 12, 45, 30, 70, 8 }, n[] = { 40, 90, 100, 120, 20 },
			    all[] = { 40, 90, 100, 120, 20 };
	struct an_funnel_unit u[5], v[5];
	struct an_funnel f, g;
	double lo, hi, wide, high;

	assert_int_equal(an_funnel(hits, n, 5, 0, AN_DISPERSION_NONE, *state, &f, u), AN_OK);
	near(f.phi, f.phi_winsor, 1e-14); /* nothing drawn in */
	near(u[0].z, u[0].adjusted_z, 0);
	assert_int_equal(an_funnel_limits(&f, AN_DISPERSION_NONE, 40, 0.95, &lo, &hi), AN_OK);
	near((hi - lo) / 2, 1.959963984540054 * sqrt(f.centre * (1 - f.centre) / 40), 1e-13);
	assert_int_equal(an_funnel(hits, n, 5, 0, AN_DISPERSION_ADDITIVE, *state, &g, v), AN_OK);
	assert_true(g.tau2 > 0 && fabs(v[3].adjusted_z) < fabs(u[3].z));
	assert_int_equal(an_funnel_limits(&g, AN_DISPERSION_ADDITIVE, 1e12, 0.95, &wide, &high), AN_OK);
	near((high - wide) / 2, 1.959963984540054 * sqrt(g.tau2), 1e-6); /* never narrower than units differ */
	for (int i = 0; i < 5; i++)					 /* shrunk towards the centre, never past it */
		assert_true((u[i].shrunk - f.centre) * (u[i].share - u[i].shrunk) >= 0);
	assert_int_equal(an_funnel(all, n, 5, 0.1, AN_DISPERSION_NONE, *state, &f, u), AN_ENOVARIANCE);
	assert_int_equal(an_funnel(hits, n, 1, 0.1, AN_DISPERSION_NONE, *state, &f, u), AN_ETOOFEW);
	assert_int_equal(an_funnel(n, hits, 5, 0.1, AN_DISPERSION_NONE, *state, &f, u), AN_EDATA);
	assert_int_equal(an_funnel(hits, n, 5, 0.5, AN_DISPERSION_NONE, *state, &f, u), AN_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mann_kendall),
		cmocka_unit_test(seasons),
		cmocka_unit_test(sen),
		cmocka_unit_test(line),
		cmocka_unit_test(awkward_series),
		cmocka_unit_test(p_chart),
		cmocka_unit_test(small_shifts),
		cmocka_unit_test(individuals),
		cmocka_unit_test(rules),
		cmocka_unit_test(funnels),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
