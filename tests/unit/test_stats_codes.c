/* Byte codes by column: counted, summed and grouped with each set of instructions that this
 * processor has, on one thread and on several, against the same data row by row. */
#include "analysis/stats/codes.h"
#include "analysis/stats/codes_kernel.h"
#include "analysis/stats/groups.h"
#include "analysis/stats/test/items.h"
#include "analysis/stats/numeric/parallel.h"
#include "analysis/stats/scale/reliability.h"
#include "analysis/stats/numeric/rng.h"

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

/* Data by column, and the same by row. */
struct data {
	unsigned char *by_column, *by_row;
	const unsigned char **col;
	size_t rows, cols;
};

static struct an_codes codes_of(const struct data *d)
{
	return (struct an_codes){ d->col, d->rows, d->cols };
}

/* Scores 0 to most; a share of cells missing for any reason, known or not, and of rows wholly. */
static struct data invent(struct an_rng *r, size_t rows, size_t cols, unsigned most, double missing, double empty)
{
	struct data d = { malloc(rows * cols + 1), malloc(rows * cols + 1), calloc(cols, sizeof *d.col), rows, cols };

	for (size_t j = 0; j < cols; j++)
		d.col[j] = d.by_column + j * rows;
	for (size_t i = 0; i < rows; i++) {
		bool all = an_rng_uniform(r) < empty;

		for (size_t j = 0; j < cols; j++) {
			size_t code = an_rng_below(r, most + 1);

			if (all || an_rng_uniform(r) < missing)
				code = AN_CODE_MISSING + an_rng_below(r, 16);
			d.by_column[j * rows + i] = d.by_row[i * cols + j] = (unsigned char)code;
		}
	}
	return d;
}

static void discard(struct data *d)
{
	free(d->by_column);
	free(d->by_row);
	free(d->col);
}

/* Each way of counting in turn; the last is the fastest on all processors again. */
static const struct way {
	const char *kernel;
	size_t threads;
} ways[] = { { "portable", 1 }, { "portable", 3 }, { "avx2", 1 }, { "avx2", 2 }, { "avx512", 1 }, { "avx512", 3 },
	{ NULL, 0 } };
#define WAYS (sizeof ways / sizeof *ways)

static bool go(const struct way *w)
{
	an_threads_set(w->threads);
	return an_kernel_use(w->kernel);
}

static void same(const struct an_pairs *got, const struct an_pairs *want, const struct way *w)
{
	if (memcmp(got->cell, want->cell, want->cells * sizeof *want->cell) == 0)
		return;
	for (size_t i = 0; i < want->cells; i++)
		if (got->cell[i] != want->cell[i])
			print_error("cell %zu: %.17g, by row %.17g\n", i, got->cell[i], want->cell[i]);
	print_error("%zu columns, %s\n", want->k, w->kernel != NULL ? w->kernel : "fastest");
	fail();
}

/* In each way: alone, and added to what is there already. */
static void same_sums(const struct data *d)
{
	struct an_pairs *rows = an_pairs_new(d->cols), *twice = an_pairs_new(d->cols), *columns;
	struct an_work *work = an_work_new(0);

	an_pairs_add_codes(rows, d->by_row, d->rows, d->cols);
	assert_int_equal(an_pairs_merge(twice, rows), AN_OK);
	assert_int_equal(an_pairs_merge(twice, rows), AN_OK);
	for (size_t w = 0; w < WAYS; w++) {
		if (!go(&ways[w]))
			continue;
		assert_int_equal(an_pairs_of_codes(codes_of(d), work, &columns), AN_OK);
		same(columns, rows, &ways[w]);
		assert_int_equal(an_pairs_add_columns(columns, codes_of(d), work), AN_OK);
		same(columns, twice, &ways[w]);
		an_pairs_free(columns);
	}
	an_pairs_free(rows);
	an_pairs_free(twice);
	an_work_free(work);
}

/* Scores whose products fit the narrow sums for long, once, and not at all; from none to all missing. */
static void sums_are_those_by_row(void **state)
{
	static const unsigned most[] = { 1, 5, 10, 22, 23, 74, 90, 100, 127, 128, 200, 239 };
	static const double missing[] = { 0, 0.02, 0.2, 0.5, 0.9, 1 };
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 1, 1);
	for (int round = 0; round < 144; round++) {
		size_t cols = 1 + an_rng_below(&r, round % 20 == 0 ? 140 : 40);
		size_t rows = an_rng_below(&r, round % 7 == 0 ? 5000 : 500);
		struct data d =
		    invent(&r, rows, cols, most[round % 12], missing[round / 12 % 6], round % 2 == 0 ? 0 : 0.1);

		same_sums(&d);
		discard(&d);
	}
}

static void sums_of_many(void **state)
{
	static const size_t size[][2] = { { 1, AN_PAIRS_MOST }, { 150, AN_PAIRS_MOST }, { 110001, 20 } };
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 2, 1);
	for (size_t s = 0; s < sizeof size / sizeof *size; s++) {
		struct data d = invent(&r, size[s][0], size[s][1], 239, s == 2 ? 0.3 : 0.02, 0);

		same_sums(&d);
		discard(&d);
	}
}

/* Missing cells that lie in one column only, or at the ends of blocks alone. */
static void sums_of_patterns(void **state)
{
	struct an_rng r;
	struct data d;

	(void)state;
	an_rng_seed(&r, 3, 1);
	d = invent(&r, 9001, 9, 5, 0, 0);
	for (size_t i = 0; i < d.rows; i++)
		if (i % 2048 == 2047 || i == 0 || i > 6000) {
			d.by_row[i * 9 + 4] = AN_CODE_MISSING + AN_NOT_SHOWN;
			d.by_column[4 * d.rows + i] = AN_CODE_MISSING + AN_NOT_SHOWN;
		}
	same_sums(&d);
	discard(&d);
}

/* Nearly all at the top, where sums that are too narrow would be the first to run over. */
static struct data invent_high(struct an_rng *r, size_t rows, size_t cols, unsigned most)
{
	struct data d = invent(r, rows, cols, 0, 0.001, 0);

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++)
			if (d.by_row[i * cols + j] == 0 && an_rng_below(r, 50) > 0)
				d.by_row[i * cols + j] = d.by_column[j * rows + i] = (unsigned char)most;
	return d;
}

static void sums_of_high_scores(void **state)
{
	static const unsigned most[] = { 5, 22, 23, 90, 91, 127, 128, 239 };
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 9, 1);
	for (size_t m = 0; m < sizeof most / sizeof *most; m++) {
		struct data d = invent_high(&r, 4300, 7, most[m]);

		same_sums(&d);
		discard(&d);
	}
}

static void sums_refuse(void **state)
{
	unsigned char one[4] = { 1, 2, 3, 4 };
	const unsigned char *col[AN_PAIRS_MOST + 1] = { one, one };
	double far[] = { 0.5, 1e7, 0.25, 1e7 };
	struct an_pairs *p = an_pairs_new(2), *none = p;
	struct an_work *work = an_work_new(0), *little = an_work_new(1000);

	(void)state;
	assert_int_equal(an_pairs_add_columns(p, (struct an_codes){ col, 4, 1 }, work), AN_EDATA);
	assert_int_equal(an_pairs_add_columns(p, (struct an_codes){ col, 4, 2 }, little), AN_ENOMEM);
	assert_int_equal(an_pairs_rows(p), 0);
	assert_int_equal(an_pairs_of_codes((struct an_codes){ col, 4, 2 }, little, &none), AN_ENOMEM);
	assert_null(none);
	assert_int_equal(an_pairs_of_codes((struct an_codes){ col, 4, 0 }, work, &none), AN_EDATA);
	assert_int_equal(an_pairs_of_codes((struct an_codes){ col, 4, AN_PAIRS_MOST + 1 }, work, &none), AN_EDATA);
	assert_int_equal(an_pairs_centre(p, (struct an_view){ far, NULL, 2, 2, 2 }), AN_OK);
	assert_int_equal(an_pairs_add_columns(p, (struct an_codes){ col, 4, 2 }, work), AN_EDATA);
	assert_false(an_kernel_use("abacus"));
	an_pairs_free(p);
	an_work_free(work);
	an_work_free(little);
}

static void counts(void **state)
{
	struct an_work *work = an_work_new(0);
	struct an_missing m;
	double count[AN_CODES];
	struct an_rng r;
	struct data d;
	struct an_codes x;

	(void)state;
	an_rng_seed(&r, 4, 1);
	d = invent(&r, 1003, 4, 6, 0.3, 0);
	x = codes_of(&d);
	for (size_t way = 0; way < WAYS; way++) {
		double table[6 * 49];
		size_t at = 0;

		if (!go(&ways[way]))
			continue;
		assert_int_equal(an_codes_tables(x, 7, work, table), AN_OK);
		for (size_t i = 0; i < 4; i++)
			for (size_t j = i + 1; j < 4; j++, at += 49) {
				double want[49] = { 0 }, one[49], part[9];

				for (size_t row = 0; row < d.rows; row++)
					if (an_codes_has(x, row, i) && an_codes_has(x, row, j))
						want[d.col[i][row] * 7 + d.col[j][row]]++;
				assert_memory_equal(table + at, want, sizeof want);
				assert_int_equal(an_codes_table(x, i, j, 7, work, one), AN_OK);
				assert_memory_equal(one, want, sizeof want);
				assert_int_equal(an_codes_table(x, i, j, 3, work, part), AN_OK);
				for (size_t c = 0; c < 9; c++)
					assert_true(part[c] == want[c / 3 * 7 + c % 3]);
			}
	}
	an_codes_counts(x, 1, count);
	an_codes_missing(x, 1, &m);
	for (size_t i = 0; i < d.rows; i++) {
		count[d.col[1][i]]--;
		m.by[an_why_of_code(d.col[1][i])]--;
	}
	for (size_t c = 0; c < AN_CODES; c++)
		assert_true(count[c] == 0);
	assert_int_equal(an_missing_total(&m), 0);
	assert_int_equal(m.by[AN_PRESENT], 0);
	assert_int_equal(an_codes_most(x), 6);
	assert_int_equal(an_why_of_code(AN_CODE_MISSING), AN_UNREADABLE);
	assert_int_equal(an_why_of_code(255), AN_UNREADABLE);
	assert_int_equal(an_why_of_code(an_code_of_why(AN_EXCUSED)), AN_EXCUSED);
	assert_int_equal(an_codes_table(x, 0, 1, 0, work, count), AN_EDATA);
	assert_int_equal(an_codes_table(x, 0, 1, 241, work, count), AN_EDATA);
	discard(&d);
	an_work_free(work);
}

static void views(void **state)
{
	static const double bad[] = { -1, 240, 1.5, 1e300, (double)INFINITY };
	struct an_work *work = an_work_new(0);
	struct an_codes back;
	struct an_view v;
	struct an_rng r;
	struct data d;

	(void)state;
	an_rng_seed(&r, 5, 1);
	d = invent(&r, 101, 3, 239, 0.3, 0);
	assert_int_equal(an_codes_to_view(codes_of(&d), work, &v), AN_OK);
	assert_int_equal(an_codes_from_view(v, work, &back), AN_OK);
	for (size_t j = 0; j < 3; j++)
		for (size_t i = 0; i < d.rows; i++) {
			assert_int_equal(an_why_of_code(back.col[j][i]), an_why_of_code(d.col[j][i]));
			assert_int_equal(an_view_has(v, i, j), an_codes_has(back, i, j));
			if (an_codes_has(back, i, j))
				assert_int_equal(back.col[j][i], d.col[j][i]);
		}
	for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
		v = (struct an_view){ bad + b, NULL, 1, 1, 1 };
		assert_int_equal(an_codes_from_view(v, work, &back), AN_EDATA);
	}
	v.why = (const unsigned char[]){ AN_SKIPPED }; /* whatever the data hold there */
	assert_int_equal(an_codes_from_view(v, work, &back), AN_OK);
	assert_int_equal(back.col[0][0], AN_CODE_MISSING + AN_SKIPPED);
	discard(&d);
	an_work_free(work);
}

/* Each column against the sums of the same numbers, group by group. */
static void groups_against_view(const struct data *d, const uint32_t *group, size_t groups)
{
	struct an_work *work = an_work_new(0);
	struct an_group *got = calloc(d->cols * groups, sizeof *got), *want = calloc(groups, sizeof *want);
	size_t *wide = calloc(d->rows + 1, sizeof *wide), outside, outside_view;
	double *count = calloc(groups * 240, sizeof *count), score[240];
	struct an_missing m;
	struct an_view v;

	for (size_t i = 0; i < d->rows; i++)
		wide[i] = group[i];
	for (size_t s = 0; s < 240; s++)
		score[s] = (double)s;
	assert_int_equal(an_codes_to_view(codes_of(d), work, &v), AN_OK);
	assert_int_equal(an_codes_groups(codes_of(d), group, groups, work, got, &outside), AN_OK);
	for (size_t j = 0; j < d->cols; j++) {
		assert_int_equal(an_groups(v, j, wide, groups, work, want, &m, &outside_view), AN_OK);
		assert_int_equal(outside, outside_view);
		for (size_t g = 0; g < groups; g++) {
			assert_true(got[j * groups + g].n == want[g].n);
			near(got[j * groups + g].mean, want[g].mean, 1e-13);
			near(got[j * groups + g].within, want[g].within, 1e-10);
		}
	}
	an_codes_group_counts(codes_of(d), 0, group, groups, 240, count);
	an_groups_from_counts(count, score, groups, 240, want);
	for (size_t g = 0; g < groups; g++) {
		assert_true(got[g].n == want[g].n);
		near(got[g].mean, want[g].mean, 1e-12);
	}
	free(got);
	free(want);
	free(wide);
	free(count);
	an_work_free(work);
}

static void groups(void **state)
{
	static const struct {
		size_t rows, cols, groups;
		unsigned most;
	} t[] = { { 0, 3, 2, 5 }, { 1, 1, 1, 5 }, { 1001, 8, 3, 5 }, { 997, 9, 700, 239 }, { 140000, 20, 5, 239 } };
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 6, 1);
	for (size_t way = 0; way < WAYS; way++) {
		if (!go(&ways[way]))
			continue;
		for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
			struct data d = invent(&r, t[i].rows, t[i].cols, t[i].most, 0.1, 0);
			uint32_t *group = calloc(t[i].rows + 1, sizeof *group);

			for (size_t row = 0; row < t[i].rows; row++) /* some in none */
				group[row] = (uint32_t)an_rng_below(&r, t[i].groups + 1 + t[i].groups / 4);
			if (t[i].rows > 7)
				group[7] = UINT32_MAX;
			groups_against_view(&d, group, t[i].groups);
			free(group);
			discard(&d);
		}
	}
}

static void near_if(bool has, bool want_has, double got, double want)
{
	assert_int_equal(has, want_has);
	if (has)
		near(got, want, 1e-11);
}

static void same_item(const struct an_item *got, const struct an_item *want)
{
	assert_int_equal(got->n, want->n);
	near(got->mean, want->mean, 1e-12);
	near(got->difficulty, want->difficulty, 1e-12);
	near(got->upper_lower, want->upper_lower, 1e-12);
	near_if(got->has_sd, want->has_sd, got->sd, want->sd);
	near_if(got->has_r_total, want->has_r_total, got->r_total, want->r_total);
	near_if(got->has_r_rest, want->has_r_rest, got->r_rest, want->r_rest);
}

static void same_kr(const struct an_kr *got, const struct an_kr *want)
{
	assert_int_equal(got->used, want->used);
	assert_memory_equal(&got->missing, &want->missing, sizeof got->missing);
	near(got->kr20, want->kr20, 1e-11);
	near(got->kr20_mixed, want->kr20_mixed, 1e-11);
	near(got->kr21, want->kr21, 1e-11);
	near(got->total_mean, want->total_mean, 1e-12);
	near(got->total_sd, want->total_sd, 1e-12);
	near(got->sem, want->sem, 1e-11);
}

static void same_items(const struct data *d, const double *most)
{
	struct an_work *work = an_work_new(0);
	struct an_item *got = calloc(d->cols + 1, sizeof *got), *want = calloc(d->cols + 1, sizeof *want);
	struct an_items all, all_view;
	struct an_kr kr, kr_view;
	enum an_status status, kr_status;
	struct an_view v;

	assert_int_equal(an_codes_to_view(codes_of(d), work, &v), AN_OK);
	status = an_items(v, most, work, &all_view, want);
	kr_status = an_kr(v, work, &kr_view);
	for (size_t w = 0; w < WAYS; w++) {
		bool has_kr = false;

		if (!go(&ways[w]))
			continue;
		assert_int_equal(an_codes_items(codes_of(d), most, work, &all, got, &kr, &has_kr), status);
		for (size_t j = 0; status == AN_OK && j < d->cols; j++)
			same_item(got + j, want + j);
		if (status == AN_OK) {
			assert_int_equal(all.used, all_view.used);
			assert_int_equal(all.group, all_view.group);
			assert_memory_equal(&all.missing, &all_view.missing, sizeof all.missing);
			near(all.total_mean, all_view.total_mean, 1e-12);
			near(all.total_sd, all_view.total_sd, 1e-12);
			assert_int_equal(has_kr, kr_status == AN_OK);
		}
		if (has_kr)
			same_kr(&kr, &kr_view);
		assert_int_equal(an_codes_kr(codes_of(d), work, &kr), kr_status);
		if (kr_status == AN_OK)
			same_kr(&kr, &kr_view);
	}
	free(got);
	free(want);
	an_work_free(work);
}

static void items(void **state)
{
	static const struct {
		size_t rows, cols;
		unsigned most;
		double missing;
	} t[] = { { 0, 3, 1, 0 }, { 1, 3, 1, 0 }, { 2, 2, 1, 0 }, { 3, 0, 1, 0 }, { 50, 1, 1, 0 }, { 40, 3, 0, 0 },
		{ 501, 7, 1, 0.05 }, { 2048, 4, 1, 0 }, { 1003, 12, 10, 0.02 }, { 2100, 5, 239, 0.2 }, { 9, 4, 1, 1 },
		{ 700, 300, 239, 0.0002 }, { 27000, 80, 1, 0 }, { 9, 3, 1, 0 } };
	double most[300];
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 7, 1);
	for (size_t j = 0; j < 300; j++)
		most[j] = 1 + (double)j;
	for (size_t cols = 1; cols < 14; cols++) {
		struct data d = invent_high(&r, 4300, cols, cols % 3 == 0 ? 239 : 127);

		same_items(&d, most);
		discard(&d);
	}
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct data d = invent(&r, t[i].rows, t[i].cols, t[i].most, t[i].missing, 0);

		if (i + 1 == sizeof t / sizeof *t)
			most[1] = 0; /* which no item can have */
		same_items(&d, i % 2 == 0 ? NULL : most);
		discard(&d);
	}
}

static void same_stats(const struct an_alpha_stats *a, const struct an_alpha_stats *b)
{
	near(a->raw, b->raw, 1e-12);
	near(a->ase, b->ase, 1e-12);
	near_if(a->has_std, b->has_std, a->std, b->std);
	if (!a->has_std)
		return;
	near(a->average_r, b->average_r, 1e-12);
	near(a->median_r, b->median_r, 1e-12);
	near(a->sn, b->sn, 1e-11);
	near_if(a->has_var_r, b->has_var_r, a->var_r, b->var_r);
	near_if(a->has_g6, b->has_g6, a->g6, b->g6);
}

/* Alpha if an item is dropped is the alpha of the others: of a scale that never had it. */
static void dropped_is_without(void **state)
{
	static const size_t cols[] = { 3, 4, 5, 8, 31 };
	struct an_work *work = an_work_new(0);
	struct an_rng r;

	(void)state;
	an_rng_seed(&r, 8, 1);
	for (size_t kind = 0; kind < 5 * sizeof cols / sizeof *cols; kind++) {
		size_t k = cols[kind / 5];
		struct data d = invent(&r, 600, k, 4, kind % 5 == 1 ? 0.1 : 0, 0);
		const unsigned char *others[31];
		struct an_alpha_item item[31];
		struct an_alpha x, less;
		struct an_pairs *p;

		for (size_t i = 0; i < d.rows; i++) {
			size_t person = an_rng_below(&r, 4);

			d.by_column[i] = 1; /* nobody is left without an answer */
			for (size_t j = 0; j < k; j++)
				if (d.by_column[j * d.rows + i] < AN_CODE_MISSING)
					d.by_column[j * d.rows + i] =
					    (unsigned char)(d.by_column[j * d.rows + i] + person);
			if (kind % 5 == 2) /* one the same as another */
				d.by_column[(k - 1) * d.rows + i] = d.by_column[(k - 2) * d.rows + i];
			if (kind % 5 == 3) /* or all but so */
				d.by_column[(k - 1) * d.rows + i] =
				    (unsigned char)(d.by_column[(k - 2) * d.rows + i] + (i == 3));
			if (kind % 5 == 4) /* one constant */
				d.by_column[(k - 1) * d.rows + i] = 3;
		}
		assert_int_equal(an_pairs_of_codes(codes_of(&d), work, &p), AN_OK);
		assert_int_equal(an_alpha(p, AN_PAIRWISE, 0.95, work, &x, item), AN_OK);
		an_pairs_free(p);
		for (size_t i = 0; i < k; i++) {
			enum an_status status;

			for (size_t j = 0, n = 0; j < k; j++)
				if (j != i)
					others[n++] = d.col[j];
			assert_int_equal(an_pairs_of_codes((struct an_codes){ others, d.rows, k - 1 }, work, &p),
			    AN_OK);
			status = an_alpha(p, AN_PAIRWISE, 0.95, work, &less, NULL);
			assert_int_equal(item[i].has_drop, status == AN_OK);
			/* where both count the same people; in g6 a matrix all but singular costs digits */
			if (status == AN_OK && less.used == x.used)
				same_stats(&item[i].drop, &less.total);
			an_pairs_free(p);
		}
		discard(&d);
	}
	an_work_free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_by_row),
		cmocka_unit_test(sums_of_many),
		cmocka_unit_test(sums_of_patterns),
		cmocka_unit_test(sums_of_high_scores),
		cmocka_unit_test(sums_refuse),
		cmocka_unit_test(counts),
		cmocka_unit_test(views),
		cmocka_unit_test(groups),
		cmocka_unit_test(items),
		cmocka_unit_test(dropped_is_without),
	};

	an_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
