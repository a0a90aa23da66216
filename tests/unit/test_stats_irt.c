/* The two-parameter logistic and the graded response model by marginal maximum likelihood. */
#include "analysis/stats/test/irt.h"
#include "analysis/stats/numeric/quadrature.h"
#include "analysis/stats/numeric/rng.h"
#include "surveys/csv.h"

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

/* Bock & Lieberman 1970: people by pattern of right answers, first item first (00000, 00001, ...). */
static const size_t lsat6[32] = { 3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16,
	56, 21, 173, 11, 61, 28, 298 },
		    lsat7[32] = { 12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90,
			    6, 25, 7, 35, 18, 136, 32, 308 };
enum { PEOPLE = 1000, ITEMS = 5, PARAMETERS = 10 };

static struct an_view expand(const size_t *count, double *x)
{
	size_t n = 0;

	for (size_t p = 0; p < 32; p++)
		for (size_t i = 0; i < count[p]; i++, n++)
			for (size_t j = 0; j < ITEMS; j++)
				x[n * ITEMS + j] = (double)(p >> (ITEMS - 1 - j) & 1);
	assert_int_equal(n, PEOPLE);
	return (struct an_view){ x, NULL, PEOPLE, ITEMS, ITEMS };
}

static enum an_status fit(struct an_view v, bool equal, struct an_work *work, struct an_irt_item *items,
    struct an_irt *out, double *par, double *cov)
{
	size_t p;
	enum an_status status = an_irt_shape(v, equal, work, items, &p);

	return status == AN_OK ? an_irt(v, items, p, work, out, par, cov) : status;
}

static void quadrature(void **state)
{
	double x[61], w[61], m[5] = { 0 };

	(void)state;
	an_quadrature_normal(61, x, w);
	for (size_t q = 0; q < 61; q++)
		for (size_t k = 0; k < 5; k++)
			m[k] += w[q] * pow(x[q], (double)k);
	near(m[0], 1, 1e-14);
	near(m[1], 0, 1e-14);
	near(m[2], 1, 1e-6); /* what lies beyond 6 */
	near(m[4], 3, 1e-4);
}

/* summary(ltm(LSAT ~ z1, IRT.param = TRUE)), ltm 1.2: log-likelihood, AIC, BIC, and standard errors of
 * difficulty and discrimination; also Bock & Aitkin 1981.  p of S-X2 of item 1, and EAP of the first
 * patterns: mirt's own tests (test-01-mirtOne.R). */
static void lsat6_as_ltm(void **state)
{
	static const double a[] = { 0.8254, 0.7229, 0.8905, 0.6886, 0.6575 },
			    a_se[] = { 0.2581, 0.1867, 0.2326, 0.1852, 0.2100 },
			    b[] = { -3.3597, -1.3696, -0.2799, -1.8659, -3.1236 },
			    eap[] = { -1.887714, -1.473829, -1.453797 };
	double x[PEOPLE * ITEMS], par[PARAMETERS], cov[PARAMETERS * PARAMETERS], mean[PEOPLE], sd[PEOPLE], rel;
	struct an_view v = expand(lsat6, x);
	struct an_irt_item it[ITEMS];
	struct an_irt_fit f[ITEMS];
	unsigned char has[PEOPLE];
	struct an_irt m;

	assert_int_equal(fit(v, false, *state, it, &m, par, cov), AN_OK);
	assert_true(m.fit.converged);
	assert_int_equal(m.patterns, 30);
	near(m.loglik, -2466.653, 2e-7); /* relative: printed to 3 decimals */
	near(m.aic, 4953.307, 1e-7);
	near(m.bic, 5002.384, 1e-7);
	for (size_t j = 0; j < ITEMS; j++) {
		near(par[j], a[j], 1e-3); /* ltm stopped at a gradient of 0.024 */
		near(sqrt(cov[j * PARAMETERS + j]), a_se[j], 3e-4);
		near(-par[it[j].first] / par[j], b[j], 1e-3);
	}
	assert_int_equal(an_irt_s_x2(v, it, par, 2, *state, f), AN_OK);
	near(f[0].p, 0.7984, 1e-4);
	assert_int_equal(an_irt_eap(v, it, par, *state, mean, sd, has, &rel), AN_OK);
	near(mean[0], eap[0], 1e-2);
	near(mean[3], eap[1], 1e-2);
	near(mean[9], eap[2], 1e-2);
}

/* mirt's own tests (test-01-mirtOne.R): slopes and intercepts with 95 % limits, S-X2, EAP by number
 * right (0 and 5), log-likelihood; CONSTRAIN = (1-5, a1): one slope. */
static void lsat7_as_mirt(void **state)
{
	static const double a[] = { 0.988, 1.081, 1.706, 0.7651, 0.7358 },
			    d[] = { 1.8561, 0.808, 1.8043, 0.486, 1.8545 },
			    a_lo[] = { 0.6406, 0.7501, 1.0779, 0.5022, 0.4395 },
			    d_hi[] = { 2.1138, 0.9869, 2.205, 0.6328, 2.0787 },
			    s_x2[] = { 4.749440, 14.451071, 1.270381, 5.237400, 0.941125 };
	double x[PEOPLE * ITEMS], par[PARAMETERS], cov[PARAMETERS * PARAMETERS], mean[PEOPLE], sd[PEOPLE], rel;
	struct an_view v = expand(lsat7, x);
	struct an_irt_item it[ITEMS];
	struct an_irt_fit f[ITEMS];
	unsigned char has[PEOPLE];
	struct an_irt m;

	assert_int_equal(fit(v, false, *state, it, &m, par, cov), AN_OK);
	near(m.loglik, -2658.805, 2e-7);
	assert_int_equal(an_irt_s_x2(v, it, par, 2, *state, f), AN_OK);
	for (size_t j = 0; j < ITEMS; j++) {
		size_t at = it[j].first;

		near(par[j], a[j], 2e-3);
		near(par[at], d[j], 2e-3);
		near(par[j] - 1.959964 * sqrt(cov[j * PARAMETERS + j]), a_lo[j], 2e-3);
		near(par[at] + 1.959964 * sqrt(cov[at * PARAMETERS + at]), d_hi[j], 2e-3);
		near(f[j].s_x2, s_x2[j], 3e-3);
		near(f[j].df, 2, 0);
	}
	assert_int_equal(an_irt_eap(v, it, par, *state, mean, sd, has, &rel), AN_OK);
	near(mean[0], -1.86979, 1e-4);
	near(sd[0], 0.6927032, 1e-4);
	near(mean[PEOPLE - 1], 0.7271877, 1e-3);
	near(sd[PEOPLE - 1], 0.8009335, 1e-3);
	assert_int_equal(fit(v, true, *state, it, &m, par, cov), AN_OK);
	assert_int_equal(m.parameters, 6);
	near(par[0], 1.011, 1e-3);
	near(par[0] - 1.959964 * sqrt(cov[0]), 0.885, 5e-3); /* printed from cross-products */
	near(par[5], 1.993, 1e-3);
}

/* Derivatives of the likelihood by differences: the slopes vanish, the covariance is the inverse of
 * the second derivatives. */
static void is_a_maximum(void **state)
{
	double x[PEOPLE * ITEMS], par[PARAMETERS], cov[PARAMETERS * PARAMETERS], near_by[PARAMETERS];
	struct an_view v = expand(lsat7, x);
	double post[3] = { 0 };
	struct an_irt_item it[ITEMS];
	struct an_irt m;

	assert_int_equal(fit(v, false, *state, it, &m, par, cov), AN_OK);
	for (size_t i = 0; i < PARAMETERS; i++) {
		double step[PARAMETERS], quad = 0;

		/* along the column of the covariance the fall is half its diagonal, to second order */
		for (size_t h = 0; h < 2; h++) {
			double l = 0, q[61], w[61], scale = h == 0 ? 0.01 : -0.01;

			an_quadrature_normal(61, q, w);
			for (size_t j = 0; j < PARAMETERS; j++) {
				step[j] = scale * cov[j * PARAMETERS + i] / sqrt(cov[i * PARAMETERS + i]);
				near_by[j] = par[j] + step[j];
			}
			for (size_t p = 0; p < 32; p++) {
				double one = 0;

				for (size_t g = 0; g < 61; g++) {
					double prod = w[g];

					for (size_t j = 0; j < ITEMS; j++)
						prod *=
						    an_irt_probability(it + j, near_by, p >> (ITEMS - 1 - j) & 1, q[g]);
					one += prod;
				}
				l += (double)lsat7[p] * log(one);
			}
			post[h] = m.loglik - l;
			quad += post[h] / 2;
		}
		near(post[0] - post[1], 0, 1e-6);
		near(quad / (0.01 * 0.01 / 2), 1, 1e-3);
	}
}

/* Items moved: parameters move.  An item turned round: its slope changes sign, others stay; all
 * turned round: theta turns instead, and difficulties change sign. */
static void invariance(void **state)
{
	double x[PEOPLE * ITEMS], y[PEOPLE * ITEMS], par[PARAMETERS], other[PARAMETERS], cov[PARAMETERS * PARAMETERS];
	double cov2[PARAMETERS * PARAMETERS];
	struct an_view v = expand(lsat7, x), w = { y, NULL, PEOPLE, ITEMS, ITEMS };
	struct an_irt_item it[ITEMS], it2[ITEMS];
	struct an_irt m, m2;

	assert_int_equal(fit(v, false, *state, it, &m, par, cov), AN_OK);
	for (size_t i = 0; i < PEOPLE; i++)
		for (size_t j = 0; j < ITEMS; j++)
			y[(PEOPLE - 1 - i) * ITEMS + (j + 2) % ITEMS] = 10 + 5 * x[i * ITEMS + j];
	assert_int_equal(fit(w, false, *state, it2, &m2, other, cov2), AN_OK);
	near(m2.loglik, m.loglik, 1e-12);
	for (size_t j = 0; j < ITEMS; j++) {
		near(other[(j + 2) % ITEMS], par[j], 1e-7);
		near(other[ITEMS + (j + 2) % ITEMS], par[ITEMS + j], 1e-7);
		near(cov2[(j + 2) % ITEMS * (PARAMETERS + 1)], cov[j * (PARAMETERS + 1)], 1e-6);
	}
	memcpy(y, x, sizeof y);
	for (size_t i = 0; i < PEOPLE; i++)
		y[i * ITEMS] = 1 - x[i * ITEMS];
	assert_int_equal(fit(w, false, *state, it2, &m2, other, cov2), AN_OK);
	near(other[0], -par[0], 1e-7);
	near(other[ITEMS], -par[ITEMS], 1e-7);
	near(other[1], par[1], 1e-7);
	near(cov2[1], -cov[1], 1e-7);
	for (size_t i = 0; i < PEOPLE * ITEMS; i++)
		y[i] = 1 - x[i];
	assert_int_equal(fit(w, false, *state, it2, &m2, other, cov2), AN_OK);
	for (size_t j = 0; j < ITEMS; j++) {
		near(other[j], par[j], 1e-7);
		near(other[ITEMS + j], -par[ITEMS + j], 1e-7);
		near(cov2[j * PARAMETERS + ITEMS + j], -cov[j * PARAMETERS + ITEMS + j], 1e-6);
	}
}

static void curves(void **state)
{
	static const struct an_irt_item it = { .categories = 4, .slope = 0, .first = 1 };
	static const double par[] = { 1.7, 2, 0.3, -40 };

	(void)state;
	for (double t = -8; t <= 8; t += 0.5) {
		double sum = 0, info = 0, h = 1e-5;

		for (size_t c = 0; c < 4; c++) {
			double p = an_irt_probability(&it, par, c, t);
			double slope =
			    (an_irt_probability(&it, par, c, t + h) - an_irt_probability(&it, par, c, t - h)) / (2 * h);

			assert_true(p > 0 && p < 1);
			sum += p;
			info += slope * slope / p;
		}
		near(sum, 1, 1e-14);
		near(an_irt_information(&it, par, t), info, 1e-7);
	}
	near(an_irt_probability(&it, par, 3, 0), exp(-40), 1e-30);
}

/* Graded answers with gaps, made from known parameters: these come back within their errors. */
static void recovers(void **state)
{
	enum { N = 2000, K = 6 };
	static double x[N * K];
	static unsigned char why[N * K];
	static const double a[K] = { 0.7, 1, 1.3, 1.6, 2, 2.5 }, d[3] = { 1.5, 0, -1.2 };
	double par[K * 4], cov[K * 4 * K * 4];
	struct an_irt_item it[K];
	struct an_rng r;
	struct an_irt m;
	double worst = 0;

	an_rng_seed(&r, 7, 0);
	for (size_t i = 0; i < N; i++) {
		double u = an_rng_uniform(&r), theta = 0;

		for (size_t q = 0; q < 12; q++)
			theta += an_rng_uniform(&r) - 0.5;
		for (size_t j = 0; j < K; j++) {
			size_t c = 0;

			u = an_rng_uniform(&r);
			while (c < 3 && u < 1 / (1 + exp(-(a[j] * theta + d[c]))))
				c++;
			x[i * K + j] = (double)c - 1;
			why[i * K + j] = an_rng_below(&r, 8) == 0 ? AN_NOT_SHOWN : AN_PRESENT;
		}
	}
	assert_int_equal(fit((struct an_view){ x, why, N, K, K }, false, *state, it, &m, par, cov), AN_OK);
	assert_int_equal(m.parameters, K * 4);
	for (size_t j = 0; j < K; j++) {
		assert_int_equal(it[j].categories, 4);
		worst = fmax(worst, fabs(par[j] - a[j]) / sqrt(cov[j * (K * 4 + 1)]));
		for (size_t c = 0; c < 3; c++)
			worst =
			    fmax(worst, fabs(par[it[j].first + c] - d[c]) / sqrt(cov[(it[j].first + c) * (K * 4 + 1)]));
	}
	assert_true(worst < 3.5 && worst > 0.5);
}

/* mirt's own tests (test-02-mirtTwo.R) on Science (Comfort, Work, Future, Benefit): slope and three
 * intercepts with standard errors by Louis.  The data may not travel with the program. */
static void science(void **state)
{
	static const char path[] = "../shared/reference/data/science.csv",
			  *const name[] = { "Comfort", "Work", "Future", "Benefit" };
	static const double want[] = { 1.0416, 4.86371, 2.63978, -1.46592, 1.22583, 2.92402, 0.90114, -2.26652, 2.29511,
		5.23747, 2.21511, -1.96461, 1.09488, 3.34766, 0.99163, -1.6881 },
			    error[] = { 0.1883, 0.49058, 0.22257, 0.15863, 0.1818, 0.23925, 0.14289, 0.20304, 0.48523,
				    0.73208, 0.35808, 0.32343, 0.1833, 0.27648, 0.14048, 0.16859 };
	struct err_list bad = { 0 };
	double *x, par[16], cov[256];
	struct an_irt_item it[4];
	struct csv_table t;
	struct err e = { 0 };
	struct an_irt m;

	if (csv_table_read_file(path, NULL, &t, &bad, &e) != 0) {
		print_message("SKIPPED: %s is not present\n", path);
		err_list_free(&bad);
		return;
	}
	x = calloc(t.rows * 4, sizeof *x);
	assert_non_null(x);
	for (size_t i = 0; i < t.rows; i++)
		for (size_t j = 0; j < 4; j++)
			x[i * 4 + j] = strtod(csv_table_cell(&t, i, (size_t)csv_table_column(&t, name[j])), NULL);
	assert_int_equal(fit((struct an_view){ x, NULL, t.rows, 4, 4 }, false, *state, it, &m, par, cov), AN_OK);
	for (size_t j = 0; j < 4; j++)
		for (size_t c = 0; c < 4; c++) {
			size_t at = c == 0 ? j : it[j].first + c - 1;

			near(par[at], want[j * 4 + c], j == 2 ? 6e-3 : 2e-3); /* mirt stops at 1e-4 */
			near(sqrt(cov[at * 17]), error[j * 4 + c], j == 2 ? 6e-3 : 1e-3);
		}
	free(x);
	csv_table_free(&t);
}

static void refusals(void **state)
{
	static const double flat[] = { 1, 0, 1, 1, 1, 0, 1, 0, 0 }, inf[] = { 1, 0, 1, 0, NAN, 0, 1, 1, 0 },
			    guttman[] = { 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1 };
	double many[63], par[12], cov[144], mean[3], sd[3], rel;
	static const unsigned char none[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct an_irt_item it[3];
	struct an_irt_fit f[3];
	unsigned char has[3];
	struct an_irt m;
	size_t p;

	for (size_t i = 0; i < 63; i++)
		many[i] = (double)i;
	assert_int_equal(fit((struct an_view){ flat, NULL, 3, 3, 3 }, false, *state, it, &m, par, cov), AN_ENOVARIANCE);
	assert_int_equal(fit((struct an_view){ flat, none, 3, 3, 3 }, false, *state, it, &m, par, cov), AN_ENOVARIANCE);
	assert_int_equal(fit((struct an_view){ flat, NULL, 0, 3, 3 }, false, *state, it, &m, par, cov), AN_ENOVARIANCE);
	assert_int_equal(fit((struct an_view){ inf, NULL, 3, 3, 3 }, false, *state, it, &m, par, cov), AN_EDATA);
	assert_int_equal(fit((struct an_view){ many, NULL, 21, 3, 3 }, false, *state, it, &m, par, cov), AN_EDATA);
	assert_int_equal(fit((struct an_view){ guttman, NULL, 4, 2, 3 }, false, *state, it, &m, par, cov), AN_ETOOFEW);
	/* answers in perfect order have no finite slopes */
	assert_int_equal(fit((struct an_view){ guttman, NULL, 4, 3, 3 }, false, *state, it, &m, par, cov),
	    AN_ENOCONVERGE);
	assert_false(m.fit.converged);
	/* a figure for a graded item is asked of a test for two answers */
	assert_int_equal(an_irt_shape((struct an_view){ many, NULL, 3, 3, 3 }, false, *state, it, &p), AN_OK);
	for (size_t i = 0; i < p; i++)
		par[i] = i < 3 ? 1 : i % 2 == 1 ? 1 : -1;
	assert_int_equal(an_irt_s_x2((struct an_view){ many, NULL, 3, 3, 3 }, it, par, 2, *state, f), AN_EDATA);
	assert_int_equal(an_irt_eap((struct an_view){ many, none, 3, 3, 3 }, it, par, *state, mean, sd, has, &rel),
	    AN_OK);
	assert_int_equal(has[0] + has[1] + has[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quadrature),
		cmocka_unit_test_setup_teardown(lsat6_as_ltm, begin, end),
		cmocka_unit_test_setup_teardown(lsat7_as_mirt, begin, end),
		cmocka_unit_test_setup_teardown(is_a_maximum, begin, end),
		cmocka_unit_test_setup_teardown(invariance, begin, end),
		cmocka_unit_test(curves),
		cmocka_unit_test_setup_teardown(recovers, begin, end),
		cmocka_unit_test_setup_teardown(science, begin, end),
		cmocka_unit_test_setup_teardown(refusals, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
