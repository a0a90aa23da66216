/* Real files that are not part of the source: tried where they lie, when they are there. */
#include "tests/store/importing.h"

#include "surveys/matrix.h"

#define TURKIYE "../shared/data/course_evaluation/turkiye-student-evaluation_generic.csv"

static void turkiye(void **state)
{
	struct store s;
	struct campaign c;
	struct survey_matrix m;
	const struct instrument *q;
	struct err e = { 0 };
	json_t *report;
	size_t straight = 0;
	double sum = 0;

	(void)state;
	if (access(TURKIYE, R_OK) != 0) {
		print_message("  NOT RUN: %s is not here\n", TURKIYE);
		return;
	}
	store_open(&s);
	from_file(&s, run_instrument, "tests/data/turkiye_instrument.json");
	from_file(&s, run_campaign, "tests/data/turkiye_campaign.json");
	report = responses(&s, TURKIYE, "tests/data/turkiye_map.json");
	assert_int_equal(number(report, "imported"), 5820); /* as its README says */
	assert_int_equal(number(report, "targets"), 14);    /* awk -F, 'NR>1{print $1,$2}' | sort -u | wc -l */
	json_decref(report);
	STORE_OK(e, campaign_get(s.db, "turkiye-2013", s.a, &c, &e));
	STORE_OK(e, instrument_shared(s.db, c.instrument, &q, &e));
	assert_int_equal(q->straight_count, 28);
	STORE_OK(e, survey_matrix_read(s.db, c.id, q, MATRIX_ALL_TARGETS, false, &m, &e));
	for (size_t i = 0; i < m.rows; i++) {
		size_t j = 1;

		while (j < m.items && m.values[i * m.items + j] == m.values[i * m.items])
			j++;
		straight += j == m.items;
		sum += m.values[i * m.items];
	}
	/* reference_statistics.csv there, by base R: turkiye.Q1.mean */
	assert_true(fabs(sum / (double)m.rows - 2.92989690722) < 1e-9);
	/* its README: 2985 of 5820 gave one answer to all 28 items */
	assert_int_equal(straight, 2985);
	survey_matrix_free(&m);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(turkiye) };
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	instrument_shared_free();
	return rc;
}
