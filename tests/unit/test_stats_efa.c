/* Factors of any number, their rotation and fit, and the minimum within bounds behind them. */
#include "analysis/stats/numeric/bounded.h"
#include "analysis/stats/factor/efa.h"
#include "analysis/stats/factor/factor_stats.h"
#include "analysis/stats/numeric/rng.h"
#include "analysis/stats/factor/rotate.h"

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

/* Smith & Whittaker 1988: six tests of ability, 112 people; upper triangle by rows. */
static const double ability[] = { 24.641, 5.991, 33.52, 6.023, 20.755, 29.701, 6.7, 18.137, 1.782, 4.936, 7.204,
	149.831, 19.424, 31.43, 50.753, 12.711, 4.757, 9.075, 52.604, 66.762, 135.292 };
/* Harman 1976, p. 22: eight measures of 305 girls; below the diagonal, by columns. */
static const double girls[] = { 0.846, 0.805, 0.859, 0.473, 0.398, 0.301, 0.382, 0.881, 0.826, 0.376, 0.326, 0.277,
	0.415, 0.801, 0.38, 0.319, 0.237, 0.345, 0.436, 0.329, 0.327, 0.365, 0.762, 0.73, 0.629, 0.583, 0.577, 0.539 };

static void ability_cor(double *cor)
{
	double cov[36];

	for (size_t i = 0, a = 0; i < 6; i++)
		for (size_t j = i; j < 6; j++)
			cov[i * 6 + j] = cov[j * 6 + i] = ability[a++];
	for (size_t i = 0; i < 36; i++)
		cor[i] = i / 6 == i % 6 ? 1 : cov[i] / sqrt(cov[i / 6 * 7] * cov[i % 6 * 7]);
}

static void girls_cor(double *cor)
{
	for (size_t j = 0, a = 0; j < 8; j++) {
		cor[j * 9] = 1;
		for (size_t i = j + 1; i < 8; i++)
			cor[i * 8 + j] = cor[j * 8 + i] = girls[a++];
	}
}

/* Correlations of loadings k x m with factor correlations phi (or NULL). */
static void model_cor(const double *l, const double *phi, size_t k, size_t m, double *cor)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double s = 0;

			for (size_t p = 0; p < m; p++)
				for (size_t q = 0; q < m; q++)
					s += (phi != NULL ? phi[p * m + q] : p == q) * l[i * m + p] * l[j * m + q];
			cor[i * k + j] = i == j ? 1 : s;
		}
}

/* The uniquenesses, test and rotated loadings that R's manual prints for factanal(). */
static void published_likelihood(void **state)
{
	static const double of_ability[] = { 0.455, 0.589, 0.218, 0.769, 0.052, 0.334 };
	static const double of_girls[] = { 0.170, 0.107, 0.166, 0.199, 0.089, 0.364, 0.416, 0.537 };
	static const double turned[] = { 0.499, 0.543, 0.156, 0.622, 0.206, 0.860, 0.109, 0.468, 0.956, 0.182, 0.785,
		0.225 };
	double cor[64], l[16], u[8];
	struct an_factor_fit fit;
	struct an_fit turn;
	struct an_efa f;

	ability_cor(cor);
	assert_int_equal(an_efa(cor, 6, 2, AN_EFA_ML, *state, l, u, &f), AN_OK);
	assert_true(f.fit.converged && f.fit.gradient < 1e-8);
	assert_int_equal(f.dof, 4);
	assert_int_equal(f.heywood, 0);
	for (int i = 0; i < 6; i++)
		near(u[i], of_ability[i], 5.1e-4);
	assert_int_equal(an_factor_fit(&(struct an_factor_fit_in){ cor, l, NULL, 6, 2, 112, NULL, 0.9 }, *state, &fit),
	    AN_OK);
	near(fit.chisq, 6.11, 0.0051 / 6);
	near(fit.p, 0.191, 5.1e-4);
	assert_int_equal(an_varimax(l, 6, 2, *state, &turn), AN_OK);
	assert_int_equal(an_rotation_order(l, 6, 2, *state, NULL), AN_OK);
	for (int i = 0; i < 12; i++)
		near(l[i], turned[i], 2e-3);
	girls_cor(cor);
	assert_int_equal(an_efa(cor, 8, 2, AN_EFA_ML, *state, l, u, &f), AN_OK);
	for (int i = 0; i < 8; i++)
		near(u[i], of_girls[i], 5.1e-4);
	assert_int_equal(an_factor_fit(&(struct an_factor_fit_in){ cor, l, NULL, 8, 2, 305, NULL, 0.9 }, *state, &fit),
	    AN_OK);
	near(fit.chisq, 75.74, 0.0051 / 75);
	assert_int_equal(fit.dof, 13);
}

/* Correlations that two factors explain wholly give the communalities back, whatever the method. */
static void recovered(void **state)
{
	static const double l[] = { 0.8, 0.1, 0.7, 0.2, 0.6, -0.1, 0.5, 0.3, 0.1, 0.7, 0.0, 0.8, 0.2, 0.6 };
	double cor[49], got[14], u[7];
	struct an_factor_fit fit;
	struct an_efa f;

	model_cor(l, NULL, 7, 2, cor);
	for (enum an_extraction how = AN_EFA_MINRES; how <= AN_EFA_MINRES_PATH; how++) {
		double tol = how == AN_EFA_PRINCIPAL_AXIS ? 1e-2 : how == AN_EFA_MINRES_PATH ? 1e-3 : 1e-7;

		assert_int_equal(an_efa(cor, 7, 2, how, *state, got, u, &f), AN_OK);
		assert_true(f.fit.converged);
		for (int i = 0; i < 7; i++) {
			double h = l[2 * i] * l[2 * i] + l[2 * i + 1] * l[2 * i + 1];

			near(1 - u[i], h, tol);
			near(got[2 * i] * got[2 * i] + got[2 * i + 1] * got[2 * i + 1], h, tol);
		}
		assert_int_equal(an_factor_fit(&(struct an_factor_fit_in){ cor, got, NULL, 7, 2, 200, NULL, 0.9 },
				     *state, &fit),
		    AN_OK);
		near(fit.objective, 0, tol * tol * 100 + 1e-12);
		near(fit.rms, 0, tol);
		assert_true(fit.has_rmsea && fit.rmsea < 1e-3 && fit.has_hi);
	}
}

/* Another order and keying of the variables changes the same of the loadings and nothing else. */
static void relabelled(void **state)
{
	static const size_t to[] = { 3, 0, 7, 5, 1, 6, 2, 4 };
	static const double sign[] = { 1, -1, 1, 1, -1, 1, -1, 1 };
	double cor[64], moved[64], l[16], l2[16], u[8], u2[8];
	struct an_efa f;

	girls_cor(cor);
	for (size_t i = 0; i < 64; i++)
		moved[to[i / 8] * 8 + to[i % 8]] = cor[i] * sign[i / 8] * sign[i % 8];
	for (enum an_extraction how = AN_EFA_MINRES; how <= AN_EFA_ML; how++) {
		assert_int_equal(an_efa(cor, 8, 2, how, *state, l, u, &f), AN_OK);
		assert_int_equal(an_efa(moved, 8, 2, how, *state, l2, u2, &f), AN_OK);
		for (size_t i = 0; i < 8; i++) {
			near(u2[to[i]], u[i], 1e-7);
			for (size_t j = 0; j < 8; j++) {
				double a = l[2 * i] * l[2 * j] + l[2 * i + 1] * l[2 * j + 1];
				double b = l2[2 * to[i]] * l2[2 * to[j]] + l2[2 * to[i] + 1] * l2[2 * to[j] + 1];

				near(b * sign[i] * sign[j], a, 1e-7);
			}
		}
	}
}

static void components(void **state)
{
	/* equal correlations r: the first eigenvalue is 1 + 2r, the others 1 - r */
	static const double cor[] = { 1, 0.4, 0.4, 0.4, 1, 0.4, 0.4, 0.4, 1 };
	static const double turned[] = { 1, -0.4, 0.4, -0.4, 1, -0.4, 0.4, -0.4, 1 };
	double l[9], value[3], smc[3];
	bool against[3];
	size_t count;

	assert_int_equal(an_components(cor, 3, 1, *state, l, value), AN_OK);
	near(value[0], 1.8, 1e-14);
	near(value[2], 0.6, 1e-14);
	for (int i = 0; i < 3; i++)
		near(l[i], sqrt(0.6), 1e-14);
	assert_int_equal(an_components(cor, 3, 4, *state, l, value), AN_ETOOFEW);
	assert_int_equal(an_against(turned, 3, *state, against, &count), AN_OK);
	assert_int_equal(count, 1);
	assert_true(against[1] && !against[0] && !against[2]);
	assert_int_equal(an_smc_general(cor, 3, *state, smc), AN_OK);
	near(smc[0], 2 * 0.16 / 1.4, 1e-14);
}

/* Simple structure that was turned away comes back, up to order and sign. */
static void rotations(void **state)
{
	static const double simple[] = { 0.8, 0, 0.7, 0, 0.6, 0, 0, 0.9, 0, 0.5, 0, 0.7 }, phi[] = { 1, 0.4, 0.4, 1 };
	double l[12], got_phi[4], c = cos(0.6), s = sin(0.6), w = sqrt(1 - 0.16);
	struct an_fit fit;

	for (int i = 0; i < 6; i++) {
		l[2 * i] = c * simple[2 * i] - s * simple[2 * i + 1];
		l[2 * i + 1] = s * simple[2 * i] + c * simple[2 * i + 1];
	}
	assert_int_equal(an_varimax(l, 6, 2, *state, &fit), AN_OK);
	assert_int_equal(an_rotation_order(l, 6, 2, *state, NULL), AN_OK);
	for (int i = 0; i < 12; i++) /* the second factor has more variance: it comes first */
		near(l[i], simple[i % 2 == 0 ? i + 1 : i - 1], 1e-3);
	/* oblique axes: the root of phi makes uncorrelated loadings with the same model */
	for (int i = 0; i < 6; i++) {
		l[2 * i] = simple[2 * i] + phi[1] * simple[2 * i + 1];
		l[2 * i + 1] = w * simple[2 * i + 1];
	}
	assert_int_equal(an_oblimin(l, 6, 2, *state, got_phi, &fit), AN_OK);
	assert_true(fit.converged && fit.iterations > 0);
	assert_int_equal(an_rotation_order(l, 6, 2, *state, got_phi), AN_OK);
	for (int i = 0; i < 12; i++)
		near(l[i], simple[i % 2 == 0 ? i + 1 : i - 1], 1e-4);
	near(got_phi[1], 0.4, 1e-4);
	near(got_phi[0], 1, 1e-14);
	/* one factor stays */
	assert_int_equal(an_oblimin(l, 12, 1, *state, got_phi, &fit), AN_OK);
	assert_int_equal(an_varimax(l, 12, 1, *state, &fit), AN_OK);
}

/* Rosenbrock's valley: its floor at (1, 1), and on the bound when that lies outside. */
static double valley(void *arg, const double *x, double *g)
{
	double a = x[1] - x[0] * x[0], b = 1 - x[0];

	(void)arg;
	g[0] = -400 * x[0] * a - 2 * b;
	g[1] = 200 * a;
	return 100 * a * a + b * b;
}

static double nowhere(void *arg, const double *x, double *g)
{
	(void)arg;
	g[0] = x[0];
	return NAN;
}

static void bounded(void **state)
{
	struct an_bounded b = { 2, -2, 2, valley, NULL, 1e-15, 200 };
	double x[] = { -1.2, 1 }, y[] = { -9, 9 }, value;
	int steps;

	assert_int_equal(an_bounded_minimum(&b, x, *state, &steps, &value), AN_OK);
	near(x[0], 1, 1e-6);
	near(x[1], 1, 1e-6);
	assert_true(value < 1e-12 && steps < 100);
	b.hi = 0.5; /* then x = 1/2, y = 1/4 */
	assert_int_equal(an_bounded_minimum(&b, y, *state, &steps, &value), AN_OK);
	near(y[0], 0.5, 1e-12);
	near(y[1], 0.25, 1e-6);
	b.fn = nowhere;
	b.n = 1;
	assert_int_equal(an_bounded_minimum(&b, x, *state, &steps, &value), AN_EDATA);
}

static void refusals(void **state)
{
	static const double wrong[] = { 1, 1.5, 0.5, 1.5, 1, 0.5, 0.5, 0.5, 1 };
	static const double twins[] = { 1, 1, 0.5, 1, 1, 0.5, 0.5, 0.5, 1 };
	double cor[64], l[24], u[8];
	struct an_factor_fit fit;
	struct an_efa f;

	girls_cor(cor);
	assert_int_equal(an_efa(cor, 2, 1, AN_EFA_MINRES, *state, l, u, &f), AN_ETOOFEW);
	assert_int_equal(an_efa(cor, 8, 0, AN_EFA_MINRES, *state, l, u, &f), AN_ETOOFEW);
	assert_int_equal(an_efa(cor, 8, 8, AN_EFA_MINRES, *state, l, u, &f), AN_ETOOFEW);
	assert_int_equal(an_efa(wrong, 3, 1, AN_EFA_ML, *state, l, u, &f), AN_EDATA);
	assert_int_equal(an_efa(twins, 3, 1, AN_EFA_ML, *state, l, u, &f), AN_ENOVARIANCE);
	/* three factors of four variables: undetermined, which only likelihood refuses */
	ability_cor(cor);
	for (size_t i = 0; i < 16; i++)
		cor[i] = cor[i / 4 * 6 + i % 4];
	assert_int_equal(an_efa(cor, 4, 3, AN_EFA_ML, *state, l, u, &f), AN_ETOOFEW);
	assert_int_equal(an_efa(cor, 4, 3, AN_EFA_MINRES, *state, l, u, &f), AN_OK);
	assert_int_equal(f.dof, -3);
	assert_int_equal(an_factor_fit(&(struct an_factor_fit_in){ cor, l, NULL, 4, 3, 100, NULL, 0.9 }, *state, &fit),
	    AN_OK);
	assert_false(fit.has_test || fit.has_rmsea || fit.has_tli || fit.has_crms);
	assert_int_equal(an_factor_fit(&(struct an_factor_fit_in){ cor, l, NULL, 4, 3, 100, NULL, 1.5 }, *state, &fit),
	    AN_EDATA);
	for (size_t limit = 1; limit < 400; limit += 40) {
		struct an_work *w = an_work_new(limit);

		assert_int_equal(an_efa(cor, 4, 1, AN_EFA_MINRES, w, l, u, &f), AN_ENOMEM);
		assert_int_equal(an_efa(cor, 4, 1, AN_EFA_ML, w, l, u, &f), AN_ENOMEM);
		an_work_free(w);
	}
}

static bool all_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* Correlations of few people, of twins and of contradictions: a figure or a status, never NaN. */
static void hard_correlations(void **state)
{
	struct an_rng r;
	unsigned good = 0;

	for (uint64_t t = 0; t < 300; t++) {
		double x[6][12], cor[36], l[36], u[6], phi[36];
		size_t k, m, n;
		struct an_efa f;
		struct an_fit turn;
		struct an_factor_fit fit;

		an_rng_seed(&r, 11, t);
		k = 3 + an_rng_below(&r, 4);
		m = 1 + an_rng_below(&r, k - 1);
		n = 3 + an_rng_below(&r, 10);
		for (size_t i = 0; i < k; i++)
			for (size_t p = 0; p < n; p++)
				x[i][p] =
				    i == 1 && t % 3 == 0 ? x[0][p] : (double)an_rng_below(&r, 4) + (double)(p % 2);
		for (size_t i = 0; i < k * k; i++) {
			double a = 0, b = 0, ab = 0, aa = 0, bb = 0;

			for (size_t p = 0; p < n; p++) {
				a += x[i / k][p] / (double)n;
				b += x[i % k][p] / (double)n;
			}
			for (size_t p = 0; p < n; p++) {
				ab += (x[i / k][p] - a) * (x[i % k][p] - b);
				aa += (x[i / k][p] - a) * (x[i / k][p] - a);
				bb += (x[i % k][p] - b) * (x[i % k][p] - b);
			}
			cor[i] = i / k == i % k ? 1 : aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
			if (t % 5 == 0 && i / k != i % k)
				cor[i] = i / k + i % k == 1 ? -0.9 : 0.9; /* not positive definite */
		}
		for (enum an_extraction how = AN_EFA_MINRES; how <= AN_EFA_MINRES_PATH; how++) {
			if (an_efa(cor, k, m, how, *state, l, u, &f) != AN_OK)
				continue;
			good++;
			assert_true(all_finite(l, k * m) && all_finite(u, k));
			if (an_factor_fit(&(struct an_factor_fit_in){ cor, l, NULL, k, m, n, NULL, 0.9 }, *state,
				&fit) == AN_OK)
				assert_true(isfinite(fit.chisq) && isfinite(fit.rmsea) && isfinite(fit.tli) &&
				    isfinite(fit.lo) && isfinite(fit.hi) && isfinite(fit.fit_off));
			if (an_oblimin(l, k, m, *state, phi, &turn) == AN_OK)
				assert_true(all_finite(l, k * m) && all_finite(phi, m * m));
			if (an_varimax(l, k, m, *state, &turn) == AN_OK)
				assert_true(all_finite(l, k * m));
		}
	}
	assert_true(good > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_likelihood),
		cmocka_unit_test(recovered),
		cmocka_unit_test(relabelled),
		cmocka_unit_test(components),
		cmocka_unit_test(rotations),
		cmocka_unit_test(bounded),
		cmocka_unit_test(refusals),
		cmocka_unit_test(hard_correlations),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
