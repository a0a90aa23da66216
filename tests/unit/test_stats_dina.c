/* Cognitive diagnosis: DINA and DINO, and the check of a Q-matrix. */
#include "analysis/stats/test/dina.h"
#include "analysis/stats/test/qmatrix.h"
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

/* 3 skills, 12 items: each skill alone three times, then the pairs. */
enum { ITEMS = 12, SKILLS = 3, N = 3000 };
static const unsigned char q[ITEMS * SKILLS] = { 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0,
	0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1 };
static double x[N * ITEMS];

static void invent(const unsigned char *rows, bool any, double guess, double slip)
{
	struct an_rng r;

	an_rng_seed(&r, 11, 0);
	for (size_t i = 0; i < N; i++) {
		double theta = an_rng_uniform(&r), level = 0.25 + 0.5 * theta;
		size_t has = 0;

		for (size_t s = 0; s < SKILLS; s++)
			has |= (size_t)(an_rng_uniform(&r) < level) << s;
		for (size_t j = 0; j < ITEMS; j++) {
			size_t needs = 0;
			bool eta;

			for (size_t s = 0; s < SKILLS; s++)
				needs |= (size_t)rows[j * SKILLS + s] << s;
			eta = any ? (has & needs) != 0 : (has & needs) == needs;
			x[i * ITEMS + j] = an_rng_uniform(&r) < (eta ? 1 - slip : guess);
		}
	}
}

struct fitted {
	struct an_dina_classes c;
	struct an_dina m;
	struct an_dina_item it[28];
	double share[4096], answered[4096], right[4096];
};

static enum an_status fit(struct an_view v, const unsigned char *rows, size_t skills, bool any, struct an_work *work,
    struct fitted *f)
{
	enum an_status status = an_dina_classes(rows, v.cols, skills, any, work, &f->c);

	return status == AN_OK ? an_dina(v, &f->c, work, &f->m, f->it, f->share, f->answered, f->right) : status;
}

static void recovers(void **state)
{
	static struct fitted f;
	double skill[SKILLS], worst = 0;

	for (int any = 0; any < 2; any++) {
		invent(q, any == 1, 0.2, 0.1);
		assert_int_equal(fit((struct an_view){ x, NULL, N, ITEMS, ITEMS }, q, SKILLS, any == 1, *state, &f),
		    AN_OK);
		assert_true(f.m.fit.converged);
		assert_int_equal(f.c.distinct, 8);
		assert_int_equal(f.m.parameters, 2 * ITEMS + 7);
		worst = 0;
		for (size_t j = 0; j < ITEMS; j++) {
			assert_true(f.it[j].has_guess_se && f.it[j].has_slip_se);
			worst = fmax(worst, fabs(f.it[j].guess - 0.2) / f.it[j].guess_se);
			worst = fmax(worst, fabs(f.it[j].slip - 0.1) / f.it[j].slip_se);
		}
		assert_true(worst > 0.5 && worst < 3.5);
		an_dina_prevalence(&f.c, f.share, skill);
		for (size_t s = 0; s < SKILLS; s++)
			near(skill[s], 0.5, 0.04);
	}
}

/* One skill, one class each side: the model is a mixture of two, whose likelihood is known. */
static void likelihood(void **state)
{
	static const double y[] = { 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1 };
	static const unsigned char one[] = { 1, 1, 1 };
	static struct fitted f;
	double l = 0;

	assert_int_equal(fit((struct an_view){ y, NULL, 4, 3, 3 }, one, 1, false, *state, &f), AN_OK);
	for (size_t i = 0; i < 4; i++) {
		double p = 0;

		for (size_t g = 0; g < 2; g++) {
			double prod = f.share[g];

			for (size_t j = 0; j < 3; j++) {
				double up = f.c.eta[g * 3 + j] ? 1 - f.it[j].slip : f.it[j].guess;

				prod *= y[i * 3 + j] == 1 ? up : 1 - up;
			}
			p += prod;
		}
		l += log(p);
	}
	near(f.m.loglik, l, 1e-9);
	near(f.share[0] + f.share[1], 1, 1e-12);
	near(f.m.aic, 14 - 2 * f.m.loglik, 1e-12);
}

/* Skills renamed and items moved: nothing else changes.  A missing answer changes little. */
static void invariance(void **state)
{
	static struct fitted f, g;
	static double y[N * ITEMS];
	unsigned char rows[ITEMS * SKILLS];
	double skill[SKILLS], other[SKILLS];

	invent(q, false, 0.15, 0.2);
	for (size_t j = 0; j < ITEMS; j++) {
		for (size_t s = 0; s < SKILLS; s++)
			rows[(j + 1) % ITEMS * SKILLS + (s + 1) % SKILLS] = q[j * SKILLS + s];
		for (size_t i = 0; i < N; i++)
			y[i * ITEMS + (j + 1) % ITEMS] = x[i * ITEMS + j];
	}
	assert_int_equal(fit((struct an_view){ x, NULL, N, ITEMS, ITEMS }, q, SKILLS, false, *state, &f), AN_OK);
	assert_int_equal(fit((struct an_view){ y, NULL, N, ITEMS, ITEMS }, rows, SKILLS, false, *state, &g), AN_OK);
	near(g.m.loglik, f.m.loglik, 1e-12);
	for (size_t j = 0; j < ITEMS; j++) {
		near(g.it[(j + 1) % ITEMS].guess, f.it[j].guess, 1e-6);
		near(g.it[(j + 1) % ITEMS].slip_se, f.it[j].slip_se, 1e-6);
	}
	an_dina_prevalence(&f.c, f.share, skill);
	an_dina_prevalence(&g.c, g.share, other);
	for (size_t s = 0; s < SKILLS; s++)
		near(other[(s + 1) % SKILLS], skill[s], 1e-6);
}

static void people(void **state)
{
	static double skill[N * SKILLS], map_share[N];
	static size_t map[N], mle[N];
	static unsigned char has[N], why[N * ITEMS];
	struct an_dina_people p = { skill, map_share, map, mle, has };
	struct an_view v = { x, why, N, ITEMS, ITEMS };
	static struct fitted f;
	double accuracy, by_skill[SKILLS], mean[SKILLS] = { 0 }, prevalence[SKILLS];

	invent(q, false, 0.1, 0.1);
	memset(why, 0, sizeof why);
	memset(why, AN_SKIPPED, ITEMS);
	assert_int_equal(fit(v, q, SKILLS, false, *state, &f), AN_OK);
	assert_int_equal(f.m.people, N - 1);
	assert_int_equal(an_dina_people(v, &f.c, f.it, f.share, *state, &p, &accuracy, by_skill), AN_OK);
	assert_false(has[0]);
	assert_true(accuracy > 0.8 && accuracy < 1);
	an_dina_prevalence(&f.c, f.share, prevalence);
	for (size_t s = 0; s < SKILLS; s++) {
		for (size_t i = 1; i < N; i++)
			mean[s] += skill[i * SKILLS + s] / (N - 1);
		near(mean[s], prevalence[s], 1e-7); /* at a maximum the posterior averages to the prior */
		assert_true(by_skill[s] >= accuracy && by_skill[s] < 1);
	}
	for (size_t i = 1; i < N; i++)
		assert_true(map[i] < 8 && map_share[i] >= 1.0 / 8);
}

/* A skill too many in one row, one too few in another: both are found, the others stay. */
static void qmatrix(void **state)
{
	unsigned char wrong[ITEMS * SKILLS];
	struct an_qmatrix_item out[ITEMS];
	static struct fitted f;

	memcpy(wrong, q, sizeof wrong);
	wrong[0 * SKILLS + 1] = 1; /* item 1: 110 instead of 100 */
	wrong[9 * SKILLS + 1] = 0; /* item 10: 100 instead of 110 */
	invent(q, false, 0.1, 0.1);
	assert_int_equal(fit((struct an_view){ x, NULL, N, ITEMS, ITEMS }, wrong, SKILLS, false, *state, &f), AN_OK);
	assert_int_equal(an_qmatrix(&f.c, wrong, false, f.answered, f.right, 0.95, *state, out), AN_OK);
	for (size_t j = 0; j < ITEMS; j++) {
		size_t truth = 0;

		for (size_t s = 0; s < SKILLS; s++)
			truth |= (size_t)q[j * SKILLS + s] << s;
		assert_true(out[j].has_delta && out[j].has_pvaf);
		assert_int_equal(out[j].by_delta, truth);
		assert_int_equal(out[j].by_pvaf, truth);
		assert_true(out[j].delta_best >= out[j].delta_now);
	}
	assert_int_equal(out[0].now, 3);
	near(out[1].delta_now, 1 - f.it[1].guess - f.it[1].slip, 1e-7);
}

/* Two skills by hand: 4 classes of 0.2 0.2 0.4 0.2, P(right) 0.1 0.2 0.3 0.8.  Variance of all 0.0640
 * (mean 0.34); of the first skill alone (0.1, 0.3 against 0.2, 0.8) and of the second. */
static void variance(void **state)
{
	static const unsigned char single[] = { 1, 0, 0, 1, 1, 1 };
	static const double n[] = { 20, 20, 40, 20 }, r[] = { 2, 4, 12, 16 };
	double answered[12], right[12], first, all;
	struct an_qmatrix_item out[3];
	struct an_dina_classes c;

	assert_int_equal(an_dina_classes(single, 3, 2, false, *state, &c), AN_OK);
	assert_int_equal(c.distinct, 4);
	for (size_t k = 0; k < 4; k++)
		for (size_t j = 0; j < 3; j++) {
			answered[c.of[k] * 3 + j] = n[k];
			right[c.of[k] * 3 + j] = r[k];
		}
	assert_int_equal(an_qmatrix(&c, single, false, answered, right, 0.95, *state, out), AN_OK);
	all = 0.2 * 0.24 * 0.24 + 0.2 * 0.14 * 0.14 + 0.4 * 0.04 * 0.04 + 0.2 * 0.46 * 0.46;
	first = 0.6 * pow(14.0 / 60 - 0.34, 2) + 0.4 * pow(0.5 - 0.34, 2);
	near(out[0].pvaf_now, first / all, 1e-14);
	near(out[0].delta_now, 0.5 - 14.0 / 60, 1e-14);
	near(out[2].pvaf_now, 1, 1e-14);
	near(out[2].delta_now, 0.8 - 18.0 / 80, 1e-14);
	assert_int_equal(out[0].by_pvaf, 3);
}

static double *load(const char *path, const char *from, size_t cols, size_t *rows)
{
	struct err_list bad = { 0 };
	struct csv_table t;
	struct err e = { 0 };
	double *out = NULL;

	if (csv_table_read_file(path, NULL, &t, &bad, &e) != 0) {
		print_message("SKIPPED: %s is not present\n", path);
		err_list_free(&bad);
		return NULL;
	}
	*rows = t.rows;
	out = calloc(t.rows * cols, sizeof *out);
	assert_non_null(out);
	for (size_t i = 0; i < t.rows; i++)
		for (size_t j = 0; j < cols; j++)
			out[i * cols + j] = strtod(csv_table_cell(&t, i, (size_t)csv_table_column(&t, from) + j), NULL);
	csv_table_free(&t);
	return out;
}

static enum an_status fit_files(const char *answers, const char *first, const char *matrix, const char *skill,
    size_t items, size_t skills, struct an_work *work, struct fitted *f)
{
	size_t people_n, rows;
	double *a = load(answers, first, items, &people_n), *m = a != NULL ? load(matrix, skill, skills, &rows) : NULL;
	unsigned char bits[28 * 8];
	enum an_status status = AN_ESTOPPED;

	for (size_t i = 0; m != NULL && i < items * skills; i++)
		bits[i] = m[i] != 0;
	if (m != NULL)
		status = fit((struct an_view){ a, NULL, people_n, items, items }, bits, skills, false, work, f);
	free(a);
	free(m);
	return status;
}

/* CDM (help page of data.ecpe): DINA log-likelihood -42841.61 where its EM stops, 63 parameters; the
 * maximum lies a little higher. */
static void ecpe(void **state)
{
	static struct fitted f;
	enum an_status status = fit_files("../shared/data/exam_items/ecpe_responses.csv", "E1",
	    "../shared/data/exam_items/ecpe_qmatrix.csv", "skill1", 28, 3, *state, &f);

	if (status == AN_ESTOPPED)
		return;
	assert_int_equal(status, AN_OK);
	assert_int_equal(f.m.parameters, 63);
	assert_true(f.m.loglik >= -42841.61 && f.m.loglik < -42841.3);
	near(f.m.bic, 86185.97, 5e-6);
}

/* CDM (help page of din.equivalent.class): 256 classes of which 58 can be told apart.  The estimates
 * are those of the EM of de la Torre (2009) written out in R over all 256 classes, from guess = slip =
 * 0.2 and equal classes until nothing moves by 1e-10 (1713 steps):
 *   W <- exp(X %*% t(log(P)) + (1 - X) %*% t(log(1 - P))) * rep(p, each = 536); W <- W / rowSums(W)
 *   n <- colSums(W); R <- t(X) %*% W; p <- n / 536
 *   g <- colSums(t(R) * !eta) / colSums(n * !eta); s <- 1 - colSums(t(R) * eta) / colSums(n * eta) */
static void fraction_subtraction(void **state)
{
	static const double guess[] = { 0.0297817, 0.0164015, 0.0000000, 0.2235963, 0.3005252, 0.0993672, 0.0251188,
		0.4445157, 0.2972638, 0.0289950, 0.0656463, 0.1280674, 0.0129762, 0.0624152, 0.0313811, 0.1091840,
		0.0382870, 0.1193213, 0.0224299, 0.0125101 },
			    slip[] = { 0.0892279, 0.0414532, 0.1338292, 0.1098972, 0.1719678, 0.0435667, 0.1964413,
				    0.1812854, 0.2473955, 0.2136088, 0.0819662, 0.0406433, 0.3348182, 0.0602884,
				    0.1050866, 0.1104640, 0.1379006, 0.1379185, 0.2403744, 0.1569954 },
			    skill[] = { 0.5808119, 0.7689282, 0.7172277, 0.6887933, 0.6030029, 0.7918437, 0.8113831,
				    0.8177753 };
	static struct fitted f;
	double prevalence[8];
	enum an_status status = fit_files("../shared/reference/data/fraction_subtraction.csv", "Item1",
	    "../shared/reference/data/fraction_subtraction_q.csv", "alpha1", 20, 8, *state, &f);

	if (status == AN_ESTOPPED)
		return;
	assert_int_equal(status, AN_OK);
	assert_int_equal(f.c.classes, 256);
	assert_int_equal(f.c.distinct, 58);
	near(f.m.loglik, -4402.287671138, 1e-12);
	for (size_t j = 0; j < 20; j++) {
		near(f.it[j].guess, guess[j], 2e-7);
		near(f.it[j].slip, slip[j], 2e-7);
	}
	an_dina_prevalence(&f.c, f.share, prevalence);
	for (size_t s = 0; s < 8; s++)
		near(prevalence[s], skill[s], 2e-7);
	/* an item that nobody gets right without its skills: the bound has no standard error */
	assert_false(f.it[2].has_guess_se);
}

static void refusals(void **state)
{
	static const unsigned char none[] = { 1, 0, 0, 0 }, one[] = { 1, 1 }, missing[] = { 1, 1, 1, 1 };
	static const double two[] = { 0, 1, 2, 1 }, y[] = { 0, 1, 1, 1 }, flat[] = { 1, 1, 1, 1 };
	const double bad[] = { 0, NAN, 1, 1 };
	static struct fitted f;
	struct an_dina_classes c;

	assert_int_equal(an_dina_classes(none, 2, 2, false, *state, &c), AN_ETOOFEW);
	assert_int_equal(an_dina_classes(one, 2, 0, false, *state, &c), AN_ETOOFEW);
	assert_int_equal(an_dina_classes(one, 0, 1, false, *state, &c), AN_ETOOFEW);
	assert_int_equal(an_dina_classes(one, 1, AN_DINA_SKILLS + 1, false, *state, &c), AN_ETOOFEW);
	assert_int_equal(fit((struct an_view){ two, NULL, 2, 2, 2 }, one, 1, false, *state, &f), AN_EDATA);
	assert_int_equal(fit((struct an_view){ bad, NULL, 2, 2, 2 }, one, 1, false, *state, &f), AN_EDATA);
	assert_int_equal(fit((struct an_view){ y, NULL, 0, 2, 2 }, one, 1, false, *state, &f), AN_ETOOFEW);
	assert_int_equal(fit((struct an_view){ y, missing, 2, 2, 2 }, one, 1, false, *state, &f), AN_ETOOFEW);
	/* everybody right: an answer without errors, since every parameter lies on its bound or is free */
	assert_int_equal(fit((struct an_view){ flat, NULL, 2, 2, 2 }, one, 1, false, *state, &f), AN_OK);
	near(f.m.loglik, 0, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(recovers, begin, end),
		cmocka_unit_test_setup_teardown(likelihood, begin, end),
		cmocka_unit_test_setup_teardown(invariance, begin, end),
		cmocka_unit_test_setup_teardown(people, begin, end),
		cmocka_unit_test_setup_teardown(qmatrix, begin, end),
		cmocka_unit_test_setup_teardown(variance, begin, end),
		cmocka_unit_test_setup_teardown(ecpe, begin, end),
		cmocka_unit_test_setup_teardown(fraction_subtraction, begin, end),
		cmocka_unit_test_setup_teardown(refusals, begin, end),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
