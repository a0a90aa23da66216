/* A long calculation ends soon after whoever waits says so, and is then no result. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analysis/start.h"
#include "tests/unit/analysing.h"

#include <stdio.h>
#include <time.h>

#define ROWS  1500
#define ITEMS 80

static char *text;

static double draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return (double)(*seed >> 8) / (1 << 24);
}

/* g of 1..5, v of 0 and 1, u of 0..79, and ITEMS answers of 1..5 that have much in common. */
static int begin(void **state)
{
	size_t room = (size_t)ROWS * (ITEMS * 4 + 20) + 2000, n = 0;
	uint32_t seed = 5;

	(void)state;
	analysis_start();
	text = malloc(room);
	n += (size_t)snprintf(text, room, "g,v,u");
	for (int j = 0; j < ITEMS; j++)
		n += (size_t)snprintf(text + n, room - n, ",Q%d", j);
	for (int i = 0; i < ROWS; i++) {
		double all = draw(&seed);

		n += (size_t)snprintf(text + n, room - n, "\n%d,%d,%d", 1 + (int)(5 * draw(&seed)), draw(&seed) < all,
		    (int)(80 * draw(&seed)));
		for (int j = 0; j < ITEMS; j++)
			n += (size_t)snprintf(text + n, room - n, ",%d", 1 + (int)(2.5 * (all + draw(&seed))));
	}
	return text == NULL;
}

static int end(void **state)
{
	(void)state;
	free(text);
	return 0;
}

static bool no_more(void *arg, double done)
{
	(void)done;
	++*(size_t *)arg;
	return false;
}

static void stops(void **state)
{
	static const struct {
		const char *method;
		struct analyse_arg arg[5];
	} slow[] = {
		{ "parallel", { { "items", "Q0:Q79" }, { "replicates", "100000" } } },
		{ "efa", { { "items", "Q0:Q79" }, { "factors", "30" }, { "extraction", "ml" } } },
		{ "pca", { { "items", "Q0:Q79" }, { "components", "60" } } },
		{ "omega_h", { { "items", "Q0:Q79" }, { "factors", "12" } } },
		{ "guttman", { { "items", "Q0:Q79" }, { "draws", "100000" } } },
		{ "polychoric", { { "items", "Q0:Q79" }, { "estimator", "ml" } } },
		{ "irt", { { "items", "Q0:Q79" } } },
		{ "kendall", { { "items", "Q0:Q79" } } },
		{ "krippendorff", { { "raters", "Q0:Q79" }, { "replicates", "100000" } } },
		{ "permutation", { { "items", "u" }, { "by", "g" }, { "replicates", "1000000" } } },
		{ "bootstrap", { { "items", "u" }, { "replicates", "1000000" } } },
		{ "fisher", { { "row", "u" }, { "column", "Q0" } } },
		{ "fisher", { { "row", "u" }, { "column", "Q0" }, { "p", "simulate" }, { "replicates", "1000000" } } },
		{ "logistic", { { "outcome", "v" }, { "predictors", "Q0:Q79" }, { "interval", "profile" } } },
		{ "ordered_logistic", { { "outcome", "Q0" }, { "predictors", "Q1:Q79" } } },
		{ "mixed", { { "outcome", "u" }, { "predictors", "Q0,Q1" }, { "by", "g" }, { "slopes", "Q0,Q1" } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
		struct analyse_call call = { .method = slow[i].method, .args = slow[i].arg, .watch = no_more };
		struct err_list bad = { 0 };
		struct err e = { 0 };
		size_t asked = 0;
		struct frame f;
		clock_t from;

		call.watch_arg = &asked;
		while (slow[i].arg[call.n].name != NULL)
			call.n++;
		assert_int_equal(frame_read_csv(text, strlen(text), "", &f, &bad, &e), 0);
		from = clock();
		assert_null(analyse_run(&call, &f, &e));
		if (e.kind != ERR_CONFLICT || asked == 0)
			print_error("%s: %s\n", slow[i].method, e.message);
		assert_int_equal(e.kind, ERR_CONFLICT);
		assert_true(asked > 0);
		/* of all processors together; a debugging build is slow */
		if ((double)(clock() - from) > 10.0 * CLOCKS_PER_SEC)
			print_error("%s ended late\n", slow[i].method);
		assert_true((double)(clock() - from) < 10.0 * CLOCKS_PER_SEC);
		print_message("  %-18s %.2f s\n", slow[i].method, (double)(clock() - from) / CLOCKS_PER_SEC);
		frame_free(&f);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(stops) };

	return cmocka_run_group_tests(tests, begin, end);
}
