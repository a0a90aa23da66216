/* Which groups may be shown.  Every case is small enough to check by head; the last one tries
 * many random ones against the rule itself. */
#include "analysis/suppress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MOST 12

struct wanted {
	const char *name;
	size_t targets, units;
	uint64_t n[MOST];
	size_t unit[MOST];
	uint64_t loose;
	const char *target_hidden, *unit_hidden; /* '#' hidden, '.' shown */
};

static void run(const struct wanted *w, struct suppress_cell *target, struct suppress_cell *unit)
{
	struct suppress s = { .k = 5,
		.measures = 1,
		.target = target,
		.unit = unit,
		.targets = w->targets,
		.units = w->units,
		.loose = { w->loose } };

	memset(target, 0, MOST * sizeof *target);
	memset(unit, 0, MOST * sizeof *unit);
	for (size_t i = 0; i < w->targets; i++) {
		target[i].all = target[i].people[0] = w->n[i];
		target[i].unit = w->unit[i];
	}
	suppress_groups(&s);
}

static void cases(void **state)
{
	static const struct wanted t[] = {
		{ "all large", 3, 1, { 5, 6, 7 }, { 0 }, 0, "...", "." },
		/* 4 alone could be had by subtraction, so the 6 goes too */
		{ "one small", 3, 1, { 4, 6, 7 }, { 0 }, 0, "##.", "." },
		/* 3 and 4 hide each other: 7 together */
		{ "two small", 3, 1, { 3, 4, 7 }, { 0 }, 0, "##.", "." },
		{ "empty hides nobody and needs no help", 3, 1, { 0, 6, 7 }, { 0 }, 0, "#..", "." },
		{ "small in one unit", 4, 2, { 2, 9, 8, 8 }, { 0, 0, 1, 1 }, 0, "##..", ".." },
		/* unit 0 has 3 in all; unit 1 (8) must go, and its one target with it */
		{ "small unit", 3, 3, { 3, 8, 9 }, { 0, 1, 2 }, 0, "##.", "##." },
		/* three without a target: the smallest target covers them */
		{ "loose", 2, 1, { 6, 9 }, { 0 }, 3, "#.", "." },
		{ "loose among units", 2, 2, { 6, 9 }, { 0, 1 }, 3, "#.", "#." },
		{ "nothing left to hide", 2, 1, { 2, 1 }, { 0 }, 0, "##", "#" },
	};

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		struct suppress_cell target[MOST], unit[MOST];

		print_message("  %s\n", t[c].name);
		run(&t[c], target, unit);
		for (size_t i = 0; i < t[c].targets; i++)
			assert_int_equal(target[i].hidden, t[c].target_hidden[i] == '#');
		for (size_t i = 0; i < t[c].units; i++)
			assert_int_equal(unit[i].hidden, t[c].unit_hidden[i] == '#');
	}
}

/* Simulated responses fill no group: 3 people among 10 stay hidden; nobody among 10 may be shown. */
static void simulated_hide_nobody(void **state)
{
	struct suppress_cell few = { .all = 10, .people = { 3 } }, none = { .all = 10, .people = { 0 } };

	(void)state;
	assert_false(suppress_safe(&few, 5, 1));
	assert_true(suppress_safe(&none, 5, 1));
}

/* With straight-lining left out, twenty less two is no cell to show: the difference is two people. */
static void complement_of_careful(void **state)
{
	struct suppress_cell c = { .all = 18, .people = { 20, 18, 2 } };

	(void)state;
	assert_false(suppress_safe(&c, 5, 3));
	c.people[1] = 20;
	c.people[2] = 0;
	assert_true(suppress_safe(&c, 5, 3));
}

static bool fine(uint64_t people)
{
	return people == 0 || people >= 5;
}

/* What a reader can compute: every total less what is shown of it. */
static void check(const struct wanted *w, const struct suppress_cell *target, const struct suppress_cell *unit)
{
	uint64_t open = w->loose, hidden_units = w->loose, in_hidden = w->loose, all = w->loose;

	for (size_t u = 0; u < w->units; u++) {
		uint64_t rest = 0, n = 0;

		for (size_t i = 0; i < w->targets; i++)
			if (w->unit[i] == u) {
				n += w->n[i];
				rest += target[i].hidden ? w->n[i] : 0;
			}
		all += n;
		if (!unit[u].hidden)
			assert_true(n >= 5 && fine(rest));
		else
			hidden_units += n;
		if (unit[u].hidden)
			in_hidden += rest;
		open += rest;
	}
	if (all < 5)
		return;
	assert_true(fine(hidden_units) || w->units == 1);
	assert_true(fine(in_hidden) || w->units == 1);
	assert_true(fine(open));
}

static void random_ones(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int c = 0; c < 20000; c++) {
		struct suppress_cell target[MOST], unit[MOST];
		struct wanted w = { .targets = 1 + (size_t)c % MOST };

		w.units = 1 + (size_t)(c / MOST) % 4;
		if (w.units > w.targets)
			w.units = w.targets;
		for (size_t i = 0; i < w.targets; i++) {
			seed = seed * 1664525 + 1013904223;
			w.n[i] = (seed >> 16) % 12;
			w.unit[i] = i % w.units;
		}
		w.loose = (seed >> 8) % 4 == 0 ? (seed >> 20) % 8 : 0;
		run(&w, target, unit);
		for (size_t i = 0; i < w.targets; i++)
			assert_true(target[i].hidden || w.n[i] >= 5);
		check(&w, target, unit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases),
		cmocka_unit_test(simulated_hide_nobody),
		cmocka_unit_test(complement_of_careful),
		cmocka_unit_test(random_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
