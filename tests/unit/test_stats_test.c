/* Tests and outcomes: item analysis, KR-20, careless answering, Q-matrix scores. */
#include "analysis/stats/describe/careless.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/test/outcomes.h"

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
/* Four people, two items: totals 2 1 0 2. */
static const double marks[] = { 1, 1, 1, 0, 0, 0, 1, 1 };

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

static void items_by_hand(void **state)
{
	struct an_view v = { marks, NULL, 4, 2, 2 };
	struct an_item it[2];
	struct an_items t;

	assert_int_equal(an_items(v, NULL, *state, &t, it), AN_OK);
	assert_int_equal(t.used, 4);
	assert_int_equal(t.group, 1); /* 0.27 * 4 rounded */
	near(t.total_mean, 1.25, 1e-15);
	near(t.total_sd, sqrt(2.75 / 3), 1e-15);
	near(it[0].difficulty, 0.75, 1e-15);
	near(it[0].sd, 0.5, 1e-15);
	near(it[0].r_total, 1.25 / sqrt(0.75 * 2.75), 1e-14);
	near(it[0].r_rest, 0.5 / sqrt(0.75 * 1), 1e-14);
	near(it[0].upper_lower, 1, 1e-15); /* the fourth person against the third */
	near(it[1].difficulty, 0.5, 1e-15);
}

static void items_with_gaps(void **state)
{
	static const double x[] = { 2, 10, 4, 5, 1, 0, 3, 9, 4, 7 };
	static const unsigned char why[] = { 0, 0, 0, 0, 0, AN_EXCUSED, 0, 0, 0, 0 };
	static const double most[] = { 4, 10 }, bad[] = { 4, 0 }, flat[] = { 1, 1, 1, 1 };
	struct an_view v = { x, why, 5, 2, 2 };
	struct an_item it[2];
	struct an_items t;

	assert_int_equal(an_items(v, most, *state, &t, it), AN_OK);
	assert_int_equal(t.used, 4); /* complete rows */
	assert_int_equal(t.missing.by[AN_EXCUSED], 1);
	assert_int_equal(it[0].n, 5);
	near(it[0].difficulty, 14.0 / 5 / 4, 1e-15);
	assert_int_equal(it[1].n, 4);
	near(it[1].difficulty, 31.0 / 40, 1e-15);
	assert_int_equal(an_items(v, bad, *state, &t, it), AN_EDATA);
	v.rows = 1;
	assert_int_equal(an_items(v, most, *state, &t, it), AN_ETOOFEW);
	assert_int_equal(an_items((struct an_view){ flat, NULL, 2, 2, 2 }, NULL, *state, &t, it), AN_OK);
	assert_false(it[0].has_r_total || it[0].has_r_rest);
}

static void kr(void **state)
{
	static const double half[] = { 1, 0.5, 0, 1 }, same[] = { 1, 0, 0, 1 };
	struct an_view v = { marks, NULL, 4, 2, 2 };
	struct an_kr k;

	/* pq 0.1875 + 0.25; population variance of the totals 0.6875 */
	assert_int_equal(an_kr(v, *state, &k), AN_OK);
	near(k.kr20, 8.0 / 11, 1e-14);
	near(k.kr20_mixed, 23.0 / 22, 1e-14);
	near(k.kr21, 7.0 / 11, 1e-14);
	near(k.sem, sqrt(2.75 / 3 * 3 / 11), 1e-14);
	assert_int_equal(an_kr((struct an_view){ half, NULL, 2, 2, 2 }, *state, &k), AN_EDATA);
	assert_int_equal(an_kr((struct an_view){ same, NULL, 2, 2, 2 }, *state, &k), AN_ENOVARIANCE);
	assert_int_equal(an_kr((struct an_view){ marks, NULL, 4, 1, 2 }, *state, &k), AN_ETOOFEW);
	assert_int_equal(an_kr((struct an_view){ marks, NULL, 0, 2, 2 }, *state, &k), AN_ETOOFEW);
}

static void percentile_ranks(void **state)
{
	static const double sorted[] = { 1, 2, 2, 5 };

	(void)state;
	near(an_percentile_rank(sorted, 4, 2), 50, 1e-14);
	near(an_percentile_rank(sorted, 4, 0), 0, 0);
	near(an_percentile_rank(sorted, 4, 9), 100, 0);
}

static void careless(void **state)
{
	static const double x[] = {
		3, 3, 3, 3, 3, /* straight */
		1, 2, 2, 2, 5, /* a run of three */
		4, 4, 0, 4, 1, /* a run of three across the gap */
		0, 0, 0, 0, 0, /* nobody */
	};
	static const unsigned char why[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1 };
	struct an_view v = { x, why, 4, 5, 5 };
	struct an_careless_person p[4];
	struct an_careless c;

	(void)state;
	assert_int_equal(an_careless(v, 3, 4, &c, p), AN_OK);
	assert_int_equal(c.used, 3);
	assert_int_equal(c.straight, 1);
	assert_int_equal(c.long_run, 1);
	assert_int_equal(c.flagged, 1);
	assert_int_equal(c.longest, 5);
	assert_int_equal(p[1].longest, 3);
	assert_int_equal(p[2].longest, 3);
	assert_int_equal(p[2].answered, 4);
	near(p[1].irv, sqrt((1.96 + 3 * 0.16 + 6.76) / 4), 1e-14); /* mean 2.4 */
	assert_false(p[3].has_irv || p[3].straight);
	assert_int_equal(an_careless(v, 6, 0, &c, NULL), AN_OK);
	assert_int_equal(c.flagged, 0); /* five answers are too few to call, and no limit is set */
	v.data += 15;
	v.why += 15;
	v.rows = 1;
	assert_int_equal(an_careless(v, 3, 0, &c, NULL), AN_ETOOFEW);
}

static void outcome_scores(void **state)
{
	/* outcome A: items 1 and 2 by 3 to 2; outcome B: item 3, and item 2 */
	static const double m[] = { 1, 0, 1, 0, 1, 0, 1, 1, 0 }, q[] = { 3, 0, 2, 1, 0, 1 };
	static const unsigned char why[] = { 0, 0, 0, 0, 0, 0, 0, AN_NOT_SUBMITTED, 0 };
	struct an_view v = { m, why, 3, 3, 3 };
	struct an_outcome_rule rule = { 1, 0.6, 0.95 };
	struct an_outcome_all all;
	struct an_outcome o[2];
	unsigned char has[6];
	double s[6];

	(void)state;
	assert_int_equal(an_outcome_scores(v, q, 2, 1, s, has), AN_OK);
	near(s[0], 0.6, 1e-15);
	near(s[1], 0.5, 1e-15);
	near(s[2], 0.4, 1e-15);
	assert_int_equal(has[4], 0); /* the third person misses item 2 */
	assert_int_equal(has[5], 0);
	assert_int_equal(an_outcomes(s, has, 3, 2, rule, o, &all), AN_OK);
	assert_int_equal(o[0].used, 2);
	near(o[0].mean, 0.5, 1e-15);
	near(o[0].reached, 1, 0); /* 0.6 is reached although 3/5 need not be 0.6 in binary */
	near(o[0].share, 0.5, 0);
	assert_int_equal(all.used, 2);
	assert_int_equal(all.reached, 0);
	/* half of the weight is enough: the third person scores 1 on A and 0 on B */
	assert_int_equal(an_outcome_scores(v, q, 2, 0.5, s, has), AN_OK);
	assert_int_equal(has[4], 1);
	near(s[4], 1, 0);
	near(s[5], 0, 0);
}

static void outcome_limits(void **state)
{
	static const double m[] = { 1, 0 }, none[] = { 1, 0, 1, 0 }, negative[] = { 1, -1, 1, 1 };
	struct an_view v = { m, NULL, 1, 2, 2 };
	struct an_outcome_rule rule = { 1, NAN, 0.95 };
	double weight[] = { 1, 1, 0, 1, 0, 0 }, s[2];
	unsigned char has[2] = { 0, 0 };
	struct an_outcome_all all;
	struct an_outcome o[2];

	(void)state;
	assert_int_equal(an_outcome_scores(v, none, 2, 1, s, has), AN_ETOOFEW);
	assert_int_equal(an_outcome_scores(v, negative, 2, 1, s, has), AN_EDATA);
	assert_int_equal(an_outcome_scores(v, none, 1, 2, s, has), AN_EDATA);
	assert_int_equal(an_outcome_scores(v, none, 0, 1, s, has), AN_ETOOFEW);
	assert_int_equal(an_outcomes(s, has, 1, 2, rule, o, &all), AN_EDATA);
	rule.threshold = 0.5;
	assert_int_equal(an_outcomes(s, has, 1, 2, rule, o, &all), AN_OK);
	assert_int_equal(o[0].used, 0); /* nobody has a score: no figure, no error */
	an_outcome_split(weight, 3, 2);
	near(weight[0], 0.5, 0);
	near(weight[3], 1, 0);
	near(weight[4], 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(items_by_hand, begin, end),
		cmocka_unit_test_setup_teardown(items_with_gaps, begin, end),
		cmocka_unit_test_setup_teardown(kr, begin, end),
		cmocka_unit_test(percentile_ranks),
		cmocka_unit_test(careless),
		cmocka_unit_test(outcome_scores),
		cmocka_unit_test(outcome_limits),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
