/* Elementary symmetric functions and the Rasch model by conditional maximum likelihood. */
#include "analysis/stats/test/esf.h"
#include "analysis/stats/numeric/pattern.h"
#include "analysis/stats/test/rasch.h"

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

static void patterns(void **state)
{
	static const unsigned char key[] = { 2, 1, 0, 9, 2, 1, 0, 1, 2, 1 };
	struct an_patterns p;

	assert_int_equal(an_patterns(key, 5, 2, *state, &p), AN_OK);
	assert_int_equal(p.n, 3); /* 01, 09, 21 */
	assert_int_equal(p.of[3], 0);
	assert_int_equal(p.of[1], 1);
	assert_int_equal(p.start[3] - p.start[2], 3);
	assert_int_equal(p.first[2], 0);
	assert_int_equal(p.row[p.start[2] + 1], 2);
	assert_int_equal(an_patterns(key, 0, 2, *state, &p), AN_OK);
	assert_int_equal(p.n, 0);
}

/* Equal items: gamma_r = C(k, r), P(right | r) = r / k, covariances -p(1 - p) / (k - 1). */
static void equal_items(void **state)
{
	enum { K = 300 };
	static double d[K], g[K + 1], right[K * (K + 1)], wrong[K * (K + 1)], people[K + 1], info[K * K];
	double p = 120.0 / K;

	an_esf_log(d, K, g);
	near(g[150], lgamma(301) - 2 * lgamma(151), 1e-13);
	assert_int_equal(an_esf_right(d, K, g, *state, right, wrong), AN_OK);
	for (size_t r = 0; r <= K; r++) {
		near(right[7 * (K + 1) + r], (double)r / K, 1e-12);
		near(wrong[7 * (K + 1) + r], 1 - (double)r / K, 1e-12);
	}
	people[120] = 2;
	assert_int_equal(an_esf_information(d, K, g, right, wrong, people, *state, info), AN_OK);
	near(info[3 * K + 3], 2 * p * (1 - p), 1e-12);
	near(info[3 * K + 200], -2 * p * (1 - p) / (K - 1), 1e-12);
}

/* Items of any difficulty: nothing overflows, the chances given r sum to r, rows of the
 * information to 0, and it is the slope of the chances. */
static void hard_items(void **state)
{
	enum { K = 200 };
	static double d[K], g[K + 1], right[K * (K + 1)], wrong[K * (K + 1)], people[K + 1], info[K * K];
	static double g2[K + 1], right2[K * (K + 1)], wrong2[K * (K + 1)];

	for (size_t i = 0; i < K; i++)
		d[i] = -30 + 60.0 * (double)(i * 37 % K) / K;
	an_esf_log(d, K, g);
	assert_int_equal(an_esf_right(d, K, g, *state, right, wrong), AN_OK);
	for (size_t r = 0; r <= K; r++) {
		double sum = 0;

		for (size_t i = 0; i < K; i++) {
			assert_true(right[i * (K + 1) + r] >= 0 && right[i * (K + 1) + r] <= 1);
			sum += right[i * (K + 1) + r];
		}
		near(sum, (double)r, 1e-10);
	}
	people[90] = 1;
	assert_int_equal(an_esf_information(d, K, g, right, wrong, people, *state, info), AN_OK);
	for (size_t i = 0; i < K; i++) {
		double sum = 0;

		for (size_t j = 0; j < K; j++)
			sum += info[i * K + j];
		near(sum, 0, 1e-10);
	}
	d[5] += 1e-5;
	an_esf_log(d, K, g2);
	assert_int_equal(an_esf_right(d, K, g2, *state, right2, wrong2), AN_OK);
	for (size_t i = 0; i < K; i++)
		near((right[i * (K + 1) + 90] - right2[i * (K + 1) + 90]) / 1e-5, info[5 * K + i], 1e-5);
}

/* 4 items; how many people gave each of the 16 patterns, item j being bit j. */
static const size_t counts[16] = { 4, 3, 5, 2, 6, 4, 7, 5, 9, 6, 8, 7, 12, 10, 14, 11 };
enum { PEOPLE = 113, ITEMS = 4 };

static struct an_view invent(double *x, unsigned char *why, bool gaps)
{
	size_t n = 0;

	for (size_t p = 0; p < 16; p++)
		for (size_t i = 0; i < counts[p]; i++, n++)
			for (size_t j = 0; j < ITEMS; j++) {
				x[n * ITEMS + j] = (double)(p >> j & 1);
				why[n * ITEMS + j] = AN_PRESENT;
			}
	for (size_t i = 5; gaps && i <= PEOPLE; i += 5)
		why[(i - 1) * ITEMS + i / 5 % 4] = AN_SKIPPED;
	return (struct an_view){ x, why, PEOPLE, ITEMS, ITEMS };
}

/* R 4.2.2, eRm 1.0-2: X has the rows of invent(); m <- RM(X); -m$betapar; m$se.beta; m$loglik;
 * itemfit(person.parameter(m)); SepRel(person.parameter(m)); LRtest(m, splitcr = "median").
 * With gaps: every fifth row i misses item (i / 5) %% 4 + 1. */
static void against_erm(void **state)
{
	static const double b[] = { 0.561671483088, 0.163419479529, -0.205196597588, -0.519894365030 },
			    se[] = { 0.168709553238, 0.166280485040, 0.168931664135, 0.174917195879 },
			    infit[] = { 0.966808369866, 1.001940809120, 0.968938423032, 0.967594492191 },
			    outfit[] = { 0.957367993122, 1.003277392481, 0.966690523035, 0.956584933698 },
			    infit_t[] = { -0.3826022217713, 0.0509367891559, -0.3367052475336, -0.3146825443899 },
			    outfit_t[] = { -0.3700230826766, 0.0662038320726, -0.2985559576177, -0.3192009062345 },
			    gap_b[] = { 0.569383416979, 0.151255986121, -0.189978475229, -0.530660927871 },
			    gap_se[] = { 0.175889216557, 0.171620573950, 0.174384812282, 0.179824652687 };
	double x[PEOPLE * ITEMS], d[2 * ITEMS], e[2 * ITEMS];
	unsigned char why[PEOPLE * ITEMS];
	struct an_view v = invent(x, why, false);
	struct an_rasch_item it[ITEMS];
	struct an_rasch_people people;
	struct an_rasch_fit f[ITEMS];
	struct an_rasch_lr lr;
	size_t group[PEOPLE];
	bool used[ITEMS];
	struct an_rasch r;

	assert_int_equal(an_rasch(v, *state, &r, it), AN_OK);
	assert_true(r.fit.converged && r.connected && r.complete);
	assert_int_equal(r.people, PEOPLE);
	assert_int_equal(r.extreme, 15);
	near(r.loglik, -143.021936798, 1e-9);
	assert_int_equal(an_rasch_fit(v, it, *state, f, &people, NULL, NULL, NULL), AN_OK);
	assert_int_equal(people.used, PEOPLE - 15);
	near(people.reliability, -0.619706631938, 1e-4); /* its errors are numerical derivatives */
	for (size_t j = 0; j < ITEMS; j++) {
		near(it[j].difficulty, b[j], 2e-6); /* eRm's nlm stops there */
		near(it[j].se, se[j], 2e-5);
		near(f[j].infit, infit[j], 2e-6);
		near(f[j].outfit, outfit[j], 2e-6);
		near(f[j].infit_t, infit_t[j], 2e-5);
		near(f[j].outfit_t, outfit_t[j], 2e-5);
	}
	assert_int_equal(an_rasch_split(v, it, AN_SPLIT_MEDIAN, *state, group), AN_OK);
	assert_int_equal(an_rasch_andersen(v, group, 2, *state, &lr, used, d, e), AN_OK);
	near(lr.lr, 0.0640131768063, 1e-8);
	near(lr.df, 3, 0);
	near(lr.p, 0.9957743066792, 1e-8);
	v = invent(x, why, true);
	assert_int_equal(an_rasch(v, *state, &r, it), AN_OK);
	assert_false(r.complete);
	near(r.loglik, -131.970300223, 1e-9);
	for (size_t j = 0; j < ITEMS; j++) {
		near(it[j].difficulty, gap_b[j], 2e-6);
		near(it[j].se, gap_se[j], 2e-5);
	}
	for (size_t i = 0; i < PEOPLE; i++)
		group[i] = i % 2;
	assert_int_equal(an_rasch_andersen(v, group, 2, *state, &lr, used, d, e), AN_OK);
	near(lr.lr, 0.164992680242, 1e-7);
}

/* Two items: only the people with one right count, and the difference is the log odds of which. */
static void two_items(void **state)
{
	static const double x[] = { 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0 };
	struct an_view v = { x, NULL, 6, 2, 2 };
	struct an_rasch_item it[2];
	struct an_rasch r;
	double theta, se;

	assert_int_equal(an_rasch(v, *state, &r, it), AN_OK);
	near(it[1].difficulty - it[0].difficulty, log(3), 1e-12);
	near(it[0].se, sqrt(1.0 / 3 + 1) / 2, 1e-12);
	near(r.loglik, 3 * log(0.75) + log(0.25), 1e-12);
	assert_int_equal(r.extreme, 2);
	assert_int_equal(an_rasch_theta((double[]){ 0, 0, 0, 0 }, 4, 1, &theta, &se), AN_OK);
	near(theta, -log(3), 1e-13);
	near(se, 1 / sqrt(4 * 0.1875), 1e-12);
	/* equal items: Warm's estimate adds half a right and half a wrong answer */
	assert_int_equal(an_rasch_wle((double[]){ 2, 2, 2, 2 }, 4, 0, &theta, &se), AN_OK);
	near(theta, 2 + log(0.5 / 4.5), 1e-12);
	assert_int_equal(an_rasch_wle((double[]){ 2, 2, 2, 2 }, 4, 4, &theta, &se), AN_OK);
	near(theta, 2 - log(0.5 / 4.5), 1e-12);
	assert_int_equal(an_rasch_theta((double[]){ 0 }, 1, 0, &theta, &se), AN_EDATA);
	assert_int_equal(an_rasch_theta((double[]){ 0 }, 1, NAN, &theta, &se), AN_EDATA);
	assert_int_equal(an_rasch_wle((double[]){ 0 }, 1, 2, &theta, &se), AN_EDATA);
	assert_int_equal(an_rasch_wle(NULL, 0, 0, &theta, &se), AN_ETOOFEW);
	assert_int_equal(an_rasch_theta((double[]){ -600, 600, 0 }, 3, 1.5, &theta, &se), AN_OK);
	near(theta, 0, 1e-9);
}

/* Right and wrong exchanged: difficulties change their sign.  Columns moved: they move. */
static void invariance(void **state)
{
	double x[PEOPLE * ITEMS], turned[PEOPLE * ITEMS], moved[PEOPLE * ITEMS];
	unsigned char why[PEOPLE * ITEMS];
	struct an_view v = invent(x, why, false);
	struct an_rasch_item it[ITEMS], other[ITEMS];
	struct an_rasch r, s;

	for (size_t i = 0; i < PEOPLE; i++)
		for (size_t j = 0; j < ITEMS; j++) {
			turned[i * ITEMS + j] = 1 - x[i * ITEMS + j];
			moved[i * ITEMS + (j + 1) % ITEMS] = x[i * ITEMS + j];
		}
	assert_int_equal(an_rasch(v, *state, &r, it), AN_OK);
	v.data = turned;
	assert_int_equal(an_rasch(v, *state, &s, other), AN_OK);
	near(s.loglik, r.loglik, 1e-12);
	for (size_t j = 0; j < ITEMS; j++)
		near(other[j].difficulty, -it[j].difficulty, 1e-9);
	v.data = moved;
	assert_int_equal(an_rasch(v, *state, &s, other), AN_OK);
	for (size_t j = 0; j < ITEMS; j++) {
		near(other[(j + 1) % ITEMS].difficulty, it[j].difficulty, 1e-9);
		near(other[(j + 1) % ITEMS].se, it[j].se, 1e-9);
	}
}

static void refusals(void **state)
{
	static const double guttman[] = { 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0 }, flat[] = { 1, 1, 1, 1 },
			    three[] = { 0, 1, 2, 1 }, bad[] = { 0, INFINITY, 1, 0 };
	static const double all_right[] = { 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0 };
	static const unsigned char none[4] = { 1, 1, 1, 1 };
	struct an_rasch_people people;
	struct an_rasch_item it[3];
	struct an_rasch_fit f[3];
	struct an_rasch_lr lr;
	double d[6], se[6];
	struct an_rasch r;
	bool used[3];

	/* everybody who has the second right has the first, nobody the third: no finite answer */
	assert_int_equal(an_rasch((struct an_view){ guttman, NULL, 4, 3, 3 }, *state, &r, it), AN_ETOOFEW);
	assert_int_equal(an_rasch((struct an_view){ (double[]){ 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1 }, NULL, 4, 3, 3 },
			     *state, &r, it),
	    AN_ENOCONVERGE);
	assert_false(r.connected);
	assert_true(it[0].separate || it[1].separate || it[2].separate);
	assert_int_equal(an_rasch((struct an_view){ flat, NULL, 2, 2, 2 }, *state, &r, it), AN_ETOOFEW);
	assert_int_equal(an_rasch((struct an_view){ three, NULL, 2, 2, 2 }, *state, &r, it), AN_EDATA);
	assert_int_equal(an_rasch((struct an_view){ bad, NULL, 2, 2, 2 }, *state, &r, it), AN_EDATA);
	assert_int_equal(an_rasch((struct an_view){ flat, none, 2, 2, 2 }, *state, &r, it), AN_ETOOFEW);
	assert_int_equal(an_rasch((struct an_view){ flat, NULL, 0, 2, 2 }, *state, &r, it), AN_ETOOFEW);
	assert_int_equal(an_rasch((struct an_view){ flat, NULL, 1, 1, 2 }, *state, &r, it), AN_ETOOFEW);
	/* an item that all have right is left out, the others stay */
	assert_int_equal(an_rasch((struct an_view){ all_right, NULL, 4, 3, 3 }, *state, &r, it), AN_OK);
	assert_false(it[0].used);
	assert_int_equal(r.items, 2);
	assert_int_equal(an_rasch_fit((struct an_view){ all_right, NULL, 4, 3, 3 }, it, *state, f, &people, NULL, NULL,
			     NULL),
	    AN_OK);
	assert_int_equal(f[0].n, 0);
	assert_int_equal(an_rasch_andersen((struct an_view){ all_right, NULL, 4, 3, 3 }, (size_t[]){ 0, 0, 1, 1 }, 1,
			     *state, &lr, used, d, se),
	    AN_ETOOFEW);
	assert_int_equal(an_rasch_andersen((struct an_view){ all_right, NULL, 4, 3, 3 }, (size_t[]){ 0, 0, 1, 1 }, 2,
			     *state, &lr, used, d, se),
	    AN_OK);
	assert_false(used[0]);
	near(lr.df, 1, 0);
}

static bool stop(void *arg, double done)
{
	(void)arg;
	(void)done;
	return false;
}

static void stopped(void **state)
{
	double x[PEOPLE * ITEMS];
	unsigned char why[PEOPLE * ITEMS];
	struct an_view v = invent(x, why, false);
	struct an_work *small = an_work_new(64);
	struct an_rasch_item it[ITEMS];
	struct an_rasch r;

	assert_int_equal(an_rasch(v, small, &r, it), AN_ENOMEM);
	an_work_free(small);
	an_work_watch(*state, stop, NULL);
	assert_int_equal(an_rasch(v, *state, &r, it), AN_ESTOPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(patterns, begin, end),
		cmocka_unit_test_setup_teardown(equal_items, begin, end),
		cmocka_unit_test_setup_teardown(hard_items, begin, end),
		cmocka_unit_test_setup_teardown(against_erm, begin, end),
		cmocka_unit_test_setup_teardown(two_items, begin, end),
		cmocka_unit_test_setup_teardown(invariance, begin, end),
		cmocka_unit_test_setup_teardown(refusals, begin, end),
		cmocka_unit_test_setup_teardown(stopped, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
