/* Samples by design: estimates, calibration, tables and regressions. */
#include "analysis/stats/survey/calibrate.h"
#include "analysis/stats/survey/survey.h"
#include "analysis/stats/survey/survey_model.h"

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

/* Six rows in two strata of three; values 1 to 6 but for the last. */
static const double value[] = { 1, 2, 3, 4, 5, 9 };
static const size_t two_strata[] = { 0, 0, 0, 1, 1, 1 }, pairs[] = { 0, 0, 1, 1, 2, 2 };

struct sample {
	struct an_design d;
	size_t unit[64], stratum_of[64], sampled[64];
};

static struct an_design draw(struct sample *s, size_t rows, const size_t *stratum, size_t strata, const size_t *cluster,
    const double *weight, struct an_work *work)
{
	memset(&s->d, 0, sizeof s->d);
	assert_int_equal(an_design_units(rows, stratum, strata, cluster, work, s->unit, s->stratum_of, s->sampled,
			     &s->d.units),
	    AN_OK);
	s->d.rows = rows;
	s->d.strata = strata;
	s->d.weight = weight;
	s->d.unit = s->unit;
	s->d.stratum_of = s->stratum_of;
	s->d.sampled = s->sampled;
	return s->d;
}

/* Cochran 1977, eq. 5.6 and 5.10: N_h of 30 and 60, so weights of 10 and 20. */
static void stratified(void **state)
{
	static const double w[] = { 10, 10, 10, 20, 20, 20 }, population[] = { 30, 60 };
	struct an_estimate m, t;
	struct sample s;
	double v0 = 1, v1 = 7; /* variances of 1 2 3 and 4 5 9 */

	draw(&s, 6, two_strata, 2, NULL, w, *state);
	s.d.population = population;
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &m), AN_OK);
	assert_int_equal(an_survey_total(&s.d, value, NULL, *state, &t), AN_OK);
	near(m.value, (30 * 2 + 60 * 6) / 90.0, 1e-15);
	near(m.se, sqrt((30 * 27 * v0 / 3 + 60 * 57 * v1 / 3) / (90.0 * 90)), 1e-14);
	near(t.value, 420, 1e-15);
	near(t.se, sqrt(30 * 27 * v0 / 3 + 60 * 57 * v1 / 3), 1e-14);
	assert_int_equal(m.used, 6);
	assert_int_equal(an_design_df(&s.d, NULL, *state), 4);
	assert_true(m.has_deff);
}

/* With equal weights and no strata: the textbook standard error; deff against drawing without
 * replacement from 60. */
static void simple(void **state)
{
	static const double w[] = { 10, 10, 10, 10, 10, 10 };
	struct an_estimate m;
	struct sample s;

	draw(&s, 6, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &m), AN_OK);
	near(m.value, 4, 1e-15);
	near(m.se, sqrt(8.0 / 6), 1e-14); /* variance 40 / 5 */
	near(m.deff, 1 / (1 - 6.0 / 60), 1e-13);
}

/* Clusters of two: the variance is that of the cluster means. */
static void clustered(void **state)
{
	static const double w[] = { 1, 1, 1, 1, 1, 1 }, means[] = { 1.5, 3.5, 7 };
	struct an_estimate m, by_mean;
	struct sample s;

	draw(&s, 6, NULL, 1, pairs, w, *state);
	assert_int_equal(s.d.units, 3);
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &m), AN_OK);
	draw(&s, 3, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_mean(&s.d, means, NULL, *state, &by_mean), AN_OK);
	near(m.value, by_mean.value, 1e-15);
	near(m.se, by_mean.se, 1e-14);
	assert_false(m.has_deff); /* weights of 1 sum to the sample itself */
}

/* A domain keeps its units in the design: more than the rows of the domain by themselves say. */
static void domains(void **state)
{
	static const double w[] = { 3, 3, 3, 3, 3, 3 };
	static const bool in[] = { true, false, true, false, true, false };
	double y[6], size[6];
	struct an_estimate m, r;
	struct sample s;

	draw(&s, 6, two_strata, 2, NULL, w, *state);
	assert_int_equal(an_survey_mean(&s.d, value, in, *state, &m), AN_OK);
	for (int i = 0; i < 6; i++) {
		y[i] = in[i] ? value[i] : 0;
		size[i] = in[i];
	}
	assert_int_equal(an_survey_ratio(&s.d, y, size, NULL, *state, &r), AN_OK);
	near(m.value, 3, 1e-15);
	near(m.value, r.value, 1e-15); /* a domain mean is a ratio of totals */
	near(m.se, r.se, 1e-14);
	assert_int_equal(m.used, 3);
	assert_int_equal(an_design_df(&s.d, in, *state), 1);
}

static void lonely_units(void **state)
{
	static const double w[] = { 1, 1, 1, 1, 1, 1 };
	static const size_t stratum[] = { 0, 0, 0, 0, 0, 1 };
	struct an_estimate m[4];
	struct sample s;

	draw(&s, 6, stratum, 2, NULL, w, *state);
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, m), AN_ETOOFEW);
	for (int i = AN_LONELY_CERTAINTY; i <= AN_LONELY_AVERAGE; i++) {
		s.d.lonely = (enum an_lonely)i;
		assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, m + i), AN_OK);
	}
	near(m[AN_LONELY_CERTAINTY].se, sqrt(5.0 / 4 * 10) / 6, 1e-14);
	near(m[AN_LONELY_ADJUST].se, sqrt(5.0 / 4 * 10 + 25) / 6, 1e-14); /* 9 lies 5 from the mean of all */
	near(m[AN_LONELY_AVERAGE].se, sqrt(2 * 5.0 / 4 * 10) / 6, 1e-14);
}

static void quantiles(void **state)
{
	static const double w[] = { 1, 1, 1, 1, 1, 5 }, x[] = { 5, 1, 4, 2, 3, 9 };
	struct an_survey_quantile q;
	struct sample s;

	draw(&s, 6, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_quantile(&s.d, x, NULL, 0.5, 0.95, 5, *state, &q), AN_OK);
	near(q.value, 5, 1e-15); /* half of the weight lies up to 5 */
	assert_int_equal(an_survey_quantile(&s.d, x, NULL, 0.51, 0.95, 5, *state, &q), AN_OK);
	near(q.value, 9, 1e-15);
	assert_int_equal(an_survey_quantile(&s.d, x, NULL, 0.05, 0.95, 5, *state, &q), AN_OK);
	near(q.value, 1, 1e-15);
	assert_int_equal(an_survey_quantile(&s.d, x, NULL, 1.5, 0.95, 5, *state, &q), AN_EDATA);
}

static void awkward_samples(void **state)
{
	static const double w[] = { 1, 1, 1, 1, 1, 1 }, none[6] = { 0 }, below[] = { 1, 1, -1, 1, 1, 1 };
	static const double odd[] = { 1, 2, NAN, 4, 5, 6 };
	static const bool nobody[6] = { false };
	struct an_interval ci;
	struct an_estimate m;
	struct an_kish k;
	struct sample s;
	size_t units, out[6];
	double t, p;

	draw(&s, 6, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_mean(&s.d, odd, NULL, *state, &m), AN_EDATA);
	assert_int_equal(an_survey_mean(&s.d, value, nobody, *state, &m), AN_ETOOFEW);
	assert_int_equal(an_survey_ratio(&s.d, value, none, NULL, *state, &m), AN_ENOVARIANCE);
	s.d.weight = below;
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &m), AN_EDATA);
	s.d.weight = none;
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &m), AN_ETOOFEW);
	assert_int_equal(an_design_units(0, NULL, 1, NULL, *state, out, out, out, &units), AN_ETOOFEW);
	assert_int_equal(an_design_units(6, pairs, 2, NULL, *state, out, out, out, &units), AN_EDATA);
	assert_int_equal(an_survey_interval(1, 1, 0, 0.95, &ci), AN_ETOOFEW);
	assert_int_equal(an_survey_interval(1, 1, 3, 1, &ci), AN_EDATA);
	assert_int_equal(an_survey_logit(1, 0, 3, 0.95, &ci), AN_ENOVARIANCE);
	assert_int_equal(an_survey_test(1, 0, 3, &t, &p), AN_ENOVARIANCE);
	assert_int_equal(an_kish(none, 6, &k), AN_ETOOFEW);
	assert_int_equal(an_kish(below, 6, &k), AN_EDATA);
	assert_int_equal(an_kish(w, 6, &k), AN_OK);
	near(k.deff, 1, 1e-15);
	near(k.effective, 6, 1e-15);
}

/* Margins are met, and raking leaves the odds ratios of the sample as they were. */
static void raking(void **state)
{
	static const size_t row[] = { 0, 0, 1, 1 }, col[] = { 0, 1, 0, 1 };
	static const double w[] = { 20, 10, 5, 15 }, rows[] = { 60, 40 }, cols[] = { 30, 70 }, far[] = { 30, 80 };
	static const double gone[] = { 100, 0 };
	struct an_margin m[2] = { { row, 2, rows }, { col, 2, cols } };
	struct an_fit fit;
	double out[4], again[4];

	assert_int_equal(an_rake(w, 4, m, 2, 0, INFINITY, *state, out, NULL, &fit), AN_OK);
	assert_true(fit.converged);
	near(out[0] + out[1], 60, 1e-9);
	near(out[2] + out[3], 40, 1e-9);
	near(out[0] + out[2], 30, 1e-9);
	near(out[0] * out[3] / out[1] / out[2], 20.0 * 15 / 10 / 5, 1e-9);
	assert_int_equal(an_rake(out, 4, m, 2, 0, INFINITY, *state, again, NULL, &fit), AN_OK);
	for (int i = 0; i < 4; i++)
		near(again[i], out[i], 1e-9); /* nothing more to do */
	m[1].target = far;		      /* 110 people against 100 */
	assert_int_equal(an_rake(w, 4, m, 2, 0, INFINITY, *state, out, NULL, &fit), AN_ENOCONVERGE);
	assert_false(fit.converged);
	m[1].target = gone;
	assert_int_equal(an_rake(w, 4, m, 2, 0, INFINITY, *state, out, NULL, &fit), AN_EDATA);
	assert_int_equal(an_rake(w, 0, m, 2, 0, INFINITY, *state, out, NULL, &fit), AN_ETOOFEW);
}

/* Six in each cell-to-be, one of them heavy: the bound holds and so do the margins. */
static void bounded_raking(void **state)
{
	static const size_t row[] = { 0, 0, 0, 1, 1, 1 };
	static const double w[] = { 8, 1, 1, 1, 1, 1 }, rows[] = { 60, 60 };
	struct an_margin m = { row, 2, rows };
	struct an_fit fit;
	double out[6];

	assert_int_equal(an_rake(w, 6, &m, 1, 0, 1.5, *state, out, NULL, &fit), AN_OK);
	near(out[0], 30, 1e-6); /* 1.5 times the mean of 20 */
	near(out[0] + out[1] + out[2], 60, 1e-6);
	assert_int_equal(an_rake(w, 6, &m, 1, 0, 0.9, *state, out, NULL, &fit), AN_ENOCONVERGE);
}

/* All distances meet the totals; linear on cells is post-stratification. */
static void calibration(void **state)
{
	static const double w[] = { 2, 2, 2, 3, 3, 3 }, total[] = { 10, 8, 70 };
	static const double cells[] = { 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1 };
	static const size_t cell[] = { 0, 0, 0, 1, 1, 1 };
	struct an_margin m = { cell, 2, total };
	double x[18], same[12], out[6], post[6];
	struct an_fit fit;

	for (int i = 0; i < 6; i++) {
		x[i * 3] = cells[i * 2];
		x[i * 3 + 1] = cells[i * 2 + 1];
		x[i * 3 + 2] = value[i];
		same[i * 2] = same[i * 2 + 1] = value[i];
	}
	for (int d = AN_DISTANCE_LINEAR; d <= AN_DISTANCE_LOGIT; d++) {
		double sum[3] = { 0 };

		assert_int_equal(an_calibrate(w, x, 6, 3, total, (enum an_calibration_distance)d,
				     d == AN_DISTANCE_LOGIT ? 0.2 : 0, d == AN_DISTANCE_LOGIT ? 5 : INFINITY, *state,
				     out, &fit),
		    AN_OK);
		for (int i = 0; i < 18; i++)
			sum[i % 3] += out[i / 3] * x[i];
		for (int j = 0; j < 3; j++)
			near(sum[j], total[j], 1e-9);
	}
	assert_int_equal(an_calibrate(w, cells, 6, 2, total, AN_DISTANCE_LINEAR, -INFINITY, INFINITY, *state, out,
			     &fit),
	    AN_OK);
	assert_int_equal(an_rake(w, 6, &m, 1, 0, INFINITY, *state, post, NULL, &fit), AN_OK);
	for (int i = 0; i < 6; i++)
		near(out[i], post[i], 1e-12);
	assert_int_equal(an_calibrate(w, same, 6, 2, total, AN_DISTANCE_LINEAR, 0, INFINITY, *state, out, &fit),
	    AN_ENOVARIANCE);
	assert_int_equal(an_calibrate(w, x, 6, 3, total, AN_DISTANCE_LOGIT, 0.99, 1.01, *state, out, &fit),
	    AN_ENOCONVERGE);
	assert_int_equal(an_calibrate(w, x, 6, 3, total, AN_DISTANCE_LOGIT, 0, INFINITY, *state, out, &fit), AN_EDATA);
	assert_int_equal(an_calibrate(w, x, 6, 0, total, AN_DISTANCE_LINEAR, 0, INFINITY, *state, out, &fit),
	    AN_ETOOFEW);
}

/* What is calibrated on has no variance left. */
static void calibrated_variance(void **state)
{
	static const double w[] = { 2, 2, 2, 3, 3, 3 }, total[] = { 12, 9 };
	static const size_t cell[] = { 0, 1, 0, 1, 0, 1 };
	static const double is_first[] = { 1, 0, 1, 0, 1, 0 };
	struct an_margin m = { cell, 2, total };
	struct an_calibration c = { 0 };
	struct an_estimate e;
	struct an_fit fit;
	struct sample s;
	double after[6];

	assert_int_equal(an_rake(w, 6, &m, 1, 0, INFINITY, *state, after, NULL, &fit), AN_OK);
	draw(&s, 6, NULL, 1, NULL, after, *state);
	c = (struct an_calibration){ .rows = 6, .before = w, .after = after, .margins = 1, .margin = &m };
	s.d.calibration = &c;
	assert_int_equal(an_survey_mean(&s.d, is_first, NULL, *state, &e), AN_OK);
	near(e.value, 12.0 / 21, 1e-14);
	near(e.se, 0, 1e-14);
	assert_int_equal(an_survey_mean(&s.d, value, NULL, *state, &e), AN_OK);
	assert_true(e.se > 0.1);
}

/* Equal weights and no design: Rao and Scott's F is Pearson's chi-squared times (n - 1) / n. */
static void tables(void **state)
{
	static const size_t row[] = { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1 },
			    col[] = { 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1 };
	static const double w[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	double share[4], se[4], back[4], chi2 = 12.0 * (4 * 5 - 1 * 2) * (4 * 5 - 1 * 2) / (5 * 7 * 6 * 6.0);
	struct an_survey_table t, turned;
	struct sample s;

	draw(&s, 12, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_table(&s.d, row, 2, col, 2, NULL, *state, share, se, &t), AN_OK);
	near(share[0], 4 / 12.0, 1e-15);
	near(t.chi2, chi2, 1e-13);
	near(t.df1, 1, 1e-12);
	near(t.df2, 11, 1e-12);
	assert_int_equal(an_survey_table(&s.d, col, 2, row, 2, NULL, *state, back, se, &turned), AN_OK);
	near(turned.f, t.f, 1e-13);
	near(back[1], share[2], 1e-15);
	assert_int_equal(an_survey_table(&s.d, row, 1, col, 2, NULL, *state, share, se, &t), AN_ETOOFEW);
	assert_int_equal(an_survey_table(&s.d, row, 2, row, 2, NULL, *state, share, se, &t), AN_OK);
	assert_true(isfinite(t.f) && t.p < 0.01);
}

static void regressions(void **state)
{
	static const double x[] = { 1, 0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5 }, parted[] = { 0, 0, 0, 1, 1, 1 };
	static const double w[] = { 1, 2, 1, 2, 1, 2 }, mixed[] = { 0, 1, 0, 1, 0, 1 };
	double line[6], coef[2], cov[4], twice[12];
	struct an_survey_model m;
	struct sample s;

	draw(&s, 6, NULL, 1, NULL, w, *state);
	for (int i = 0; i < 6; i++) {
		line[i] = 3 - 2 * x[2 * i + 1];
		twice[2 * i] = twice[2 * i + 1] = x[2 * i + 1];
	}
	assert_int_equal(an_survey_regression(&s.d, x, 2, line, NULL, AN_GAUSSIAN, *state, coef, cov, &m), AN_OK);
	near(coef[0], 3, 1e-14);
	near(coef[1], -2, 1e-14);
	near(cov[3], 0, 1e-20);
	assert_int_equal(m.df, 4);
	assert_int_equal(an_survey_regression(&s.d, x, 2, mixed, NULL, AN_BINOMIAL, *state, coef, cov, &m), AN_OK);
	assert_true(m.fit.converged && coef[1] > 0 && cov[3] > 0);
	assert_int_equal(an_survey_regression(&s.d, x, 2, parted, NULL, AN_BINOMIAL, *state, coef, cov, &m),
	    AN_ENOCONVERGE);
	assert_int_equal(an_survey_regression(&s.d, twice, 2, line, NULL, AN_GAUSSIAN, *state, coef, cov, &m),
	    AN_ENOVARIANCE);
	assert_int_equal(an_survey_regression(&s.d, x, 2, value, NULL, AN_BINOMIAL, *state, coef, cov, &m), AN_EDATA);
	draw(&s, 2, NULL, 1, NULL, w, *state);
	assert_int_equal(an_survey_regression(&s.d, x, 2, line, NULL, AN_GAUSSIAN, *state, coef, cov, &m), AN_ETOOFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stratified),
		cmocka_unit_test(simple),
		cmocka_unit_test(clustered),
		cmocka_unit_test(domains),
		cmocka_unit_test(lonely_units),
		cmocka_unit_test(quantiles),
		cmocka_unit_test(awkward_samples),
		cmocka_unit_test(raking),
		cmocka_unit_test(bounded_raking),
		cmocka_unit_test(calibration),
		cmocka_unit_test(calibrated_variance),
		cmocka_unit_test(tables),
		cmocka_unit_test(regressions),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
