/* Tables of counts, exact tests, strata, pairs and shares.  Published figures are named where they
 * stand; the others follow by hand. */
#include "analysis/stats/table/fisher.h"
#include "analysis/stats/table/paired.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/table/proportions.h"
#include "analysis/stats/table/strata.h"
#include "analysis/stats/table/table.h"
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

static struct an_work *work;

static void a_table_by_hand(void **state)
{
	/* 30 10 / 10 30: all expected 20, chi2 = 4 * 100 / 20, yates 4 * 9.5^2 / 20 */
	static const double x[] = { 30, 10, 10, 30 };
	struct an_table t = { x, 2, 2 };
	double e[4], r[4], a[4];
	struct an_table_test o;

	(void)state;
	assert_int_equal(an_table_test(t, 0.95, work, &o), AN_OK);
	near(o.chi2, 20, 1e-14);
	near(o.yates, 4 * 9.5 * 9.5 / 20, 1e-14);
	near(o.g, 2 * (60 * log(1.5) + 20 * log(0.5)), 1e-14);
	near(o.phi, 0.5, 1e-15);
	near(o.v, 0.5, 1e-15);
	near(o.contingency, sqrt(20.0 / 100), 1e-15);
	near(o.lambda_col, (60.0 - 40) / 40, 1e-15);
	near(o.tau_row, 0.25, 1e-14); /* of a 2 x 2 table: phi squared */
	near(o.p, erfc(sqrt(10)), 1e-15);
	assert_int_equal(an_table_residuals(t, work, e, r, a), AN_OK);
	near(e[2], 20, 1e-15);
	near(r[0], 10 / sqrt(20), 1e-15);
	near(a[1], -10 / sqrt(20 * 0.25), 1e-14);
}

/* Turned round, with rows in another order, and with every count doubled. */
static void a_table_seen_differently(void **state)
{
	static const double x[] = { 12, 5, 9, 3, 8, 14 }, turned[] = { 12, 3, 5, 8, 9, 14 },
			    moved[] = { 3, 8, 14, 12, 5, 9 }, twice[] = { 24, 10, 18, 6, 16, 28 };
	struct an_table_test a, b, c, d;

	(void)state;
	assert_int_equal(an_table_test((struct an_table){ x, 2, 3 }, 0.9, work, &a), AN_OK);
	assert_int_equal(an_table_test((struct an_table){ turned, 3, 2 }, 0.9, work, &b), AN_OK);
	assert_int_equal(an_table_test((struct an_table){ moved, 2, 3 }, 0.9, work, &c), AN_OK);
	assert_int_equal(an_table_test((struct an_table){ twice, 2, 3 }, 0.9, work, &d), AN_OK);
	near(b.chi2, a.chi2, 1e-14);
	near(b.v_corrected, a.v_corrected, 1e-14);
	near(b.lambda_row, a.lambda_col, 1e-14);
	near(b.tau_row, a.tau_col, 1e-14);
	near(c.g, a.g, 1e-14);
	near(d.chi2, 2 * a.chi2, 1e-14);
	near(d.v, a.v, 1e-14);
	assert_true(d.v_interval.hi - d.v_interval.lo < a.v_interval.hi - a.v_interval.lo);
	assert_true(a.v_interval.lo <= a.v && a.v <= a.v_interval.hi);
	assert_false(a.has_yates);
}

static void groups_two_by_two(void **state)
{
	/* risks 20/100 and 10/100 */
	static const double x[] = { 20, 80, 10, 90 }, none[] = { 0, 5, 3, 4 }, open[] = { 3, 0, 2, 5 };
	struct an_two_by_two o;
	struct an_interval ci;

	(void)state;
	assert_int_equal(an_two_by_two(x, 0.95, &o), AN_OK);
	near(o.odds_ratio, 2.25, 1e-15);
	near(o.log_odds_ratio, log(2.25), 1e-14);
	near(o.log_odds_se, sqrt(1.0 / 20 + 1.0 / 80 + 1.0 / 10 + 1.0 / 90), 1e-15);
	near(o.risk_ratio, 2, 1e-15);
	near(log(o.risk_interval.hi / o.risk_ratio), 1.9599639845400545 * sqrt(0.8 / 20 + 0.9 / 10), 1e-14);
	near(o.difference, 0.1, 1e-15);
	/* Newcombe 1998, table II, method 10: 56/70 less 48/80 */
	assert_int_equal(an_newcombe(56, 70, 48, 80, 0.95, &ci), AN_OK);
	near(ci.lo, 0.0524, 5e-5);
	near(ci.hi, 0.3339, 5e-5);
	assert_int_equal(an_two_by_two(none, 0.95, &o), AN_OK);
	assert_true(o.has_odds_ratio && !o.has_odds_interval && !o.has_log && !o.has_risk_interval);
	near(o.odds_ratio, 0, 0);
	assert_int_equal(an_two_by_two(open, 0.95, &o), AN_OK);
	assert_false(o.has_odds_ratio);
	near(o.odds_ratio, 0, 0);
}

static void tables_that_cannot_be(void **state)
{
	static const double empty_row[] = { 0, 0, 3, 4 }, minus[] = { 1, -1, 2, 2 }, nan[] = { NAN, 1, 1, 1 },
			    one[] = { 1, 2 };
	struct an_table_test t;
	struct an_two_by_two o;
	double e[4];

	(void)state;
	assert_int_equal(an_table_test((struct an_table){ empty_row, 2, 2 }, 0.95, work, &t), AN_ENOVARIANCE);
	assert_int_equal(an_table_residuals((struct an_table){ empty_row, 2, 2 }, work, e, e, e), AN_ENOVARIANCE);
	assert_int_equal(an_table_test((struct an_table){ minus, 2, 2 }, 0.95, work, &t), AN_EDATA);
	assert_int_equal(an_table_test((struct an_table){ nan, 2, 2 }, 0.95, work, &t), AN_EDATA);
	assert_int_equal(an_table_test((struct an_table){ one, 1, 2 }, 0.95, work, &t), AN_ETOOFEW);
	assert_int_equal(an_table_test((struct an_table){ minus, 2, 2 }, 1, work, &t), AN_EDATA);
	assert_int_equal(an_two_by_two(empty_row, 0.95, &o), AN_ETOOFEW);
	assert_int_equal(an_two_by_two(minus, 0.95, &o), AN_EDATA);
}

static void tea(void **state)
{
	/* Fisher 1935: 3 1 / 1 3; conditional estimate 6.408309 as R's fisher.test prints */
	static const double x[] = { 3, 1, 1, 3 }, end[] = { 4, 0, 0, 4 }, other[] = { 0, 4, 4, 0 };
	struct an_fisher_2x2 o;
	struct an_fisher f;

	(void)state;
	assert_int_equal(an_fisher_2x2(x, 0.95, work, &o), AN_OK);
	near(o.p, 34.0 / 70, 1e-14);
	near(o.greater, 17.0 / 70, 1e-14);
	near(o.less, 69.0 / 70, 1e-14);
	near(o.odds_ratio, 6.408309, 5e-5);
	assert_int_equal(an_fisher((struct an_table){ x, 2, 2 }, true, 0, 1, work, &f), AN_OK);
	assert_true(f.exact);
	near(f.p, 34.0 / 70, 1e-13);
	assert_int_equal(an_fisher_2x2(end, 0.95, work, &o), AN_OK);
	near(o.p, 2.0 / 70, 1e-14);
	assert_false(o.has_odds_ratio || o.has_hi);
	assert_true(o.interval.lo > 0);
	assert_int_equal(an_fisher_2x2(other, 0.95, work, &o), AN_OK);
	assert_true(o.has_odds_ratio && o.has_hi);
	near(o.odds_ratio, 0, 0);
	near(o.interval.lo, 0, 0);
}

/* fisher.test of R 4.2.2, at the digits its search repeats on every machine */
static void fisher_as_r_prints(void **state)
{
	static const struct {
		double x[4], ratio, lo, hi;
	} seen[] = {
		{ { 3, 1, 1, 3 }, 6.408308867005788, 0.211732915305503, 621.933750545417297 },
		{ { 40, 2, 5, 37 }, 130.1055316923930, 23.6020754178819, 1341.0622525050337 },
		{ { 2, 30, 45, 6 }, 0.009961614421429215, 0.000938622835940669, 0.053115493160818490 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
		struct an_fisher_2x2 o;

		assert_int_equal(an_fisher_2x2(seen[i].x, 0.95, work, &o), AN_OK);
		near(o.as_r.odds_ratio, seen[i].ratio, 1e-6 * seen[i].ratio);
		near(o.as_r.interval.lo, seen[i].lo, 1e-6 * seen[i].lo);
		near(o.as_r.interval.hi, seen[i].hi, 1e-6 * seen[i].hi);
	}
}

static void fisher_of_larger_tables(void **state)
{
	/* Agresti 2002, p. 57, job satisfaction by income: p = 0.7827 (R's fisher.test help) */
	static const double job[] = { 1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11 },
			    turned[] = { 1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11 };
	struct an_fisher a, b, c, d;

	(void)state;
	assert_int_equal(an_fisher((struct an_table){ job, 4, 4 }, true, 2000, 1, work, &a), AN_OK);
	assert_true(a.exact);
	near(a.p, 0.7827, 5e-5);
	assert_int_equal(an_fisher((struct an_table){ turned, 4, 4 }, true, 2000, 1, work, &b), AN_OK);
	near(b.p, a.p, 1e-11);
	assert_int_equal(an_fisher((struct an_table){ job, 4, 4 }, false, 20000, 7, work, &b), AN_OK);
	assert_false(b.exact);
	near(b.p, a.p, 4 * b.se);
	an_threads_set(1);
	assert_int_equal(an_fisher((struct an_table){ job, 4, 4 }, false, 20000, 7, work, &c), AN_OK);
	an_threads_set(3);
	assert_int_equal(an_fisher((struct an_table){ job, 4, 4 }, false, 20000, 7, work, &d), AN_OK);
	an_threads_set(0);
	near(c.p, b.p, 0);
	near(d.p, b.p, 0);
}

static bool stop(void *arg, double done)
{
	(void)arg;
	return done < 0;
}

static void fisher_refusals(void **state)
{
	static const double half[] = { 1, 2.5, 3, 4 }, empty[] = { 0, 0, 3, 4 }, ok[] = { 3, 1, 2, 4, 2, 5 };
	double big[100];
	struct an_fisher_2x2 o;
	struct an_fisher f;

	(void)state;
	for (int i = 0; i < 100; i++)
		big[i] = 20 + i % 7;
	assert_int_equal(an_fisher_2x2(half, 0.95, work, &o), AN_EDATA);
	assert_int_equal(an_fisher_2x2(empty, 0.95, work, &o), AN_ENOVARIANCE);
	assert_int_equal(an_fisher((struct an_table){ half, 2, 2 }, true, 0, 1, work, &f), AN_EDATA);
	assert_int_equal(an_fisher((struct an_table){ empty, 2, 2 }, true, 0, 1, work, &f), AN_ENOVARIANCE);
	assert_int_equal(an_fisher((struct an_table){ half, 1, 2 }, true, 0, 1, work, &f), AN_ETOOFEW);
	assert_int_equal(an_fisher((struct an_table){ ok, 2, 3 }, false, 10, 1, work, &f), AN_ETOOFEW);
	/* over the bounds of the network: simulated, unless that was not asked for */
	assert_int_equal(an_fisher((struct an_table){ big, 10, 10 }, true, 1000, 1, work, &f), AN_OK);
	assert_false(f.exact);
	assert_int_equal(f.replicates, 1000);
	an_work_watch(work, stop, NULL);
	assert_int_equal(an_fisher((struct an_table){ big, 10, 10 }, false, 1000, 1, work, &f), AN_ESTOPPED);
	an_work_watch(work, NULL, NULL);
}

static void oesophagus(void **state)
{
	/* Breslow & Day 1980, tables 4.4 and 4.5, alcohol by age: odds ratio 5.158 (p. 141),
	 * homogeneity 9.32 on 5 df (p. 143) */
	static const double x[] = { 1, 9, 0, 106, 4, 26, 5, 164, 25, 29, 21, 138, 42, 27, 34, 139, 19, 18, 36, 88, 5, 0,
		8, 31 };
	double swapped[24];
	struct an_mantel_haenszel m, s;
	struct an_cmh c;

	(void)state;
	assert_int_equal(an_mantel_haenszel(x, 6, 0.95, &m), AN_OK);
	near(m.odds_ratio, 5.158, 5e-4);
	near(m.breslow_day.chi2, 9.32, 5e-3);
	near(m.breslow_day.df, 5, 0);
	assert_true(m.tarone.chi2 <= m.breslow_day.chi2);
	/* with the columns changed round every ratio is the other way up */
	for (int i = 0; i < 24; i++)
		swapped[i] = x[i ^ 1];
	assert_int_equal(an_mantel_haenszel(swapped, 6, 0.95, &s), AN_OK);
	near(s.odds_ratio, 1 / m.odds_ratio, 1e-14);
	near(s.interval.lo, 1 / m.interval.hi, 1e-13);
	near(s.chi2, m.chi2, 1e-12);
	near(s.breslow_day.chi2, m.breslow_day.chi2, 1e-9);
	near(s.woolf.chi2, m.woolf.chi2, 1e-11);
	near(s.difference, -m.difference, 1e-14);
	/* the general test of a 2 x 2 table is the same without correction */
	assert_int_equal(an_cmh(x, 6, 2, 2, work, &c), AN_OK);
	near(c.chi2, m.chi2, 1e-12);
}

static void one_stratum(void **state)
{
	/* the common ratio is the table's own, and nothing is to compare */
	static const double x[] = { 20, 80, 10, 90, 1, 0, 0, 0 }, flat[] = { 3, 0, 4, 0, 0, 2, 0, 2 },
			    bad[] = { 1, NAN, 2, 2 };
	struct an_mantel_haenszel m;
	struct an_cmh c;

	(void)state;
	assert_int_equal(an_mantel_haenszel(x, 2, 0.95, &m), AN_OK);
	assert_int_equal(m.used, 1);
	assert_int_equal(m.left_out, 1);
	near(m.odds_ratio, 2.25, 1e-14);
	near(m.risk_ratio, 2, 1e-14);
	near(m.difference, 0.1, 1e-14);
	near(m.log_se, sqrt(1.0 / 20 + 1.0 / 80 + 1.0 / 10 + 1.0 / 90), 1e-14); /* Robins et al. reduces to Woolf */
	assert_false(m.breslow_day.has);
	assert_int_equal(an_mantel_haenszel(flat, 2, 0.95, &m), AN_ENOVARIANCE);
	assert_int_equal(an_mantel_haenszel(x + 4, 1, 0.95, &m), AN_ETOOFEW);
	assert_int_equal(an_mantel_haenszel(bad, 1, 0.95, &m), AN_EDATA);
	assert_int_equal(an_cmh(flat, 2, 2, 2, work, &c), AN_ENOVARIANCE);
	assert_int_equal(an_cmh(x + 4, 1, 2, 2, work, &c), AN_ETOOFEW);
	assert_int_equal(an_cmh(x, 1, 1, 4, work, &c), AN_ETOOFEW);
}

static void approval(void **state)
{
	/* Agresti 2002, p. 411: 17.36; 16.818 with correction, R's mcnemar.test */
	static const double x[] = { 794, 86, 150, 570 }, few[] = { 5, 1, 6, 5 }, same[] = { 5, 0, 0, 5 };
	struct an_paired p;

	(void)state;
	assert_int_equal(an_paired(x, 2, 0.95, work, &p), AN_OK);
	near(p.symmetry, 17.36, 5e-3);
	near(p.corrected, 16.818, 5e-4);
	near(p.symmetry, 64.0 * 64 / 236, 1e-14);
	near(p.marginal, p.symmetry, 1e-12); /* two answers: the same test */
	near(p.odds_ratio, 86.0 / 150, 1e-15);
	near(p.difference, -64.0 / 1600, 1e-15);
	assert_true(p.difference_interval.lo < p.difference && p.difference < p.difference_interval.hi);
	/* 1 of 7: 2 (1 + 7) / 2^7; mid takes half of the case itself away on both sides */
	assert_int_equal(an_paired(few, 2, 0.95, work, &p), AN_OK);
	near(p.exact, 16.0 / 128, 1e-14);
	near(p.mid, 9.0 / 128, 1e-14);
	assert_int_equal(an_paired(same, 2, 0.95, work, &p), AN_OK);
	assert_false(p.has_symmetry || p.has_odds_ratio || p.has_marginal);
	near(p.exact, 1, 0);
}

static void eyes(void **state)
{
	/* Stuart 1955 and 1953, unaided vision of 7477 women: 11.96 on 3 df; Bowker's 19.11 on 6 */
	static const double x[] = { 1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492 };
	static const double apart[] = { 3, 2, 0, 0, 1, 3, 0, 0, 0, 0, 4, 1, 0, 0, 2, 4 };
	struct an_paired p;

	(void)state;
	assert_int_equal(an_paired(x, 4, 0.95, work, &p), AN_OK);
	near(p.marginal, 11.96, 5e-3);
	near(p.marginal_df, 3, 0);
	near(p.symmetry, 19.11, 5e-3);
	near(p.df, 6, 0);
	assert_false(p.two);
	/* nobody between the first two answers and the others: no joint test, the symmetry of two pairs */
	assert_int_equal(an_paired(apart, 4, 0.95, work, &p), AN_OK);
	assert_false(p.has_marginal);
	near(p.df, 2, 0);
	near(p.symmetry, 1.0 / 3 + 1.0 / 3, 1e-15);
	assert_int_equal(an_paired(x, 1, 0.95, work, &p), AN_ETOOFEW);
	assert_int_equal(an_paired(x, 4, 0, work, &p), AN_EDATA);
}

static void several_columns(void **state)
{
	static const double x[] = { 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0 }, same[] = { 1, 1, 0, 0 },
			    two[] = { 1, 2, 0, 1 };
	double share[3];
	struct an_cochran_q q;
	struct an_view v = { x, NULL, 6, 3, 3 };

	(void)state;
	/* first two columns alone: McNemar, (b - c)^2 / (b + c) with b = 2, c = 1 */
	assert_int_equal(an_cochran_q((struct an_view){ x, NULL, 6, 2, 3 }, share, &q), AN_OK);
	near(q.q, 0, 1e-15); /* two against two: rows 1, 6 and 2, 3 */
	near(share[0], 0.5, 1e-15);
	assert_int_equal(an_cochran_q(v, share, &q), AN_OK);
	assert_int_equal(q.mixed, 4);
	near(q.df, 2, 0);
	assert_int_equal(an_cochran_q((struct an_view){ same, NULL, 2, 2, 2 }, share, &q), AN_ENOVARIANCE);
	assert_int_equal(an_cochran_q((struct an_view){ two, NULL, 2, 2, 2 }, share, &q), AN_EDATA);
	assert_int_equal(an_cochran_q((struct an_view){ x, NULL, 1, 2, 3 }, share, &q), AN_ETOOFEW);
}

static void smokers(void **state)
{
	/* Fleiss 1981, p. 139, as in R's prop.test and prop.trend.test help */
	static const double x[] = { 83, 90, 129, 70 }, n[] = { 86, 93, 136, 82 }, score[] = { 1, 2, 3, 4 },
			    far[] = { 10, 30, 50, 70 }, one[] = { 5, 5, 5, 5 };
	struct an_proportions s;
	struct an_proportion_trend t, u;

	(void)state;
	assert_int_equal(an_proportions(x, n, 4, 0.95, &s), AN_OK);
	near(s.chi2, 12.6, 5e-3);
	near(s.p, 0.005585, 5e-7);
	assert_int_equal(an_proportion_trend(x, n, score, 4, 0.95, &t), AN_OK);
	near(t.chi2, 8.2249, 5e-5);
	near(t.p, 0.004132, 5e-7);
	near(t.departure + t.chi2, s.chi2, 1e-12);
	/* scores on another scale: the same test, the slope per unit */
	assert_int_equal(an_proportion_trend(x, n, far, 4, 0.95, &u), AN_OK);
	near(u.chi2, t.chi2, 1e-12);
	near(u.slope * 20, t.slope, 1e-14);
	assert_int_equal(an_proportion_trend(x, n, one, 4, 0.95, &u), AN_ENOVARIANCE);
	assert_int_equal(an_proportions(n, n, 4, 0.95, &s), AN_ENOVARIANCE);
	assert_int_equal(an_proportions(n, x, 4, 0.95, &s), AN_EDATA);
	assert_int_equal(an_proportions(x, n, 1, 0.95, &s), AN_ETOOFEW);
	assert_int_equal(an_proportions((double[]){ 0, 1 }, (double[]){ 0, 2 }, 2, 0.95, &s), AN_ETOOFEW);
}

static void people_needed(void **state)
{
	double n;

	(void)state;
	/* 1.96^2 / 4 / 0.05^2 = 384.1; of 1000 people 278 */
	assert_int_equal(an_proportion_sample(0.5, 0.05, 0.95, 0, &n), AN_OK);
	near(n, 385, 0);
	assert_int_equal(an_proportion_sample(0.5, 0.05, 0.95, 1000, &n), AN_OK);
	near(n, 278, 0);
	assert_int_equal(an_proportion_sample(0.5, 0.0001, 0.95, 20, &n), AN_OK);
	near(n, 20, 0);
	assert_int_equal(an_proportion_sample(0.5, 0, 0.95, 0, &n), AN_EDATA);
	/* R's power.prop.test help: .50 against .75, power .90: 76.7 */
	assert_int_equal(an_proportions_sample(0.5, 0.75, 0.9, 0.95, &n), AN_OK);
	near(n, 77, 0);
	assert_int_equal(an_proportions_sample(0.5, 0.5, 0.9, 0.95, &n), AN_ENOVARIANCE);
	assert_int_equal(an_proportions_sample(0.5, 1.5, 0.9, 0.95, &n), AN_EDATA);
}

static void a_census(void **state)
{
	struct an_interval ci, endless;

	(void)state;
	assert_int_equal(an_proportion_finite(7, 20, 20, AN_WILSON, 0.95, &ci), AN_OK);
	near(ci.lo, 0.35, 0);
	near(ci.hi, 0.35, 0);
	assert_int_equal(an_proportion_finite(7, 20, 20, AN_WALD, 0.95, &ci), AN_OK);
	near(ci.hi - ci.lo, 0, 0);
	/* half of all: the normal interval is narrower by sqrt(20 / 39) */
	assert_int_equal(an_proportion_finite(7, 20, 40, AN_WALD, 0.95, &ci), AN_OK);
	assert_int_equal(an_proportion(7, 20, AN_WALD, 0.95, &endless), AN_OK);
	near((ci.hi - ci.lo) / (endless.hi - endless.lo), sqrt(20.0 / 39), 1e-14);
	assert_int_equal(an_proportion_finite(7, 20, 1e15, AN_WILSON, 0.95, &ci), AN_OK);
	assert_int_equal(an_proportion(7, 20, AN_WILSON, 0.95, &endless), AN_OK);
	near(ci.hi, endless.hi, 1e-13);
	assert_int_equal(an_proportion_finite(1, 1, 1, AN_WILSON, 0.95, &ci), AN_OK);
	near(ci.lo, 1, 0);
	assert_int_equal(an_proportion_finite(7, 20, 19, AN_WILSON, 0.95, &ci), AN_EDATA);
	assert_int_equal(an_proportion_finite(7, 20, 40, AN_CLOPPER_PEARSON, 0.95, &ci), AN_OK);
	assert_true(ci.lo < 0.35 && ci.hi > 0.35);
	assert_int_equal(an_proportion_finite(0, 0, 40, AN_WILSON, 0.95, &ci), AN_ETOOFEW);
}

static int begin(void **state)
{
	(void)state;
	work = an_work_new(0);
	return work == NULL;
}

static int end(void **state)
{
	(void)state;
	an_work_free(work);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_by_hand),
		cmocka_unit_test(a_table_seen_differently),
		cmocka_unit_test(groups_two_by_two),
		cmocka_unit_test(tables_that_cannot_be),
		cmocka_unit_test(tea),
		cmocka_unit_test(fisher_as_r_prints),
		cmocka_unit_test(fisher_of_larger_tables),
		cmocka_unit_test(fisher_refusals),
		cmocka_unit_test(oesophagus),
		cmocka_unit_test(one_stratum),
		cmocka_unit_test(approval),
		cmocka_unit_test(eyes),
		cmocka_unit_test(several_columns),
		cmocka_unit_test(smokers),
		cmocka_unit_test(people_needed),
		cmocka_unit_test(a_census),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
