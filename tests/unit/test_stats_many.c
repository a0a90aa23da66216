/* Several samples, their pairs, and permutations: printed examples, identities between tests, and
 * every way gone through by other means. */
#include "analysis/stats/numeric/dist.h"
#include "analysis/stats/compare/oneway.h"
#include "analysis/stats/compare/pairwise.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/compare/permute.h"
#include "analysis/stats/compare/shapiro.h"

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

/* Hollander & Wolfe 1973, p. 116: mucociliary efficiency; H = 0.77, p = 0.68. */
static const double mucus[] = { 2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0 };
static const size_t mucus_start[] = { 0, 5, 9, 14 };
static const struct an_samples mucus_of = { 3, mucus_start, mucus };

static void kruskal(void **state)
{
	double rank[3], logs[14];
	struct an_samples other = { 3, mucus_start, logs }, one = { 1, mucus_start, mucus };
	static const size_t hole[] = { 0, 5, 5, 14 };
	struct an_samples empty = { 3, hole, mucus };
	struct an_kruskal k, l;

	assert_int_equal(an_kruskal(&mucus_of, *state, rank, &k), AN_OK);
	near(k.test.statistic, 0.77143, 1e-5);
	near(k.test.p, 0.68, 0.005);
	for (int i = 0; i < 14; i++)
		logs[i] = -log(mucus[i]);
	assert_int_equal(an_kruskal(&other, *state, rank, &l), AN_OK);
	near(l.test.statistic, k.test.statistic, 1e-13);
	memset(logs, 0, sizeof logs);
	assert_int_equal(an_kruskal(&other, *state, rank, &l), AN_ENOVARIANCE);
	logs[3] = NAN;
	assert_int_equal(an_kruskal(&other, *state, rank, &l), AN_EDATA);
	assert_int_equal(an_kruskal(&one, *state, rank, &l), AN_ETOOFEW);
	assert_int_equal(an_kruskal(&empty, *state, rank, &l), AN_ETOOFEW);
}

/* Hollander & Wolfe 1973, p. 140: rounding first base, 22 runners, three ways; S = 11.1, p = 0.004. */
static void friedman(void **state)
{
	static const double runs[] = { 5.40, 5.50, 5.55, 5.85, 5.70, 5.75, 5.20, 5.60, 5.50, 5.55, 5.50, 5.40, 5.90,
		5.85, 5.70, 5.45, 5.55, 5.60, 5.40, 5.40, 5.35, 5.45, 5.50, 5.35, 5.25, 5.15, 5.00, 5.85, 5.80, 5.70,
		5.25, 5.20, 5.10, 5.65, 5.55, 5.45, 5.60, 5.35, 5.45, 5.05, 5.00, 4.95, 5.50, 5.50, 5.40, 5.45, 5.55,
		5.50, 5.55, 5.55, 5.35, 5.45, 5.50, 5.55, 5.50, 5.45, 5.25, 5.65, 5.60, 5.40, 5.70, 5.65, 5.55, 6.30,
		6.30, 6.25 };
	static const double flat[] = { 1, 1, 2, 2 }, same[] = { 1, 2, 3, 5, 7, 9 };
	double rank[3];
	struct an_friedman f;

	assert_int_equal(an_friedman(runs, 22, 3, *state, rank, &f), AN_OK);
	near(f.test.statistic, 11.1429, 1e-4);
	near(f.test.p, 0.0038, 1e-4);
	assert_int_equal(an_friedman(same, 2, 3, *state, rank, &f), AN_OK);
	near(f.w, 1, 1e-15);
	assert_int_equal(an_friedman(flat, 2, 2, *state, rank, &f), AN_ENOVARIANCE);
	assert_int_equal(an_friedman(runs, 0, 3, *state, rank, &f), AN_ETOOFEW);
	assert_int_equal(an_friedman(runs, 3, 1, *state, rank, &f), AN_ETOOFEW);
}

static void spreads(void **state)
{
	double moved[14];
	struct an_samples other = { 3, mucus_start, moved };
	struct an_anova1 a, b;
	struct an_chi c, d;
	struct an_group g[3], h[3];
	struct an_welch w;

	/* scale and each sample's own place do not matter */
	for (int i = 0; i < 14; i++)
		moved[i] = 1000 * mucus[i] + (i < 5 ? 7 : i < 9 ? -3e3 : 0);
	an_samples_groups(&mucus_of, g);
	an_samples_groups(&other, h);
	for (int median = 0; median < 2; median++) {
		assert_int_equal(an_levene(&mucus_of, median, *state, &a), AN_OK);
		assert_int_equal(an_levene(&other, median, *state, &b), AN_OK);
		near(a.f, b.f, 1e-10);
	}
	assert_int_equal(an_bartlett(g, 3, &c), AN_OK);
	assert_int_equal(an_bartlett(h, 3, &d), AN_OK);
	near(c.statistic, d.statistic, 1e-10);
	assert_int_equal(an_fligner(&mucus_of, *state, &c), AN_OK);
	near(c.df, 2, 0);
	memset(moved, 0, sizeof moved);
	an_samples_groups(&other, h);
	assert_int_equal(an_levene(&other, true, *state, &b), AN_ENOVARIANCE);
	assert_int_equal(an_bartlett(h, 3, &d), AN_ENOVARIANCE);
	assert_int_equal(an_fligner(&other, *state, &d), AN_ENOVARIANCE);
	assert_int_equal(an_welch_anova(h, 3, &w), AN_ENOVARIANCE);
	assert_int_equal(an_welch_anova(g, 1, &w), AN_ETOOFEW);
	g[1].n = 1;
	assert_int_equal(an_bartlett(g, 3, &d), AN_ETOOFEW);
}

/* With two groups Welch's F is the square of Welch's t. */
static void welch(void **state)
{
	struct an_group g[3];
	struct an_welch w;
	struct an_ttest t;

	(void)state;
	an_samples_groups(&mucus_of, g);
	assert_int_equal(an_welch_anova(g, 2, &w), AN_OK);
	assert_int_equal(an_ttest_welch(g, g + 1, 0, AN_TWO_SIDED, 0.95, &t), AN_OK);
	near(w.f, t.t * t.t, 1e-13);
	near(w.df2, t.df, 1e-12);
	near(w.p, t.p, 1e-11);
}

/* Shapiro & Wilk 1965, weights of eleven men: W = 0.79. */
static void shapiro(void **state)
{
	static const double men[] = { 148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236 };
	static const double three[] = { 1, 2, 4 }, flat[] = { 2, 2, 2, 2 }, bad[] = { 1, 2, NAN };
	double pounds[11], *many = an_work_get(*state, 5001, sizeof *many);
	struct an_shapiro s, t;

	assert_int_equal(an_shapiro(men, 11, *state, &s), AN_OK);
	near(s.w, 0.79, 0.005);
	near(s.p, 0.00670, 5e-5);
	for (int i = 0; i < 11; i++)
		pounds[i] = 3e6 - 2.2e-3 * men[i];
	assert_int_equal(an_shapiro(pounds, 11, *state, &t), AN_OK);
	near(t.w, s.w, 1e-6);
	assert_int_equal(an_shapiro(three, 3, *state, &s), AN_OK);
	near(s.w, 27.0 / 28, 1e-14); /* (x3 - x1)^2 / 2 over the sum of squares */
	assert_int_equal(an_shapiro(three, 2, *state, &s), AN_ETOOFEW);
	assert_int_equal(an_shapiro(flat, 4, *state, &s), AN_ENOVARIANCE);
	assert_int_equal(an_shapiro(bad, 3, *state, &s), AN_EDATA);
	assert_int_equal(an_shapiro(many, 5001, *state, &s), AN_EDATA);
	for (int i = 0; i < 5000; i++)
		many[i] = an_normal_quantile((i + 0.5) / 5000);
	assert_int_equal(an_shapiro(many, 5000, *state, &s), AN_OK);
	assert_true(s.w > 0.9999 && s.p > 0.99);
}

static void pairs(void **state)
{
	static const enum an_padjust holm = AN_HOLM;
	struct an_rank_options o = { AN_TWO_SIDED, AN_EXACT_NO, true, false, 0.95 };
	struct an_group g[3], alone[3] = { { 1, 2, 0 }, { 3, 4, 2 }, { 3, 5, 2 } },
			      flat[2] = { { 3, 4, 0 }, { 3, 5, 0 } };
	struct an_pair t[3], p[3];
	struct an_kruskal k;
	double rank[3];
	struct an_samples two = { 2, mucus_start, mucus };

	an_samples_groups(&mucus_of, g);
	/* two groups: Tukey, Dunnett and Student are one test */
	assert_int_equal(an_tukey(g, 2, 0.95, *state, t), AN_OK);
	assert_int_equal(an_pairwise_t(g, 2, true, 0.95, &holm, *state, p), AN_OK);
	near(t[0].adjusted, p[0].p, 1e-11);
	near(t[0].interval.lo, p[0].interval.lo, 1e-9);
	assert_int_equal(an_dunnett(g, 2, 0.95, *state, t), AN_OK);
	near(t[0].adjusted, p[0].p, 1e-11);
	near(t[0].interval.hi, p[0].interval.hi, 1e-9);
	assert_int_equal(an_games_howell(g, 2, 0.95, *state, t), AN_OK);
	assert_int_equal(an_pairwise_t(g, 2, false, 0.95, NULL, *state, p), AN_OK);
	near(t[0].adjusted, p[0].adjusted, 1e-11);
	/* Dunn's z squared is Kruskal's H */
	assert_int_equal(an_dunn(&two, NULL, *state, p), AN_OK);
	assert_int_equal(an_kruskal(&two, *state, rank, &k), AN_OK);
	near(p[0].statistic * p[0].statistic, k.test.statistic, 1e-13);
	assert_int_equal(an_pairwise_wilcoxon(&mucus_of, &o, &holm, *state, p), AN_OK);
	assert_true(p[2].first == 1 && p[2].second == 2 && p[2].adjusted >= p[2].p);
	assert_int_equal(an_tukey(alone, 3, 0.95, *state, t), AN_OK);
	assert_int_equal(an_games_howell(alone, 3, 0.95, *state, t), AN_ETOOFEW);
	assert_int_equal(an_tukey(flat, 2, 0.95, *state, t), AN_ENOVARIANCE);
	assert_int_equal(an_games_howell(flat, 2, 0.95, *state, t), AN_ENOVARIANCE);
	assert_int_equal(an_tukey(g, 1, 0.95, *state, t), AN_ETOOFEW);
	assert_int_equal(an_tukey(g, 3, 1.5, *state, t), AN_EDATA);
	assert_int_equal(an_pairwise_t(flat, 2, false, 0.95, &holm, *state, p), AN_OK);
	assert_false(p[0].has);
}

static bool never(void *arg, double done)
{
	(void)arg;
	return done < 0;
}

static void permute_small(void **state)
{
	static const double v[] = { 1, 2, 3, 10, 11 };
	static const size_t start[] = { 0, 3, 5 }, thirds[] = { 0, 2, 3, 5 };
	struct an_samples s = { 2, start, v }, k = { 3, thirds, v };
	struct an_permute_options o = { AN_TWO_SIDED, 999, 1 };
	static const double d[] = { 1, 2, -0.5, 3 };
	struct an_permute p;

	/* 10 choices; only the one seen has a difference of 8.5 */
	assert_int_equal(an_permute_groups(&s, &o, *state, &p), AN_OK);
	assert_true(p.exact && p.ways == 10);
	near(p.statistic, -8.5, 1e-14);
	near(p.p, 0.1, 1e-15);
	assert_int_equal(an_permute_groups(&k, &o, *state, &p), AN_OK);
	assert_true(p.ways == 30);
	near(p.statistic, (2 * 3.9 * 3.9 + 2.4 * 2.4 + 2 * 5.1 * 5.1) / 2 / 0.5, 1e-12);
	/* signs: sums of at least 5.5 of 6.5: all plus, all but the half, and their opposites */
	assert_int_equal(an_permute_signs(d, 4, &o, *state, &p), AN_OK);
	near(p.p, 4.0 / 16, 1e-15);
	o.alternative = AN_GREATER;
	assert_int_equal(an_permute_signs(d, 4, &o, *state, &p), AN_OK);
	near(p.p, 2.0 / 16, 1e-15);
	assert_int_equal(an_permute_pairing(v, v, 5, &o, *state, &p), AN_OK);
	near(p.statistic, 1, 1e-14);
	near(p.p, 1.0 / 120, 1e-15);
}

static void permute_drawn(void **state)
{
	double x[60], y[60];
	static const size_t start[] = { 0, 25, 60 };
	struct an_samples s = { 2, start, x };
	struct an_permute_options o = { AN_TWO_SIDED, 5000, 7 };
	struct an_permute one, four, other;
	struct an_group g[2];
	struct an_ttest t;

	for (int i = 0; i < 60; i++) {
		x[i] = sin(i * 1.7) + (i < 25 ? 0.35 : 0);
		y[i] = cos(i * 0.9) + 0.2 * x[i];
	}
	an_threads_set(1);
	assert_int_equal(an_permute_groups(&s, &o, *state, &one), AN_OK);
	an_threads_set(4);
	assert_int_equal(an_permute_groups(&s, &o, *state, &four), AN_OK);
	an_threads_set(0);
	assert_true(!one.exact && one.p == four.p);
	an_samples_groups(&s, g);
	assert_int_equal(an_ttest_student(g, g + 1, 0, AN_TWO_SIDED, 0.95, &t), AN_OK);
	near(one.p, t.p, 0.02);
	assert_int_equal(an_permute_pairing(x, y, 60, &o, *state, &one), AN_OK);
	assert_int_equal(an_permute_signs(x, 60, &o, *state, &one), AN_OK);
	o.seed = 8;
	assert_int_equal(an_permute_signs(x, 60, &o, *state, &other), AN_OK);
	near(one.p, other.p, 0.03);
	an_work_watch(*state, never, NULL);
	assert_int_equal(an_permute_groups(&s, &o, *state, &one), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
	o.replicates = 0;
	assert_int_equal(an_permute_groups(&s, &o, *state, &one), AN_ETOOFEW);
	memset(x, 0, sizeof x);
	assert_int_equal(an_permute_groups(&s, &o, *state, &one), AN_ENOVARIANCE);
	assert_int_equal(an_permute_signs(x, 60, &o, *state, &one), AN_ENOVARIANCE);
	assert_int_equal(an_permute_pairing(x, y, 60, &o, *state, &one), AN_ENOVARIANCE);
	x[3] = INFINITY;
	assert_int_equal(an_permute_signs(x, 60, &o, *state, &one), AN_EDATA);
	assert_int_equal(an_permute_pairing(x, y, 60, &o, *state, &one), AN_EDATA);
	assert_int_equal(an_permute_signs(x, 0, &o, *state, &one), AN_ETOOFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kruskal, begin, end),
		cmocka_unit_test_setup_teardown(friedman, begin, end),
		cmocka_unit_test_setup_teardown(spreads, begin, end),
		cmocka_unit_test(welch),
		cmocka_unit_test_setup_teardown(shapiro, begin, end),
		cmocka_unit_test_setup_teardown(pairs, begin, end),
		cmocka_unit_test_setup_teardown(permute_small, begin, end),
		cmocka_unit_test_setup_teardown(permute_drawn, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
