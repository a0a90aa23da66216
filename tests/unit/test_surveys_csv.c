/* The table reader: what it accepts, and that every bad line is named. */
#include "surveys/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int read_text(const char *text, size_t len, struct csv_table *t, struct err_list *bad, struct err *e)
{
	memset(bad, 0, sizeof *bad);
	memset(e, 0, sizeof *e);
	return csv_table_read(text, len, NULL, t, bad, e);
}

static void good_files(void **state)
{
	static const struct {
		const char *text;
		size_t rows, cols;
		const char *last;   /* the last cell */
		unsigned long line; /* of the last row */
	} f[] = {
		{ "a,b\n1,2\n3,4\n", 2, 2, "4", 3 },
		{ "a,b\n1,2\n3,4", 2, 2, "4", 3 }, /* no last line break */
		{ "\xEF\xBB\xBF"
		  "a,b\r\n1,2\r\n3,4\r\n",
		    2, 2, "4", 3 },			    /* mark and CRLF */
		{ "a,b\r1,2\r3,4\r", 2, 2, "4", 3 },	    /* CR alone */
		{ "a,b\n\n1,2\n\n\n3,4\n", 2, 2, "4", 6 },  /* blank lines count as lines */
		{ "a,b\n\"x\ny\",2\n3,4\n", 2, 2, "4", 4 }, /* a line break inside quotes */
		{ "a,b\n1,\"say \"\"hi\"\", you\"\n", 1, 2, "say \"hi\", you", 2 },
		{ "a;b\n1,5;2\n", 1, 2, "2", 2 },
		{ "a\tb\n1\t2\n", 1, 2, "2", 2 },
		{ "a,b\n1,\n", 1, 2, "", 2 },
		{ "a , b\n 1 , 2 \n", 1, 2, "2", 2 },
		{ "t\xC3\xAAn,b\n1,\xC4\x91\xE1\xBB\x99\n", 1, 2, "\xC4\x91\xE1\xBB\x99", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
		struct csv_table t;
		struct err_list bad;
		struct err e;

		print_message("  file %zu\n", i);
		assert_int_equal(read_text(f[i].text, strlen(f[i].text), &t, &bad, &e), 0);
		assert_int_equal(t.rows, f[i].rows);
		assert_int_equal(t.cols, f[i].cols);
		assert_string_equal(csv_table_cell(&t, t.rows - 1, t.cols - 1), f[i].last);
		assert_int_equal(t.line[t.rows - 1], f[i].line);
		csv_table_free(&t);
		err_list_free(&bad);
	}
}

static void columns_by_name(void **state)
{
	struct csv_table t;
	struct err_list bad;
	struct err e;

	(void)state;
	assert_int_equal(read_text("a,b\n", 4, &t, &bad, &e), 0);
	assert_int_equal(t.rows, 0);
	assert_int_equal(csv_table_column(&t, "b"), 1);
	assert_int_equal(csv_table_column(&t, "c"), -1);
	csv_table_free(&t);
}

static void bad_files(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: strlen */
		size_t errors;
		unsigned long line; /* of the first */
		const char *says;
	} f[] = {
		{ "", 0, 0, 0, "The file is empty" },
		{ "\n\n", 0, 0, 0, "The file is empty" },
		{ "a,b\n1,2\n3\n4,5,6\n7,8\n9\n", 0, 3, 3, "This line has 1 fields; the header has 2." },
		{ "a,\n1,2\n", 0, 1, 1, "Column 2 needs a name" },
		{ "a,b,a\n1,2,3\n", 0, 1, 1, "Two columns have the name a." },
		{ "a,b\n1,\xFF\n", 0, 1, 2, "Field 2 of this line is not UTF-8" },
		{ "a,b\n1,x\0y\n", 10, 1, 2, "Field 2 of this line is not UTF-8" },
		{ "a,b\n1,\"open\n3,4\n", 0, 1, 2, "The quotes of this field do not match" },
		{ "a,b\n1,\"x\"y\n3,4\n", 0, 1, 2, "The quotes of this field do not match" },
	};
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
		struct csv_table t;
		struct err_list bad;
		struct err e;

		print_message("  file %zu\n", i);
		assert_int_equal(read_text(f[i].text, f[i].len != 0 ? f[i].len : strlen(f[i].text), &t, &bad, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_int_equal(bad.total, f[i].errors);
		assert_null(t.text);
		err_text(bad.total > 0 ? &bad.at[0].err : &e, NULL, NULL, text, sizeof text);
		if (bad.total > 0)
			assert_int_equal(bad.at[0].line, f[i].line);
		assert_memory_equal(text, f[i].says, strlen(f[i].says));
		err_list_free(&bad);
	}
}

static void limits(void **state)
{
	static const struct csv_limits few_rows = { 0, 1, 0 }, few_cols = { 0, 0, 1 }, few_bytes = { 5, 0, 0 };
	static const struct csv_limits *const all[] = { &few_rows, &few_cols, &few_bytes };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct err_list bad = { 0 };
		struct err e = { 0 };
		struct csv_table t;

		assert_int_equal(csv_table_read("a,b\n1,2\n3,4\n", 12, all[i], &t, &bad, &e), -1);
		assert_int_equal(e.kind, ERR_TOO_LARGE);
		err_list_free(&bad);
	}
}

static void many_bad_lines(void **state)
{
	static char text[4000];
	struct csv_table t;
	struct err_list bad;
	struct err e;
	size_t n = 0;

	(void)state;
	n += (size_t)snprintf(text, sizeof text, "a,b\n");
	for (int i = 0; i < 250; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "only one\n");
	assert_int_equal(read_text(text, n, &t, &bad, &e), -1);
	assert_int_equal(bad.total, 250);
	assert_int_equal(bad.shown, ERR_LIST_SHOWN);
	assert_int_equal(bad.at[99].line, 101);
	assert_string_equal(e.arg[0], "250");
	err_list_free(&bad);
}

static void files(void **state)
{
	char path[] = "/tmp/elod-csv-XXXXXX";
	int fd = mkstemp(path);
	struct err_list bad = { 0 };
	struct err e = { 0 };
	struct csv_table t;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a,b\n1,2\n", 8), 8);
	close(fd);
	assert_int_equal(csv_table_read_file(path, NULL, &t, &bad, &e), 0);
	assert_int_equal(t.rows, 1);
	csv_table_free(&t);
	unlink(path);
	assert_int_equal(csv_table_read_file(path, NULL, &t, &bad, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	err_clear(&e);
	assert_int_equal(csv_table_read_file("/tmp", NULL, &t, &bad, &e), -1); /* a folder */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files),
		cmocka_unit_test(columns_by_name),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(limits),
		cmocka_unit_test(many_bad_lines),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
