/* Agreement of raters and within groups.  Published figures are named where they stand; the others
 * follow by hand. */
#include "analysis/stats/agreement/kappa.h"
#include "analysis/stats/agreement/krippendorff.h"
#include "analysis/stats/moments.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/agreement/raters.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/agreement/within_group.h"

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

static struct an_view view(const double *x, size_t rows, size_t cols)
{
	return (struct an_view){ x, NULL, rows, cols, cols };
}

static const double ratings[] = { 4, 5, 3, 2, 3, 2, 5, 5, 5, 1, 3, 1, 3, 4, 3, 4, 4, 2 };

static void six_correlations(void **state)
{
	double stricter[18], wider[18];
	struct an_raters a, b, c;
	struct an_alpha alpha;
	struct an_pairs *p = an_pairs_new(3);

	(void)state;
	for (int i = 0; i < 18; i++) {
		stricter[i] = ratings[i] - (i % 3 == 0 ? 2 : 0);
		wider[i] = 7 + 3 * ratings[i];
	}
	assert_int_equal(an_raters(view(ratings, 6, 3), 0.95, work, &a), AN_OK);
	assert_int_equal(an_raters(view(stricter, 6, 3), 0.95, work, &b), AN_OK);
	assert_int_equal(an_raters(view(wider, 6, 3), 0.95, work, &c), AN_OK);
	/* the mean of fixed raters is as reliable as Cronbach's alpha says */
	assert_int_equal(an_pairs_add_view(p, view(ratings, 6, 3)), AN_OK);
	assert_int_equal(an_alpha(p, AN_LISTWISE, 0.95, work, &alpha, NULL), AN_OK);
	near(a.icc[AN_ICC3K].icc, alpha.total.raw, 1e-13);
	/* and its interval is Feldt's */
	near(a.icc[AN_ICC3K].interval.lo, alpha.interval.lo, 1e-11);
	/* a stricter rater does not matter to the fixed ones, and does to the others */
	near(b.icc[AN_ICC3].icc, a.icc[AN_ICC3].icc, 1e-13);
	assert_true(b.icc[AN_ICC2].icc < a.icc[AN_ICC2].icc - 0.1);
	for (int t = 0; t < AN_ICC_TYPES; t++) {
		near(c.icc[t].icc, a.icc[t].icc, 1e-12);
		near(c.icc[t].interval.hi, a.icc[t].interval.hi, 1e-10);
		assert_true(a.icc[t].interval.lo < a.icc[t].icc && a.icc[t].icc < a.icc[t].interval.hi);
	}
	/* of the mean: Spearman and Brown */
	near(a.icc[AN_ICC1K].icc, 3 * a.icc[AN_ICC1].icc / (1 + 2 * a.icc[AN_ICC1].icc), 1e-13);
	near(a.icc[AN_ICC2K].icc, 3 * a.icc[AN_ICC2].icc / (1 + 2 * a.icc[AN_ICC2].icc), 1e-13);
	an_pairs_free(p);
}

static void raters_at_the_edge(void **state)
{
	static const double one[] = { 5, 5, 3, 5, 2, 4, 5, 2, 3, 4, 5, 5, 1, 5, 4, 3, 5, 3, 4, 3 };
	double alike[60];
	static const double same[] = { 1, 1, 2, 2, 5, 5 }, flat[] = { 2, 2, 2, 2 }, shifted[] = { 1, 3, 2, 4, 5, 7 },
			    bad[] = { 1, INFINITY, 2, 2 };
	static const unsigned char gone[] = { 0, 1, 0, 0 };
	struct an_raters r;

	(void)state;
	/* raters who agree fully: 1, without F, which would be infinite */
	assert_int_equal(an_raters(view(same, 3, 2), 0.95, work, &r), AN_OK);
	near(r.icc[AN_ICC1].icc, 1, 1e-15);
	near(r.icc[AN_ICC2].icc, 1, 1e-15);
	assert_false(r.icc[AN_ICC2].has_f || r.icc[AN_ICC2].has_interval);
	/* nor does rounding make raters differ who agree throughout */
	for (size_t i = 0; i < 60; i++)
		alike[i] = one[i / 3];
	assert_int_equal(an_raters(view(alike, 20, 3), 0.95, work, &r), AN_OK);
	assert_false(r.icc[AN_ICC1].has_f);
	near(r.icc[AN_ICC1].icc, 1, 0);
	assert_int_equal(an_raters(view(shifted, 3, 2), 0.95, work, &r), AN_OK);
	near(r.icc[AN_ICC3].icc, 1, 1e-12);
	assert_true(r.icc[AN_ICC2].icc < 1 && isfinite(r.icc[AN_ICC1].interval.lo));
	assert_int_equal(an_raters(view(flat, 2, 2), 0.95, work, &r), AN_ENOVARIANCE);
	assert_int_equal(an_raters(view(bad, 2, 2), 0.95, work, &r), AN_EDATA);
	assert_int_equal(an_raters(view(same, 1, 2), 0.95, work, &r), AN_ETOOFEW);
	assert_int_equal(an_raters(view(same, 3, 1), 0.95, work, &r), AN_ETOOFEW);
	assert_int_equal(an_raters((struct an_view){ flat, gone, 2, 2, 2 }, 0.95, work, &r), AN_ETOOFEW);
	assert_int_equal(an_raters(view(same, 3, 2), 1, work, &r), AN_EDATA);
	assert_int_equal(an_raters(view(same, 0, 2), 0.95, work, &r), AN_ETOOFEW);
}

static void orders(void **state)
{
	/* Siegel & Castellan 1988, p. 263: three raters of six applicants, W = .16 */
	static const double x[] = { 1, 1, 6, 6, 5, 3, 3, 6, 2, 2, 4, 5, 5, 2, 4, 4, 3, 1 },
			    alike[] = { 1, 10, 2, 20, 3, 35, 4, 36 }, flat[] = { 1, 1, 1, 1 };
	double sum[6];
	struct an_concordance c;

	(void)state;
	assert_int_equal(an_kendall_w(view(x, 6, 3), work, sum, &c), AN_OK);
	near(c.w, 0.16, 5e-3);
	near(c.w, 12 * 25.5 / (9 * 210), 1e-14);
	near(c.mean_r, (3 * c.w - 1) / 2, 1e-15);
	near(sum[0] + sum[5], 16, 1e-14);
	assert_int_equal(an_kendall_w(view(alike, 4, 2), work, NULL, &c), AN_OK);
	near(c.w, 1, 1e-15);
	assert_int_equal(an_kendall_w(view(flat, 2, 2), work, NULL, &c), AN_ENOVARIANCE);
	assert_int_equal(an_kendall_w(view(flat, 1, 2), work, NULL, &c), AN_ETOOFEW);
}

static void two_instruments(void **state)
{
	/* differences 1, -1, 2, 0, 3: mean 1, sd sqrt(2.5) */
	static const double x[] = { 5, 4, 6, 7, 9, 7, 3, 3, 8, 5 }, apart[] = { 2, 1, 3, 2, 7, 6 };
	struct an_bland_altman b;

	(void)state;
	assert_int_equal(an_bland_altman(view(x, 5, 2), 0.95, work, &b), AN_OK);
	near(b.bias, 1, 1e-15);
	near(b.sd, sqrt(2.5), 1e-14);
	near(b.limits.hi, 1 + 1.9599639845400545 * sqrt(2.5), 1e-14);
	near(b.t, sqrt(2), 1e-14);
	near(b.bias_interval.hi, 1 + 2.7764451051977987 * sqrt(0.5), 1e-12); /* t of 4 df */
	assert_int_equal(an_bland_altman(view(apart, 3, 2), 0.95, work, &b), AN_OK);
	assert_false(b.has_t);
	near(b.limits.lo, 1, 1e-15);
	near(b.slope, 0, 1e-15);
	assert_int_equal(an_bland_altman(view(apart, 2, 2), 0.95, work, &b), AN_ETOOFEW);
	assert_int_equal(an_bland_altman(view(x, 3, 3), 0.95, work, &b), AN_EDATA);
}

static void two_raters(void **state)
{
	/* Fleiss 1981, p. 214: kappa .68, standard error .087 */
	static const double x[] = { 75, 1, 4, 5, 4, 1, 0, 0, 10 }, turned[] = { 75, 5, 0, 1, 4, 0, 4, 1, 10 },
			    half[] = { 20, 5, 10, 15 }, full[] = { 5, 0, 0, 5 }, one[] = { 5, 0, 0, 0 },
			    ends[] = { 10, 0, 2, 0, 5, 0, 1, 0, 9 }, minus[] = { 1, -1, 1, 1 };
	struct an_cohen c, d;

	(void)state;
	assert_int_equal(an_cohen(x, 3, 0.95, work, &c), AN_OK);
	near(c.by[0].kappa, 0.68, 5e-3);
	near(c.by[0].se, 0.087, 1e-3);
	assert_int_equal(an_cohen(turned, 3, 0.95, work, &d), AN_OK);
	for (int w = 0; w < AN_KAPPA_WEIGHTS; w++) {
		near(d.by[w].kappa, c.by[w].kappa, 1e-14);
		near(d.by[w].se, c.by[w].se, 1e-14);
	}
	assert_int_equal(an_cohen(half, 2, 0.95, work, &c), AN_OK);
	near(c.by[0].kappa, 0.4, 1e-14); /* (0.7 - 0.5) / (1 - 0.5) */
	near(c.pabak, 0.4, 1e-14);
	for (int w = 1; w < AN_KAPPA_WEIGHTS; w++) /* two categories have no near misses */
		near(c.by[w].kappa, 0.4, 1e-14);
	assert_int_equal(an_cohen(full, 2, 0.95, work, &c), AN_OK);
	near(c.by[0].kappa, 1, 1e-15);
	near(c.by[0].se, 0, 1e-15);
	near(c.largest, 1, 1e-15);
	/* weights that fall with the square forgive less at the ends than they do next door */
	assert_int_equal(an_cohen(ends, 3, 0.95, work, &c), AN_OK);
	assert_true(c.by[AN_KAPPA_LINEAR].kappa < c.by[AN_KAPPA_UNWEIGHTED].kappa);
	assert_int_equal(an_cohen(one, 2, 0.95, work, &c), AN_ENOVARIANCE);
	assert_int_equal(an_cohen(one, 1, 0.95, work, &c), AN_ENOVARIANCE);
	assert_int_equal(an_cohen(minus, 2, 0.95, work, &c), AN_EDATA);
	assert_int_equal(an_cohen((double[]){ 0, 0, 0, 0 }, 2, 0.95, work, &c), AN_ETOOFEW);
}

static void many_raters(void **state)
{
	/* ten units, fourteen raters, five categories: kappa 0.210 (the worked example of many texts) */
	static const double x[] = { 0, 0, 0, 0, 14, 0, 2, 6, 4, 2, 0, 0, 3, 5, 6, 0, 3, 9, 2, 0, 2, 2, 8, 1, 1, 7, 7, 0,
		0, 0, 3, 2, 6, 3, 0, 2, 5, 3, 2, 2, 6, 5, 2, 1, 0, 0, 2, 2, 3, 7 };
	static const double full[] = { 3, 0, 0, 3, 3, 0 }, uneven[] = { 3, 0, 1, 2, 0, 1, 2, 0 },
			    one[] = { 3, 0, 3, 0 };
	struct an_fleiss_category each[5];
	double weighted = 0, weights = 0;
	struct an_fleiss f;

	(void)state;
	assert_int_equal(an_fleiss(x, 10, 5, 0.95, work, &f, each), AN_OK);
	near(f.fleiss.estimate, 0.210, 5e-4);
	assert_true(f.same);
	/* in all: the mean of the categories, weighted by share times the rest */
	for (int c = 0; c < 5; c++) {
		weighted += each[c].share * (1 - each[c].share) * each[c].kappa;
		weights += each[c].share * (1 - each[c].share);
	}
	near(weighted / weights, f.fleiss.estimate, 1e-14);
	assert_int_equal(an_fleiss(full, 3, 2, 0.95, work, &f, each), AN_OK);
	near(f.fleiss.estimate, 1, 1e-15);
	near(f.ac1.estimate, 1, 1e-15);
	near(f.fleiss.se, 0, 1e-15);
	assert_int_equal(an_fleiss(uneven, 4, 2, 0.95, work, &f, each), AN_OK);
	assert_false(f.same);
	assert_int_equal(f.units, 4);
	assert_int_equal(f.rated, 3);
	assert_int_equal(an_fleiss(one, 2, 2, 0.95, work, &f, each), AN_ENOVARIANCE);
	assert_int_equal(an_fleiss(full, 1, 2, 0.95, work, &f, each), AN_ETOOFEW);
	assert_int_equal(an_fleiss(full, 3, 1, 0.95, work, &f, each), AN_ENOVARIANCE);
	assert_int_equal(an_fleiss((double[]){ 1, -1, 2, 2 }, 2, 2, 0.95, work, &f, NULL), AN_EDATA);
}

static void six_psychiatrists(void **state)
{
	/* Gwet's example of 6 raters, as printed for the R package irrCAC */
	static const double x[] = { 0, 0, 0, 6, 0, 0, 3, 0, 0, 3, 0, 1, 4, 0, 1, 0, 0, 0, 0, 6, 0, 3, 0, 3, 0, 2, 0, 4,
		0, 0, 0, 0, 4, 0, 2, 2, 0, 3, 1, 0, 2, 0, 0, 4, 0, 0, 0, 0, 0, 6, 1, 0, 0, 5, 0, 1, 1, 0, 4, 0, 0, 3, 3,
		0, 0, 1, 0, 0, 5, 0, 0, 2, 0, 3, 1 };
	struct an_fleiss f;

	(void)state;
	assert_int_equal(an_fleiss(x, 15, 5, 0.95, work, &f, NULL), AN_OK);
	near(f.fleiss.estimate, 0.4139265, 5e-8);
	near(f.fleiss.se, 0.08119291, 5e-9);
	near(f.ac1.estimate, 0.4448007, 5e-8);
	near(f.ac1.se, 0.08418757, 5e-9);
	near(f.ac1.interval.lo, 0.264, 5e-4);
}

static void alphas(void **state)
{
	/* Krippendorff 2011: two observers, ten binary units (A), .095; twelve nominal ones (B), .692 */
	static const double a[] = { 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0 };
	static const double b[] = { 1, 2, 1, 1, 2, 2, 2, 2, 4, 2, 3, 3, 3, 3, 3, 3, 5, 5, 4, 4, 4, 4, 1, 4 };
	struct an_krippendorff k, l;
	double moved[24];

	(void)state;
	assert_int_equal(an_krippendorff(view(a, 10, 2), AN_NOMINAL, 0, 0.95, 1, work, &k), AN_OK);
	near(k.alpha, 0.095, 5e-4);
	for (int d = 0; d < AN_DISTANCES; d++) { /* of 0 and 1 every distance is the same */
		assert_int_equal(an_krippendorff(view(a, 10, 2), (enum an_krippendorff_distance)d, 0, 0.95, 1, work,
				     &l),
		    AN_OK);
		near(l.alpha, k.alpha, 1e-14);
	}
	assert_int_equal(an_krippendorff(view(b, 12, 2), AN_NOMINAL, 0, 0.95, 1, work, &k), AN_OK);
	near(k.alpha, 0.692, 5e-4);
	/* ranks do not see a stretched scale, intervals not a moved one, ratios not another unit */
	for (int i = 0; i < 24; i++)
		moved[i] = exp(b[i]);
	assert_int_equal(an_krippendorff(view(b, 12, 2), AN_ORDINAL, 0, 0.95, 1, work, &k), AN_OK);
	assert_int_equal(an_krippendorff(view(moved, 12, 2), AN_ORDINAL, 0, 0.95, 1, work, &l), AN_OK);
	near(l.alpha, k.alpha, 1e-14);
	for (int i = 0; i < 24; i++)
		moved[i] = 100 - 7 * b[i];
	assert_int_equal(an_krippendorff(view(b, 12, 2), AN_INTERVAL, 0, 0.95, 1, work, &k), AN_OK);
	assert_int_equal(an_krippendorff(view(moved, 12, 2), AN_INTERVAL, 0, 0.95, 1, work, &l), AN_OK);
	near(l.alpha, k.alpha, 1e-13);
	for (int i = 0; i < 24; i++)
		moved[i] = 3 * b[i];
	assert_int_equal(an_krippendorff(view(b, 12, 2), AN_RATIO, 0, 0.95, 1, work, &k), AN_OK);
	assert_int_equal(an_krippendorff(view(moved, 12, 2), AN_RATIO, 0, 0.95, 1, work, &l), AN_OK);
	near(l.alpha, k.alpha, 1e-14);
}

static bool stop(void *arg, double done)
{
	(void)arg;
	return done < 0;
}

static void alpha_resampled(void **state)
{
	static const double same[] = { 1, 1, 1, 1 }, minus[] = { 1, -1, 2, 2 };
	static const unsigned char gone[] = { 0, 1, 0, 0 };
	double x[80];
	struct an_krippendorff a, b;

	(void)state;
	for (int i = 0; i < 80; i++)
		x[i] = (i / 2) % 4 + (i % 10 == 3);
	an_threads_set(1);
	assert_int_equal(an_krippendorff(view(x, 40, 2), AN_ORDINAL, 1500, 0.95, 5, work, &a), AN_OK);
	an_threads_set(4);
	assert_int_equal(an_krippendorff(view(x, 40, 2), AN_ORDINAL, 1500, 0.95, 5, work, &b), AN_OK);
	an_threads_set(0);
	assert_memory_equal(&a.interval, &b.interval, sizeof a.interval);
	assert_true(a.interval.lo < a.alpha && a.alpha < a.interval.hi && a.has_interval);
	assert_int_equal(an_krippendorff(view(x, 40, 2), AN_ORDINAL, 1500, 0.95, 6, work, &b), AN_OK);
	assert_true(a.interval.lo != b.interval.lo);
	assert_int_equal(an_krippendorff(view(x, 40, 2), AN_ORDINAL, 50, 0.95, 6, work, &b), AN_ETOOFEW);
	assert_int_equal(an_krippendorff(view(same, 2, 2), AN_NOMINAL, 0, 0.95, 1, work, &b), AN_ENOVARIANCE);
	assert_int_equal(an_krippendorff(view(minus, 2, 2), AN_RATIO, 0, 0.95, 1, work, &b), AN_EDATA);
	assert_int_equal(an_krippendorff((struct an_view){ minus, gone, 2, 2, 2 }, AN_NOMINAL, 0, 0.95, 1, work, &b),
	    AN_ETOOFEW);
	an_work_watch(work, stop, NULL);
	assert_int_equal(an_krippendorff(view(x, 40, 2), AN_ORDINAL, 1500, 0.95, 6, work, &b), AN_ESTOPPED);
	an_work_watch(work, NULL, NULL);
}

static void members_of_groups(void **state)
{
	/* groups: 1 2 3 (variance 1); 5 5 (0); 1 5 (8, over the null); 4 (one alone) */
	static const double x[] = { 1, 5, 2, 5, 3, 1, 5, 4 };
	static const size_t of[] = { 0, 1, 0, 1, 0, 2, 2, 3 }, far[] = { 9, 9, 9, 9, 9, 9, 9, 9 };
	struct an_within_group g[4];
	double two[16];

	(void)state;
	assert_int_equal(an_within_groups(view(x, 8, 1), of, 4, 2, 1, 5, work, g), AN_OK);
	near(g[0].rwg, 0.5, 1e-15);
	near(g[1].rwg, 1, 0);
	near(g[1].awg, 1, 0); /* all at the end of the scale */
	near(g[2].rwg, 0, 0);
	assert_false(g[0].has_awg); /* a mean of 2 with three people: too near the end */
	near(g[2].awg, 1 - 2 * 8.0 / ((6 * 3 - 9 - 5) * 2), 1e-14);
	assert_false(g[3].has || g[3].has_awg);
	/* the same item twice: rwg(j) by Spearman and Brown */
	for (int i = 0; i < 16; i++)
		two[i] = x[i / 2];
	assert_int_equal(an_within_groups(view(two, 8, 2), of, 4, 2, 1, 1, work, g), AN_OK);
	near(g[0].rwg, 2 * 0.5 / 1.5, 1e-15);
	assert_false(g[0].has_awg);
	assert_int_equal(an_within_groups(view(x, 8, 1), of, 4, 0, 1, 5, work, g), AN_EDATA);
	assert_int_equal(an_within_groups(view(x, 8, 1), far, 4, 2, 1, 5, work, g), AN_ETOOFEW);
	assert_int_equal(an_within_groups(view(x, 0, 1), of, 4, 2, 1, 5, work, g), AN_ETOOFEW);
	assert_int_equal(an_within_groups(view((double[]){ NAN, 1 }, 2, 1), of, 4, 2, 1, 5, work, g), AN_EDATA);
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
		cmocka_unit_test(six_correlations),
		cmocka_unit_test(raters_at_the_edge),
		cmocka_unit_test(orders),
		cmocka_unit_test(two_instruments),
		cmocka_unit_test(two_raters),
		cmocka_unit_test(many_raters),
		cmocka_unit_test(six_psychiatrists),
		cmocka_unit_test(alphas),
		cmocka_unit_test(alpha_resampled),
		cmocka_unit_test(members_of_groups),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
