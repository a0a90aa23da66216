/* The published data of the demonstration, through its importers and running statistics, against
 * figures computed elsewhere from the same files. */
#include "analysis/campaign_stats.h"
#include "surveys/release.h"
#include "tests/store/importing.h"

static struct store s;

static int begin(void **state)
{
	(void)state;
	store_open(&s);
	release_observe(tally_observe, NULL);
	from_file(&s, run_instrument, "daemon/demo/instruments/lecture_evaluation.json");
	from_file(&s, run_instrument, "daemon/demo/instruments/youth_gratitude.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/lecture_evaluation_eth.json");
	from_file(&s, run_campaign, "daemon/demo/campaigns/youth_gratitude.json");
	json_decref(responses(&s, "daemon/demo/data/insteval.csv", "daemon/demo/maps/insteval.json"));
	json_decref(responses(&s, "daemon/demo/data/youth_gratitude.csv", "daemon/demo/maps/youth_gratitude.json"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	release_observe(NULL, NULL);
	store_close(&s);
	instrument_shared_free();
	return 0;
}

static json_t *figures(const char *code, enum tally_part part)
{
	struct campaign_options o = { .part = part };
	const struct instrument *q;
	struct campaign c;
	struct err e = { 0 };
	bool same = false;
	json_t *out;

	STORE_OK(e, campaign_get(s.db, code, s.a, &c, &e));
	STORE_OK(e, instrument_shared(s.db, c.instrument, &q, &e));
	STORE_OK(e, tally_verify(s.db, c.id, q, &same, &e));
	assert_true(same);
	STORE_OK(e, campaign_statistics_json(s.db, &c, q, &o, s.a, &out, &e));
	return out;
}

static double real_at(const json_t *v, const char *path)
{
	char part[32];

	while (*path != '\0') {
		size_t n = strcspn(path, ".");

		snprintf(part, sizeof part, "%.*s", (int)n, path);
		v = json_is_array(v) ? json_array_get(v, strtoul(part, NULL, 10)) : json_object_get(v, part);
		path += n + (path[n] == '.');
	}
	if (!json_is_number(v))
		print_error("no number at %s\n", path);
	assert_true(json_is_number(v));
	return json_number_value(v);
}

static void near(const char *what, double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		print_error("%s: %.15g, wanted %.15g\n", what, got, want);
	assert_true(fabs(got - want) <= tolerance);
}

static const json_t *named(const json_t *list, const char *code)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)list, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "code")), code) == 0)
			return row;
	}
	return NULL;
}

/* Expected: R's lme4 and base, kept in tests/reference/cases/mixed_insteval_lecturer.json. */
static void lecturers(void **state)
{
	json_t *m = figures("lecture-evaluation-eth", TALLY_ALL);

	(void)state;
	near("n", real_at(m, "n"), 73421, 0);
	near("mean", real_at(m, "targets.model.mean"), 3.24011298804554, 1e-5);
	near("sd_group", real_at(m, "targets.model.sd_group"), 0.5193575232850375, 1e-4);
	near("deviance", real_at(m, "targets.model.deviance"), 240234.364657012, 1e-3);
	near("icc", real_at(m, "targets.model.icc"), 0.15293343858242187, 1e-4);
	near("icc1", real_at(m, "targets.model.icc1"), 0.15967789134989926, 1e-8);
	near("department 1", real_at(named(json_object_get(json_object_get(m, "units"), "rows"), "1"), "raw"),
	    3.278115501519757, 1e-9);
	near("department 5", real_at(named(json_object_get(json_object_get(m, "units"), "rows"), "5"), "raw"),
	    3.354617414248021, 1e-9);
	/* share of 4 and 5: tests/reference/cases/pchart_insteval_dept.json, pbar */
	near("agreement", real_at(m, "items.0.agreement.share"), 0.4450361613162447, 1e-12);
	assert_int_equal(json_array_size(json_object_get(json_object_get(m, "targets"), "rows")), 1128);
	json_decref(m);
}

/* Expected: alphas by pairwise deletion with the 175 imputed cells missing, from psych::alpha; the
 * table beside the published file gives them to twelve digits. */
static void scales(void **state)
{
	static const struct {
		const char *code;
		double alpha;
	} t[] = { { "gq6", 0.750060244028 }, { "gac", 0.875316278188 }, { "losd", 0.833279121530 },
		{ "sa", 0.740395890393 }, { "ao", 0.735015579313 } };
	json_t *m = figures("youth-gratitude", TALLY_ALL), *item;
	json_int_t set_aside = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		const json_t *scale = named(json_object_get(m, "scales"), t[i].code);

		assert_non_null(scale);
		near(t[i].code, real_at(scale, "alpha.value"), t[i].alpha, 1e-11);
		assert_true(
		    real_at(scale, "alpha.interval.0") < t[i].alpha && t[i].alpha < real_at(scale, "alpha.interval.1"));
		assert_true(real_at(scale, "omega.value") > 0.7);
	}
	json_array_foreach(json_object_get(m, "items"), i, item) {
		set_aside += json_integer_value(
		    json_object_get(json_object_get(json_object_get(item, "missing"), "reasons"), "set_aside"));
	}
	assert_int_equal(set_aside, 175);
	json_decref(m);
}

/* Those who gave one answer to the sixteen items of the 1-9 format, counted by
 * a separate program over the file: losd, sa and ao with the reverse-worded ones turned back, whole numbers in
 * 1..9 only, five or more. */
static void straight_lining(void **state)
{
	json_t *all = figures("youth-gratitude", TALLY_ALL), *careful = figures("youth-gratitude", TALLY_CAREFUL);

	(void)state;
	near("items", real_at(all, "careless.items"), 16, 0);
	near("n", real_at(careful, "n"), real_at(all, "n") - real_at(all, "careless.straight"), 0);
	near("straight", real_at(all, "careless.straight"), 15, 0);
	json_decref(all);
	json_decref(careful);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lecturers),
		cmocka_unit_test(scales),
		cmocka_unit_test(straight_lining),
	};

	an_init();
	return cmocka_run_group_tests(tests, begin, end);
}
