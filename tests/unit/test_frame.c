/* A data frame: what each kind of column keeps, how columns change their kind, and that lines of a
 * file are found again. */
#include "analysis/analyse.h"
#include "analysis/frame.h"
#include "analysis/start.h"

#include <unistd.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/analysing.h"

static struct frame read_text(const char *text, const char *na)
{
	struct err_list bad = { 0 };
	struct err e = { 0 };
	struct frame f;

	assert_int_equal(frame_read_csv(text, strlen(text), na, &f, &bad, &e), 0);
	return f;
}

static double number(const struct frame *f, size_t row, size_t col)
{
	double x = NAN;

	assert_int_equal(frame_number(f, row, col, &x), AN_PRESENT);
	return x;
}

static void kinds(void **state)
{
	struct frame f = read_text("a,b,c,d\n1,1.5,x,007\n239,,y,8\n,-2,x,\n0,1e3,,9\n", "");
	char room[FRAME_TEXT_ROOM];

	(void)state;
	assert_int_equal(f.rows, 4);
	assert_int_equal(f.column[0].kind, FRAME_CODES);
	assert_int_equal(f.column[1].kind, FRAME_REALS);
	assert_int_equal(f.column[2].kind, FRAME_TEXTS);
	assert_int_equal(f.column[3].kind, FRAME_CODES); /* 007 is the number 7, as in R */
	assert_true(number(&f, 1, 0) == 239 && number(&f, 3, 0) == 0);
	assert_int_equal(frame_why(&f, 2, 0), AN_SKIPPED);
	assert_true(number(&f, 0, 1) == 1.5 && number(&f, 2, 1) == -2 && number(&f, 3, 1) == 1000);
	assert_int_equal(f.column[2].level_count, 2);
	assert_string_equal(frame_text(&f, 2, 2, room), "x");
	assert_null(frame_text(&f, 3, 2, room));
	assert_string_equal(frame_text(&f, 0, 3, room), "7");
	assert_int_equal(frame_find(&f, "c"), 2);
	assert_int_equal(frame_find(&f, "e"), SIZE_MAX);
	frame_free(&f);
}

/* Codes of things stay texts, also those that look like numbers. */
static void texts(void **state)
{
	struct err e = { 0 };
	char room[FRAME_TEXT_ROOM];
	struct frame f;
	size_t at;

	(void)state;
	frame_init(&f);
	assert_int_equal(frame_add_column(&f, "target", &at, &e), 0);
	assert_int_equal(frame_make_texts(&f, at, &e), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(frame_put_text(&f, i, at, i == 1 ? "007" : "1128", &e), 0);
		assert_int_equal(frame_end_row(&f, &e), 0);
	}
	assert_int_equal(f.column[at].kind, FRAME_TEXTS);
	assert_int_equal(f.column[at].level_count, 2);
	assert_string_equal(frame_text(&f, 1, at, room), "007");
	frame_free(&f);
	f = read_text("a\n1\n2\n1\n", "");
	assert_int_equal(frame_make_texts(&f, 0, &e), 0);
	assert_int_equal(f.column[0].kind, FRAME_TEXTS);
	assert_string_equal(frame_text(&f, 2, 0, room), "1");
	frame_free(&f);
}

/* 240 is the first that no code can say; a text after numbers keeps them as texts. */
static void changes(void **state)
{
	struct frame f = read_text("a,b,c\n1,2,3\n240,2.5,3\n,x,-0\n", "");
	char room[FRAME_TEXT_ROOM];

	(void)state;
	assert_int_equal(f.column[0].kind, FRAME_REALS);
	assert_true(number(&f, 0, 0) == 1 && number(&f, 1, 0) == 240);
	assert_int_equal(frame_why(&f, 2, 0), AN_SKIPPED);
	assert_int_equal(f.column[1].kind, FRAME_TEXTS);
	assert_string_equal(frame_text(&f, 0, 1, room), "2");
	assert_string_equal(frame_text(&f, 1, 1, room), "2.5");
	assert_false(frame_is_number(&f, 1));
	assert_true(frame_is_number(&f, 0));
	assert_int_equal(f.column[2].kind, FRAME_REALS); /* -0 is no byte */
	frame_free(&f);
}

/* Codes that look like numbers are as they were given when a later cell shows that they are none. */
static void codes_as_given(void **state)
{
	static const char text[] = "g,n,k,x\n07,07,20231234567890121,1.50\n7,7,20231234567890127,1.5\n,+7,,\n"
				   "A1,1e3,A1,0.00001\n07,-0,A1,y\n";
	static const char *const g[] = { "07", "7", NULL, "A1", "07" };
	struct frame f = read_text(text, "");
	struct err_list bad = { 0 };
	struct err e = { 0 };
	char path[] = "/tmp/elod-frame-XXXXXX", room[FRAME_TEXT_ROOM];
	int fd = mkstemp(path), ends[2];
	char fifo[32];

	(void)state;
	assert_true(fd >= 0 && write(fd, text, sizeof text - 1) == sizeof text - 1);
	close(fd);
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(f.rows, 5);
		for (size_t i = 0; i < 5; i++)
			if (g[i] == NULL)
				assert_null(frame_text(&f, i, 0, room));
			else
				assert_string_equal(frame_text(&f, i, 0, room), g[i]);
		assert_int_equal(f.column[0].level_count, 3);
		assert_int_equal(f.column[1].kind, FRAME_REALS); /* no text among them: numbers */
		assert_int_equal(f.column[2].level_count, 3);
		assert_string_equal(frame_text(&f, 1, 2, room), "20231234567890127");
		assert_int_equal(f.column[3].level_count, 4);
		assert_string_equal(frame_text(&f, 0, 3, room), "1.50");
		assert_string_equal(frame_text(&f, 3, 3, room), "0.00001");
		frame_free(&f);
		if (pass == 0)
			assert_int_equal(frame_read_csv_file(path, "", &f, &bad, &e), 0);
	}
	unlink(path);

	/* what is gone once read is refused, where it matters alone */
	for (int pass = 0; pass < 2; pass++) {
		const char *given = pass == 0 ? "g\n07\nA1\n" : "g\n7\n2.5\nA1\n";

		assert_int_equal(pipe(ends), 0);
		assert_true(write(ends[1], given, strlen(given)) == (ssize_t)strlen(given));
		close(ends[1]);
		snprintf(fifo, sizeof fifo, "/dev/fd/%d", ends[0]);
		assert_int_equal(frame_read_csv_file(fifo, "", &f, &bad, &e), pass == 0 ? -1 : 0);
		close(ends[0]);
	}
	frame_free(&f);
	assert_string_equal(e.field, "g");
}

/* Every number that is not read again is written as it was given. */
static void canonical(void **state)
{
	static const struct {
		const char *text;
		bool respelt;
	} t[] = { { "0", false }, { "10", false }, { "-3", false }, { "-0", false }, { "0.5", false },
		{ "-12.25", false }, { "0.0001", false }, { "999999999999999", false }, { "1000000000000000", true },
		{ "00", true }, { "+1", true }, { "1.", true }, { ".5", true }, { "1.0", true }, { "0.00001", true },
		{ "1e3", true }, { "-07", true }, { "0.1234567890123456", true } };

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char room[FRAME_TEXT_ROOM], text[64];
		struct frame f;

		snprintf(text, sizeof text, "a\n%s\n", t[i].text);
		f = read_text(text, "");
		assert_int_equal(f.column[0].respelt, t[i].respelt);
		if (!t[i].respelt)
			assert_string_equal(frame_text(&f, 0, 0, room), t[i].text);
		frame_free(&f);
	}
}

/* The same through a method, and through a column made of the one that holds the codes. */
static void codes_as_groups(void **state)
{
	static const char text[] = "g,y\n07,1\n7,2\nA1,3\n07,4\n7,5\nA1,6\n";
	static const struct analyse_arg by[] = { { "items", "y" }, { "by", "g" } };
	static const struct analyse_arg made[] = { { "items", "y" }, { "by", "h" }, { "derive", "h=only(g,1:6)" } };

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		struct err e = { 0 };
		json_t *out = analysed("group_describe", text, pass == 0 ? by : made, pass == 0 ? 2 : 3, &e), *rows;

		assert_non_null(out);
		rows = result_at(out, "/result/groups/y/rows");
		assert_int_equal(json_array_size(rows), 3);
		for (int i = 0; i < 3; i++) {
			char at[40];

			snprintf(at, sizeof at, "/result/groups/y/values/%d/0", i);
			assert_true(number_at(out, at) == 2);
		}
		json_decref(out);
	}
}

static void missing_texts(void **state)
{
	struct frame f = read_text("a,b\n99,NA\n1,x\n", "99,NA");

	(void)state;
	assert_int_equal(frame_why(&f, 0, 0), AN_SKIPPED);
	assert_int_equal(frame_why(&f, 0, 1), AN_SKIPPED);
	assert_true(number(&f, 1, 0) == 1);
	frame_free(&f);
}

static void lines(void **state)
{
	struct frame f = read_text("a,b\n1,2\n\n\n3,\"x\ny\"\n5,6\n", "");
	unsigned char keep[] = { 1, 0, 1 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(frame_line(&f, 0), 2);
	assert_int_equal(frame_line(&f, 1), 5);
	assert_int_equal(frame_line(&f, 2), 7);
	assert_int_equal(frame_keep(&f, keep, &e), 0);
	assert_int_equal(f.rows, 2);
	assert_int_equal(frame_line(&f, 1), 7);
	assert_true(number(&f, 1, 0) == 5);
	frame_free(&f);
}

/* Against a plain table of numbers, at random, through growth and every change of kind. */
static void random_cells(void **state)
{
	enum { ROWS = 3000, COLS = 4 };
	static double want[ROWS][COLS];
	struct frame f;
	struct err e = { 0 };
	uint32_t seed = 7;
	size_t col;

	(void)state;
	frame_init(&f);
	for (int j = 0; j < COLS; j++) {
		char name[16];

		snprintf(name, sizeof name, "c%d", j);
		assert_int_equal(frame_add_column(&f, name, &col, &e), 0);
	}
	assert_int_equal(frame_add_column(&f, "c0", &col, &e), -1);
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < COLS; j++) {
			seed = seed * 1664525 + 1013904223;
			want[i][j] = seed >> 28 == 0
			    ? NAN
			    : (double)(seed >> 24) * (j == 3 && i > 1500 ? 0.25 : 1) - (j == 2 && i > 900);
			if (isnan(want[i][j]))
				continue; /* left out: skipped */
			assert_int_equal(frame_put_number(&f, i, j, want[i][j], &e), 0);
		}
		assert_int_equal(frame_end_row(&f, &e), 0);
	}
	for (size_t i = 0; i < ROWS; i++)
		for (size_t j = 0; j < COLS; j++) {
			if (isnan(want[i][j]))
				assert_int_equal(frame_why(&f, i, j), AN_SKIPPED);
			else
				assert_true(number(&f, i, j) == want[i][j]);
		}
	frame_free(&f);
}

/* Rows by --where and --rows, columns by --derive, and what of them cannot be read. */
static void prepared(void **state)
{
	static const char text[] = "g,a,b\nx,1,4\ny,2,5\nx,3,\nx,5,7\n";
	static const struct {
		const char *name, *value;
		double n, mean; /* of t; n < 0: refused */
	} cases[] = {
		{ "derive", "t=sum(a,b)", 3, 8 },
		{ "derive", "t=mean(a:b)", 4, 3.75 },
		{ "derive", "t=difference(a,b)", 3, -8.0 / 3 },
		{ "derive", "t=product(a,b)", 3, 49.0 / 3 },
		{ "derive", "t=ratio(b,a)", 3, (4 + 2.5 + 1.4) / 3 },
		{ "derive", "t=power(a,2)", 4, 39.0 / 4 },
		{ "derive", "t=at_least(a,3)", 4, 0.5 },
		{ "derive", "t=equals(g,x)", 4, 0.75 },
		{ "derive", "t=rank(a)", 4, 2.5 },
		{ "derive", "t=only(a,2:3)", 2, 2.5 },
		{ "derive", "t=sum(a", -1, 0 },
		{ "derive", "t=nothing(a)", -1, 0 },
		{ "derive", "t=sum(g)", -1, 0 },
		{ "derive", "a=sum(a,b)", -1, 0 },
		{ "derive", "t=ratio(a)", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct analyse_arg args[] = { { cases[i].name, cases[i].value }, { "items", "t" } };
		struct err e = { 0 };
		json_t *out = analysed("describe", text, args, 2, &e), *row;

		if (cases[i].n < 0) {
			assert_null(out);
			assert_string_equal(e.field, strcmp(cases[i].value, "a=sum(a,b)") == 0 ? "a" : "derive");
			continue;
		}
		assert_non_null(out);
		row =
		    json_array_get(json_object_get(json_object_get(json_object_get(out, "result"), "items"), "values"),
			0);
		assert_true(json_number_value(json_array_get(row, 0)) == cases[i].n);
		assert_true(fabs(json_number_value(json_array_get(row, 1)) - cases[i].mean) < 1e-12);
		json_decref(out);
	}
}

static void chosen_rows(void **state)
{
	static const char text[] = "g,a\nx,1\ny,2\nx,3\n,4\nx,5\n";
	static const struct {
		const char *name, *value;
		long long n; /* -1: refused */
	} cases[] = {
		{ "rows", "2:3", 2 },
		{ "rows", "3:2", -1 },
		{ "rows", "0:2", -1 },
		{ "where", "g=x", 3 },
		{ "where", "g!=x", 1 },
		{ "where", "a>=3", 3 },
		{ "where", "a<3;g=x", 1 },
		{ "where", "g>x", -1 },
		{ "where", "h=1", -1 },
		{ "where", "a", -1 },
		{ "where", "a=17", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct analyse_arg args[] = { { cases[i].name, cases[i].value }, { "items", "a" } };
		struct err e = { 0 };
		json_t *out = analysed("describe", text, args, 2, &e);

		if (cases[i].n < 0) {
			assert_null(out);
			continue;
		}
		assert_non_null(out);
		assert_int_equal(json_integer_value(json_object_get(out, "n_rows")), cases[i].n);
		json_decref(out);
	}
}

/* Answers held as bytes and as numbers give the same, turned round or not, whatever is missing. */
static void bytes_or_numbers(void **state)
{
	static const char *const methods[] = { "alpha", "split_half", "omega", "guttman", "kmo", "pca", "map" };
	static const struct analyse_arg small[] = { { "items", "a:e" }, { "reverse", "b,e" }, { "min", "1" },
		{ "max", "5" } };
	static const struct analyse_arg large[] = { { "items", "a:e" }, { "reverse", "b,e" }, { "min", "1001" },
		{ "max", "1005" } };
	char bytes[8192], numbers[8192];
	size_t at = (size_t)snprintf(bytes, sizeof bytes, "a,b,c,d,e\n"), to = at;
	uint32_t seed = 5;

	(void)state;
	memcpy(numbers, bytes, at + 1);
	for (int i = 0; i < 200; i++) {
		unsigned base = (seed >> 20) % 4;

		for (int j = 0; j < 5; j++) {
			unsigned x;

			seed = seed * 1664525 + 1013904223;
			x = 1 + (base + (seed >> 24) % 2) % 5;
			if (j == 1 || j == 4)
				x = 6 - x;
			if (seed >> 28 == 1)
				x = 0; /* missing */
			at += (size_t)snprintf(bytes + at, sizeof bytes - at, x > 0 ? "%u%s" : "%.0u%s", x,
			    j < 4 ? "," : "\n");
			to += (size_t)snprintf(numbers + to, sizeof numbers - to, x > 0 ? "%u%s" : "%.0u%s",
			    x > 0 ? 1000 + x : 0, j < 4 ? "," : "\n");
		}
	}
	for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
		struct err e = { 0 };
		json_t *x = analysed(methods[m], bytes, small, 4, &e), *y = analysed(methods[m], numbers, large, 4, &e);
		static const char *const figures[] = { "/result/total/alpha", "/result/omega", "/result/lambda6",
			"/result/msa", "/result/eigenvalues/0", "/result/spearman_brown", "/n_used",
			"/n_missing/skipped" };

		assert_non_null(x);
		assert_non_null(y);
		for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) {
			json_t *a = result_at(x, figures[f]), *b = result_at(y, figures[f]);

			assert_int_equal(a == NULL, b == NULL);
			if (a != NULL)
				assert_true(fabs(json_number_value(a) - json_number_value(b)) < 1e-9);
		}
		json_decref(x);
		json_decref(y);
	}
}

/* A range whose ends sum to less than nothing, with no item turned round (for a build that checks conversions). */
static void range_below_nothing(void **state)
{
	static const struct analyse_arg args[] = { { "items", "a:c" }, { "min", "-5" }, { "max", "3" } };
	struct err e = { 0 };
	json_t *out = analysed("alpha", "a,b,c\n1,2,1\n2,3,3\n3,3,2\n0,1,0\n", args, 3, &e);

	(void)state;
	assert_non_null(out);
	assert_true(number_at(out, "/n_used") == 4);
	json_decref(out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(kinds), cmocka_unit_test(texts),
		cmocka_unit_test(changes), cmocka_unit_test(codes_as_given), cmocka_unit_test(canonical),
		cmocka_unit_test(codes_as_groups), cmocka_unit_test(missing_texts), cmocka_unit_test(lines),
		cmocka_unit_test(random_cells), cmocka_unit_test(prepared), cmocka_unit_test(chosen_rows),
		cmocka_unit_test(bytes_or_numbers), cmocka_unit_test(range_below_nothing) };

	analysis_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
