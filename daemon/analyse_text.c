#include "daemon/analyse_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 40 /* characters of a name before it is cut */

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* ---- results ---- */

/* Characters, not bytes: continuation bytes of UTF-8 take no place. */
static int width(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static void pad(int n)
{
	for (; n > 0; n--)
		putchar(' ');
}

static void figure(const json_t *v, char out[64])
{
	double x = json_number_value(v);

	if (json_is_string(v))
		snprintf(out, 64, "%s", json_string_value(v));
	else if (json_is_boolean(v))
		snprintf(out, 64, "%s", json_is_true(v) ? "yes" : "no");
	else if (!json_is_number(v))
		snprintf(out, 64, "-");
	else if (json_is_integer(v) || (x == floor(x) && fabs(x) < 1e15))
		snprintf(out, 64, "%.0f", x);
	else
		snprintf(out, 64, "%.6g", x);
}

static bool is_table(const json_t *v)
{
	return json_is_array(json_object_get(v, "rows")) && json_is_array(json_object_get(v, "cols")) &&
	    json_is_array(json_object_get(v, "values"));
}

/* A name, or its beginning and an ellipsis where it has more characters than a row has room for. */
static int print_name(const char *s)
{
	int n = width(s), bytes = 0, chars = 0;

	if (n <= NAME_MOST) {
		fputs(s, stdout);
		return n;
	}
	while (chars < NAME_MOST - 1) {
		bytes++;
		while (((unsigned char)s[bytes] & 0xC0) == 0x80)
			bytes++;
		chars++;
	}
	printf("%.*s…", bytes, s);
	return NAME_MOST;
}

static int name_width(const char *s)
{
	int n = width(s);

	return n < NAME_MOST ? n : NAME_MOST;
}

static int names_width(const json_t *rows)
{
	const json_t *one;
	int most = 0;
	size_t i;

	json_array_foreach(rows, i, one)
		if (name_width(json_string_value(one)) > most)
			most = name_width(json_string_value(one));
	return most;
}

/* The width of every column, found in one pass over the table; the caller's, NULL: no memory. */
static int *column_widths(const json_t *table)
{
	const json_t *cols = json_object_get(table, "cols"), *one, *line;
	size_t n = json_array_size(cols), i, j;
	int *most = calloc(n + 1, sizeof *most);
	char cell[64];

	if (most == NULL)
		return NULL;
	json_array_foreach(cols, j, one)
		most[j] = name_width(json_string_value(one));
	json_array_foreach(json_object_get(table, "values"), i, line)
		json_array_foreach(line, j, one) {
			if (j == n)
				break;
			figure(one, cell);
			most[j] = width(cell) > most[j] ? width(cell) : most[j];
		}
	return most;
}

static void print_head(const json_t *cols, const int *widths)
{
	const json_t *one;
	size_t j;

	json_array_foreach(cols, j, one) {
		const char *head = json_string_value(one);

		pad(2 + widths[j] - name_width(head));
		print_name(head);
	}
	putchar('\n');
}

static int print_table(const char *name, const json_t *table, struct err *e)
{
	const json_t *rows = json_object_get(table, "rows"), *cols = json_object_get(table, "cols"), *line, *one;
	int first = names_width(rows), *widths;
	char cell[64];
	size_t i, j;

	if (json_array_size(rows) == 0)
		return 0;
	widths = column_widths(table);
	if (widths == NULL)
		return err_nomem(e);
	printf("\n%s\n", name);
	pad(first);
	print_head(cols, widths);
	json_array_foreach(json_object_get(table, "values"), i, line) {
		pad(first - print_name(json_string_value(json_array_get(rows, i))));
		json_array_foreach(line, j, one) {
			if (j == json_array_size(cols))
				break;
			figure(one, cell);
			pad(2 + widths[j] - width(cell));
			fputs(cell, stdout);
		}
		putchar('\n');
	}
	free(widths);
	return 0;
}

/* Single figures first, then what holds others. */
static int print_parts(const json_t *v, const char *path, struct err *e)
{
	char inner[256], cell[64];
	const char *key;
	json_t *one;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		if (json_is_object(one) || (json_is_array(one) && json_array_size(one) == 0))
			continue;
		printf("%s%s%s:", path, path[0] != '\0' ? "." : "", key);
		if (json_is_array(one)) {
			for (i = 0; i < json_array_size(one); i++) {
				figure(json_array_get(one, i), cell);
				printf(" %s", cell);
			}
		} else {
			figure(one, cell);
			printf(" %s", cell);
		}
		putchar('\n');
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		snprintf(inner, sizeof inner, "%s%s%s", path, path[0] != '\0' ? "." : "", key);
		if (is_table(one) ? print_table(inner, one, e) < 0
				  : json_is_object(one) && print_parts(one, inner, e) < 0)
			return -1;
	}
	return 0;
}

static void print_sentences(const json_t *list, const char *before)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const json_t *holds = json_object_get(one, "holds");

		printf("%s%s%s\n", before,
		    json_is_true(holds)	       ? "[holds] "
			: json_is_false(holds) ? "[does not hold] "
					       : "",
		    text_of(one, "text"));
	}
}

int analyse_text_result(const json_t *r, struct err *e)
{
	const char *reason;
	json_t *n;

	printf("%s\n\n", text_of(r, "title"));
	print_sentences(json_object_get(r, "interpretation"), "");
	print_sentences(json_object_get(r, "warnings"), "Beware: ");
	print_sentences(json_object_get(r, "assumptions"), "Assumption: ");
	printf("What this does not show: %s\n\n", text_of(r, "not_shown"));
	if (print_parts(json_object_get(r, "result"), "", e) < 0)
		return -1;
	printf("\nn = %lld of %lld rows", (long long)json_integer_value(json_object_get(r, "n_used")),
	    (long long)json_integer_value(json_object_get(r, "n_rows")));
	json_object_foreach(json_object_get(r, "n_missing"), reason, n)
		printf("; %s: %lld", reason, (long long)json_integer_value(n));
	printf("\nMissing values: %s\nReference: %s\n", text_of(r, "missing_rule"), text_of(r, "reference"));
	return 0;
}

/* ---- methods ---- */

void analyse_text_methods(const json_t *list)
{
	static const char *const families[] = { "describe", "scale", "factor", "test", "compare", "table",
		"association", "regression", "agreement", "trend", "weight", "resample" };
	const json_t *m;
	size_t i;

	for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
		printf("\n%s\n", families[f]);
		json_array_foreach(list, i, m)
			if (strcmp(text_of(m, "family"), families[f]) == 0)
				printf("  %-20s %s\n", text_of(m, "name"), text_of(m, "summary"));
	}
}

static const json_t *find(const json_t *list, const char *method)
{
	const json_t *m;
	size_t i;

	json_array_foreach(list, i, m)
		if (strcmp(text_of(m, "name"), method) == 0)
			return m;
	return NULL;
}

int analyse_text_help(const json_t *list, const char *method)
{
	const json_t *m = find(list, method), *o;
	size_t i;

	if (m == NULL)
		return -1;
	printf("usage: elod analyse %s FILE.csv [--option value ...]\n%s: %s.\n\nOptions:\n", method,
	    text_of(m, "title"), text_of(m, "summary"));
	json_array_foreach(json_object_get(m, "options"), i, o) {
		printf("  --%-14s %s", text_of(o, "name"), text_of(o, "help"));
		if (text_of(o, "choices")[0] != '\0')
			printf(" (%s)", text_of(o, "choices"));
		if (text_of(o, "default")[0] != '\0')
			printf("; %s unless given", text_of(o, "default"));
		putchar('\n');
	}
	printf("\nGives:");
	json_array_foreach(json_object_get(m, "output"), i, o)
		printf(" %s", json_string_value(o));
	printf("\nMissing values: %s.\nWhat it does not show: %s\nReference: %s.\n", text_of(m, "missing_rule"),
	    text_of(m, "not_shown"), text_of(m, "reference"));
	return 0;
}

/* ---- the manual ---- */

/* A line of text for roff: backslashes and hyphens escaped, no control line at its beginning. */
static void roff(const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", stdout);
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else
			putchar(*s);
	}
	putchar('\n');
}

static void manual_method(const json_t *m)
{
	const json_t *o;
	size_t i;

	printf(".SS %s\n", text_of(m, "name"));
	roff(text_of(m, "summary"));
	puts(".br\nReference:");
	roff(text_of(m, "reference"));
	puts(".br\nMissing values:");
	roff(text_of(m, "missing_rule"));
	puts(".br\nWhat it does not show:");
	roff(text_of(m, "not_shown"));
	json_array_foreach(json_object_get(m, "options"), i, o) {
		if (json_is_true(json_object_get(o, "common")))
			continue;
		printf(".TP\n.BI \"\\-\\-%s \" %s\n", text_of(o, "name"), text_of(o, "type"));
		roff(text_of(o, "help"));
		if (text_of(o, "choices")[0] != '\0') {
			puts("; one of");
			roff(text_of(o, "choices"));
		}
		if (text_of(o, "default")[0] != '\0') {
			puts("(unless given:");
			roff(text_of(o, "default"));
			puts(")");
		}
	}
	puts(".TP\nGives");
	json_array_foreach(json_object_get(m, "output"), i, o)
		roff(json_string_value(o));
}

void analyse_text_manual(const json_t *list)
{
	const json_t *m, *o;
	size_t i;

	puts(".TH ELOD-ANALYSE 1 \"\" \"elod " ELOD_VERSION "\" \"User commands\"\n"
	     ".SH NAME\nelod\\-analyse \\- statistics over a CSV file\n"
	     ".SH SYNOPSIS\n.B elod analyse\n.I METHOD FILE.csv\n.RI [ \"\\-\\-option value\" \" ...]\"\n"
	     ".br\n.B elod analyse \\-\\-list\n.br\n.B elod analyse\n.I METHOD\n.B \\-\\-help\n"
	     ".SH DESCRIPTION\nComputes one method over a table, without a database.\n"
	     "The file has a header; its columns are comma\\-separated (or semicolons or tabs), in UTF\\-8.\n"
	     "An empty cell is missing.\n"
	     "The result is one JSON object with 17 significant digits, or with\n.B \\-\\-format table\nsentences and "
	     "tables to read.\n"
	     "It carries the number of rows used, the missing ones by reason, the rule for them, the reference of the "
	     "method, what was checked, and R code that gives the same figures.\n"
	     "A method that has no figure to give, because there are too few rows, nothing varies or a fit did not "
	     "converge, ends with a sentence that says so and status 1.\n"
	     ".SH OPTIONS OF EVERY METHOD\n.TP\n.BI \"\\-\\-format \" json|table\nHow the result is printed.");
	json_array_foreach(json_object_get(json_array_get(list, 0), "options"), i, o)
		if (json_is_true(json_object_get(o, "common"))) {
			printf(".TP\n.BI \"\\-\\-%s \" %s\n", text_of(o, "name"), text_of(o, "type"));
			roff(text_of(o, "help"));
		}
	puts(".SH METHODS");
	json_array_foreach(list, i, m)
		manual_method(m);
	puts(
	    ".SH EXIT STATUS\n0 done; 1 failed: the file cannot be read, the data give no figure, or the result could not be "
	    "printed; 2 wrong use: an unknown method or option, or a value that an option does not take.\n"
	    "The reason is on standard error.");
	puts(".SH SEE ALSO\n.BR elod (8)");
}
