/* Mixed models with random slopes. */
#include "analysis/stats/mixed/lmm.h"
#include "analysis/stats/numeric/rng.h"

#include <setjmp.h>
#include <stdarg.h>
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

/* Belenky et al. 2003: reaction times of 18 people on 10 days, as in lme4 (Bates et al. 2015, ch. 1.1). */
enum { ROWS = 180, PEOPLE = 18 };
static const double reaction[ROWS] = { 249.56, 258.7047, 250.8006, 321.4398, 356.8519, 414.6901, 382.2038, 290.1486,
	430.5853, 466.3535, 222.7339, 205.2658, 202.9778, 204.707, 207.7161, 215.9618, 213.6303, 217.7272, 224.2957,
	237.3142, 199.0539, 194.3322, 234.32, 232.8416, 229.3074, 220.4579, 235.4208, 255.7511, 261.0125, 247.5153,
	321.5426, 300.4002, 283.8565, 285.133, 285.7973, 297.5855, 280.2396, 318.2613, 305.3495, 354.0487, 287.6079,
	285, 301.8206, 320.1153, 316.2773, 293.3187, 290.075, 334.8177, 293.7469, 371.5811, 234.8606, 242.8118,
	272.9613, 309.7688, 317.4629, 309.9976, 454.1619, 346.8311, 330.3003, 253.8644, 283.8424, 289.555, 276.7693,
	299.8097, 297.171, 338.1665, 332.0265, 348.8399, 333.36, 362.0428, 265.4731, 276.2012, 243.3647, 254.6723,
	279.0244, 284.1912, 305.5248, 331.5229, 335.7469, 377.299, 241.6083, 273.9472, 254.4907, 270.8021, 251.4519,
	254.6362, 245.4523, 235.311, 235.7541, 237.2466, 312.3666, 313.8058, 291.6112, 346.1222, 365.7324, 391.8385,
	404.2601, 416.6923, 455.8643, 458.9167, 236.1032, 230.3167, 238.9256, 254.922, 250.7103, 269.7744, 281.5648,
	308.102, 336.2806, 351.6451, 256.2968, 243.4543, 256.2046, 255.5271, 268.9165, 329.7247, 379.4445, 362.9184,
	394.4872, 389.0527, 250.5265, 300.0576, 269.8939, 280.5891, 271.8274, 304.6336, 287.7466, 266.5955, 321.5418,
	347.5655, 221.6771, 298.1939, 326.8785, 346.8555, 348.7402, 352.8287, 354.4266, 360.4326, 375.6406, 388.5417,
	271.9235, 268.4369, 257.2424, 277.6566, 314.8222, 317.2135, 298.1353, 348.1229, 340.28, 366.5131, 225.264,
	234.5235, 238.9008, 240.473, 267.5373, 344.1937, 281.1481, 347.5855, 365.163, 372.2288, 269.8804, 272.4428,
	277.8989, 281.7895, 279.1705, 284.512, 259.2658, 304.6306, 350.7807, 369.4692, 269.4117, 273.474, 297.5968,
	310.6316, 287.1726, 329.6076, 334.4818, 343.2199, 369.1417, 364.1236 };

struct sleep {
	double x[2 * ROWS], day[ROWS];
	size_t who[ROWS];
	struct an_lmm_data d;
};

static void load(struct sleep *s)
{
	for (size_t i = 0; i < ROWS; i++) {
		s->x[2 * i] = 1;
		s->x[2 * i + 1] = s->day[i] = (double)(i % 10);
		s->who[i] = i / 10;
	}
	s->d = (struct an_lmm_data){ { s->x, reaction, NULL, ROWS, 2 }, s->day, 1, s->who, PEOPLE };
}

/* Figures that the paper prints. */
static void published(void **state)
{
	struct an_lmm_coefficient each[2];
	struct an_lmm_effect effects[2 * PEOPLE];
	double cov[4], sum = 0;
	struct an_lmm m;
	struct sleep s;

	load(&s);
	assert_int_equal(an_lmm(&s.d, AN_REML, 0.95, *state, &m, each, cov, effects), AN_OK);
	near(m.deviance, 1743.628, 1e-6);
	near(each[0].estimate, 251.405, 1e-5);
	near(each[0].se, 6.825, 1e-4);
	near(each[1].estimate, 10.467, 1e-4);
	near(each[1].se, 1.546, 1e-3);
	near(cov[0], 612.10, 1e-4);
	near(cov[3], 35.07, 1e-3);
	near(cov[1] / sqrt(cov[0] * cov[3]), 0.066, 1e-3);
	near(m.sigma * m.sigma, 654.94, 1e-5);
	assert_false(m.singular);
	assert_int_equal(m.groups, PEOPLE);
	for (int g = 0; g < PEOPLE; g++)
		sum += effects[2 * g].mode;
	assert_true(fabs(sum) < 1e-6); /* a balanced plan: effects sum to nothing */
	assert_int_equal(an_lmm(&s.d, AN_ML, 0.95, *state, &m, NULL, NULL, NULL), AN_OK);
	near(m.deviance, 1751.939, 1e-6);
}

/* Other units, another origin of the days and other numbers of the people say the same. */
static void invariances(void **state)
{
	struct an_lmm_coefficient a[2], b[2];
	struct an_lmm_effect here[2 * PEOPLE], there[2 * PEOPLE];
	double cov[4], other[4], y[ROWS];
	struct an_lmm m, n;
	struct sleep s, t;

	load(&s);
	load(&t);
	for (size_t i = 0; i < ROWS; i++) {
		y[i] = 1000 * reaction[i] - 5e5;
		t.day[i] = t.x[2 * i + 1] = 1e4 + 24 * s.day[i];
		t.who[i] = (5 * s.who[i] + 3) % PEOPLE;
	}
	t.d.fixed.y = y;
	assert_int_equal(an_lmm(&s.d, AN_REML, 0.95, *state, &m, a, cov, here), AN_OK);
	assert_int_equal(an_lmm(&t.d, AN_REML, 0.95, *state, &n, b, other, there), AN_OK);
	near(b[1].estimate * 24 / 1000, a[1].estimate, 1e-8);
	near(b[1].se * 24 / 1000, a[1].se, 1e-8);
	near(n.sigma / 1000, m.sigma, 1e-8);
	near(other[3] * 24 * 24 / 1e6, cov[3], 1e-7);
	near(n.deviance - m.deviance, 2 * (ROWS - 2) * log(1000) + 2 * log(24), 1e-9);
	near(n.r2_whole, m.r2_whole, 1e-8);
	for (size_t g = 0; g < PEOPLE; g++)
		near(there[2 * ((5 * g + 3) % PEOPLE) + 1].mode * 24 / 1000, here[2 * g + 1].mode, 1e-6);
}

/* With the constant alone it is the one-way model, which has its own way there. */
static void one_way(void **state)
{
	double data[ROWS];
	unsigned char why[ROWS] = { 0 };
	struct an_view v = { data, why, ROWS, 1, 1 };
	struct an_group g[PEOPLE];
	struct an_shrunken each[PEOPLE];
	struct an_lmm_effect effects[PEOPLE];
	struct an_lmm_coefficient mean;
	struct an_missing missing;
	double one[ROWS];
	size_t outside;
	struct an_mixed w;
	struct an_lmm m;
	struct sleep s;

	load(&s);
	memcpy(data, reaction, sizeof data);
	for (size_t i = 0; i < ROWS; i++) {
		one[i] = 1;
		s.who[i] = i < 15 ? 0 : s.who[i];
	}
	for (int by = AN_REML; by <= AN_ML; by++) {
		struct an_lmm_data d = { { one, reaction, NULL, ROWS, 1 }, NULL, 0, s.who, PEOPLE };

		assert_int_equal(an_groups(v, 0, s.who, PEOPLE, *state, g, &missing, &outside), AN_OK);
		assert_int_equal(an_mixed(g, PEOPLE, (enum an_likelihood)by, 0.95, &w, each), AN_OK);
		assert_int_equal(an_lmm(&d, (enum an_likelihood)by, 0.95, *state, &m, &mean, NULL, effects), AN_OK);
		near(m.deviance, w.deviance, 1e-11);
		near(mean.estimate, w.mean, 1e-9);
		near(mean.se, w.mean_se, 1e-7);
		near(m.sigma, w.sd_within, 1e-8);
		for (int i = 0; i < PEOPLE; i++) {
			near(effects[i].mode, each[i].effect, 1e-6);
			near(effects[i].sd, each[i].posterior_sd, 1e-6);
		}
	}
}

/* Groups that do not differ: the variance lies at 0 and the model says so. */
static void singular(void **state)
{
	double x[80], y[80];
	size_t group[80];
	double cov[1];
	struct an_lmm_effect effects[8];
	struct an_lmm m;

	for (size_t i = 0; i < 80; i++) {
		x[i] = 1;
		group[i] = i % 8;
		y[i] =
		    (double)(i / 8) + ((i + i / 8) % 2 == 0 ? 0.25 : -0.25); /* every group has nearly the same mean */
	}
	struct an_lmm_data d = { { x, y, NULL, 80, 1 }, NULL, 0, group, 8 };

	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, cov, effects), AN_OK);
	assert_true(m.singular);
	near(cov[0], 0, 1e-8);
	near(effects[3].mode, 0, 1e-6);
}

static bool stop(void *arg, double done)
{
	(void)arg;
	(void)done;
	return false;
}

static void refusals(void **state)
{
	struct an_lmm_data d;
	double y[ROWS], flat[ROWS] = { 0 };
	struct an_lmm m;
	struct sleep s;

	load(&s);
	d = s.d;
	d.fixed.n = 0;
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ETOOFEW);
	d.fixed.n = 10; /* one person */
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ETOOFEW);
	d.fixed.n = ROWS;
	d.groups = 3;
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_EDATA);
	d.groups = PEOPLE;
	assert_int_equal(an_lmm(&d, AN_REML, 0, *state, &m, NULL, NULL, NULL), AN_EDATA);
	memcpy(y, reaction, sizeof y);
	d.fixed.y = y;
	y[7] = NAN;
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_EDATA);
	y[7] = 1;
	d.slope = flat;
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ENOVARIANCE);
	d.slope = s.day;
	d.fixed.y = flat;
	assert_int_equal(an_lmm(&d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ENOVARIANCE);
	/* a column twice */
	for (size_t i = 0; i < ROWS; i++)
		s.x[2 * i + 1] = 1;
	assert_int_equal(an_lmm(&s.d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ENOVARIANCE);
	assert_int_equal(m.dependent, 1);
	/* no residual at all */
	load(&s);
	for (size_t i = 0; i < ROWS; i++)
		y[i] = (double)s.who[i] + s.day[i];
	s.d.fixed.y = y;
	assert_int_not_equal(an_lmm(&s.d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_OK);
	s.d.fixed.y = reaction;
	an_work_watch(*state, stop, NULL);
	assert_int_equal(an_lmm(&s.d, AN_REML, 0.95, *state, &m, NULL, NULL, NULL), AN_ESTOPPED);
	an_work_watch(*state, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published),
		cmocka_unit_test(invariances),
		cmocka_unit_test(one_way),
		cmocka_unit_test(singular),
		cmocka_unit_test(refusals),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
